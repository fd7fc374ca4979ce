"""Connected cells give NEURON's bits, and its order of simultaneous spikes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import izhi
from izhi.modeldb import IzhiCell, NetCon, run
from tests.golden_data import read

NETWORKS: list[dict[str, Any]] = read("neuron")["networks"]


def cells_and_connections(network: dict[str, Any]) -> tuple[list[IzhiCell], list[NetCon]]:
    cells = [IzhiCell(kind, host=True, cellid=i) for i, kind in enumerate(network["types"])]
    for cell, current in zip(cells, network["Iin"], strict=True):
        cell.izh.Iin = current
    return cells, [NetCon(cells[pre], cells[post], delay, w) for pre, post, delay, w in network["connections"]]


@pytest.mark.parametrize("engine", ["cpu", "reference"])
@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network["name"])
def test_networks_have_neurons_bits(network: dict[str, Any], engine: str) -> None:
    if engine == "reference" and len(network["types"]) * network["duration"] / network["dt"] > 1e5:
        pytest.skip("so many steps in plain Python take too long; smaller networks are run")
    out = run(*cells_and_connections(network), network["duration"], dt=network["dt"], engine=engine)
    assert out.spike_time.tolist() == network["spike_time"]
    assert out.spike_cell.tolist() == network["spike_cell"]
    for name, values in network["final"].items():
        found = out.conductances[name] if name in out.conductances else getattr(out, name)
        assert found[:, -1].tolist() == values


def test_a_cell_alone_in_a_network_is_the_cell_alone() -> None:
    cell = IzhiCell("CH", host=True)
    cell.izh.Iin = 300
    out, alone = run([cell], [], 100), cell.run(100)
    assert np.array_equal(out.V[0], alone.V)
    assert np.array_equal(out.spikes(0), alone.spikes)


def test_a_cell_in_a_section_sends_but_hears_nothing() -> None:
    source, target = IzhiCell("RS"), IzhiCell("FS", host=True)
    source.izh.Iin = 150
    netcons = [NetCon(source, target, 1.5, {"AMPA": 30.0}), NetCon(target, source, 1.0, {"AMPA": 500.0})]
    alone = source.izh.mechanism.run(200)
    out = run([source, target], netcons, 200)
    assert np.array_equal(out.spikes(0), alone.spikes)
    assert out.spikes(1).size >= out.spikes(0).size > 2
    assert out.spikes(1)[0] > out.spikes(0)[0] + 1.5


def test_delay_0_input_survives_the_targets_own_reset() -> None:
    """It comes after all watches of its time; input due by then is cleared by the target's spike."""
    pair = [IzhiCell("RS", host=True), IzhiCell("RS", host=True)]
    for cell in pair:
        cell.izh.Iin = 100
    at_once = run(pair, [NetCon(pair[0], pair[1], 0.0, {"GABAA": 1.0})], 60)
    k = int(np.searchsorted(at_once.t, at_once.spikes(0)[0]))
    assert at_once.spikes(0)[0] == at_once.spikes(1)[0]
    assert at_once.conductances["gGABAA"][1, k] == 0
    assert at_once.conductances["gGABAA"][1, k + 1] > 0.9


def test_mistakes_are_named() -> None:
    cell, other = IzhiCell("RS", host=True), IzhiCell("RS", host=True)
    with pytest.raises(izhi.UnknownName, match="AMPA"):
        NetCon(cell, cell, 1.0, {"AMPAR": 1.0})
    with pytest.raises(izhi.BadValue, match="cells that run"):
        run([cell], [NetCon(cell, other)], 10)
    with pytest.raises(izhi.BadValue, match="delay"):
        run([cell], [NetCon(cell, cell, -1.0)], 10)
    with pytest.raises(izhi.UnknownName, match="did you mean 'RTN_burst'"):
        IzhiCell("RTN_brst")
