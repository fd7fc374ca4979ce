"""Rules that say which cells of one population are connected to which of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import BadValue, UnknownName

SHAPES = ("gaussian", "exponential", "box")


class Rule:
    """Which pairs of a source and a target cell have a synapse."""


@dataclass(frozen=True)
class AllToAll(Rule):
    """Every cell to every cell."""


@dataclass(frozen=True)
class OneToOne(Rule):
    """Each cell to the one of the same index."""


@dataclass(frozen=True)
class FixedIndegree(Rule):
    """Each target has synapses from `k` sources drawn at random."""

    k: int

    def __post_init__(self) -> None:
        _whole(self, "k", self.k)


@dataclass(frozen=True)
class FixedOutdegree(Rule):
    """Each source has synapses on `k` targets drawn at random."""

    k: int

    def __post_init__(self) -> None:
        _whole(self, "k", self.k)


@dataclass(frozen=True)
class PairwiseProbability(Rule):
    """Each pair has a synapse with probability `p`, independently."""

    p: float

    def __post_init__(self) -> None:
        _share(self, "p", self.p)


@dataclass(frozen=True)
class DistanceDependent(Rule):
    """Each pair has a synapse with a probability that falls with the distance of the two cells.

    Parameters
    ----------
    peak : float
        The probability at distance 0.
    scale : float
        [mm] For "gaussian", peak exp(-distance^2 / (2 scale^2)); for "exponential", peak exp(-distance / scale); for
        "box", peak up to the distance `scale`, and none beyond.
    shape : {"gaussian", "exponential", "box"}
    period : float, optional
        [mm] Space is a ring (a torus) of this length in each dimension; by default it is open.
    """

    peak: float
    scale: float
    shape: str = "gaussian"
    period: float | None = None

    def __post_init__(self) -> None:
        _share(self, "peak", self.peak)
        _positive(self, "scale", self.scale)
        if self.shape not in SHAPES:
            raise UnknownName("DistanceDependent.shape", self.shape, SHAPES)
        if self.period is not None:
            _positive(self, "period", self.period)


@dataclass(frozen=True, eq=False)
class Pairs(Rule):
    """A synapse for each pair of a source and a target, in this order; arrays of weights and delays go with it.

    Parameters
    ----------
    source, target : shape (synapses,), int
        Indices within the populations, from 0.
    """

    source: Any
    target: Any

    def __post_init__(self) -> None:
        source, target = _indices(self.source, "Pairs.source"), _indices(self.target, "Pairs.target")
        if source.size != target.size:
            raise BadValue("Pairs", f"{source.size} and {target.size} indices", "as many sources as targets would do")
        object.__setattr__(self, "source", source)
        object.__setattr__(self, "target", target)


@dataclass(frozen=True, eq=False)
class Matrix(Rule):
    """A synapse for each entry of a matrix, the weight: a row for each target, a column for each source.

    Parameters
    ----------
    weight : shape (targets, sources)
        A dense array, whose every entry is a synapse, or a sparse matrix or array of SciPy, whose stored entries are.
    """

    weight: Any

    def __post_init__(self) -> None:
        if not hasattr(self.weight, "tocoo"):
            try:
                dense = np.array(self.weight, dtype=np.float64)
            except (TypeError, ValueError):
                dense = np.zeros(0)
            object.__setattr__(self, "weight", dense)
        if len(self.weight.shape) != 2:
            raise BadValue("Matrix", self.weight, "an array of targets x sources would do")

    def entries(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Source, target and weight of each synapse, in the order of the sources."""
        if hasattr(self.weight, "tocoo"):
            sparse = self.weight.tocoo()
            target, source = np.asarray(sparse.row), np.asarray(sparse.col)
            value = np.asarray(sparse.data, dtype=np.float64)
        else:
            target, source = (x.ravel() for x in np.indices(self.weight.shape))
            value = self.weight.ravel()
        if not np.isfinite(value).all():
            raise BadValue("Matrix", "entries that are not finite", "finite weights would do")
        order = np.lexsort((target, source))
        return source[order].astype(np.int64), target[order].astype(np.int64), value[order]


def _indices(value: Any, who: str) -> NDArray[np.int64]:
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.zeros(0, dtype=object)
    if array.size == 0 and array.dtype != object:
        return np.zeros(0, dtype=np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu" or (array < 0).any():
        raise BadValue(who, value, "indices from 0 would do")
    return array.astype(np.int64)


def _whole(rule: Rule, name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 0:
        raise BadValue(f"{type(rule).__name__}.{name}", value, "a whole number from 0 would do")


def _share(rule: Rule, name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadValue(f"{type(rule).__name__}.{name}", value, "a probability from 0 to 1 would do")


def _positive(rule: Rule, name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise BadValue(f"{type(rule).__name__}.{name}", value, "a length of more than 0 mm would do")
