"""Experiment files of networks: the network that they describe, and mistakes in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.experiment import parse_experiment, run_experiment
from izhi.network_file import NetworkExperiment
from tests.command_line import izhi as command

TEXT = """
duration = "0.1 s"
seed = 4
dt = 0.5
scheme = "euler"
record = { E = 2 }
drive = [{ kind = "RandomCells", current = 20, cells = 1 }]

[[population]]
name = "E"
count = 40
cell = "2003/RS"
parameters = { c = "-65 + 15 r^2", d = { kind = "Uniform", low = 2, high = 8 } }
initial = { v = -60 }
drive = [{ kind = "GaussianNoise", std = 5 }]
stimulus = [{ kind = "step", I = 4, start = 20 }]

[[population]]
name = "S"
count = 2
cell = { kind = "SpikeSource", times = [[10, 20], [30]] }

[[projection]]
source = "S"
target = "E"
weight = 5
delay = 2
synapse = { kind = "ExponentialCurrent", tau = 3 }

[[projection]]
source = "E"
target = "E"
rule = { kind = "FixedIndegree", k = 5 }
weight = { kind = "Uniform", low = 0, high = 3 }
delay = "1 + 2 r"
plasticity = { potentiation = 0.1, consolidation = { period = 50 } }
"""


def described() -> izhi.Network:
    E = izhi.Population(
        "E", 40, "2003/RS", {"c": "-65 + 15 r^2", "d": izhi.Uniform(2, 8)}, {"v": -60}, drive=izhi.GaussianNoise(5),
        stimulus=izhi.Step(4, start=20),
    )  # fmt: skip
    rule = izhi.STDP(potentiation=0.1, consolidation=izhi.Consolidation(period=50))
    return izhi.Network(
        [E, izhi.Population("S", 2, izhi.SpikeSource([[10, 20], [30]]))],
        [
            izhi.Projection("S", "E", weight=5, delay=2, synapse=izhi.ExponentialCurrent(3)),
            izhi.Projection("E", "E", izhi.FixedIndegree(5), izhi.Uniform(0, 3), "1 + 2 r", plasticity=rule),
        ],
        seed=4,
        drive=izhi.RandomCells(20, 1),
    )


def test_a_file_is_the_network_that_python_describes() -> None:
    experiment = parse_experiment(TEXT)
    assert isinstance(experiment, NetworkExperiment)
    found = experiment.run("reference")
    ours = izhi.simulate(described(), 100, scheme="euler", dt=0.5, record={"E": 2}, engine="reference")
    assert np.array_equal(found.spike_time, ours.spike_time)
    assert np.array_equal(found.spike_cell, ours.spike_cell)
    assert np.array_equal(found.voltage, ours.voltage)
    assert found.spike_time.size > 3


@pytest.mark.parametrize(
    ("was", "put", "words"),
    [
        ('"GaussianNoise"', '"GaussianNose"', "population\\[0\\].drive\\[0\\].kind: no 'GaussianNose'; did you mean"),
        ("std = 5", "sd = 5", "population\\[0\\].drive\\[0\\]: no 'sd'; did you mean 'std'"),
        (", k = 5", "", "projection\\[1\\].rule: .* it also needs k"),
        ('duration = "0.1 s"', "", "duration: nothing given; a time in ms"),
        ('source = "S"', 'source = "T"', "no 'T'"),
        ("tau = 3", "tau = -3", "a number above 0 would do"),
        ('cell = "2003/RS"', 'cell = "2003/RSS"', "did you mean"),
        ("count = 40", "count = 40\nsize = 3", "population\\[0\\]: no 'size'"),
        ("seed = 4", 'seed = "four"', "seed"),
        ("record = { E = 2 }", "record = 3", "record"),
        ("weight = 5", "weight = { kind = 5 }", "projection\\[0\\].weight.kind"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_key(was: str, put: str, words: str) -> None:
    assert was in TEXT
    with pytest.raises(izhi.IzhiError, match=words) as problem:
        parse_experiment(TEXT.replace(was, put, 1))
    assert "\n" not in str(problem.value)


def test_the_command_line_runs_it_and_says_what_came_out(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text(TEXT)
    done = command("run", path, "--engine", "reference", "--out", tmp_path / "net.npz", "--plot", tmp_path / "net.png")
    assert done.status == 0, done.err
    found = izhi.NetworkRecording.load(tmp_path / "net.npz")
    assert done.out.splitlines()[0] == str(found) == str(run_experiment(path, "reference"))
    assert (tmp_path / "net.png").exists()


def test_what_takes_a_cell_refuses_a_network_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "net.toml"
    path.write_text(TEXT)
    done = command("classify", path)
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert "an experiment with a cell would do" in done.err
