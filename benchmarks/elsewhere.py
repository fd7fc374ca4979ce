"""A network of 10,000 cells with 100 synapses each here, in NEST, and in NEURON on 1, 2 and 4 processes of MPI.

    python benchmarks/elsewhere.py [--cells 10000] [--synapses 100] [--duration 1000] [--processes 1 2 4]

Prints the time that each takes, building included, and whether the spikes are the same. Without `mpiexec` it runs
NEURON in one process, and what is not installed is left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec

import izhi

SCHEME = "published-2003"


def network(cells: int, synapses: int) -> izhi.Network:
    """The cells of 2003, with delays, and as many synapses from each."""
    excitatory = cells * 4 // 5
    scale = 1000 / synapses
    E = izhi.Population(
        "E", excitatory, "2003/RS", {"c": "-65 + 15 r^2", "d": "8 - 6 r^2"}, drive=izhi.GaussianNoise(5)
    )
    I = izhi.Population("I", cells - excitatory, "2003/FS", drive=izhi.GaussianNoise(2))
    to, rule = ["E", "I"], izhi.FixedOutdegree(synapses)
    return izhi.Network(
        [E, I],
        [
            izhi.Projection("E", to, rule, weight=izhi.Uniform(0, 0.3 * scale), delay=izhi.Uniform(1, 20)),
            izhi.Projection("I", to, rule, weight=izhi.Uniform(-0.6 * scale, 0)),
        ],
        seed=1,
    )


def run(cells: int, synapses: int, duration: float, engine: str, **how: object) -> dict[str, object]:
    """Run it once; the engine's time is that of a second run, when all is compiled."""
    described = network(cells, synapses)
    izhi.simulate(network(100, 10), 2, engine=engine, **how)
    began = time.perf_counter()
    found = izhi.simulate(described, duration, engine=engine, **how)
    spent = time.perf_counter() - began
    spikes = hashlib.sha256(found.spike_time.tobytes() + found.spike_cell.tobytes()).hexdigest()
    return {"seconds": spent, "spikes": int(found.spike_time.size), "digest": spikes}


def started(processes: int, arguments: list[str]) -> dict[str, object]:
    """The same script on some processes of MPI."""
    # -P: `neuron` is not to be the file of that name beside this one.
    command = [sys.executable, "-P", __file__, *arguments, "--one"]
    if processes > 1 or shutil.which("mpiexec"):
        command = ["mpiexec", "--oversubscribe", "-n", str(processes), *command]
    allowed = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | allowed)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cells", type=int, default=10_000)
    parser.add_argument("--synapses", type=int, default=100)
    parser.add_argument("--duration", type=float, default=1000.0)
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    size = (given.cells, given.synapses, given.duration)
    if given.one:
        from izhi.bridge.neuron import rank

        out = run(*size, engine="neuron", scheme=SCHEME)
        if rank() == 0:
            print(json.dumps(out))
        return
    ours = run(*size, engine="cpu", threads=1, scheme=SCHEME)
    print(f"{given.cells} cells, {given.synapses} synapses each, {given.duration:g} ms: {ours['spikes']} spikes")
    show("izhi, 1 thread", ours, ours)
    show("izhi, 2 threads", run(*size, engine="cpu", threads=2, scheme=SCHEME), ours)
    if find_spec("nest"):
        there = run(*size, engine="cpu", scheme="nest-published")
        for threads in (1, 2):
            show(f"NEST, {threads} thread(s)", run(*size, engine="nest", threads=threads), there)
    arguments = [f"--cells={given.cells}", f"--synapses={given.synapses}", f"--duration={given.duration}"]
    for n in given.processes if find_spec("neuron") else ():
        show(f"NEURON, {n} process(es)", started(n, arguments), ours)


def show(who: str, out: dict[str, object], ours: dict[str, object]) -> None:
    """One line."""
    same = "the same spikes" if out["digest"] == ours["digest"] else f"other spikes, {out['spikes']}"
    print(f"{who:24}{out['seconds']:8.2f} s, {same}", flush=True)


if __name__ == "__main__":
    main()
