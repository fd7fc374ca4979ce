"""A sweep of two parameters and a fit, over any executor of `concurrent.futures`: here, processes, Dask, or MPI.

    python examples/many_machines.py [--on here|processes|dask] [--workers 2] [--scheduler ADDRESS] [--side 200]
    mpiexec -n 3 python -m mpi4py.futures examples/many_machines.py --on mpi

It prints a digest of the sweep and the cell that the fit found, which are the same wherever they were computed. With
Dask, `--scheduler` names one that has workers on other machines; without, they are processes of this one.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray

import izhi
from izhi.fitting import Effort, Fit, fit
from izhi.sweeps import Sweep, Sweeps

PIECES = 8


@contextmanager
def opened(on: str, workers: int, scheduler: str | None) -> Iterator[Executor | None]:
    """Where work is done; None is this process."""
    if on == "here":
        yield None
    elif on == "processes":
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as executor:
            yield executor
    elif on == "dask":
        from dask.distributed import Client

        with Client(scheduler) if scheduler else Client(n_workers=workers, threads_per_worker=1) as client:
            yield client.get_executor()
    else:
        from mpi4py.futures import MPIPoolExecutor

        with MPIPoolExecutor(workers) as executor:
            yield executor


def rates(reset: NDArray, currents: NDArray, threads: int) -> NDArray:
    """Rates [Hz] of regular spiking cells, by what a spike adds to u [pA] and by their current [pA]."""
    d, current = (x.ravel() for x in np.meshgrid(reset, currents, indexing="ij"))
    cells = izhi.Cell.preset("2007/RS", d=d)
    ran = izhi.simulate(cells, izhi.Constant(current), 1000.0, scheme="euler", dt=0.1, record="spikes", threads=threads)
    return np.bincount(ran.spike_cell, minlength=d.size).reshape(reset.size, currents.size).astype(float)


def swept(executor: Executor | None, side: int) -> NDArray:
    """A map of side x side cells, in pieces of some rows each."""
    currents = np.linspace(60.0, 300.0, side)
    pieces = np.array_split(np.linspace(20.0, 200.0, side), PIECES)
    if executor is None:
        return np.concatenate([rates(piece, currents, 2) for piece in pieces])
    return np.concatenate(list(executor.map(partial(rates, currents=currents, threads=1), pieces)))


def recorded() -> Sweeps:
    """Steps of current into a regular spiking cell, with noise in the voltage."""
    random, t = np.random.default_rng(1), np.arange(0.0, 500.0, 0.1)
    sweeps = []
    for size in (-40.0, 60.0, 90.0, 140.0):
        current = np.where((t >= 50) & (t < 450), size, 0.0)
        ran = izhi.simulate(izhi.Cell.preset("2007/RS"), izhi.Pulse(size, 50, 450), 500.0, dt=0.1)
        sweeps.append(Sweep(0.1, ran.voltage[: t.size] + random.normal(0.0, 0.3, t.size), current))
    return Sweeps(tuple(sweeps), source="RS")


def found(executor: Executor | None, effort: Effort) -> Fit:
    """The cell of a recording; the executor shares its starts out."""
    return fit(recorded(), hold_out=[3], effort=effort, executor=executor, threads=None if executor is None else 1)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--on", choices=("here", "processes", "dask", "mpi"), default="here")
    ask.add_argument("--workers", type=int, default=2)
    ask.add_argument("--scheduler")
    ask.add_argument("--side", type=int, default=200)
    ask.add_argument("--starts", type=int, default=6)
    ask.add_argument("--generations", type=int, default=40)
    told = ask.parse_args()
    n, many = told.starts, told.generations
    effort = Effort(
        forced_starts=n, starts=n, kept=min(n, 2), population=128, forced=many, first=many // 3, second=many
    )
    with opened(told.on, told.workers, told.scheduler) as executor:
        for again in ("the first time", "again"):
            begin = time.perf_counter()
            table = swept(executor, told.side)
            digest = hashlib.sha256(table.tobytes()).hexdigest()[:16]
            print(f"sweep of {table.size} cells: {digest}, mean {table.mean():.3f} Hz", flush=True)
            print(f"  {time.perf_counter() - begin:.2f} s {again}", flush=True)
        begin = time.perf_counter()
        cell = found(executor, effort)
        print("fit:", ", ".join(f"{s} {x!r}" for s, x in sorted(cell.parameters.items())))
        print(f"  {time.perf_counter() - begin:.1f} s")


if __name__ == "__main__":
    main()
