"""Features of steps and of cells: known sweeps, what has to stay the same, what makes no sense, and bad input."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from izhi import BadValue
from izhi.analysis import (
    SweepFeatures,
    base_voltage,
    cell_features,
    input_resistance,
    interspike_minima,
    membrane_time_constant,
    rate_curve,
    rheobase_bracket,
    spike_peaks,
    spike_thresholds,
    steady_voltage,
    subthreshold_error,
    sweep_features,
)

DT, ONSET, DURATION, LENGTH = 0.1, 50.0, 200.0, 350.0
STEP = {"onset": ONSET, "duration": DURATION}
TIME = DT * np.arange(round(LENGTH / DT))
VOLTAGES = (
    "spike_peak", "spike_threshold", "ahp_voltage", "base_voltage", "steady_voltage", "minimum_voltage",
)  # fmt: skip
DIFFERENCES = ("ahp_depth", "sag", "rebound")
EXAMPLES = settings(deadline=None, max_examples=30)
TIMES = ("latency", "first_interval", "last_interval", "mean_interval", "burst_length")
# Spikes at least 5 ms apart, on samples in the step, as their number of samples from its onset.
TRAINS = st.lists(st.integers(2, 38), max_size=8, unique=True).map(lambda found: [50 * k for k in sorted(found)])


def charged(deflection: float = -10.0, tau: float = 12.0, rest: float = -70.0) -> NDArray[np.float64]:
    """A membrane that charges under the step, and discharges after it."""
    on, off = (1 - np.exp(-(TIME - when).clip(0) / tau) for when in (ONSET, ONSET + DURATION))
    return rest + deflection * (on - off)


def spiking(train: list[int], peak: float = 30.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A voltage that spikes at these samples after the onset, each spike 0.7 ms up and 1 ms below; and the times."""
    shape = np.array([-50.0, -40.0, -25.0, -5.0, 15.0, peak, 0.0, -40.0, -70.0, -75.0, -72.0])
    voltage, first = charged(8.0), round(ONSET / DT)
    for k in train:
        voltage[first + k - 5 : first + k + 6] = shape
    return voltage, ONSET + DT * np.array(train, float)


def measured(voltage: NDArray[np.float64], spikes: object = (), amplitude: float = -100.0) -> SweepFeatures:
    return sweep_features(voltage, DT, spikes, amplitude=amplitude, **STEP)


def same(one: SweepFeatures, other: SweepFeatures, *, but: tuple[str, ...] = ()) -> None:
    """Whether all fields are equal, NaN to NaN, but for these."""
    for field in fields(SweepFeatures):
        if field.name not in but:
            expected = pytest.approx(getattr(other, field.name), rel=1e-7, abs=1e-7, nan_ok=True)
            assert getattr(one, field.name) == expected, field.name


def test_a_passive_membrane_has_its_levels_and_its_time_constant() -> None:
    found = measured(charged(-10.0, 12.0))
    assert (found.base_voltage, found.spike_count, found.rebound_spikes) == (-70.0, 0, 0)
    assert found.steady_voltage == pytest.approx(-80, abs=1e-5)
    assert found.sag == pytest.approx(0, abs=1e-6)
    assert (found.sag_ratio1, found.sag_ratio2) == pytest.approx((0, 1), abs=1e-6)
    assert found.time_constant == pytest.approx(12, rel=1e-7)
    assert found.rebound == pytest.approx(-10 * np.exp(-(LENGTH - ONSET - DURATION - DT) / 12), abs=1e-9)


def test_a_sag_and_a_rebound_are_what_was_made() -> None:
    voltage = charged(-10.0, 5.0)
    voltage[1000] = -84.0
    voltage[2600] = -64.0
    found = measured(voltage)
    assert (found.sag, found.rebound) == pytest.approx((4, 6), abs=1e-6)
    assert (found.sag_ratio1, found.sag_ratio2) == pytest.approx((4 / 14, 10 / 14), abs=1e-6)


def test_spikes_have_the_shape_and_times_that_were_made() -> None:
    voltage, spikes = spiking([100, 200, 400, 700, 1100])
    found = measured(voltage, spikes, 100.0)
    assert (found.spike_count, found.firing_rate) == (5, 25.0)
    assert (found.latency, found.first_interval, found.last_interval) == pytest.approx((10, 10, 40))
    assert (found.mean_interval, found.interval_cv) == pytest.approx((25, np.std([10, 20, 30, 40]) / 25))
    assert found.adaptation_index == pytest.approx((10 / 50 + 10 / 70) / 2)
    assert (found.spike_peak, found.ahp_voltage, found.ahp_depth) == pytest.approx((30, -75, -5))
    # The central difference is steep from the sample before the spike on.
    before = np.searchsorted(TIME, spikes - 0.01) - 6
    assert found.spike_threshold == pytest.approx(voltage[before].mean())
    assert np.isnan(found.time_constant)


