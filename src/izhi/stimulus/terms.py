"""What a current is made of once its kind no longer matters: straight pieces and sine waves, at many times."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from izhi.errors import BadValue

Limit = Literal["at", "below"]
Floats = NDArray[np.float64]
# Which cells of an ensemble: a range, or their numbers.
Columns = slice | NDArray[np.int64]


def checked(value: object, who: str, wanted: str = "a finite number would do", dimensions: int = 1) -> Floats:
    """`value` as an array of finite floats of at most that many dimensions."""
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise BadValue(who, value, wanted) from None
    if array.ndim > dimensions or isinstance(value, bool | str) or array.size == 0 or not np.isfinite(array).all():
        raise BadValue(who, value, wanted)
    return array


@dataclass(frozen=True, eq=False)
class Pieces:
    """A piecewise linear current: from knot j on it is `value[j] + rise[j] * ((t - knot[j]) / span[j])`, before them 0.

    Attributes
    ----------
    knot : shape (m,), increasing [ms]
    value, rise : shape (m,) or (m, cells)
    span : shape (m,) [ms]
    inclusive : shape (m,), bool
        Whether the piece already holds at its knot itself.
    """

    knot: Floats
    value: Floats
    rise: Floats
    span: Floats
    inclusive: NDArray[np.bool_]

    @property
    def cells(self) -> int | None:
        return self.value.shape[1] if self.value.ndim == 2 else None

    def evaluate(self, t: Floats, limit: Limit, cells: Columns) -> Floats:
        """The current at times t: shape (n, 1), or (n, cells) where it differs between cells."""
        last = np.searchsorted(self.knot, t, side="left" if limit == "below" else "right") - 1
        if limit == "at":
            known = np.maximum(last, 0)
            last = last - ((last >= 0) & (t == self.knot[known]) & ~self.inclusive[known])
        j = np.maximum(last, 0)
        value, rise = self._columns(cells)
        with np.errstate(over="ignore", invalid="ignore"):  # before the first knot, where it does not count
            share = ((t - self.knot[j]) / self.span[j])[:, None]
            return np.where((last >= 0)[:, None], value[j] + rise[j] * share, 0.0)

    def bound(self, duration: float) -> float:
        """What neither the current nor its slope exceeds until `duration`, or infinity."""
        reached = self.knot <= duration
        if not reached.any():
            return 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            end = np.minimum(np.append(self.knot[1:], duration), duration)
            value, rise = self._columns(slice(None))
            height = np.abs(value) + np.abs(rise * ((end - self.knot) / self.span)[:, None])
            steep = np.abs(rise / self.span[:, None])
            largest = float(np.maximum(height, steep)[reached].max())
        return largest if math.isfinite(largest) else math.inf

    def steady(self, first: float, last: float) -> bool:
        """Whether the current keeps one value from time `first` to time `last`."""
        before, after = np.searchsorted(self.knot, [first, last], side="right")
        if before != after:
            return False
        if before == 0:
            return True
        at_knot = self.knot[before - 1] == first and not self.inclusive[before - 1]
        return not at_knot and not self.rise[before - 1].any()

    def lines(self, knots: Floats, cell: int) -> tuple[Floats, Floats]:
        """Value and slope of one cell's current from each of these knots on; they contain all its own."""
        j = np.searchsorted(self.knot, knots, side="right") - 1
        value, rise = self._columns(slice(cell, cell + 1) if self.cells else slice(None))
        started, j = j >= 0, np.maximum(j, 0)
        slope = rise[j, 0] / self.span[j]
        now = value[j, 0] + slope * (knots - self.knot[j])
        return np.where(started, now, 0.0), np.where(started, slope, 0.0)

    def breaks(self) -> Floats:
        return self.knot

    def _columns(self, cells: Columns) -> tuple[Floats, Floats]:
        if self.cells is None:
            return self.value[:, None], self.rise[:, None]
        return self.value[:, cells], self.rise[:, cells]


@dataclass(frozen=True, eq=False)
class Wave:
    """A sine whose frequency may change linearly.

    amplitude sin(phase + s (omega + chirp s)), s = t - start, until stop;
    `amplitude`, `omega` [rad/ms], `chirp` [rad/ms^2] and `phase` [rad] have shape () or (cells,).
    """

    start: float
    stop: float
    amplitude: Floats
    omega: Floats
    chirp: Floats
    phase: Floats

    @property
    def cells(self) -> int | None:
        sizes = {x.size for x in (self.amplitude, self.omega, self.chirp, self.phase) if x.ndim}
        if len(sizes) > 1:
            raise BadValue("stimulus", sorted(sizes), "arrays of one length, one value for each cell, would do")
        return sizes.pop() if sizes else None

    def evaluate(self, t: Floats, limit: Limit, cells: Columns) -> Floats:
        """The current at times t: shape (n, 1), or (n, cells) where it differs between cells."""
        amplitude, omega, chirp, phase = (
            x[cells] if x.ndim else x for x in (self.amplitude, self.omega, self.chirp, self.phase)
        )
        on = (t > self.start) & (t <= self.stop) if limit == "below" else (t >= self.start) & (t < self.stop)
        with np.errstate(over="ignore", invalid="ignore"):  # outside of its time, where it does not count
            s = (t - self.start)[:, None]
            angle = np.ascontiguousarray(phase + s * (omega + s * chirp))
            return np.where(on[:, None], amplitude * np.sin(angle), 0.0)

    def bound(self, duration: float) -> float:
        """What the current does not exceed until `duration`, or infinity where its angle leaves the numbers."""
        s = min(self.stop, duration) - self.start
        if s < 0:
            return 0.0
        with np.errstate(over="ignore", invalid="ignore"):
            angle = np.abs(self.phase) + s * (np.abs(self.omega) + s * np.abs(self.chirp))
            finite = bool(np.isfinite(angle).all())
        return float(np.abs(self.amplitude).max()) if finite else math.inf

    def steady(self, first: float, last: float) -> bool:
        return last < self.start or first >= self.stop

    def row(self, cell: int) -> tuple[float, ...]:
        """One cell's wave: start, stop, amplitude, omega, chirp, phase."""
        at = (x[cell] if x.ndim else x for x in (self.amplitude, self.omega, self.chirp, self.phase))
        return (self.start, self.stop, *(float(x) for x in at))

    def breaks(self) -> Floats:
        return np.array([self.start, self.stop])


Term = Pieces | Wave


def pieces(knot: object, value: object, rise: object = 0.0, span: object = 1.0, inclusive: object = True) -> Pieces:
    """Pieces from anything that broadcasts: value and rise with the knots first, then the cells."""
    knots = np.atleast_1d(np.asarray(knot, dtype=np.float64))
    values = np.asarray(value, dtype=np.float64)
    shape = (knots.size, *values.shape[1:])
    return Pieces(
        knots,
        np.broadcast_to(values, shape),
        np.broadcast_to(np.asarray(rise, dtype=np.float64), shape),
        np.broadcast_to(np.asarray(span, dtype=np.float64), knots.shape),
        np.broadcast_to(np.asarray(inclusive, dtype=np.bool_), knots.shape),
    )
