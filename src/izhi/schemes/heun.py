"""Heun's scheme with the reset where the spike is, in a form that many cells take at once: for searches."""

from __future__ import annotations

from collections.abc import Callable

from izhi.equations.model import Model
from izhi.equations.ops import where
from izhi.schemes.scheme import GridScheme
from izhi.schemes.state import add, flow, spent


def _heun(model: Model) -> Callable:
    derivatives, plus, after, peak = flow(model), add(model), spent(model), model.peak

    def step(x, m, i, p, h):
        dt, half, one = h
        first = derivatives(x, i[0], p)
        second = derivatives(plus(x, dt, first), i[0], p)
        y = plus(plus(x, half, first), half, second)
        top = peak(x[1], p)
        fired = y[0] >= top
        # where in the step v reaches the peak, on a straight line; the cell is reset there and goes on
        theta = where(fired, (top - x[0]) / where(fired, y[0] - x[0], one), one)
        y = after(plus(plus(x, theta, y), -theta, x), fired, p)
        y = plus(y, (one - theta) * dt, derivatives(y, i[0], p))
        return y, m, fired, top, 1

    return step


HEUN = GridScheme(
    name="heun",
    title="Heun's scheme, reset where v reaches the peak; a spike is seen at the end of the step",
    used_by="the search of this package's fits",
    order=2,
    spike_order=1,
    dt=0.1,
    conventions=(
        "Step k uses the current at k dt. Where v reaches the peak within a step, the cell is reset there, found by"
        " linear interpolation, and goes on by Euler's rule; the spike is labelled with the end of the step. Sample k"
        " is the state at k dt."
    ),
    build=_heun,
    numbers=lambda dt: (dt, dt / 2, 1.0),
)
