"""The cells of the examples are those that were published, and a fit of one predicts what it does under noise."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.typing import NDArray

from izhi.analysis import normalised_coincidence
from izhi.equations import model
from izhi.fitting import bounds as box
from izhi.fitting.clues import clues
from izhi.fitting.fit import DT, Fit, fit
from izhi.fitting.problem import Problem
from izhi.fitting.score import score
from izhi.fitting.search import Effort, Way, around, first_round, forced_round, second_round
from izhi.fitting.space import Space
from izhi.fitting.target import targets
from izhi.sweeps import Sweeps

EXAMPLES = Path(__file__).parents[2] / "examples"
LITTLE = Effort(forced_starts=4, starts=6, kept=2, population=128, forced=40, first=15, second=40)
TINY = Effort(forced_starts=2, starts=2, kept=1, population=16, forced=4, first=3, second=4)

# By DOP853 with relative and absolute tolerances of 1e-10 and 1e-12 in steps of 600 ms from rest (SciPy 1.17.1): the
# resting voltage [mV], currents without and with a spike [pA], and of some currents how many spikes and when the first
# and the last rise through -10 mV [ms].
PUBLISHED = {
    "fit_wang_buzsaki": (
        -64.01756,
        (16.0, 17.0),
        {30.0: (11, 44.99, 596.30), 50.0: (19, 23.57, 582.28), 100.0: (36, 11.72, 597.97)},
    ),
    "fit_pospischil_rs": (
        -70.57123,
        (560.0, 600.0),
        {700.0: (4, 24.18, 394.94), 850.0: (11, 16.03, 529.43), 1100.0: (24, 10.70, 577.23)},
    ),
}


def module(name: str) -> ModuleType:
    """An example, which finds what it shares with others beside itself."""
    sys.path.insert(0, str(EXAMPLES))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(EXAMPLES))


@cache
def rises(name: str) -> dict[float, np.ndarray]:
    """When the cell's voltage rises through -10 mV in steps of the example's rig, by current [ms since the step]."""
    rig, example = module("rig"), module(name)
    _, bracket, spikes = PUBLISHED[name]
    amplitudes = [*bracket, *spikes]
    found = {}
    for amplitude, v in zip(amplitudes, example.target_cell().voltages(rig.steps(amplitudes)), strict=True):
        found[amplitude] = rig.DT * (1 + np.flatnonzero((v[:-1] < -10) & (v[1:] >= -10))) - rig.BEFORE
    return found


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_cell_of_an_example_rests_where_it_should(name: str) -> None:
    assert module(name).target_cell().rest[0] == pytest.approx(PUBLISHED[name][0], abs=1e-4)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_cell_of_an_example_begins_to_spike_where_it_should(name: str) -> None:
    below, above = PUBLISHED[name][1]
    assert not rises(name)[below].size
    assert rises(name)[above].size


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_cell_of_an_example_spikes_as_often_and_when_it_should(name: str) -> None:
    for amplitude, (count, first, last) in PUBLISHED[name][2].items():
        times = rises(name)[amplitude]
        assert times.size == count
        assert times[[0, -1]] == pytest.approx([first, last], abs=0.2)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_cell_of_an_example_spikes_the_more_the_more_current_it_gets(name: str) -> None:
    counts = [rises(name)[amplitude].size for amplitude in sorted(rises(name))]
    assert counts == sorted(counts)


def test_frozen_noise_is_the_same_for_the_same_seed_and_has_the_mean_and_spread_asked_for() -> None:
    one, same, other = module("rig").frozen_noise(30.0, 80.0, 5.0, (1, 1, 2), duration=20_000.0)[:, 2000:-2000]
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)
    assert one.mean() == pytest.approx(30.0, abs=8.0)
    assert one.std() == pytest.approx(80.0, rel=0.1)


@cache
def recorded() -> tuple[Sweeps, list]:
    """Steps into the interneuron and at the end a second of noise, with its repeats."""
    rig, example = module("rig"), module("fit_wang_buzsaki")
    cell = example.target_cell()
    steps = rig.record(cell, rig.steps(example.STEPS), "steps", 0.0, seed=1)
    noise = rig.frozen_noise(*example.NOISE, (1, 1, 1), duration=1000.0)
    repeats = rig.record(cell, noise, "noise", example.BACKGROUND, seed=2)
    return Sweeps((*steps, repeats[0]), "Wang-Buzsaki"), repeats


def searched(training: Sweeps, seed: int) -> tuple[Space, NDArray[np.float64]]:
    """The three rounds of a search, without what `fit` does after them by the true solution, which takes longer."""
    seen = clues(training)
    problem = Problem(box.space(model("izhikevich2007"), seen), targets(training, DT, seen), threads=2)
    way = Way(seed, LITTLE)
    given = around(problem, seed, forced_round(replace(problem, forced=True), way), ("vpeak",), LITTLE.starts // 2)
    return problem.space, second_round(problem, way, first_round(problem, way, given))[0].x


def test_a_search_over_steps_alone_predicts_what_an_interneuron_does_under_noise() -> None:
    sweeps, repeats = recorded()
    space, x = searched(sweeps.select(range(len(sweeps) - 1)), seed=0)
    found = score(space, x, sweeps.select([len(sweeps) - 1]), threads=1).sweeps[0]
    trains = [sweep.spike_times() for sweep in repeats]
    assert trains[0].size >= 5
    assert normalised_coincidence(trains, found.predicted_spikes, found.duration, window=4.0) > 0.5


def test_the_same_seed_gives_the_same_fit_on_one_thread_and_on_two() -> None:
    sweeps, _ = recorded()

    def fitted(threads: int) -> Fit:
        return fit(sweeps.select("3:5"), effort=TINY, seed=3, threads=threads)

    one, two = fitted(1), fitted(2)
    assert one.parameters == two.parameters
    assert one.loss == two.loss
