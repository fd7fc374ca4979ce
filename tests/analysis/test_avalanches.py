"""Avalanches drawn by hand, and power laws whose exponents are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import zeta

from izhi import BadValue
from izhi.analysis.avalanches import _zeta, avalanches, power_law


def test_an_avalanche_is_a_run_of_bins_with_spikes() -> None:
    found = avalanches([0.5, 10.1, 10.2, 11.5, 12.5, 12.6, 12.7, 30.0], 0, 40, width=1)
    assert found.size.tolist() == [1, 6, 1]
    assert found.duration.tolist() == [1, 3, 1]
    assert found.branching == pytest.approx((0 + 1 / 2 + 0) / 3)


def test_the_default_bin_is_the_mean_interval_of_the_population() -> None:
    found = avalanches([10, 11, 12, 20], 0, 100)
    assert found.width == pytest.approx(10 / 3)
    assert found.size.sum() == 4


def test_spikes_of_a_branching_process_have_its_ratio() -> None:
    rng = np.random.default_rng(0)
    time, at = [], 0
    for _ in range(10_000):
        alive = 1
        while alive:
            time.append(np.full(alive, at + 0.5))
            at, alive = at + 1, rng.poisson(0.8 * alive)
        at += 2
    found = avalanches(np.concatenate(time), 0, at, width=1)
    assert found.size.size == 10_000
    assert found.branching == pytest.approx(0.8, abs=0.03)
    assert found.size.mean() == pytest.approx(1 / (1 - 0.8), rel=0.06)


def test_poisson_spikes_have_the_ratio_of_their_counts() -> None:
    time = np.random.default_rng(1).random(200_000) * 1e5
    # The mean of a Poisson number of mean 1, times the mean of the reciprocal of one that is not 0.
    k = np.arange(1, 30)
    share = np.cumprod(1 / k) / (np.e - 1)
    assert avalanches(time, 0, 1e5).branching == pytest.approx((share / k).sum(), abs=0.01)


@given(st.lists(st.floats(0, 99), max_size=50), st.randoms())
def test_every_spike_is_in_one_avalanche_whatever_their_order(times: list[float], random: object) -> None:
    found = avalanches(times, 0, 100, width=2)
    assert found.size.sum() == len(times)
    shuffled = list(times)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert avalanches(shuffled, 0, 100, width=2).size.tolist() == found.size.tolist()
    assert (found.size >= found.duration).all()


def test_no_spike_is_no_avalanche_and_one_is_one() -> None:
    none = avalanches([], 0, 100)
    assert none.size.shape == none.duration.shape == (0,)
    assert np.isnan(none.branching)
    for spikes in ([5.0], [5.0, 5.0]):
        one = avalanches(spikes, 0, 100)
        assert (one.size.tolist(), one.duration.tolist(), one.branching) == ([len(spikes)], [1], 0)


@pytest.mark.parametrize("exponent", [1.5, 2.0, 2.5, 3.5])
@pytest.mark.parametrize("x_min", [1, 4])
def test_samples_of_a_power_law_give_its_exponent(exponent: float, x_min: int) -> None:
    sample = np.random.default_rng(2).zipf(exponent, 100_000).clip(max=10**15)
    found = power_law(sample, x_min)
    assert found.number == np.count_nonzero(sample >= x_min)
    # The standard error is at most (exponent - 1) / sqrt(n) or so.
    assert found.exponent == pytest.approx(exponent, abs=4 * exponent / found.number**0.5)
    assert found.distance < 1.5 / found.number**0.5


def test_the_likelihood_is_largest_at_the_exponent() -> None:
    sample = np.random.default_rng(3).zipf(2.2, 3000).clip(max=10**15)
    exponent = power_law(sample, 2).exponent
    kept = sample[sample >= 2]
    likelihood = [
        -kept.size * np.log(zeta(a, 2)) - a * np.log(kept).sum() for a in exponent + np.array([-1e-3, 0, 1e-3])
    ]
    assert likelihood[1] > max(likelihood[0], likelihood[2])


def test_the_distance_is_that_of_the_cumulative_distributions() -> None:
    values = np.array([1, 1, 1, 2, 2, 5, 40])
    found = power_law(values)
    x = np.arange(1, 60)
    law = np.cumsum(x**-found.exponent) / zeta(found.exponent, 1)
    share = (values[None, :] <= x[:, None]).mean(axis=1)
    assert found.distance == pytest.approx(np.abs(law - share).max(), rel=1e-6)


def test_geometric_samples_are_further_from_a_power_law_than_its_own() -> None:
    rng = np.random.default_rng(4)
    assert power_law(rng.geometric(0.1, 20_000)).distance > 10 * power_law(rng.zipf(2.0, 20_000)).distance


@pytest.mark.parametrize(("s", "q"), [(1.001, 1), (1.5, 1), (2.5, 7), (30, 1), (50, 7), (3, 1000), (90, 1000)])
def test_the_zeta_function_is_that_of_scipy(s: float, q: int) -> None:
    assert _zeta(s, np.array([float(q)]))[0] == pytest.approx(zeta(s, q) * float(q) ** s, rel=1e-12)


def test_data_that_decide_nothing_give_no_exponent() -> None:
    assert np.isnan(power_law([])[:2]).all()
    assert power_law([1, 2], x_min=3).number == 0
    assert power_law([2, 2, 2], x_min=2) == (np.inf, 0, 3)
    assert 1 < power_law([5]).exponent < 2
    assert power_law([100] * 10**5 + [101], x_min=100).exponent > 500


def test_bad_input_is_told_in_one_line() -> None:
    with pytest.raises(BadValue, match=r"^avalanches: .*a start before a stop"):
        avalanches([1.0], 5, 1)
    with pytest.raises(BadValue, match=r"^avalanches: 0 given; a bin of"):
        avalanches([1.0], 0, 10, width=0)
    for values in ([0, 1], [1.5], [[1, 2]], [np.inf]):
        with pytest.raises(BadValue, match=r"^power_law: .*whole numbers, at least 1"):
            power_law(values)
    with pytest.raises(BadValue, match=r"^power_law: 0 given; a smallest value"):
        power_law([1, 2], x_min=0)
