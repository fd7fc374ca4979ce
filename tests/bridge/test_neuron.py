"""Cells in NEURON give the bits of the schemes, and the mechanisms of ModelDB 39948 those of the original."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.bridge.neuron import IzhiCell, library, load, mechanisms, run_mechanism, type2007
from izhi.bridge.nmodl import nmodl
from izhi.experiment import run_preset
from izhi.modeldb import IzhiCell as OurCell
from izhi.modeldb import NetCon, run
from tests.bridge.neuron import needs_compiler
from tests.command_line import izhi as command
from tests.test_mechanism import CASES, assert_as_in_neuron, experiment

pytestmark = needs_compiler


def assert_same(a: izhi.Recording, b: izhi.Recording) -> None:
    for name in ("time", "voltage", "recovery", "current", "spike_time", "spike_cell", "dendrite"):
        ours, theirs = getattr(a, name), getattr(b, name)
        assert ours is theirs is None or np.array_equal(ours, theirs, equal_nan=True), name
    for receptor, g in a.conductances.items():
        assert np.array_equal(g, b.conductances[receptor]), receptor
    assert str(a) == str(b)
    assert a.failures == b.failures


@pytest.mark.parametrize("name", izhi.PRESETS)
def test_every_published_cell_has_the_bits_of_euler(name: str) -> None:
    row = izhi.preset(name)
    found = run_preset(row, scheme="euler", engine="neuron")
    assert_same(run_preset(row, scheme="euler", engine="cpu"), found)
    assert (found.provenance["engine"], "neuron" in found.provenance["versions"]) == ("neuron", True)


@pytest.mark.parametrize("name", [name for name, p in izhi.PRESETS.items() if p.model == "izhikevich2003"])
def test_every_cell_of_2003_and_2004_has_the_bits_of_the_published_scheme(name: str) -> None:
    row = izhi.preset(name)
    assert_same(
        run_preset(row, scheme="published-2003", engine="cpu"),
        run_preset(row, scheme="published-2003", engine="neuron"),
    )


@pytest.mark.parametrize("scheme", ["figure1", "book-2007", "nest", "spinnaker"])
def test_the_samples_are_where_each_scheme_has_them(scheme: str) -> None:
    for stimulus in (izhi.Constant(8), izhi.Step(9, start=20) + izhi.OrnsteinUhlenbeck(std=3, tau=3, seed=1)):
        ours, theirs = (
            izhi.simulate("2003/RS", stimulus, 200, scheme=scheme, every=3, engine=engine)
            for engine in ("reference", "neuron")
        )
        assert_same(ours, theirs)


def test_synaptic_events_act_in_their_order_and_on_their_receptors() -> None:
    events = izhi.Events("AMPA", [50, 50, 50, 60.03, 100], weight=[20, 0.1, 0.3, 7, 5])
    events += izhi.Events("GABA_A", [50, 70], weight=5) + izhi.Events("NMDA", [0, 10], weight=[1, 2])
    for scheme in ("euler", "published-2003"):
        ours, theirs = (
            izhi.simulate("2007/RS", events + izhi.Constant(60), 200, scheme=scheme, engine=engine)
            for engine in ("reference", "neuron")
        )
        assert_same(ours, theirs)


def test_an_ensemble_is_its_cells() -> None:
    cells = izhi.Cell.preset("2007/RS", d=np.linspace(50, 150, 20))
    current = izhi.Constant(np.linspace(50, 100, 20))
    for how in ({"cells": [3, 5], "every": 3}, {"record": "spikes"}):
        ours, theirs = (
            izhi.simulate(cells, current, 300, scheme="euler", engine=engine, **how) for engine in ("cpu", "neuron")
        )
        assert_same(ours, theirs)


def test_numbers_that_break_down_are_a_failure_at_the_same_time() -> None:
    for scheme, current in (("published-2003", 1e200), ("euler", 1e308)):
        ours, theirs = (
            izhi.simulate("2003/RS", izhi.Constant(current), 20, scheme=scheme, engine=engine)
            for engine in ("reference", "neuron")
        )
        assert_same(ours, theirs)


def test_what_neuron_cannot_run_is_refused_in_one_line() -> None:
    for how in ({"scheme": "accurate"}, {"scheme": "rk4"}, {"scheme": "neuron-2007a"}, {"precision": "single"}):
        with pytest.raises(izhi.BadValue) as problem:
            izhi.simulate("2007/RS", izhi.Constant(70), 10, engine="neuron", **how)
        assert "\n" not in str(problem.value)


def test_a_run_leaves_nothing_in_neuron_that_the_next_would_run() -> None:
    h = library.imported()
    before = len(list(h.allsec()))
    izhi.simulate("2007/RS", izhi.Constant(70), 20, engine="neuron")
    run_mechanism(experiment(CASES[2]).mechanism, 1.0)
    gc.collect()
    assert len(list(h.allsec())) == before


def test_a_mechanism_is_compiled_once_and_kept_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IZHI_CACHE", str(tmp_path))
    text = nmodl("izhikevich2003", receptors=False, name="once")
    made = library.compiled("once", text)
    monkeypatch.setattr(library, "_compile", lambda *_: pytest.fail("it is compiled already"))
    assert library.compiled("once", text) == made
    other = made.parents[1] / "other"
    other.mkdir()
    library._move(other, made.parent)  # another process was later, and finds it there
    assert sorted(path.name for path in made.parents[1].iterdir()) == sorted([made.parent.name, "other"])


def test_what_does_not_compile_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IZHI_CACHE", str(tmp_path))
    with pytest.raises(izhi.BadValue, match="nrnivmodl"):
        load({"nothing_at_all": "NEURON { POINT_PROCESS nothing_at_all RANGE }\n nonsense {"})
    assert list((tmp_path / "neuron").iterdir()) == []


def test_a_name_that_neuron_has_is_refused() -> None:
    library.imported()
    with pytest.raises(izhi.BadValue, match="a name that NEURON does not have yet"):
        load({"ExpSyn": nmodl("izhikevich2003", name="ExpSyn")})


def test_weights_that_are_set_before_the_start_stay() -> None:
    h = (
        load({"weighed": nmodl("izhikevich2007", name="weighed")})
        if not hasattr(library.imported(), "weighed")
        else (library.imported())
    )
    section = h.Section()
    for name in ("weighed", "Izhi2007a"):
        cell = getattr(mechanisms("Izhi2007a"), name)(section(0.5))
        netcon = h.NetCon(None, cell)
        for k in range(5):
            netcon.weight[k] = k + 1.0
        h.finitialize()
        assert [netcon.weight[k] for k in range(5)] == [1.0, 2.0, 3.0, 4.0, 5.0]


# Of the cases that the original was recorded in, every ninth, and those of a second run of the same instance.
SOME = [c for k, c in enumerate(CASES) if k % 9 == 0 or (c.get("after_itself") and k % 3 == 0)]


@pytest.mark.parametrize("case", SOME, ids=lambda case: case["name"])
def test_our_text_of_the_mechanisms_has_the_bits_of_the_original(case: dict) -> None:
    each, expected = experiment(case), case["expected"]
    found = run_mechanism(
        each.mechanism, each.duration, dt=each.dt, v_init=each.v_init, initial=each.initial, stimulus=each.stimulus,
        events=each.events, runs=2 if case.get("after_itself") else 1,
    )  # fmt: skip
    assert_as_in_neuron(found, expected)


@pytest.mark.parametrize("host", [None, True], ids=["own section", "host"])
def test_the_wrapper_makes_the_cells_of_the_original(host: object) -> None:
    h = mechanisms()
    for kind in type2007:
        cell = IzhiCell(kind, host=None if host is None else h.Section(), cellid=7)
        ours = OurCell(kind, host=host, cellid=7)
        assert (cell.type, cell.cellid, cell.vinit) == (kind, 7, -60.0)
        parameters = {s: getattr(cell.izh, s) for s in ("C", "k", "vr", "vt", "vpeak", "a", "b", "c", "d", "celltype")}
        assert parameters == {s: getattr(ours.izh, s) for s in parameters}
    cell.reparam("FS")
    cell.init()
    assert cell.izh.d == -55.0
    with pytest.raises(izhi.UnknownName, match="did you mean 'RS'"):
        IzhiCell("RSS")


def test_cells_of_the_wrapper_are_sources_and_targets_of_netcons() -> None:
    h = mechanisms()
    host, other = h.Section(), h.Section()
    first, second = IzhiCell("RS", host=host), IzhiCell("FS", host=other)
    first.izh.Iin = 100
    wire = h.NetCon(first.izh, second.izh)
    wire.delay, wire.weight[0] = 2, 20
    spikes, recorders = [h.Vector(), h.Vector()], []
    for cell, vector in zip((first, second), spikes, strict=True):
        recorders.append(h.NetCon(cell.izh, None))
        recorders[-1].record(vector)
    h.dt = 0.025
    h.finitialize(-65)
    while h.t < 100 - h.dt / 2:
        h.fadvance()
    a, b = OurCell("RS", host=True), OurCell("FS", host=True)
    a.izh.Iin = 100
    ours = run([a, b], [NetCon(a, b, delay=2, weights={"AMPA": 20})], 100)
    assert [list(v) for v in spikes] == [ours.spikes(0).tolist(), ours.spikes(1).tolist()]
    assert len(spikes[1]) == 1


def test_an_experiment_of_the_command_line_runs_in_neuron(tmp_path: Path) -> None:
    path = tmp_path / "rs.toml"
    path.write_text('preset = "2007/RS"\nstimulus = "preset"\n')
    done = command("run", path, "--engine", "neuron")
    assert done.status == 0
    assert done.out.startswith("2007/RS: 520 ms by euler (dt 0.1 ms), 7 spikes")
    path.write_text('mechanism = "Izhi2007a"\nduration = 100\n[[stimulus]]\nkind = "constant"\nI = 100\n')
    assert command("run", path, "--engine", "neuron").out == command("run", path).out


def test_importing_the_bridge_does_not_import_neuron() -> None:
    program = "import sys, izhi.bridge.neuron, izhi.bridge.nmodl; assert 'neuron' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
