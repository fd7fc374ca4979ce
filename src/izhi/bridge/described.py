"""What a recording is beside its samples and spikes, as one line of JSON that other formats carry along."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from izhi.errors import BadValue
from izhi.network_recording import NetworkRecording, Part
from izhi.recording import Recording

FORMAT, NETWORK_FORMAT = "izhi recording", "izhi network recording"


def description(recording: Recording | NetworkRecording) -> str:
    """Parameters and provenance of a recording, and how its cells are counted, as JSON."""
    about: dict[str, Any]
    if isinstance(recording, NetworkRecording):
        about = {
            "format": NETWORK_FORMAT, "populations": recording.populations, "start": recording.start,
            "stop": recording.stop, "provenance": dict(recording.provenance),
        }  # fmt: skip
    else:
        parameters = {symbol: np.asarray(value).tolist() for symbol, value in recording.parameters.items()}
        about = {
            "format": FORMAT, "count": recording.count, "single": recording.single, "parameters": parameters,
            "provenance": recording.provenance,
        }  # fmt: skip
    return json.dumps(about)


def described(text: str, who: str) -> Mapping[str, Any]:
    """What `description` wrote.

    Raises
    ------
    BadValue
        If it is something else.
    """
    try:
        about = json.loads(text)
        if about["format"] not in (FORMAT, NETWORK_FORMAT):
            raise KeyError("format")
    except (ValueError, TypeError, KeyError):
        raise BadValue(who, text, "what izhi wrote would do") from None
    return about


def parts_of(about: Mapping[str, Any]) -> tuple[Part, ...]:
    """The populations of a network's description."""
    return tuple(Part(str(name), int(first), int(count)) for name, first, count in about["populations"])


def population_of(recording: NetworkRecording, cell: int) -> Part:
    """The population that a cell, counted through all, is of."""
    return next(part for part in recording.populations if part.first <= cell < part.first + part.count)


def trains(recording: Recording | NetworkRecording) -> list[np.ndarray]:
    """The spike times of each cell [ms]."""
    order = np.argsort(recording.spike_cell, kind="stable")
    edges = np.searchsorted(recording.spike_cell[order], np.arange(1, recording.count))
    return np.split(recording.spike_time[order], edges) if recording.count else []


def spikes_in_order(times: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Times and cells of all spikes by time, and by cell where they are at once."""
    cell = np.repeat(np.arange(len(times)), [t.size for t in times])
    time = np.concatenate(times) if times else np.zeros(0)
    order = np.lexsort((cell, time))
    return time[order], cell[order]
