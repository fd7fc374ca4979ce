"""Truth as data: what `tests/golden/` holds, and the current that goes with each panel."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

import izhi
from izhi.experiment import preset_stimulus

GOLDEN = Path(__file__).parent / "golden"


def read(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


PANELS = {panel["key"]: panel for panel in read("octave")["panels"]}
FIGURE1 = [key for key in PANELS if key.startswith("izhi2003")]
BOOK = [key for key in PANELS if key.startswith("izhi2007")]


def digest(samples: np.ndarray) -> str:
    """Of the bits, -0 taken as 0."""
    return hashlib.sha256((np.asarray(samples, dtype="<f8") + 0.0).tobytes()).hexdigest()


def stimulus(panel: dict[str, Any]) -> izhi.Stimulus:
    """The current of a panel: the preset's own, or constant, or held before it is released."""
    if "I" not in panel:
        return preset_stimulus(izhi.preset(panel["preset"]))
    if panel["hold"] is None:
        return izhi.Constant(panel["I"])
    return izhi.Steps([0.0, 120.0], [panel["hold"], panel["I"]])
