"""The voltage of a current-clamp sweep in numbers: levels, spikes' shapes, the membrane's time constant."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis.binning import ROUNDING, numbers, train
from izhi.errors import BadValue

# Levels are means over this share of the time before a step, and of the step, at its end; those of eFEL.
LEVEL_SHARE = 0.1
# The highest sample of a spike is no further than this from its time; no two spikes are closer than twice that [ms].
PEAK_WITHIN = 0.5
# A spike begins where the voltage rises faster than this [mV/ms], for at least so many samples; those of eFEL.
SPIKE_SLOPE, SPIKE_SAMPLES = 10.0, 3
# A membrane charges from this share of its deflection on: what comes before may be the electrode's.
CHARGED = 0.1
# A deflection that is less than so many standard deviations of the voltage before the step has no time constant.
CLEAR = 5.0
# An exponential is fitted to means over at most so many equal parts, at least so many samples, by so many trials at
# once, until the time constant is known to this share.
MOST_PARTS, LEAST_SAMPLES, TRIALS, CLOSE = 1000, 5, 24, 1e-9


def base_voltage(voltage: ArrayLike, dt: float, onset: float) -> float:
    """The voltage at which a step finds the cell: the mean over the last tenth of the time before it.

    It is voltage_base of eFEL as that is set by default. `resting_voltage`, a median over a fifth, is for verdicts.

    Parameters
    ----------
    voltage : shape (n,), float [mV]
        Samples from time 0.
    dt : float [ms]
        From one sample to the next.
    onset : float [ms]
        When the step begins.

    Returns
    -------
    float [mV]
        NaN where no sample is before the step.

    Raises
    ------
    BadValue
        If these are no finite numbers, or the step does not begin in the sweep.

    Examples
    --------
    >>> base_voltage([-60, -64, -65, -65, -50, -40], 1.0, 4.0)
    -65.0
    """
    v = checked("base_voltage", voltage, dt)
    check_step("base_voltage", v.size, dt, onset, v.size * dt - onset)
    first, end = sample(onset - LEVEL_SHARE * onset, dt), sample(onset, dt)
    return float(v[min(first, end - 1) : end].mean()) if end else np.nan


def steady_voltage(voltage: ArrayLike, dt: float, onset: float, duration: float) -> float:
    """The voltage that a step ends with: the mean over its last tenth, spikes and all.

    It is steady_state_voltage_stimend of eFEL.

    Parameters
    ----------
    voltage, dt, onset
        As for `base_voltage`.
    duration : float [ms]
        How long the step lasts.

    Returns
    -------
    float [mV]

    Raises
    ------
    BadValue
        If these are no finite numbers, or the step is not within the sweep.

    Examples
    --------
    >>> steady_voltage(np.arange(30.0), 1.0, 10.0, 20.0)
    28.5
    """
    v = checked("steady_voltage", voltage, dt)
    check_step("steady_voltage", v.size, dt, onset, duration)
    stop = onset + duration
    first, end = sample(stop - LEVEL_SHARE * duration, dt), sample(stop, dt)
    return float(v[min(first, end - 1) : end].mean())


def spike_peaks(voltage: ArrayLike, dt: float, spikes: ArrayLike) -> NDArray[np.float64]:
    """How high each spike is: the highest sample within 0.5 ms, or one sample, of its time.

    It is peak_voltage of eFEL where spikes are at their peaks.

    Parameters
    ----------
    voltage : shape (n,), float [mV]
        Samples from time 0.
    dt : float [ms]
        From one sample to the next.
    spikes : shape (k,), float [ms]
        When it spiked, at the peaks, in order.

    Returns
    -------
    shape (k,), float [mV]

    Raises
    ------
    BadValue
        If these are no finite numbers, or spikes are not in order or not within the sweep.

    Examples
    --------
    >>> spike_peaks([-60, -40, 30, -70, -60], 0.5, [1.1])
    array([30.])
    """
    v = checked("spike_peaks", voltage, dt)
    return v[peak_samples("spike_peaks", v, dt, spikes)]


def spike_thresholds(
    voltage: ArrayLike,
    dt: float,
    spikes: ArrayLike,
    *,
    start: float = 0.0,
    slope: float = SPIKE_SLOPE,
    samples: int = SPIKE_SAMPLES,
) -> NDArray[np.float64]:
    """Where each spike takes off: the voltage where dv/dt last rises above `slope` before the peak.

    dv/dt is the central difference (v[n+1] - v[n-1]) / (2 dt), and stays above `slope` for at least `samples` samples.
    It is AP_begin_voltage of eFEL, with its settings DerivativeThreshold and DerivativeWindow; eFEL leaves out what is
    NaN here, and has its three samples 0.1 ms apart unless its interp_step is set.

    Parameters
    ----------
    voltage, dt, spikes
        As for `spike_peaks`.
    start : float [ms]
        The first spike takes off no earlier; the others no earlier than the peak before.
    slope : float [mV/ms]
        The least dv/dt of a spike.
    samples : int
        For how many samples it is.

    Returns
    -------
    shape (k,), float [mV]
        NaN for a spike that does not rise so fast for so long.

    Raises
    ------
    BadValue
        As `spike_peaks` does, or if slope and samples are not above 0.

    Examples
    --------
    >>> spike_thresholds([-60, -60, -58, -50, -30, 10, 30, -20, -60, -60], 0.5, [3.0])
    array([-50.])
    """
    who = "spike_thresholds"
    v = checked(who, voltage, dt)
    peak = peak_samples(who, v, dt, spikes)
    if not (np.isfinite(slope) and slope > 0 and samples >= 1):
        raise BadValue(who, (slope, samples), "a slope above 0 mV/ms, and a sample or more, would do")
    if not peak.size or v.size <= samples:
        return np.full(peak.size, np.nan)
    fast = np.concatenate([[False], np.gradient(v, dt) > slope, np.zeros(samples, bool)])
    begins = ~fast[: v.size]
    for k in range(1, samples + 1):
        begins &= fast[k : v.size + k]
    found = np.append(np.flatnonzero(begins), -1)
    # The last place of found is -1 for those that have none before the peak: index -1 is that place as well.
    last = found[np.searchsorted(found[:-1], peak, "right") - 1]
    limit = np.concatenate([[sample(start, dt) - 1], peak[:-1] + 1])
    return np.where(last >= np.maximum(limit, 0), v[last], np.nan)


def interspike_minima(voltage: ArrayLike, dt: float, spikes: ArrayLike) -> NDArray[np.float64]:
    """How far the after-hyperpolarisation goes: the lowest voltage between each spike and the next.

    It is min_between_peaks_values of eFEL without the last one, which looks for what follows the last spike.

    Parameters
    ----------
    voltage, dt, spikes
        As for `spike_peaks`.

    Returns
    -------
    shape (k - 1,), float [mV]
        Or (0,) where there are fewer than two spikes.

    Raises
    ------
    BadValue
        As `spike_peaks` does.

    Examples
    --------
    >>> interspike_minima([30, -70, -60, 30, -72, 30], 1.0, [0, 3, 5])
    array([-70., -72.])
    """
    v = checked("interspike_minima", voltage, dt)
    peak = peak_samples("interspike_minima", v, dt, spikes)
    return np.minimum.reduceat(v, peak)[:-1] if peak.size > 1 else np.zeros(0)


def membrane_time_constant(voltage: ArrayLike, dt: float, onset: float, duration: float) -> float:
    """How fast a small step charges the membrane: tau of v(t) = v_inf + a exp(-t / tau), by least squares.

    It is fitted from where the voltage first is a tenth of the deflection away from `base_voltage`, to where it is
    furthest, so that neither a jump over the electrode nor a sag has a part in it. All three of v_inf, a and tau are
    free. Source: Allen Cell Types Database, technical white paper: electrophysiology (2018). time_constant of eFEL is
    another: it is of hyperpolarising steps only, and a straight line through the logarithm of the voltage.

    Parameters
    ----------
    voltage, dt, onset, duration
        As for `steady_voltage`; a step that gives no spike.

    Returns
    -------
    float [ms]
        NaN where nothing is before the step, the deflection is within 5 standard deviations of the voltage there, or
        the time constant is longer than what it is fitted to, or shorter than half a sample.

    Raises
    ------
    BadValue
        As `steady_voltage` does.

    Examples
    --------
    >>> t = np.arange(0, 400, 0.1)
    >>> v = -70 - 5 * np.where(t > 100, 1 - np.exp((100 - t) / 20), 0)
    >>> round(membrane_time_constant(v, 0.1, 100, 200), 6)
    20.0
    """
    who = "membrane_time_constant"
    v = checked(who, voltage, dt)
    check_step(who, v.size, dt, onset, duration)
    first, end = sample(onset, dt), sample(onset + duration, dt)
    before = v[min(sample(onset - LEVEL_SHARE * onset, dt), first - 1) : first] if first else v[:0]
    if not before.size:
        return np.nan
    away = np.abs(v[first:end] - before.mean())
    furthest = int(away.argmax())
    begin = int(np.argmax(away >= CHARGED * away[furthest]))
    charging = v[first + begin : first + furthest + 1]
    if away[furthest] <= CLEAR * before.std() or charging.size < LEAST_SAMPLES or np.ptp(charging) == 0:
        return np.nan
    return dt * _decay(charging)


def subthreshold_error(
    voltage: ArrayLike,
    other: ArrayLike,
    dt: float,
    spikes: ArrayLike = (),
    *,
    before: float = 2.0,
    after: float = 10.0,
) -> float:
    """How far two voltages are apart where neither spikes: the square root of the mean of (v - w)^2.

    Parameters
    ----------
    voltage, other : shape (n,), float [mV]
        Samples at the same times, from time 0.
    dt : float [ms]
        From one sample to the next.
    spikes : shape (k,), float [ms]
        When either spiked, in any order.
    before, after : float [ms]
        What is left out on both sides of each spike.

    Returns
    -------
    float [mV]
        NaN where nothing is left.

    Raises
    ------
    BadValue
        If these are no finite numbers, the voltages are not of one length, or a margin is below 0.

    Examples
    --------
    >>> subthreshold_error([-60, -60, 20, -60], [-63, -56, -60, -60], 1.0, [2.0], before=0, after=1)
    3.5355339059327378
    """
    who = "subthreshold_error"
    v, w = checked(who, voltage, dt), checked(who, other, dt)
    if v.size != w.size:
        raise BadValue(who, (v.size, w.size), "two voltages of as many samples would do")
    times = numbers(who, spikes, "spike times in ms, all finite, would do")
    if not (np.isfinite(before) and np.isfinite(after) and before >= 0 and after >= 0):
        raise BadValue(who, (before, after), "margins of 0 ms or more would do")
    begin = np.ceil((times - before) / dt - ROUNDING).clip(0, v.size).astype(np.int64)
    end = (np.floor((times + after) / dt + ROUNDING) + 1).clip(0, v.size).astype(np.int64)
    covered = np.bincount(begin, minlength=v.size + 1) - np.bincount(end, minlength=v.size + 1)
    free = np.cumsum(covered)[: v.size] == 0
    return float(np.sqrt(np.mean((v[free] - w[free]) ** 2))) if free.any() else np.nan


def checked(who: str, voltage: ArrayLike, dt: float) -> NDArray[np.float64]:
    """The voltage, if it and the time step can be used."""
    v = numbers(who, voltage, "a voltage in mV, one axis of finite samples, would do")
    if v.size < 2:
        raise BadValue(who, v.size, "a voltage of at least two samples would do")
    if isinstance(dt, bool) or not (isinstance(dt, int | float | np.number) and np.isfinite(dt) and dt > 0):
        raise BadValue(who, dt, "a time step above 0 ms would do")
    return v


def check_step(who: str, samples: int, dt: float, onset: float, duration: float) -> None:
    """Nothing, if the step is within a sweep of so many samples, and at least one of them in it."""
    wanted = f"onset and duration of a step within 0 and {samples * dt:g} ms, of a sample or more, would do"
    numbers(who, (onset, duration), wanted)
    if not (onset >= 0 and duration > 0 and onset + duration <= samples * dt * (1 + ROUNDING)):
        raise BadValue(who, (onset, duration), wanted)
    if sample(onset, dt) >= min(sample(onset + duration, dt), samples):
        raise BadValue(who, (onset, duration), wanted)


def sample(time: float, dt: float) -> int:
    """The first sample at this time, or after it."""
    return int(np.ceil(time / dt - ROUNDING))


def train_within(who: str, spikes: ArrayLike, length: float) -> NDArray[np.float64]:
    """The times of spikes, if all are within a sweep of this length."""
    times = train(who, spikes)
    if times.size and not (times[0] >= 0 and times[-1] <= length * (1 + ROUNDING)):
        raise BadValue(who, spikes, f"spike times within 0 and {length:g} ms would do")
    return times


def peak_samples(who: str, v: NDArray[np.float64], dt: float, spikes: ArrayLike) -> NDArray[np.int64]:
    """The highest sample of each spike."""
    times = train_within(who, spikes, v.size * dt)
    around = max(1, round(PEAK_WITHIN / dt))
    near = np.add.outer(np.rint(times / dt).astype(np.int64), np.arange(-around, around + 1)).clip(0, v.size - 1)
    return np.take_along_axis(near, v[near].argmax(axis=1)[:, None], axis=1)[:, 0]


def _decay(v: NDArray[np.float64]) -> float:
    """The time constant of the exponential nearest to these samples, in samples; NaN if that is at an end of all tried.

    Means over parts of equal length decay with the same time constant. For each time constant the best amplitude and
    level are known, and what they leave is least where the correlation with exp(-t / tau) is largest.
    """
    width = -(-v.size // MOST_PARTS)
    parts = v[: v.size // width * width].reshape(-1, width).mean(axis=1)
    parts -= parts.mean()
    time, low, high = np.arange(parts.size), 0.5, float(parts.size)
    ends = low, high
    while high / low - 1 > CLOSE:
        trials = np.geomspace(low, high, TRIALS)
        shapes = np.exp(-time / trials[:, None])
        shapes -= shapes.mean(axis=1, keepdims=True)
        best = int(((shapes @ parts) ** 2 / (shapes * shapes).sum(axis=1)).argmax())
        if trials[best] in ends:
            return np.nan
        low, high = trials[max(best - 1, 0)], trials[min(best + 1, TRIALS - 1)]
    return float(width * np.sqrt(low * high))
