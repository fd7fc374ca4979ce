"""Networks of cells of 2003 in NEST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.inputs import TOGETHER, Inputs
from izhi.bridge.nest.cells import check_model, check_scheme
from izhi.bridge.nest.kernel import LEAD, Circuit, Feed, Sources, imported, kernel
from izhi.cell import Cell
from izhi.errors import BadValue, UnknownName
from izhi.network import Background, CurrentPulse, Network, PoissonDrive, Population
from izhi.network_plan import at_least, whole_steps
from izhi.network_recording import NetworkRecording, Part
from izhi.network_run import Simulation
from izhi.schemes import SCHEMES
from izhi.simulation import checked_threads, versions
from izhi.stimulus import drive

OPTIONS = ("scheme", "dt", "threads", "precision", "record", "every", "engine", "progress", "runaway")
# Fewer cell steps than this take less time in plain Python than a compiled kernel takes to load.
FEW_STEPS = 20_000


def run_network(
    network: Network,
    duration: float,
    *,
    scheme: str = "nest-published",
    dt: float | None = None,
    threads: int | None = None,
    precision: str = "double",
    record: Mapping[str, Any] | None = None,
    every: int = 1,
    **options: Any,
) -> NetworkRecording:
    """Run a network in NEST: its cells, its static synapses, its sources, and the very noise of this package.

    What is drawn (parameters, connections, weights, delays, noise, Poisson spikes) is drawn here, so that it is the
    same as in the engine. The weights of a projection are current for one step, `CurrentPulse`: that is what a spike
    does in NEST with `scheme="nest-published"`; with "nest" it is a jump of v by dt times the weight.

    Parameters
    ----------
    network : Network
        Populations of the model izhikevich2003 and sources of spikes; projections of `CurrentPulse()`.
    duration : float
        How long [ms].
    scheme : {"nest-published", "nest"}
        NEST's `consistent_integration`, false or true.
    dt : float, optional
        The step [ms]; by default that of the scheme.
    threads : int, optional
        NEST's `local_num_threads`; by default as many as there are cores.
    precision : {"double"}
        NEST has no other.
    record : mapping, optional
        Population to the cells whose v and u are to be recorded, as for `Simulation`; their `current` is NaN.
    every : int
        Record every n-th sample.
    **options
        `progress` and `runaway`, which NEST has no use for.

    Returns
    -------
    NetworkRecording

    Raises
    ------
    BadValue, UnknownName
        If NEST cannot run it.
    MissingExtra
        If NEST is not installed.

    Examples
    --------
    >>> import izhi
    >>> cells = izhi.Population("E", 100, "2003/RS", drive=izhi.GaussianNoise(5.0))
    >>> net = izhi.Network([cells], [izhi.Projection("E", "E", izhi.FixedIndegree(10), weight=0.5)], seed=1)
    >>> found = izhi.simulate(net, 200, engine="nest")
    >>> len(found.rates)
    1
    """
    unknown = next((name for name in options if name not in OPTIONS), None)
    if unknown is not None:
        raise UnknownName("engine 'nest'", unknown, OPTIONS)
    at_least(0.0, options.get("runaway", 0.0), "runaway")
    if precision != "double":
        raise BadValue("engine 'nest'", precision, "double precision would do")
    consistent = check_scheme(scheme)
    check_projections(network)
    engine = "reference" if network.cells * duration / (dt or SCHEMES[scheme].dt) < FEW_STEPS else "cpu"
    whole = Simulation(network, scheme=scheme, dt=dt, threads=threads, engine=engine, record=record, every=every)
    steps = whole_steps(duration, whole.dt)
    inputs = Inputs(network, scheme, whole.dt, engine)
    with kernel(whole.dt, checked_threads(threads)) as nest:
        built = _Built(Circuit(nest, whole.dt, consistent), network, whole, inputs)
        nest.Prepare()
        built.run(steps, inputs)
        nest.Cleanup()
        return built.recording(whole, steps, every, scheme)


def check_projections(network: Network) -> None:
    """Refuse synapses that NEST has not."""
    for projection in network.projections:
        if projection.plasticity is not None or projection.short_term is not None:
            raise BadValue(projection.name, "plasticity", "static synapses would do in NEST")
        if not isinstance(projection.synapse, CurrentPulse):
            wanted = "CurrentPulse() would do in NEST; with scheme 'nest' its weight is a jump of v over dt"
            raise BadValue(f"{projection.name}.synapse", projection.synapse, wanted)
    drives: list[Background] = [*network.drive, *(d for p in network.populations for d in p.drive)]
    for each in drives:
        if isinstance(each, PoissonDrive) and not isinstance(each.synapse, CurrentPulse):
            raise BadValue("PoissonDrive.synapse", each.synapse, "CurrentPulse() would do in NEST")


@dataclass
class _Group:
    """A population in NEST: its nodes, and what feeds them, if anything does."""

    population: Population
    nodes: Any
    feed: Feed | None = None
    sources: Sources | None = None


class _Built:
    """A network in NEST."""

    def __init__(self, circuit: Circuit, network: Network, whole: Simulation, inputs: Inputs):
        self.circuit, self.network = circuit, network
        self.groups: list[_Group] = []
        # Of sources, the steps and the cells of spikes.
        self.given: list[tuple[NDArray[np.int64], NDArray]] = []
        self.node = np.zeros(network.cells, dtype=np.int64)
        targets = {name for p in network.projections for name in p.target}
        for population in network.populations:
            if population.count:
                self.groups.append(self._group(population, whole, inputs, population.name in targets))
        for projection in network.projections:
            found = whole.weights(projection.name)
            # As a jump of v, a current for one step is dt times as much.
            weight = found.weight * circuit.dt if circuit.consistent else found.weight
            circuit.connect(self.node[found.source], self.node[found.target], weight, found.delay)
        self.traced = whole.recording.trace_cells
        self.start = np.zeros((2, self.traced.size))
        if self.traced.size:
            every = np.zeros((2, network.cells))
            for group in self.groups:
                if group.sources is None:
                    state = whole.state(group.population.name)
                    every[:, self._numbers(group)] = state["v"], state["u"]
            self.start = every[:, self.traced]
            self.traced_nodes = circuit.nest.NodeCollection(self.node[self.traced].tolist())
            circuit.trace(self.traced_nodes)

    def _numbers(self, group: _Group) -> slice:
        first = self.network.first(group.population.name)
        return slice(first, first + group.population.count)

    def _group(self, population: Population, whole: Simulation, inputs: Inputs, is_target: bool) -> _Group:
        circuit, name = self.circuit, population.name
        if not isinstance(population.cell, Cell):
            sources = circuit.sources(population.count)
            group = _Group(population, sources.nodes, sources=sources)
        else:
            n = population.count
            parameters = {s: np.broadcast_to(x, n) for s, x in whole.parameters(name).items()}
            check_model(population.cell.model, parameters)
            state = whole.state(name)
            group = _Group(population, circuit.cells(parameters, np.stack([state["v"], state["u"]])))
            if name in inputs.driven:
                group.feed = circuit.feed(group.nodes, _columns(self.network, population), as_spikes=is_target)
        self.node[self._numbers(group)] = group.nodes.tolist()
        return group

    def run(self, steps: int, inputs: Inputs) -> None:
        """Run in stretches: each is told what will reach the cells before NEST's clock comes there."""
        longest = max(LEAD, TOGETHER // max(1, self.network.cells))
        first, last = 0, LEAD
        while first < steps:
            last = min(last, steps)
            found = inputs.next(last - first)
            self.given.append((inputs.spike_steps(found), found.spike_cell))
            for group in self.groups:
                if group.feed is not None:
                    table = _currents(found, group.population)
                    group.feed.give(first, table[:, :1] if len(group.feed.generators) == 1 else table)
                elif group.sources is not None:
                    group.sources.give(self._steps(group.population, found))
            self.circuit.run(last - first)
            first, last = last, last + longest
        # A step more, for the last sample is recorded when the next step begins.
        self.circuit.run(LEAD + 1)

    def _steps(self, population: Population, spikes: NetworkRecording) -> list[NDArray[np.int64]]:
        """At the beginning of which steps each of its cells spikes."""
        time, cell = spikes.spikes(population.name)
        order = np.argsort(cell, kind="stable")
        step = np.rint(time[order] / self.circuit.dt).astype(np.int64)
        return np.split(step, np.searchsorted(cell[order], np.arange(1, population.count)))

    def recording(self, whole: Simulation, steps: int, every: int, scheme: str) -> NetworkRecording:
        """What NEST recorded, and the spikes of sources, as the engine would give it."""
        dt, cell_of = self.circuit.dt, np.zeros(int(self.node.max(initial=0)) + 1, dtype=np.int32)
        cell_of[self.node] = np.arange(self.node.size)
        step, node = self.circuit.spikes()
        own = (step > 0) & (step <= steps)
        step = np.concatenate([step[own], *(s for s, _ in self.given)])
        cell = np.concatenate([cell_of[node[own]], *(c for _, c in self.given)])
        order = np.lexsort((cell, step))
        samples = np.zeros((2, 0, steps + 1))
        if self.traced.size:
            samples = self.circuit.samples(self.traced_nodes, self.start, steps)
        samples = samples[:, :, every::every]
        return NetworkRecording(
            spike_time=(step[order] * dt).astype(np.float64),
            spike_cell=cell[order],
            populations=tuple(Part(p.name, self.network.first(p.name), p.count) for p in self.network.populations),
            start=0.0,
            stop=steps * dt,
            trace_cells=self.traced,
            trace_time=np.arange(every, steps + 1, every, dtype=np.float64) * dt,
            voltage=samples[0],
            recovery=samples[1],
            current=np.full(samples[0].shape, np.nan),
            provenance=_provenance(self.network, whole, scheme),
        )


def _columns(network: Network, population: Population) -> int:
    """Of the currents into a population: one, if all cells get the same."""
    drawn = network.drive or population.drive
    alike = not drawn and population.stimulus is not None and drive(population.stimulus, 1.0).cells is None
    return 1 if alike else population.count


def _currents(found: NetworkRecording, population: Population) -> NDArray:
    """What is injected into a population: shape (steps, cells)."""
    part = found.part(population.name)
    own = (found.trace_cells >= part.first) & (found.trace_cells < part.first + part.count)
    return found.current[own].T


def _provenance(network: Network, whole: Simulation, scheme: str) -> dict[str, Any]:
    return {
        "scheme": scheme,
        "dt": whole.dt,
        "precision": "float64",
        "seed": int(network.seed),
        "synapses": int(whole.synapses),
        "engine": "nest",
        "failures": [],
        "versions": versions() | {"nest": imported().__version__},
    }
