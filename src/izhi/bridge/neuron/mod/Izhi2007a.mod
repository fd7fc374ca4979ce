: The cells of Izhikevich 2007 with five receptors, V a variable of the point process.
: It behaves as the mechanism of this name of ModelDB 39948: Euler's rule, V first, over the time that
: has passed since the last call. C = 1 is 100 pF. celltype is 1 to 3 for RS, IB and CH, 4 for LTS, 5
: for FS (d is then the voltage of its seam), 6 for TC, 7 for RTN. A spike closes all conductances.
: Written for izhi from what NEURON was observed to compute.

NEURON {
	THREADSAFE
	POINT_PROCESS Izhi2007a
	RANGE C, k, vr, vt, vpeak, a, b, c, d, Iin, celltype, alive, cellid, verbose
	RANGE tauAMPA, tauNMDA, tauGABAA, tauGABAB, tauOpsin
	RANGE V, u, gAMPA, gNMDA, gGABAA, gGABAB, gOpsin, factor, delta, t0
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
	tauAMPA = 5 (ms)
	tauNMDA = 150 (ms)
	tauGABAA = 6 (ms)
	tauGABAB = 150 (ms)
	tauOpsin = 50 (ms)
	celltype = 1
	alive = 1
	cellid = -1
	verbose = 0
}

ASSIGNED {
	V (mV)
	u
	gAMPA
	gNMDA
	gGABAA
	gGABAB
	gOpsin
	factor
	delta (ms)
	t0 (ms)
}

UNITS {
	(mV) = (millivolt)
}

INITIAL {
	V = vr
	u = 0
	t0 = 0
	delta = 0
	factor = 0
	silence()
	net_send(0, 1)
}

UNITSOFF

BREAKPOINT {
	LOCAL before, current
	delta = t - t0
	gAMPA = gAMPA - delta*gAMPA/tauAMPA
	gNMDA = gNMDA - delta*gNMDA/tauNMDA
	gGABAA = gGABAA - delta*gGABAA/tauGABAA
	gGABAB = gGABAB - delta*gGABAB/tauGABAB
	gOpsin = gOpsin - delta*gOpsin/tauOpsin
	factor = ((V + 80)/60)*((V + 80)/60)
	current = gAMPA*(V - 0) + gNMDA*factor/(1 + factor)*(V - 0) + gGABAA*(V + 70) + gGABAB*(V + 90) + gOpsin*(V - 0)
	before = V
	V = V + delta*(k*(V - vr)*(V - vt) - u - current + Iin)/(C*100)
	if (before <= c) {
		if (V > vpeak) {
			V = c + 1
		}
	}
	recover(delta)
	t0 = t
}

PROCEDURE recover(h) {
	if (celltype == 6) {
		if (V > -65) {
			b = 0
		} else {
			b = 15
		}
	}
	if (celltype == 7) {
		if (V > -65) {
			b = 2
		} else {
			b = 10
		}
	}
	if (celltype == 5) {
		if (V < d) {
			u = u + h*a*(0 - u)
		} else {
			u = u + h*a*(0.025*(V - d)*(V - d)*(V - d) - u)
		}
	} else if (celltype < 5 || celltype == 6 || celltype == 7) {
		u = u + h*a*(b*(V - vr) - u)
	}
}

PROCEDURE silence() {
	gAMPA = 0
	gNMDA = 0
	gGABAA = 0
	gGABAB = 0
	gOpsin = 0
}

PROCEDURE reset() {
	if (celltype < 4 || celltype == 7) {
		V = c
		u = u + d
	} else if (celltype == 4) {
		V = c + 0.04*u
		u = u + d
		if (u >= 670) {
			u = 670
		}
	} else if (celltype == 5) {
		V = c
	} else if (celltype == 6) {
		V = c - 0.1*u
		u = u + d
	}
}

NET_RECEIVE (wAMPA, wNMDA, wGABAA, wGABAB, wOpsin) {
	: without this block NEURON sets all weights but the first to 0
	INITIAL {
	}
	if (flag == 1) {
		if (celltype < 4 || celltype == 5 || celltype == 7) {
			WATCH (V > vpeak) 2
		} else if (celltype == 4) {
			WATCH (V > (vpeak - 0.1*u)) 2
		} else if (celltype == 6) {
			WATCH (V > (vpeak + 0.1*u)) 2
		}
	} else if (flag == 2) {
		if (alive != 0) {
			net_event(t)
		}
		reset()
		silence()
	} else {
		gAMPA = gAMPA + wAMPA
		gNMDA = gNMDA + wNMDA
		gGABAA = gGABAA + wGABAA
		gGABAB = gGABAB + wGABAB
		gOpsin = gOpsin + wOpsin
	}
}

UNITSON
