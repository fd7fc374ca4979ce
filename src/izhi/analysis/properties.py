"""What sweeps of one cell have in common: resting voltage, resistance, time constant, rheobase, f-I curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis.binning import numbers
from izhi.analysis.steps import SweepFeatures
from izhi.errors import BadValue

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CellFeatures:
    """What the steps of all sweeps say of their cell. A number that makes no sense is NaN.

    Attributes
    ----------
    sweeps : tuple of SweepFeatures or None
        Those of each sweep, None for one without a step.
    resting_voltage : float [mV]
        The median of the base voltages; NaN where no sweep has one.
    input_resistance : float [MOhm]
        `input_resistance` of the sweeps without a spike in the step.
    time_constant : float [ms]
        The median over negative steps, or where none has any over positive ones; NaN where no sweep has one.
    sag, rebound : float [mV]
        Of the most negative step that has a sag; NaN where none has, the rebound also where that sweep has none.
    sag_ratio1, sag_ratio2 : float
        Of the same step.
    rheobase : pair of float [pA]
        `rheobase_bracket`.
    spike_threshold, spike_peak : float [mV]
        Of the smallest step with spikes; NaN where none has any.
    currents, rates : shape (m,) [pA], shape (m,) [1/s]
        The f-I curve, `rate_curve`.
    """

    sweeps: tuple[SweepFeatures | None, ...]
    resting_voltage: float
    input_resistance: float
    time_constant: float
    sag: float
    sag_ratio1: float
    sag_ratio2: float
    rebound: float
    rheobase: tuple[float, float]
    spike_threshold: float
    spike_peak: float
    currents: Floats
    rates: Floats

    def data(self) -> dict[str, Any]:
        """The same as dictionaries, lists and numbers, with None for NaN, as JSON holds them."""
        of_cell = {name: value for name, value in vars(self).items() if name != "sweeps"}
        return {
            "sweeps": [None if each is None else each.data() for each in self.sweeps],
            **{name: _plain(value) for name, value in of_cell.items()},
        }


def cell_features(sweeps: Sequence[SweepFeatures | None]) -> CellFeatures:
    """What the sweeps of a cell have in common.

    Parameters
    ----------
    sweeps : list of SweepFeatures or None
        Those of each sweep, None for one without a step.

    Returns
    -------
    CellFeatures

    Raises
    ------
    BadValue
        If no sweep has a step.

    Examples
    --------
    >>> import izhi
    >>> from izhi.analysis import sweep_features
    >>> found = []
    >>> for amplitude in (-100, -50, 50, 100):
    ...     pulse = izhi.Pulse(amplitude, start=100, stop=500)
    ...     run = izhi.simulate("2007/RS", pulse, 600, scheme="euler", dt=0.1)
    ...     step = {"amplitude": amplitude, "onset": 100, "duration": 400}
    ...     found.append(sweep_features(run.voltage, 0.1, run.spike_times, **step))
    >>> cell = cell_features(found)
    >>> cell.rheobase, cell.rates.tolist(), round(cell.resting_voltage, 6)
    ((50.0, 100.0), [0.0, 0.0, 0.0, 12.5], -60.0)
    """
    known = [each for each in sweeps if each is not None]
    if not known:
        raise BadValue("cell_features", [], "at least one sweep with a step of current would do")
    amplitude = np.array([each.amplitude for each in known])
    steady = np.array([each.steady_voltage for each in known])
    count = np.array([each.spike_count for each in known])
    sagging = min((e for e in known if np.isfinite(e.sag)), key=lambda e: e.amplitude, default=None)
    firing = min((e for e in known if e.spike_count), key=lambda e: e.amplitude, default=None)
    currents, rates = rate_curve(amplitude, [each.firing_rate for each in known])
    return CellFeatures(
        sweeps=tuple(sweeps),
        resting_voltage=_median([each.base_voltage for each in known]),
        input_resistance=input_resistance(amplitude[count == 0], steady[count == 0]),
        time_constant=_time_constant(known),
        sag=sagging.sag if sagging else np.nan,
        sag_ratio1=sagging.sag_ratio1 if sagging else np.nan,
        sag_ratio2=sagging.sag_ratio2 if sagging else np.nan,
        rebound=sagging.rebound if sagging else np.nan,
        rheobase=rheobase_bracket(amplitude, count),
        spike_threshold=firing.spike_threshold if firing else np.nan,
        spike_peak=firing.spike_peak if firing else np.nan,
        currents=currents,
        rates=rates,
    )


def input_resistance(currents: ArrayLike, voltages: ArrayLike) -> float:
    """How far a current moves the voltage: the slope of the straight line V = V_0 + R I, by least squares.

    Of two sweeps it is ohmic_input_resistance_vb_ssse of eFEL, if one of them has no current.

    Parameters
    ----------
    currents : shape (k,), float [pA]
        Of steps that give no spike.
    voltages : shape (k,), float [mV]
        The steady voltage of each.

    Returns
    -------
    float [MOhm]
        NaN where there are no two currents.

    Raises
    ------
    BadValue
        If these are no finite numbers, or not as many voltages as currents.

    Examples
    --------
    >>> input_resistance([-100, -50, 0], [-80, -75, -70])
    100.0
    """
    current, voltage = _pairs("input_resistance", currents, voltages, "voltages in mV, one for each current, would do")
    if current.size < 2 or np.ptp(current) == 0:
        return np.nan
    away = current - current.mean()
    return float(1e3 * (away @ (voltage - voltage.mean())) / (away @ away))


def rheobase_bracket(currents: ArrayLike, counts: ArrayLike) -> tuple[float, float]:
    """Between which steps the rheobase is: the largest without spikes, and the smallest with spikes, above it.

    Steps without spikes above the smallest with spikes do not count: there the cell may be in depolarisation block.

    Parameters
    ----------
    currents : shape (k,), float [pA]
        Of the steps.
    counts : shape (k,), int
        How many spikes each gave.

    Returns
    -------
    pair of float [pA]
        The first NaN where the smallest step has spikes, the second where no step has any.

    Raises
    ------
    BadValue
        If these are no finite numbers, or not as many counts as currents.

    Examples
    --------
    >>> rheobase_bracket([0, 50, 100, 150], [0, 0, 2, 5])
    (50.0, 100.0)
    """
    current, count = _pairs("rheobase_bracket", currents, counts, "numbers of spikes, one for each current, would do")
    with_spikes = float(current[count > 0].min(initial=np.inf))
    silent = float(current[(count == 0) & (current < with_spikes)].max(initial=-np.inf))
    return silent if np.isfinite(silent) else np.nan, with_spikes if np.isfinite(with_spikes) else np.nan


def rate_curve(currents: ArrayLike, rates: ArrayLike) -> tuple[Floats, Floats]:
    """The f-I curve of some steps: each current once, in order, with the mean rate of its steps.

    Parameters
    ----------
    currents : shape (k,), float [pA]
        Of the steps, in any order.
    rates : shape (k,), float [1/s]
        How fast each made the cell fire.

    Returns
    -------
    currents : shape (m,) [pA]
    rates : shape (m,) [1/s]

    Raises
    ------
    BadValue
        If these are no finite numbers, or not as many rates as currents.

    Examples
    --------
    >>> rate_curve([100, 50, 100], [10, 0, 14])
    (array([ 50., 100.]), array([ 0., 12.]))
    """
    current, rate = _pairs("rate_curve", currents, rates, "rates in 1/s, one for each current, would do")
    found, place = np.unique(current, return_inverse=True)
    return found, np.bincount(place, rate, found.size) / np.bincount(place, minlength=found.size)


def _pairs(who: str, currents: ArrayLike, others: ArrayLike, wanted: str) -> tuple[Floats, Floats]:
    """The currents and what goes with them, checked."""
    current = numbers(who, currents, "currents in pA, all finite, would do")
    other = numbers(who, others, wanted)
    if current.size != other.size:
        raise BadValue(who, others, wanted)
    return current, other


def _median(values: Sequence[float]) -> float:
    """The median of those that are numbers, NaN of none."""
    known = np.array([value for value in values if np.isfinite(value)])
    return float(np.median(known)) if known.size else np.nan


def _time_constant(known: Sequence[SweepFeatures]) -> float:
    """The median over negative steps, or over positive ones."""
    below = _median([each.time_constant for each in known if each.amplitude < 0])
    return below if np.isfinite(below) else _median([each.time_constant for each in known if each.amplitude > 0])


def _plain(value: Any) -> Any:
    """A number, pair or array as JSON holds it."""
    if isinstance(value, np.ndarray | tuple):
        return [_plain(each) for each in np.asarray(value).tolist()]
    return None if value != value else value
