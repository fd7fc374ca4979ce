"""A response: what it takes, what it refuses, and what it makes of a current."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import izhi.analysis
from izhi import BadValue, Response, Step, simulate
from izhi.analysis.epochs import Epoch, find_epochs

TIME = np.arange(0.0, 200.0, 0.5)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (([0, 1], [0], [0, 0], []), "Response.voltage: 1 given; as many samples as times, 2, would do"),
        (([0, 1], [0, 0], [0], []), "Response.current: 1 given; as many samples as times, 2, would do"),
        (([1, 0], [0, 0], [0, 0], []), "Response.time: .* finite times in ms that increase would do"),
        (([0, np.inf], [0, 0], [0, 0], []), "Response.time: .* finite times in ms that increase would do"),
        (([0, 1], [0, 0], [0, 0], [1, 0]), "Response.spikes: .* finite times in ms in their order would do"),
        (([0, 1], [0, 0], [0, 0], [np.nan]), "Response.spikes: .* finite times in ms in their order would do"),
        (([[0, 1]], [0, 0], [0, 0], []), r"Response.time: \(1, 2\) given; an array of one dimension would do"),
        ((["a"], [0], [0], []), r"Response.time: \['a'\] given; an array of numbers would do"),
    ],
)
def test_arrays_that_do_not_fit_are_bad_values(arrays: tuple[Any, ...], message: str) -> None:
    with pytest.raises(BadValue, match=message):
        Response(*arrays)


def test_the_arrays_cannot_be_changed() -> None:
    given = np.zeros(2)
    response = Response([0, 1], given, [0, 0], [])
    given[0] = 5
    assert response.voltage[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        response.voltage[0] = 1


def test_any_recording_with_the_same_names_will_do() -> None:
    rig = SimpleNamespace(time=[0.0, 1.0], voltage=[-65.0, -65.0], current=[0.0, 0.0], spike_times=[0.5])
    assert Response.of(rig).spikes.tolist() == [0.5]


def test_a_cell_of_an_ensemble_of_which_a_part_was_recorded() -> None:
    whole = simulate(izhi.Cell.preset("2003/RS", d=[8.0, 6.0, 2.0]), Step(10), 50)
    part = {"cells": np.array([2]), "voltage": whole.voltage[2:], "current": whole.current[2:]}
    cells = replace(whole, **part)
    assert np.array_equal(Response.of(cells, 2).voltage, whole.voltage[2])
    with pytest.raises(BadValue, match="its samples were not recorded"):
        Response.of(cells, 1)


def spans(current: np.ndarray) -> list[tuple[float, float, float, float]]:
    return [(e.start, e.stop, round(e.level, 3), round(e.end_level, 3)) for e in find_epochs(TIME, current)]


def test_steps_pulses_and_ramps_are_told_apart() -> None:
    step = np.where(TIME < 50, 0.0, 3.0)
    assert spans(step) == [(0, 50, 0, 0), (50, 199.5, 3, 3)]
    pulse = np.where((TIME >= 50) & (TIME < 55), -2.0, 1.0)
    assert spans(pulse) == [(0, 50, 1, 1), (50, 55, -2, -2), (55, 199.5, 1, 1)]
    ramp = np.maximum(TIME - 100, 0)
    assert spans(ramp) == [(0, 100, 0, 0), (100, 199.5, 0, 99.5)]
    both = np.where(TIME < 50, 0.0, np.where(TIME < 100, 5.0, 5 + (TIME - 100) / 10))
    assert spans(both) == [(0, 50, 0, 0), (50, 100, 5, 5), (100, 199.5, 5, 14.95)]


def test_a_pulse_of_one_sample_is_seen() -> None:
    assert (50, 50.5, 4, 4) in spans(np.where(TIME == 50, 4.0, 0.0))


def test_a_constant_current_is_one_hold_and_rounding_no_stimulus() -> None:
    assert spans(np.full(TIME.size, 3.0)) == [(0, 199.5, 3, 3)]
    assert len(spans(0.3 + 1e-16 * TIME)) == 1


def test_waves_and_noise_are_no_epochs() -> None:
    assert find_epochs(TIME, np.random.default_rng(0).normal(size=TIME.size)) == ()
    assert find_epochs(TIME, np.sin(TIME * 2)) == ()
    assert find_epochs(TIME, np.full(TIME.size, np.nan)) == ()


@pytest.mark.parametrize("seed", range(10))
def test_noise_does_not_break_a_ramp_to_pieces(seed: int) -> None:
    noise = 0.003 * 100 * np.random.default_rng(seed).normal(size=TIME.size)
    found = find_epochs(TIME, np.maximum(TIME - 100, 0) + noise)
    assert len(found) == 2
    assert found[1].slope == pytest.approx(1, rel=0.02)


def test_pulses_are_alike_up_to_a_tenth_of_height_and_a_fifth_of_duration() -> None:
    pulse = Epoch(10, 14, 1, 1, 0, 0)
    assert pulse.like(Epoch(50, 54.5, 1.05, 1.05, 0, 0), 0.1)
    assert not pulse.like(Epoch(50, 54, 1.5, 1.5, 0, 0), 0.1)
    assert not pulse.like(Epoch(50, 56, 1, 1, 0, 0), 0.1)


MODULES = [f"izhi.analysis.{module.name}" for module in pkgutil.iter_modules(izhi.analysis.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_the_docstrings_are_true(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0
