"""Cells of ModelDB 39948 connected as NEURON connects them: a spike reaches its targets after a delay, as weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from izhi.engine.neuron import Connections, Deliveries, NeuronRun, advance
from izhi.equations import with_receptors
from izhi.equations.modeldb import CELL_TYPES
from izhi.errors import BadValue
from izhi.mechanism import Mechanism, checked_steps, chosen_engine
from izhi.schemes.neuron.clock import Floats, halves
from izhi.trace import Trace

RECEPTORS = ("AMPA", "NMDA", "GABAA", "GABAB", "Opsin")


@dataclass(frozen=True)
class Connection:
    """What a NetCon is.

    Attributes
    ----------
    source, target : int
        Cells, by their place.
    delay : float [ms]
    weights : tuple of float
        What a spike adds to gAMPA, gNMDA, gGABAA, gGABAB and gOpsin of its target.
    """

    source: int
    target: int
    delay: float
    weights: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class NetworkRun:
    """What a run of connected cells recorded.

    Attributes
    ----------
    t : shape (n,) [ms]
    V, u : shape (cells, n) [mV; pA]
    conductances : dict of shape (cells, n)
        Of cells without synapses, 0.
    spike_time : shape (m,) [ms]
        In the order in which NEURON delivers them.
    spike_cell : shape (m,), int
    left : dict
        By cell, the parameters that the run has changed; see `Trace`.
    """

    t: Floats
    V: Floats
    u: Floats
    conductances: dict[str, Floats]
    spike_time: Floats
    spike_cell: NDArray[np.int64]
    left: dict[int, Mapping[str, float]]

    def spikes(self, cell: int) -> Floats:
        """When one cell spiked [ms]."""
        return self.spike_time[self.spike_cell == cell]


def run_network(
    mechanisms: Sequence[Mechanism],
    connections: Sequence[Connection],
    tstop: float,
    *,
    dt: float = 0.025,
    v_init: float = -65.0,
    every: int = 1,
    engine: str = "auto",
) -> NetworkRun:
    """What `h.run()` computes of connected cells.

    Parameters
    ----------
    mechanisms : sequence of Mechanism
        One for each cell. Those of other kinds than Izhi2007a ignore input, as in NEURON, but may be sources.
    connections : sequence of Connection
        What a spike of one does to another.
    tstop : float
        How long [ms].
    dt : float
        The step [ms].
    v_init : float
        The voltage of all sections at the start [mV].
    every : int
        Record every n-th sample.
    engine : {"auto", "cpu", "reference"}
        Their results are the same bits.

    Raises
    ------
    BadValue
        If a connection names no cell, or its delay is negative.
    """
    _check(connections, len(mechanisms))
    half = halves(checked_steps(tstop, dt), dt)
    listening = [i for i, m in enumerate(mechanisms) if m.name == "Izhi2007a"]
    # The others hear nothing, so what they send is known before those that listen run.
    alone = {
        i: m.run(tstop, dt=dt, v_init=v_init, every=every, engine=engine)
        for i, m in enumerate(mechanisms)
        if m.name != "Izhi2007a"
    }
    result = _alone(len(mechanisms), half[:: 2 * every], alone)
    if not listening:
        return result
    run = _listeners(mechanisms, connections, listening, alone, half, dt, v_init, every)
    outcome, _ = advance(run, chosen_engine(engine, run))
    result.V[listening], result.u[listening] = outcome.samples
    for found, g in zip(outcome.conductances, result.conductances.values(), strict=True):
        g[listening] = found
    owner = np.array(listening)[outcome.spike_cell]
    sent = np.array([bool(m.parameters.get("alive", 1.0)) for m in mechanisms])[owner]
    time = np.concatenate([result.spike_time, outcome.spike_time[sent]])
    owner = np.concatenate([result.spike_cell, owner[sent]])
    order = np.argsort(time, kind="stable")
    return replace(result, spike_time=time[order], spike_cell=owner[order])


def _check(connections: Sequence[Connection], cells: int) -> None:
    for c in connections:
        if not (0 <= c.source < cells and 0 <= c.target < cells):
            raise BadValue("connection", (c.source, c.target), f"cells from 0 to {cells - 1} would do")
        if not 0 <= c.delay < np.inf:
            raise BadValue("connection.delay", c.delay, "0 ms or more would do")
        if len(c.weights) != len(RECEPTORS) or not np.isfinite(c.weights).all():
            wanted = f"{len(RECEPTORS)} finite weights would do: {', '.join(RECEPTORS)}"
            raise BadValue("connection.weights", c.weights, wanted)


def _alone(cells: int, t: Floats, alone: dict[int, Trace]) -> NetworkRun:
    """The run as far as the cells go that hear nothing."""
    V, u = np.zeros((cells, t.size)), np.zeros((cells, t.size))
    for i, trace in alone.items():
        V[i], u[i] = np.nan, np.nan
        V[i, : trace.V.size], u[i, : trace.u.size] = trace.V, trace.u
    spikes = [(trace.spikes, np.full(trace.spikes.size, i)) for i, trace in alone.items()]
    return NetworkRun(
        t=t,
        V=V,
        u=u,
        conductances={f"g{receptor}": np.zeros((cells, t.size)) for receptor in RECEPTORS},
        spike_time=np.concatenate([np.zeros(0), *(times for times, _ in spikes)]),
        spike_cell=np.concatenate([np.zeros(0, dtype=np.int64), *(owners for _, owners in spikes)]),
        left={i: trace.left for i, trace in alone.items()},
    )


def _listeners(
    mechanisms: Sequence[Mechanism],
    connections: Sequence[Connection],
    listening: list[int],
    alone: dict[int, Trace],
    half: Floats,
    dt: float,
    v_init: float,
    every: int,
) -> NeuronRun:
    """The cells that hear each other, and what comes to them from those that do not."""
    chosen = [mechanisms[i] for i in listening]
    place = {cell: k for k, cell in enumerate(listening)}
    each = [m.values() for m in chosen]
    values = {symbol: np.array([v[symbol] for v in each]) for symbol in each[0]}
    heard = [c for c in connections if c.target in place]
    inner = [[c for c in heard if c.source == cell and chosen[place[cell]].parameters["alive"]] for cell in listening]
    given = [
        (t + c.delay, place[c.target], c.weights) for c in heard if c.source in alone for t in alone[c.source].spikes
    ]
    flat = [c for row in inner for c in row]
    model = with_receptors(CELL_TYPES)
    return NeuronRun(
        model=model,
        scheme=chosen[0].scheme,
        parameters=chosen[0].scheme.table(model, values, dt),
        state=np.array([m.start(v_init, {}) for m in chosen]).T.copy(),
        v_init=np.full(len(chosen), v_init),
        half=half,
        current=np.array([[m.parameters["Iin"] for m in chosen]]),
        dt=dt,
        every=every,
        watch_order=np.arange(len(chosen))[::-1].copy(),  # NEURON arms the newest instance first
        connections=Connections(
            first=np.cumsum([0] + [len(row) for row in inner]),
            target=np.array([place[c.target] for c in flat], dtype=np.int64),
            delay=np.array([c.delay for c in flat], dtype=np.float64),
            weight=np.array([c.weights for c in flat], dtype=np.float64).reshape(-1, len(RECEPTORS)),
        ),
        deliveries=Deliveries(
            time=np.array([t for t, _, _ in given], dtype=np.float64),
            target=np.array([i for _, i, _ in given], dtype=np.int64),
            weight=np.array([w for _, _, w in given], dtype=np.float64).reshape(-1, len(RECEPTORS)),
        ),
    )
