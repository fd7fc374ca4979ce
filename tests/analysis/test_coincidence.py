"""Coincidence factors against pairs found by exhaustive matching, and where they are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from izhi import BadValue
from izhi.analysis.coincidence import (
    coincidence_factor,
    coincidence_factors,
    intrinsic_reliability,
    normalised_coincidence,
)

# Times on a grid of 0.1 ms, several of them often equal, or apart by just a window.
TRAINS = st.lists(st.integers(0, 999).map(lambda k: k / 10), max_size=30).map(sorted)


def poisson(rng: np.random.Generator, spikes: float, duration: float) -> NDArray[np.float64]:
    return np.sort(rng.random(rng.poisson(spikes)) * duration)


def by_the_formula(data: list[float], model: list[float], duration: float, window: float) -> float:
    """As the paper has it, with the coincidences of a largest matching found without regard to order."""
    apart = np.abs(np.subtract.outer(data, model)) <= window + 1e-9
    found = (maximum_bipartite_matching(csr_array(apart)) >= 0).sum() if apart.any() else 0
    rate = len(model) / duration
    above = found - 2 * rate * window * len(data)
    return above / (0.5 * (len(data) + len(model))) / (1 - 2 * rate * window)


@given(data=TRAINS, model=TRAINS, window=st.sampled_from([0.05, 0.1, 0.5, 1.0, 1.5]))
def test_it_is_the_formula_of_the_largest_matching(data: list[float], model: list[float], window: float) -> None:
    if data or model:
        expected = by_the_formula(data, model, 100, window)
        assert coincidence_factor(data, model, 100, window) == pytest.approx(expected, abs=1e-12)


def test_one_worked_by_hand_is_right() -> None:
    # 2 of 4 spikes coincide with 2 of 5; 2 * 5/200 * 2 * 4 = 0.4 do by chance.
    data, model = [10, 50, 90, 130], [11.5, 12, 52, 100, 150]
    assert coincidence_factor(data, model, 200) == pytest.approx((2 - 0.4) / 4.5 / 0.9)


def test_each_spike_is_used_once() -> None:
    assert coincidence_factor([10], [9, 10, 11], 1000) == pytest.approx((1 - 0.012) / 2 / 0.988)
    assert coincidence_factor([10, 11.5], [8.5, 11], 1000) == pytest.approx(1)
    # The nearest first would leave 8 and 13.5 alone.
    assert coincidence_factor([10, 11.5], [8, 9.9], 1000, 1.9) < 1
    assert coincidence_factor([10, 12], [8, 10.5], 1000) == pytest.approx(1)


def test_spikes_apart_by_the_window_coincide_whatever_their_last_bits() -> None:
    step = np.arange(0, 40_000, 100)
    data, late, later = step * 0.1, (step + 20) * 0.1, (step + 21) * 0.1
    assert coincidence_factor(data, late, 5000) == pytest.approx(1)
    assert coincidence_factor(data, data + 2.0, 5000) == pytest.approx(1)
    assert coincidence_factor(data, later, 5000) < 0


@given(train=TRAINS)
def test_a_train_coincides_with_itself(train: list[float]) -> None:
    assert coincidence_factor(train, train, 100, 0.5) == pytest.approx(1)


def test_empty_trains_have_what_is_stated() -> None:
    assert coincidence_factor([], [], 100) == 1
    assert coincidence_factor([10, 20], [], 100) == 0
    assert coincidence_factor([], [10, 20], 100) == 0
    assert coincidence_factors([10], [], 100).shape == (0,)


def test_independent_poisson_trains_have_none_in_the_mean() -> None:
    rng = np.random.default_rng(0)
    found = [
        coincidence_factors(poisson(rng, 50, 10_000), [poisson(rng, 80, 10_000) for _ in range(100)], 10_000)
        for _ in range(50)
    ]
    # Windows that overlap are not used twice, so that it is a little below.
    assert np.mean(found) == pytest.approx(0, abs=0.01)


def test_fewer_coincidences_than_by_chance_are_negative() -> None:
    time = np.arange(0, 1000, 20.0)
    assert coincidence_factor(time, time + 10, 1000) == pytest.approx(-0.2 / 0.8)


@given(data=TRAINS, model=TRAINS)
def test_it_is_at_most_one_and_symmetric_for_equal_numbers(data: list[float], model: list[float]) -> None:
    assert coincidence_factor(data, model, 100, 0.5) <= 1 + 1e-12
    same = min(len(data), len(model))
    one, other = data[:same], model[:same]
    assert coincidence_factor(one, other, 100, 0.5) == pytest.approx(coincidence_factor(other, one, 100, 0.5))


@given(data=TRAINS, model=TRAINS, shift=st.integers(-(10**6), 10**6))
def test_when_it_was_does_not_matter(data: list[float], model: list[float], shift: int) -> None:
    moved = coincidence_factor(np.add(data, shift), np.add(model, shift), 100.5, 0.5, start=shift - 0.25)
    assert moved == pytest.approx(coincidence_factor(data, model, 100.5, 0.5, start=-0.25))


@given(data=TRAINS, trains=st.lists(TRAINS, max_size=6))
def test_many_at_once_are_each_by_itself(data: list[float], trains: list[list[float]]) -> None:
    each = [coincidence_factor(data, train, 100, 0.5) for train in trains]
    assert np.array_equal(coincidence_factors(data, trains, 100, 0.5), each)


def test_trains_may_be_lists_arrays_or_rows() -> None:
    rows = np.array([[10, 20], [30, 40]])
    expected = coincidence_factors([10, 20], [[10, 20], [30, 40]], 100)
    assert np.array_equal(coincidence_factors([10, 20], rows, 100), expected)
    assert np.array_equal(coincidence_factors(np.array([10, 20]), tuple(rows), 100), expected)


def test_spikes_outside_are_not_counted() -> None:
    inside = coincidence_factor([10, 20], [10, 21, 40], 50)
    assert coincidence_factor([-5, 10, 20, 50], [-9, 10, 21, 40, 50.5], 50) == inside
    assert coincidence_factor([95, 110, 120], [99, 110, 121, 140], 50, start=100) == inside


def test_a_model_whose_windows_fill_all_time_has_none() -> None:
    assert np.isnan(coincidence_factor([10, 20], np.arange(25) * 4.0, 100))
    found = coincidence_factors([10, 20], [np.arange(25) * 4.0, [10, 20]], 100)
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(1)


def test_reliability_is_the_mean_over_pairs_both_ways() -> None:
    rng = np.random.default_rng(1)
    trains = [poisson(rng, 20, 1000) for _ in range(5)]
    pairs = [coincidence_factor(a, b, 1000) for i, a in enumerate(trains) for j, b in enumerate(trains) if i != j]
    assert intrinsic_reliability(trains, 1000) == pytest.approx(np.mean(pairs))
    assert intrinsic_reliability([trains[0]] * 4, 1000) == pytest.approx(1)


def test_the_normalised_factor_is_the_ratio_of_the_means() -> None:
    rng = np.random.default_rng(2)
    model = poisson(rng, 40, 1000)
    repeats = [np.sort(model + rng.normal(0, 1, model.size)) for _ in range(6)]
    mean = np.mean([coincidence_factor(repeat, model, 1000) for repeat in repeats])
    found = normalised_coincidence(repeats, model, 1000)
    assert found == pytest.approx(mean / intrinsic_reliability(repeats, 1000))
    assert found > 1


def test_another_repeat_as_the_model_is_worth_one() -> None:
    rng = np.random.default_rng(3)
    kept = np.sort(rng.random(60) * 10_000)
    trials = [np.sort((kept + rng.normal(0, 1, 60))[rng.random(60) < 0.8]) for _ in range(40)]
    found = [normalised_coincidence(trials[:20], model, 10_000, 4) for model in trials[20:]]
    assert np.mean(found) == pytest.approx(1, abs=0.05)


def test_repeats_that_agree_by_chance_alone_have_no_measure() -> None:
    time = np.arange(0, 1000, 20.0)
    assert np.isnan(normalised_coincidence([time, time + 10], time, 1000))


@pytest.mark.parametrize("wrong", [[20, 10], [10, float("nan")], [float("inf")], [[1, 2]], ["a"], 5.0])
def test_what_is_no_train_is_refused_in_one_line(wrong: object) -> None:
    calls = (
        lambda: coincidence_factor(wrong, [10], 100),
        lambda: coincidence_factor([10], wrong, 100),
        lambda: coincidence_factors([10], [[20, 30], wrong], 100),
        lambda: intrinsic_reliability([[10], wrong], 100),
        lambda: normalised_coincidence([[10], [20]], wrong, 100),
    )
    for call in calls:
        with pytest.raises(BadValue, match=r"^[a-z_]*: .* given; .*spike times in ms.* would do$"):
            call()


def test_the_train_that_is_wrong_is_named() -> None:
    with pytest.raises(BadValue, match=r"^coincidence_factors: \[30, 20\] given; as train 2, "):
        coincidence_factors([10], [[20, 30], [], [30, 20], [10]], 100)
    with pytest.raises(BadValue, match=r"given; as train 1, "):
        coincidence_factors([10], [[20, 30], [np.nan, 40]], 100)
    with pytest.raises(BadValue, match="nothing given; a list of trains"):
        coincidence_factors([10], None, 100)


def test_times_that_are_none_are_refused_in_one_line() -> None:
    for duration, window, start in ((0, 2, 0), (np.nan, 2, 0), (100, 0, 0), (100, -1, 0), (100, 2, np.inf)):
        with pytest.raises(BadValue, match=r"^coincidence_factor: .* would do$"):
            coincidence_factor([10], [10], duration, window, start)
    with pytest.raises(BadValue, match="at least two repeats would do"):
        intrinsic_reliability([[10]], 100)
