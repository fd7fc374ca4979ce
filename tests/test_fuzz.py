"""Thousands of malformed and extreme experiment files: each is run, or refused in one line that names the file."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.command_line import izhi

RS = {"preset": "2007/RS", "scheme": "book-2007", "dt": 0.25, "duration": 10.0}
EVENTS = {"receptor": "AMPA", "t": [1.0, 2.0], "weight": [0.5, 5.0]}
PARAMETERS_2003 = {"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0}

ON_A_GRID: list[dict[str, Any]] = [
    {**RS, "parameters": {"d": 110.0, "C": 90.0}, "initial": {"v": -60.0, "u": 0.0},
     "stimulus": [{"kind": "steps", "t": [0.0, 5.0], "I": [0.0, 700.0], "closed": "right"}], "events": [EVENTS]},
    {**RS, "preset": "2007/LTS", "parameters": {"peak_slope": -0.1, "reset_slope": 0.04, "umax": 670.0},
     "stimulus": [{"kind": "noise", "std": 50.0, "tau": 3.0, "mean": 400.0, "seed": 3, "interval": 0.05}]},
    {**RS, "preset": "2007/LS", "scheme": "rk4", "initial": {"w": -66.0},
     "stimulus": [{"kind": "ramp", "start": 1.0, "stop": 9.0, "rise": 900.0}, {"kind": "constant", "I": "0.1 nA"}]},
    {**RS, "preset": "2007/TC", "scheme": "nest", "dt": 0.1, "stimulus": "preset",
     "parameters": {"b_above": 0.0, "peak_slope": 0.1, "reset_slope": -0.1}},
    {**RS, "preset": "2007/mitral", "scheme": "euler", "duration": "10 ms",
     "stimulus": [{"kind": "linear", "t": [0.0, "4 ms", 8.0], "I": ["0 pA", 30.0, 10.0]}], "every": 3},
    {"model": "izhikevich2003", "scheme": "figure1", "dt": 0.25, "duration": 10.0, "parameters": PARAMETERS_2003,
     "stimulus": [{"kind": "train", "I": 30.0, "start": 1.0, "width": 1.0, "period": 2.5, "count": 3}]},
    {"model": "izhikevich2003", "scheme": "published-2003", "dt": 1.0, "duration": 20.0, "initial": {"v": -65.0},
     "parameters": {**PARAMETERS_2003, "tau_AMPA": 5.0}, "events": [{**EVENTS, "receptor": "NMDA", "weight": 0.5}],
     "stimulus": [{"kind": "chirp", "I": 10.0, "f0": 1.0, "f1": 100.0, "start": 0.0, "stop": 20.0}]},
    {"preset": "2004/R", "scheme": "spinnaker", "dt": 1.0, "duration": 20.0,
     "stimulus": [{"kind": "pulse", "I": 20.0, "start": 2.0, "stop": 9.0, "closed": "both"}]},
    {"preset": "2003/RS", "scheme": "esr", "dt": 1.0, "duration": 20.0,
     "stimulus": [{"kind": "sampled", "I": [1.0, 20.0, 3.0], "interval": 2.0, "start": 1.0, "hold": False},
                  {"kind": "sine", "I": 5.0, "frequency": 40.0, "phase": 0.5, "start": 1.0}]},
]  # fmt: skip
ACCURATE: list[dict[str, Any]] = [
    {**RS, "scheme": "accurate", "duration": 4.0, "tolerance": 1e-6, "parameters": {"k": 0.7, "C": 100.0},
     "stimulus": [{"kind": "step", "I": 900.0, "start": 1.0}]},
    {"model": "izhikevich2003", "dt": 0.5, "duration": 4.0, "parameters": PARAMETERS_2003, "initial": {"v": -60.0},
     "stimulus": [{"kind": "sine", "I": 50.0, "frequency": 500.0, "stop": 3.0}]},
    {"preset": "2007/FS", "duration": 4.0, "every": 2, "parameters": {"vb": -55.0, "b": 0.025, "a": 0.2},
     "stimulus": [{"kind": "ramp", "slope": 300.0}]},
]  # fmt: skip

EXTREME = [
    0, 1, -1, 2, 7, 0.0, -0.0, 0.3, -60.0, 1e-9, 1e9, -1e9, 1e17, 1e150, -1e150, 1e300, 1e308, -1e308, 5e-324, -5e-324,
    2.2e-308, float("nan"), float("inf"), float("-inf"), 2**31, 2**53 + 1, 2**63, -(2**70), 10**400,
]  # fmt: skip
LARGE_AND_SMALL = [x for x in EXTREME if isinstance(x, float) and np.isfinite(x)]
# Times are taken from here, so that a run is either of at most thousands of steps or so long that it is refused.
TIMES = [0, -1, -0.0, 0.01, 0.25, 0.3, 1, 2.5, 8, 40, 1e-300, 5e-324, 1e17, 1e300, 1e308, float("nan"), 10**400, "5 ms",
         "0.01 s", "5 mV", "5", "", "ms", True, [1.0], {}, float("inf"), float("-inf"), "1e308 s"]  # fmt: skip
STRINGS = [
    "", " ", "70 pA", "0.07 nA", "70 mV", "7 mV/ms", "1e400 pA", "-5e-324", "pA", "nan", "inf", "1 2", "70\npA", "µ",
    "٣",
    "\u2028", "\x7f", "😀", "0x10", "1" * 5000 + "\nx", "2007/RSS", "AMPPA", "left", "preset", "spikes",
]  # fmt: skip
KEYS = ["I", "t", "v", "u", "w", "kind", "C", "c", "d", "D", "start", "stop", "weight", "seed", "", "a.b", "\n", "µ",
        "duration", "tau_AMPA", "umax", "preset", "model"]  # fmt: skip

anything = st.recursive(
    st.sampled_from(EXTREME)
    | st.sampled_from(STRINGS)
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=2),
    max_leaves=6,
)


def places(value: Any, here: tuple = ()) -> list[tuple]:
    """The path to every value in nested tables and lists."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, inner in items for path in [(*here, key), *places(inner, (*here, key))]]


