"""The published cells: how many, each complete, each with its source, and found by any of its names."""

from __future__ import annotations

import inspect
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from izhi import (
    MODELS,
    PRESETS,
    SCHEMES,
    BadValue,
    Cell,
    FileProblem,
    IzhiError,
    Population,
    Preset,
    Pulse,
    UnknownName,
    preset,
    simulate,
)
from izhi.experiment import parse_experiment, preset_stimulus, run_preset
from izhi.presets import namesakes
from izhi.stimulus import drive
from izhi.stimulus.table import read_current
from tests.command_line import izhi

each = pytest.mark.parametrize("row", PRESETS.values(), ids=PRESETS)


def collection(name: str) -> list[str]:
    return [key.partition("/")[2] for key in PRESETS if key.startswith(f"{name}/")]


def test_there_are_8_cells_of_2003_20_of_2004_and_22_of_2008() -> None:
    assert {name: len(collection(name)) for name in ("2003", "2004", "2008")} == {"2003": 8, "2004": 20, "2008": 22}


def test_the_20_features_of_2004_are_a_to_t() -> None:
    assert "".join(sorted(collection("2004"))) == "ABCDEFGHIJKLMNOPQRST"


def test_the_cells_of_the_book_are_there() -> None:
    wanted = {"RS", "IB", "CH", "LTS", "FS", "LS", "TC", "TRN", "TI", "MSN", "mitral"}
    assert wanted <= set(collection("2007"))


def test_no_preset_is_in_another_collection() -> None:
    assert {name.partition("/")[0] for name in PRESETS} == {"2003", "2004", "2007", "2008"}


@pytest.mark.parametrize("word", ["CA1", "CA3", "stellate", "mesV", "Purkinje", "entorhinal"])
def test_cells_that_are_only_remembered_are_absent(word: str) -> None:
    assert not [name for name, row in PRESETS.items() if word.casefold() in f"{name} {row.title}".casefold()]
    with pytest.raises(UnknownName):
        preset(word)


@each
def test_a_row_is_complete(row: Preset) -> None:
    assert PRESETS[row.name] is row
    assert row.title.strip()
    assert "Izhikevich" in row.source
    assert any(year in row.source for year in ("2003", "2004", "2007", "2008"))
    assert row.evidence in ("confirmed", "single source")
    assert row.stimulus
    assert 0 < row.dt < row.duration < math.inf


@each
def test_a_row_has_a_model_with_exactly_its_parameters(row: Preset) -> None:
    model = MODELS[row.model]
    needed = {q.symbol for q in model.parameters if q.default is None}
    assert needed <= set(row.parameters) <= set(model.symbols)
    assert set(row.initial) <= {q.symbol for q in model.state}
    assert all(type(x) is float and math.isfinite(x) for x in (*row.parameters.values(), *row.initial.values()))


@each
def test_a_row_has_a_scheme_that_takes_its_step(row: Preset) -> None:
    assert row.scheme in SCHEMES
    assert row.duration / row.dt == pytest.approx(round(row.duration / row.dt), abs=1e-9)


@each
def test_a_row_makes_a_cell(row: Preset) -> None:
    cell = Cell.preset(row.name)
    assert cell.count is None
    assert {symbol: float(cell.parameters[symbol]) for symbol in row.parameters} == row.parameters
    assert {symbol: float(x) for symbol, x in cell.initial.items()} == row.initial
    assert str(cell) == row.name


@each
def test_a_row_has_a_stimulus_that_reads_and_does_something(row: Preset) -> None:
    for table in row.stimulus:
        read_current(table, MODELS[row.model].current, row.name)
    forces = drive(preset_stimulus(row), row.duration)
    assert forces.current(forces.knots(row.duration)).any() or row.name.startswith("2004/")


@each
def test_a_row_with_a_program_says_what_the_program_gives(row: Preset) -> None:
    if row.program is None:
        assert row.name.startswith(("2007/", "2008/"))
    else:
        assert set(row.program) == {"spikes", "first"}
        assert 0 < row.program["first"] < row.duration


@each
def test_a_row_is_found_by_its_name(row: Preset) -> None:
    assert preset(row.name) is row
    assert row in namesakes(row.name.partition("/")[2])
    assert row in namesakes(row.title.upper())


@pytest.mark.parametrize(
    ("given", "name"), [("TRN_burst", "2007/TRN_burst"), ("msn", "2007/MSN"), ("Tonic bursting", "2004/C")]
)
def test_a_name_without_a_collection_is_enough_where_it_leaves_no_doubt(given: str, name: str) -> None:
    assert preset(given).name == name


