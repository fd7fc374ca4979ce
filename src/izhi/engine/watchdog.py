"""Tells whether a network can go on: whether its states are numbers, and whether it has run away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from izhi.engine.team import Stretch, Team

# Over how long the mean rate is taken [ms].
WINDOW = 100.0


@dataclass(eq=False)
class Watchdog:
    """Looks at each stretch of a run.

    Whether a network has run away is judged in windows of 100 ms, from time 0 on, and so is the same however the run
    was cut into stretches.

    Attributes
    ----------
    cells : int
        How many there are, sources aside.
    dt : float [ms]
    limit : float
        The mean rate at which a network has run away [Hz].
    spikes : int
        So far in the present window.
    """

    cells: int
    dt: float
    limit: float
    spikes: int = 0

    @property
    def window(self) -> int:
        """Steps of a window."""
        return max(1, round(WINDOW / self.dt))

    def overrun(self, stretch: Stretch) -> tuple[int, float] | None:
        """The step at which a window ended in which the network ran away, if so, and the rate in it [Hz]."""
        ends = np.arange(-(-(stretch.first + 1) // self.window) * self.window, stretch.last + 1, self.window)
        by = np.concatenate([[-self.spikes], stretch.until[ends - stretch.first - 1]])
        rates = 1e3 * np.diff(by) / (max(self.cells, 1) * self.window * self.dt)
        total = int(stretch.until[-1]) if stretch.until.size else 0
        self.spikes = total - int(by[-1])
        over = np.flatnonzero(rates > self.limit)
        return (int(ends[over[0]]), float(rates[over[0]])) if over.size else None

    def verdict(self, team: Team, stretch: Stretch) -> tuple[int, str] | None:
        """At which step the run cannot go on, and why, if so."""
        over = self.overrun(stretch)
        if over is not None:
            return over[0], f"the network runs away, at {over[1]:.4g} Hz; weaker synapses or input may help"
        if not team.broken:
            return None
        place = team.unsound()
        cell = int(team.plan.layout.cell_at[place])
        return stretch.last, f"v or u of cell {cell} left the range of numbers; a smaller dt or weaker input may help"
