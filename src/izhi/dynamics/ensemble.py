"""Runs of one cell under many currents, from many states or with many parameters at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from izhi.cell import Cell
from izhi.dynamics.flow import Floats, number
from izhi.errors import BadValue
from izhi.recording import Recording
from izhi.simulation import simulate
from izhi.stimulus import Constant, Stimulus


@dataclass(frozen=True)
class Numerics:
    """By which scheme runs are made.

    Attributes
    ----------
    scheme : str
        See `izhi.SCHEMES`.
    dt : float [ms]
        Its step.
    """

    scheme: str = "rk4"
    dt: float = 0.05

    def whole(self, duration: float) -> float:
        """The duration, in whole steps [ms]."""
        length = number(duration, "duration", "a number of ms would do")
        if length <= 0:
            raise BadValue("duration", duration, "more than 0 ms would do")
        return max(1, round(length / self.dt)) * self.dt

    def __str__(self) -> str:
        return f"{self.scheme}, dt {self.dt:g} ms"


def numerics(scheme: str, dt: float) -> Numerics:
    """The scheme and step, checked."""
    step = number(dt, "dt", "a number of ms would do")
    if step <= 0:
        raise BadValue("dt", dt, "more than 0 ms would do")
    return Numerics(scheme, step)


def started(cell: Cell, state: Any) -> Cell:
    """The cell, starting from a state: shape (dimensions,), or (dimensions, cells)."""
    symbols = [q.symbol for q in cell.model.state]
    return replace(cell, initial=dict(zip(symbols, np.asarray(state, dtype=np.float64), strict=True)))


def run(
    cell: Cell, stimulus: Stimulus | Any, duration: float, how: Numerics, every: int | None = None, **options: Any
) -> Recording:
    """Spikes, or with `every` samples too, under a stimulus or constant currents."""
    drive = stimulus if isinstance(stimulus, Stimulus) else Constant(stimulus)
    recorded: dict[str, Any] = {"record": "spikes"} if every is None else {"record": "all", "every": every}
    with np.errstate(all="ignore"):  # numbers that break down are in the recording's failures
        return simulate(cell, drive, how.whole(duration), scheme=how.scheme, dt=how.dt, **recorded, **options)


def trains(recording: Recording) -> list[Floats]:
    """The spikes of each cell [ms]."""
    return [recording.spike_times] if recording.single else recording.spike_times


def failed(recording: Recording) -> set[int]:
    """The cells whose numbers broke down."""
    return {failure["cell"] for failure in recording.failures}
