"""The Pareto front: how much of one thing a cell can do better only if it does another worse."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from izhi.fitting import exact
from izhi.fitting.problem import TERMS, Problem
from izhi.fitting.search import NARROW, evolution

# What is weighed against what, by terms of the loss: all that is about spikes, and the voltage between them.
SPIKES, VOLTAGE = tuple(name for name in TERMS if name != "voltage"), ("voltage",)
# How much more the one counts than the other, from end to end; the searches between, their population and generations.
RATIO, SEARCHES, POPULATION, GENERATIONS = 32.0, 9, 96, 40
# Candidates of a front at most.
MOST = 60
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Front:
    """Candidates of which none is better than another in both respects.

    Attributes
    ----------
    spikes, voltage : shape (n,)
        What the loss counts for spikes and for the voltage, by the true solution; spikes rise, the voltage falls.
    parameters : dict of str to shape (n,)
        Of each candidate, in the units of the model.
    """

    spikes: Floats
    voltage: Floats
    parameters: dict[str, Floats]


def front(problem: Problem, x: Floats, seed: int) -> Front:
    """Search from a candidate with weights that change from spikes to voltage, and keep what nothing surpasses.

    Parameters
    ----------
    problem : Problem
        With its weights; they say what each term counts within its side.
    x : shape (free,)
        The candidate from which the searches begin.
    seed : int
        Of the random numbers.

    Returns
    -------
    Front
    """
    weights = {name: problem.weights.get(name, 0.0) for name in TERMS}
    if not weights["voltage"]:
        weights["voltage"] = 1.0
    if not any(weights[name] for name in SPIKES):
        weights |= dict.fromkeys(SPIKES[:3], 1.0)
    both = replace(problem, weights=weights)
    tried, costs = [x[None]], [_sides(both, both.terms(x[None]))]
    for k, ratio in enumerate(np.geomspace(1 / RATIO, RATIO, SEARCHES) ** 0.5):
        random = np.random.default_rng([seed, 4, k])
        strategy = evolution(x, NARROW, POPULATION, random, maxiter=GENERATIONS)
        while not strategy.stop():
            asked = np.array(strategy.ask())
            found = _sides(both, both.terms(asked))
            strategy.tell(list(asked), (found[0] / ratio + found[1] * ratio).tolist())
            tried.append(asked)
            costs.append(found)
    drawn = np.concatenate(tried)[_unsurpassed(np.concatenate(costs, axis=1))]
    drawn = drawn[np.unique(np.linspace(0, len(drawn) - 1, MOST).round().astype(int))]
    true = _sides(both, exact.terms(both, drawn))
    kept = _unsurpassed(true)
    table = both.space.table(drawn[kept])
    return Front(true[0, kept], true[1, kept], dict(zip(both.space.symbols, table, strict=True)))


def _sides(problem: Problem, terms: Floats) -> Floats:
    """What candidates cost for spikes and for the voltage, mean over targets: shape (2, n)."""
    cost = problem.costs(terms).mean(axis=1)
    is_voltage = np.array([name in VOLTAGE for name in TERMS])
    return np.array([cost[~is_voltage].sum(axis=0), cost[is_voltage].sum(axis=0)])


def _unsurpassed(costs: Floats) -> NDArray[np.int64]:
    """Which are not surpassed in both respects, ordered by the first."""
    order = np.lexsort((costs[1], costs[0]))
    lowest = np.minimum.accumulate(costs[1][order])
    best = np.concatenate([[True], costs[1][order][1:] < lowest[:-1]])
    return np.asarray(order[best], dtype=np.int64)
