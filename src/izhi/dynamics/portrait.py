"""What a page about one cell shows: its plane with an orbit, its f-I curve, its diagram and its phase response."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from izhi.cell import Cell
from izhi.dynamics.curves import FICurve, fi_curve, resting_state
from izhi.dynamics.diagram import Diagram, diagram
from izhi.dynamics.ensemble import Numerics, run, started
from izhi.dynamics.equilibria import Equilibrium, equilibria
from izhi.dynamics.flow import Floats, Flow
from izhi.dynamics.plane import Nullclines, field, nullclines, voltage_window
from izhi.dynamics.response import PhaseResponse, phase_response
from izhi.dynamics.sheet import Sheet
from izhi.errors import BadValue

# How many currents, from a fifth of the step to firing that lasts below the resting one to so many of it above.
CURRENTS, BELOW, ABOVE = 61, 0.2, 2.0
# The plane and the phase response are those at this multiple of the step.
SHOWN = 1.3
# Arrows along each side of the plane, and how much of an orbit is shown [ms].
ARROWS, ORBIT = 17, 500.0
# How much room there is about what moves, as a share of it; below the orbit [mV].
ROOM = 0.25
EDGE = 5.0


@dataclass(frozen=True, eq=False)
class Plane:
    """A phase plane under one current.

    Attributes
    ----------
    nullclines : Nullclines
    equilibria : tuple of Equilibrium
    v, u, dv, du : shape (n, n)
        The field of directions.
    orbit : shape (2, m)
        v and u of a step to this current from rest, with NaN between a spike and the reset.
    unit : str
        Of u.
    """

    nullclines: Nullclines
    equilibria: tuple[Equilibrium, ...]
    v: Floats
    u: Floats
    dv: Floats
    du: Floats
    orbit: Floats
    unit: str


@dataclass(frozen=True, eq=False)
class Portrait:
    """What `portrait` found.

    Attributes
    ----------
    sheet : Sheet
    plane : Plane or None
        At 1.3 times the step to firing that lasts, at the resting current if none does; None for cells with a dendrite.
    curve : FICurve or None
        Up to twice that step; None if no firing lasts.
    diagram : Diagram
        Over the current.
    response : PhaseResponse or None
        None where firing is not periodic.
    """

    sheet: Sheet
    plane: Plane | None
    curve: FICurve | None
    diagram: Diagram
    response: PhaseResponse | None


def portrait(sheet: Sheet) -> Portrait:
    """The curves that belong to a sheet: plane, f-I curve, diagram and phase response, about where firing begins."""
    cell, I = sheet.cell, sheet.current
    lasts = sheet.rheobase.sustained if sheet.rheobase else None
    step = _step(sheet) if lasts is None else lasts - I
    currents = np.linspace(I - BELOW * step, I + ABOVE * step, CURRENTS)
    shown = I if lasts is None else I + SHOWN * step
    return Portrait(
        sheet,
        plane=phase_plane(cell, shown, holding=I) if len(cell.model.state) == 2 else None,
        curve=None if lasts is None else fi_curve(cell, currents, holding=I),
        diagram=diagram(cell, currents),
        response=None if lasts is None else _response(cell, shown),
    )


def phase_plane(cell: Cell, current: float, holding: float = 0.0) -> Plane:
    """Nullclines, equilibria and field of a cell under a current, and the orbit of a step to it from rest.

    Parameters
    ----------
    cell : Cell
        One cell of two variables.
    current, holding : float
        In the model's unit; the orbit begins at rest under the holding current.

    Raises
    ------
    BadValue
        If the cell has a dendrite.
    """
    orbit = _orbit(cell, current, holding)
    low, high = voltage_window(cell, current)
    low = min(low, float(np.nanmin(orbit[0])) - EDGE)
    found = nullclines(cell, current, np.linspace(low, high, 501))
    rests = equilibria(cell, current)
    low, high = _heights(found, orbit, [float(each.state[1]) for each in rests])
    v, u = np.meshgrid(
        np.linspace(found.voltage[0], found.voltage[-1], ARROWS + 2)[1:-1], np.linspace(low, high, ARROWS + 2)[1:-1]
    )
    return Plane(found, rests, v, u, *field(cell, current, v, u), orbit, cell.model.state[1].unit)


def _orbit(cell: Cell, current: float, holding: float) -> Floats:
    flow, how = Flow(cell), Numerics()
    begin = started(cell, resting_state(flow, holding))
    recording = run(begin, current, ORBIT, how, every=1, engine="cpu")
    resets = np.searchsorted(recording.time, recording.spike_times, side="right")
    return np.array([np.insert(row, resets, np.nan) for row in (recording.voltage, recording.recovery)])


def _heights(found: Nullclines, orbit: Floats, rests: list[float]) -> tuple[float, float]:
    """What of u is shown: the trough of the v-nullcline, the equilibria and the orbit, with room about them."""
    shown = [float(found.of_v.min()), float(np.nanmin(orbit[1])), float(np.nanmax(orbit[1])), *rests]
    room = ROOM * (max(shown) - min(shown) or 1.0)
    return min(shown) - room, max(shown) + room


def _step(sheet: Sheet) -> float:
    """Where no firing lasts: the step to the farthest bifurcation, or 1."""
    return max([abs(each.current - sheet.current) for each in sheet.bifurcations] or [0.0]) or 1.0


def _response(cell: Cell, current: float) -> PhaseResponse | None:
    try:
        return phase_response(cell, current)
    except BadValue:  # it does not fire periodically, which whoever draws it says
        return None
