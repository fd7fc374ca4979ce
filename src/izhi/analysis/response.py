"""What a cell did: time, voltage, injected current and spikes, as plain arrays, from a run or from a rig."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis.epochs import Epoch, find_epochs
from izhi.errors import BadValue

# Programs label a current, a sample and a spike up to two steps apart; half a step more is for rounding [samples].
SLACK = 2.5


@dataclass(frozen=True, eq=False, init=False)
class Response:
    """What a cell did, and what was done to it.

    Attributes
    ----------
    time : shape (n,) [ms]
        When the samples are, increasing; they need not be evenly spaced.
    voltage : shape (n,) [mV]
        NaN where it is not known: then the recording counts as failed.
    current : shape (n,) [any unit]
        The injected current. Only its shape matters, so nanoamperes do as well as picoamperes.
    spikes : shape (k,) [ms]
        When it spiked, increasing.
    failure : str
        Why the recording broke off, or nothing.

    Raises
    ------
    BadValue
        If the arrays are not of one dimension, not of one length, or times are not finite and increasing.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(0.0, 100.0, 0.1)
    >>> response = Response(t, np.full(t.size, -70.0), np.where(t < 20, 0.0, 5.0), [])
    >>> [(epoch.start, epoch.level) for epoch in response.epochs]
    [(0.0, 0.0), (20.0, 5.0)]
    """

    time: NDArray[np.float64]
    voltage: NDArray[np.float64]
    current: NDArray[np.float64]
    spikes: NDArray[np.float64]
    failure: str = ""

    def __init__(
        self, time: ArrayLike, voltage: ArrayLike, current: ArrayLike, spikes: ArrayLike, failure: str = ""
    ) -> None:
        for name, given in (("time", time), ("voltage", voltage), ("current", current), ("spikes", spikes)):
            object.__setattr__(self, name, _numbers(name, given))
        object.__setattr__(self, "failure", failure)
        for name in ("voltage", "current"):
            size = getattr(self, name).size
            if size != self.time.size:
                raise BadValue(f"Response.{name}", size, f"as many samples as times, {self.time.size}, would do")
        if not (np.isfinite(self.time).all() and (np.diff(self.time) > 0).all()):
            raise BadValue("Response.time", self.time.tolist()[:4], "finite times in ms that increase would do")
        if not (np.isfinite(self.spikes).all() and (np.diff(self.spikes) >= 0).all()):
            raise BadValue("Response.spikes", self.spikes.tolist()[:4], "finite times in ms in their order would do")

    @classmethod
    def of(cls, recording: Any, cell: int = 0) -> Response:
        """The response of one cell of a recording.

        Parameters
        ----------
        recording
            Anything with `time`, `voltage`, `current`, `spike_times`, and, where it knows them, `single`, `cells`,
            `count` and `failures`, such as an `izhi.Recording`.
        cell : int
            Which cell of an ensemble.

        Raises
        ------
        BadValue
            If there is no such cell, or there are no samples of it.

        Examples
        --------
        >>> import izhi
        >>> Response.of(izhi.simulate("2007/RS", izhi.Step(100, start=20), 100)).spikes.round(2)
        array([68.18])
        """
        count = getattr(recording, "count", 1)
        if isinstance(cell, bool) or not isinstance(cell, int) or not 0 <= cell < count:
            raise BadValue("cell", cell, f"a number from 0 to {count - 1} would do")
        recorded = np.flatnonzero(np.asarray(getattr(recording, "cells", [0])) == cell)
        if not recorded.size or not np.size(recording.time):
            raise BadValue("cell", cell, "its samples were not recorded; a recording with samples would do")
        alone = getattr(recording, "single", True)
        reasons = [f["reason"] for f in getattr(recording, "failures", ()) if f.get("cell", cell) == cell]
        return cls(
            recording.time,
            recording.voltage if alone else recording.voltage[recorded[0]],
            recording.current if alone else recording.current[recorded[0]],
            np.sort(recording.spike_times if alone else recording.spike_times[cell]),
            reasons[0] if reasons else "",
        )

    @cached_property
    def step(self) -> float:
        """The time between samples [ms]."""
        return float(np.median(np.diff(self.time))) if self.time.size > 1 else 0.0

    @property
    def slack(self) -> float:
        """How far apart the labels of a current and of a spike may be [ms]."""
        return SLACK * self.step

    @property
    def start(self) -> float:
        """The time of the first sample [ms]."""
        return float(self.time[0])

    @property
    def stop(self) -> float:
        """The time of the last sample [ms]."""
        return float(self.time[-1])

    @cached_property
    def epochs(self) -> tuple[Epoch, ...]:
        """The holds and ramps of the current; none where it is neither."""
        return find_epochs(self.time, self.current)

    def spikes_between(self, start: float, stop: float) -> NDArray[np.float64]:
        """The spikes with start < t <= stop [ms]."""
        lo, hi = np.searchsorted(self.spikes, (start, stop), side="right")
        return self.spikes[lo:hi]

    def fired(self, start: float, stop: float) -> bool:
        """Whether it spiked after start and up to stop."""
        return self.spikes_between(start, stop).size > 0

    def window(self, start: float, stop: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Times and voltages of the samples with start < t < stop."""
        lo, hi = np.searchsorted(self.time, start, side="right"), np.searchsorted(self.time, stop, side="left")
        return self.time[lo:hi], self.voltage[lo:hi]


def _numbers(name: str, given: ArrayLike) -> NDArray[np.float64]:
    try:
        array = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadValue(f"Response.{name}", given, "an array of numbers would do") from None
    if array.ndim != 1:
        raise BadValue(f"Response.{name}", array.shape, "an array of one dimension would do")
    array.flags.writeable = False
    return array
