"""What drives the cells of a network beside its synapses: the noise, currents and spikes of sources of this package."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.equations.izhikevich2003 import IZHIKEVICH2003
from izhi.network import Network, Population
from izhi.network_recording import NetworkRecording
from izhi.network_run import Simulation

# Currents of all cells that are held at once [numbers].
TOGETHER = 1 << 22
# A cell that stays near 0 whatever the input, and does not spike.
_STILL: dict[str, Any] = {"a": 0.0, "b": 0.0, "c": 0.0, "d": 0.0, "vpeak": 1e300, "e": 0.0, "f": -0.1, "g": 0.0}


class Inputs:
    """The input of a network, from the package's own run of it without synapses.

    Its cells are exchanged for some that stay still, so that nothing but the input is run.

    Attributes
    ----------
    driven : list of str
        The populations of cells that are driven by anything but synapses.
    cells : shape (n,)
        Their cells, counted through the network.
    steps : int
        For how many a stretch is not too much to hold.
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

    def next(self, steps: int) -> NetworkRecording:
        """The next stretch: its `current` is that into the driven cells, its spikes are those of sources."""
        found = self.simulation.advance(steps * self.dt, progress=False)
        self.simulation.forget()
        return found

    def spike_steps(self, found: NetworkRecording) -> NDArray[np.int64]:
        """At the beginning of which steps sources spike."""
        return np.rint(found.spike_time / self.dt).astype(np.int64)


def _is_driven(network: Network, population: Population) -> bool:
    cells = isinstance(population.cell, Cell) and population.count > 0
    return cells and bool(network.drive or population.drive or population.stimulus)


def _calm(population: Population) -> Population:
    if not isinstance(population.cell, Cell):
        return population
    still = Cell(IZHIKEVICH2003, _STILL, {"v": 0.0, "u": 0.0})
    return replace(population, cell=still, parameters={}, initial={})
