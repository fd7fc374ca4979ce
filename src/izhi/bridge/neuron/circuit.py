"""The share of a network that this process has in NEURON: its cells, its synapses, and what is recorded of them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.neuron.clock import EachStep, Scatter
from izhi.bridge.neuron.library import load, version
from izhi.bridge.neuron.wires import LATE, Wires
from izhi.bridge.nmodl import STATE, Writer
from izhi.bridge.nmodl_network import wired
from izhi.cell import Cell
from izhi.equations import RECEPTORS, with_receptors
from izhi.network import Conductance, ExponentialCurrent, Network
from izhi.network_run import traced

# A cell that spikes when it is told to.
SOURCE = """\
: A source of spikes: each event that it is sent is one.

NEURON {
	THREADSAFE
	ARTIFICIAL_CELL izhi_source
}

NET_RECEIVE (w) {
	net_event(t)
}
"""

Ints = NDArray[np.int64]


class Circuit:
    """The cells of a network that this process has: every n-th, where there are n processes.

    Parameters
    ----------
    network : Network
    plan : Plan
    pc : NEURON's ParallelContext
    record : mapping
        Population to cells whose samples are recorded.
    every : int
        Of how many samples one is recorded.
    """

    def __init__(self, network: Network, plan: Any, pc: Any, record: Mapping[str, Any], every: int):
        self.network, self.plan, self.pc, self.every = network, plan, pc, every
        self.dt = plan.dt
        self.traced = traced(network, record)
        self.processes, self.rank = int(pc.nhost()), int(pc.id())
        self.driven = plan.driven
        self.mine = np.arange(network.cells) % self.processes == self.rank
        self.wires = Wires(network, plan, self.mine)
        # What acts in the step whose list its spike is in must travel between two steps of NEURON's.
        least = int(self.wires.lag.min(initial=1 << 30))
        self.halves = self._least(least) < 1
        self.step = self.dt / 2 if self.halves else self.dt
        self.per = 2 if self.halves else 1
        self.names, texts = self._mechanisms()
        self.h = load({"izhi_source": SOURCE, **texts})
        self.versions = {"neuron": version()}
        self.section = self.h.Section()
        self.cells: dict[int, Any] = {}
        self.sources: dict[int, Any] = {}
        self._make()
        self._connect()
        self._record()
        self.netcons_of_sources = {cell: self.h.NetCon(None, source) for cell, source in self.sources.items()}
        self.rows: NDArray[np.float64] | None = None
        self.first = self.done = 0
        self.before = self.h.dt, int(self.h.CVode().active()), self.h.secondorder

    def _least(self, value: int) -> int:
        """The least of all processes."""
        return int(self.pc.allreduce(value, 3)) if self.processes > 1 else value

    def _mechanisms(self) -> tuple[dict[str, str], dict[str, str]]:
        """Of each model the mechanism's name, and of each name its text."""
        names, texts = {}, {}
        for population in self.network.populations:
            if isinstance(population.cell, Cell) and population.cell.model.name not in names:
                plain = population.cell.model
                model = with_receptors(plain) if self.plan.receptors else plain
                cell = Cell(plain, {q.symbol: 1.0 for q in plain.parameters if q.default is None})
                writer = Writer(model, self.plan.scheme, "tick")
                text = wired(writer, cell, "izhi_cell", self.plan.channels, self.halves).text
                name = f"izhi_{hashlib.sha256(text.encode()).hexdigest()[:12]}"
                names[plain.name], texts[name] = name, text.replace("POINT_PROCESS izhi_cell", f"POINT_PROCESS {name}")
        return names, texts

    # Building.

    def _make(self) -> None:
        h, first = self.h, 0
        self.start: list[tuple[Any, dict[str, float]]] = []
        for population, drawn in zip(self.network.populations, self.plan.cells, strict=True):
            own = [int(i) for i in np.flatnonzero(self.mine[first : first + population.count])]
            if drawn is None:
                self.sources |= {first + i: h.izhi_source() for i in own}
            elif own:
                self._make_cells(first, own, drawn, population.count)
            first += population.count
        for gid, cell in (*self.cells.items(), *self.sources.items()):
            self.pc.set_gid2node(gid, self.rank)
            self.pc.cell(gid, h.NetCon(cell, None), 1)

    def _make_cells(self, first: int, own: list[int], drawn: Cell, count: int) -> None:
        kind = getattr(self.h, self.names[drawn.model.name])
        model = with_receptors(drawn.model) if self.plan.receptors else drawn.model
        values = drawn.table(count, self.plan.receptors)
        state = drawn.state(count)
        states = [STATE[q.symbol] for q in drawn.model.state]
        keeps = [f"keep_{r}" for r in RECEPTORS] if self.plan.receptors else []
        taus = [values[model.symbols.index(f"tau_{r}")] for r in RECEPTORS] if keeps else []
        kept = [np.exp(-self.dt / tau) for tau in taus]
        for i in own:
            cell = self.cells[first + i] = kind(self.section(0.5))
            for symbol, row in zip(model.symbols, values, strict=True):
                setattr(cell, symbol, float(row[i]))
            cell.tick = self.dt
            self._tell_channels(cell)
            begin = {name: float(row[i]) for name, row in zip((*states, *keeps), (*state, *kept), strict=True)}
            self.start.append((cell, begin))

    def _tell_channels(self, cell: Any) -> None:
        for c, channel in enumerate(self.plan.channels):
            if isinstance(channel, ExponentialCurrent):
                setattr(cell, f"left{c}", math.exp(-self.dt / channel.tau))
            elif isinstance(channel, Conductance) and channel.second is not None:
                setattr(cell, f"share{c}", channel.share)

    def _connect(self) -> None:
        wires, connect = self.wires, self.pc.gid_connect
        are_sources = np.zeros(self.network.cells, dtype=bool)
        for population in self.network.populations:
            if not isinstance(population.cell, Cell):
                first = self.network.first(population.name)
                are_sources[first : first + population.count] = True
        delays = wires.delays(self.dt, self.halves, are_sources)
        each = zip(wires.source.tolist(), wires.target.tolist(), wires.weight.tolist(), wires.channel.tolist(),
                   delays.tolist(), strict=True)  # fmt: skip
        self.netcons = []
        for source, target, weight, channel, delay in each:
            netcon = connect(source, self.cells[target])
            netcon.weight[0] = weight
            netcon.weight[1] = channel
            netcon.delay = delay
            self.netcons.append(netcon)
        self.synapses = self._sum(len(self.netcons))

    def _sum(self, value: int) -> int:
        return int(self.pc.allreduce(value, 1)) if self.processes > 1 else value

    def _record(self) -> None:
        h = self.h
        self.spike_time, self.spike_gid = h.Vector(), h.Vector()
        self.pc.spike_record(-1, self.spike_time, self.spike_gid)
        self.records = {
            int(cell): [h.Vector().record(getattr(self.cells[int(cell)], f"_ref_{x}")) for x in ("V", "u", "total")]
            for cell in self.traced
            if self.mine[cell]
        }

    # Running.

    def begin(self) -> None:
        """Initialise NEURON."""
        h = self.h
        h.CVode().active(0)
        h.dt, h.secondorder = self.step, 0
        self.handler = h.FInitializeHandler(1, self._start)
        self.pc.set_maxstep(10)
        h.finitialize()
        self.inputs = Scatter(h, [])
        self.clock = EachStep(h, self._give, self.per)

    def _start(self) -> None:
        for cell, values in self.start:
            for name, value in values.items():
                setattr(cell, name, value)

    def feed(self, first: int, rows: NDArray[np.float64], step: Ints, cell: Ints, driven: Ints) -> None:
        """What drives the cells from step `first` on: the currents of the driven cells, and the spikes of sources."""
        own = self.mine[driven]
        if first == 0:
            self.inputs = Scatter(self.h, [self.cells[int(c)]._ref_I for c in driven[own]])
        self.rows, self.first = np.ascontiguousarray(rows[:, own]), first
        for k, c in zip(step.tolist(), cell.tolist(), strict=True):
            if c in self.netcons_of_sources:
                self.netcons_of_sources[c].event(k * self.dt + LATE * self.step)
        if first == 0:
            self.clock.begin()

    def _give(self, k: int) -> None:
        if self.rows is not None and 0 <= k - self.first < self.rows.shape[0]:
            self.inputs.put(self.rows[k - self.first])

    def advance(self, steps: int) -> None:
        """Take steps of ours."""
        self._give(self.first)
        self.pc.psolve(self.h.t + steps * self.per * self.step)
        self.done += steps

    def broken(self) -> tuple[int, int] | None:
        """The first step in which a state left the range of numbers, and of which cell, if so."""
        lost = {gid: int(cell.lost) for gid, cell in self.cells.items()}
        never = 1 << 60
        step = self._least(min((k for k in lost.values() if k >= 0), default=never))
        if step == never:
            return None
        return step, self._least(min((gid for gid, k in lost.items() if k == step), default=never))

    # What came out.

    def _own_spikes(self) -> tuple[Ints, Ints]:
        """The lists of steps in which the own spikes are, and their cells."""
        step = np.rint((np.array(self.spike_time) - 0.2 * self.step) / self.dt).astype(np.int64)
        return step, np.array(self.spike_gid).astype(np.int64)

    def _counted(self, step: Ints, last: int) -> NDArray[np.bool_]:
        """Which spikes the recording of the first `last` steps has."""
        return step < last if self.plan.at_start else step <= last

    def spikes_before(self, last: int) -> int:
        """How many spikes all processes have in the first steps."""
        step, _ = self._own_spikes()
        return self._sum(int(self._counted(step, last).sum()))

    def spikes(self, last: int) -> tuple[Ints, Ints]:
        """The spikes of all processes in the first steps, in order."""
        self.pc.psolve(self.h.t + self.per * self.step)  # those of the last step are seen in the next
        step, cell = self._own_spikes()
        own = self._counted(step, last)
        parts = self._gathered((step[own], cell[own]))
        step, cell = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
        order = np.lexsort((cell, step))
        return step[order], cell[order]

    def traces(self, last: int) -> tuple[Ints, NDArray[np.float64]]:
        """The numbers of the samples, and V, u and current of the traced cells of all processes."""
        number = np.arange(1, last // self.every + 1)
        own = {cell: [np.array(v)[number * self.every * self.per] for v in vectors]
               for cell, vectors in self.records.items()}  # fmt: skip
        every: dict[int, list[NDArray]] = {}
        for part in self._gathered(own):
            every |= part
        found = np.array([every[int(cell)] for cell in self.traced]).reshape(self.traced.size, 3, number.size)
        return number, found.transpose(1, 0, 2)

    def _gathered(self, value: Any) -> list[Any]:
        return self.pc.py_allgather(value) if self.processes > 1 else [value]

    def close(self) -> None:
        """Take everything out of NEURON again."""
        self.pc.gid_clear()
        self.handler = self.clock = self.inputs = None  # type: ignore[assignment]
        self.netcons, self.start, self.records, self.netcons_of_sources = [], [], {}, {}
        self.cells, self.sources, self.section = {}, {}, None
        self.h.CVode().active(self.before[1])
        self.h.dt, self.h.secondorder = self.before[0], self.before[2]
