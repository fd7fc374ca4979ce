"""Speed of networks: seconds per second of model time, beside plain NumPy with SciPy's sparse matrices in the same run.

    python benchmarks/networks.py [unconnected | ten | hundred | delays | million | learning | parts ...]

Prints the median of several runs. Without names it runs all; `million` takes 3 GB, `hundred` 1.2 GB.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from scipy.sparse import csc_array

import izhi
from izhi.networks import cortex2003, polychronization

REPEATS = 3


def seconds(run: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Times of several runs [s]."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return times


def unconnected(cells: int) -> izhi.Network:
    """The cells of the 2003 network and their noise, without synapses."""
    whole = cortex2003(cells)
    return izhi.Network(whole.populations, (), seed=1)


def delayed(cells: int) -> izhi.Network:
    """The 2003 network with random delays of 1 to 20 ms."""
    whole = cortex2003(cells)
    projections = [
        izhi.Projection(p.source, p.target, p.rule, p.weight, izhi.Uniform(0.5, 20.49), name=p.name)
        for p in whole.projections
    ]
    return izhi.Network(whole.populations, projections, seed=1)


def numpy_network(cells: int, indegree: int, steps: int, random: np.random.Generator) -> Callable[[], float]:
    """The 2003 network by NumPy and a sparse matrix, in single precision; the run returns its mean rate [Hz]."""
    excitatory = cells * 4 // 5
    kind = np.arange(cells) < excitatory
    r = random.random(cells, dtype=np.float32)
    a = np.where(kind, 0.02, 0.02 + 0.08 * r).astype(np.float32)
    b = np.where(kind, 0.2, 0.25 - 0.05 * r).astype(np.float32)
    c = np.where(kind, -65 + 15 * r * r, -65).astype(np.float32)
    d = np.where(kind, 8 - 6 * r * r, 2).astype(np.float32)
    std = np.where(kind, 5, 2).astype(np.float32)
    S = None
    if indegree:
        e = indegree * 4 // 5
        source = np.concatenate([
            random.integers(0, excitatory, (cells, e)), random.integers(excitatory, cells, (cells, indegree - e)),
        ], axis=1, dtype=np.int32)  # fmt: skip
        weight = random.random((cells, indegree), dtype=np.float32)
        weight[:, :e] *= 0.5
        weight[:, e:] *= -1.0
        target = np.repeat(np.arange(cells, dtype=np.int32), indegree)
        S = csc_array((weight.ravel(), (target, source.ravel())), shape=(cells, cells))
    v = np.full(cells, -65, dtype=np.float32)
    u = b * v

    def run() -> float:
        nonlocal v, u
        spikes = 0
        for _ in range(steps):
            I = std * random.standard_normal(cells, dtype=np.float32)
            fired = np.flatnonzero(v >= 30)
            spikes += fired.size
            v[fired] = c[fired]
            u[fired] += d[fired]
            if S is not None and fired.size:
                I += S[:, fired].sum(axis=1)
            v += np.float32(0.5) * ((np.float32(0.04) * v + np.float32(5)) * v + np.float32(140) - u + I)
            v += np.float32(0.5) * ((np.float32(0.04) * v + np.float32(5)) * v + np.float32(140) - u + I)
            u += a * (b * v - u)
        return 1e3 * spikes / cells / steps

    return run


def measure(what: str, network: izhi.Network, threads: int, ms: float, baseline: float | None = None) -> None:
    """Build, settle for half a second, and time stretches of `ms`."""
    start = time.perf_counter()
    simulation = izhi.Simulation(network, precision="single", threads=threads)
    built = time.perf_counter() - start
    simulation.advance(10)
    simulation.advance(490)
    last: list[izhi.NetworkRecording] = []

    def run() -> None:
        last[:] = [simulation.advance(ms)]
        simulation.forget()

    factors = [t / ms * 1e3 for t in seconds(run)]
    factor = statistics.median(factors)
    rate = 1e3 * last[0].spike_time.size / max(network.cells, 1) / ms
    against = f", NumPy {baseline:.3g}, ratio {baseline / factor:.1f}" if baseline else ""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    runs = ", ".join(f"{f:.3f}" for f in factors)
    size = f"{simulation.synapses:,} synapses, peak {peak:.2f} GB"
    print(f"{what}, on {threads}: {factor:.3f} s per s (runs {runs}) at {rate:.2f} Hz{against}", flush=True)
    print(f"    built in {built:.1f} s, {size}", flush=True)


def baseline(cells: int, indegree: int, steps: int) -> float:
    """NumPy's seconds per second of model time."""
    run = numpy_network(cells, indegree, steps, np.random.default_rng(1))
    run()
    return statistics.median(seconds(run)) / steps * 1e3


def measure_unconnected() -> None:
    slow = baseline(100_000, 0, 50)
    for threads in (1, 2):
        measure("100,000 cells with noise", unconnected(100_000), threads, 1000, slow)


def measure_ten() -> None:
    slow = baseline(10_000, 1000, 300)
    for threads in (1, 2):
        measure("10,000 cells x 1,000 synapses", cortex2003(10_000, seed=1), threads, 1000, slow)


def measure_hundred() -> None:
    for threads in (1, 2):
        measure("100,000 cells x 1,000 synapses", cortex2003(100_000, seed=1), threads, 1000)


def measure_delays() -> None:
    measure("100,000 cells x 1,000 synapses, delays of 1 to 20 ms", delayed(100_000), 2, 1000)


def measure_million() -> None:
    """A tenth of the synapses, each sqrt(10) times as strong, so that the variance of the input is that of 2003."""
    cells = cortex2003(1_000_000).populations
    strong = 10**0.5
    projections = [
        izhi.Projection("E", ("E", "I"), izhi.FixedIndegree(80), izhi.Uniform(0, 0.5 * strong)),
        izhi.Projection("I", ("E", "I"), izhi.FixedIndegree(20), izhi.Uniform(-strong, 0)),
    ]
    measure("1,000,000 cells x 100 synapses", izhi.Network(cells, projections, seed=1), 2, 300)


def measure_learning() -> None:
    """The network of 2006, after a minute in which its weights spread."""
    for precision in ("single", "double"):
        simulation = izhi.Simulation(polychronization(seed=1), precision=precision, threads=1)
        simulation.advance(60_000)
        simulation.forget()
        times = seconds(lambda simulation=simulation: simulation.advance(20_000))  # type: ignore[misc]
        speed = 20 / statistics.median(times)
        print(f"1,000 cells x 100 learning synapses, {precision}: {speed:.0f} s of model time per second", flush=True)


def measure_parts() -> None:
    """What the parts of a step cost: with and without noise, without synapses, and with them."""
    cells = 100_000
    quiet = [izhi.Population(p.name, p.count, p.cell, p.parameters, p.initial) for p in cortex2003(cells).populations]
    measure("the cells alone", izhi.Network(quiet, (), seed=1), 1, 1000)
    measure("with noise", unconnected(cells), 1, 1000)
    measure("with noise and synapses", cortex2003(cells, seed=1), 1, 1000)


PARTS = {
    "unconnected": measure_unconnected, "ten": measure_ten, "hundred": measure_hundred, "delays": measure_delays,
    "million": measure_million, "learning": measure_learning, "parts": measure_parts,
}  # fmt: skip


def main() -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"izhi {izhi.__version__}, NumPy {np.__version__}, {cores} cores")
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
