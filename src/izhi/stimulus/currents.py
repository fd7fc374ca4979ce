"""Injected currents as small frozen values that add up: `Step(70, start=100) + OrnsteinUhlenbeck(std=5, tau=3)`.

A current holds from its start on, at the start itself included, and no longer at its end. Where a published program
used other inequalities, `closed` says so: it matters only to schemes that look at the current on a grid of times, and
then only for times on the grid. Amplitudes are in the unit of the model: pA for the 2007 models, mV/ms for the 2003
ones; an amplitude may be an array with one value for each cell of an ensemble.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

import numpy as np

from izhi.errors import BadValue
from izhi.stimulus.terms import Term, Wave, checked, pieces

Closed = Literal["left", "right", "both", "neither"]
LATEST = sys.float_info.max


@dataclass(frozen=True, eq=False)
class Stimulus:
    """Anything that drives a cell. Stimuli add up."""

    kind: ClassVar[str]

    def __add__(self, other: Stimulus) -> Stimuli:
        if not isinstance(other, Stimulus):
            return NotImplemented
        return Stimuli((*parts(self), *parts(other)))

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        return all(np.array_equal(getattr(self, f.name), getattr(other, f.name)) for f in fields(self))

    def __hash__(self) -> int:
        values = (getattr(self, f.name) for f in fields(self))
        return hash((type(self), *(_plain(np.asarray(x).tolist()) for x in values)))

    def described(self) -> dict[str, Any]:
        """The stimulus as a table, as an experiment file would write it."""
        table: dict[str, Any] = {"kind": self.kind}
        for f in fields(self):
            value = getattr(self, f.name)
            if isinstance(value, np.ndarray | list | tuple):
                array = np.asarray(value)
                value = array.tolist() if array.size <= 10_000 else f"array of shape {array.shape}"
            elif isinstance(value, np.generic):
                value = value.item()
            if value != math.inf and value is not None:
                table[f.name] = value
        return table

    def _check(self, times: Sequence[str] = (), amplitudes: Sequence[str] = ()) -> None:
        who = type(self).__name__
        for name in times:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
                raise BadValue(f"{who}.{name}", value, "a time in ms would do")
            if not (-LATEST < value < LATEST or (name == "stop" and value == math.inf)):
                raise BadValue(f"{who}.{name}", value, "a finite time in ms would do")
        for name in amplitudes:
            checked(getattr(self, name), f"{who}.{name}", "a finite number, or one for each cell, would do")


@dataclass(frozen=True, eq=False)
class Stimuli(Stimulus):
    """A sum of stimuli, evaluated in the order in which they were added."""

    kind: ClassVar[str] = "sum"
    parts: tuple[Stimulus, ...] = ()


def parts(stimulus: Stimulus) -> tuple[Stimulus, ...]:
    """The summands of a stimulus."""
    return stimulus.parts if isinstance(stimulus, Stimuli) else (stimulus,)


class Current(Stimulus):
    """A stimulus that injects a current."""

    def terms(self) -> tuple[Term, ...]:
        """The pieces and waves it is made of."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Constant(Current):
    """The same current throughout."""

    kind: ClassVar[str] = "constant"
    I: Any

    def __post_init__(self) -> None:
        self._check(amplitudes=["I"])

    def terms(self) -> tuple[Term, ...]:
        return (pieces(0.0, np.asarray(self.I, dtype=float)[None]),)


@dataclass(frozen=True, eq=False)
class Step(Current):
    """A current that begins at `start` [ms] and stays."""

    kind: ClassVar[str] = "step"
    I: Any
    start: float = 0.0
    closed: Closed = "left"

    def __post_init__(self) -> None:
        self._check(["start"], ["I"])
        _closed(self)

    def terms(self) -> tuple[Term, ...]:
        return (pieces(self.start, np.asarray(self.I, dtype=float)[None], inclusive=begins(self.closed)),)


@dataclass(frozen=True, eq=False)
class Pulse(Current):
    """A current from `start` to `stop` [ms]."""

    kind: ClassVar[str] = "pulse"
    I: Any
    start: float
    stop: float
    closed: Closed = "left"

    def __post_init__(self) -> None:
        self._check(["start", "stop"], ["I"])
        _closed(self)
        _ordered(self)

    def terms(self) -> tuple[Term, ...]:
        on = np.asarray(self.I, dtype=float)
        inclusive = [begins(self.closed), not ends(self.closed)]
        return (pieces([self.start, self.stop], np.stack([on, 0 * on]), inclusive=inclusive),)


