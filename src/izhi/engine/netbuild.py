"""Makes the arrays of a network from its description: what stays as it is, and what changes from step to step."""

from __future__ import annotations

import math
from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.engine import circuit, draw
from izhi.engine.assembly import Assembly
from izhi.engine.chance import key_of
from izhi.engine.connect import Rows, Wiring, build_rows
from izhi.engine.grid import first_step_from
from izhi.engine.layout import WIDTH, Layout, blocks_for
from izhi.equations import RECEPTORS, with_receptors
from izhi.equations.model import Model
from izhi.errors import BadValue
from izhi.network import (
    STDP,
    Background,
    Conductance,
    CurrentPulse,
    Delta,
    Depression,
    ExponentialCurrent,
    GaussianNoise,
    Markram,
    Network,
    PoissonDrive,
    PoissonSource,
    Population,
    RandomCells,
    SpikeSource,
    Synapse,
    UniformNoise,
)
from izhi.network.projection import Projection
from izhi.schemes.scheme import GridScheme
from izhi.wiring import Distribution

# What no worker changes, by the names that `circuit` reads.
Net = namedtuple(
    "Net",
    "width capacity block_width slots depth block_chunk kind size pop first number pop_size h row row_of "
    "row_channel short_term index weight drive_pop drive_kind drive_key drive_channel outside_pop outside_column "
    "outside_cells channel_kind channel_index channel_second schedule_begin schedule_step schedule_cell "
    "source_key source_threshold every traced_begin traced_cell rule rule_early rule_channel rule_period dynamics "
    "delays delays_number learn_blocks learn_row learn_row_of learn_rows learn_index in_begin in_synapse "
    "in_source in_delay",
)
# What they change, each in its own share, and what the user may change between runs.
State = namedtuple(
    "State",
    "X M G D P S Q flags words J fired fired_count channel_keep drive_value drive_table efficacy resource arrived "
    "spiked learned tagged dopamine",
)
_KINDS = {GaussianNoise: circuit.GAUSSIAN, UniformNoise: circuit.UNIFORM, PoissonDrive: circuit.POISSON,
          RandomCells: circuit.RANDOM_CELLS}  # fmt: skip
# The numbers of a rule, in the order of `circuit`.
RULE_COLUMNS = 15
# A Poisson drive of more spikes per step than this is refused.
MOST_ARRIVALS = 200.0


