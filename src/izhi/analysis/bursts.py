"""Bursts: runs of short intervals between long ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis.spikes import intervals

# Intervals within bursts and between them are two populations, at least this factor apart: half an order of magnitude.
# Where the logarithms of intervals have such a gap, the valley of the log interval histogram (Selinger et al. 2007,
# Pasquale et al. 2010) lies in it. Within a burst an interval is seldom twice the one before.
PAUSE = 3.0
# A burst that stands alone has at least three spikes; two are a doublet. Repeated doublets are bursts.
BURST = 3


@dataclass(frozen=True)
class Burst:
    """A run of spikes with short intervals.

    Attributes
    ----------
    start, stop : float [ms]
        Its first and its last spike.
    count : int
        Its spikes.
    """

    start: float
    stop: float
    count: int


def longest_within(gaps: NDArray[np.float64]) -> float | None:
    """The longest interval within bursts, or None where the intervals are of one kind.

    It is the interval below the widest gap between the sorted logarithms of the intervals, if that is a factor of
    `PAUSE` or more.

    Parameters
    ----------
    gaps : shape (k,) [ms]
        Intervals between spikes.

    Examples
    --------
    >>> longest_within(np.array([2.0, 3.0, 40.0, 2.0, 3.0]))
    3.0
    >>> longest_within(np.array([10.0, 12.0, 15.0])) is None
    True
    """
    ordered = np.sort(gaps[gaps > 0])
    if ordered.size < 2:
        return None
    factors = ordered[1:] / ordered[:-1]
    widest = int(factors.argmax())
    return float(ordered[widest]) if factors[widest] >= PAUSE else None


def find_bursts(spikes: ArrayLike) -> tuple[Burst, ...]:
    """The bursts of a train: at least two spikes with intervals of the short kind.

    Parameters
    ----------
    spikes : shape (k,) [ms]
        When it spiked, in order.

    Returns
    -------
    tuple of Burst
        None where intervals are not of two kinds, at least a factor of three apart.

    Examples
    --------
    >>> [burst.count for burst in find_bursts([0, 2, 5, 45, 47, 50, 90])]
    [3, 3]
    >>> find_bursts([0, 10, 20, 30])
    ()
    """
    times = np.asarray(spikes, dtype=np.float64)
    gaps = intervals(times)
    short = longest_within(gaps)
    if short is None:
        return ()
    cuts = np.flatnonzero(gaps > short) + 1
    groups = np.split(times, cuts)
    return tuple(Burst(float(g[0]), float(g[-1]), g.size) for g in groups if g.size > 1)
