"""Distances of spike trains: against other programs, and what a distance has to be."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from izhi import BadValue
from izhi.analysis.distances import isi_distance, spike_distance, van_rossum, victor_purpura

# Times on a grid of 0.1 ms within 100 ms, its ends included; two of them may be equal.
TRAINS = st.lists(st.integers(0, 1000).map(lambda k: k / 10), max_size=12).map(sorted)
ONCE = st.lists(st.integers(0, 1000).map(lambda k: k / 10), max_size=12, unique=True).map(sorted)
COSTS = st.sampled_from([0.0, 0.01, 0.1, 1.0, 30.0])
TAUS = st.sampled_from([1e-3, 1.0, 10.0, 1e3, 1e9])
STOP = 100.0

# Two trains from 0 to 100 ms, drawn and rounded, or chosen; their ISI-distance and SPIKE-distance by PySpike 0.9.0,
# Victor and Purpura's distance at 0.1 and at 1 per ms, and the square of van Rossum's for 10 ms, by Elephant 1.2.1, in
# which one spike more is 1.
REFERENCE = (
    ([], [], 0, 0, 0, 0, 0),
    ([], [40.0], 0.48, 0.350765306122, 1, 1, 1),
    ([25.0], [40.0], 0.28375, 0.287848383501, 1.5, 2, 1.5537396797),
    ([30.0], [30.0], 0, 0, 0, 0, 0),
    ([], [10.0, 45.5, 90.0], 0.59595, 0.286888949476, 3, 3, 3.08147733851),
    ([0.0, 50.0, 100.0], [50.0], 0, 0, 2, 2, 2.00009079986),
    ([10.0, 20.0, 30.0, 40.0], [10.0, 20.0, 30.0, 40.0, 50.0], 0.166666666667, 0.0618316748187, 1, 1, 1),
    ([10.0, 20.0, 30.0], [12.5, 20.0, 70.0], 0.32375, 0.258624968506, 2.25, 4, 2.33029789289),
    ([100.0], [20.0, 60.0], 0.6, 0.326530612245, 3, 3, 2.99932907474),
    (
        [22.5, 30.0, 62.5, 77.6, 89.7], [0.5, 46.8, 79.7, 82.1, 87.4],
        0.379489405703, 0.39268137151, 6.01, 10, 6.95225426593,
    ),
    (
        [25.5, 27.8, 30.3, 44.5, 50.5, 55.3, 79.3, 99.6], [21.5, 62.2, 98.9],
        0.50633668298, 0.27761964666, 6.16, 9.7, 12.9845861719,
    ),
    (
        [1.2, 3.6, 4.4, 16.0, 24.8, 46.6, 49.7, 51.4, 51.5, 61.3, 62.9, 91.7],
        [0.4, 15.4, 19.2, 20.1, 26.8, 37.0, 51.0, 69.2, 83.0, 84.7, 88.0],
        0.517015461953, 0.264830440221, 10.35, 18.8, 22.7155861867,
    ),
    (
        [1.2, 3.6, 4.4, 16.0, 24.8, 46.6, 49.7, 51.4, 51.5, 61.3, 62.9, 91.7],
        [1.3, 2.9, 5.0, 16.9, 24.9, 46.0, 50.3, 51.7, 52.2, 61.4, 63.5, 91.5],
        0.0922104109337, 0.0458356706962, 0.55, 5.5, 1.14438817243,
    ),
)  # fmt: skip


@pytest.mark.parametrize("row", REFERENCE)
def test_the_numbers_of_other_programs_are_found(row: tuple) -> None:
    a, b, isi, spike, cheap, dear, filtered = row
    for one, other in ((a, b), (b, a)):
        assert isi_distance(one, other, 0, STOP) == pytest.approx(isi, abs=1e-11)
        assert spike_distance(one, other, 0, STOP) == pytest.approx(spike, abs=1e-11)
        assert victor_purpura(one, other, 0.1) == pytest.approx(cheap, abs=1e-11)
        assert victor_purpura(one, other, 1.0) == pytest.approx(dear, abs=1e-11)
        assert van_rossum(one, other, 10) ** 2 == pytest.approx(filtered / 2, abs=1e-10)


def pairs(count: int, seed: int) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Random trains: with none and with one spike, on a grid with spikes at the ends, and with spikes in common."""
    rng = np.random.default_rng(seed)
    for k in range(count):
        few, many = rng.integers(0, 15, 2)
        kind = k % 5
        a = rng.random((few, 0, 1, few, few)[kind]) * STOP
        b = rng.random((many, many, rng.integers(0, 3), many, many)[kind]) * STOP
        if kind == 3:
            a, b = (np.unique((x / 5).round() * 5) for x in (a, b))
        if kind == 4:
            b = np.concatenate([b, a[::2]])
        yield np.sort(a), np.sort(b)


