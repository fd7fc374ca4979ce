"""The commands that list and show: cells, models, schemes; and the command line without a command."""

from __future__ import annotations

import pytest

import izhi as package
from izhi import MODELS, PRESETS, SCHEMES
from tests.command_line import izhi


@pytest.fixture(autouse=True)
def _a_wide_terminal(monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")


@pytest.mark.parametrize(("command", "names"), [("cells", PRESETS), ("models", MODELS), ("schemes", SCHEMES)])
def test_a_list_has_a_line_for_each_name(command: str, names: dict) -> None:
    ended = izhi(command)
    assert (ended.status, ended.err) == (0, "")
    listed = [line.split()[0] for line in ended.out.splitlines()[1:]]
    assert listed == [name.split()[0] for name in names]


@pytest.mark.parametrize("name", PRESETS)
def test_a_cell_is_shown_with_its_parameters_units_and_source(name: str) -> None:
    ended = izhi("cells", name)
    row = PRESETS[name]
    assert (ended.status, ended.err) == (0, "")
    assert row.title in ended.out
    assert f"source: {row.source}" in ended.out
    for symbol, value in row.parameters.items():
        quantity = MODELS[row.model].quantity(symbol)
        (line,) = [line for line in ended.out.splitlines() if line.split()[:1] == [symbol]]
        assert line.split()[1] == f"{value:g}"
        assert quantity.unit in line
        assert quantity.meaning in line


def test_a_cell_of_several_collections_names_the_others() -> None:
    out = izhi("cells", "RS").out
    assert out.startswith("2007/RS")
    assert out.splitlines()[-1].startswith("Also: 2003/RS")


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_shown_with_its_quantities_and_source(name: str) -> None:
    out = izhi("models", name).out
    model = MODELS[name]
    assert model.title in out
    assert f"source: {model.reference}" in out
    for quantity in (*model.state, *model.parameters):
        assert quantity.meaning in out


@pytest.mark.parametrize("name", SCHEMES)
def test_a_scheme_is_shown_with_its_conventions(name: str) -> None:
    out = " ".join(izhi("schemes", name).out.split())
    assert SCHEMES[name].title in out
    assert SCHEMES[name].conventions in out


@pytest.mark.parametrize(
    ("command", "given", "close"),
    [
        ("cells", "2007/RSS", "2007/RS"), ("cells", "mitrall", "2007/mitral"),
        ("models", "izhikevich207", "izhikevich2007"),
        ("schemes", "acurate", "accurate"),
    ],
)  # fmt: skip
def test_a_misspelt_name_is_answered_with_the_nearest(command: str, given: str, close: str) -> None:
    ended = izhi(command, given)
    assert (ended.status, ended.out) == (2, "")
    assert f"no '{given}'; did you mean '{close}'?" in ended.err
    assert ended.err.count("\n") == 1


def test_the_version_is_that_of_the_package() -> None:
    ended = izhi("--version")
    assert (ended.status, ended.out) == (0, f"izhi {package.__version__}\n")


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_without_a_command_the_help_names_all_commands(arguments: list[str]) -> None:
    ended = izhi(*arguments)
    assert (ended.status, ended.err) == (0, "")
    for command in ("run", "cells", "models", "schemes", "overview"):
        assert command in ended.out
        assert izhi(command, "--help").status == 0


def test_a_command_that_is_not_there_is_one_line() -> None:
    ended = izhi("rn")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("izhi: No such command 'rn'")
    assert ended.err.count("\n") == 1
