"""What drives the cells of a network beside its synapses: the noise, currents and spikes of sources of this package."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.equations.izhikevich2007 import IZHIKEVICH2007
from izhi.network import Network, Population
from izhi.network_run import Simulation

# Currents of all cells that are held at once [numbers].
TOGETHER = 1 << 22


class Inputs:
    """The input of a network, from the package's own run of it without synapses.

    Its cells are exchanged for some that stay at 0 whatever the input, so that nothing but the input is run.
    """

    def __init__(self, network: Network, scheme: str, dt: float, engine: str):
        self.dt = dt
        self.driven = [p.name for p in network.populations if _is_driven(network, p)]
        record = {name: network.population(name).count for name in self.driven}
        self.cells = np.concatenate(
            [np.zeros(0, dtype=np.int64)]
            + [network.first(n) + np.arange(network.population(n).count) for n in self.driven]
        )
        calm = replace(network, populations=[_calm(p) for p in network.populations], projections=())
        self.simulation = Simulation(
            calm, scheme=scheme, dt=dt, engine=engine, record=record, threads=1, runaway=float("inf")
        )
        self.steps = max(1, min(TOGETHER // max(self.cells.size, 1), 100_000))

    def next(self, steps: int) -> tuple[NDArray, NDArray[np.int64], NDArray[np.int64]]:
        """Of the next steps the currents, shape (steps, driven cells); and of sources the steps and cells of spikes."""
        found = self.simulation.advance(steps * self.dt, progress=False)
        self.simulation.forget()
        step = np.rint(found.spike_time / self.dt).astype(np.int64)
        return found.current.T, step, found.spike_cell.astype(np.int64)


def _is_driven(network: Network, population: Population) -> bool:
    cells = isinstance(population.cell, Cell) and population.count > 0
    return cells and bool(network.drive or population.drive or population.stimulus)


# A cell that input does not move: its membrane is large beyond all currents, and it does not spike.
_STILL: dict[str, Any] = {"C": 1e300, "k": 0.0, "vr": 0.0, "vt": 0.0, "vpeak": 1e300, "a": 0.0, "b": 0.0, "c": 0.0,
                          "d": 0.0}  # fmt: skip


def _calm(population: Population) -> Population:
    if not isinstance(population.cell, Cell):
        return population
    still = Cell(IZHIKEVICH2007, _STILL, {"v": 0.0, "u": 0.0})
    return replace(population, cell=still, parameters={}, initial={})
