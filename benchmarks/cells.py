"""Speed of cells: an ensemble against plain NumPy in the same run, a single recorded cell, and `izhi run` in all.

    python benchmarks/cells.py

Prints times, best of several, with what else was measured in the same run beside them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import izhi

CELLS, DURATION, DT = 10_000, 1000.0, 0.1
EXPERIMENT = """
preset = "2007/RS"
scheme = "book-2007"
dt = 0.025
duration = 520.0
[[stimulus]]
kind = "steps"
t = [0.0, 100.0]
I = [0.0, 70.0]
"""


def best(run: Callable[[], object], repeats: int) -> float:
    """The shortest of several times [s]; the machine may be shared."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def different_cells(random: np.random.Generator) -> tuple[izhi.Cell, izhi.Stimulus]:
    """Regular spiking cells of 2007, every parameter of each its own."""
    row = izhi.preset("2007/RS")
    own = {symbol: value * random.uniform(0.95, 1.05, CELLS) for symbol, value in row.parameters.items()}
    cell = izhi.Cell.preset(row.name, initial={"v": own["vr"]}, **own)
    return cell, izhi.Constant(100.0 * random.uniform(0.9, 1.1, CELLS))


def numpy_ensemble(cell: izhi.Cell, current: izhi.Stimulus, duration: float) -> int:
    """The same by plain NumPy, a step of all cells at a time, in float32; returns the number of spikes."""
    C, k, vr, vt, vpeak, a, b, c, d = (cell.parameters[s].astype(np.float32) for s in cell.model.symbols)
    I, dt = np.asarray(current.I, dtype=np.float32), np.float32(DT)
    v, u, spikes = vr.copy(), np.zeros_like(vr), []
    for step in range(round(duration / DT)):
        dv = (k * (v - vr) * (v - vt) - u + I) / C
        du = a * (b * (v - vr) - u)
        v, u = v + dt * dv, u + dt * du
        fired = np.flatnonzero(v >= vpeak)
        if fired.size:
            v[fired] = c[fired]
            u[fired] += d[fired]
            spikes.append((step, fired))
    return sum(fired.size for _, fired in spikes)


def measure_ensemble(cores: int) -> None:
    cell, current = different_cells(np.random.default_rng(0))

    def ensemble(threads: int) -> izhi.Recording:
        return izhi.simulate(
            cell, current, DURATION, scheme="euler", dt=DT, record="spikes", precision="single", threads=threads
        )

    spikes = ensemble(1).spike_time.size
    assert spikes == numpy_ensemble(cell, current, DURATION), "the baseline computes something else"
    baseline = best(lambda: numpy_ensemble(cell, current, DURATION / 10), 3) * 10
    print(f"{CELLS} different RS cells, {DURATION:g} ms at dt {DT} ms, float32, spikes only ({spikes}), euler:")
    print(f"  plain NumPy      {CELLS / baseline:10,.0f} cells/s")
    for threads in sorted({1, cores}):
        seconds = best(lambda threads=threads: ensemble(threads), 15)
        ratio = baseline / seconds
        print(f"  izhi, threads: {threads}  {CELLS / seconds:10,.0f} cells/s, {ratio:.1f} times NumPy")


def measure_single() -> None:
    def run(duration: float, **options: object) -> Callable[[], object]:
        return lambda: izhi.simulate("2007/RS", izhi.Constant(100), duration, **options)  # type: ignore[arg-type]

    fast = best(run(1000, scheme="euler", dt=0.025, engine="cpu"), 50)
    plain = best(run(100, scheme="euler", dt=0.025, engine="reference"), 3) * 10
    print("one RS cell, 1000 ms at dt 0.025 ms, v, u and I of every step recorded, euler:")
    print(f"  plain Python  {1e3 * plain:7.1f} ms")
    print(f"  izhi          {1e3 * fast:7.2f} ms, {plain / fast:.0f} times plain Python")
    print(f"  its true solution, sampled every 0.1 ms: {1e3 * best(run(1000), 10):.1f} ms")


def measure_start() -> None:
    def started(*arguments: str) -> float:
        return best(lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True), 5)

    nothing, numpy, bare = started("-c", "pass"), started("-c", "import numpy"), started("-c", "import izhi")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "experiment.toml"
        file.write_text(EXPERIMENT)
        whole = started("-m", "izhi", "run", str(file), "--out", str(file.with_suffix(".npz")))
    print(f"izhi run of 20800 steps, compiled kernel from disk: {whole:.2f} s in all")
    print(f"  Python alone {nothing:.2f} s, with NumPy {numpy:.2f} s; import izhi adds {1e3 * (bare - nothing):.0f} ms")


def main() -> None:
    measure_ensemble(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    measure_single()
    measure_start()


if __name__ == "__main__":
    main()
