"""The five mechanisms give every bit that NEURON gives, in both engines, through experiment files."""

from __future__ import annotations

import copy
import hashlib
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import izhi
from izhi.mechanism import MECHANISMS, Mechanism, Trace
from izhi.mechanism_file import MechanismExperiment, parse_mechanism
from izhi.schemes.neuron.stimulus import Callbacks, Clamp
from tests.golden_data import read

CASES: list[dict[str, Any]] = read("neuron")["cases"]


def digest(samples: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(samples, dtype="<f8").tobytes()).hexdigest()[:16]


def experiment(case: dict[str, Any]) -> MechanismExperiment:
    return parse_mechanism({k: v for k, v in case.items() if k not in ("name", "expected", "after_itself")})


def run(case: dict[str, Any], engine: str) -> Trace:
    each = experiment(case)
    how = {
        "dt": each.dt, "v_init": each.v_init, "initial": each.initial, "stimulus": each.stimulus, "events": each.events,
        "engine": engine,
    }  # fmt: skip
    before = each.mechanism.run(each.duration, **how) if case.get("after_itself") else None
    return each.mechanism.run(each.duration, after=before, **how)


def assert_as_in_neuron(trace: Trace, expected: dict[str, Any]) -> None:
    assert trace.V.size == expected["samples"]
    assert (trace.status == "ok") == expected["ok"]
    assert trace.t[-1] == expected["t_end"]
    assert digest(trace.V) == expected["V"]
    assert digest(trace.u) == expected["u"]
    assert trace.spikes.size == expected["count"]
    assert digest(trace.spikes) == expected["spikes"]
    for name, values in expected.get("g", {}).items():
        assert trace.conductances[name][expected["at"]].tolist() == values


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_case_has_neurons_bits_compiled(case: dict[str, Any]) -> None:
    assert_as_in_neuron(run(case, "cpu"), case["expected"])


# Of each mechanism, and of each way to end or to be driven, some that are short in plain Python.
SHORT = [c for c in CASES if c["duration"] / c["dt"] <= 1500 or c["expected"]["samples"] <= 500]
KINDS = {(c["mechanism"], c["stimulus"][0]["kind"]): c for c in CASES if c["duration"] <= 300}
DRIVEN = list(KINDS.values())


@pytest.mark.parametrize("case", SHORT[::2] + DRIVEN, ids=lambda case: case["name"])
def test_some_of_each_kind_have_neurons_bits_in_plain_python(case: dict[str, Any]) -> None:
    assert_as_in_neuron(run(case, "reference"), case["expected"])


def test_the_cases_are_of_every_mechanism_and_some_end_early() -> None:
    assert len(CASES) > 430
    assert {case["mechanism"] for case in CASES} == set(MECHANISMS)
    assert sum(not case["expected"]["ok"] for case in CASES) > 20


def test_what_does_not_converge_ends_the_run_by_name_at_its_time() -> None:
    trace = Mechanism("Izhi2003a", {"d": 8.0}).run(150, dt=0.1, stimulus=Clamp(14.0))
    assert trace.status.startswith("ended at t = ")
    assert "Newton's iteration did not converge" in trace.status
    assert f"t = {trace.t[-1]:.6g} ms" in trace.status
    assert np.isfinite(trace.V).all()


def test_where_neuron_goes_on_with_what_is_no_number_a_warning_says_so() -> None:
    trace = run(next(case for case in CASES if "Izhi2007a LTS strong current" in case["name"]), "cpu")
    assert trace.status == "ok"
    assert np.isnan(trace.V[-1])
    assert "left the range of numbers" in trace.warning
    assert trace.warning in str(trace)


def test_a_dead_cell_resets_but_sends_no_spikes() -> None:
    alive, dead = (Mechanism("Izhi2007a", {"alive": x}).run(100, stimulus=Clamp(200.0)) for x in (1, 0))
    assert np.array_equal(alive.V, dead.V)
    assert alive.spikes.size > 2
    assert dead.spikes.size == 0


