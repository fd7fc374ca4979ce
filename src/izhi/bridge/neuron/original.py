"""The five mechanisms of ModelDB 39948 in NEURON, in our own text, and the original's wrapper around them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from izhi.bridge.neuron.library import imported, load
from izhi.errors import UnknownName
from izhi.mechanism import DT, MECHANISMS, V_INIT, Clamping, Mechanism
from izhi.modeldb.cells import COLUMNS, type2007
from izhi.recording import Writer, write_together
from izhi.schemes.neuron.stimulus import Callbacks, Clamp, Played
from izhi.trace import Trace

# The mod files, and modules under the names that scripts of ModelDB 39948 import.
FOLDER = Path(__file__).with_name("mod")
MODULES = ("izhi2007Wrapper", "simple")


@cache
def texts() -> dict[str, str]:
    """The mod files by the names of their mechanisms."""
    return {name: (FOLDER / f"{name}.mod").read_text(encoding="utf-8") for name in MECHANISMS}


def write_folder(folder: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write what a script for ModelDB 39948 needs beside it: the mod files, `simple.py` and `izhi2007Wrapper.py`.

    A script in that folder that imports one of the two runs as it is; one that names a mechanism and imports neither
    does after `nrnivmodl` was run in the folder, for NEURON loads what it finds compiled there.

    Parameters
    ----------
    folder : path
        It is made if it is not there.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    FileProblem
        If a file cannot be written; then none is.

    Examples
    --------
    >>> [path.name for path in write_folder("there")][-2:]
    ['izhi2007Wrapper.py', 'simple.py']
    """
    names = [f"{name}.mod" for name in MECHANISMS] + [f"{name}.py" for name in MODULES]
    found: dict[Any, Writer] = {Path(folder) / name: _copied(FOLDER / name) for name in names}
    write_together(found)
    return tuple(found)


def _copied(path: Path) -> Writer:
    return lambda file: file.write(path.read_bytes())


def mechanisms(*names: str) -> Any:
    """NEURON's `h`, in which the original's mechanisms are known.

    Scripts that were written for ModelDB 39948, and models of NetPyNE that name its mechanisms, then run as they are.
    A mechanism that NEURON has already, such as the original, is left as it is.

    Parameters
    ----------
    *names : str
        Izhi2003a, Izhi2003b, Izhi2007a, Izhi2007b, Izhi2007bS; all of them unless told otherwise.

    Raises
    ------
    UnknownName
        If there is no mechanism of such a name.
    MissingExtra
        If NEURON is not installed.

    Examples
    --------
    >>> h = mechanisms("Izhi2007b")  # doctest: +SKIP
    >>> cell = h.Izhi2007b(h.Section()(0.5))  # doctest: +SKIP
    """
    h, known = imported(), texts()
    for name in names:
        if name not in known:
            raise UnknownName("mechanism", name, known)
    return load({name: known[name] for name in names or known if not hasattr(h, name)})


class IzhiCell:
    """A cell of the 2007 book in NEURON, as the wrapper of ModelDB 39948 makes it.

    Parameters
    ----------
    type : str
        RS, IB, CH, LTS, FS, TC, TC_burst, RTN or RTN_burst.
    host : Section, optional
        None: the cell has a section of its own, whose voltage is v (Izhi2007b). Otherwise it is put into this section,
        which has no part in it: v is a variable of the point process (Izhi2007a), and the cell has synapses.
    cellid : int
        For people.

    Attributes
    ----------
    sec : Section
    izh : the point process
        A source and target of `h.NetCon`; its parameters are those of the mechanism, such as `cell.izh.Iin`.

    Raises
    ------
    UnknownName
        If there is no such type.
    MissingExtra
        If NEURON is not installed.
    """

    def __init__(self, type: str = "RS", host: Any = None, cellid: int = -1):  # noqa: A002
        if type not in type2007:
            raise UnknownName("IzhiCell", type, type2007)
        name = "Izhi2007b" if host is None else "Izhi2007a"
        h = mechanisms(name)
        self.vinit = -60.0
        self.sec = host
        if host is None:
            self.sec = h.Section(name=f"izhi2007{type}{cellid}" if cellid >= 0 else f"izhi2007{type}")
            self.sec.L, self.sec.diam, self.sec.cm = 10.0, 10.0, 31.831
        self.izh = getattr(h, name)(self.sec(0.5))
        self.reparam(type, cellid)

    def reparam(self, type: str = "RS", cellid: int = -1) -> None:  # noqa: A002
        """Make it a cell of another type; what else was set stays."""
        if type not in type2007:
            raise UnknownName("IzhiCell", type, type2007)
        self.type, self.cellid = type, cellid
        for symbol, value in zip((*COLUMNS, "cellid"), (*type2007[type], cellid), strict=True):
            setattr(self.izh, symbol, value)

    def init(self) -> None:
        """Set the section's voltage to `vinit`."""
        self.sec(0.5).v = self.vinit

    def __repr__(self) -> str:
        return f"<IzhiCell {self.type} in NEURON, cellid {self.cellid}>"


