"""jNeuroML: the NeuroML 2 files of `izhi export neuroml`, whose variants are LEMS component types."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import partial
from typing import Any

import numpy as np

from izhi.bridge.conformance.case import Case
from izhi.bridge.conformance.simulator import Found, NotFound, Simulator, played
from izhi.cell import Cell
from izhi.errors import IzhiError
from izhi.stimulus import Steps


def find(program: str | None) -> Found:
    """The archive that pyNeuroML brings, and Java."""
    from izhi.bridge.neuroml.jneuroml import jar

    try:
        archive = jar()
        java = subprocess.run([shutil.which("java") or "java", "-version"], capture_output=True, text=True, timeout=60)
    except (IzhiError, OSError, subprocess.TimeoutExpired) as problem:
        raise NotFound(str(problem)) from None
    number = archive.stem.removeprefix("jNeuroML-").removesuffix("-jar-with-dependencies")
    quoted = java.stderr.split('"')
    return Found(f"{number}, Java {quoted[1] if len(quoted) > 1 else '?'}", program or sys.executable)


def run(case: Case) -> tuple[Any, None]:
    """The spikes of the cell as NeuroML, run by jNeuroML."""
    from izhi.bridge.neuroml.run import simulate

    found = simulate(Cell.preset(case.cell), staircase(case), case.duration, dt=case.dt)
    return found.spikes(), None


def staircase(case: Case) -> Steps:
    """The current of each step k, from k + 1/2 steps on: jNeuroML takes step k with the current at its end."""
    current = case.currents()
    (changes,) = np.nonzero(np.diff(current, prepend=np.nan) != 0)
    return Steps((changes + 0.5) * case.dt, current[changes])


JNEUROML = Simulator(
    name="jNeuroML",
    title="the cells of `izhi export neuroml`, their currents half a step late: it looks at the end of a step",
    schemes=("euler",),
    find=find,
    refuses=lambda case: None,  # noqa: ARG005
    prepare=partial(played, name="jneuroml"),
)
