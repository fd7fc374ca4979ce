"""Neuronal avalanches: runs of activity between silences, their sizes, and the power law that these may follow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis.binning import bin_number, check_window, numbers, place
from izhi.errors import BadValue

# The exponents that are tried lie between 1 and 1 plus this.
STEEPEST = 1e5
# Terms of the zeta function that are added one by one; the rest is its expansion, exact to 1e-13.
TERMS = 20


class Avalanches(NamedTuple):
    """The avalanches of a window of time, in their order.

    Attributes
    ----------
    size : shape (avalanches,), int
        How many spikes each has.
    duration : shape (avalanches,), int
        How many bins each lasts.
    branching : float
        The branching ratio, NaN without an avalanche.
    width : float [ms]
        Of a bin.
    """

    size: NDArray[np.int64]
    duration: NDArray[np.int64]
    branching: float
    width: float


class PowerLaw(NamedTuple):
    """A power law fitted to whole numbers, P(x) = x^-exponent / zeta(exponent, x_min).

    Attributes
    ----------
    exponent : float
        NaN without data, infinite where all are `x_min`.
    distance : float
        Kolmogorov's and Smirnov's: the largest difference of the two cumulative distributions.
    number : int
        How many values were at least `x_min`.
    """

    exponent: float
    distance: float
    number: int


def avalanches(spike_time: ArrayLike, start: float, stop: float, *, width: float | None = None) -> Avalanches:
    """The runs of bins that have spikes of any cell, between bins that have none.

    The branching ratio is the mean over avalanches of the number of spikes in the second bin over that in the first, 0
    where there is no second: below 1 activity dies out, at 1 it is critical. Avalanches in course at `start` or `stop`
    are cut there. Spikes on a grid of time cannot be told apart within a step, so that bins should not be narrower.
    Source: Beggs, Plenz 2003, Journal of Neuroscience 23:11167.

    Parameters
    ----------
    spike_time : shape (spikes,), float [ms]
        Of all cells, in any order.
    start, stop : float [ms]
        The window.
    width : float, optional [ms]
        Of a bin. By default the mean interval from one spike of the population to the next.

    Returns
    -------
    Avalanches

    Raises
    ------
    BadValue
        If the window has no length, or does not hold a bin.

    Examples
    --------
    >>> found = avalanches([1, 2.2, 2.4, 9.5], 0, 20, width=1)
    >>> found.size, found.duration, found.branching
    (array([3, 1]), array([2, 1]), 1.0)
    """
    who = "avalanches"
    time = numbers(who, spike_time, "spike times in ms, all finite, would do")
    check_window(who, start, stop)
    time = np.sort(time[(time >= start) & (time < stop)])
    if width is None:
        spread = time[-1] - time[0] if time.size else 0.0
        width = float(spread / (time.size - 1)) if spread > 0 else stop - start
    bins = bin_number(who, start, stop, width)
    index, number = np.unique(place(time, start, bins, width)[1], return_counts=True)
    first = np.flatnonzero(np.diff(index, prepend=-2) > 1)
    if not first.size:
        return Avalanches(np.zeros(0, np.int64), np.zeros(0, np.int64), float("nan"), width)
    duration = np.diff(first, append=index.size)
    second = np.where(duration > 1, number[np.minimum(first + 1, number.size - 1)], 0)
    return Avalanches(np.add.reduceat(number, first), duration, float((second / number[first]).mean()), width)


def power_law(values: ArrayLike, x_min: int = 1) -> PowerLaw:
    """The power law that makes whole numbers from `x_min` on most likely.

    It maximises -exponent * sum ln(x) - n ln zeta(exponent, x_min), zeta being that of Hurwitz. That it is the best
    power law does not mean that it is a good one: compare the distance, and other distributions.
    Source: Clauset, Shalizi, Newman 2009, SIAM Review 51:661, equation 3.5.

    Parameters
    ----------
    values : shape (n,), int
        Such as the sizes of avalanches.
    x_min : int
        Smaller values are left out.

    Returns
    -------
    PowerLaw

    Raises
    ------
    BadValue
        If a value is no whole number above 0, or `x_min` is not.

    Examples
    --------
    >>> power_law([1] * 80 + [2] * 10 + [3] * 10).exponent.__round__(2)
    2.92
    """
    wanted = "whole numbers, at least 1, would do"
    x = numbers("power_law", values, wanted)
    if x.size and (x.min() < 1 or (x != np.floor(x)).any()):
        raise BadValue("power_law", values, wanted)
    if x_min < 1 or x_min != int(x_min):
        raise BadValue("power_law", x_min, "a smallest value, a whole number from 1 on, would do")
    seen, number = np.unique(x[x >= x_min], return_counts=True)
    n = int(number.sum())
    if not n:
        return PowerLaw(float("nan"), float("nan"), 0)
    if seen.size == 1 and seen[0] == x_min:
        return PowerLaw(float("inf"), 0.0, n)
    exponent = _likeliest(float(number @ np.log(seen / x_min)) / n, x_min)
    return PowerLaw(exponent, _distance(seen, np.cumsum(number) / n, exponent, x_min), n)


def _likeliest(mean_log: float, x_min: int) -> float:
    """The exponent of the largest likelihood, which has one maximum: by golden section, over ln(exponent - 1)."""

    def likelihood(at: float) -> float:
        exponent = 1 + np.exp(at)
        return float(-np.log(_zeta(exponent, np.array([float(x_min)]))[0]) - exponent * mean_log)

    low, high = -14.0, float(np.log(STEEPEST))
    golden = (5**0.5 - 1) / 2
    for _ in range(60):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if likelihood(left) > likelihood(right) else (left, high)
    return float(1 + np.exp((low + high) / 2))


def _zeta(s: float, q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hurwitz' zeta(s, q) times q^s, which no exponent makes too small: terms, and Euler's and Maclaurin's rest."""
    terms = (((q[:, None] + np.arange(TERMS)) / q[:, None]) ** -s).sum(axis=1)
    x = q + TERMS
    rest = x / (s - 1) + 0.5 + s / (12 * x) - s * (s + 1) * (s + 2) / (720 * x**3)
    rest += s * (s + 1) * (s + 2) * (s + 3) * (s + 4) / (30240 * x**5)
    return terms + rest * (x / q) ** -s


def _distance(seen: NDArray[np.float64], share: NDArray[np.float64], exponent: float, x_min: int) -> float:
    """The largest difference between the share of values up to x and that of the law, at and just before each value."""
    q = np.array([float(x_min)])

    def law(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return 1 - _zeta(exponent, x + 1) / _zeta(exponent, q) * ((x + 1) / q) ** -exponent

    before = np.abs(law(seen - 1) - np.concatenate([[0.0], share[:-1]]))
    return float(max(np.abs(law(seen) - share).max(), before.max()))
