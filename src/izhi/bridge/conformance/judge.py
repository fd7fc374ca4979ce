"""What a run of a simulator says about a scheme: the first difference, and a verdict in a word."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.conformance.case import Case
from izhi.recording import Recording

# Every bit of v; every spike; not every spike; it ended otherwise; it has no such cell.
IDENTICAL, SAME, DIFFERENT, FAILED, REFUSED = "identical", "same spikes", "different", "failed", "not run"


@dataclass(frozen=True)
class Run:
    """A case in a simulator, beside the scheme of that name.

    Attributes
    ----------
    simulator : str
    cell, scheme : str
    dt : float [ms]
    verdict : str
        "identical": every spike and every bit of v; "same spikes"; "different"; "failed"; "not run".
    spikes, theirs : tuple of float [ms]
        By the scheme and by the simulator; `theirs` is empty where they are the same.
    count : int
        How many spikes the simulator gave.
    first : float or None [ms]
        When the first spike that differs is, in either.
    apart : float or None [mV]
        The largest difference of v before that, or at all; None where the simulator shows no v.
    reason : str
        Why it was not run, how it failed, or why it differs.
    """

    simulator: str
    cell: str
    scheme: str
    dt: float
    verdict: str
    spikes: tuple[float, ...] = ()
    theirs: tuple[float, ...] = ()
    count: int = 0
    first: float | None = None
    apart: float | None = None
    reason: str = ""


def judged(
    simulator: str, case: Case, ours: Recording, spikes: NDArray[np.float64], voltage: NDArray[np.float64] | None
) -> Run:
    """Compare what a simulator gave with what the scheme gives."""
    own = ours.spike_times
    shorter = min(own.size, spikes.size)
    # Clocks that add up their steps are off by far less than a thousandth of one.
    other = np.flatnonzero(np.abs(own[:shorter] - spikes[:shorter]) > 1e-3 * case.dt)
    first: float | None = None
    if other.size:
        first = float(min(own[other[0]], spikes[other[0]]))
    elif own.size != spikes.size:
        first = float((own if own.size > shorter else spikes)[shorter])
    apart = None if voltage is None else _apart(ours, voltage, math.inf if first is None else first)
    same = IDENTICAL if apart == 0 else SAME
    times = tuple(own.tolist())
    return Run(
        simulator, case.cell, case.scheme, case.dt, same if first is None else DIFFERENT, times,
        () if first is None else tuple(spikes.tolist()), int(spikes.size), first, apart,
    )  # fmt: skip


def _apart(ours: Recording, voltage: NDArray[np.float64], until: float) -> float | None:
    """The largest difference of v before a time; what programs draw for a spike is not compared."""
    n = min(ours.voltage.size, voltage.size)
    before = ours.time[:n] < until
    shown = np.isin(np.rint(ours.time[:n] / ours.provenance["dt"]), np.rint(ours.spike_times / ours.provenance["dt"]))
    a, b = (x[:n][before & ~shown] for x in (ours.voltage, voltage))
    finite = np.isfinite(a) & np.isfinite(b)
    return float(np.abs(a[finite] - b[finite]).max()) if finite.any() else None
