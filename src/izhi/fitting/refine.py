"""The last steps of a fit: least squares by the true solution.

Near a good candidate spikes come one for one, and their times and the voltages between them change smoothly with the
parameters. There the squares of what is left have a minimum that a few steps of Gauss and Newton reach.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from izhi.fitting import exact
from izhi.fitting.problem import Problem
from izhi.fitting.search import evolution
from izhi.fitting.space import inside
from izhi.fitting.target import Target

# An error so large is one [ms, mV]. Of a peak, which lasts shorter than a sample, little is seen.
SPIKE, VOLTAGE, PEAK = 0.5, 1.0, 5.0
# A spike that is missing counts as one so far off [ms].
MISSING = 20.0
# The step of a derivative, in parts of the box.
STEP = 2e-4
# Evaluations of the least squares at most.
STEPS = 25
# Candidates are kept so far from the edge of the box that a derivative can be taken.
EDGE = 1e-6
# The width of the last search, in parts of the box, its population, and its generations at most.
POLISHING, POLISHED, GENERATIONS = 0.02, 32, 200
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


def residuals(problem: Problem, x: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """What is left of candidates, target by target: each of shape (n, residuals)."""
    found = []
    for target, answer in zip(problem.targets, exact.answers(problem, x), strict=True):
        times = np.stack([_late(target, t) for t in answer.spikes])
        peaks = np.stack([_high(target, t, p) for t, p in zip(answer.spikes, answer.peaks, strict=True)])
        trial = target.trial
        most = np.sqrt(trial.most)
        off = np.clip(np.nan_to_num(answer.voltage - trial.look_voltage, nan=most), -most, most) / VOLTAGE
        parts = np.sqrt(trial.look_weight / max(trial.look_weight.max(initial=0.0), 1e-12))
        found.append(np.concatenate([times, peaks, off * parts], axis=1))
    return found


def _late(target: Target, spikes: NDArray[np.float64]) -> NDArray[np.float64]:
    """How late each spike of the target comes, those since the onset counted from there."""
    mine, theirs = spikes[np.searchsorted(spikes, target.onset) :], target.spikes[target.first :]
    late = np.full(theirs.size, MISSING)
    n = min(mine.size, theirs.size)
    late[:n] = np.clip(mine[:n] - theirs[:n], -MISSING, MISSING)
    return late / SPIKE


def _high(target: Target, spikes: NDArray[np.float64], peaks: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much higher each spike is than the target's; one that is missing says nothing."""
    mine, theirs = peaks[np.searchsorted(spikes, target.onset) :], target.peaks[target.first :]
    high = np.zeros(theirs.size)
    n = min(mine.size, theirs.size)
    high[:n] = mine[:n] - theirs[:n]
    return high / PEAK


def squares(problem: Problem, x: NDArray[np.float64]) -> Squares:
    """What is left at a candidate and its derivatives, by differences into the box."""
    step = np.where(x + STEP <= 1.0, STEP, -STEP)
    found = residuals(problem, np.concatenate([x[None], x + np.diag(step)]))
    return Squares(
        x,
        tuple(r[0] for r in found),
        tuple((r[1:] - r[0]).T / step for r in found),
    )


def _soft(left: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each row, the sum of squares, of those beyond 1 rather of sizes."""
    return 2.0 * (np.sqrt(1.0 + left * left) - 1.0).sum(axis=1)


def softened(problem: Problem, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """What least squares make small: shape (n,)."""
    return _soft(np.concatenate(residuals(problem, x), axis=1))


def refine(problem: Problem, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The candidate of least squares near another: shape (free,)."""
    from scipy.optimize import least_squares

    memory: dict[bytes, Squares] = {}

    def at(where: NDArray[np.float64]) -> Squares:
        key = where.tobytes()
        if key not in memory:
            memory[key] = squares(problem, where)
        return memory[key]

    found = least_squares(
        lambda w: np.concatenate(at(w).residuals),
        np.clip(inside(x), EDGE, 1 - EDGE),
        jac=lambda w: np.concatenate(at(w).jacobian),
        bounds=(0.0, 1.0),
        loss="soft_l1",
        x_scale=0.1,
        max_nfev=STEPS,
        xtol=1e-6,
        ftol=1e-6,
    )
    return np.asarray(found.x)


def polish(problem: Problem, x: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """The candidate of least squares near another, over the small steps that stop those of Gauss and Newton."""
    strategy = evolution(x, POLISHING, POLISHED, np.random.default_rng([seed, 2]), maxiter=GENERATIONS, tolfun=SETTLED)
    while not strategy.stop():
        asked = np.array(strategy.ask())
        strategy.tell(list(asked), softened(problem, asked).tolist())
    found = np.array([x, refine(problem, strategy.result.xbest), inside(strategy.result.xbest)])
    return found[softened(problem, found).argmin()]
