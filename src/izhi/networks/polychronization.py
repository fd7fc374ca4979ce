"""The network of 2006: delays and plasticity, from which polychronous groups grow.

Source: Izhikevich 2006, "Polychronization: computation with spikes", Neural Computation 18:245, and its programs
spnet.m, spnet.cpp and poly_spnet.cpp.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import BadValue, UnknownName
from izhi.network import STDP, Consolidation, Network, Population, Projection, RandomCells
from izhi.network_run import Simulation
from izhi.networks.groups import Groups, polychronous_groups
from izhi.wiring import FixedOutdegree, Formula, Pairs

EXCITATORY, INHIBITORY = 800, 200
# From each cell.
SYNAPSES = 100
# [ms]
LONGEST_DELAY = 20
DELAYS = ("listing", "matlab")
# The weights at first, and the largest [mV/ms].
EXCITING, INHIBITING, STRONGEST = 6.0, -5.0, 10.0


def polychronization(
    *, delays: str = "listing", seed: int = 0, decay_first: bool = False, random_start: bool = False
) -> Network:
    """The network of 2006 with spike-timing-dependent plasticity and delays.

    Populations `E` (800 cells, a = 0.02, d = 8) and `I` (200 cells, a = 0.1, d = 2), with b = 0.2 and c = -65; each
    cell has 100 synapses, no two of them on the same cell. Those of E go to any cell, with a weight of 6 at first and
    delays of up to 20 ms, and learn; those of I go to E, with a weight of -5 and a delay of 1 ms. In each ms one cell
    of the thousand gets a current of 20.

    The traces of a spike, 0.1 and 0.12, decay by 0.95 in each ms; what they do is gathered in a tag s' of each synapse,
    and once in a second s = clip(s + 0.01 + s', 0, 10) and s' = 0.9 s'.

    Parameters
    ----------
    delays : {"listing", "matlab"}
        "listing": of each cell's synapses five have each delay, and none is on the cell itself, as in spnet.cpp.
        "matlab": each delay is drawn, and a synapse may be on the cell itself, as in spnet.m of 2008.
    seed : int
        Of all that is drawn.
    decay_first : bool
        Whether s' decays before it is added, as in poly_spnet.cpp; in spnet.m and spnet.cpp it does so after.
    random_start : bool
        Whether v begins anywhere between -65 and -55, as in poly_spnet.cpp; in the others it begins at -65.

    Returns
    -------
    Network
        With the projections "E->E+I", which learns, and "I->E".

    Raises
    ------
    UnknownName, BadValue
        If there are no such delays, or the seed is none.

    Examples
    --------
    >>> network = polychronization(seed=1)
    >>> [len(p.rule.source) for p in network.projections if p.source == ("E",)]
    [80000]
    """
    if delays not in DELAYS:
        raise UnknownName("polychronization: delays", delays, DELAYS)
    random = generator("polychronization", seed)
    initial: dict[str, Any] = {"v": -65.0, "u": -13.0}
    if random_start:
        initial = {"v": Formula("-65 + 10 r"), "u": Formula("0.2 (-65 + 10 r)")}
    rule = STDP(
        0.1, 0.12, keep=0.95, lowest=0.0, highest=STRONGEST,
        consolidation=Consolidation(1000.0, 0.9, 0.01, decay_first=decay_first),
    )  # fmt: skip
    source = np.repeat(np.arange(EXCITATORY), SYNAPSES)
    target = _targets(random, itself=delays == "matlab")
    if delays == "listing":
        delay = np.tile(1 + np.arange(SYNAPSES) // (SYNAPSES // LONGEST_DELAY), EXCITATORY)
    else:
        delay = random.integers(1, LONGEST_DELAY + 1, source.size)
    return Network(
        [Population("E", EXCITATORY, "2003/RS", initial=initial),
         Population("I", INHIBITORY, "2003/FS", initial=initial)],
        [Projection("E", ("E", "I"), Pairs(source, target), EXCITING, delay, plasticity=rule),
         Projection("I", "E", FixedOutdegree(SYNAPSES), INHIBITING, 1.0)],
        seed=seed,
        drive=(RandomCells(20.0, 1),),
    )  # fmt: skip


def groups_now(simulation: Simulation, **options: Any) -> Groups:
    """The polychronous groups of a network of 2006 as its weights are now.

    Parameters
    ----------
    simulation : Simulation
        Of `polychronization()`.
    **options
        For `polychronous_groups`, such as `least_path=6`.

    Returns
    -------
    Groups

    Raises
    ------
    BadValue, UnknownName
        If it is a simulation of another network, or as `polychronous_groups` does.

    Examples
    --------
    >>> simulation = Simulation(polychronization(), engine="reference")
    >>> len(groups_now(simulation, mothers=[0], engine="reference"))  # no weight of 6 is strong
    0
    """
    names = [p.name for p in simulation.network.projections]
    if names != ["E->E+I", "I->E"]:
        raise BadValue("groups_now", names, "a simulation of polychronization() would do")
    parts = [simulation.weights(name) for name in names]
    source, target, weight, delay = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    options = {"excitatory": EXCITATORY, "w_max": STRONGEST} | options
    return polychronous_groups(source, target, weight, np.rint(delay).astype(np.int64), **options)


def generator(who: str, seed: Any) -> np.random.Generator:
    """A generator for what a description draws itself."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= seed < 2**63:
        raise BadValue(f"{who}: seed", seed, "a whole number from 0 would do")
    return np.random.default_rng(int(seed))


def _targets(random: np.random.Generator, itself: bool) -> NDArray[np.int64]:
    """For each excitatory cell the different cells that its synapses are on, in random order, one after the other."""
    rank = random.random((EXCITATORY, EXCITATORY + INHIBITORY))
    if not itself:
        rank[np.arange(EXCITATORY), np.arange(EXCITATORY)] = 2.0
    return rank.argsort(axis=1)[:, :SYNAPSES].ravel()
