"""A network: populations, the projections between them, and the seed of all that is random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from izhi.errors import BadValue, UnknownName
from izhi.network.drives import checked_drive
from izhi.network.population import Population
from izhi.network.projection import Projection


@dataclass(frozen=True, eq=False)
class Network:
    """Populations and the projections between them.

    Parameters
    ----------
    populations : sequence of Population
        Their cells are numbered through, in this order.
    projections : sequence of Projection
    seed : int
        Of all that is drawn: parameters, connections, weights, delays, noise.
    drive : Background or sequence of Background
        Background input of all cells, sources aside, numbered through: with `RandomCells(20, 1)` one cell of the whole
        network gets the current in each step.

    Raises
    ------
    BadValue, UnknownName
        If names are not unique, or a projection names a population that is not there.

    Examples
    --------
    >>> from izhi import AllToAll, GaussianNoise, Network, Population, Projection
    >>> cells = Population("E", 10, "2003/RS", {"c": "-65 + 15 r^2"}, drive=GaussianNoise(5.0))
    >>> Network([cells], [Projection("E", "E", AllToAll(), weight=0.5)], seed=1).cells
    10
    """

    populations: Any
    projections: Any = ()
    seed: int = 0
    drive: Any = ()

    def __post_init__(self) -> None:
        for part, kind in (("populations", Population), ("projections", Projection)):
            given = getattr(self, part)
            each = tuple(given) if isinstance(given, Sequence) else (given,)
            if not all(isinstance(x, kind) for x in each):
                raise BadValue(f"Network.{part}", given, f"a sequence of {kind.__name__} would do")
            names = [x.name for x in each]
            twice = next((n for n in names if names.count(n) > 1), None)
            if twice is not None:
                raise BadValue(f"Network.{part}", twice, "names that are given once would do")
            object.__setattr__(self, part, each)
        object.__setattr__(self, "drive", checked_drive(self.drive, "Network.drive"))
        known = [p.name for p in self.populations]
        for projection in self.projections:
            for name in (*projection.source, *projection.target):
                if name not in known:
                    raise UnknownName(projection.name, name, known)
        if isinstance(self.seed, bool) or not isinstance(self.seed, int | np.integer) or not 0 <= self.seed < 2**63:
            raise BadValue("Network.seed", self.seed, "a whole number from 0 would do")

    @property
    def cells(self) -> int:
        """How many cells there are, sources of spikes included."""
        return sum(p.count for p in self.populations)

    def population(self, name: str) -> Population:
        """The population of that name."""
        for each in self.populations:
            if each.name == name:
                return each
        raise UnknownName("population", name, [p.name for p in self.populations])

    def first(self, name: str) -> int:
        """The number of the first cell of a population."""
        names = [p.name for p in self.populations]
        return sum(p.count for p in self.populations[: names.index(self.population(name).name)])
