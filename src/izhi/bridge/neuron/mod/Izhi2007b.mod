: The cells of Izhikevich 2007 whose v is the voltage of the section that they are in.
: It behaves as the mechanism of this name of ModelDB 39948: u is advanced within the calculation of
: the current, in the first of NEURON's two calls, which is made with v + 0.001 mV at mid-step. C = 1
: is 100 pF. celltype is as in Izhi2007a. t0 is not reset: a second run begins with what it was.
: Input by NetCon is accepted and has no effect.
: Written for izhi from what NEURON was observed to compute.

NEURON {
	POINT_PROCESS Izhi2007b
	NONSPECIFIC_CURRENT i
	RANGE C, k, vr, vt, vpeak, a, b, c, d, Iin, celltype, alive, cellid, u, derivtype, t0, delta
}

UNITS {
	(mV) = (millivolt)
	(nA) = (nanoamp)
}

PARAMETER {
	C = 1
	k = 0.7
	vr = -60 (mV)
	vt = -40 (mV)
	vpeak = 35 (mV)
	a = 0.03
	b = -2
	c = -50
	d = 100
	Iin = 0
	celltype = 1
	alive = 1
	cellid = -1
}

ASSIGNED {
	v (mV)
	i (nA)
	u
	derivtype
	delta (ms)
	t0 (ms)
}

INITIAL {
	u = 0
	derivtype = 2
	net_send(0, 1)
}

UNITSOFF

BREAKPOINT {
	delta = t - t0
	if (celltype == 6) {
		if (v > -65) {
			b = 0
		} else {
			b = 15
		}
	}
	if (celltype == 7) {
		if (v > -65) {
			b = 2
		} else {
			b = 10
		}
	}
	if (celltype == 5) {
		if (v < d) {
			u = u + delta*a*(0 - u)
		} else {
			u = u + delta*a*(0.025*(v - d)*(v - d)*(v - d) - u)
		}
	} else if (celltype < 5 || celltype == 6 || celltype == 7) {
		u = u + delta*a*(b*(v - vr) - u)
	}
	t0 = t
	i = -(k*(v - vr)*(v - vt) - u + Iin)/C/1000
}

PROCEDURE rise() {
	: what a spike does to u; v is set where NEURON lets it be
	if (celltype < 4 || celltype > 5) {
		u = u + d
	} else if (celltype == 4) {
		u = u + d
		if (u >= 670) {
			u = 670
		}
	}
}

NET_RECEIVE (w) {
	if (flag == 1) {
		if (celltype == 4) {
			WATCH (v > (vpeak - 0.1*u)) 2
		} else if (celltype == 6) {
			WATCH (v > (vpeak + 0.1*u)) 2
		} else {
			WATCH (v > vpeak) 2
		}
		v = vr
	} else if (flag == 2) {
		if (alive != 0) {
			net_event(t)
		}
		if (celltype == 4) {
			v = c + 0.04*u
		} else if (celltype == 6) {
			v = c - 0.1*u
		} else {
			v = c
		}
		rise()
	}
}

UNITSON