def test_intervals_and_spikes_are_compared_as_pyspike_does() -> None:
    pyspike = pytest.importorskip("pyspike", reason="PySpike, which is compared with, is not installed")
    for a, b in pairs(500, 0):
        if [0.0] in (a.tolist(), b.tolist()):
            continue
        one, other = pyspike.SpikeTrain(a, (0, STOP)), pyspike.SpikeTrain(b, (0, STOP))
        assert isi_distance(a, b, 0, STOP) == pytest.approx(pyspike.isi_distance(one, other), abs=1e-12)
        assert spike_distance(a, b, 0, STOP) == pytest.approx(pyspike.spike_distance(one, other), abs=1e-12)


def test_costs_and_filters_are_those_of_elephant() -> None:
    why = "Elephant, which is compared with, is not installed"
    elephant = pytest.importorskip("elephant.spike_train_dissimilarity", reason=why)
    neo, pq = pytest.importorskip("neo", reason=why), pytest.importorskip("quantities", reason=why)
    rng = np.random.default_rng(1)
    for a, b in pairs(300, 2):
        trains = [neo.SpikeTrain(x * pq.ms, t_stop=STOP * pq.ms) for x in (a, b)]
        cost, tau = 10 ** rng.uniform(-3, 0.5), 10 ** rng.uniform(-1, 3)
        found = elephant.victor_purpura_distance(trains, 1e3 * cost * pq.Hz)[0, 1]
        assert victor_purpura(a, b, cost) == pytest.approx(found, abs=1e-10)
        found = elephant.van_rossum_distance(trains, tau * pq.ms)[0, 1]
        assert van_rossum(a, b, tau) == pytest.approx(found / np.sqrt(2), abs=1e-7)


@given(a=TRAINS, b=TRAINS, cost=COSTS)
def test_the_least_cost_is_that_of_the_recursion(a: list[float], b: list[float], cost: float) -> None:
    table = np.add.outer(np.arange(len(a) + 1.0), np.arange(len(b) + 1.0))
    for i, s in enumerate(a, 1):
        for j, t in enumerate(b, 1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + cost * abs(s - t))
    assert victor_purpura(a, b, cost) == pytest.approx(table[-1, -1], abs=1e-12)


@given(a=TRAINS, b=TRAINS, tau=st.sampled_from([1.0, 10.0, 100.0]))
def test_the_filtered_distance_is_the_sum_over_all_pairs(a: list[float], b: list[float], tau: float) -> None:
    def kernel(x: list[float], y: list[float]) -> float:
        return float(np.exp(-np.abs(np.subtract.outer(x, y)) / tau).sum())

    expected = 0.5 * (kernel(a, a) + kernel(b, b) - 2 * kernel(a, b))
    assert van_rossum(a, b, tau) ** 2 == pytest.approx(expected, abs=1e-11)


def test_the_filtered_distance_is_the_integral() -> None:
    a, b, tau, step = [10, 12, 40], [11, 60], 8.0, 0.001
    time = np.arange(0, 400, step) + step / 2

    def trace(train: list[int]) -> NDArray[np.float64]:
        since = time - np.array(train)[:, None]
        return np.where(since >= 0, np.exp(-np.maximum(since, 0) / tau), 0).sum(axis=0)

    expected = ((trace(a) - trace(b)) ** 2).sum() * step / tau
    assert van_rossum(a, b, tau) ** 2 == pytest.approx(expected, rel=1e-6)


