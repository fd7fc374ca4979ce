"""Tells whether a network can go on: whether its states are numbers, and whether it has run away."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from izhi.engine.team import Stretch, Team

# Over how long the mean rate is taken [ms].
WINDOW = 100.0


@dataclass(eq=False)
class Watchdog:
    """Looks at each stretch of a run.

    Attributes
    ----------
    cells : int
        How many there are, sources aside.
    dt : float [ms]
    limit : float
        The mean rate at which a network has run away [Hz].
    recent : deque of (steps, spikes)
        The stretches of the last 100 ms.
    """

    cells: int
    dt: float
    limit: float
    recent: deque[tuple[int, int]] = field(default_factory=deque)

    def verdict(self, team: Team, stretch: Stretch) -> str | None:
        """Why the run cannot go on, if so."""
        place = team.unsound()
        if place >= 0:
            cell = int(team.plan.layout.cell_at[place])
            return f"v or u of cell {cell} left the range of numbers; a smaller dt or weaker input may help"
        self.recent.append((stretch.last - stretch.first, stretch.place.size))
        while sum(n for n, _ in self.recent) - self.recent[0][0] >= WINDOW / self.dt:
            self.recent.popleft()
        steps, spikes = (sum(column) for column in zip(*self.recent, strict=True))
        rate = 1e3 * spikes / (self.cells * steps * self.dt) if self.cells and steps else 0.0
        if steps * self.dt >= WINDOW and rate > self.limit:
            return f"the network runs away, at {rate:.4g} Hz; weaker synapses or input may help"
        return None
