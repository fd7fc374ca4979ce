"""NEST's `izhikevich`, in both of its modes."""

from __future__ import annotations

from collections.abc import Callable

from izhi.equations.model import Model
from izhi.schemes.arithmetic import FROM_LEFT
from izhi.schemes.scheme import GridScheme
from izhi.schemes.state import add, flow, spent, with_recovery, with_voltage


def _consistent(model: Model) -> Callable:
    model = model.rounded(FROM_LEFT)
    derivatives, plus, after, at_recovery, peak = (
        flow(model),
        add(model),
        spent(model),
        with_recovery(model),
        model.peak,
    )

    def step(x, m, i, p, h):
        dx = derivatives(x, i[0], p)
        x = at_recovery(plus(x, h[0], dx), x[1] + dx[1])
        fired = x[0] >= peak(x[1], p)
        x = after(x, fired, p)
        return x, m, fired, x[0], 1

    return step


def _published(model: Model) -> Callable:
    model = model.rounded(FROM_LEFT)
    derivatives, plus, after, peak = flow(model), add(model), spent(model), model.peak
    at_voltage, at_recovery = with_voltage(model), with_recovery(model)

    def step(x, m, i, p, h):
        dt, half = h
        x = at_voltage(x, x[0] + half * derivatives(x, i[0], p)[0])
        x = at_voltage(x, x[0] + half * derivatives(x, i[0], p)[0])
        dx = derivatives(x, i[0], p)
        x = at_voltage(at_recovery(plus(x, dt, dx), x[1] + dx[1]), x[0])
        fired = x[0] >= peak(x[1], p)
        x = after(x, fired, p)
        return x, m, fired, x[0], 1

    return step


_CONVENTIONS = (
    "Step k uses the current at k dt, as NEST's parameter I_e does; a current that comes from a generator acts later by"
    " its delay and one step. A spike is seen where v reaches the peak at the end of a step, and that is its time."
    " Sample k is the state at k dt after the reset, so the peak never shows. dt is a multiple of 0.001 ms, NEST's tic."
)

NEST = GridScheme(
    name="nest",
    title="forward Euler as NEST rounds it (consistent_integration = true)",
    used_by="NEST's izhikevich by default",
    order=1,
    spike_order=1,
    dt=0.1,
    conventions=_CONVENTIONS,
    build=_consistent,
    scaled_rate=True,
    dt_multiple=0.001,
)

NEST_PUBLISHED = GridScheme(
    name="nest-published",
    title="two half steps of v, then u with the new v; threshold at once (consistent_integration = false)",
    used_by="NEST's izhikevich with the numerics of 2003, meant for dt = 1 ms",
    order=1,
    spike_order=1,
    dt=1.0,
    conventions=_CONVENTIONS,
    build=_published,
    numbers=lambda dt: (dt, dt * 0.5),
    scaled_rate=True,
    dt_multiple=0.001,
)