@given(a=TRAINS, b=TRAINS, cost=COSTS, tau=TAUS)
def test_all_are_symmetric_and_none_between_equal_trains(
    a: list[float], b: list[float], cost: float, tau: float
) -> None:
    for measure in (
        lambda x, y: victor_purpura(x, y, cost),
        lambda x, y: van_rossum(x, y, tau),
        lambda x, y: isi_distance(x, y, 0, STOP),
        lambda x, y: spike_distance(x, y, 0, STOP),
    ):
        assert measure(a, b) == pytest.approx(measure(b, a), abs=1e-12)
        assert measure(a, b) >= 0
        assert measure(a, a) == 0


@given(a=TRAINS, b=TRAINS, c=TRAINS, cost=COSTS, tau=TAUS)
def test_the_two_metrics_never_lengthen_a_way_by_a_short_cut(
    a: list[float], b: list[float], c: list[float], cost: float, tau: float
) -> None:
    assert victor_purpura(a, c, cost) <= victor_purpura(a, b, cost) + victor_purpura(b, c, cost) + 1e-12
    assert van_rossum(a, c, tau) <= van_rossum(a, b, tau) + van_rossum(b, c, tau) + 1e-12


@given(a=ONCE, b=ONCE)
def test_the_limits_are_counts(a: list[float], b: list[float]) -> None:
    unlike = len(set(a) ^ set(b))
    assert victor_purpura(a, b, 0) == abs(len(a) - len(b))
    assert victor_purpura(a, b, 1e-9) == pytest.approx(abs(len(a) - len(b)), abs=1e-5)
    assert victor_purpura(a, b, 1e9) == victor_purpura(a, b, 1e300) == unlike
    assert van_rossum(a, b, 1e-4) ** 2 == pytest.approx(unlike / 2)
    assert van_rossum(a, b, 1e12) ** 2 == pytest.approx((len(a) - len(b)) ** 2 / 2, abs=1e-6)


@given(a=TRAINS, b=TRAINS, shift=st.integers(-(10**6), 10**6))
def test_when_it_was_does_not_matter(a: list[float], b: list[float], shift: int) -> None:
    one, other, stop = np.add(a, shift), np.add(b, shift), shift + STOP
    assert victor_purpura(one, other, 0.1) == pytest.approx(victor_purpura(a, b, 0.1), abs=1e-6)
    assert van_rossum(one, other, 10) ** 2 == pytest.approx(van_rossum(a, b, 10) ** 2, abs=1e-6)
    # Spikes as near as the last bit of a time make intervals of no length: a grid is kept here.
    a, b = np.unique(np.round(a)), np.unique(np.round(b))
    one, other = a + shift, b + shift
    assert isi_distance(one, other, shift, stop) == pytest.approx(isi_distance(a, b, 0, STOP), abs=1e-6)
    assert spike_distance(one, other, shift, stop) == pytest.approx(spike_distance(a, b, 0, STOP), abs=1e-6)


@given(a=ONCE, b=ONCE)
def test_time_may_run_backwards(a: list[float], b: list[float]) -> None:
    back, other = [STOP - t for t in a[::-1]], [STOP - t for t in b[::-1]]
    assert victor_purpura(back, other, 0.1) == pytest.approx(victor_purpura(a, b, 0.1), abs=1e-9)
    assert van_rossum(back, other, 10) ** 2 == pytest.approx(van_rossum(a, b, 10) ** 2, abs=1e-9)
    assert isi_distance(back, other, 0, STOP) == pytest.approx(isi_distance(a, b, 0, STOP), abs=1e-9)
    assert spike_distance(back, other, 0, STOP) == pytest.approx(spike_distance(a, b, 0, STOP), abs=1e-9)


@given(a=TRAINS, b=TRAINS, scale=st.sampled_from([1e-3, 0.5, 1e3]))
def test_the_unit_of_time_does_not_matter(a: list[float], b: list[float], scale: float) -> None:
    one, other = np.multiply(a, scale), np.multiply(b, scale)
    assert victor_purpura(one, other, 0.1 / scale) == pytest.approx(victor_purpura(a, b, 0.1), abs=1e-9)
    assert van_rossum(one, other, 10 * scale) ** 2 == pytest.approx(van_rossum(a, b, 10) ** 2, abs=1e-9)


