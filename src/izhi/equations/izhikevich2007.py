"""The model of 2007 in the units of a recording: v in mV, t in ms, I and u in pA, C in pF.

Source: Izhikevich 2007, Dynamical Systems in Neuroscience, MIT Press, ch. 8, eqs. 8.5 and 8.6. Its variants, each with
an equation or a reset of its own, are in `interneurons.py`, `thalamus.py` and `dendrites.py`.
"""

from __future__ import annotations

from izhi.equations.model import Model, Quantity


def rhs(v, u, I, p):
    dv = (p.k * (v - p.vr) * (v - p.vt) - u + I) / p.C
    du = p.a * (p.b * (v - p.vr) - u)
    return dv, du


def peak(u, p):
    return p.vpeak


def reset(v, u, p):
    return p.c, u + p.d


def start(p):
    return p.vr


def settle(v, p):
    return 0 * v


BOOK = "Izhikevich 2007, Dynamical Systems in Neuroscience, MIT Press, ch. 8"

V = Quantity("v", "mV", "membrane voltage")
U = Quantity("u", "pA", "recovery current")
CAPACITANCE = Quantity("C", "pF", "membrane capacitance", positive=True)
UPSTROKE = (
    CAPACITANCE,
    Quantity("k", "nS/mV", "steepness of the parabola dv/dt(v)"),
    Quantity("vr", "mV", "resting voltage"),
    Quantity("vt", "mV", "instantaneous threshold voltage"),
    Quantity("vpeak", "mV", "v at the peak of a spike"),
)
RECOVERY_RATE = Quantity("a", "1/ms", "rate of recovery")
SENSITIVITY = Quantity("b", "nS", "sensitivity of recovery to v")
AFTER_SPIKE = Quantity("c", "mV", "v after a spike")
JUMP = Quantity("d", "pA", "jump of u at a spike")
PARAMETERS = (*UPSTROKE, RECOVERY_RATE, SENSITIVITY, AFTER_SPIKE, JUMP)

IZHIKEVICH2007 = Model(
    name="izhikevich2007",
    title="simple model of 2007: C v' = k(v - vr)(v - vt) - u + I, u' = a(b(v - vr) - u)",
    state=(V, U),
    parameters=PARAMETERS,
    current="pA",
    conductance="nS",
    rhs=rhs,
    peak=peak,
    reset=reset,
    start=start,
    settle=settle,
    reference=f"{BOOK}, eqs. 8.5-8.6",
)
