"""A cell in the address with which the laboratory begins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import izhi as package
from izhi.lab import page
from izhi.lab.opening import fragment_of, opened
from izhi.presets import preset
from tests.command_line import izhi

CELL = """\
[mine]
model = "izhikevich2007"
parameters = { C = 90.0, k = 0.7, vr = -60.0, vt = -40.0, vpeak = 35.0, a = 0.03, b = -2.0, c = -50.0, d = 100.0 }
initial = { v = -61.0, u = 2.0 }
duration = 300.0
stimulus = [{ kind = "constant", I = 10.0 }, { kind = "pulse", I = 100.0, start = 50.0, stop = 250.0 }]
"""


@pytest.fixture
def cell(tmp_path: Path) -> Path:
    path = tmp_path / "cell.toml"
    path.write_text(CELL, encoding="utf-8")
    return path


def test_a_published_cell_is_named_and_nothing_else() -> None:
    assert opened(preset("2007/FS")) == {"preset": "2007/FS"}


def test_the_page_reads_the_address_of_a_file_without_a_word(cell: Path) -> None:
    racer = pytest.importorskip("py_mini_racer", reason="mini-racer, which runs JavaScript, is not installed")
    short = opened(preset(str(cell)))
    with racer.MiniRacer() as context:
        context.eval(page.bundle("experiment.js"))
        found = json.loads(context.eval(f'JSON.stringify(MODULES["experiment.js"].restored({json.dumps(short)}))'))
    assert found["refused"] == []
    experiment = found["experiment"]
    assert experiment["parameters"]["C"] == 90.0
    assert experiment["initial"] == {"v": -61.0, "u": 2.0}
    assert (experiment["scheme"], experiment["dt"], experiment["duration"]) == ("accurate", 0.1, 300.0)
    assert [table["I"] for table in experiment["stimulus"]] == [10.0, 100.0]


def test_the_command_prints_an_address_with_the_cell(cell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uvicorn = pytest.importorskip("uvicorn")
    monkeypatch.setattr(uvicorn.Server, "run", lambda _, sockets: [each.close() for each in sockets])
    ended = izhi("lab", cell, "--no-browser", "--port", 0)
    assert (ended.status, ended.err) == (0, "")
    assert f"#{fragment_of(preset(str(cell)))}\n" in ended.out


def test_a_cell_and_an_export_do_not_go_together(cell: Path) -> None:
    ended = izhi("lab", cell, "--export", cell.with_name("lab.html"))
    assert (ended.status, ended.err.count("\n")) == (2, 1)
    assert ended.err.startswith("--export: ")


def test_a_cell_of_a_file_opens_in_a_notebook(cell: Path) -> None:
    from izhi.lab.widget import experiment

    assert experiment(package.Cell.preset(str(cell)))["parameters"]["C"] == 90.0