def test_a_name_of_several_collections_is_refused_with_all_of_them() -> None:
    with pytest.raises(BadValue, match=r"^preset: 'RS' given; '2007/RS' or '2003/RS' would do$"):
        preset("RS")


@pytest.mark.parametrize(
    ("given", "close"),
    [
        ("2007/RSS", "2007/RS"), ("2007/rss", "2007/RS"), ("2007/Mitrall", "2007/mitral"), ("2009/RS", "2007/RS"),
        ("RSS", "2007/RS"), ("mitrall", "2007/mitral"), ("chattring", "2007/CH"), ("tonic bursing", "2004/C"),
        ("2008/p23", "2008/p2/3"),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_refused_with_the_nearest(given: str, close: str) -> None:
    with pytest.raises(UnknownName, match=f"^preset: no '{given}'; did you mean '{close}'?") as caught:
        preset(given)
    assert caught.value.nearest == close


def test_an_unknown_cell_of_a_collection_is_answered_with_the_cells_of_that_collection() -> None:
    with pytest.raises(UnknownName) as caught:
        preset("2007/stellate")
    shown = str(caught.value).rpartition("(")[2]
    assert "2007/RS" in shown
    assert "2003/" not in shown


@pytest.mark.parametrize("given", [None, 7, ["2007/RS"], True])
def test_a_name_is_a_string(given) -> None:
    with pytest.raises(BadValue, match="a name such as '2007/RS' would do"):
        preset(given)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("2007/rs", "2007/RS"),
        ("2004/tonic spiking", "2004/A"),
        ("2004/tonic-spiking", "2004/A"),
        ("tonic_spiking", "2004/A"),
        ("2008/p2/3", "2008/p2/3"),
        ("2003/tc burst", "2003/TC_burst"),
    ],
)
def test_a_cell_is_found_by_key_or_title_whatever_the_case_and_the_spaces(name: str, found: str) -> None:
    assert preset(name).name == found


CELL = """\
[mine]
model = "izhikevich2007"
parameters = { C = 100, k = 0.7, vr = -60.0, vt = -40.0, vpeak = 35.0, a = 0.03, b = -2.0, c = -50.0, d = 100.0 }
"""
MORE = """\
title = "of our rig"
initial = { v = -60.0, u = 0.0 }
scheme = "euler"
dt = 0.1
duration = 300.0
stimulus = [{ kind = "pulse", I = 100.0, start = 50.0, stop = 250.0 }]
source = "cell.abf"
notes = "fitted"
"""


@pytest.fixture
def cell(tmp_path: Path) -> Path:
    path = tmp_path / "cell.toml"
    path.write_text(CELL + MORE, encoding="utf-8")
    return path


def test_a_file_is_a_preset(cell: Path) -> None:
    found = preset(str(cell))
    assert (found.name, found.title, found.scheme, found.duration) == (f"{cell}/mine", "of our rig", "euler", 300.0)
    assert found.parameters["C"] == 100.0
    assert preset(found.name) == found
    assert str(Cell.preset(str(cell), d=50)) == found.name
    assert simulate(str(cell), Pulse(100, start=50, stop=250), 300).spike_times.size == 3


def test_what_a_file_leaves_out_is_as_usual(cell: Path) -> None:
    cell.write_text(CELL)
    found = preset(str(cell))
    assert (found.title, found.scheme, found.dt, found.stimulus, found.initial) == ("mine", "accurate", 0.1, (), {})
    assert run_preset(found).spike_times.size == 0


def test_the_published_tables_are_files_of_presets() -> None:
    for collection in ("2003", "2004", "2007", "2008"):
        path = Path(inspect.getfile(namesakes)).with_name(f"{collection}.toml")
        for name in [name for name in PRESETS if name.startswith(f"{collection}/")]:
            row = preset(f"{path}/{name.partition('/')[2]}")
            assert row == replace(PRESETS[name], name=row.name)


def test_of_several_cells_one_is_named(cell: Path) -> None:
    cell.write_text(CELL + CELL.replace("mine", "p2/3").replace("[p2/3]", '["p2/3"]'))
    assert preset(f"{cell}/p2/3").name == f"{cell}/p2/3"
    with pytest.raises(BadValue, match=r"it holds several cells; '.*cell.toml/mine' or '.*cell.toml/p2/3' would do$"):
        preset(str(cell))
    with pytest.raises(UnknownName, match=r"cell.toml: no 'min'; did you mean 'mine'\? \(mine, p2/3\)$"):
        preset(f"{cell}/min")


