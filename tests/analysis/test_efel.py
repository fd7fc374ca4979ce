"""Features of steps as eFEL measures them: the same where definitions are, and where not, by how much and why."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import izhi
from izhi.analysis import (
    SweepFeatures,
    input_resistance,
    interspike_minima,
    membrane_time_constant,
    spike_peaks,
    spike_thresholds,
    sweep_features,
)
from izhi.sweeps import read_sweeps, spike_times

efel = pytest.importorskip("efel", reason="eFEL, which is compared with, is not installed")

CELLS = ("2007/RS", "2007/IB", "2007/CH", "2007/FS", "2007/LTS", "2007/TC")
AMPLITUDES = (-100, 60, 250, 600)
ONSET, STOP, DURATION = 200.0, 700.0, 500.0
# eFEL adds time steps up: so much later, samples do not fall before times that they are at [ms].
LATER = 1e-6
# Voltages go through the interpolation of eFEL; times are later, and differences of them are not.
MV, MS = 5e-6, 2e-6

NAMES = (
    "AHP_depth", "AHP_depth_abs", "AP_begin_voltage", "ISI_CV", "adaptation_index2", "all_ISI_values",
    "mean_frequency", "min_between_peaks_values", "minimum_voltage", "ohmic_input_resistance_vb_ssse", "peak_time",
    "peak_voltage", "sag_amplitude", "sag_ratio1", "sag_ratio2", "spike_count_stimint", "steady_state_voltage_stimend",
    "strict_burst_number", "time_constant", "time_to_first_spike", "voltage_base",
)  # fmt: skip
# Recordings, and what of the electrode's resistance is taken out [MOhm]: without, the last one's voltage rides above
# the threshold of eFEL, which takes noise for spikes there.
RECORDINGS = {"171116sh_0018.abf": 0.0, "2019_07_24_0055_fsi.abf": 0.0, "190619B_0003.abf": 60.0}


@dataclass(frozen=True, eq=False)
class Case:
    """A sweep, what eFEL finds in it, and what is found here, with the spikes that eFEL finds."""

    voltage: NDArray[np.float64]
    dt: float
    onset: float
    stop: float
    efel: dict[str, NDArray[np.float64]]
    spikes: NDArray[np.float64]
    here: SweepFeatures

    @property
    def inside(self) -> slice:
        """Which of the spikes are in the step."""
        return slice(*np.searchsorted(self.spikes, [self.onset, self.stop]).tolist())


def by_efel(
    voltage: NDArray[np.float64], dt: float, onset: float, stop: float, amplitude: float
) -> dict[str, NDArray[np.float64]]:
    """What eFEL finds, on the samples as they are and with the first interval; empty for what it does not."""
    efel.reset()
    efel.set_setting("interp_step", dt)
    efel.set_setting("ignore_first_ISI", False)
    trace = {"T": dt * np.arange(voltage.size) + LATER, "V": voltage, "stim_start": [onset], "stim_end": [stop]}
    # eFEL wants its current in nA for MOhm.
    efel.set_setting("stimulus_current", 1e-3 * amplitude)
    found = efel.get_feature_values([trace], list(NAMES), raise_warnings=False)[0]
    efel.reset()
    return {name: np.zeros(0) if values is None else np.asarray(values, float) for name, values in found.items()}


def case(voltage: NDArray[np.float64], dt: float, onset: float, stop: float, amplitude: float) -> Case:
    found = by_efel(voltage, dt, onset, stop, amplitude)
    spikes = found["peak_time"] - LATER
    # To the samples that they are at, without what eFEL adds up.
    spikes = dt * np.rint(spikes / dt)
    here = sweep_features(voltage, dt, spikes, amplitude=amplitude, onset=onset, duration=stop - onset)
    return Case(voltage, dt, onset, stop, found, spikes, here)


@cache
def simulated(name: str, amplitude: float, dt: float = 0.1) -> Case:
    pulse = izhi.Pulse(amplitude, start=ONSET, stop=STOP)
    run = izhi.simulate(name, pulse, 1000, scheme="euler", dt=dt)
    return case(run.voltage, dt, ONSET, STOP, amplitude)


@cache
def recorded(name: str) -> tuple[Case, ...]:
    folder = os.environ.get("IZHI_RECORDINGS")
    if not folder or not Path(folder, name).exists():
        pytest.skip(f"IZHI_RECORDINGS names no folder with {name}")
    sweeps = read_sweeps(Path(folder, name)).bridge(RECORDINGS[name])
    return tuple(
        case(sweep.voltage, sweep.dt, step.start, step.stop, step.amplitude)
        for sweep, step in zip(sweeps, sweeps.steps, strict=True)
    )


def agree(case: Case) -> None:
    """Whether all is the same that is defined in the same way."""
    here, there, inside = case.here, case.efel, case.inside
    assert here.spike_count == there["spike_count_stimint"][0]
    assert here.base_voltage == pytest.approx(there["voltage_base"][0], abs=MV)
    assert here.steady_voltage == pytest.approx(there["steady_state_voltage_stimend"][0], abs=MV)
    assert here.minimum_voltage == pytest.approx(there["minimum_voltage"][0], abs=MV)
    gaps = there["all_ISI_values"][inside][: max(here.spike_count - 1, 0)]
    if here.spike_count:
        assert spike_peaks(case.voltage, case.dt, case.spikes) == pytest.approx(there["peak_voltage"], abs=MV)
        assert here.spike_peak == pytest.approx(there["peak_voltage"][inside].mean(), abs=MV)
        assert here.latency == pytest.approx(there["peak_time"][inside][0] - case.onset, abs=MS)
    if gaps.size:
        assert here.mean_interval == pytest.approx(gaps.mean(), abs=MS)
        assert (here.first_interval, here.last_interval) == pytest.approx((gaps[0], gaps[-1]), abs=MS)
        minima = interspike_minima(case.voltage, case.dt, case.spikes)
        assert minima == pytest.approx(there["min_between_peaks_values"][:-1], abs=MV)
        assert here.ahp_voltage == pytest.approx(minima[inside][: gaps.size].mean(), abs=MV)
    if there["adaptation_index2"].size:
        assert here.adaptation_index == pytest.approx(there["adaptation_index2"][0], abs=1e-8)
    else:
        assert np.isnan(here.adaptation_index)


def thresholds_agree(case: Case) -> None:
    """Whether spikes after the onset take off at the same voltages; eFEL leaves out what is NaN here."""
    later = case.spikes[case.spikes > case.onset]
    found = spike_thresholds(case.voltage, case.dt, later, start=case.onset)
    assert found[np.isfinite(found)] == pytest.approx(case.efel["AP_begin_voltage"], abs=MV)


def sags_agree(case: Case) -> None:
    """Whether the sags of a negative step are the same."""
    for name, field in (("sag_amplitude", "sag"), ("sag_ratio1", "sag_ratio1"), ("sag_ratio2", "sag_ratio2")):
        assert getattr(case.here, field) == pytest.approx(case.efel[name][0], abs=MV), name


@pytest.mark.parametrize("amplitude", AMPLITUDES)
@pytest.mark.parametrize("name", CELLS)
def test_simulated_cells_have_the_features_that_efel_finds(name: str, amplitude: float) -> None:
    found = simulated(name, amplitude)
    agree(found)
    thresholds_agree(found)
    if amplitude < 0:
        sags_agree(found)


@pytest.mark.parametrize("name", ["2007/RS", "2007/CH"])
def test_a_finer_time_step_changes_nothing_of_that(name: str) -> None:
    for amplitude in (-100, 250):
        found = simulated(name, amplitude, 0.025)
        agree(found)
        thresholds_agree(found)
        if amplitude < 0:
            sags_agree(found)


@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_cells_have_the_features_that_efel_finds(name: str) -> None:
    for found in recorded(name):
        agree(found)
        if found.here.amplitude < 0:
            sags_agree(found)
        thresholds_agree(found)


@pytest.mark.parametrize("name", CELLS)
def test_spikes_are_found_where_efel_finds_them(name: str) -> None:
    for amplitude in AMPLITUDES:
        found = simulated(name, amplitude)
        # The parabola through the highest sample and its neighbours has its top within half a sample.
        spikes = spike_times(found.voltage, found.dt, jumps=[found.onset, found.stop])
        assert spikes == pytest.approx(found.spikes, abs=0.51 * found.dt)


@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_spikes_are_found_where_efel_finds_them(name: str) -> None:
    """But for the peak of its own that `bridge` leaves where the current jumps, which eFEL takes for a spike."""
    for found in recorded(name):
        jumps = np.array([found.onset, found.stop])
        after = found.spikes[:, None] - jumps
        true = found.spikes[~((after > -1.5 * found.dt) & (after < 0.5)).any(axis=1)]
        assert found.spikes.size - true.size <= 1
        assert spike_times(found.voltage, found.dt, jumps=jumps) == pytest.approx(true, abs=0.51 * found.dt)


@pytest.mark.parametrize("name", CELLS)
def test_a_rate_is_over_the_whole_step_and_in_efel_until_the_last_spike(name: str) -> None:
    found = simulated(name, 600)
    last = found.spikes[found.inside][-1] - found.onset
    assert found.here.firing_rate == pytest.approx(1e3 * found.here.spike_count / DURATION)
    assert found.efel["mean_frequency"][0] == pytest.approx(found.here.firing_rate * DURATION / last, rel=1e-6)


def test_the_spread_of_intervals_is_over_their_number_and_in_efel_over_one_less() -> None:
    compared = 0
    for name in CELLS:
        found = simulated(name, 600)
        count = found.here.spike_count - 1
        # eFEL counts the intervals outside of the step as well.
        if found.spikes.size == found.here.spike_count:
            here = found.here.interval_cv * np.sqrt(count / (count - 1))
            assert here == pytest.approx(found.efel["ISI_CV"][0], rel=1e-6)
            compared += 1
    assert compared >= 3


def test_an_after_hyperpolarisation_is_the_lowest_and_in_efel_the_first_minimum() -> None:
    """It is the same for spikes that are followed by one minimum, and differs where noise makes the first one."""
    found = simulated("2007/FS", 600)
    inner = slice(found.inside.start, found.inside.stop - 1)
    assert found.here.ahp_voltage == pytest.approx(found.efel["AHP_depth_abs"][inner].mean(), abs=MV)
    assert found.here.ahp_depth == pytest.approx(found.efel["AHP_depth"][inner].mean(), abs=MV)
    noisy = found.voltage + np.random.default_rng(3).normal(0, 0.5, found.voltage.size)
    again = case(noisy, found.dt, ONSET, STOP, 600)
    assert again.spikes.size == found.spikes.size
    first = again.efel["AHP_depth_abs"][inner]
    assert (interspike_minima(noisy, found.dt, again.spikes)[inner] <= first + MV).all()
    assert again.here.ahp_voltage < first.mean() - 0.1


def test_a_steady_train_is_no_burst_and_in_efel_is_one() -> None:
    """Here intervals are of two kinds, a factor of three apart; in eFEL a burst ends where one is twice the median."""
    steady, chattering = simulated("2007/RS", 600), simulated("2007/CH", 600)
    assert (steady.here.burst_count, steady.efel["strict_burst_number"][0]) == (0, 1)
    assert chattering.here.burst_count == chattering.efel["strict_burst_number"][0] > 5


def test_steps_that_are_not_negative_have_no_sag_and_in_efel_may_have_a_ratio() -> None:
    found = simulated("2007/FS", 600)
    assert np.isnan([found.here.sag, found.here.sag_ratio1, found.here.sag_ratio2]).all()
    assert found.efel["sag_ratio2"].size == 1


def charged(tau: float, deflection: float, dt: float = 0.1) -> NDArray[np.float64]:
    """A membrane that is a resistor and a capacitor, under a step."""
    t = dt * np.arange(round(1000 / dt))
    on, off = (1 - np.exp(-(t - when).clip(0) / tau) for when in (ONSET, STOP))
    return -70 + deflection * (on - off)


@pytest.mark.parametrize("tau", [3.0, 10.0, 30.0])
def test_an_exponential_has_its_own_time_constant_and_nearly_that_in_efel(tau: float) -> None:
    """efel draws a line through the logarithm, of what is steeper than 5 mV/s, its asymptote found to 0.01 mV."""
    v = charged(tau, -10.0)
    assert membrane_time_constant(v, 0.1, ONSET, DURATION) == pytest.approx(tau, rel=1e-6)
    assert by_efel(v, 0.1, ONSET, STOP, -100)["time_constant"][0] == pytest.approx(tau, rel=0.03)


def test_only_negative_steps_have_a_time_constant_in_efel() -> None:
    v = charged(10.0, 5.0)
    assert membrane_time_constant(v, 0.1, ONSET, DURATION) == pytest.approx(10.0, rel=1e-6)
    assert not by_efel(v, 0.1, ONSET, STOP, 100)["time_constant"].size


def test_the_resistance_of_a_step_and_of_none_is_the_ohmic_one_of_efel() -> None:
    found = simulated("2007/RS", -100)
    here = input_resistance([0, -100], [found.here.base_voltage, found.here.steady_voltage])
    assert here == pytest.approx(found.efel["ohmic_input_resistance_vb_ssse"][0], rel=1e-6)
