"""Cells as files of this package's own, which every command takes in place of a preset."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import IO, Any

from izhi.bridge.names import identifier
from izhi.cell import Cell
from izhi.errors import BadValue
from izhi.recording import write_whole
from izhi.stimulus import Stimulus, parts


def write_cell(
    cell: Cell,
    path: str | os.PathLike[str],
    stimulus: Stimulus | None = None,
    duration: float | None = None,
    *,
    source: str = "",
) -> None:
    """Write a cell as a TOML file with one table, to the last digit.

    Parameters
    ----------
    cell : Cell
        A single one.
    path : path
        A file that ends in .toml.
    stimulus : Stimulus, optional
        What shows it.
    duration : float, optional
        [ms] For how long.
    source : str
        Where it is from.

    Raises
    ------
    BadValue
        If it is an ensemble, or its stimulus is too long for a table.
    FileProblem
        If the file cannot be written.

    Examples
    --------
    >>> import izhi
    >>> from izhi.bridge.cell_file import write_cell
    >>> write_cell(izhi.Cell.preset("2007/RS", d=110), "cell.toml")
    >>> izhi.preset("cell.toml").parameters["d"]
    110.0
    """
    target = Path(path)
    if target.suffix != ".toml":
        raise BadValue("write_cell", str(path), "a file that ends in .toml would do")
    if cell.count is not None:
        raise BadValue("write_cell", f"{cell.count} cells", "a single cell would do")
    name = identifier(cell.name.rpartition("/")[2] or "cell")
    state = dict(zip((q.symbol for q in cell.model.state), cell.state(1)[:, 0].tolist(), strict=True))
    lines: dict[str, Any] = {
        "model": cell.model.name,
        "parameters": {s: float(cell.parameters[s]) for s in cell.model.symbols},
        "initial": state,
        "source": source,
    }
    if stimulus is not None:
        lines["stimulus"] = [part.described() for part in parts(stimulus)]
    if duration is not None:
        lines["duration"] = float(duration)
    text = f"[{name}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in lines.items() if value != "")

    def write(file: IO[bytes]) -> None:
        file.write(text.encode())

    write_whole(target, write)


def _toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
