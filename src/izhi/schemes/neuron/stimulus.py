"""How NEURON sets the injected current: once, by callbacks at given times, or by playing a vector."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from izhi.schemes.neuron.clock import Floats


@dataclass(frozen=True)
class Clamp:
    """`Iin` set once.

    Attributes
    ----------
    I : float
    """

    I: float

    def currents(self, half: Floats, dt: float) -> tuple[Floats, Floats, Floats]:  # noqa: ARG002
        """The current at the middle and the end of each step, and as it is recorded at each sample."""
        steps = half.size // 2
        return np.full(steps, self.I), np.full(steps, self.I), np.full(steps + 1, self.I)


@dataclass(frozen=True)
class Callbacks:
    """Callbacks of `cvode.event`, each of which sets `Iin`.

    A time on the grid is moved a quarter of a step ahead of it; a callback runs at the end of the step in which its
    time has come, and the next step is the first that feels it.

    Attributes
    ----------
    I0 : float
        `Iin` until the first.
    t : shape (n,) [ms]
        In the order in which they were queued, which decides between equal times.
    I : shape (n,)
    """

    I0: float
    t: Any
    I: Any

    def queued(self, dt: float) -> Floats:
        """For when each is queued."""
        return np.array([ahead(t, dt) for t in self.t], dtype=float)

    def currents(self, half: Floats, dt: float) -> tuple[Floats, Floats, Floats]:
        """The current at the middle and the end of each step, and as it is recorded at each sample."""
        starts, due = half[::2], self.queued(dt)
        rank = np.argsort(due, kind="stable")
        due = due[rank]
        felt = np.searchsorted(starts, due, side="left")  # the first step that begins at or after its time
        values = np.append(self.I0, np.asarray(self.I, dtype=float)[rank])
        each = values[np.searchsorted(felt, np.arange(starts.size - 1), side="right")]
        return each, each, np.append(self.I0, each)


def ahead(t: float, dt: float) -> float:
    """The time at which a callback for time t is queued."""
    y = t / dt
    return t - dt / 4.0 if y > 1.0 and abs(math.floor(y + 1e-6) - y) < 1e-6 else t


@dataclass(frozen=True)
class Played:
    """`Vector.play(&Iin, t, 1)`: straight lines between points, with NEURON's bookkeeping of its knots.

    Each knot is an event; until it is delivered, the line before it goes on. After the last knot so does the last line.

    Attributes
    ----------
    t : shape (n,) [ms]
    I : shape (n,)
    """

    t: Any
    I: Any

    def currents(self, half: Floats, dt: float) -> tuple[Floats, Floats, Floats]:  # noqa: ARG002
        """The current at the middle and the end of each step, and as it is recorded at each sample."""
        player = _Player(np.asarray(self.t, dtype=float).tolist(), np.asarray(self.I, dtype=float).tolist())
        times = half.tolist()
        player.deliver(times[0])
        first = player.at(times[0])
        middle, end = [], []
        for k in range(1, len(times), 2):
            player.deliver(times[k])
            middle.append(player.at(times[k]))
            end.append(player.at(times[k + 1]))
            player.deliver(times[k + 1])
        return np.array(middle), np.array(end), np.array([first, *end])


class _Player:
    """A vector being played: `upper` is the knot whose event is due next, `last` ends the segment in use."""

    def __init__(self, t: list[float], value: list[float]):
        self.t, self.value = t, value
        self.upper = self.last = 0
        self.waits = True

    def deliver(self, until: float) -> None:
        """Deliver the events of the knots up to a time."""
        while self.waits and self.t[self.upper] <= until:
            knot = self.t[self.upper]
            self.last = self.upper
            self.waits = self.upper < len(self.t) - 1
            self.upper += self.waits
            self.at(knot)

    def at(self, now: float) -> float:
        """The value at a time; it also finds the segment, from the one last used."""
        t, value = self.t, self.value
        if now >= t[self.upper]:
            self.last = self.upper
            if self.last == 0:
                return value[0]
        elif now <= t[0]:
            self.last = 0
            return value[0]
        else:
            while now < t[self.last]:
                self.last -= 1
            while now >= t[self.last]:
                self.last += 1
        t0, t1, x0, x1 = t[self.last - 1], t[self.last], value[self.last - 1], value[self.last]
        return (x0 + x1) / 2.0 if t0 == t1 else x0 + (x1 - x0) * ((now - t0) / (t1 - t0))
