"""The published networks: what they are made of, and that they do what their programs do."""

from __future__ import annotations

import doctest
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from izhi import BadValue, Network, Population, Simulation, UnknownName
from izhi.figures import FIGURES, network2006, network2007
from izhi.networks import (
    Groups,
    activity,
    advance_to,
    cortex2003,
    distal_reward,
    groups_now,
    polychronization,
    run_reward,
    synapses_needed,
    weight_shares,
)
from tests.figures.readable import assert_readable


def built(network: Any) -> Simulation:
    return Simulation(network, threads=2)


@pytest.mark.parametrize("name", ["cortex2003", "polychronization", "reward", "summary"])
def test_the_examples_are_right(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"izhi.networks.{name}")).failed == 0


# The network of 2003.


def test_the_network_of_2003_is_that_of_its_program() -> None:
    simulation = built(cortex2003(seed=1))
    assert simulation.synapses == synapses_needed(simulation.network) == 1_000_000
    e, i = simulation.parameters("E"), simulation.parameters("I")
    r = (np.broadcast_to(e["c"], 800) + 65) / 15  # r^2
    assert np.allclose(e["d"], 8 - 6 * r)
    assert r.min() < 0.01
    assert r.max() > 0.98
    r = (np.broadcast_to(i["a"], 200) - 0.02) / 0.08
    assert np.allclose(i["b"], 0.25 - 0.05 * r)
    assert (float(e["a"]), float(e["b"]), float(i["c"]), float(i["d"])) == (0.02, 0.2, -65.0, 2.0)
    for name, cell in (("E", e), ("I", i)):
        state = simulation.state(name)
        assert (state["v"] == -65.0).all()
        assert np.allclose(state["u"], -65.0 * cell["b"], rtol=1e-12)
    for name, low, high in (("E->E+I", 0.0, 0.5), ("I->E+I", -1.0, 0.0)):
        source, target, weight, delay = simulation.weights(name)
        assert (np.bincount(target) == (800 if low == 0.0 else 200)).all()
        assert (source == target).any()
        assert low <= weight.min() < low + 0.01
        assert high - 0.01 < weight.max() <= high
        assert (delay == 1.0).all()


def test_the_rates_of_the_first_second_are_those_of_the_program() -> None:
    for seed in range(3):
        rates = built(cortex2003(seed=seed)).advance(1000).rates
        # The extremes of twenty seeds, and a little more.
        assert 7.1 < rates["E"] < 8.05
        assert 6.5 < rates["I"] < 7.75


def test_noise_becomes_rhythms_of_8_and_33_hz() -> None:
    simulation = built(cortex2003(seed=5))
    simulation.advance(12_000)
    found = activity(simulation.recording, 1000)
    assert 6.5 < found.peaks["alpha"].frequency < 9.5
    assert 29 < found.peaks["gamma"].frequency < 40
    assert 0.24 < found.shares["alpha"] < 0.46
    assert 0.42 < found.shares["gamma"] < 0.64


def test_a_scaled_network_has_its_in_degree_and_the_mean_input_of_the_program() -> None:
    simulation = built(cortex2003(2000, indegree=100, seed=1))
    assert simulation.synapses == synapses_needed(simulation.network) == 200_000
    sums = []
    for name, k in (("E->E+I", 80), ("I->E+I", 20)):
        _, target, weight, _ = simulation.weights(name)
        assert (np.bincount(target) == k).all()
        sums.append(weight.sum() / 2000)
    assert sums == pytest.approx([200.0, -100.0], rel=0.01)
    assert [p.rule.k for p in cortex2003(1001).projections] == [800, 200]
    assert synapses_needed(cortex2003(10)) == 100


@pytest.mark.parametrize("cells", [1, 2, 3, 7, 13])
def test_the_smallest_networks_can_be_built_with_any_in_degree(cells: int) -> None:
    for k in range(1, cells + 1):
        assert built(cortex2003(cells, indegree=k)).synapses == cells * k


# The network of 2006.