def test_bursts_are_counted_with_their_spikes_and_their_length() -> None:
    train = [100, 150, 200, 800, 850, 900, 1500]
    found = measured(*spiking(train), 100.0)
    assert (found.burst_count, found.burst_spikes) == (2, 6)
    assert found.burst_length == pytest.approx(10)


def test_spikes_before_and_after_the_step_are_not_of_it() -> None:
    voltage, spikes = spiking([100, 200])
    found = measured(voltage, [20.0, *spikes, ONSET + DURATION, 300.0], 100.0)
    assert (found.spike_count, found.latency, found.rebound_spikes) == (2, pytest.approx(10), 2)


@pytest.mark.parametrize("count", range(5))
def test_what_makes_no_sense_of_few_spikes_is_nan(count: int) -> None:
    found = measured(*spiking([300 * (k + 1) for k in range(count)]), 100.0)
    at_least = {
        "latency": 1, "spike_peak": 1, "spike_threshold": 1, "first_interval": 2, "last_interval": 2,
        "mean_interval": 2, "ahp_voltage": 2, "ahp_depth": 2, "interval_cv": 3, "adaptation_index": 4,
    }  # fmt: skip
    assert {name for name in at_least if np.isfinite(getattr(found, name))} == {
        name for name, least in at_least.items() if count >= least
    }
    assert np.isnan([found.sag, found.sag_ratio1, found.sag_ratio2, found.rebound, found.burst_length]).all()
    assert (found.spike_count, found.burst_count, found.burst_spikes) == (count, 0, 0)


def test_a_step_from_the_first_sample_on_has_no_base_and_one_to_the_last_no_rebound() -> None:
    voltage = charged()
    found = sweep_features(voltage, DT, [], amplitude=-100, onset=0, duration=LENGTH)
    assert np.isnan([found.base_voltage, found.sag, found.rebound, found.time_constant]).all()
    found = sweep_features(voltage, DT, [], amplitude=-100, onset=ONSET, duration=LENGTH - ONSET)
    assert np.isnan(found.rebound)
    assert np.isfinite([found.base_voltage, found.sag, found.time_constant]).all()


def test_a_spike_after_the_step_leaves_no_rebound_but_is_counted() -> None:
    found = measured(charged(), [260.0])
    assert np.isnan(found.rebound)
    assert (found.rebound_spikes, found.spike_count) == (1, 0)
    assert np.isfinite([found.sag, found.time_constant]).all()


def test_no_step_has_neither_sag_nor_time_constant() -> None:
    found = measured(charged(), (), 0.0)
    assert np.isnan([found.sag, found.sag_ratio1, found.sag_ratio2, found.rebound, found.time_constant]).all()


def test_numbers_for_programs_have_none_for_nan() -> None:
    found = measured(charged(8.0), (), 100.0)
    data = json.loads(json.dumps(found.data(), allow_nan=False))
    assert data.keys() == {field.name for field in fields(SweepFeatures)}
    assert {name for name, value in data.items() if value is None} == {
        name for name in data if np.isnan(getattr(found, name))
    }


@EXAMPLES
@given(TRAINS, st.floats(-100, 100))
def test_a_voltage_that_is_added_is_added_to_voltages_only(train: list[int], offset: float) -> None:
    voltage, spikes = spiking(train)
    one, other = measured(voltage, spikes, 100.0), measured(voltage + offset, spikes, 100.0)
    same(other, replace(one, **{name: getattr(one, name) + offset for name in VOLTAGES}))


@EXAMPLES
@given(TRAINS, st.integers(0, 3000))
def test_when_the_step_comes_changes_nothing_but_its_onset(train: list[int], later: int) -> None:
    voltage, spikes = spiking(train)
    one = measured(voltage, spikes, 100.0)
    moved, shift = np.concatenate([np.full(later, voltage[0]), voltage]), DT * later
    other = sweep_features(moved, DT, spikes + shift, amplitude=100.0, onset=ONSET + shift, duration=DURATION)
    # Intervals on this grid may be a factor of three apart to rounding, which is what tells bursts.
    same(other, replace(one, onset=ONSET + shift), but=("burst_count", "burst_spikes", "burst_length"))


