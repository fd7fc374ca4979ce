"""Synchrony of voltages and of spikes, where it is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from izhi import BadValue
from izhi.analysis.synchrony import count_correlations, spike_synchrony, voltage_synchrony
from tests.analysis.test_population import STOP, poisson


def test_equal_voltages_are_in_synchrony_and_independent_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    wave = rng.normal(-60, 5, 2000)
    assert voltage_synchrony(np.tile(wave, (50, 1))) == pytest.approx(1)
    assert voltage_synchrony(rng.normal(-60, 5, (400, 2000))) == pytest.approx(1 / 20, rel=0.1)


def test_two_voltages_in_antiphase_cancel() -> None:
    wave = np.sin(np.linspace(0, 20 * np.pi, 1000))
    assert voltage_synchrony([wave, -wave]) == pytest.approx(0, abs=1e-12)


def test_a_shared_part_of_the_variance_is_the_square_of_chi() -> None:
    rng = np.random.default_rng(1)
    shared, own = rng.normal(size=5000), rng.normal(size=(300, 5000))
    assert voltage_synchrony(np.sqrt(0.3) * shared + np.sqrt(0.7) * own) ** 2 == pytest.approx(0.3, abs=0.03)


def test_independent_spikes_have_a_synchrony_of_one_and_equal_trains_one_of_their_number() -> None:
    time, cell = poisson(100, 20, 20_000)
    assert spike_synchrony(time, cell, 100, 0, 20_000) == pytest.approx(1, abs=0.1)
    train, _ = poisson(1, 20, 20_000)
    same = spike_synchrony(np.tile(train, 30), np.repeat(np.arange(30), train.size), 30, 0, 20_000)
    assert same == pytest.approx(30)


def test_cells_that_take_turns_have_a_synchrony_below_one() -> None:
    time = np.arange(0, STOP, 10.0)
    assert spike_synchrony(time, np.arange(100) % 4, 4, 0, STOP, width=10) == pytest.approx(0, abs=1e-12)


def test_correlations_are_those_of_the_counts() -> None:
    time, cell = poisson(12, 30, STOP)
    counts = np.array([np.histogram(time[cell == k], 20, (0, STOP))[0] for k in range(12)])
    found = count_correlations(time, cell, 12, 0, STOP)
    column, row = np.triu_indices(12, 1)
    assert np.sort(found) == pytest.approx(np.sort(np.corrcoef(counts)[column, row]))


def test_correlations_of_a_common_source_are_its_share() -> None:
    rng = np.random.default_rng(2)
    common = rng.random(2000) * 1e5
    kept = [common[rng.random(common.size) < 0.4] for _ in range(60)]
    time, cell = np.concatenate(kept), np.repeat(np.arange(60), [x.size for x in kept])
    found = count_correlations(time, cell, 60, 0, 1e5, pairs=500)
    assert found.size == 500
    assert found.mean() == pytest.approx(0.4, abs=0.02)


def test_a_sample_of_pairs_is_of_its_seed_and_has_no_pair_twice() -> None:
    time, cell = poisson(40, 30, 5000)
    first, again, other = (count_correlations(time, cell, 40, 0, 5000, pairs=300, seed=k) for k in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.unique(first).size > 295
    every = count_correlations(time, cell, 40, 0, 5000, pairs=10**6)
    assert every.size == 40 * 39 / 2
    assert np.isin(first, every).all()


@given(seed=st.integers(0, 10**6))
def test_neither_the_names_of_cells_nor_the_order_of_spikes_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time, cell = poisson(6, 30, STOP, seed)
    order, swapped = rng.permutation(time.size), rng.permutation(6)
    other = time[order], swapped[cell[order]]
    assert spike_synchrony(*other, 6, 0, STOP) == pytest.approx(spike_synchrony(time, cell, 6, 0, STOP), nan_ok=True)
    found, again = (np.sort(count_correlations(*x, 6, 0, STOP)) for x in ((time, cell), other))
    assert again == pytest.approx(found, abs=1e-12)


def test_where_nothing_changes_there_is_no_synchrony() -> None:
    assert np.isnan(voltage_synchrony(np.full((3, 10), -65.0)))
    assert np.isnan(voltage_synchrony(np.zeros((0, 10))))
    assert np.isnan(voltage_synchrony(np.zeros((3, 0))))
    assert np.isnan(spike_synchrony([], [], 4, 0, STOP))
    assert count_correlations([], [], 4, 0, STOP).shape == (0,)
    assert count_correlations([1.0], [0], 1, 0, STOP).shape == (0,)


def test_one_cell_is_in_synchrony_with_itself() -> None:
    assert voltage_synchrony([[1.0, 2.0, 5.0]]) == pytest.approx(1)
    assert spike_synchrony([1.0, 50.0], [0, 0], 1, 0, 100) == pytest.approx(1)


def test_bad_input_is_told_in_one_line() -> None:
    with pytest.raises(BadValue, match=r"^voltage_synchrony: .* a row for each cell"):
        voltage_synchrony([1.0, 2.0])
    with pytest.raises(BadValue, match=r"^voltage_synchrony: .*finite"):
        voltage_synchrony([[1.0, np.inf]])
    with pytest.raises(BadValue, match=r"^spike_synchrony: 200 given; a bin of"):
        spike_synchrony([1.0], [0], 1, 0, 100, width=200)
    with pytest.raises(BadValue, match=r"^count_correlations: 0 given; at least one pair"):
        count_correlations([1.0], [0], 1, 0, 100, pairs=0)
