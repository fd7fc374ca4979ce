"""What an engine is asked to do, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from izhi.equations.model import Model
from izhi.schemes.neuron import Section
from izhi.schemes.scheme import ContinuousScheme, GridScheme
from izhi.stimulus import Drive

OUT_OF_RANGE = "v or u left the range of numbers; a smaller dt or the scheme 'accurate' may tell whether the cell does"


@dataclass(eq=False)
class Job:
    """Cells to advance from time 0 to `duration`.

    Attributes
    ----------
    model : Model
        With receptors, if there are synaptic events.
    parameters : shape (parameters, cells)
    state : shape (state, cells)
        At time 0.
    drive : Drive
    duration, dt : float [ms]
    steps : int
        Intervals of dt in the duration.
    tolerance : float
        For schemes that have one.
    traced : shape (m,), int
        The cells whose samples are recorded.
    every : int
        Of how many samples one is recorded.
    precision : numpy dtype
    threads : int
    section : Section or None
        For NEURON's schemes that have one; None is the scheme's own.
    """

    model: Model
    scheme: GridScheme | ContinuousScheme
    parameters: NDArray[np.float64]
    state: NDArray[np.float64]
    drive: Drive
    duration: float
    dt: float
    steps: int
    tolerance: float
    traced: NDArray[np.int64]
    every: int
    precision: np.dtype
    threads: int
    section: Section | None = None

    @cached_property
    def is_traced(self) -> NDArray[np.bool_]:
        """Of each cell, whether it is traced."""
        found = np.zeros(self.cells, dtype=bool)
        found[self.traced] = True
        return found

    @property
    def cells(self) -> int:
        return self.state.shape[1]

    @property
    def samples(self) -> int:
        """How many samples of each traced cell are recorded."""
        last = self.steps + (min(self.scheme.extra, 0) if isinstance(self.scheme, GridScheme) else 0)
        return last // self.every + 1

    @property
    def no_samples(self) -> tuple[NDArray, NDArray]:
        """Samples and conductances of no cell, in the shape that others can be joined to."""
        n = self.samples if self.traced.size else 0
        return (
            np.empty((self.state.shape[0], 0, n), dtype=self.precision),
            np.empty((5, 0, n if self.model.receptors else 0), dtype=self.precision),
        )

    def parameter(self, symbol: str) -> NDArray[np.float64]:
        """One parameter of all cells."""
        return self.parameters[self.model.symbols.index(symbol)]


@dataclass(eq=False)
class Failure:
    """A run that could not go on: which cell, when, why, and what might help."""

    cell: int
    time: float
    reason: str


@dataclass(eq=False)
class Outcome:
    """Samples, spikes and failures of a job.

    Attributes
    ----------
    samples : shape (state, traced cells, samples)
        NaN after a cell's failure.
    conductances : shape (5, traced cells, samples), or with no samples without receptors
    spike_cell : shape (n,), int; increasing
    spike_time : shape (n,) [ms]; increasing for each cell
    final : shape (state, cells)
        The state at the end.
    failures : list of Failure
    """

    samples: NDArray
    conductances: NDArray
    spike_cell: NDArray[np.int64]
    spike_time: NDArray[np.float64]
    final: NDArray
    failures: list[Failure] = field(default_factory=list)
