"""Populations: cells of one model, each with its own parameters if wished, or sources of spikes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.equations import with_receptors
from izhi.errors import BadValue, UnknownName
from izhi.network.drives import checked_drive
from izhi.stimulus import Stimulus
from izhi.wiring import distributed, drawn

# The time after which no run goes on [ms].
LATEST = 1e12


@dataclass(frozen=True, eq=False)
class SpikeSource:
    """Cells that spike at given times.

    Parameters
    ----------
    times : sequence of float, or of sequences of float
        [ms] When they spike: the same for all, or one sequence for each.
    """

    times: Any

    def trains(self, count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Times and cells of all spikes."""
        try:
            nested = len(self.times) > 0 and all(np.ndim(t) == 1 for t in self.times)
            rows = [np.asarray(t, dtype=np.float64) for t in (self.times if nested else [self.times] * count)]
        except (TypeError, ValueError):
            raise BadValue("SpikeSource.times", self.times, "times in ms would do") from None
        if len(rows) != count or any(r.ndim != 1 or not np.isfinite(r).all() for r in rows):
            raise BadValue("SpikeSource.times", self.times, f"times in ms, or {count} sequences of times, would do")
        if any((r < 0).any() or (r > LATEST).any() for r in rows):
            raise BadValue("SpikeSource.times", self.times, f"times from 0 to {LATEST:g} ms would do")
        cells = np.repeat(np.arange(count), [r.size for r in rows])
        return (np.concatenate(rows) if rows else np.zeros(0)), cells


@dataclass(frozen=True)
class PoissonSource:
    """Cells that spike at random with `rate` [Hz]; at most one spike in a step."""

    rate: float

    def __post_init__(self) -> None:
        if isinstance(self.rate, bool) or not isinstance(self.rate, int | float) or not 0 <= self.rate < float("inf"):
            raise BadValue("PoissonSource.rate", self.rate, "0 Hz or more would do")


@dataclass(frozen=True, eq=False)
class Population:
    """Cells of one kind.

    Parameters
    ----------
    name : str
    count : int
        How many; 0 is allowed.
    cell : str, Cell, SpikeSource or PoissonSource
        The name of a preset, such as "2003/RS", a cell, or a source of spikes.
    parameters, initial : mapping
        Symbol to a number, an array with one value for each cell, a distribution such as `Uniform(0.02, 0.1)`, or a
        formula such as "-65 + 15 r^2"; in place of the cell's own. See `izhi.wiring.Formula`.
    drive : Background or sequence of Background
        Background input, such as `GaussianNoise(5.0)`.
    stimulus : Stimulus, optional
        Injected currents; arrays in it have one value for each cell.
    positions : shape (count, 1 to 3), optional
        Where the cells are [mm], for rules and formulas that need distances.
    """

    name: str
    count: int
    cell: Any = "2003/RS"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    initial: Mapping[str, Any] = field(default_factory=dict)
    drive: Any = ()
    stimulus: Stimulus | None = None
    positions: Any = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise BadValue("Population.name", self.name, "a name would do")
        if isinstance(self.count, bool) or not isinstance(self.count, int | np.integer) or not 0 <= self.count < 2**31:
            raise BadValue(f"{self.name}.count", self.count, "a whole number from 0 would do")
        if isinstance(self.cell, str):
            object.__setattr__(self, "cell", Cell.preset(self.cell))
        if not isinstance(self.cell, Cell | SpikeSource | PoissonSource):
            raise BadValue(
                f"{self.name}.cell", self.cell, "a preset, a Cell, a SpikeSource or a PoissonSource would do"
            )
        object.__setattr__(self, "drive", checked_drive(self.drive, f"{self.name}.drive"))
        if self.stimulus is not None and not isinstance(self.stimulus, Stimulus):
            raise BadValue(f"{self.name}.stimulus", self.stimulus, "a stimulus, such as Step(70), would do")
        if not isinstance(self.cell, Cell) and (self.parameters or self.initial or self.drive or self.stimulus):
            raise BadValue(f"{self.name}", "parameters or input", "a source of spikes has none")
        self._check_values()
        self._check_positions()

    def _check_values(self) -> None:
        checked = {}
        for key, valid in (("parameters", self._symbols()), ("initial", self._state())):
            values = {}
            for symbol, value in getattr(self, key).items():
                if symbol not in valid:
                    raise UnknownName(f"{self.name}.{key}", symbol, valid)
                values[symbol] = distributed(value, f"{self.name}.{symbol}")
            checked[key] = values
        for key, values in checked.items():
            object.__setattr__(self, key, values)

    def _check_positions(self) -> None:
        if self.positions is None:
            return
        try:
            positions = np.array(self.positions, dtype=np.float64)
        except (TypeError, ValueError):
            positions = np.zeros(0)
        positions = positions[:, None] if positions.ndim == 1 and positions.size == self.count else positions
        shape = positions.ndim == 2 and positions.shape[0] == self.count and 1 <= positions.shape[1] <= 3
        if not shape or not np.isfinite(positions).all():
            raise BadValue(f"{self.name}.positions", self.positions, f"{self.count} rows of 1 to 3 numbers would do")
        object.__setattr__(self, "positions", positions)

    def _symbols(self) -> tuple[str, ...]:
        return with_receptors(self.cell.model).symbols if isinstance(self.cell, Cell) else ()

    def _state(self) -> tuple[str, ...]:
        return tuple(q.symbol for q in self.cell.model.state) if isinstance(self.cell, Cell) else ()

    def cells(self, random: np.random.Generator) -> Cell:
        """The cells with all that is random drawn."""
        n = self.count
        known: dict[str, Any] = {"r": random.random(n), "g": random.standard_normal(n)}
        known |= {"i": np.arange(n, dtype=np.float64), "n": float(n)}
        if self.positions is not None:
            known |= dict(zip("xyz", self.positions.T, strict=False))
        own = self.cell
        parameters, initial = dict(own.parameters), dict(own.initial)
        for into, values in ((parameters, self.parameters), (initial, self.initial)):
            for symbol, value in values.items():
                one = isinstance(value, np.ndarray) and value.ndim == 0
                into[symbol] = value if one else drawn(value, random, n, known, f"{self.name}.{symbol}")
        if n == 0:
            parameters = {s: x if np.ndim(x) == 0 else 0.5 for s, x in parameters.items()}
            initial = {s: x if np.ndim(x) == 0 else 0.0 for s, x in initial.items()}
        filled = Cell(own.model, parameters, initial, name=own.name)
        if filled.count not in (None, n):
            raise BadValue(f"{self.name}", f"arrays of {filled.count} values", f"{n}, one for each cell, would do")
        return filled
