"""Saving a figure whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from izhi.recording import Writer, write_whole

# Letters in a PDF as printers want them, and the same bytes for the same figure.
_SETTINGS: dict[Any, Any] = {"pdf.fonttype": 42, "svg.hashsalt": "izhi"}
_UNDATED: dict[str, dict[str, None]] = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}


def save_picture(figure: Any, path: Path, dpi: int = 150) -> None:
    """Write a matplotlib figure in the format that the file's ending names."""
    write_whole(path, picture(figure, path, dpi))


def picture(figure: Any, path: Path, dpi: int = 150) -> Writer:
    """What writes a figure into an open file, in the format that the ending of its path names."""

    def write(file: IO[bytes]) -> None:
        import matplotlib as mpl

        kind = path.suffix[1:]
        with mpl.rc_context(_SETTINGS):
            figure.savefig(file, format=kind, dpi=dpi, metadata=_UNDATED.get(kind))

    return write
