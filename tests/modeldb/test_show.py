"""`show`, the wrapper, and what a run leaves behind, as in the original."""

from __future__ import annotations

import doctest
import importlib

import matplotlib as mpl
import numpy as np
import pytest

import izhi
from izhi.modeldb import IzhiCell, PointProcess, run, show, traces, version
from tests.command_line import izhi as command
from tests.golden_data import read

mpl.use("Agg")
SIMPLE = {case["name"].split(": ")[1]: case for case in read("neuron")["cases"] if case["name"].startswith("simple")}


def test_show_prints_the_last_five_values_and_draws_each(capsys: pytest.CaptureFixture[str]) -> None:
    ax = show("v7a", "u7a", "v7bw", tstop=50)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["v7a", "u7a", "v7bw"]
    assert [float(x) for x in lines[0].split()[1:]] == pytest.approx(traces("v7a", tstop=50)["7a"].V[-5:], rel=1e-14)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["v7a", "u7a", "v7bw"]
    assert "ms" in ax.get_xlabel()
    assert "mV" in ax.get_ylabel()


def test_the_six_versions_are_those_of_the_original() -> None:
    """Their spike counts over 1,250 ms: 3b is slower than 3a, for its section is larger."""
    runs = traces()
    assert {name: run.spikes.size for name, run in runs.items()} == {
        "3a": 13, "3b": 8, "7a": 8, "7b": 8, "7bS": 8, "7bw": 8,
    }  # fmt: skip
    assert np.array_equal(runs["7b"].V, runs["7bw"].V)
    for name in ("3a", "3b", "7a", "7b", "7bS"):
        assert runs[name].spikes.size == SIMPLE[f"v{name}"]["expected"]["count"]


def test_a_second_run_starts_where_the_first_left_t0() -> None:
    cell = version("7b")
    first, second = cell.run(1250), cell.run(1250)
    assert first.u[0] == 0
    assert second.u[0] == pytest.approx(0.0749992, abs=1e-7)
    assert not np.array_equal(first.V, second.V)


def test_the_thalamic_cell_of_bS_keeps_its_b_from_run_to_run() -> None:
    cell = PointProcess("Izhi2007bS", **dict(zip(("C", "k", "vt", "a", "b", "c", "d", "celltype"),
                                                 (2.0, 1.6, -50, 0.01, 15, -60, 10, 6), strict=True)))  # fmt: skip
    cell.Iin = 150
    assert cell.run(650).spikes.size == 15
    assert cell.b == 0
    assert cell.run(650).spikes.size == 17


def test_the_wrapper_has_its_types_and_can_be_made_another() -> None:
    cell = IzhiCell("FS", cellid=3)
    assert (cell.izh.name, cell.izh.d, cell.izh.celltype, cell.cellid) == ("Izhi2007b", -55, 5, 3)
    cell.izh.Iin = 300
    fast = cell.run(100).spikes.size
    cell.reparam("RTN_burst")
    assert (cell.type, cell.izh.celltype, cell.izh.Iin) == ("RTN_burst", 7, 300)
    assert cell.run(100).spikes.size != fast
    cell.v = 0.0
    cell.init()
    assert cell.v == -60
    assert IzhiCell("TC_burst", host=True).izh.name == "Izhi2007a"
    with pytest.raises(izhi.UnknownName, match="Iin"):
        cell.izh.Iinj = 3
    with pytest.raises(AttributeError):
        _ = cell.izh.nothing


def test_a_network_run_leaves_what_a_run_leaves() -> None:
    alone, connected = IzhiCell("RS"), IzhiCell("RS")
    for cell in (alone, connected):
        cell.izh.Iin = 70
    alone.run(100)
    run([connected], [], 100)
    assert connected.izh.t0 == alone.izh.t0 > 0


@pytest.mark.parametrize("name", ["izhi.modeldb.cells", "izhi.modeldb.show", "izhi.mechanism"])
def test_the_examples_in_the_docstrings_hold(name: str) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0


def test_show_on_the_command_line(tmp_path) -> None:
    done = command("show", "v7a", "v7bw", "--png", str(tmp_path / "show.png"))
    assert done.status == 0
    assert done.out.splitlines()[0].startswith("v7a ")
    assert (tmp_path / "show.png").read_bytes()[:4] == b"\x89PNG"
    for wrong in (("v7c",), ("v7a", "--png", "x.txt")):
        done = command("show", *wrong)
        assert done.status == 2
        assert len(done.err.splitlines()) == 1
