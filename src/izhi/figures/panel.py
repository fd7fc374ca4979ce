"""A panel of a published figure: one cell under one current, by one or several schemes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.errors import UnknownName
from izhi.experiment import preset_stimulus
from izhi.plot.traces import Trace, trace
from izhi.presets import Preset
from izhi.schemes import scheme
from izhi.simulation import simulate
from izhi.stimulus import Stimulus, drive

# Colors that remain apart for the color-blind (Okabe and Ito), with one kept for the true solution.
PUBLISHED, TRUE = "#000000", "#0072B2"
OTHERS = ("#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


@dataclass(frozen=True, eq=False)
class Current:
    """A current beside the one that a panel has: what the legend says of it, its color, and its course [ms, unit]."""

    label: str
    color: str
    time: NDArray[np.float64]
    current: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Panel:
    """What one panel shows. More traces may be put in with `dataclasses.replace`; they are drawn one below the other.

    Attributes
    ----------
    tag : str
        Its letter, or the short name of its cell.
    title : str
    traces : tuple of Trace
    time, current : shape (n,) [ms, unit]
        The stimulus.
    unit : str
        Of the current.
    duration : float [ms]
    raster : tuple of Trace
        Those whose spikes are strokes below the voltages.
    true : shape (spikes,) [ms], or None
        The spikes of the true solution, which are lines through the raster.
    given : Current or None
        Another current, where not all traces had the same.
    """

    tag: str
    title: str
    traces: tuple[Trace, ...]
    time: NDArray[np.float64]
    current: NDArray[np.float64]
    unit: str
    duration: float
    raster: tuple[Trace, ...] = ()
    true: NDArray[np.float64] | None = None
    given: Current | None = None


def panel(
    row: Preset,
    schemes: Sequence[str],
    *,
    title: str,
    tag: str = "",
    stimulus: Stimulus | None = None,
    lead: float = 0.0,
    others: Sequence[str] = OTHERS,
    changes: Mapping[str, Any] | None = None,
    **options: Any,
) -> Panel:
    """Run a published cell by each of the schemes, and make a panel of it.

    Parameters
    ----------
    row : Preset
        The cell, how long it runs, and, unless told otherwise, its stimulus.
    schemes : sequence of str
        The scheme of the program that published the cell takes the step of that program; others take their own.
    title : str
        What it shows.
    tag : str
        Its letter, or the short name of the cell.
    stimulus : Stimulus, optional
        Instead of that of the preset; its times are those of the run.
    lead : float [ms]
        For how long it runs before the panel begins, so that the panel can begin with a settled cell.
    others : sequence of str
        The colors of schemes that are neither the published program's nor the true solution.
    changes : mapping, optional
        Parameters that the cell has in place of its own.
    **options
        For `simulate`.

    Raises
    ------
    UnknownName
        If there is no such scheme.
    """
    applied = preset_stimulus(row) if stimulus is None else stimulus
    cell, duration = Cell.preset(row.name, **(changes or {})), lead + row.duration
    labels, traces = [described(name, row) for name in schemes], []
    for name, label, color in zip(schemes, labels, colors(row, schemes, others), strict=True):
        step = row.dt if name == row.scheme else None
        with np.errstate(all="ignore"):  # numbers that break down are in the recording's failures
            recording = simulate(cell, applied, duration, scheme=name, dt=step, **options)
        traces.append(trace(recording, label, color, origin=lead))
    times = np.arange(round(row.duration / row.dt) + 1, dtype=np.float64) * np.float64(row.dt)
    current = drive(applied, duration).current(lead + times)[:, 0]
    return Panel(tag, title, tuple(traces), times, current, cell.model.current, row.duration)


def colors(row: Preset, schemes: Iterable[str], others: Sequence[str] = OTHERS) -> list[str]:
    """A color for each scheme: one for the published program, one for the true solution, and others in turn."""
    turn = cycle(others)
    return [PUBLISHED if s == row.scheme else TRUE if s == "accurate" else next(turn) for s in schemes]


def described(name: str, row: Preset) -> str:
    """What the legend says of a scheme."""
    if name == row.scheme:
        return f"scheme of the published program ({name})"
    if name == "accurate":
        return "true solution (accurate)"
    return f"{name}, {scheme(name).dt:g} ms"


def chosen(who: str, wanted: Sequence[str] | None, valid: Sequence[str]) -> list[str]:
    """The cells to draw, in the order of the figure; all of them unless some are asked for.

    Raises
    ------
    UnknownName
        If one is not in the figure.
    """
    for name in wanted or ():
        if name not in valid:
            raise UnknownName(f"{who}: cell", name, valid)
    return [name for name in valid if not wanted or name in wanted]
