"""Speed of networks: seconds per second of model time, beside plain NumPy with SciPy's sparse matrices in the same run.

    python benchmarks/networks.py [--large] [unconnected | ten | hundred | delays | million | learning | parts ...]

Prints the median of several runs. Without names it runs all; `million` takes 3 GB, `hundred` 1.2 GB. Brian2 and NEST
run beside `unconnected` and `ten` where they are installed (`pip install brian2 nest-simulator`), and with `--large`
beside `hundred` and `delays`, for which they take about 10 GB and several minutes.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

import izhi
import peers
from izhi.networks import cortex2003, polychronization

REPEATS = 3
LARGE = "--large"


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
    a, b, c, d, std = peers.parameters(cells, random).values()
    S = peers.weights(cells, indegree, random) if indegree else None
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


def measure(
    what: str, network: izhi.Network, threads: int, ms: float, baseline: float | None = None, weights: str = "exact"
) -> float:
    """Build, settle for half a second, and time stretches of `ms`; seconds per second of model time."""
    start = time.perf_counter()
    simulation = izhi.Simulation(network, precision="single", threads=threads, weights=weights)
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
    kind = f", {weights} weights" if network.projections else ""
    print(f"{what}, on {threads}{kind}: {factor:.3f} s per s (runs {runs}) at {rate:.2f} Hz{against}", flush=True)
    print(f"    built in {built:.1f} s, {size}", flush=True)
    return factor


def both(what: str, network: izhi.Network, threads: int, ms: float, baseline: float | None = None) -> float:
    """With weights of 32 bits and of 16; returns the time with those of 32."""
    exact = measure(what, network, threads, ms, baseline)
    measure(what, network, threads, ms, baseline, "packed")
    return exact


def compare(case: peers.Case, factor: float) -> None:
    """The same network in the peers that are installed, beside izhi's seconds per second of model time."""
    for peer in peers.installed():
        try:
            timing = peers.timing(peer, case)
        except Exception as problem:
            print(f"    {peer} failed: {type(problem).__name__}: {problem}", flush=True)
            continue
        median = statistics.median(timing.factors)
        runs = ", ".join(f"{f:.3f}" for f in timing.factors)
        ratio = f"ratio {median / factor:.1f}"
        print(f"    {timing.program}: {median:.3f} s per s (runs {runs}) at {timing.rate:.2f} Hz, {ratio}", flush=True)


def baseline(cells: int, indegree: int, steps: int) -> float:
    """NumPy's seconds per second of model time."""
    run = numpy_network(cells, indegree, steps, np.random.default_rng(1))
    run()
    return statistics.median(seconds(run)) / steps * 1e3


def measure_unconnected() -> None:
    slow = baseline(100_000, 0, 50)
    for threads in (1, 2):
        factor = measure("100,000 cells with noise", unconnected(100_000), threads, 1000, slow)
        compare(peers.Case(100_000, 0, threads, 1000), factor)


def measure_ten() -> None:
    slow = baseline(10_000, 1000, 300)
    for threads in (1, 2):
        factor = both("10,000 cells x 1,000 synapses", cortex2003(10_000, seed=1), threads, 1000, slow)
        compare(peers.Case(10_000, 1000, threads, 1000), factor)


def measure_hundred() -> None:
    for threads in (1, 2):
        factor = both("100,000 cells x 1,000 synapses", cortex2003(100_000, seed=1), threads, 1000)
        if LARGE in sys.argv:
            compare(peers.Case(100_000, 1000, threads, 300), factor)


def measure_delays() -> None:
    what = "100,000 cells x 1,000 synapses, delays of 1 to 20 ms"
    factor = both(what, delayed(100_000), 2, 1000)
    if LARGE in sys.argv:
        compare(peers.Case(100_000, 1000, 2, 300, delay=20), factor)


def measure_million() -> None:
    """A tenth of the synapses, each sqrt(10) times as strong, so that the variance of the input is that of 2003."""
    cells = cortex2003(1_000_000).populations
    strong = 10**0.5
    projections = [
        izhi.Projection("E", ("E", "I"), izhi.FixedIndegree(80), izhi.Uniform(0, 0.5 * strong)),
        izhi.Projection("I", ("E", "I"), izhi.FixedIndegree(20), izhi.Uniform(-strong, 0)),
    ]
    both("1,000,000 cells x 100 synapses", izhi.Network(cells, projections, seed=1), 2, 300)


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
    for peer in sorted(peers.PEERS.keys() - peers.installed()):
        print(f"{peer} is not installed, and not compared (pip install {peers.PEERS[peer][1]})")
    for name in [name for name in sys.argv[1:] if name != LARGE] or PARTS:
        PARTS[name]()


if __name__ == "__main__":
    main()