@pytest.mark.parametrize("delays", ["listing", "matlab"])
def test_the_network_of_2006_is_that_of_its_programs(delays: str) -> None:
    simulation = built(polychronization(delays=delays, seed=1))
    assert simulation.synapses == synapses_needed(simulation.network) == 100_000
    source, target, weight, delay = simulation.weights("E->E+I")
    assert (np.bincount(source) == 100).all()
    assert np.unique(source * 1000 + target).size == 80_000
    assert (weight == 6.0).all()
    assert (target >= 800).mean() == pytest.approx(0.2, abs=0.01)
    assert (source == target).any() == (delays == "matlab")
    of_each = np.bincount(source * 20 + delay.astype(int) - 1, minlength=16_000)
    if delays == "listing":
        assert (of_each == 5).all()
    else:
        assert of_each.std() > 1.5
        assert np.bincount(delay.astype(int))[1:] == pytest.approx(4000, rel=0.07)
    source, target, weight, delay = simulation.weights("I->E")
    assert (np.bincount(source)[800:] == 100).all()
    assert target.max() < 800
    assert (weight == -5.0).all()
    assert (delay == 1.0).all()


def test_both_published_orders_and_starts_can_be_had() -> None:
    plain, other = polychronization(), polychronization(decay_first=True, random_start=True)
    assert not plain.projections[0].plasticity.consolidation.decay_first
    assert other.projections[0].plasticity.consolidation.decay_first
    assert (built(plain).state("E")["v"] == -65.0).all()
    state = built(other).state("E")
    assert -65.0 <= state["v"].min() < -64.8 < -55.2 < state["v"].max() <= -55.0
    assert np.allclose(state["u"], 0.2 * state["v"])


def test_the_network_of_2006_has_the_rates_and_weights_of_its_program() -> None:
    simulation = built(polychronization(seed=1))
    simulation.advance(10_000)
    early, late = simulation.advance(50_000), simulation.advance(30_000)
    # Of nine runs of a program of its own: 2.5 to 3.1 and 15 to 21 Hz, then 4.2 to 4.4 and 33 to 34 Hz.
    assert 2.0 < early.rates["E"] < 3.5
    assert 12.5 < early.rates["I"] < 23.5
    assert 3.8 < late.rates["E"] < 4.7
    assert 29 < late.rates["I"] < 37
    assert 1 < activity(early).peaks["delta"].frequency < 4.5
    weights = simulation.weights("E->E+I").weight
    shares = weight_shares(weights, 10.0)
    assert 0 <= weights.min() < weights.max() == 10.0
    assert 0.12 < shares.weak < 0.2
    assert 0.42 < shares.strong < 0.53
    assert (simulation.weights("I->E").weight == -5.0).all()
    groups = groups_now(simulation, least_path=4, mothers=[0, 1], threads=1)
    assert isinstance(groups, Groups)
    assert_readable(network2006.sheet2006(late, weights, groups[0] if groups else None))


def test_groups_are_sought_in_that_network_only() -> None:
    with pytest.raises(BadValue, match="polychronization"):
        groups_now(built(cortex2003(10)))


# The network of 2007.


def test_the_network_of_2007_is_that_of_its_program() -> None:
    simulation = built(distal_reward(seed=1))
    source, target, weight, delay = simulation.weights("E->E+I")
    assert (np.bincount(source) == 100).all()
    assert np.unique(source * 1000 + target).size < 80_000  # some twice
    assert (source == target).any()
    assert (weight == 0.0).sum() == 1
    assert source[weight == 0.0] == 0
    assert weight.max() == 1.0
    assert (delay == 1.0).all()
    source, target, weight, _ = simulation.weights("I->E")
    assert (np.bincount(source)[800:] == 100).all()
    assert (weight == -1.0).all()
    assert target.max() < 800


def test_rewards_are_due_one_to_three_seconds_after_a_coincidence_and_raise_dopamine() -> None:
    run = run_reward(240.0, seed=4, every=20.0, threads=2)
    rates = run.recording.rates
    assert 1.2 < rates["E"] < 1.5
    assert 0.75 < rates["I"] < 1.05
    assert run.time.tolist() == [20_000.0 * k for k in range(13)]
    # The coincidences again, from all spikes at once.
    time, cell = run.recording.spike_time, run.recording.spike_cell
    before = np.append(-np.inf, time[cell == run.source])
    target = time[cell == run.target]
    gap = target - before[np.searchsorted(before, target, side="right") - 1]
    assert run.coincidences.tolist() == target[(gap > 0) & (gap < 20)].tolist()
    assert run.coincidences.size > 2
    wait = run.due - run.coincidences
    assert ((wait > 1000) & (wait <= 3000)).all()
    assert (run.rewards < 240_000).all()
    assert run.weight[0] == 0.0
    assert run.weight[-1] > 0.0
    assert np.isnan(run.reached)
    assert 0 <= run.weights.weight.min() < run.weights.weight.max() <= 4.0
    assert_readable(network2007.sheet2007(run))


