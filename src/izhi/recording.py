"""What came out of a run: samples, spikes, failures, and everything needed to know what was run."""

from __future__ import annotations

import importlib
import json
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from izhi.equations import RECEPTORS
from izhi.errors import BadValue, FileProblem, MissingExtra

Writer = Callable[[IO[bytes]], Any]

FORMAT = "izhi-recording-1"
# Larger recordings are saved as they are: to compress them would take longer than to run them [bytes].
COMPRESSED = 32 << 20
# What NumPy and zipfile may raise on a file that is something else, or that is damaged.
DAMAGE = (
    ValueError, KeyError, TypeError, AttributeError, EOFError, NotImplementedError, RuntimeError, SyntaxError,
    MemoryError, struct.error, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Recording:
    """The result of a run of one cell, or of an ensemble of cells.

    Attributes
    ----------
    time : shape (n,) [ms]
        When the samples are.
    voltage, recovery, current : shape (n,), or (cells, n) for an ensemble [mV; the model's units]
        Samples of v and u, and the injected current. NaN after a cell of an ensemble has failed; the samples of a
        single cell end there.
    dendrite : the same, or None [mV]
        Samples of the dendrite's voltage, where the model has one.
    conductances : dict of the same
        By receptor, where there were synaptic events [nS; 1/ms].
    cells : shape (cells,)
        Which cells of the ensemble the samples are of.
    count : int
        The number of cells that ran.
    single : bool
        Whether it was one cell rather than an ensemble.
    failures : tuple of dict
        Cells that could not go on: `cell`, `time` [ms], `reason`.
    parameters : dict
        Symbol to number or array.
    provenance : dict
        Model, scheme, dt, stimulus, engine, versions: what one needs to run it again.
    """

    time: NDArray[np.float64]
    voltage: NDArray
    recovery: NDArray
    current: NDArray
    spike_cell: NDArray[np.int64]
    spike_time: NDArray[np.float64]
    cells: NDArray[np.int64]
    count: int
    single: bool
    provenance: dict[str, Any]
    parameters: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    dendrite: NDArray | None = None
    conductances: Mapping[str, NDArray] = field(default_factory=dict)

    @property
    def failures(self) -> tuple[dict[str, Any], ...]:
        return tuple(self.provenance["failures"])

    @property
    def duration(self) -> float:
        """[ms]"""
        return float(self.provenance["duration"])

    @cached_property
    def spike_times(self) -> Any:
        """When it spiked [ms]: an array for a single cell, a list of arrays for an ensemble."""
        if self.single:
            return self.spike_time
        edges = np.searchsorted(self.spike_cell, np.arange(1, self.count))
        return np.split(self.spike_time, edges)

    @cached_property
    def spike_counts(self) -> NDArray[np.int64]:
        """How often each cell spiked: shape (cells,)."""
        return np.bincount(self.spike_cell, minlength=self.count)

    def __str__(self) -> str:
        about = self.provenance
        what = about["preset"] or about["model"]
        cells = "" if self.single else f", {self.count} cells"
        spikes = f"{self.spike_time.size} spike{'s' * (self.spike_time.size != 1)}"
        if self.spike_time.size:
            rate = 1e3 * self.spike_time.size / self.count / self.duration
            spikes += f", first at {self.spike_time.min():.6g} ms, {rate:.4g} /s"
        samples = f"{self.time.size} samples" if self.cells.size else "spikes only"
        text = f"{what}{cells}: {self.duration:g} ms by {about['scheme']} (dt {about['dt']:g} ms), {spikes}, {samples}"
        if self.failures:
            first = self.failures[0]
            more = f" (and {len(self.failures) - 1} more cells)" if len(self.failures) > 1 else ""
            who = "" if self.single else f"cell {first['cell']} "
            text += f"; {who}ended at {first['time']:.6g} ms: {first['reason']}{more}"
        return text

    def __repr__(self) -> str:
        return f"<Recording {self}>"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<b>Recording</b> {escape(str(self))}"

    def plot(self, ax: Any = None, **options: Any) -> Any:
        """Draw it; see `izhi.plot.plot_recording`."""
        # The plot room is above this one; it is fetched by name when someone asks, so that no import points upward.
        return importlib.import_module("izhi.plot").plot_recording(self, ax, **options)

    def to_numpy(self) -> dict[str, Any]:
        """Every array by the name it has in a saved file; `provenance` is a JSON string."""
        arrays: dict[str, Any] = {
            "t": self.time,
            "v": self.voltage.astype(np.float64),
            "u": self.recovery.astype(np.float64),
            "I": self.current.astype(np.float64),
            "spikes": self.spike_time,
            "cells": self.cells,
        }
        if self.dendrite is not None:
            arrays["w"] = self.dendrite.astype(np.float64)
        for receptor, g in self.conductances.items():
            arrays[f"g_{receptor}"] = g.astype(np.float64)
        if not self.single:
            arrays["spike_cell"] = self.spike_cell
        arrays |= {f"p_{symbol}": np.asarray(value) for symbol, value in self.parameters.items()}
        about = {"format": FORMAT, "cells": self.count, "single": self.single, **self.provenance}
        arrays["provenance"] = np.array(json.dumps(about))
        return arrays

    def to_pandas(self) -> Any:
        """A table with a row for each sample: t, v, u, I, and the cell for an ensemble.

        Raises
        ------
        MissingExtra
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise MissingExtra("Recording.to_pandas", "pandas", "pandas") from None
        columns = {k: x for k, x in self.to_numpy().items() if k in ("v", "u", "w", "I") or k.startswith("g_")}
        if self.single:
            return pd.DataFrame({"t": self.time, **columns})
        index = pd.MultiIndex.from_product([self.cells, self.time], names=["cell", "t"])
        return pd.DataFrame({k: x.ravel() for k, x in columns.items()}, index=index).reset_index()

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to one .npz file, whole or not at all.

        Raises
        ------
        FileProblem
            If it cannot be written.
        """
        write_whole(path, self.write)

    def write(self, file: IO[bytes]) -> None:
        """Write what `save` saves into an open file."""
        write_arrays(self.to_numpy(), file)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Recording:
        """Read what `save` wrote.

        Raises
        ------
        FileProblem
            If there is no such file, or it is no recording.
        """
        try:
            with Path(path).open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            about = json.loads(str(arrays["provenance"]))
            if about.pop("format") != FORMAT:
                raise KeyError("format")
            single, count = about.pop("single"), about.pop("cells")
            spikes = arrays["spikes"]
            return cls(
                time=arrays["t"],
                voltage=arrays["v"],
                recovery=arrays["u"],
                current=arrays["I"],
                spike_cell=np.zeros(spikes.size, dtype=np.int64) if single else arrays["spike_cell"],
                spike_time=spikes,
                cells=arrays["cells"],
                count=count,
                single=single,
                provenance=about,
                parameters={name[2:]: x for name, x in arrays.items() if name.startswith("p_")},
                dendrite=arrays.get("w"),
                conductances={r: arrays[f"g_{r}"] for r in RECEPTORS if f"g_{r}" in arrays},
            )
        except OSError as problem:
            raise FileProblem(path, f"cannot be read: {problem.strerror or problem}") from None
        except DAMAGE:
            raise FileProblem(path, "is no recording saved by izhi") from None


def write_arrays(arrays: Mapping[str, Any], file: IO[bytes]) -> None:
    """Write arrays as .npz into an open file, compressed unless they are large."""
    small = sum(np.asarray(x).nbytes for x in arrays.values()) < COMPRESSED
    (np.savez_compressed if small else np.savez)(file, **arrays)


def write_whole(path: str | os.PathLike[str], write: Writer) -> None:
    """Call `write(file)` on a new file beside `path` and put it in place once it is complete."""
    write_together({path: write})


def write_together(writers: Mapping[str | os.PathLike[str], Writer]) -> None:
    """Write several files, each whole, and put them in place once all are complete, or none."""
    ready: dict[str | os.PathLike[str], str] = {}
    try:
        for path, write in writers.items():
            with _naming(path):
                ready[path] = _write_beside(Path(path), write)
        for path, name in ready.items():
            with _naming(path):
                os.replace(name, path)
    finally:
        for name in ready.values():
            Path(name).unlink(missing_ok=True)


def _write_beside(target: Path, write: Writer) -> str:
    """The name of a new file in the folder of `target`, written whole, with the permissions of any new file."""
    if target.is_dir():
        raise BadValue("path", str(target), "a file, not a folder, would do")
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".izhi-")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(name, 0o666 & ~umask)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return name


@contextmanager
def _naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Let what the system finds wrong speak of the file that was asked for."""
    try:
        yield
    except FileProblem:
        raise
    except OSError as problem:
        raise FileProblem(path, f"cannot be written: {problem.strerror or problem}") from None
