"""Whether the cells of a network do the same at the same time: by their voltages, and by their spikes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis.binning import Counts, count_spikes, numbers
from izhi.errors import BadValue


def voltage_synchrony(voltage: ArrayLike) -> float:
    """Golomb and Rinzel's chi: how much of what each voltage does is done by their mean as well.

    chi^2 = Var_t(mean_i V_i) / mean_i Var_t(V_i). It is 1 where all cells do the same, and about 1/sqrt(cells) where
    each goes its own way. Source: Golomb, Rinzel 1993, Physical Review E 48:4810; Golomb 2007, Scholarpedia 2(1):1347.

    Parameters
    ----------
    voltage : shape (cells, n), float [mV]
        A row for each cell.

    Returns
    -------
    float
        NaN where no voltage changes.

    Raises
    ------
    BadValue
        If it is not one row of finite numbers for each cell.

    Examples
    --------
    >>> wave = [-60, -50, -60, -70]
    >>> voltage_synchrony([wave, wave])
    1.0
    """
    v = numbers("voltage_synchrony", voltage, "finite voltages in mV, a row for each cell, would do", ndim=2)
    if not v.size:
        return float("nan")
    single = float(np.mean([row.var() for row in v]))
    return float(v.mean(axis=0).var() / single) ** 0.5 if single > 0 else float("nan")


def spike_synchrony(
    spike_time: ArrayLike, spike_cell: ArrayLike, count: int, start: float, stop: float, *, width: float = 5.0
) -> float:
    """The variance of the population's count of spikes over that of independent cells with the same counts.

    Var_k(sum_i n_ik) / sum_i Var_k(n_ik), n_ik spikes of cell i in bin k. The variances of independent counts add, so
    that it is 1 for independent cells that each fire at a steady rate; it is `count` where all do the same, and below
    1 where they avoid each other. It is chi^2 of the counts, times the number of cells. Source: Golomb 2007,
    Scholarpedia 2(1):1347.

    Parameters
    ----------
    spike_time : shape (spikes,), float [ms]
        In any order.
    spike_cell : shape (spikes,), int
        The cell of each spike, from 0.
    count : int
        How many cells there are.
    start, stop : float [ms]
        The window.
    width : float [ms]
        Of a bin.

    Returns
    -------
    float
        NaN where no count changes.

    Raises
    ------
    BadValue
        If a spike is of no cell, or the window does not hold a bin.

    Examples
    --------
    >>> round(spike_synchrony([12, 12, 32, 32], [0, 1, 0, 1], 2, 0, 50), 6)
    2.0
    """
    counts = count_spikes("spike_synchrony", spike_time, spike_cell, count, start, stop, width)
    single = float(_deviations(counts, count).sum())
    together = np.bincount(counts.bin, counts.number, counts.bins)
    return float(together.var() * counts.bins / single) if single > 0 else float("nan")


def count_correlations(
    spike_time: ArrayLike,
    spike_cell: ArrayLike,
    count: int,
    start: float,
    stop: float,
    *,
    width: float = 50.0,
    pairs: int = 1000,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Pearson's correlation of the counts of spikes in bins, of a random sample of pairs of cells.

    Only cells whose counts change are drawn, and no pair twice. How large correlations are depends on the bin: spikes
    that come together within 20 ms are unrelated in bins of 1 ms. Source: Cohen, Kohn 2011, Nature Neuroscience 14:811.

    Parameters
    ----------
    spike_time, spike_cell, count, start, stop
        As for `spike_synchrony`.
    width : float [ms]
        Of a bin.
    pairs : int
        How many to draw; all of them where there are not more.
    seed : int
        Of the draw.

    Returns
    -------
    shape (pairs,), or fewer
        Empty where fewer than two cells have counts that change.

    Raises
    ------
    BadValue
        If a spike is of no cell, the window does not hold a bin, or there are to be no pairs.

    Examples
    --------
    >>> count_correlations([10, 20, 110, 60], [0, 1, 1, 2], 3, 0, 150).round(2)
    array([ 0.5, -0.5, -1. ])
    """
    who = "count_correlations"
    if pairs < 1 or seed < 0:
        raise BadValue(who, pairs if pairs < 1 else seed, "at least one pair, and a seed of 0 or more, would do")
    counts = count_spikes(who, spike_time, spike_cell, count, start, stop, width)
    deviation = _deviations(counts, count)
    changing = np.flatnonzero(deviation > 0)
    one, other = _draw(changing.size, pairs, seed)
    one, other = changing[one], changing[other]
    total = np.bincount(counts.cell, counts.number, count)
    covariance = _products(counts, count, one, other) - total[one] * total[other] / counts.bins
    return np.clip(covariance / np.sqrt(deviation[one] * deviation[other]), -1, 1)


def _deviations(counts: Counts, count: int) -> NDArray[np.float64]:
    """The sum over bins of each cell's squared deviation from its mean."""
    total = np.bincount(counts.cell, counts.number, count)
    squares = np.bincount(counts.cell, counts.number * counts.number, count)
    # Whole numbers up to the division: a cell with the same count in all bins has exactly none.
    return (squares * counts.bins - total * total) / counts.bins


def _draw(cells: int, pairs: int, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs of different cells, none twice: the k-th pair is row and column of a triangle read row by row."""
    every = cells * (cells - 1) // 2
    k = np.arange(every) if every <= pairs else np.random.default_rng(seed).choice(every, pairs, replace=False)
    row = ((1 + np.sqrt(1 + 8 * k)) / 2).astype(np.int64)
    return k - row * (row - 1) // 2, row


def _products(counts: Counts, count: int, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    """The sum over bins of the product of two cells' counts, for each pair: what one has is sought in the other."""
    edges = np.searchsorted(counts.cell, np.arange(count + 1))
    entries = np.diff(edges)[one]
    pair = np.repeat(np.arange(one.size), entries)
    # The entries of the first cell of each pair, one pair after the other.
    entry = np.arange(pair.size) + np.repeat(edges[one] - np.cumsum(entries) + entries, entries)
    key = counts.cell * counts.bins + counts.bin
    sought = other[pair] * counts.bins + counts.bin[entry]
    found = np.minimum(np.searchsorted(key, sought), max(key.size - 1, 0))
    both = key[found] == sought
    product = counts.number[entry[both]] * counts.number[found[both]]
    return np.bincount(pair[both], product, one.size).astype(np.float64)
