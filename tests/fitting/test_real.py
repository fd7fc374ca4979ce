"""Fits of real cells, where recordings are at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from izhi.fitting import fit
from izhi.sweeps import read_sweeps

FOLDER = os.environ.get("IZHI_RECORDINGS")


@pytest.mark.skipif(not FOLDER, reason="IZHI_RECORDINGS names no folder of recordings")
def test_a_real_cell_is_predicted_on_sweeps_that_the_fit_has_not_seen() -> None:
    found = fit(read_sweeps(Path(str(FOLDER)) / "190619B_0003.abf"), hold_out="odd")
    held = found.held_out
    assert held is not None
    assert held.count_error <= 1 or held.relative_count_error <= 0.1
    assert held.latency_error <= 10
    assert held.rate_error <= 0.15
