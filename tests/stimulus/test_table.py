"""Stimuli from tables, as experiment files and presets write them."""

from __future__ import annotations

import math

import pytest

from izhi import (
    BadValue,
    Chirp,
    Constant,
    Events,
    Linear,
    OrnsteinUhlenbeck,
    PulseTrain,
    Ramp,
    Sampled,
    Sine,
    Step,
    Steps,
)
from izhi.errors import UnknownName
from izhi.stimulus import KINDS
from izhi.stimulus.table import read_current, read_events


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"kind": "constant", "I": "0.1 nA"}, Constant(100.0)),
        ({"kind": "step", "I": 70, "start": "0.1 s"}, Step(70.0, 100.0)),
        ({"kind": "steps", "t": [0, "0.1 s"], "I": [0, "0.07 nA"]}, Steps([0.0, 100.0], [0.0, 70.0])),
        ({"kind": "linear", "t": ["1 ms", 2], "I": ["1 pA", "2 pA"]}, Linear([1.0, 2.0], [1.0, 2.0])),
        ({"kind": "ramp", "slope": "1 nA/s", "stop": "1 s"}, Ramp(0.0, 1000.0, slope=1.0)),
        ({"kind": "ramp", "rise": "1 nA", "stop": 50.0}, Ramp(0.0, 50.0, rise=1000.0)),
        ({"kind": "sine", "I": 5, "frequency": "0.04 kHz", "phase": "90 deg"}, Sine(5.0, 40.0, math.pi / 2)),
        ({"kind": "chirp", "I": 5, "f0": 0, "f1": "100 Hz", "start": 0, "stop": "1 s"},
         Chirp(5.0, 0.0, 100.0, 0.0, 1e3)),
        ({"kind": "noise", "std": "5 pA", "tau": "3 ms", "seed": 7}, OrnsteinUhlenbeck(5.0, 3.0, seed=7)),
        ({"kind": "sampled", "I": [1, "2 pA"], "interval": "0.1 ms", "hold": False},
         Sampled([1.0, 2.0], 0.1, hold=False)),
        ({"kind": "train", "I": 9, "start": 0, "width": 1, "period": 5, "count": 3, "closed": "right"},
         PulseTrain(9.0, 0.0, 1.0, 5.0, 3, "right")),
    ],
)  # fmt: skip
def test_a_table_is_read_with_its_units(table: dict, expected) -> None:
    assert read_current(table, "pA", "x") == expected


def test_the_unit_of_a_current_is_that_of_the_model() -> None:
    assert read_current({"kind": "step", "I": "5 mV/ms"}, "mV/ms", "x") == Step(5.0)
    with pytest.raises(BadValue, match=r"^x\.I: '5 pA' given; its unit does not fit; mV/ms or V/s would do$"):
        read_current({"kind": "step", "I": "5 pA"}, "mV/ms", "x")


