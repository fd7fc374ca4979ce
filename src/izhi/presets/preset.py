"""What a preset is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Preset:
    """A published cell, or one of a file.

    Attributes
    ----------
    name : str
        Collection and key, such as "2007/RS", or file and key, such as "fit/cell.toml/cell".
    title : str
    model : str
        Name of the model.
    parameters, initial : dict
        Symbol to number, in the model's units.
    stimulus : tuple of dict
        The currents that show it, as an experiment file writes them.
    scheme : str
        The scheme of the program that published it.
    dt, duration : float [ms]
    source : str
    evidence : str
        "confirmed" by the author's code or two independent public sources, or "single source".
    program : dict or None
        How many `spikes` the published program gives and when the `first` is [ms], where there is such a program.
    notes : str
    """

    name: str
    title: str
    model: str
    parameters: dict[str, float]
    initial: dict[str, float]
    stimulus: tuple[dict[str, Any], ...]
    scheme: str
    dt: float
    duration: float
    source: str
    evidence: str
    program: dict[str, float] | None = None
    notes: str = ""
