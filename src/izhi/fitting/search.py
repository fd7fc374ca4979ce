"""The search: candidates all over the box, and CMA-ES from the best of them, each start by itself.

A start draws its numbers from a generator of its own, so that a search gives the same answer on any number of threads
and machines. All losses that were computed are kept in a journal; a search that was interrupted runs through the same
generations again and looks up what it knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.fitting.problem import Problem

# Candidates drawn from all over the box, and how far apart the starts chosen from them are, as a part of the box's
# diagonal.
DRAWN = 4096
APART = 0.15
# Width of a start's first generation, in parts of the box.
WIDTH = 0.15
# The width with which a start goes on in the second round.
NARROW = 0.05
# Near how many ends of the forced round the first begins, how many candidates are tried near each, and how near.
TRAILS, NEARBY, NEAR = 4, 512, 0.02
# A start has converged if in so many generations its best loss fell by less than this part.
PATIENCE, GAIN = 15, 1e-3


@dataclass(frozen=True)
class Effort:
    """How much is tried.

    Attributes
    ----------
    forced_starts, starts : int
        Of the round in which candidates are made to spike, and of the first after it.
    kept : int
        How many of them go on to the second.
    population : int
        Candidates in each generation; half of it while they are made to spike.
    forced, first, second : int
        Generations at most in the three rounds.
    """

    forced_starts: int = 10
    starts: int = 28
    kept: int = 4
    population: int = 256
    forced: int = 80
    first: int = 25
    second: int = 100


# What is tried of recordings that take long.
BRIEF = Effort(forced_starts=8, starts=18, kept=3, population=128, forced=60, first=20, second=100)


@dataclass(frozen=True, eq=False)
class Start:
    """Where CMA-ES begins.

    Attributes
    ----------
    key : str
        Which it is; together with the seed it makes the random numbers.
    x : shape (free,)
    width : float
    generations : int
        At most.
    """

    key: str
    x: NDArray[np.float64]
    width: float
    generations: int


@dataclass(eq=False)
class Trail:
    """What a start has found.

    Attributes
    ----------
    key : str
    x : shape (free,)
        Its best candidate.
    loss : float
    losses : list of arrays, each of shape (population,)
        All that were computed, generation after generation.
    valley : shape (free, free), or None before it has ended
        The covariance of its last generation, but for a factor.
    """

    key: str
    x: NDArray[np.float64]
    loss: float
    losses: list[NDArray[np.float64]] = field(default_factory=list)
    valley: NDArray[np.float64] | None = None


Report = Callable[[str, int, float, NDArray[np.float64]], None]
Keep = Callable[[str, list[NDArray[np.float64]]], None]


def draw(
    problem: Problem, seed: int, starts: int, name: str = "first", given: Sequence[NDArray[np.float64]] = ()
) -> list[Start]:
    """The best candidates from all over the box that are not close to each other, behind those that are given."""
    random = np.random.default_rng([seed, 0])
    x = random.random((DRAWN, len(problem.space.free)))
    loss = problem.loss(x)
    chosen = [*given, *_apart(x, loss, starts - len(given), range(x.shape[1]))]
    widths = [NARROW] * len(given) + [WIDTH] * (len(chosen) - len(given))
    return [Start(f"{name}-{k}", each, width, 0) for k, (each, width) in enumerate(zip(chosen, widths, strict=True))]


def descend(
    problem: Problem,
    start: Start,
    seed: int,
    population: int,
    known: Sequence[NDArray[np.float64]] = (),
    report: Report | None = None,
    keep: Keep | None = None,
) -> Trail:
    """CMA-ES from one start until it has converged.

    Parameters
    ----------
    problem : Problem
        The box and the targets.
    start : Start
        Where it begins.
    seed : int
        With the start's key, of its random numbers.
    population : int
        Candidates in each generation.
    known : sequence of arrays
        Losses of its first generations, from an earlier run.
    report : callable, optional
        Called with the start's key, the generation, the best loss and the best candidate after each.
    keep : callable, optional
        Called with the start's key and all losses so far after each generation.
    """
    random = np.random.default_rng([seed, *start.key.encode()])
    strategy = evolution(start.x, start.width, population, random)
    trail = Trail(start.key, start.x, np.inf)
    best: list[float] = []
    while len(best) < start.generations and not _settled(best):
        x = np.array(strategy.ask())
        g = len(trail.losses)
        loss = known[g] if g < len(known) else problem.loss(x)
        strategy.tell(list(x), loss.tolist())
        trail.losses.append(loss)
        if loss.min() < trail.loss:
            trail.x, trail.loss = x[loss.argmin()], float(loss.min())
        best.append(trail.loss)
        if keep is not None and g >= len(known):
            keep(start.key, trail.losses)
        if report is not None:
            report(start.key, g + 1, trail.loss, trail.x)
    trail.valley = np.array(strategy.C)
    return trail


def evolution(
    x: NDArray[np.float64], width: float, population: int, random: np.random.Generator, **options: Any
) -> Any:
    """CMA-ES of the library of that name, with random numbers of ours."""
    import cma

    own = {
        "popsize": population, "verbose": -9, "seed": np.nan, "CMA_mu": population // 4,
        "randn": lambda *shape: random.standard_normal(shape),
    }  # fmt: skip
    return cma.CMAEvolutionStrategy(x, width, own | options)


def _settled(best: Sequence[float]) -> bool:
    return len(best) > PATIENCE and best[-1] > best[-1 - PATIENCE] * (1 - GAIN)


@dataclass(frozen=True, eq=False)
class Way:
    """How starts are run, and what is known of earlier runs.

    Attributes
    ----------
    seed : int
    effort : Effort
    known : dict of str to list of arrays
        The journal of an earlier run.
    report, keep : callable, optional
        See `descend`.
    executor : concurrent.futures.Executor, optional
        Where starts are run, as many at once as it has workers; by default here, one after another.
    """

    seed: int = 0
    effort: Effort = field(default_factory=Effort)
    known: Mapping[str, list[NDArray[np.float64]]] = field(default_factory=dict)
    report: Report | None = None
    keep: Keep | None = None
    executor: Executor | None = None

    def run(self, problem: Problem, starts: Sequence[Start], population: int) -> list[Trail]:
        """All starts, those with the lowest loss first."""
        known = [self.known.get(s.key, ()) for s in starts]
        if self.executor is None:
            found = [
                descend(problem, s, self.seed, population, k, self.report, self.keep)
                for s, k in zip(starts, known, strict=True)
            ]
        else:
            waiting = [
                self.executor.submit(descend, problem, s, self.seed, population, k)
                for s, k in zip(starts, known, strict=True)
            ]
            found = [self._arrived(each.result()) for each in waiting]
        return sorted(found, key=lambda trail: trail.loss)

    def _arrived(self, trail: Trail) -> Trail:
        if self.keep is not None:
            self.keep(trail.key, trail.losses)
        if self.report is not None:
            self.report(trail.key, len(trail.losses), trail.loss, trail.x)
        return trail


def forced_round(problem: Problem, way: Way) -> list[Trail]:
    """Starts from all over the box, in a problem where candidates are made to spike when their targets do."""
    effort = way.effort
    starts = draw(problem, way.seed, effort.forced_starts, "forced")
    return way.run(problem, [Start(s.key, s.x, s.width, effort.forced) for s in starts], effort.population // 2)


def around(
    problem: Problem, seed: int, trails: Sequence[Trail], unseen: Sequence[str], number: int
) -> list[NDArray[np.float64]]:
    """Candidates near the ends of trails that differ in what these could not see.

    Parameters
    ----------
    problem : Problem
        The box and the targets.
    seed : int
        Of the random numbers.
    trails : sequence of Trail
        The best first.
    unseen : sequence of str
        Parameters that are drawn from all over the box.
    number : int
        How many candidates: shared by the trails, and of each the best that are not close to each other.
    """
    columns = [k for k, free in enumerate(problem.space.free) if free.symbol in unseen]
    random = np.random.default_rng([seed, 1])
    found = []
    for k, trail in enumerate(trails[: min(number, TRAILS)]):
        share = (number + TRAILS - 1 - k) // TRAILS
        x = trail.x + NEAR * random.standard_normal((NEARBY, trail.x.size))
        x[:, columns] = random.random((NEARBY, len(columns)))
        found += _apart(x, problem.loss(x), share, columns)
    return found


def _apart(
    x: NDArray[np.float64], loss: NDArray[np.float64], number: int, columns: Sequence[int], apart: float = APART
) -> list[NDArray[np.float64]]:
    """The best candidates that are not close to each other in some columns."""
    chosen: list[NDArray[np.float64]] = []
    distance = apart * np.sqrt(max(len(columns), 1))
    for k in np.argsort(loss, kind="stable"):
        if len(chosen) >= number:
            break
        if all(np.linalg.norm((x[k] - other)[columns]) > distance for other in chosen):
            chosen.append(x[k])
    return chosen


def first_round(problem: Problem, way: Way, given: Sequence[NDArray[np.float64]] = ()) -> list[Trail]:
    """Starts from all over the box, and from some that are given, which are not left far behind."""
    effort = way.effort
    starts = draw(problem, way.seed, effort.starts, "first", given)
    return way.run(problem, [Start(s.key, s.x, s.width, effort.first) for s in starts], effort.population)


def second_round(problem: Problem, way: Way, first: Sequence[Trail]) -> list[Trail]:
    """The best of the first round once more, until they have converged."""
    again = [Start(f"{t.key}-again", t.x, NARROW, way.effort.second) for t in first[: way.effort.kept]]
    return way.run(problem, again, way.effort.population)