def test_how_often_the_weight_is_looked_at_changes_nothing() -> None:
    one, other = (run_reward(12.0, seed=4, every=every, threads=1) for every in (12.0, 0.7))
    assert one.recording.spike_time.tolist() == other.recording.spike_time.tolist()
    assert one.weights.weight.tolist() == other.weights.weight.tolist()
    assert other.time[-1] == 12_000.0


def test_a_rewarded_run_that_was_interrupted_goes_on_as_if_it_was_not(tmp_path: Path) -> None:
    options: dict[str, Any] = {"seed": 6, "every": 1.0, "threads": 1}
    whole = run_reward(8.0, **options)
    assert whole.rewards.size == 2
    first = whole.rewards[0] / 1e3
    for k, seconds in enumerate((first + 1e-3, first, 3.3)):  # at a reward, just before it, and elsewhere
        folder = tmp_path / str(k)
        run_reward(round(seconds, 3), out=folder, **options)
        again = run_reward(8.0, out=folder, resume=True, **options)
        assert again.recording.spike_time.tolist() == whole.recording.spike_time.tolist()
        assert again.weights.weight.tolist() == whole.weights.weight.tolist()
        assert again.due.tolist() == whole.due.tolist()
        assert set(zip(whole.time, whole.weight, strict=True)) <= set(zip(again.time, again.weight, strict=True))


def test_a_rewarded_run_without_a_checkpoint_cannot_go_on(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="checkpoint"):
        run_reward(1.0, out=tmp_path, resume=True)
    with pytest.raises(BadValue, match="resume"):
        run_reward(1.0, resume=True)


# Measures, figures and mistakes.


def test_a_run_in_minutes_is_the_same_run() -> None:
    one, other = (built(cortex2003(50, seed=1)) for _ in range(2))
    one.advance(130_000)
    last = advance_to(other, 130_000)
    assert (last.start, last.stop) == (70_000.0, 130_000.0)
    assert one.recording.spike_cell.tolist() == other.recording.spike_cell.tolist()
    with pytest.raises(BadValue, match="or later would do"):
        advance_to(other, 1000)


def test_a_silent_network_has_rates_of_zero_and_no_rhythm() -> None:
    quiet = Network([Population("E", 10), Population("none", 0)])
    found = activity(built(quiet).advance(100))
    assert [(name, each.rate) for name, each in found.cells.items()] == [("E", 0.0)]
    assert np.isnan([found.cells["E"].cv, *(peak.frequency for peak in found.peaks.values())]).all()
    with pytest.raises(BadValue, match="at least 10 ms"):
        activity(built(quiet).advance(5))


@pytest.mark.parametrize("name", ["network-2003", "network-2006"])
def test_the_figures_of_networks_can_be_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network2006, "DURATION", 2000.0)
    assert_readable(FIGURES[name].draw((), threads=2))
    with pytest.raises(BadValue, match="no schemes"):
        FIGURES[name].draw(["euler"])


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: cortex2003(0), BadValue),
        (lambda: cortex2003(True), BadValue),
        (lambda: cortex2003(2**31), BadValue),
        (lambda: cortex2003(100, indegree=101), BadValue),
        (lambda: cortex2003(100, indegree=0), BadValue),
        (lambda: polychronization(delays="octave"), UnknownName),
        (lambda: polychronization(seed=-1), BadValue),
        (lambda: distal_reward(seed=1.5), BadValue),
        (lambda: run_reward(-1.0), BadValue),
        (lambda: run_reward(0.0015), BadValue),
        (lambda: run_reward(1.0, every=0.0), BadValue),
        (lambda: run_reward(float("nan")), BadValue),
        (lambda: run_reward(1.0, seed=-1), BadValue),
        (lambda: weight_shares([], 10.0), BadValue),
    ],
)
def test_what_cannot_be_is_refused(make: Callable[[], Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        make()
