"""A script and the arrays that it needs, as files: both, or none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.scripts.formula import number
from izhi.errors import BadValue
from izhi.recording import write_together

# As many numbers are written into the script itself.
FEW = 12


class Arrays:
    """The numbers of a script: one and few are written into it, many into a file beside it.

    Attributes
    ----------
    kept : dict
        Those of the file, by name.
    """

    def __init__(self) -> None:
        self.kept: dict[str, NDArray[Any]] = {}

    def text(self, name: str, values: float | NDArray[Any]) -> str:
        """A number, or an array, as an expression of Python."""
        if not isinstance(values, np.ndarray):
            return number(values)
        if not values.size:
            return "np.zeros(0, dtype=int)"
        if values.size <= FEW:
            return f"np.array({values.tolist()})"
        while name in self.kept:
            name += "_"
        self.kept[name] = values
        return f'data["{name}"]'


def one_or_all(values: NDArray[Any]) -> float | NDArray[Any]:
    """The number that all values are, or else the values."""
    return float(values.flat[0]) if values.size and (values == values.flat[0]).all() else values


def write_script(path: str | os.PathLike[str], text: str, arrays: Mapping[str, NDArray[Any]]) -> tuple[Path, ...]:
    """Write the text of a Python script, and the arrays beside it if there are any.

    Raises
    ------
    BadValue
        If the name is no script's.
    FileProblem
        If a file cannot be written; then none is.
    """
    target = Path(path)
    if target.suffix != ".py":
        raise BadValue("script", str(path), "a file that ends in .py would do")

    def beside(file: IO[bytes]) -> None:
        np.savez_compressed(file, allow_pickle=False, **dict(arrays))

    writers: dict[Any, Any] = {target: lambda file: file.write(text.encode())}
    if arrays:
        writers[target.with_suffix(".npz")] = beside
    write_together(writers)
    return tuple(writers)
