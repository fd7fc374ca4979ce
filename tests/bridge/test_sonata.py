"""SONATA out and in: nodes, edges and spikes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import izhi
from tests.bridge.recordings import made
from tests.command_line import izhi as command

pytest.importorskip("h5py", reason="h5py is not installed")
from izhi.bridge import sonata


def network() -> izhi.Network:
    """Every kind of synapse and of value, on cells of two models, with positions and sources."""
    formulas = {"c": "-65 + 15 r^2", "d": "8 - 6 r^2"}
    start = {"v": izhi.Uniform(-70, -50)}
    E = izhi.Population("E", 8, "2003/RS", formulas, start, positions=np.arange(8) * 0.1)
    X = izhi.Population("X", 2, "2007/RS", {"tau_AMPA": 3.0})
    S = izhi.Population("S", 2, izhi.SpikeSource([[20, 40.03], [30]]))
    receptors = izhi.Conductance("AMPA", second="NMDA", share=0.25)
    return izhi.Network(
        [E, X, S],
        [
            izhi.Projection("E", ["E", "X"], izhi.FixedOutdegree(4), weight=izhi.Uniform(0, 60), delay="1 + 8 r"),
            izhi.Projection("S", "E", weight=30.0, delay=1, synapse=izhi.Delta()),
            izhi.Projection("S", "X", weight=300.0, delay=2, synapse=receptors),
            izhi.Projection("X", "E", weight=30.0, delay=2, synapse=izhi.ExponentialCurrent(3.5), name="x e"),
        ],
        seed=3,
    )


def spikes(net: izhi.Network) -> izhi.NetworkRecording:
    return izhi.Simulation(net, scheme="euler", dt=0.5, engine="reference").advance(60)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: Any) -> Path:
    place = tmp_path_factory.mktemp("sonata") / "net"
    sonata.write(network(), place, dt=0.5)
    return place


def test_a_network_is_read_back_and_fires_the_same_spikes(folder: Path) -> None:
    again = sonata.read(folder / "circuit_config.json")
    one, other = spikes(network()), {p.name: p for p in again.populations}
    assert {name: p.count for name, p in other.items()} == {"E": 8, "X": 2, "S": 2}
    assert np.abs(other["E"].positions[:, 0] - np.arange(8) * 0.1).max() < 1e-12
    two = spikes(izhi.Network([other[name] for name in "EXS"], again.projections))
    assert one.spike_time.size > 20
    assert sorted(zip(two.spike_time, two.spike_cell, strict=True)) == sorted(
        zip(one.spike_time, one.spike_cell, strict=True)
    )


def test_libsonata_reads_nodes_edges_and_their_indices(folder: Path) -> None:
    libsonata = pytest.importorskip("libsonata", reason="libsonata is not installed")
    circuit = libsonata.CircuitConfig.from_file(str(folder / "circuit_config.json"))
    assert circuit.node_populations == {"E", "X", "S"}
    nodes = circuit.node_population("E")
    sim = izhi.Simulation(network(), scheme="euler", dt=0.5, engine="reference")
    drawn = sim.parameters("E")
    assert nodes.get_dynamics_attribute("c", nodes.select_all()).tolist() == drawn["c"].tolist()
    edges = circuit.edge_population("E_E_X__E__E")
    whole = edges.select_all()
    for cell in range(8):
        wanted = np.flatnonzero(edges.target_nodes(whole) == cell).tolist()
        assert sorted(edges.afferent_edges([cell]).flatten().tolist()) == wanted
        wanted = np.flatnonzero(edges.source_nodes(whole) == cell).tolist()
        assert sorted(edges.efferent_edges([cell]).flatten().tolist()) == wanted
    synapses = sim.weights("E->E+X")
    within = synapses.target < 8
    assert edges.get_attribute("syn_weight", whole).tolist() == synapses.weight[within].tolist()
    assert edges.get_attribute("delay", whole).tolist() == synapses.delay[within].tolist()


def test_spikes_are_read_back_by_population(tmp_path: Path) -> None:
    run = made("network")
    assert isinstance(run, izhi.NetworkRecording)
    sonata.write_spikes(run, tmp_path / "spikes.h5")
    found = sonata.read_spikes(tmp_path / "spikes.h5")
    for name in ("E", "I"):
        for a, b in zip(found[name], run.spikes(name), strict=True):
            assert np.array_equal(a, b)


def test_libsonata_reads_the_spikes(tmp_path: Path) -> None:
    libsonata = pytest.importorskip("libsonata", reason="libsonata is not installed")
    run = made("network")
    assert isinstance(run, izhi.NetworkRecording)
    sonata.write_spikes(run, tmp_path / "spikes.h5")
    reader = libsonata.SpikeReader(str(tmp_path / "spikes.h5"))
    times, cells = run.spikes("E")
    assert reader["E"].get() == list(zip(cells.tolist(), times.tolist(), strict=True))
    assert reader["E"].time_units == "ms"


@pytest.mark.parametrize(
    ("population", "projection", "message"),
    [
        ({"drive": izhi.GaussianNoise(5)}, {}, "cannot repeat its numbers"),
        ({"stimulus": izhi.Step(5)}, {}, "nodes have no injected currents"),
        ({}, {"plasticity": izhi.STDP()}, "edges here do not change"),
        ({}, {"short_term": izhi.Depression(0.6, 150)}, "edges here do not change"),
    ],
)
def test_what_sonata_cannot_hold_is_said_and_nothing_is_written(
    population: Any, projection: Any, message: str, tmp_path: Path
) -> None:
    net = izhi.Network(izhi.Population("E", 3, **population), izhi.Projection("E", "E", **projection))
    with pytest.raises(izhi.BadValue, match=message):
        sonata.write(net, tmp_path / "net")
    source = izhi.Network(izhi.Population("P", 3, izhi.PoissonSource(5)))
    with pytest.raises(izhi.BadValue, match="SONATA has spikes, not their rate"):
        sonata.write(source, tmp_path / "net")
    assert not list(tmp_path.iterdir())


def test_what_is_foreign_or_damaged_is_refused_in_one_line(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "net"
    shutil.copytree(folder, place)
    config, types = place / "circuit_config.json", place / "network" / "E_node_types.csv"
    whole, table = config.read_text(), types.read_text()
    types.write_text(table.replace("izhi:izhikevich2003", "nest:iaf_psc_alpha"))
    with pytest.raises(izhi.UnknownName, match="no 'nest:iaf_psc_alpha'"):
        sonata.read(config)
    types.write_text(table)
    for wrong in ("{", "[]", "{}", json.dumps({"networks": {"nodes": [{}]}}), '{"networks": {"nodes": [3]}}'):
        config.write_text(wrong)
        with pytest.raises(izhi.FileProblem) as caught:
            sonata.read(config)
        assert "\n" not in str(caught.value)
    config.write_text(whole)
    (place / "network" / "E_nodes.h5").write_text("no")
    with pytest.raises(izhi.FileProblem, match="cannot be read as SONATA"):
        sonata.read(config)


def test_the_command_writes_the_spikes_of_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made("network").save("net.npz")
    made("cell").save("cell.npz")
    assert command("export", "sonata", "net.npz", "--out", "spikes.h5").status == 0
    assert sonata.read_spikes("spikes.h5").keys() == {"E", "I"}
    ended = command("export", "sonata", "cell.npz", "--out", "x.h5")
    assert (ended.status, ended.err) == (2, "export sonata: 'cell.npz' given; the recording of a network would do\n")
