"""What a script is made of: one cell under its stimulus, with a scheme and a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from izhi.cell import Cell
from izhi.errors import BadValue
from izhi.experiment import Experiment, preset_stimulus, read_experiment
from izhi.presets import preset
from izhi.presets.file import holds_cells, in_file
from izhi.schemes import GridScheme, scheme
from izhi.simulation import checked_step
from izhi.stimulus import Drive, Stimulus, drive
from izhi.stimulus.terms import checked


@dataclass(frozen=True, eq=False)
class CellRun:
    """One run of one cell, in the form that scripts are written from.

    Attributes
    ----------
    cell : Cell
    stimulus : Stimulus or None
    duration, dt : float [ms]
    scheme : GridScheme
    title : str
        What it is, in one line.
    """

    cell: Cell
    stimulus: Stimulus | None
    duration: float
    dt: float
    scheme: GridScheme
    title: str

    @property
    def steps(self) -> int:
        return round(self.duration / self.dt)

    @property
    def drive(self) -> Drive:
        return drive(self.stimulus, self.duration)

    @property
    def parameters(self) -> dict[str, float]:
        """Those of its model."""
        return {symbol: float(self.cell.parameters[symbol]) for symbol in self.cell.model.symbols}

    @property
    def state(self) -> dict[str, float]:
        """Where it starts, by symbol."""
        values = self.cell.state(1)[:, 0].tolist()
        return {q.symbol: value for q, value in zip(self.cell.model.state, values, strict=True)}


def cell_run(
    what: Any, stimulus: Stimulus | None, duration: float | None, name: str, dt: float | None, who: str
) -> CellRun:
    """The run that is asked for: a preset, an experiment file or a cell, by the scheme of that name.

    Parameters
    ----------
    what : str, Path, Cell or Experiment
        The name of a preset, which brings its own stimulus, duration and step; an experiment file; or a cell.
    stimulus : Stimulus, optional
        In place of its own.
    duration : float, optional
        [ms] In place of its own.
    name : str
        Of the scheme.
    dt : float, optional
        [ms] In place of its own.
    who : str
        Who asks, for errors.

    Raises
    ------
    BadValue, UnknownName, FileProblem
        If there is none, or it has more than one cell.
    """
    title = ""
    if isinstance(what, str) and not is_experiment(what):
        row = preset(what)
        title = f"{row.name}, {row.title}"
        what = Experiment(Cell.preset(row.name), preset_stimulus(row), row.duration, name, row.dt, 1e-9, 1)
    elif not isinstance(what, Cell | Experiment):
        what = read_experiment(what)
    if isinstance(what, Cell):
        what = Experiment(what, stimulus, 1000.0, name, None, 1e-9, 1)
    if not isinstance(what, Experiment):
        raise BadValue(who, type(what).__name__, "an experiment with a preset or a model would do")
    if what.cell.count is not None:
        raise BadValue(who, f"{what.cell.count} cells", "one cell would do in a script")
    method = scheme(name)
    assert isinstance(method, GridScheme)
    chosen = what.stimulus if stimulus is None else stimulus
    length = what.duration if duration is None else float(checked(duration, "duration", "a time in ms would do"))
    step = checked_step(method, (what.dt or method.dt) if dt is None else dt)
    if round(length / step) < 1 or not np.isclose(length / step, round(length / step), rtol=1e-9, atol=1e-6):
        raise BadValue("duration", length, f"a multiple of dt, {step:g} ms, would do")
    return CellRun(what.cell, chosen, length, step, method, title or str(what.cell))


def is_experiment(name: str) -> bool:
    """Whether a name is that of a file, and not of a cell, in a file or here."""
    return in_file(name) and not holds_cells(name)
