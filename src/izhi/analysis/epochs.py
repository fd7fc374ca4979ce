"""What was injected: the holds and ramps of a sampled current."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# How far a sample may be from the straight line of its epoch, as a share of the current's whole range. A hundredth is
# about what an amplifier's command follows; the smallest pulse that is seen is then a hundredth of the largest.
TOLERANCE = 0.01
# Noise on the current is tolerated up to this share of its range (standard deviation): five of them are then 15 %.
NOISE = 0.03
# A change that takes no more samples than this is a jump and no ramp.
JUMP = 2
# Neighbouring ramps whose slopes differ by less than this are one, which noise has bent.
BEND = 0.05
# A current of more pieces than this is no protocol of steps, pulses and ramps, but a waveform or noise.
PIECES = 60
# How much of its height a pulse may fail to come back by.
RETURN = 0.1
# Pulses of one duration differ by this share of it at most: where samples are coarse, one may be a sample short.
LENGTH = 0.2


@dataclass(frozen=True)
class Epoch:
    """A stretch of time over which the current is constant, or changes steadily.

    Attributes
    ----------
    start, stop : float [ms]
    level, end_level : float
        The current at its start and at its end; they are the same in a hold.
    before : float or None
        The current just before it; None where the recording starts with it.
    after : float or None
        The current just after it; None where the recording ends with it.
    """

    start: float
    stop: float
    level: float
    end_level: float
    before: float | None = None
    after: float | None = None

    @property
    def duration(self) -> float:
        """[ms]"""
        return self.stop - self.start

    @property
    def hold(self) -> bool:
        """Whether the current is constant."""
        return self.level == self.end_level

    @property
    def slope(self) -> float:
        """How fast the current changes [per ms]."""
        return (self.end_level - self.level) / self.duration if self.duration else 0.0

    @property
    def height(self) -> float:
        """How far the current jumped at its start; 0 where the recording starts with it."""
        return 0.0 if self.before is None else self.level - self.before

    @property
    def returns(self) -> bool:
        """Whether it is a pulse: the current jumps, holds, and jumps back to where it was."""
        if self.before is None or self.after is None or not self.hold or not self.height:
            return False
        return abs(self.after - self.before) <= RETURN * abs(self.height)

    def like(self, other: Epoch, slack: float) -> bool:
        """Whether both are of about the same height (to a tenth) and duration (to a fifth, or `slack` at each end)."""
        near = abs(self.height - other.height) <= RETURN * max(abs(self.height), abs(other.height))
        return near and abs(self.duration - other.duration) <= max(2 * slack, LENGTH * self.duration)


def find_epochs(time: NDArray[np.float64], current: NDArray[np.float64]) -> tuple[Epoch, ...]:
    """The holds and ramps that make up a current, in order.

    The samples are joined by as few straight lines as come within a hundredth of the current's range, or within five
    standard deviations of its noise, if that is more (Ramer 1972; Douglas and Peucker 1973). Lines over one or two
    samples are jumps, and what is between jumps is an epoch.

    Parameters
    ----------
    time, current : shape (n,) [ms; any unit]
        The samples.

    Returns
    -------
    tuple of Epoch
        Empty where the current is not made of a few holds and ramps: noise, or a waveform.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(0.0, 100.0, 0.5)
    >>> pulse = find_epochs(t, np.where((t >= 20) & (t < 30), 4.0, 1.0))[1]
    >>> pulse.start, pulse.stop, pulse.height, pulse.returns
    (20.0, 30.0, 3.0, True)
    """
    if time.size < 2 or not np.isfinite(current).all():
        return ()
    spread = float(np.ptp(current))
    noise = _noise(current)
    # Rounding in a current that should be constant is no stimulus.
    if spread <= 1e-9 * float(np.abs(current).max()):
        return (_hold(time, current, 0, time.size - 1),)
    if noise > NOISE * spread:
        return ()
    tolerance = max(TOLERANCE * spread, 5 * noise)
    corners = _thinned(time, current, _corners(time, current, tolerance), tolerance)
    if len(corners) > PIECES:
        return ()
    return _joined(_pieces(time, current, corners, tolerance), tolerance)


def _noise(current: NDArray[np.float64]) -> float:
    """The standard deviation of white noise on it; jumps and bends are too few to count."""
    if current.size < 3:
        return 0.0
    return float(1.4826 * np.median(np.abs(np.diff(current, 2))) / np.sqrt(6))


def _corners(time: NDArray[np.float64], current: NDArray[np.float64], tolerance: float) -> list[int]:
    """The samples at which the lines meet."""
    corners = {0, time.size - 1}
    open_ends = [(0, time.size - 1)]
    while open_ends and len(corners) <= PIECES:
        a, b = open_ends.pop()
        if b - a < 2:
            continue
        line = current[a] + (time[a : b + 1] - time[a]) * ((current[b] - current[a]) / (time[b] - time[a]))
        apart = np.abs(current[a : b + 1] - line)
        worst = int(apart.argmax())
        if apart[worst] > tolerance:
            corners.add(a + worst)
            open_ends += [(a, a + worst), (a + worst, b)]
    return sorted(corners)


def _thinned(
    time: NDArray[np.float64], current: NDArray[np.float64], corners: list[int], tolerance: float
) -> list[int]:
    """Without the corners that are only noise: those that one straight line, by least squares, passes as well."""
    kept = corners[:1]
    for here, following in pairwise(corners[1:]):
        line = _line(time, current, kept[-1], following)
        if np.abs(current[kept[-1] : following + 1] - line).max() > tolerance:
            kept.append(here)
    return [*kept, *corners[-1:]]


def _line(time: NDArray[np.float64], current: NDArray[np.float64], a: int, b: int) -> NDArray[np.float64]:
    """The straight line through the samples a to b, by least squares, at these samples."""
    t, i = time[a : b + 1] - time[a : b + 1].mean(), current[a : b + 1]
    return i.mean() + t * (t @ (i - i.mean()) / (t @ t))


def _pieces(
    time: NDArray[np.float64], current: NDArray[np.float64], corners: list[int], tolerance: float
) -> list[Epoch]:
    """Epochs between the corners; each lasts until the next begins."""
    found: list[Epoch] = []
    jumped = False
    for a, b in pairwise(corners):
        change = current[b] - current[a]
        jump = b - a <= JUMP and abs(change) > tolerance
        if jump and jumped and change * (current[a] - (found[-1].end_level if found else current[a])) < 0:
            found.append(_hold(time, current, a, a))  # a pulse of a single sample
        if not jump:
            line = _line(time, current, a, b)
            flat = abs(line[-1] - line[0]) <= 2 * tolerance
            ramp = Epoch(float(time[a]), float(time[b]), float(line[0]), float(line[-1]))
            found.append(_hold(time, current, a, b) if flat else ramp)
        jumped = jump
    if jumped:  # the last sample is after a jump
        found.append(_hold(time, current, time.size - 1, time.size - 1))
    return found


def _hold(time: NDArray[np.float64], current: NDArray[np.float64], a: int, b: int) -> Epoch:
    level = float(np.median(current[a : b + 1]))
    return Epoch(float(time[a]), float(time[b]), level, level)


def _one_ramp(first: Epoch, second: Epoch, tolerance: float) -> bool:
    if first.hold or second.hold or abs(first.end_level - second.level) > 2 * tolerance:
        return False
    return abs(first.slope - second.slope) <= BEND * max(abs(first.slope), abs(second.slope))


def _joined(pieces: list[Epoch], tolerance: float) -> tuple[Epoch, ...]:
    """Neighbours of the same kind made one, and each told what is beside it."""
    merged: list[Epoch] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if last and last.hold and piece.hold and abs(last.level - piece.level) <= 2 * tolerance:
            longer = last if last.duration >= piece.duration else piece
            merged[-1] = Epoch(last.start, piece.stop, longer.level, longer.level)
        elif last and _one_ramp(last, piece, tolerance):
            merged[-1] = Epoch(last.start, piece.stop, last.level, piece.end_level)
        else:
            merged.append(piece)
    found = []
    for k, epoch in enumerate(merged):
        stop = merged[k + 1].start if k + 1 < len(merged) else epoch.stop
        before = merged[k - 1].end_level if k else None
        after = merged[k + 1].level if k + 1 < len(merged) else None
        found.append(replace(epoch, stop=stop, before=before, after=after))
    return tuple(found)
