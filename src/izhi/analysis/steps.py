"""What a step of current does to a cell: the features of one sweep that are measured in current clamp."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis.binning import numbers
from izhi.analysis.bursts import find_bursts
from izhi.analysis.spikes import adaptation_index, intervals, variation
from izhi.analysis.waveform import (
    base_voltage,
    check_step,
    checked,
    interspike_minima,
    membrane_time_constant,
    sample,
    spike_peaks,
    spike_thresholds,
    steady_voltage,
    train_within,
)

# A rebound is looked for within this time after a step [ms].
REBOUND = 200.0
# An index of adaptation takes so many spikes: the first interval does not count, and of the others it compares two.
ADAPTING = 4
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class SweepFeatures:
    """What a step of current did to a cell. A number that makes no sense is NaN, and a count is 0.

    Attributes
    ----------
    amplitude : float [pA]
        Of the step, from the holding current.
    onset, duration : float [ms]
        When it began, from the first sample, and how long it lasted.
    spike_count : int
        Spikes from the onset until before the end of the step; all that follows is of these spikes.
    firing_rate : float [1/s]
        Their number over the duration.
    latency : float [ms]
        From the onset to the first spike; NaN without spikes.
    first_interval, last_interval, mean_interval : float [ms]
        Between spikes; NaN with fewer than two spikes.
    interval_cv : float
        `variation` of the intervals; NaN with fewer than three spikes.
    adaptation_index : float
        `adaptation_index` from the second spike on; NaN with fewer than four spikes.
    burst_count, burst_spikes : int
        The bursts of `find_bursts`, and how many spikes are in one.
    burst_length : float [ms]
        From first to last spike of a burst, the mean over bursts; NaN without bursts.
    spike_peak, spike_threshold : float [mV]
        The mean of `spike_peaks`, and of `spike_thresholds` that are not NaN; NaN without any.
    ahp_voltage, ahp_depth : float [mV]
        The after-hyperpolarisation: the mean of `interspike_minima`, and that minus the base voltage, below 0 where it
        goes below; NaN with fewer than two spikes, the depth also where the base voltage is.
    base_voltage, steady_voltage : float [mV]
        Before the step, NaN where nothing is before it; and in its last tenth, spikes and all.
    minimum_voltage : float [mV]
        The lowest in the step.
    sag : float [mV]
        steady - minimum; NaN unless the step is negative and the voltage in it is below the base.
    sag_ratio1, sag_ratio2 : float
        sag / (base - minimum) and (base - steady) / (base - minimum), which add up to 1: 0 and 1 without any sag; NaN
        where the sag is.
    rebound : float [mV]
        The highest voltage within 200 ms after the step, minus the base; NaN where the sag is, where spikes follow
        within that time, and where the sweep ends with the step.
    rebound_spikes : int
        Spikes within 200 ms after the step, whatever its sign.
    time_constant : float [ms]
        `membrane_time_constant`; NaN where that is, with spikes, and for a step of 0 pA.
    """

    amplitude: float
    onset: float
    duration: float
    spike_count: int
    firing_rate: float
    latency: float
    first_interval: float
    last_interval: float
    mean_interval: float
    interval_cv: float
    adaptation_index: float
    burst_count: int
    burst_spikes: int
    burst_length: float
    spike_peak: float
    spike_threshold: float
    ahp_voltage: float
    ahp_depth: float
    base_voltage: float
    steady_voltage: float
    minimum_voltage: float
    sag: float
    sag_ratio1: float
    sag_ratio2: float
    rebound: float
    rebound_spikes: int
    time_constant: float

    def data(self) -> dict[str, Any]:
        """The same as numbers, with None for NaN, as JSON holds them."""
        return {name: None if value != value else value for name, value in asdict(self).items()}


def sweep_features(
    voltage: ArrayLike, dt: float, spikes: ArrayLike, *, amplitude: float, onset: float, duration: float
) -> SweepFeatures:
    """All that is measured of a sweep with a step of current.

    The sums and differences are with each of `SweepFeatures`. Definitions are those of eFEL, the Electrophysiology
    Feature Extraction Library of the Blue Brain Project, in its version 5.7, for the adaptation index
    (adaptation_index2), base and steady voltage, sag and its two ratios, peaks and thresholds of spikes. Others differ:
    mean_frequency of eFEL divides by the time to the last spike, its ISI_CV by one interval less and without the first
    one unless that is set, its AHP_depth is of the first minimum after each spike, and also after the last, its bursts
    are by the ratio of intervals, and sag and rebound are here of negative steps only.

    Parameters
    ----------
    voltage : shape (n,), float [mV]
        Samples from time 0.
    dt : float [ms]
        From one sample to the next.
    spikes : shape (k,), float [ms]
        When it spiked, at the peaks, in order, such as `izhi.sweeps.spike_times` finds; also outside of the step.
    amplitude : float [pA]
        Of the step, from the holding current.
    onset, duration : float [ms]
        When it begins, and how long it lasts.

    Returns
    -------
    SweepFeatures

    Raises
    ------
    BadValue
        If these are no finite numbers, the step is not within the sweep, or spikes are not in order and within it.

    Examples
    --------
    >>> import izhi
    >>> run = izhi.simulate("2007/RS", izhi.Pulse(100, start=100, stop=500), 600, scheme="euler", dt=0.1)
    >>> found = sweep_features(run.voltage, 0.1, run.spike_times, amplitude=100, onset=100, duration=400)
    >>> found.spike_count, found.firing_rate, round(found.adaptation_index, 3), round(found.base_voltage, 6)
    (5, 12.5, -0.001, -60.0)
    """
    who = "sweep_features"
    v = checked(who, voltage, dt)
    times = train_within(who, spikes, v.size * dt)
    numbers(who, [amplitude], "a finite amplitude of the step, in pA, would do")
    check_step(who, v.size, dt, onset, duration)
    stop = onset + duration
    inside = times[(times >= onset) & (times < stop)]
    base, steady = base_voltage(v, dt, onset), steady_voltage(v, dt, onset, duration)
    lowest = float(v[sample(onset, dt) : sample(stop, dt)].min(initial=np.inf))
    after = times[(times >= stop) & (times < stop + REBOUND)]
    highest = v[sample(stop, dt) : sample(stop + REBOUND, dt)].max(initial=-np.inf)
    # A mean may be below all that it is of by rounding.
    sags, sag = amplitude < 0 and steady <= base and lowest < base, max(steady - lowest, 0.0)
    charges = amplitude != 0 and not inside.size
    return SweepFeatures(
        amplitude=float(amplitude),
        onset=float(onset),
        duration=float(duration),
        **_firing(inside, onset, duration),
        **_shapes(v, dt, inside, onset, base),
        base_voltage=base,
        steady_voltage=steady,
        minimum_voltage=lowest,
        sag=sag if sags else np.nan,
        sag_ratio1=sag / (base - lowest) if sags else np.nan,
        sag_ratio2=(base - steady) / (base - lowest) if sags else np.nan,
        rebound=float(highest - base) if sags and not after.size and np.isfinite(highest) else np.nan,
        rebound_spikes=int(after.size),
        time_constant=membrane_time_constant(v, dt, onset, duration) if charges else np.nan,
    )


def _firing(spikes: Floats, onset: float, duration: float) -> dict[str, Any]:
    """What the times of spikes say."""
    gaps, bursts = intervals(spikes), find_bursts(spikes)
    return {
        "spike_count": int(spikes.size),
        "firing_rate": 1e3 * spikes.size / duration,
        "latency": float(spikes[0] - onset) if spikes.size else np.nan,
        "first_interval": float(gaps[0]) if gaps.size else np.nan,
        "last_interval": float(gaps[-1]) if gaps.size else np.nan,
        "mean_interval": _mean(gaps),
        "interval_cv": variation(spikes) if gaps.size > 1 else np.nan,
        "adaptation_index": adaptation_index(spikes[1:]) if spikes.size >= ADAPTING else np.nan,
        "burst_count": len(bursts),
        "burst_spikes": sum(burst.count for burst in bursts),
        "burst_length": _mean(np.array([burst.stop - burst.start for burst in bursts])),
    }


def _shapes(v: Floats, dt: float, spikes: Floats, onset: float, base: float) -> dict[str, Any]:
    """What the voltage around spikes says."""
    thresholds = spike_thresholds(v, dt, spikes, start=onset)
    low = _mean(interspike_minima(v, dt, spikes))
    return {
        "spike_peak": _mean(spike_peaks(v, dt, spikes)),
        "spike_threshold": _mean(thresholds[np.isfinite(thresholds)]),
        "ahp_voltage": low,
        "ahp_depth": low - base,
    }


def _mean(values: Floats) -> float:
    """The mean, NaN of nothing."""
    return float(values.mean()) if values.size else np.nan
