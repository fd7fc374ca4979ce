"""A description is checked when it is made, says in one line what is wrong with it, and never changes."""

# What is given here is of wrong types on purpose.
# mypy: disable-error-code="arg-type"

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import izhi

E = izhi.Population("E", 3)
NAN, INF = float("nan"), float("inf")


def built(*populations: izhi.Population, projections: Any = (), **options: Any) -> izhi.Simulation:
    return izhi.Simulation(izhi.Network(list(populations) or [E], projections), engine="reference", **options)


def changed(kind: str = "E", **change: Any) -> izhi.Simulation:
    return built(izhi.Population(kind, **{"count": 3, **change}))


def joined(**change: Any) -> izhi.Simulation:
    return built(E, projections=[izhi.Projection("E", "E", **change)])


# What is given, and a part of what the message says.
WRONG: dict[str, tuple[Any, str]] = {
    "a name that is no text": (lambda: izhi.Population(3, 1), "Population.name: 3 given"),
    "a name without letters": (lambda: izhi.Population("", 1), "a name would do"),
    "a number of cells below 0": (lambda: izhi.Population("E", -1), "E.count: -1 given; a whole number from 0"),
    "half a cell": (lambda: izhi.Population("E", 1.5), "E.count: 1.5 given"),
    "a number of cells that is a truth": (lambda: izhi.Population("E", True), "E.count: True given"),
    "more cells than can be numbered": (lambda: izhi.Population("E", 2**31), "a whole number from 0"),
    "an unknown preset": (lambda: izhi.Population("E", 1, "2003/RZZ"), "did you mean '2003/RZ'?"),
    "a cell that is none": (lambda: izhi.Population("E", 1, 5), "a preset, a Cell, a SpikeSource or a PoissonSource"),
    "an unknown parameter": (lambda: changed(parameters={"q": 1}), "E.parameters: no 'q' (a, b, c, d"),
    "an unknown initial value": (lambda: changed(initial={"w": 1}), "E.initial: no 'w' (v, u)"),
    "a parameter that is nothing": (lambda: changed(parameters={"d": None}), "E.d: nothing given"),
    "a parameter that is no number": (lambda: changed(parameters={"d": NAN}), "E.d: nan given"),
    "parameters of a wrong length": (lambda: changed(parameters={"d": [1, 2]}), "'2 values' given; one, or 3"),
    "initial values of a wrong length": (lambda: changed(initial={"v": [1, 2]}), "E.v: '2 values' given; one, or 3"),
    "a preset's parameters of a wrong length": (
        lambda: changed(cell=izhi.Cell.preset("2003/RS", d=[1, 2])), "E: 'arrays of 2 values' given; 3, one for each"),
    "parameters of two dimensions": (lambda: changed(parameters={"d": [[1, 2, 3]]}), "E.d: [[1, 2, 3]] given"),
    "a formula of what is not known": (lambda: changed(parameters={"d": "2q"}), "formula: no 'q'"),
    "a formula of places that are not known": (lambda: changed(parameters={"d": "x"}), "positions would tell it"),
    "a negative capacitance": (lambda: changed(cell="2007/RS", parameters={"C": -1.0}), "izhikevich2007.C"),
    "a drive that is a number": (lambda: changed(drive=5), "E.drive: 5 given"),
    "a drive that is a stimulus": (lambda: changed(drive=[izhi.Step(5)]), "such as GaussianNoise(5), would do"),
    "a stimulus that is a number": (lambda: changed(stimulus=5), "E.stimulus: 5 given"),
    "currents of a wrong number": (lambda: changed(stimulus=izhi.Step([1, 2])), "'2 currents' given; one, or 3"),
    "a stimulus of events": (lambda: changed(stimulus=izhi.Events("AMPA", [1], 1)), "a SpikeSource or a PoissonDrive"),
    "places of a wrong number": (lambda: changed(positions=[1, 2]), "E.positions: [1, 2] given; 3 rows of 1 to 3"),
    "places of four dimensions": (lambda: changed(positions=np.zeros((3, 4))), "3 rows of 1 to 3 numbers"),
    "places that are nowhere": (lambda: changed(positions=[1, 2, NAN]), "3 rows of 1 to 3 numbers"),
    "places that are words": (lambda: changed(positions="abc"), "3 rows of 1 to 3 numbers"),
    "a source with parameters": (
        lambda: changed(cell=izhi.PoissonSource(1.0), parameters={"d": 1}), "a source of spikes has none"),
    "a source with a drive": (
        lambda: changed(cell=izhi.SpikeSource([1.0]), drive=izhi.GaussianNoise(1)), "a source of spikes has none"),
    "spikes before the beginning": (lambda: changed(cell=izhi.SpikeSource([-1.0])), "times from 0 to 1e+12 ms"),
    "spikes at no time": (lambda: changed(cell=izhi.SpikeSource([NAN])), "SpikeSource.times"),
    "spikes of a wrong number of cells": (
        lambda: changed(cell=izhi.SpikeSource([[1.0], [2.0]])), "times in ms, or 3 sequences of times"),
    "spikes that are words": (lambda: changed(cell=izhi.SpikeSource("a")), "SpikeSource.times"),
    "one time": (lambda: changed(cell=izhi.SpikeSource(5.0)), "SpikeSource.times: 5.0 given"),
    "a rate below 0": (lambda: izhi.PoissonSource(-1.0), "PoissonSource.rate: -1.0 given; 0 Hz or more"),
    "a rate without end": (lambda: izhi.PoissonSource(INF), "PoissonSource.rate"),
    "noise that is no number": (lambda: izhi.GaussianNoise(NAN), "GaussianNoise.std: nan given"),
    "noise of a word": (lambda: izhi.UniformNoise("a", 1), "UniformNoise.low: 'a' given"),
    "a Poisson drive below 0": (lambda: izhi.PoissonDrive(-1, 1), "0 Hz or more"),
    "a Poisson drive over nothing": (lambda: izhi.PoissonDrive(1, 1, 3), "a synapse, such as CurrentPulse()"),
    "a Poisson drive of too many": (lambda: changed(drive=izhi.PoissonDrive(1e9, 1)), "at most 200000 Hz would do"),
    "a part of a random cell": (lambda: izhi.RandomCells(1, 0.5), "RandomCells.cells: 0.5 given"),
    "an unknown source": (lambda: built(projections=[izhi.Projection("F", "E")]), "F->E: no 'F' (E)"),
    "an unknown target": (lambda: built(projections=[izhi.Projection("E", "EE")]), "did you mean 'E'?"),
    "a source that is a number": (lambda: izhi.Projection(3, "E"), "Projection.source: 3 given"),
    "no target": (lambda: izhi.Projection("E", ()), "Projection.target: () given"),
    "a target given twice": (lambda: izhi.Projection("E", ("E", "E")), "the name of a population, or several"),
    "a rule that is a number": (lambda: joined(rule=0.1), "E->E.rule: 0.1 given; a rule, such as FixedIndegree(100)"),
    "a rule that is a class": (lambda: joined(rule=izhi.AllToAll), "E->E.rule"),
    "a synapse that is a word": (lambda: joined(synapse="AMPA"), "E->E.synapse: 'AMPA' given"),
    "a short-term plasticity that is none": (lambda: joined(short_term=0.5), "Depression(p, tau) or Markram(U, tau"),
    "a plasticity that is none": (lambda: joined(plasticity=True), "E->E.plasticity: True given"),
    "both plasticities": (
        lambda: joined(short_term=izhi.Depression(0.5, 100), plasticity=izhi.STDP()), "short-term or long-term"),
    "a weight that is no number": (lambda: joined(weight=NAN), "E->E.weight: nan given"),
    "a weight that is nothing": (lambda: joined(weight=None), "E->E.weight: nothing given"),
    "weights of a rule that draws": (lambda: joined(weight=[1.0] * 6), "with Pairs or Matrix"),
    "delays of a rule that draws": (lambda: joined(delay=[1.0] * 6), "E->E.delay: 'an array' given"),
    "weights of a matrix": (lambda: joined(rule=izhi.Matrix(np.ones((3, 3))), weight=2.0), "the matrix gives the"),
    "a delay below 0": (lambda: joined(delay=-1.0), "E->E.delay: -1.0 given; 0 to 10000 ms"),
    "a delay of a minute": (lambda: joined(delay=60_000.0), "0 to 10000 ms would do"),
    "drawn delays of a minute": (lambda: joined(delay="60000 + r"), "up to 10000 ms would do"),
    "drawn delays of an age": (lambda: joined(delay=izhi.LogNormal(1e300, 1.0)), "up to 10000 ms would do"),
    "a time constant of 0": (lambda: izhi.ExponentialCurrent(0), "ExponentialCurrent.tau: 0 given; a number above 0"),
    "an unknown receptor": (lambda: izhi.Conductance("GABAA"), "did you mean 'GABA_A'?"),
    "an unknown second receptor": (lambda: izhi.Conductance("AMPA", "NDMA"), "did you mean 'NMDA'?"),
    "a share of a word": (lambda: izhi.Conductance("AMPA", "NMDA", "a"), "Conductance.share: 'a' given"),
    "a depression below 0": (lambda: izhi.Depression(-0.1, 100), "Depression.p: -0.1 given"),
    "a depression without recovery": (lambda: izhi.Depression(0.1, 0), "Depression.tau: 0 given"),
    "a utilisation above 1": (lambda: izhi.Markram(1.5, 100), "U from 0 to 1"),
    "a facilitation below 0": (lambda: izhi.Markram(0.5, 100, -1), "tau_facil from 0 ms"),
    "an unknown pairing": (lambda: izhi.STDP(pairing="al"), "did you mean 'all'?"),
    "bounds the wrong way": (lambda: izhi.STDP(lowest=1, highest=0), "lowest <= highest would do"),
    "a trace without decay": (lambda: izhi.STDP(tau_plus=0), "STDP.tau_plus: 0 given"),
    "dopamine without consolidation": (lambda: izhi.STDP(dopamine=izhi.Dopamine()), "with a consolidation"),
    "a consolidation at every moment": (lambda: izhi.Consolidation(period=0), "Consolidation.period: 0 given"),
    "a growth that is no number": (lambda: izhi.Consolidation(growth=NAN), "Consolidation.growth: nan given"),
    "dopamine that is a word": (lambda: izhi.Dopamine("a"), "Dopamine.tonic: 'a' given"),
    "populations that are none": (lambda: izhi.Network([5]), "Network.populations: [5] given; a sequence of"),
    "projections that are none": (lambda: izhi.Network([E], 5), "Network.projections: 5 given"),
    "two populations of one name": (lambda: izhi.Network([E, E]), "Network.populations: 'E' given"),
    "two projections of one name": (
        lambda: izhi.Network([E], [izhi.Projection("E", "E")] * 2), "names that are given once would do"),
    "a seed below 0": (lambda: izhi.Network([E], seed=-1), "Network.seed: -1 given"),
    "a seed of a word": (lambda: izhi.Network([E], seed="a"), "Network.seed: 'a' given"),
    "a seed too large": (lambda: izhi.Network([E], seed=2**63), "a whole number from 0"),
    "a simulation of a population": (lambda: izhi.Simulation(E), "a Network would do"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_refused_in_one_line(mistake: str) -> None:
    make, part = WRONG[mistake]
    with pytest.raises(izhi.IzhiError) as caught:
        make()
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


DESCRIPTIONS = [
    E,
    izhi.Network([E]),
    izhi.Projection("E", "E"),
    izhi.GaussianNoise(1.0),
    izhi.PoissonDrive(1.0, 1.0),
    izhi.SpikeSource([1.0]),
    izhi.CurrentPulse(),
    izhi.Conductance(),
    izhi.Markram(0.5, 100),
    izhi.STDP(),
    izhi.Consolidation(),
    izhi.Dopamine(),
    izhi.FixedIndegree(1),
    izhi.Pairs([0], [0]),
    izhi.Uniform(0, 1),
    izhi.Formula("r"),
]


@pytest.mark.parametrize("thing", DESCRIPTIONS, ids=lambda thing: type(thing).__name__)
def test_a_description_is_frozen(thing: Any) -> None:
    field = dataclasses.fields(thing)[0].name if dataclasses.fields(thing) else "unit"
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(thing, field, 1)


def test_arrays_that_change_afterwards_change_no_description() -> None:
    d, where, weight = np.array([1.0, 2.0, 3.0]), np.zeros(3), np.ones((3, 3))
    own = izhi.Population("E", 3, parameters={"d": d}, positions=where)
    rule = izhi.Matrix(weight)
    d[:], where[:], weight[:] = 9, 9, 9
    assert own.parameters["d"].tolist() == [1, 2, 3]
    assert own.positions.ravel().tolist() == [0, 0, 0]
    assert set(rule.entries()[2]) == {1.0}


def test_values_may_be_given_in_every_way_at_once() -> None:
    cell = izhi.Cell.preset("2003/RS", c=[-50, -60, -70])
    own = izhi.Population("E", 3, cell, {"d": 2, "a": np.array([0.02, 0.03, 0.04]), "b": izhi.Uniform(0.2, 0.25)},
                          {"v": "-70 + i", "u": -13.0})  # fmt: skip
    sim = built(own)
    values = sim.parameters("E")
    assert np.broadcast_to(values["d"], 3).tolist() == [2, 2, 2]
    assert values["a"].tolist() == [0.02, 0.03, 0.04]
    assert values["c"].tolist() == [-50, -60, -70]
    assert ((values["b"] >= 0.2) & (values["b"] <= 0.25)).all()
    assert sim.state("E")["v"].tolist() == [-70, -69, -68]
    assert sim.state("E")["u"].tolist() == [-13, -13, -13]


def test_u_starts_where_v_and_the_parameters_put_it() -> None:
    sim = changed(parameters={"b": [0.2, 0.25, 0.3]}, initial={"v": -65.0}, cell=izhi.Cell(
        "izhikevich2003", {"a": 0.02, "b": 0.2, "c": -65, "d": 8}))  # fmt: skip
    assert np.array_equal(sim.state("E")["u"], np.array([0.2, 0.25, 0.3]) * -65.0)


def test_a_network_counts_its_cells_through() -> None:
    net = izhi.Network([E, izhi.Population("S", 2, izhi.PoissonSource(1.0)), izhi.Population("I", 4)])
    assert net.cells == 9
    assert [net.first(name) for name in ("E", "S", "I")] == [0, 3, 5]
    with pytest.raises(izhi.UnknownName, match=r"population: no 'J' \(E, S, I\)"):
        net.first("J")


def test_one_population_and_one_projection_need_no_list() -> None:
    net = izhi.Network(E, izhi.Projection("E", "E"))
    assert net.populations == (E,)
    assert net.projections[0].name == "E->E"
    assert izhi.Projection(("E", "I"), "E").name == "E+I->E"


OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "a scheme between whose steps spikes lie": ({"scheme": "rk4"}, "one with equal steps"),
    "the true solution": ({"scheme": "accurate"}, "one with equal steps"),
    "a mechanism of NEURON": ({"scheme": "neuron-2007a"}, "one with equal steps"),
    "an unknown scheme": ({"scheme": "eular"}, "did you mean 'euler'?"),
    "a scheme of a number": ({"scheme": 3}, "scheme: 3 given"),
    "a step of 0": ({"dt": 0}, "dt: 0 given"),
    "a step that NEST has not": ({"scheme": "nest", "dt": 0.0015}, "multiples of 0.001 ms"),
    "an unknown precision": ({"precision": "half"}, "precision: no 'half'"),
    "an unknown engine": ({"engine": "gpu"}, "engine: no 'gpu'"),
    "no thread": ({"threads": 0}, "threads: 0 given"),
    "every half sample": ({"every": 0.5}, "every: 0.5 given"),
    "traces of an unknown population": ({"record": {"F": 1}}, "population: no 'F' (E)"),
    "traces of cells that are not there": ({"record": {"E": [3]}}, "record.E: [3] given; whole numbers from 0 to 2"),
    "traces of cells below 0": ({"record": {"E": [-1]}}, "record.E"),
    "checkpoints without a folder": ({"checkpoint_every": 5.0}, "with a folder, `out`"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", OPTIONS)
def test_an_option_that_cannot_be_is_refused_in_one_line(mistake: str) -> None:
    options, part = OPTIONS[mistake]
    with pytest.raises(izhi.IzhiError) as caught:
        izhi.Simulation(izhi.Network([E]), **{"engine": "reference", **options})
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["memory_needed", "simulate"])
def test_other_ways_in_refuse_the_same(name: str) -> None:
    with pytest.raises(izhi.IzhiError, match="did you mean 'euler'"):
        getattr(izhi, name)(izhi.Network([E]), scheme="eular")
