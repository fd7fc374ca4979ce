"""How far two trains of spikes are from each other: by what it costs to change one into the other, and over time."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis import binning
from izhi.analysis.binning import check_window
from izhi.errors import BadValue


def victor_purpura(a: ArrayLike, b: ArrayLike, cost: float) -> float:
    """The least it costs to change one train into the other: 1 to add or remove a spike, `cost` |t - t'| to move it.

    It is a metric. At cost 0 it is the difference in the number of spikes; at a high cost, the number of spikes that
    the trains do not share. A spike is never moved by more than 2 / cost. From an empty train it is the number of
    spikes of the other. Source: Victor, Purpura 1996, Journal of Neurophysiology 76:1310.

    Parameters
    ----------
    a, b : shape (k,), float [ms]
        When each spiked, in order.
    cost : float [1/ms]
        Of moving a spike by 1 ms.

    Returns
    -------
    float

    Raises
    ------
    BadValue
        If spikes are not finite or not in order, or the cost is below 0 or infinite.

    Examples
    --------
    >>> victor_purpura([10, 20, 30], [12, 30], 0.25)
    1.5
    """
    who = "victor_purpura"
    few, many = sorted((binning.train(who, a), binning.train(who, b)), key=len)
    if not (np.isfinite(cost) and cost >= 0):
        raise BadValue(who, cost, "a cost of 0 or more per ms would do")
    with np.errstate(divide="ignore", over="ignore"):
        reach = np.float64(2) / cost
    first, stop = np.searchsorted(many, few - reach, "left"), np.searchsorted(many, few + reach, "right")
    # What is saved by moving spikes of those seen so far to the first j of the other train: adding and removing them
    # would cost 2 each. It never falls with j, and beyond the last spike in reach it stays what it is there.
    saved, known = np.zeros(many.size + 1), 0
    for time, low, high in zip(few.tolist(), first.tolist(), stop.tolist(), strict=True):
        saved[known + 1 : high + 1] = saved[known]
        known = high
        moved = saved[low:high] + (2 - cost * np.abs(many[low:high] - time))
        saved[low + 1 : high + 1] = np.maximum.accumulate(np.maximum(saved[low + 1 : high + 1], moved))
    return float(few.size + many.size - saved[known])


def van_rossum(a: ArrayLike, b: ArrayLike, tau: float) -> float:
    """The distance of two trains, each filtered by exp(-t/tau): D^2 = (1/tau) integral (f_a(t) - f_b(t))^2 dt.

    It is a metric (its square is not). One spike more is D^2 = 1/2, as in the paper; programs that give 1 have twice
    this square. Two trains far from each other have D^2 = (k_a + k_b) / 2, and for a long tau it is (k_a - k_b)^2 / 2,
    so that from an empty train it depends on how the spikes of the other lie. The integral is exact, from one spike to
    the next and up to infinity, and no exponential is of a positive number. Source: van Rossum 2001, Neural
    Computation 13:751; the sum over spikes after Houghton, Kreuz 2012, Network 23:48.

    Parameters
    ----------
    a, b : shape (k,), float [ms]
        When each spiked, in order.
    tau : float [ms]
        The time constant of the filter.

    Returns
    -------
    float
        D, not its square.

    Raises
    ------
    BadValue
        If spikes are not finite or not in order, or tau is not above 0.

    Examples
    --------
    >>> round(van_rossum([10, 20, 30], [10, 30], 5) ** 2, 6)
    0.5
    """
    who = "van_rossum"
    one, other = binning.train(who, a), binning.train(who, b)
    if not (np.isfinite(tau) and tau > 0):
        raise BadValue(who, tau, "a time constant above 0 ms would do")
    time, place = np.unique(np.concatenate([one, other]), return_inverse=True)
    jump = np.bincount(place, np.repeat([1.0, -1.0], [one.size, other.size]), time.size)
    time, trace = time[jump != 0], jump[jump != 0]
    # The trace after each spike is what 2, 4, 8, ... spikes left of it: none is divided by what it has decayed to. What
    # is left of one after so many time constants is less than rounding.
    faded, step = 50.0, 1
    with np.errstate(over="ignore"):
        while step < time.size and (past := (time[step:] - time[:-step]) / tau).min() < faded:
            trace[step:] += np.exp(-past) * trace[:-step]
            step *= 2
        gap = np.append(np.diff(time), np.inf) / tau
        return float(np.sqrt(0.5 * np.sum(trace * trace * -np.expm1(-2 * gap))))


def isi_distance(a: ArrayLike, b: ArrayLike, start: float, stop: float) -> float:
    """How much the intervals of two trains differ: the mean over time of |x_a - x_b| / max(x_a, x_b).

    x(t) is the length of the interval between spikes that t is in. Before the first spike it is the time from the start
    to that spike, or the first interval where that is longer, and likewise after the last. A train without spikes has
    one interval, the window. It is 0 for equal trains and for clocks of one period, and less than 1. Source: Kreuz et
    al. 2007, Journal of Neuroscience Methods 165:151; edges as in PySpike, Mulansky, Kreuz 2016, SoftwareX 5:183.

    Parameters
    ----------
    a, b : shape (k,), float [ms]
        When each spiked, in order.
    start, stop : float [ms]
        The window. Spikes at its ends are in it, others outside are not counted.

    Returns
    -------
    float

    Raises
    ------
    BadValue
        If spikes are not finite or not in order, or the window has no length.

    Examples
    --------
    >>> isi_distance([10, 20, 30], [10, 30], 0, 40)
    0.5
    """
    one, other = _windowed("isi_distance", a, b, start, stop)
    edges, others = _edges(one, start, stop), _edges(other, start, stop)
    time = np.unique(np.concatenate([edges, others]))
    x = _lengths(edges)[_interval(edges, time)]
    y = _lengths(others)[_interval(others, time)]
    return float(np.sum(np.abs(x - y) / np.maximum(x, y) * np.diff(time)) / (stop - start))


def spike_distance(a: ArrayLike, b: ArrayLike, start: float, stop: float) -> float:
    """How far spikes are from the nearest of the other train, against the intervals: the mean over time of S(t).

    S = (s_a x_b + s_b x_a) / (2 m^2), x as in `isi_distance`, m = (x_a + x_b) / 2. s_a goes linearly from the last
    spike's distance to the nearest spike of b to the next one's. Before the first spike it is the first one's, and
    after the last the last one's. The nearest may also be an auxiliary spike of b: one at the start of the window, or
    an interval before the first spike where that is earlier, and one at the stop, or an interval after the last. A
    train without spikes is one with a spike at each end of the window. It is 0 for equal trains, and not only for them.
    Source: Kreuz et al. 2013, Journal of Neurophysiology 109:1457; edges as in PySpike, Mulansky, Kreuz 2016, SoftwareX
    5:183, but for a train whose only spike is at the very start of the window: there PySpike 0.9.0 has s_a go on to the
    distance of a spike at the stop, and jumps where that spike is a little later; here it does not.

    Parameters
    ----------
    a, b, start, stop
        As for `isi_distance`.

    Returns
    -------
    float

    Raises
    ------
    BadValue
        As `isi_distance` does.

    Examples
    --------
    >>> round(spike_distance([10, 20, 30], [12, 20, 30], 0, 40), 6)
    0.074297
    """
    ends = np.array([start, stop], dtype=np.float64)
    one, other = (x if x.size else ends for x in _windowed("spike_distance", a, b, start, stop))
    edges, others = _edges(one, start, stop), _edges(other, start, stop)
    time = np.unique(np.concatenate([edges, others]))
    k, n = _interval(edges, time), _interval(others, time)
    x, y = _lengths(edges)[k], _lengths(others)[n]
    near, nearer = _nearest(one, other, start, stop), _nearest(other, one, start, stop)
    # S is straight between spikes: its mean there is that of its values at both ends.
    total = np.zeros(time.size - 1)
    for t in (time[:-1], time[1:]):
        total += _between(near, edges, k, t) * y + _between(nearer, others, n, t) * x
    return float(np.sum(total / (x + y) ** 2 * np.diff(time)) / (stop - start))


def _windowed(
    who: str, a: ArrayLike, b: ArrayLike, start: float, stop: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both trains, without what is outside the window."""
    one, other = binning.train(who, a), binning.train(who, b)
    check_window(who, start, stop)
    return one[(one >= start) & (one <= stop)], other[(other >= start) & (other <= stop)]