@EXAMPLES
@given(st.floats(0.1, 5.0), st.floats(3.0, 30.0))
def test_a_deflection_that_is_scaled_scales_differences_only(scale: float, tau: float) -> None:
    rng = np.random.default_rng(2)
    shape = charged(-10.0, tau, 0.0) + 0.05 * rng.normal(size=TIME.size)
    one, other = measured(shape - 70), measured(scale * shape - 70)
    scaled = {name: scale * getattr(one, name) for name in DIFFERENCES}
    scaled |= {name: scale * (getattr(one, name) + 70) - 70 for name in VOLTAGES}
    same(other, replace(one, **scaled), but=("time_constant",))
    assert other.time_constant == pytest.approx(one.time_constant, rel=1e-5)


@EXAMPLES
@given(TRAINS, st.sampled_from([0.5, 2.0, 4.0]))
def test_a_slower_clock_stretches_times_and_lowers_rates(train: list[int], slower: float) -> None:
    voltage, spikes = spiking(train)
    one = measured(voltage, spikes, 100.0)
    other = sweep_features(
        voltage, slower * DT, slower * spikes, amplitude=100.0, onset=slower * ONSET, duration=slower * DURATION
    )
    slowed = {name: slower * getattr(one, name) for name in (*TIMES, "onset", "duration", "time_constant")}
    # How fast a spike rises is another matter then.
    same(other, replace(one, firing_rate=one.firing_rate / slower, **slowed), but=("spike_threshold",))


@pytest.mark.parametrize(("dt", "tau"), [(0.025, 2.0), (0.1, 0.5), (0.1, 40.0), (0.5, 15.0), (0.02, 100.0)])
def test_the_time_constant_of_an_exponential_is_found(dt: float, tau: float) -> None:
    t = dt * np.arange(round(1500 / dt))
    voltage = -70 + 3 * np.where(t >= 100, 1 - np.exp(-(t - 100).clip(0) / tau), 0)
    # An electrode that is not balanced jumps at the onset, which is no part of the membrane's charging.
    for jump in (0.0, 0.2):
        found = membrane_time_constant(voltage + jump * (t >= 100), dt, 100, 1000)
        assert found == pytest.approx(tau, rel=1e-4)


def test_noise_moves_a_time_constant_little_and_is_none_itself() -> None:
    rng = np.random.default_rng(5)
    noise = 0.2 * rng.normal(size=TIME.size)
    found = [membrane_time_constant(charged(-8.0, 12.0) + noise, DT, ONSET, DURATION)]
    assert found == pytest.approx([12], rel=0.05)
    assert np.isnan(membrane_time_constant(noise - 70, DT, ONSET, DURATION))
    assert np.isnan(membrane_time_constant(np.full(TIME.size, -70.0), DT, ONSET, DURATION))


def test_a_ramp_has_no_time_constant() -> None:
    assert np.isnan(membrane_time_constant(-70 + (TIME - ONSET).clip(0), DT, ONSET, DURATION))


def test_a_slow_spike_has_no_threshold_and_the_others_keep_theirs() -> None:
    voltage, spikes = spiking([200, 600, 1000])
    first = round(ONSET / DT) + 600
    voltage[first - 30 : first + 31] = 30 - np.abs(np.arange(-30, 31)) * 0.9
    found = spike_thresholds(voltage, DT, spikes)
    before = np.searchsorted(TIME, spikes - 0.01) - 6
    assert found[[0, 2]] == pytest.approx(voltage[before[[0, 2]]])
    assert np.isnan(found[1])
    assert spike_thresholds(voltage, DT, spikes, slope=8.0)[1] == voltage[first - 31]


def test_the_first_spike_takes_off_no_earlier_than_stated() -> None:
    voltage, spikes = spiking([5])
    assert np.isfinite(spike_thresholds(voltage, DT, spikes, start=ONSET)).all()
    assert np.isnan(spike_thresholds(voltage, DT, spikes, start=ONSET + 0.4)).all()


def test_peaks_at_the_ends_of_a_sweep_are_found() -> None:
    assert spike_peaks([30, -60, -60, 20], 1.0, [0, 3]).tolist() == [30, 20]
    assert spike_peaks([30, -60, -60, 20], 1.0, [4]).tolist() == [20]
    assert spike_peaks([30, -60], 1.0, []).size == interspike_minima([30, -60], 1.0, [0]).size == 0
    assert np.isnan(spike_thresholds([30, -60], 1.0, [0])).all()


