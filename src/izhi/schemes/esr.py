"""Explicit solver reduction: the midpoint rule, as Hopkins and Furber brought it to SpiNNaker."""

from __future__ import annotations

from collections.abc import Callable

from izhi.equations.model import Model
from izhi.equations.ops import where
from izhi.schemes.scheme import GridScheme
from izhi.schemes.state import add, flow, spent


def _midpoint(model: Model) -> Callable:
    derivatives, plus, after, peak = flow(model), add(model), spent(model), model.peak

    def step(x, m, i, p, h):
        dt, half = h
        middle = plus(x, half, derivatives(x, i[0], p))
        x = plus(x, dt, derivatives(middle, i[0], p))
        top = peak(x[1], p)
        fired = x[0] >= top
        return after(x, fired, p), m, fired, top, 1

    return step


def _corrected(model: Model) -> Callable:
    derivatives, plus, after, peak = flow(model), add(model), spent(model), model.peak

    def step(x, m, i, p, h):
        dt, half, one, longer = h
        middle = plus(x, m[0] * half, derivatives(x, i[0], p))
        x = plus(x, m[0] * dt, derivatives(middle, i[0], p))
        top = peak(x[1], p)
        fired = x[0] >= top
        return after(x, fired, p), (where(fired, longer, one),), fired, top, 1

    return step


_CONVENTIONS = (
    "Step k uses the current at k dt throughout. A spike is seen where v reaches the peak at the end of a step, and"
    " that is its time. Sample k is the state at k dt; at a spike it shows the peak voltage, and u after the reset."
)

ESR = GridScheme(
    name="esr",
    title="midpoint rule of order two",
    used_by="SpiNNaker's solver (Hopkins & Furber 2015, Neural Computation 27:2148), here in floating point",
    order=2,
    spike_order=1,
    dt=1.0,
    conventions=_CONVENTIONS,
    build=_midpoint,
    numbers=lambda dt: (dt, dt / 2),
)

SPINNAKER = GridScheme(
    name="spinnaker",
    title="the midpoint rule, with a step 1.85 times as long after a spike to make up for its late detection",
    used_by="sPyNNaker's Izhikevich neuron, here in floating point; the factor is its SIMPLE_TQ_OFFSET",
    order=2,
    spike_order=1,
    dt=1.0,
    conventions=_CONVENTIONS,
    build=_corrected,
    numbers=lambda dt: (dt, dt / 2, 1.0, 1.85),
    memory=(1.0,),
)
