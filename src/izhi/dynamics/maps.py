"""Maps over two parameters: what a cell does at every pair of values, run as one ensemble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.dynamics.diagram import CURRENT, known, rising
from izhi.dynamics.ensemble import failed, numerics, run, trains
from izhi.dynamics.flow import Floats, number, one_cell
from izhi.dynamics.trains import CLASSES, OTHER, cycle, firing_class, late_gaps, unresolved
from izhi.errors import BadValue, UnknownName
from izhi.memory import free_memory

MEASURES = {"rate": "Hz", "spikes per burst": "", "class": ""}
# What a cell takes besides its parameters, and what its spikes take if it fires without pause at this rate [bytes; Hz].
PER_CELL, PER_SPIKE, FASTEST = 2000, 48, 500.0
# The share of the free memory that a map may take, and what it may take at most [bytes].
SHARE, MOST = 0.5, 8 << 30


@dataclass(frozen=True, eq=False)
class Axis:
    """What varies along one side of a map.

    Attributes
    ----------
    symbol : str
        "I" or a parameter's.
    values : shape (n,)
    unit : str
    """

    symbol: str
    values: Floats
    unit: str


@dataclass(frozen=True, eq=False)
class ParameterMap:
    """A measure at every pair of values.

    Attributes
    ----------
    x, y : Axis
    measure : {"rate", "spikes per burst", "class"}
    values : shape (len(y), len(x))
        Rates in Hz; spikes per burst, 1 for single spikes and 0 for none; or for "class" the place in `classes`. NaN
        (a class: "other") where the numbers of a run broke down.
    unit : str
    classes : tuple of str
        "silent", "tonic", "bursting", "other".
    """

    x: Axis
    y: Axis
    measure: str
    values: NDArray[np.float64]
    unit: str
    classes: tuple[str, ...] = CLASSES


def parameter_map(
    cell: Cell | str,
    x: tuple[str, Any],
    y: tuple[str, Any],
    measure: str = "rate",
    *,
    current: float = 0.0,
    duration: float = 1000.0,
    scheme: str = "rk4",
    dt: float = 0.1,
) -> ParameterMap:
    """What a cell does over two of the current and its parameters.

    All pairs are run as one ensemble, from where the cell starts, and judged by the second half of the run.

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.
    x, y : (str, shape (n,) rising)
        "I" or a parameter's symbol, and its values.
    measure : {"rate", "spikes per burst", "class"}
        "class": "silent"; "tonic" with intervals that vary by at most 5 % (coefficient of variation); "bursting" with
        intervals of two kinds, a factor of three apart; "other".
    current : float
        In the model's unit, unless I is one of the two.
    duration : float [ms]
        Of each run.
    scheme, dt
        Of the runs; "euler" is the fastest.

    Raises
    ------
    BadValue, UnknownName
        If a symbol or measure is unknown, values are not finite and rising, or the map may take more memory than half
        of what is free.

    Examples
    --------
    >>> found = parameter_map("2007/RS", ("I", [40, 100]), ("d", [50, 100, 150]))
    >>> found.values.round(1)
    array([[ 0. , 24.5],
           [ 0. , 13.2],
           [ 0. , 10.2]])
    """
    chosen = one_cell(cell, "parameter_map")
    if measure not in MEASURES:
        raise UnknownName("parameter_map: measure", measure, MEASURES)
    across, up = _axis(chosen, x, "x"), _axis(chosen, y, "y")
    if across.symbol == up.symbol:
        raise BadValue("parameter_map: y", up.symbol, f"another symbol than that of x, {across.symbol}, would do")
    how = numerics(scheme, dt)
    length = how.whole(duration)
    _check_memory(across.values.size * up.values.size, length, len(chosen.model.symbols))
    grid = dict(zip((across.symbol, up.symbol), map(np.ravel, np.meshgrid(across.values, up.values)), strict=True))
    applied = grid.pop(CURRENT, np.full(up.values.size * across.values.size, number(current, "parameter_map: current")))
    recording = run(replace(chosen, parameters={**chosen.parameters, **grid}), applied, length, how)
    broken = failed(recording)
    gaps = [late_gaps(t, length / 2, length) for t in trains(recording)]
    measured = [_measured(t, k in broken or unresolved(t, how.dt), measure) for k, t in enumerate(gaps)]
    values = np.array(measured, dtype=np.float64).reshape(up.values.size, across.values.size)
    return ParameterMap(across, up, measure, values, MEASURES[measure])


def _axis(cell: Cell, given: Any, name: str) -> Axis:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 2 or not isinstance(given[0], str):
        raise BadValue(f"parameter_map: {name}", given, "a symbol and its values, such as ('I', [50, 100]), would do")
    unit = cell.model.current if given[0] == CURRENT else known(cell, given[0]).unit
    return Axis(given[0], rising(given[1], f"parameter_map: {given[0]}"), unit)


def _check_memory(cells: int, duration: float, symbols: int) -> None:
    needed = cells * (PER_CELL + 8 * symbols + PER_SPIKE * FASTEST * duration / 1e3)
    free = free_memory()
    most = MOST if free is None else min(MOST, SHARE * free)
    if needed > most:
        wanted = f"at most {most / 1e9:.3g} GB would do: fewer values, or a shorter duration"
        raise BadValue("parameter_map", f"{cells:,} cells, up to {needed / 1e9:.3g} GB", wanted)


def _measured(gaps: Floats, broken: bool, measure: str) -> float:
    if broken:
        return float(CLASSES.index(OTHER)) if measure == "class" else np.nan
    if measure == "class":
        return float(CLASSES.index(firing_class(gaps)))
    rate, per_burst = cycle(gaps)
    return rate if measure == "rate" else per_burst
