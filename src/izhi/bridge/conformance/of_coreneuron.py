"""CoreNEURON: the mechanisms of `izhi export nmodl`, compiled for it, and run as it runs a whole network."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from izhi.bridge.conformance.case import Case
from izhi.bridge.conformance.simulator import Found, NotFound, Simulator, here, played
from izhi.cell import Cell

NAME = "izhi_cell"
_PLAIN, _CORE = "libnrnmech", "libcorenrnmech"


def find(program: str | None) -> Found:
    """NEURON's Python package with CoreNEURON in it."""
    found = here("neuron", "neuron")(program)
    question = "from neuron import coreneuron, config; print(config.arguments['NRN_ENABLE_CORENEURON'])"
    answer = subprocess.run([found.program, "-c", question], capture_output=True, text=True, timeout=120)
    if answer.returncode or answer.stdout.split()[-1:] != ["True"]:
        raise NotFound("this NEURON was built without it")
    return found


def run(case: Case) -> tuple[Any, None]:
    """The spikes of the mechanism, its current played into it."""
    from izhi.bridge.nmodl import nmodl

    return _run(case, compiled(nmodl(case.row.model, case.scheme, receptors=False, name=NAME))), None


def compiled(text: str) -> Path:
    """The folder with a mechanism's libraries, from the cache folder or compiled and put there whole."""
    from izhi.bridge.neuron.library import cache_folder, version

    about = f"{text}\0{version()}\0{sys.executable}"
    folder = cache_folder() / "coreneuron" / hashlib.sha256(about.encode()).hexdigest()[:24]
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as name:
            room = Path(name)
            (room / "mod").mkdir()
            (room / "mod" / f"{NAME}.mod").write_text(text, encoding="utf-8")
            beside = Path(sys.executable).with_name("nrnivmodl")
            command = [str(beside) if beside.exists() else "nrnivmodl", "-coreneuron", "mod"]
            # Without it products and sums may be joined, which then round once in place of twice.
            joined = {"CXXFLAGS": f"{os.environ.get('CXXFLAGS', '')} -ffp-contract=off".strip()}
            subprocess.run(command, cwd=room, check=True, capture_output=True, env=os.environ | joined)
            whole = room / "whole"
            whole.mkdir()
            for library in (_PLAIN, _CORE):
                shutil.copy2(next(room.rglob(f"{library}.*")), whole)
            try:
                os.rename(whole, folder)
            except OSError:  # another process was first
                if not folder.exists():
                    raise
    return folder


def _run(case: Case, libraries: Path) -> Any:
    os.environ["CORENEURONLIB"] = str(next(libraries.glob(f"{_CORE}.*")))
    from neuron import coreneuron, h

    h.nrn_load_dll(str(next(libraries.glob(f"{_PLAIN}.*"))))
    cell, chosen = Cell.preset(case.cell), Cell.preset(case.cell).model
    pc, section = h.ParallelContext(), h.Section()
    point = getattr(h, NAME)(section(0.5))
    _set(point, {symbol: float(cell.parameters[symbol]) for symbol in chosen.symbols})
    # What is set here is there at the start; CoreNEURON is given the state after it.
    states = dict(zip(("V", "u", "w"), cell.state(1)[:, 0].tolist(), strict=False))
    begin = h.FInitializeHandler(1, lambda: _set(point, states))
    netcon = h.NetCon(point, None)
    pc.set_gid2node(0, pc.id())
    pc.cell(0, netcon)
    spikes, cells = h.Vector(), h.Vector()
    pc.spike_record(-1, spikes, cells)
    played = _play(h, case, point)
    h.CVode().cache_efficient(1)
    h.dt = case.dt
    coreneuron.enable, coreneuron.verbose = True, 0
    pc.set_maxstep(10)
    h.finitialize()
    # Half a step more, for a spike of the last step is seen in the next.
    pc.psolve(case.duration + 1.5 * case.dt)
    del begin, played
    times = spikes.as_numpy()
    return times[times < case.duration + 0.5 * case.dt].copy()


def _set(point: Any, values: dict[str, float]) -> None:
    for name, value in values.items():
        setattr(point, name, value)


def _play(h: Any, case: Case, point: Any) -> Any:
    """The current as a staircase; NEURON looks at it in the middle of a step."""
    current = case.currents()
    (changes,) = np.nonzero(np.diff(current) != 0)
    edges = (changes + 1) * case.dt
    time = np.concatenate([[0.0], np.repeat(edges, 2), [1e9]])
    value = np.repeat(current[np.concatenate([changes, [current.size - 1]])], 2)
    at, size = h.Vector(time), h.Vector(value)
    size.play(point._ref_I, at, 1)
    return at, size


CORENEURON = Simulator(
    name="CoreNEURON",
    title="the mechanisms of `izhi export nmodl`, compiled with `nrnivmodl -coreneuron`",
    schemes=("euler",),
    find=find,
    refuses=lambda case: None,  # noqa: ARG005
    prepare=partial(played, name="coreneuron"),
)
