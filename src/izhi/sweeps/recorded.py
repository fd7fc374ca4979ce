"""Sweeps from what izhi itself has run."""

from __future__ import annotations

import numpy as np

from izhi.recording import Recording
from izhi.sweeps.channels import Collection, problem, step_of
from izhi.sweeps.sweeps import Sweeps


def from_recording(recording: Recording, source: object = "Recording", skip_bad: bool = False) -> Sweeps:
    """A sweep for each recorded cell, with the spike times of the run.

    Raises
    ------
    FileProblem
        If only spikes were recorded, or the current is not in pA, as in the models of 2003.
    """
    about = recording.provenance
    unit = about["units"]["current"]
    if unit != "pA":
        raise problem(source, f"its current is in {unit}; that of a 2007 model, in pA, would do")
    if not recording.cells.size:
        raise problem(source, "only its spikes were recorded; samples of v would do")
    dt, first = step_of(recording.time, source, None), float(recording.time[0])
    found = Collection(source, skip_bad)
    protocol = str(about.get("preset") or about["model"])
    rows = zip(
        recording.cells.tolist(), np.atleast_2d(recording.voltage), np.atleast_2d(recording.current), strict=True
    )
    for cell, voltage, current in rows:
        spikes = recording.spike_time[recording.spike_cell == cell] - first
        more = {"start": first, "protocol": protocol, "known_spikes": spikes}
        found.add(str(cell), dt, voltage, current, ("v", "I"), measured=False, **more)
    return found.done({"format": "izhi recording", "protocol": protocol})
