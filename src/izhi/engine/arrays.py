"""The arrays of a network: what stays as it is, and what changes from step to step."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.engine import draw, inputs
from izhi.engine.layout import WIDTH
from izhi.engine.learning import WEIGHT
from izhi.engine.numbers import (
    DRIVES,
    RULE_COLUMNS,
    channel_index,
    channel_kind,
    drive_value,
    dynamics,
    halves,
    keep,
    period,
    rule_row,
    schedule,
    sources,
    thresholds,
)
from izhi.engine.packing import packed
from izhi.engine.plan import Plan
from izhi.engine.rows import Rows
from izhi.equations import RECEPTORS
from izhi.network import (
    Conductance,
    ExponentialCurrent,
    PoissonDrive,
    SpikeSource,
)

# What no worker changes, by the names that `circuit` reads.
Net = namedtuple(
    "Net",
    "width capacity block_width slots depth block_chunk kind size pop first number pop_size h row row_of "
    "row_channel short_term index weight drive_pop drive_kind drive_key drive_channel outside_pop outside_column "
    "outside_cells channel_kind channel_index channel_second channel_scale schedule_begin schedule_step schedule_cell "
    "source_key source_threshold every traced_begin traced_cell rule rule_early rule_channel rule_period dynamics "
    "delays delays_number learn_blocks learn_row learn_row_of learn_index learn_place in_begin in_trace "
    "trace_steps trace_rows reach",
)
# What they change, each in its own share, and what the user may change between runs.
State = namedtuple(
    "State",
    "X M G D P S Q flags words J fired fired_count channel_keep drive_value drive_table efficacy resource arrived "
    "spiked learned dopamine",
)


def make_net(plan: Plan, every: int, traced: NDArray[np.int64]) -> tuple[Net, dict[str, NDArray]]:
    """All arrays that stay, and of those that change the ones of synapses that learn."""
    layout, channels = plan.layout, plan.channels
    kinds = np.array([_kind(plan, p) for p in layout.population] if layout.counts else [inputs.SCHEDULE])
    still, learning = plan.still(), plan.learning()
    index, weight, scale = still.index, still.weight, np.ones(len(plan.channels))
    if plan.packed:
        (index, scale), weight = packed(plan, still), np.zeros(0, dtype=plan.weights)
    begin, step, cell = schedule(plan, kinds.size)
    source_key, source_threshold = sources(plan, kinds)
    drives = plan.drives
    per = plan.chunks_per_block
    edges = np.minimum(np.arange(plan.blocks + 1) * per, layout.number)
    rules = [bundle[0].projection for bundle in plan.bundles[1]]
    exponential = [c for c in channels if isinstance(c, ExponentialCurrent)]
    in_begin, in_trace, learn_place = _incoming(plan, learning)
    whole = np.int64
    net = Net(
        width=WIDTH,
        capacity=layout.places,
        block_width=per * WIDTH,
        slots=plan.slots,
        depth=plan.depth,
        block_chunk=edges.astype(whole),
        kind=kinds.astype(whole),
        size=layout.size.astype(whole),
        pop=layout.population.astype(whole),
        first=layout.first.astype(whole),
        number=plan.numbers().astype(whole),
        pop_size=np.array([*layout.counts, plan.driven], dtype=whole),
        h=tuple(plan.precision.type(x) for x in plan.scheme.numbers(plan.dt)),
        row=still.row,
        row_of=still.row_of,
        row_channel=np.array([channels.index(b[0].projection.synapse) for b in plan.bundles[0]], dtype=whole),
        short_term=np.array(
            [-1 if b[0].projection.short_term is None else plan.short_terms.index(k)
             for k, b in enumerate(plan.bundles[0])], dtype=whole),
        index=index,
        weight=weight,
        drive_pop=np.array([p for p, _ in drives], dtype=whole),
        drive_kind=np.array([DRIVES[type(d)] for _, d in drives], dtype=whole),
        drive_key=np.array([halves(plan, 2, k) for k in range(len(drives))], dtype=np.uint32).reshape(-1, 2),
        drive_channel=np.array(
            [channels.index(d.synapse) if isinstance(d, PoissonDrive) else -1 for _, d in drives], dtype=whole),
        outside_pop=np.zeros(0, dtype=whole),
        outside_column=np.zeros(0, dtype=whole),
        outside_cells=np.zeros(0, dtype=whole),
        channel_kind=np.array([channel_kind(c) for c in channels], dtype=whole),
        channel_index=np.array([channel_index(c, exponential) for c in channels], dtype=whole),
        channel_second=np.array(
            [RECEPTORS.index(c.second) if isinstance(c, Conductance) and c.second else -1 for c in channels],
            dtype=whole),
        channel_scale=scale.astype(plan.precision),
        schedule_begin=begin,
        schedule_step=step,
        schedule_cell=cell,
        source_key=source_key,
        source_threshold=source_threshold,
        every=every,
        traced_begin=np.searchsorted(traced // WIDTH, np.arange(layout.number + 1)).astype(whole),
        traced_cell=(traced % WIDTH).astype(whole),
        rule=np.array([rule_row(plan, p) for p in rules], dtype=plan.precision).reshape(-1, RULE_COLUMNS),
        rule_early=np.array([plan.early(p.synapse) for p in rules], dtype=whole),
        rule_channel=np.array([channels.index(p.synapse) for p in rules], dtype=whole),
        rule_period=np.array([period(plan, p) for p in rules], dtype=whole),
        dynamics=dynamics(plan),
        delays=_padded(plan.learning_delays, learning.kinds),
        delays_number=np.array([d.size for d in plan.learning_delays], dtype=whole),
        learn_blocks=plan.blocks,
        learn_row=learning.row,
        learn_row_of=learning.row_of,
        learn_index=learning.index,
        learn_place=learn_place,
        in_begin=in_begin,
        in_trace=in_trace,
        trace_steps=plan.trace_steps,
        trace_rows=int(learning.rows.max(initial=0)),
        reach=plan.reach,
    )  # fmt: skip
    learned = np.zeros((learn_place.size, 2), dtype=plan.precision)
    learned[learn_place, WEIGHT] = learning.weight
    arrived = np.zeros((len(rules), 2 * net.trace_steps * net.trace_rows), dtype=plan.precision)
    return net, {"learned": learned, "arrived": arrived}


def make_state(plan: Plan, weights: dict[str, NDArray]) -> State:
    """All arrays that change, at time 0."""
    layout, precision = plan.layout, plan.precision
    number, places = layout.number, _places(plan)
    table = cell_table(plan)
    rules, terms = len(plan.bundles[1]), len(plan.short_terms)
    depth = plan.trace_steps
    flags = np.zeros((number, WIDTH), dtype=np.uint8)
    exponential = [c for c in plan.channels if isinstance(c, ExponentialCurrent)]
    drives = [d for _, d in plan.drives]
    values = np.array([drive_value(d) for d in drives], dtype=precision).reshape(-1, 2)
    resource = np.zeros((terms, 3, places))
    resource[:, 0] = 1.0
    return State(
        **table,
        S=np.zeros((number, len(exponential), WIDTH), dtype=precision),
        flags=flags,
        words=flags.view(np.uint64),
        J=np.zeros((len(plan.channels), places * plan.slots), dtype=plan.arrivals),
        fired=np.zeros((depth, number, WIDTH), dtype=np.int32),
        fired_count=np.zeros((depth, number), dtype=np.int64),
        channel_keep=np.array([keep(plan, c) for c in plan.channels], dtype=precision),
        drive_value=values,
        drive_table=thresholds(drives, plan.dt),
        efficacy=np.ones((terms, 2, places), dtype=precision),
        resource=resource,
        spiked=np.zeros((rules, places), dtype=precision),
        dopamine=np.zeros((plan.blocks, max(rules, 1)), dtype=precision),
        **weights,
    )


def cell_table(plan: Plan) -> dict[str, NDArray]:
    """Parameters and states of the cells, chunk by chunk."""
    layout, precision = plan.layout, plan.precision
    own = [[s for s in m.symbols if s not in plan.assembly.shared[k]] for k, m in enumerate(plan.models)]
    shared = [plan.assembly.shared[k] for k in range(len(plan.models))]
    rows = max((len(m.state) for m in plan.models), default=2)
    X = np.zeros((layout.number, rows, WIDTH), dtype=precision)
    P = np.ones((layout.number, max(map(len, own), default=1), WIDTH), dtype=precision)
    Q = np.ones((max(len(layout.counts), 1), max(map(len, shared), default=1) or 1), dtype=precision)
    M = np.zeros((layout.number, len(plan.scheme.memory), WIDTH), dtype=precision)
    M[:] = np.array(plan.scheme.memory, dtype=precision)[None, :, None]
    five = 5 if plan.receptors else 0
    G = np.zeros((layout.number, five, WIDTH), dtype=precision)
    D = np.ones((layout.number, 1, five, WIDTH), dtype=precision)
    for p, cell in enumerate(plan.cells):
        if cell is None or not layout.counts[p]:
            continue
        model = plan.model_of(cell)
        values = _parameters(plan, cell, layout.counts[p])
        symbols = plan.models[model].symbols
        part = slice(layout.chunks[p], layout.chunks[p + 1])
        spread(X[part, : len(cell.model.state)], cell.state(layout.counts[p]))
        spread(P[part, : len(own[model])], values[[symbols.index(s) for s in own[model]]])
        for q, s in enumerate(shared[model]):
            Q[p, q] = values[symbols.index(s), 0]
        if plan.receptors:
            tau = values[[symbols.index(f"tau_{r}") for r in RECEPTORS]]
            spread(D[part, 0], np.exp(-plan.dt / tau))
    return {"X": X, "P": P, "Q": Q, "M": M, "G": G, "D": D}


def _parameters(plan: Plan, cell: Cell, count: int) -> NDArray[np.float64]:
    """As the scheme's step reads them: shape (parameters, cells)."""
    values = cell.table(count, plan.receptors)
    if plan.scheme.scaled_rate:
        values[plan.models[plan.model_of(cell)].symbols.index(cell.model.rate)] *= plan.dt
    return values


