"""The currents and events of a run in the forms that engines use: all agree with `evaluate`."""

from __future__ import annotations

import math

import numpy as np
import pytest

from izhi import (
    BadValue,
    Chirp,
    Constant,
    Events,
    Linear,
    OrnsteinUhlenbeck,
    Pulse,
    PulseTrain,
    Ramp,
    Sampled,
    Sine,
    Step,
    Steps,
    Stimulus,
)
from izhi.stimulus import drive

DURATION = 40.0
STIMULI = {
    "none": None,
    "constant": Constant(3.0),
    "step": Step(3.0, 7.0),
    "step, open": Step(3.0, 7.0, closed="right"),
    "pulse": Pulse(3.0, 5.0, 11.0),
    "pulse, closed": Pulse(3.0, 5.0, 11.0, closed="both"),
    "train": PulseTrain(3.0, 2.0, 1.0, 4.0, 5),
    "ramp": Ramp(4.0, 20.0, rise=9.0),
    "endless ramp": Ramp(4.0, slope=0.5),
    "steps": Steps([0.0, 3.0, 30.0, 50.0], [1.0, -1.0, 4.0, 9.0]),
    "linear": Linear([1.0, 5.0, 6.0], [2.0, 10.0, -4.0]),
    "flat line": Linear([1.0, 5.0, 9.0], [2.0, 2.0, 3.0]),
    "sampled": Sampled([1.0, 5.0, 2.0], 3.0, 1.0),
    "sampled, lines": Sampled([1.0, 5.0, 2.0], 3.0, 1.0, hold=False),
    "sine": Sine(3.0, 40.0, 0.5),
    "short sine": Sine(3.0, 40.0, 0.5, 8.0, 16.0),
    "chirp": Chirp(3.0, 10.0, 100.0, 4.0, 24.0),
    "noise": OrnsteinUhlenbeck(2.0, 3.0, 1.0, seed=4, interval=0.5),
    "sum": Step(3.0, 7.0) + Sine(3.0, 40.0, start=8.0, stop=16.0) + Ramp(4.0, 20.0, rise=9.0) + Constant(-1.0),
}
each = pytest.mark.parametrize("stimulus", STIMULI.values(), ids=STIMULI)


def between(knots: np.ndarray) -> np.ndarray:
    """Times inside the intervals between knots."""
    share = np.linspace(0.05, 0.95, 7)
    return (knots[:-1, None] + share * np.diff(knots)[:, None]).ravel()


@each
def test_the_knots_are_increasing_and_span_the_run(stimulus: Stimulus | None) -> None:
    knots = drive(stimulus, DURATION).knots(DURATION)
    assert knots[0] == 0
    assert knots[-1] == DURATION
    assert (np.diff(knots) > 0).all()


@each
def test_lines_and_waves_give_the_current_between_the_knots(stimulus: Stimulus | None) -> None:
    forces = drive(stimulus, DURATION)
    knots = forces.knots(DURATION)
    value, slope = forces.lines(knots, 0)
    t = between(knots)
    j = np.searchsorted(knots, t, side="right") - 1
    found = value[j] + slope[j] * (t - knots[j])
    for start, stop, amplitude, omega, chirp, phase in forces.waves(0):
        s = t - start
        on = (start <= knots[j]) & (knots[j] < stop)  # as the solver decides it: at the interval's beginning
        found += np.where(on, amplitude * np.sin(phase + s * (omega + s * chirp)), 0.0)
    assert found == pytest.approx(forces.current(t)[:, 0], rel=1e-12, abs=1e-12)


def test_lines_and_waves_of_each_cell_are_those_of_its_own_current() -> None:
    forces = drive(Ramp(4.0, slope=[1.0, 2.0]) + Sine([3.0, 4.0], [40.0, 50.0]) + Constant([5.0, 6.0]), DURATION)
    knots = forces.knots(DURATION)
    for cell in range(2):
        own = drive(Ramp(4.0, slope=1.0 + cell) + Sine(3.0 + cell, 40.0 + 10 * cell) + Constant(5.0 + cell), DURATION)
        assert np.array_equal(forces.lines(knots, cell), own.lines(knots, 0))
        assert np.array_equal(forces.waves(cell), own.waves(0))


