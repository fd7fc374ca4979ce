"""NEURON's time: half a step is added twice, so that a time is never exactly a multiple of dt."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def halves(steps: int, dt: float) -> Floats:
    """0, dt/2, dt, ... as NEURON adds them up: shape (2 steps + 1,)."""
    pieces = np.full(2 * steps + 1, 0.5 * dt)
    pieces[0] = 0.0
    return np.add.accumulate(pieces)


def steps_until(tstop: float, dt: float) -> int:
    """How many steps `h.run()` takes: while t is below tstop - dt/2."""
    rough = max(math.ceil(tstop / dt) + 2, 1)
    while True:
        starts = halves(rough, dt)[::2]
        steps = int(np.searchsorted(starts, tstop - dt / 2, side="left"))
        if steps <= rough:
            return steps
        rough *= 2


def same(half: Floats, dt: float) -> Floats:
    """The step, for mechanisms that use dt itself."""
    return np.full((1, half.size // 2), dt)


def since_last_end(half: Floats, dt: float) -> Floats:
    """t - t0 in a BREAKPOINT that runs at the end of each step."""
    return np.diff(half[::2])[None]


def since_last_middle(half: Floats, dt: float) -> Floats:
    """t - t0 in a BREAKPOINT that runs in the middle of each step; the first finds the t0 = 0 of the initialisation."""
    return np.diff(half[1::2], prepend=0.0)[None]
