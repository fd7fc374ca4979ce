"""What a page takes along for other programs: the text of its experiment in, a file of the bridges out."""

from __future__ import annotations

import contextlib
import io
import re
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from izhi.bridge import brian2, nest, neuroml
from izhi.bridge.names import identifier
from izhi.bridge.nest.cells import CONSISTENT
from izhi.bridge.nmodl import exportable, mechanism_name, nmodl
from izhi.bridge.nwb import write_nwb
from izhi.errors import BadValue, UnknownName
from izhi.experiment import Experiment, parse_experiment
from izhi.presets import presets
from izhi.schemes import scheme
from izhi.simulation import checked_step
from izhi.stimulus import OrnsteinUhlenbeck, PulseTrain, parts

# An experiment has at most so many steps, pulses and values of noise together.
MOST = 3_000_000


@dataclass(frozen=True)
class Made:
    """A file for another program.

    Attributes
    ----------
    name : str
        Of the file.
    kind : str
        Its media type.
    content : bytes
    scheme : str
        By which scheme the other program advances the cell, or this package did.
    """

    name: str
    kind: str
    content: bytes
    scheme: str


def exported(form: str, text: str) -> Made:
    """An experiment for another program.

    Parameters
    ----------
    form : str
        One of `FORMS`.
    text : str
        An experiment file, as the page writes it.

    Raises
    ------
    BadValue, UnknownName
        If there is no such form, the text is no experiment with a published cell, or the other program has none such.
    MissingExtra
        If a package that it needs is not installed.

    Examples
    --------
    >>> exported("brian2", 'preset = "2007/RS"').name
    '2007-RS-brian2.py'
    """
    if form not in FORMS:
        raise UnknownName("export", form, FORMS)
    return FORMS[form](_experiment(text))


def _experiment(text: str) -> Experiment:
    """What a page may ask for: a published cell, since the name of another would be that of a file on this machine."""
    table = {}
    with contextlib.suppress(ValueError, RecursionError):  # `parse_experiment` says what is wrong
        table = tomllib.loads(text)
    if {"population", "mechanism"} & table.keys():
        raise BadValue("export", sorted(table), "an experiment with one cell would do")
    if "preset" in table and table["preset"] not in list(presets()):
        raise UnknownName("preset", table["preset"], presets())
    experiment = parse_experiment(text)
    assert isinstance(experiment, Experiment)
    size = _size(experiment)
    if not 0 < size <= MOST:
        raise BadValue("export", f"{size:.0f} steps and pieces of current", f"at most {MOST} would do")
    return experiment


def _size(experiment: Experiment) -> float:
    method = scheme(experiment.scheme)
    size = experiment.duration / checked_step(method, method.dt if experiment.dt is None else experiment.dt)
    for part in parts(experiment.stimulus) if experiment.stimulus is not None else ():
        if isinstance(part, PulseTrain):
            size += part.count
        elif isinstance(part, OrnsteinUhlenbeck):
            size += experiment.duration / part.interval
    return size


def _for_neuron(experiment: Experiment) -> Made:
    method = exportable(experiment.scheme)
    name = mechanism_name(experiment.cell.model, method)
    return Made(f"{name}.mod", "text/plain", nmodl(experiment.cell, method.name).encode(), method.name)


def _for_neuroml(experiment: Experiment) -> Made:
    """All files of a simulation, in one that holds them."""
    whole = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="izhi-") as room, ZipFile(whole, "w", ZIP_DEFLATED) as packed:
        target = Path(room) / f"{identifier(str(experiment.cell).partition('/')[2] or 'cell')}.nml"
        for path in neuroml.write(experiment.cell, target, experiment.stimulus, experiment.duration, dt=experiment.dt):
            packed.writestr(ZipInfo(path.name), path.read_bytes(), ZIP_DEFLATED)
    return Made(f"{_name(experiment)}-neuroml.zip", "application/zip", whole.getvalue(), "euler")


def _for_brian2(experiment: Experiment) -> Made:
    text = brian2.script(experiment)
    return Made(f"{_name(experiment)}-brian2.py", "text/x-python", text.encode(), "euler")


def _for_nest(experiment: Experiment) -> Made:
    own = experiment.scheme if experiment.scheme in CONSISTENT else "nest"
    text = nest.script(experiment, scheme=own)
    return Made(f"{_name(experiment)}-nest.py", "text/x-python", text.encode(), own)


def _for_nwb(experiment: Experiment) -> Made:
    with tempfile.TemporaryDirectory(prefix="izhi-") as room:
        target = Path(room) / "recording.nwb"
        write_nwb(experiment.run(), target)
        return Made(f"{_name(experiment)}.nwb", "application/x-hdf5", target.read_bytes(), experiment.scheme)


def _name(experiment: Experiment) -> str:
    """The cell's name as files may have it."""
    return re.sub(r"\W+", "-", str(experiment.cell), flags=re.ASCII)


FORMS: dict[str, Callable[[Experiment], Made]] = {
    "nmodl": _for_neuron,
    "neuroml": _for_neuroml,
    "brian2": _for_brian2,
    "nest": _for_nest,
    "nwb": _for_nwb,
}
