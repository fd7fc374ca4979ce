"""Speed of a search for parameters: candidates a second against one recorded second, the whole objective included.

    python benchmarks/fitting.py

Prints medians of several times, with plain NumPy, and Brian2 where it is installed, in the same run beside them: these
only simulate the same candidates and are not asked for an objective.
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

import izhi
from izhi.engine.matching import TOGETHER, Trial, match
from izhi.fitting.bounds import space
from izhi.fitting.clues import clues
from izhi.fitting.problem import Problem
from izhi.fitting.target import targets
from izhi.sweeps import Sweep, Sweeps

CANDIDATES, DURATION, DT, REPEATS = 4096, 1000.0, 0.1, 9
# A current with which the cell spikes about 20 times [pA].
STEP = 160.0
Floats = NDArray[np.float64]


def timed(runs: dict[str, Callable[[], object]]) -> dict[str, Floats]:
    """Times of each of several runs [s], in turn, so that all see the same machine; the first round is not counted."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(REPEATS + 1):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - start)
    return {name: np.array(each[1:]) for name, each in times.items()}


def problem_and_candidates() -> tuple[Problem, Floats]:
    """A regular spiking cell that spikes through most of a second, and candidates near it: as late in a search."""
    row = izhi.preset("2007/RS")
    run = izhi.simulate(row.name, izhi.Pulse(STEP, start=100, stop=900), DURATION, scheme="euler", dt=DT)
    time_of = run.time[:-1]
    current = STEP * ((time_of >= 100) & (time_of < 900))
    sweep = Sweep(DT, run.voltage[:-1], current, known_spikes=run.spike_times)
    seen = clues(Sweeps((sweep,)))
    box = space(izhi.MODELS["izhikevich2007"], seen)
    random = np.random.default_rng(0)
    x = box.place(dict(row.parameters)) + 0.02 * random.standard_normal((CANDIDATES, len(box.free)))
    return Problem(box, targets(Sweeps((sweep,)), DT, seen)), x


def numpy_ensemble(problem: Problem, x: Floats) -> NDArray[np.int64]:
    """The candidates by plain NumPy, a Euler step of all at a time, in float32: how many spikes each has."""
    table, trial = problem.space.table(x).astype(np.float32), problem.targets[0].trial
    C, k, vr, vt, vpeak, a, b, c, d = table
    v, u = problem.space.state(problem.space.table(x)).astype(np.float32)
    current = np.zeros(trial.steps, dtype=np.float32)
    for first, value in zip(trial.change_step, trial.change_current, strict=True):
        current[first:] = value
    count, dt = np.zeros(v.size, dtype=np.int64), np.float32(DT)
    for I in current:
        dv = (k * (v - vr) * (v - vt) - u + I) / C
        du = a * (b * (v - vr) - u)
        v, u = v + dt * dv, u + dt * du
        fired = np.flatnonzero(v >= vpeak)
        if fired.size:
            v[fired] = c[fired]
            u[fired] += d[fired]
            count[fired] += 1
    return count


def brian2_ensemble(problem: Problem, x: Floats) -> Floats:
    """Seconds that Brian2 takes for the same, one thread of C++ in single precision; compiling is not counted."""
    import brian2

    brian2.set_device("cpp_standalone", build_on_run=False)
    brian2.prefs.core.default_float_dtype = np.float32
    brian2.defaultclock.dt = DT * brian2.ms
    table, trial = problem.space.table(x), problem.targets[0].trial
    current = np.zeros(trial.steps)
    for first, value in zip(trial.change_step, trial.change_current, strict=True):
        current[first:] = value
    symbols = problem.space.model.symbols
    equations = (
        "\n".join(f"{s} : 1 (constant)" for s in symbols)
        + """
    dv/dt = (k * (v - vr) * (v - vt) - u + drive(t)) / C / ms : 1
    du/dt = a * (b * (v - vr) - u) / ms : 1"""
    )
    cells = brian2.NeuronGroup(
        CANDIDATES, equations, threshold="v >= vpeak", reset="v = c; u += d", method="euler",
        namespace={"drive": brian2.TimedArray(current, dt=DT * brian2.ms)},
    )  # fmt: skip
    for symbol, values in zip((*symbols, "v", "u"), (*table, *problem.space.state(table)), strict=True):
        setattr(cells, symbol, values)
    network = brian2.Network(cells, brian2.SpikeMonitor(cells))
    network.run(DURATION * brian2.ms)
    times = []
    with tempfile.TemporaryDirectory() as folder:
        brian2.device.build(directory=folder, run=False)
        for _ in range(REPEATS):
            brian2.device.run(with_output=False)
            times.append(brian2.device._last_run_time)
    return np.array(times)


