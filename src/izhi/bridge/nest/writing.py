"""Scripts for NEST as files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from izhi.bridge.nest.cell_script import script
from izhi.bridge.nest.cells import check_scheme
from izhi.bridge.nest.network_script import network_script
from izhi.bridge.scripts.files import write_script
from izhi.bridge.scripts.network import network_of


def write(
    what: Any,
    path: str | os.PathLike[str],
    duration: float | None = None,
    *,
    scheme: str | None = None,
    dt: float | None = None,
) -> tuple[Path, ...]:
    """Write a Python script for NEST that runs a cell or a network and prints its spikes.

    Of a cell it prints the time of each spike, of a network the number of the cell, counted through all populations,
    and the time. What is random in a network is written as it was drawn: few numbers into the script, many into a file
    of arrays beside it.

    Parameters
    ----------
    what : str, Path, Cell, Experiment, Network or NetworkExperiment
        A preset, a file of an experiment or of a network, a cell or a network; as `izhi.simulate` takes them with
        `engine="nest"`.
    path : path
        The script, `NAME.py`; the arrays of a network are in `NAME.npz`.
    duration : float, optional
        [ms] In place of its own; 1000 for a network or a cell.
    scheme : {"nest", "nest-published"}, optional
        NEST's `consistent_integration`, true or false; by default true for a cell, and false for a network whose file
        does not say it.
    dt : float, optional
        [ms] In place of its own; that of the scheme for a network or a cell.

    Returns
    -------
    tuple of Path
        The files. They need NEST and NumPy, and not this package.

    Raises
    ------
    BadValue, UnknownName, FileProblem
        If there is no such thing, NEST has none such, or a file cannot be written; then none is.

    Examples
    --------
    >>> import izhi
    >>> from izhi.bridge import nest
    >>> cells = izhi.Population("E", 100, "2003/RS", {"c": "-65 + 15 r^2"}, stimulus=izhi.Step(10))
    >>> net = izhi.Network([cells], [izhi.Projection("E", "E", izhi.FixedIndegree(10), weight=0.5)], seed=1)
    >>> [path.name for path in nest.write(net, "net.py", 200)]
    ['net.py', 'net.npz']

    References
    ----------
    Gewaltig & Diesmann 2007, Scholarpedia 2:1430: NEST.
    """
    if scheme is not None:
        check_scheme(scheme)
    found = network_of(what)
    if found is None:
        return write_script(path, script(what, duration=duration, scheme=scheme or "nest", dt=dt), {})
    return write_script(path, *network_script(found, duration, scheme, dt))
