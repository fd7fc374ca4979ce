"""Runs a job: cuts the cells into chunks, gives each chunk to a kernel for stretch after stretch, joins the results.

Chunks are independent and each is computed by one thread in one order, so the bits do not depend on the threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from izhi.engine.continuous import solve_chunk
from izhi.engine.grid import sweep_chunk, trace_chunk
from izhi.engine.job import Failure, Job, Outcome
from izhi.engine.neuron import neuron_chunk
from izhi.schemes.neuron.scheme import NeuronScheme
from izhi.schemes.scheme import ContinuousScheme

# Cells advanced together: their numbers stay in the first cache while the loop over them is long enough to vectorise.
SWEPT_TOGETHER = 512
VECTOR = 16
TRACED_TOGETHER = 64


def run(job: Job, engine: ModuleType) -> Outcome:
    """Advance all cells of a job with the kernels of an engine."""
    tasks: list[Callable[[], Outcome]] = []
    # Kernels are made here, in one thread, and found again by the tasks.
    if isinstance(job.scheme, ContinuousScheme):
        engine.continuous(job.model, job.scheme)
        tasks += [_task(solve_chunk, job, engine, chunk) for chunk in _chunks(np.arange(job.cells), 16)]
    else:
        rest = np.flatnonzero(~job.is_traced)
        in_neuron = isinstance(job.scheme, NeuronScheme)
        swept = engine.parallel and job.scheme.vectorises and rest.size >= VECTOR
        swept = swept and not (in_neuron and job.model.receptors)  # its conductances are in its memory
        traced = job.traced if swept else np.arange(job.cells)
        one_by_one = neuron_chunk if in_neuron else trace_chunk
        tasks += [_task(one_by_one, job, engine, chunk) for chunk in _chunks(traced, TRACED_TOGETHER)]
        if isinstance(job.scheme, NeuronScheme):
            engine.neuron(job.model, job.scheme)
        elif traced.size:
            engine.grid("trace_cells", job.model, job.scheme, job.precision)
        if swept:
            engine.grid("sweep_cells", job.model, job.scheme, job.precision)
            tasks += [
                _task(sweep_chunk, job, engine, chunk) for chunk in _chunks(rest, _shared(rest.size, job.threads))
            ]
    return _joined(_perform(tasks, job.threads if engine.parallel else 1))


def _task(function: Callable, job: Job, engine: ModuleType, cells: NDArray) -> Callable[[], Outcome]:
    def task() -> Outcome:
        with np.errstate(all="ignore"):  # numbers out of range are found and reported as failures
            return function(job, engine, cells)

    return task


def _chunks(cells: NDArray, size: int) -> list[NDArray]:
    return [cells[k : k + size] for k in range(0, cells.size, size)]


def _shared(cells: int, threads: int) -> int:
    """The size of chunks that the threads share evenly, a multiple of the vector length."""
    rounds = max(1, -(-cells // (SWEPT_TOGETHER * threads)))
    return -(-cells // (rounds * threads * VECTOR)) * VECTOR or VECTOR


def _perform(tasks: Sequence[Callable[[], Outcome]], threads: int) -> list[Outcome]:
    if threads == 1 or len(tasks) < 2:
        return [task() for task in tasks]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda task: task(), tasks))


def _joined(parts: list[Outcome]) -> Outcome:
    """The parts' cells in order. A part's samples are those of its traced cells, in the order of the job's."""
    if len(parts) == 1:
        return parts[0]
    spike_cell = np.concatenate([part.spike_cell for part in parts])
    spike_time = np.concatenate([part.spike_time for part in parts])
    firsts = [part.spike_cell[0] for part in parts if part.spike_cell.size]
    lasts = [part.spike_cell[-1] for part in parts if part.spike_cell.size]
    if any(last > first for last, first in zip(lasts, firsts[1:], strict=False)):
        order = np.argsort(spike_cell, kind="stable")
        spike_cell, spike_time = spike_cell[order], spike_time[order]
    failures: list[Failure] = sorted((f for part in parts for f in part.failures), key=lambda f: f.cell)
    return Outcome(
        samples=np.concatenate([part.samples for part in parts], axis=1),
        conductances=np.concatenate([part.conductances for part in parts], axis=1),
        spike_cell=spike_cell,
        spike_time=spike_time,
        final=np.concatenate([part.final for part in parts], axis=1),
        failures=failures,
    )
