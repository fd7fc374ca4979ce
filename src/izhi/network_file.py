"""Experiment files of networks: populations and projections as tables, under the names that they have in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import reduce
from typing import Any

import msgspec

from izhi import network as parts
from izhi import wiring
from izhi.cell import Cell
from izhi.errors import BadValue, UnknownName
from izhi.network import Network, Population, Projection
from izhi.network_recording import NetworkRecording
from izhi.simulation import simulate
from izhi.stimulus import Stimulus
from izhi.stimulus.table import read_current
from izhi.tables import checked_table
from izhi.units import number

DRIVES = ("GaussianNoise", "UniformNoise", "PoissonDrive", "RandomCells")
SYNAPSES = ("CurrentPulse", "Delta", "ExponentialCurrent", "Conductance")
SOURCES = ("SpikeSource", "PoissonSource")
SHORT_TERM = ("Depression", "Markram")
RULES = (
    "AllToAll", "OneToOne", "FixedIndegree", "FixedOutdegree", "PairwiseProbability", "DistanceDependent", "Pairs",
)  # fmt: skip
VALUES = ("Uniform", "Normal", "LogNormal")
_NESTED = {"synapse": SYNAPSES, "consolidation": ("Consolidation",), "dopamine": ("Dopamine",)}


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """The keys of a file and the types of their values."""

    population: list[dict[str, Any]]
    projection: list[dict[str, Any]] = []
    drive: list[dict[str, Any]] = []
    duration: Any = None
    seed: int = 0
    scheme: str = "published-2003"
    dt: Any = None
    precision: str = "double"
    weights: str = "exact"
    record: dict[str, Any] = {}
    every: int = 1


@dataclass(frozen=True)
class NetworkExperiment:
    """One run of a network, ready to go; `options` are those of `simulate`."""

    network: Network
    duration: float
    options: Mapping[str, Any]

    def run(self, engine: str = "auto") -> NetworkRecording:
        """Run it."""
        return simulate(self.network, self.duration, engine=engine, **self.options)


def parse_network(table: Mapping[str, Any]) -> NetworkExperiment:
    """The run that a file's table describes; errors name the key."""
    file = checked_table(table, _File)
    if file.duration is None:
        raise BadValue("duration", None, "a time in ms would do")
    network = Network(
        [_population(each, f"population[{k}]") for k, each in enumerate(file.population)],
        [_projection(each, f"projection[{k}]") for k, each in enumerate(file.projection)],
        seed=file.seed,
        drive=_drives(file.drive, "drive"),
    )
    options = {"scheme": file.scheme, "precision": file.precision, "every": file.every}
    options |= {"record": file.record} if file.record else {}
    options |= {} if file.weights == "exact" else {"weights": file.weights}
    options |= {} if file.dt is None else {"dt": number(file.dt, "ms", "dt")}
    return NetworkExperiment(network, number(file.duration, "ms", "duration"), options)


def _population(table: Mapping[str, Any], who: str) -> Population:
    given = dict(table)
    stimulus = given.pop("stimulus", [])
    if isinstance(given.get("cell"), dict):
        given["cell"] = _named(given["cell"], SOURCES, f"{who}.cell")
    given["drive"] = _drives(given.get("drive", []), f"{who}.drive")
    for key in ("parameters", "initial"):
        values = _table(given.get(key, {}), f"{who}.{key}")
        given[key] = {symbol: _value(x, f"{who}.{key}.{symbol}") for symbol, x in values.items()}
    made = _made(Population, given, who)
    if not stimulus:
        return made
    if not isinstance(made.cell, Cell):
        raise BadValue(f"{who}.stimulus", stimulus, "a source of spikes has none")
    unit = made.cell.model.current
    tables = _list(stimulus, f"{who}.stimulus")
    each: list[Stimulus] = [read_current(x, unit, f"{who}.stimulus[{k}]") for k, x in enumerate(tables)]
    return _made(Population, given | {"stimulus": reduce(lambda a, b: a + b, each)}, who)


def _projection(table: Mapping[str, Any], who: str) -> Projection:
    given = dict(table)
    for key, kinds in (("rule", RULES), ("synapse", SYNAPSES), ("short_term", SHORT_TERM), ("plasticity", ("STDP",))):
        if key in given:
            given[key] = _named(given[key], kinds, f"{who}.{key}")
    for key in ("weight", "delay"):
        if key in given:
            given[key] = _value(given[key], f"{who}.{key}")
    return _made(Projection, given, who)


def _drives(tables: Any, who: str) -> tuple[Any, ...]:
    return tuple(_named(each, DRIVES, f"{who}[{k}]") for k, each in enumerate(_list(tables, who)))


def _value(value: Any, who: str) -> Any:
    """A number, a list of them, a formula, or a distribution."""
    return _named(value, VALUES, who) if isinstance(value, dict) else value


def _named(table: Any, kinds: Sequence[str], who: str) -> Any:
    """What a table with the name of its kind describes."""
    given = dict(_table(table, who))
    kind = given.pop("kind", kinds[0] if len(kinds) == 1 else None)
    if kind not in kinds:
        raise UnknownName(f"{who}.kind", kind, kinds)
    for key, nested in _NESTED.items():
        if key in given:
            given[key] = _named(given[key], nested, f"{who}.{key}")
    return _made(getattr(parts, kind, None) or getattr(wiring, kind), given, who)


def _made(kind: Any, given: Mapping[str, Any], who: str) -> Any:
    known = {f.name: f for f in fields(kind) if f.init}
    for key in given:
        if key not in known:
            raise UnknownName(who, key, known)
    missing = [n for n, f in known.items() if f.default is MISSING and f.default_factory is MISSING and n not in given]
    if missing:
        raise BadValue(who, sorted(given), f"it also needs {', '.join(missing)}")
    return kind(**given)


def _table(value: Any, who: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BadValue(who, value, "a table would do")
    return value


def _list(value: Any, who: str) -> list[Any]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise BadValue(who, value, "a list of tables would do")
    return value
