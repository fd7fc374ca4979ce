"""The panels of 2004 as responses, run once, and what is done to them to deceive a detector."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import izhi
from izhi import Cell, Response, Stimulus, simulate
from izhi.experiment import preset_stimulus, run_preset

LETTERS = "ABCDEFGHIJKLMNOPQRST"

# What holds beside the panel's own feature. A is a regular spiking cell, of which the paper says that it "fires tonic
# spikes with decreasing frequency": its first interval is 4 ms, its last 27.5 ms.
ALSO = {"A": {"F"}}
# The true solution of these panels does not show their feature: it answers the pulse within 7 ms (I), goes on firing
# after the second pulse (P), fires 8 spikes in place of one (Q), fires once more after the inhibition (S), and runs
# away (T). N survives: there is one rebound burst, if of 14 spikes in place of 7.
LOST = "IPQST"


@cache
def panel(letter: str, scheme: str = "figure1") -> Response:
    """A panel by its own program's scheme and step, or by another scheme."""
    row = izhi.preset(f"2004/{letter}")
    with np.errstate(all="ignore"):
        return Response.of(run_preset(row, scheme=None if scheme == row.scheme else scheme))


def rerun(letter: str, stimulus: Stimulus | None = None, scheme: str = "accurate", **parameters: float) -> Response:
    """A panel's cell with another stimulus, or other parameters."""
    row = izhi.preset(f"2004/{letter}")
    cell = Cell.preset(row.name, **parameters)
    return Response.of(simulate(cell, stimulus or preset_stimulus(row), row.duration, scheme=scheme))


def changed(response: Response, **arrays: Any) -> Response:
    """The response with other arrays."""
    names = ("time", "voltage", "current", "spikes")
    return Response(**{name: arrays.get(name, getattr(response, name)) for name in names})