def test_an_error_below_threshold_leaves_out_what_is_around_spikes() -> None:
    one, other = np.full(100, -60.0), np.full(100, -62.0)
    one[50:53] = 30
    assert subthreshold_error(one, other, 1.0) == pytest.approx(np.sqrt((97 * 4 + 3 * 92**2) / 100))
    assert subthreshold_error(one, other, 1.0, [51.0], before=1, after=1) == pytest.approx(2)
    assert subthreshold_error(one, other, 1.0, [90.0, 51.0, 52.0, -3.0, 500.0]) == pytest.approx(2)
    assert np.isnan(subthreshold_error(one, other, 1.0, [50.0], before=100, after=100))
    assert subthreshold_error(one, one, 1.0) == 0


@EXAMPLES
@given(st.lists(st.tuples(st.floats(-500, 500), st.booleans()), min_size=1, max_size=12))
def test_a_rheobase_lies_between_two_steps_that_were_made(steps: list[tuple[float, bool]]) -> None:
    currents, counts = [c for c, _ in steps], [3 * fires for _, fires in steps]
    silent, firing = rheobase_bracket(currents, counts)
    assert np.isnan(firing) == (not any(counts))
    if np.isfinite(firing):
        assert firing == min(c for c, fires in steps if fires)
        assert not np.isfinite(silent) or silent < firing
    else:
        assert silent == max(currents)


@EXAMPLES
@given(st.floats(10, 1000), st.floats(-100, 0), st.lists(st.integers(-20, 20), min_size=2, max_size=9, unique=True))
def test_the_resistance_of_a_straight_line_is_its_slope(slope: float, rest: float, steps: list[int]) -> None:
    current = 10.0 * np.array(steps)
    assert input_resistance(current, rest + 1e-3 * slope * current) == pytest.approx(slope, rel=1e-6)


def test_one_current_has_no_resistance() -> None:
    assert np.isnan(input_resistance([50], [-60]))
    assert np.isnan(input_resistance([50, 50], [-60, -61]))
    assert np.isnan(input_resistance([], []))


def test_a_rate_curve_is_in_order_and_a_current_in_it_once() -> None:
    currents, rates = rate_curve([30, 10, 30, 20], [9, 1, 11, 4])
    assert (currents.tolist(), rates.tolist()) == ([10, 20, 30], [1, 4, 10])


@cache
def sweeps_of_a_cell() -> list[SweepFeatures]:
    """Steps of -200 to 200 pA on 100 MOhm, those from 100 pA on with spikes."""
    found = [measured(charged(0.1 * amplitude), (), amplitude) for amplitude in (-200.0, -100.0, 0.0, 50.0)]
    return [*found, measured(*spiking([300]), 100.0), measured(*spiking([100, 200, 400, 700]), 200.0)]


def test_a_cell_is_what_its_sweeps_say() -> None:
    sweeps = sweeps_of_a_cell()
    cell = cell_features([*sweeps, None])
    assert (cell.resting_voltage, cell.rheobase) == (-70, (50, 100))
    assert (cell.input_resistance, cell.time_constant) == pytest.approx((100, 12), rel=1e-5)
    assert (cell.sag, cell.sag_ratio2, cell.rebound) == (sweeps[0].sag, sweeps[0].sag_ratio2, sweeps[0].rebound)
    assert (cell.spike_threshold, cell.spike_peak) == (sweeps[4].spike_threshold, 30)
    assert cell.currents.tolist() == [-200, -100, 0, 50, 100, 200]
    assert cell.rates.tolist() == [0, 0, 0, 0, 5, 20]
    assert cell.sweeps == (*sweeps, None)
    data = json.loads(json.dumps(cell.data(), allow_nan=False))
    assert data["rheobase"] == [50, 100]
    assert data["sweeps"][-1] is None
    assert data["sweeps"][0]["latency"] is None


@EXAMPLES
@given(st.permutations(range(6)))
def test_the_order_of_sweeps_does_not_matter(order: list[int]) -> None:
    sweeps = sweeps_of_a_cell()
    one, other = cell_features(sweeps).data(), cell_features([sweeps[k] for k in order]).data()
    before, after = one.pop("sweeps"), other.pop("sweeps")
    assert [before[k] for k in order] == after
    for name, value in one.items():
        assert other[name] == pytest.approx(value, rel=1e-9), name