@dataclass(frozen=True, eq=False)
class PulseTrain(Current):
    """`count` pulses of `width` ms, one every `period` ms, the first at `start`."""

    kind: ClassVar[str] = "train"
    I: Any
    start: float
    width: float
    period: float
    count: int
    closed: Closed = "left"

    def __post_init__(self) -> None:
        self._check(["start", "width", "period"], ["I"])
        _closed(self)
        if isinstance(self.count, bool) or not isinstance(self.count, int) or not 0 < self.count <= 1_000_000:
            raise BadValue("PulseTrain.count", self.count, "a whole number from 1 to 1000000 would do")
        if not 0 < self.width < self.period < math.inf:
            raise BadValue(
                "PulseTrain.width", self.width, f"more than 0 and less than the period {self.period} would do"
            )

    def terms(self) -> tuple[Term, ...]:
        begin = self.start + self.period * np.arange(self.count)
        knot = np.stack([begin, begin + self.width], axis=1).ravel()
        on = np.asarray(self.I, dtype=float)
        value = np.tile(np.stack([on, 0 * on]), (self.count,) + (1,) * on.ndim)
        inclusive = np.tile([begins(self.closed), not ends(self.closed)], self.count)
        return (pieces(knot, value, inclusive=inclusive),)


@dataclass(frozen=True, eq=False)
class Ramp(Current):
    """A current that rises from 0 at `start`, by `slope` each ms or to `rise` at `stop`, and is 0 after `stop`."""

    kind: ClassVar[str] = "ramp"
    start: float = 0.0
    stop: float = math.inf
    slope: Any = None
    rise: Any = None
    closed: Closed = "left"

    def __post_init__(self) -> None:
        if (self.slope is None) == (self.rise is None):
            raise BadValue("Ramp", {"slope": self.slope, "rise": self.rise}, "one of slope and rise would do")
        self._check(["start", "stop"], ["rise" if self.slope is None else "slope"])
        _closed(self)
        _ordered(self)
        if self.slope is None and self.stop == math.inf:
            raise BadValue("Ramp.stop", self.stop, "a rise needs a finite stop")

    def terms(self) -> tuple[Term, ...]:
        rise = np.asarray(self.rise if self.slope is None else self.slope, dtype=float)
        span = self.stop - self.start if self.slope is None else 1.0
        if self.stop == math.inf:
            return (pieces(self.start, 0 * rise[None], rise[None], span, begins(self.closed)),)
        inclusive = [begins(self.closed), not ends(self.closed)]
        flat = 0 * rise
        values, rises = np.stack([flat, flat]), np.stack([rise, flat])
        return (pieces([self.start, self.stop], values, rises, [span, 1.0], inclusive),)


@dataclass(frozen=True, eq=False)
class Steps(Current):
    """A staircase: `I[k]` holds from `t[k]` on, until the next; before `t[0]` there is none.

    `I` has shape (k,), or (cells, k) with a row for each cell of an ensemble.
    """

    kind: ClassVar[str] = "steps"
    t: Any
    I: Any
    closed: Closed = "left"

    def __post_init__(self) -> None:
        _closed(self)
        _table(self)

    def terms(self) -> tuple[Term, ...]:
        return (pieces(self.t, np.asarray(self.I, dtype=float).T, inclusive=begins(self.closed)),)


@dataclass(frozen=True, eq=False)
class Linear(Current):
    """Straight lines through the points (`t[k]`, `I[k]`); the last value stays, before `t[0]` there is none."""

    kind: ClassVar[str] = "linear"
    t: Any
    I: Any

    def __post_init__(self) -> None:
        _table(self)

    def terms(self) -> tuple[Term, ...]:
        t, value = np.asarray(self.t, dtype=float), np.asarray(self.I, dtype=float).T
        rise = np.concatenate([np.diff(value, axis=0), np.zeros_like(value[:1])])
        return (pieces(t, value, rise, np.append(np.diff(t), 1.0)),)


