"""Forward Euler and the classical Runge-Kutta scheme of order four."""

from __future__ import annotations

from collections.abc import Callable

from izhi.equations.model import Model
from izhi.equations.ops import where
from izhi.schemes.scheme import GridScheme
from izhi.schemes.state import add, flow, spent


def _euler(model: Model) -> Callable:
    derivatives, plus, after, peak = flow(model), add(model), spent(model), model.peak

    def step(x, m, i, p, h):
        x = plus(x, h[0], derivatives(x, i[0], p))
        top = peak(x[1], p)
        fired = x[0] >= top
        return after(x, fired, p), m, fired, top, 1

    return step


def _rk4(model: Model) -> Callable:
    derivatives, plus, after, peak = flow(model), add(model), spent(model), model.peak

    def advance(x, i, p, dt, half, sixth):
        k1 = derivatives(x, i[0], p)
        k2 = derivatives(plus(x, half, k1), i[1], p)
        k3 = derivatives(plus(x, half, k2), i[1], p)
        k4 = derivatives(plus(x, dt, k3), i[2], p)
        outer = plus(plus(x, sixth, k1), sixth, k4)
        return plus(plus(outer, sixth + sixth, k2), sixth + sixth, k3)

    def between(x, theta, y):
        return plus(plus(x, theta, y), -theta, x)

    def step(x, m, i, p, h):
        dt, half, sixth, one = h
        y = advance(x, i, p, dt, half, sixth)
        below, above = peak(x[1], p) - x[0], y[0] - peak(y[1], p)
        fired = above >= 0
        if not fired:
            return y, m, fired, y[0], one
        theta = where(below > 0, below / (below + above), one - one)
        crossing = between(x, theta, y)
        rest = one - theta
        x = advance(after(crossing, fired, p), i, p, rest * dt, rest * half, rest * sixth)
        return x, m, fired, x[0], theta

    return step


EULER = GridScheme(
    name="euler",
    title="forward Euler; a spike is seen at the end of the step",
    used_by="most simulators and fitting tools, at their own dt",
    order=1,
    spike_order=1,
    dt=0.1,
    conventions=(
        "Step k uses the current at k dt. A spike is seen where v reaches the peak at the end of a step, and that is"
        " its time. Sample k is the state at k dt; at a spike it shows the peak voltage, and u after the reset."
    ),
    build=_euler,
)

RK4 = GridScheme(
    name="rk4",
    title="classical Runge-Kutta of order four, spike times interpolated linearly in v",
    used_by="many single-cell studies; the interpolation of spikes is this package's",
    order=4,
    spike_order=2,
    dt=0.1,
    conventions=(
        "Step k uses the current at its start, middle and end (there the limit from below). Where v reaches the peak"
        " within a step, the spike is placed by linear interpolation, the cell is reset there and integrated over the"
        " rest of the step. Sample k is the state at k dt; after a spike in the step before, it has already left the"
        " reset, and the peak shows in the spike times only."
    ),
    build=_rk4,
    numbers=lambda dt: (dt, dt / 2, dt / 6, 1.0),
    stages=(0.0, 0.5, 1.0),
    on_grid=False,
)
