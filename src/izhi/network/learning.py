"""How synapses learn: traces of spikes, what they do to a weight or to its tag, and when the tag becomes weight.

Delays are axonal: a spike travels first, and what counts for a synapse is when it arrives there. A spike of the cell
at the very time of an arrival comes after it: it potentiates, in full. A pulse or a jump of v acts within the step that
ends at the arrival, as in the programs of 2006 and 2007, and is depressed by the cell's trace at that step's beginning;
an exponential current or a conductance acts from the arrival on, and by the trace at that time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from izhi.errors import BadValue, UnknownName
from izhi.network.synapses import number, positive


@dataclass(frozen=True)
class Consolidation:
    """What a tag gathers becomes weight every `period`: w = clip(w + growth + gain tag), and tag = keep tag.

    Parameters
    ----------
    period : float
        [ms] 1000 in the programs of 2006, 10 in that of 2007.
    keep : float
        What remains of the tag: 0.9 in 2006, 0.99 in 2007.
    growth : float
        What is added to every weight each time, active or not: 0.01 in 2006.
    decay_first : bool
        Whether the tag decays before it is added. The programs spnet.m and spnet.cpp add first; poly_spnet.cpp, by
        the same author, decays first.
    """

    period: float = 1000.0
    keep: float = 0.9
    growth: float = 0.01
    decay_first: bool = False

    def __post_init__(self) -> None:
        positive(self, "period", self.period)
        number(self, "keep", self.keep)
        number(self, "growth", self.growth)


@dataclass(frozen=True)
class Dopamine:
    """The gain of the consolidation is `tonic` plus the dopamine that rewards release, which decays with `tau` [ms].

    In the program of 2007 it is multiplied by 0.995 in each ms; that is `keep`, which takes the place of exp(-dt/tau).
    """

    tonic: float = 0.002
    tau: float = 200.0
    keep: float | None = None

    def __post_init__(self) -> None:
        number(self, "tonic", self.tonic)
        positive(self, "tau", self.tau)
        if self.keep is not None:
            number(self, "keep", self.keep)


@dataclass(frozen=True)
class STDP:
    """Spike-timing-dependent plasticity, additive.

    Each arrival leaves a trace that decays with `tau_plus`; at a spike of the cell its value is added. Each spike of
    the cell leaves a trace that decays with `tau_minus`; at an arrival its value is taken away.

    Parameters
    ----------
    potentiation, depression : float
        How high a spike sets (or raises) the two traces, in the unit of the weight.
    tau_plus, tau_minus : float
        [ms]
    pairing : {"nearest", "all"}
        A spike sets the trace, so that only the nearest counts, or is added to it, so that all do.
    lowest, highest : float
        Bounds of the weight.
    keep : float, optional
        What remains of the traces after a step, in place of exp(-dt / tau): 0.95 in the programs of 2006 and 2007.
    consolidation : Consolidation, optional
        The traces change a tag, which becomes weight every so often. By default they change the weight at once.
    dopamine : Dopamine, optional
        The tag becomes weight in proportion to dopamine.
    """

    potentiation: float = 0.1
    depression: float = 0.12
    tau_plus: float = 20.0
    tau_minus: float = 20.0
    pairing: Literal["nearest", "all"] = "nearest"
    lowest: float = 0.0
    highest: float = 10.0
    keep: float | None = None
    consolidation: Consolidation | None = None
    dopamine: Dopamine | None = None

    def __post_init__(self) -> None:
        for name in ("potentiation", "depression", "lowest", "highest"):
            number(self, name, getattr(self, name))
        for name in ("tau_plus", "tau_minus"):
            positive(self, name, getattr(self, name))
        if self.pairing not in ("nearest", "all"):
            raise UnknownName("STDP.pairing", self.pairing, ("nearest", "all"))
        if self.lowest > self.highest:
            raise BadValue("STDP", (self.lowest, self.highest), "lowest <= highest would do")
        if self.dopamine is not None and self.consolidation is None:
            raise BadValue("STDP.dopamine", self.dopamine, "with a consolidation, such as Consolidation(10, 0.99, 0)")
