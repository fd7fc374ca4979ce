"""What drives a cell: currents and synaptic events, as small frozen values that add up."""

from __future__ import annotations

from izhi.stimulus.currents import (
    Chirp,
    Constant,
    Current,
    Linear,
    Pulse,
    PulseTrain,
    Ramp,
    Sampled,
    Sine,
    Step,
    Steps,
    Stimuli,
    Stimulus,
    parts,
)
from izhi.stimulus.drive import Drive, drive
from izhi.stimulus.events import Events
from izhi.stimulus.noise import OrnsteinUhlenbeck
from izhi.stimulus.table import KINDS

__all__ = [
    "KINDS", "Chirp", "Constant", "Current", "Drive", "Events", "Linear", "OrnsteinUhlenbeck", "Pulse", "PulseTrain",
    "Ramp", "Sampled", "Sine", "Step", "Steps", "Stimuli", "Stimulus", "drive", "parts",
]  # fmt: skip
