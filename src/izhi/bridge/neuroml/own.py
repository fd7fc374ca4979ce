"""NeuroML's own two cells as jNeuroML computes them: the same equations, rounded otherwise.

Numbers are in SI units, and terms in NeuroML's order. In jLEMS a quotient binds more than a product, and a difference
more than a sum: a * b / c is a * (b / c), and a + b - c is a + (b - c).
"""

from __future__ import annotations

from dataclasses import replace

from izhi.equations import MODELS, Quantity


def rhs2003(v, u, I, p):
    dv = (p.e * (v * v / p.mV) + p.f * v + (p.g - u + I) * p.mV) / p.ms
    du = p.a * ((p.b * (v / p.mV) - u) / p.ms)
    return dv, du


def reset2003(v, u, p):  # noqa: ARG001  (every model's functions have the same arguments)
    return p.c * p.mV, u + p.d


def rhs2007(v, u, I, p):
    dv = (p.k * (v - p.vr) * (v - p.vt) + (I - u)) / p.C
    du = p.a * (p.b * (v - p.vr) - u)
    return dv, du


CELL2003 = replace(
    MODELS["izhikevich2003"],
    name="izhikevichCell",
    parameters=(
        *MODELS["izhikevich2003"].parameters,
        Quantity("mV", "V", "what makes numbers of voltages", 10.0**-3, positive=True),
        Quantity("ms", "s", "what makes numbers of times", 10.0**-3, positive=True),
    ),
    rhs=rhs2003,
    reset=reset2003,
    reference="NeuroML 2.3, Cells.xml, izhikevichCell",
)

CELL2007 = replace(
    MODELS["izhikevich2007"],
    name="izhikevich2007Cell",
    rhs=rhs2007,
    reference="NeuroML 2.3, Cells.xml, izhikevich2007Cell",
)
