"""Cells of ModelDB 39948 as NEURON computes them, bit for bit: our engine against NEURON's time.

    python benchmarks/neuron.py

10,000 Izhi2007a-equivalent RS cells, 100 ms at dt 0.025, spikes only, on one core. The baseline is NEURON 9.0.2 with
10,000 point processes of this mechanism: 73 ns per cell and step on a Xeon at 2.8 GHz; if NEURON is installed (the
extra `neuron`) and can compile, it runs here beside ours and its own time is the baseline.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

import izhi
from izhi.mechanism import Clamp, Mechanism

CELLS, DURATION, DT = 10_000, 100.0, 0.025
MEASURED_NS = 73.0
# The equations of the mechanism for cells without branches, written anew; only its arithmetic matters here.
MOD = """
NEURON { POINT_PROCESS Simple2007 RANGE C, k, vr, vt, vpeak, a, b, c, d, Iin, V, u, t0, gA, gN, gG, gB, gO }
PARAMETER { C = 1 k = 0.7 vr = -60 vt = -40 vpeak = 35 a = 0.03 b = -2 c = -50 d = 100 Iin = 0 before = 0 }
ASSIGNED { V u t0 gA gN gG gB gO }
INITIAL { V = vr u = 0 t0 = t gA = 0 gN = 0 gG = 0 gB = 0 gO = 0 net_send(0, 1) }
BREAKPOINT { LOCAL h, f, s
  h = t - t0
  gA = gA - h*gA/5
  gN = gN - h*gN/150
  gG = gG - h*gG/6
  gB = gB - h*gB/150
  gO = gO - h*gO/50
  f = ((V + 80)/60)*((V + 80)/60)
  s = gA*(V - 0) + gN*f/(1 + f)*(V - 0) + gG*(V + 70) + gB*(V + 90) + gO*(V - 0)
  before = V
  V = V + h*(k*(V - vr)*(V - vt) - u - s + Iin)/(C*100)
  if (before <= c && V > vpeak) { V = c + 1 }
  u = u + h*a*(b*(V - vr) - u)
  t0 = t
}
NET_RECEIVE (w) {
  if (flag == 1) { WATCH (V > vpeak) 2 }
  if (flag == 2) { net_event(t) V = c u = u + d gA = 0 gN = 0 gG = 0 gB = 0 gO = 0 }
}
"""
SCRIPT = """
import sys, time
from neuron import h
h.load_file("stdrun.hoc")
section = h.Section()
cells = [h.Simple2007(section(0.5)) for _ in range(int(sys.argv[1]))]
for k, cell in enumerate(cells):
    cell.Iin = 50 + 450 * k / (len(cells) - 1)
last = h.Vector().record(cells[-1]._ref_V)
h.dt = float(sys.argv[3])
best = 1e9
for _ in range(3):
    h.finitialize(-65)
    start = time.perf_counter()
    while h.t < float(sys.argv[2]) - h.dt / 2:
        h.fadvance()
    best = min(best, time.perf_counter() - start)
print("best", best, cells[0].V, cells[-1].V, cells[len(cells) // 2].V)
"""


def best_of(repeats: int, run) -> float:
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def in_neuron() -> tuple[float, list[float]] | None:
    """NEURON's time [s] and some voltages at the end, if it is installed and can compile."""
    compiler = shutil.which("nrnivmodl", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "simple.mod").write_text(MOD, encoding="utf-8")
        (Path(folder) / "run.py").write_text(SCRIPT, encoding="utf-8")
        if subprocess.run([compiler, "."], cwd=folder, capture_output=True, check=False).returncode:
            return None
        command = [str(Path(compiler).parent / "python"), "run.py", str(CELLS), str(DURATION), str(DT)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    line = next((line.split() for line in done.stdout.splitlines() if line.startswith("best")), None)
    return (float(line[1]), [float(x) for x in line[2:]]) if line else None


def main() -> None:
    """Print the times and the ratio."""
    currents = np.linspace(50, 500, CELLS)
    cell, steps = izhi.Cell.preset("2007/RS"), round(DURATION / DT)

    def ours(threads: int = 1) -> izhi.Recording:
        return izhi.simulate(
            cell, izhi.Constant(currents), DURATION, scheme="neuron-2007a", dt=DT, record="spikes", threads=threads
        )

    spikes = ours()
    for k in (0, CELLS // 2, CELLS - 1):
        alone = Mechanism("Izhi2007a").run(DURATION, dt=DT, stimulus=Clamp(currents[k]))
        assert np.array_equal(alone.spikes, spikes.spike_times[k])
    one, two = best_of(7, ours), best_of(7, lambda: ours(2))
    per_step = 1e9 / CELLS / steps
    print(f"{CELLS} cells, {DURATION:g} ms, dt {DT:g} ms, {spikes.spike_time.size} spikes")
    print(f"izhi, one thread   {one:8.4f} s  {one * per_step:6.2f} ns per cell and step")
    print(f"izhi, two threads  {two:8.4f} s  {two * per_step:6.2f} ns per cell and step")
    measured = in_neuron()
    if measured is None:
        print(f"NEURON is not here; by its measured {MEASURED_NS:g} ns: ratio {MEASURED_NS / (one * per_step):.1f}")
        return
    seconds, voltages = measured
    print(f"NEURON             {seconds:8.4f} s  {seconds * per_step:6.2f} ns per cell and step")
    ends = [Mechanism("Izhi2007a").run(DURATION, stimulus=Clamp(currents[k])).V[-1] for k in (0, -1, CELLS // 2)]
    print(f"same bits at the end: {ends == voltages}")
    print(f"ratio {seconds / one:.1f} (to {MEASURED_NS:g} ns: {MEASURED_NS / (one * per_step):.1f})")


if __name__ == "__main__":
    main()
