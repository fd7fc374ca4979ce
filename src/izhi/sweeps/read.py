"""Reading sweeps from whatever they are in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from izhi.errors import BadValue, FileProblem
from izhi.recording import Recording
from izhi.sweeps.sweeps import Sweeps

_ABF = (b"ABF ", b"ABF2")
_HDF5 = b"\x89HDF\r\n\x1a\n"
_ZIP, _NPY = b"PK\x03\x04", b"\x93NUMPY"
FORMATS = "ABF, NWB, CSV, TSV, NPY or NPZ"


def read_sweeps(
    source: Any, *, voltage: str | int | None = None, current: str | int | None = None, skip_bad: bool = False
) -> Sweeps:
    """Read a current-clamp recording.

    Files are known by what they begin with, not by their names.

    Parameters
    ----------
    source : path, Recording, Sweeps, or neo Block or Segment
        A file in ABF 1 or 2, NWB 1 (Allen Cell Types) or 2, CSV, TSV, NPY or NPZ, or what has been read or run
        already.
    voltage, current : str or int, optional
        Which channel (ABF, neo), column (text, NumPy) or electrode (NWB, voltage only), by name or number, if there
        are several.
    skip_bad : bool
        Whether a sweep that cannot be used is left out with a note, instead of an error for the file.

    Returns
    -------
    Sweeps

    Raises
    ------
    FileProblem
        If there is no such file, or it, a sweep or a channel cannot be used.
    UnknownName
        If there is no such channel.
    MissingExtra
        If the package that reads it is not installed.
    BadValue
        If the source is nothing of this kind.
    """
    options: dict[str, Any] = {"voltage": voltage, "current": current, "skip_bad": skip_bad}
    if isinstance(source, Sweeps):
        return source
    if isinstance(source, Recording):
        from izhi.sweeps.recorded import from_recording

        return from_recording(source)
    if hasattr(source, "analogsignals") or hasattr(source, "segments"):
        from izhi.sweeps.neo import from_neo

        return from_neo(source, **options)
    if not isinstance(source, str | os.PathLike):
        raise BadValue("read_sweeps", source, f"a file in {FORMATS}, a Recording, or a neo Block or Segment would do")
    return _read_file(Path(source), options)


def _read_file(path: Path, options: dict[str, Any]) -> Sweeps:
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as wrong:
        raise FileProblem(path, f"cannot be read: {wrong.strerror or wrong}") from None
    if not head:
        raise FileProblem(path, "is empty")
    ending = path.suffix.lower()
    if head.startswith(_ABF):
        from izhi.sweeps.abf import read_abf

        return read_abf(path, **options)
    if head.startswith(_HDF5) or head[512:520] == _HDF5:
        from izhi.sweeps.nwb import read_nwb

        return read_nwb(path, **options)
    if head.startswith((_ZIP, _NPY)):
        from izhi.sweeps.text import read_arrays

        return read_arrays(path, **options)
    if ending in (".abf", ".nwb", ".npz", ".npy") or b"\0" in head:
        what = ending[1:].upper() if ending in (".abf", ".nwb", ".npz", ".npy") else FORMATS
        raise FileProblem(path, f"does not begin as a file in {what} does")
    from izhi.sweeps.text import read_text

    return read_text(path, **options)
