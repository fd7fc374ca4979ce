"""Polychronous groups: spikes that are not synchronous but time-locked, as strong synapses and delays make them.

Source: Izhikevich 2006, "Polychronization: computation with spikes", Neural Computation 18:245, by the newer of the two
algorithms of the program poly_spnet that the author published with it.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.engine.group_search import Mother, Part, Search, search
from izhi.engine.groups import Network, Rules
from izhi.errors import BadValue, UnknownName
from izhi.networks.group import Groups

ENGINES = ("cpu", "reference")
# The two cells of the 2006 network: regular spiking, and fast spiking where inhibitory.
EXCITATORY, INHIBITORY = {"a": 0.02, "d": 8.0}, {"a": 0.1, "d": 2.0}
# The largest result, and the largest table of synapses by cell and delay [bytes].
LARGEST, LARGEST_TABLE = 512 << 20, 2 << 30
# The most spikes that a trial may be given room for, and the longest delay [ms].
MOST_SPIKES, LONGEST_DELAY = 1_000_000, 10_000
WHO = "polychronous_groups"


def polychronous_groups(
    source: ArrayLike,
    target: ArrayLike,
    weight: ArrayLike,
    delay: ArrayLike,
    *,
    excitatory: int,
    w_max: float = 10.0,
    strong: float = 0.95,
    least_path: int = 7,
    anchors: int = 3,
    latency: int = 20,
    longest: int = 1000,
    most_spikes: int = 1000,
    mothers: ArrayLike | None = None,
    threads: int | None = None,
    engine: str = "cpu",
) -> Groups:
    """The polychronous groups of a network of 2003 cells: all that a few spikes set off when they meet at a neuron.

    A synapse is strong if it is excitatory and its weight exceeds `strong` times `w_max`. For each excitatory neuron,
    the mother, and any three of the neurons with strong synapses on it, the anchors, the network is put to rest
    (v = -70, u = -14), and the anchors spike at such times that their spikes arrive at the mother together, the first
    at 0. What they set off follows, without noise, as in the published network: in each ms,

        I = the weights that arrive
        twice: v += 0.5 (0.04 v^2 + 5 v + 140 - u + I)
        u += a (0.2 v - u)
        where v >= 30: a spike, v = -65, u += d

    with a = 0.02, d = 8 for excitatory and a = 0.1, d = 2 for inhibitory neurons; a spike at t arrives at t + delay.
    Strong and inhibitory synapses act. As in the author's program, of the anchors' first spikes nothing acts that
    arrives before they meet, and they leave the anchors themselves at rest; these may spike again.

    Two spikes are linked if a strong synapse leads from the one to the other and delivered less than `latency` before
    the other, or in its ms. An anchor is of layer 1, another spike of one more than the largest layer linked to it (so
    also of layer 1 if none is). What was set off is a group if its largest layer is `least_path` or more, and if from
    each anchor at least two links lead to excitatory neurons: with one, to the mother, it has no other part in it.

    A trial ends where no cell can fire any more, or `latency` after the last arrival. It is cut short, and says so, by
    a spike at `longest` or later, or by one more than `most_spikes`.

    In three things this is not the author's program. There the layer follows any earlier spike of a linked neuron, here
    the very spike that arrived. There a trial ends with the last arrival, and a spike soon after it is missed: in a
    network trained for 5 h that was 41 of 2,446 groups. There an anchor without any link is let pass: the mother then
    did not fire.

    Parameters
    ----------
    source, target : shape (synapses,), int
        From which neuron to which.
    weight : shape (synapses,), float [mV/ms]
        Not above 0 where the source is inhibitory.
    delay : shape (synapses,), int [ms]
        From 1 to 10,000.
    excitatory : int
        Neurons below this number are excitatory, others inhibitory.
    w_max : float [mV/ms]
        The largest weight of an excitatory synapse.
    strong : float
        The fraction of `w_max` above which a synapse is strong.
    least_path : int
        The least largest layer of a group.
    anchors : int
        How many spikes begin it, of different neurons.
    latency : int [ms]
        The time after a delivery in which a spike is put down to it.
    longest : int [ms]
        Every spike is before this.
    most_spikes : int
        How many a trial may have.
    mothers : shape (m,), int, optional
        Which neurons to try; default all excitatory ones.
    threads : int, optional
        Default: as many as there are processors. The result does not depend on it.
    engine : str
        `cpu` or `reference`.

    Returns
    -------
    Groups

    Raises
    ------
    BadValue
        Where an argument does not fit, or the groups would take more than 512 MiB.
    UnknownName
        Where there is no such engine.

    Examples
    --------
    Three neurons meet at neuron 3, and these four at neuron 4:

    >>> source, target, delay = [0, 1, 2, 0, 1, 2, 3], [3, 3, 3, 4, 4, 4, 4], [1, 5, 9, 5, 9, 13, 1]
    >>> groups = polychronous_groups(source, target, [10.0] * 7, delay, excitatory=5, least_path=3, engine="reference")
    >>> [(group.mother, group.cells.tolist(), group.times.tolist()) for group in groups]
    [(3, [0, 1, 2, 3, 4], [8, 4, 0, 11, 14])]
    """
    network, strong_ones = _network(source, target, weight, delay, excitatory, w_max, strong)
    rules = Rules(_whole("least_path", least_path), _whole("latency", latency), _whole("longest", longest))
    anchors, most_spikes = _whole("anchors", anchors), _whole("most_spikes", most_spikes)
    if not anchors <= most_spikes <= MOST_SPIKES:
        raise BadValue(
            f"{WHO}: most_spikes", most_spikes, f"the number of anchors or more would do, up to {MOST_SPIKES}"
        )
    if engine not in ENGINES:
        raise UnknownName(f"{WHO}: engine", engine, ENGINES)
    threads = (os.cpu_count() or 1) if threads is None else _whole("threads", threads)
    tried = _mothers(mothers, network.excitatory, *strong_ones)
    asked = Search(network, rules, anchors, most_spikes, LARGEST)
    parts, size = [], 0
    for part in search(importlib.import_module(f"izhi.engine.{engine}"), asked, tried, threads):
        parts.append(part)
        size += part.size
        if size > LARGEST:
            remedy = f"the groups take more than {LARGEST >> 20} MiB; a larger one, or a lower most_spikes, would do"
            raise BadValue(f"{WHO}: least_path", least_path, remedy)
    return _joined(parts, anchors)


def shuffled(
    source: ArrayLike, target: ArrayLike, weight: ArrayLike, *, excitatory: int, seed: int = 0
) -> NDArray[np.float64]:
    """The weights with those of synapses between excitatory neurons permuted among these: a control.

    What is left of the groups is there by chance, since as many synapses are strong, at the same places in time.

    Parameters
    ----------
    source, target, weight : shape (synapses,)
        As in `polychronous_groups`.
    excitatory : int
        Neurons below this number are excitatory.
    seed : int
        Of the permutation.

    Returns
    -------
    shape (synapses,), float [mV/ms]

    Raises
    ------
    BadValue
        Where an argument does not fit.

    Examples
    --------
    >>> shuffled([0, 1, 2, 0], [1, 2, 0, 3], [1.0, 2.0, 3.0, 4.0], excitatory=3, seed=1).tolist()
    [1.0, 2.0, 3.0, 4.0]
    """
    who = "shuffled"
    source, target, weight = _columns(who, whole={"source": source, "target": target}, real={"weight": weight})
    excitatory = _whole("excitatory", excitatory, who, least=0)
    among = np.flatnonzero((source < excitatory) & (target < excitatory))
    result = weight.copy()
    result[among] = weight[np.random.default_rng(_whole("seed", seed, who, least=0)).permutation(among)]
    return result


def _whole(name: str, given: Any, who: str = WHO, least: int = 1) -> int:
    """A whole number from `least` on, small enough for the engines."""
    if isinstance(given, bool) or not isinstance(given, int | np.integer) or not least <= given < 1 << 30:
        raise BadValue(f"{who}: {name}", given, f"a whole number from {least} on would do")
    return int(given)


def _positive(name: str, given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float | np.number) or not 0 < given < np.inf:
        raise BadValue(f"{WHO}: {name}", given, "a positive number would do")
    return float(given)


def _column(who: str, name: str, given: ArrayLike) -> NDArray:
    """Real numbers in one dimension."""
    try:
        column = np.asarray(given)
    except ValueError:
        column = np.asarray(None)
    if column.ndim != 1 or (column.size and column.dtype.kind not in "iuf"):
        raise BadValue(f"{who}: {name}", given, "one number for each synapse would do")
    if not np.isfinite(column).all():
        raise BadValue(f"{who}: {name}", column[~np.isfinite(column)][0], "finite numbers would do")
    return column


def _indices(who: str, name: str, given: ArrayLike, least: int = 0) -> NDArray[np.int64]:
    column = _column(who, name, given)
    wrong = (column != np.floor(column)) | (column < least) | (column >= 1 << 30)
    if wrong.any():
        raise BadValue(f"{who}: {name}", column[wrong][0].item(), f"whole numbers from {least} on would do")
    return column.astype(np.int64)


def _columns(who: str, whole: dict[str, ArrayLike], real: dict[str, ArrayLike]) -> list[NDArray]:
    """One number for each synapse, in columns of the same length."""
    columns = {name: _indices(who, name, given, least=int(name == "delay")) for name, given in whole.items()}
    columns |= {name: _column(who, name, given).astype(np.float64) for name, given in real.items()}
    first = next(iter(columns.values()))
    for name, column in columns.items():
        if column.size != first.size:
            raise BadValue(f"{who}: {name}", column.size, f"{first.size} synapses have a source, as many would do")
    return list(columns.values())


def _network(
    source: ArrayLike,
    target: ArrayLike,
    weight: ArrayLike,
    delay: ArrayLike,
    excitatory: int,
    w_max: float,
    strong: float,
) -> tuple[Network, tuple[NDArray, ...]]:
    """The synapses that act; and source, target and delay of the strong ones."""
    whole = {"source": source, "target": target, "delay": delay}
    sources, targets, delays, weights = _columns(WHO, whole, real={"weight": weight})
    if delays.max(initial=0) > LONGEST_DELAY:
        raise BadValue(f"{WHO}: delay", delays.max().item(), f"up to {LONGEST_DELAY} ms would do")
    excitatory = _whole("excitatory", excitatory, least=0)
    by_excitatory = sources < excitatory
    if (weights[~by_excitatory] > 0).any():
        given = weights[~by_excitatory].max().item()
        raise BadValue(
            f"{WHO}: weight", given, f"not above 0 from neuron {excitatory} on, the inhibitory ones, would do"
        )
    is_strong = by_excitatory & (weights > _positive("strong", strong) * _positive("w_max", w_max))
    acts = np.flatnonzero(is_strong | ~by_excitatory)
    neurons = max(excitatory, int(sources.max(initial=-1)) + 1, int(targets.max(initial=-1)) + 1)
    rows = int(delays[acts].max(initial=0)) + 2
    if neurons * rows * 4 > LARGEST_TABLE:
        wanted = f"neurons times the longest delay in ms up to {LARGEST_TABLE // 4:,} would do"
        raise BadValue(WHO, f"{neurons} neurons, {rows - 2} ms", wanted)
    # By source, then delay; those of one ms stay in the order in which they were given.
    acts = acts[np.lexsort((delays[acts], sources[acts]))]
    counts = np.bincount(sources[acts] * rows + delays[acts], minlength=neurons * rows).reshape(neurons, rows)
    # No synapse has the last delay, so the start of its row is the end of the one before.
    first = (np.cumsum(counts).reshape(neurons, rows) - counts).astype(np.int32)
    reach = np.zeros(neurons, dtype=np.int32)
    np.maximum.at(reach, sources[acts], delays[acts].astype(np.int32))
    of_excitatory = np.arange(neurons) < excitatory
    network = Network(
        excitatory,
        first,
        targets[acts].astype(np.int32),
        weights[acts],
        reach,
        a=np.where(of_excitatory, EXCITATORY["a"], INHIBITORY["a"]),
        d=np.where(of_excitatory, EXCITATORY["d"], INHIBITORY["d"]),
    )
    return network, (sources[is_strong], targets[is_strong], delays[is_strong])


def _mothers(
    mothers: ArrayLike | None, excitatory: int, source: NDArray, target: NDArray, delay: NDArray
) -> list[Mother]:
    """The neurons to try, each with its strong synapses by source and delay."""
    asked = np.arange(excitatory) if mothers is None else _indices(WHO, "mothers", np.atleast_1d(np.asarray(mothers)))
    if asked.size and asked.max() >= excitatory:
        raise BadValue(f"{WHO}: mothers", asked.max().item(), f"excitatory neurons, those below {excitatory}, would do")
    order = np.lexsort((delay, source, target))
    source, target, delay = source[order], target[order], delay[order]
    begin, end = np.searchsorted(target, asked, "left"), np.searchsorted(target, asked, "right")
    return [
        Mother(int(cell), source[i:j].copy(), delay[i:j].copy()) for cell, i, j in zip(asked, begin, end, strict=True)
    ]


def _joined(parts: Sequence[Part], anchors: int) -> Groups:
    """All parts in one."""

    def firsts(row: int) -> NDArray[np.int64]:
        counts = [np.diff(part.ends[row], prepend=0) for part in parts]
        return np.concatenate([np.zeros(1, dtype=np.int64), *counts]).cumsum()

    cell, time, layer = np.concatenate([np.zeros((3, 0), dtype=np.int32), *(part.spikes for part in parts)], axis=1)
    whole = np.concatenate([np.zeros(0, dtype=np.int64), *(part.ends[2] for part in parts)])
    groups_of = np.array([part.ends.shape[1] for part in parts], dtype=np.int64)
    return Groups(
        anchors=anchors,
        mother=np.repeat(np.array([part.mother for part in parts], dtype=np.int32), groups_of),
        first_spike=firsts(0),
        first_link=firsts(1),
        cell=cell,
        time=time,
        layer=layer,
        link=np.concatenate([np.zeros((0, 3), dtype=np.int32), *(part.links for part in parts)]),
        truncated=whole == 0,
    )
