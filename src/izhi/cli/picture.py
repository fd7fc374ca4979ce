"""Saving a figure whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from izhi.recording import Writer, write_whole


def save_picture(figure: Any, path: Path, dpi: int = 150) -> None:
    """Write a matplotlib figure in the format that the file's ending names."""
    write_whole(path, picture(figure, path, dpi))


def picture(figure: Any, path: Path, dpi: int = 150) -> Writer:
    """What writes a figure into an open file, in the format that the ending of its path names."""
    return lambda file: figure.savefig(file, format=path.suffix[1:], dpi=dpi)
