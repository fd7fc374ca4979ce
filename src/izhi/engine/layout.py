"""Where the cells of a network lie: in chunks of equal width, each of one population, and chunks in blocks.

A cell's place is its chunk times the width plus its position there. Places are in the order of the cells, but some at
the end of a population's last chunk are empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

# Cells of a chunk: their numbers stay in the first cache while the loop over them is long enough to vectorise.
WIDTH = 512
# Arrivals at one block that stay in the first cache, and, where delays spread them, in the second [bytes].
NEAR, NEAR_DELAYED = 56 << 10, 200 << 10
# Synapses of a row on one block below which the beginning of a row costs more than a far arrival.
FEW = 20
# Cells from which on it is worth that two workers share them.
MANY = 4096


@dataclass(frozen=True)
class Layout:
    """The chunks of populations of these sizes.

    Attributes
    ----------
    counts : tuple of int
        Cells of each population.
    """

    counts: tuple[int, ...]

    @cached_property
    def chunks(self) -> NDArray[np.int64]:
        """The first chunk of each population, and the end: shape (populations + 1,)."""
        return np.concatenate([[0], np.cumsum([-(-n // WIDTH) for n in self.counts])]).astype(np.int64)

    @property
    def number(self) -> int:
        """How many chunks there are, at least one."""
        return max(int(self.chunks[-1]), 1)

    @property
    def places(self) -> int:
        return self.number * WIDTH

    @cached_property
    def population(self) -> NDArray[np.int64]:
        """Of each chunk, its population."""
        found = np.repeat(np.arange(len(self.counts)), np.diff(self.chunks))
        return found if found.size else np.zeros(1, dtype=np.int64)

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Of each chunk, the index of its first cell within the population."""
        if not self.chunks[-1]:
            return np.zeros(1, dtype=np.int64)
        return (np.arange(self.number) - self.chunks[self.population]) * WIDTH

    @cached_property
    def size(self) -> NDArray[np.int64]:
        """Of each chunk, how many cells it has."""
        if not self.chunks[-1]:
            return np.zeros(1, dtype=np.int64)
        return np.minimum(np.array(self.counts)[self.population] - self.first, WIDTH)

    def of(self, population: int) -> NDArray[np.int64]:
        """The places of a population's cells."""
        return self.chunks[population] * WIDTH + np.arange(self.counts[population])

    @cached_property
    def cell_at(self) -> NDArray[np.int32]:
        """The number of the cell at each place; -1 where there is none."""
        found = np.full(self.places, -1, dtype=np.int32)
        start = 0
        for p, count in enumerate(self.counts):
            found[self.of(p)] = np.arange(start, start + count)
            start += count
        return found


def blocks_for(layout: Layout, depth: int, synapses: int, itemsize: int) -> int:
    """How many blocks: enough that the arrivals of one stay near, few enough that rows on one are not too short."""
    wanted = -(-layout.places * depth * itemsize // (NEAR if depth == 1 else NEAR_DELAYED))
    if layout.places >= MANY:
        wanted = max(wanted, 2)
    most = max(2.0, synapses / max(sum(layout.counts), 1) / FEW)
    blocks = int(min(wanted, most, layout.number))
    return max(1, blocks + (blocks % 2 if 1 < blocks < layout.number else 0))
