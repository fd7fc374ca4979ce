"""The step in an injected current: its holding level, when it is on, and how large it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# A recorded current is averaged over this time before and after a moment to see whether it jumps there; pulses that are
# shorter are seen in a command only, which has no noise [ms].
EDGE_WINDOW = 2.0
# A jump is this many times larger than what noise makes of such a difference, and at least this share of all that the
# current does in the sweep.
EDGE_NOISE, EDGE_SHARE = 6.0, 0.02
# A current that jumps more often is no protocol of steps: noise, chirps, pulse trains.
MOST_EDGES = 64
# The level in a step drifts by at most this share of its amplitude; a ramp does by all of it.
STEADY_SHARE = 0.1
# Of two steps that are as large and long to within this share, the first is the main one.
ALIKE = 0.01


@dataclass(frozen=True)
class InjectedStep:
    """A step of injected current.

    Attributes
    ----------
    start, stop : float [ms]
        From the first sample of the sweep.
    amplitude : float [pA]
        How far it is from the holding current; 0 in the sweep of a family whose step is none.
    holding : float [pA]
        The level with which the sweep begins.
    """

    start: float
    stop: float
    amplitude: float
    holding: float

    @property
    def level(self) -> float:
        """The current while it is on [pA]."""
        return self.holding + self.amplitude

    @property
    def duration(self) -> float:
        """[ms]"""
        return self.stop - self.start


@dataclass(frozen=True)
class Piece:
    """A stretch of steady current, in samples, and its level [pA]."""

    first: int
    end: int
    level: float


def pieces(current: NDArray, dt: float) -> tuple[Piece, ...]:
    """The steady stretches of a current, one if there are no jumps or too many of them."""
    edges = np.flatnonzero(np.diff(current)) + 1
    exact = edges.size <= MOST_EDGES
    if not exact:
        edges = _noisy_edges(current, dt)
    bounds = [0, *(edges.tolist() if edges.size <= MOST_EDGES else []), current.size]
    guard = 0 if exact else round(0.5 * EDGE_WINDOW / dt)
    return tuple(Piece(a, b, _level(current[a:b], guard)) for a, b in pairwise(bounds))


def _level(part: NDArray, guard: int) -> float:
    """The median, without the rise and fall at both ends."""
    inner = part[guard : part.size - guard] if part.size > 4 * guard else part
    return float(np.median(inner))


def _noisy_edges(current: NDArray, dt: float) -> NDArray[np.int64]:
    """Where the mean over a short time jumps by more than noise can."""
    width = max(2, round(EDGE_WINDOW / dt))
    if current.size < 4 * width:
        return np.zeros(0, dtype=np.int64)
    total = np.concatenate([[0.0], np.cumsum(current - current[0])])
    mean = (total[width:] - total[:-width]) / width
    jump = mean[width:] - mean[:-width]
    least = max(EDGE_NOISE * 1.4826 * float(np.median(np.abs(jump))), EDGE_SHARE * float(np.ptp(mean)))
    sign = np.where(np.abs(jump) > least, np.sign(jump), 0.0)
    starts = np.flatnonzero(np.diff(np.concatenate([[0.0], sign, [0.0]])))
    found = []
    for a, b in pairwise(starts.tolist()):
        if sign[a]:
            middle = width + a + int(np.abs(jump[a:b]).argmax())
            around = current[middle - width : middle + width]
            # Where the sum of deviations from the mean turns is where the level changes.
            found.append(middle - width + 1 + int(np.abs(np.cumsum(around - around.mean())).argmax()))
    return np.unique(np.array(found, dtype=np.int64))


def main_step(current: NDArray, dt: float, found: Sequence[Piece]) -> InjectedStep | None:
    """The step of a sweep by itself: of all stretches off the holding level the largest in amplitude times duration."""
    holding = found[0].level
    least = EDGE_SHARE * float(np.ptp([piece.level for piece in found]))
    off = [piece for piece in found[1:] if abs(piece.level - holding) > least]
    if not off:
        return None
    sizes = [abs(piece.level - holding) * (piece.end - piece.first) for piece in off]
    piece = next(p for p, size in zip(off, sizes, strict=True) if size >= (1 - ALIKE) * max(sizes))
    amplitude = piece.level - holding
    if not all(_steady(current, each.first, each.end, amplitude) for each in (found[0], piece)):
        return None
    return InjectedStep(piece.first * dt, piece.end * dt, amplitude, holding)


def _steady(current: NDArray, first: int, end: int, amplitude: float) -> bool:
    part = current[first:end]
    third = part.size // 3
    return third == 0 or abs(part[-third:].mean() - part[:third].mean()) <= STEADY_SHARE * abs(amplitude)


def family_steps(currents: Sequence[NDArray], dt: float) -> list[InjectedStep | None]:
    """The steps of sweeps that belong together: what differs between them is the main step, even where it is none.

    The main step is the longest stretch during which the sweeps' currents differ, and of two that are as long the
    first. Where sweeps do not differ, or step at different times, each is taken by itself.

    Parameters
    ----------
    currents : arrays of the same length [pA]
        Of one protocol.
    dt : float [ms]
        From one sample to the next.
    """
    found = [pieces(current, dt) for current in currents]
    alone = [main_step(current, dt, each) for current, each in zip(currents, found, strict=True)]
    window = _shared_window(found, round(0.5 * EDGE_WINDOW / dt))
    if window is None:
        return alone
    return [
        _in_window(current, dt, each, window) or own for current, each, own in zip(currents, found, alone, strict=True)
    ]


def _shared_window(found: Sequence[Sequence[Piece]], slack: int) -> tuple[int, int, float] | None:
    """The longest stretch in which the sweeps differ: the first sample, the one after the last, and by how much."""
    if len(found) < 2:
        return None
    size = found[0][-1].end
    edges = sorted(piece.first for each in found for piece in each[1:])
    groups = np.split(np.array(edges, dtype=np.int64), np.flatnonzero(np.diff(edges) > max(slack, 1)) + 1)
    # An edge of a single sweep among many is a disturbance, not the protocol.
    bounds = [0, *(int(np.median(g)) for g in groups if g.size >= min(2, len(found) - 1)), size]
    if len(bounds) > MOST_EDGES:
        return None
    spans = [(a, b) for a, b in pairwise(bounds) if b > a]
    spread = np.array([np.ptp([_at(each, (a + b) // 2) - each[0].level for each in found]) for a, b in spans])
    longest = max((b - a for (a, b), s in zip(spans, spread, strict=True) if s > EDGE_SHARE * spread.max()), default=0)
    for (a, b), s in zip(spans, spread, strict=True):
        if s > EDGE_SHARE * spread.max() and b - a >= (1 - ALIKE) * longest:
            stepping = [e for e in found if abs(_at(e, (a + b) // 2) - e[0].level) > EDGE_SHARE * s]
            whole = sum(_fits(e, a, b, slack) for e in stepping)
            return (a, b, float(s)) if 2 * whole >= len(stepping) else None
    return None


def _piece_at(found: Sequence[Piece], sample: int) -> Piece:
    return next(piece for piece in found if piece.first <= sample < piece.end)


def _at(found: Sequence[Piece], sample: int) -> float:
    return _piece_at(found, sample).level


def _fits(found: Sequence[Piece], a: int, b: int, slack: int) -> bool:
    piece = _piece_at(found, (a + b) // 2)
    return abs(piece.first - a) <= slack + 1 and abs(piece.end - b) <= slack + 1


def _in_window(
    current: NDArray, dt: float, found: Sequence[Piece], window: tuple[int, int, float]
) -> InjectedStep | None:
    """The step of a sweep in the window of its family, or None if it jumps inside of it or is not steady."""
    a, b, spread = window
    slack = round(0.5 * EDGE_WINDOW / dt) + 1
    piece = _piece_at(found, (a + b) // 2)
    if piece.first > a + slack or piece.end < b - slack:
        return None
    first = piece.first if abs(piece.first - a) <= slack else a
    end = piece.end if abs(piece.end - b) <= slack else b
    amplitude = piece.level - found[0].level
    # In a sweep whose step is small, the steps of the others say how far a level may drift.
    if not _steady(current, first, end, max(abs(amplitude), 0.25 * spread)):
        return None
    return InjectedStep(first * dt, end * dt, amplitude, found[0].level)
