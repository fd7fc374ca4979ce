"""What a scheme is: a named way to advance any model, with every convention that its results depend on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from izhi.equations.model import Model


@dataclass(frozen=True, eq=False)
class Scheme:
    """A named way to advance a model.

    Attributes
    ----------
    name : str
        The name used in files and on the command line.
    title : str
        One line for people.
    used_by : str
        Whose numerics this is.
    order : int
        Order of convergence in dt of v and u at a fixed time between spikes (0: set by a tolerance instead).
    spike_order : int
        Order of convergence in dt of the spike times.
    dt : float
        The step its authors use, or the usual one [ms].
    conventions : str
        When a current takes effect, when a spike is seen, and what the samples hold.
    build : callable
        `build(model)` makes the function that an engine runs.
    """

    name: str
    title: str
    used_by: str
    order: int
    spike_order: int
    dt: float
    conventions: str
    build: Callable[[Model], Callable]

    def __reduce__(self) -> Any:
        # In another process the same scheme, for which everything is compiled once.
        module = self.build.__module__
        name = next((key for key, each in vars(import_module(module)).items() if each is self), None)
        return (_declared, (module, name)) if name else super().__reduce__()


@dataclass(frozen=True, eq=False)
class GridScheme(Scheme):
    """A scheme that takes equal steps: step k begins at k dt and uses the current at that time.

    `build(model)` returns `step(x, m, i, p, h)`, with the state x, the scheme's memory m, the input at each of its
    stages i, the parameters p and the numbers h = `numbers(dt)`. The step returns the new state, the new memory,
    whether the cell spiked, the voltage to show for the spike, and when in the step the spike was, in steps.

    Attributes
    ----------
    numbers : callable
        `numbers(dt)`: dt and what else the step needs of it, as floats.
    stages : tuple of float
        When in the step the input is needed, in steps. At 1 it is the limit from below.
    memory : tuple of float
        What the scheme itself carries from step to step, as it is at the start.
    on_grid : bool
        Whether spikes are always at a step's start or end, so that `lag` holds for all.
    lag : int
        When in its step a spike is, in steps, for schemes that are `on_grid`.
    sample : {"start", "end"}
        Whether sample k is the state at the start of step k or at its end.
    label : int
        How many steps after k dt sample k is labelled, as the published program plots it.
    extra : int
        How many steps more, or fewer, than `duration / dt` a run takes: some programs count the end point.
    scaled_rate : bool
        Whether the program multiplies the rate of recovery by dt first, which decides the last bit of u.
    dt_multiple : float or None
        The step must be a multiple of this [ms].
    """

    numbers: Callable[[float], tuple[float, ...]] = lambda dt: (dt,)
    stages: tuple[float, ...] = (0.0,)
    memory: tuple[float, ...] = ()
    on_grid: bool = True
    lag: int = 1
    sample: Literal["start", "end"] = "end"
    label: int = 0
    extra: int = 0
    scaled_rate: bool = False
    dt_multiple: float | None = None

    def times(self, steps: int, dt: float) -> NDArray[np.float64]:
        """When each step begins, and the last ends: shape (steps + 1,)."""
        return np.arange(steps + 1, dtype=np.float64) * dt

    @property
    def vectorises(self) -> bool:
        """Whether one step of many cells can be one loop."""
        return self.on_grid and self.stages == (0.0,)


@dataclass(frozen=True, eq=False)
class ContinuousScheme(Scheme):
    """A scheme that solves the equations to a tolerance; dt only says how often the solution is sampled.

    `build(model)` returns the solver of `izhi.schemes.accurate`.
    """


def _declared(module: str, name: str) -> Scheme:
    """The scheme of that name in a module; what a pickle of a scheme calls."""
    return getattr(import_module(module), name)