@dataclass(frozen=True, eq=False)
class Sampled(Current):
    """An array with its time base: `I[k]` at `start + k * interval` [ms], held until the next or joined by lines.

    After the last sample's interval there is none. `I` has shape (n,), or (cells, n).
    """

    kind: ClassVar[str] = "sampled"
    I: Any
    interval: float
    start: float = 0.0
    hold: bool = True

    def __post_init__(self) -> None:
        self._check(["interval", "start"])
        checked(self.I, "Sampled.I", "finite numbers, one row for each cell, would do", dimensions=2)
        if not 0 < self.interval < math.inf:
            raise BadValue("Sampled.interval", self.interval, "more than 0 ms would do")

    def terms(self) -> tuple[Term, ...]:
        value = np.atleast_1d(np.asarray(self.I, dtype=float)).T
        knot = self.start + self.interval * np.arange(value.shape[0] + 1)
        padded = np.concatenate([value, np.zeros_like(value[:1])])
        rise = np.zeros_like(padded)
        if not self.hold:
            rise[:-2] = np.diff(value, axis=0)
        span = np.full(knot.size, float(self.interval))
        span[-1] = 1.0
        return (pieces(knot, padded, rise, span),)


@dataclass(frozen=True, eq=False)
class Sine(Current):
    """amplitude `I` times sin(2 pi frequency (t - start) + phase), `frequency` in Hz, `phase` in rad."""

    kind: ClassVar[str] = "sine"
    I: Any
    frequency: Any
    phase: Any = 0.0
    start: float = 0.0
    stop: float = math.inf

    def __post_init__(self) -> None:
        self._check(["start", "stop"], ["I", "frequency", "phase"])
        _ordered(self)

    def terms(self) -> tuple[Term, ...]:
        omega = 2e-3 * math.pi * np.asarray(self.frequency, dtype=float)
        return (_wave(self.start, self.stop, self.I, omega, 0.0, self.phase),)


@dataclass(frozen=True, eq=False)
class Chirp(Current):
    """A zap: a sine of amplitude `I` whose frequency goes linearly from `f0` at `start` to `f1` [Hz] at `stop`."""

    kind: ClassVar[str] = "chirp"
    I: Any
    f0: Any
    f1: Any
    start: float
    stop: float
    phase: Any = 0.0

    def __post_init__(self) -> None:
        self._check(["start", "stop"], ["I", "f0", "f1", "phase"])
        _ordered(self)
        if self.stop == math.inf:
            raise BadValue("Chirp.stop", self.stop, "a finite time in ms would do")

    def terms(self) -> tuple[Term, ...]:
        first, last = (2e-3 * math.pi * np.asarray(f, dtype=float) for f in (self.f0, self.f1))
        return (
            _wave(self.start, self.stop, self.I, first, (last - first) / (2 * (self.stop - self.start)), self.phase),
        )


def _plain(value: Any) -> Any:
    """Nested lists as tuples, which can be hashed."""
    return tuple(_plain(x) for x in value) if isinstance(value, list | tuple) else value


def begins(closed: Closed) -> bool:
    """Whether a current holds at its start itself."""
    return closed in ("left", "both")


def ends(closed: Closed) -> bool:
    """Whether a current still holds at its end itself."""
    return closed in ("right", "both")


def _wave(start: float, stop: float, amplitude: Any, omega: Any, chirp: Any, phase: Any) -> Wave:
    return Wave(start, stop, *(np.asarray(x, dtype=float) for x in (amplitude, omega, chirp, phase)))


def _closed(current: Any) -> None:
    if current.closed not in ("left", "right", "both", "neither"):
        who = f"{type(current).__name__}.closed"
        raise BadValue(who, current.closed, "'left', 'right', 'both' or 'neither' would do")


def _ordered(current: Any) -> None:
    if not -math.inf < current.start < current.stop:
        who = f"{type(current).__name__}.stop"
        raise BadValue(who, current.stop, f"a time after the start, {current.start} ms, would do")


def _table(current: Any) -> None:
    who = type(current).__name__
    t = checked(current.t, f"{who}.t", "increasing times in ms would do")
    value = checked(current.I, f"{who}.I", "finite numbers, one for each time, would do", dimensions=2)
    if t.ndim != 1 or (np.diff(t) <= 0).any():
        raise BadValue(f"{who}.t", current.t, "increasing times in ms would do")
    if value.ndim == 0 or value.shape[-1] != t.size:
        raise BadValue(f"{who}.I", current.I, f"{t.size} values, one for each time, would do")
