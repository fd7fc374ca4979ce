"""Experiment files for those who come with a mod file's parameters: `mechanism = "Izhi2007b"`."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from izhi.errors import BadValue, UnknownName
from izhi.mechanism import DT, MECHANISMS, V_INIT, Clamping, Mechanism
from izhi.schemes.neuron import Section
from izhi.schemes.neuron.stimulus import Callbacks, Clamp, Played
from izhi.tables import checked_table
from izhi.trace import Trace
from izhi.units import number


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """The keys of such a file and the types of their values."""

    mechanism: str
    dt: Any = DT
    duration: Any = None
    v_init: Any = V_INIT
    every: Any = 1
    parameters: dict[str, Any] = {}
    section: dict[str, Any] = {}
    initial: dict[str, Any] = {}
    stimulus: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []


@dataclass(frozen=True, eq=False)
class MechanismExperiment:
    """One run of one mechanism, ready to go; the fields are the arguments of `Mechanism.run`."""

    mechanism: Mechanism
    duration: float
    dt: float
    v_init: float
    initial: Mapping[str, float]
    stimulus: Clamping | None
    events: tuple[tuple[float, list[float]], ...]
    every: int

    def run(self, engine: str = "auto") -> Trace:
        """Run it by an engine, or by NEURON itself."""
        how: dict[str, Any] = {
            "dt": self.dt, "v_init": self.v_init, "initial": self.initial, "stimulus": self.stimulus,
            "events": self.events, "every": self.every,
        }  # fmt: skip
        if engine == "neuron":
            # The room of bridges is above this one; it is fetched by name.
            return importlib.import_module("izhi.bridge.neuron").run_mechanism(self.mechanism, self.duration, **how)
        return self.mechanism.run(self.duration, engine=engine, **how)


def parse_mechanism(table: Mapping[str, Any]) -> MechanismExperiment:
    """The run that a file's table describes; errors name the key."""
    file = checked_table(table, _File)
    if file.duration is None:
        raise BadValue("duration", None, "a time in ms would do")
    mechanism = Mechanism(file.mechanism, _numbers(file.parameters, "parameters"), _section(file))
    initial = _numbers(file.initial, "initial")
    for symbol in initial:
        if symbol not in ("V", "u"):
            raise UnknownName("initial", symbol, ("V", "u"))
    return MechanismExperiment(
        mechanism=mechanism,
        duration=number(file.duration, "ms", "duration"),
        dt=number(file.dt, "ms", "dt"),
        v_init=number(file.v_init, "mV", "v_init"),
        initial=initial,
        stimulus=_stimulus(file.stimulus, mechanism.parameters["Iin"]),
        events=tuple(pair for k, each in enumerate(file.events) for pair in _deliveries(each, f"events[{k}]")),
        every=file.every,
    )


def _numbers(given: Mapping[str, Any], who: str) -> dict[str, float]:
    return {symbol: _number(value, f"{who}.{symbol}") for symbol, value in given.items()}


def _number(value: Any, who: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e308 < value < 1e308:
        raise BadValue(who, value, "a finite number would do")
    return float(value)


def _section(file: _File) -> Section | None:
    given = _numbers(file.section, "section")
    if given.pop("nseg", 1.0) != 1.0:
        raise BadValue("section.nseg", file.section["nseg"], "1 would do, as the mechanisms' sections have")
    for symbol in given:
        if symbol not in Section._fields:
            raise UnknownName("section", symbol, Section._fields)
    usual = MECHANISMS[file.mechanism].numerics.section if file.mechanism in MECHANISMS else None
    return (usual or Section())._replace(**given) if given else None


def _list(table: Mapping[str, Any], key: str, who: str) -> list[Any]:
    value = table.get(key)
    if not isinstance(value, list):
        raise BadValue(f"{who}.{key}", value, "a list of numbers would do")
    return value


def _known(table: Mapping[str, Any], keys: tuple[str, ...], who: str) -> None:
    for key in table:
        if key not in keys:
            raise UnknownName(who, key, keys)


def _stimulus(tables: list[dict[str, Any]], resting: float) -> Clamping | None:
    """How `Iin` is set. Tables of callbacks add up; a constant or a played vector stands alone."""
    found = [_clamping(table, f"stimulus[{k}]", resting) for k, table in enumerate(tables)]
    if len(found) <= 1:
        return found[0] if found else None
    callbacks = [each for each in found if isinstance(each, Callbacks)]
    if len(callbacks) < len(found):
        raise BadValue("stimulus", len(found), "one table would do, or several of kind 'events'")
    return Callbacks(
        callbacks[0].I0, np.concatenate([c.t for c in callbacks]), np.concatenate([c.I for c in callbacks])
    )


def _clamping(table: Mapping[str, Any], who: str, resting: float) -> Clamping:
    kind = table.get("kind")
    if kind == "constant":
        _known(table, ("kind", "I"), who)
        return Clamp(_number(table.get("I"), f"{who}.I"))
    if kind not in ("events", "play"):
        raise UnknownName(f"{who}.kind", str(kind), ("events", "play", "constant"))
    _known(table, ("kind", "t", "I", *(("I0",) if kind == "events" else ())), who)
    t = np.array([_number(x, f"{who}.t") for x in _list(table, "t", who)])
    I = np.array([_number(x, f"{who}.I") for x in _list(table, "I", who)])
    if I.size != t.size:
        raise BadValue(f"{who}.I", I.tolist(), f"{t.size} values, one for each time, would do")
    if kind == "events":
        if (t < 0).any():
            raise BadValue(f"{who}.t", t.tolist(), "times from 0 ms on would do")
        return Callbacks(_number(table.get("I0", resting), f"{who}.I0"), t, I)
    if not t.size or (np.diff(t) < 0).any():
        raise BadValue(f"{who}.t", t.tolist(), "times that do not decrease would do")
    return Played(t, I)


def _deliveries(table: Mapping[str, Any], who: str) -> list[tuple[float, list[float]]]:
    """The events of a table: a list of weights for each, or one weight for each, or one for all."""
    _known(table, ("t", "weights"), who)
    t = [_number(x, f"{who}.t") for x in _list(table, "t", who)]
    weights = table.get("weights")
    if not isinstance(weights, list):
        weights = [[weights]] * len(t)
    elif weights and not isinstance(weights[0], list):
        weights = [weights] if len(t) == 1 else [[w] for w in weights]
    if len(weights) != len(t):
        raise BadValue(
            f"{who}.weights", table.get("weights"), f"{len(t)} lists of weights, one for each event, would do"
        )
    rows = [row if isinstance(row, list) else [row] for row in weights]
    return [(when, [_number(w, f"{who}.weights") for w in row]) for when, row in zip(t, rows, strict=True)]
