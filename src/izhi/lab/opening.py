"""With what the laboratory begins: a cell in the address of its page."""

from __future__ import annotations

import base64
import json
from typing import Any

from izhi.cell import Cell
from izhi.lab.book import OFFERED
from izhi.lab.widget import experiment
from izhi.presets import Preset, presets


def opened(row: Preset) -> dict[str, Any]:
    """What the page needs to begin with a published cell, or with one of a file: its model, numbers and stimulus."""
    if row.name in presets():
        return {"preset": row.name}
    shown = {"stimulus": list(row.stimulus), "duration": row.duration, "dt": row.dt}
    scheme = {"scheme": row.scheme} if row.scheme in OFFERED else {}
    return {**experiment(Cell.preset(row.name)), **shown, **scheme}


def fragment_of(row: Preset) -> str:
    """The same as a short text that addresses can hold, as the page writes it: base64 of JSON."""
    text = json.dumps(opened(row), allow_nan=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
