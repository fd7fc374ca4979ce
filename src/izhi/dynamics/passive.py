"""A cell at rest: its resistance, its time constants, and whether it resonates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from izhi.cell import Cell
from izhi.dynamics.bifurcations import ANDRONOV_HOPF, lost_at
from izhi.dynamics.equilibria import Equilibrium, found_equilibria
from izhi.dynamics.flow import Floats, Flow, number, one_cell
from izhi.errors import BadValue


@dataclass(frozen=True, eq=False)
class Passive:
    """A cell at rest, and how it answers small currents.

    Attributes
    ----------
    rest : Equilibrium
        The stable equilibrium of the lowest voltage.
    resistance : float [MOhm; ms for the models without a capacitance, whose current is in mV/ms]
        Steady: dv/dI of the rest state, all variables settled. 1/(k(vt - vr) + b) for the plain 2007 model at I = 0.
    instantaneous : float, likewise
        dv/dI with u (and the dendrite) held: 1/(k(vt - vr)). Infinite, or negative, where u alone keeps the cell at
        rest.
    unit : str
        Of both.
    membrane : float [ms]
        -1 / (d(dv/dt)/dv): how v alone would relax.
    time_constants : shape (dimensions,) [ms]
        -1 / Re of each eigenvalue, the longest first.
    frequency : float [Hz]
        At which the damped state oscillates: Im of the eigenvalues over 2 pi; 0 for a node.
    resonator : bool or None
        Whether rest loses its stability by an Andronov-Hopf bifurcation as the current rises; an integrator loses it by
        a saddle-node. None if it does not lose it.
    """

    rest: Equilibrium
    resistance: float
    instantaneous: float
    unit: str
    membrane: float
    time_constants: Floats
    frequency: float
    resonator: bool | None

    @property
    def kind(self) -> str:
        """Integrator, resonator or neither, in a word."""
        return "neither" if self.resonator is None else "resonator" if self.resonator else "integrator"


def rest(cell: Cell | str, current: float = 0.0) -> Equilibrium:
    """The rest state: the stable equilibrium of the lowest voltage.

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.
    current : float
        In the model's unit.

    Raises
    ------
    BadValue
        If there is none at this current.

    Examples
    --------
    >>> print(rest("2003/RS"))
    stable node at v = -70, u = -14
    """
    return at_rest(Flow(one_cell(cell, "rest")), number(current, "rest: current"))


def at_rest(flow: Flow, current: float) -> Equilibrium:
    """The rest state of a flow at a current."""
    stable = [each for each in found_equilibria(flow, current) if each.stable]
    if not stable:
        who = flow.cell.name or flow.model.name
        raise BadValue(f"{who}: current", current, "a current at which it has a stable equilibrium would do")
    return stable[0]


def passive(cell: Cell | str, current: float = 0.0) -> Passive:
    """Resistance, time constants and damped frequency of the rest state, from the Jacobian J of the equations there.

    Whether it is an integrator or a resonator is judged by how rest is lost: of the bifurcations that the rest state
    meets first as the current rises, a saddle-node makes an integrator and an Andronov-Hopf bifurcation a resonator
    (Izhikevich 2007, ch. 7). For the plain 2007 model that is b > aC. A resonator need not oscillate at I = 0: see
    `frequency`.

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.
    current : float
        In the model's unit.

    Raises
    ------
    BadValue
        If it has no stable equilibrium at this current.

    Examples
    --------
    >>> found = passive("2007/RS")
    >>> round(found.resistance, 2), round(found.instantaneous, 2), found.unit, found.kind
    (83.33, 71.43, 'MOhm', 'integrator')
    """
    flow = Flow(one_cell(cell, "passive"))
    state = at_rest(flow, number(current, "passive: current"))
    jacobian = flow.jacobian(state.state)
    pushed = np.zeros(flow.dimensions)
    pushed[0] = flow.gain
    unit, factor = ("MOhm", 1e3) if flow.model.current == "pA" else ("ms", 1.0)
    held = -jacobian[0, 0]
    lost = lost_at(flow, state.voltage)
    values = state.eigenvalues
    return Passive(
        rest=state,
        resistance=factor * float(-np.linalg.solve(jacobian, pushed)[0]),
        instantaneous=factor * flow.gain / float(held) if held else np.inf,
        unit=unit,
        membrane=1 / float(held) if held else np.inf,
        time_constants=np.sort(-1 / values.real)[::-1],
        frequency=1e3 * float(np.abs(values.imag).max()) / (2 * np.pi),
        resonator=None if lost is None else lost.kind == ANDRONOV_HOPF,
    )
