"""What a simulator is here: where it is, which schemes are its numerics, and how a case is given to it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.conformance.case import Case

# What a run leaves in its folder: a number on each line.
SPIKES, VOLTAGE = "spikes.txt", "voltage.txt"


@dataclass(frozen=True)
class Found:
    """A simulator that is there.

    Attributes
    ----------
    version : str
    program : str
        The interpreter that runs it.
    """

    version: str
    program: str


class NotFound(Exception):  # noqa: N818  (it says what is wrong)
    """A simulator is not there; the message says why."""


@dataclass(frozen=True, eq=False)
class Simulator:
    """A simulator that runs cases, each in a process of its own.

    Attributes
    ----------
    name : str
    title : str
        What runs the cells, in a few words.
    schemes : tuple of str
        The schemes that are its numerics.
    find : callable
        `find(program)`: where it is and its version; raises `NotFound`. `program` is the interpreter to be used, None
        for the usual one.
    refuses : callable
        `refuses(case)`: why it has no such cell, or None.
    prepare : callable
        `prepare(case, folder, program)`: writes what it needs into the folder, and returns the command that, run in
        that folder, leaves the files `SPIKES` [ms] and, if it can, `VOLTAGE` [mV], a number on each line. A spike has
        the time that the scheme gives it, and a voltage is there for each of the scheme's samples from the first on.
    """

    name: str
    title: str
    schemes: tuple[str, ...]
    find: Callable[[str | None], Found]
    refuses: Callable[[Case], str | None]
    prepare: Callable[[Case, Path, str], list[str]]


def here(module: str, package: str) -> Callable[[str | None], Found]:
    """Finds a Python package by the interpreter that runs this, or by another."""

    def find(program: str | None) -> Found:
        interpreter = program or sys.executable
        question = f"import importlib.metadata as m; import {module}; print(m.version({package!r}))"
        try:
            answer = subprocess.run([interpreter, "-c", question], capture_output=True, text=True, timeout=120)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise NotFound(f"{interpreter}: {problem}") from None
        if answer.returncode:
            lines = answer.stderr.strip().splitlines() or ["it cannot be imported"]
            raise NotFound(" ".join(lines[-1].split()))
        return Found(answer.stdout.split()[-1], interpreter)

    return find


def played(case: Case, folder: Path, program: str, name: str) -> list[str]:  # noqa: ARG001
    """Prepares a case for the function `run(case)` of the file of that simulator, in a process of its own."""
    return [program, "-m", "izhi.bridge.conformance.play", name, case.cell, case.scheme, repr(case.dt)]


def write(path: Path, numbers: NDArray[np.float64]) -> None:
    """A number on each line, to the last bit."""
    path.write_text("".join(f"{x!r}\n" for x in np.asarray(numbers, dtype=np.float64).tolist()), encoding="utf-8")
