"""Scripts for ModelDB 39948 and models of NetPyNE run as they are on the mechanisms of this package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from izhi.mechanism import MECHANISMS, Mechanism
from izhi.modeldb import IzhiCell, NetCon, run, traces
from izhi.modeldb.show import last_values
from tests.command_line import izhi as command

needs_neuron = pytest.mark.skipif(
    find_spec("neuron") is None or not (shutil.which("g++") and shutil.which("make")),
    reason="NEURON, g++ or make is not installed",
)
# How much later NEURON sends a spike that it finds by a threshold of a voltage [ms].
LATER = 1e-10
# A Python that has NetPyNE, NEURON and this package, if this one has not.
NETPYNE = os.environ.get("IZHI_NETPYNE", sys.executable)
SIMPLE = """
import simple
from neuron import h

h.run()
simple.show("v3a", "u3b", "v7a", "v7b", "u7bS", "v7bw")
"""
WRAPPER = """
import sys
from izhi2007Wrapper import IzhiCell, dummy, type2007
from neuron import h

h.load_file("stdrun.hoc")
cells = [IzhiCell(type="FS", host=dummy, cellid=3), IzhiCell("LTS")]
spikes = [h.Vector(), h.Vector()]
wires = [h.NetCon(cell.izh, None) for cell in cells]
for cell, current, wire, vector in zip(cells, (200, 300), wires, spikes):
    cell.izh.Iin = current
    wire.record(vector)
h.tstop = 100
h.run()
for vector in spikes:
    print(*vector)
print(sys.argv[1], len(type2007))
"""
MODEL = """
import json
from netpyne import sim, specs

netParams, cfg = specs.NetParams(), specs.SimConfig()
of_2003 = {"a": 0.02, "b": 0.2, "c": -65, "d": 8, "Iin": 4}
of_2007 = {"C": 1, "k": 0.7, "vr": -60, "vt": -40, "vpeak": 35, "a": 0.03, "b": -2, "c": -50, "d": 100, "Iin": 70}
receptors = ["AMPA", "NMDA", "GABAA", "GABAB", "opsin"]
for name in ("Izhi2003a", "Izhi2003b", "Izhi2007a", "Izhi2007b", "Izhi2007bS"):
    own = {"mod": name} | (of_2003 if "2003" in name else of_2007)
    own |= {"vref": "V"} if name.endswith("a") else {}
    own |= {"synList": receptors} if name == "Izhi2007a" else {}
    geometry = {"L": 6.37, "diam": 5, "cm": 1} if name == "Izhi2003b" else {"L": 10, "diam": 10, "cm": 31.831}
    soma = {"geom": geometry, "threshold": 30 if "2003" in name else 35, "pointps": {"Izhi": own}}
    netParams.cellParams[name] = {"secs": {"soma": soma}}
    netParams.popParams[name] = {"cellType": name, "numCells": 1}
    recorded = {"pointp": "Izhi", "var": "V"} if "vref" in own else {"var": "v"}
    cfg.recordTraces[name] = {"sec": "soma", "loc": 0.5, "conds": {"pop": name}, **recorded}
netParams.importCellParams(label="FS", fileName="izhi2007Wrapper.py", cellName="IzhiCell", cellArgs={"type": "FS"})
netParams.popParams["target"] = {"cellType": "Izhi2007a", "numCells": 1}
cfg.recordTraces["target"] = cfg.recordTraces["Izhi2007a"] | {"conds": {"pop": "target"}}
netParams.connParams["excites"] = {
    "preConds": {"pop": "Izhi2007a"}, "postConds": {"pop": "target"}, "synMech": "AMPA", "weight": 20, "delay": 2,
}
cfg.duration, cfg.dt, cfg.recordStep, cfg.recordCells = 200, 0.025, 0.025, ["all"]
cfg.hParams = {"v_init": -65}
sim.create(netParams, cfg)
sim.simulate()
found = {name: list(next(iter(sim.simData[name].values()))) for name in cfg.recordTraces}
found |= {"spikes": [list(sim.simData["spkid"]), list(sim.simData["spkt"])]}
found["FS"] = next(iter(netParams.cellParams["FS"]["secs"].values()))["pointps"]["Izhi2007b_0"]["d"]
with open("found.json", "w") as file:
    json.dump(found, file)
