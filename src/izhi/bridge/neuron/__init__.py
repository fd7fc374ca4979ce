"""NEURON as an engine for cells and networks, and our cells as objects of NEURON.

With `engine="neuron"` a description runs in NEURON, on mechanisms that are printed from the declared equations and
compiled when they are first needed; its numbers are, to the last bit, those of the scheme.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from izhi.bridge.neuron.cells import run
    from izhi.bridge.neuron.library import imported, load
    from izhi.bridge.neuron.networks import run_network
    from izhi.bridge.neuron.original import IzhiCell, mechanisms, run_mechanism, type2007, write_folder
    from izhi.bridge.neuron.ranks import rank

name = "neuron"
_HOME = {
    "run": "cells", "run_network": "networks", "imported": "library", "load": "library", "rank": "ranks",
    "IzhiCell": "original", "mechanisms": "original", "run_mechanism": "original", "type2007": "original",
    "write_folder": "original",
}  # fmt: skip


def versions() -> dict[str, str]:
    """Of NEURON."""
    return {"neuron": importlib.import_module("izhi.bridge.neuron.library").version()}


def __getattr__(wanted: str) -> Any:
    if wanted not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {wanted!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[wanted]}"), wanted)


__all__ = [
    "IzhiCell", "imported", "load", "mechanisms", "name", "rank", "run", "run_mechanism", "run_network", "type2007",
    "versions", "write_folder",
]  # fmt: skip
