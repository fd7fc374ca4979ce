"""Where a search looks: which parameters are free, between which bounds, and how they are scaled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.equations import Model
from izhi.errors import BadValue

# What a current in pA is divided by to drive a model that has no capacitance.
SCALE = "C"


@dataclass(frozen=True)
class Free:
    """A parameter to be found.

    Attributes
    ----------
    symbol : str
    low, high : float
        Its bounds, in the unit of the model.
    log : bool
        Whether equal ratios are equal steps, for what is positive and of unknown size.
    """

    symbol: str
    low: float
    high: float
    log: bool = False

    def __post_init__(self) -> None:
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high):
            raise BadValue(f"bounds of {self.symbol}", (self.low, self.high), "two numbers, the lower first, would do")
        if self.log and self.low <= 0:
            raise BadValue(f"bounds of {self.symbol}", (self.low, self.high), "more than 0 would do")


@dataclass(frozen=True, eq=False)
class Space:
    """The box of all candidates of a model.

    Attributes
    ----------
    model : Model
    free : tuple of Free
    fixed : dict of str to float
        All other parameters; for a model without a capacitance also the one that divides the current, `C` [pF].
    """

    model: Model
    free: tuple[Free, ...]
    fixed: dict[str, float]

    @property
    def symbols(self) -> tuple[str, ...]:
        """The rows of a table: the model's parameters, and what divides the current where the model has no such."""
        return self.model.symbols if self.model.current == "pA" else (*self.model.symbols, SCALE)

    def table(self, x: ArrayLike) -> NDArray[np.float64]:
        """Parameters of candidates.

        Parameters
        ----------
        x : shape (n, free)
            Where in the box; from 0 to 1, and beyond that mirrored into it.

        Returns
        -------
        shape (parameters, n), rows as in `symbols`
        """
        x = np.atleast_2d(np.asarray(x, dtype=np.float64))
        found = np.empty((len(self.symbols), x.shape[0]))
        for row, symbol in zip(found, self.symbols, strict=True):
            if symbol in self.fixed:
                row[:] = self.fixed[symbol]
        for column, free in zip(inside(x).T, self.free, strict=True):
            low, high = (np.log(free.low), np.log(free.high)) if free.log else (free.low, free.high)
            value = low + (high - low) * column
            found[self.symbols.index(free.symbol)] = np.exp(value) if free.log else value
        return found

    def place(self, values: dict[str, float]) -> NDArray[np.float64]:
        """Where in the box a candidate is; what lies outside is brought to its edge: shape (free,)."""
        found = np.empty(len(self.free))
        for k, free in enumerate(self.free):
            value = min(max(values[free.symbol], free.low), free.high)
            low, high = (np.log(free.low), np.log(free.high)) if free.log else (free.low, free.high)
            found[k] = ((np.log(value) if free.log else value) - low) / (high - low)
        return found

    def values(self, x: ArrayLike) -> dict[str, float]:
        """The parameters of one candidate."""
        return dict(zip(self.symbols, self.table(x)[:, 0].tolist(), strict=True))

    def state(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where candidates start, at rest without current: shape (state, n)."""
        p = self.model.Parameters(*table[: len(self.model.symbols)])
        v = np.asarray(self.model.start(p)) + np.zeros(table.shape[1])
        with np.errstate(all="ignore"):
            u = np.asarray(self.model.settle(v, p)) + np.zeros_like(v)
        return np.stack([v, u, v][: len(self.model.state)])


def inside(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places beyond the box mirrored into it."""
    return np.abs((x + 1.0) % 2.0 - 1.0)
