"""Runs NEURON's step over the cells of a run: stretch by stretch, with room for its spikes and events."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from izhi.engine.fadvance import CALLBACK, KNOT
from izhi.engine.job import OUT_OF_RANGE, Failure, Job, Outcome
from izhi.engine.queue import insert, put_back
from izhi.equations.model import Model
from izhi.schemes.neuron.clock import Floats, halves
from izhi.schemes.neuron.scheme import NeuronScheme

# Room for spikes beyond one of each cell.
SPIKES = 1 << 12


@dataclass(eq=False)
class Deliveries:
    """Synaptic input that comes at given times, whatever the cells do.

    Attributes
    ----------
    time : shape (n,) [ms]
    target : shape (n,), int
    weight : shape (n, conductances)
    """

    time: Floats
    target: NDArray[np.int64]
    weight: Floats


@dataclass(eq=False)
class Connections:
    """Connections between the cells of a run, those of cell i in rows first[i] to first[i + 1].

    Attributes
    ----------
    first : shape (cells + 1,), int
    target : shape (n,), int
    delay : shape (n,) [ms]
    weight : shape (n, conductances)
    """

    first: NDArray[np.int64]
    target: NDArray[np.int64]
    delay: Floats
    weight: Floats

    @classmethod
    def none(cls, cells: int, conductances: int) -> Connections:
        return cls(np.zeros(cells + 1, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros((0, conductances)))


@dataclass(eq=False)
class NeuronRun:
    """Cells of one model to advance by NEURON's step.

    Attributes
    ----------
    model : Model
    scheme : NeuronScheme
    parameters : shape (parameters, cells)
        As `NeuronScheme.table` makes them.
    state : shape (2, cells)
        As recorded at time 0.
    v_init : shape (cells,) [mV]
        The voltage of all nodes before the mechanisms' own initialisation.
    armed_at : shape (cells,) [mV], optional
        What the watches of a section's v see when they are armed; by default v_init.
    half : shape (2 steps + 1,) [ms]
        The times half a step apart, as NEURON adds them up.
    current : shape (steps or 1, cells or 1)
        What the current is in each step.
    dt : float [ms]
    every : int
        Of how many samples one is recorded; 0 for none.
    watch_order : shape (cells,), int, optional
        In which the watches look, and so send.
    callbacks, knots : shape (n,) [ms]
        The times of events that no cell receives, which are in NEURON's queue all the same: callbacks in the order in
        which they were queued, and the knots of a played vector, of which each is queued by the one before it.
    aside : bool
        Whether simultaneous events come in NEURON's order, or in that in which they were queued; the former depends on
        all cells of a run.
    """

    model: Model
    scheme: NeuronScheme
    parameters: Floats
    state: Floats
    v_init: Floats
    half: Floats
    current: Floats
    dt: float
    every: int = 1
    deliveries: Deliveries | None = None
    connections: Connections | None = None
    armed_at: Floats | None = None
    watch_order: NDArray[np.int64] | None = None
    callbacks: Floats | None = None
    knots: Floats | None = None
    aside: bool = True

    @property
    def cells(self) -> int:
        return self.state.shape[1]

    @property
    def steps(self) -> int:
        return self.half.size // 2

    @property
    def conductances(self) -> int:
        return self.scheme.conductances(self.model)


def advance(run: NeuronRun, engine: ModuleType) -> tuple[Outcome, Floats]:
    """Take all steps of a run with the kernel of an engine; spikes come in the order in which they were seen.

    Returns what came out, and the memory of each cell at the end.
    """
    kernel = engine.neuron(run.model, run.scheme)
    state = run.state.copy()
    memory = run.scheme.memories(run.model, run.parameters, run.state, run.v_init, run.armed_at)
    queue, weight, target, waiting, turn = _queue(run, memory)
    knots = np.zeros(0) if run.knots is None else run.knots
    samples = run.steps // run.every + 1 if run.every else 0
    out, out_g = np.full((2, run.cells, samples), np.nan), np.full((run.conductances, run.cells, samples), np.nan)
    if samples:
        out[:, :, 0], out_g[:, :, 0] = state, memory[1 : 1 + run.conductances]
    wired = run.connections or Connections.none(run.cells, run.conductances)
    pace = np.ascontiguousarray(run.scheme.pace(run.half, run.dt))
    order = np.arange(run.cells) if run.watch_order is None else run.watch_order
    spike_time, spike_cell = np.empty(run.cells + SPIKES), np.empty(run.cells + SPIKES, dtype=np.int64)
    failed = np.full(run.cells, -1, dtype=np.int64)
    found: list[tuple[NDArray, NDArray]] = []
    k = 0
    while k < run.steps:
        k, n, waiting, turn = kernel(
            k, run.steps, run.half, pace, run.current, state, memory, run.parameters, order, wired.first, wired.delay,
            target, weight, knots, *queue, waiting, turn, run.aside, max(run.every, 1), out, out_g, spike_time,
            spike_cell, failed,
        )  # fmt: skip
        found.append((spike_time[:n].copy(), spike_cell[:n].copy()))
        if k < run.steps and waiting + wired.delay.size > queue[0].size:
            queue = tuple(np.resize(x, 2 * x.size) for x in queue)
    times, owners = (np.concatenate([x[j] for x in found] or [np.zeros(0)]) for j in (0, 1))
    reason = run.scheme.failure or OUT_OF_RANGE
    failures = [Failure(int(i), float(run.half[2 * failed[i]]), reason) for i in np.flatnonzero(failed >= 0)]
    for i in np.flatnonzero(failed >= 0):
        if run.every and run.scheme.failure:
            out[:, i, failed[i] // run.every + 1 :] = out_g[:, i, failed[i] // run.every + 1 :] = np.nan
    return Outcome(out, out_g, owners.astype(np.int64), times, state, failures), memory


def _queue(run: NeuronRun, memory: Floats) -> tuple[tuple[NDArray, ...], Floats, NDArray[np.int64], int, int]:
    """The queue as it is when the first step begins.

    It was filled in NEURON's order: the first knots, the callbacks, the synaptic input, and an event of the cells
    themselves at time 0, with which they arm their watches. What comes at time 0 is delivered already, before the first
    sample is recorded. Returns its arrays, the weights and targets of connections and then of the input, how much
    waits, and the turn of the next event.
    """
    wired = run.connections or Connections.none(run.cells, run.conductances)
    given = run.deliveries or Deliveries(np.zeros(0), np.zeros(0, np.int64), np.zeros((0, run.conductances)))
    for e in np.flatnonzero(given.time <= 0):
        memory[1 : 1 + run.conductances, given.target[e]] += given.weight[e]
    knots = np.zeros(0) if run.knots is None else run.knots
    first = int(np.searchsorted(knots, 0.0, side="right"))
    later = [(float(knots[first]), KNOT - first)] if first < knots.size else []
    later += [(float(t), CALLBACK) for t in (() if run.callbacks is None else run.callbacks) if t > 0]
    later += [(float(t), wired.delay.size + e) for e, t in enumerate(given.time) if t > 0]
    room = len(later) + 4 * wired.delay.size + 16
    queue = np.zeros(room), np.zeros(room, np.int64), np.zeros(room, np.int64)
    n = turn = 0
    if run.aside:
        for when, event in later:
            n, turn = insert(*queue, n, when, turn, event, run.aside)
        put_back(*queue, n, turn)
    elif later:  # in order of time they are a heap
        later.sort(key=lambda each: each[0])
        n = turn = len(later)
        queue[0][:n], queue[2][:n] = zip(*later, strict=True)
        queue[1][:n] = np.arange(n)
    weight = np.ascontiguousarray(np.concatenate([wired.weight, given.weight]))
    return queue, weight, np.concatenate([wired.target, given.target]), n, turn + 1


def neuron_chunk(job: Job, engine: ModuleType, cells: NDArray[np.int64]) -> Outcome:
    """A chunk of the cells of a job, which are not connected."""
    scheme = job.scheme
    assert isinstance(scheme, NeuronScheme)
    values = {symbol: job.parameters[r, cells] for r, symbol in enumerate(job.model.symbols)}
    state = np.ascontiguousarray(job.state[:, cells])
    traced = job.is_traced[cells]
    run = NeuronRun(
        model=job.model,
        scheme=scheme,
        parameters=scheme.table(job.model, values, job.dt, job.section),
        state=state,
        v_init=state[0],
        half=halves(job.steps, job.dt),
        current=_currents(job, cells),
        dt=job.dt,
        every=job.every if traced.any() else 0,
        deliveries=_deliveries(job, cells),
        aside=False,
    )
    outcome, _ = advance(run, engine)
    order = np.argsort(outcome.spike_cell, kind="stable")
    for failure in outcome.failures:
        outcome.samples[:, failure.cell, round(failure.time / job.dt) // job.every + 1 :] = np.nan
        failure.cell = int(cells[failure.cell])
    samples, conductances = job.no_samples
    if traced.any():
        samples, conductances = outcome.samples[:, traced], outcome.conductances[:, traced][: conductances.shape[0]]
        conductances = conductances if job.model.receptors else job.no_samples[1][:, :0].repeat(traced.sum(), axis=1)
    return Outcome(
        samples, conductances, cells[outcome.spike_cell[order]], outcome.spike_time[order], outcome.final,
        outcome.failures,
    )  # fmt: skip


def _currents(job: Job, cells: NDArray[np.int64]) -> Floats:
    """The current of each step, which is that at its start: shape (steps or 1, cells or 1)."""
    steady = job.drive.steady(0.0, job.steps * job.dt)
    starts = np.arange(1 if steady else job.steps, dtype=np.float64) * job.dt
    return np.ascontiguousarray(job.drive.current(starts, "at", slice(None) if job.drive.cells is None else cells))


def _deliveries(job: Job, cells: NDArray[np.int64]) -> Deliveries | None:
    """The synaptic events of a job, to each of the cells."""
    drive = job.drive
    if not drive.event_time.size:
        return None
    weight = np.zeros((cells.size, drive.event_time.size, 5))
    own = drive.event_weight[:, cells] if drive.event_weight.shape[1] > 1 else drive.event_weight
    weight[:, np.arange(drive.event_time.size), drive.event_receptor] = own.T
    return Deliveries(
        np.tile(drive.event_time, cells.size), np.repeat(np.arange(cells.size), drive.event_time.size),
        weight.reshape(-1, 5),
    )  # fmt: skip
