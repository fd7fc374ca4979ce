"""A stimulus as lines of Python that make its current at each step, to the last bit."""

from __future__ import annotations

import textwrap
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from izhi.errors import BadValue
from izhi.stimulus import Drive
from izhi.stimulus.terms import Pieces, Wave

# More pieces than this are written as numbers.
MOST_PIECES = 24
# Longer currents than this belong into a file of their own [numbers].
MOST_NUMBERS = 200_000


def current_lines(drive: Drive, steps: int, dt: float) -> list[str]:
    """Lines that make `I`, of shape (steps,), from `steps`, `dt` and `np`.

    Raises
    ------
    BadValue
        If the current differs between cells, or would have to be written as too many numbers.
    """
    if drive.cells is not None:
        raise BadValue("stimulus", f"{drive.cells} currents", "one for all cells would do in a script")
    if drive.event_time.size:
        raise BadValue("stimulus", "synaptic events", "currents would do in a script")
    t = np.arange(steps, dtype=np.float64) * dt
    lines = ["I = np.zeros(steps)"]
    for term in drive.terms:
        lines += _wave(term, t) if isinstance(term, Wave) else _pieces(term, t)
    if any("time[" in line for line in lines):
        lines.insert(0, "time = np.arange(steps) * dt")
    return lines


def _pieces(term: Pieces, t: NDArray[np.float64]) -> list[str]:
    piece = _piece_at(term, t)
    edges = [0, *(np.flatnonzero(np.diff(piece)) + 1).tolist(), t.size]
    if len(edges) > MOST_PIECES:
        return _numbers(term.evaluate(t, "at", slice(None))[:, 0])
    lines = []
    for first, last in pairwise(edges):
        j = int(piece[first])
        if j < 0:
            continue
        value, rise = float(term.value[j]), float(term.rise[j])
        where = _slice(first, last, t.size)
        if rise:
            share = f"(time{where} - {float(term.knot[j])!r})"
            share = share if term.span[j] == 1 else f"({share} / {float(term.span[j])!r})"
            start = f"{value!r} + " if value else ""
            lines.append(f"I{where} += {start}{rise!r} * {share}")
        elif value:
            lines.append(f"I{where} += {value!r}  # from {t[first]:g} ms")
    return lines


def _piece_at(term: Pieces, t: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which piece holds at each time, -1 before the first."""
    last = np.searchsorted(term.knot, t, side="right") - 1
    known = np.maximum(last, 0)
    return last - ((last >= 0) & (t == term.knot[known]) & ~term.inclusive[known])


def _wave(term: Wave, t: NDArray[np.float64]) -> list[str]:
    (on,) = np.nonzero((t >= term.start) & (t < term.stop))
    if not on.size:
        return []
    where = _slice(int(on[0]), int(on[-1]) + 1, t.size)
    _, _, amplitude, omega, chirp, phase = term.row(0)
    return [
        f"s = time{where} - {term.start!r}",
        f"I{where} += {amplitude!r} * np.sin({phase!r} + s * ({omega!r} + s * {chirp!r}))",
    ]


def _slice(first: int, last: int, steps: int) -> str:
    return f"[{first or ''}:{'' if last == steps else last}]"


def _numbers(values: NDArray[np.float64]) -> list[str]:
    if values.size > MOST_NUMBERS:
        raise BadValue("stimulus", f"{values.size} numbers", f"at most {MOST_NUMBERS} would do in a script")
    text = ", ".join(repr(x) for x in values.tolist())
    return ["I += [", *textwrap.wrap(text, 112, initial_indent="    ", subsequent_indent="    "), "]"]