def misspelt(draw: Any, key: str) -> str:
    changes = [key[1:], key + "s", key.upper(), key.swapcase(), key[::-1], key + key]
    return draw(st.sampled_from(changes + KEYS))


def replacement(draw: Any, path: tuple, old: Any) -> Any:
    """Something else for the value at a path, of a kind that keeps a run short."""
    key = next(k for k in reversed(path) if isinstance(k, str))
    if key in ("dt", "duration", "interval"):
        return draw(st.sampled_from(TIMES))
    if key in ("scheme", "preset", "model"):
        return draw(st.sampled_from(["2007/FS", "RS", "nest", "esr", "acurate", "2007/FSS", *STRINGS, 3, True, [], {}]))
    number = isinstance(old, int | float) and not isinstance(old, bool)
    return draw(st.sampled_from(EXTREME) | st.floats() if number and draw(st.integers(0, 3)) else anything)


def mutate(draw: Any, table: dict[str, Any]) -> None:
    """Change one thing, somewhere."""
    path = draw(st.sampled_from(places(table)))
    holder, last = look_up(table, path[:-1]), path[-1]
    how = draw(st.sampled_from(["replace"] * 6 + ["delete", "rename", "add", "nest", "repeat"]))
    if how == "replace":
        holder[last] = copy.deepcopy(replacement(draw, path, holder[last]))  # else the next change would reach the list
    elif how == "delete":
        del holder[last]
    elif how == "rename" and isinstance(holder, dict):
        holder[misspelt(draw, last)] = holder.pop(last)
    elif how == "add" and isinstance(holder, dict):
        key = draw(st.sampled_from(KEYS))
        holder[key] = copy.deepcopy(replacement(draw, (key,), None))
    elif how == "nest":
        holder[last] = [holder[last]]
    elif how == "repeat" and isinstance(holder, list):
        holder.extend(copy.deepcopy(holder) * draw(st.integers(1, 3)))


@st.composite
def experiments(draw: Any, bases: list[dict[str, Any]]) -> dict[str, Any]:
    table = copy.deepcopy(draw(st.sampled_from(bases)))
    for _ in range(draw(st.integers(1, 3))):
        if table:
            mutate(draw, table)
    return table


