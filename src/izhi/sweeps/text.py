"""Tables of times, voltages and currents: CSV and TSV, NPY and NPZ."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import FileProblem, UnknownName
from izhi.recording import DAMAGE, Recording
from izhi.sweeps.channels import KINDS, Collection, problem, scale, step_of, unit_of
from izhi.sweeps.recorded import from_recording
from izhi.sweeps.sweeps import Sweeps

Channel = str | int | None

# What a column may be called, in small letters and without its number.
_NAMES = {
    "ms": ("t", "time"),
    "mV": ("v", "vm", "voltage", "potential", "response"),
    "pA": ("i", "im", "iinj", "current", "command", "stimulus"),
    "sweep": ("sweep", "trial", "episode"),
    "dt": ("dt",),
}
_ROLE = {name: role for role, names in _NAMES.items() for name in names}
_HEADING = re.compile(r"\s*([^\W\d]+?)_?(\d*)\s*(?:[\[(]\s*([^\])]*?)\s*[\])])?\s*")
_WANTED = "columns t [ms], v [mV] and i [pA] would do"


@dataclass(frozen=True, eq=False)
class _Column:
    """A column: what it is ("ms", "mV", "pA", "sweep", "dt" or nothing known), its number, its unit as written."""

    heading: str
    role: str
    number: str
    unit: str | None
    values: NDArray


def read_text(path: Path, *, voltage: Channel = None, current: Channel = None, skip_bad: bool = False) -> Sweeps:
    """Read sweeps from a table whose first line names its columns, such as "t [ms], v [mV], i [pA]".

    Several sweeps are told apart by a column `sweep`, or are columns v0, v1, ... with i0, i1, ... or one i for all.

    Parameters
    ----------
    path : Path
        A text file in UTF-8.
    voltage, current : str or int, optional
        A column by its heading or number, whatever it is called.
    skip_bad : bool
        Leave a sweep that cannot be used out, with a note.

    Raises
    ------
    FileProblem, UnknownName
    """
    found = Collection(path, skip_bad)
    headings, values = _parsed(path, found)
    columns = [_column(heading, values[:, k]) for k, heading in enumerate(headings)]
    return _assembled(_named(columns, voltage, current, path), found, f"table of {len(values)} rows")


def read_arrays(path: Path, *, voltage: Channel = None, current: Channel = None, skip_bad: bool = False) -> Sweeps:
    """Read sweeps from .npy or .npz: arrays named as the columns of a table, or a recording saved by izhi.

    v and i have an axis of samples, or one of sweeps and one of samples. Instead of t there may be one number, dt. A
    .npy has fields with such names, or three columns t, v and i in ms, mV and pA.

    Raises
    ------
    FileProblem, UnknownName
    """
    try:
        with path.open("rb") as raw:
            loaded = np.load(raw, allow_pickle=False)
            arrays = _fields(loaded) if isinstance(loaded, np.ndarray) else {k: loaded[k] for k in loaded.files}
    except OSError as wrong:
        raise FileProblem(path, f"cannot be read: {wrong.strerror or wrong}") from None
    except DAMAGE:
        raise FileProblem(path, "is damaged, truncated, or has more than numbers in it") from None
    if "provenance" in arrays:
        return from_recording(Recording.load(path), path, skip_bad)
    found = Collection(path, skip_bad)
    columns = []
    for heading, values in arrays.items():
        if values.dtype.kind not in "fiu" or values.ndim > 2:
            text = f"is {values.dtype.name} of shape {values.shape}; numbers with one or two axes would do"
            raise problem(path, text, channel=heading)
        columns.append(_column(heading, values.astype(np.float64)))
    return _assembled(_named(columns, voltage, current, path), found, "arrays")


def _fields(array: NDArray) -> dict[str, NDArray]:
    """The columns of an array, by name."""
    if array.dtype.names:
        return {name: array[name] for name in array.dtype.names}
    if array.ndim == 2 and array.shape[1] == 3:
        return dict(zip(("t [ms]", "v [mV]", "i [pA]"), array.T, strict=True))
    return {"array": array}


def _parsed(path: Path, found: Collection) -> tuple[list[str], NDArray[np.float64]]:
    """The headings and numbers of a text file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise FileProblem(path, f"is no text in UTF-8; {_WANTED}") from None
    lines = [line for line in text.splitlines() if line.strip()]
    rows = [line for line in lines if not line.lstrip().startswith("#")]
    if not rows:
        raise FileProblem(path, f"has no rows of numbers; {_WANTED}")
    before = lines[: lines.index(rows[0])]
    mark = next((mark for mark in "\t;," if mark in rows[0]), None)
    headings = _split(rows[0], mark)
    if all(_is_number(each) for each in headings):
        commented = _split(before[-1].lstrip(" #"), mark) if before else []
        known = len(commented) == len(headings) and any(_column(each).role for each in commented)
        headings = commented if known else _unnamed(headings, path, found)
    else:
        rows = rows[1:]
    if not rows:
        raise FileProblem(path, f"has no rows of numbers below {', '.join(headings)}")
    if mark == ";":  # where numbers are written with a comma
        rows = [row.replace(",", ".") for row in rows]
    try:
        values = np.loadtxt(rows, delimiter=mark, ndmin=2)
    except ValueError as wrong:
        reason = str(wrong).split(";")[0].rstrip(".")
        raise FileProblem(path, f"has a row that is cut off or no numbers ({reason})") from None
    if values.shape[1] != len(headings):
        raise FileProblem(path, f"has {len(headings)} headings for {values.shape[1]} columns")
    return headings, values


