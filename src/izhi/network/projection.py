"""Projections: the synapses from some populations to some others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from izhi.errors import BadValue
from izhi.network.learning import STDP
from izhi.network.synapses import CurrentPulse, ShortTerm, Synapse
from izhi.wiring import AllToAll, Distribution, Matrix, Pairs, Rule, distributed

LONGEST_DELAY = 10_000.0


@dataclass(frozen=True, eq=False)
class Projection:
    """Synapses from the cells of some populations to those of others.

    Parameters
    ----------
    source, target : str, or sequence of str
        Names of populations; several count as one, in that order.
    rule : Rule
        Who is connected to whom, such as `FixedIndegree(100)`.
    weight : number, array, distribution or formula
        In the unit that the synapse is added to. An array has one value for each synapse, and goes with `Pairs`.
    delay : number, array, distribution or formula
        [ms] Rounded to whole steps, at least one.
    synapse : Synapse
        What an arriving spike does: `CurrentPulse()`, `Delta()`, `ExponentialCurrent(5)`, `Conductance("AMPA")`.
    short_term : ShortTerm, optional
        `Depression(p, tau)` of 2008, or `Markram(U, tau_rec, tau_facil)`.
    plasticity : STDP, optional
    autapses : bool
        Whether a cell may be connected to itself.
    multapses : bool
        Whether two cells may be connected more than once by a rule that draws.
    name : str
        By default "source->target".
    """

    source: Any
    target: Any
    rule: Rule = AllToAll()  # noqa: RUF009  (frozen)
    weight: Any = 1.0
    delay: Any = 1.0
    synapse: Synapse = CurrentPulse()  # noqa: RUF009
    short_term: ShortTerm | None = None
    plasticity: STDP | None = None
    autapses: bool = False
    multapses: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        for end in ("source", "target"):
            given = getattr(self, end)
            names = (given,) if isinstance(given, str) else tuple(given) if isinstance(given, Sequence) else ()
            if not names or not all(isinstance(n, str) for n in names) or len(set(names)) < len(names):
                raise BadValue(f"Projection.{end}", given, "the name of a population, or several, would do")
            object.__setattr__(self, end, names)
        if not self.name:
            object.__setattr__(self, "name", f"{'+'.join(self.source)}->{'+'.join(self.target)}")
        for part, kind, wanted in (
            ("rule", Rule, "a rule, such as FixedIndegree(100)"),
            ("synapse", Synapse, "a synapse, such as CurrentPulse()"),
            ("short_term", ShortTerm | None, "Depression(p, tau) or Markram(U, tau_rec)"),
            ("plasticity", STDP | None, "STDP(...)"),
        ):
            if not isinstance(getattr(self, part), kind):
                raise BadValue(f"{self.name}.{part}", getattr(self, part), f"{wanted} would do")
        if self.short_term is not None and self.plasticity is not None:
            raise BadValue(f"{self.name}", "both", "short-term or long-term plasticity would do")
        self._check_values()

    def _check_values(self) -> None:
        if isinstance(self.rule, Matrix) and not (np.ndim(self.weight) == 0 and self.weight == 1.0):
            raise BadValue(f"{self.name}.weight", self.weight, "the matrix gives the weights")
        for part in ("weight", "delay"):
            value = distributed(getattr(self, part), f"{self.name}.{part}")
            if isinstance(value, np.ndarray) and value.ndim and not isinstance(self.rule, Pairs | Matrix):
                raise BadValue(f"{self.name}.{part}", "an array", "with Pairs or Matrix, whose order it can have")
            object.__setattr__(self, part, value)
        delay = self.delay
        if (
            not isinstance(delay, Distribution)
            and delay.size
            and not (0 <= delay.min() <= delay.max() <= LONGEST_DELAY)
        ):
            raise BadValue(f"{self.name}.delay", delay.tolist(), f"0 to {LONGEST_DELAY:g} ms would do")
