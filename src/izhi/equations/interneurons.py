"""Interneurons of the 2007 book whose recovery or reset differs from eqs. 8.5 and 8.6: LTS, FS, TI."""

from __future__ import annotations

from dataclasses import replace

from izhi.equations.izhikevich2007 import (
    AFTER_SPIKE,
    BOOK,
    IZHIKEVICH2007,
    PARAMETERS,
    RECOVERY_RATE,
    UPSTROKE,
)
from izhi.equations.model import Quantity
from izhi.equations.ops import cubic, minimum, where


def sloped_peak(u, p):
    return p.vpeak + p.peak_slope * u


def sloped_capped_reset(v, u, p):
    return p.c + p.reset_slope * u, minimum(u + p.d, p.umax)


def capped_reset(v, u, p):
    return p.c, minimum(u + p.d, p.umax)


def fast_spiking_gated(g, v, u, I, p):
    dv = (p.k * (v - p.vr) * (v - p.vt) - u + I) / p.C
    du = p.a * (cubic(where(g < p.vb, p.b_below, p.b), v - p.vb) - u)
    return dv, du


def fast_spiking(v, u, I, p):
    return fast_spiking_gated(v, v, u, I, p)


def voltage_reset(v, u, p):
    return p.c, u


PEAK_SLOPE = Quantity("peak_slope", "mV/pA", "change of the peak voltage with u")
RESET_SLOPE = Quantity("reset_slope", "mV/pA", "change of the reset voltage with u")
CAP = Quantity("umax", "pA", "largest u that a spike can leave")

SLOPED_CAPPED = replace(
    IZHIKEVICH2007,
    name="izhikevich2007-lts",
    title="2007 model whose peak and reset voltages move with u, and whose u is capped (LTS)",
    parameters=(*PARAMETERS, PEAK_SLOPE, RESET_SLOPE, CAP),
    peak=sloped_peak,
    reset=sloped_capped_reset,
    moving_peak=True,
    reference=f"{BOOK}, fig. 8.25",
)

THALAMIC_INTERNEURON = replace(
    SLOPED_CAPPED,
    name="izhikevich2007-ti",
    title="2007 model of the thalamic interneuron: peak and reset voltages move with u, u is capped (TI)",
    reference=f"{BOOK}, section on thalamic interneurons",
)

CAPPED = replace(
    IZHIKEVICH2007,
    name="izhikevich2007-capped",
    title="2007 model whose u is capped at a spike (the LTS and TI cells of 2008)",
    parameters=(*PARAMETERS, CAP),
    reset=capped_reset,
    reference="Izhikevich & Edelman 2008, PNAS 105:3593, supporting information",
)

FAST_SPIKING = replace(
    IZHIKEVICH2007,
    name="izhikevich2007-fs",
    title="2007 model with cubic recovery U(v) = b(v - vb)^3 above vb, 0 below, and no jump of u (FS)",
    parameters=(
        *UPSTROKE,
        RECOVERY_RATE,
        Quantity("b", "nS/mV^2", "coefficient of the cubic recovery"),
        AFTER_SPIKE,
        Quantity("vb", "mV", "voltage above which recovery is driven"),
        Quantity("b_below", "nS/mV^2", "coefficient of the cubic recovery below vb", 0.0),
    ),
    rhs=fast_spiking,
    gated=fast_spiking_gated,
    seams=("vb",),
    reset=voltage_reset,
    reference=f"{BOOK}, fig. 8.27",
)
