"""Explicit solver reduction: the midpoint rule, as Hopkins and Furber brought it to SpiNNaker."""

from __future__ import annotations

from collections.abc import Callable

from izhi.equations.izhikevich2003 import rhs as rhs_of_2003
from izhi.equations.model import Model
from izhi.equations.ops import where
from izhi.schemes.scheme import GridScheme
from izhi.schemes.state import add, flow, spent


def _midpoint(model: Model) -> Callable:
    """`midpoint(x, i, p, dt, two)`: one step of the rule for any model."""
    derivatives, plus = flow(model), add(model)

    def midpoint(x, i, p, dt, two):
        return plus(x, dt, derivatives(plus(x, dt / two, derivatives(x, i, p)), i, p))

    return midpoint


def _reduced(x, i, p, dt, two):
    """The same for the 2003 model, reduced to few operations as it was published, which rounds differently."""
    v, u = x
    constant = p.g + i - u
    alpha = constant + (p.f + p.e * v) * v
    eta = v + dt * alpha / two
    beta = dt * p.a * (p.b * v - u) / two
    return v + dt * (constant - beta + (p.f + p.e * eta) * eta), u + p.a * dt * (-u - beta + p.b * eta)


def _advance(model: Model) -> Callable:
    return _reduced if model.rhs is rhs_of_2003 else _midpoint(model)


def _plain(model: Model) -> Callable:
    advance, after, peak = _advance(model), spent(model), model.peak

    def step(x, m, i, p, h):
        dt, two = h
        x = advance(x, i[0], p, dt, two)
        top = peak(x[1], p)
        fired = x[0] >= top
        return after(x, fired, p), m, fired, top, 1

    return step


def _corrected(model: Model) -> Callable:
    advance, after, peak = _advance(model), spent(model), model.peak

    def step(x, m, i, p, h):
        dt, two, one, longer = h
        x = advance(x, i[0], p, m[0] * dt, two)
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
    build=_plain,
    numbers=lambda dt: (dt, 2.0),
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
    numbers=lambda dt: (dt, 2.0, 1.0, 1.85),
    memory=(1.0,),
)
