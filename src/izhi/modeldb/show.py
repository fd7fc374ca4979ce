"""`show`: the original's comparison of its six versions of a cell, as simple.py sets them up."""

from __future__ import annotations

from typing import Any

from izhi.errors import UnknownName
from izhi.mechanism import Trace
from izhi.modeldb.cells import IzhiCell, PointProcess
from izhi.schemes.neuron import Section

TSTOP = 1250.0
I_2003, I_2007 = 4.0, 70.0
# What each version is, for people.
VERSIONS = {
    "3a": "Izhi2003a: v in the point process",
    "3b": "Izhi2003b: v in a section",
    "7a": "Izhi2007a: v in the point process",
    "7b": "Izhi2007b: v in a section",
    "7bS": "Izhi2007bS: v in a section, u by SOLVE",
    "7bw": "Izhi2007b through IzhiCell",
}
NAMES = tuple(f"{variable}{version}" for version in VERSIONS for variable in "vu")
# simple.py's sections: that of 3b has the default cm, which makes its v slower than 3a's.
_SECTION_3B = Section(L=10.0, diam=10.0, cm=1.0, Ra=35.4)


def version(name: str) -> PointProcess:
    """One of the six as simple.py makes it: 3a, 3b, 7a, 7b, 7bS, or 7bw."""
    if name == "7bw":
        cell = IzhiCell("RS")
        cell.izh.Iin = I_2007
        return cell.izh
    section = _SECTION_3B if name == "3b" else None
    return PointProcess(f"Izhi200{name}", section, Iin=I_2003 if name.startswith("3") else I_2007)


def traces(*names: str, tstop: float = TSTOP) -> dict[str, Trace]:
    """The runs that the names speak of, each once, by version.

    Parameters
    ----------
    *names : str
        v3a, u3a, v3b, ..., v7bw, u7bw; by default v of all.
    tstop : float
        How long [ms].

    Raises
    ------
    UnknownName
        If there is no such version.
    """
    for name in names:
        if name not in NAMES:
            raise UnknownName("show", name, NAMES)
    wanted = dict.fromkeys(name[1:] for name in names) if names else VERSIONS
    return {name: version(name).run(tstop) for name in wanted}


def show(*names: str, tstop: float = TSTOP, ax: Any = None) -> Any:
    """Print the last five values of each trace and draw all in one graph.

    Parameters
    ----------
    *names : str
        "v3a", "v3b", "v7a", "v7b", "v7bS", "v7bw" for v; "u3a" and so on for u. By default v of all six.
    tstop : float
        How long [ms]; simple.py's 1250 by default.
    ax : matplotlib Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    UnknownName
        If there is no such version.
    """
    from izhi.plot.mechanism import draw_traces

    chosen = names or tuple(f"v{v}" for v in VERSIONS)
    runs = traces(*chosen, tstop=tstop)
    print(last_values(runs, chosen))
    return draw_traces(runs, chosen, ax)


def last_values(runs: dict[str, Trace], names: tuple[str, ...]) -> str:
    """A line for each trace: its last five values."""
    rows = ((name, runs[name[1:]].V if name[0] == "v" else runs[name[1:]].u) for name in names)
    return "\n".join(f"{name:5}" + "".join(f"{value:22.15g}" for value in x[-5:]) for name, x in rows)
