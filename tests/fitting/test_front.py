"""The Pareto front of a fit, and the further terms of its loss."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from izhi import analysis
from izhi.fitting import front as room
from izhi.fitting.bounds import space
from izhi.fitting.clues import clues
from izhi.fitting.distances import DISTANCES
from izhi.fitting.fit import DT
from izhi.fitting.front import front
from izhi.fitting.problem import TERMS, WEIGHTS, Problem
from izhi.fitting.store import data, save
from izhi.fitting.target import targets
from tests.fitting.made import KNOWN, fitted, recorded

TRUE = {"C": 100.0, "k": 0.7, "vt": -40.0, "d": 100.0}


def problem(**weights: float) -> Problem:
    from izhi.equations import model

    seen = clues(recorded())
    return Problem(
        space(model("izhikevich2007"), seen, fixed=KNOWN), targets(recorded(), DT, seen), WEIGHTS | weights, threads=1
    )


@pytest.fixture(scope="module")
def small():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "SEARCHES", 3)
        patch.setattr(room, "GENERATIONS", 10)
        patch.setattr(room, "POPULATION", 24)
        given = problem()
        yield given, front(given, given.space.place(TRUE), 0)


def test_no_candidate_of_a_front_surpasses_another(small) -> None:
    _, found = small
    assert found.spikes.size >= 2
    assert (np.diff(found.spikes) > 0).all()
    assert (np.diff(found.voltage) < 0).all()


def test_a_front_holds_what_its_candidates_cost_by_the_true_solution(small) -> None:
    given, found = small
    from izhi.fitting import exact

    k = found.spikes.size // 2
    x = given.space.place({s: float(values[k]) for s, values in found.parameters.items()})
    cost = given.costs(exact.terms(given, x[None])).mean(axis=1)[:, 0]
    assert cost[-1] == pytest.approx(found.voltage[k], rel=1e-6)
    assert cost[:-1].sum() == pytest.approx(found.spikes[k], rel=1e-6)


def test_a_front_begins_no_worse_than_the_candidate_it_was_searched_from(small) -> None:
    given, found = small
    from izhi.fitting import exact

    cost = given.costs(exact.terms(given, given.space.place(TRUE)[None])).mean(axis=1)[:, 0]
    assert ((found.spikes <= cost[:-1].sum()) & (found.voltage <= cost[-1])).any()


def test_a_fit_with_a_front_is_saved_with_it(small, tmp_path: Path) -> None:
    with_front = replace(fitted(), front=small[1])
    numbers = json.loads(json.dumps(data(with_front)))
    assert numbers["front"]["spikes"] == pytest.approx(small[1].spikes.tolist())
    assert set(numbers["front"]["parameters"]) == set(small[1].parameters)
    page = next(path for path in save(with_front, tmp_path) if path.name == "report.html").read_text("utf-8")
    assert "Pareto front" in page
    assert data(fitted())["front"] is None


@pytest.mark.parametrize("name", DISTANCES)
def test_a_distance_counts_only_if_it_is_asked_for(name: str) -> None:
    place = problem().space.place(TRUE | {"d": 160.0})[None]
    assert problem().terms(place)[TERMS.index(name)].tolist() == [[0.0]] * len(problem().targets)
    found = problem(**{name: 1.0}).terms(place)[TERMS.index(name)]
    assert 0 < found.max() <= 1
    assert problem(**{name: 1.0}).loss(place)[0] > problem().loss(place)[0]


def test_distances_are_those_of_the_analysis() -> None:
    mine, theirs = np.array([120.0, 150.0, 200.0, 300.0]), np.array([125.0, 180.0, 260.0])
    assert DISTANCES["isi_distance"](mine, theirs, 100.0, 400.0) == analysis.isi_distance(mine, theirs, 100.0, 400.0)
    assert DISTANCES["spike_distance"](mine, theirs, 100.0, 400.0) == analysis.spike_distance(
        mine, theirs, 100.0, 400.0
    )
    assert DISTANCES["victor_purpura"](mine, theirs, 100.0, 400.0) == analysis.victor_purpura(mine, theirs, 0.1) / 7
    assert DISTANCES["adaptation"](mine, theirs, 100.0, 400.0) == pytest.approx(abs(70 / 130 - 25 / 135))


@pytest.mark.parametrize("name", DISTANCES)
def test_trains_that_are_the_same_have_no_distance(name: str) -> None:
    train = np.array([120.0, 150.0, 200.0, 300.0])
    assert DISTANCES[name](train, train, 100.0, 400.0) == pytest.approx(0.0, abs=1e-7)
    assert np.isfinite(DISTANCES[name](train[:0], train, 100.0, 400.0))
    assert DISTANCES[name](train[:0], train[:0], 100.0, 400.0) == 0.0
