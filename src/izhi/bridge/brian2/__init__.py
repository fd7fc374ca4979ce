"""Scripts for Brian 2: readable starting points that give the spikes of the scheme `euler`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from izhi.bridge.brian2.cell_script import script
from izhi.bridge.brian2.network_script import network_script
from izhi.bridge.scripts.files import write_script
from izhi.bridge.scripts.network import network_of, network_run


def write(
    what: Any, path: str | os.PathLike[str], duration: float | None = None, *, dt: float | None = None
) -> tuple[Path, ...]:
    """Write a Python script for Brian 2 that runs a cell or a network and prints its spikes.

    Of a cell it prints the time of each spike, of a network the number of the cell, counted through all populations,
    and the time. What is random in a network is written as it was drawn: few numbers into the script, many into a file
    of arrays beside it.

    Parameters
    ----------
    what : str, Path, Cell, Experiment, Network or NetworkExperiment
        A preset, a file of an experiment or of a network, a cell or a network.
    path : path
        The script, `NAME.py`; the arrays of a network are in `NAME.npz`.
    duration : float, optional
        [ms] In place of its own; 1000 for a network or a cell.
    dt : float, optional
        [ms] In place of its own; 0.1 for a network or a cell.

    Returns
    -------
    tuple of Path
        The files. They need Brian 2 and NumPy, and not this package.

    Raises
    ------
    BadValue, UnknownName, FileProblem
        If there is no such thing, a script cannot say it, or a file cannot be written; then none is.

    Examples
    --------
    >>> import izhi
    >>> from izhi.bridge import brian2
    >>> cells = izhi.Population("E", 100, "2003/RS", {"c": "-65 + 15 r^2"}, stimulus=izhi.Step(10))
    >>> net = izhi.Network([cells], [izhi.Projection("E", "E", izhi.FixedIndegree(10), weight=0.5)], seed=1)
    >>> [path.name for path in brian2.write(net, "net.py", 200)]
    ['net.py', 'net.npz']

    References
    ----------
    Stimberg, Brette & Goodman 2019, eLife 8:e47314: Brian 2.
    """
    found = network_of(what)
    if found is None:
        return write_script(path, script(what, duration=duration, dt=dt), {})
    return write_script(path, *network_script(network_run(found, duration, "euler", dt)))


__all__ = ["network_script", "script", "write"]