def test_events_are_read_with_their_units() -> None:
    table = {"receptor": "GABA_A", "t": ["0.02 s", 40], "weight": ["500 pS", 1.0]}
    assert read_events(table, "nS", "x") == Events("GABA_A", [20.0, 40.0], [0.5, 1.0])
    assert read_events({"receptor": "AMPA", "t": 5, "weight": 2}, "nS", "x") == Events("AMPA", [5.0], 2.0)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({}, "x.kind: nothing given; one of constant, step, .* would do"),
        ({"kind": "stepp"}, r"x.kind: no 'stepp'; did you mean 'step'\? \(constant, "),
        ({"kind": 3}, "x.kind: no 3 "), ({"kind": ["step"]}, "x.kind: no "),
        ({"kind": "step"}, "x.I: nothing given; a step needs it"),
        ({"kind": "step", "I": 1, "stat": 5}, r"x \(step\): no 'stat'; did you mean 'start'\? \(I, start, closed\)"),
        ({"kind": "step", "I": "5 mV"}, "x.I: '5 mV' given; its unit does not fit; pA or uA or µA would do"),
        ({"kind": "step", "I": [1, 2]}, r"x.I: \[1, 2\] given; a number in pA would do"),
        ({"kind": "step", "I": {}}, "x.I: {} given; a number in pA would do"),
        ({"kind": "step", "I": math.nan}, "x.I: nan given; a finite number in pA would do"),
        ({"kind": "step", "I": True}, "x.I: True given; a number in pA would do"),
        ({"kind": "step", "I": 1, "closed": 1}, "x.closed: 1 given; a string would do"),
        ({"kind": "step", "I": 1, "closed": "lef"}, "x.closed: 'lef' given; 'left', "),
        ({"kind": "steps", "t": [], "I": []}, r"x.t: \[\] given; at least one number in ms would do"),
        ({"kind": "steps", "t": [0, [1]], "I": [1, 2]}, r"x.t\[1\]: \[1\] given; a number in ms would do"),
        ({"kind": "steps", "t": [0, 1], "I": [1, "2 ms"]}, r"x.I\[1\]: '2 ms' given; its unit does not fit"),
        ({"kind": "steps", "t": [1, 0], "I": [1, 2]}, r"x.t: \[1.0, 0.0\] given; increasing times in ms would do"),
        ({"kind": "steps", "t": [0, 1], "I": [1]}, r"x.I: \[1.0\] given; 2 values, one for each time, would do"),
        ({"kind": "steps", "t": 0, "I": 1}, "x.t: 0.0 given; increasing times"),
        ({"kind": "pulse", "I": 1, "start": 5, "stop": 5},
         "x.stop: 5.0 given; a time after the start, 5.0 ms, would do"),
        ({"kind": "ramp"}, "x: .* one of slope and rise would do"),
        ({"kind": "ramp", "slope": "1 pA"}, "x.slope: '1 pA' given; its unit does not fit; pA/ms or nA/ms or nA/s"),
        ({"kind": "sampled", "I": [1], "interval": 1, "hold": 1}, "x.hold: 1 given; true or false would do"),
        ({"kind": "noise", "std": 1, "tau": 1, "seed": 1.0}, "x.seed: 1.0 given; a whole number would do"),
        ({"kind": "noise", "std": 1, "tau": 1, "seed": True}, "x.seed: True given; a whole number would do"),
        ({"kind": "noise", "std": 1, "tau": 0}, "x.tau: 0.0 given; more than 0 ms would do"),
        ({"kind": "train", "I": 9, "start": 0, "width": 1, "period": 5, "count": 2.0},
         "x.count: 2.0 given; a whole number"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_its_key(table: dict, says: str) -> None:
    with pytest.raises((BadValue, UnknownName), match=f"^{says}"):
        read_current(table, "pA", "x")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({}, "x.receptor: nothing given; events need it"),
        ({"receptor": "AMPA", "t": [1]}, "x.weight: nothing given; events need it"),
        ({"receptor": "AMPPA", "t": [1], "weight": 1}, "x.receptor: no 'AMPPA'; did you mean 'AMPA'?"),
        ({"receptor": "AMPA", "t": [1], "wieght": 1}, "x: no 'wieght'; did you mean 'weight'?"),
        ({"receptor": "AMPA", "t": [-1], "weight": 1}, r"x.t: \[-1.0\] given; times from 0 ms on would do"),
        ({"receptor": "AMPA", "t": [1], "weight": [1, 2]}, r"x.weight: \[1.0, 2.0\] given; one weight, or 1"),
        ({"receptor": "AMPA", "t": [1], "weight": "1 pA"}, "x.weight: '1 pA' given; its unit does not fit; nS or"),
        ({"receptor": "AMPA", "t": [], "weight": 1}, r"x.t: \[\] given; at least one"),
    ],
)  # fmt: skip
def test_events_that_do_not_fit_are_refused_by_their_key(table: dict, says: str) -> None:
    with pytest.raises((BadValue, UnknownName), match=f"^{says}"):
        read_events(table, "nS", "x")


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_kind_can_be_read(kind: str) -> None:
    from dataclasses import fields

    series = {"t": [1.0, 2.0], "I": [3.0, 4.0]} if kind in ("steps", "linear", "sampled") else {"I": 3.0}
    sample = {
        "start": "1 ms", "stop": 9.0, "width": 0.5, "period": 2.0, "interval": 0.5, "tau": 2.0, "duration": 50.0,
        "frequency": 5.0, "f0": 5.0, "f1": 9.0, "phase": 1.0, "slope": None, "rise": 2.0, "std": 1.0, "mean": 2.0,
        "closed": "both", "hold": False, "count": 3, "seed": 5, **series,
    }  # fmt: skip
    table = {f.name: sample[f.name] for f in fields(KINDS[kind]) if sample[f.name] is not None}
    current = read_current({"kind": kind, **table}, "pA", "x")
    assert type(current) is KINDS[kind]
    assert current.described() == {"kind": kind, **table} | ({"start": 1.0} if "start" in table else {})
