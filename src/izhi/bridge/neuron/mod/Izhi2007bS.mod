: The cells of Izhikevich 2007 whose v is the voltage of the section that they are in.
: It behaves as the mechanism of this name of ModelDB 39948: NEURON advances v, and u follows by
: Euler's rule with the new v. The branches of FS, TC and RTN change when v is seen to cross their
: seam, a step late. C = 1 is 100 pF. celltype is as in Izhi2007a. b is not reset.
: Input by NetCon is accepted and has no effect.
: Written for izhi from what NEURON was observed to compute.

NEURON {
	POINT_PROCESS Izhi2007bS
	NONSPECIFIC_CURRENT i
	RANGE C, k, vr, vt, vpeak, a, b, c, d, Iin, celltype, alive, cellid, u, derivtype
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
	dt (ms)
}

INITIAL {
	u = 0
	derivtype = 2
	net_send(0, 1)
}

UNITSOFF

BREAKPOINT {
	SOLVE recover
	i = -(k*(v - vr)*(v - vt) - u + Iin)/C/1000
}

PROCEDURE recover() {
	if (celltype == 5) {
		if (derivtype == 2) {
			u = u + dt*(a*(0 - u))
		} else {
			u = u + dt*(a*(0.025*(v - d)*(v - d)*(v - d) - u))
		}
	} else {
		u = u + dt*(a*(b*(v - vr) - u))
	}
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

PROCEDURE rose() {
	derivtype = 1
	if (celltype == 6) {
		b = 0
	} else if (celltype == 7) {
		b = 2
	}
}

PROCEDURE fell() {
	derivtype = 2
	if (celltype == 6) {
		b = 15
	} else if (celltype == 7) {
		b = 10
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
		if (celltype == 5) {
			WATCH (v > d) 3
			WATCH (v < d) 4
		} else if (celltype == 6 || celltype == 7) {
			WATCH (v > -65) 3
			WATCH (v < -65) 4
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
	} else if (flag == 3) {
		rose()
	} else if (flag == 4) {
		fell()
	}
}

UNITSON
