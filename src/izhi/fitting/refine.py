"""The last steps of a fit: least squares by the true solution.

Near a good candidate spikes come one for one, and their times and the voltages between them change smoothly with the
parameters. There the squares of what is left have a minimum that a few steps of Gauss and Newton reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from izhi.fitting import exact
from izhi.fitting.problem import Problem
from izhi.fitting.search import evolution
from izhi.fitting.space import inside
from izhi.fitting.target import Target


class Errors(NamedTuple):
    """How large an error of each kind counts as one.

    Attributes
    ----------
    spike : float [ms]
    peak : float [mV]
        Of a peak, which lasts shorter than a sample, little is seen.
    voltage : float [mV]
    """

    spike: float
    peak: float
    voltage: float


# What is expected before anything is known, and the least that is believed.
EXPECTED, LEAST = Errors(0.5, 5.0, 1.0), Errors(0.02, 1.0, 0.1)
# From the median size of errors to the standard deviation of normal ones [1].
NORMAL = 1.4826
# A spike that is missing counts as one so far off [ms].
MISSING = 20.0
# The end of a step, from its last moment on [ms].
MARGIN = 10.0
# The step of a derivative, in parts of the box.
STEP = 2e-5
# Steps of least squares at most, and the part of the cost that is worth one; the dampings that each is tried with, and
# the parts of it that are.
STEPS, ARRIVED = 100, 1e-4
DAMPINGS, PARTS = (1e-9, 1e-7, 1e-5, 1e-3, 1e-2, 1e-1, 1.0), (1.0, 0.3, 0.1, 0.03)
# Candidates are kept so far from the edge of the box that a derivative can be taken.
EDGE = 1e-6
# The width of the last search, in errors, its population, and its generations at most.
POLISHING, POLISHED, GENERATIONS = 3.0, 24, 80
# A population whose sums of squares differ by less has arrived.
SETTLED = 0.02


@dataclass(frozen=True, eq=False)
class Squares:
    """What is left at a candidate, and how it changes with it.

    Attributes
    ----------
    x : shape (free,)
    residuals : tuple of arrays
        Of each target.
    jacobian : tuple of arrays of shape (residuals, free)
    """

    x: NDArray[np.float64]
    residuals: tuple[NDArray[np.float64], ...]
    jacobian: tuple[NDArray[np.float64], ...]


def _left(problem: Problem, x: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], ...]]:
    """Of each target how late spikes of candidates are [ms], how high [mV], and how far voltages are off [mV].

    A spike at the very end of a step hangs by a thread: a parameter that is changed by a millionth takes it away. Then
    neither it nor what follows says anything.
    """
    found: list[tuple[NDArray[np.float64], ...]] = []
    for target, answer in zip(problem.targets, exact.answers(problem, x), strict=True):
        late = np.stack([_late(target, t) for t in answer.spikes])
        high = np.stack([_high(target, t, p) for t, p in zip(answer.spikes, answer.peaks, strict=True)])
        most = np.sqrt(target.trial.most)
        off = np.clip(np.nan_to_num(answer.voltage - target.trial.look_voltage, nan=most), -most, most)
        after = target.spikes[target.first :] - target.until
        if ((after >= 0) & (after < MARGIN)).any():
            late[:, after >= 0] = high[:, after >= 0] = 0.0
            off[:, target.trial.look_step * target.trial.dt >= target.until] = 0.0
        found.append((late, high, off))
    return found


def residuals(problem: Problem, x: NDArray[np.float64], errors: Errors = EXPECTED) -> list[NDArray[np.float64]]:
    """What is left of candidates in units of errors, target by target: each of shape (n, residuals)."""
    found = []
    for target, (late, high, off) in zip(problem.targets, _left(problem, x), strict=True):
        weight = target.trial.look_weight
        parts = np.sqrt(weight / max(weight.max(initial=0.0), 1e-12))
        found.append(np.concatenate([late / errors.spike, high / errors.peak, off * parts / errors.voltage], axis=1))
    return found


def errors_of(problem: Problem, x: NDArray[np.float64]) -> Errors:
    """How large the errors are that a candidate leaves: what the noise of a recording is where the model is right."""
    kinds = zip(*_left(problem, x[None]), strict=True)
    sizes = [np.abs(np.concatenate([part[0] for part in kind])) for kind in kinds]
    seen = [NORMAL * np.median(size) if size.size else np.inf for size in sizes]
    return Errors(*np.clip(seen, LEAST, EXPECTED).tolist())


def _late(target: Target, spikes: NDArray[np.float64]) -> NDArray[np.float64]:
    """How late each spike of the target comes [ms], those since the onset counted from there."""
    mine, theirs = spikes[np.searchsorted(spikes, target.onset) :], target.spikes[target.first :]
    late = np.full(theirs.size, MISSING)
    n = min(mine.size, theirs.size)
    late[:n] = np.clip(mine[:n] - theirs[:n], -MISSING, MISSING)
    return late


def _high(target: Target, spikes: NDArray[np.float64], peaks: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much higher each spike is than the target's [mV]; one that is missing says nothing."""
    mine, theirs = peaks[np.searchsorted(spikes, target.onset) :], target.peaks[target.first :]
    high = np.zeros(theirs.size)
    n = min(mine.size, theirs.size)
    high[:n] = mine[:n] - theirs[:n]
    return high


