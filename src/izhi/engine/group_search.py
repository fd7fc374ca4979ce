"""Runs the search for polychronous groups: mother by mother, in threads, each with room of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from izhi.engine.groups import NEVER, REST, REST_U, Cells, Found, Network, Rules, Spikes, fitting

# Groups, spikes and links that a thread has room for at first.
ROOM = 1 << 14


class Mother(NamedTuple):
    """A cell, and the cells with strong synapses on it, with their delays in ms."""

    cell: int
    source: NDArray[np.int64]
    delay: NDArray[np.int64]


class Search(NamedTuple):
    """What is asked for; `largest` is how many bytes of groups may be held."""

    network: Network
    rules: Rules
    anchors: int
    most_spikes: int
    largest: int


@dataclass(eq=False)
class Part:
    """Groups of one mother: where each one's spikes and links end and whether it is whole; its spikes and links."""

    mother: int
    ends: NDArray[np.int64]
    spikes: NDArray[np.int32]
    links: NDArray[np.int32]

    @property
    def size(self) -> int:
        """Bytes."""
        return self.ends.nbytes + self.spikes.nbytes + self.links.nbytes


class _Place:
    """The memory of one thread."""

    def __init__(self, asked: Search):
        def numbers(size: int) -> NDArray[np.int32]:
            return np.full(size, NEVER, dtype=np.int32)

        self.asked = asked
        neurons = asked.network.a.size
        v, u = np.full(neurons, REST), np.full(neurons, REST_U)
        self.cells = Cells(v, u, np.zeros(neurons), *(numbers(neurons) for _ in range(6)))
        self.spikes = Spikes(*(numbers(asked.most_spikes) for _ in range(4)))
        self.used = np.zeros(asked.anchors, dtype=np.int64)
        self.found = Found(
            ends=np.zeros((3, ROOM), dtype=np.int64),
            spikes=np.zeros((3, ROOM + asked.most_spikes), dtype=np.int32),
            links=np.zeros((ROOM, 3), dtype=np.int32),
        )

    def search(self, kernel: Callable, mother: Mother) -> Iterator[Part]:
        """The groups of one mother, as many at a time as there is room for."""
        network, rules = self.asked.network, self.asked.rules
        chosen = np.arange(self.asked.anchors)
        fitting(mother.source, chosen)
        while chosen[0] < mother.source.size:
            groups, links = kernel(
                network, rules, mother.source, mother.delay, chosen, self.cells, self.spikes, self.used, self.found
            )
            if groups:
                yield self._part(mother.cell, groups)
            if links > self.found.links.shape[0]:
                self.found = self.found._replace(links=np.zeros((links, 3), dtype=np.int32))

    def _part(self, mother: int, groups: int) -> Part:
        """A copy of what was found; the links by the spike after, then the one before."""
        ends = self.found.ends[:, :groups].copy()
        links = self.found.links[: ends[1, -1]]
        group = np.repeat(np.arange(groups), np.diff(ends[1], prepend=0))
        order = np.lexsort((links[:, 2], links[:, 0], links[:, 1], group))
        return Part(mother, ends, self.found.spikes[:, : ends[0, -1]].copy(), links[order])


def search(engine: ModuleType, asked: Search, mothers: Sequence[Mother], threads: int) -> Iterator[Part]:
    """The groups of each mother, in the order of mothers; of one of more than `largest` bytes, not all."""
    kernel = engine.groups()
    own = threading.local()

    def task(mother: Mother) -> list[Part]:
        if not hasattr(own, "place"):
            own.place = _Place(asked)
        parts: list[Part] = []
        for part in own.place.search(kernel, mother):
            parts.append(part)
            if sum(each.size for each in parts) > asked.largest:
                break
        return parts

    if threads == 1 or not engine.parallel:
        for mother in mothers:
            yield from task(mother)
        return
    pool = ThreadPoolExecutor(threads)
    try:
        for parts in pool.map(task, mothers):
            yield from parts
    finally:  # also where no more are asked for
        pool.shutdown(cancel_futures=True)
