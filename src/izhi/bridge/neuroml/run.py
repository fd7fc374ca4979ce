"""Runs by jNeuroML, and what its steps are in our words."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.neuroml.jneuroml import jneuroml
from izhi.bridge.neuroml.quantities import read_quantity
from izhi.bridge.neuroml.tree import included, parsed
from izhi.bridge.neuroml.write import written
from izhi.cell import Cell
from izhi.errors import FileProblem, MissingExtra
from izhi.network import Network
from izhi.schemes import scheme
from izhi.simulation import checked_step
from izhi.stimulus import Stimulus

LIMIT = 600.0


@dataclass(frozen=True, eq=False)
class Run:
    """What jNeuroML computed.

    Attributes
    ----------
    dt, duration : float [ms]
    spike_time : shape (n,) [ms]
        On the grid of steps, by cell and then by time.
    spike_cell : shape (n,), str
        The ids of the event selections of the file: of a file of ours, the numbers of the cells.
    time : shape (k,) [ms]
    traces : dict of str to shape (k,)
        By the path of the quantity, such as "RS[0]/v": voltages in mV, currents in pA, all else as LEMS has it.
    printed : str
        What jNeuroML said.
    """

    dt: float
    duration: float
    spike_time: NDArray[np.float64]
    spike_cell: NDArray[np.str_]
    time: NDArray[np.float64]
    traces: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    printed: str = ""

    def spikes(self, cell: int | str = 0) -> NDArray[np.float64]:
        """Times of one cell's spikes [ms]."""
        return self.spike_time[self.spike_cell == str(cell)]


def run(path: str | os.PathLike[str], *, limit: float = LIMIT) -> Run:
    """Run a LEMS simulation by jNeuroML; nothing is written beside it.

    Parameters
    ----------
    path : path
        A LEMS file, such as `LEMS_rs.xml`, or the `rs.nml` that `write` wrote it with.
    limit : float
        [s] How long it may take.

    Returns
    -------
    Run

    Raises
    ------
    MissingExtra
        If pyNeuroML or Java is not installed.
    FileProblem
        If the file is no simulation, or jNeuroML fails.

    Examples
    --------
    >>> from izhi.bridge import neuroml
    >>> files = neuroml.write("2007/RS", "rs.nml")
    >>> neuroml.run("rs.nml").spikes()  # doctest: +SKIP
    """
    given = Path(path)
    file = given.with_name(f"LEMS_{given.stem}.xml") if given.suffix == ".nml" else given
    root = parsed(file)
    simulation = root.find("Simulation")
    if simulation is None:
        raise FileProblem(file, "has no Simulation")
    with tempfile.TemporaryDirectory(prefix="izhi-") as name:
        folder = Path(name)
        for each, where in included(file, root):
            (folder / where).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(each, folder / where)
        printed = jneuroml([file.name, "-nogui"], folder, limit)
        return _collected(simulation, folder, printed, file)


def _collected(simulation: Element, folder: Path, printed: str, file: Path) -> Run:
    """What the run left in its folder."""
    dt, duration = (read_quantity(simulation.get(key) or "", "ms", f"{file}: {key}") for key in ("step", "length"))
    times, cells = [], []
    for each in simulation.findall("EventOutputFile"):
        backwards = each.get("format") == "TIME_ID"
        for line in _lines(folder, each, file):
            first, second = line.split()
            cells.append(second if backwards else first)
            times.append(float(first if backwards else second))
    # The file has single precision, in seconds; the steps are whole.
    steps = np.round(np.asarray(times, dtype=np.float64) * 1e3 / dt)
    labels = np.asarray(cells, dtype=np.str_)
    numbers = np.array([int(c) if c.isdigit() else 0 for c in cells], dtype=np.int64)
    order = np.lexsort((steps, numbers))
    traces, time = {}, np.zeros(0)
    for each in simulation.findall("OutputFile"):
        table = np.array([[float(x) for x in line.split()] for line in _lines(folder, each, file)])
        time = np.round(table[:, 0] * 1e3 / dt) * dt
        for column, values in zip(each.findall("OutputColumn"), table.T[1:], strict=True):
            path = column.get("quantity") or ""
            traces[path] = values * {"v": 1e3, "i": 1e12, "u": 1.0}.get(path.rpartition("/")[2], 1.0)
    return Run(dt, duration, (steps * dt)[order], labels[order], time, traces, printed)


def _lines(folder: Path, element: Element, file: Path) -> list[str]:
    where = folder / (element.get("path") or "") / (element.get("fileName") or "")
    if not where.resolve().is_relative_to(folder.resolve()) or not where.is_file():
        raise FileProblem(file, f"jNeuroML wrote no {element.get('fileName')}")
    return where.read_text(encoding="utf-8").splitlines()


def simulate(
    what: Cell | Network | str,
    stimulus: Stimulus | None = None,
    duration: float | None = None,
    *,
    dt: float | None = None,
    limit: float = LIMIT,
) -> Run:
    """Write a cell or a network as `write` does, and have jNeuroML run it.

    Delays and the times of sources, which are on the grid of steps, are written half a step earlier, so that rounding
    does not decide at which step of jNeuroML they are.

    Parameters
    ----------
    what, stimulus, duration, dt
        As for `write`.
    limit : float
        [s] How long it may take.

    Returns
    -------
    Run
        Cells are counted from 0, through all populations.

    Raises
    ------
    BadValue, MissingExtra, FileProblem

    Examples
    --------
    >>> from izhi.bridge import neuroml
    >>> neuroml.simulate("2007/RS", dt=0.1).spikes()  # doctest: +SKIP
    """
    with tempfile.TemporaryDirectory(prefix="izhi-") as folder:
        path, step = Path(folder) / "model.nml", checked_step(scheme("euler"), 0.1 if dt is None else dt)
        # Time in jNeuroML is a sum of steps, by whose last bit a spike on the grid may be late by a step.
        written(what, path, stimulus, duration, step, step / 2 if isinstance(what, Network) else 0.0)
        return run(path, limit=limit)


def validate(path: str | os.PathLike[str]) -> None:
    """Whether a file is NeuroML 2 by its schema, as libNeuroML has it.

    Raises
    ------
    MissingExtra
        If libNeuroML is not installed.
    FileProblem
        If it is not valid; the error has the first reason.
    """
    try:
        from neuroml.utils import validate_neuroml2
    except ImportError:
        raise MissingExtra("neuroml.validate", "libneuroml", "neuroml") from None
    parsed(Path(path))
    try:
        with redirect_stdout(io.StringIO()):  # it says there that a file is valid
            validate_neuroml2(os.fspath(path))
    except ValueError as problem:
        raise FileProblem(path, f"is not valid NeuroML 2: {' '.join(str(problem).split())[:300]}") from None
