"""NEURON's fixed step for one run, and what is given to it at each step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray


@contextmanager
def fixed_step(h: Any, dt: float) -> Iterator[Any]:
    """A ParallelContext of NEURON with its fixed step at dt [ms]; what was set before is set again afterwards."""
    variable, pc = h.CVode(), h.ParallelContext()
    before = h.dt, int(variable.active()), h.secondorder
    variable.active(0)
    h.dt, h.secondorder = dt, 0
    try:
        yield pc
    finally:
        variable.active(before[1])
        h.dt, h.secondorder = before[0], before[2]
        pc.gid_clear()


class EachStep:
    """Calls `give(k)` before each step k, of which NEURON takes `per` for one, from the initialisation on."""

    def __init__(self, h: Any, give: Callable[[int], None], per: int = 1):
        self.h, self.give, self.per, self.k = h, give, per, 0
        self.variable = h.CVode()

    def begin(self) -> None:
        """Before the first step."""
        self.k = 0
        self._called()

    def _called(self) -> None:
        self.give(self.k)
        self.k += 1
        # A little before the step begins: at the end of the one before it.
        self.variable.event((self.k * self.per - 0.25) * self.h.dt, self._called)


class Scatter:
    """Puts one number into a variable of each of many instances, in one call."""

    def __init__(self, h: Any, references: Sequence[Any]):
        self.pointers, self.vector = h.PtrVector(max(len(references), 1)), h.Vector(max(len(references), 1))
        self.any = bool(references)
        for k, reference in enumerate(references):
            self.pointers.pset(k, reference)
        self.values = self.vector.as_numpy()

    def put(self, row: NDArray[np.float64]) -> None:
        if self.any:
            self.values[:] = row
            self.pointers.scatter(self.vector)


def advance(h: Any, pc: Any, steps: int) -> None:
    """Take steps of NEURON's."""
    pc.psolve(h.t + steps * h.dt)
