"""What a train of spikes under a constant current is: its rates, its bursts, its class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from izhi.analysis.bursts import longest_within

Floats = NDArray[np.float64]
# A train has stopped where the silence after it is longer than this many of its longest interval.
ONGOING = 1.5
# Intervals whose coefficient of variation is below this are all alike.
ALIKE = 0.05
# A train with fewer steps between its spikes is one of the scheme's, not of the equations'.
STEPS = 2.0
SILENT, TONIC, BURSTING, OTHER = "silent", "tonic", "bursting", "other"
CLASSES = (SILENT, TONIC, BURSTING, OTHER)


def late_gaps(spikes: Floats, start: float, stop: float) -> Floats:
    """The intervals that end at or after `start`, or none if the train has stopped before `stop` [ms]."""
    first = int(np.searchsorted(spikes, start))
    gaps = np.diff(spikes[max(first - 1, 0) :])
    if first == spikes.size or not gaps.size or stop - spikes[-1] > ONGOING * gaps.max():
        return np.zeros(0)
    return gaps


def unresolved(gaps: Floats, dt: float) -> bool:
    """Whether the cell ran away: it spikes again within about a step [ms] of the scheme."""
    return bool(gaps.size and gaps.mean() < STEPS * dt)


def cycle(gaps: Floats) -> tuple[float, float]:
    """The rate [Hz] and the spikes per burst of a train with these intervals; (0, 0) without any.

    Where intervals are of two kinds, at least a factor of three apart, spikes are counted from the end of the first
    long interval to the end of the last, so that bursts are whole. Otherwise a burst is one spike.
    """
    if not gaps.size:
        return 0.0, 0.0
    short = longest_within(gaps)
    onsets = np.zeros(0, dtype=np.int64) if short is None else np.flatnonzero(gaps > short)
    if onsets.size < 2:
        return 1e3 * gaps.size / float(gaps.sum()), 1.0 if short is None else float("nan")
    whole = gaps[onsets[0] + 1 : onsets[-1] + 1]
    return 1e3 * whole.size / float(whole.sum()), whole.size / (onsets.size - 1)


def firing_class(gaps: Floats) -> str:
    """Silent; tonic with intervals that are alike; bursting with intervals of two kinds; otherwise other."""
    if not gaps.size:
        return SILENT
    if gaps.std() <= ALIKE * gaps.mean():
        return TONIC
    return BURSTING if cycle(gaps)[1] > 1 else OTHER
