"""A chunk of cells through the accurate scheme, one after the other, each with its own program of input."""

from __future__ import annotations

import math
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from izhi.engine.job import Failure, Job, Outcome
from izhi.equations import RECEPTORS
from izhi.schemes.accurate import DONE, FULL, OUT_OF_RANGE, RUNAWAY, STIFF
from izhi.schemes.scheme import ContinuousScheme

REASONS = {
    OUT_OF_RANGE: "the true solution leaves the range of numbers; other parameters or a weaker current would not",
    RUNAWAY: "runaway: the true solution spikes more than 1000 times a ms, each reset calling the next;"
    " other parameters (d, a) or a weaker current would not",
    STIFF: "too stiff: the solution would need more than 100000 steps within 1 ms; slower rates would do",
}


def solve_chunk(job: Job, engine: ModuleType, cells: NDArray[np.int64]) -> Outcome:
    """Each cell by itself, from 0 to the end."""
    assert isinstance(job.scheme, ContinuousScheme)
    kernel = engine.continuous(job.model, job.scheme)
    traced = job.is_traced[cells]
    samples, conductances = (np.full((len(x), int(traced.sum()), x.shape[2]), np.nan) for x in job.no_samples)
    final = np.take(job.state, cells, axis=1).copy()
    knots = job.drive.knots(job.duration)
    event_knot = np.searchsorted(knots, job.drive.event_time, side="left")
    weights = np.ascontiguousarray(job.drive.event_weight.T)
    times, owners, failures = [], [], []
    row = 0
    for i, cell in enumerate(cells):
        p = np.ascontiguousarray(job.parameters[:, cell : cell + 1])
        tau = np.array([job.parameter(f"tau_{r}")[cell] for r in RECEPTORS]) if job.model.receptors else np.ones(5)
        seams = np.array([job.parameter(symbol)[cell] for symbol in job.model.seams])
        own = cell if job.drive.cells is not None else 0
        values, slopes = job.drive.lines(knots, own)
        keep = samples.shape[2] if traced[i] else 0
        capacity = 1000 + min(int(job.duration), 1_000_000)
        while True:
            x, out = final[:, i].copy(), np.full((final.shape[0], keep), np.nan)
            out_g = np.full((5, keep if job.model.receptors else 0), np.nan)
            spikes = np.empty(capacity)
            status, when, _, fired = kernel(
                x, np.zeros(5), p, 0, tau, knots, values[:-1], slopes[:-1], job.drive.waves(own), event_knot,
                job.drive.event_receptor, weights[min(own, weights.shape[0] - 1)], seams, job.tolerance,
                job.dt * job.every, out, out_g, spikes,
            )  # fmt: skip
            if status != FULL:
                break
            capacity *= 8
        if status != DONE:
            failures.append(Failure(int(cell), float(when), REASONS[status]))
        if keep:
            samples[:, row], conductances[:, row] = out, out_g
            row += 1
        final[:, i] = x if status == DONE else math.nan
        times.append(spikes[:fired])
        owners.append(np.full(fired, cell))
    return Outcome(samples, conductances, np.concatenate(owners), np.concatenate(times), final, failures)
