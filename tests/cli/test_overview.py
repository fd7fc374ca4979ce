"""`izhi overview`, on a few cells, since all take minutes to compile the first time."""

from __future__ import annotations

from pathlib import Path

import pytest

from izhi import PRESETS
from tests.command_line import izhi

FEW = ("2003/RS", "2004/A", "2007/RS")


def test_the_overview_has_a_row_for_each_cell_and_a_figure_of_all(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("izhi.presets.presets", lambda: {name: PRESETS[name] for name in FEW})
    monkeypatch.setattr("izhi.presets.PRESETS", {name: PRESETS[name] for name in FEW})
    ended = izhi("overview", "--out", tmp_path / "made" / "here")
    assert (ended.status, ended.err.strip()) == (0, "")
    rows = {line.split()[0]: line.split() for line in ended.out.splitlines() if line.startswith("200")}
    assert list(rows) == list(FEW)
    for name, row in rows.items():
        program = PRESETS[name].program
        assert program is not None
        assert row[1] == row[2] == f"{program['spikes']:g}"
        assert float(row[3]) == pytest.approx(program["first"], abs=0.005)
        assert row[3] == row[4]
    assert (tmp_path / "made" / "here" / "overview.png").read_bytes().startswith(b"\x89PNG")
