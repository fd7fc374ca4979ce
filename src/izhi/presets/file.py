"""Cells in files of their own, in the format of the published ones: those that someone has fitted or made up."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from izhi.equations import MODELS, Model
from izhi.errors import BadValue, FileProblem, UnknownName
from izhi.presets.preset import Preset
from izhi.tables import checked_table

LARGEST_FILE = 16 << 20
# A file, and the cell in it where it has several.
_NAME = re.compile(r"(?P<path>.*\.toml)(?:/(?P<key>.+))?", re.DOTALL)


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    """The keys of a cell, and what those are that were left out."""

    model: str
    parameters: dict[str, float]
    title: str = ""
    initial: dict[str, float] = {}
    scheme: str = "accurate"
    dt: float = 0.1
    duration: float = 500.0
    stimulus: list[dict[str, Any]] = []
    source: str = ""
    evidence: str = "single source"
    program: dict[str, float] | None = None
    notes: str = ""


def in_file(name: str) -> bool:
    """Whether a name is that of a file, or of a cell in one."""
    return _NAME.fullmatch(name) is not None


def file_preset(name: str) -> Preset:
    """The cell of a file: "cell.toml" where it holds one, "cell.toml/NAME" where it holds several.

    Raises
    ------
    FileProblem
        If there is no such file, or it is no TOML.
    UnknownName, BadValue
        If it has no such cell, or something in it is missing, unknown, or no finite number.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        raise BadValue("preset", name, "a file that ends in .toml would do")
    path, key = found["path"], found["key"]
    rows = read_tables(path)
    if not rows or not all(isinstance(row, dict) for row in rows.values()):
        wanted = "a table for each cell, such as [RS], with its model and parameters, would do"
        raise BadValue(path, next((k for k, row in rows.items() if not isinstance(row, dict)), None), wanted)
    if key is None and len(rows) > 1:
        raise BadValue("preset", name, f"it holds several cells; {_either(path, rows)} would do")
    if key is None:
        key = next(iter(rows))
    if key not in rows:
        raise UnknownName(path, key, rows)
    return _preset(path, key, rows[key])


def holds_cells(name: str) -> bool:
    """Whether that is a file of cells, or a cell in one, and not an experiment: it has only tables with a model."""
    found = _NAME.fullmatch(name)
    if found is None or found["key"] is not None:
        return found is not None and not Path(name).is_file()
    try:
        rows = list(read_tables(name).values())
    except FileProblem:
        return False
    return all(isinstance(row, dict) for row in rows) and any("model" in row for row in rows)


def read_tables(path: str) -> dict[str, Any]:
    """What a TOML file holds."""
    try:
        with Path(path).open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as problem:
        raise FileProblem(path, f"cannot be read: {getattr(problem, 'strerror', None) or problem}") from None
    if len(raw) > LARGEST_FILE:
        raise FileProblem(path, f"is too large; at most {LARGEST_FILE >> 20} MB would do")
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise FileProblem(path, "is not UTF-8 text") from None
    except RecursionError:
        raise FileProblem(path, "has too many nested brackets") from None
    except ValueError as problem:  # TOMLDecodeError, and integers too long for Python to read
        raise FileProblem(path, " ".join(str(problem).split())) from None


def _either(path: str, rows: dict[str, Any]) -> str:
    names = [repr(f"{path}/{key}") for key in list(rows)[:5]]
    return " or ".join(names) + (" or ..." if len(rows) > 5 else "")


def _preset(path: str, key: str, table: dict[str, Any]) -> Preset:
    who = f"{path}: {key}"
    unknown = next((k for k in table if k not in _Row.__struct_fields__), None)
    if unknown is not None:
        raise UnknownName(who, unknown, _Row.__struct_fields__)
    for needed in ("model", "parameters"):
        if needed not in table:
            raise BadValue(f"{who}.{needed}", None, "a cell needs it")
    try:
        row = checked_table(table, _Row)
    except BadValue as problem:
        raise BadValue(f"{who}.{problem.who}", problem.given, problem.wanted) from None
    if row.model not in MODELS:
        raise UnknownName(f"{who}.model", row.model, MODELS)
    _check_values(MODELS[row.model], row, who)
    values = {each: getattr(row, each) for each in _Row.__struct_fields__}
    return Preset(name=f"{path}/{key}", **values | {"title": row.title or key, "stimulus": tuple(row.stimulus)})


def _check_values(chosen: Model, row: _Row, who: str) -> None:
    """Every number finite, every parameter there, and none besides."""
    state = [q.symbol for q in chosen.state]
    for what, given, known in (("parameters", row.parameters, chosen.symbols), ("initial", row.initial, state)):
        for symbol, value in given.items():
            if symbol not in known:
                raise UnknownName(f"{who}.{what}", symbol, known)
            quantity = chosen.quantity(symbol)
            if not math.isfinite(value):
                raise BadValue(f"{who}.{what}.{symbol}", value, f"a finite number of {quantity.unit} would do")
            if quantity.positive and value <= 0:
                wanted = f"{quantity.meaning}: more than 0 {quantity.unit} would do"
                raise BadValue(f"{who}.{what}.{symbol}", value, wanted)
    missing = [q.symbol for q in chosen.parameters if q.default is None and q.symbol not in row.parameters]
    if missing:
        raise BadValue(f"{who}.parameters", list(row.parameters), f"{chosen.name} also needs {', '.join(missing)}")
    for what, value in (("dt", row.dt), ("duration", row.duration)):
        if not (math.isfinite(value) and value > 0):
            raise BadValue(f"{who}.{what}", value, "a positive number of ms would do")
    for k, table in enumerate(row.stimulus):
        lost = next((name for name, value in table.items() if _has_nan(value)), None)
        if lost is not None:
            raise BadValue(f"{who}.stimulus[{k}].{lost}", table[lost], "finite numbers would do")
    if row.program is not None and not all(map(math.isfinite, row.program.values())):
        raise BadValue(f"{who}.program", row.program, "finite numbers would do")


def _has_nan(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_nan, value))
    return isinstance(value, float) and math.isnan(value)