def run_mechanism(
    mechanism: Mechanism,
    tstop: float,
    *,
    dt: float = DT,
    v_init: float = V_INIT,
    initial: Mapping[str, float] | None = None,
    stimulus: Clamping | None = None,
    events: Sequence[tuple[float, Sequence[float]]] = (),
    every: int = 1,
    runs: int = 1,
) -> Trace:
    """What `Mechanism.run` computes, by NEURON itself.

    The arguments are those of `Mechanism.run`; and the same instance is run `runs` times, of which the last is
    returned.
    """
    h = mechanisms(mechanism.name)
    run = _Run(h, mechanism, float(dt), dict(initial or {}), stimulus or Clamp(mechanism.parameters["Iin"]), events)
    try:
        for _ in range(runs):
            status = run.go(float(tstop), float(v_init))
        return run.trace(float(tstop), status, every)
    finally:
        run.close()


class _Run:
    """One instance of a mechanism, and what is recorded of it."""

    def __init__(
        self, h: Any, mechanism: Mechanism, dt: float, initial: dict[str, float], stimulus: Clamping, events: Any
    ):
        self.h, self.mechanism, self.dt, self.initial, self.stimulus = h, mechanism, dt, initial, stimulus
        self.events = events
        self.inputs: Any = []
        self.section = h.Section()
        if mechanism.section is not None:
            self.section.L, self.section.diam = mechanism.section.L, mechanism.section.diam
            self.section.cm, self.section.Ra = mechanism.section.cm, mechanism.section.Ra
        self.process = getattr(h, mechanism.name)(self.section(0.5))
        for symbol, value in mechanism.parameters.items():
            setattr(self.process, symbol, value)
        self.inside = mechanism.section is None
        voltage = self.process._ref_V if self.inside else self.section(0.5)._ref_v
        watched = (h._ref_t, voltage, self.process._ref_u, self.process._ref_Iin)
        conductances = [getattr(self.process, f"_ref_{name}") for name in mechanism.kind.conductances]
        self.records: Any = [h.Vector().record(reference) for reference in (*watched, *conductances)]
        self.spikes = h.Vector()
        self.netcon = h.NetCon(self.process, None)
        self.netcon.record(self.spikes)
        self.handlers: Any = [h.FInitializeHandler(0, self._clamp), h.FInitializeHandler(1, self._start)]
        if isinstance(stimulus, Played):
            self.played = [h.Vector(x) for x in (stimulus.I, stimulus.t)]
            self.played[0].play(self.process._ref_Iin, self.played[1], 1)

    def _clamp(self) -> None:
        """Set the current, and queue what changes it."""
        if isinstance(self.stimulus, Clamp):
            self.process.Iin = self.stimulus.I
        elif isinstance(self.stimulus, Callbacks):
            self.process.Iin = self.stimulus.I0
            for t, current in zip(self.stimulus.t, self.stimulus.I, strict=True):
                self.h.CVode().event(t, lambda current=current: setattr(self.process, "Iin", current))

    def _start(self) -> None:
        if "V" in self.initial and self.inside:
            self.process.V = self.initial["V"]
        elif "V" in self.initial:
            self.section(0.5).v = self.initial["V"]
        if "u" in self.initial:
            self.process.u = self.initial["u"]
        self._send()

    def _send(self) -> None:
        """Queue the synaptic events."""
        self.inputs = []
        for time, weights in self.events:
            netcon = self.h.NetCon(None, self.process)
            for k, weight in enumerate(np.atleast_1d(weights).tolist()[: self.mechanism.kind.weights]):
                netcon.weight[k] = weight
            netcon.event(time)
            self.inputs.append(netcon)

    def go(self, tstop: float, v_init: float) -> str:
        """Run it; returns "ok", or what ended the run."""
        h = self.h
        h.CVode().active(0)
        h.dt, h.secondorder = self.dt, 0
        h.finitialize(v_init)
        try:
            while h.t < tstop - self.dt / 2:
                h.fadvance()
        except RuntimeError as problem:
            return f"ended at t = {h.t:.6g} ms: {problem}"
        return "ok"

    def close(self) -> None:
        """Take the instance out of NEURON, which would go on to run it."""
        self.handlers = self.inputs = self.netcon = self.records = self.process = self.section = None

    def trace(self, tstop: float, status: str, every: int) -> Trace:
        t, voltage, u, current, *conductances = (np.array(record)[::every] for record in self.records)
        return Trace(
            mechanism=self.mechanism,
            t=t,
            V=voltage,
            u=u,
            I=current,
            conductances=dict(zip(self.mechanism.kind.conductances, conductances, strict=True)),
            spikes=np.array(self.spikes),
            status=status,
            warning="",
            left={},
            dt=self.dt,
            tstop=tstop,
        )
