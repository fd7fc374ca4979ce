"""Current-clamp recordings in, as sweeps with the currents that were injected."""

from izhi.sweeps.read import read_sweeps
from izhi.sweeps.spikes import SPIKE_HEIGHT, SPIKE_SLOPE, SPIKE_THRESHOLD, spike_times
from izhi.sweeps.steps import InjectedStep
from izhi.sweeps.sweeps import Sweep, Sweeps

__all__ = [
    "SPIKE_HEIGHT", "SPIKE_SLOPE", "SPIKE_THRESHOLD", "InjectedStep", "Sweep", "Sweeps", "read_sweeps", "spike_times",
]  # fmt: skip
