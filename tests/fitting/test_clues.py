"""What is read from a recording before any search, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.fitting import Effort, fit
from izhi.fitting.bounds import space
from izhi.fitting.clues import clues
from izhi.fitting.problem import Problem
from izhi.fitting.target import targets
from izhi.sweeps import Sweep, Sweeps

DT = 0.1
TIME = np.arange(0.0, 500.0, DT)


def sweeps(*amplitudes: float, name: str = "2007/RS", noise: float = 0.2, hold: float = 0.0) -> Sweeps:
    preset, random = izhi.Cell.preset(name), np.random.default_rng(1)
    cell = izhi.Cell(preset.model, preset.parameters)
    found = []
    for amplitude in amplitudes:
        current = np.where((TIME >= 100) & (TIME < 400), amplitude, 0.0) + hold
        voltage = izhi.simulate(cell, izhi.Steps(TIME, current), 500, dt=DT).voltage[: TIME.size]
        found.append(Sweep(DT, voltage + random.normal(0, noise, TIME.size), current))
    return Sweeps(tuple(found), source="made")


def test_the_clues_of_a_known_cell_are_close_to_what_it_is() -> None:
    seen = clues(sweeps(-20, 30, 80, 120, 200))
    assert seen.rest == pytest.approx(-60, abs=0.2)
    assert seen.conductance == pytest.approx(0.7 * 20 - 2, rel=0.25)  # 1/R_in = k(vt - vr) + b
    assert seen.capacitance == pytest.approx(100, rel=0.35)
    assert 30 < seen.rheobase < 80
    assert 25 < seen.peak <= seen.highest <= 36
    assert seen.fall < 0.5


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: Sweep(DT, np.full(TIME.size, -65.0), s.current), "flat"),
        (lambda s: Sweep(DT, s.voltage / 1000, s.current), "flat"),
        (lambda s: Sweep(DT, s.voltage + 100, s.current), "voltage in mV"),
        (lambda s: Sweep(DT, s.voltage, s.current / 1e4), "input resistance"),
        (lambda s: Sweep(DT, s.voltage, 0 * s.current), "moves the cell"),
        (lambda s: Sweep(DT, np.minimum(s.voltage, -45.0), s.current), "at least one spike"),
    ],
)
def test_what_no_cell_can_have_given_is_refused_in_one_line(change, words: str) -> None:
    good = sweeps(-50, 30, 120)
    with pytest.raises(izhi.BadValue, match=words) as found:
        fit(Sweeps(tuple(change(s) for s in good), source="bad"))
    assert "\n" not in str(found.value)


def test_a_box_holds_each_published_cell_of_its_kind() -> None:
    currents_of = {
        "RS": (-50, 40, 80, 150), "IB": (-100, 200, 400, 700), "CH": (-80, 100, 200, 400), "FS": (-40, 40, 90, 200),
        "MSN": (-100, 200, 340, 500), "TRN": (-60, 30, 60, 100),
    }  # fmt: skip
    for name, currents in currents_of.items():
        cell = izhi.Cell.preset(f"2007/{name}")
        box = space(cell.model, clues(sweeps(*currents, name=f"2007/{name}")))
        out = [f.symbol for f in box.free if not f.low <= float(cell.parameters[f.symbol]) <= f.high]
        assert out == [], name


def test_fixed_free_and_bounded_parameters_are_as_asked_for() -> None:
    seen, model = clues(sweeps(-20, 80, 200)), izhi.MODELS["izhikevich2007"]
    box = space(model, seen, fixed={"vr": -60.0}, bounds={"k": (0.1, 2.0)})
    assert "vr" not in [f.symbol for f in box.free]
    assert box.fixed == {"vr": -60.0}
    assert next(f for f in box.free if f.symbol == "k").high == 2.0
    for wrong in ({"fixed": {"q": 1.0}}, {"bounds": {"k": (2.0, 1.0)}}, {"fixed": {"k": 1.0}, "free": ["k"]},
                  {"fixed": dict.fromkeys(model.symbols, 1.0)}):  # fmt: skip
        with pytest.raises((izhi.BadValue, izhi.UnknownName)):
            space(model, seen, **wrong)


def test_the_true_cell_has_next_to_no_loss_also_when_held_off_its_rest() -> None:
    for hold in (0.0, -40.0):
        data = sweeps(-30, 90, 150, hold=hold)
        seen = clues(data)
        box = space(izhi.MODELS["izhikevich2007"], seen, bounds={"vr": (-70, -50)})
        problem = Problem(box, targets(data, DT, seen))
        true = box.place({s: float(izhi.Cell.preset("2007/RS").parameters[s]) for s in box.symbols})
        other = true.copy()
        other[1] += 0.1
        loss = problem.loss(np.stack([true, other]))
        assert loss[0] < 0.05
        assert loss[1] > 5 * loss[0]


def test_a_model_without_a_capacitance_gets_one_that_divides_the_current() -> None:
    data = sweeps(-20, 80, 200)
    tiny = Effort(forced_starts=2, starts=2, kept=1, population=32, forced=3, first=3, second=3)
    found = fit(data, model="izhikevich2003", effort=tiny, threads=1)
    assert found.parameters["C"] > 0
    assert found.cell.model.name == "izhikevich2003"


def test_the_same_seed_gives_the_same_answer_on_any_number_of_threads() -> None:
    data = sweeps(-20, 90, 150)
    tiny = Effort(forced_starts=2, starts=3, kept=1, population=48, forced=4, first=4, second=4)
    one, two, other = (
        fit(data, effort=tiny, threads=threads, seed=seed).parameters for threads, seed in ((1, 5), (2, 5), (2, 6))
    )
    assert one == two
    assert other != one
