"""The bifurcation diagram over the current or a parameter: branches of equilibria, and what the cell settles to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.cell import Cell
from izhi.dynamics.bifurcations import Bifurcation, andronov_hopf, saddle_node
from izhi.dynamics.curves import resting_state
from izhi.dynamics.ensemble import Numerics, numerics, run, started, trains
from izhi.dynamics.equilibria import found_equilibria, kinds
from izhi.dynamics.flow import Floats, Flow, Piece, number, one_cell
from izhi.equations import Quantity
from izhi.errors import BadValue, UnknownName

CURRENT = "I"
# Equilibria along a stretch of a branch over the current; halvings that find a bifurcation over a parameter.
ALONG, HALVINGS = 801, 40
# How often a run is sampled [ms].
SAMPLED = 0.25
_Reached = tuple[float, float, Floats]


@dataclass(frozen=True, eq=False)
class Branch:
    """Equilibria that follow each other: at each value one v, stable or not.

    Attributes
    ----------
    value : shape (n,)
    voltage : shape (n,) [mV]
    stable : shape (n,), bool
    kind : shape (n,), of "node", "focus", "saddle"
    """

    value: Floats
    voltage: Floats
    stable: NDArray[np.bool_]
    kind: NDArray[np.str_]


@dataclass(frozen=True)
class Mark:
    """A bifurcation in a diagram: its kind, the value at which it is, and its voltage [mV]."""

    kind: str
    value: float
    voltage: float


@dataclass(frozen=True, eq=False)
class Diagram:
    """A bifurcation diagram.

    Attributes
    ----------
    parameter, unit : str
        "I" or the symbol of a parameter.
    branches : tuple of Branch
    marks : tuple of Mark
        Saddle-node and Andronov-Hopf bifurcations, and folds at seams.
    value : shape (m,)
        Where the cell was run.
    lowest, highest : shape (m,) [mV]
        The extremes of v in the second half of the run: between resets, where it fires; `highest` is then the peak.
    intervals : tuple of m arrays [ms]
        Between the spikes of the second half; empty where it is silent.
    start : str
        "falling" or "rest".
    scheme : str
        And its step.
    """

    parameter: str
    unit: str
    branches: tuple[Branch, ...]
    marks: tuple[Mark, ...]
    value: Floats
    lowest: Floats
    highest: Floats
    intervals: tuple[Floats, ...]
    start: str
    scheme: str


def diagram(
    cell: Cell | str,
    values: ArrayLike,
    parameter: str = CURRENT,
    *,
    current: float = 0.0,
    start: str = "falling",
    duration: float = 2000.0,
    scheme: str = "rk4",
    dt: float = 0.05,
) -> Diagram:
    """Equilibria, their bifurcations, and the attractor that the cell reaches, over the current or any parameter.

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.
    values : shape (m,), rising
        Of the parameter: where the cell is run. Branches over the current are followed between the first and the last;
        those over a parameter consist of the equilibria at these values.
    parameter : str
        "I", or a symbol of the model's table.
    current : float
        If another parameter is varied: the steady current, in the model's unit.
    start : {"falling", "rest"}
        "falling": from the largest value, where it begins with a spike, downwards, each run from where the one before
        has come to. "rest": each from its lowest stable equilibrium, or where there is none, from where the cell itself
        starts. Where rest and firing are both stable, the first goes on firing and the second rests.
    duration : float [ms]
        Of each run.
    scheme, dt
        Of the runs.

    Raises
    ------
    BadValue, UnknownName
        If the parameter is unknown, or the values are not finite and rising.

    Examples
    --------
    >>> found = diagram("2007/RS", [40, 50, 60, 70])
    >>> [(mark.kind, round(mark.value, 2)) for mark in found.marks]
    [('saddle-node', 51.43)]
    >>> [gaps.size > 0 for gaps in found.intervals]
    [False, False, True, True]
    """
    chosen = one_cell(cell, "diagram")
    grid = rising(values, "diagram: values")
    how = numerics(scheme, dt)
    steady = number(current, "diagram: current")
    if start not in ("falling", "rest"):
        raise UnknownName("diagram: start", start, ("falling", "rest"))
    if parameter == CURRENT:
        cells, together, applied, unit = [chosen] * grid.size, chosen, grid, chosen.model.current
        branches, marks = _over_current(Flow(chosen), grid)
    else:
        unit = known(chosen, parameter).unit
        cells = [varied(chosen, parameter, float(x)) for x in grid]
        together, applied = varied(chosen, parameter, grid), np.full(grid.size, steady)
        branches, marks = _over_parameter(cells, parameter, grid, steady)
    length = how.whole(duration)
    if start == "rest":
        reached = _from_rest(cells, applied, together, length, how)
    else:
        reached = _falling(cells, applied, length, how)
    lowest, highest, intervals = zip(*reached, strict=True)
    return Diagram(
        parameter, unit, branches, marks, grid, np.array(lowest), np.array(highest), intervals, start, str(how)
    )


def known(cell: Cell, parameter: str) -> Quantity:
    """The quantity of that symbol."""
    if parameter not in cell.model.symbols:
        raise UnknownName(cell.model.name, parameter, (CURRENT, *cell.model.symbols))
    return cell.model.quantity(parameter)


def varied(cell: Cell, parameter: str, value: object) -> Cell:
    """The cell with another value, or other values, of a parameter."""
    return replace(cell, parameters={**cell.parameters, parameter: value})


def rising(values: ArrayLike, who: str) -> Floats:
    """Finite numbers, each larger than the one before."""
    try:
        grid = np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError):
        raise BadValue(who, values, "rising finite numbers would do") from None
    if grid.ndim != 1 or not grid.size or not np.isfinite(grid).all() or (np.diff(grid) <= 0).any():
        raise BadValue(who, values, "rising finite numbers would do")
    return grid


def _over_current(flow: Flow, grid: Floats) -> tuple[tuple[Branch, ...], tuple[Mark, ...]]:
    """The branches are v against I(v), from one extremum of I(v), or seam, to the next."""
    low, high = grid[0], grid[-1]
    met = (*saddle_node(flow.cell), *andronov_hopf(flow.cell))
    marks = tuple(Mark(x.kind, x.current, float(x.state[0])) for x in met if low <= x.current <= high)
    if flow.drifts:
        return _upright(flow, grid), marks
    found = []
    for piece, turns in zip(flow.pieces, flow.turns, strict=True):
        for a, b in pairwise([piece.low, *turns, piece.high]):
            found += _stretch(flow, piece, (a, b), (low, high), [mark.voltage for mark in marks])
    return tuple(found), marks


def _stretch(
    flow: Flow, piece: Piece, ends: tuple[float, float], shown: tuple[float, float], marked: list[float]
) -> list[Branch]:
    """The branch between two voltages, where it is within the currents shown; marks are among its points."""
    v = np.linspace(*ends, ALONG)
    I = flow.current(v, piece.gate)
    near = np.flatnonzero((shown[0] <= I) & (shown[1] >= I))
    if not near.size:
        return []
    a, b = v[max(near[0] - 1, 0)], v[min(near[-1] + 1, ALONG - 1)]
    v = np.unique([*np.linspace(a, b, ALONG), *(x for x in marked if a < x < b)])
    I, state = flow.current(v, piece.gate), flow.settled(v, piece.gate)
    kept = (shown[0] <= I) & (shown[1] >= I) & (v < flow.peak(state[1]))
    if kept.sum() < 2:
        return []
    values = np.linalg.eigvals(flow.jacobian(state[:, kept], piece.gate)).astype(np.complex128)
    return [Branch(I[kept], v[kept], np.asarray((values.real < 0).all(axis=-1)), kinds(values))]


def _upright(flow: Flow, grid: Floats) -> tuple[Branch, ...]:
    """Where recovery does not decay, v does not depend on the current."""
    rows = [found_equilibria(flow, x) for x in (grid[0], grid[-1])]
    return tuple(
        Branch(
            grid[[0, -1]],
            np.array([x.voltage for x in pair]),
            np.array([x.stable for x in pair]),
            np.array([x.kind for x in pair]),
        )
        for pair in zip(*rows, strict=True)
    )


def _over_parameter(
    cells: list[Cell], parameter: str, grid: Floats, current: float
) -> tuple[tuple[Branch, ...], tuple[Mark, ...]]:
    """The equilibria at each value, by rank in v, in a new branch wherever their number changes."""
    rows = [found_equilibria(Flow(each), current) for each in cells]
    cuts = [k for k in range(1, len(rows)) if len(rows[k]) != len(rows[k - 1])]
    found = []
    for part in np.split(np.arange(grid.size), cuts):
        for rank in range(len(rows[part[0]])):
            line = [rows[k][rank] for k in part]
            found.append(
                Branch(
                    grid[part],
                    np.array([x.voltage for x in line]),
                    np.array([x.stable for x in line]),
                    np.array([x.kind for x in line]),
                )
            )
    return tuple(found), _marks_over(cells, parameter, grid, current)


def _marks_over(cells: list[Cell], parameter: str, grid: Floats, current: float) -> tuple[Mark, ...]:
    """Where a bifurcation's current passes the steady one between two values, by bisection."""
    marks = []
    for find in (saddle_node, andronov_hopf):
        rows = [find(each) for each in cells]
        for k in range(grid.size - 1):
            if len(rows[k]) != len(rows[k + 1]):
                continue
            for rank, (a, b) in enumerate(zip(rows[k], rows[k + 1], strict=True)):
                if (a.current > current) != (b.current > current):
                    marks.append(_passed(cells[k], parameter, (grid[k], grid[k + 1]), find, rank, a, current))
    return tuple(x for x in marks if x is not None)


