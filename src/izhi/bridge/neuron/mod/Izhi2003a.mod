: The cell of Izhikevich 2003 with a conductance synapse, V a variable of the point process.
: It behaves as the mechanism of this name of ModelDB 39948: the equations are solved backwards, all
: three together, and a spike is where V was seen to rise above thresh.
: Written for izhi from what NEURON was observed to compute.

NEURON {
	POINT_PROCESS Izhi2003a
	RANGE a, b, c, d, f, g, Iin, thresh, fflag, taug, erev, V, u, gsyn
}

PARAMETER {
	a = 0.02 (/ms) : rate of recovery
	b = 0.2 (/ms) : sensitivity of recovery to V
	c = -65 (mV) : V after a spike
	d = 2 (mV/ms) : jump of u at a spike
	f = 5 (/ms) : coefficient of V
	g = 140 (mV/ms) : constant term
	Iin = 10 (mV/ms) : injected current
	thresh = 30 (mV) : V above which it spikes
	fflag = 1
	taug = 1 (ms) : decay time of gsyn
	erev = 0 (mV) : reversal potential of gsyn
	square = 0.04 (/mV-ms) : coefficient of V^2
	first = -65 (mV) : V at the start
	slope = 0.2 (/ms) : u at the start is slope times V
}

UNITS {
	(mV) = (millivolt)
}

STATE {
	V (mV)
	u (mV/ms)
	gsyn (/ms)
}

INITIAL {
	V = first
	u = slope*V
	gsyn = 0
	net_send(0, 1)
}

BREAKPOINT {
	SOLVE states METHOD derivimplicit
}

DERIVATIVE states {
	V' = square*V*V + f*V + g - u + Iin - gsyn*(V - erev)
	u' = a*(b*V - u)
	gsyn' = -gsyn/taug
}

NET_RECEIVE (w (/ms)) {
	if (flag == 1) {
		WATCH (V > thresh) 2
	} else if (flag == 2) {
		net_event(t)
		V = c
		u = u + d
	} else {
		gsyn = gsyn + w
	}
}
