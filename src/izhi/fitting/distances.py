"""Further terms of a loss: distances of whole spike trains, 0 for the same and about 1 if nothing is alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from izhi import analysis

Floats = NDArray[np.float64]
# Two spikes of trains at a distance are the same if they are so close: where moving one costs as much as adding and
# removing it, and the decay of a filtered one [ms].
REACH, TAU = 20.0, 12.0


def victor_purpura(mine: Floats, theirs: Floats, start: float, stop: float) -> float:  # noqa: ARG001
    """In parts of what it costs to remove all spikes of one and add all of the other."""
    return analysis.victor_purpura(mine, theirs, 2 / REACH) / max(mine.size + theirs.size, 1)


def van_rossum(mine: Floats, theirs: Floats, start: float, stop: float) -> float:  # noqa: ARG001
    """In parts of that of trains of which no two spikes are near."""
    return analysis.van_rossum(mine, theirs, TAU) / max(np.sqrt((mine.size + theirs.size) / 2), 1.0)


def isi_distance(mine: Floats, theirs: Floats, start: float, stop: float) -> float:
    """From the onset to the end of the trial."""
    return analysis.isi_distance(_within(mine, start, stop), _within(theirs, start, stop), start, stop)


def spike_distance(mine: Floats, theirs: Floats, start: float, stop: float) -> float:
    """From the onset to the end of the trial."""
    return analysis.spike_distance(_within(mine, start, stop), _within(theirs, start, stop), start, stop)


def adaptation(mine: Floats, theirs: Floats, start: float, stop: float) -> float:
    """How far the adaptation of one is from that of the other: (last - first) / (last + first) of the intervals."""
    return abs(_slowing(_within(mine, start, stop)) - _slowing(_within(theirs, start, stop)))


def _within(train: Floats, start: float, stop: float) -> Floats:
    return train[(train >= start) & (train <= stop)]


def _slowing(train: Floats) -> float:
    """From -1 to 1; 0 of a train with fewer than two intervals."""
    if train.size < 3:
        return 0.0
    first, last = train[1] - train[0], train[-1] - train[-2]
    return float((last - first) / (last + first))


DISTANCES: dict[str, Callable[[Floats, Floats, float, float], float]] = {
    each.__name__: each for each in (victor_purpura, van_rossum, isi_distance, spike_distance, adaptation)
}
