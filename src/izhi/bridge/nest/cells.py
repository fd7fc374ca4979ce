"""Cells of 2003 in NEST."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.nest.kernel import LEAD, Circuit, kernel
from izhi.equations import Model
from izhi.errors import BadValue
from izhi.simulation import OUT_OF_RANGE, Failure, Job, Outcome

# The schemes that are NEST's own numerics, and its parameter `consistent_integration` for each.
CONSISTENT = {"nest": True, "nest-published": False}
# What NEST's source has as numbers: the coefficients of v^2, v and 1.
FIXED = {"e": 0.04, "f": 5.0, "g": 140.0}


def run(job: Job) -> Outcome:
    """Run the cells of a job in NEST.

    Raises
    ------
    BadValue
        If NEST cannot run them.
    MissingExtra
        If NEST is not installed.
    """
    consistent = _checked(job)
    parameters = {symbol: job.parameter(symbol) for symbol in job.model.symbols}
    with kernel(job.dt, job.threads) as nest:
        circuit = Circuit(nest, job.dt, consistent)
        nodes = circuit.cells(parameters, job.state)
        table = job.drive.current(np.arange(job.steps, dtype=np.float64) * job.dt)
        if table.any():
            circuit.feed(nodes, table.shape[1], as_spikes=False).give(0, table)
        traced = nodes[job.traced.tolist()] if job.traced.size else None
        if traced is not None:
            circuit.trace(traced)
        nest.Prepare()
        # A step more, for the last sample is recorded when the next step begins.
        circuit.run(LEAD)
        circuit.run(job.steps + 1)
        nest.Cleanup()
        step, node = circuit.spikes()
        own = step <= job.steps
        step, cell = step[own], node[own] - nodes[0].global_id
        start = job.state[:, job.traced]
        samples = np.empty((2, 0, 0)) if traced is None else circuit.samples(traced, start, job.steps)
        final = np.stack([np.atleast_1d(nodes.get(name)) for name in ("V_m", "U_m")])
    failures = _failures(job, samples, final)
    for failure in failures:  # an infinite v is a spike for NEST
        kept = (cell != failure.cell) | (step * job.dt <= failure.time)
        step, cell = step[kept], cell[kept]
    order = np.argsort(cell, kind="stable")
    conductances = np.zeros((5, job.traced.size, 0))
    return Outcome(
        samples[:, :, :: job.every],
        conductances,
        cell[order],
        (step[order] * job.dt).astype(np.float64),
        final,
        failures,
    )


def _checked(job: Job) -> bool:
    """Whether NEST is to be consistent; a job that it cannot run is refused."""
    consistent = check_scheme(job.scheme.name)
    if job.model.receptors:
        raise BadValue("engine 'nest'", "synaptic events", "currents would do; NEST's izhikevich has no conductances")
    if job.precision != np.float64:
        raise BadValue("engine 'nest'", str(job.precision), "double precision would do")
    check_model(job.model, {symbol: job.parameter(symbol) for symbol in job.model.symbols})
    return consistent


def check_scheme(name: str) -> bool:
    """Whether a scheme is NEST's with `consistent_integration`; any that is not NEST's is refused."""
    if name not in CONSISTENT:
        raise BadValue("engine 'nest'", name, "its own schemes 'nest' and 'nest-published' would do")
    return CONSISTENT[name]


def check_model(model: Model, parameters: dict[str, NDArray[np.float64]]) -> None:
    """Refuse what NEST's izhikevich is not."""
    if model.name != "izhikevich2003":
        raise BadValue("engine 'nest'", model.name, "cells of the model izhikevich2003 would do; NEST has no other")
    for symbol, value in FIXED.items():
        if (np.asarray(parameters[symbol]) != value).any():
            given = np.unique(parameters[symbol]).tolist()
            raise BadValue(f"engine 'nest': {symbol}", given, f"{value:g} would do; NEST's izhikevich has no other")


def _failures(job: Job, samples: NDArray[np.float64], final: NDArray[np.float64]) -> list[Failure]:
    """Cells whose numbers broke down; of those without samples it is known at the end of the run only."""
    found = {int(cell): job.duration for cell in np.flatnonzero(~np.isfinite(final).all(axis=0))}
    for row, cell in enumerate(job.traced):
        broken = ~np.isfinite(samples[:, row]).all(axis=0)
        if broken.any():
            first = int(np.argmax(broken))
            samples[:, row, first:] = np.nan
            found[int(cell)] = float((first - 1) * job.dt)
    return [Failure(cell, time, OUT_OF_RANGE) for cell, time in sorted(found.items())]
