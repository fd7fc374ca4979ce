"""All that drives the cells of one run, in the form engines use: currents at given times, and events in order."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from izhi.equations import RECEPTORS
from izhi.errors import BadValue
from izhi.stimulus.currents import Current, Stimulus, parts
from izhi.stimulus.events import Events
from izhi.stimulus.noise import OrnsteinUhlenbeck
from izhi.stimulus.terms import Columns, Floats, Limit, Term, Wave


@dataclass(frozen=True, eq=False)
class Drive:
    """The currents and events of a run.

    Attributes
    ----------
    terms : tuple of Term
        The currents, in the order in which they are summed.
    event_time : shape (n,) [ms], increasing
    event_receptor : shape (n,), int
        Index into `RECEPTORS`.
    event_weight : shape (n, 1) or (n, cells)
    """

    terms: tuple[Term, ...]
    event_time: Floats
    event_receptor: NDArray[np.int64]
    event_weight: Floats

    @property
    def cells(self) -> int | None:
        """How many cells it speaks of, or None if all get the same."""
        sizes = [term.cells for term in self.terms if term.cells is not None]
        if self.event_weight.shape[1] > 1:
            sizes.append(self.event_weight.shape[1])
        if len(set(sizes)) > 1:
            raise BadValue("stimulus", sorted(set(sizes)), "arrays of one length, one value for each cell, would do")
        return sizes[0] if sizes else None

    def current(self, t: Floats, limit: Limit = "at", cells: Columns = slice(None)) -> Floats:
        """The summed current at times t: shape (n, 1), or (n, cells) where it differs between cells."""
        # A limit from below at t[0] is the value before a knot that may be at t[0] itself.
        if t.size > 1 and self.steady(np.nextafter(t[0], -np.inf) if limit == "below" else t[0], t[-1]):
            now = self.current(t[:1], limit, cells)
            return np.broadcast_to(now, (t.size, now.shape[1]))
        total = np.zeros((t.size, 1))
        for term in self.terms:
            total = total + term.evaluate(t, limit, cells)
        return total

    def steady(self, first: float, last: float) -> bool:
        """Whether every current keeps one value from time `first` to time `last`."""
        return all(term.steady(first, last) for term in self.terms)

    def knots(self, duration: float) -> Floats:
        """The times at which a current or a conductance jumps or bends, from 0 to the end of the run."""
        each = [term.breaks() for term in self.terms] + [self.event_time, np.array([0.0, duration])]
        times = np.unique(np.concatenate(each))
        return times[(times >= 0) & (times <= duration)]

    def lines(self, knots: Floats, cell: int) -> tuple[Floats, Floats]:
        """Value and slope of one cell's current, its waves aside, from each knot on."""
        value, slope = np.zeros(knots.size), np.zeros(knots.size)
        for term in self.terms:
            if not isinstance(term, Wave):
                more, steeper = term.lines(knots, cell)
                value, slope = value + more, slope + steeper
        return value, slope

    def waves(self, cell: int) -> Floats:
        """One cell's sine waves, a row each: start, stop, amplitude, omega, chirp, phase."""
        return np.array([term.row(cell) for term in self.terms if isinstance(term, Wave)]).reshape(-1, 6)


def drive(stimulus: Stimulus | None, duration: float) -> Drive:
    """What a stimulus does over a run of `duration` ms."""
    terms: list[Term] = []
    events: list[Events] = []
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is found below
        for part in parts(stimulus) if stimulus is not None else ():
            if isinstance(part, Events):
                events.append(part)
            elif isinstance(part, OrnsteinUhlenbeck):
                terms.extend(part.terms_until(duration))
            elif isinstance(part, Current):
                terms.extend(part.terms())
            else:
                raise BadValue("stimulus", part, "currents and Events, added up, would do")
    largest = sum(term.bound(duration) for term in terms)
    if not math.isfinite(largest):
        raise BadValue("stimulus", largest, "currents that stay, with their slopes and angles, finite would do")
    return Drive(tuple(terms), *_merged(events, duration))


def _merged(events: list[Events], duration: float) -> tuple[Floats, NDArray[np.int64], Floats]:
    """All events of the run in order; those after its end, which may be too late to count in steps, are left out."""
    if not events:
        return np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros((0, 1))
    times = [np.asarray(e.t, dtype=float) for e in events]
    weights = [
        np.broadcast_to(np.asarray(e.weight, dtype=float), (*np.shape(e.weight)[:-1], t.size)).T
        for e, t in zip(events, times, strict=True)
    ]
    sizes = {w.shape[1] if w.ndim == 2 else 1 for w in weights}
    cells = max(sizes)
    if len(sizes - {1}) > 1:
        raise BadValue("stimulus", sorted(sizes), "weights of as many cells each would do")
    columns = [np.broadcast_to(w if w.ndim == 2 else w[:, None], (w.shape[0], cells)) for w in weights]
    receptors = [np.full(t.size, RECEPTORS.index(e.receptor)) for e, t in zip(events, times, strict=True)]
    time = np.concatenate(times)
    order = np.argsort(time, kind="stable")
    order = order[time[order] <= duration]
    return time[order], np.concatenate(receptors)[order].astype(np.int64), np.concatenate(columns)[order].copy()
