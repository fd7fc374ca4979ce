"""Networks in NEURON: cells dealt over its processes, spikes sent by its own events and gathered whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.inputs import Inputs
from izhi.bridge.neuron.circuit import Circuit
from izhi.bridge.neuron.ranks import context
from izhi.bridge.nmodl import exportable
from izhi.cell import Cell
from izhi.errors import BadValue, UnknownName
from izhi.network import Background, CurrentPulse, Network, PoissonDrive
from izhi.network_plan import at_least, planned, whole_steps
from izhi.network_recording import NetworkRecording, Part
from izhi.network_run import RUNAWAY
from izhi.simulation import versions

OPTIONS = ("scheme", "dt", "threads", "precision", "record", "every", "engine", "progress", "runaway")
# Over how long a mean rate is taken that tells whether the network runs away [ms].
WINDOW = 100.0
# Fewer cell steps than this take less time in plain Python than a compiled kernel takes to load.
FEW_STEPS = 20_000


def run_network(
    network: Network,
    duration: float,
    *,
    scheme: str = "published-2003",
    dt: float | None = None,
    precision: str = "double",
    record: Mapping[str, Any] | None = None,
    every: int = 1,
    runaway: float = RUNAWAY,
    **options: Any,
) -> NetworkRecording:
    """Run a network in NEURON, on as many processes as MPI started.

    What is drawn (parameters, connections, weights, delays, noise, Poisson spikes) is drawn here, the same on every
    process, so that the result is that of the engine, to the last bit, on any number of them. Each process returns
    the whole recording.

    Parameters
    ----------
    network : Network
        Without plasticity.
    duration : float
        [ms]
    scheme : str
        Any scheme with equal steps whose spikes lie on them, but those of NEURON.
    dt : float, optional
        The step [ms]; by default that of the scheme.
    precision : {"double"}
        Of the arithmetic.
    record : mapping, optional
        Population to the cells whose v, u and current are to be recorded, as for `Simulation`.
    every : int
        Record every n-th sample.
    runaway : float
        A mean rate [Hz] over 100 ms at which the run is ended and the failure recorded.
    **options
        What `simulate` passes on besides; it has no effect.

    Raises
    ------
    BadValue, UnknownName
        If NEURON cannot run it.
    MissingExtra
        If NEURON is not installed.

    Examples
    --------
    >>> import izhi
    >>> cells = izhi.Population("E", 100, "2003/RS", drive=izhi.GaussianNoise(5.0))
    >>> net = izhi.Network([cells], [izhi.Projection("E", "E", izhi.FixedIndegree(10), weight=0.5)], seed=1)
    >>> found = izhi.simulate(net, 200, engine="neuron")  # doctest: +SKIP
    """
    unknown = next((name for name in options if name not in OPTIONS), None)
    if unknown is not None:
        raise UnknownName("engine 'neuron'", unknown, OPTIONS)
    if precision != "double":
        raise BadValue("engine 'neuron'", precision, "double precision would do")
    exportable(scheme)
    at_least(0.0, runaway, "runaway")
    _check(network)
    pc = context()
    few = network.cells * duration / (dt or 1.0) < FEW_STEPS
    plan = planned(network, scheme, dt, precision, 1, "reference" if few else "cpu")
    steps = whole_steps(duration, plan.dt)
    inputs = Inputs(network, scheme, plan.dt, "reference" if few else "cpu")
    circuit = Circuit(network, plan, pc, record or {}, every)
    try:
        last, failures = _run(circuit, inputs, steps, runaway)
        return _recording(network, plan, circuit, last, failures, every)
    finally:
        circuit.close()


def _check(network: Network) -> None:
    for projection in network.projections:
        if projection.plasticity is not None or projection.short_term is not None:
            raise BadValue(projection.name, "plasticity", "synapses whose weights stay would do in NEURON")
    drives: list[Background] = [*network.drive, *(d for p in network.populations for d in p.drive)]
    for each in drives:
        if isinstance(each, PoissonDrive) and not isinstance(each.synapse, CurrentPulse):
            wanted = "CurrentPulse() would do in NEURON; or a population of PoissonSource, connected one to one"
            raise BadValue("PoissonDrive.synapse", each.synapse, wanted)


def _run(circuit: Circuit, inputs: Inputs, steps: int, runaway: float) -> tuple[int, list[dict[str, Any]]]:
    """Advance it; returns the step it came to, and why no further, if so."""
    dt, window = circuit.dt, max(1, round(WINDOW / circuit.dt))
    done = sent = 0
    circuit.begin()
    while done < steps:
        n = min(steps - done, window - done % window, inputs.steps)
        found = inputs.next(n)
        spikes = inputs.spike_steps(found), found.spike_cell.astype(np.int64)
        circuit.feed(done, found.current.T, *spikes, inputs.cells)
        circuit.advance(n)
        done += n
        broken = circuit.broken()
        if broken is not None:
            last, cell = broken[0] + 1, broken[1]
            reason = f"v or u of cell {cell} left the range of numbers; a smaller dt or weaker input may help"
            return last, [{"time": last * dt, "reason": reason}]
        if done % window == 0:
            total = circuit.spikes_before(done)
            rate = 1e3 * (total - sent) / (max(circuit.driven, 1) * window * dt)
            sent = total
            if rate > runaway:
                reason = f"the network runs away, at {rate:.4g} Hz; weaker synapses or input may help"
                return done, [{"time": done * dt, "reason": reason}]
    return done, []


def _recording(
    network: Network, plan: Any, circuit: Circuit, last: int, failures: list[dict[str, Any]], every: int
) -> NetworkRecording:
    step, cell = circuit.spikes(last)
    lag = plan.scheme.lag
    time = ((step + (0 if plan.at_start else lag - 1)) * plan.dt).astype(np.float64)
    if not plan.at_start and lag == 0:  # the cells' spikes have the label of the step's start
        time = time + np.isin(cell, _sources(network)) * plan.dt
        order = np.argsort(time, kind="stable")
        time, cell = time[order], cell[order]
    number, traces = circuit.traces(last)
    return NetworkRecording(
        spike_time=time,
        spike_cell=cell.astype(np.int32),
        populations=tuple(Part(p.name, network.first(p.name), p.count) for p in network.populations),
        start=0.0,
        stop=last * plan.dt,
        trace_cells=circuit.traced,
        trace_time=number * every * plan.dt,
        voltage=traces[0],
        recovery=traces[1],
        current=traces[2],
        provenance={
            "scheme": plan.scheme.name,
            "dt": plan.dt,
            "precision": plan.precision.name,
            "seed": int(network.seed),
            "synapses": circuit.synapses,
            "engine": "neuron",
            "processes": circuit.processes,
            "failures": failures,
            "versions": versions() | circuit.versions,
        },
    )


def _sources(network: Network) -> NDArray[np.int64]:
    """The cells that are sources of spikes."""
    each = [network.first(p.name) + np.arange(p.count) for p in network.populations if not isinstance(p.cell, Cell)]
    return np.concatenate([np.zeros(0, dtype=np.int64), *each])