def test_the_scheme_and_the_mechanism_are_the_same_numerics() -> None:
    """A preset by a scheme of NEURON is the mechanism with the type's parameters."""
    for name, kind in (("RS", 1), ("FS", 5), ("LTS", 4), ("TC_modeldb", 6), ("TRN", 7)):
        p = {s: float(x) for s, x in izhi.Cell.preset(f"2007/{name}").parameters.items()}
        own = {s: p.get(s, 0.0) for s in ("k", "vr", "vt", "vpeak", "a", "b", "c", "d")} | {
            "celltype": kind,
            "C": p["C"] / 100,
        }
        own["d"] = p["vb"] if kind == 5 else own["d"]
        trace = Mechanism("Izhi2007a", own).run(200, stimulus=Callbacks(0.0, np.array([10.0]), np.array([250.0])))
        recording = izhi.simulate(f"2007/{name}", izhi.Step(250, 10), 200, scheme="neuron-2007a")
        assert np.array_equal(recording.voltage, trace.V)
        assert np.array_equal(recording.recovery, trace.u)
        assert np.array_equal(recording.spike_times, trace.spikes)
        assert np.array_equal(recording.time, trace.t)
        assert trace.spikes.size > 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mechanism": "Izhi2007c"}, "did you mean"),
        ({"duration": None}, "duration"),
        ({"duration": -5.0}, "duration"),
        ({"dt": 0.0}, "dt"),
        ({"parameters": {"Q": 1.0}}, "Q"),
        ({"parameters": {"C": 0.0}}, "C"),
        ({"parameters": {"a": "x"}}, "parameters.a"),
        ({"section": {"L": 0.0}}, "section.L"),
        ({"section": {"l": 1.0}}, "section"),
        ({"initial": {"w": 1.0}}, "initial"),
        ({"stimulus": [{"kind": "step"}]}, "constant"),
        ({"stimulus": [{"kind": "events", "t": [1.0], "I": [1.0, 2.0]}]}, "1 values"),
        ({"stimulus": [{"kind": "play", "t": [2.0, 1.0], "I": [1.0, 2.0]}]}, "do not decrease"),
        ({"stimulus": [{"kind": "constant", "I": 1.0}, {"kind": "play", "t": [1.0], "I": [1.0]}]}, "one table"),
        ({"events": [{"t": [1.0], "weights": [[1.0] * 6]}]}, "5 weights"),
        ({"events": [{"t": [-1.0], "weights": [[1.0]]}]}, "events.t"),
        ({"every": 0}, "every"),
        ({"duration": 1e12}, "at most"),
        ({"preset": "2007/RS"}, "preset"),
    ],
)
def test_a_mistake_is_one_line(change: dict[str, Any], words: str) -> None:
    table = {"mechanism": "Izhi2007a", "duration": 10.0, **change}
    with pytest.raises(izhi.IzhiError, match=words) as caught:
        parse_mechanism({key: value for key, value in table.items() if value is not None}).run()
    assert "\n" not in str(caught.value)


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**400), 10**400), st.floats(), st.text(max_size=5), st.just([]),
    st.just([[]]), st.just({}), st.lists(st.floats(), max_size=4), st.dictionaries(st.text(max_size=2), st.floats()),
)  # fmt: skip
RIGHT: dict[str, Any] = {
    "dt": 0.025,
    "duration": 5.0,
    "v_init": -65.0,
    "every": 1,
    "parameters": {"a": 0.03, "b": 0.2, "Iin": 30.0},
    "section": {"L": 10.0, "diam": 10.0, "cm": 1.0, "Ra": 35.4},
    "initial": {"V": -70.0, "u": -14.0},
    "stimulus": [{"kind": "events", "I0": 0.0, "t": [1.0, 2.0], "I": [70.0, 0.0]}],
    "events": [{"t": [2.0, 4.0], "weights": [[0.5], [0.5]]}],
}
PLACES: list[tuple[Any, ...]] = [
    *((key,) for key in RIGHT),
    *((key, inner) for key in ("parameters", "section", "initial") for inner in RIGHT[key]),
    *(("stimulus", 0, inner) for inner in RIGHT["stimulus"][0]),
    ("events", 0, "t"),
    ("events", 0, "weights"),
]
EXTREME = st.sampled_from([0.0, -1.0, 1e-300, 1e-12, 1e12, 1e300, -1e300, 5e-324])


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(list(MECHANISMS)), st.lists(st.tuples(st.sampled_from(PLACES), JUNK | EXTREME), max_size=3))
def test_a_file_gone_wrong_runs_or_is_refused_in_one_line(name: str, changes: list) -> None:
    table = copy.deepcopy({"mechanism": name, **RIGHT})
    for path, value in changes:
        with suppress(KeyError, IndexError, TypeError):  # another change has taken the place away
            inner: Any = table
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = value
    duration, dt = table["duration"], table["dt"]
    if all(isinstance(x, int | float) and 0 < x < 1e300 for x in (duration, dt)) and duration / dt > 1e5:
        return  # a long run, which is right
    problem, trace = "", None
    try:
        trace = parse_mechanism(table).run()
    except izhi.IzhiError as error:
        problem = str(error)
    assert "\n" not in problem
    if trace is not None:
        assert trace.t.size == trace.V.size == trace.u.size == trace.I.size
        assert trace.status == "ok" or np.isfinite(trace.V).all()
