"""NEST as an engine for cells and networks of 2003, and scripts for it.

Its `izhikevich` has two numerics, which are the schemes `nest` and `nest-published`. With `engine="nest"` the same
description runs in NEST, spike for spike; what NEST cannot is refused in one line. Whatever else is in NEST's kernel at
the time is lost: it is reset before and after each run.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from izhi.bridge.nest.cell_script import script
    from izhi.bridge.nest.cells import run
    from izhi.bridge.nest.kernel import imported
    from izhi.bridge.nest.networks import run_network
    from izhi.bridge.nest.writing import write

name = "nest"
_HOME = {"run": "cells", "run_network": "networks", "script": "cell_script", "imported": "kernel", "write": "writing"}


def versions() -> dict[str, str]:
    """Of NEST."""
    return {"nest": importlib.import_module("izhi.bridge.nest.kernel").imported().__version__}


def __getattr__(wanted: str) -> Any:
    if wanted not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {wanted!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[wanted]}"), wanted)


__all__ = ["imported", "name", "run", "run_network", "script", "versions", "write"]
