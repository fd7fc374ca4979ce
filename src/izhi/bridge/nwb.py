"""Recordings and sweeps as files of NWB 2, in the layout of intracellular recordings on DANDI."""

from __future__ import annotations

import importlib
import io
import os
import warnings
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np

from izhi import __version__
from izhi.bridge.described import (
    described,
    description,
    parts_of,
    population_of,
    spikes_in_order,
    trains,
)
from izhi.errors import BadValue, FileProblem, IzhiError, MissingExtra
from izhi.network_recording import NetworkRecording
from izhi.recording import DAMAGE, Recording, write_whole
from izhi.sweeps import Sweeps, read_sweeps

# NWB keeps V, A and s; these are our units in them.
_VOLT, _AMPERE, _SECOND = 1e-3, 1e-12, 1e-3


def write_nwb(
    recording: Recording | NetworkRecording | Sweeps,
    path: str | os.PathLike[str],
    *,
    about: Mapping[str, Any] | None = None,
    started: datetime | None = None,
) -> None:
    """Write a recording as NWB 2, whole or not at all.

    Sweeps, cells, and the cells of an ensemble are CurrentClampSeries with their CurrentClampStimulusSeries, paired by
    the tables of intracellular recordings, simultaneous recordings and sequential recordings, one of which is a
    protocol. Samples are kept in mV and pA, with the conversion to V and A beside them. Spikes are units. Of a network,
    spikes are units with their population, and the samples are time series with a column for each cell.

    Parameters
    ----------
    recording : Recording, NetworkRecording or Sweeps
        Cells with a current in pA: those of the models of 2007 and 2008.
    path : path
        A file that ends in .nwb.
    about : mapping, optional
        What else the file says: `session_description`, `experimenter`, `institution`, `lab`, `keywords` and so on, as
        `pynwb.NWBFile` takes it.
    started : datetime, optional
        When the session was; by default now.

    Raises
    ------
    BadValue
        If only spikes of cells were recorded, or their current is not in pA.
    MissingExtra
        If pynwb is not installed.
    FileProblem
        If it cannot be written.

    Examples
    --------
    >>> import izhi
    >>> from izhi.bridge.nwb import write_nwb
    >>> write_nwb(izhi.simulate("2007/RS", izhi.Pulse(100, 100, 500), 600, scheme="euler"), "rs.nwb")
    >>> len(izhi.sweeps.read_sweeps("rs.nwb"))
    1
    """
    target = Path(path)
    if target.suffix != ".nwb":
        raise BadValue("write_nwb", str(path), "a file that ends in .nwb would do")
    pynwb = _imported()
    made = _file(pynwb, recording, dict(about or {}), started)
    if isinstance(recording, NetworkRecording):
        _add_network(pynwb, made, recording)
    else:
        _add_sweeps(pynwb, made, recording)
    # A file of HDF5 is written in several places, so that it is made in memory first.
    whole = io.BytesIO()
    h5py = importlib.import_module("h5py")
    with h5py.File(whole, "w") as inside, pynwb.NWBHDF5IO(file=inside, mode="w") as out:
        out.write(made)

    def write(file: IO[bytes]) -> None:
        file.write(whole.getbuffer())

    write_whole(target, write)


def _imported() -> Any:
    try:
        return importlib.import_module("pynwb")
    except ImportError:
        raise MissingExtra("izhi.bridge.nwb", "pynwb", "nwb") from None


def _file(pynwb: Any, recording: Any, about: dict[str, Any], started: datetime | None) -> Any:
    """An empty file: what it is of, and what one needs to run it again."""
    simulated = not isinstance(recording, Sweeps)
    text = description(recording) if simulated else ""
    said = {
        "session_description": str(recording),
        "identifier": str(uuid5(NAMESPACE_URL, f"{recording}{text}")),
        "session_start_time": started or datetime.now(UTC),
        "source_script": f"izhi {__version__}",
        "source_script_file_name": "izhi",
    }
    if simulated:
        said |= {"notes": text, "data_collection": f"simulated by izhi {__version__}"}
    elif recording.notes:
        said["notes"] = "; ".join(recording.notes)
    try:
        return pynwb.NWBFile(**(said | about))
    except (TypeError, ValueError) as problem:
        raise BadValue("write_nwb: about", about, " ".join(str(problem).split())) from None


def _add_sweeps(pynwb: Any, made: Any, recording: Recording | Sweeps) -> None:
    """Each sweep as a response and its stimulus, those of one protocol as one sequence."""
    icephys = pynwb.icephys
    device = made.create_device(name="izhi" if isinstance(recording, Recording) else "amplifier")
    electrodes: dict[str, Any] = {}
    sequences: dict[tuple[str, str], list[int]] = {}
    for k, sweep in enumerate(read_sweeps(recording)):
        # Each cell of an ensemble has an electrode of its own; sweeps of a recording share one.
        place = f"electrode_{sweep.name}" if isinstance(recording, Recording) else "electrode_0"
        if place not in electrodes:
            electrodes[place] = made.create_icephys_electrode(name=place, description="whole cell", device=device)
        common = {
            "electrode": electrodes[place], "gain": 1.0, "rate": 1e3 / sweep.dt, "starting_time": _SECOND * sweep.start,
            "stimulus_description": sweep.protocol or "unknown", "sweep_number": np.uint32(k),
        }  # fmt: skip
        response = icephys.CurrentClampSeries(
            name=f"response_{k:05d}", data=_packed(sweep.voltage), conversion=_VOLT, **common
        )
        stimulus = icephys.CurrentClampStimulusSeries(
            name=f"stimulus_{k:05d}", data=_packed(sweep.current), conversion=_AMPERE, **common
        )
        row = made.add_intracellular_recording(electrode=electrodes[place], stimulus=stimulus, response=response)
        together = made.add_icephys_simultaneous_recording(recordings=[row])
        sequences.setdefault((place, sweep.protocol), []).append(together)
    runs = [
        made.add_icephys_sequential_recording(simultaneous_recordings=members, stimulus_type=protocol or "unknown")
        for (_, protocol), members in sequences.items()
    ]
    made.add_icephys_experimental_condition(repetitions=[made.add_icephys_repetition(sequential_recordings=runs)])
    if isinstance(recording, Recording):
        _add_units(made, trains(recording), 0.0, recording.duration, {})


