"""How much memory a network takes, and how much there is."""

from __future__ import annotations

from pathlib import Path


def free_memory() -> int | None:
    """How many bytes can still be had, where the system tells."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None
