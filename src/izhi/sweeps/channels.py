"""What a channel must be before it is taken for a voltage or a current: its unit, its numbers, its length."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import FileProblem, MissingExtra
from izhi.sweeps.sweeps import Sweep, Sweeps
from izhi.units import UNITS

EXTRA = "recordings"
# Units as files write them, in small letters, and what they are here.
_SPELLINGS = {
    "volt": "V", "volts": "V", "v": "V", "mv": "mV", "millivolt": "mV", "millivolts": "mV", "uv": "uV",
    "ampere": "A", "amperes": "A", "amp": "A", "amps": "A", "a": "A", "pa": "pA", "na": "nA", "ua": "uA", "ma": "mA",
    "picoamperes": "pA", "nanoamperes": "nA", "second": "s", "seconds": "s", "sec": "s", "msec": "ms",
    "milliseconds": "ms",
}  # fmt: skip
# Units that no quantity of this package comes in, but files of recordings do: [pA].
_MORE = {"A": ("pA", 1e12), "mA": ("pA", 1e9), "fA": ("pA", 1e-3)}
KINDS = {"mV": "voltage", "pA": "current", "ms": "time"}
# A membrane's voltage is somewhere beyond the first of these and never beyond the second [mV].
LEAST_VOLTAGE, MOST_VOLTAGE = 1.0, 500.0
# No patch or sharp electrode passes more [pA].
MOST_CURRENT = 1e6
# A current of which the voltage is a straight line is that voltage, or that of an electrode without a cell.
COPY = 0.9999


def missing(who: str, package: str) -> MissingExtra:
    """What to raise where a reader's package is not installed."""
    return MissingExtra(who, package, EXTRA)


def problem(source: object, text: str, sweep: object = None, channel: object = None) -> FileProblem:
    """One line that names file, sweep and channel."""
    where = [] if sweep is None else [f"sweep {sweep}"]
    where += [] if channel is None else [f"channel {channel!r}"]
    return FileProblem(source, f"{', '.join(where)}: {text}" if where else text)


def unit_of(text: object) -> tuple[str, float] | None:
    """What a unit measures ("mV", "pA", "ms") and its size in that, or None if it is not known."""
    name = (text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text or "")).strip(" \0")
    name = name.replace("μ", "µ")
    name = name if name in UNITS or name in _MORE else _SPELLINGS.get(name.lower(), name)
    found = _MORE.get(name) or UNITS.get(name)
    return found if found and found[0] in KINDS else None


def scale(unit: object, kind: str, source: object, sweep: object, channel: object) -> float:
    """The size of a unit in `kind` ("mV", "pA", "ms"), if it is one of that."""
    found = unit_of(unit)
    wanted = f"a {KINDS[kind]} would do"
    if found is None:
        raise problem(source, f"its unit {str(unit or '')!r} is not known; {wanted}", sweep, channel)
    if found[0] != kind:
        raise problem(source, f"it is a {KINDS[found[0]]}, in {unit}; {wanted}", sweep, channel)
    return found[1]


