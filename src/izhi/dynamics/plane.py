"""The phase plane: nullclines and the field of directions, from the equations themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from izhi.cell import Cell
from izhi.dynamics.equilibria import found_equilibria
from izhi.dynamics.flow import Floats, Flow, number, one_cell
from izhi.errors import BadValue

# What a phase plane shows beyond the voltages between which a cell moves, as a share of them.
MARGIN = 0.15


@dataclass(frozen=True, eq=False)
class Nullclines:
    """Where dv/dt and where du/dt vanish.

    Attributes
    ----------
    current : float
        The current that enters dv/dt, in the model's unit.
    voltage : shape (n,) [mV]
    of_v, of_u : shape (n,), in the unit of u
        u at which dv/dt = 0, and u at which du/dt = 0, at each voltage. `of_u` is NaN for a recovery that does not
        decay: its nullcline is the upright line at `upright`.
    upright : float or None [mV]
    """

    current: float
    voltage: Floats
    of_v: Floats
    of_u: Floats
    upright: float | None = None


def voltage_window(cell: Cell | str, current: float = 0.0) -> tuple[float, float]:
    """The voltages that a phase plane should show [mV]: from below all equilibria, reset and seams up to the peak.

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.
    current : float
        In the model's unit.

    Examples
    --------
    >>> voltage_window("2007/RS")
    (-74.25, 35.0)
    """
    flow = Flow(one_cell(cell, "voltage_window"))
    named = [flow.start[0], float(flow.cell.parameters["c"]), *flow.seams]
    named += [each.voltage for each in found_equilibria(flow, number(current, "voltage_window: current"))]
    high = float(flow.peak(flow.start[1]))
    low = min([x for x in named if x < high] or [high - 100])
    return float(low - MARGIN * (high - low)), high


def nullclines(cell: Cell | str, current: float = 0.0, voltage: ArrayLike | None = None) -> Nullclines:
    """The nullclines of a cell without a dendrite, under a constant current.

    dv/dt and du/dt are linear in u, so that each nullcline is one value of u at each voltage.

    Parameters
    ----------
    cell : Cell or str
        One cell of two variables, or the name of a preset.
    current : float
        In the model's unit: pA, or mV/ms.
    voltage : shape (n,), optional [mV]
        Where; by default 501 voltages of `voltage_window`.

    Raises
    ------
    BadValue
        If the cell has a dendrite, and thus no plane.

    Examples
    --------
    >>> found = nullclines("2007/RS", 70, voltage=[-60, -50, -40])
    >>> found.of_v, found.of_u
    (array([70.,  0., 70.]), array([  0., -20., -40.]))
    """
    flow = _plane(cell, "nullclines")
    I = number(current, "nullclines: current")
    v = (
        np.linspace(*voltage_window(flow.cell, I), 501)
        if voltage is None
        else np.atleast_1d(voltage).astype(np.float64)
    )
    nought = np.stack([v, np.zeros_like(v)])
    of_v = -flow.derivatives(nought, I)[0] / flow.pull
    if flow.drifts:
        upright = flow.standstill()
        return Nullclines(I, v, of_v, np.full_like(v, np.nan), upright[0] if upright else None)
    return Nullclines(I, v, of_v, flow.settled(v)[1])


def field(cell: Cell | str, current: float, v: ArrayLike, u: ArrayLike) -> tuple[Floats, Floats]:
    """The directions in which the state moves: dv/dt [mV/ms] and du/dt [unit of u per ms], of the shape of v and u.

    Parameters
    ----------
    cell : Cell or str
        One cell of two variables, or the name of a preset.
    current : float
        In the model's unit.
    v : array of any shape
        [mV]
    u : array of a shape that broadcasts with it
        In the model's unit.

    Raises
    ------
    BadValue
        If the cell has a dendrite.

    Examples
    --------
    >>> dv, du = field("2007/RS", 70, [-60, -50], [0, 0])
    >>> dv.round(2), du.round(2)
    (array([0.7, 0. ]), array([-0. , -0.6]))
    """
    flow = _plane(cell, "field")
    dv, du = flow.derivatives(np.stack(np.broadcast_arrays(np.asarray(v, float), np.asarray(u, float))), current)
    return dv, du


def _plane(cell: Cell | str, who: str) -> Flow:
    flow = Flow(one_cell(cell, who))
    if flow.dimensions != 2:
        raise BadValue(who, flow.model.name, "a cell without a dendrite would do: three variables have no plane")
    return flow
