"""The published cells: how many, each complete, each with its source, and found by any of its names."""

from __future__ import annotations

import math

import pytest

from izhi import MODELS, PRESETS, SCHEMES, BadValue, Cell, Preset, UnknownName, preset
from izhi.experiment import preset_stimulus
from izhi.presets import namesakes
from izhi.stimulus import drive
from izhi.stimulus.table import read_current

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