def squares(problem: Problem, x: NDArray[np.float64], errors: Errors = EXPECTED) -> Squares:
    """What is left at a candidate and its derivatives, by differences into the box."""
    step = np.where(x + STEP <= 1.0, STEP, -STEP)
    found = residuals(problem, np.concatenate([x[None], x + np.diag(step)]), errors)
    return Squares(
        x,
        tuple(r[0] for r in found),
        tuple((r[1:] - r[0]).T / step for r in found),
    )


def _soft(left: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each row, the sum of squares, of those beyond 1 rather of sizes."""
    return 2.0 * (np.sqrt(1.0 + left * left) - 1.0).sum(axis=1)


def softened(problem: Problem, x: NDArray[np.float64], errors: Errors = EXPECTED) -> NDArray[np.float64]:
    """What least squares make small: shape (n,)."""
    return _soft(np.concatenate(residuals(problem, x, errors), axis=1))


def refine(problem: Problem, x: NDArray[np.float64], errors: Errors = EXPECTED) -> NDArray[np.float64]:
    """The candidate of least squares near another: shape (free,).

    Steps of Gauss and Newton, each tried with several dampings at once, and shorter if none of them helps: the valleys
    are narrow and bent.
    """
    x = np.clip(inside(x), EDGE, 1 - EDGE)
    for _ in range(STEPS):
        normal, pull, before = _normal(squares(problem, x, errors))
        size = np.diag(np.diag(normal) + 1.0)
        steps = np.array([np.linalg.solve(normal + damping * size, pull) for damping in DAMPINGS])
        for part in PARTS:
            tried = np.clip(x - part * steps, EDGE, 1 - EDGE)
            cost = softened(problem, tried, errors)
            if cost.min() < (1 - ARRIVED) * before:
                break
        else:
            return x
        x = tried[cost.argmin()]
    return x


def _normal(here: Squares) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """The matrix and the right side of the normal equations, errors beyond 1 counting less, and the sum of squares."""
    left, slope = np.concatenate(here.residuals), np.concatenate(here.jacobian)
    damp = 1.0 / np.sqrt(1.0 + left * left)
    return slope.T @ (damp[:, None] * slope), slope.T @ (damp * left), float(_soft(left[None])[0])


def polish(problem: Problem, x: NDArray[np.float64], errors: Errors, seed: int) -> NDArray[np.float64]:
    """The candidate of least squares near another, beyond the bends that stop the steps of Gauss and Newton: CMA-ES
    along the valley that they see.
    """
    normal, _, _ = _normal(squares(problem, np.clip(inside(x), EDGE, 1 - EDGE), errors))
    valley = np.linalg.cholesky(np.linalg.inv(normal + np.eye(x.size)))
    random = np.random.default_rng([seed, 2])
    strategy = evolution(np.zeros(x.size), POLISHING, POLISHED, random, maxiter=GENERATIONS, tolfun=SETTLED)
    while not strategy.stop():
        asked = np.array(strategy.ask())
        strategy.tell(list(asked), softened(problem, inside(x + asked @ valley.T), errors).tolist())
    best = inside(x + valley @ strategy.result.xbest)
    found = np.array([x, refine(problem, best, errors), best])
    return found[softened(problem, found, errors).argmin()]