def _unnamed(first: list[str], path: Path, found: Collection) -> list[str]:
    if len(first) != 3:
        raise FileProblem(path, f"does not name its {len(first)} columns; {_WANTED}")
    found.note("the columns have no names: taken as t [ms], v [mV], i [pA]")
    return ["t [ms]", "v [mV]", "i [pA]"]


def _split(line: str, mark: str | None) -> list[str]:
    if mark is None:
        return re.findall(r"[^\s\[(]+(?:\s*[\[(][^\])]*[\])])?", line)
    return [each.strip().strip('"') for each in line.split(mark)]


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _column(heading: str, values: NDArray = np.zeros(0)) -> _Column:
    """What a heading says: "v0 [mV]", "Vm (mV)", "time_s"."""
    match = _HEADING.fullmatch(heading)
    name, number, unit = match.groups() if match else (heading, "", None)
    stem, _, last = name.rpartition("_")
    if unit is None and stem and unit_of(last):
        name, unit = stem, last
    return _Column(heading, _ROLE.get(name.lower(), ""), number, unit, values)


def _named(columns: list[_Column], voltage: Channel, current: Channel, path: Path) -> list[_Column]:
    """The columns, with those asked for as the only ones of their kind."""
    headings = [each.heading for each in columns]
    for wanted, role in ((voltage, "mV"), (current, "pA")):
        if wanted is None:
            continue
        bare = [re.split(r"\s*[\[(]", heading)[0] for heading in headings]
        places = [k for k, names in enumerate(zip(headings, bare, strict=True)) if str(wanted) in names]
        if not places and str(wanted).isdigit() and int(wanted) < len(columns):
            places = [int(wanted)]
        if not places:
            raise UnknownName(f"{path}: {KINDS[role]}", wanted, bare)
        columns = [replace(each, role="") if each.role == role else each for each in columns]
        columns[places[0]] = replace(columns[places[0]], role=role)
    return columns


def _assembled(columns: list[_Column], found: Collection, form: str) -> Sweeps:
    """Sweeps of named columns."""
    path, kinds = found.source, {role: [c for c in columns if c.role == role] for role in _NAMES}
    listed = ", ".join(each.heading for each in columns)
    for role in ("mV", "pA"):
        if not kinds[role]:
            raise problem(path, f"no column is a {KINDS[role]}; there is {listed}; {_WANTED}")
    dt = kinds["dt"][0] if kinds["dt"] and not kinds["ms"] else None
    if not dt and not kinds["ms"]:
        raise problem(path, f"no column has the times; there is {listed}; {_WANTED}")
    voltages, currents = _rows(kinds["mV"]), _rows(kinds["pA"])
    paired = _paired(voltages, currents, path)
    time = (dt or kinds["ms"][0]).values * _size(dt or kinds["ms"][0], "ms", found)
    labels = kinds["sweep"][0].values if kinds["sweep"] else None
    for name, v, i in paired:
        channels = (v.heading, i.heading)
        volts, amps = v.values * _size(v, "mV", found), i.values * _size(i, "pA", found)
        if dt is not None:
            found.add(name, float(time.ravel()[0]) if time.size else 0.0, volts, amps, channels)
            continue
        if time.size != volts.size or (labels is not None and labels.size != volts.size):
            raise problem(path, f"it has {volts.size} samples for {time.size} times", name, v.heading)
        for label, where in _parts(labels, name, volts.size):
            step = step_of(time[where], path, label)
            amp = amps[where] if amps.size == volts.size else amps
            found.add(label, step, volts[where], amp, channels, start=float(time[where][0]))
    return found.done({"format": form})


def _rows(columns: list[_Column]) -> list[_Column]:
    """Columns that hold several sweeps, as one for each."""
    return [
        row
        for each in columns
        for row in (
            [each]
            if each.values.ndim < 2
            else [replace(each, number=str(k), values=values) for k, values in enumerate(each.values)]
        )
    ]


def _paired(voltages: list[_Column], currents: list[_Column], path: object) -> list[tuple[str, _Column, _Column]]:
    """Each voltage with the current of the same number, or with the only one."""
    by_number = {each.number: each for each in currents}
    paired = []
    for k, v in enumerate(voltages):
        i = currents[0] if len(currents) == 1 else by_number.get(v.number)
        if i is None:
            there = ", ".join(each.heading for each in currents)
            raise problem(path, f"no current goes with it; there is {there}", v.number or k, v.heading)
        paired.append((v.number or str(k), v, i))
    return paired


def _parts(labels: NDArray | None, name: str, size: int) -> Iterable[tuple[str, Any]]:
    """The sweeps of a column: by their labels in the order in which they come, or all of it."""
    if labels is None:
        return [(name, slice(0, size))]
    values, first = np.unique(labels, return_index=True)
    return [(f"{values[k]:g}", np.flatnonzero(labels == values[k])) for k in np.argsort(first)]


def _size(column: _Column, kind: str, found: Collection) -> float:
    if column.unit is None:
        found.note(f"{column.heading!r} has no unit: taken as {kind}")
        return 1.0
    return scale(column.unit, kind, found.source, None, column.heading)
