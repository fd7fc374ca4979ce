"""Sweeps: stretches of a current-clamp recording, each with the current that was injected."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.errors import BadValue
from izhi.sweeps import spikes
from izhi.sweeps.steps import InjectedStep, family_steps, main_step, pieces

# Rates that are no ratio of whole numbers up to this are refused: the filter would be as long.
MOST_RATIO = 1000
# A current that jumps more often than this is no protocol of steps [ms].
FROZEN = 20.0


@dataclass(frozen=True, eq=False)
class Sweep:
    """One stretch of recording.

    Attributes
    ----------
    dt : float [ms]
        From one sample to the next.
    voltage : shape (n,) [mV]
    current : shape (n,) [pA]
        What was injected; each value lasts until the next sample.
    start : float [ms]
        When it began, by the clock of the file.
    name : str
        What the file calls it.
    protocol : str
        What the file calls its stimulus; sweeps of one protocol and length are a family.
    known_spikes : shape (k,) [ms], or None
        Spike times that are known without looking: those of a simulation, whose samples need not show the peaks.
    """

    dt: float
    voltage: NDArray[np.float64]
    current: NDArray[np.float64]
    start: float = 0.0
    name: str = ""
    protocol: str = ""
    known_spikes: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if not (np.isfinite(self.dt) and self.dt > 0):
            raise BadValue("Sweep.dt", self.dt, "a positive number of ms would do")
        for key in ("voltage", "current"):
            values = np.asarray(getattr(self, key), dtype=np.float64).view()
            if values.ndim != 1 or values.size < 2:
                raise BadValue(f"Sweep.{key}", values.shape, "an array with one axis and at least two samples would do")
            if not np.isfinite(values).all():
                raise BadValue(f"Sweep.{key}", "NaN or infinity", "finite numbers would do")
            values.flags.writeable = False
            object.__setattr__(self, key, values)
        if self.voltage.size != self.current.size:
            sizes = f"{self.voltage.size} and {self.current.size} samples"
            raise BadValue("Sweep", sizes, "as many of the voltage as of the current would do")

    @property
    def time(self) -> NDArray[np.float64]:
        """When the samples are, from the first one: shape (n,) [ms]."""
        return np.arange(self.voltage.size) * np.float64(self.dt)

    @property
    def duration(self) -> float:
        """[ms]"""
        return self.dt * self.voltage.size

    @property
    def holding(self) -> float:
        """The level of current with which it begins [pA]."""
        return pieces(self.current, self.dt)[0].level

    @cached_property
    def step(self) -> InjectedStep | None:
        """The largest step of its current in amplitude times duration, or None; `Sweeps.steps` knows its family."""
        return main_step(self.current, self.dt, pieces(self.current, self.dt))

    def spike_times(self, **options: Any) -> NDArray[np.float64]:
        """When it spikes, from its first sample [ms]; those known from a simulation if no options are given.

        Parameters
        ----------
        **options
            threshold, height [mV], slope [mV/ms], moment: as in `izhi.sweeps.spike_times`.
        """
        if self.known_spikes is not None and not options:
            return self.known_spikes
        jumps = [self.dt * piece.first for piece in pieces(self.current, self.dt)[1:]]
        if len(jumps) * FROZEN > self.duration:  # a frozen noise: its jumps are many and small, and spikes near some
            jumps = []
        return spikes.spike_times(self.voltage, self.dt, **({"jumps": jumps} | options))

    def resampled(self, dt: float) -> Sweep:
        """The same at another time step; see `Sweeps.resampled`."""
        ratio = Fraction(self.dt / dt).limit_denominator(MOST_RATIO) if dt > 0 else Fraction(0)
        if not ratio or ratio.numerator > MOST_RATIO or abs(ratio * dt / self.dt - 1) > 1e-8:
            raise BadValue("dt", dt, f"a step in simple ratio to {self.dt:g} ms would do, such as {2 * self.dt:g}")
        if ratio == 1:
            return self
        from scipy.signal import resample_poly

        voltage = resample_poly(self.voltage, ratio.numerator, ratio.denominator, padtype="line")
        charge = np.concatenate([[0.0], np.cumsum(self.current)]) * self.dt
        edges = np.minimum(dt * np.arange(voltage.size + 1), self.duration)
        held = np.interp(edges, self.dt * np.arange(charge.size), charge)
        return replace(self, dt=float(dt), voltage=voltage, current=np.diff(held) / np.diff(edges))


@dataclass(frozen=True, eq=False)
class Sweeps:
    """Sweeps of one cell.

    Attributes
    ----------
    sweeps : tuple of Sweep
    source : str
        The file they are of.
    about : dict of str
        What the file says of cell, rig and protocol.
    notes : tuple of str
        What was chosen, assumed or done to them, a sentence each.
    """

    sweeps: tuple[Sweep, ...]
    source: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "sweeps", tuple(self.sweeps))
        if not self.sweeps:
            raise BadValue("Sweeps", (), "at least one sweep would do")

    def __len__(self) -> int:
        return len(self.sweeps)

    def __iter__(self) -> Iterator[Sweep]:
        return iter(self.sweeps)

    def __getitem__(self, index: int) -> Sweep:
        return self.sweeps[index]

    @cached_property
    def steps(self) -> tuple[InjectedStep | None, ...]:
        """The main step of each sweep, or None where there is none.

        In sweeps of the same protocol, length and time step it is the longest stretch during which their currents
        differ, of two as long the first; a sweep that stays at its holding current then has a step of 0 pA. Where
        they do not differ it is, in each, the stretch that is largest in amplitude times duration.
        """
        families: dict[tuple[str, int, float], list[int]] = {}
        for k, sweep in enumerate(self.sweeps):
            families.setdefault((sweep.protocol, sweep.current.size, sweep.dt), []).append(k)
        found: list[InjectedStep | None] = [None] * len(self)
        for (_, _, dt), members in families.items():
            for k, step in zip(members, family_steps([self[k].current for k in members], dt), strict=True):
                found[k] = step
        return tuple(found)

    def spike_times(self, **options: Any) -> list[NDArray[np.float64]]:
        """When each sweep spikes, from its first sample [ms]; options as in `izhi.sweeps.spike_times`."""
        return [sweep.spike_times(**options) for sweep in self.sweeps]

    def features(self, **options: Any) -> Any:
        """What is measured of each sweep with a step, and of the cell: `izhi.analysis.cell_features` of them.

        Parameters
        ----------
        **options
            Of spikes, as in `izhi.sweeps.spike_times`; not their moment, which is the peak.

        Returns
        -------
        izhi.analysis.CellFeatures
            Its `sweeps` holds an `izhi.analysis.SweepFeatures` for each sweep, None where `steps` has none.

        Raises
        ------
        BadValue
            If no sweep has a step.

        Examples
        --------
        >>> import izhi
        >>> from izhi.sweeps import read_sweeps
        >>> run = izhi.simulate("2007/RS", izhi.Pulse(100, start=100, stop=500), 600, scheme="euler", dt=0.1)
        >>> read_sweeps(run).features().sweeps[0].spike_count
        5
        """
        # The analysis room is above this one, as that of plots is; see `plot`.
        analysis = importlib.import_module("izhi.analysis")
        if not any(self.steps):
            raise BadValue("features", self.source or "sweeps", "sweeps with a step of current would do")
        found = []
        for sweep, step, spikes_of in zip(self.sweeps, self.steps, self.spike_times(**options), strict=True):
            when = {"amplitude": step.amplitude, "onset": step.start, "duration": step.duration} if step else {}
            found.append(analysis.sweep_features(sweep.voltage, sweep.dt, spikes_of, **when) if step else None)
        return analysis.cell_features(found)

    def select(self, which: str | int | slice | Sequence[int] | NDArray) -> Sweeps:
        """Some of the sweeps, counted from 0.

        Parameters
        ----------
        which : str, int, slice or list of int
            "odd", "even", or numbers and slices as in Python, with commas between: "0:8,12", "::2", "-1".

        Raises
        ------
        BadValue
            If it cannot be understood, or names a sweep that is not there or none at all.
        """
        chosen = _indices(which, len(self))
        return replace(self, sweeps=tuple(self.sweeps[k] for k in chosen))

    def resampled(self, dt: float) -> Sweeps:
        """The same at another time step, which is in the ratio of two whole numbers up to 1000 to that of each sweep.

        Voltages pass the zero-phase low-pass filter of `scipy.signal.resample_poly`, so that nothing above half the
        new rate is folded down, and no spike moves. Each current is the mean over its new step, so that no charge is
        lost and jumps do not ring.

        Parameters
        ----------
        dt : float [ms]
            The new one.

        Raises
        ------
        BadValue
            If the ratio is not simple.
        """
        return self._changed([sweep.resampled(dt) for sweep in self.sweeps], f"resampled to dt {dt:g} ms")

    def bridge(self, resistance: float) -> Sweeps:
        """Take the voltage that the injected current makes over the electrode away: v - R I.

        Parameters
        ----------
        resistance : float [MOhm]
            What of the electrode's resistance was not balanced while recording.
        """
        each = 1e-3 * _finite("bridge", resistance, "MOhm")
        changed = [replace(sweep, voltage=sweep.voltage - each * sweep.current) for sweep in self.sweeps]
        return self._changed(changed, f"{resistance:g} MOhm of the electrode taken out (v - R I)")

    def junction(self, potential: float) -> Sweeps:
        """Take the liquid junction potential away: v - potential.

        Parameters
        ----------
        potential : float [mV]
            Of the bath against the pipette, as most papers and calculators state it: about +10 to +16 mV for
            potassium gluconate in the pipette, which makes all voltages lower by as much.
        """
        offset = _finite("junction", potential, "mV")
        changed = [replace(sweep, voltage=sweep.voltage - offset) for sweep in self.sweeps]
        return self._changed(changed, f"junction potential of {offset:g} mV taken out (v - potential)")

    def _changed(self, sweeps: Sequence[Sweep], note: str) -> Sweeps:
        return replace(self, sweeps=tuple(sweeps), notes=(*self.notes, note))

    def __str__(self) -> str:
        durations = sorted({round(sweep.duration, 6) for sweep in self.sweeps})
        rates = sorted({1 / sweep.dt for sweep in self.sweeps})
        length = f"{durations[0]:g}" + (f" to {durations[-1]:g}" if len(durations) > 1 else "")
        rate = f"{rates[0]:g}" + (f" to {rates[-1]:g}" if len(rates) > 1 else "")
        least, most = min(s.current.min() for s in self.sweeps), max(s.current.max() for s in self.sweeps)
        count = f"{len(self)} sweep{'s' * (len(self) != 1)}"
        return f"{self.source or 'sweeps'}: {count} of {length} ms at {rate} kHz, {least:g} to {most:g} pA"

    def __repr__(self) -> str:
        return f"<Sweeps {self}>"

    def plot(self, ax: Any = None, **options: Any) -> Any:
        """Draw them; see `izhi.plot.plot_sweeps`."""
        # The plot room is above this one; it is fetched by name when someone asks, so that no import points upward.
        return importlib.import_module("izhi.plot").plot_sweeps(self, ax, **options)


_PART = re.compile(r"(-?\d+)?(?:(:)(-?\d+)?(?::(-?\d+)?)?)?")


def _indices(which: Any, count: int) -> list[int]:
    """Positions among `count` sweeps."""
    found = [] if isinstance(which, str | int | slice | np.integer) else list(which)
    for part in which.split(",") if isinstance(which, str) else []:
        found.extend(_of_text(part.strip(), which, count))
    if isinstance(which, slice):
        found = list(range(count))[which]
    elif isinstance(which, int | np.integer):
        found = [int(which)]
    for k in found:
        if isinstance(k, bool | np.bool_) or not isinstance(k, int | np.integer) or not -count <= k < count:
            raise BadValue("select", which, f"sweeps are 0 to {count - 1}")
    if not found:
        raise BadValue("select", which, f"no sweep is left of 0 to {count - 1}")
    return [int(k) % count for k in found]


def _of_text(part: str, whole: str, count: int) -> list[int]:
    if part in ("odd", "even"):
        return list(range(part == "odd", count, 2))
    match = _PART.fullmatch(part)
    if not part or match is None or match[4] == "0":
        raise BadValue("select", whole, "'odd', 'even', or numbers and slices such as '0:8,12' would do")
    first, colon, end, by = match.groups()
    if not colon:
        return [int(first)]
    return list(range(count))[slice(*(None if x is None else int(x) for x in (first, end, by)))]


def _finite(who: str, value: ArrayLike, unit: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not np.isfinite(value):
        raise BadValue(who, value, f"a finite number of {unit} would do")
    return float(value)