def test_a_cell_without_spikes_or_without_negative_steps_has_no_such_numbers() -> None:
    sweeps = sweeps_of_a_cell()
    silent, above = cell_features(sweeps[:4]), cell_features(sweeps[3:])
    assert silent.rheobase[0] == 50
    assert np.isnan([silent.rheobase[1], silent.spike_threshold, silent.spike_peak]).all()
    assert np.isnan([above.sag, above.sag_ratio1, above.rebound, above.input_resistance]).all()
    assert above.time_constant == pytest.approx(12, rel=1e-5)
    assert silent.data()["rheobase"] == [50, None]


@pytest.mark.parametrize("nothing", [[], [None], [None, None]])
def test_a_cell_without_steps_is_refused(nothing: list[None]) -> None:
    with pytest.raises(
        BadValue, match=r"^cell_features: .* given; at least one sweep with a step of current would do$"
    ):
        cell_features(nothing)


V = np.full(100, -60.0)
STEPPED = "onset and duration of a step within 0 and 100 ms, of a sample or more, would do"
BAD: tuple[tuple[Callable[[], object], str], ...] = (
    (lambda: base_voltage([-60, np.nan], 1, 1), "a voltage in mV, one axis of finite samples, would do"),
    (lambda: base_voltage([[-60, -60]], 1, 1), "a voltage in mV, one axis of finite samples, would do"),
    (lambda: base_voltage("-60", 1, 1), "a voltage in mV, one axis of finite samples, would do"),
    (lambda: base_voltage([-60], 1, 1), "a voltage of at least two samples would do"),
    (lambda: base_voltage(V, 0, 1), "a time step above 0 ms would do"),
    (lambda: base_voltage(V, np.nan, 1), "a time step above 0 ms would do"),
    (lambda: base_voltage(V, "1", 1), "a time step above 0 ms would do"),
    (lambda: base_voltage(V, 1, -1), STEPPED),
    (lambda: steady_voltage(V, 1, 50, 51), STEPPED),
    (lambda: steady_voltage(V, 1, 50, 0), STEPPED),
    (lambda: steady_voltage(V, 1, 50.2, 0.3), STEPPED),
    (lambda: base_voltage(V, 1, 99.5), STEPPED),
    (lambda: steady_voltage(V, 1, None, 5), STEPPED),
    (lambda: membrane_time_constant(V, 1, np.nan, 5), STEPPED),
    (lambda: spike_peaks(V, 1, [20, 10]), "spike times in ms, finite and in their order, would do"),
    (lambda: spike_peaks(V, 1, [np.inf]), "spike times in ms, finite and in their order, would do"),
    (lambda: spike_peaks(V, 1, [101]), "spike times within 0 and 100 ms would do"),
    (lambda: interspike_minima(V, 1, [-1, 5]), "spike times within 0 and 100 ms would do"),
    (lambda: spike_thresholds(V, 1, [5], slope=0), "a slope above 0 mV/ms, and a sample or more, would do"),
    (lambda: spike_thresholds(V, 1, [5], samples=0), "a slope above 0 mV/ms, and a sample or more, would do"),
    (lambda: subthreshold_error(V, V[1:], 1), "two voltages of as many samples would do"),
    (lambda: subthreshold_error(V, V, 1, [np.nan]), "spike times in ms, all finite, would do"),
    (lambda: subthreshold_error(V, V, 1, [5], before=-1), "margins of 0 ms or more would do"),
    (lambda: input_resistance([1, 2], [1]), "voltages in mV, one for each current, would do"),
    (lambda: input_resistance([1, np.nan], [1, 2]), "currents in pA, all finite, would do"),
    (lambda: rheobase_bracket([1], ["a"]), "numbers of spikes, one for each current, would do"),
    (lambda: rate_curve([1], [np.inf]), "rates in 1/s, one for each current, would do"),
    (
        lambda: sweep_features(V, 1, [], amplitude=np.nan, onset=5, duration=5),
        "a finite amplitude of the step, in pA, would do",
    ),
    (
        lambda: sweep_features(V, 1, [], amplitude=1, onset=99, duration=5),
        STEPPED,
    ),
    (
        lambda: sweep_features(V, 1, [500], amplitude=1, onset=5, duration=5),
        "spike times within 0 and 100 ms would do",
    ),
)


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_input_is_refused_in_one_line(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadValue) as caught:
        call()
    assert str(caught.value).endswith(f" given; {message}")
    assert "\n" not in str(caught.value)
