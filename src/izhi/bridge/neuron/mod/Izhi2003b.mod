: The cell of Izhikevich 2003 whose v is the voltage of the section that it is in.
: It behaves as the mechanism of this name of ModelDB 39948: NEURON advances v, and u is then solved
: backwards with the new v. Input by NetCon is accepted and has no effect.
: Written for izhi from what NEURON was observed to compute.

NEURON {
	POINT_PROCESS Izhi2003b
	NONSPECIFIC_CURRENT i
	RANGE a, b, c, d, f, g, Iin, thresh, fflag, cellid, u
}

UNITS {
	(mV) = (millivolt)
	(nA) = (nanoamp)
}

PARAMETER {
	a = 0.02 (/ms) : rate of recovery
	b = 0.2 (/ms) : sensitivity of recovery to v
	c = -65 (mV) : v after a spike
	d = 2 (mV/ms) : jump of u at a spike
	f = 5 (/ms) : coefficient of v
	g = 140 (mV/ms) : constant term
	Iin = 10 (mV/ms) : injected current
	thresh = 30 (mV) : v above which it spikes
	fflag = 1
	cellid = -1
	square = 0.04 (/mV-ms) : coefficient of v^2
	first = -65 (mV)
	slope = 0.2 (/ms) : u at the start is slope times first
	size = -0.001 (nA-ms/mV) : current for a change of v of 1 mV/ms
}

ASSIGNED {
	v (mV)
	i (nA)
}

STATE {
	u (mV/ms)
}

INITIAL {
	u = slope*first
	net_send(0, 1)
}

BREAKPOINT {
	SOLVE states METHOD derivimplicit
	i = size*(square*v*v + f*v + g - u + Iin)
}

DERIVATIVE states {
	u' = a*(b*v - u)
}

NET_RECEIVE (w) {
	if (flag == 1) {
		WATCH (v > thresh) 2
	} else if (flag == 2) {
		net_event(t)
		v = c
		u = u + d
	}
}
