"""`izhi analyze`, sentence by sentence of its contract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command_line import izhi


def test_the_sheet_of_a_cell_is_printed() -> None:
    done = izhi("analyze", "2007/LTS")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("2007/LTS: 2007 model whose peak")
    assert "  Andronov-Hopf at I = 114.75, v = -47.5, 6.16 Hz" in lines
    (first,) = (line for line in lines if line.startswith("  first spike "))
    assert float(first.split()[2]) == pytest.approx(88.8, rel=1e-3)


def test_a_key_that_several_collections_have_is_the_first_as_for_cells() -> None:
    done = izhi("analyze", "TC", "--current", 60)
    assert done.out.startswith("2007/TC: ")
    assert done.out.endswith("rest: none; no equilibrium is stable at this current\n")


def test_parameters_and_the_current_can_be_changed() -> None:
    found = json.loads(izhi("analyze", "2007/RS", "--set", "b=3.5", "--set", "k=0.8", "--current", 10, "--json").out)
    assert found["parameters"]["b"] == 3.5
    assert found["parameters"]["k"] == 0.8
    assert found["current"] == 10
    assert {each["kind"] for each in found["bifurcations"]} == {"saddle-node", "Andronov-Hopf"}
    assert found["rheobase"]["holding"] == 10


def test_json_alone_is_on_standard_output(tmp_path: Path) -> None:
    path = tmp_path / "lts.png"
    done = izhi("analyze", "2007/LTS", "--json", "--plot", path)
    assert json.loads(done.out)["cell"] == "2007/LTS"
    assert done.err == f"wrote {path}\n"
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_cell_without_a_plane_or_without_rest_is_drawn_as_well(tmp_path: Path) -> None:
    for name in ("2007/mitral", "2004/S"):
        path = tmp_path / f"{name[5:]}.svg"
        done = izhi("analyze", name, "--plot", path)
        assert done.status == 0
        assert done.out.endswith(f"wrote {path}\n")
        assert "<svg" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("2007/RSS",), "preset: no '2007/RSS'; did you mean '2007/RS'?"),
        (("2007/RS", "--set", "q=1"), "izhikevich2007: no 'q'"),
        (("2007/RS", "--set", "initial=1"), "izhikevich2007: no 'initial'"),
        (("2007/RS", "--set", "d"), "--set: 'd' given; a symbol and a number, such as d=110, would do"),
        (("2007/RS", "--set", "d=x"), "--set: 'd=x' given"),
        (("2007/RS", "--set", "C=0"), "izhikevich2007.C: 0.0 given"),
        (("2007/RS", "--set", "d=nan"), "izhikevich2007.d: nan given"),
        (("2007/RS", "--current", "nan"), "analyze: current: nan given; a finite number would do"),
        (("2007/RS", "--plot", "x.bmp"), "--plot: 'x.bmp' given; a file that ends in .png, .pdf, .svg would do"),
        (("2007/RS", "--current", "x"), "izhi analyze: Invalid value for '--current'"),
        ((), "izhi analyze: Missing argument"),
    ],
)
def test_a_mistake_is_one_line_and_status_2(arguments: tuple[object, ...], message: str) -> None:
    done = izhi("analyze", *arguments)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(message), done.err
    assert done.err.count("\n") == 1
