"""Recordings that are made up: a cell that charges and spikes at times that are known."""

from __future__ import annotations

import numpy as np

from izhi.sweeps import Sweep, Sweeps

START, STOP = 50.0, 150.0


def step(amplitude: float, dt: float = 0.05, holding: float = 0.0, duration: float = 200.0) -> np.ndarray:
    """A step of current between 50 and 150 ms [pA]."""
    t = dt * np.arange(round(duration / dt))
    return holding + amplitude * ((t >= START - 1e-9) & (t < STOP - 1e-9))


def response(current: np.ndarray, spikes: tuple[float, ...] = (), dt: float = 0.05) -> np.ndarray:
    """A voltage that charges in 10 ms towards -70 mV + 0.1 GOhm I, drifts a little, and spikes at these times [ms]."""
    t = dt * np.arange(current.size)
    v, level, gain = np.empty(t.size), -70.0 + 0.1 * current[0], 1 - np.exp(-dt / 10.0)
    for k, target in enumerate(-70.0 + 0.1 * current):
        level += gain * (target - level)
        v[k] = level
    for spike in spikes:
        shape = np.exp(-(((t - spike) / 0.4) ** 2))
        v = v + shape * (30.0 - v)
    return v + 0.2 * np.sin(t / 12.0)


def family(dt: float = 0.05) -> Sweeps:
    """Five sweeps from -50 to 150 pA, whose last two spike twice and three times."""
    spikes = {100.0: (80.0, 120.0), 150.0: (65.0, 90.0, 130.0)}
    made = []
    for k, amplitude in enumerate((-50.0, 0.0, 50.0, 100.0, 150.0)):
        current = step(amplitude, dt)
        made.append(Sweep(dt, response(current, spikes.get(amplitude, ()), dt), current, name=str(k)))
    return Sweeps(tuple(made), "made")


COUNTS = [0, 0, 0, 2, 3]
