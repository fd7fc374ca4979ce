"""What a run of a mechanism recorded, under the names that the mechanism gives its variables."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from izhi.recording import write_whole
from izhi.simulation import versions

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Trace:
    """What a run of a mechanism recorded.

    Attributes
    ----------
    mechanism : Mechanism
        With the parameters that it began with.
    t, V, u, I : shape (n,) [ms; mV; the mechanism's units]
        Samples, `t` as NEURON adds it up; `I` is `Iin`.
    conductances : dict of shape (n,)
        By their names in the mechanism.
    spikes : shape (m,) [ms]
    status : str
        "ok", or what ended the run and when.
    warning : str
        What NEURON passes over in silence: that V or u are no longer numbers, and since when.
    left : dict
        Parameters that the run has changed, which the next run of the same instance starts with.
    """

    mechanism: Any
    t: Floats
    V: Floats
    u: Floats
    I: Floats
    conductances: Mapping[str, Floats]
    spikes: Floats
    status: str
    warning: str
    dt: float
    tstop: float
    left: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        text = f"{self.mechanism.name}: {self.tstop:g} ms (dt {self.dt:g} ms), {self.spikes.size} spike"
        text += "s" * (self.spikes.size != 1)
        if self.spikes.size:
            text += f", first at {self.spikes[0]:.6g} ms"
        text += f", {self.t.size} samples"
        return "; ".join(part for part in (text, self.warning, "" if self.status == "ok" else self.status) if part)

    def plot(self) -> Any:
        """Draw V and the injected current; see `izhi.plot.mechanism`."""
        return importlib.import_module("izhi.plot.mechanism").plot_trace(self)

    def to_numpy(self) -> dict[str, Any]:
        """Every array by the name it has in a saved file: t, V, u, I, the conductances, spikes, and status."""
        about = {
            "format": "izhi-mechanism-1", "mechanism": self.mechanism.name, "dt": self.dt, "duration": self.tstop,
            "parameters": dict(self.mechanism.parameters), "left": dict(self.left), "warning": self.warning,
            "section": self.mechanism.section._asdict() if self.mechanism.section else None, "versions": versions(),
        }  # fmt: skip
        arrays = {"t": self.t, "V": self.V, "u": self.u, "I": self.I, **self.conductances, "spikes": self.spikes}
        return {**arrays, "status": np.array(self.status), "provenance": np.array(json.dumps(about))}

    def write(self, file: IO[bytes]) -> None:
        """Write what `save` saves into an open file."""
        np.savez_compressed(file, **self.to_numpy())

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to one .npz file, whole or not at all.

        Raises
        ------
        FileProblem
            If it cannot be written.
        """
        write_whole(path, self.write)
