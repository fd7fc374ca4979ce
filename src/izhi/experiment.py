"""Experiment files: what to run, as TOML, checked whole before anything runs.

Every mistake is one line that names the file, the key, what was given, and what would do.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from izhi.cell import Cell
from izhi.equations import MODELS, Model, model, with_receptors
from izhi.errors import BadValue, FileProblem, IzhiError, UnknownName
from izhi.mechanism import Trace
from izhi.mechanism_file import MechanismExperiment, parse_mechanism
from izhi.network_file import NetworkExperiment, parse_network
from izhi.network_recording import NetworkRecording
from izhi.presets import Preset, preset
from izhi.presets.file import holds_cells
from izhi.recording import Recording
from izhi.simulation import BRIDGED, simulate
from izhi.stimulus import Constant, Stimulus
from izhi.stimulus.table import read_current, read_events
from izhi.tables import checked_table
from izhi.units import number

LARGEST_FILE = 16 << 20


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """The keys of an experiment file and the types of their values; numbers are checked where their unit is known."""

    preset: str | None = None
    model: str | None = None
    scheme: str = "accurate"
    dt: Any = None
    duration: Any = None
    tolerance: Any = 1e-9
    every: Any = 1
    parameters: dict[str, Any] = {}
    initial: dict[str, Any] = {}
    stimulus: str | list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []


@dataclass(frozen=True)
class Experiment:
    """One run of one cell, ready to go.

    Attributes
    ----------
    cell : Cell
    stimulus : Stimulus or None
    duration : float [ms]
    scheme : str
    dt : float or None [ms]
    tolerance : float
    every : int
    """

    cell: Cell
    stimulus: Stimulus | None
    duration: float
    scheme: str
    dt: float | None
    tolerance: float
    every: int

    def run(self, engine: str = "auto") -> Recording:
        """Run it by an engine; by a simulator in place of one with that one's scheme, if no other was asked for."""
        bridged = engine in BRIDGED and self.scheme == "accurate"
        with np.errstate(all="ignore"):  # numbers that break down are in the recording's failures
            return simulate(
                self.cell,
                self.stimulus,
                self.duration,
                scheme=None if bridged else self.scheme,
                dt=self.dt,
                tolerance=self.tolerance,
                every=self.every,
                engine=engine,
            )


class InFile(BadValue):
    """A mistake in a file: the file's name before what is wrong in it."""

    def __init__(self, path: object, problem: object):
        self.given = getattr(problem, "given", None)
        Exception.__init__(self, f"{path}: {problem}")


