"""What the best candidate of a running search does in one sweep, at little cost: for people who wait."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.engine.matching import match
from izhi.equations import model as named
from izhi.fitting import bounds as box
from izhi.fitting.clues import clues
from izhi.fitting.fit import DT
from izhi.fitting.problem import Problem
from izhi.fitting.space import SCALE
from izhi.fitting.target import split, targets
from izhi.sweeps import Sweeps


class Watch:
    """Spikes of candidates in the sweep with most spikes of those that are fitted.

    Parameters
    ----------
    sweeps, model, hold_out, free, bounds, fixed
        As `fit` takes them.

    Attributes
    ----------
    name : str
        Of the sweep.
    duration : float [ms]
    spikes : shape (n,) [ms]
        As recorded, by the clock of the search's trial.
    """

    def __init__(
        self,
        sweeps: Sweeps,
        model: str,
        hold_out: Any = None,
        free: Sequence[str] | None = None,
        bounds: Mapping[str, tuple[float, float]] | None = None,
        fixed: Mapping[str, float] | None = None,
    ):
        fitted, _ = split(sweeps, hold_out)
        seen = clues(fitted)
        most = int(np.argmax([t.size for t in fitted.spike_times()]))
        space = box.space(named(model), seen, free, bounds, fixed)
        self.problem = Problem(space, targets(fitted.select(most), DT, seen))
        self.name = fitted[most].name
        self.duration, self.spikes = self.problem.targets[0].offset, self.problem.targets[0].spikes

    def spikes_of(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """When a candidate spikes in that sweep, at most as often as there is room for [ms]."""
        problem, trial = self.problem, self.problem.targets[0].trial
        chosen, table = problem.space.model, problem.space.table(x[None])
        scale = 1 / table[-1] if SCALE in problem.space.symbols and chosen.current != "pA" else None
        own = np.ascontiguousarray(table[: len(chosen.symbols)])
        found = match(chosen, problem.scheme, own, problem.space.state(table), trial, problem.engine, scale)
        number = min(int(found.count[0]), found.spikes.shape[1])
        return (found.spikes[0, :number] + problem.scheme.lag) * trial.dt
