"""Recording into Neo, by way of PyNN."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyNN import recording

from izhi.errors import BadValue
from izhi.pynn import simulator


class Recorder(recording.Recorder):
    """What is recorded of one population."""

    _simulator = simulator

    def __init__(self, population: Any, file: Any = None):
        simulator.state.changeable("Population")
        super().__init__(population, file)

    def _record(self, variable: Any, new_ids: set[Any], sampling_interval: float | None = None) -> None:  # noqa: ARG002
        if sampling_interval is None:
            return
        steps = sampling_interval / simulator.state.dt
        if steps < 0.5 or abs(steps - round(steps)) > 1e-6:
            raise BadValue("sampling_interval", sampling_interval, f"a multiple of {simulator.state.dt:g} ms would do")
        self.sampling_interval = sampling_interval

    def _reset(self) -> None:
        """Nothing beside PyNN's own lists has to be forgotten."""

    @property
    def every(self) -> int:
        """The steps between two samples."""
        return round(self.sampling_interval / simulator.state.dt)

    def cells(self, *variables: str) -> NDArray[np.int64]:
        """The indices of the cells of which any of these variables is recorded; of all, if none are named."""
        ids = [i for v, some in self.recorded.items() if not variables or v.name in variables for i in some]
        return np.unique(self.population.id_to_index(np.array(ids, dtype=int))) if ids else np.zeros(0, dtype=int)

    @property
    def samples(self) -> list[str]:
        """The variables that are recorded, but for spikes."""
        return sorted({v.name for v, some in self.recorded.items() if v.name != "spikes" and some})

    def _begin(self) -> float:
        return float(self._recording_start_time.magnitude)

    def _get_spiketimes(self, ids: Any, clear: bool = False) -> dict[int, NDArray[np.float64]]:  # noqa: ARG002
        times, cells = simulator.state.running_network.spikes(self.population, self._begin())
        order = np.argsort(cells, kind="stable")
        times, cells = times[order], cells[order]
        index = self.population.id_to_index(np.array(ids, dtype=int)) if len(ids) else np.zeros(0, dtype=int)
        first, last = np.searchsorted(cells, index), np.searchsorted(cells, index, "right")
        return {int(i): times[a:b] for i, a, b in zip(ids, first, last, strict=True)}

    def _get_all_signals(self, variable: Any, ids: Any, clear: bool = False) -> tuple[NDArray, None]:  # noqa: ARG002
        index = self.population.id_to_index(np.array(ids, dtype=int)) if len(ids) else np.zeros(0, dtype=int)
        running = simulator.state.running_network
        return running.samples(self.population, variable.name, index, self._begin(), self.every), None

    def _local_count(self, variable: Any, filter_ids: Any = None) -> dict[int, int]:
        found = self._get_spiketimes(sorted(self.filter_recorded(variable, filter_ids)))
        return {cell: times.size for cell, times in found.items()}

    def _clear_simulator(self) -> None:
        if simulator.state.running_network is not None:
            simulator.state.running_network.forget(self.population)
