"""How much and how regularly the cells of a network fire: rates, and the variation of intervals and of counts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis.binning import bin_number, check_spikes, check_window, count_spikes, numbers, place
from izhi.errors import BadValue

# The fewest intervals of a cell that are judged: of ten of a Poisson train the variation is too low by an eighth.
LEAST = 10
# A Gaussian is cut off at this many of its widths.
REACH = 4.0


class PopulationRate(NamedTuple):
    """The rate of a population in time.

    Attributes
    ----------
    time : shape (bins,) [ms]
        The middle of each bin.
    rate : shape (bins,) [Hz, spikes per second and cell]
    """

    time: NDArray[np.float64]
    rate: NDArray[np.float64]


def firing_rates(
    spike_time: ArrayLike, spike_cell: ArrayLike, count: int, start: float, stop: float
) -> NDArray[np.float64]:
    """How often each cell spikes: its number of spikes over the length of the window.

    Parameters
    ----------
    spike_time : shape (spikes,), float [ms]
        In any order.
    spike_cell : shape (spikes,), int
        The cell of each spike, from 0.
    count : int
        How many cells there are.
    start, stop : float [ms]
        The window. It has the spikes at its start, but not those at its stop.

    Returns
    -------
    shape (count,) [Hz]

    Raises
    ------
    BadValue
        If a spike is of no cell, or the window has no length.

    Examples
    --------
    >>> firing_rates([10, 20, 30], [0, 2, 2], 3, 0, 1000)
    array([1., 0., 2.])
    """
    time, cell = check_spikes("firing_rates", spike_time, spike_cell, count)
    check_window("firing_rates", start, stop)
    inside = (time >= start) & (time < stop)
    return np.bincount(cell[inside], minlength=count) * np.float64(1e3 / (stop - start))


def population_rate(
    spike_time: ArrayLike, count: int, start: float, stop: float, *, width: float = 1.0, smooth: float = 0.0
) -> PopulationRate:
    """The mean rate over cells, in bins of time: r_k = n_k / (count * width), n_k spikes in bin k.

    What is left after the last whole bin is not counted. Smoothed, it is the mean of r weighted by a Gaussian; at the
    ends of the window the weights of what lies within it are scaled to a sum of 1, which leaves a constant as it is.

    Parameters
    ----------
    spike_time : shape (spikes,), float [ms]
        Of all cells of the population, and of no other.
    count : int
        How many cells there are.
    start, stop : float [ms]
        The window.
    width : float [ms]
        Of a bin.
    smooth : float [ms]
        The standard deviation of the Gaussian; 0 for none.

    Returns
    -------
    PopulationRate

    Raises
    ------
    BadValue
        If the window does not hold a bin, or a width is negative.

    Examples
    --------
    >>> population_rate([0.5, 1.5, 1.7], 2, 0, 3)
    PopulationRate(time=array([0.5, 1.5, 2.5]), rate=array([ 500., 1000.,    0.]))
    """
    who = "population_rate"
    time = numbers(who, spike_time, "spike times in ms, all finite, would do")
    if count < 1:
        raise BadValue(who, count, "a number of cells, at least 1, would do")
    bins = bin_number(who, start, stop, width)
    if not 0 <= smooth <= stop - start:
        raise BadValue(who, smooth, f"a Gaussian of 0 to {stop - start:g} ms would do")
    number = np.bincount(place(time, start, bins, width)[1], minlength=bins)
    rate = number * np.float64(1e3 / (count * width))
    middle = start + np.float64(width) * (np.arange(bins) + 0.5)
    return PopulationRate(middle, _smoothed(rate, smooth / width) if smooth else rate)


def _smoothed(values: NDArray[np.float64], deviation: float) -> NDArray[np.float64]:
    """The running mean by a Gaussian, its deviation in samples."""
    half = min(int(np.ceil(REACH * deviation)), values.size - 1)
    weights = np.exp(-0.5 * (np.arange(-half, half + 1) / deviation) ** 2)
    here = slice(half, half + values.size)
    return np.convolve(values, weights)[here] / np.convolve(np.ones_like(values), weights)[here]


def interval_cv(
    spike_time: ArrayLike, spike_cell: ArrayLike, count: int, start: float, stop: float, *, least: int = LEAST
) -> NDArray[np.float64]:
    """The coefficient of variation of each cell's intervals, their standard deviation over their mean.

    It is 0 for a clock and 1 for a Poisson train.

    Parameters
    ----------
    spike_time, spike_cell, count, start, stop
        As for `firing_rates`; intervals lie in the window.
    least : int
        Cells with fewer intervals have none.

    Returns
    -------
    shape (count,); NaN for cells with fewer intervals than `least`, or with all spikes at once

    Raises
    ------
    BadValue
        If a spike is of no cell, or the window has no length.

    Examples
    --------
    >>> interval_cv([10, 15, 20, 30, 30], [0, 1, 0, 0, 1], 2, 0, 100, least=2)
    array([ 0., nan])
    """
    gap, cell = _intervals("interval_cv", spike_time, spike_cell, count, start, stop)
    number = np.bincount(cell, minlength=count)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(cell, gap, count) / number
        spread = np.sqrt(np.bincount(cell, (gap - mean[cell]) ** 2, count) / number) / mean
    return np.where(number >= max(least, 1), spread, np.nan)


def interval_lv(
    spike_time: ArrayLike, spike_cell: ArrayLike, count: int, start: float, stop: float, *, least: int = LEAST
) -> NDArray[np.float64]:
    """The local variation Lv of each cell's intervals: 3 times the mean of ((this - next) / (this + next))^2.

    Like `interval_cv` it is 0 for a clock and 1 for a Poisson train, but a rate that drifts slowly adds little.
    Source: Shinomoto, Shima, Tanji 2003, Neural Computation 15:2823.

    Parameters
    ----------
    spike_time, spike_cell, count, start, stop, least
        As for `interval_cv`.

    Returns
    -------
    shape (count,); NaN for cells with fewer intervals than `least`, or fewer than two

    Raises
    ------
    BadValue
        As `interval_cv` does.

    Examples
    --------
    >>> interval_lv([0, 10, 40], [0, 0, 0], 1, 0, 100, least=2)
    array([0.75])
    """
    gap, cell = _intervals("interval_lv", spike_time, spike_cell, count, start, stop)
    total = gap[1:] + gap[:-1]
    pair = (cell[1:] == cell[:-1]) & (total > 0)
    own = cell[1:][pair]
    contrast = (np.diff(gap)[pair] / total[pair]) ** 2
    enough = np.bincount(cell, minlength=count) >= least
    with np.errstate(invalid="ignore"):
        return np.where(enough, 3 * np.bincount(own, contrast, count) / np.bincount(own, minlength=count), np.nan)


def _intervals(
    who: str, spike_time: ArrayLike, spike_cell: ArrayLike, count: int, start: float, stop: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """All intervals, in the order of cells, then of time; and the cell of each."""
    time, cell = check_spikes(who, spike_time, spike_cell, count)
    check_window(who, start, stop)
    inside = (time >= start) & (time < stop)
    time, cell = time[inside], cell[inside]
    if (time[1:] < time[:-1]).any():
        cell, time = cell[order := np.argsort(time)], time[order]
    # By cell, then by rank in time: numbers are sorted four times faster than their order is found.
    key = cell * time.size + np.arange(time.size)
    key.sort()
    cell, rank = np.divmod(key, max(time.size, 1))
    same = cell[1:] == cell[:-1]
    return np.diff(time[rank])[same], cell[1:][same]


def fano_factor(
    spike_time: ArrayLike, spike_cell: ArrayLike, count: int, start: float, stop: float, *, width: float = 100.0
) -> NDArray[np.float64]:
    """The variance of each cell's counts of spikes in bins over their mean: 1 for a Poisson train.

    The variance is the unbiased one, sum (n - mean)^2 / (bins - 1). Source: Fano 1947, Physical Review 72:26.

    Parameters
    ----------
    spike_time, spike_cell, count, start, stop
        As for `firing_rates`.
    width : float [ms]
        Of a bin.

    Returns
    -------
    shape (count,); NaN for cells without a spike, and for all where there is but one bin

    Raises
    ------
    BadValue
        If a spike is of no cell, or the window does not hold a bin.

    Examples
    --------
    >>> fano_factor([10, 20, 110], [0, 0, 1], 3, 0, 200)
    array([ 2.,  1., nan])
    """
    cell, _, number, bins = count_spikes("fano_factor", spike_time, spike_cell, count, start, stop, width)
    total = np.bincount(cell, number, count)
    squares = np.bincount(cell, number * number, count)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (squares - total * total / bins) / (total * np.float64(bins - 1) / bins)
