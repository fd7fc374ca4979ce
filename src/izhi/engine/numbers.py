"""Descriptions of drives, sources, channels and rules as the numbers that the loops of a network read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from izhi.engine import inputs, learning
from izhi.engine.chance import key_of
from izhi.engine.grid import first_step_from
from izhi.engine.layout import WIDTH
from izhi.engine.plan import Plan
from izhi.equations import RECEPTORS
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
    PoissonDrive,
    PoissonSource,
    RandomCells,
    SpikeSource,
    Synapse,
    UniformNoise,
)
from izhi.network.projection import Projection

DRIVES = {GaussianNoise: inputs.GAUSSIAN, UniformNoise: inputs.UNIFORM, PoissonDrive: inputs.POISSON,
          RandomCells: inputs.RANDOM_CELLS}  # fmt: skip
# The numbers of a rule, in the order of `circuit`.
RULE_COLUMNS = 15
# A Poisson drive of more spikes per step than this is refused.
MOST_ARRIVALS = 200.0


def halves(plan: Plan, purpose: int, number: int) -> tuple[int, int]:
    key = key_of(plan.network.seed, (purpose << 32) + number)
    return key & 0xFFFFFFFF, key >> 32


def schedule(
    plan: Plan, chunks_number: int, replaced: Mapping[int, SpikeSource] | None = None
) -> tuple[NDArray, NDArray, NDArray]:
    """The spikes of sources: of each chunk those in order of their steps, and of their cells in a step."""
    layout = plan.layout
    steps, cells, chunks = [], [], []
    for p, population in enumerate(plan.network.populations):
        source = (replaced or {}).get(p, population.cell)
        if isinstance(source, SpikeSource) and population.count:
            times, who = source.trains(population.count)
            place = layout.of(p)[who]
            steps.append(first_step_from(times, plan.dt))
            cells.append(place)
            chunks.append(place // WIDTH)
    step, cell, chunk = (
        np.concatenate(x).astype(np.int64) if x else np.zeros(0, dtype=np.int64) for x in (steps, cells, chunks)
    )
    order = np.lexsort((cell, step, chunk))
    step, cell, chunk = step[order], cell[order], chunk[order]
    # A chunk's list of a step has as many places as a chunk has cells.
    full = np.flatnonzero((step[WIDTH:] == step[:-WIDTH]) & (chunk[WIDTH:] == chunk[:-WIDTH]))
    if full.size:
        raise BadValue(
            "SpikeSource", f"over {WIDTH} spikes at {step[full[0]] * plan.dt:g} ms", f"up to {WIDTH} would do"
        )
    begin = np.searchsorted(chunk, np.arange(chunks_number + 1)).astype(np.int64)
    return begin, step, cell.astype(np.int32)


def sources(plan: Plan, kinds: NDArray) -> tuple[NDArray, NDArray]:
    key, threshold = np.zeros((kinds.size, 2), dtype=np.uint32), np.zeros(kinds.size, dtype=np.uint64)
    for c, p in enumerate(plan.layout.population if plan.layout.counts else []):
        source = plan.network.populations[p].cell
        if isinstance(source, PoissonSource):
            key[c] = halves(plan, 3, int(p))
            threshold[c] = round(-math.expm1(-source.rate * plan.dt * 1e-3) * 2.0**32)
    return key, threshold


def dynamics(plan: Plan) -> NDArray:
    rows = []
    for k in plan.short_terms:
        rule = plan.bundles[0][k][0].projection.short_term
        if isinstance(rule, Depression):
            rows.append((0.0, 1 / rule.tau, 0.0, rule.p, plan.dt))
        else:
            assert isinstance(rule, Markram)
            facil = 1 / rule.tau_facil if rule.tau_facil > 0 else learning.AT_ONCE
            rows.append((1.0, 1 / rule.tau_rec, facil, rule.U, plan.dt))
    return np.array(rows, dtype=np.float64).reshape(-1, 5)


def rule_row(plan: Plan, projection: Projection) -> list[float]:
    rule = projection.plasticity
    assert isinstance(rule, STDP)
    keeps = [rule.keep if rule.keep is not None else math.exp(-plan.dt / tau)
             for tau in (rule.tau_plus, rule.tau_minus)]  # fmt: skip
    later = rule.consolidation
    dopamine = rule.dopamine
    decay = -1.0
    if dopamine is not None:
        decay = dopamine.keep if dopamine.keep is not None else math.exp(-plan.dt / dopamine.tau)
    return [
        *keeps, rule.potentiation, rule.depression, float(rule.pairing == "all"), float(later is None),
        rule.lowest if later is None else -math.inf, rule.highest if later is None else math.inf,
        rule.lowest, rule.highest, dopamine.tonic if dopamine else 1.0, later.growth if later else 0.0,
        later.keep if later else 1.0, float(bool(later and later.decay_first)), decay,
    ]  # fmt: skip


def period(plan: Plan, projection: Projection) -> int:
    later = projection.plasticity.consolidation if projection.plasticity else None
    return max(1, round(later.period / plan.dt)) if later else 0


def keep(plan: Plan, channel: Synapse) -> float:
    if isinstance(channel, ExponentialCurrent):
        return math.exp(-plan.dt / channel.tau)
    return channel.share if isinstance(channel, Conductance) else 0.0


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


def channel_kind(channel: Synapse) -> int:
    if isinstance(channel, CurrentPulse):
        return inputs.PULSE
    if isinstance(channel, Delta):
        return inputs.KICK
    return inputs.EXPONENTIAL if isinstance(channel, ExponentialCurrent) else inputs.RECEPTOR


def channel_index(channel: Synapse, exponential: list[ExponentialCurrent]) -> int:
    if isinstance(channel, ExponentialCurrent):
        return exponential.index(channel)
    return RECEPTORS.index(channel.receptor) if isinstance(channel, Conductance) else 0
