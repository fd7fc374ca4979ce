"""NeuroML 2: cells and networks out and in, and runs by jNeuroML."""

from __future__ import annotations

from izhi.bridge.neuroml.read import read
from izhi.bridge.neuroml.run import Run, run, simulate, validate
from izhi.bridge.neuroml.steps import expected, seen
from izhi.bridge.neuroml.write import write

__all__ = ["Run", "expected", "read", "run", "seen", "simulate", "validate", "write"]
