"""Recordings as tables: CSV files, DataFrames of pandas, and Datasets of xarray, with units."""

from __future__ import annotations

import csv
import importlib
import io
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.described import described, description, parts_of, population_of
from izhi.equations import RECEPTORS
from izhi.errors import BadValue, MissingExtra
from izhi.network_recording import NetworkRecording
from izhi.recording import Recording, Writer, write_together


def write_csv(recording: Recording | NetworkRecording, path: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Write the samples of a recording to `NAME.csv` and its spikes to `NAME_spikes.csv`, both or none.

    The first line names the columns with their units. Numbers are written to their last digit. Samples of an ensemble
    have a column `sweep`, those of a network the columns `population` and `cell`; `izhi.sweeps.read_sweeps` reads
    those of cells in pA.

    Parameters
    ----------
    recording : Recording or NetworkRecording
        What was run.
    path : path
        A file that ends in .csv.

    Returns
    -------
    tuple of Path
        The files: one if there are no samples.

    Raises
    ------
    BadValue, FileProblem
        If the file has another ending, or cannot be written.

    Examples
    --------
    >>> import izhi
    >>> from izhi.bridge.tables import write_csv
    >>> files = write_csv(izhi.simulate("2007/RS", izhi.Step(70), 520, scheme="euler"), "rs.csv")
    >>> files[0].read_text().splitlines()[:2]
    ['t [ms],v [mV],i [pA],u [pA]', '0.0,-60.0,70.0,0.0']
    """
    target = Path(path)
    if target.suffix != ".csv":
        raise BadValue("write_csv", str(path), "a file that ends in .csv would do")
    files: dict[Any, Writer] = {}
    spikes = target.with_name(f"{target.stem}_spikes.csv")
    if isinstance(recording, NetworkRecording):
        if recording.trace_cells.size:
            files[target] = _writer(*_network_rows(recording))
        files[spikes] = _writer(["population", "cell", "t [ms]"], _network_spikes(recording))
    else:
        if recording.cells.size:
            files[target] = _writer(*_rows(recording))
        pairs = zip(recording.spike_cell.tolist(), recording.spike_time.tolist(), strict=True)
        files[spikes] = _writer(["cell", "t [ms]"], pairs)
    write_together(files)
    return tuple(files)


def _writer(heading: list[str], rows: Iterable[Any]) -> Writer:
    def write(file: IO[bytes]) -> None:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        table = csv.writer(text, lineterminator="\n")
        table.writerow(heading)
        table.writerows(rows)
        text.flush()
        text.detach()

    return write


def _columns(recording: Recording) -> dict[str, tuple[NDArray, str]]:
    """Samples by name, a row for each recorded cell, with their units."""
    units = recording.provenance["units"]
    found = {
        "v": (recording.voltage, "mV"),
        "i": (recording.current, units["current"]),
        "u": (recording.recovery, units["current"]),
    }
    if recording.dendrite is not None:
        found["w"] = (recording.dendrite, "mV")
    found |= {f"g_{r}": (g, units["conductance"]) for r, g in recording.conductances.items()}
    return {name: (np.atleast_2d(np.asarray(x, dtype=np.float64)), unit) for name, (x, unit) in found.items()}


def _rows(recording: Recording) -> tuple[list[str], Iterator[Any]]:
    columns = _columns(recording)
    heading = ["t [ms]", *(f"{name} [{unit}]" for name, (_, unit) in columns.items())]

    def rows() -> Iterator[Any]:
        for k, cell in enumerate(recording.cells.tolist()):
            own = [] if recording.single else [cell]
            values = zip(recording.time.tolist(), *(x[k].tolist() for x, _ in columns.values()), strict=True)
            yield from ([*own, *row] for row in values)

    return ([] if recording.single else ["sweep"]) + heading, rows()


def _network_rows(recording: NetworkRecording) -> tuple[list[str], Iterator[Any]]:
    def rows() -> Iterator[Any]:
        for k, cell in enumerate(recording.trace_cells.tolist()):
            part = population_of(recording, cell)
            each = (recording.trace_time, recording.voltage[k], recording.current[k], recording.recovery[k])
            for row in zip(*(np.asarray(x, dtype=np.float64).tolist() for x in each), strict=True):
                yield [part.name, cell - part.first, *row]

    return ["population", "cell", "t [ms]", "v [mV]", "i", "u"], rows()


def _network_spikes(recording: NetworkRecording) -> Iterator[Any]:
    for time, cell in zip(recording.spike_time.tolist(), recording.spike_cell.tolist(), strict=True):
        part = population_of(recording, cell)
        yield part.name, cell - part.first, time


def spikes_frame(recording: Recording | NetworkRecording) -> Any:
    """The spikes as a DataFrame of pandas, a row for each.

    Parameters
    ----------
    recording : Recording or NetworkRecording
        What was run.

    Returns
    -------
    pandas.DataFrame
        Columns cell and t [ms]; of a network also population, in which cell is then counted.

    Raises
    ------
    MissingExtra
        If pandas is not installed.
    """
    pandas = _imported("pandas", "spikes_frame")
    if isinstance(recording, NetworkRecording):
        return pandas.DataFrame(list(_network_spikes(recording)), columns=["population", "cell", "t"])
    return pandas.DataFrame({"cell": recording.spike_cell, "t": recording.spike_time})


def traces_frame(recording: Recording | NetworkRecording) -> Any:
    """The samples as a DataFrame of pandas, a row for each; of cells it is what `Recording.to_pandas` gives.

    Parameters
    ----------
    recording : Recording or NetworkRecording
        What was run.

    Returns
    -------
    pandas.DataFrame
        Of a network: columns population, cell, t [ms], v [mV], I and u in the unit of the cell's model.

    Raises
    ------
    MissingExtra
        If pandas is not installed.
    """
    if isinstance(recording, Recording):
        return recording.to_pandas()
    pandas = _imported("pandas", "traces_frame")
    return pandas.DataFrame(list(_network_rows(recording)[1]), columns=["population", "cell", "t", "v", "I", "u"])


def to_xarray(recording: Recording | NetworkRecording) -> Any:
    """A recording as a Dataset of xarray, with the units of each variable in its attributes.

    Parameters
    ----------
    recording : Recording or NetworkRecording
        What was run.

    Returns
    -------
    xarray.Dataset
        v, u, I (and w, g_AMPA, ...) over cell and time; spike_time and spike_cell over spike. A single cell has the
        dimension time alone. Parameters and provenance are the attribute `izhi`, as JSON.

    Raises
    ------
    MissingExtra
        If xarray is not installed.

    Examples
    --------
    >>> import izhi
    >>> from izhi.bridge.tables import to_xarray
    >>> data = to_xarray(izhi.simulate("2007/RS", izhi.Step(70), 520, scheme="euler"))
    >>> data.v.units, data.sizes["time"], data.sizes["spike"]
    ('mV', 5201, 3)
    """
    xarray = _imported("xarray", "to_xarray")
    variables: dict[str, Any] = {
        "spike_time": ("spike", recording.spike_time, {"units": "ms"}),
        "spike_cell": ("spike", recording.spike_cell),
    }
    coordinates: dict[str, Any]
    if isinstance(recording, NetworkRecording):
        cells, time = recording.trace_cells, recording.trace_time
        said = {"units": "of each cell's model"}
        samples = (("v", recording.voltage, {"units": "mV"}), ("u", recording.recovery, said),
                   ("I", recording.current, said))  # fmt: skip
        variables |= {name: (("cell", "time"), values, about) for name, values, about in samples}
        names = np.array([population_of(recording, int(c)).name for c in cells], dtype=object)
        coordinates = {"cell": cells, "population": ("cell", names)}
        for name, (when, values) in recording.weights.items():
            coordinates[f"time of {name}"] = (f"time of {name}", when, {"units": "ms"})
            variables[f"weight {name}"] = ((f"time of {name}", f"synapse of {name}"), values)
    else:
        cells, time = recording.cells, recording.time
        shape = ("time",) if recording.single else ("cell", "time")
        for name, (values, unit) in _columns(recording).items():
            own = values[0] if recording.single else values
            variables["I" if name == "i" else name] = (shape, own, {"units": unit})
        coordinates = {} if recording.single else {"cell": cells}
    coordinates["time"] = ("time", time, {"units": "ms"})
    return xarray.Dataset(variables, coordinates, {"izhi": description(recording)})


def from_xarray(data: Any) -> Recording | NetworkRecording:
    """The recording that `to_xarray` made a Dataset of.

    Raises
    ------
    BadValue
        If the Dataset is another.
    """
    text = getattr(data, "attrs", {}).get("izhi")
    if not isinstance(text, str):
        raise BadValue("from_xarray", type(data).__name__, "a Dataset made by to_xarray would do")
    about = described(text, "from_xarray")
    spikes = {"spike_time": data.spike_time.values, "spike_cell": data.spike_cell.values}
    samples = {"voltage": data.v.values, "recovery": data.u.values, "current": data.I.values}
    if "populations" in about:
        names = [str(name).removeprefix("weight ") for name in data.data_vars if str(name).startswith("weight ")]
        return NetworkRecording(
            **spikes,
            **samples,
            populations=parts_of(about),
            start=about["start"],
            stop=about["stop"],
            trace_cells=data.cell.values,
            trace_time=data.time.values,
            weights={n: (data[f"time of {n}"].values, data[f"weight {n}"].values) for n in names},
            provenance=about["provenance"],
        )
    cells = np.arange(1 if data.time.size else 0) if about["single"] else data.cell.values
    return Recording(
        **spikes,
        **samples,
        time=data.time.values,
        cells=cells,
        count=about["count"],
        single=about["single"],
        provenance=about["provenance"],
        parameters={symbol: np.asarray(value, dtype=np.float64) for symbol, value in about["parameters"].items()},
        dendrite=data.w.values if "w" in data else None,
        conductances={r: data[f"g_{r}"].values for r in RECEPTORS if f"g_{r}" in data},
    )


def _imported(package: str, who: str) -> Any:
    try:
        return importlib.import_module(package)
    except ImportError:
        raise MissingExtra(f"izhi.bridge.tables.{who}", package, "pandas") from None
