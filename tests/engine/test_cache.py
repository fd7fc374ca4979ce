"""Compiled kernels on disk: found again, never mistaken for one another."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

import izhi
from izhi.engine.assembly import grid_kernel
from izhi.engine.cpu import fingerprint

RUN = """
import sys, izhi
for name in sys.argv[1:]:
    recording = izhi.simulate(name, izhi.Constant(100.0 if name.startswith("2007") else 10.0), 100)
    print(name, recording.spike_times.tolist(), recording.voltage[-1])
"""


def run(cache: Path, *names: str) -> list[str]:
    environment = os.environ | {"IZHI_CACHE": str(cache)}
    command = [sys.executable, "-c", RUN, *names]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.splitlines()


def test_a_kernel_from_disk_is_not_taken_for_one_compiled_beside_it(tmp_path: Path) -> None:
    """Two models with as many parameters, each compiled first of all in a process of its own, then both in one.

    Their functions then have the same names and numbers, which once was enough for one to be run for the other.
    """
    names = ("2004/R", "2007/RS")
    assert len(izhi.MODELS["izhikevich2003-accommodation"].symbols) == len(izhi.MODELS["izhikevich2007"].symbols)
    alone = [line for k, name in enumerate(names) for line in run(tmp_path / str(k), name)]
    run(tmp_path / "shared", names[0])
    assert run(tmp_path / "shared", *names) == alone
    assert run(tmp_path / "shared", *reversed(names)) == alone[::-1]


def test_a_second_process_finds_the_kernel_of_the_first(tmp_path: Path) -> None:
    first = run(tmp_path, "2007/RS")
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb*")}
    assert before
    assert run(tmp_path, "2007/RS") == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.nb*")} == before


def test_without_a_folder_that_can_be_written_it_compiles_anew(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert run(file / "cache", "2007/RS") == run(tmp_path / "cache", "2007/RS")


def test_an_edited_equation_is_never_served_from_the_old_file() -> None:
    """The folder of a compiled kernel is named after the functions that it was made of."""
    model, scheme = izhi.MODELS["izhikevich2007"], izhi.SCHEMES["euler"]

    def edited(v, u, I, p):
        return (p.k * (v - p.vr) * (v - p.vt) - u + I) / p.C, p.a * (p.b * (v - p.vt) - u)

    original = fingerprint(grid_kernel("trace_cells", model, scheme))
    assert fingerprint(grid_kernel("trace_cells", replace(model), scheme)) == original
    assert fingerprint(grid_kernel("trace_cells", replace(model, rhs=edited), scheme)) != original


def test_every_kernel_has_a_fingerprint_of_its_own() -> None:
    found = [
        fingerprint(grid_kernel(kernel, model, scheme))
        for model in izhi.MODELS.values()
        for scheme in izhi.SCHEMES.values()
        if scheme.name != "accurate"
        for kernel in ("trace_cells", "sweep_cells")
    ]
    # LTS and TI are one set of equations under two names, as are the thalamic cells with and without a moving peak not.
    assert len(np.unique(found)) == len(found) - 2 * (len(izhi.SCHEMES) - 1)