WRONG = [
    (CELL.replace("0.7", "nan"), r"mine.parameters.k: nan given; a finite number of nS/mV would do"),
    (CELL.replace("100,", "-100,"), r"mine.parameters.C: -100.0 given; membrane capacitance: more than 0 pF would do"),
    (CELL.replace("k = 0.7,", ""), r"mine.parameters: .* given; izhikevich2007 also needs k"),
    (CELL.replace("k =", "kk ="), r"mine.parameters: no 'kk'; did you mean 'k'\?"),
    (CELL.replace("0.7", '"0.7"'), r"mine.parameters\[...\]: .*; float would do"),
    (CELL.replace("0.7", "true"), r"mine.parameters\[...\]: .*; float would do"),
    (CELL.replace("0.7", "1" + "0" * 400), r"mine.parameters.*would do"),
    (CELL.replace("izhikevich2007", "izhikevich2008"), r"mine.model: no 'izhikevich2008'; did you mean"),
    (CELL.replace('model = "izhikevich2007"\n', ""), r"mine.model: nothing given; a cell needs it"),
    ('[mine]\nmodel = "izhikevich2007"\n', r"mine.parameters: nothing given; a cell needs it"),
    (CELL + "tittle = 'x'\n", r"mine: no 'tittle'; did you mean 'title'\?"),
    (CELL + "title = 3\n", r"mine.title: 3 given; a string would do"),
    (CELL + "dt = 0\n", r"mine.dt: 0.0 given; a positive number of ms would do"),
    (CELL + "duration = inf\n", r"mine.duration: inf given; a positive number of ms would do"),
    (CELL + "initial = { w = 1.0 }\n", r"mine.initial: no 'w'.*\(v, u\)"),
    (CELL + "initial = { v = nan }\n", r"mine.initial.v: nan given; a finite number of mV would do"),
    (
        CELL + 'stimulus = [{ kind = "constant", I = nan }]\n',
        r"mine.stimulus\[0\].I: nan given; finite numbers would do",
    ),
    (CELL + "stimulus = 4\n", r"mine.stimulus: 4 given; a list would do"),
    ("", r"nothing given; a table for each cell, such as \[RS\]"),
    ("x = 1\n", r"'x' given; a table for each cell, such as \[RS\]"),
    ("[mine\n", r"Expected"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_wrong_file_is_refused_in_one_line_that_names_what_is_wrong(cell: Path, text: str, message: str) -> None:
    cell.write_text(text)
    with pytest.raises(IzhiError, match=f"^{re.escape(str(cell))}: {message}") as caught:
        preset(str(cell))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_refused(cell: Path, content: bytes | None) -> None:
    cell.unlink()
    if content:
        cell.write_bytes(content)
    with pytest.raises(FileProblem, match=r"cell.toml: (is not UTF-8 text|cannot be read: No such file)"):
        preset(str(cell))


COMMANDS = {
    "analyze": "stable node at v = -60",
    "cells": "of our rig",
    "classify": "firing: ",
    "run": "3 spikes",
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("ending", ["", "/mine"])
def test_every_command_that_takes_a_cell_takes_a_file(cell: Path, command: str, ending: str) -> None:
    ended = izhi(command, f"{cell}{ending}")
    assert (ended.status, ended.err) == (0, "")
    assert COMMANDS[command] in ended.out


@pytest.mark.parametrize("command", [*COMMANDS, "lab"])
def test_every_command_that_takes_a_cell_refuses_a_wrong_file_in_one_line(cell: Path, command: str) -> None:
    cell.write_text(CELL.replace("0.7", "nan"))
    ended = izhi(command, cell)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == f"{cell}: mine.parameters.k: nan given; a finite number of nS/mV would do\n"


def test_an_experiment_takes_a_file_as_its_preset(cell: Path) -> None:
    experiment = parse_experiment(f"preset = '{cell}'\nstimulus = 'preset'\n[parameters]\nd = 50.0\n")
    assert (experiment.scheme, experiment.duration) == ("accurate", 300.0)
    assert experiment.run().spike_times.size > 2


def test_a_population_takes_a_file(cell: Path) -> None:
    assert Population("mine", 3, str(cell)).cell.name == f"{cell}/mine"
