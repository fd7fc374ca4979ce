"""How many spikes a model puts where a recording has them: the coincidence factor, and how well repeats agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis import binning
from izhi.errors import BadValue


class _Trains(NamedTuple):
    """Several trains, one after the other: the times of all their spikes, and how many each has."""

    time: NDArray[np.float64]
    number: NDArray[np.int64]


def coincidence_factor(
    data: ArrayLike, model: ArrayLike, duration: float, window: float = 2.0, start: float = 0.0
) -> float:
    """Gamma: coincidences of two trains beyond those of chance, 1 where all spikes coincide and 0 by chance.

    Gamma = (N - 2 r w N_data) / ((N_data + N_model) / 2) / (1 - 2 r w). N is the most pairs that can be made of a spike
    of each train no further apart than w, each spike used once; r = N_model / duration is the rate of the model, and
    2 r w N_data the coincidences expected of a Poisson train of that rate. Since it is the model's rate that is taken
    and not the recording's, Gamma is symmetric only where both trains have as many spikes. It is negative where there
    are fewer coincidences than by chance. If one train is empty it is 0, as the formula says; for two empty trains the
    formula says nothing, and it is 1, as for any two that are equal. Source: Kistler, Gerstner, van Hemmen 1997, Neural
    Computation 9:1015; Jolivet et al. 2008, Journal of Neuroscience Methods 169:417.

    Parameters
    ----------
    data, model : shape (k,), float [ms]
        When each spiked, in order. Spikes before the start, at the end or later are not counted.
    duration : float [ms]
        The time that is compared, from the start on.
    window : float [ms]
        How far apart coincident spikes may be, either way and including the window itself.
    start : float [ms]
        When what is compared begins.

    Returns
    -------
    float
        At most 1. NaN where chance alone explains any coincidence: 2 r w >= 1.

    Raises
    ------
    BadValue
        If spikes are not finite or not in order, or the duration or the window is not above 0.

    Examples
    --------
    >>> coincidence_factor([10, 50, 90], [10, 51, 97], 100)
    0.6212121212121213
    """
    who = "coincidence_factor"
    one, other = binning.train(who, data), _one(binning.train(who, model))
    return float(_factors(who, one, other, duration, window, start)[0])


def coincidence_factors(
    data: ArrayLike, trains: Sequence[ArrayLike], duration: float, window: float = 2.0, start: float = 0.0
) -> NDArray[np.float64]:
    """Gamma of one recording with each of many model trains, all at once.

    Parameters
    ----------
    data : shape (k,), float [ms]
        When the cell spiked, in order.
    trains : sequence of shape (k_i,), float [ms]
        When each model spiked, in order.
    duration, window, start
        As for `coincidence_factor`.

    Returns
    -------
    shape (trains,)
        As of `coincidence_factor`.

    Raises
    ------
    BadValue
        As `coincidence_factor` does.

    Examples
    --------
    >>> coincidence_factors([10, 50, 90], [[10, 50, 90], [], [11, 70]], 100).round(3)
    array([1.  , 0.  , 0.33])
    """
    who = "coincidence_factors"
    return _factors(who, binning.train(who, data), _several(who, trains), duration, window, start)


def intrinsic_reliability(
    trains: Sequence[ArrayLike], duration: float, window: float = 2.0, start: float = 0.0
) -> float:
    """The mean Gamma of one repeat with another: how well the cell itself predicts what it will do.

    It is the mean over all ordered pairs of different repeats, each being model and data in turn, since Gamma is not
    symmetric. Source: Jolivet et al. 2008, Journal of Neuroscience Methods 169:417.

    Parameters
    ----------
    trains : sequence of shape (k_i,), float [ms]
        When the cell spiked in each repeat of the same stimulus, in order; at least two.
    duration, window, start
        As for `coincidence_factor`.

    Returns
    -------
    float
        NaN where some Gamma is.

    Raises
    ------
    BadValue
        As `coincidence_factor` does, or if there are fewer than two repeats.

    Examples
    --------
    >>> intrinsic_reliability([[10, 50], [11, 51], [10, 80]], 100)
    0.6376811594202899
    """
    return _reliability("intrinsic_reliability", trains, duration, window, start)


def normalised_coincidence(
    repeats: Sequence[ArrayLike], model: ArrayLike, duration: float, window: float = 2.0, start: float = 0.0
) -> float:
    """Gamma of a model with all repeats of a recording, in units of what the repeats have with each other.

    The ratio of two averages: the mean Gamma of each repeat (as data) with the model, over `intrinsic_reliability`. It
    is 1 for a model that predicts a repeat as well as another repeat does; it may be more, since a model without noise
    can be nearer to each repeat than they are to each other. Source: Gerstner, Naud 2009, Science 326:379.

    Parameters
    ----------
    repeats : sequence of shape (k_i,), float [ms]
        When the cell spiked in each repeat of the same stimulus, in order; at least two.
    model : shape (k,), float [ms]
        When the model did, in order.
    duration, window, start
        As for `coincidence_factor`.

    Returns
    -------
    float
        NaN where some Gamma is, and where the repeats agree no better than by chance.

    Raises
    ------
    BadValue
        As `intrinsic_reliability` does.

    Examples
    --------
    >>> normalised_coincidence([[10, 50], [11, 51], [10, 80]], [10, 50], 100)
    1.284090909090909
    """
    who = "normalised_coincidence"
    own = _reliability(who, repeats, duration, window, start)
    trains = _one(binning.train(who, model))
    mean = np.mean([_factors(who, binning.train(who, train), trains, duration, window, start)[0] for train in repeats])
    return float(mean / own) if own > 0 else float("nan")


def _one(time: NDArray[np.float64]) -> _Trains:
    """A train as the only one of several."""
    return _Trains(time, np.array([time.size]))


def _several(who: str, given: Sequence[ArrayLike]) -> _Trains:
    """Many trains checked at once: one by one would take longer than to compare them."""
    wanted = f"a list of trains, each of {binning.TRAIN}"
    try:
        trains = [np.asarray(train) for train in given]
    except (TypeError, ValueError):
        raise BadValue(who, given, wanted) from None
    for train in trains:
        if train.ndim != 1 or train.dtype.kind not in "biuf":
            raise BadValue(who, train.tolist(), wanted)
    number = np.array([train.size for train in trains], dtype=np.int64)
    time = np.concatenate([np.empty(0), *trains])
    wrong = ~np.isfinite(time)
    wrong[1:] |= time[1:] < time[:-1]
    first = np.cumsum(number) - number
    # The first spike of a train may be earlier than the last of the train before.
    begins = first[number > 0]
    wrong[begins] = ~np.isfinite(time[begins])
    if wrong.any():
        k = int(np.searchsorted(first, np.flatnonzero(wrong)[0], side="right")) - 1
        raise BadValue(who, trains[k].tolist(), f"as train {k}, {binning.TRAIN}")
    return _Trains(time, number)


def _reliability(who: str, given: Sequence[ArrayLike], duration: float, window: float, start: float) -> float:
    """The mean Gamma of all ordered pairs of different repeats."""
    trains = _several(who, given)
    count = trains.number.size
    if count < 2:
        raise BadValue(who, given, "at least two repeats would do")
    total = 0.0
    for k, train in enumerate(np.split(trains.time, np.cumsum(trains.number)[:-1])):
        total += float(np.delete(_factors(who, train, trains, duration, window, start), k).sum())
    return total / (count * (count - 1))


def _factors(
    who: str, data: NDArray[np.float64], trains: _Trains, duration: float, window: float, start: float
) -> NDArray[np.float64]:
    """Gamma of one recording with each train."""
    for given, what in ((duration, "duration"), (window, "window")):
        if not (np.isfinite(given) and given > 0):
            raise BadValue(who, given, f"a {what} above 0 ms would do")
    if not np.isfinite(start):
        raise BadValue(who, start, "a start in ms would do")
    data = data[(data >= start) & (data < start + duration)]
    inside = (trains.time >= start) & (trains.time < start + duration)
    time, train = trains.time[inside], np.repeat(np.arange(trains.number.size), trains.number)[inside]
    number = np.bincount(train, minlength=trains.number.size)
    chance = 2 * np.float64(window) * number / duration
    found = _coincidences(data, time, train, trains.number.size, window) - chance * data.size
    with np.errstate(divide="ignore", invalid="ignore"):
        gamma = found / (0.5 * (data.size + number)) / (1 - chance)
    gamma[chance >= 1] = np.nan
    gamma[data.size + number == 0] = 1.0
    return gamma


def _coincidences(
    data: NDArray[np.float64], time: NDArray[np.float64], train: NDArray[np.int64], count: int, window: float
) -> NDArray[np.int64]:
    """The most pairs of one spike of the data and one of each train that are no further apart than the window.

    Each spike of a train, in order, takes the earliest that no earlier one has taken. What is taken matters only as
    long as windows overlap: where they do not, a new run of spikes begins, and all runs are gone through side by side.
    """
    # Spikes at multiples of a step are apart by the window but for rounding.
    reach = window * (1 + binning.ROUNDING)
    first, stop = np.searchsorted(data, time - reach, "left"), np.searchsorted(data, time + reach, "right")
    near = first < stop
    first, stop, train = first[near], stop[near], train[near]
    begins = np.ones(first.size, dtype=bool)
    begins[1:] = (train[1:] != train[:-1]) | (first[1:] >= stop[:-1])
    pair = begins.copy()
    here = np.flatnonzero(begins)
    end = np.append(here[1:], first.size)
    free = first[here] + 1
    while (on := here + 1 < end).any():
        here, end = here[on] + 1, end[on]
        free = np.maximum(free[on], first[here])
        pair[here] = taken = free < stop[here]
        free += taken
    return np.bincount(train[pair], minlength=count)
