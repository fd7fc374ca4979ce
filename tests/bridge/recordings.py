"""Recordings of every kind, for the formats that hold them."""

from __future__ import annotations

from functools import cache

import numpy as np

import izhi

KINDS = ("cell", "dendrite", "neuron", "ensemble", "spikes", "network", "rasters")
Kind = izhi.Recording | izhi.NetworkRecording


@cache
def made(kind: str) -> Kind:
    if kind == "cell":
        return izhi.simulate("2007/RS", izhi.Step(70.1, 10), 300, scheme="euler", engine="reference")
    if kind == "dendrite":
        stimulus = izhi.Step(170, 20) + izhi.Events("AMPA", [50.0], 3.0)
        return izhi.simulate("2007/LS", stimulus, 150, scheme="euler", engine="reference")
    if kind == "neuron":
        return izhi.simulate("2007/RS", izhi.Step(120), 100, scheme="neuron-2007a", engine="reference")
    if kind == "ensemble":
        cells = izhi.Cell.preset("2003/RS", d=[6, 8, 9])
        return izhi.simulate(cells, izhi.Step(10, 10), 80, scheme="euler", engine="reference", cells=[0, 2])
    if kind == "spikes":
        return izhi.simulate("2003/RS", izhi.Step(10, 10), 100, scheme="euler", engine="reference", record="spikes")
    return network(traces=kind == "network")


def network(traces: bool) -> izhi.NetworkRecording:
    """Two populations, with weights over time and samples of three cells, or spikes alone."""
    E = izhi.Population("E", 20, "2003/RS", drive=izhi.GaussianNoise(6))
    I = izhi.Population("I", 5, "2003/FS", drive=izhi.GaussianNoise(3))
    learning = izhi.Projection("E", "I", weight=1.0, plasticity=izhi.STDP())
    net = izhi.Network([E, I], [izhi.Projection("E", "E", izhi.FixedOutdegree(4), weight=3.0), learning])
    sim = izhi.Simulation(net, engine="reference", record={"E": [0, 3], "I": [1]} if traces else None)
    if traces:
        sim.record_weights("E->I", 50)
    return sim.advance(150)


def assert_same(a: Kind, b: Kind) -> None:
    """Every array, name and number."""
    one, other = a.to_numpy(), b.to_numpy()
    assert one.keys() == other.keys()
    for key, value in one.items():
        left, right = np.asarray(value), np.asarray(other[key])
        assert left.shape == right.shape, key
        assert np.array_equal(left, right, equal_nan=left.dtype.kind == "f"), key
