"""Cells of the 2007 book with a passive dendrite beside the soma: LS and mitral."""

from __future__ import annotations

from dataclasses import replace

from izhi.equations.interneurons import voltage_reset
from izhi.equations.izhikevich2007 import (
    AFTER_SPIKE,
    BOOK,
    IZHIKEVICH2007,
    PARAMETERS,
    RECOVERY_RATE,
    UPSTROKE,
    U,
    V,
)
from izhi.equations.model import Quantity
from izhi.equations.ops import where


def late_spiking(v, u, w, I, p):
    dv = (p.k * (v - p.vr) * (v - p.vt) + p.gd * (w - v) - u + I) / p.C
    du = p.a * (p.b * (v - p.vr) - u)
    dw = p.ad * (v - w)
    return dv, du, dw


def mitral_gated(g, v, u, w, I, p):
    dv = (p.k * (v - p.vr) * (v - p.vt) + p.gd * (w - v) - u + I) / p.C
    du = p.a * (where(g < p.vb, p.b_below, p.b) * (v - p.vb) - u)
    dw = p.ad * (v - w)
    return dv, du, dw


def mitral(v, u, w, I, p):
    return mitral_gated(v, v, u, w, I, p)


DENDRITE = Quantity("w", "mV", "voltage of the dendrite")
COUPLING = (
    Quantity("gd", "nS", "conductance from the dendrite to the soma"),
    Quantity("ad", "1/ms", "rate at which the dendrite follows the soma"),
)

LATE_SPIKING = replace(
    IZHIKEVICH2007,
    name="izhikevich2007-ls",
    title="2007 model with a passive dendrite that delays the first spikes (LS)",
    state=(V, U, DENDRITE),
    parameters=(*PARAMETERS, *COUPLING),
    rhs=late_spiking,
    reference=f"{BOOK}, section on late spiking interneurons",
)

MITRAL = replace(
    IZHIKEVICH2007,
    name="izhikevich2007-mitral",
    title="2007 model of the mitral cell: a passive dendrite, recovery driven above vb, no jump of u",
    state=(V, U, DENDRITE),
    parameters=(
        *UPSTROKE,
        RECOVERY_RATE,
        Quantity("b", "nS", "sensitivity of recovery to v above vb"),
        AFTER_SPIKE,
        Quantity("vb", "mV", "voltage above which recovery is driven"),
        Quantity("b_below", "nS", "sensitivity of recovery to v below vb", 0.0),
        *COUPLING,
    ),
    rhs=mitral,
    gated=mitral_gated,
    seams=("vb",),
    reset=voltage_reset,
    reference=f"{BOOK}, section on mitral cells",
)
