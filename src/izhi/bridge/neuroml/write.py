"""Writing cells and networks as NeuroML 2."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from izhi import __version__
from izhi.bridge.neuroml import document
from izhi.bridge.neuroml.scene import Scene, of_cell, of_network
from izhi.cell import Cell
from izhi.errors import BadValue
from izhi.experiment import preset_stimulus
from izhi.network import Network
from izhi.presets import preset
from izhi.recording import write_together
from izhi.schemes import scheme as scheme_of
from izhi.simulation import checked_step
from izhi.stimulus import Stimulus


def write(
    what: Cell | Network | str,
    path: str | os.PathLike[str],
    stimulus: Stimulus | None = None,
    duration: float | None = None,
    *,
    dt: float | None = None,
) -> tuple[Path, ...]:
    """Write a cell, an ensemble or a network as NeuroML 2, with a simulation that jNeuroML runs at once.

    Cells are `izhikevichCell` and `izhikevich2007Cell` where they are that model and start as it does; all others are
    LEMS ComponentTypes made from the declared equations. So are currents other than pulses, and synapses other than
    exponential conductances. Synapses, parameters and initial values are written as they were drawn.

    Parameters
    ----------
    what : Cell, Network or str
        A cell, an ensemble, a network, or the name of a preset, which without a stimulus has its own.
    path : path
        The file, `NAME.nml`. `NAME_types.xml` (if types of our own are needed) and `LEMS_NAME.xml` are beside it.
    stimulus : Stimulus, optional
        Of a cell; those of a network are in its populations.
    duration : float, optional
        [ms] How long the simulation is; by default that of the preset, or 1000.
    dt : float, optional
        [ms] The step of the simulation, to which the delays of a network are rounded; by default 0.1.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    BadValue
        If NeuroML cannot hold it: background input, synapses that change with use, synaptic events without a network.
    FileProblem
        If a file cannot be written; then none is.

    Examples
    --------
    >>> from izhi.bridge import neuroml
    >>> [path.name for path in neuroml.write("2007/RS", "rs.nml")]
    ['rs.nml', 'LEMS_rs.xml']
    """
    target = Path(path)
    if target.suffix != ".nml":
        raise BadValue("neuroml.write", str(path), "a file that ends in .nml would do")
    return written(what, target, stimulus, duration, checked_step(scheme_of("euler"), 0.1 if dt is None else dt), 0.0)


def written(
    what: Any, target: Path, stimulus: Stimulus | None, duration: float | None, step: float, early: float
) -> tuple[Path, ...]:
    """What `write` does; delays are shorter and sources earlier by `early` [ms]."""
    scene, length, notes = _scene(what, stimulus, duration, step)
    made = document.document(target.stem, scene, notes, early)
    files = {target: document.neuroml(made)}
    own = document.types(made)
    if own is not None:
        files[target.with_name(f"{target.stem}_types.xml")] = own
    names = [file.name for file in reversed(files)]
    files[target.with_name(f"LEMS_{target.stem}.xml")] = document.simulation(made, names, scene, length, step)
    write_together({file: document.writer(root) for file, root in files.items()})
    return tuple(files)


def _scene(what: Any, stimulus: Stimulus | None, duration: float | None, dt: float) -> tuple[Scene, float, str]:
    """What is written, for how long [ms], and a sentence about it."""
    by = f"Written by izhi {__version__}."
    if isinstance(what, Network):
        if stimulus is not None:
            raise BadValue("neuroml.write", stimulus, "a network's stimuli are in its populations")
        document.refuse_what_is_lost(what)
        length = 1000.0 if duration is None else float(duration)
        return of_network(what, "euler", dt, length), length, f"A network of {what.cells} cells. {by}"
    notes = ""
    if isinstance(what, str):
        row = preset(what)
        what = Cell.preset(what)
        duration = row.duration if duration is None else duration
        stimulus = preset_stimulus(row) if stimulus is None else stimulus
        notes = f"{row.name}: {row.title}. Source: {row.source}. "
    if not isinstance(what, Cell):
        raise BadValue("neuroml.write", what, "a Cell, a Network, or the name of a preset would do")
    length = 1000.0 if duration is None else float(duration)
    if not 0 < length < float("inf"):
        raise BadValue("neuroml.write: duration", duration, "a positive number of ms would do")
    return of_cell(what, stimulus, length), length, (notes or f"{what}. ") + by
