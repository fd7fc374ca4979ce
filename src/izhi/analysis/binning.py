"""Spikes of many cells, checked, cut to a window of time and counted in bins."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.errors import BadValue

# Times that are multiples of a step carry rounding: a spike this share of a bin before an edge belongs after it.
ROUNDING = 1e-6
# More bins than this are a mistake in a unit.
MOST_BINS = 10**8
# What a train of spikes is, in the words of an error.
TRAIN = "spike times in ms, finite and in their order, would do"


class Counts(NamedTuple):
    """How many spikes each cell has in each bin, where it has any; in the order of cells, then of bins.

    Attributes
    ----------
    cell, bin, number : shape (k,), int
    bins : int
        How many bins there are.
    """

    cell: NDArray[np.int64]
    bin: NDArray[np.int64]
    number: NDArray[np.int64]
    bins: int


def numbers(who: str, given: ArrayLike, wanted: str, ndim: int = 1) -> NDArray[np.float64]:
    """The given values as finite floats of so many dimensions.

    Raises
    ------
    BadValue
        If they are no such thing.
    """
    try:
        values = np.asarray(given)
    except ValueError:  # rows of different lengths
        raise BadValue(who, given, wanted) from None
    if values.ndim != ndim or values.dtype.kind not in "biuf" or not np.isfinite(values).all():
        raise BadValue(who, given, wanted)
    return values.astype(np.float64, copy=False)


def check_window(who: str, start: float, stop: float) -> None:
    """Nothing, if the window of time has a length.

    Raises
    ------
    BadValue
        If it has none, or has no end.
    """
    if not (np.isfinite(start) and np.isfinite(stop) and start < stop):
        raise BadValue(who, (start, stop), "a start before a stop, in ms, would do")


def check_spikes(
    who: str, spike_time: ArrayLike, spike_cell: ArrayLike, count: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The times and the cells of spikes, in the order given.

    Raises
    ------
    BadValue
        If they do not belong together, or a cell is not one of `count`.
    """
    time = numbers(who, spike_time, "spike times in ms, all finite, would do")
    if count < 1 or count != int(count):
        raise BadValue(who, count, "a number of cells, at least 1, would do")
    cell = np.asarray(spike_cell)
    if cell.shape != time.shape or (cell.size and cell.dtype.kind not in "iu"):
        raise BadValue(who, spike_cell, f"{time.size} whole numbers, the cell of each spike, would do")
    if cell.size and (cell.min() < 0 or cell.max() >= count):
        outside = cell[(cell < 0) | (cell >= count)][0].item()
        raise BadValue(who, outside, f"cells 0 to {count - 1} would do")
    return time, cell.astype(np.int64, copy=False)


def bin_number(who: str, start: float, stop: float, width: float) -> int:
    """How many whole bins there are in a window.

    Raises
    ------
    BadValue
        If there is not one, or if there are more than anyone needs.
    """
    check_window(who, start, stop)
    if not (width > 0 and 1 <= (stop - start) / width + ROUNDING <= MOST_BINS):
        raise BadValue(who, width, f"a bin of {(stop - start) / MOST_BINS:g} to {stop - start:g} ms would do")
    return int((stop - start) / width + ROUNDING)


def place(
    time: NDArray[np.float64], start: float, bins: int, width: float
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which times are in one of the bins, and the bin of each that is."""
    with np.errstate(over="ignore"):
        position = (time - start) / width + ROUNDING
    inside = (position >= 0) & (position < bins)
    return inside, position[inside].astype(np.int64)


def count_spikes(
    who: str, spike_time: ArrayLike, spike_cell: ArrayLike, count: int, start: float, stop: float, width: float
) -> Counts:
    """The spikes of each cell in each bin; memory goes with the spikes, not with cells times bins.

    Raises
    ------
    BadValue
        If the spikes, the window or the bins do not fit.
    """
    time, cell = check_spikes(who, spike_time, spike_cell, count)
    bins = bin_number(who, start, stop, width)
    inside, index = place(time, start, bins, width)
    key = cell[inside] * bins + index
    key.sort()
    first = np.flatnonzero(np.diff(key, prepend=-1))
    key, number = key[first], np.diff(first, append=key.size)
    return Counts(key // bins, key % bins, number, bins)


def train(who: str, given: ArrayLike) -> NDArray[np.float64]:
    """The times of a train's spikes; two of them may be equal.

    Raises
    ------
    BadValue
        If they are not finite, or not in their order.
    """
    time = numbers(who, given, TRAIN)
    if (time[1:] < time[:-1]).any():
        raise BadValue(who, given, TRAIN)
    return time
