"""How sure the parameters of a fit are, and what the data leave open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from izhi.fitting.problem import Problem
from izhi.fitting.refine import EDGE, Errors, squares
from izhi.fitting.space import inside

# Replicates of the bootstrap over sweeps.
REPLICATES = 400
# Candidates that are drawn around the best, and how far along the valley, as powers of ten of the box.
AROUND, NEAR_AND_FAR = 4096, (-3.0, -0.3)
# A loss that is higher by less than this part is the same.
ALIKE = 0.02
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spread:
    """How sure parameters are.

    Attributes
    ----------
    symbols : tuple of str
    low, high : shape (free,)
        The middle 68 % of the bootstrap over sweeps, in the units of the model; of a model that does not come close,
        the range of candidates that the sweeps do not tell from the best.
    determined : tuple of bool
        Whether that is narrow: within 10 % of the parameter, or of a voltage within 2 mV.
    directions : tuple of (size, dict of str to float)
        Combinations of parameters along which the data say least, the least first: by how many parts of the box one
        can go until what is left grows by as much as one error in each sweep, and the direction, the largest part 1.
    """

    symbols: tuple[str, ...]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    determined: tuple[bool, ...]
    directions: tuple[tuple[float, dict[str, float]], ...]


def spread(problem: Problem, x: NDArray[np.float64], errors: Errors, seed: int) -> Spread:
    """Bootstrap over sweeps: with each draw of as many sweeps, a step of Gauss and Newton from the candidate.

    The step's median is taken away, since the candidate need not be that of least squares. With a single sweep, the
    spread is that of independent errors.
    """
    here = squares(problem, np.clip(inside(x), EDGE, 1 - EDGE), errors)
    damp = [1.0 / np.sqrt(1.0 + r * r) for r in here.residuals]
    normal = np.array([j.T @ (w[:, None] * j) for j, w in zip(here.jacobian, damp, strict=True)])
    pull = np.array([j.T @ (w * r) for j, w, r in zip(here.jacobian, damp, here.residuals, strict=True)])
    ridge = np.eye(x.size)  # of one error over the whole box: what the data leave open is open within it
    random = np.random.default_rng([seed, 3])
    number = len(normal)
    if number > 1:
        draws = random.multinomial(number, np.full(number, 1 / number), size=REPLICATES)
        steps = np.array([-np.linalg.solve(np.tensordot(d, normal, 1) + ridge, d @ pull) for d in draws])
        steps -= np.median(steps, axis=0)
        # what no sweep says anything of moves in none of them: each residual has an error of its own as well
        steps += random.multivariate_normal(np.zeros(x.size), np.linalg.inv(normal.sum(axis=0) + ridge), REPLICATES)
    else:
        left = sum(float((w * r * r).sum()) for w, r in zip(damp, here.residuals, strict=True))
        variance = left / max(1, sum(r.size for r in here.residuals) - x.size)
        covariance = variance * np.linalg.inv(normal.sum(axis=0) + variance * ridge)
        steps = random.multivariate_normal(np.zeros(x.size), covariance, size=REPLICATES)
    values = problem.space.table(np.clip(here.x + steps, 0.0, 1.0))[_rows(problem)]
    low, high = np.percentile(values, [16, 84], axis=1)
    return _spread(problem, here.x, low, high, normal.sum(axis=0) / number)


def spread_around(problem: Problem, x: Floats, valley: Floats, seed: int) -> Spread:
    """The candidates around the best that the sweeps do not tell from it, where the model does not come close, and
    derivatives say little: their loss is higher by less than its standard error over the sweeps.

    Parameters
    ----------
    problem : Problem
        The box and the targets.
    x : shape (free,)
        The best candidate.
    valley : shape (free, free)
        The covariance with which the search ended: candidates are drawn along it, near and far.
    seed : int
        Of the random numbers.
    """
    random, here = np.random.default_rng([seed, 3]), inside(x)
    values, vectors = np.linalg.eigh(valley)
    shape = vectors * np.sqrt(np.maximum(values, 0.0) / values.max())
    size = 10 ** random.uniform(*NEAR_AND_FAR, (AROUND, 1))
    drawn = inside(here + size * (random.standard_normal((AROUND, x.size)) @ shape.T))
    found = np.concatenate([here[None], drawn])
    cost = problem.costs(problem.terms(found)).sum(axis=0)
    worse = cost - cost[:, :1]
    error = worse.std(axis=0, ddof=min(1, len(cost) - 1)) / np.sqrt(len(cost))
    alike = found[worse.mean(axis=0) <= np.maximum(error, ALIKE * cost[:, 0].mean())]
    ranges = problem.space.table(alike)[_rows(problem)]
    flat: Floats = np.asarray(np.cov((alike - here).T) if len(alike) > x.size else valley, dtype=np.float64)
    return _spread(
        problem, here, ranges.min(axis=1), ranges.max(axis=1), np.asarray(np.linalg.pinv(flat), dtype=np.float64)
    )


def _rows(problem: Problem) -> list[int]:
    """Where the free parameters are in a table."""
    return [problem.space.symbols.index(f.symbol) for f in problem.space.free]


def _spread(
    problem: Problem,
    x: NDArray[np.float64],
    low: Floats,
    high: Floats,
    normal: Floats,
) -> Spread:
    found = problem.space.table(x)[_rows(problem), 0]
    units = {q.symbol: q.unit for q in problem.space.model.parameters}
    symbols = tuple(f.symbol for f in problem.space.free)
    narrow = tuple(
        bool(b - a <= 2 * (2.0 if units.get(s) == "mV" else 0.1 * abs(v)))
        for s, a, b, v in zip(symbols, low, high, found, strict=True)
    )
    return Spread(symbols, low, high, narrow, _directions(symbols, normal))


def _directions(symbols: tuple[str, ...], normal: NDArray[np.float64]) -> tuple[tuple[float, dict[str, float]], ...]:
    """The directions along which the mean of squares is flattest, the flattest first."""
    values, vectors = np.linalg.eigh(normal)
    found = []
    for value, vector in zip(values, vectors.T, strict=True):
        vector = vector / vector[np.abs(vector).argmax()]
        size = 1.0 / np.sqrt(max(value, 1.0))  # no further than the whole box
        found.append((float(size), {s: float(c) for s, c in zip(symbols, vector, strict=True)}))
    return tuple(found)
