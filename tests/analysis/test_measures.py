"""Intervals, bursts and turning points, on trains and voltages drawn by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from izhi import BadValue, Measure
from izhi.analysis.bursts import find_bursts
from izhi.analysis.spikes import adaptation_index, interval_ratio, intervals, local_variation, mean_rate, variation
from izhi.analysis.subthreshold import noise_level, turning_points

TRAINS = st.lists(st.floats(0.01, 100), max_size=40).map(np.cumsum)


def test_spikes_that_are_not_in_order_are_a_bad_value() -> None:
    with pytest.raises(BadValue, match="in their order"):
        intervals([3, 1])


@given(TRAINS)
def test_every_spike_is_in_one_burst_at_most(train: np.ndarray) -> None:
    bursts = find_bursts(train)
    assert sum(burst.count for burst in bursts) <= train.size
    for one, following in pairwise(bursts):
        assert one.stop < following.start


@given(TRAINS, st.floats(0.1, 10))
def test_measures_without_a_unit_do_not_know_the_unit_of_time(train: np.ndarray, factor: float) -> None:
    for measure in (interval_ratio, adaptation_index, variation, local_variation):
        assert measure(train * factor) == pytest.approx(measure(train), rel=1e-6, abs=1e-6)


def test_a_poisson_train_varies_by_one_and_a_clock_not_at_all() -> None:
    train = np.cumsum(np.random.default_rng(0).exponential(10, 20_000))
    assert variation(train) == pytest.approx(1, abs=0.03)
    assert local_variation(train) == pytest.approx(1, abs=0.03)
    assert mean_rate(train) == pytest.approx(100, rel=0.03)
    assert variation(np.arange(10.0)) == local_variation(np.arange(10.0)) == 0


def test_measures_of_no_spikes_are_those_of_nothing() -> None:
    assert (mean_rate([]), variation([]), local_variation([]), adaptation_index([])) == (0, 0, 0, 0)
    assert interval_ratio([5]) == 1


def test_a_sine_turns_twice_a_period_and_its_noise_is_nothing() -> None:
    t = np.arange(0, 100, 0.1)
    wave = np.sin(2 * np.pi * t / 20)
    assert t[turning_points(wave, 0.5)] == pytest.approx(np.arange(5, 100, 10), abs=0.1)
    assert noise_level(wave) < 1e-3


def test_noise_is_measured_to_a_tenth() -> None:
    noise = np.random.default_rng(1).normal(0, 0.3, 5000)
    assert noise_level(noise) == pytest.approx(0.3, rel=0.1)


def test_a_measure_reads_as_name_number_unit() -> None:
    assert str(Measure("latency", 3.14159, "ms")) == "latency 3.142 ms"
    assert str(Measure("spikes", 3)) == "spikes 3"
