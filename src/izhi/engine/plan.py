"""What a network becomes: where its cells lie, which synapses share rows, and how far ahead arrivals may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.engine.assembly import Assembly
from izhi.engine.connect import Wiring
from izhi.engine.layout import WIDTH, Layout, blocks_for
from izhi.engine.rows import Rows, build_rows
from izhi.equations import with_receptors
from izhi.equations.model import Model
from izhi.network import (
    Background,
    Conductance,
    CurrentPulse,
    Delta,
    Network,
    PoissonDrive,
    Synapse,
)
from izhi.network.projection import Projection
from izhi.schemes.scheme import GridScheme
from izhi.wiring import Distribution


@dataclass(eq=False)
class Plan:
    """A network under construction, for one scheme, step and precision."""

    network: Network
    scheme: GridScheme
    dt: float
    precision: np.dtype
    engine: ModuleType
    threads: int
    packed: bool = False

    @cached_property
    def layout(self) -> Layout:
        return Layout(tuple(p.count for p in self.network.populations))

    @cached_property
    def cells(self) -> list[Cell | None]:
        """Of each population its cells, with all that is random drawn; None for sources."""
        return [
            p.cells(self._random(1, k)) if isinstance(p.cell, Cell) else None
            for k, p in enumerate(self.network.populations)
        ]

    def _random(self, *key: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.network.seed, spawn_key=key)))

    @cached_property
    def receptors(self) -> bool:
        """Whether any synapse is a conductance."""
        return any(isinstance(s, Conductance) for s in self._synapses())

    def _synapses(self) -> list[Synapse]:
        drives = [d.synapse for _, d in self.drives if isinstance(d, PoissonDrive)]
        return [*(p.synapse for p in self.network.projections), *drives]

    @cached_property
    def channels(self) -> list[Synapse]:
        """What synapses add to, each once."""
        return list(dict.fromkeys(self._synapses()))

    @cached_property
    def models(self) -> list[Model]:
        """The models of the cells, each once."""
        found = dict.fromkeys(p.cell.model for p in self.network.populations if isinstance(p.cell, Cell))
        return [with_receptors(m) if self.receptors else m for m in found]

    @property
    def at_start(self) -> bool:
        """Whether spikes are found at the start of a step, to act within it."""
        return self.assembly.at_start

    def model_of(self, cell: Cell) -> int:
        names = [m.name for m in self.models]
        return names.index(cell.model.name)

    def shared(self, model: int) -> tuple[str, ...]:
        """The parameters with a default that no population of this model has as an array: all of them, or none."""
        chosen = self.models[model]
        defaults = tuple(q.symbol for q in chosen.parameters if q.default is not None)
        own = [c for c in self.cells if c is not None and self.model_of(c) == model]
        return defaults if all(c.parameters[s].ndim == 0 for c in own for s in defaults) else ()

    @cached_property
    def assembly(self) -> Assembly:
        """What the kernels are made for."""
        return Assembly(
            tuple(self.models),
            tuple(self.shared(k) for k in range(len(self.models))),
            self.scheme,
            plastic=any(p.plasticity for p in self.network.projections),
            short_term=any(p.short_term for p in self.network.projections),
            packed=self.packed,
        )

    # Synapses.

    @cached_property
    def wirings(self) -> list[Wiring]:
        return [Wiring(self.network, p, k, self.layout, self.engine) for k, p in enumerate(self.network.projections)]

    @cached_property
    def bundles(self) -> tuple[list[list[Wiring]], list[list[Wiring]]]:
        """Projections that can share rows: those that do not learn, and those that learn."""
        found: tuple[dict[Any, list[Wiring]], dict[Any, list[Wiring]]] = {}, {}
        for w in self.wirings:
            p = w.projection
            rest = (p.synapse, p.short_term, p.plasticity)
            for again in range(len(self.wirings)):  # two between the same cells are told apart by their bundle
                bundle = found[p.plasticity is not None].setdefault((rest, again), [])
                if not any(_overlap(w.projection, other.projection) for other in bundle):
                    bundle.append(w)
                    break
        return list(found[0].values()), list(found[1].values())

    @cached_property
    def steps_of_delay(self) -> list[NDArray[np.int64]]:
        """The delays of each projection that occur, or may, in steps."""
        found = []
        for w in self.wirings:
            bounds = w.projection.delay.bounds() if isinstance(w.projection.delay, Distribution) else None
            if bounds is not None:
                low, high = (max(1, round(x / self.dt)) for x in bounds)
                found.append(np.arange(low, high + 1))
                continue
            seen = np.zeros(0, dtype=np.int64)
            constant = isinstance(w.projection.delay, np.ndarray) and not w.projection.delay.ndim
            for batch in w.batches():
                seen = np.union1d(seen, np.unique(w.delays(batch, self.dt)))
                if constant:
                    break
            found.append(seen)
        return found

    def early(self, synapse: Synapse) -> int:
        """Pulses and jumps of v act in the step that ends when the spike arrives, all else from there on."""
        return 1 if isinstance(synapse, CurrentPulse | Delta) else 0

    @cached_property
    def depth(self) -> int:
        """How many steps ahead arrivals may lie, this one included."""
        still = [w for bundle in self.bundles[0] for w in bundle]
        ahead = [
            int(self.steps_of_delay[w.order].max()) - self.early(w.projection.synapse)
            for w in still
            if self.steps_of_delay[w.order].size
        ]
        return 1 + max(ahead, default=0)

    @cached_property
    def blocks(self) -> int:
        synapses = int(sum(w.expected for w in self.wirings))
        near = blocks_for(self.layout, self.depth, synapses, self.arrivals.itemsize)
        # A packed synapse has 16 bits for a slot and a target within its block.
        fitting = -(-self.layout.number // max(1, (1 << 16) // (self.depth * WIDTH)))
        return min(max(near, fitting + fitting % 2), self.layout.number) if self.packed else near

    @property
    def arrivals(self) -> np.dtype:
        """The type of what arrives."""
        return np.dtype(np.int32) if self.packed else self.precision

    @property
    def weights(self) -> np.dtype:
        """The type that weights are drawn with."""
        return np.dtype(np.float32) if self.packed else self.precision

    @property
    def chunks_per_block(self) -> int:
        return -(-self.layout.number // self.blocks)

    @property
    def slots(self) -> int:
        return 1 if self.depth == 1 else 2 * self.depth

    def index_type(self, slots: int) -> np.dtype:
        return np.dtype(np.uint16 if slots * self.chunks_per_block * WIDTH <= 1 << 16 else np.uint32)

    @cached_property
    def least_memory(self) -> int:
        """About how many bytes the synapses and cells take at least, by the description alone."""
        size, total = self.precision.itemsize, 0.0
        for w in self.wirings:
            learns = w.projection.plasticity is not None
            total += w.expected * (2 + self.weights.itemsize + (size + 8 if learns else 0))
        return int(total + self.layout.places * (size * (len(self.channels) + 12 + 17 * self.receptors) + 40))

    @cached_property
    def memory(self) -> int:
        """About how many bytes the network takes."""
        index = self.index_type(self.depth).itemsize
        synapses = sum(w.expected for w in self.wirings) * (index - 2)
        rows = 8.0 * sum(map(len, self.bundles)) * self.layout.places * self.blocks
        arrivals = self.layout.places * self.precision.itemsize * len(self.channels) * (self.slots - 1)
        kept = self.trace_steps * self.layout.places * len(self.bundles[1])
        traces = kept * (2 * self.precision.itemsize + 4 * self.threads)
        return int(self.least_memory + synapses + rows + arrivals + traces)

    def still(self) -> Rows:
        """The synapses that do not learn."""
        early = [self.early(bundle[0].projection.synapse) for bundle in self.bundles[0]]

        def slots(b: int, delay: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            return np.zeros(delay.size, dtype=np.int64), delay - early[b]

        return self._rows(self.bundles[0], slots, 1, self.index_type(self.depth))

    @cached_property
    def learning_delays(self) -> list[NDArray[np.int64]]:
        """Of each bundle that learns, its delays."""
        return [np.unique(np.concatenate([self.steps_of_delay[w.order] for w in bundle])) for bundle in self.bundles[1]]

    @property
    def reach(self) -> int:
        """The longest delay of synapses that learn, in steps."""
        return max((int(d.max()) for d in self.learning_delays if d.size), default=0)

    @property
    def trace_steps(self) -> int:
        """Of how many steps the spikes and traces are kept: a power of two."""
        return 1 << (self.reach + 1).bit_length()

    def learning(self) -> Rows:
        """The synapses that learn, by delay."""
        known = self.learning_delays

        def slots(b: int, delay: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
            return np.searchsorted(known[b], delay), np.zeros(delay.size, dtype=np.int64)

        kinds = max((d.size for d in known), default=0)
        return self._rows(self.bundles[1], slots, max(kinds, 1), self.index_type(1))

    def _rows(self, bundles: Sequence[Sequence[Wiring]], slots: Any, kinds: int, index_type: np.dtype) -> Rows:
        return build_rows(
            bundles, slots, kinds, self.layout, self.blocks, self.chunks_per_block * WIDTH, self.dt, index_type,
            self.weights, self.engine,
        )  # fmt: skip

    def place_of(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places of cells that are counted through all populations."""
        return self.place_of_cell[cells]

    @cached_property
    def place_of_cell(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.layout.cell_at >= 0)

    @cached_property
    def drives(self) -> list[tuple[int, Background]]:
        """Background inputs with their populations; those of the whole network have the number after the last."""
        own = [(p, d) for p, pop in enumerate(self.network.populations) for d in pop.drive]
        return [*own, *((len(self.network.populations), d) for d in self.network.drive)]

    @property
    def driven(self) -> int:
        """How many cells are no sources."""
        return sum(p.count for p in self.network.populations if isinstance(p.cell, Cell))

    def numbers(self) -> NDArray[np.int64]:
        """Of each chunk, the number of its first cell, counted through all populations that are no sources."""
        counts = [p.count if isinstance(p.cell, Cell) else 0 for p in self.network.populations]
        before = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return before[self.layout.population] + self.layout.first

    @property
    def short_terms(self) -> list[int]:
        """The bundles with short-term plasticity."""
        return [k for k, b in enumerate(self.bundles[0]) if b[0].projection.short_term is not None]


def _overlap(a: Projection, b: Projection) -> bool:
    """Whether two projections share a pair of populations."""
    return bool(set(a.source) & set(b.source)) and bool(set(a.target) & set(b.target))
