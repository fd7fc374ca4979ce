"""Equilibria under a constant current: where they are, and how the state moves near them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from izhi.cell import Cell
from izhi.dynamics.flow import Floats, Flow, Piece, crossings, number, one_cell

# A root this near to a seam is on it [mV].
ON_SEAM = 1e-9
# Of the derivatives at an equilibrium, what rounding may leave.
ROUNDING = 1e-9
# Beyond the window, branches are followed as far as this [mV].
FARTHEST = 1e6


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """A state in which nothing changes.

    Attributes
    ----------
    state : shape (dimensions,)
        v, u, and the dendrite's voltage where there is one.
    eigenvalues : shape (dimensions,), complex [1/ms]
        Of the Jacobian there; at a seam of the equations, of the branch that holds at the seam itself.
    kind : {"node", "focus", "saddle"}
        "saddle" where eigenvalues have real parts of both signs, "focus" where two are complex, otherwise "node".
    stable : bool
        Whether all real parts are negative.
    """

    state: Floats
    eigenvalues: np.ndarray
    kind: str
    stable: bool

    @property
    def voltage(self) -> float:
        """[mV]"""
        return float(self.state[0])

    def __str__(self) -> str:
        symbols = ", ".join(f"{s} = {x:.6g}" for s, x in zip(("v", "u", "w"), self.state, strict=False))
        return f"{'stable' if self.stable else 'unstable'} {self.kind} at {symbols}"


def equilibria(cell: Cell | str, current: float = 0.0) -> tuple[Equilibrium, ...]:
    """All equilibria below the peak of a spike, by rising v.

    With u (and the dendrite) settled at v there is one current I(v) at which v is an equilibrium, since I enters dv/dt
    additively. Between its extrema and the seams of the equations I(v) is monotone, and each stretch that passes the
    current has one equilibrium.

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.
    current : float
        In the model's unit: pA, or mV/ms.

    Examples
    --------
    >>> for each in equilibria("2007/RS"):
    ...     print(each)
    stable node at v = -60, u = 0
    unstable saddle at v = -42.8571, u = -34.2857
    """
    flow = Flow(one_cell(cell, "equilibria"))
    return found_equilibria(flow, number(current, "equilibria: current"))


def found_equilibria(flow: Flow, current: float) -> tuple[Equilibrium, ...]:
    """The equilibria of a flow at a current."""
    if flow.drifts:
        return tuple(_drifting(flow, v, current) for v in flow.standstill())
    roots: list[float] = []
    for piece, turns in zip(flow.pieces, flow.turns, strict=True):
        for a, b in stretches(flow, piece, turns, current):
            low, high = (float(flow.current(x, piece.gate)) - current for x in (a, b))
            if low == 0 or high == 0:
                roots.append(a if low == 0 else b)
            elif (low > 0) != (high > 0):
                test = lambda v, gate=piece.gate: flow.current(v, gate) - current  # noqa: E731
                roots += crossings(a, b, test, points=2)
    found = [classified(flow, v) for v in _owned(flow, roots, current)]
    return tuple(each for each in found if each.voltage < flow.peak(each.state[1]))


def stretches(flow: Flow, piece: Piece, turns: list[float], current: float) -> list[tuple[float, float]]:
    """The stretches of a piece on which I(v) is monotone, the lowest long enough to reach the current if it can."""
    low = piece.low
    if low == flow.window[0]:
        first = turns[0] if turns else piece.high
        rising = flow.slope(low, piece.gate) > 0
        while low > -FARTHEST and (flow.current(low, piece.gate) > current) == rising:
            low = first - 2 * (first - low)
    edges = [low, *turns, piece.high]
    return list(pairwise(edges))


def _owned(flow: Flow, roots: list[float], current: float) -> list[float]:
    """The roots that solve the equations as they are, each once: at a seam, one branch alone holds."""
    kept: list[float] = []
    for root in sorted(roots):
        v = next((s for s in flow.seams if abs(s - root) < ON_SEAM), root)
        left = float(flow.current(v)) - current
        scale = abs(current) + float(np.abs(flow.derivatives(flow.settled(v), 0.0)).max() / flow.gain) + 1
        if abs(left) <= ROUNDING * scale and (not kept or v - kept[-1] > ON_SEAM):
            kept.append(v)
    return kept


def _drifting(flow: Flow, v: float, current: float) -> Equilibrium:
    """Where recovery does not decay, u is what balances the current."""
    u = -float(flow.derivatives([v, 0.0], current)[0]) / flow.pull
    return classified(flow, v, np.array([v, u]))


def classified(flow: Flow, v: float, state: Floats | None = None) -> Equilibrium:
    """The equilibrium at a voltage, by its eigenvalues."""
    x = flow.settled(v) if state is None else state
    values = np.sort_complex(np.linalg.eigvals(flow.jacobian(x)).astype(np.complex128))
    kind = kinds(values[None])[0]
    return Equilibrium(x, values, str(kind), bool((values.real < 0).all()))


def kinds(values: np.ndarray) -> np.ndarray:
    """What equilibria with these eigenvalues are: shape (n,) for shape (n, dimensions)."""
    mixed = (values.real > 0).any(axis=1) & (values.real < 0).any(axis=1)
    turning = (values.imag != 0).any(axis=1)
    return np.where(mixed, "saddle", np.where(turning, "focus", "node"))
