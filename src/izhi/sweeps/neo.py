"""Sweeps from objects of neo, which reads the files of many programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import UnknownName
from izhi.sweeps.channels import KINDS, Collection, problem, unit_of
from izhi.sweeps.sweeps import Sweeps


@dataclass(frozen=True, eq=False)
class _Signal:
    """One channel of a segment, its kind "mV", "pA" or another, and its values in that."""

    name: str
    kind: str
    unit: str
    dt: float
    start: float
    values: NDArray


def from_neo(
    source: Any, *, voltage: str | int | None = None, current: str | int | None = None, skip_bad: bool = False
) -> Sweeps:
    """A sweep for each segment of a neo Block, or of one Segment.

    Parameters
    ----------
    source : neo.Block or neo.Segment
        With analog signals.
    voltage, current : str or int, optional
        The analog signal of each, by name or number within a segment. By default the first in volts, and the first in
        amperes.
    skip_bad : bool
        Leave a sweep that cannot be used out, with a note.

    Raises
    ------
    FileProblem, UnknownName
        If a segment has no such signals, or they do not fit.
    """
    kind = type(source).__name__
    where = getattr(source, "file_origin", None) or f"neo {kind}" + (f" {source.name!r}" if source.name else "")
    found = Collection(where, skip_bad)
    for k, segment in enumerate(source.segments if hasattr(source, "segments") else [source]):
        signals = list(_signals(segment))
        v = _chosen(signals, voltage, "mV", where, k, found)
        i = _chosen(signals, current, "pA", where, k, found)
        if abs(v.dt - i.dt) > 1e-6 * v.dt:
            found.reject(problem(where, f"its steps are {v.dt:g} ms and {i.dt:g} ms; equal ones would do", k, i.name))
            continue
        found.add(str(k), v.dt, v.values, i.values, (v.name, i.name), start=v.start)
    return found.done({"format": f"neo {kind}", "comment": str(getattr(source, "description", None) or "")})


def _signals(segment: Any) -> Iterator[_Signal]:
    """Every channel of the analog signals of a segment."""
    for signal in segment.analogsignals:
        unit = signal.units.dimensionality.string
        kind, size = unit_of(unit) or ("", 1.0)
        names = signal.array_annotations.get("channel_names", [None] * signal.shape[1])
        for channel in range(signal.shape[1]):
            name = names[channel] if names[channel] is not None else signal.name
            yield _Signal(
                str(name or f"{len(segment.analogsignals)} signals"),
                kind,
                unit,
                float(f"{float(signal.sampling_period.rescale('ms').magnitude):.9g}"),
                float(signal.t_start.rescale("ms").magnitude),
                np.asarray(signal.magnitude[:, channel], dtype=np.float64) * size,
            )


def _chosen(
    signals: list[_Signal], wanted: str | int | None, kind: str, source: object, k: int, found: Collection
) -> _Signal:
    """The signal asked for, or the first of its kind."""
    listed = ", ".join(f"{s.name} [{s.unit}]" for s in signals) or "none"
    if wanted is None:
        fitting = [s for s in signals if s.kind == kind]
        if not fitting:
            raise problem(source, f"no signal is a {KINDS[kind]}; there is {listed}", k)
        if len(fitting) > 1:
            found.note(f"of {listed} the {KINDS[kind]} is {fitting[0].name!r}")
        return fitting[0]
    names = [s.name for s in signals]
    if str(wanted) not in names and not (str(wanted).isdigit() and int(wanted) < len(names)):
        raise UnknownName(f"{source}: {KINDS[kind]}", wanted, names)
    signal = signals[names.index(str(wanted)) if str(wanted) in names else int(wanted)]
    if signal.kind != kind:
        raise problem(source, f"it is in {signal.unit}; a {KINDS[kind]} would do", k, signal.name)
    return signal
