"""The network of 2003 in other simulators, where they are installed: Brian2 and NEST.

Each is run in a process of its own, settles for half a second as izhi does, and records its spikes. What it takes to
compile, to build and to settle is not counted.
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from scipy.sparse import csc_array

REPEATS = 3
SETTLE = 500


@dataclass(frozen=True)
class Case:
    """A network and its run: synapses on each cell, threads, model time [ms], and the longest of the delays [ms]."""

    cells: int
    indegree: int
    threads: int
    ms: int
    delay: int = 1


@dataclass(frozen=True)
class Timing:
    """Seconds of wall time per second of model time, for each run, and the mean rate [Hz]."""

    program: str
    factors: list[float]
    rate: float


def parameters(cells: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    """a, b, c, d of the cells of 2003, and the std of their noise; the first four fifths are excitatory."""
    kind = np.arange(cells) < cells * 4 // 5
    r = random.random(cells, dtype=np.float32)
    values = {
        "a": np.where(kind, 0.02, 0.02 + 0.08 * r),
        "b": np.where(kind, 0.2, 0.25 - 0.05 * r),
        "c": np.where(kind, -65 + 15 * r * r, -65),
        "d": np.where(kind, 8 - 6 * r * r, 2),
        "std": np.where(kind, 5, 2),
    }
    return {name: value.astype(np.float32) for name, value in values.items()}


def weights(cells: int, indegree: int, random: np.random.Generator) -> csc_array:
    """Weights, targets x sources and in order of the sources: `indegree` different sources for each target."""
    excitatory, e = cells * 4 // 5, indegree * 4 // 5
    source = np.empty((cells, indegree), dtype=np.int32)
    for row in source:
        row[:e] = random.choice(excitatory, e, replace=False, shuffle=False)
        row[e:] = excitatory + random.choice(cells - excitatory, indegree - e, replace=False, shuffle=False)
    weight = random.random((cells, indegree), dtype=np.float32) * np.float32(1000 / indegree)
    weight[:, :e] *= 0.5
    weight[:, e:] *= -1.0
    target = np.repeat(np.arange(cells, dtype=np.int32), indegree)
    return csc_array((weight.ravel(), (target, source.ravel())), shape=(cells, cells))


def simulate_brian2(case: Case) -> Timing:
    """Brian2 as a C++ program in single precision, which is compiled once and run several times."""
    import brian2

    brian2.set_device("cpp_standalone", build_on_run=False)
    brian2.prefs.core.default_float_dtype = np.float32
    brian2.prefs.devices.cpp_standalone.openmp_threads = case.threads
    brian2.defaultclock.dt = 1 * brian2.ms
    random = np.random.default_rng(1)
    group = _brian2_cells(brian2, case, random)
    spikes = brian2.SpikeMonitor(group)
    network = brian2.Network(group, spikes)
    if case.indegree:
        network.add(_brian2_synapses(brian2, group, case, random))
    network.run(SETTLE * brian2.ms)
    network.run(case.ms * brian2.ms)
    factors = []
    with tempfile.TemporaryDirectory() as folder:
        brian2.device.build(directory=folder, run=False)
        for _ in range(REPEATS):
            brian2.device.run(with_output=False)
            factors.append(brian2.device._last_run_time / case.ms * 1e3)
        count = int(np.count_nonzero(np.asarray(spikes.t / brian2.ms) > SETTLE - 0.5))
    return Timing(f"Brian2 {brian2.__version__}", factors, 1e3 * count / case.cells / case.ms)


def _brian2_cells(brian2, case: Case, random: np.random.Generator):
    """The step of the listing, in its order and in one loop.

    Brian2 looks for spikes at the end of a step and the listing at the start of the next. A spike without a delay is
    then current in the next step, as in the listing, so that a delay of one step is none here.
    """
    values = parameters(case.cells, random)
    names = "\n".join(f"{name} : 1 (constant)" for name in values)
    group = brian2.NeuronGroup(
        case.cells, f"v : 1\nu : 1\nI : 1\n{names}", threshold="v >= 30", reset="v = c; u += d"
    )  # fmt: skip
    for name, value in values.items():
        setattr(group, name, value)
    group.v = -65
    group.u = "b * v"
    group.run_regularly("""
        I += std * randn()
        v += 0.5 * ((0.04 * v + 5) * v + 140 - u + I)
        v += 0.5 * ((0.04 * v + 5) * v + 140 - u + I)
        u += a * (b * v - u)
        I = 0
    """)
    return group


def _brian2_synapses(brian2, group, case: Case, random: np.random.Generator):
    """Synapses in order of their sources, in which they are read fastest."""
    S = weights(case.cells, case.indegree, random)
    synapses = brian2.Synapses(group, group, "w : 1", on_pre="I_post += w")
    synapses.connect(i=np.repeat(np.arange(case.cells, dtype=np.int32), np.diff(S.indptr)), j=S.indices)
    synapses.w = S.data
    if case.delay > 1:
        synapses.delay = random.integers(0, case.delay, S.nnz).astype(np.float32) * brian2.ms
    return synapses


def simulate_nest(case: Case) -> Timing:
    """NEST, which is in double precision, with its noise and connections; all its runs are of one simulation."""
    os.environ["PYNEST_QUIET"] = "1"
    import nest

    if hasattr(nest, "VerbosityLevel"):
        nest.verbosity = nest.VerbosityLevel.ERROR
    else:
        nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    nest.set(resolution=1.0, local_num_threads=case.threads, rng_seed=1)
    cells = _nest_cells(nest, case)
    if case.indegree:
        _nest_synapses(nest, cells, case)
    spikes = nest.Create("spike_recorder", params={"start": float(SETTLE)})
    nest.Connect(cells, spikes)
    nest.Simulate(float(SETTLE))
    factors = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        nest.Simulate(float(case.ms))
        factors.append((time.perf_counter() - start) / case.ms * 1e3)
    return Timing(f"NEST {nest.__version__}", factors, 1e3 * spikes.n_events / case.cells / case.ms / REPEATS)


def _nest_cells(nest, case: Case):
    """Cells that step as published, each with a noise of its own that lasts a step and comes one step late."""
    values = {name: value.astype(float) for name, value in parameters(case.cells, np.random.default_rng(1)).items()}
    std = values.pop("std")
    values |= {"V_m": np.full(case.cells, -65.0), "U_m": -65.0 * values["b"]}
    cells = nest.Create("izhikevich", case.cells, {"V_th": 30.0, "consistent_integration": False})
    cells.set({name: value.tolist() for name, value in values.items()})
    for part in np.split(np.arange(case.cells), [case.cells * 4 // 5]):
        noise = nest.Create("noise_generator", params={"std": float(std[part[0]]), "dt": 1.0})
        nest.Connect(noise, cells[int(part[0]) : int(part[-1]) + 1])
    return cells


def _nest_synapses(nest, cells, case: Case) -> None:
    """NEST's own rule: a fixed number of different sources for each target."""
    excitatory, e, scale = case.cells * 4 // 5, case.indegree * 4 // 5, 1000 / case.indegree
    for part, k, low, high in (
        (cells[:excitatory], e, 0.0, 0.5 * scale),
        (cells[excitatory:], case.indegree - e, -scale, 0.0),
    ):
        rule = {"rule": "fixed_indegree", "indegree": k, "allow_autapses": True, "allow_multapses": False}
        delay = nest.random.uniform_int(case.delay) + 1.0 if case.delay > 1 else 1.0
        nest.Connect(part, cells, rule, {"weight": nest.random.uniform(low, high), "delay": delay})


# The package that is imported, what pip calls it, and what runs it.
PEERS: dict[str, tuple[str, str, Callable[[Case], Timing]]] = {
    "Brian2": ("brian2", "brian2", simulate_brian2),
    "NEST": ("nest", "nest-simulator", simulate_nest),
}


def installed() -> list[str]:
    """The peers that can be imported."""
    return [name for name, (package, _, _) in PEERS.items() if importlib.util.find_spec(package)]


def timing(peer: str, case: Case) -> Timing:
    """One of `PEERS` in a fresh process, since neither lets go of its threads and memory in an old one."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(PEERS[peer][2], case).result()
