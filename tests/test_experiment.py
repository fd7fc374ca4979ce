"""Experiment files: what they say is what runs, and what cannot be is refused by file and key."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest

from izhi import PRESETS, BadValue, Cell, Events, FileProblem, IzhiError, Step, Steps, preset, simulate
from izhi.experiment import LARGEST_FILE, parse_experiment, preset_stimulus, read_experiment, run_experiment, run_preset

CONTRACT = """
preset = "2007/RS"               # or: model = "izhikevich2007"
scheme = "book-2007"
dt = 0.25                        # ms
duration = 520.0                 # ms
[parameters]                     # overrides, any subset
d = 110.0
[initial]                        # optional
v = -60.0
u = 0.0
[[stimulus]]                     # summed
kind = "steps"                   # I[k] holds from t[k] on
t = [0.0, 100.0]
I = [0.0, 70.0]
[[events]]                       # synaptic input
receptor = "AMPA"
t = [20.0, 40.0]
weight = [0.5, 0.5]
"""
SHORT = 'preset = "2007/RS"\nscheme = "book-2007"\ndt = 0.25\nduration = 10.0\n'


def same(one, other) -> bool:
    """Whether two recordings hold the same arrays."""
    a, b = one.to_numpy(), other.to_numpy()
    names = set(a) - {"provenance"}
    return names == set(b) - {"provenance"} and all(np.array_equal(a[name], b[name]) for name in names)


def test_a_file_runs_what_it_says() -> None:
    stimulus = Steps([0.0, 100.0], [0.0, 70.0]) + Events("AMPA", [20.0, 40.0], [0.5, 0.5])
    cell = Cell.preset("2007/RS", d=110.0, initial={"v": -60.0, "u": 0.0})
    expected = simulate(cell, stimulus, 520.0, scheme="book-2007", dt=0.25)
    assert same(parse_experiment(CONTRACT).run(), expected)
    assert expected.spike_time.size


def test_a_model_may_stand_where_a_preset_does() -> None:
    row = preset("2007/RS")
    parameters = "".join(f"{symbol} = {value}\n" for symbol, value in {**row.parameters, "d": 110.0}.items())
    start, rest = CONTRACT.split("[parameters]")
    start = start.replace('preset = "2007/RS"', 'model = "izhikevich2007"')
    text = f"{start}\n[parameters]\n{parameters}[initial]{rest.partition('[initial]')[2]}"
    assert same(parse_experiment(text).run(), parse_experiment(CONTRACT).run())


def test_numbers_may_be_whole_or_have_units() -> None:
    text = CONTRACT.replace("d = 110.0", 'd = "0.11 nA"').replace("dt = 0.25 ", 'dt = "250 us"')
    text = text.replace("520.0", '"0.52 s"').replace("[0.0, 70.0]", '[0, "0.07 nA"]').replace("[0.5, 0.5]", '"500 pS"')
    text = text.replace("v = -60.0", 'v = "-0.06 V"')
    assert same(parse_experiment(text).run(), parse_experiment(CONTRACT).run())


def test_what_a_file_leaves_out_is_that_of_the_preset_or_the_default() -> None:
    experiment = parse_experiment('preset = "2007/RS"')
    assert (experiment.duration, experiment.scheme, experiment.dt) == (520.0, "accurate", None)
    assert (experiment.tolerance, experiment.every, experiment.stimulus) == (1e-9, 1, None)


def test_stimuli_are_summed_and_none_is_none() -> None:
    step = '[[stimulus]]\nkind = "step"\nI = 35.0\n'
    twice = parse_experiment(SHORT + step + step)
    assert same(twice.run(), simulate("2007/RS", Step(35.0) + Step(35.0), 10.0, scheme="book-2007"))
    assert not parse_experiment(SHORT).run().current.any()


def test_the_stimulus_of_a_preset_can_be_asked_for() -> None:
    run = parse_experiment(SHORT + 'stimulus = "preset"').run()
    assert (run.current == 100.0).all()


def test_the_other_arguments_of_simulate_are_keys() -> None:
    text = 'preset = "2007/RS"\nduration = 20.0\ndt = 0.5\ntolerance = 1e-6\nevery = 4\n'
    run = parse_experiment(text).run()
    assert same(run, simulate("2007/RS", None, 20.0, dt=0.5, tolerance=1e-6, every=4))
    assert run.provenance["tolerance"] == 1e-6
    assert run.time.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0, 20.0]


REFUSED = {
    # unknown keys
    "durationn = 5.0": "key: no 'durationn'; did you mean 'duration'? (preset, model, ",
    "Dt = 5.0": "key: no 'Dt'; did you mean 'dt'?",
    "[parameter]\nd = 1": "key: no 'parameter'; did you mean 'parameters'?",
    "[parameters]\nD = 110.0": "parameters: no 'D'; did you mean 'd'? (C, k, vr, ",
    "[parameters]\nCm = 110.0": "parameters: no 'Cm'; did you mean 'C'?",
    "[parameters]\nv = -60.0": "parameters: no 'v'",
    "[initial]\nw = 5.0": "initial: no 'w' (v, u)",
    '[[stimulus]]\nkind = "stpe"': "stimulus[0].kind: no 'stpe'; did you mean 'step'?",
    '[[stimulus]]\nkind = "step"\nI = 1\nstrat = 1': "stimulus[0] (step): no 'strat'; did you mean 'start'?",
    '[[events]]\nreceptor = "AMPPA"\nt = [1]\nweight = 1': "events[0].receptor: no 'AMPPA'; did you mean 'AMPA'?",
    '[[events]]\nreceptor = "AMPA"\nt = [1]\nwieght = 1': "events[0]: no 'wieght'; did you mean 'weight'?",
    # wrong types
    "[parameters]\nd = true": "parameters.d: True given; a number in pA would do",
    "[parameters]\nd = [1.0]": "parameters.d: [1.0] given; a number in pA would do",
    "[parameters]\nd = 1979-05-27": "parameters.d: datetime.date(1979, 5, 27) given; a number in pA would do",
    "[parameters]\nd = {x = 1}": "parameters.d: {'x': 1} given; a number in pA would do",
    "[initial]\nv = 'rest'": "initial.v: 'rest' given; a number in mV would do",
    "parameters = 3": "parameters: 3 given; a table would do",
    "[[parameters]]\nd = 1": "parameters: [{'d': 1}] given; a table would do",
    "stimulus = 3": "stimulus: 3 given; a string or a list would do",
    "stimulus = [3]": "stimulus[0]: 3 given; a table would do",
    "stimulus = 'other'":
        "stimulus: 'other' given; [[stimulus]] tables would do, or, with a preset, stimulus = 'preset'",
    "[stimulus]\nkind = 'step'": "stimulus: {'kind': 'step'} given; a string or a list would do",
    "[events]\nt = [1]": "events: {'t': [1]} given; a list would do",
    "every = 2.5": "every: 2.5 given; a whole number from 1 to ",
    "every = 0": "every: 0 given; a whole number from 1 to ",
    "every = 'all'": "every: 'all' given; a whole number",
    "every = 99999999999999999999999": "every: 99999999999999999999999 given; a whole number from 1 to ",
    "tolerance = 'low'": "tolerance: 'low' given; a number from 1e-12 to 1e-2 would do",
    "tolerance = 0.0": "tolerance: 0.0 given; a number from 1e-12 to 1e-2 would do",
    # units that do not fit
    "[parameters]\nd = '110 mV'": "parameters.d: '110 mV' given; its unit does not fit; pA or ",
    "[parameters]\nC = '1 nA'": "parameters.C: '1 nA' given; its unit does not fit; pF or nF would do",
    "[initial]\nu = '1 mV'": "initial.u: '1 mV' given; its unit does not fit; pA or ",
    '[[stimulus]]\nkind = "step"\nI = "5 mV/ms"': "stimulus[0].I: '5 mV/ms' given; its unit does not fit; pA or ",
    '[[stimulus]]\nkind = "steps"\nt = [0, "1 mV"]\nI = [1, 2]':
        "stimulus[0].t[1]: '1 mV' given; its unit does not fit; ms",
    '[[events]]\nreceptor = "AMPA"\nt = [1]\nweight = "1 pA"':
        "events[0].weight: '1 pA' given; its unit does not fit; nS",
    # NaN and what does not fit otherwise
    "[parameters]\nd = nan": "parameters.d: nan given; a finite number in pA would do",
    "[parameters]\nd = -inf": "parameters.d: -inf given; a finite number in pA would do",
    f"[parameters]\nd = 1{'0' * 400}": "parameters.d: 1000000000",
    "[parameters]\nC = 0.0": "parameters.C: 0.0 given; membrane capacitance: more than 0 pF would do",
    "[parameters]\ntau_AMPA = -1.0": "parameters.tau_AMPA: -1.0 given; decay time of AMPA: more than 0 ms would do",
    '[[stimulus]]\nkind = "step"\nI = nan': "stimulus[0].I: nan given; a finite number in pA would do",
    '[[stimulus]]\nkind = "step"\nI = [1, 2]': "stimulus[0].I: [1, 2] given; a number in pA would do",
    '[[stimulus]]\nkind = "step"': "stimulus[0].I: nothing given; a step needs it",
    '[[stimulus]]\nI = 5': "stimulus[0].kind: nothing given; one of constant, step, ",
    '[[stimulus]]\nkind = "constant"\nI = 1e308\n[[stimulus]]\nkind = "constant"\nI = 1e308': "stimulus: inf given; ",
    # no TOML
    "dt = ": "TOML: 'preset = \"2007/RS\"\\ns",
    "dt = 0.25": "TOML: ",
    "x = [": "TOML: ",
    f"x = {'[' * 5000}": "TOML: ",
    f"x = 1{'0' * 5000}": "TOML: ",
}  # fmt: skip


@pytest.mark.parametrize(("extra", "says"), REFUSED.items(), ids=[re.sub(r"\s+", " ", key)[:50] for key in REFUSED])
def test_a_mistake_is_one_line_with_file_and_key_what_was_given_and_what_would_do(
    extra: str, says: str, tmp_path: Path
) -> None:
    path = tmp_path / "experiment.toml"
    path.write_text(SHORT + extra, encoding="utf-8")
    with pytest.raises(IzhiError) as caught:
        run_experiment(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: {says}")
    assert len(message.splitlines()) == 1


REPLACED = {
    'preset = "2007/RSS"': "preset: no '2007/RSS'; did you mean '2007/RS'? (2007/RS, ",
    'preset = "RS"': "preset: 'RS' given; '2007/RS' or '2003/RS' would do",
    'preset = "CA1"': "preset: no 'CA1'",
    "preset = 3": "preset: 3 given; a string would do",
    'preset = "2007/RS"\nmodel = "izhikevich2007"':
        "preset: {'preset': '2007/RS', 'model': 'izhikevich2007'} given; either",
    "":
        "preset: {'preset': None, 'model': None} given; either a preset or a model would do",
    'model = "izhikevich2006"': "model: no 'izhikevich2006'; did you mean 'izhikevich200",
    'model = "izhikevich2007"': "parameters: [] given; izhikevich2007 also needs C, k, vr, vt, vpeak, a, b, c, d",
    'scheme = "book2007"': "scheme: no 'book2007'; did you mean 'book-2007'? (accurate, ",
    "scheme = 3": "scheme: 3 given; a string would do",
    "dt = nan": "dt: nan given; a finite number in ms would do",
    "dt = 0.0": "dt: 0.0 given; more than 0 ",
    "dt = -0.25": "dt: -0.25 given; more than 0 ",
    "dt = true": "dt: True given; a number in ms would do",
    "dt = '1 mV'": "dt: '1 mV' given; its unit does not fit; ms or s or us would do",
    "dt = 0.3": "duration: 10.0 given; a multiple of dt, 0.3 ms, such as 9.9, would do",
    "dt = 1e-300": "duration: 10.0 given; fewer than ",
    "dt = 1e308": "dt: 1e+308 given; more than 0 and at most 1e+12 ms would do",
    "dt = []": "dt: [] given; a number in ms would do",
    'scheme = "nest"\ndt = 0.0305': "dt: 0.0305 given; nest takes multiples of 0.001 ms, such as 0.03",
    'scheme = "nest"\ndt = 1e-9': "dt: 1e-09 given; nest takes multiples of 0.001 ms, such as 0.001",
    'scheme = "nest"\ndt = 1e11': "duration: 10.0 given; a multiple of dt, 1e+11 ms, such as 1e+11, would do",
    "duration = 0": "duration: 0.0 given; more than 0 ",
    "duration = nan": "duration: nan given; a finite number in ms would do",
    "duration = 1e300": "duration: 1e+300 given; more than 0 and at most 1e+12 ms would do",
    "duration = 1e9": "recording: ",
    "duration = '5 pA'": "duration: '5 pA' given; its unit does not fit; ms or s or us would do",
    'scheme = "accurate"\nduration = 1e11\ndt = 1e9': "duration: 100000000000.0 given; accurate takes at most 1e+09 ms",
}  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "says"), REPLACED.items(), ids=[re.sub(r"\s+", " ", k)[:50] or "none" for k in REPLACED]
)
def test_a_mistake_in_what_to_run_is_one_line_too(lines: str, says: str, tmp_path: Path) -> None:
    given = {line.partition(" ")[0] for line in lines.splitlines()} or {"preset"}
    given |= {"preset"} if "model" in given else set()
    kept = "".join(line for line in SHORT.splitlines(keepends=True) if line.partition(" ")[0] not in given)
    path = tmp_path / "experiment.toml"
    path.write_text(f"{lines}\n{kept}", encoding="utf-8")
    with pytest.raises(IzhiError) as caught:
        run_experiment(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: {says}")
    assert len(message.splitlines()) == 1


def test_a_model_needs_a_duration() -> None:
    with pytest.raises(BadValue, match=r"^duration: nothing given; a time in ms would do$"):
        parse_experiment(
            'model = "izhikevich2003"\n[parameters]\na = 0.02\nb = 0.2\nc = -65.0\nd = 8.0\n',
        )


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"none\.toml: cannot be read: No such file or directory$"):
        read_experiment(tmp_path / "none.toml")
    with pytest.raises(FileProblem, match=r"cannot be read: Is a directory$"):
        read_experiment(tmp_path)
    with pytest.raises(FileProblem, match=r"cannot be read: embedded null byte$"):
        read_experiment("a\0b")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FileProblem, match=r"x\.toml: is not UTF-8 text$"):
        read_experiment(tmp_path / "x.toml")


def test_a_file_too_large_to_be_an_experiment_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "x.toml").open("wb") as file:
        os.truncate(file.fileno(), LARGEST_FILE + 1)
    with pytest.raises(FileProblem, match=r"x\.toml: is too large; at most 16 MB would do$"):
        read_experiment(tmp_path / "x.toml")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless file here")
def test_an_endless_file_is_refused() -> None:
    with pytest.raises(FileProblem, match="is too large"):
        read_experiment("/dev/zero")


def test_a_run_that_breaks_down_is_a_recording_of_what_came_before() -> None:
    text = (
        'model = "izhikevich2003"\nscheme = "euler"\ndt = 0.1\nduration = 200.0\n'
        "[parameters]\na = -5.0\nb = 0.2\nc = -65.0\nd = 8.0\n"
        '[[stimulus]]\nkind = "constant"\nI = 10.0\n'
    )
    run = parse_experiment(text).run()
    (failure,) = run.failures
    assert 0 < failure["time"] < 200
    assert run.time.size > 10
    for values in (run.time, run.voltage, run.recovery, run.current):
        assert np.isfinite(values).all()


@pytest.mark.parametrize("name", [name for name, row in PRESETS.items() if row.scheme != "accurate"])
def test_a_preset_runs_under_its_own_stimulus_as_a_file_asks_for_it(name: str) -> None:
    row = PRESETS[name]
    text = f'preset = "{name}"\nscheme = "{row.scheme}"\ndt = {row.dt}\nstimulus = "preset"\n'
    run = run_preset(row)
    assert same(parse_experiment(text).run(), run)
    assert same(simulate(name, preset_stimulus(row), row.duration, scheme=row.scheme, dt=row.dt), run)


def test_a_preset_runs_with_another_scheme_by_the_step_of_that_scheme() -> None:
    assert run_preset(preset("2007/RS"), scheme="euler").provenance["dt"] == 0.1
    assert run_preset(preset("2007/RS"), scheme="euler", dt=0.5).provenance["dt"] == 0.5
    assert run_preset(preset("2007/RS")).provenance["dt"] == 0.25
