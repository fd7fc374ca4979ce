"""The cell types of ModelDB 39948 as one model, of which each type is a set of parameters.

Its mechanisms branch by a number, the cell type; here the same branches are parameters, which vanish where a type has
none: no slope of the peak and the reset with u, no cap of u, no cubic recovery, one sensitivity b throughout. A sum
with a vanishing term is exact, so each type keeps its last bit, and a network may mix them.
"""

from __future__ import annotations

from dataclasses import replace

from izhi.equations.interneurons import CAP, PEAK_SLOPE, RESET_SLOPE, sloped_capped_reset, sloped_peak
from izhi.equations.izhikevich2007 import IZHIKEVICH2007, PARAMETERS
from izhi.equations.model import Quantity
from izhi.equations.ops import cubic, where


def gated(g, v, u, I, p):
    dv = (p.k * (v - p.vr) * (v - p.vt) - u + I) / p.C
    b = where(g > p.vb, p.b_above, where(g < p.vb, p.b_below, p.b))
    cube = where(g < p.vb, 0 * p.cube, p.cube)
    du = p.a * (b * (v - p.vr) + cubic(cube, v - p.vb) - u)
    return dv, du


def rhs(v, u, I, p):
    return gated(v, v, u, I, p)


def frozen_gated(g, v, u, I, p):
    dv = (p.k * (v - p.vr) * (v - p.vt) - u + I) / p.C
    return dv, 0 * p.a


def frozen(v, u, I, p):
    return frozen_gated(v, v, u, I, p)


CELL_TYPES = replace(
    IZHIKEVICH2007,
    name="izhikevich2007-modeldb",
    title="all cell types of ModelDB 39948 as parameters of one model",
    parameters=(
        *PARAMETERS,
        Quantity("vb", "mV", "voltage at which the recovery changes its branch", 0.0),
        Quantity("b_above", "nS", "sensitivity of recovery above vb"),
        Quantity("b_below", "nS", "sensitivity of recovery below vb"),
        Quantity("cube", "nS/mV^2", "coefficient of the cubic recovery above vb", 0.0),
        PEAK_SLOPE,
        RESET_SLOPE,
        CAP,
    ),
    rhs=rhs,
    gated=gated,
    peak=sloped_peak,
    reset=sloped_capped_reset,
    seams=("vb",),
    moving_peak=True,
    reference="ModelDB 39948, izhi2007Wrapper.py; Izhikevich 2007, Dynamical Systems in Neuroscience, ch. 8",
)

# The mechanisms take any number as a cell type; those that no branch is for leave u as it is.
NO_TYPE = replace(
    CELL_TYPES,
    name="izhikevich2007-modeldb-no-type",
    title="a cell of ModelDB 39948 whose type has no equation for u",
    rhs=frozen,
    gated=frozen_gated,
)
