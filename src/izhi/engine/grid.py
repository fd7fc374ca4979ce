"""A chunk of cells through a scheme on a grid: the arrays its kernels need, stretch by stretch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from izhi.engine.assembly import FLAG_BITS
from izhi.engine.job import OUT_OF_RANGE, Failure, Job, Outcome
from izhi.engine.neuron import neuron_chunk
from izhi.equations import RECEPTORS
from izhi.schemes.neuron.clock import halves
from izhi.schemes.neuron.scheme import NeuronScheme
from izhi.schemes.scheme import GridScheme
from izhi.stimulus.terms import Columns

# Room for the spikes, and for the currents, of one stretch.
ROOM = 1 << 18
# Spikes of a swept chunk before they are put aside; more would only take memory that is not in the cache.
SWEPT_SPIKES = 1 << 13


@dataclass(eq=False)
class Chunk:
    """The arrays of a chunk's cells in the precision of the run; the names are those of `kernels.py`."""

    X: NDArray
    M: NDArray
    G: NDArray
    P: NDArray
    D: NDArray
    h: tuple
    H: NDArray
    event_step: NDArray[np.int64]
    event_receptor: NDArray[np.int64]
    event_weight: NDArray
    steps: int
    cells: NDArray[np.int64]

    def done_by(self, step: int) -> int:
        """How many events have been delivered before that step."""
        return int(np.searchsorted(self.event_step, step, side="left"))


def prepare(job: Job, cells: NDArray[np.int64], place: Callable[..., NDArray] = np.ascontiguousarray) -> Chunk:
    """The chunk's arrays at time 0, each put in memory by `place(array, dtype)`."""
    scheme, precision = job.scheme, job.precision
    assert isinstance(scheme, GridScheme)
    parameters, memory, numbers = _tables(job, scheme, cells)
    drive = job.drive
    weight = drive.event_weight[:, cells] if drive.event_weight.shape[1] > 1 else drive.event_weight
    return Chunk(
        X=place(np.take(job.state, cells, axis=1), precision),
        M=place(memory, precision),
        G=place(np.zeros((5, cells.size if job.model.receptors else 0)), precision),
        P=place(parameters, precision),
        D=place(decays(job, scheme, cells), precision),
        h=tuple(precision.type(x) for x in scheme.numbers(job.dt))
        if precision == np.float32
        else tuple(float(x) for x in scheme.numbers(job.dt)),
        H=np.ascontiguousarray(numbers, dtype=precision),
        event_step=first_step_from(drive.event_time, job.dt),
        event_receptor=drive.event_receptor,
        event_weight=np.ascontiguousarray(weight, dtype=precision),
        steps=max(job.steps + scheme.extra, 0),
        cells=cells,
    )


def _tables(job: Job, scheme: GridScheme, cells: NDArray[np.int64]) -> tuple[NDArray, NDArray, NDArray]:
    """The cells' parameters as the step reads them, their memories at the start, and the numbers of each step."""
    parameters = np.take(job.parameters, cells, axis=1)
    if isinstance(scheme, NeuronScheme):
        parameters = scheme.table(job.model, dict(zip(job.model.symbols, parameters, strict=True)), job.dt, job.section)
        state = np.take(job.state, cells, axis=1)
        numbers = scheme.pace(halves(job.steps, job.dt), job.dt)
        return parameters, scheme.memories(job.model, parameters, state, state[0]), numbers
    if scheme.scaled_rate:
        parameters[job.model.symbols.index(job.model.rate)] *= job.dt
    memory = np.repeat(np.array(scheme.memory)[:, None], cells.size, axis=1)
    return parameters, memory, np.array(scheme.numbers(job.dt))[:, None]


def decays(job: Job, scheme: GridScheme, cells: NDArray[np.int64]) -> NDArray[np.float64]:
    """The conductances' decay until each stage and, last, over the step: shape (stages + 1, 5, cells)."""
    if not job.model.receptors:
        return np.zeros((1, 5, 0))
    tau = np.stack([job.parameter(f"tau_{receptor}")[cells] for receptor in RECEPTORS])
    return np.stack([np.exp(-stage * job.dt / tau) for stage in (*scheme.stages, 1.0)])


