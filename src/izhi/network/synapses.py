"""What a spike does when it arrives, and how that changes with use.

A spike at time t that travels for a delay d acts from t + d on. The pulse of the published programs is current during
the step that ends at t + d, and a delta is added to v at the end of that step: with both, v has changed at t + d.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from izhi.equations import RECEPTORS
from izhi.errors import BadValue, UnknownName


class Synapse:
    """What the weight of a synapse is added to."""

    unit: ClassVar[str] = ""


@dataclass(frozen=True)
class CurrentPulse(Synapse):
    """The weight is current for one step: the synapse of the networks of 2003, 2006 and 2007."""


@dataclass(frozen=True)
class Delta(Synapse):
    """v jumps by the weight [mV]."""


@dataclass(frozen=True)
class ExponentialCurrent(Synapse):
    """A current that jumps by the weight and decays with time constant `tau` [ms]."""

    tau: float = 5.0

    def __post_init__(self) -> None:
        positive(self, "tau", self.tau)


@dataclass(frozen=True)
class Conductance(Synapse):
    """A conductance that jumps by the weight and decays; its time constant and reversal potential are the cell's.

    Parameters
    ----------
    receptor : {"AMPA", "NMDA", "GABA_A", "GABA_B", "opsin"}
    second : the same, optional
        A second receptor that the same spike opens, as those of 2008 open AMPA with NMDA, and GABA_A with GABA_B.
    share : float
        The jump of the second, as a factor of the weight.
    """

    receptor: str = "AMPA"
    second: str | None = None
    share: float = 1.0

    def __post_init__(self) -> None:
        for name in (self.receptor, *([self.second] if self.second is not None else [])):
            if name not in RECEPTORS:
                raise UnknownName("Conductance", name, RECEPTORS)
        number(self, "share", self.share)


class ShortTerm:
    """How the effect of a synapse depends on how lately it was used."""


@dataclass(frozen=True)
class Depression(ShortTerm):
    """The factor x of 2008: a spike sends x times the weight, then x becomes p x; x' = (1 - x) / tau.

    `p` below 1 depresses, above 1 facilitates. Source: Izhikevich & Edelman 2008, supporting information.
    """

    p: float
    tau: float

    def __post_init__(self) -> None:
        positive(self, "tau", self.tau)
        number(self, "p", self.p)
        if self.p < 0:
            raise BadValue("Depression.p", self.p, "a factor of 0 or more would do")


@dataclass(frozen=True)
class Markram(ShortTerm):
    """Depression and facilitation of Tsodyks and Markram.

    At a spike u becomes u + U (1 - u), u x times the weight is sent, and x becomes x - u x; between spikes
    x' = (1 - x) / tau_rec and u' = -u / tau_facil. Source: Tsodyks, Pawelzik & Markram 1998, Neural Comput. 10:821.
    """

    U: float
    tau_rec: float
    tau_facil: float = 0.0

    def __post_init__(self) -> None:
        positive(self, "tau_rec", self.tau_rec)
        number(self, "tau_facil", self.tau_facil)
        number(self, "U", self.U)
        if not 0 <= self.U <= 1 or self.tau_facil < 0:
            raise BadValue("Markram", vars(self), "U from 0 to 1 and tau_facil from 0 ms would do")


def number(who: object, name: str, value: object) -> None:
    """Refuse what is no finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < float("inf"):
        raise BadValue(f"{type(who).__name__}.{name}", value, "a finite number would do")


def positive(who: object, name: str, value: object) -> None:
    """Refuse what is no finite number above 0."""
    number(who, name, value)
    if not value > 0:  # type: ignore[operator]
        raise BadValue(f"{type(who).__name__}.{name}", value, "a number above 0 would do")
