"""A fit as a search sees it: a box of candidates, and how far each is from the targets."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from izhi.engine.matching import TOGETHER, force, match
from izhi.errors import BadValue, UnknownName
from izhi.fitting import measures
from izhi.fitting.distances import DISTANCES
from izhi.fitting.space import SCALE, Space
from izhi.fitting.target import Target
from izhi.schemes.heun import HEUN
from izhi.schemes.scheme import GridScheme

# What is measured of each sweep, in the order of the rows of `Problem.terms`, with the weight it has by default.
WEIGHTS = {
    **{"count": 1.0, "latency": 1.0, "timing": 1.0, "coincidence": 0.25},
    **dict.fromkeys(DISTANCES, 0.0),
    "voltage": 1.0,
}
TERMS = tuple(WEIGHTS)
# An error so large costs as much as another's unit: spikes [parts of those expected, and of the most that any sweep
# has], latency [ms, and parts of it], timing [intervals], coincidence [1 - Gamma], voltage [mV], and a distance of
# trains.
COUNT, OF_MOST, LATENCY, OF_LATENCY, TIMING, COINCIDENCE, VOLTAGE = 0.1, 0.05, 3.0, 0.1, 0.2, 0.5, 3.0
DISTANCE = 0.2
# A latency further off than this says no more than that the spike is another: cells spike of themselves as well [ms].
ANOTHER = 60.0
# Spikes coincide if they are so close [ms].
WINDOW = 4.0
SINGLE = np.dtype(np.float32)
# Loss of a candidate that leaves the range of numbers.
LOST = 1e9


@dataclass(frozen=True, eq=False)
class Problem:
    """Candidates against targets.

    Attributes
    ----------
    space : Space
    targets : tuple of Target
    weights : dict of str to float
        What each term of the loss counts; those left out count nothing.
    scheme : GridScheme
        With which candidates are advanced: one that takes the same step for all.
    threads : int
    forced : bool
        Whether candidates are made to spike when the target does; timing then is how early or late their own spikes
        would have been, and nothing else is measured but voltages.
    """

    space: Space
    targets: tuple[Target, ...]
    weights: Mapping[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    scheme: GridScheme = HEUN
    threads: int = 1
    forced: bool = False

    def __post_init__(self) -> None:
        for name, weight in self.weights.items():
            if name not in WEIGHTS:
                raise UnknownName("weights", name, WEIGHTS)
            if not (np.isfinite(weight) and weight >= 0):
                raise BadValue(f"weights: {name}", weight, "0 or more would do")
        if not any(self.weights.values()):
            raise BadValue("weights", dict(self.weights), "at least one above 0 would do")

    @property
    def engine(self) -> ModuleType:
        return importlib.import_module("izhi.engine.cpu")

    @cached_property
    def seconds(self) -> float:
        """How much model time one candidate takes [s]."""
        return sum(t.offset for t in self.targets) / 1e3

    @property
    def distances(self) -> tuple[str, ...]:
        """Those that count."""
        return tuple(name for name in DISTANCES if self.weights.get(name))

    def terms(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is measured of candidates.

        Parameters
        ----------
        x : shape (n, free)
            Where in the box.

        Returns
        -------
        shape (terms, targets, n)
            As in `TERMS`: spikes too many or too few, latency [ms], timing [intervals], 1 - Gamma, distances where
            they count, voltage [mV].
        """
        table = self.space.table(x)
        n = table.shape[1]
        found = np.empty((len(TERMS), len(self.targets), n))
        parts = [slice(k, min(k + TOGETHER, n)) for k in range(0, n, TOGETHER)]
        longest = sorted(range(len(self.targets)), key=lambda s: -self.targets[s].offset)
        tasks = [(s, part) for s in longest for part in parts]
        # Kernels are made here, in one thread, and found again by the tasks.
        judge = self.engine.plain(measures.judge)
        self.engine.grid("force_cells" if self.forced else "match_cells", self.space.model, self.scheme, SINGLE)

        def task(job: tuple[int, slice]) -> None:
            s, part = job
            found[:, s, part] = self._measured(self.targets[s], table[:, part], judge)

        perform(task, tasks, self.threads)
        return found

    def _measured(self, target: Target, table: NDArray[np.float64], judge: Callable) -> NDArray[np.float64]:
        model, scheme = self.space.model, self.scheme
        scale = 1 / table[-1] if SCALE in self.space.symbols and model.current != "pA" else None
        own = np.ascontiguousarray(table[: len(model.symbols)])
        terms = np.zeros((len(TERMS), table.shape[1]))
        if self.forced:
            error, late = force(
                model, scheme, own, self.space.state(table), target.trial, target.forced, self.engine, scale
            )
            terms[2], terms[-1] = late / target.interval / (target.spikes.size + 1), np.sqrt(error)
            return terms
        found = match(model, scheme, own, self.space.state(table), target.trial, self.engine, scale)
        measure(found.spikes, found.count, scheme.lag, target, judge, self.distances, terms)
        terms[-1] = np.sqrt(found.error)
        return terms

    def costs(self, terms: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each term of each target costs: shape (terms, targets, n)."""
        spikes = np.array([t.within for t in self.targets], dtype=np.float64)
        unit = np.empty((len(TERMS), len(self.targets), 1))
        unit[0, :, 0] = np.maximum(np.maximum(COUNT * spikes, OF_MOST * spikes.max(initial=0.0)), 1.0)
        unit[1, :, 0] = [max(LATENCY, OF_LATENCY * t.latency) for t in self.targets]
        unit[2:, :, 0] = np.array([TIMING, COINCIDENCE, *(DISTANCE for _ in DISTANCES), VOLTAGE])[:, None]
        size = terms / unit
        size[1] = np.minimum(size[1], ANOTHER / LATENCY)
        with np.errstate(invalid="ignore", over="ignore"):
            cost = np.sqrt(1.0 + size * size) - 1.0
        weight = np.array([self.weights.get(name, 0.0) for name in TERMS])
        return weight[:, None, None] * np.where(np.isfinite(cost), cost, LOST)

    def loss(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """How bad candidates are, mean over the targets: shape (n,)."""
        return self.costs(self.terms(x)).sum(axis=0).mean(axis=0)


def perform(task: Callable, jobs: Sequence, threads: int) -> None:
    """Do all jobs, so many at once."""
    if threads == 1 or len(jobs) < 2:
        for job in jobs:
            task(job)
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(task, jobs))


def measure(
    spikes: NDArray[np.float64],
    count: NDArray[np.int64],
    lag: int,
    target: Target,
    judge: Callable,
    distances: Sequence[str],
    terms: NDArray[np.float64],
) -> None:
    """Fill the rows of `terms` that are about spikes, of which `spikes` holds the steps, and then the times."""
    dt, onset, until, offset = target.trial.dt, target.onset, target.until, target.offset
    judge(spikes, count, lag, dt, target.spikes, onset, until, offset, target.first, WINDOW, terms)
    for name in distances:
        row, distance = terms[TERMS.index(name)], DISTANCES[name]
        for i, number in enumerate(np.minimum(count, spikes.shape[1]).tolist()):
            row[i] = distance(spikes[i, :number], target.spikes, onset, offset)
