"""A sweep and a fit give the same numbers in this process, with Dask and with MPI."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[1] / "examples" / "many_machines.py"
SMALL = ["--side", "24", "--starts", "2", "--generations", "6"]


@cache
def said(on: str) -> list[str]:
    """What the example prints, but for how long it took."""
    command = [sys.executable, str(EXAMPLE), "--on", on, *SMALL]
    if on == "mpi":
        root = ["--allow-run-as-root", "--oversubscribe"] if os.geteuid() == 0 else []
        command = ["mpiexec", *root, "-n", "3", sys.executable, "-m", "mpi4py.futures", *command[1:]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if not re.fullmatch(r"  [\d.]+ s.*", line)]


@pytest.mark.parametrize("on", ["dask", "mpi"])
def test_a_sweep_and_a_fit_are_the_same_wherever_they_are_computed(on: str) -> None:
    if on == "dask" and find_spec("distributed") is None:
        pytest.skip("Dask is not installed")
    if on == "mpi" and (find_spec("mpi4py") is None or shutil.which("mpiexec") is None):
        pytest.skip("mpi4py or mpiexec is not installed")
    here = said("here")
    assert len(here) == 3
    assert here[0].startswith("sweep of 576 cells")
    assert said(on) == here
