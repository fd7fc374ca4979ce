"""What scripts are made of: equations as text compute what the equations compute, inputs every bit of a stimulus."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import izhi
from izhi.bridge.scripts.formula import BRIAN2, OCTAVE, PYTHON, Dialect, equations, number
from izhi.bridge.scripts.inputs import current_lines
from izhi.equations import MODELS, Model
from izhi.experiment import preset_stimulus
from izhi.stimulus import drive

# Octave's words, for Python to read.
WORDS = {
    "merge": lambda condition, a, b: a if condition else b,
    "clip": lambda x, low, high: min(max(x, low), high),
    "inf": math.inf,
}


def computed(text: str, values: dict[str, float]) -> float:
    return eval(text.replace("^", "**"), {**WORDS, **values})


@pytest.mark.parametrize("dialect", [PYTHON, BRIAN2, OCTAVE], ids=["Python", "Brian2", "Octave"])
@pytest.mark.parametrize("model", MODELS.values(), ids=lambda m: m.name)
def test_the_text_of_a_model_computes_what_the_model_does(model: Model, dialect: Dialect) -> None:
    row = next(row for row in izhi.PRESETS.values() if row.model == model.name)
    parameters = {q.symbol: row.parameters.get(q.symbol, q.default) for q in model.parameters}
    p, words = model.Parameters(**parameters), equations(model, dialect)
    for v, u, w, I in ((-61.3, 12.25, -58.0, 70.5), (-40.1, 600.0, -47.3, -3.0), (17.9, -35.5, -20.0, 0.0)):
        state = (v, u, w)[: len(model.state)]
        values = {"v": v, "u": u, "w": w, "I": I, **parameters}
        expected = dict(zip("vuw", model.rhs(*state, I, p), strict=False))
        assert {s: computed(text, values) for s, text in words.derivatives.items()} == pytest.approx(expected, 1e-12)
        assert computed(words.peak, values) == pytest.approx(model.peak(u, p), rel=1e-12)
        reset = dict(zip("vu", model.reset(v, u, p), strict=True))
        found = {s: computed(text, values) for s, text in words.reset.items()}
        assert {"u": u} | found == pytest.approx(reset, rel=1e-12)


@pytest.mark.parametrize("model", [m for m in MODELS.values() if m.gated is not None], ids=lambda m: m.name)
def test_branches_can_be_chosen_by_another_voltage(model: Model) -> None:
    assert "gate" in equations(model, OCTAVE, gate="gate").derivatives["u"]
    assert "gate" not in equations(model, OCTAVE).derivatives["u"]


@pytest.mark.parametrize("value", [0.0, -65.0, 0.1, 1 / 3, 1e-300, 123456789.125, -12.600000000000001])
def test_a_number_loses_nothing(value: float) -> None:
    assert float(number(value)) == value


STIMULI = {name: (preset_stimulus(row), row.duration, row.dt) for name, row in izhi.PRESETS.items()} | {
    "all": (
        izhi.OrnsteinUhlenbeck(std=3, tau=3) + izhi.Sine(3, 10, start=5) + izhi.Chirp(2, 1, 50, 3, 90)
        + izhi.Linear([0, 5, 7], [0, 3, 1]) + izhi.PulseTrain(4, 10, 2, 5, 3, "both"), 100.0, 0.1,
    ),
    "none": (izhi.Constant(0), 10.0, 0.5),
}  # fmt: skip


@pytest.mark.parametrize("name", STIMULI)
def test_the_lines_of_a_stimulus_make_its_current_at_each_step_to_the_last_bit(name: str) -> None:
    stimulus, duration, dt = STIMULI[name]
    steps = round(duration / dt)
    names = {"np": np, "steps": steps, "dt": dt}
    exec("\n".join(current_lines(drive(stimulus, duration), steps, dt)), names)
    expected = drive(stimulus, duration).current(np.arange(steps) * dt)[:, 0]
    assert np.array_equal(names["I"], expected)


def test_what_no_script_can_say_is_refused() -> None:
    for stimulus in (izhi.Constant([1, 2]), izhi.Events("AMPA", [1.0], 1.0)):
        with pytest.raises(izhi.BadValue, match="would do in a script"):
            current_lines(drive(stimulus, 10), 100, 0.1)


def test_equations_read_like_the_paper() -> None:
    constants = {"e": 0.04, "f": 5.0, "g": 140.0}
    assert equations(MODELS["izhikevich2003"], BRIAN2, constants).derivatives == {
        "v": "0.04*v**2 + 5*v + 140 - u + I", "u": "a*(b*v - u)",
    }  # fmt: skip
    assert not re.search(r"\(\(", equations(MODELS["izhikevich2007"], PYTHON).derivatives["v"])
