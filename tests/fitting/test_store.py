"""A fit as files: the cell runs everywhere, the numbers are all there, and there are all files or none."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.errors import FileProblem
from izhi.experiment import run_preset
from izhi.fitting import save, store
from izhi.sweeps import Sweep, Sweeps
from tests.fitting.made import KNOWN, fitted, recorded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(fitted(), tmp_path / "deep" / "fit", ("14 mV taken out",))
    return tmp_path / "deep" / "fit"


def test_three_files_are_written_and_nothing_else(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["cell.toml", "fit.json", "report.html"]


def test_the_cell_is_a_preset_with_the_parameters_to_the_last_bit(folder: Path) -> None:
    row, fit = izhi.preset(str(folder / "cell.toml")), fitted()
    assert row.name == f"{folder}/cell.toml/a_cell"
    assert row.parameters == fit.parameters
    assert row.initial == {"v": fit.parameters["vr"], "u": 0.0}
    assert (row.model, row.title, row.notes) == ("izhikevich2007", "fitted to a cell.npz", "14 mV taken out")
    assert "seed 7" in row.source


def test_the_cell_shows_the_largest_step_that_it_was_fitted_to(folder: Path) -> None:
    row = izhi.preset(str(folder / "cell.toml"))
    assert row.stimulus == ({"kind": "pulse", "I": 120.0, "start": 30.0, "stop": 180.0},)
    recording = run_preset(row)
    assert recording.duration == 220.0
    assert recording.spike_times == pytest.approx(fitted().training.sweeps[-1].predicted_spikes, abs=1e-3)


def test_a_cell_that_was_held_at_a_current_is_shown_from_there() -> None:
    score = fitted().training.sweeps[-1]
    held = replace(score, step=replace(score.step, holding=-20.0))
    found = replace(fitted(), training=replace(fitted().training, sweeps=(held,)))
    assert 'kind = "constant", I = -20.0' in store.cell_file(found)


def test_without_a_step_the_cell_is_shown_at_its_rheobase() -> None:
    sweeps = tuple(replace(each, step=None) for each in fitted().training.sweeps)
    found = replace(fitted(), training=replace(fitted().training, sweeps=sweeps))
    assert f'kind = "pulse", I = {fitted().clues.rheobase!r}, start = 100.0' in store.cell_file(found)


def test_the_numbers_are_json_without_nan(folder: Path) -> None:
    text = (folder / "fit.json").read_text(encoding="utf-8")
    found, fit = json.loads(text, parse_constant=lambda name: pytest.fail(name)), fitted()
    rows = {row["symbol"]: row for row in found["parameters"]}
    assert {symbol: row["value"] for symbol, row in rows.items()} == fit.parameters
    assert (rows["vr"]["low"], rows["vr"]["determined"], rows["vr"]["bounds"]) == (None, None, None)
    assert rows["d"]["bounds"] == pytest.approx([20.0, 100.0])
    assert rows["d"]["at"] == "upper"
    assert rows["C"]["low"] <= rows["C"]["high"]
    assert [len(found[key]["sweeps"]) for key in ("training", "held_out")] == [3, 2]
    assert found["training"]["sweeps"][0]["latency"] == {"recorded": None, "predicted": None}
    assert found["training"]["sweeps"][2]["spike_times"]["recorded"] == fit.training.sweeps[2].spikes.tolist()
    assert len(found["directions"]) == len(fit.space.free)
    assert (found["seed"], found["versions"]["izhi"]) == (7, izhi.__version__)
    assert {"rest", "conductance", "rheobase"} <= found["clues"].keys()


@pytest.mark.parametrize("name", ["cell.toml", "fit.json", "report.html"])
def test_where_one_file_cannot_be_written_none_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(izhi.IzhiError, match="a file, not a folder"):
        save(fitted(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "fit").write_text("")
    with pytest.raises(FileProblem, match="cannot be written"):
        save(fitted(), tmp_path / "fit")


@pytest.mark.parametrize(
    ("source", "name"),
    [("", "fit"), ("C:\\rig\\cell 7.abf", "cell_7"), ("../171116sh_0018.abf", "171116sh_0018"), ("é.csv", "fit")],
)
def test_the_cell_is_called_as_its_recording(tmp_path: Path, source: str, name: str) -> None:
    found = replace(fitted(), source=source)
    assert store.key(found) == name
    save(found, tmp_path)
    assert izhi.preset(str(tmp_path / "cell.toml")).name.endswith(f"/{name}")


def test_quotes_and_control_characters_of_a_name_do_not_break_the_cell(tmp_path: Path) -> None:
    save(replace(fitted(), source='a"\\b\x7f\n.abf'), tmp_path, ('said "so"',))
    assert izhi.preset(str(tmp_path / "cell.toml")).notes == 'said "so"'


def test_a_model_without_a_capacitance_says_by_what_currents_were_divided(tmp_path: Path) -> None:
    from izhi.equations import model
    from izhi.fitting import bounds
    from izhi.fitting.clues import clues
    from izhi.fitting.score import score
    from tests.fitting.made import fitted as usual

    sweeps: Sweeps = recorded().select("4")
    assert isinstance(sweeps[0], Sweep)
    seen = clues(sweeps)
    space = bounds.space(model("izhikevich2003"), seen)
    values = {"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0, "C": 10.0, "vpeak": 30.0}
    x = space.place({f.symbol: values[f.symbol] for f in space.free})
    spread = replace(
        usual().uncertainty, symbols=tuple(f.symbol for f in space.free), low=np.zeros(len(x)), high=np.ones(len(x)),
        determined=(False,) * len(x), directions=(),
    )  # fmt: skip
    found = replace(
        usual(), space=space, parameters=space.values(x), clues=seen, uncertainty=spread,
        training=score(space, x, sweeps, 1), held_out=None,
    )  # fmt: skip
    save(found, tmp_path)
    row = izhi.preset(str(tmp_path / "cell.toml"))
    assert row.stimulus[0]["I"] == pytest.approx(120.0 / found.parameters["C"])
    assert row.notes.startswith("currents in pA were divided by ")
    spikes = run_preset(row).spike_times
    assert spikes == pytest.approx(found.training.sweeps[0].predicted_spikes, abs=1e-3)
    assert "divide a current in pA by" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_what_is_known_is_in_the_file_too() -> None:
    for symbol, value in KNOWN.items():
        assert f"{symbol} = {value!r}" in store.cell_file(fitted())
