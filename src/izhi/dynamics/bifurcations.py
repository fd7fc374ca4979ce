"""Where equilibria appear, meet and lose their stability, as the injected current changes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from izhi.cell import Cell
from izhi.dynamics.flow import Floats, Flow, crossings, one_cell
from izhi.equations.izhikevich2003 import IZHIKEVICH2003
from izhi.equations.izhikevich2007 import IZHIKEVICH2007
from izhi.errors import BadValue

SADDLE_NODE, ANDRONOV_HOPF, FOLD = "saddle-node", "Andronov-Hopf", "fold at a seam"
BOGDANOV_TAKENS = "Bogdanov-Takens"


@dataclass(frozen=True, eq=False)
class Bifurcation:
    """A current at which equilibria change.

    Attributes
    ----------
    kind : str
        "saddle-node": two equilibria meet, dI/dv = 0. "Andronov-Hopf": a pair of eigenvalues is imaginary. "fold at a
        seam": two equilibria meet where the equations switch, and dI/dv changes its sign with a jump.
        "Bogdanov-Takens": both of the former at once.
    current : float
        In the model's unit: pA, or mV/ms.
    state : shape (dimensions,)
        The equilibrium.
    frequency : float [Hz]
        Of the imaginary pair, over 2 pi; 0 otherwise.
    parameter, value : str and float, or None
        For "Bogdanov-Takens", the parameter besides the current, and its value.
    """

    kind: str
    current: float
    state: Floats
    frequency: float = 0.0
    parameter: str | None = None
    value: float | None = None

    def __str__(self) -> str:
        extra = f", {self.frequency:.3g} Hz" if self.frequency else ""
        extra += f", {self.parameter} = {self.value:.6g}" if self.parameter else ""
        return f"{self.kind} at I = {self.current:.6g}, v = {self.state[0]:.6g}{extra}"


def saddle_node(cell: Cell | str) -> tuple[Bifurcation, ...]:
    """The currents at which two equilibria meet: the extrema of I(v), by rising v.

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.

    Examples
    --------
    >>> print(*saddle_node("2007/RS"))
    saddle-node at I = 51.4286, v = -51.4286
    """
    flow = Flow(one_cell(cell, "saddle_node"))
    if flow.drifts:
        return ()
    found = []
    for piece, turns in zip(flow.pieces, flow.turns, strict=True):
        found += [_at(flow, SADDLE_NODE, v, piece.gate) for v in turns]
    for below, above in pairwise(flow.pieces):
        v = below.high
        slopes = [float(flow.slope(v, piece.gate)) for piece in (below, above)]
        jump = abs(float(flow.current(v, below.gate) - flow.current(v, above.gate)))
        if slopes[0] * slopes[1] < 0 and jump <= 1e-9 * (1 + abs(float(flow.current(v)))):
            found.append(_at(flow, FOLD, v, v))
    return tuple(sorted(_below_peak(flow, found), key=lambda each: each.state[0]))


def andronov_hopf(cell: Cell | str) -> tuple[Bifurcation, ...]:
    """The currents at which an equilibrium has a pair of imaginary eigenvalues, by rising v.

    With two variables: the trace of the Jacobian vanishes, and its determinant is positive. With a dendrite: in
    x^3 + p x^2 + q x + r, the characteristic polynomial, pq = r with q > 0 (Routh and Hurwitz).

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.

    Examples
    --------
    >>> print(*andronov_hopf("2007/LTS"))
    Andronov-Hopf at I = 114.75, v = -47.5, 6.16 Hz
    """
    flow = Flow(one_cell(cell, "andronov_hopf"))
    if flow.drifts:
        return ()
    found = []
    for piece in flow.pieces:
        for v in crossings(piece.low, piece.high, lambda v, gate=piece.gate: _balance(flow, v, gate)[0]):
            square = float(_balance(flow, np.array([v]), piece.gate)[1][0])
            if square > 0:
                frequency = 1e3 * math.sqrt(square) / (2 * math.pi)
                found.append(_at(flow, ANDRONOV_HOPF, v, piece.gate, frequency))
    return tuple(_below_peak(flow, found))


def lost_at(flow: Flow, v: float) -> Bifurcation | None:
    """The first bifurcation that the equilibrium at a voltage meets as the current rises, if it meets any."""
    met = [each for each in (*saddle_node(flow.cell), *andronov_hopf(flow.cell)) if each.state[0] > v]
    return min(met, key=lambda each: float(each.state[0]), default=None)


def _balance(flow: Flow, v: Floats, gate: float) -> tuple[Floats, Floats]:
    """What vanishes where two eigenvalues are opposite, and the square of their imaginary part there."""
    jacobian = flow.jacobian(flow.settled(v, gate), gate)
    trace = np.trace(jacobian, axis1=-2, axis2=-1)
    determinant = np.linalg.det(jacobian)
    if flow.dimensions == 2:
        return trace, determinant
    minors = (trace**2 - np.trace(jacobian @ jacobian, axis1=-2, axis2=-1)) / 2
    return determinant - trace * minors, minors


def _at(flow: Flow, kind: str, v: float, gate: float, frequency: float = 0.0) -> Bifurcation:
    return Bifurcation(kind, float(flow.current(v, gate)), flow.settled(v, gate), frequency)


def _below_peak(flow: Flow, found: list[Bifurcation]) -> list[Bifurcation]:
    return [each for each in found if each.state[0] < flow.peak(each.state[1])]


def closed_form(cell: Cell | str) -> tuple[Bifurcation, ...]:
    """The saddle-node and, where there is one, the Andronov-Hopf bifurcation by their formulas.

    2007, with D = vt - vr: I_SN = (kD + b)^2 / (4k) at v = vr + (kD + b)/(2k). If b > aC,
    I_AH = kD^2/4 + bD/2 + abC/(2k) - (aC)^2/(4k) at v = (vr + vt)/2 + aC/(2k), with omega^2 = a(b - aC)/C.
    2003, with v' = ev^2 + fv + g - u + I: I_SN = (f - b)^2 / (4e) - g at v = (b - f)/(2e). If b > a,
    I_AH = bv - ev^2 - fv - g at v = (a - f)/(2e), with omega^2 = a(b - a).

    Parameters
    ----------
    cell : Cell or str
        One cell whose equations are those of the 2003 or of the plain 2007 model, whatever its peak and reset.

    Returns
    -------
    tuple of Bifurcation
        By rising v.

    Raises
    ------
    BadValue
        For cells with other equations.

    Notes
    -----
    Sources: Humphries et al. 2009 (ModelDB 128818) for the 2007 model; those of 2003 by the same steps. The
    Andronov-Hopf bifurcation is subcritical whatever the parameters (Touboul 2008, SIAM J. Appl. Math. 68:1045).

    Examples
    --------
    >>> print(*closed_form("2003/RS"), sep="; ")
    Andronov-Hopf at I = 3.7975, v = -62.25, 9.55 Hz; saddle-node at I = 4, v = -60
    """
    chosen = one_cell(cell, "closed_form")
    p = {s: float(chosen.parameters[s]) for s in chosen.model.symbols}
    if chosen.model.rhs is IZHIKEVICH2003.rhs:
        found = _closed_2003(p)
    elif chosen.model.rhs is IZHIKEVICH2007.rhs:
        found = _closed_2007(p)
    else:
        wanted = "a cell with the equations of izhikevich2003 or izhikevich2007 would do; saddle_node and andronov_hopf"
        raise BadValue("closed_form", chosen.model.name, f"{wanted} take any")
    return tuple(sorted(found, key=lambda each: each.state[0]))


def _closed_2003(p: dict[str, float]) -> list[Bifurcation]:
    a, b, e, f, g = (p[s] for s in "abefg")
    _curved("e", e)
    v = (b - f) / (2 * e)
    found = [Bifurcation(SADDLE_NODE, (f - b) * (f - b) / (4 * e) - g, np.array([v, b * v]))]
    if a * (b - a) > 0:
        v = (a - f) / (2 * e)
        current = b * v - e * v * v - f * v - g
        found.append(Bifurcation(ANDRONOV_HOPF, current, np.array([v, b * v]), _hertz(a * (b - a))))
    return found


def _closed_2007(p: dict[str, float]) -> list[Bifurcation]:
    C, k, vr, vt, a, b = (p[s] for s in ("C", "k", "vr", "vt", "a", "b"))
    _curved("k", k)
    D = vt - vr
    v = vr + (k * D + b) / (2 * k)
    found = [Bifurcation(SADDLE_NODE, (k * D + b) ** 2 / (4 * k), np.array([v, b * (v - vr)]))]
    if a * (b - a * C) > 0:
        v = (vr + vt) / 2 + a * C / (2 * k)
        current = k * D * D / 4 + b * D / 2 + a * b * C / (2 * k) - (a * C) ** 2 / (4 * k)
        found.append(Bifurcation(ANDRONOV_HOPF, current, np.array([v, b * (v - vr)]), _hertz(a * (b - a * C) / C)))
    return found


def _curved(symbol: str, value: float) -> None:
    if not value:
        raise BadValue(symbol, value, "a parabola, with another value than 0, would do")


def _hertz(square: float) -> float:
    return 1e3 * math.sqrt(square) / (2 * math.pi)


def bogdanov_takens(cell: Cell | str) -> Bifurcation:
    """Where the saddle-node and the Andronov-Hopf bifurcation are one: at b = aC, or b = a without a capacitance.

    Parameters
    ----------
    cell : Cell or str
        As for `closed_form`; its own b does not matter.

    Raises
    ------
    BadValue
        For cells with other equations than those of the 2003 and of the plain 2007 model.

    Examples
    --------
    >>> print(bogdanov_takens("2007/RS"))
    Bogdanov-Takens at I = 103.214, v = -47.8571, b = 3
    """
    chosen = one_cell(cell, "bogdanov_takens")
    b = float(chosen.parameters["a"]) * float(chosen.parameters.get("C", 1.0))
    moved: dict[str, Any] = {**chosen.parameters, "b": b}
    (found,) = (x for x in closed_form(replace(chosen, parameters=moved)) if x.kind == SADDLE_NODE)
    return replace(found, kind=BOGDANOV_TAKENS, parameter="b", value=b)