def spread(chunks: NDArray, values: NDArray) -> None:
    """Rows of a population's values into its chunks; what is left of the last repeats the last value."""
    rows, n = values.shape
    full = np.empty((rows, chunks.shape[0] * WIDTH))
    full[:, :n] = values
    full[:, n:] = values[:, -1:]
    chunks[:] = full.reshape(rows, chunks.shape[0], WIDTH).transpose(1, 0, 2)


def _kind(plan: Plan, population: int) -> int:
    cell = plan.cells[population]
    if cell is not None:
        return plan.model_of(cell)
    is_scheduled = isinstance(plan.network.populations[population].cell, SpikeSource)
    return inputs.SCHEDULE if is_scheduled else inputs.POISSON_SOURCE


def _places(plan: Plan) -> int:
    """The places of all blocks, some at the end of the last empty."""
    return plan.blocks * plan.chunks_per_block * WIDTH


def _incoming(plan: Plan, rows: Rows) -> tuple[NDArray, NDArray, NDArray]:
    """The order of the synapses that learn by target, in which their weights lie.

    For each target, where they begin; for each of them, where the trace of its source is, counted from the row of
    traces `reach` steps ago; and of those in the order of rows, where they are in this.
    """
    bundles, places, reach = len(plan.bundles[1]), _places(plan), plan.reach
    total = rows.index.size
    begin = np.zeros((bundles, places + 1), dtype=np.int64)
    most = int(rows.rows.max(initial=0))
    trace = np.zeros(total, dtype=np.min_scalar_type((reach + 1) * most))
    place = np.zeros(total, dtype=np.uint32)
    transpose = plan.engine.plain(draw.transpose)
    width = plan.chunks_per_block * WIDTH
    for b in range(bundles):
        edges = rows.row[b].reshape(-1)
        first, last = int(edges[0]), int(edges[-1])
        kind = np.arange(edges.size - 1) // rows.kinds % plan.blocks
        block = np.repeat(kind, np.diff(edges))
        target = block * width + rows.index[first:last]
        cursor = first + np.concatenate([[0], np.cumsum(np.bincount(target, minlength=places))])
        begin[b] = cursor
        delays = plan.learning_delays[b]
        ago = np.zeros(rows.kinds, dtype=np.int64)
        ago[: delays.size] = (reach - delays) * most
        transpose(rows.row[b], int(rows.rows[b]), plan.blocks, rows.kinds, ago, rows.index, width,
                  cursor.astype(np.int64), place, trace)  # fmt: skip
    return begin, trace, place


def _padded(rows: Sequence[NDArray[np.int64]], width: int) -> NDArray[np.int64]:
    table = np.zeros((len(rows), max(width, 1)), dtype=np.int64)
    for into, row in zip(table, rows, strict=True):
        into[: row.size] = row
    return table