def _edges(train: NDArray[np.float64], start: float, stop: float) -> NDArray[np.float64]:
    """Where intervals begin and end, the ends of the window among them."""
    return np.concatenate([[start], train, [stop]])


def _lengths(edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """The length of each interval; those at the ends of the window, that are cut, are as long as their neighbour."""
    length = np.diff(edges)
    if length.size > 2:
        length[0], length[-1] = max(length[0], length[1]), max(length[-1], length[-2])
    return length


def _interval(edges: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.int64]:
    """The interval that the time from each to the next lies in."""
    return np.searchsorted(edges, time[:-1], "right") - 1


def _nearest(train: NDArray[np.float64], other: NDArray[np.float64], start: float, stop: float) -> NDArray[np.float64]:
    """The distance from each edge's spike to the other train's nearest; an end's is that of the spike beside it."""
    before = np.append(other[0] - np.diff(other[:2]), start).min()
    after = np.append(other[-1] + np.diff(other[-2:]), stop).max()
    spikes = _edges(other, before, after)
    right = np.searchsorted(spikes, train).clip(1, spikes.size - 1)
    distance = np.minimum(np.abs(train - spikes[right - 1]), np.abs(spikes[right] - train))
    return np.concatenate([distance[:1], distance, distance[-1:]])


def _between(
    value: NDArray[np.float64], edges: NDArray[np.float64], k: NDArray[np.int64], time: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The value at a time in interval k, on a straight line from edge to edge."""
    return value[k] + (value[k + 1] - value[k]) * ((time - edges[k]) / (edges[k + 1] - edges[k]))
