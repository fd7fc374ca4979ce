"""Rates, and the variation of intervals and of counts, on trains whose values are known."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from izhi import BadValue
from izhi.analysis.binning import count_spikes
from izhi.analysis.population import fano_factor, firing_rates, interval_cv, interval_lv, population_rate
from izhi.analysis.spikes import intervals, variation

PER_CELL = (firing_rates, interval_cv, interval_lv, fano_factor)
STOP = 1000.0


def poisson(count: int, rate: float, stop: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Independent Poisson trains of so many Hz, in no order."""
    rng = np.random.default_rng(seed)
    number = rng.poisson(count * rate * stop * 1e-3)
    return rng.random(number) * stop, rng.integers(0, count, number)


def test_a_rate_is_the_number_of_spikes_in_the_window_over_its_length() -> None:
    time, cell = [0, 100, 499.9, 500, 600], [0, 0, 1, 0, 1]
    assert firing_rates(time, cell, 3, 0, 500).tolist() == [4, 2, 0]


def test_a_population_rate_times_its_bins_is_all_spikes() -> None:
    time, _ = poisson(50, 20, STOP)
    found = population_rate(time, 50, 0, STOP, width=2.5)
    assert found.rate.sum() * 2.5e-3 * 50 == pytest.approx(time.size)
    assert found.time[[0, -1]].tolist() == [1.25, 998.75]


def test_spikes_on_a_grid_of_time_fall_into_its_bins_one_by_one() -> None:
    time = 0.1 * np.arange(30_000)
    assert (population_rate(time, 1, 0, 3000, width=0.1).rate == 1e4).all()
    assert (population_rate(time + 0.3, 1, 0.3, 3000.3, width=0.3).rate == 1e4).all()


def test_what_is_left_of_the_window_after_the_last_whole_bin_is_not_counted() -> None:
    assert population_rate([1, 9.5], 1, 0, 10, width=4).rate.tolist() == [250, 0]


@pytest.mark.parametrize("smooth", [0.2, 7.0, 400.0])
def test_smoothing_leaves_a_constant_rate_as_it_is(smooth: float) -> None:
    found = population_rate(np.arange(500) + 0.5, 10, 0, 500, smooth=smooth)
    assert found.rate == pytest.approx(np.full(500, 100.0), rel=1e-12)


def test_smoothing_makes_a_spike_a_gaussian_of_the_same_area() -> None:
    time, rate = population_rate([250.5], 1, 0, 500, smooth=10)
    area = rate.sum()
    assert area == pytest.approx(1000, rel=1e-4)
    assert (((time - 250.5) ** 2 * rate).sum() / area) ** 0.5 == pytest.approx(10, rel=1e-2)


def test_poisson_trains_vary_by_one_in_every_measure() -> None:
    time, cell = poisson(200, 100, 20_000)
    assert np.mean(interval_cv(time, cell, 200, 0, 20_000)) == pytest.approx(1, abs=0.01)
    assert np.mean(interval_lv(time, cell, 200, 0, 20_000)) == pytest.approx(1, abs=0.01)
    assert np.mean(fano_factor(time, cell, 200, 0, 20_000)) == pytest.approx(1, abs=0.02)
    assert np.mean(firing_rates(time, cell, 200, 0, 20_000)) == pytest.approx(100, rel=0.01)


def test_clocks_vary_by_nothing() -> None:
    time = np.concatenate([np.arange(0, 1000, 10.0), np.arange(3, 1000, 25.0)])
    cell = np.repeat([0, 1], [100, 40])
    for measure in (interval_cv, interval_lv, fano_factor):
        assert measure(time, cell, 2, 0, STOP) == pytest.approx([0, 0], abs=1e-12)


def test_a_drifting_rate_adds_to_the_variation_and_not_to_the_local_one() -> None:
    time = np.cumsum(np.linspace(5, 50, 100))
    cell = np.zeros(100, int)
    assert interval_cv(time, cell, 1, 0, 1e4)[0] > 0.4
    assert interval_lv(time, cell, 1, 0, 1e4)[0] < 0.01


def test_each_cell_has_the_variation_of_its_own_train() -> None:
    time, cell = poisson(20, 30, 2000)
    found = interval_cv(time, cell, 20, 100, 1900)
    for k in range(20):
        train = np.sort(time[(cell == k) & (time >= 100) & (time < 1900)])
        assert found[k] == pytest.approx(variation(train), rel=1e-12)
        a, b = intervals(train)[:-1], intervals(train)[1:]
        lv = 3 * np.mean(((a - b) / (a + b)) ** 2)
        assert interval_lv(time, cell, 20, 100, 1900)[k] == pytest.approx(lv, rel=1e-12)


