"""Files of HDF5, made whole in memory before they are written, and read with one line for what is wrong."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import numpy as np

from izhi.errors import FileProblem, IzhiError, MissingExtra
from izhi.recording import DAMAGE, Writer

MAGIC, VERSION = np.uint32(0x0A7A), np.array([0, 1], dtype=np.uint32)


def imported() -> Any:
    """h5py.

    Raises
    ------
    MissingExtra
        If it is not installed.
    """
    try:
        return importlib.import_module("h5py")
    except ImportError:
        raise MissingExtra("izhi.bridge.sonata", "h5py", "recordings") from None


def hdf5(fill: Callable[[Any], None]) -> Writer:
    """What writes a file of SONATA that `fill` fills."""
    h5py = imported()
    whole = io.BytesIO()
    with h5py.File(whole, "w") as file:
        file.attrs["magic"], file.attrs["version"] = MAGIC, VERSION
        fill(file)

    def write(out: IO[bytes]) -> None:
        out.write(whole.getbuffer())

    return write


@contextmanager
def reading(path: Path) -> Iterator[Any]:
    """An open file; what is wrong with it is one line.

    Raises
    ------
    FileProblem
        If it is missing, damaged, or laid out otherwise.
    """
    h5py = imported()
    try:
        with h5py.File(path, "r") as file:
            yield file
    except IzhiError:
        raise
    except (OSError, *DAMAGE, IndexError) as problem:
        text = " ".join(str(problem).split())
        raise FileProblem(path, f"cannot be read as SONATA: {text}") from None