def _add_network(pynwb: Any, made: Any, recording: NetworkRecording) -> None:
    """Spikes as units, samples as series with a column for each cell."""
    cells = [(population_of(recording, k), k) for k in range(recording.count)]
    columns: dict[str, tuple[str, list[Any]]] = {
        "population": ("the population of the cell", [part.name for part, _ in cells]),
        "index": ("the number of the cell in its population", [k - part.first for part, k in cells]),
    }
    _add_units(made, trains(recording), recording.start, recording.stop, columns)
    if not recording.trace_cells.size:
        return
    who = ", ".join(str(k) for k in recording.trace_cells)
    times = _SECOND * recording.trace_time
    for name, values, unit, conversion in (
        ("v", recording.voltage, "volts", _VOLT),
        ("u", recording.recovery, "of each cell's model", 1.0),
        ("I", recording.current, "of each cell's model", 1.0),
    ):
        series = pynwb.TimeSeries(
            name=name, data=_packed(np.asarray(values, dtype=np.float64).T), unit=unit, conversion=conversion,
            timestamps=times, comments=f"columns are cells {who}",
        )  # fmt: skip
        made.add_acquisition(series)


def _add_units(
    made: Any, times: Sequence[np.ndarray], start: float, stop: float, columns: Mapping[str, tuple[str, list[Any]]]
) -> None:
    for name, (text, _) in columns.items():
        made.add_unit_column(name=name, description=text)
    whole = [[_SECOND * start, _SECOND * stop]]
    for k, train in enumerate(times):
        own = {name: values[k] for name, (_, values) in columns.items()}
        made.add_unit(id=k, spike_times=_SECOND * train, obs_intervals=whole, **own)


def _packed(values: Any) -> Any:
    data_io = importlib.import_module("hdmf.backends.hdf5.h5_utils").H5DataIO
    return data_io(np.asarray(values, dtype=np.float64), compression="gzip", shuffle=True)


def validate(path: str | os.PathLike[str]) -> None:
    """Whether a file is valid NWB 2, as pynwb has it.

    Raises
    ------
    MissingExtra
        If pynwb is not installed.
    FileProblem
        If it is not; the error has the first reason.
    """
    pynwb = _imported()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = pynwb.validate(path=os.fspath(path))
    except (OSError, *DAMAGE) as problem:
        raise FileProblem(path, f"is no NWB file: {' '.join(str(problem).split())}") from None
    errors = list(_flat(found))
    if errors:
        raise FileProblem(path, f"is not valid NWB 2: {' '.join(str(errors[0]).split())}")


def _flat(found: Any) -> Iterable[Any]:
    for each in found if isinstance(found, list | tuple) else []:
        yield from _flat(each) if isinstance(each, list | tuple) else [each]


def read_spikes(path: str | os.PathLike[str]) -> NetworkRecording:
    """The spikes and samples of a network that `write_nwb` wrote; sweeps are read by `izhi.sweeps.read_sweeps`.

    NWB has times in seconds, so that those in ms may differ in their last bit. Weights are not in the file.

    Parameters
    ----------
    path : path
        A file of a network.

    Returns
    -------
    NetworkRecording

    Raises
    ------
    FileProblem
        If it is no file of a network that izhi wrote.
    MissingExtra
        If h5py is not installed.
    """
    try:
        h5py = importlib.import_module("h5py")
    except ImportError:
        raise MissingExtra("izhi.bridge.nwb", "h5py", "recordings") from None
    try:
        with h5py.File(path, "r") as file:
            about = described(file["general/notes"][()].decode() if "general/notes" in file else "", str(path))
            if "populations" not in about:
                raise BadValue(str(path), about["format"], "a network would do")
            ends = file["units/spike_times_index"][()]
            times = np.split(1e3 * file["units/spike_times"][()], ends[:-1])
            parts = parts_of(about)
            time, cell = spikes_in_order(list(times))
            traced = file.get("acquisition/v")
            samples: dict[str, Any] = {
                key: file[f"acquisition/{name}/data"][()].T if traced else np.zeros((0, 0))
                for key, name in (("voltage", "v"), ("recovery", "u"), ("current", "I"))
            }
            who = traced.attrs["comments"].removeprefix("columns are cells ").split(", ") if traced else []
            return NetworkRecording(
                spike_time=time,
                spike_cell=cell.astype(np.int32),
                populations=parts,
                start=about["start"],
                stop=about["stop"],
                trace_cells=np.array([int(k) for k in who], dtype=np.int64),
                trace_time=1e3 * traced["timestamps"][()] if traced else np.zeros(0),
                **samples,
                provenance=about["provenance"],
            )
    except IzhiError:
        raise FileProblem(path, "is no network that izhi wrote") from None
    except (OSError, *DAMAGE) as problem:
        raise FileProblem(path, f"cannot be read as NWB: {' '.join(str(problem).split())}") from None
