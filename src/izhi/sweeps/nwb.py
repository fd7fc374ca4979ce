"""Neurodata Without Borders: version 2 as DANDI has it, and version 1 as in the Allen Cell Types Database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import FileProblem, IzhiError, UnknownName
from izhi.sweeps.channels import LEAST_VOLTAGE, MOST_VOLTAGE, Collection, missing, problem, scale, step_of, unit_of
from izhi.sweeps.sweeps import Sweeps

_RESPONSES, _STIMULI, _NO_CURRENT = "CurrentClampSeries", "CurrentClampStimulusSeries", "IZeroClampSeries"
# What h5py may raise on a file that is damaged or laid out otherwise.
_DAMAGE = (OSError, KeyError, ValueError, TypeError, AttributeError, RuntimeError, IndexError)
# Where a file says what cell it is of.
_ABOUT = {
    "description": "session_description", "date": "session_start_time", "species": "general/subject/species",
    "genotype": "general/subject/genotype", "subject": "general/subject/subject_id",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Pair:
    """A response and its stimulus, which is None where no current was injected, and their samples that count."""

    name: str
    response: Any
    stimulus: Any
    part: slice = field(default_factory=lambda: slice(None))
    stimulus_part: slice = field(default_factory=lambda: slice(None))


def read_nwb(
    path: Path, *, voltage: str | int | None = None, current: str | int | None = None, skip_bad: bool = False
) -> Sweeps:
    """Read the current-clamp sweeps of an NWB file.

    A response finds its stimulus by the table of intracellular recordings, or else by sweep number and electrode, or
    else by the digits in their names. What is in voltage clamp, or has no stimulus, is left out with a note.

    Parameters
    ----------
    path : Path
        An .nwb file.
    voltage : str or int, optional
        The electrode, if there are several; by default the first.
    current : None
        Stimuli belong to responses; there is no choice.
    skip_bad : bool
        Leave a sweep that cannot be used out, with a note.

    Raises
    ------
    FileProblem, UnknownName, MissingExtra
    """
    try:
        import h5py
    except ImportError:
        raise missing("read_sweeps", "h5py") from None
    if current is not None:
        raise problem(path, f"{current!r} given for the current; in NWB each response has its own stimulus")
    found = Collection(path, skip_bad)
    try:
        with h5py.File(path, "r") as file:
            old = "acquisition/timeseries" in file
            pairs = list(_old_pairs(file, found) if old else _pairs(file, found))
            for pair in _of_electrode(pairs, voltage, found):
                _add(pair, found, old)
            return found.done(_about(file))
    except IzhiError:
        raise
    except _DAMAGE as wrong:
        reason = str(wrong).split("\n")[0]
        raise FileProblem(path, f"is damaged, truncated or no NWB file that is understood ({reason})") from None


def _pairs(file: Any, found: Collection) -> Iterator[_Pair]:
    """The pairs of version 2."""
    responses, stimuli = _by_type(file, "acquisition"), _by_type(file, "stimulus/presentation")
    if not any(kind in responses for kind in (_RESPONSES, _NO_CURRENT)):
        there = ", ".join(sorted({*responses, *stimuli})) or "nothing"
        raise problem(found.source, f"has no {_RESPONSES}; there is {there}")
    for kind in sorted(set(responses) - {_RESPONSES, _NO_CURRENT}):
        found.note(f"left out: {len(responses[kind])} {kind}")
    table = file.get("general/intracellular_ephys/intracellular_recordings")
    if table is not None and "responses/response" in table:
        yield from _tabled(file, table, found)
        return
    yield from _matched(responses.get(_RESPONSES, []), stimuli.get(_STIMULI, []), found)
    for series in responses.get(_NO_CURRENT, []):
        yield _Pair(_name(series), series, None)


def _by_type(file: Any, where: str) -> dict[str, list[Any]]:
    """The time series below a group, by their type."""
    found: dict[str, list[Any]] = {}
    for series in file[where].values() if where in file else ():
        if "data" in series:
            found.setdefault(_text(series.attrs.get("neurodata_type")) or "TimeSeries", []).append(series)
    return found


def _tabled(file: Any, table: Any, found: Collection) -> Iterator[_Pair]:
    """Pairs by the table of intracellular recordings, which refers to parts of series."""
    stimuli = table.get("stimuli/stimulus")
    for k, row in enumerate(table["responses/response"][()]):
        response = _part(file, row)
        if response is None or _text(response[0].attrs.get("neurodata_type")) not in (_RESPONSES, _NO_CURRENT):
            continue
        stimulus = _part(file, stimuli[k]) if stimuli is not None else None
        name = f"{k}"
        if stimulus is not None:
            yield _Pair(name, response[0], stimulus[0], response[1], stimulus[1])
        elif _text(response[0].attrs.get("neurodata_type")) == _NO_CURRENT:
            yield _Pair(name, response[0], None, response[1])
        else:
            found.note(f"left out: recording {k}, which has no stimulus")


def _part(file: Any, row: Any) -> tuple[Any, slice] | None:
    first, count, reference = int(row[0]), int(row[1]), row[2]
    if first < 0 or not reference:
        return None
    return file[reference], slice(first, None if count < 0 else first + count)


def _matched(responses: list[Any], stimuli: list[Any], found: Collection) -> Iterator[_Pair]:
    """Pairs by sweep number and electrode, or by the digits in the names."""
    numbered: dict[Any, Any] = {}
    for series in stimuli:
        numbered.setdefault((_number(series), _electrode(series)), series)
    named = {_digits(series): series for series in stimuli}
    alone = []
    for series in responses:
        by_number = numbered.get((_number(series), _electrode(series))) if _number(series) is not None else None
        stimulus = by_number if by_number is not None else named.get(_digits(series))
        if stimulus is None and len(responses) == len(stimuli) == 1:
            stimulus = stimuli[0]
        if stimulus is None:
            alone.append(_name(series))
        else:
            yield _Pair(_name(series), series, stimulus)
    if alone and len(alone) == len(responses):
        raise problem(found.source, f"no current: no {_STIMULI} goes with it", alone[0], responses[0].name)
    if alone:
        found.note(f"left out: {', '.join(alone)}, which have no stimulus")


def _old_pairs(file: Any, found: Collection) -> Iterator[_Pair]:
    """The pairs of version 1: series of the same name, or with the same digits in it."""
    responses = [series for series in file["acquisition/timeseries"].values() if "data" in series]
    stimuli = list(file["stimulus/presentation"].values()) if "stimulus/presentation" in file else []
    clamped = [series for series in responses if _kind(series) == "pA"]
    if clamped:
        found.note(f"left out: {len(clamped)} in voltage clamp")
    here = sorted((series for series in responses if _kind(series) != "pA"), key=_order)
    for pair in _matched(here, [series for series in stimuli if "data" in series], found):
        # What comes after the experiment are zeros where an acquisition was stopped.
        experiment = file.get(f"epochs/Experiment_{_digits(pair.response)}/stimulus")
        if experiment is None:
            yield pair
        else:
            part = slice(0, int(experiment["idx_start"][()]) + int(experiment["count"][()]))
            yield _Pair(pair.name, pair.response, pair.stimulus, part, part)


def _of_electrode(pairs: list[_Pair], wanted: str | int | None, found: Collection) -> list[_Pair]:
    """Those of one electrode."""
    names = list(dict.fromkeys(_electrode(pair.response) for pair in pairs))
    if wanted is None and len(names) <= 1:
        return pairs
    chosen = names[0] if wanted is None else str(wanted)
    if chosen not in names and chosen.isdigit() and int(chosen) < len(names):
        chosen = names[int(chosen)]
    if chosen not in names:
        raise UnknownName(f"{found.source}: voltage", wanted, names)
    if len(names) > 1 and wanted is None:
        found.note(f"of the electrodes {', '.join(names)} it is {chosen!r}")
    return [pair for pair in pairs if _electrode(pair.response) == chosen]


def _add(pair: _Pair, found: Collection, old: bool) -> None:
    """Read the samples of a pair."""
    try:
        source, channels = found.source, (pair.response.name, pair.stimulus.name if pair.stimulus else "no current")
        dt, start = _clock(pair.response, pair.part, source, pair.name)
        voltage, raw = _values(pair.response, pair.part, "mV", source, pair.name)
        if pair.stimulus is None:
            current = np.zeros(voltage.size)
        else:
            other, _ = _clock(pair.stimulus, pair.stimulus_part, source, pair.name)
            if abs(other - dt) > 1e-6 * dt:
                text = f"its time step is {other:g} ms, that of the voltage {dt:g} ms; equal ones would do"
                raise problem(source, text, pair.name, channels[1])
            current, raw_current = _values(pair.stimulus, pair.stimulus_part, "pA", source, pair.name)
            if old and not _membrane(voltage) and _membrane(raw):
                # The first files of the Allen Institute state a conversion that has been applied already.
                found.note("the stated conversion is not applied: without it the voltages are those of a membrane")
                voltage, current = raw, raw_current
    except FileProblem as wrong:
        found.reject(wrong)
    else:
        found.add(pair.name, dt, voltage, current, channels, start=start, protocol=_protocol(pair))


def _clock(series: Any, part: slice, source: object, sweep: str) -> tuple[float, float]:
    """The time step of a series, and when the part begins [ms]."""
    first = part.start or 0
    if "starting_time" in series:
        rate = float(series["starting_time"].attrs.get("rate", np.nan))
        if not rate > 0:
            raise problem(source, f"its rate is {rate:g} Hz; a positive one would do", sweep, series.name)
        return 1e3 / rate, 1e3 * (float(series["starting_time"][()]) + first / rate)
    if "timestamps" in series:
        times = 1e3 * np.asarray(series["timestamps"][part], dtype=np.float64)
        return step_of(times, source, sweep), float(times[0])
    raise problem(source, "it has neither a rate nor timestamps", sweep, series.name)


def _values(series: Any, part: slice, kind: str, source: object, sweep: str) -> tuple[NDArray, NDArray]:
    """The samples in mV or pA, by conversion and offset, and without them."""
    data = series["data"]
    if data.ndim != 1:
        raise problem(source, f"its data have {data.ndim} axes; one would do", sweep, series.name)
    size = scale(_text(data.attrs.get("unit", series.attrs.get("unit"))), kind, source, sweep, series.name)
    stored = np.asarray(data[part], dtype=np.float64)
    conversion, offset = float(data.attrs.get("conversion", 1.0)), float(data.attrs.get("offset", 0.0))
    return stored * (size * conversion) + size * offset, size * stored


def _membrane(voltage: NDArray) -> bool:
    top = np.nanmax(np.abs(voltage), initial=0.0)
    return bool(LEAST_VOLTAGE <= top <= MOST_VOLTAGE)


def _kind(series: Any) -> str:
    unit = unit_of(_text(series["data"].attrs.get("unit")))
    return unit[0] if unit else ""


def _name(series: Any) -> str:
    """Its sweep number, or what it is called."""
    number = _number(series)
    return str(number) if number is not None else str(series.name).rpartition("/")[2]


def _number(series: Any) -> int | None:
    found = series.attrs.get("sweep_number")
    return None if found is None else int(found)


def _digits(series: Any) -> str:
    """The first number in the last part of its name: Sweep_12, data_00012_AD0."""
    match = re.search(r"\d+", str(series.name).rpartition("/")[2])
    return match[0] if match else ""


def _order(series: Any) -> int:
    return int(_digits(series) or 0)


def _electrode(series: Any) -> str:
    """The last part of the path to its electrode, or in version 1 the name that is noted."""
    link = series.get("electrode", getlink=True)
    path = getattr(link, "path", None)
    if path is None:
        found = series.get("electrode", series.get("electrode_name"))
        path = _text(found[()]) if found is not None and hasattr(found, "dtype") else getattr(found, "name", "")
    return str(path).rpartition("/")[2]


def _protocol(pair: _Pair) -> str:
    """What its stimulus is called."""
    for series in (pair.response, pair.stimulus):
        for key in ("stimulus_description", "aibs_stimulus_name") if series is not None else ():
            found = series.attrs.get(key) if key in series.attrs else series[key][()] if key in series else None
            if found is not None:
                return _text(found)
    return ""


def _about(file: Any) -> dict[str, str]:
    version = file.attrs.get("nwb_version")
    if version is None and "nwb_version" in file:
        version = file["nwb_version"][()]
    found = {"format": f"NWB {_text(version).removeprefix('NWB-')}".strip()}
    for key, where in _ABOUT.items():
        text = _text(file[where][()]) if where in file and hasattr(file[where], "dtype") else ""
        if text:
            found[key] = text
    return found


def _text(value: Any) -> str:
    """Text from what HDF5 keeps it as."""
    if isinstance(value, np.ndarray):
        value = value.ravel()[0] if value.size else ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else "" if value is None else str(value)
