"""Currents injected into cells of a network: what a stimulus gives at each step, in the form that workers read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import BadValue
from izhi.stimulus import Drive, Stimulus, drive

# Injected currents of one stretch [bytes].
LARGEST = 64 << 20


@dataclass(eq=False)
class Injection:
    """A stimulus into some cells of a population; its currents are made anew when time passes their horizon."""

    population: int
    count: int
    cells: NDArray[np.int64] | None
    stimulus: Stimulus
    horizon: float = 0.0
    currents: Drive | None = None

    def until(self, stop: float) -> Drive:
        if self.currents is None or stop > self.horizon:
            self.horizon = max(2 * self.horizon, stop, 1000.0)
            self.currents = drive(self.stimulus, self.horizon)
            if self.currents.event_time.size:
                raise BadValue("stimulus", "synaptic events", "a SpikeSource or a PoissonDrive would do")
            wanted = self.count if self.cells is None else self.cells.size
            if self.currents.cells not in (None, wanted):
                raise BadValue("stimulus", f"{self.currents.cells} currents", f"one, or {wanted}, would do")
        return self.currents

    @property
    def columns(self) -> int:
        alike = self.cells is None and (self.currents is None or self.currents.cells is None)
        return 1 if alike else self.count

    def rows(self, t: NDArray[np.float64]) -> NDArray[np.float64]:
        """The currents at times t: shape (n, columns)."""
        now = self.until(float(t[-1]) + 1.0).current(t)
        if self.columns == 1 or (now.shape[1] == self.count == self.columns and self.cells is None):
            return now
        full = np.zeros((t.size, self.count))
        full[:, slice(None) if self.cells is None else self.cells] = now
        return full


def outside(injections: Sequence[Injection], net: Any, first: int, steps: int, dt: float) -> tuple[Any, NDArray, int]:
    """The injected currents of the next steps.

    Returns
    -------
    net : Net
        With where in the table each population's currents are.
    table : shape (steps or 1, columns)
        One row, if they do not change.
    steps : int
        For how many steps it is, perhaps fewer than asked for.
    """
    whole = np.int64
    if not injections:
        none = np.zeros(0, dtype=whole)
        return net._replace(outside_pop=none, outside_column=none, outside_cells=none), np.zeros((1, 0)), steps
    stop = (first + steps) * dt
    currents = [i.until(stop + 1.0) for i in injections]
    steady = all(each.steady(first * dt, stop) for each in currents)
    widths = np.array([i.columns for i in injections], dtype=whole)
    rows = 1 if steady else min(steps, max(2, LARGEST // (8 * int(widths.sum()))))
    t = (first + np.arange(rows, dtype=np.float64)) * dt
    table = np.concatenate([np.broadcast_to(i.rows(t), (rows, i.columns)) for i in injections], axis=1)
    net = net._replace(
        outside_pop=np.array([i.population for i in injections], dtype=whole),
        outside_column=np.cumsum(widths) - widths,
        outside_cells=widths,
    )
    return net, table, steps if steady else rows
