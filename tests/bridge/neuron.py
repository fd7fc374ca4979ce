"""Whether NEURON is here, and can compile; tests that need it are skipped where it is not."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

pytest.importorskip("neuron", reason="NEURON is not installed")

_COMPILER = shutil.which("nrnivmodl") or Path(sys.executable).with_name("nrnivmodl").exists()
needs_compiler = pytest.mark.skipif(
    not (_COMPILER and shutil.which("g++") and shutil.which("make")),
    reason="mod files need nrnivmodl, g++ and make",
)
