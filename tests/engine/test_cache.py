"""Compiled kernels on disk: found again, never mistaken for one another."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

import izhi
from izhi.engine.assembly import grid_kernel, neuron_kernel
from izhi.engine.cpu import fingerprint
from izhi.equations import with_receptors
from izhi.schemes import NeuronScheme

RUN = """
import sys, izhi
for name in sys.argv[1:]:
    current = izhi.Constant(100.0 if name.startswith("2007") else 10.0)
    recording = izhi.simulate(name, current, 100, scheme="euler", engine="cpu")
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


def test_a_kernel_is_compiled_for_one_set_of_types_whatever_drives_it() -> None:
    """A second one would cost its time again, and two processes could write both to one file."""
    from izhi.engine import cpu

    one, many = izhi.Step(70.0, 3.0), izhi.Steps([0, 5], [[10.0 * k, 20.0] for k in range(20)])
    events = izhi.Events("AMPA", [1.0, 7.0], 2.0) + izhi.Events("NMDA", [2.0], np.ones((20, 1)))
    driven = [None, one, izhi.Constant(np.ones(20)), many, izhi.Sine(5, 20), izhi.Sampled(np.ones(9), 2.0), one + many]
    for scheme in ("euler", "book-2007", "neuron-2007a", "accurate"):
        for forced in (*driven, one + events, many + events):
            cell = izhi.Cell.preset("2007/RS", d=np.linspace(50, 150, 20))
            for chosen in {"cells": [3]}, {"record": "spikes"}, {}:
                izhi.simulate(cell, forced, 20, scheme=scheme, dt=0.5, engine="cpu", **chosen)
        for model in izhi.MODELS["izhikevich2007"], with_receptors(izhi.MODELS["izhikevich2007"]):
            method = izhi.SCHEMES[scheme]
            if scheme == "accurate":
                assert len(cpu.continuous(model, method).signatures) == 1
                continue
            if isinstance(method, NeuronScheme):
                assert len(cpu.neuron(model, method).signatures) == 1
                continue
            assert len(cpu.grid("trace_cells", model, method, np.dtype(np.float64)).signatures) == 1
            assert len(cpu.grid("sweep_cells", model, method, np.dtype(np.float64)).signatures) <= 1


def test_every_kernel_has_a_fingerprint_of_its_own() -> None:
    found = []
    for scheme in izhi.SCHEMES.values():
        for model in izhi.MODELS.values():
            if scheme.name == "listing-2003" and "2003" not in model.name:  # published-2003, but for a square
                continue
            if model.name == "izhikevich2007-ti":  # the LTS and the TI cell are the same equations under two names
                continue
            if isinstance(scheme, NeuronScheme) and len(model.state) == 2:
                found += [
                    fingerprint(neuron_kernel(model, scheme)),
                    fingerprint(grid_kernel("sweep_cells", model, scheme)),
                ]
            elif scheme.name != "accurate" and not isinstance(scheme, NeuronScheme):
                found += [fingerprint(grid_kernel(name, model, scheme)) for name in ("trace_cells", "sweep_cells")]
    assert len(np.unique(found)) == len(found)