def first_step_from(t: NDArray[np.float64], dt: float) -> NDArray[np.int64]:
    """The first step that begins at or after each time, by the same k * dt that labels the samples."""
    k = np.ceil(t / dt).astype(np.int64)
    k = np.where((k - 1) * dt >= t, k - 1, k)
    return np.where(k * dt < t, k + 1, k)


def currents(job: Job, chunk: Chunk, k0: int, k1: int) -> NDArray:
    """The currents of steps k0 to k1: shape (stages, steps or 1, cells or 1)."""
    scheme, dt = job.scheme, job.dt
    assert isinstance(scheme, GridScheme)
    cells: Columns = slice(None)
    if job.drive.cells is not None:
        first, last = int(chunk.cells[0]), int(chunk.cells[-1])
        cells = slice(first, last + 1) if last - first + 1 == chunk.cells.size else chunk.cells
    if job.drive.steady(k0 * dt, k1 * dt):
        now = job.drive.current(np.array([k0 * dt]), "at", cells)
        return np.broadcast_to(now, (len(scheme.stages), *now.shape)).astype(job.precision, order="C")
    k = np.arange(k0, k1, dtype=np.float64)
    rows = [job.drive.current((k + stage) * dt, "below" if stage == 1.0 else "at", cells) for stage in scheme.stages]
    return np.stack(rows).astype(job.precision, order="C")


def aligned(array: NDArray, precision: np.dtype) -> NDArray:
    """A copy that begins at a cache line, so that vector loads do not straddle two."""
    source = np.ascontiguousarray(array, dtype=precision)
    room = np.empty(source.nbytes + 64, dtype=np.uint8)
    start = -room.ctypes.data % 64
    copy = room[start : start + source.nbytes].view(precision).reshape(source.shape)
    copy[...] = source
    return copy


