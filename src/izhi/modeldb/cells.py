"""The original's wrapper: cells of the 2007 book by type, on Izhi2007b in a section, or on Izhi2007a."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from izhi.errors import BadValue, UnknownName
from izhi.mechanism import MECHANISMS, Clamping, Mechanism, Trace
from izhi.modeldb.network import RECEPTORS, Connection, NetworkRun, run_network
from izhi.panels import wrapper
from izhi.schemes.neuron import Section

COLUMNS = ("C", "k", "vr", "vt", "vpeak", "a", "b", "c", "d", "celltype")
# The types of the wrapper, in the mechanisms' units: C = 1 is 100 pF; d of FS is the voltage of its seam.
type2007 = {name: tuple(series.parameters[symbol] for symbol in COLUMNS) for name, series in wrapper().items()}


class PointProcess:
    """An instance of a mechanism, whose RANGE parameters are attributes that can be set, such as `Iin`.

    Parameters
    ----------
    name : str
        Izhi2003a, Izhi2003b, Izhi2007a, Izhi2007b or Izhi2007bS.
    section : Section, optional
    **parameters
        RANGE parameters.
    """

    def __init__(self, name: str, section: Section | None = None, **parameters: float):
        if name not in MECHANISMS:
            raise UnknownName("mechanism", name, MECHANISMS)
        full = Mechanism(name, parameters, section)
        self.__dict__.update(name=name, section=full.section, parameters=dict(full.parameters))

    def __getattr__(self, symbol: str) -> Any:
        try:
            return self.__dict__["parameters"][symbol]
        except KeyError:
            raise AttributeError(f"{self.__dict__.get('name', 'PointProcess')} has no {symbol!r}") from None

    def __setattr__(self, symbol: str, value: float) -> None:
        if symbol not in self.parameters:
            raise UnknownName(self.name, symbol, self.parameters)
        self.parameters[symbol] = Mechanism(self.name, {symbol: value}, self.section).parameters[symbol]

    @property
    def mechanism(self) -> Mechanism:
        """What it is now, as a value."""
        return Mechanism(self.name, self.parameters, self.section)

    def run(self, tstop: float, **how: Any) -> Trace:
        """What `h.run()` computes; see `Mechanism.run`. The instance keeps what a run leaves, as in NEURON."""
        trace = self.mechanism.run(tstop, **how)
        self.parameters.update(trace.left)
        return trace


class IzhiCell:
    """A cell of the 2007 book, as the original's wrapper makes it.

    Parameters
    ----------
    type : str
        RS, IB, CH, LTS, FS, TC, TC_burst, RTN or RTN_burst.
    host : optional
        None: the cell has a section of its own, whose voltage is v (Izhi2007b). Anything else: v is a variable of the
        point process (Izhi2007a), and the cell has synapses.
    cellid : int
        For people.

    Attributes
    ----------
    izh : PointProcess
        Its parameters, such as `cell.izh.Iin` [pA].

    Raises
    ------
    UnknownName
        If there is no such type.

    Examples
    --------
    >>> from izhi.modeldb import IzhiCell
    >>> cell = IzhiCell("CH")
    >>> cell.izh.Iin = 300
    >>> cell.run(100).spikes.size
    5
    """

    def __init__(self, type: str = "RS", host: Any = None, cellid: int = -1):  # noqa: A002
        self.host = host
        self.izh = PointProcess("Izhi2007b" if host is None else "Izhi2007a")
        self.vinit = -60.0
        self.v = self.vinit
        self.reparam(type, cellid)

    def reparam(self, type: str = "RS", cellid: int = -1) -> None:  # noqa: A002
        """Make it a cell of another type; what else was set stays."""
        if type not in type2007:
            raise UnknownName("IzhiCell", type, type2007)
        self.type, self.cellid = type, cellid
        for symbol, value in zip((*COLUMNS, "cellid"), (*type2007[type], cellid), strict=True):
            setattr(self.izh, symbol, value)

    def init(self) -> None:
        """Set the section's voltage to `vinit`, which a run then overwrites with its v_init, as NEURON does."""
        self.v = self.vinit

    def run(self, tstop: float, stimulus: Clamping | None = None, **how: Any) -> Trace:
        """What `h.run()` computes of this cell alone; see `Mechanism.run`."""
        return self.izh.run(tstop, stimulus=stimulus, **how)

    def __repr__(self) -> str:
        return f"<IzhiCell {self.type} on {self.izh.name}, cellid {self.cellid}>"


class NetCon:
    """A connection: a spike of `source` reaches `target` after `delay` ms and adds `weights` to its conductances.

    Parameters
    ----------
    source : IzhiCell
        Whose spikes it carries.
    target : IzhiCell
        Which receives them.
    delay : float
        [ms]
    weights : mapping of receptor to float, or five numbers
        For AMPA, NMDA, GABAA, GABAB and Opsin [nS].
    """

    def __init__(
        self,
        source: IzhiCell,
        target: IzhiCell,
        delay: float = 1.0,
        weights: Mapping[str, float] | Sequence[float] = (),
    ):
        self.source, self.target, self.delay = source, target, float(delay)
        if isinstance(weights, Mapping):
            for receptor in weights:
                if receptor not in RECEPTORS:
                    raise UnknownName("NetCon.weights", receptor, RECEPTORS)
            weights = [weights.get(receptor, 0.0) for receptor in RECEPTORS]
        self.weights = tuple(float(w) for w in weights) + (0.0,) * (len(RECEPTORS) - len(weights))
        if len(self.weights) > len(RECEPTORS):
            raise BadValue("NetCon.weights", weights, f"at most {len(RECEPTORS)} weights would do")


def run(cells: Sequence[IzhiCell], netcons: Sequence[NetCon], tstop: float, **how: Any) -> NetworkRun:
    """What `h.run()` computes of connected cells; see `izhi.modeldb.network.run_network`.

    The cells keep what a run leaves, as in NEURON.

    Examples
    --------
    >>> from izhi.modeldb import IzhiCell, NetCon, run
    >>> first, second = IzhiCell("RS", host=True), IzhiCell("FS", host=True)
    >>> first.izh.Iin = 100
    >>> out = run([first, second], [NetCon(first, second, delay=2.0, weights={"AMPA": 20.0})], 100)
    >>> print(out.spikes(0).round(3), out.spikes(1).round(3))
    [48.225] [51.575]
    """
    place = {id(cell): i for i, cell in enumerate(cells)}
    for netcon in netcons:
        for cell in (netcon.source, netcon.target):
            if id(cell) not in place:
                raise BadValue("run: netcons", cell, "connections between the cells that run would do")
    wires = [Connection(place[id(n.source)], place[id(n.target)], n.delay, n.weights) for n in netcons]
    out = run_network([cell.izh.mechanism for cell in cells], wires, tstop, **how)
    for i, left in out.left.items():
        cells[i].izh.parameters.update(left)
    return out
