"""Cells and ensembles in NEURON, as recordings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.neuron.clock import EachStep, Scatter, advance, fixed_step
from izhi.bridge.neuron.library import load
from izhi.bridge.nmodl import STATE, Writer, exportable, mechanism_name
from izhi.cell import Cell
from izhi.equations import RECEPTORS
from izhi.equations import model as named_model
from izhi.errors import BadValue
from izhi.schemes import GridScheme
from izhi.simulation import OUT_OF_RANGE, Failure, Job, Outcome

# Steps whose currents are made at a time.
TOGETHER = 1024


def run(job: Job) -> Outcome:
    """Run the cells of a job in NEURON.

    Raises
    ------
    BadValue
        If NEURON cannot run them.
    MissingExtra
        If NEURON is not installed.
    """
    exportable(job.scheme.name)
    if job.precision != np.float64:
        raise BadValue("engine 'neuron'", str(job.precision), "double precision would do")
    name, text = _mechanism(job)
    h = load({name: text})
    run = _Run(job, h, getattr(h, name))
    with fixed_step(h, job.dt) as pc:
        run.go(pc)
    return run.outcome()


def _mechanism(job: Job) -> tuple[str, str]:
    """The mechanism of a job's cells, and its text."""
    scheme = exportable(job.scheme.name)
    plain = named_model(job.model.name)
    name = mechanism_name(plain, scheme) + ("_receptors" if job.model.receptors else "")
    numbers = {q.symbol: 1.0 for q in plain.parameters if q.default is None}
    return name, Writer(job.model, scheme, "dt").alone(Cell(plain, numbers), name).text


