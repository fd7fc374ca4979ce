"""Runs cases in simulators, each in a process of its own with a time limit, so that a crash is a result."""

from __future__ import annotations

import signal
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.conformance.case import Case, own_step
from izhi.bridge.conformance.explain import explanation
from izhi.bridge.conformance.judge import FAILED, REFUSED, Run, judged
from izhi.bridge.conformance.registry import SIMULATORS
from izhi.bridge.conformance.simulator import SPIKES, VOLTAGE, Found, NotFound, Simulator
from izhi.errors import BadValue
from izhi.presets import Preset, presets

# How long a run may take [s].
LIMIT = 120.0


@dataclass(frozen=True)
class Report:
    """All that came of it.

    Attributes
    ----------
    simulators : dict
        By name, the version that was run or, after "not found: ", why it was not.
    runs : tuple of Run
    """

    simulators: Mapping[str, str]
    runs: tuple[Run, ...]


def conform(
    simulators: Iterable[Simulator],
    rows: Sequence[Preset],
    programs: Mapping[str, str] | None = None,
    *,
    schemes: Collection[str] | None = None,
    limit: float = LIMIT,
    jobs: int = 1,
    tell: Callable[[Run], None] | None = None,
) -> Report:
    """Run cells in simulators and by the schemes that are their numerics.

    Parameters
    ----------
    simulators : iterable of Simulator
        Those that are not there are left out, with the reason.
    rows : sequence of Preset
        The cells, each under its own stimulus.
    programs : mapping, optional
        By the name of a simulator, the interpreter that runs it.
    schemes : collection of str, optional
        Only these of each simulator's.
    limit : float
        How long a run may take [s].
    jobs : int
        How many run at once.
    tell : callable
        Called with each run as it comes.

    Returns
    -------
    Report
    """
    versions: dict[str, str] = {}
    runs: list[Run] = []
    for simulator in simulators:
        try:
            found = simulator.find((programs or {}).get(simulator.name))
        except NotFound as problem:
            versions[simulator.name] = f"not found: {problem}"
            continue
        versions[simulator.name] = found.version
        own = [s for s in simulator.schemes if schemes is None or s in schemes]
        cases = [Case(row.name, s, own_step(row, s)) for s in own for row in rows]
        with ThreadPoolExecutor(jobs) as pool:
            for run in pool.map(lambda case: _run(simulator, found, case, limit), cases):  # noqa: B023  (used at once)
                if tell is not None:
                    tell(run)
                runs.append(run)
    return Report(versions, tuple(runs))


def merged(old: Report, new: Report) -> Report:
    """The runs of both, in the order in which one run of all makes them; of a case that is in both the new one.

    Raises
    ------
    BadValue
        If runs of a simulator would be of two versions.
    """
    made = {(run.simulator, run.scheme, run.cell, run.dt) for run in new.runs}
    kept = [run for run in old.runs if (run.simulator, run.scheme, run.cell, run.dt) not in made]
    for name, version in new.simulators.items():
        before = old.simulators.get(name, version)
        if before != version and any(run.simulator == name for run in kept):
            raise BadValue("--keep", f"{name} {before}", f"{version}, or a run of all its cells, would do")
    names = list(dict.fromkeys((*SIMULATORS, *old.simulators, *new.simulators)))
    schemes = dict.fromkeys(scheme for simulator in SIMULATORS.values() for scheme in simulator.schemes)
    place = {name: k for k, name in enumerate((*names, *schemes, *presets()))}
    runs = sorted(
        (*kept, *new.runs),
        key=lambda run: [place.get(name, len(place)) for name in (run.simulator, run.scheme, run.cell)],
    )
    versions = {**old.simulators, **new.simulators}
    return Report({name: versions[name] for name in names if name in versions}, tuple(runs))


def _run(simulator: Simulator, found: Found, case: Case, limit: float) -> Run:
    empty = Run(simulator.name, case.cell, case.scheme, case.dt, REFUSED)
    reason = simulator.refuses(case)
    if reason is not None:
        return replace(empty, reason=reason)
    ours = case.run()
    with tempfile.TemporaryDirectory(prefix="izhi-conformance-") as name:
        folder = Path(name)
        problem = _played(simulator.prepare(case, folder, found.program), folder, limit)
        if problem:
            return replace(empty, verdict=FAILED, reason=problem, spikes=tuple(ours.spike_times.tolist()))
        voltage = _numbers(folder / VOLTAGE) if (folder / VOLTAGE).exists() else None
        run = judged(simulator.name, case, ours, _numbers(folder / SPIKES), voltage)
    return replace(run, reason=explanation(run))


def _played(command: Sequence[str], folder: Path, limit: float) -> str:
    """Run a command in a folder; returns how it failed, or nothing."""
    try:
        ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=limit, errors="replace")
    except subprocess.TimeoutExpired:
        return f"it was stopped after {limit:g} s"
    except OSError as problem:
        return f"it could not be started: {problem.strerror or problem}"
    if ended.returncode < 0:
        return f"it crashed ({signal.Signals(-ended.returncode).name})"
    if ended.returncode or not (folder / SPIKES).exists():
        lines = [line for line in (ended.stderr or ended.stdout).splitlines() if line.strip()]
        return " ".join((lines[-1] if lines else f"it ended with status {ended.returncode}").split())[:200]
    return ""


def _numbers(path: Path) -> NDArray[np.float64]:
    return np.array([float(line) for line in path.read_text(encoding="utf-8").split()], dtype=np.float64)