def stretch(chunk: Chunk) -> int:
    """How many steps fit in one stretch."""
    return max(ROOM // max(chunk.cells.size, 1), 64)


def trace_chunk(job: Job, engine: ModuleType, cells: NDArray[np.int64]) -> Outcome:
    """Each cell by itself, with its samples if it is among the traced."""
    scheme = job.scheme
    assert isinstance(scheme, GridScheme)
    chunk = prepare(job, cells)
    kernel = engine.grid("trace_cells", job.model, scheme, job.precision)
    traced = job.is_traced[cells]
    samples = job.samples if traced.any() else 0
    out = np.empty((chunk.X.shape[0], cells.size, samples), dtype=job.precision)
    out_g = np.zeros((5, cells.size, samples if job.model.receptors else 0), dtype=job.precision)
    failed = np.full(cells.size, -1, dtype=np.int64)
    if samples and scheme.sample == "end" and not scheme.extra:
        out[:, :, 0] = chunk.X
    length = min(stretch(chunk), max(chunk.steps, 1))
    spike_step = np.empty(length * cells.size, dtype=np.int64)
    spike_cell = np.empty(length * cells.size, dtype=np.int64)
    spike_lag = np.empty(length * cells.size)
    found = []
    for k0 in range(0, chunk.steps, length):
        k1 = min(k0 + length, chunk.steps)
        n = kernel(
            k0, k1, chunk.X, chunk.M, chunk.G, chunk.P, chunk.D, currents(job, chunk, k0, k1), chunk.event_step,
            chunk.event_receptor, chunk.event_weight, chunk.done_by(k0), chunk.h, job.every, out, out_g, spike_step,
            spike_cell, spike_lag, failed,
        )  # fmt: skip
        found.append((spike_cell[:n].copy(), spike_step[:n] + spike_lag[:n]))
    finish(job, chunk, out, out_g, failed)
    spike, when = gathered(found)
    if not traced.any():
        out, out_g = job.no_samples
    elif not traced.all():
        out, out_g = out[:, traced], out_g[:, traced]
    failures = [Failure(int(cells[i]), float(failed[i] * job.dt), OUT_OF_RANGE) for i in np.flatnonzero(failed >= 0)]
    return Outcome(out, out_g, cells[spike], when * job.dt, chunk.X, failures)


def finish(job: Job, chunk: Chunk, out: NDArray, out_g: NDArray, failed: NDArray[np.int64]) -> None:
    """The samples that no step records: the last one, and NaN after a failure."""
    scheme, n = job.scheme, out.shape[2]
    assert isinstance(scheme, GridScheme)
    if n == 0:
        return
    last, rest = divmod(chunk.steps, job.every)
    if job.model.receptors and not rest and last < n:
        for k in range(chunk.done_by(chunk.steps), chunk.done_by(chunk.steps + 1)):
            chunk.G[chunk.event_receptor[k]] += chunk.event_weight[k]
        out_g[:, :, last] = chunk.G
    if scheme.sample == "start" and not rest:
        out[:, :, last] = chunk.X
    for i in np.flatnonzero(failed >= 0):
        first_bad = failed[i] + (0 if scheme.sample == "start" else 1 - scheme.extra)
        first_bad += scheme.sample == "start"
        kept = -(-int(first_bad) // job.every)
        out[:, i, kept:] = np.nan
        out_g[:, i, kept:] = np.nan


def sweep_chunk(job: Job, engine: ModuleType, cells: NDArray[np.int64]) -> Outcome:
    """All cells together, spikes only. If one fails, the chunk is run again cell by cell, which tells where."""
    scheme = job.scheme
    assert isinstance(scheme, GridScheme)
    chunk = prepare(job, cells, aligned)
    kernel = engine.grid("sweep_cells", job.model, scheme, job.precision)
    flags = aligned(np.zeros(cells.size), np.dtype(np.int32))
    bad = np.zeros(cells.size, dtype=np.bool_)
    row = aligned(np.zeros((1, 1, cells.size)), job.precision)
    room = FLAG_BITS * cells.size + SWEPT_SPIKES
    spike_step = np.empty(room, dtype=np.int64)
    spike_cell = np.empty(room, dtype=np.uint16)
    found, done, k = [], 0, 0
    while k < chunk.steps:
        k1 = min(k + stretch(chunk), chunk.steps)
        if k1 < chunk.steps and job.drive.steady(k * job.dt, chunk.steps * job.dt):
            k1 = chunk.steps
        I = currents(job, chunk, k, k1)
        while k < k1:
            here = I if I.shape[1] == 1 else I[:, k - k1 :]
            k, n, done = kernel(
                k, k1, chunk.X, chunk.M, chunk.G, chunk.P, chunk.D, here, chunk.event_step, chunk.event_receptor,
                chunk.event_weight, done, chunk.H, flags, bad, row, spike_step, spike_cell,
            )  # fmt: skip
            found.append((spike_cell[:n].copy(), spike_step[:n].copy()))
            if bad.any() or not np.isfinite(chunk.X).all():
                return (neuron_chunk if isinstance(scheme, NeuronScheme) else trace_chunk)(job, engine, cells)
    spike, when = gathered(found)
    times = scheme.times(chunk.steps + 1, job.dt)[when.astype(np.int64) + scheme.lag]
    return Outcome(*job.no_samples, cells[spike], times, chunk.X)


def gathered(found: list[tuple[NDArray, NDArray]]) -> tuple[NDArray, NDArray[np.float64]]:
    """All spikes by cell, and for each cell in time; the sort is stable and they came in time."""
    spike = np.concatenate([x for x, _ in found]) if found else np.zeros(0, dtype=np.int64)
    when = np.concatenate([x for _, x in found]) if found else np.zeros(0)
    order = np.argsort(spike, kind="stable")
    return spike[order], when[order].astype(np.float64)
