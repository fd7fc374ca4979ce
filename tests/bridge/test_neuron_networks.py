"""Networks in NEURON give the spikes and samples of the engine, to the last bit, on any number of processes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.experiment import run_experiment
from tests.bridge.neuron import needs_compiler

pytestmark = needs_compiler


def cortex(synapse: izhi.Synapse = izhi.CurrentPulse(), scale: float = 1.0) -> izhi.Network:
    E = izhi.Population("E", 80, "2003/RS", {"d": "8 - 6 r^2"}, drive=izhi.GaussianNoise(5))
    I = izhi.Population("I", 20, "2003/FS", drive=izhi.GaussianNoise(2))
    rule = izhi.FixedOutdegree(30)
    return izhi.Network(
        [E, I],
        [
            izhi.Projection("E", ["E", "I"], rule, weight=izhi.Uniform(0, 5 * scale), delay=izhi.Uniform(1, 20),
                            synapse=synapse),
            izhi.Projection("I", ["E", "I"], rule, weight=izhi.Uniform(-9 * scale, 0), synapse=synapse),
        ],
        seed=1,
    )  # fmt: skip


def mixed() -> izhi.Network:
    S = izhi.Population("S", 3, izhi.SpikeSource([[0, 10, 20.3, 20.4], [5], [30, 31, 32]]))
    P = izhi.Population("P", 20, izhi.PoissonSource(50))
    stimulus = izhi.Step(50, start=20)
    C = izhi.Population("C", 30, "2007/RS", drive=izhi.UniformNoise(-10, 60), stimulus=stimulus)
    D = izhi.Population("D", 10, "2007/mitral", stimulus=izhi.Constant(30), drive=izhi.PoissonDrive(40, 90))
    some, few = izhi.Uniform(0, 20), izhi.FixedIndegree(5)
    both = izhi.Conductance("AMPA", second="NMDA", share=0.3)
    return izhi.Network(
        [S, P, C, D],
        [
            izhi.Projection("S", ["C", "D"], weight=some, delay=izhi.Uniform(1, 5), synapse=both),
            izhi.Projection("P", "C", few, weight=some, delay=2, synapse=izhi.Conductance("AMPA")),
            izhi.Projection("C", "D", few, weight=some, delay=izhi.Uniform(1, 9), synapse=izhi.Conductance("NMDA")),
            izhi.Projection("D", "C", few, weight=some, delay=1, synapse=izhi.Conductance("GABA_A")),
            izhi.Projection("S", "D", weight=30, delay=1, name="pulses"),
            izhi.Projection(["S", "P"], ["C", "D"], izhi.FixedIndegree(4), weight=some, delay=izhi.Uniform(0.5, 3),
                            synapse=izhi.ExponentialCurrent(4.0), multapses=True),
        ],
        seed=3,
        drive=izhi.RandomCells(20, 2),
    )  # fmt: skip


def assert_same(network: izhi.Network, duration: float, **how: object) -> izhi.NetworkRecording:
    ours, theirs = (izhi.simulate(network, duration, engine=engine, **how) for engine in ("reference", "neuron"))
    for name in ("spike_time", "spike_cell", "trace_cells", "trace_time", "voltage", "recovery", "current"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name), equal_nan=True), name
    assert str(ours) == str(theirs)
    assert ours.provenance["synapses"] == theirs.provenance["synapses"]
    return theirs


def test_pulses_act_in_the_step_that_the_spike_is_in() -> None:
    found = assert_same(cortex(), 150, record={"E": [0, 3], "I": 2}, every=2)
    assert found.spike_time.size > 10
    assert found.provenance["engine"] == "neuron"


def test_jumps_of_v_act_at_the_end_of_the_step() -> None:
    assert assert_same(cortex(izhi.Delta()), 150, record={"E": 2}).spike_time.size > 50


def test_all_kinds_of_synapses_sources_and_drives_at_once() -> None:
    for scheme, dt in (("euler", 0.1), ("published-2003", 1.0)):
        found = assert_same(mixed(), 60, scheme=scheme, dt=dt, record={"C": 2, "D": [1]}, every=3)
        assert found.spike_time.size > 20


def test_a_cell_that_starts_above_its_peak_spikes_at_once() -> None:
    cells = izhi.Population("V", 4, "2003/RS", initial={"v": [40.0, -60.0, 31.0, -70.0]})
    assert assert_same(izhi.Network(cells, izhi.Projection("V", "V", weight=15.3)), 30).spike_time[0] == 0.0


def test_a_network_that_runs_away_ends_at_the_same_time() -> None:
    found = assert_same(cortex(scale=15.0), 300)
    assert "runs away" in found.failures[0]["reason"]


def test_a_network_without_synapses_or_cells_runs() -> None:
    assert_same(izhi.Network(izhi.Population("V", 3)), 20)


def test_what_neuron_cannot_run_is_refused_in_one_line() -> None:
    E = izhi.Population("E", 3)
    plastic = izhi.Projection("E", "E", plasticity=izhi.STDP())
    driven = izhi.Population("E", 3, drive=izhi.PoissonDrive(10, 1, izhi.Conductance("AMPA")))
    for network, how, words in (
        (izhi.Network(E, plastic), {}, "E->E: 'plasticity' given; synapses whose weights stay"),
        (izhi.Network(driven), {}, "PoissonSource"),
        (izhi.Network(E), {"scheme": "rk4"}, "one with equal steps"),
        (izhi.Network(E), {"precision": "single"}, "double precision"),
    ):
        with pytest.raises(izhi.BadValue, match=words) as problem:
            izhi.simulate(network, 10, engine="neuron", **how)
        assert "\n" not in str(problem.value)


NET = """
duration = 100
seed = 1

[[population]]
name = "E"
count = 60
cell = "2003/RS"
parameters = { d = "8 - 6 r^2" }
drive = [{ kind = "GaussianNoise", std = 6 }]

[[projection]]
source = "E"
target = "E"
rule = { kind = "FixedOutdegree", k = 20 }
weight = { kind = "Uniform", low = 0, high = 5 }
delay = { kind = "Uniform", low = 1, high = 9 }
"""


@pytest.mark.skipif(shutil.which("mpiexec") is None, reason="mpiexec is not installed")
def test_two_processes_of_mpi_give_the_spikes_of_one_and_the_first_speaks(tmp_path: Path) -> None:
    (tmp_path / "net.toml").write_text(NET)
    program = "from izhi.cli import main; main()"
    allowed = dict.fromkeys(("OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"), "1")
    command = ["run", "net.toml", "--engine", "neuron", "--out", "n.npz"]
    done = subprocess.run(
        ["mpiexec", "--oversubscribe", "-n", "2", sys.executable, "-c", program, *command],
        cwd=tmp_path, capture_output=True, text=True, env=os.environ | allowed, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = izhi.NetworkRecording.load(tmp_path / "n.npz")
    ours = run_experiment(tmp_path / "net.toml")
    assert found.provenance["processes"] == 2
    assert np.array_equal(found.spike_time, ours.spike_time)
    assert np.array_equal(found.spike_cell, ours.spike_cell)
    assert done.stdout.splitlines() == [str(ours), "wrote n.npz"]
    assert ours.spike_time.size > 20
