"""Synaptic events by receptor: each adds its weight to a conductance that then decays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from izhi.equations import RECEPTORS
from izhi.errors import BadValue, UnknownName
from izhi.stimulus.currents import Stimulus
from izhi.stimulus.terms import checked


@dataclass(frozen=True, eq=False)
class Events(Stimulus):
    """Events on one receptor.

    Parameters
    ----------
    receptor : str
        AMPA, NMDA, GABA_A, GABA_B or opsin.
    t : shape (n,) [ms]
        When. A scheme on a grid lets an event act from its first step that begins at or after t.
    weight : float, shape (n,), or shape (cells, n) [nS; 1/ms for the 2003 models]
        What each adds to the conductance.
    """

    kind: ClassVar[str] = "events"
    receptor: str
    t: Any
    weight: Any

    def __post_init__(self) -> None:
        if self.receptor not in RECEPTORS:
            raise UnknownName("Events.receptor", self.receptor, RECEPTORS)
        t = checked(self.t, "Events.t", "times in ms would do")
        weight = checked(self.weight, "Events.weight", "a finite weight, or one for each event, would do", dimensions=2)
        if t.ndim != 1 or (t < 0).any():
            raise BadValue("Events.t", self.t, "times from 0 ms on would do")
        if weight.ndim and weight.shape[-1] != t.size:
            raise BadValue("Events.weight", self.weight, f"one weight, or {t.size}, one for each event, would do")
