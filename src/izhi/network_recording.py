"""What a run of a network leaves: spikes, traces of some cells, weights over time, and how it came about."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from izhi.errors import BadValue, FileProblem, UnknownName
from izhi.recording import DAMAGE, write_arrays, write_whole

FORMAT = "izhi network recording 1"


class Part(NamedTuple):
    """A population within the numbering of all cells."""

    name: str
    first: int
    count: int  # type: ignore[assignment]  # hides a method of tuples that no one needs here


@dataclass(frozen=True, eq=False)
class NetworkRecording:
    """The result of a run of a network, or of a part of it.

    Attributes
    ----------
    spike_time : shape (n,), increasing [ms]
    spike_cell : shape (n,), int
        The number of the cell, counted through all populations.
    populations : tuple of Part
        Name, number of the first cell, and how many there are.
    start, stop : float [ms]
    trace_cells : shape (m,), int
        The cells whose samples were recorded.
    trace_time : shape (k,) [ms]
    voltage, recovery, current : shape (m, k)
        Samples of v, u, and all current but that of conductances.
    weights : dict of str to (times, array of shape (times, synapses))
        By projection, the weights that were recorded over time.
    provenance : dict
        Scheme, dt, seed, failures, versions: what one needs to run it again.
    """

    spike_time: NDArray[np.float64]
    spike_cell: NDArray[np.int32]
    populations: tuple[Part, ...]
    start: float
    stop: float
    trace_cells: NDArray[np.int64]
    trace_time: NDArray[np.float64]
    voltage: NDArray
    recovery: NDArray
    current: NDArray
    weights: Mapping[str, tuple[NDArray[np.float64], NDArray]] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many cells there are."""
        return sum(p.count for p in self.populations)

    @property
    def duration(self) -> float:
        """[ms]"""
        return self.stop - self.start

    @property
    def failures(self) -> tuple[Mapping[str, Any], ...]:
        """Why the run could not go on, if so: `time` [ms] and `reason`."""
        return tuple(self.provenance.get("failures", ()))

    def part(self, population: str) -> Part:
        """A population by name."""
        for each in self.populations:
            if each.name == population:
                return each
        raise UnknownName("population", population, [p.name for p in self.populations])

    def spikes(self, population: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Times [ms] of a population's spikes, and which of its cells they are of."""
        part = self.part(population)
        own = (self.spike_cell >= part.first) & (self.spike_cell < part.first + part.count)
        return self.spike_time[own], self.spike_cell[own].astype(np.int64) - part.first

    @cached_property
    def rates(self) -> dict[str, float]:
        """Mean rate of each population [Hz]."""
        seconds = self.duration / 1e3
        return {
            p.name: self.spikes(p.name)[0].size / (p.count * seconds) if p.count and seconds else 0.0
            for p in self.populations
        }

    def __str__(self) -> str:
        each = ", ".join(f"{name} {rate:.3g} Hz" for name, rate in self.rates.items())
        text = f"{self.count} cells, {self.start:g} to {self.stop:g} ms, {self.spike_time.size} spikes: {each}"
        return text + "".join(f"; ended at {f['time']:.6g} ms: {f['reason']}" for f in self.failures)

    def __repr__(self) -> str:
        return f"<NetworkRecording {self}>"

    def plot(self, ax: Any = None, **options: Any) -> Any:
        """Draw a raster; see `izhi.plot.plot_network_raster`."""
        # The plot room is above this one; it is fetched by name when someone asks, so that no import points upward.
        draw = importlib.import_module("izhi.plot").plot_network_raster
        options = {"start": self.start, "stop": self.stop, "populations": self.populations} | options
        return draw(self.spike_time, self.spike_cell, self.count, ax, **options)

    def to_numpy(self) -> dict[str, Any]:
        """Every array by the name it has in a saved file; `provenance` is a JSON string."""
        about = {
            "format": FORMAT, "populations": self.populations, "start": self.start, "stop": self.stop,
            **self.provenance,
        }  # fmt: skip
        arrays = {
            "spikes": self.spike_time, "spike_cell": self.spike_cell, "cells": self.trace_cells, "t": self.trace_time,
            "v": self.voltage, "u": self.recovery, "I": self.current,
        }  # fmt: skip
        for name, (time, values) in self.weights.items():
            arrays |= {f"weight_t:{name}": time, f"weight:{name}": values}
        return arrays | {"provenance": np.array(json.dumps(about))}

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
    def load(cls, path: str | os.PathLike[str]) -> NetworkRecording:
        """Read what `save` wrote, or all that a run streamed into a folder.

        Raises
        ------
        FileProblem
            If there is no such file, or it is no recording.
        """
        if Path(path).is_dir():
            parts = [cls.load(p) for p in sorted(Path(path).glob(f"{PART}*.npz"))]
            if not parts:
                raise FileProblem(path, "holds no recording")
            return joined(parts)
        try:
            with Path(path).open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            return cls.of(arrays)
        except OSError as problem:
            raise FileProblem(path, f"cannot be read: {problem.strerror or problem}") from None
        except DAMAGE:
            raise FileProblem(path, "is no recording of a network saved by izhi") from None

    @classmethod
    def of(cls, arrays: Mapping[str, Any]) -> NetworkRecording:
        """The recording that `to_numpy` made arrays of."""
        about = json.loads(str(arrays["provenance"]))
        if about.pop("format") != FORMAT:
            raise KeyError("format")
        names = [key.partition(":")[2] for key in arrays if key.startswith("weight:")]
        return cls(
            spike_time=arrays["spikes"],
            spike_cell=arrays["spike_cell"],
            populations=tuple(Part(*p) for p in about.pop("populations")),
            start=about.pop("start"),
            stop=about.pop("stop"),
            trace_cells=arrays["cells"],
            trace_time=arrays["t"],
            voltage=arrays["v"],
            recovery=arrays["u"],
            current=arrays["I"],
            weights={n: (arrays[f"weight_t:{n}"], arrays[f"weight:{n}"]) for n in names},
            provenance=about,
        )


# How the files of a streamed run begin.
PART = "part-"


def joined(parts: Sequence[NetworkRecording]) -> NetworkRecording:
    """Consecutive parts of a run as one."""
    if not parts:
        raise BadValue("joined", 0, "at least one recording would do")
    last = parts[-1]
    if len(parts) == 1:
        return last
    names = dict.fromkeys(name for p in parts for name in p.weights)
    return NetworkRecording(
        spike_time=np.concatenate([p.spike_time for p in parts]),
        spike_cell=np.concatenate([p.spike_cell for p in parts]),
        populations=last.populations,
        start=parts[0].start,
        stop=last.stop,
        trace_cells=last.trace_cells,
        trace_time=np.concatenate([p.trace_time for p in parts]),
        voltage=np.concatenate([p.voltage for p in parts], axis=1),
        recovery=np.concatenate([p.recovery for p in parts], axis=1),
        current=np.concatenate([p.current for p in parts], axis=1),
        weights={
            n: (
                np.concatenate([p.weights[n][0] for p in parts if n in p.weights]),
                np.concatenate([p.weights[n][1] for p in parts if n in p.weights]),
            )
            for n in names
        },
        provenance=last.provenance,
    )
