"""Thalamic cells of the 2007 book, whose sensitivity b has one value below a voltage and another above: TC and TRN.

The book's TC cell recovers towards b(v + 65); the programs of ModelDB 39948, and those made after them, write
b(v - vr) = b(v + 60) instead, which jumps at -65 mV and gives 9 spikes of a rebound burst where the book shows 6.
Both are here, each under its own name.
"""

from __future__ import annotations

from dataclasses import replace

from izhi.equations.interneurons import PEAK_SLOPE, RESET_SLOPE, sloped_peak
from izhi.equations.izhikevich2007 import BOOK, IZHIKEVICH2007, PARAMETERS
from izhi.equations.model import Quantity
from izhi.equations.ops import where


def switched_gated(g, v, u, I, p):
    dv = (p.k * (v - p.vr) * (v - p.vt) - u + I) / p.C
    du = p.a * (where(g > p.vb, p.b_above, p.b) * (v - p.vr) - u)
    return dv, du


def switched(v, u, I, p):
    return switched_gated(v, v, u, I, p)


def relay_gated(g, v, u, I, p):
    dv = (p.k * (v - p.vr) * (v - p.vt) - u + I) / p.C
    du = p.a * (where(g > p.vb, p.b_above, p.b) * (v - p.vb) - u)
    return dv, du


def relay(v, u, I, p):
    return relay_gated(v, v, u, I, p)


def sloped_reset(v, u, p):
    return p.c + p.reset_slope * u, u + p.d


SWITCH = (
    Quantity("vb", "mV", "voltage at and below which the sensitivity is b"),
    Quantity("b_above", "nS", "sensitivity of recovery above vb"),
)

SWITCHED = replace(
    IZHIKEVICH2007,
    name="izhikevich2007-trn",
    title="2007 model with sensitivity b up to vb and b_above beyond it (TRN; the TC cell of 2008)",
    parameters=(*PARAMETERS, *SWITCH),
    rhs=switched,
    gated=switched_gated,
    seams=("vb",),
    reference=f"{BOOK}, fig. 8.32",
)

RELAY = replace(
    SWITCHED,
    name="izhikevich2007-tc",
    title="2007 model of the thalamocortical cell as in the book: u' = a(b(v + 65) - u), b switched (TC)",
    parameters=(*PARAMETERS, *SWITCH, PEAK_SLOPE, RESET_SLOPE),
    rhs=relay,
    gated=relay_gated,
    peak=sloped_peak,
    reset=sloped_reset,
    moving_peak=True,
    reference=f"{BOOK}, fig. 8.31",
)

RELAY_MODELDB = replace(
    RELAY,
    name="izhikevich2007-tc-modeldb",
    title="the thalamocortical cell as ModelDB 39948 has it: u' = a(b(v - vr) - u), b switched (TC)",
    rhs=switched,
    gated=switched_gated,
    reference="ModelDB 39948, izhi2007.m; differs from the book, whose recovery is driven by v + 65",
)
