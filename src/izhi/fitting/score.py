"""How well a cell does what a recording does: numbers for people, sweep by sweep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from izhi.analysis import coincidence_factor
from izhi.cell import Cell
from izhi.fitting.problem import perform
from izhi.fitting.space import SCALE, Space
from izhi.fitting.target import LEAD, NEGLIGIBLE
from izhi.simulation import simulate
from izhi.stimulus import Steps
from izhi.sweeps import InjectedStep, Sweep, Sweeps

# Two spikes coincide if they are so close [ms].
WINDOW = 2.0


@dataclass(frozen=True, eq=False)
class SweepScore:
    """One sweep and its prediction.

    Attributes
    ----------
    name : str
    dt : float [ms]
    current : shape (n,) [pA]
    recorded, predicted : shape (n,) [mV]
    spikes, predicted_spikes : shape (k,) [ms]
        From the first sample.
    step : InjectedStep or None
    """

    name: str
    dt: float
    current: NDArray[np.float64]
    recorded: NDArray[np.float64]
    predicted: NDArray[np.float64]
    spikes: NDArray[np.float64]
    predicted_spikes: NDArray[np.float64]
    step: InjectedStep | None

    @property
    def duration(self) -> float:
        """[ms]"""
        return self.dt * self.recorded.size

    def _within(self, times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Those within the step, or all."""
        return times if self.step is None else times[(times >= self.step.start) & (times < self.step.stop)]

    @property
    def counts(self) -> tuple[int, int]:
        """Spikes within the step, recorded and predicted."""
        return self._within(self.spikes).size, self._within(self.predicted_spikes).size

    @property
    def latencies(self) -> tuple[float, float]:
        """From the step to the first spike within it, recorded and predicted [ms]; NaN without a spike."""
        start = self.step.start if self.step else 0.0
        found = (self._within(times) for times in (self.spikes, self.predicted_spikes))
        first, second = (float(times[0] - start) if times.size else np.nan for times in found)
        return first, second

    @property
    def gamma(self) -> float:
        """The coincidence factor with a window of 2 ms; NaN if either has no spike."""
        if not self.spikes.size or not self.predicted_spikes.size:
            return np.nan
        return float(coincidence_factor(self.predicted_spikes, self.spikes, window=WINDOW, duration=self.duration))

    @property
    def voltage_error(self) -> float:
        """Root mean square of predicted minus recorded voltage, away from the spikes of both [mV]."""
        away = np.ones(self.recorded.size, dtype=bool)
        for t in (*self.spikes, *self.predicted_spikes):
            away[max(0, round((t - 2) / self.dt)) : round((t + 5) / self.dt)] = False
        off = (self.predicted - self.recorded)[away]
        return float(np.sqrt(np.mean(off * off))) if off.size else np.nan


@dataclass(frozen=True, eq=False)
class Score:
    """How well some sweeps are predicted.

    Attributes
    ----------
    sweeps : tuple of SweepScore
    """

    sweeps: tuple[SweepScore, ...]

    @property
    def gamma(self) -> float:
        """The mean coincidence factor of sweeps with spikes."""
        found = [s.gamma for s in self.sweeps if s.spikes.size]
        return float(np.mean(np.nan_to_num(found))) if found else np.nan

    @property
    def count_error(self) -> float:
        """The median over sweeps of how many spikes are too many or too few within the step."""
        return float(np.median([abs(a - b) for a, b in (s.counts for s in self.sweeps)]))

    @property
    def relative_count_error(self) -> float:
        """The same in parts of those recorded, of sweeps with spikes."""
        found = [abs(a - b) / a for a, b in (s.counts for s in self.sweeps) if a]
        return float(np.median(found)) if found else np.nan

    @property
    def latency_error(self) -> float:
        """The median over sweeps with spikes of how early or late the first comes [ms]; one that is missing counts as
        late by the rest of the step.
        """
        found = []
        for s in self.sweeps:
            mine, theirs = s.latencies
            if np.isfinite(mine):
                rest = (s.step.duration if s.step else s.duration) - mine
                found.append(abs(theirs - mine) if np.isfinite(theirs) else rest)
        return float(np.median(found)) if found else np.nan

    @property
    def rate_error(self) -> float:
        """Root mean square of predicted minus recorded rates, in parts of that of the recorded."""
        pairs = np.array([s.counts for s in self.sweeps], dtype=np.float64)
        spans = np.array([s.step.duration if s.step else s.duration for s in self.sweeps])
        recorded, predicted = pairs.T / spans
        size = np.sqrt(np.mean(recorded**2))
        return float(np.sqrt(np.mean((predicted - recorded) ** 2)) / size) if size else np.nan

    @property
    def voltage_error(self) -> float:
        """The median of the sweeps' voltage errors [mV]."""
        return float(np.nanmedian([s.voltage_error for s in self.sweeps]))


def score(space: Space, x: NDArray[np.float64], sweeps: Sweeps, threads: int) -> Score:
    """How a candidate does on sweeps, by the true solution."""
    table = space.table(x)
    found: list[SweepScore | None] = [None] * len(sweeps)
    steps = sweeps.steps

    def task(k: int) -> None:
        found[k] = _predicted(space, table, sweeps[k], steps[k])

    perform(task, range(len(sweeps)), threads)
    return Score(tuple(each for each in found if each is not None))


def _predicted(space: Space, table: NDArray[np.float64], sweep: Sweep, step: InjectedStep | None) -> SweepScore:
    model, values = space.model, table[:, 0]
    state = space.state(table)[:, 0]
    cell = Cell(
        model, dict(zip(model.symbols, values.tolist(), strict=False)),
        initial=dict(zip([q.symbol for q in model.state], state.tolist(), strict=True)),
    )  # fmt: skip
    current = sweep.current / (values[-1] if SCALE in space.symbols and model.current != "pA" else 1.0)
    held = abs(sweep.holding) > NEGLIGIBLE * max(np.ptp(sweep.current), abs(sweep.holding))
    lead = round(LEAD / sweep.dt) if held else 0
    full = np.concatenate([np.full(lead, current[: max(1, round(50 / sweep.dt))].mean()), current])
    change = np.concatenate([[0], np.flatnonzero(np.diff(full)) + 1])
    recording = simulate(
        cell, Steps(change * sweep.dt, full[change]), full.size * sweep.dt, dt=sweep.dt, threads=1, tolerance=1e-6
    )
    voltage = np.full(sweep.voltage.size, np.nan)
    given = recording.voltage[lead : lead + voltage.size]
    voltage[: given.size] = given
    spikes = recording.spike_times - lead * sweep.dt
    return SweepScore(
        sweep.name, sweep.dt, sweep.current, sweep.voltage, voltage, sweep.spike_times(),
        spikes[(spikes >= 0) & (spikes < sweep.duration)], step,
    )  # fmt: skip
