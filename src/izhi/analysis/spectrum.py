"""The rhythms of a signal, such as a population's rate: its power spectrum, the peak and the power in a band."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis.binning import numbers
from izhi.errors import BadValue

# Rhythms of the network of Izhikevich 2003: "alpha and gamma", seen as columns in its raster [Hz].
ALPHA, GAMMA = (5.0, 20.0), (25.0, 80.0)
# All that is compared with them [Hz].
TOTAL = (1.0, 120.0)
# Of the parts of the signal that are transformed; frequencies are resolved to 1 Hz [ms].
SEGMENT = 1000.0

Band = tuple[float, float]


class Spectrum(NamedTuple):
    """How much of a signal's variance is at each frequency.

    Attributes
    ----------
    frequency : shape (n,) [Hz]
    power : shape (n,) [the signal's unit squared per Hz]
    """

    frequency: NDArray[np.float64]
    power: NDArray[np.float64]


class Peak(NamedTuple):
    """The top of a peak, NaN where there is none.

    Attributes
    ----------
    frequency : float [Hz]
    power : float [the signal's unit squared per Hz]
    """

    frequency: float
    power: float


def power_spectrum(signal: ArrayLike, step: float, *, segment: float = SEGMENT) -> Spectrum:
    """The power spectral density, one-sided, by Welch's method.

    The signal is cut into segments that overlap by half; from each its mean is taken, and it is multiplied by a Hann
    window w. The power is the mean over segments of 2 |sum_j w_j x_j exp(-2 pi i f t_j)|^2 step / sum_j w_j^2, and half
    of that at 0 and at the highest frequency of an even segment. Its integral over frequency is about the variance.
    Source: Welch 1967, IEEE Transactions on Audio and Electroacoustics 15:70.

    Parameters
    ----------
    signal : shape (n,), float
        Of any unit.
    step : float [ms]
        From one sample to the next.
    segment : float [ms]
        The length of the segments; that of the signal, if it is shorter.

    Returns
    -------
    Spectrum

    Raises
    ------
    BadValue
        If the signal or a segment has fewer than two samples, or a sample is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> frequency, power = power_spectrum(np.sin(2 * np.pi * 0.033 * np.arange(4000)), 1.0)
    >>> float(frequency[power.argmax()])
    33.0
    """
    who = "power_spectrum"
    x = numbers(who, signal, "a signal of finite numbers would do")
    if not (np.isfinite(step) and step > 0):
        raise BadValue(who, step, "a step in ms, above 0, would do")
    if x.size < 2 or not segment >= 2 * step:
        raise BadValue(who, x.size if x.size < 2 else segment, "two samples or more, in all and in a segment, would do")
    n = int(min(x.size, np.round(segment / step)))
    parts = np.lib.stride_tricks.sliding_window_view(x, n)[:: n - n // 2]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n) / n)
    transformed = np.fft.rfft((parts - parts.mean(axis=1, keepdims=True)) * window)
    power = (transformed.real**2 + transformed.imag**2).mean(axis=0) * (step * 1e-3 / (window @ window))
    power[1 : (n + 1) // 2] *= 2
    return Spectrum(np.arange(power.size) * (1e3 / (n * step)), power)


def spectral_peak(frequency: ArrayLike, power: ArrayLike, band: Band = TOTAL) -> Peak:
    """The highest peak in a band: of the parabola through the logarithm of the largest power and of its neighbours.

    A spectrum that is highest at an end of the band has its peak elsewhere, and none here. With a Hann window the
    parabola finds the frequency of a steady rhythm to a hundredth of the distance between frequencies, or better.

    Parameters
    ----------
    frequency : shape (n,), float [Hz]
        Evenly spaced.
    power : shape (n,), float
        At each frequency.
    band : (float, float) [Hz]
        Both ends are in it.

    Returns
    -------
    Peak
        NaN and NaN where there is none.

    Raises
    ------
    BadValue
        If they do not belong together, or the band has no width.

    Examples
    --------
    >>> spectral_peak([10, 20, 30, 40], [1, 4, 4, 1], (10, 40)).frequency
    25.0
    """
    f, p = _spectrum("spectral_peak", frequency, power, band)
    inside = np.flatnonzero((f >= band[0]) & (f <= band[1]))
    nowhere = Peak(float("nan"), float("nan"))
    if inside.size < 3:
        return nowhere
    top = inside[p[inside].argmax()]
    left, here, right = around = p[[max(top - 1, 0), top, min(top + 1, p.size - 1)]]
    if top in inside[[0, -1]] or not here > min(left, right):
        return nowhere
    logarithmic = bool((around > 0).all())
    if logarithmic:
        left, here, right = np.log(around)
    shift = 0.5 * (left - right) / (left - 2 * here + right)
    height = here - 0.25 * (left - right) * shift
    return Peak(float(f[top] + shift * (f[top + 1] - f[top])), float(np.exp(height) if logarithmic else height))


def band_power(frequency: ArrayLike, power: ArrayLike, band: Band) -> float:
    """The integral of the power over a band, of straight lines between the frequencies.

    Bands that share an end add up. Of a band that reaches beyond the spectrum, the part that is in it counts.

    Parameters
    ----------
    frequency : shape (n,), float [Hz]
        In its order.
    power : shape (n,), float [the signal's unit squared per Hz]
        At each frequency.
    band : (float, float) [Hz]
        From where to where.

    Returns
    -------
    float [the signal's unit squared]

    Raises
    ------
    BadValue
        If they do not belong together, or the band has no width.

    Examples
    --------
    >>> band_power([0, 10, 20], [0, 1, 0], (0, 5))
    1.25
    """
    f, p = _spectrum("band_power", frequency, power, band)
    low, high = max(band[0], f[0]), min(band[1], f[-1])
    if low >= high:
        return 0.0
    inside = (f > low) & (f < high)
    at = np.concatenate([[low], f[inside], [high]])
    return float(np.trapezoid(np.interp(at, f, p), at))


def band_fraction(frequency: ArrayLike, power: ArrayLike, band: Band, total: Band = TOTAL) -> float:
    """The power in a band over that in another, by default from 1 to 120 Hz; NaN where there is none.

    Parameters
    ----------
    frequency, power, band
        As for `band_power`.
    total : (float, float) [Hz]
        The other band.

    Raises
    ------
    BadValue
        If they do not belong together, or a band has no width.

    Examples
    --------
    >>> band_fraction([0, 10, 20], [0, 1, 0], (0, 5), (0, 20))
    0.125
    """
    everything = band_power(frequency, power, total)
    return band_power(frequency, power, band) / everything if everything > 0 else float("nan")


def _spectrum(
    who: str, frequency: ArrayLike, power: ArrayLike, band: Band
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    f = numbers(who, frequency, "frequencies in Hz would do")
    p = numbers(who, power, "a power for each frequency would do")
    if f.size < 2 or not (np.diff(f) > 0).all():
        raise BadValue(who, frequency, "two frequencies or more, in their order, would do")
    if p.shape != f.shape:
        raise BadValue(who, power, f"{f.size} powers, one for each frequency, would do")
    if len(band) != 2 or not band[0] < band[1]:
        raise BadValue(who, band, "the lowest and the highest frequency of a band, in Hz, would do")
    return f, p