def test_a_fano_factor_is_that_of_the_counts() -> None:
    time, cell = poisson(10, 30, STOP)
    counts = np.array([np.histogram(time[cell == k], 20, (0, STOP))[0] for k in range(10)])
    assert fano_factor(time, cell, 10, 0, STOP, width=50) == pytest.approx(counts.var(1, ddof=1) / counts.mean(1))


def test_cells_with_too_few_intervals_have_no_variation() -> None:
    time, cell = np.arange(14.0), np.repeat([0, 1], [11, 3])
    assert np.isnan(interval_cv(time, cell, 3, 0, 20)).tolist() == [False, True, True]
    assert np.isnan(interval_lv(time, cell, 3, 0, 20, least=1)).tolist() == [False, False, True]
    assert np.isnan(interval_cv([1, 1], [0, 0], 1, 0, 20, least=1)).all()


@pytest.mark.parametrize("measure", PER_CELL)
def test_no_spikes_are_nothing_and_no_mistake(measure: Callable[..., Any]) -> None:
    found = measure([], [], 3, 0, STOP)
    assert found.shape == (3,)
    assert not np.nansum(found)
    assert not population_rate([], 3, 0, STOP, smooth=5).rate.any()


@pytest.mark.parametrize("measure", PER_CELL)
@given(seed=st.integers(0, 10**6))
def test_permuting_cells_permutes_results_and_the_order_of_spikes_does_not_matter(
    measure: Callable[..., Any], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    time, cell = poisson(8, 40, STOP, seed)
    order = np.argsort(time)
    found = measure(time[order], cell[order], 8, 0, STOP)
    swapped = rng.permutation(8)
    again = rng.permutation(time.size)
    assert measure(time[again], swapped[cell[again]], 8, 0, STOP)[swapped] == pytest.approx(found, nan_ok=True)


def test_counts_are_those_of_a_histogram() -> None:
    time, cell = poisson(7, 50, STOP)
    counts = count_spikes("test", time, cell, 7, 0, STOP, 20)
    dense = np.zeros((7, counts.bins), int)
    dense[counts.cell, counts.bin] = counts.number
    assert (dense == np.histogram2d(cell, time, (np.arange(8), np.linspace(0, STOP, 51)))[0]).all()


@pytest.mark.parametrize("measure", [interval_cv, fano_factor])
def test_ten_million_spikes_take_memory_for_a_few_copies_of_them(measure: Callable[..., Any]) -> None:
    rng = np.random.default_rng(1)
    time, cell = np.arange(1e7) * 1e-3, rng.integers(0, 100_000, 10**7, dtype=np.int32)
    tracemalloc.start()
    found = measure(time, cell, 100_000, 0, 1e4)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert np.nanmean(found) == pytest.approx(1, abs=0.02)
    assert peak < 1e9


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1, 2], [0], 1, 0, 10), r"\[0\] given; 2 whole numbers"),
        (([1, 2], [0, 3], 3, 0, 10), "3 given; cells 0 to 2 would do"),
        (([1, 2], [0, -1], 3, 0, 10), "-1 given; cells 0 to 2 would do"),
        (([1, 2], [0.0, 1.0], 2, 0, 10), "whole numbers, the cell of each spike"),
        (([1, np.nan], [0, 1], 2, 0, 10), "spike times in ms, all finite"),
        ((["a"], [0], 2, 0, 10), "spike times in ms"),
        (([[1], [1, 2]], [0], 2, 0, 10), "spike times in ms"),
        (([1], [0], 0, 0, 10), "0 given; a number of cells"),
        (([1], [0], 1, 10, 10), r"\(10, 10\) given; a start before a stop"),
    ],
)
@pytest.mark.parametrize("measure", PER_CELL)
def test_bad_input_is_told_in_one_line(measure: Callable[..., Any], arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(BadValue, match=rf"^{measure.__name__}: .*{words}") as caught:
        measure(*arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("options", [{"width": 0}, {"width": 11}, {"width": 1e-9}, {"smooth": -1}, {"smooth": np.nan}])
def test_bins_and_gaussians_that_do_not_fit_the_window_are_bad_values(options: dict[str, float]) -> None:
    with pytest.raises(BadValue, match=r"^population_rate: .* ms would do"):
        population_rate([1.0], 1, 0, 10, **options)
