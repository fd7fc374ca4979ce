"""Sweeps: choosing, resampling and correcting them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import izhi
from izhi.sweeps import Sweep, Sweeps, read_sweeps, spike_times
from tests.sweeps.made import COUNTS, family


def names(sweeps: Sweeps) -> list[str]:
    return [sweep.name for sweep in sweeps]


@pytest.mark.parametrize(
    ("which", "found"),
    [
        ("odd", "13"), ("even", "024"), ("0:2,4", "014"), ("::2", "024"), ("-1", "4"), ("3:", "34"), (":2", "01"),
        ("3, 1", "31"), ("odd,0", "130"), (2, "2"), (-2, "3"), ([0, 3], "03"), (np.array([1, 2]), "12"),
        (slice(1, None, 3), "14"), (range(3), "012"), ("4:0:-2", "42"),
    ],
)  # fmt: skip
def test_sweeps_are_chosen_as_in_python(which, found: str) -> None:
    assert names(family().select(which)) == list(found)


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ("5", "select: '5' given; sweeps are 0 to 4"),
        ([0, 7], "select: [0, 7] given; sweeps are 0 to 4"),
        ("", "select: '' given; 'odd', 'even', or numbers and slices such as '0:8,12' would do"),
        ("first", "select: 'first' given; 'odd', 'even', or numbers and slices such as '0:8,12' would do"),
        ("0:3:0", "select: '0:3:0' given; 'odd', 'even', or numbers and slices such as '0:8,12' would do"),
        ("3:3", "select: '3:3' given; no sweep is left of 0 to 4"),
        ([], "select: [] given; no sweep is left of 0 to 4"),
        ([True], "select: [True] given; sweeps are 0 to 4"),
        ([0.5], "select: [0.5] given; sweeps are 0 to 4"),
    ],
)
def test_a_choice_that_is_none_is_refused(which, message: str) -> None:
    with pytest.raises(izhi.BadValue) as caught:
        family().select(which)
    assert str(caught.value) == message


@given(st.lists(st.integers(-5, 4), min_size=1, max_size=8))
def test_a_text_of_numbers_chooses_what_a_list_does(which: list[int]) -> None:
    assert names(FAMILY.select(",".join(map(str, which)))) == names(FAMILY.select(which))


FAMILY = family()


@pytest.mark.parametrize(("dt", "new"), [(0.05, 0.1), (0.02, 0.05), (0.02, 0.1), (0.1, 0.1), (0.1, 0.04)])
def test_resampling_moves_no_spike_and_loses_no_charge(dt: float, new: float) -> None:
    before = family(dt)
    after = before.resampled(new)
    assert [sweep.dt for sweep in after] == [new] * 5
    for old, sweep in zip(before, after, strict=True):
        assert sweep.duration == pytest.approx(old.duration, abs=new)
        assert sweep.spike_times() == pytest.approx(old.spike_times(), abs=0.02)
        assert sweep.current.sum() * new == pytest.approx(old.current.sum() * dt)
        assert sweep.voltage[0] == pytest.approx(old.voltage[0], abs=0.05)
        assert sweep.voltage[-1] == pytest.approx(old.voltage[-1], abs=0.05)


def test_what_is_faster_than_the_new_rate_is_not_folded_down() -> None:
    t = 0.02 * np.arange(20_000)
    fast = Sweep(0.02, -70 + 10 * np.sin(2 * np.pi * 8.0 * t), np.zeros(t.size))
    assert np.abs(fast.resampled(0.1).voltage + 70)[100:-100].max() < 0.02
    assert np.ptp(fast.voltage[::5]) > 19


@pytest.mark.parametrize("dt", [0.0, -1.0, float("nan"), 0.0314159, 1e4])
def test_a_time_step_without_a_simple_ratio_is_refused(dt: float) -> None:
    with pytest.raises(izhi.BadValue, match=r"a step in simple ratio to 0\.05 ms would do, such as 0\.1"):
        FAMILY.resampled(dt)


def test_corrections_are_taken_from_the_voltage_and_noted() -> None:
    done = FAMILY.bridge(10).junction(14)
    for old, new in zip(FAMILY, done, strict=True):
        assert new.voltage == pytest.approx(old.voltage - 0.01 * old.current - 14)
        assert np.array_equal(new.current, old.current)
    assert done.notes == (
        "10 MOhm of the electrode taken out (v - R I)",
        "junction potential of 14 mV taken out (v - potential)",
    )
    with pytest.raises(izhi.BadValue, match="bridge: nan given; a finite number of MOhm would do"):
        FAMILY.bridge(float("nan"))


@pytest.mark.parametrize("late", [1, 2, 5])
def test_what_a_correction_leaves_where_the_current_jumps_is_no_spike(late: int) -> None:
    electrode = 0.2 * FAMILY[4].current
    seen = FAMILY[4].voltage + np.concatenate([np.zeros(late), electrode[:-late]])
    one = Sweeps((Sweep(0.05, seen + 30, FAMILY[4].current),)).bridge(200)
    assert spike_times(one[0].voltage, 0.05).size == COUNTS[4] + 1
    assert one[0].spike_times().size == COUNTS[4]
    assert one.resampled(0.1)[0].spike_times().size == COUNTS[4]


def test_the_spikes_of_all_sweeps_are_counted() -> None:
    assert [spikes.size for spikes in FAMILY.spike_times()] == COUNTS
    assert [spikes.size for spikes in FAMILY.spike_times(threshold=50.0)] == [0] * 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, [1.0, 2.0], [0.0, 0.0]), "Sweep.dt: 0.0 given; a positive number of ms would do"),
        ((0.1, [1.0, 2.0], [0.0]), "an array with one axis and at least two samples would do"),
        ((0.1, [1.0, 2.0, 3.0], [0.0, 0.0]), "Sweep: '3 and 2 samples' given; as many of the voltage"),
        ((0.1, [1.0, np.nan], [0.0, 0.0]), "Sweep.voltage: 'NaN or infinity' given; finite numbers would do"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused(arguments, message: str) -> None:
    with pytest.raises(izhi.BadValue) as caught:
        Sweep(*arguments)
    assert message in str(caught.value)


def test_sweeps_are_frozen_and_leave_their_callers_arrays_alone() -> None:
    given = np.array([1.0, 2.0])
    sweep = Sweep(0.1, given, given)
    with pytest.raises(ValueError, match="read-only"):
        sweep.voltage[0] = 0
    given[0] = 5


def test_sweeps_say_what_they_are() -> None:
    assert str(FAMILY) == "made: 5 sweeps of 200 ms at 20 kHz, -50 to 150 pA"
    assert repr(FAMILY) == f"<Sweeps {FAMILY}>"
    assert read_sweeps(FAMILY) is FAMILY
    with pytest.raises(izhi.BadValue, match="at least one sweep would do"):
        Sweeps(())