def read_experiment(path: str | os.PathLike[str]) -> Experiment | MechanismExperiment | NetworkExperiment:
    """The experiment that a TOML file describes; of a file of cells, one of them under its own stimulus.

    Raises
    ------
    FileProblem
        If it cannot be read.
    InFile
        If it is no TOML, or asks for something that cannot be.
    """
    if holds_cells(os.fspath(path)):
        return _of_preset(preset(os.fspath(path)))
    try:
        with Path(path).open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as problem:
        raise FileProblem(path, f"cannot be read: {getattr(problem, 'strerror', None) or problem}") from None
    if len(raw) > LARGEST_FILE:
        raise FileProblem(path, f"is too large; at most {LARGEST_FILE >> 20} MB would do")
    try:
        return parse_experiment(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise FileProblem(path, "is not UTF-8 text") from None
    except IzhiError as problem:
        raise InFile(path, problem) from None


def _of_preset(row: Preset) -> Experiment:
    """A cell under the stimulus that shows it."""
    cell, stimulus = Cell.preset(row.name), preset_stimulus(row)
    return Experiment(cell, stimulus, row.duration, row.scheme, row.dt, tolerance=_File().tolerance, every=1)


def run_experiment(path: str | os.PathLike[str], engine: str = "auto") -> Recording | Trace | NetworkRecording:
    """Read an experiment file, of a cell or of a network, and run it by the engine of that name."""
    experiment = read_experiment(path)
    try:
        return experiment.run(engine)
    except IzhiError as problem:
        raise InFile(path, problem) from None


def parse_experiment(text: str) -> Experiment | MechanismExperiment | NetworkExperiment:
    """The experiment that a TOML text describes; errors name the key."""
    try:
        table = tomllib.loads(text)
    except RecursionError:
        raise BadValue("TOML", text[:20], "fewer nested brackets would do") from None
    except ValueError as problem:  # TOMLDecodeError, and integers too long for Python to read
        raise BadValue("TOML", text[:20], " ".join(str(problem).split())) from None
    if "mechanism" in table:
        return parse_mechanism(table)
    if "population" in table:
        return parse_network(table)
    file = checked_table(table, _File)
    row = _named_preset(file)
    chosen = model(row.model) if row else _named_model(file)
    parameters = {**(row.parameters if row else {}), **_values(file.parameters, chosen, "parameters")}
    initial = {**(row.initial if row else {}), **_values(file.initial, chosen, "initial")}
    if file.duration is None and row is None:
        raise BadValue("duration", None, "a time in ms would do")
    return Experiment(
        cell=_cell(chosen, parameters, initial, row.name if row else ""),
        stimulus=_stimulus(file, row, chosen),
        duration=number(row.duration if file.duration is None and row else file.duration, "ms", "duration"),
        scheme=file.scheme,
        dt=None if file.dt is None else number(file.dt, "ms", "dt"),
        tolerance=file.tolerance,
        every=file.every,
    )


def _named_preset(file: _File) -> Preset | None:
    if (file.preset is None) == (file.model is None):
        both = {"preset": file.preset, "model": file.model}
        raise BadValue("preset", both, "either a preset or a model would do, such as preset = '2007/RS'")
    return preset(file.preset) if file.preset is not None else None


def _named_model(file: _File) -> Model:
    if file.model not in MODELS:
        raise UnknownName("model", file.model, MODELS)
    return MODELS[file.model]


def _values(given: Mapping[str, Any], chosen: Model, key: str) -> dict[str, float]:
    """A table of numbers, by the units of the model's quantities."""
    full = with_receptors(chosen)
    valid = [q.symbol for q in chosen.state] if key == "initial" else full.symbols
    values = {}
    for symbol, value in given.items():
        if symbol not in valid:
            raise UnknownName(key, symbol, valid)
        quantity = full.quantity(symbol)
        values[symbol] = number(value, quantity.unit, f"{key}.{symbol}")
        if quantity.positive and values[symbol] <= 0:
            raise BadValue(f"{key}.{symbol}", value, f"{quantity.meaning}: more than 0 {quantity.unit} would do")
    return values


def _cell(chosen: Model, parameters: Mapping[str, float], initial: Mapping[str, float], name: str) -> Cell:
    missing = [q.symbol for q in chosen.parameters if q.default is None and q.symbol not in parameters]
    if missing:
        raise BadValue("parameters", sorted(parameters), f"{chosen.name} also needs {', '.join(missing)}")
    return Cell(chosen, parameters, initial, name=name)


def _stimulus(file: _File, row: Preset | None, chosen: Model) -> Stimulus | None:
    tables = file.stimulus
    if isinstance(tables, str):
        if tables != "preset" or row is None:
            raise BadValue("stimulus", tables, "[[stimulus]] tables would do, or, with a preset, stimulus = 'preset'")
        tables = list(row.stimulus)
    found: list[Stimulus] = [read_current(table, chosen.current, f"stimulus[{k}]") for k, table in enumerate(tables)]
    found += [read_events(table, chosen.conductance, f"events[{k}]") for k, table in enumerate(file.events)]
    return reduce(lambda a, b: a + b, found) if found else None


def preset_stimulus(row: Preset) -> Stimulus:
    """The stimulus that shows a published cell, or one of a file; no current where that has none."""
    unit = model(row.model).current
    found: list[Stimulus] = [read_current(table, unit, row.name) for table in row.stimulus]
    return reduce(lambda a, b: a + b, found) if found else Constant(0.0)


def run_preset(row: Preset, *, scheme: str | None = None, dt: float | None = None, **options: Any) -> Recording:
    """Run a published cell under its own stimulus, by default with the scheme and step of its program."""
    step = row.dt if scheme is None and dt is None else dt
    return simulate(
        Cell.preset(row.name), preset_stimulus(row), row.duration, scheme=scheme or row.scheme, dt=step, **options
    )
