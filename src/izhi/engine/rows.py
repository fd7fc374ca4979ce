"""Builds the synapses of a network: draws them twice, once to count and once to put them in the order of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.engine import draw
from izhi.engine.connect import Batch, Wiring
from izhi.engine.layout import WIDTH, Layout

# Threads that put synapses in order.
FILLERS = 2


@dataclass(eq=False)
class Rows:
    """Synapses in the order in which spikes need them: by source, by block of targets, and, if asked, by delay.

    Attributes
    ----------
    row : shape (bundles, rows * blocks * kinds + 1), int64
        Where the synapses of each begin.
    row_of : shape (bundles, chunks), int64
        The first row of each chunk's cells; -1 if none of them is a source.
    index : shape (synapses,), unsigned
        The slot of the arrival times the block's width, plus the target's position in the block.
    weight : shape (synapses,)
    """

    row: NDArray[np.int64]
    row_of: NDArray[np.int64]
    rows: NDArray[np.int64]
    index: NDArray
    weight: NDArray
    kinds: int


def build_rows(
    bundles: Sequence[Sequence[Wiring]],
    slots: Callable[[int, NDArray[np.int64]], tuple[NDArray[np.int64], NDArray[np.int64]]],
    kinds: int,
    layout: Layout,
    blocks: int,
    block_width: int,
    dt: float,
    index_type: np.dtype,
    precision: np.dtype,
    engine: ModuleType,
) -> Rows:
    """Draw and order the synapses of bundles of projections; `slots(b, delay)` gives each a kind and a slot."""
    find, count, fill = (engine.plain(kernel) for kernel in (draw.find_rows, draw.count_rows, draw.fill_rows))
    block_of = np.arange(layout.number) * WIDTH // block_width
    row_of = np.full((len(bundles), layout.number), -1, dtype=np.int64)
    rows = np.zeros(len(bundles), dtype=np.int64)
    for b, bundle in enumerate(bundles):
        chunks = np.unique(np.concatenate([w.ends["source"] for w in bundle]) // WIDTH)
        row_of[b, chunks] = np.arange(chunks.size) * WIDTH
        rows[b] = chunks.size * WIDTH
    most = int(rows.max(initial=0)) * blocks * kinds
    row = np.zeros((len(bundles), most + 1), dtype=np.int64)
    for b, bundle in enumerate(bundles):
        for wiring in bundle:
            for batch, delay in _ahead((batch, wiring.delays(batch, dt)) for batch in wiring.batches()):
                at = np.empty(batch.source.size, dtype=np.int64)
                find(batch.source, batch.target, slots(b, delay)[0], row_of[b], block_of, blocks, kinds, at)
                count(at, row[b])
    starts = np.cumsum(row.ravel())
    total = int(starts[-1]) if starts.size else 0
    starts -= row.ravel()
    row[:] = starts.reshape(row.shape)
    del starts
    index, weight = np.empty(total, dtype=index_type), np.empty(total, dtype=precision)
    # Each thread fills some of the rows, all of them in the same order.
    edges = [most * part // FILLERS for part in range(FILLERS + 1)]
    with ThreadPoolExecutor(FILLERS) as pool:
        for b, bundle in enumerate(bundles):
            for wiring in bundle:
                for batch, delay, given in _ahead(_whole(wiring, dt, precision)):
                    kind, slot = slots(b, delay)
                    at = np.empty(batch.source.size, dtype=np.int64)
                    find(batch.source, batch.target, kind, row_of[b], block_of, blocks, kinds, at)
                    rest: tuple[Any, ...] = (
                        at,
                        batch.target,
                        slot,
                        given,
                        block_of,
                        block_width,
                        row[b],
                        index,
                        weight,
                    )
                    jobs = [pool.submit(fill, *part, *rest) for part in pairwise(edges)]
                    for job in jobs:
                        job.result()
    # Each cursor has come to its row's end, which is where the next begins.
    ends = row[:, :-1].copy()
    row[:, 1:] = ends
    row[:, 0] = np.concatenate([[0], row[:-1, -1]]) if len(bundles) else 0
    return Rows(row, row_of, rows, index, weight, kinds)


def _whole(wiring: Wiring, dt: float, precision: np.dtype) -> Iterator[tuple[Batch, NDArray, NDArray]]:
    """Batches with their delays and weights."""
    for batch in wiring.batches():
        with np.errstate(over="ignore"):  # a thread of its own has its own
            weights = np.ascontiguousarray(wiring.weights(batch), dtype=precision)
        yield batch, wiring.delays(batch, dt), weights


def _ahead(batches: Iterator[Any]) -> Iterator[Any]:
    """The same, each made in another thread while the one before is used."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch
