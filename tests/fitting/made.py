"""A recording of a cell that is known, and a fit of it that takes little."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

import izhi
from izhi.equations import model
from izhi.fitting import Effort, Fit, bounds
from izhi.fitting.clues import clues
from izhi.fitting.fit import DT
from izhi.fitting.problem import Problem
from izhi.fitting.refine import EXPECTED
from izhi.fitting.score import score
from izhi.fitting.search import Trail
from izhi.fitting.spread import spread
from izhi.fitting.target import targets
from izhi.sweeps import Sweep, Sweeps

TINY = Effort(forced_starts=2, starts=2, kept=1, population=16, forced=4, first=3, second=4)
KNOWN = {"vr": -60.0, "vpeak": 35.0, "c": -50.0, "a": 0.03, "b": -2.0}
AMPLITUDES = (-50, 60, 80, 100, 120)


@cache
def recorded() -> Sweeps:
    """Five sweeps of the regular spiking cell, with an error of the rig that no cell makes."""
    rows = []
    for k, amplitude in enumerate(AMPLITUDES):
        run = izhi.simulate("2007/RS", izhi.Pulse(amplitude, start=30, stop=180), 220, scheme="euler", dt=0.1)
        hum = 1.5 * np.sin(0.3 * run.time[:-1])
        rows.append(Sweep(0.1, run.voltage[:-1] + hum, run.current[:-1], name=str(k)))
    return Sweeps(tuple(rows), "rig/a cell.npz")


def write(path: Path) -> Path:
    """The same as a file."""
    sweeps = recorded()
    arrays = {"v [mV]": np.stack([s.voltage for s in sweeps]), "i [pA]": np.stack([s.current for s in sweeps])}
    np.savez(path, **{"dt [ms]": 0.1}, **arrays)
    return path


@cache
def fitted() -> Fit:
    """What a fit of the even sweeps gives: nearly the cell, four parameters free, and one of these at its bound."""
    fitted, kept = recorded().select("::2"), recorded().select("1::2")
    seen = clues(fitted)
    space = bounds.space(model("izhikevich2007"), seen, fixed=KNOWN, bounds={"d": (20.0, 100.0)})
    x = space.place({"C": 101.0, "k": 0.7, "vt": -40.0, "d": 100.0})
    problem = Problem(space, targets(fitted, DT, seen))
    return Fit(
        space=space,
        parameters=space.values(x),
        loss=float(problem.loss(x[None])[0]),
        clues=seen,
        uncertainty=spread(problem, x, EXPECTED, 0),
        training=score(space, x, fitted, 1),
        held_out=score(space, x, kept, 1),
        trails=(Trail("first-0", x, 0.1),),
        seed=7,
        source=recorded().source,
    )