"""


def ended(
    *arguments: object, folder: Path, program: str = sys.executable, text: str | None = None
) -> subprocess.CompletedProcess:
    """A Python that ran in a folder, a script `script.py` of that text, if there is one, by the runner."""
    runner: list[str] = []
    if text is not None:
        (folder / "script.py").write_text(text, encoding="utf-8")
        runner = ["-m", "izhi.bridge.neuron", "script.py"]
    return subprocess.run(
        [program, *runner, *map(str, arguments)], cwd=folder, capture_output=True, text=True, timeout=300,
        env=os.environ | {"MPLBACKEND": "Agg"}, check=False,
    )  # fmt: skip


@needs_neuron
def test_a_script_that_imports_simple_shows_what_the_original_shows(tmp_path: Path) -> None:
    names = ("v3a", "u3b", "v7a", "v7b", "u7bS", "v7bw")
    done = ended(folder=tmp_path, text=SIMPLE)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == last_values(traces(*names), names)


@needs_neuron
def test_a_script_that_imports_the_wrapper_has_its_cells_and_its_arguments(tmp_path: Path) -> None:
    done = ended("there", folder=tmp_path, text=WRAPPER)
    assert done.returncode == 0, done.stderr
    first, second, last = done.stdout.splitlines()
    for shown, kind, host, current in ((first, "FS", True, 200), (second, "LTS", None, 300)):
        cell = IzhiCell(kind, host=host)
        cell.izh.Iin = current
        assert [float(t) for t in shown.split()] == cell.run(100).spikes.tolist()
    assert last == "there 9"


@needs_neuron
def test_a_file_beside_the_script_comes_before_ours(tmp_path: Path) -> None:
    (tmp_path / "simple.py").write_text("from izhi2007Wrapper import h\nmine = hasattr(h, 'Izhi2003b')\n")
    done = ended(folder=tmp_path, text="import simple\nprint(simple.mine)\n")
    assert done.stdout == "True\n", done.stderr


@needs_neuron
def test_the_exported_folder_has_all_that_a_script_in_it_needs(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    done = command("export", "modeldb", "--out", folder)
    names = [f"{name}.mod" for name in MECHANISMS] + ["izhi2007Wrapper.py", "simple.py"]
    assert (done.status, done.out.splitlines()) == (0, [f"wrote {folder / name}" for name in names])
    (folder / "mine.py").write_text("import simple\nsimple.h.run()\nsimple.show('v7a')\n", encoding="utf-8")
    shown = ended("mine.py", folder=folder)
    assert shown.stdout.strip() == last_values(traces("v7a"), ("v7a",)), shown.stderr


def test_what_is_no_script_is_one_line_and_status_2(tmp_path: Path) -> None:
    for arguments in ((), ("nowhere.py",)):
        done = ended("-m", "izhi.bridge.neuron", *arguments, folder=tmp_path)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    (tmp_path / "file").touch()
    assert command("export", "modeldb", "--out", tmp_path / "file").status == 2


def test_a_model_of_netpyne_has_the_bits_of_the_mechanisms(tmp_path: Path) -> None:
    if ended("-c", "import netpyne, izhi", folder=tmp_path, program=NETPYNE).returncode:
        pytest.skip("NetPyNE cannot be imported (pip install netpyne, or name a Python that has it in IZHI_NETPYNE)")
    done = ended(folder=tmp_path, program=NETPYNE, text=MODEL)
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    cells, times = (np.array(each) for each in found["spikes"])
    for k, name in enumerate(MECHANISMS):
        own = {"a": 0.02, "b": 0.2, "c": -65, "d": 8, "Iin": 4} if "2003" in name else {"Iin": 70}
        ours, voltage = Mechanism(name, own).run(200), np.array(found[name])
        assert (times[cells == k] - LATER).round(12).tolist() == ours.spikes.round(12).tolist()
        # NetPyNE samples by events; at the time of a spike some come after the reset.
        same = ~np.isin(ours.t[:-1], ours.spikes)
        assert np.array_equal(voltage[same], ours.V[:-1][same]), name
    first, second = (IzhiCell("RS", host=True) for _ in range(2))
    first.izh.Iin = second.izh.Iin = 70
    together = run([first, second], [NetCon(first, second, delay=2, weights={"AMPA": 20})], 200)
    arrived = times[cells == len(MECHANISMS)] - LATER
    assert arrived.round(12).tolist() == together.spikes(1).round(12).tolist()
    assert np.array_equal(found["target"], together.V[1][:-1])
    assert found["FS"] == -55.0
