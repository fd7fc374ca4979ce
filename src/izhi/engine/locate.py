"""Finds the synapses of a projection again in the arrays of a network."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from izhi.engine.arrays import Net
from izhi.engine.layout import WIDTH
from izhi.engine.plan import Plan
from izhi.network import Projection


class Located(NamedTuple):
    """Synapses of a projection: where they lie, the numbers of their cells, and their delays [ms]."""

    where: NDArray[np.int64]
    source: NDArray[np.int64]
    target: NDArray[np.int64]
    delay: NDArray[np.float64]


def locate(plan: Plan, net: Net, projection: Projection, bundle: int, learns: bool) -> Located:
    """Where the synapses of a projection lie, in the order of their sources, targets and delays."""
    layout = plan.layout
    row, row_of, index, kinds = (
        (net.learn_row[bundle], net.learn_row_of[bundle], net.learn_index, net.delays.shape[1])
        if learns
        else (net.row[bundle], net.row_of[bundle], net.index, 1)
    )
    first, last = int(row[0]), int(row[-1])
    number = np.repeat(np.arange(row.size - 1), np.diff(row))
    kind, block, line = number % kinds, number // kinds % plan.blocks, number // kinds // plan.blocks
    chunks = np.flatnonzero(row_of >= 0)
    place_of_line = (chunks[np.argsort(row_of[chunks])][:, None] * WIDTH + np.arange(WIDTH)).ravel()
    own = index[first:last].astype(np.int64) & (0xFFFF if plan.packed else -1)
    width = plan.chunks_per_block * WIDTH
    source, target = layout.cell_at[place_of_line[line]], layout.cell_at[block * width + own % width]
    early = plan.early(projection.synapse)
    steps = net.delays[bundle][kind] if learns else own // width + early
    names = [p.name for p in plan.network.populations]
    belongs = np.ones(own.size, dtype=bool)
    for cells, ends in ((source, projection.source), (target, projection.target)):
        number = plan.layout.population[plan.place_of(cells) // WIDTH]
        belongs &= np.isin(number, [names.index(n) for n in ends])
    where = np.flatnonzero(belongs)
    where = where[np.lexsort((steps[where], target[where], source[where]))]
    lies = net.learn_place[first + where].astype(np.int64) if learns else first + where
    return Located(lies, source[where].astype(np.int64), target[where].astype(np.int64), steps[where] * plan.dt)


def source_rows(plan: Plan, net: Net, bundle: int, projection: Projection) -> list[tuple[int, int]]:
    """Where the synapses that do not learn lie, from each population that a projection comes from: begin and end."""
    layout, names, found = plan.layout, [p.name for p in plan.network.populations], []
    for name in projection.source:
        chunks = range(*layout.chunks[names.index(name) : names.index(name) + 2])
        rows = [int(net.row_of[bundle, c]) for c in chunks if net.row_of[bundle, c] >= 0]
        if rows:
            ends = min(rows) * plan.blocks, (max(rows) + WIDTH) * plan.blocks
            found.append((int(net.row[bundle, ends[0]]), int(net.row[bundle, ends[1]])))
    return found
