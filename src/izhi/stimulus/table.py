"""Stimuli from the tables of experiment files and presets, with their units parsed and every mistake named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

from izhi.errors import BadValue, UnknownName
from izhi.stimulus.currents import Chirp, Constant, Current, Linear, Pulse, PulseTrain, Ramp, Sampled, Sine, Step, Steps
from izhi.stimulus.events import Events
from izhi.stimulus.noise import OrnsteinUhlenbeck
from izhi.units import number

KINDS: dict[str, type[Current]] = {
    current.kind: current
    for current in (Constant, Step, Pulse, PulseTrain, Ramp, Steps, Linear, Sine, Chirp, OrnsteinUhlenbeck, Sampled)
}

_UNITS = {
    "start": "ms", "stop": "ms", "width": "ms", "period": "ms", "t": "ms", "interval": "ms", "tau": "ms",
    "duration": "ms", "frequency": "Hz", "f0": "Hz", "f1": "Hz", "phase": "rad",
}  # fmt: skip
_CURRENTS = ("I", "rise", "std", "mean")
# The fields that are lists; all others are one number, since a file is about one cell.
_SERIES = {"steps": ("t", "I"), "linear": ("t", "I"), "sampled": ("I",)}


def read_current(table: Mapping[str, Any], unit: str, who: str) -> Current:
    """A current from a table with `kind` and its fields; numbers may be strings with units.

    Parameters
    ----------
    table : mapping
        `{"kind": "steps", "t": [0, 100], "I": [0, "70 pA"]}`
    unit : str
        The unit of the model's current.
    who : str
        Named in errors.
    """
    kind = table.get("kind")
    if kind is None:
        raise BadValue(f"{who}.kind", None, f"one of {', '.join(KINDS)} would do")
    if not isinstance(kind, str) or kind not in KINDS:
        raise UnknownName(f"{who}.kind", kind, KINDS)
    known = {f.name: f for f in fields(KINDS[kind])}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key == "kind":
            continue
        if key not in known:
            raise UnknownName(f"{who} ({kind})", key, known)
        values[key] = _field(key, value, unit, f"{who}.{key}", key in _SERIES.get(kind, ()))
    for name, f in known.items():
        if f.default is MISSING and name not in values:
            raise BadValue(f"{who}.{name}", None, f"a {kind} needs it")
    return _built(KINDS[kind], values, who)


def read_events(table: Mapping[str, Any], unit: str, who: str) -> Events:
    """Synaptic events from a table with `receptor`, `t` and `weight`; `unit` is that of the model's conductances."""
    for key in table:
        if key not in ("receptor", "t", "weight"):
            raise UnknownName(who, key, ("receptor", "t", "weight"))
    for key in ("receptor", "t", "weight"):
        if key not in table:
            raise BadValue(f"{who}.{key}", None, "events need it")
    t = _numbers(table["t"], "ms", f"{who}.t")
    return _built(
        Events,
        {
            "receptor": table["receptor"],
            "t": t if isinstance(t, list) else [t],
            "weight": _numbers(table["weight"], unit, f"{who}.weight"),
        },
        who,
    )


def _field(key: str, value: Any, unit: str, who: str, series: bool) -> Any:
    read = _numbers if series else number
    if key in _CURRENTS:
        return read(value, unit, who)
    if key == "slope":
        return read(value, f"{unit}/ms", who)
    if key in _UNITS:
        return read(value, _UNITS[key], who)
    wanted = {"closed": str, "hold": bool, "count": int, "seed": int}[key]
    if type(value) is not wanted:
        says = {str: "a string", bool: "true or false", int: "a whole number"}[wanted]
        raise BadValue(who, value, f"{says} would do")
    return value


def _numbers(value: Any, unit: str, who: str) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        if not value:
            raise BadValue(who, value, f"at least one number in {unit} would do")
        return [number(x, unit, f"{who}[{k}]") for k, x in enumerate(value)]
    return number(value, unit, who)


def _built(kind: Any, values: dict[str, Any], who: str) -> Any:
    """Construct it, and let what it finds wrong speak of the file's key."""
    try:
        return kind(**values)
    except BadValue as problem:
        key = problem.who.partition(".")[2]
        raise BadValue(f"{who}.{key}" if key else who, problem.given, problem.wanted) from None
    except UnknownName as problem:
        from izhi.equations import RECEPTORS

        raise UnknownName(f"{who}.receptor", problem.given, RECEPTORS) from None
