"""The section that holds a point process: three nodes, of which only the centre has a membrane.

A section of one segment has a root, a centre and an end. The ends have no membrane and cancel from the equations, but
not from the round-off, since they keep the voltage from before a reset for one step. The membrane current is linearised
by a difference quotient over 0.001 mV, and the voltage takes one backward step of that linear equation.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from izhi.errors import BadValue

PROBE = 0.001
# Root and end have no area; NEURON's coefficients for them are as of 100 um2.
NO_AREA = 100.0
NANOAMPERE = 1e2
# Of each dimension; beyond, areas and conductances leave the range of numbers.
SMALLEST, LARGEST = 1e-9, 1e9


class Section(NamedTuple):
    """The dimensions of a section of one segment.

    Attributes
    ----------
    L, diam : float [um]
    cm : float [uF/cm2]
    Ra : float [Ohm cm]
        Of no effect but on the last bits: there is one segment.
    """

    L: Any = 10.0
    diam: Any = 10.0
    cm: Any = 31.831
    Ra: Any = 35.4

    def checked(self) -> Section:
        """Itself.

        Raises
        ------
        BadValue
            If a dimension is no number, or out of all proportion.
        """
        for symbol, value in self._asdict().items():
            number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
            if not number or not SMALLEST <= value <= LARGEST:
                raise BadValue(f"section.{symbol}", value, f"a number from {SMALLEST:g} to {LARGEST:g} would do")
        return self

    def coefficients(self, dt: float) -> tuple[Any, ...]:
        """What a step needs: density, capacity, and the four axial coefficients, in the order of `FIELDS`."""
        area = math.pi * self.diam * self.L
        half = 1e-2 * self.Ra * (self.L / 2) / (math.pi * self.diam * self.diam / 4.0)
        conductance = 1.0 / half
        to_root, from_root = -1e2 * conductance / NO_AREA, -1e2 * conductance / area
        to_centre, from_centre = -1e2 * conductance / area, -1e2 * conductance / NO_AREA
        return NANOAMPERE / area, (0.001 * (1.0 / dt)) * self.cm, to_root, from_root, to_centre, from_centre


FIELDS = ("density", "leak", "to_root", "from_root", "to_centre", "from_centre")


def relaxed(root, v, end, above, here, p):
    """The voltages of the three nodes after a step, from the membrane current at v + 0.001 and at v."""
    slope = (above - here) / PROBE * p.density
    current = here * p.density
    # Right-hand sides: the membrane, then what flows between the nodes.
    at_centre = 0.0 - current
    drop = root - v
    at_centre = at_centre - p.from_root * drop
    at_root = 0.0 + p.to_root * drop
    drop = v - end
    at_end = 0.0 - p.from_centre * drop
    at_centre = at_centre + p.to_centre * drop
    # Diagonals.
    d_centre = slope + p.leak
    d_centre = d_centre - p.from_root
    d_root = 0.0 - p.to_root
    d_end = 0.0 - p.from_centre
    d_centre = d_centre - p.to_centre
    # Elimination from the end to the root, then back.
    ratio = p.to_centre / d_end
    d_centre = d_centre - ratio * p.from_centre
    at_centre = at_centre - ratio * at_end
    ratio = p.to_root / d_centre
    d_root = d_root - ratio * p.from_root
    at_root = at_root - ratio * at_centre
    at_root = at_root / d_root
    at_centre = (at_centre - p.from_root * at_root) / d_centre
    at_end = (at_end - p.from_centre * at_centre) / d_end
    return root + at_root, v + at_centre, end + at_end
