"""What there is at present: populations, projections, electrodes, and the network while it runs."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from pyNN import common

from izhi.errors import BadValue

name = "izhi"


class ID(int, common.IDMixin):
    """A cell, as PyNN numbers them."""

    def __init__(self, n: int):  # noqa: ARG002
        common.IDMixin.__init__(self)


class State(common.control.BaseState):
    """The state of the simulator, one for a process.

    Attributes
    ----------
    dt : float
        [ms]
    options : dict
        Of `izhi.Simulation`: scheme, precision, threads, engine.
    seed : int
        Of sources that spike at random.
    step : int
        How many steps were taken since the beginning or the last reset.
    running_network : Running or None
        What advances, once a run has begun.
    """

    mpi_rank = 0
    num_processes = 1

    def __init__(self) -> None:
        super().__init__()
        self.setup(0.1, "auto", "auto", {}, 0)

    def setup(self, dt: float, least: Any, most: Any, options: dict[str, Any], seed: int) -> None:
        """Forget everything, and begin with these settings."""
        self.dt, self.options, self.seed = dt, options, seed
        self.bounds = (least, most)
        self.clear()

    def clear(self) -> None:
        """Forget all populations, projections and electrodes."""
        self.recorders: set[Any] = set()
        self.populations: list[Any] = []
        self.projections: list[Any] = []
        self.electrodes: list[Any] = []
        self.id_counter = 0
        self.segment_counter = -1
        self.reset()

    def reset(self) -> None:
        """Go back to time 0, of the same network."""
        self.running = False
        self.running_network: Any = None
        self.step = 0
        self.t_start = 0.0
        self.segment_counter += 1

    @property
    def t(self) -> float:
        """The time [ms]."""
        return self.step * self.dt

    @property
    def least_delay(self) -> float:
        """The delay of a synapse that was given none [ms]."""
        return self.dt if self.bounds[0] == "auto" else float(self.bounds[0])

    @property
    def min_delay(self) -> float:
        """The least delay [ms]; if it was left open, that of the network."""
        return self._bound(0, np.min)

    @property
    def max_delay(self) -> float:
        """The longest delay [ms]; if it was left open, that of the network."""
        return self._bound(1, np.max)

    def _bound(self, which: int, of: Any) -> float:
        if self.bounds[which] != "auto":
            return float(self.bounds[which])
        delays = [of(p.values["delay"]) for p in self.projections if len(p)]
        return float(of(delays)) if delays else self.dt

    def changeable(self, what: str) -> None:
        """Refuse what cannot be done in the middle of a run."""
        if self.running_network is not None:
            raise BadValue(
                f"izhi.pynn: {what}", f"at {self.t:g} ms", "before the first run, or after reset(), would do"
            )

    def run_until(self, time: float) -> None:
        """Advance to a time [ms]."""
        self.running = True
        if self.running_network is None:
            # What builds the network knows all classes of the backend, and these know this module.
            self.running_network = importlib.import_module("izhi.pynn.running").Running(self)
        steps = round(time / self.dt) - self.step
        if steps > 0:
            self.running_network.advance(steps)


state = State()