@st.composite
def extremes(draw: Any, bases: list[dict[str, Any]]) -> dict[str, Any]:
    """A good experiment with some of its numbers anywhere in the range of numbers: most of them run."""
    table = copy.deepcopy(draw(st.sampled_from(bases)))
    numbers = [path for path in places(table) if type(look_up(table, path)) is float]
    free = [path for path in numbers if path[-1] not in ("dt", "duration", "interval", "tolerance")]
    for path in draw(st.lists(st.sampled_from(free), min_size=1, max_size=4, unique=True)):
        holder, key = look_up(table, path[:-1]), path[-1]
        factor = draw(st.sampled_from([-1.0, 0.0, 0.5, 1.5, 100.0, 1e5]))
        finite = st.floats(allow_nan=False, allow_infinity=False)
        holder[key] = draw(st.just(factor * holder[key]) | st.sampled_from(LARGE_AND_SMALL) | finite)
    return table


def look_up(value: Any, path: tuple) -> Any:
    for key in path:
        value = value[key]
    return value


def toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{toml(key)} = {toml(inner)}' for key, inner in value.items())}}}"
    return repr(value)


def document(table: dict[str, Any]) -> str:
    return "".join(f"{toml(key)} = {toml(value)}\n" for key, value in table.items())


def check(content: bytes) -> bool:
    """Run a file of that content, and judge what came of it; returns whether it ran."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder, "experiment.toml"), Path(folder, "out.npz")
        file.write_bytes(content)
        ended = izhi("run", file, "--out", out)
        if ended.status == 2:
            assert ended.out == ""
            assert ended.err.endswith("\n")
            assert len(ended.err.splitlines()) == 1, ended.err
            assert ended.err.startswith(f"{file}: ")
            assert sorted(Path(folder).iterdir()) == [file]
            return False
        assert ended.status == 0
        assert ended.err == ""
        with np.load(out) as saved:
            arrays = {name: saved[name] for name in ("t", "v", "u", "I", "spikes")}
            about = json.loads(str(saved["provenance"]))
        assert about["single"]
        for name, array in arrays.items():
            assert array.dtype == np.float64, name
            assert array.ndim == 1, name
            assert np.isfinite(array).all(), name
        assert len({arrays[name].size for name in "tvuI"}) == 1
        assert arrays["t"].size or about["failures"]
        for failure in about["failures"]:
            assert f"ended at {failure['time']:.6g} ms: {failure['reason']}" in ended.out
        return True


fuzz = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], print_blob=False
)


@settings(fuzz, max_examples=300)
@given(experiments(ON_A_GRID))
def test_an_experiment_gone_wrong_runs_or_is_refused_in_one_line(table):
    check(document(table).encode())


@settings(fuzz, max_examples=100)
@given(experiments(ACCURATE))
def test_an_experiment_gone_wrong_runs_or_is_refused_in_one_line_by_the_accurate_scheme(table):
    check(document(table).encode())


@settings(fuzz, max_examples=150)
@given(extremes(ON_A_GRID))
def test_an_experiment_of_extreme_numbers_runs_to_the_last_finite_sample_or_is_refused(table):
    check(document(table).encode())


@settings(fuzz, max_examples=75)
@given(extremes(ACCURATE))
def test_an_experiment_of_extreme_numbers_is_solved_to_the_last_finite_sample_or_is_refused(table):
    check(document(table).encode())


def test_every_experiment_that_is_then_made_wrong_was_right():
    assert all(check(document(table).encode()) for table in ON_A_GRID + ACCURATE)


@st.composite
def edited(draw: Any) -> str:
    """The text of a good file with a few characters put in, taken out or moved."""
    text = document(draw(st.sampled_from(ON_A_GRID)))
    for _ in range(draw(st.integers(1, 3))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 4))
        put = draw(st.sampled_from([*'=[]{}"#.\n,-+e_\\', "", '"""', "nan", "\x00", "[[", "= = ", "é", "1979-05-27"]))
        text = text[:at] + put + text[at + length :]
    return text


@settings(fuzz, max_examples=100)
@given(edited())
def test_an_edited_text_runs_or_is_refused_in_one_line(text):
    check(text.encode())


@settings(fuzz, max_examples=62)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_refused_in_one_line(text):
    assert not check(text.encode())


@settings(fuzz, max_examples=62)
@given(st.binary())
def test_any_bytes_are_refused_in_one_line(content):
    assert not check(content)