def line(name: str, seconds: Floats, baseline: Floats) -> None:
    rate, most = CANDIDATES / np.median(seconds), CANDIDATES / seconds.min()
    ratio = np.median(baseline) / np.median(seconds)
    print(f"  {name:40} {rate:9,.0f} candidates/s (best {most:9,.0f}), {ratio:5.1f} times NumPy")


def part_runs(problem: Problem, x: Floats) -> dict[str, Callable[[], object]]:
    """One generation on one thread, and the same without some of its parts."""
    box, trial = problem.space, problem.targets[0].trial
    table, terms = box.table(x), problem.terms(x)
    state = box.state(table)
    looks = {name: getattr(trial, name)[:1] for name in ("look_step", "look_voltage", "look_weight")}
    parts = [slice(first, first + TOGETHER) for first in range(0, CANDIDATES, TOGETHER)]
    own = [np.ascontiguousarray(table[:, part]) for part in parts]

    def simulated(which: Trial) -> None:
        for each, part in zip(own, parts, strict=True):
            match(box.model, problem.scheme, each, state[:, part], which, problem.engine)

    return {
        "all": lambda: problem.loss(x),
        "all looks": lambda: simulated(trial),
        "one look": lambda: simulated(replace(trial, **looks)),
        "table": lambda: box.state(box.table(x)),
        "costs": lambda: problem.costs(terms),
    }


def measure_parts(problem: Problem, x: Floats) -> None:
    """Where the time goes on one thread: what is left when a part is left out."""
    took = {name: 1e3 * float(seconds.min()) for name, seconds in timed(part_runs(problem, x)).items()}
    steps = CANDIDATES * problem.targets[0].trial.steps
    print(f"where the {took['all']:.1f} ms of a free generation on one thread go (best of {REPEATS}):")
    print(f"  steps and spikes      {took['one look']:6.1f} ms, {1e6 * took['one look'] / steps:.2f} ns a step of one")
    print(f"  looks at the voltage  {took['all looks'] - took['one look']:6.1f} ms")
    print(f"  candidates' table     {took['table']:6.1f} ms")
    print(f"  what terms cost       {took['costs']:6.1f} ms")
    rest = took["all"] - took["all looks"] - took["table"] - took["costs"]
    print(f"  spikes against those of the target, and the rest {rest:.1f} ms")


def main() -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    problem, x = problem_and_candidates()
    target = problem.targets[0]
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{CANDIDATES} candidates for a cell with {target.spikes.size} spikes in {target.offset:g} ms at dt {DT} ms,")
    print(f"{target.trial.look_step.size} voltages compared, {problem.scheme.name}, float32{load}:")
    mine, theirs = problem.terms(x)[0, 0].mean(), np.abs(numpy_ensemble(problem, x) - target.spikes.size).mean()
    assert abs(mine - theirs) < 1.0, "the baseline computes something else"
    runs: dict[str, Callable[[], object]] = {"plain NumPy, euler, no objective": lambda: numpy_ensemble(problem, x)}
    for forced in (False, True):
        for threads in sorted({1, cores}):
            which = replace(problem, forced=forced, threads=threads)
            name = f"izhi, objective, {'forced' if forced else 'free'}, threads: {threads}"
            runs[name] = lambda which=which: which.loss(x)  # type: ignore[misc]
    found = timed(runs)
    baseline = next(iter(found.values()))
    for name, seconds in found.items():
        line(name, seconds, baseline)
    if importlib.util.find_spec("brian2") is not None:
        line("Brian2, euler, no objective, threads: 1", brian2_ensemble(problem, x), baseline)
    measure_parts(problem, x)


if __name__ == "__main__":
    main()
