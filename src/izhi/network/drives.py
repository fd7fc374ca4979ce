"""What drives a population beside its synapses: noise of its own, the same for any number of threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from izhi.errors import BadValue
from izhi.network.synapses import CurrentPulse, Synapse, number


class Background:
    """A background input, drawn for each cell and step."""


@dataclass(frozen=True)
class GaussianNoise(Background):
    """In each step each cell gets a current `mean + std * normal`: the thalamic input of 2003 has std 5 and 2."""

    std: float
    mean: float = 0.0

    def __post_init__(self) -> None:
        number(self, "std", self.std)
        number(self, "mean", self.mean)


@dataclass(frozen=True)
class UniformNoise(Background):
    """In each step each cell gets a current evenly between `low` and `high`: -6.5 and 6.5 in the program of 2007."""

    low: float
    high: float

    def __post_init__(self) -> None:
        number(self, "low", self.low)
        number(self, "high", self.high)


@dataclass(frozen=True)
class PoissonDrive(Background):
    """Each cell gets spikes of its own, as from one Poisson process of `rate` [Hz], over a synapse of that weight."""

    rate: float
    weight: float
    synapse: Synapse = CurrentPulse()  # noqa: RUF009  (frozen)

    def __post_init__(self) -> None:
        number(self, "rate", self.rate)
        number(self, "weight", self.weight)
        if self.rate < 0:
            raise BadValue("PoissonDrive.rate", self.rate, "0 Hz or more would do")
        if not isinstance(self.synapse, Synapse):
            raise BadValue("PoissonDrive.synapse", self.synapse, "a synapse, such as CurrentPulse(), would do")


@dataclass(frozen=True)
class RandomCells(Background):
    """In each step `cells` cells, drawn with replacement, get the current: one gets 20 in the program of 2006.

    The current is set and not added, so that a cell drawn twice gets it once.
    """

    current: float
    cells: int = 1

    def __post_init__(self) -> None:
        number(self, "current", self.current)
        if isinstance(self.cells, bool) or not isinstance(self.cells, int) or self.cells < 0:
            raise BadValue("RandomCells.cells", self.cells, "a whole number from 0 would do")


def checked_drive(given: Any, who: str) -> tuple[Background, ...]:
    """One or several backgrounds as a tuple."""
    drive = tuple(given) if isinstance(given, Sequence) else (given,)
    if not all(isinstance(each, Background) for each in drive):
        raise BadValue(who, given, "background input, such as GaussianNoise(5), would do")
    return drive