def _passed(
    cell: Cell,
    parameter: str,
    pair: tuple[float, float],
    find: Callable[[Cell], tuple[Bifurcation, ...]],
    rank: int,
    first: Bifurcation,
    current: float,
) -> Mark | None:
    """The value between two at which a bifurcation's current is the steady one."""
    low, high = pair
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        met = find(varied(cell, parameter, middle))
        if len(met) <= rank:
            return None
        first_side = (met[rank].current > current) == (first.current > current)
        low, high = (middle, high) if first_side else (low, middle)
    return Mark(met[rank].kind, float(middle), float(met[rank].state[0]))


def _from_rest(cells: list[Cell], currents: Floats, together: Cell, length: float, how: Numerics) -> list[_Reached]:
    """What each reaches from its rest state, all at once."""
    states = [_resting(Flow(each), x) for each, x in zip(cells, currents, strict=True)]
    found = run(started(together, np.array(states).T), currents, length, how, every=_every(how))
    rows = zip(found.voltage, found.recovery, trains(found), strict=True)
    return [_late(each, found.time, *row, length) for each, row in zip(cells, rows, strict=True)]


def _falling(cells: list[Cell], currents: Floats, length: float, how: Numerics) -> list[_Reached]:
    """What each reaches from where that of the next larger value has come to; the largest begins with a spike."""
    found: list[_Reached] = []
    state = None
    for cell, current in zip(reversed(cells), reversed(currents), strict=True):
        if state is None or not np.isfinite(state).all():
            flow = Flow(cell)
            state = _resting(flow, current)
            state[0] = flow.peak(state[1])
        ran = run(started(cell, state), current, length, how, every=_every(how), engine="cpu")
        found.append(_late(cell, ran.time, ran.voltage, ran.recovery, ran.spike_times, length))
        broken = bool(ran.failures)
        rows = [ran.voltage, ran.recovery, ran.dendrite]
        state = None if broken else np.array([row[-1] for row in rows if row is not None])
    return found[::-1]


def _every(how: Numerics) -> int:
    return max(1, round(SAMPLED / how.dt))


def _resting(flow: Flow, current: float) -> Floats:
    return resting_state(flow, float(current)).copy()


def _late(cell: Cell, time: Floats, v: Floats, u: Floats, spikes: Floats, length: float) -> _Reached:
    """The extremes of v and the intervals in the second half of a run."""
    time = time[: v.size]
    inside = v[(time >= length / 2) & np.isfinite(v)]
    late = spikes[spikes >= length / 2]
    if not inside.size:
        return np.nan, np.nan, np.diff(late)
    highest = float(inside.max())
    if late.size:
        highest = float(Flow(cell).peak(u[np.searchsorted(time, late, side="right") - 1]).max())
    return float(inside.min()), highest, np.diff(late)
