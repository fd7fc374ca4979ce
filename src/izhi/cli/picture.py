"""Saving a figure whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from izhi.recording import write_whole


def save_picture(figure: Any, path: Path, dpi: int = 150) -> None:
    """Write a matplotlib figure in the format that the file's ending names."""
    write_whole(path, lambda file: figure.savefig(file, format=path.suffix[1:], dpi=dpi))