@dataclass(eq=False)
class _Run:
    """Instances of a mechanism, and what is recorded of them."""

    job: Job
    h: Any
    kind: Any

    def __post_init__(self) -> None:
        job, h = self.job, self.h
        assert isinstance(job.scheme, GridScheme)
        self.scheme = job.scheme
        self.steps = max(job.steps + self.scheme.extra, 0)
        self.section = h.Section()
        self.cells = [self.kind(self.section(0.5)) for _ in range(job.cells)]
        for row, symbol in zip(job.parameters, job.model.symbols, strict=True):
            for cell, value in zip(self.cells, row.tolist(), strict=True):
                setattr(cell, symbol, value)
        self.names = [STATE[q.symbol] for q in job.model.state]
        self.spike_time, self.spike_cell = h.Vector(), h.Vector()
        self.netcons = [h.NetCon(cell, None) for cell in self.cells]
        for k, netcon in enumerate(self.netcons):
            netcon.record(self.spike_time, self.spike_cell, k)
        conductances = [f"g_{r}" for r in RECEPTORS if job.model.receptors]
        self.records = [
            [
                h.Vector().record(getattr(self.cells[i], f"_ref_{name}"))
                for name in (*self.names, "shown", *conductances)
            ]
            for i in job.traced
        ]
        self.final = np.zeros((len(self.names), job.cells))

    def go(self, pc: Any) -> None:
        start = self.h.FInitializeHandler(1, self._start)
        currents = _Currents(self.job, Scatter(self.h, [cell._ref_I for cell in self.cells]))
        pc.set_maxstep(10)
        self.h.finitialize()
        EachStep(self.h, currents.give).begin()
        inputs = self._queue_events()
        advance(self.h, pc, self.steps)
        self.final = np.array([[getattr(cell, name) for cell in self.cells] for name in self.names])
        advance(self.h, pc, 1)  # a spike of the last step is seen in the next
        del start, inputs

    def _start(self) -> None:
        keeps = {}
        if self.job.model.receptors:
            keeps = {r: np.exp(-self.job.dt / self.job.parameter(f"tau_{r}")) for r in RECEPTORS}
        for k, cell in enumerate(self.cells):
            for name, row in zip(self.names, self.job.state, strict=True):
                setattr(cell, name, float(row[k]))
            cell.shown = cell.V
            for receptor, keep in keeps.items():
                setattr(cell, f"keep_{receptor}", float(keep[k]))

    def _queue_events(self) -> list[Any]:
        """Queue the synaptic events, each at its own time in its step, so that they come in their order."""
        drive, dt = self.job.drive, self.job.dt
        step, inputs = self._event_steps(), []
        for k in range(step.size):
            alike = np.flatnonzero(step == step[k])
            time = step[k] * dt + 0.4 * dt * (k - alike[0] + 0.5) / alike.size
            weights = np.broadcast_to(drive.event_weight[k], (self.job.cells,))
            for cell, weight in zip(self.cells, weights.tolist(), strict=True):
                netcon = self.h.NetCon(None, cell)
                netcon.weight[int(drive.event_receptor[k])] = weight
                netcon.event(time)
                inputs.append(netcon)
        return inputs

    def _event_steps(self) -> NDArray[np.int64]:
        """The first step that begins at or after each event."""
        t, dt = self.job.drive.event_time, self.job.dt
        k = np.ceil(t / dt).astype(np.int64)
        k = np.where((k - 1) * dt >= t, k - 1, k)
        return np.where(k * dt < t, k + 1, k)

    def outcome(self) -> Outcome:
        job = self.job
        early = self.scheme.sample == "start" and self.scheme.lag == 0
        step = np.rint(np.asarray(self.spike_time) / job.dt).astype(np.int64) - (0 if early else 1)
        cell = np.asarray(self.spike_cell).astype(np.int64)
        order = np.lexsort((step, cell))
        step, cell = step[order], cell[order]
        samples, conductances = self._samples()
        failures = self._failures(samples)
        until = {f.cell: round(f.time / job.dt) for f in failures}
        last = np.array([until.get(int(c), self.steps) for c in cell], dtype=np.int64)
        own = step < last
        return Outcome(
            samples[:, :, :: job.every],
            conductances[:, :, :: job.every],
            cell[own],
            ((step[own] + self.scheme.lag) * job.dt).astype(np.float64),
            self.final,
            failures,
        )

    def _samples(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What is recorded, as the scheme labels it: states, and conductances."""
        job, n, rows = self.job, self.steps, len(self.names)
        kept = job.steps + min(self.scheme.extra, 0) + 1
        samples = np.empty((rows, job.traced.size, kept if job.traced.size else 0))
        conductances = np.empty((5, job.traced.size, kept if job.model.receptors and job.traced.size else 0))
        step = self._event_steps()
        for i, vectors in enumerate(self.records):
            found = np.array([np.asarray(v) for v in vectors])
            state, shown, g = found[:rows], found[rows], found[rows + 1 :]
            if self.scheme.sample == "start":
                samples[:, i] = state[:, : n + 1]
                samples[0, i, :n] = shown[1 : n + 1]
            elif self.scheme.extra:
                samples[:, i], samples[0, i] = state[:, 1 : n + 1], shown[1 : n + 1]
            else:
                samples[:, i], samples[0, i] = state[:, : n + 1], shown[: n + 1]
            if job.model.receptors:
                conductances[:, i] = g[:, :kept]
                weight = np.broadcast_to(job.drive.event_weight, (step.size, job.cells))[:, job.traced[i]]
                for k in range(step.size):  # what comes at a sample's time NEURON records a step later
                    if step[k] < kept:
                        conductances[job.drive.event_receptor[k], i, step[k]] += weight[k]
        return samples, conductances

    def _failures(self, samples: NDArray[np.float64]) -> list[Failure]:
        """Cells whose numbers broke down; of those without samples it is known at the end of the run only."""
        job = self.job
        found = {int(cell): job.duration for cell in np.flatnonzero(~np.isfinite(self.final).all(axis=0))}
        for row, cell in enumerate(job.traced):
            broken = ~np.isfinite(samples[:, row]).all(axis=0)
            if broken.any():
                first = int(np.argmax(broken))
                samples[:, row, first:] = np.nan
                found[int(cell)] = max(first - (0 if self.scheme.extra > 0 else 1), 0) * job.dt
        return [Failure(cell, time, OUT_OF_RANGE) for cell, time in sorted(found.items())]


@dataclass(eq=False)
class _Currents:
    """The injected currents, step by step."""

    job: Job
    into: Scatter
    first: int = 0
    rows: NDArray[np.float64] | None = None
    steady: bool = False

    def give(self, k: int) -> None:
        if self.rows is None or k >= self.first + TOGETHER:
            self.first = k
            t = (k + np.arange(TOGETHER, dtype=np.float64)) * self.job.dt
            self.rows = self.job.drive.current(t)
            self.steady = self.job.drive.steady(float(t[0]), float(t[-1]))
            self.into.put(self.rows[0])
        elif not self.steady:
            self.into.put(self.rows[k - self.first])
