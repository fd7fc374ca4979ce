"""For all tests: figures are never shown, no figure outlives its test, and what is drawn is drawn again."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import settings

# A run repeats the examples of the one before, on any machine.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

os.environ.setdefault("MPLBACKEND", "Agg")


@pytest.fixture(autouse=True)
def _no_figure_stays_open():
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")
