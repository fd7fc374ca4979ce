"""Makes recordings of what a network's workers log: whose spikes, when, and which samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.engine.controls import Controls
from izhi.engine.plan import Plan
from izhi.engine.team import Stretch, Team
from izhi.errors import BadValue
from izhi.network import Network
from izhi.network_recording import NetworkRecording, Part


@dataclass(eq=False)
class WeightWatch:
    """Weights to record every so often."""

    projection: str
    every: int
    times: list[float] = field(default_factory=list)
    values: list[NDArray] = field(default_factory=list)

    def take(self, controls: Controls, step: int, dt: float) -> tuple[NDArray[np.float64], NDArray] | None:
        """What has come together by a step, once; None for nothing."""
        if step and step % self.every == 0 and (not self.times or self.times[-1] < step * dt):
            self.times.append(step * dt)
            self.values.append(controls.weights(self.projection).weight)
        if not self.times:
            return None
        found = np.array(self.times), np.stack(self.values)
        self.times, self.values = [], []
        return found


def recorded(
    team: Team, stretches: Sequence[Stretch], first: int, last: int, cells: NDArray[np.int64], weights: Any, about: Any
) -> NetworkRecording:
    """Consecutive stretches, from step `first` to `last`, as a recording with samples of these cells."""
    plan, network, dt = team.plan, team.plan.network, team.plan.dt
    steps, whose = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
    for s in stretches:
        per_step = np.diff(s.until, prepend=0)
        steps.append(np.repeat(np.arange(s.first, s.last), per_step))
        whose.append(plan.layout.cell_at[s.place])
    step, cell = np.concatenate(steps), np.concatenate(whose)
    time = ((step + plan.scheme.lag) * dt).astype(np.float64)
    if not plan.at_start and plan.scheme.lag == 0:  # the cells' spikes have the label of the step's start
        time = time + np.isin(cell, _source_cells(plan)) * dt
        order = np.argsort(time, kind="stable")
        time, cell = time[order], cell[order]
    every = team.net.every
    samples = [s.samples for s in stretches if s.samples.shape[2]]
    rows = team.state.X.shape[1] + 1
    both = np.concatenate(samples, axis=2) if samples else np.zeros((rows, cells.size, 0))
    numbers = [np.arange(s.samples.shape[2]) + s.first_sample for s in stretches]
    return NetworkRecording(
        spike_time=time,
        spike_cell=cell,
        populations=tuple(Part(p.name, network.first(p.name), p.count) for p in network.populations),
        start=first * dt,
        stop=last * dt,
        trace_cells=cells,
        trace_time=(np.concatenate(numbers) if numbers else np.zeros(0)) * every * dt,
        voltage=both[0],
        recovery=both[1],
        current=both[-1],
        weights=weights,
        provenance=about,
    )


def _source_cells(plan: Plan) -> NDArray[np.int64]:
    kinds = [
        np.arange(p.count) + plan.network.first(p.name)
        for p, c in zip(plan.network.populations, plan.cells, strict=True)
        if c is None
    ]
    return np.concatenate(kinds) if kinds else np.zeros(0, dtype=np.int64)


def early_sources(team: Team) -> list[Stretch]:
    """Spikes of sources at time 0, which a scheme that looks at a step's end does not log."""
    if team.plan.at_start:
        return []
    counts = team.state.fired_count[0]
    place = np.concatenate([team.state.fired[0, c, :n] for c, n in enumerate(counts)])
    if not place.size:
        return []
    none = np.zeros((team.state.X.shape[1] + 1, team.net.traced_cell.size, 0), dtype=team.plan.precision)
    return [Stretch(-1, 0, place.astype(np.int32), np.array([place.size]), none, 0)]


def traced(network: Network, record: Mapping[str, Any]) -> NDArray[np.int64]:
    """The numbers of the cells to record."""
    if not isinstance(record, Mapping):
        raise BadValue("record", record, "a mapping such as {'E': 3} would do")
    found = [np.zeros(0, dtype=np.int64)]
    for name, cells in record.items():
        count, first = network.population(name).count, network.first(name)
        if not isinstance(network.population(name).cell, Cell):
            raise BadValue(f"record.{name}", "a source of spikes", "a population of cells would do")
        if isinstance(cells, int | np.integer) and not isinstance(cells, bool):
            if cells < 0:
                raise BadValue(f"record.{name}", cells, "how many cells, from 0, would do")
            cells = np.arange(min(int(cells), count))
        found.append(first + chosen(cells, count, f"record.{name}"))
    return np.unique(np.concatenate(found))


def chosen(cells: Any, count: int, who: str) -> NDArray[np.int64]:
    """Numbers of cells, each once."""
    try:
        found = np.atleast_1d(np.asarray(cells))
    except ValueError:
        found = np.zeros(1)
    if found.size == 0:
        return np.zeros(0, dtype=np.int64)
    if found.dtype.kind not in "iu" or found.ndim != 1 or (found < 0).any() or (found >= count).any():
        raise BadValue(who, cells, f"whole numbers from 0 to {count - 1} would do")
    if np.unique(found).size < found.size:
        raise BadValue(who, cells, "each cell once would do")
    return found.astype(np.int64)
