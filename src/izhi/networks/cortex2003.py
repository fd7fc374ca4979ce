"""The network of 2003: a thousand cells, all connected to all, whose noise becomes rhythms.

Source: Izhikevich 2003, "Simple model of spiking neurons", IEEE Trans. Neural Networks 14:1569, and its program.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from izhi.errors import BadValue
from izhi.network import GaussianNoise, Network, Population, Projection
from izhi.wiring import AllToAll, FixedIndegree, Rule, Uniform

WHO = "cortex2003"
# How many cells there are, and so synapses on each, in the program.
PUBLISHED = 1000
# How many of the cells, and of the synapses on each, are excitatory.
EXCITATORY = 0.8
MOST = 2**31 - 1


def cortex2003(cells: int = PUBLISHED, *, indegree: int | None = None, seed: int = 0) -> Network:
    """The network of 2003, or one like it of another size.

    Populations `E` and `I`, 4 to 1. With r uniform between 0 and 1, drawn for each cell,

        E: a = 0.02, b = 0.2, c = -65 + 15 r^2, d = 8 - 6 r^2, current 5 * normal in each ms
        I: a = 0.02 + 0.08 r, b = 0.25 - 0.05 r, c = -65, d = 2, current 2 * normal in each ms

    and v = -65, u = b v at first. A weight is uniform between 0 and 0.5 from E, and between -1 and 0 from I; delays are
    1 ms. Every cell of the program has synapses from all 1000, itself included. Here it has them from `indegree` cells
    drawn at random, 4 of 5 in E, and all weights are multiplied by 1000 / indegree. The mean input is then the same;
    its fluctuations from cell to cell and in time are larger the fewer synapses there are.

    It is run by the scheme "published-2003", which is the default of `Simulation`.

    Parameters
    ----------
    cells : int
        At least 1; 1000 in the paper.
    indegree : int, optional
        How many synapses there are on each cell, at most `cells`; by default 1000, or `cells` if these are fewer.
    seed : int
        Of all that is drawn.

    Returns
    -------
    Network
        With the projections "E->E+I" and "I->E+I".

    Raises
    ------
    BadValue
        If there cannot be so many cells or synapses.

    Examples
    --------
    >>> [(p.name, p.count) for p in cortex2003().populations]
    [('E', 800), ('I', 200)]
    >>> [p.rule for p in cortex2003(10_000, indegree=100).projections]
    [FixedIndegree(k=80), FixedIndegree(k=20)]
    """
    cells = _whole("cells", cells, MOST)
    k = min(cells, PUBLISHED) if indegree is None else _whole("indegree", indegree, cells)
    excitatory, from_excitatory = round(EXCITATORY * cells), round(EXCITATORY * k)
    rest = {"v": -65.0}
    e = Population(
        "E", excitatory, "2003/RS", {"a": 0.02, "b": 0.2, "c": "-65 + 15 r^2", "d": "8 - 6 r^2"}, rest,
        drive=GaussianNoise(5.0),
    )  # fmt: skip
    i = Population(
        "I", cells - excitatory, "2003/LTS", {"a": "0.02 + 0.08 r", "b": "0.25 - 0.05 r", "c": -65.0, "d": 2.0}, rest,
        drive=GaussianNoise(2.0),
    )  # fmt: skip
    scale = PUBLISHED / k
    rules: list[Rule] = (
        [AllToAll(), AllToAll()] if k == cells else [FixedIndegree(from_excitatory), FixedIndegree(k - from_excitatory)]
    )
    weights = Uniform(0.0, 0.5 * scale), Uniform(-scale, 0.0)
    projections = [
        Projection(source, ("E", "I"), rule, weight, delay=1.0, autapses=True)
        for source, rule, weight in zip("EI", rules, weights, strict=True)
    ]
    return Network([e, i], projections, seed=seed)


def _whole(name: str, given: Any, most: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or not 1 <= given <= most:
        raise BadValue(f"{WHO}: {name}", given, f"a whole number from 1 to {most} would do")
    return int(given)