@dataclass(eq=False)
class Build:
    """A network under construction, for one scheme, step and precision."""

    network: Network
    scheme: GridScheme
    dt: float
    precision: np.dtype
    engine: ModuleType
    threads: int
    layout: Layout = field(init=False)
    cells: list[Cell | None] = field(init=False)

    def __post_init__(self) -> None:
        self.layout = Layout(tuple(p.count for p in self.network.populations))
        self.cells = [
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
        found = dict.fromkeys(c.model for c in self.cells if c is not None)
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
        """A pulse acts in the step that ends when the spike arrives, all else from there on."""
        return 1 if isinstance(synapse, CurrentPulse) else 0

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
        return blocks_for(self.layout, self.depth, synapses, self.precision.itemsize)

    @property
    def chunks_per_block(self) -> int:
        return -(-self.layout.number // self.blocks)

    @property
    def slots(self) -> int:
        return 1 if self.depth == 1 else 2 * self.depth

    def index_type(self, slots: int) -> np.dtype:
        return np.dtype(np.uint16 if slots * self.chunks_per_block * WIDTH <= 1 << 16 else np.uint32)

    @cached_property
    def memory(self) -> int:
        """About how many bytes the network takes."""
        size, total = self.precision.itemsize, 0.0
        for w in self.wirings:
            learns = w.projection.plasticity is not None
            each = self.index_type(self.depth).itemsize + size + (2 * size + 24 if learns else 0)
            total += w.expected * each
        bundles = sum(map(len, self.bundles))
        total += 8.0 * bundles * self.layout.places * self.blocks
        total += self.layout.places * size * (len(self.channels) * self.slots + 16 + 17 * self.receptors)
        return int(total + 4.0 * self.layout.places * 4)

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
            self.precision, self.engine,
        )  # fmt: skip

    # Arrays.

    def table(self) -> dict[str, NDArray]:
        """Parameters and states of the cells, chunk by chunk."""
        layout, precision = self.layout, self.precision
        own = [[s for s in m.symbols if s not in self.shared(k)] for k, m in enumerate(self.models)]
        shared = [self.shared(k) for k in range(len(self.models))]
        rows = max((len(m.state) for m in self.models), default=2)
        X = np.zeros((layout.number, rows, WIDTH), dtype=precision)
        P = np.ones((layout.number, max(map(len, own), default=1), WIDTH), dtype=precision)
        Q = np.ones((max(len(layout.counts), 1), max(map(len, shared), default=1) or 1), dtype=precision)
        M = np.zeros((layout.number, len(self.scheme.memory), WIDTH), dtype=precision)
        M[:] = np.array(self.scheme.memory, dtype=precision)[None, :, None]
        five = 5 if self.receptors else 0
        G = np.zeros((layout.number, five, WIDTH), dtype=precision)
        D = np.ones((layout.number, 1, five, WIDTH), dtype=precision)
        for p, cell in enumerate(self.cells):
            if cell is None or not layout.counts[p]:
                continue
            model = self.model_of(cell)
            values = self.parameters(cell, layout.counts[p])
            symbols = self.models[model].symbols
            part = slice(layout.chunks[p], layout.chunks[p + 1])
            self.spread(X[part, : len(cell.model.state)], cell.state(layout.counts[p]))
            self.spread(P[part, : len(own[model])], values[[symbols.index(s) for s in own[model]]])
            for q, s in enumerate(shared[model]):
                Q[p, q] = values[symbols.index(s), 0]
            if self.receptors:
                tau = values[[symbols.index(f"tau_{r}") for r in RECEPTORS]]
                self.spread(D[part, 0], np.exp(-self.dt / tau))
        return {"X": X, "P": P, "Q": Q, "M": M, "G": G, "D": D}

    def parameters(self, cell: Cell, count: int) -> NDArray[np.float64]:
        """As the scheme's step reads them: shape (parameters, cells)."""
        values = cell.table(count, self.receptors)
        if self.scheme.scaled_rate:
            values[self.models[self.model_of(cell)].symbols.index(cell.model.rate)] *= self.dt
        return values

    def place_of(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places of cells that are counted through all populations."""
        return self.place_of_cell[cells]

    @cached_property
    def place_of_cell(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.layout.cell_at >= 0)

    @staticmethod
    def spread(chunks: NDArray, values: NDArray) -> None:
        """Rows of a population's values into its chunks; what is left of the last repeats the last value."""
        rows, n = values.shape
        full = np.empty((rows, chunks.shape[0] * WIDTH))
        full[:, :n] = values
        full[:, n:] = values[:, -1:]
        chunks[:] = full.reshape(rows, chunks.shape[0], WIDTH).transpose(1, 0, 2)

    def net(self, every: int, traced: NDArray[np.int64]) -> tuple[Net, dict[str, NDArray]]:
        """All arrays that stay, and the initial weights of synapses that learn."""
        layout, channels = self.layout, self.channels
        kinds = np.array([self._kind(p) for p in layout.population] if layout.counts else [circuit.SCHEDULE])
        still, learning = self.still(), self.learning()
        begin, step, cell = self._schedule(kinds)
        source_key, source_threshold = self._sources(kinds)
        drives = self.drives
        per = self.chunks_per_block
        edges = np.minimum(np.arange(self.blocks + 1) * per, layout.number)
        rules = [bundle[0].projection for bundle in self.bundles[1]]
        dynamics = self._dynamics()
        exponential = [c for c in channels if isinstance(c, ExponentialCurrent)]
        in_begin, in_synapse, in_source, in_delay = self._incoming(learning)
        whole = np.int64
        net = Net(
            width=WIDTH,
            capacity=layout.places,
            block_width=per * WIDTH,
            slots=self.slots,
            depth=self.depth,
            block_chunk=edges.astype(whole),
            kind=kinds.astype(whole),
            size=layout.size.astype(whole),
            pop=layout.population.astype(whole),
            first=layout.first.astype(whole),
            number=self._numbers().astype(whole),
            pop_size=np.array([*layout.counts, self._driven], dtype=whole),
            h=tuple(self.precision.type(x) for x in self.scheme.numbers(self.dt)),
            row=still.row,
            row_of=still.row_of,
            row_channel=np.array([channels.index(b[0].projection.synapse) for b in self.bundles[0]], dtype=whole),
            short_term=np.array(
                [-1 if b[0].projection.short_term is None else self._short_terms.index(k)
                 for k, b in enumerate(self.bundles[0])], dtype=whole),
            index=still.index,
            weight=still.weight,
            drive_pop=np.array([p for p, _ in drives], dtype=whole),
            drive_kind=np.array([_KINDS[type(d)] for _, d in drives], dtype=whole),
            drive_key=np.array([self._halves(2, k) for k in range(len(drives))], dtype=np.uint32).reshape(-1, 2),
            drive_channel=np.array(
                [channels.index(d.synapse) if isinstance(d, PoissonDrive) else -1 for _, d in drives], dtype=whole),
            outside_pop=np.zeros(0, dtype=whole),
            outside_column=np.zeros(0, dtype=whole),
            outside_cells=np.zeros(0, dtype=whole),
            channel_kind=np.array([_channel_kind(c) for c in channels], dtype=whole),
            channel_index=np.array([_channel_index(c, exponential) for c in channels], dtype=whole),
            channel_second=np.array(
                [RECEPTORS.index(c.second) if isinstance(c, Conductance) and c.second else -1 for c in channels],
                dtype=whole),
            schedule_begin=begin,
            schedule_step=step,
            schedule_cell=cell,
            source_key=source_key,
            source_threshold=source_threshold,
            every=every,
            traced_begin=np.searchsorted(traced // WIDTH, np.arange(layout.number + 1)).astype(whole),
            traced_cell=(traced % WIDTH).astype(whole),
            rule=np.array([self._rule(p) for p in rules], dtype=self.precision).reshape(-1, RULE_COLUMNS),
            rule_early=np.array([self.early(p.synapse) for p in rules], dtype=whole),
            rule_channel=np.array([channels.index(p.synapse) for p in rules], dtype=whole),
            rule_period=np.array([self._period(p) for p in rules], dtype=whole),
            dynamics=dynamics,
            delays=_padded(self.learning_delays, learning.kinds),
            delays_number=np.array([d.size for d in self.learning_delays], dtype=whole),
            learn_blocks=self.blocks,
            learn_row=learning.row,
            learn_row_of=learning.row_of,
            learn_rows=learning.rows,
            learn_index=learning.index,
            in_begin=in_begin,
            in_synapse=in_synapse,
            in_source=in_source,
            in_delay=in_delay,
        )  # fmt: skip
        return net, {"learned": learning.weight}

    @cached_property
    def drives(self) -> list[tuple[int, Background]]:
        """Background inputs with their populations; those of the whole network have the number after the last."""
        own = [(p, d) for p, pop in enumerate(self.network.populations) for d in pop.drive]
        return [*own, *((len(self.network.populations), d) for d in self.network.drive)]

    @property
    def _driven(self) -> int:
        """How many cells are no sources."""
        return sum(n for n, cell in zip(self.layout.counts, self.cells, strict=True) if cell is not None)

    def _numbers(self) -> NDArray[np.int64]:
        """Of each chunk, the number of its first cell, counted through all populations that are no sources."""
        counts = [n if cell is not None else 0 for n, cell in zip(self.layout.counts, self.cells, strict=True)]
        before = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return before[self.layout.population] + self.layout.first

    def _kind(self, population: int) -> int:
        cell = self.cells[population]
        if cell is not None:
            return self.model_of(cell)
        is_scheduled = isinstance(self.network.populations[population].cell, SpikeSource)
        return circuit.SCHEDULE if is_scheduled else circuit.POISSON_SOURCE

    def _halves(self, purpose: int, number: int) -> tuple[int, int]:
        key = key_of(self.network.seed, (purpose << 32) + number)
        return key & 0xFFFFFFFF, key >> 32

    def _schedule(self, kinds: NDArray) -> tuple[NDArray, NDArray, NDArray]:
        """The spikes of sources: of each chunk those in order of their steps, and of their cells in a step."""
        layout = self.layout
        steps, cells, chunks = [], [], []
        for p, population in enumerate(self.network.populations):
            if isinstance(population.cell, SpikeSource) and population.count:
                times, who = population.cell.trains(population.count)
                place = layout.of(p)[who]
                steps.append(first_step_from(times, self.dt))
                cells.append(place)
                chunks.append(place // WIDTH)
        step, cell, chunk = (
            np.concatenate(x).astype(np.int64) if x else np.zeros(0, dtype=np.int64) for x in (steps, cells, chunks)
        )
        # Two spikes of one cell in one step are one.
        order = np.lexsort((cell, step, chunk))
        step, cell, chunk = step[order], cell[order], chunk[order]
        new = np.ones(step.size, dtype=bool)
        new[1:] = (step[1:] != step[:-1]) | (cell[1:] != cell[:-1])
        begin = np.searchsorted(chunk[new], np.arange(kinds.size + 1)).astype(np.int64)
        return begin, step[new], cell[new].astype(np.int32)

    def _sources(self, kinds: NDArray) -> tuple[NDArray, NDArray]:
        key, threshold = np.zeros((kinds.size, 2), dtype=np.uint32), np.zeros(kinds.size, dtype=np.uint64)
        for c, p in enumerate(self.layout.population if self.layout.counts else []):
            source = self.network.populations[p].cell
            if isinstance(source, PoissonSource):
                key[c] = self._halves(3, int(p))
                threshold[c] = round(-math.expm1(-source.rate * self.dt * 1e-3) * 2.0**32)
        return key, threshold

    @property
    def _short_terms(self) -> list[int]:
        """The bundles with short-term plasticity."""
        return [k for k, b in enumerate(self.bundles[0]) if b[0].projection.short_term is not None]

    def _dynamics(self) -> NDArray:
        rows = []
        for k in self._short_terms:
            rule = self.bundles[0][k][0].projection.short_term
            if isinstance(rule, Depression):
                rows.append((0.0, 1 / rule.tau, 0.0, rule.p, self.dt))
            else:
                assert isinstance(rule, Markram)
                facil = 1 / rule.tau_facil if rule.tau_facil > 0 else 1e9
                rows.append((1.0, 1 / rule.tau_rec, facil, rule.U, self.dt))
        return np.array(rows, dtype=np.float64).reshape(-1, 5)

    def _rule(self, projection: Projection) -> list[float]:
        rule = projection.plasticity
        assert isinstance(rule, STDP)
        keeps = [rule.keep if rule.keep is not None else math.exp(-self.dt / tau)
                 for tau in (rule.tau_plus, rule.tau_minus)]  # fmt: skip
        later = rule.consolidation
        dopamine = rule.dopamine
        decay = -1.0
        if dopamine is not None:
            decay = dopamine.keep if dopamine.keep is not None else math.exp(-self.dt / dopamine.tau)
        return [
            *keeps, rule.potentiation, rule.depression, float(rule.pairing == "all"), float(later is None),
            rule.lowest if later is None else -math.inf, rule.highest if later is None else math.inf,
            rule.lowest, rule.highest, dopamine.tonic if dopamine else 1.0, later.growth if later else 0.0,
            later.keep if later else 1.0, float(bool(later and later.decay_first)), decay,
        ]  # fmt: skip

    def _period(self, projection: Projection) -> int:
        later = projection.plasticity.consolidation if projection.plasticity else None
        return max(1, round(later.period / self.dt)) if later else 0

    def _incoming(self, rows: Rows) -> tuple[NDArray, NDArray, NDArray, NDArray]:
        """For each target, the synapses that learn, with their sources and delays."""
        bundles, places = len(self.bundles[1]), self.blocks * self.chunks_per_block * WIDTH
        total = rows.index.size
        begin = np.zeros((bundles, places + 1), dtype=np.int64)
        synapse, source = np.zeros(total, dtype=np.uint32), np.zeros(total, dtype=np.uint32)
        delay = np.zeros(total, dtype=np.uint32)
        transpose = self.engine.plain(draw.transpose)
        width = self.chunks_per_block * WIDTH
        for b in range(bundles):
            edges = rows.row[b].reshape(-1)
            first, last = int(edges[0]), int(edges[-1])
            kind = np.arange(edges.size - 1) // rows.kinds % self.blocks
            block = np.repeat(kind, np.diff(edges))
            target = block * width + rows.index[first:last]
            cursor = first + np.concatenate([[0], np.cumsum(np.bincount(target, minlength=places))])
            begin[b] = cursor
            chunks = np.flatnonzero(rows.row_of[b] >= 0)
            of_row = (chunks[:, None] * WIDTH + np.arange(WIDTH)).ravel().astype(np.int64)
            delays = self.learning_delays[b]
            padded = np.zeros(rows.kinds, dtype=np.int64)
            padded[: delays.size] = delays
            transpose(rows.row[b], int(rows.rows[b]), of_row, self.blocks, rows.kinds, padded, rows.index, width,
                      cursor.astype(np.int64), synapse, source, delay)  # fmt: skip
        return begin, synapse, source, delay

    def state(self, weights: dict[str, NDArray]) -> State:
        """All arrays that change, at time 0."""
        layout, precision = self.layout, self.precision
        number, places = layout.number, self.blocks * self.chunks_per_block * WIDTH
        table = self.table()
        rules, terms = len(self.bundles[1]), len(self._short_terms)
        longest = max((int(d.max()) for d in self.learning_delays if d.size), default=0)
        depth = 1 << (longest + 1).bit_length()
        flags = np.zeros((number, WIDTH), dtype=np.uint8)
        exponential = [c for c in self.channels if isinstance(c, ExponentialCurrent)]
        drives = [d for _, d in self.drives]
        values = np.array([self.drive_value(d) for d in drives], dtype=precision).reshape(-1, 2)
        resource = np.zeros((terms, 3, places))
        resource[:, 0] = 1.0
        return State(
            **table,
            S=np.zeros((number, len(exponential), WIDTH), dtype=precision),
            flags=flags,
            words=flags.view(np.uint64),
            J=np.zeros((len(self.channels), places * self.slots), dtype=precision),
            fired=np.zeros((depth, number, WIDTH), dtype=np.int32),
            fired_count=np.zeros((depth, number), dtype=np.int64),
            channel_keep=np.array([self._keep(c) for c in self.channels], dtype=precision),
            drive_value=values,
            drive_table=thresholds(drives, self.dt),
            efficacy=np.ones((terms, 2, places), dtype=precision),
            resource=resource,
            arrived=np.zeros((rules, depth, places), dtype=precision),
            spiked=np.zeros((rules, places), dtype=precision),
            tagged=np.zeros_like(weights["learned"]),
            dopamine=np.zeros((self.blocks, max(rules, 1)), dtype=precision),
            **weights,
        )

    def _keep(self, channel: Synapse) -> float:
        if isinstance(channel, ExponentialCurrent):
            return math.exp(-self.dt / channel.tau)
        return channel.share if isinstance(channel, Conductance) else 0.0

    @staticmethod
    def drive_value(drive: Background) -> tuple[float, float]:
        if isinstance(drive, GaussianNoise):
            return drive.mean, drive.std
        if isinstance(drive, UniformNoise):
            return drive.low, drive.high - drive.low
        if isinstance(drive, RandomCells):
            return drive.current, float(drive.cells)
        assert isinstance(drive, PoissonDrive)
        return drive.weight, 0.0


def thresholds(drives: Sequence[Background], dt: float) -> NDArray[np.uint64]:
    """For Poisson drives, what 32 random bits must reach for one arrival in a step, for two, and so on."""
    tables: list[list[int]] = []
    for drive in drives:
        table: list[int] = []
        if isinstance(drive, PoissonDrive) and drive.rate > 0:
            mean = drive.rate * dt * 1e-3
            if mean > MOST_ARRIVALS:
                raise BadValue("PoissonDrive.rate", drive.rate, f"at most {MOST_ARRIVALS * 1e3 / dt:g} Hz would do")
            p, total = math.exp(-mean), 0.0
            while (total := total + p) < 1 - 2.0**-33 and len(table) < 1000:
                table.append(math.ceil(total * 2.0**32))
                p *= mean / len(table)
        tables.append(table)
    width = max(map(len, tables), default=0)
    never = 2**32
    return np.array([t + [never] * (width - len(t)) for t in tables], dtype=np.uint64).reshape(len(tables), width)


def _channel_kind(channel: Synapse) -> int:
    if isinstance(channel, CurrentPulse):
        return circuit.PULSE
    if isinstance(channel, Delta):
        return circuit.KICK
    return circuit.EXPONENTIAL if isinstance(channel, ExponentialCurrent) else circuit.RECEPTOR


def _channel_index(channel: Synapse, exponential: list[ExponentialCurrent]) -> int:
    if isinstance(channel, ExponentialCurrent):
        return exponential.index(channel)
    return RECEPTORS.index(channel.receptor) if isinstance(channel, Conductance) else 0


def _overlap(a: Projection, b: Projection) -> bool:
    """Whether two projections share a pair of populations."""
    return bool(set(a.source) & set(b.source)) and bool(set(a.target) & set(b.target))


def _padded(rows: Sequence[NDArray[np.int64]], width: int) -> NDArray[np.int64]:
    table = np.zeros((len(rows), max(width, 1)), dtype=np.int64)
    for into, row in zip(table, rows, strict=True):
        into[: row.size] = row
    return table


def population_of(network: Network, name: str) -> tuple[int, Population]:
    """A population's number and itself."""
    found = network.population(name)
    return [p.name for p in network.populations].index(name), found
