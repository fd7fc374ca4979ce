"""Spike trains in numbers: intervals, rates, adaptation, regularity."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.errors import BadValue


def intervals(spikes: ArrayLike) -> NDArray[np.float64]:
    """The times between one spike and the next.

    Parameters
    ----------
    spikes : shape (k,) [ms]
        When it spiked, in order.

    Returns
    -------
    shape (k - 1,) [ms], or (0,) where there are fewer than two spikes

    Raises
    ------
    BadValue
        If the times are not in their order.

    Examples
    --------
    >>> intervals([10, 12, 17])
    array([2., 5.])
    """
    times = np.asarray(spikes, dtype=np.float64)
    found = np.diff(times)
    if times.ndim != 1 or not (found >= 0).all():
        raise BadValue("intervals", spikes, "spike times in ms, in their order, would do")
    return found


def instantaneous_rates(spikes: ArrayLike) -> NDArray[np.float64]:
    """One over each interval.

    Parameters
    ----------
    spikes : shape (k,) [ms]
        When it spiked, in order.

    Returns
    -------
    shape (k - 1,) [1/s]

    Examples
    --------
    >>> instantaneous_rates([0, 10, 30])
    array([100.,  50.])
    """
    with np.errstate(divide="ignore"):
        return 1e3 / intervals(spikes)


def mean_rate(spikes: ArrayLike) -> float:
    """One over the mean interval, 0 where there is none [1/s].

    Examples
    --------
    >>> mean_rate([0, 10, 30, 40])
    75.0
    """
    found = intervals(spikes)
    return float(1e3 / found.mean()) if found.size and found.mean() > 0 else 0.0


def interval_ratio(spikes: ArrayLike) -> float:
    """The last interval over the first: how many times slower a train ends than it began; 1 without two intervals.

    Examples
    --------
    >>> interval_ratio([0, 10, 25, 55])
    3.0
    """
    found = intervals(spikes)
    return float(found[-1] / found[0]) if found.size > 1 and found[0] > 0 else 1.0


def adaptation_index(spikes: ArrayLike) -> float:
    """The mean of (next - this) / (next + this) over successive intervals: 0 for a steady train, more if it slows.

    It is the index of the cell types database of the Allen Institute. It depends on how long one looks, since a train
    that has settled adds zeros; a criterion on `interval_ratio` does not.

    Examples
    --------
    >>> adaptation_index([0, 10, 20, 30]), round(adaptation_index([0, 10, 30]), 3)
    (0.0, 0.333)
    """
    found = intervals(spikes)
    total = found[1:] + found[:-1]
    return float((np.diff(found)[total > 0] / total[total > 0]).mean()) if (total > 0).any() else 0.0


def variation(spikes: ArrayLike) -> float:
    """The coefficient of variation of the intervals: 0 for a clock, 1 for a Poisson train.

    Examples
    --------
    >>> variation([0, 10, 20, 30])
    0.0
    """
    found = intervals(spikes)
    return float(found.std() / found.mean()) if found.size and found.mean() > 0 else 0.0


def local_variation(spikes: ArrayLike) -> float:
    """The mean of 2 |next - this| / (next + this) over successive intervals, CV2 of Holt et al. 1996.

    Like `variation` it is 1 for a Poisson train and 0 for a clock, but a rate that drifts slowly adds little.

    Examples
    --------
    >>> local_variation([0, 10, 20, 30])
    0.0
    """
    found = intervals(spikes)
    total = found[1:] + found[:-1]
    return float((2 * np.abs(np.diff(found))[total > 0] / total[total > 0]).mean()) if (total > 0).any() else 0.0
