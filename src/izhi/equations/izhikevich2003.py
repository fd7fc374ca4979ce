"""The model of 2003 and 2004, without a capacitance: v in mV, t in ms, and I in mV/ms.

Sources: Izhikevich 2003, IEEE Trans. Neural Networks 14:1569; Izhikevich 2004, IEEE TNN 15:1063. The paper prints the
coefficients 0.04, 5 and 140; its program figure1.m also uses 4.1 and 108 (class 1 excitability, integrator).
"""

from __future__ import annotations

from izhi.equations.model import Model, Quantity
from izhi.equations.ops import quadratic


def rhs(v, u, I, p):
    dv = quadratic(p.e, v) + p.f * v + p.g - u + I
    du = p.a * (p.b * v - u)
    return dv, du


def accommodating(v, u, I, p):
    dv = quadratic(p.e, v) + p.f * v + p.g - u + I
    du = p.a * (p.b * (v - p.vr))
    return dv, du


def peak(u, p):
    return p.vpeak


def reset(v, u, p):
    return p.c, u + p.d


def start(p):
    return p.c


def settle(v, p):
    return p.b * v


STATE = (
    Quantity("v", "mV", "membrane voltage"),
    Quantity("u", "mV/ms", "recovery: the pull of the slow currents on v"),
)
PARAMETERS = (
    Quantity("a", "1/ms", "rate of recovery"),
    Quantity("b", "1/ms", "sensitivity of recovery to v"),
    Quantity("c", "mV", "v after a spike"),
    Quantity("d", "mV/ms", "jump of u at a spike"),
    Quantity("vpeak", "mV", "v at the peak of a spike", 30.0),
    Quantity("e", "1/(mV ms)", "coefficient of v^2", 0.04),
    Quantity("f", "1/ms", "coefficient of v", 5.0),
    Quantity("g", "mV/ms", "constant term", 140.0),
)

IZHIKEVICH2003 = Model(
    name="izhikevich2003",
    title="simple model of 2003: v' = 0.04v^2 + 5v + 140 - u + I, u' = a(bv - u)",
    state=STATE,
    parameters=PARAMETERS,
    current="mV/ms",
    conductance="1/ms",
    rhs=rhs,
    peak=peak,
    reset=reset,
    start=start,
    settle=settle,
    reference="Izhikevich 2003, IEEE Trans. Neural Networks 14:1569, eqs. 1-3",
)

ACCOMMODATION = Model(
    name="izhikevich2003-accommodation",
    title="the 2003 model with u' = ab(v - vr): recovery that does not decay (2004, feature R)",
    state=STATE,
    parameters=(*PARAMETERS, Quantity("vr", "mV", "v at which recovery stands still", -65.0)),
    current="mV/ms",
    conductance="1/ms",
    rhs=accommodating,
    peak=peak,
    reset=reset,
    start=start,
    settle=settle,
    reference="figure1.m, the program of Izhikevich 2004, IEEE Trans. Neural Networks 15:1063; not in the paper",
)