def test_a_spike_at_the_very_start_is_as_one_a_little_later() -> None:
    other = [20, 30, 80, 110, 170]
    # PySpike 0.9.0 has 0.369917 for the first, and 0.345411 for the second.
    assert spike_distance([0], other, 0, 200) == pytest.approx(0.345411206355)
    assert spike_distance([1e-9], other, 0, 200) == pytest.approx(0.345411206355)


@given(a=TRAINS, b=TRAINS)
def test_what_is_in_units_of_intervals_stays_below_one(a: list[float], b: list[float]) -> None:
    assert isi_distance(a, b, 0, STOP) < 1
    assert spike_distance(a, b, 0, STOP) < 1


def test_empty_trains_have_what_is_stated() -> None:
    train = [10.0, 30.0, 80.0]
    assert victor_purpura([], [], 0.1) == van_rossum([], [], 10) == 0
    assert isi_distance([], [], 0, STOP) == spike_distance([], [], 0, STOP) == 0
    assert victor_purpura([], train, 0.1) == 3
    assert van_rossum([], train, 0.1) ** 2 == pytest.approx(1.5)
    assert isi_distance([], train, 0, STOP) == pytest.approx(np.sum([0.8 * 30, 0.5 * 50, 0.5 * 20]) / 100)
    assert spike_distance([], train, 0, STOP) == spike_distance([0, STOP], train, 0, STOP)


def test_a_spike_outside_the_window_is_not_counted() -> None:
    for measure in (isi_distance, spike_distance):
        inside = measure([20, 50], [30, 100], 10, 100)
        assert measure([5, 20, 50, 101], [-3, 9, 30, 100, 200], 10, 100) == inside


def test_clocks_of_one_period_have_equal_intervals_at_any_phase() -> None:
    time = np.arange(0, STOP, 10.0)
    assert isi_distance(time + 2, time + 8, 0, STOP) == 0
    assert isi_distance(time, time[::2], 0, 90) == pytest.approx(0.5)


@pytest.mark.parametrize("tau", [1e-300, 1e-3, 1e-1, 1e300])
def test_no_time_constant_is_too_short_or_too_long(tau: float) -> None:
    rng = np.random.default_rng(4)
    a, b = np.sort(rng.random(300) * 1e6), np.sort(rng.random(200) * 1e6)
    expected = 250 if tau < 1 else 100**2 / 2
    assert van_rossum(a, b, tau) ** 2 == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("wrong", [[20, 10], [10, float("nan")], [float("inf")], [[1, 2]], ["a"], 5.0, None])
def test_what_is_no_train_is_refused_in_one_line(wrong: object) -> None:
    for measure, rest in ((victor_purpura, (1,)), (van_rossum, (1,)), (isi_distance, (0, 9)), (spike_distance, (0, 9))):
        for a, b in ((wrong, [10]), ([10], wrong)):
            with pytest.raises(BadValue, match=rf"^{measure.__name__}: .* given; spike times in ms, .* would do$"):
                measure(a, b, *rest)


def test_costs_time_constants_and_windows_that_are_none_are_refused() -> None:
    for cost in (-1, np.nan, np.inf):
        with pytest.raises(BadValue, match=r"^victor_purpura: .* given; a cost of 0 or more per ms would do$"):
            victor_purpura([10], [10], cost)
    for tau in (0, -1, np.nan, np.inf):
        with pytest.raises(BadValue, match=r"^van_rossum: .* given; a time constant above 0 ms would do$"):
            van_rossum([10], [10], tau)
    for measure in (isi_distance, spike_distance):
        for start, stop in ((0, 0), (10, 5), (0, np.inf), (np.nan, 5)):
            with pytest.raises(BadValue, match=rf"^{measure.__name__}: .* given; a start before a stop, in ms, would"):
                measure([10], [10], start, stop)
