"""Published cells as tables: parameters, source, and the stimulus that shows each."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from izhi.errors import BadValue, UnknownName, nearest
from izhi.presets.preset import Preset

COLLECTIONS = ("2007", "2003", "2004", "2008")


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

    A name that ends in .toml is a file with a table for each cell, as the published ones are written; "cell.toml/NAME"
    is one of several in it.

    Raises
    ------
    UnknownName
        If there is none; the error names the nearest.
    BadValue
        If several collections have it, or something in a file is missing or no finite number.
    FileProblem
        If a file cannot be read.
    """
    if not isinstance(name, str):
        raise BadValue("preset", name, "a name such as '2007/RS' would do")
    if name in presets():
        return presets()[name]
    if ".toml" in name:
        # What reads files is imported only where there is one.
        from izhi.presets.file import file_preset, in_file

        if in_file(name):
            return file_preset(name)
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

__all__ = ["COLLECTIONS", "PRESETS", "Preset", "namesakes", "preset", "presets"]
