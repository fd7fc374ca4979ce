"""What a candidate is compared with: recorded sweeps cut to what matters, at the step of the search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from izhi.engine.matching import Forced, Trial
from izhi.errors import BadValue
from izhi.fitting.clues import Clues
from izhi.sweeps import InjectedStep, Sweep, Sweeps

# Of a sweep, so much is kept before its current first changes and after it last does [ms].
BEFORE, AFTER = 100.0, 400.0
# For so long a cell that is held at some current comes to rest before the sweep begins [ms].
LEAD = 400.0
# Around each spike, voltages are not compared: the model has no waveform of a spike. So long before the peak, and after
# the time that it takes to fall [ms].
UPSTROKE, DOWNSTROKE = 1.5, 0.5
# How often voltages are compared [ms], and what a difference counts at most [mV].
LOOK, MOST = 0.5, 12.0
# Between the first and the last spike a voltage counts less: a spike elsewhere is not to be counted twice.
IN_TRAIN = 0.25
# A change of the current below this is noise of its channel, in parts of the largest [1].
NEGLIGIBLE = 0.02
# Mean intervals beyond these are no scale for how early or late a spike is [ms].
SHORTEST, LONGEST = 5.0, 50.0
# A voltage so far below the peak is half an interval late, at a guess [mV].
CLIMB = 60.0


@dataclass(frozen=True, eq=False)
class Target:
    """A sweep to be matched.

    Attributes
    ----------
    trial : Trial
        Its current, its voltages away from spikes, and the room for a candidate's spikes.
    spikes : shape (n,) [ms]
        When the cell spiked, by the clock of the trial, which begins with the lead-in.
    peaks : shape (n,) [mV]
        How high, half of the last rise above the highest sample.
    onset : float [ms]
        When the step begins from which the latency of the first spike is measured, by the same clock.
    until : float [ms]
        When the step ends, or the trial where there is none.
    offset : float [ms]
        When the trial ends.
    cut : float [ms]
        What must be added to a time of the trial to have one of the sweep.
    top, sure : float [mV]
        Where candidates that are made to spike are put down at the latest, and where they are sure to spike.
    """

    trial: Trial
    spikes: NDArray[np.float64]
    peaks: NDArray[np.float64]
    onset: float
    until: float
    offset: float
    cut: float
    top: float
    sure: float

    @property
    def interval(self) -> float:
        """The mean interval between its spikes, within limits [ms]."""
        mean = np.ptp(self.spikes) / (self.spikes.size - 1) if self.spikes.size > 1 else LONGEST
        return float(np.clip(mean, SHORTEST, LONGEST))

    @property
    def forced(self) -> Forced:
        """When candidates are made to spike in the first search."""
        step = np.unique(np.round(self.spikes / self.trial.dt).astype(np.int64))
        slope = self.interval / CLIMB / self.trial.dt
        return Forced(step, self.top, self.sure, slope, self.interval)

    @property
    def first(self) -> int:
        """The first spike since the onset."""
        return int(np.searchsorted(self.spikes, self.onset))

    @property
    def within(self) -> int:
        """Spikes within the step."""
        return int(np.searchsorted(self.spikes, self.until)) - self.first

    @property
    def latency(self) -> float:
        """From the onset to the first spike after it [ms]; 0 if there is none."""
        return float(self.spikes[self.first] - self.onset) if self.first < self.spikes.size else 0.0


def split(sweeps: Sweeps, hold_out: str | Sequence[int] | None) -> tuple[Sweeps, Sweeps | None]:
    """The sweeps to fit, and those to predict if there are any; see `Sweeps.select`."""
    if hold_out is None:
        return sweeps, None
    kept = sweeps.select(hold_out)
    out = {id(sweep) for sweep in kept}
    rest = [k for k, sweep in enumerate(sweeps) if id(sweep) not in out]
    if not rest:
        raise BadValue("hold_out", hold_out, "at least one sweep that is left to fit would do")
    return sweeps.select(rest), kept


def target(sweep: Sweep, step: InjectedStep | None, dt: float, seen: Clues) -> Target:
    """A sweep as a search sees it, with steps of dt."""
    spikes = sweep.spike_times()
    fine = sweep.resampled(dt)
    first, last = _window(fine.current, dt)
    current, voltage = fine.current[first:last], fine.voltage[first:last]
    holding = float(np.median(current[: max(1, round(BEFORE / dt / 2))]))
    lead = (
        round(LEAD / LOOK) * max(1, round(LOOK / dt))
        if abs(holding) > NEGLIGIBLE * max(np.ptp(current), abs(holding))
        else 0
    )
    begin = lead - first
    kept = spikes[(spikes >= first * dt) & (spikes < last * dt)]
    within = kept + begin * dt
    change = np.unique(np.concatenate([[0, lead], lead + np.flatnonzero(np.diff(current)) + 1])).astype(np.int64)
    held = np.concatenate([np.full(lead, holding), current])
    look, weight = _looks(voltage.size, within - lead * dt, dt, seen.fall + DOWNSTROKE)
    trial = Trial(
        dt=dt,
        steps=held.size,
        change_step=change,
        change_current=held[change],
        look_step=look + lead,
        look_voltage=_smooth(voltage, round(LOOK / dt))[look],
        look_weight=weight,
        look_every=max(1, round(LOOK / dt)),
        most=MOST * MOST,
        spikes=2 * within.size + 16,
    )
    onset = (step.start if step else first * dt) + begin * dt
    until = step.stop + begin * dt if step else held.size * dt
    return Target(
        trial,
        within,
        _peaks(sweep, kept),
        onset,
        until,
        held.size * dt,
        -begin * dt,
        seen.peak,
        0.5 * (seen.threshold + seen.peak),
    )


def _peaks(sweep: Sweep, spikes: NDArray[np.float64]) -> NDArray[np.float64]:
    """How high spikes are [mV]: somewhere between the highest sample and one that would be as far beyond it."""
    near = np.round(spikes / sweep.dt).astype(np.int64)[:, None] + np.arange(-2, 3)
    near = np.clip(near, 1, sweep.voltage.size - 1)
    top = np.take_along_axis(near, sweep.voltage[near].argmax(axis=1)[:, None], axis=1)[:, 0]
    return sweep.voltage[top] + 0.5 * (sweep.voltage[top] - sweep.voltage[top - 1])


def targets(sweeps: Sweeps, dt: float, seen: Clues) -> tuple[Target, ...]:
    """All sweeps as a search sees them."""
    return tuple(target(sweep, step, dt, seen) for sweep, step in zip(sweeps, sweeps.steps, strict=True))


def _window(current: NDArray[np.float64], dt: float) -> tuple[int, int]:
    """The samples to keep: from some time before the current first changes to some time after it last does."""
    away = np.abs(np.diff(current)) > NEGLIGIBLE * max(np.ptp(current), 1e-9)
    moves = np.flatnonzero(away)
    if not moves.size:
        return 0, current.size
    return max(0, int(moves[0] + 1 - BEFORE / dt)), min(current.size, int(moves[-1] + 1 + AFTER / dt))


def _smooth(voltage: NDArray[np.float64], samples: int) -> NDArray[np.float64]:
    """The mean over as many samples as there are from one look to the next, without delay: noise counts less."""
    half = max(0, samples - 1) // 2
    padded = np.pad(voltage, half, mode="edge")
    return np.convolve(padded, np.full(2 * half + 1, 1 / (2 * half + 1)), "valid")


def _looks(
    samples: int, spikes: NDArray[np.float64], dt: float, after_spike: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """When voltages are compared, and with which weights, which add up to one."""
    every = max(1, round(LOOK / dt))
    look = np.arange(0, samples, every)
    when = look * dt
    after = np.searchsorted(spikes, when)
    previous = np.concatenate([[-np.inf], spikes])[after]
    following = np.concatenate([spikes, [np.inf]])[after]
    clear = (when - previous > after_spike) & (following - when > UPSTROKE)
    look, after = look[clear], after[clear]
    weight = np.where((after > 0) & (after < spikes.size), IN_TRAIN, 1.0)
    return look, weight / max(weight.sum(), 1e-9)
