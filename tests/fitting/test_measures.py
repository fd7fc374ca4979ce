"""The measures that a search takes, against what they are by definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from izhi.analysis import coincidence_factor
from izhi.engine import cpu
from izhi.fitting import measures

TRAINS = st.lists(st.floats(1.0, 399.0), max_size=12, unique=True).map(lambda t: np.array(sorted(t)))


def judged(spikes: np.ndarray, target: np.ndarray, onset: float = 100.0, until: float = 300.0) -> np.ndarray:
    offset = 400.0
    steps = np.zeros((1, max(spikes.size, 1)))
    steps[0, : spikes.size] = spikes / 0.1
    terms = np.empty((4, 1))
    begin = int(np.searchsorted(target, onset))
    kernel = cpu.plain(measures.judge)
    kernel(steps, np.array([spikes.size]), 0, 0.1, target, onset, until, offset, begin, 2.0, terms)
    return terms[:, 0]


@settings(max_examples=60, deadline=None)
@given(TRAINS, TRAINS)
def test_each_measure_is_what_it_says(spikes: np.ndarray, target: np.ndarray) -> None:
    count, latency, timing, mismatch = judged(spikes, target)
    within = [((t >= 100.0 - 1e-9) & (t < 300.0 - 1e-9)).sum() for t in (spikes, target)]
    assert count == abs(within[0] - within[1])
    mine, theirs = spikes[spikes >= 100.0 - 1e-9], target[target >= 100.0]
    first, second = (t[0] if t.size else 400.0 for t in (mine, theirs))
    assert latency == pytest.approx(abs(first - second), abs=1e-9)
    assert 0.0 <= timing <= 1.0
    if spikes.size and target.size and 2 * spikes.size / 400.0 * 2.0 < 1:
        gamma = coincidence_factor(spikes, target, window=2.0, duration=400.0)
        assert mismatch == pytest.approx(min(1.0 - gamma, 1.0), abs=0.02 + 1.0 * near_edge(spikes, target))
    else:
        assert mismatch == (0.0 if spikes.size == target.size == 0 else 1.0)


def near_edge(spikes: np.ndarray, target: np.ndarray) -> bool:
    """Whether a distance is at the window's edge, where rounding decides, or spikes compete for one of the target."""
    off = np.abs(spikes[:, None] - target[None])
    crowded = (off < 2.0).sum(axis=0).max(initial=0) > 1 or (off < 2.0).sum(axis=1).max(initial=0) > 1
    return bool(crowded or (np.abs(off - 2.0) < 1e-6).any())


def test_a_train_against_itself_has_no_error() -> None:
    train = np.array([120.0, 150.0, 200.0, 320.0])
    assert judged(train, train).tolist() == pytest.approx([0, 0, 0, 0], abs=1e-12)


def test_timing_is_in_mean_intervals_of_the_target() -> None:
    target = np.array([120.0, 160.0, 200.0])
    assert judged(target + 4.0, target)[2] == pytest.approx(0.1)
    assert judged(target[:2], target)[2] == pytest.approx(1 / 3)


def test_spikes_before_the_onset_do_not_shift_the_others() -> None:
    target = np.array([120.0, 160.0, 200.0])
    count, latency, timing, _ = judged(np.concatenate([[50.0], target]), target)
    assert (count, latency, timing) == (0.0, 0.0, 0.0)