class Collection:
    """Sweeps while they are read and checked.

    Parameters
    ----------
    source : object
        The file, for messages.
    skip_bad : bool
        Whether a sweep that cannot be used is left out with a note, instead of ending it all.
    """

    def __init__(self, source: object, skip_bad: bool = False) -> None:
        self.source, self.skip_bad = source, skip_bad
        self.sweeps: list[Sweep] = []
        self.notes: list[str] = []
        self._first_problem: FileProblem | None = None

    def note(self, text: str) -> None:
        """Say something, once."""
        if text not in self.notes:
            self.notes.append(text)

    def reject(self, wrong: FileProblem) -> None:
        """Raise what is wrong with a sweep, or note it."""
        if not self.skip_bad:
            raise wrong
        self._first_problem = self._first_problem or wrong
        self.note("left out " + str(wrong).removeprefix(f"{self.source}: "))

    def add(
        self,
        name: str,
        dt: float,
        voltage: NDArray,
        current: NDArray,
        channels: tuple[str, str] = ("voltage", "current"),
        *,
        measured: bool = True,
        **more: Any,
    ) -> None:
        """Add a sweep of these numbers, in ms, mV and pA, if they can be those of a cell.

        What follows the last number is left away, and a current or voltage that is longer than the other is cut, with
        a note. What is not measured but simulated may be flat.
        """
        try:
            if not (np.isfinite(dt) and dt > 0):
                raise problem(self.source, f"its time step is {dt:g} ms; a positive one would do", name)
            v, i = np.asarray(voltage, dtype=np.float64), np.asarray(current, dtype=np.float64)
            size = self._common_size(name, v, i, channels)
            v, i = v[:size], i[:size]
            for values, channel in zip((v, i), channels, strict=True):
                wrong = np.flatnonzero(~np.isfinite(values))
                if wrong.size:
                    text = f"{wrong.size} of {size} samples are no numbers, the first at {wrong[0] * dt:g} ms"
                    raise problem(self.source, text, name, channel)
            if measured:
                _plausible(self.source, name, v, i, channels)
        except FileProblem as wrong:
            self.reject(wrong)
        else:
            self.sweeps.append(Sweep(dt, v, i, name=name, **more))

    def _common_size(self, name: str, v: NDArray, i: NDArray, channels: tuple[str, str]) -> int:
        """How many samples both have up to the last number."""
        sizes = []
        for values, channel in zip((v, i), channels, strict=True):
            numbers = np.flatnonzero(np.isfinite(values)) if values.ndim == 1 else np.zeros(0)
            sizes.append(int(numbers[-1]) + 1 if numbers.size else 0)
            if sizes[-1] < 2:
                text = "it has no numbers" if values.size and values.ndim == 1 else "it is empty"
                raise problem(self.source, text if values.ndim == 1 else "it has several axes", name, channel)
        size, longest = min(sizes), max(v.size, i.size)
        if size < longest:
            self.note(f"sweep {name}: cut from {longest} to {size} samples, where voltage or current ends")
        return size

    def done(self, about: Mapping[str, str]) -> Sweeps:
        """All of them."""
        if not self.sweeps:
            raise self._first_problem or problem(self.source, "has no sweeps in current clamp")
        return Sweeps(tuple(self.sweeps), str(self.source), about, tuple(self.notes))


def _plausible(source: object, sweep: str, v: NDArray, i: NDArray, channels: tuple[str, str]) -> None:
    """Whether these can be the voltage of a membrane and a current into it."""
    if np.ptp(v) == 0:
        raise problem(source, f"it is flat, {v[0]:g} mV throughout; was it recorded?", sweep, channels[0])
    low, high = v.min(), v.max()
    if max(-low, high) < LEAST_VOLTAGE or max(-low, high) > MOST_VOLTAGE:
        text = f"{low:.3g} to {high:.3g} mV is no membrane's voltage; is it another channel, or its unit not mV?"
        raise problem(source, text, sweep, channels[0])
    if np.abs(i).max() > MOST_CURRENT:
        text = f"{i.min():.3g} to {i.max():.3g} pA is no injected current; is its unit not pA?"
        raise problem(source, text, sweep, channels[1])
    if np.ptp(i) > 0 and abs(np.corrcoef(v, i)[0, 1]) > COPY:
        raise problem(source, f"it is the same as {channels[0]!r}; an injected current would do", sweep, channels[1])


def step_of(times: NDArray, source: object, sweep: object) -> float:
    """The time step of equally spaced times, in their unit."""
    steps = np.diff(np.asarray(times, dtype=np.float64))
    if not steps.size or not np.isfinite(steps).all():
        raise problem(source, "its times are no numbers, or fewer than two", sweep)
    step = float(times[-1] - times[0]) / steps.size
    if step <= 0 or np.abs(steps - step).max() > 0.05 * step:
        raise problem(source, "its times do not go up in equal steps", sweep)
    return float(f"{step:.9g}")  # times that were printed are off in their last digit