@each
def test_what_is_steady_keeps_its_value(stimulus: Stimulus | None) -> None:
    forces = drive(stimulus, DURATION)
    edges = np.arange(0, 40.5, 0.5)
    steady = 0
    for first in edges:
        for length in (0.25, 1.0, 6.0):
            if forces.steady(first, first + length):
                inside = [forces.current(np.array([t]))[0, 0] for t in np.linspace(first, first + length, 13)]
                assert set(inside) == {inside[0]}
                steady += 1
    varies = isinstance(stimulus, Sine) and stimulus.stop == math.inf
    assert (steady == 0) == varies


@pytest.mark.parametrize(
    ("stimulus", "first", "last", "expected"),
    [
        (None, 0, 1e9, True), (Constant(1.0), 0, 1e9, True), (Step(1.0, 5.0), 0, 4.9, True),
        (Step(1.0, 5.0), 0, 5.0, False), (Step(1.0, 5.0), 5.0, 9.0, True), (Step(1.0, 5.0), 4.0, 6.0, False),
        (Step(1.0, 5.0, closed="right"), 5.0, 9.0, False), (Step(1.0, 5.0, closed="right"), 5.1, 9.0, True),
        (Ramp(0.0, 5.0, slope=1.0), 1.0, 2.0, False), (Ramp(0.0, 5.0, slope=1.0), 5.0, 9.0, True),
        (Sine(1.0, 1.0, start=2.0, stop=5.0), 0.0, 1.9, True), (Sine(1.0, 1.0, start=2.0, stop=5.0), 0.0, 2.0, False),
        (Sine(1.0, 1.0, start=2.0, stop=5.0), 5.0, 9.0, True), (Linear([0, 5, 9], [2, 2, 3]), 1.0, 4.0, True),
        (Linear([0, 5, 9], [2, 2, 3]), 6.0, 7.0, False),
    ],
)  # fmt: skip
def test_steadiness_is_seen_where_it_is(stimulus: Stimulus, first: float, last: float, expected: bool) -> None:
    assert drive(stimulus, 100.0).steady(first, last) is expected


@each
@pytest.mark.parametrize("limit", ["at", "below"])
def test_many_times_at_once_give_what_each_gives_alone(stimulus: Stimulus | None, limit) -> None:
    forces = drive(stimulus, DURATION)
    for first in (0.5, 3.0, 5.0, 7.0, 8.0, 11.0, 20.0, 24.0):
        t = first + 0.5 * np.arange(6)
        alone = [forces.current(np.array([x]), limit)[0, 0] for x in t]
        assert forces.current(t, limit)[:, 0].tolist() == alone


def test_no_stimulus_is_no_current_for_any_number_of_cells() -> None:
    forces = drive(None, DURATION)
    assert forces.cells is None
    assert forces.current(np.arange(3.0)).tolist() == [[0.0]] * 3
    assert forces.waves(0).shape == (0, 6)
    assert forces.event_time.size == 0


def test_events_are_merged_in_order_of_time_and_of_their_sum() -> None:
    stimulus = Events("NMDA", [5.0, 1.0, 3.0], [1.0, 2.0, 3.0]) + Step(1.0) + Events("AMPA", [3.0, 0.0], 4.0)
    forces = drive(stimulus, DURATION)
    assert forces.event_time.tolist() == [0.0, 1.0, 3.0, 3.0, 5.0]
    assert forces.event_receptor.tolist() == [0, 1, 1, 0, 1]
    assert forces.event_weight.tolist() == [[4.0], [2.0], [3.0], [4.0], [1.0]]
    assert {0.0, 1.0, 3.0, 5.0, DURATION} == set(forces.knots(DURATION))


def test_events_after_the_end_are_left_out_however_late() -> None:
    forces = drive(Events("AMPA", [1.0, DURATION, 40.1, 1e300], 1.0), DURATION)
    assert forces.event_time.tolist() == [1.0, DURATION]
    assert forces.event_weight.shape == (2, 1)


def test_events_have_a_weight_for_each_cell() -> None:
    weight = [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    forces = drive(Events("AMPA", [2.0, 1.0], weight) + Events("GABA_A", [1.5], 9.0), DURATION)
    assert forces.cells == 3
    assert forces.event_weight.tolist() == [[2.0, 4.0, 6.0], [9.0] * 3, [1.0, 3.0, 5.0]]


def test_one_number_for_each_cell_means_the_same_cells_everywhere() -> None:
    assert drive(Constant([1.0, 2.0]) + Step([1.0, 2.0]) + Sine(1.0, 5.0), DURATION).cells == 2
    mixed = drive(Constant([1.0, 2.0]) + Sine([1.0, 2.0, 3.0], 5.0), DURATION)
    with pytest.raises(BadValue, match="arrays of one length"):
        _ = mixed.cells
