"""Published cells as tables: parameters, source, and the stimulus that shows each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from izhi.errors import BadValue, UnknownName, nearest

COLLECTIONS = ("2007", "2003", "2004", "2008")


@dataclass(frozen=True)
class Preset:
    """A published cell.

    Attributes
    ----------
    name : str
        Collection and key, such as "2007/RS".
    title : str
    model : str
        Name of the model.
    parameters, initial : dict
        Symbol to number, in the model's units.
    stimulus : tuple of dict
        The currents that show it, as an experiment file writes them.
    scheme : str
        The scheme of the program that published it.
    dt, duration : float [ms]
    source : str
    evidence : str
        "confirmed" by the author's code or two independent public sources, or "single source".
    program : dict or None
        How many `spikes` the published program gives and when the `first` is [ms], where there is such a program.
    notes : str
    """

    name: str
    title: str
    model: str
    parameters: dict[str, float]
    initial: dict[str, float]
    stimulus: tuple[dict[str, Any], ...]
    scheme: str
    dt: float
    duration: float
    source: str
    evidence: str
    program: dict[str, float] | None = None
    notes: str = ""


@cache
def presets() -> dict[str, Preset]:
    """All presets by name, in the order of their tables."""
    found: dict[str, Preset] = {}
    for collection in COLLECTIONS:
        text = files(__name__).joinpath(f"{collection}.toml").read_text(encoding="utf-8")
        for key, row in tomllib.loads(text).items():
            row["stimulus"] = tuple(row["stimulus"])
            name = f"{collection}/{key}"
            found[name] = Preset(name=name, **{"initial": {}, **row})
    return found


def preset(name: str) -> Preset:
    """The preset of that name; the collection may be left out where that leaves no doubt.

    Raises
    ------
    UnknownName
        If there is none; the error names the nearest.
    BadValue
        If several collections have it.
    """
    if not isinstance(name, str):
        raise BadValue("preset", name, "a name such as '2007/RS' would do")
    if name in presets():
        return presets()[name]
    matches = namesakes(name)
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise BadValue("preset", name, f"{' or '.join(repr(p.name) for p in matches)} would do")
    collection = name.partition("/")[0]
    same = [p for p in presets() if p.startswith(f"{collection}/")]
    raise UnknownName("preset", name, same or presets(), None if same else _closest(name))


def _closest(name: str) -> str | None:
    """The name of the preset whose name, key or title is closest."""
    by_any = {p.name: p.name for p in presets().values()}
    for p in presets().values():
        for alias in (p.name.partition("/")[2], p.title, p.title.partition(",")[0]):
            by_any.setdefault(alias, p.name)
    found = nearest(name, by_any)
    return by_any[found] if found else None


def namesakes(key: str) -> list[Preset]:
    """The presets of that key or title, in any collection unless it names one: "RS", "2004/tonic spiking"."""
    collection, _, rest = key.partition("/") if key.partition("/")[0] in COLLECTIONS else ("", "", key)
    wanted = _plain(rest)
    return [
        p
        for p in presets().values()
        if p.name.startswith(collection) and wanted in (_plain(p.name.partition("/")[2]), _plain(p.title))
    ]


def _plain(name: str) -> str:
    return name.casefold().replace("-", " ").replace("_", " ")


PRESETS = presets()
