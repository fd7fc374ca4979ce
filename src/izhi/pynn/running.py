"""The network while it runs: it is advanced from one run to the next, and keeps what was recorded."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from izhi.network_run import Simulation
from izhi.pynn.cells import THOUSAND
from izhi.pynn.description import Piece, is_source, model_parameters, network_of
from izhi.pynn.populations import Population
from izhi.pynn.projections import Projection
from izhi.pynn.simulator import State
from izhi.stimulus import Constant, Sampled

Floats = NDArray[np.float64]

# Injected currents of one stretch [numbers].
LARGEST = 1 << 22
_CONDUCTANCES = {"gsyn_exc": "AMPA", "gsyn_inh": "GABA_A"}


class Samples(NamedTuple):
    """States of some cells: `values[variable]` has shape (steps, cells)."""

    steps: NDArray[np.int64]
    cells: NDArray[np.int64]
    values: dict[str, Floats]


class Running:
    """A network of PyNN's populations that was begun.

    Parameters
    ----------
    state : State
        What there is; its step is where the network has come to.
    """

    def __init__(self, state: State):
        self.state = state
        self.populations: list[Population] = list(state.populations)
        self.random: dict[tuple[int, int], np.random.Generator] = {}
        self.ahead: dict[tuple[int, int], Floats] = {}
        self.spiked: dict[int, list[tuple[Floats, NDArray[np.int64]]]] = {p.number: [] for p in self.populations}
        self.sampled: dict[int, list[Samples]] = {p.number: [self._start(p)] for p in self.populations}
        self.pieces: list[Piece] = []
        self.simulation: Simulation | None = None
        self.traced: dict[int, NDArray[np.int64]] = {}

    def _start(self, population: Population) -> Samples:
        """The states at time 0."""
        every = np.arange(population.size)
        values = {name: population.start[name][None, :].copy() for name in population.start}
        return Samples(np.zeros(1, dtype=np.int64), every, values)

    # Advancing.

    def advance(self, steps: int) -> None:
        """Take so many steps."""
        trains = self._trains(self.state.step + steps)
        if all(is_source(p) for p in self.populations):
            self.state.step += steps
            return
        if self.simulation is None:
            self._build(trains)
        else:
            for number, train in trains.items():
                self.simulation.set_spikes(str(number), train)
        left = steps
        while left:
            left -= self._stretch(left)

    def _build(self, trains: dict[int, Any]) -> None:
        state = self.state
        network, self.pieces = network_of(self.populations, state.projections, trains, state.dt)
        cells = [p for p in self.populations if not is_source(p)]
        self.traced = {p.number: p.recorder.cells("v", "u", "w") for p in cells}
        self.every = math.gcd(*(p.recorder.every for p in cells if p.recorder.samples)) or 1
        record = {str(number): some for number, some in self.traced.items() if some.size}
        self.simulation = Simulation(
            network, dt=state.dt, record=record, every=self.every, runaway=math.inf, **state.options
        )

    def _stretch(self, most: int) -> int:
        """Advance by at most so many steps; returns by how many."""
        assert self.simulation is not None
        polled = self._polled()
        steps = most
        if polled:
            every = math.gcd(*(p.recorder.every for p in polled))
            steps = min(most, every - self.state.step % every)
        steps = self._inject(steps)
        part = self.simulation.advance(steps * self.state.dt, progress=False)
        self.state.step += steps
        self._keep(part)
        for population in polled:
            if self.state.step % population.recorder.every == 0:
                self._poll(population)
        return steps

    def _polled(self) -> list[Population]:
        """The populations that are asked for their states step by step: for what a simulation does not record."""
        cells = [p for p in self.populations if not is_source(p)]
        late = [p for p in cells if np.setdiff1d(p.recorder.cells("v", "u", "w"), self.traced[p.number]).size]
        return list(dict.fromkeys([*late, *(p for p in cells if set(p.recorder.samples) & set(_CONDUCTANCES))]))

    def _poll(self, population: Population) -> None:
        assert self.simulation is not None
        name = str(population.number)
        values = {s: x[None, :].astype(float) for s, x in self.simulation.state(name).items()}
        open_now = self.simulation.conductances(name)
        for own, receptor in _CONDUCTANCES.items():
            g = open_now.get(receptor, np.zeros(population.size))
            values[own] = g[None, :].astype(float) / THOUSAND
        now = np.array([self.state.step])
        self.sampled[population.number].append(Samples(now, np.arange(population.size), values))

    def _keep(self, part: Any) -> None:
        """Sort what was recorded by population."""
        for own in part.populations:
            number = int(own.name)
            if not is_source(self.populations[number]):
                mine = (part.spike_cell >= own.first) & (part.spike_cell < own.first + own.count)
                self._note(self.populations[number], part.spike_time[mine], part.spike_cell[mine] - own.first)
                rows = (part.trace_cells >= own.first) & (part.trace_cells < own.first + own.count)
                if rows.any():
                    values = {"v": part.voltage[rows].T, "u": part.recovery[rows].T}
                    steps = np.rint(part.trace_time / self.state.dt).astype(np.int64)
                    self.sampled[number].append(Samples(steps, part.trace_cells[rows] - own.first, values))

    def _note(self, population: Population, times: Floats, cells: NDArray[np.int64]) -> None:
        """Keep spikes, of a population whose spikes are recorded."""
        if population.recorder.cells("spikes").size:
            self.spiked[population.number].append((times, cells))

    # Input.

    def _trains(self, last: int) -> dict[int, list[Floats]]:
        """Of each population of sources the spikes until a step."""
        dt = self.state.dt
        slack = 1e-9 * dt
        begin = (self.state.step * dt if self.simulation or self.state.step else -1.0) + slack
        found: dict[int, list[Floats]] = {}
        for population in filter(is_source, self.populations):
            trains = [self._train(population, i, begin, last * dt + slack) for i in range(population.size)]
            cells = np.repeat(np.arange(population.size), [t.size for t in trains])
            self._note(population, np.concatenate(trains), cells)
            found[population.number] = trains
        return found

    def _train(self, population: Population, i: int, first: float, last: float) -> Floats:
        key = (population.number, i)
        if key not in self.random:
            # After a reset they draw anew.
            seed = np.random.SeedSequence(self.state.seed, spawn_key=(*key, self.state.segment_counter))
            self.random[key] = np.random.default_rng(seed)
        values = {name: x[i] for name, x in population.parameters.items()}
        ahead = self.ahead.get(key, np.zeros(0))
        train, self.ahead[key] = population.celltype.train(values, ahead, first, last, self.random[key])
        return train

    def _inject(self, steps: int) -> int:
        """The currents of the next steps; perhaps of fewer than asked for."""
        assert self.simulation is not None
        into: dict[int, list[tuple[Any, int]]] = {}
        for electrode in self.state.electrodes:
            for population, index in electrode.targets:
                into.setdefault(population.number, []).append((electrode, index))
        widest = max((len({i for _, i in pairs}) for pairs in into.values()), default=0)
        steps = min(steps, max(LARGEST // widest, 1)) if widest else steps
        coming = self.state.step + np.arange(steps)
        currents = {id(e): e.current(coming) for e in self.state.electrodes if e.targets or e.history is not None}
        for electrode in self.state.electrodes:
            if electrode.history is not None:
                electrode.history.append(currents[id(electrode)])
        for population in self.populations:
            if not is_source(population):
                self._inject_into(population, into.get(population.number, []), currents, steps)
        return steps

    def _inject_into(self, population: Population, pairs: list, currents: dict[int, Floats], steps: int) -> None:
        assert self.simulation is not None
        name = str(population.number)
        self.simulation.clear_stimuli(name)
        offset = THOUSAND * population.parameters["i_offset"].astype(float)
        if offset.any():
            self.simulation.stimulate(name, Constant(offset))
        if pairs:
            cells = np.unique([i for _, i in pairs])
            table = np.zeros((cells.size, steps))
            for electrode, i in pairs:
                table[np.searchsorted(cells, i)] += THOUSAND * currents[id(electrode)]
            # From half a step before, so that no rounding of a time takes the neighbour's value.
            start = (self.state.step - 0.5) * self.state.dt
            self.simulation.stimulate(name, Sampled(table, self.state.dt, start), cells=cells)

    # What is changed on the way.

    def take_parameters(self, population: Population, names: list[str]) -> None:
        """Parameters of a population have other values."""
        if is_source(population):
            for i in range(population.size):
                self.ahead.pop((population.number, i), None)
        elif self.simulation is not None:
            self._check_receptors(population, names)
            values = model_parameters(population, names)
            if values:
                self.simulation.set_parameters(str(population.number), **values)

    def _check_receptors(self, population: Population, names: list[str]) -> None:
        if population.celltype.synapses == "curr_exp" and {"tau_syn_E", "tau_syn_I"} & set(names):
            self.state.changeable(f"{population.label}.tau_syn")

    def take_state(self, population: Population, variable: str) -> None:
        """A state of a population's cells is to be another."""
        if self.simulation is not None and not variable.startswith("gsyn"):
            self.simulation.set_state(str(population.number), **{variable: population.start[variable]})

    def take_weights(self, projection: Projection) -> None:
        """The weights of a projection have other values."""
        if self.simulation is not None:
            for piece in self.pieces:
                if piece.projection is projection:
                    self.simulation.set_weights(piece.name, piece.weight)

    def weights(self, projection: Projection) -> Floats:
        """The weights of a projection as they are now."""
        if self.simulation is None or not projection.synapse_type.learns:
            return projection.values["weight"]
        values = projection.values["weight"].copy()
        for piece in self.pieces:
            if piece.projection is projection:
                values[piece.where] = self.simulation.weights(piece.name).weight / piece.scale
        return values

    # What was recorded.

    def spikes(self, population: Population, begin: float) -> tuple[Floats, NDArray[np.int64]]:
        """Times, not before `begin`, and cells of a population's spikes."""
        parts = self.spiked[population.number]
        times = np.concatenate([np.zeros(0), *(t for t, _ in parts)])
        cells = np.concatenate([np.zeros(0, dtype=np.int64), *(c for _, c in parts)])
        kept = times >= begin - 1e-9
        return times[kept], cells[kept]

    def samples(self, population: Population, variable: str, cells: NDArray, begin: float, every: int) -> Floats:
        """Every so many steps from `begin` [ms] on: shape (samples, cells), NaN where it was not recorded."""
        first = round(begin / self.state.dt)
        count = (self.state.step - first) // every + 1
        table = np.full((count, cells.size), np.nan)
        for part in self.sampled[population.number]:
            rows, off = np.divmod(part.steps - first, every)
            kept = (part.steps >= first) & (off == 0) & (rows < count)
            at = np.minimum(np.searchsorted(part.cells, cells), max(part.cells.size - 1, 0))
            known = part.cells[at] == cells
            if variable in part.values and kept.any():
                table[np.ix_(rows[kept], np.flatnonzero(known))] = part.values[variable][np.ix_(kept, at[known])]
        return table

    def forget(self, population: Population) -> None:
        """Drop what was recorded of a population, but for its state now."""
        self.spiked[population.number] = []
        last = [
            part for part in self.sampled[population.number] if part.steps.size and part.steps[-1] == self.state.step
        ]
        self.sampled[population.number] = [
            Samples(p.steps[-1:], p.cells, {name: x[-1:] for name, x in p.values.items()}) for p in last
        ]
