"""The equations of one cell as functions of arrays: what every measure of its dynamics is made of.

They are those of the model itself; only what it calls per number (`where`, `minimum`) is exchanged for NumPy's. The
current enters dv/dt with a constant factor, u enters dv/dt and du/dt with constant factors, and a dendrite's voltage
relaxes at a constant rate: so the state in which all but dv/dt vanish, and the current at which that vanishes too,
follow from v by single evaluations.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.cell import Cell
from izhi.equations import Model
from izhi.equations.ops import exchange, minimum, where
from izhi.errors import BadValue

Floats = NDArray[np.float64]
# Differences over this distance [mV] with an error of order four: exact for all polynomials up to the fourth degree.
REACH = 0.5
# How far below all voltages that a cell's parameters name its branches of equilibria are followed [mV].
BELOW = 100.0
# A sign change is followed by so many grids of so many points, to all bits of a number.
ROUNDS, FINER = 13, 33
_OF_ARRAYS: dict[Any, Any] = {where: np.where, minimum: np.minimum}


def one_cell(cell: Cell | str, who: str) -> Cell:
    """The cell itself or the preset of that name; ensembles are refused."""
    chosen = Cell.preset(cell) if isinstance(cell, str) else cell
    if not isinstance(chosen, Cell):
        raise BadValue(who, cell, "a Cell or the name of a preset would do")
    if chosen.count is not None:
        raise BadValue(who, f"{chosen.count} cells", "one cell would do")
    return chosen


def number(value: Any, who: str, wanted: str = "a finite number would do") -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise BadValue(who, value, wanted)
    if not np.isfinite(value):
        raise BadValue(who, value, wanted)
    return float(value)


@dataclass(frozen=True)
class Piece:
    """A stretch of v on which the equations are smooth; `gate` is a voltage inside it, which selects their branch."""

    low: float
    high: float
    gate: float


@dataclass(frozen=True, eq=False)
class Flow:
    """The equations of one cell.

    Parameters
    ----------
    cell : Cell
        A single one.
    """

    cell: Cell

    @property
    def model(self) -> Model:
        return self.cell.model

    @property
    def dimensions(self) -> int:
        """2, or 3 with a dendrite."""
        return len(self.model.state)

    @cached_property
    def p(self) -> Any:
        """The parameters as the equations take them."""
        return self.model.Parameters(*(float(self.cell.parameters[s]) for s in self.model.symbols))

    @cached_property
    def _rhs(self) -> Any:
        return exchange(self.model.rhs, _OF_ARRAYS)

    @cached_property
    def _gated(self) -> Any:
        return exchange(self.model.gated, _OF_ARRAYS) if self.model.gated else None

    @cached_property
    def _peak(self) -> Any:
        return exchange(self.model.peak, _OF_ARRAYS)

    def derivatives(self, state: ArrayLike, current: ArrayLike = 0.0, gate: ArrayLike | None = None) -> Floats:
        """Time derivatives: shape (dimensions, ...) for a state of that shape; the branch by v, or by the gate."""
        x = np.asarray(state, dtype=np.float64)
        i = np.asarray(current, dtype=np.float64)
        with np.errstate(all="ignore"):
            if gate is None or self._gated is None:
                found = self._rhs(*x, i, self.p)
            else:
                found = self._gated(np.asarray(gate, dtype=np.float64), *x, i, self.p)
        return np.stack(np.broadcast_arrays(*found)).astype(np.float64)

    def peak(self, u: ArrayLike) -> Floats:
        """The voltage at which a spike ends [mV]."""
        u = np.asarray(u, dtype=np.float64)
        return self._peak(u, self.p) + 0 * u

    @cached_property
    def start(self) -> Floats:
        """Where the model starts unless told otherwise: shape (dimensions,)."""
        v = float(self.model.start(self.p))
        return np.array([v, float(self.model.settle(v, self.p)), v][: self.dimensions])

    def _factor(self, of: int, by: int) -> float:
        """How the derivative of one variable depends on another, where it does so with a constant factor."""
        up, down = self.start.copy(), self.start.copy()
        up[by] += 1
        down[by] -= 1
        gate = self.start[0]
        return float(self.derivatives(up, 0.0, gate)[of] - self.derivatives(down, 0.0, gate)[of]) / 2

    @cached_property
    def gain(self) -> float:
        """The factor of the current in dv/dt: 1/C, or 1 where there is no capacitance."""
        return float(self.derivatives(self.start, 1.0)[0] - self.derivatives(self.start, -1.0)[0]) / 2

    @cached_property
    def pull(self) -> float:
        """The factor of u in dv/dt, which is negative."""
        return self._factor(0, 1)

    @cached_property
    def decays(self) -> tuple[float, ...]:
        """Of u, and of the dendrite's voltage: the factor in its own derivative, -a; 0 where it does not decay."""
        return tuple(self._factor(k, k) for k in range(1, self.dimensions))

    @property
    def drifts(self) -> bool:
        """Whether recovery does not decay, so that v alone decides where it stands still."""
        return self.decays[0] == 0

    @cached_property
    def seams(self) -> tuple[float, ...]:
        """The voltages at which the equations switch, in order [mV]."""
        return tuple(sorted({float(getattr(self.p, symbol)) for symbol in self.model.seams}))

    @cached_property
    def window(self) -> tuple[float, float]:
        """Voltages between which all happens: from well below the lowest that is named, up to the peak [mV]."""
        named = [self.start[0], float(self.cell.parameters["c"]), *self.seams]
        named += [float(getattr(self.p, symbol)) for symbol in ("vr", "vt") if symbol in self.model.symbols]
        high = max(float(self.peak(u)) for u in (0.0, self.start[1]))
        return min(named) - BELOW, max(high, max(named) + 1.0)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """The stretches between seams, within the window."""
        low, high = self.window
        edges = [low, *(s for s in self.seams if low < s < high), high]
        return tuple(Piece(a, b, (a + b) / 2) for a, b in pairwise(edges))

    @cached_property
    def turns(self) -> tuple[list[float], ...]:
        """By piece, the voltages at which I(v) has an extremum [mV]."""
        return tuple(crossings(x.low, x.high, lambda v, x=x: self.slope(v, x.gate)) for x in self.pieces)

    def settled(self, v: ArrayLike, gate: ArrayLike | None = None) -> Floats:
        """The state at which all but v stand still: shape (dimensions, ...)."""
        v = np.asarray(v, dtype=np.float64)
        zero = np.zeros_like(v)
        rest = np.stack([v, zero, zero][: self.dimensions])
        moved = self.derivatives(rest, 0.0, v if gate is None else gate)
        for k in range(1, self.dimensions):
            rest[k] = 0.0 - moved[k] / self.decays[k - 1]
        return rest

    def standstill(self) -> list[float]:
        """The voltages at which a recovery that does not decay stands still [mV]."""
        if float(self.p.a) == 0:
            raise BadValue(f"{self.model.name}.a", 0, "a recovery that moves, with another a than 0, would do")
        return crossings(*self.window, lambda v: self.derivatives(np.stack([v, 0 * v]))[1])

    def current(self, v: ArrayLike, gate: ArrayLike | None = None) -> Floats:
        """The current that makes v an equilibrium, with all else settled: shape of v."""
        gate = np.asarray(v, dtype=np.float64) if gate is None else gate
        return -self.derivatives(self.settled(v, gate), 0.0, gate)[0] / self.gain

    def slope(self, v: ArrayLike, gate: ArrayLike) -> Floats:
        """The derivative dI/dv of that current, on the branch of the gate: the steady conductance."""
        return central([self.current(np.asarray(v) + k * REACH, gate) for k in (-2, -1, 1, 2)])

    def jacobian(self, state: ArrayLike, gate: ArrayLike | None = None) -> Floats:
        """The derivatives of the derivatives: shape (..., dimensions, dimensions), on the branch of the gate."""
        x = np.asarray(state, dtype=np.float64)
        gate = x[0] if gate is None else gate
        columns = []
        for k in range(self.dimensions):
            away = np.zeros((self.dimensions, *[1] * (x.ndim - 1)))
            away[k] = REACH
            columns.append(central([self.derivatives(x + j * away, 0.0, gate) for j in (-2, -1, 1, 2)]))
        return np.moveaxis(np.stack(columns, axis=1), (0, 1), (-2, -1))


def central(values: list[Floats]) -> Floats:
    """The derivative from the values at -2, -1, 1 and 2 times the distance."""
    far, near = values[0] - values[3], values[2] - values[1]
    return (far + 8 * near) / (12 * REACH)


def crossings(low: float, high: float, test: Any, points: int = 2001) -> list[float]:
    """Where a function of arrays changes its sign between two numbers, each to all bits by finer and finer grids."""
    grid = np.linspace(low, high, points)
    above = np.asarray(test(grid)) >= 0
    found = []
    for k in np.flatnonzero(above[1:] != above[:-1]):
        a, b = grid[k], grid[k + 1]
        for _ in range(ROUNDS):
            finer = np.linspace(a, b, FINER)
            changed = int(np.argmax((np.asarray(test(finer)) >= 0) != above[k]))
            if not changed:  # both ends are now the same but for rounding
                break
            a, b = finer[changed - 1], finer[changed]
        found.append(float(a + b) / 2)
    return found
