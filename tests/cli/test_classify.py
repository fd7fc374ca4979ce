"""`izhi classify`, sentence by sentence of its contract."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from izhi import FEATURES, PRESETS, Cell, Step, simulate
from tests.command_line import izhi

EXPERIMENT = 'preset = "2004/D"\nscheme = "rk4"\ndt = 0.1\nstimulus = "preset"\n'


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")


@pytest.mark.parametrize("letter", FEATURES)
def test_a_panel_is_run_by_its_own_program_and_named(letter: str) -> None:
    done = izhi("classify", f"2004/{letter}")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"2004/{letter}: ")
    assert f"\n{letter}  {FEATURES[letter].name}" in done.out


def test_the_class_its_numbers_and_the_features_with_reasons_are_printed() -> None:
    lines = izhi("classify", "2004/B").out.splitlines()
    assert lines[1] == "firing: phasic spiking (the response to the step from 20.25 to 200 ms)"
    assert lines[2] == "  spikes 1, latency 23.5 ms, silence after 156.2 ms"
    assert lines[3].split() == ["feature", "why"]
    assert lines[4].startswith("B  phasic spiking  it fires at the onset of the step only, and comes to rest")
    assert len(lines) == 5


def test_a_scheme_and_a_step_may_be_chosen() -> None:
    assert "by accurate (dt 0.1 ms)" in izhi("classify", "2004/D", "--scheme", "accurate").out
    assert "by rk4 (dt 0.05 ms)" in izhi("classify", "2004/D", "--scheme", "rk4", "--dt", 0.05).out
    assert "by figure1 (dt 0.1 ms)" in izhi("classify", "2004/D", "--dt", 0.1).out


def test_all_detectors_give_their_reasons() -> None:
    lines = izhi("classify", "2004/S", "--scheme", "accurate", "--all").out.splitlines()
    rows = {line[0]: line for line in lines if line[1:3] == "  "}
    assert [key for key in rows if key in FEATURES] == list(FEATURES)
    assert "no     it goes on firing after the end of the inhibition (spikes 3" in rows["S"]
    assert "no     not tested: it takes a current that rises steadily" in rows["G"]


def test_json_holds_the_same() -> None:
    found = json.loads(izhi("classify", "2004/C", "--json").out)
    assert found["source"] == "2004/C"
    (cell,) = found["cells"]
    assert (cell["cell"], cell["firing"], cell["features"]) == (0, "tonic bursting", ["C"])
    assert list(cell["verdicts"]) == list(FEATURES)
    assert cell["verdicts"]["C"]["holds"] is True
    assert {"name": "bursts", "value": 4, "unit": ""} in cell["verdicts"]["C"]["measures"]
    assert cell["verdicts"]["K"]["tested"] is False


def test_an_experiment_is_run_and_classified(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(EXPERIMENT)
    assert "firing: phasic bursting" in izhi("classify", path).out
    assert "by rk4 (dt 0.1 ms)" in izhi("classify", path).out
    assert "by euler (dt 0.2 ms)" in izhi("classify", path, "--scheme", "euler", "--dt", 0.2).out


def test_a_recording_is_classified_without_running_anything(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    simulate("2003/CH", Step(10, start=50), 300, scheme="rk4").save(path)
    assert "firing: tonic bursting" in izhi("classify", path).out


def test_each_cell_of_several_or_one_of_them(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    cell = Cell.preset("2003/RS", c=[-65.0, -50.0], d=[8.0, 2.0])
    simulate(cell, Step(10, start=50), 400, scheme="rk4").save(path)
    out = izhi("classify", path).out
    assert out.index("cell 0") < out.index("tonic spiking") < out.index("cell 1") < out.index("tonic bursting")
    one = izhi("classify", path, "--cell", 1).out
    assert "cell 0" not in one
    assert "tonic bursting" in one
    assert [each["cell"] for each in json.loads(izhi("classify", path, "--json").out)["cells"]] == [0, 1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("2004/U",), "preset: no '2004/U'"),
        (("nothing.npz",), "nothing.npz: cannot be read: No such file or directory"),
        (("nothing.toml",), "nothing.toml: cannot be read: No such file or directory"),
        (("2004/A", "--cell", 1), "cell: 1 given; a number from 0 to 0 would do"),
        (("2004/A", "--scheme", "rk5"), "scheme: no 'rk5'; did you mean 'rk4'?"),
        (("2004/A", "--dt", -1), "dt: -1.0 given; more than 0"),
        (("2004/A", "--dt", "nan"), "dt: nan given"),
        (("2004/A", "--dt", "x"), "izhi classify: Invalid value for '--dt'"),
        ((), "izhi classify: Missing argument"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(arguments: tuple[object, ...], message: str) -> None:
    done = izhi("classify", *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(message), done.err
    assert done.err.count("\n") == 1


def test_files_that_are_something_else_are_refused_in_one_line(tmp_path: Path) -> None:
    npz, toml, spikes = tmp_path / "x.npz", tmp_path / "x.toml", tmp_path / "s.npz"
    npz.write_bytes(b"no zip")
    toml.write_text("a = ")
    simulate("2003/RS", Step(10), 50, record="spikes").save(spikes)
    whole = tmp_path / "w.npz"
    simulate("2003/RS", Step(10), 50).save(whole)
    for arguments in ((npz,), (toml,), (spikes,), (whole, "--scheme", "rk4"), (whole, "--dt", 1), (tmp_path,)):
        done = izhi("classify", *arguments)
        assert (done.status, done.out) == (2, ""), arguments
        assert done.err.count("\n") == 1


def test_a_recording_whose_arrays_do_not_fit_is_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    simulate("2003/RS", Step(10), 50).save(path)
    with np.load(path) as saved:
        arrays = dict(saved)
    np.savez(path, **{**arrays, "v": arrays["v"][:-3]})
    done = izhi("classify", path)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)


def test_a_run_that_breaks_down_is_not_judged() -> None:
    done = izhi("classify", "2004/T", "--scheme", "accurate")
    assert done.status == 0
    assert "firing: not judged (runaway" in done.out
    assert "features: none of the twenty; --all says why" in done.out


@pytest.mark.parametrize("name", [name for name in PRESETS if not name.startswith("2004")])
def test_every_published_cell_can_be_classified(name: str) -> None:
    done = izhi("classify", name)
    assert (done.status, done.err) == (0, "")
    assert "firing: " in done.out


MECHANISM = (
    'mechanism = "Izhi2003a"\nduration = 200.0\n[parameters]\nc = -50.0\nd = 2.0\n'
    '[[stimulus]]\nkind = "events"\nt = [50.0]\nI = [10.0]\n'
)


def test_a_mechanism_is_run_and_classified(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text(MECHANISM)
    done = izhi("classify", path)
    assert (done.status, done.err) == (0, "")
    assert "firing: tonic bursting" in done.out
    for arguments in (("--scheme", "rk4"), ("--dt", 0.1), ("--cell", 1)):
        done = izhi("classify", path, *arguments)
        assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
