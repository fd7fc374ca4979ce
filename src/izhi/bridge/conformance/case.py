"""One cell under its own stimulus, to be run by a scheme here and by the simulator whose numerics that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.experiment import preset_stimulus
from izhi.presets import Preset, preset
from izhi.recording import Recording
from izhi.schemes import SCHEMES, GridScheme
from izhi.simulation import simulate
from izhi.stimulus import Stimulus, drive


@dataclass(frozen=True)
class Case:
    """A published cell under its own stimulus, by one scheme and step.

    Attributes
    ----------
    cell : str
        The name of a preset.
    scheme : str
    dt : float [ms]
    """

    cell: str
    scheme: str
    dt: float

    @property
    def row(self) -> Preset:
        return preset(self.cell)

    @property
    def stimulus(self) -> Stimulus:
        return preset_stimulus(self.row)

    @property
    def method(self) -> GridScheme:
        method = SCHEMES[self.scheme]
        assert isinstance(method, GridScheme)
        return method

    @property
    def steps(self) -> int:
        """Steps of dt in its duration."""
        return round(self.duration / self.dt)

    @property
    def duration(self) -> float:
        """[ms]"""
        return self.row.duration

    def currents(self) -> NDArray[np.float64]:
        """The current of each step that the scheme takes, or may take."""
        t = np.arange(self.steps + max(self.method.extra, 0), dtype=np.float64) * self.dt
        return drive(self.stimulus, self.duration).current(t)[:, 0]

    def run(self, engine: str = "auto") -> Recording:
        """Run it here, or in a simulator that can stand in for an engine."""
        cell = Cell.preset(self.cell)
        return simulate(cell, self.stimulus, self.duration, scheme=self.scheme, dt=self.dt, engine=engine)


def own_step(row: Preset, scheme: str) -> float:
    """The step at which a scheme is compared on a cell: NEURON's own, else that of the program that published it."""
    return SCHEMES[scheme].dt if scheme.startswith("neuron-") else row.dt
