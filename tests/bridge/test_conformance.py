"""The page of other simulators: what is stored is what the schemes give, and a crash is a result."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.bridge.conformance import SIMULATORS, conform, from_json, merged, page, to_html, to_json, to_markdown
from izhi.bridge.conformance.case import Case
from izhi.bridge.conformance.judge import judged
from izhi.bridge.conformance.simulator import Found, Simulator
from tests.command_line import izhi as command

DOCS = Path(__file__).parents[2] / "docs"
STORED = from_json((DOCS / "conformance.json").read_text(encoding="utf-8"))
CASE = Case("2003/RS", "euler", 0.25)
# Cells that take little time, of each kind.
QUICK = ("2003/", "2004/R", "2007/LTS", "2007/TC_burst", "2007/FS", "2007/mitral")


def test_the_page_is_what_the_command_writes_of_the_stored_run() -> None:
    assert (DOCS / "conformance.md").read_text(encoding="utf-8") == to_markdown(page(STORED))


def test_a_report_is_the_same_after_it_was_stored() -> None:
    assert to_json(from_json(to_json(STORED))) == (DOCS / "conformance.json").read_text(encoding="utf-8")
    with pytest.raises(izhi.BadValue, match="a report that `izhi conformance` wrote"):
        from_json('{"format": "another"}')


def test_the_stored_run_has_every_cell_in_every_simulator() -> None:
    assert not [name for name, version in STORED.simulators.items() if version.startswith("not found")]
    assert set(STORED.simulators) == set(SIMULATORS)
    for name, simulator in SIMULATORS.items():
        for scheme in simulator.schemes:
            cells = [run.cell for run in STORED.runs if (run.simulator, run.scheme) == (name, scheme)]
            assert sorted(cells) == sorted(izhi.PRESETS), (name, scheme)


def test_no_difference_of_the_stored_run_is_without_a_reason() -> None:
    assert not [run for run in STORED.runs if run.verdict in ("different", "failed") and not run.reason]
    assert not [run for run in STORED.runs if run.verdict == "not run" and not run.reason]


@pytest.mark.parametrize("scheme", dict.fromkeys(run.scheme for run in STORED.runs))
def test_the_schemes_still_give_the_spikes_that_were_stored(scheme: str) -> None:
    cases = {(run.cell, run.dt): run.spikes for run in STORED.runs if run.scheme == scheme and run.verdict != "not run"}
    quick = {case: spikes for case, spikes in cases.items() if case[0].startswith(QUICK)}
    assert quick
    for (cell, dt), spikes in quick.items():
        found = Case(cell, scheme, dt).run("reference").spike_times
        assert np.round(found, 6).tolist() == list(spikes), cell


def shifted(case: Case, spikes: Callable, voltage: Callable) -> object:
    ours = case.run("reference")
    return judged("Other", case, ours, spikes(ours.spike_times.copy()), voltage(ours.voltage.copy()))


def test_a_verdict_says_how_much_is_the_same_and_where_the_first_difference_is() -> None:
    same, bits = (lambda x: x), (lambda v: v + 1e-12)
    assert shifted(CASE, same, same).verdict == "identical"
    near = shifted(CASE, same, bits)
    assert near.verdict == "same spikes"
    assert 0 < near.apart < 1e-11
    late = shifted(CASE, lambda t: np.where(np.arange(t.size) == 2, t + 0.25, t), bits)
    assert (late.verdict, late.first) == ("different", CASE.run("reference").spike_times[2])
    fewer = shifted(CASE, lambda t: t[:-1], same)
    assert (fewer.verdict, fewer.first) == ("different", CASE.run("reference").spike_times[-1])
    assert fewer.count == 4
    more = shifted(CASE, lambda t: np.append(t, 149.0), same)
    assert (more.verdict, more.first) == ("different", 149.0)


def made_up(*command: str) -> Simulator:
    """A simulator that is this command."""

    def find(program: str | None) -> Found:  # noqa: ARG001
        return Found("1", sys.executable)

    return Simulator("NEURON", "", ("euler",), find, lambda case: None, lambda *_: list(command))  # noqa: ARG005


@pytest.mark.parametrize(
    ("program", "says"),
    [
        ("import os; os.abort()", "it crashed (SIGABRT)"),
        ("import time; time.sleep(60)", "it was stopped after 3 s"),
        ("raise SystemExit('no such model')", "no such model"),
        ("pass", "it ended with status 0"),
    ],
)
def test_a_crash_a_hang_and_a_refusal_are_results(program: str, says: str) -> None:
    report = conform([made_up(sys.executable, "-c", program)], [izhi.preset("2003/RS")], limit=3)
    (run,) = report.runs
    assert (run.verdict, run.reason) == ("failed", says)
    assert says in to_markdown(page(report))
    assert says in to_html(page(report))


def test_a_simulator_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    report = conform([SIMULATORS["Brian2"]], [izhi.preset("2003/RS")], {"Brian2": os.fspath(tmp_path / "nowhere")})
    assert report.simulators["Brian2"].startswith("not found: ")
    assert not report.runs


@pytest.mark.skipif(shutil.which("octave-cli") is None, reason="GNU Octave is not installed (octave-cli)")
@pytest.mark.parametrize("name", ["2004/R", "2007/LTS", "2007/mitral"])
def test_the_published_loops_run_by_octave_give_every_bit(name: str) -> None:
    report = conform([SIMULATORS["Octave"]], [izhi.preset(name)])
    assert [run.verdict for run in report.runs if run.verdict != "not run"] == ["identical"]


@pytest.mark.skipif(find_spec("nest") is None, reason="NEST is not installed (pip install 'izhi[nest]')")
def test_the_command_runs_what_it_is_told_and_writes_its_page(tmp_path: Path) -> None:
    ended = command("conformance", "--only", "nest", "--presets", "2003/FS,2004/G", "--out", tmp_path, "--jobs", 1)
    assert ended.status == 0, ended.err
    report = from_json((tmp_path / "conformance.json").read_text(encoding="utf-8"))
    verdicts = {(run.cell, run.scheme): run.verdict for run in report.runs}
    assert verdicts == {
        ("2003/FS", "nest"): "identical", ("2004/G", "nest"): "not run",
        ("2003/FS", "nest-published"): "identical", ("2004/G", "nest-published"): "not run",
    }  # fmt: skip
    assert "| `2003/FS` | 0.25 | 17 |" in (tmp_path / "conformance.md").read_text(encoding="utf-8")
    assert "<td>identical</td>" in (tmp_path / "conformance.html").read_text(encoding="utf-8")


def test_a_later_run_of_some_cells_keeps_the_others_in_their_order() -> None:
    new = conform([made_up(sys.executable, "-c", "pass")], [izhi.preset("2003/RS")], schemes=["euler"])
    whole = merged(replace(STORED, simulators=dict(STORED.simulators) | {"NEURON": "1"}), new)
    assert len(whole.runs) == len(STORED.runs)
    assert sorted((r.simulator, r.scheme, r.cell) for r in whole.runs) == sorted(
        (r.simulator, r.scheme, r.cell) for r in STORED.runs
    )
    changed = [run for run in whole.runs if run not in STORED.runs]
    assert [(run.simulator, run.scheme, run.cell, run.verdict) for run in changed] == [
        ("NEURON", "euler", "2003/RS", "failed")
    ]
    assert to_json(merged(STORED, STORED)) == to_json(STORED)
    with pytest.raises(izhi.BadValue, match="NEURON 9"):
        merged(STORED, new)


@pytest.mark.skipif(find_spec("neuron") is None, reason="NEURON is not installed (pip install 'izhi[neuron]')")
def test_the_mechanisms_of_modeldb_are_run_beside_what_is_kept(tmp_path: Path) -> None:
    shutil.copy(DOCS / "conformance.json", tmp_path)
    some = ("--only", "NEURON", "--schemes", "neuron-2007bS,neuron-2003b", "--presets", "2007/LTS,2003/RZ,2007/TC")
    ended = command("conformance", *some, "--keep", "--out", tmp_path, "--jobs", 1)
    assert ended.status == 0, ended.err
    assert (tmp_path / "conformance.json").read_bytes() == (DOCS / "conformance.json").read_bytes()
    assert ended.out.count(" 1          0           0          0       2") == 2


@pytest.mark.parametrize(
    ("cell", "scheme", "says"),
    [
        ("2007/RS", "neuron-2003a", "Izhi2003a has no izhikevich2007"),
        ("2004/R", "neuron-2003b", "Izhi2003b has no izhikevich2003-accommodation"),
        ("2007/TC", "neuron-2007a", "Izhi2007a has no izhikevich2007-tc"),
        ("2008/TCs", "neuron-2007b", "Izhi2007b has b = 10 as a number"),
        ("2007/TC_modeldb", "neuron-2007bS", None),
    ],
)
def test_a_mechanism_takes_the_cells_that_it_has_a_type_for(cell: str, scheme: str, says: str | None) -> None:
    assert SIMULATORS["NEURON"].refuses(Case(cell, scheme, 0.025)) == says


@pytest.mark.parametrize(
    "given",
    [
        ("--only", "NESST"), ("--presets", "2003/RX"), ("--limit", "0"), ("--jobs", "0"), ("--program", "NEST"),
        ("--program", "Genesis=/bin/true"), ("--out", __file__), ("--schemes", "eular"), ("--keep",),
        ("--keep", "--out", os.fspath(Path(__file__).parent)),
    ],
    ids=lambda given: " ".join(given[:1]),
)  # fmt: skip
def test_what_cannot_be_compared_is_one_line_and_status_2(given: tuple[str, ...]) -> None:
    ended = command("conformance", *given)
    assert ended.status == 2
    assert ended.err.count("\n") == 1
    assert ended.out == ""
