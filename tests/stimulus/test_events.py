"""Synaptic events: what they may be, and what they do to a conductance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from izhi import RECEPTORS, BadValue, Cell, Events, UnknownName, simulate

TAU = {"AMPA": 5.0, "NMDA": 150.0, "GABA_A": 6.0, "GABA_B": 150.0, "opsin": 50.0}


@pytest.mark.parametrize("scheme", ["euler", "book-2007", "rk4", "nest", "accurate"])
@pytest.mark.parametrize("receptor", RECEPTORS)
def test_each_event_adds_its_weight_and_then_decays(receptor: str, scheme: str) -> None:
    times, weights = [2.0, 5.0, 5.0, 8.0], [1.0, 0.5, 0.25, 2.0]
    run = simulate("2007/RS", Events(receptor, times, weights), 12.0, scheme=scheme, dt=0.5)
    t = 0.5 * np.arange(run.time.size)
    expected = sum(
        w * np.where(t >= s, np.exp(-(t - s) / TAU[receptor]), 0.0) for s, w in zip(times, weights, strict=True)
    )
    assert run.conductances[receptor] == pytest.approx(expected, rel=1e-9, abs=1e-12)
    for other in set(RECEPTORS) - {receptor}:
        assert not run.conductances[other].any()


def test_the_order_of_the_times_does_not_matter() -> None:
    one = simulate("2007/RS", Events("AMPA", [8.0, 2.0], [3.0, 1.0]), 12.0, scheme="euler")
    other = simulate("2007/RS", Events("AMPA", [2.0, 8.0], [1.0, 3.0]), 12.0, scheme="euler")
    assert np.array_equal(one.voltage, other.voltage)


def test_an_event_acts_from_the_first_step_that_begins_at_or_after_it() -> None:
    run = simulate("2007/RS", Events("AMPA", [1.0, 2.1], 1.0), 4.0, scheme="euler", dt=0.5)
    jumps = np.flatnonzero(np.diff(run.conductances["AMPA"]) > 0) + 1
    assert run.time[jumps].tolist() == [1.0, 2.5]


def test_an_excitatory_event_pulls_up_and_an_inhibitory_one_down() -> None:
    rest = Cell.preset("2007/RS")
    up = simulate(rest, Events("AMPA", [1.0], 5.0), 10.0, scheme="euler").voltage
    down = simulate(rest, Events("GABA_B", [1.0], 5.0), 10.0, scheme="euler").voltage
    assert up.max() > -60 >= up.min()
    assert down.min() < -60 >= down.max()


def test_an_event_of_no_weight_changes_no_voltage() -> None:
    silent = simulate("2007/RS", Events("AMPA", [1.0], 0.0), 10.0, scheme="euler")
    assert np.array_equal(silent.voltage, simulate("2007/RS", None, 10.0, scheme="euler").voltage)


@pytest.mark.parametrize("receptor", ["AMPPA", "ampa", "", None, 3, ["AMPA"]])
def test_an_unknown_receptor_is_refused_with_the_known_ones(receptor) -> None:
    with pytest.raises(UnknownName, match=r"^Events.receptor: no .*\(AMPA, NMDA, GABA_A, GABA_B, opsin\)$"):
        Events(receptor, [1.0], 1.0)


@pytest.mark.parametrize(
    ("t", "weight", "field"),
    [
        ([-1.0], 1.0, "t"), ([math.nan], 1.0, "t"), ([math.inf], 1.0, "t"), ([], 1.0, "t"), (1.0, 1.0, "t"),
        ("1", 1.0, "t"),
        ([[1.0]], 1.0, "t"), ([1.0], math.nan, "weight"), ([1.0], [1.0, 2.0], "weight"), ([1.0, 2.0], [1.0], "weight"),
        ([1.0], [[1.0, 2.0]], "weight"), ([1.0], [[[1.0]]], "weight"), ([1.0], "x", "weight"),
        ([1.0], [[1], [1, 2]], "weight"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_the_name_of_the_field(t, weight, field: str) -> None:
    with pytest.raises(BadValue, match=rf"^Events.{field}: "):
        Events("AMPA", t, weight)
