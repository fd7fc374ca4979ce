"""Draws the synapses of a projection, batch by batch, as often as needed and always the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.engine import draw
from izhi.engine.chance import key_of
from izhi.engine.layout import Layout
from izhi.errors import BadValue
from izhi.network import Network, Projection
from izhi.network.projection import LONGEST_DELAY
from izhi.wiring import (
    AllToAll,
    DistanceDependent,
    Distribution,
    FixedIndegree,
    FixedOutdegree,
    Formula,
    Matrix,
    OneToOne,
    Pairs,
    PairwiseProbability,
    drawn,
)
from izhi.wiring.rules import SHAPES

# Synapses drawn at a time.
TOGETHER = 1 << 20
# The longest delay in steps.
MOST_STEPS = 1 << 30
Places = NDArray[np.int64]


@dataclass(eq=False)
class Batch:
    """Some synapses: the places of their cells, and which of the projection's they are."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    number: int
    first: int


@dataclass(eq=False)
class Wiring:
    """One projection, ready to be drawn as often as needed, with the same result."""

    network: Network
    projection: Projection
    order: int
    layout: Layout
    engine: ModuleType

    def __post_init__(self) -> None:
        self._check()

    @cached_property
    def ends(self) -> dict[str, Places]:
        """The places of the cells at either end."""
        names = [p.name for p in self.network.populations]
        return {
            end: np.concatenate([self.layout.of(names.index(n)) for n in getattr(self.projection, end)])
            for end in ("source", "target")
        }

    @property
    def sizes(self) -> tuple[int, int]:
        """How many cells there are at either end."""
        source, target = (
            sum(self.network.population(n).count for n in getattr(self.projection, end)) for end in ("source", "target")
        )
        return source, target

    def _check(self) -> None:
        rule, (sources, targets) = self.projection.rule, self.sizes
        if isinstance(rule, OneToOne) and sources != targets:
            raise BadValue(self.projection.name, (sources, targets), "as many sources as targets would do")
        if isinstance(rule, Matrix) and rule.weight.shape != (targets, sources):
            wanted = f"a matrix of {targets} targets x {sources} sources would do"
            raise BadValue(self.projection.name, rule.weight.shape, wanted)
        if isinstance(rule, Pairs):
            largest = (int(rule.source.max(initial=-1)), int(rule.target.max(initial=-1)))
            if largest[0] >= sources or largest[1] >= targets:
                raise BadValue(self.projection.name, largest, f"indices below {sources} and {targets} would do")
        if isinstance(rule, FixedIndegree | FixedOutdegree):
            lines, others = (targets, sources) if isinstance(rule, FixedIndegree) else (sources, targets)
            spare = others - (not self.projection.autapses and bool(self.shared_cells))
            if lines and rule.k and (spare < 1 or (rule.k > spare and not self.projection.multapses)):
                raise BadValue(self.projection.name, rule.k, f"at most {max(spare, 0)}, or multapses, would do")

    @property
    def shared_cells(self) -> set[str]:
        """Populations that are both source and target."""
        return set(self.projection.source) & set(self.projection.target)

    @property
    def expected(self) -> float:
        """About how many synapses there will be."""
        rule, (sources, targets) = self.projection.rule, self.sizes
        if isinstance(rule, FixedIndegree):
            return float(rule.k * targets)
        if isinstance(rule, FixedOutdegree):
            return float(rule.k * sources)
        if isinstance(rule, PairwiseProbability):
            return rule.p * sources * targets
        if isinstance(rule, OneToOne):
            return float(sources)
        if isinstance(rule, Pairs):
            return float(rule.source.size)
        if isinstance(rule, Matrix) and hasattr(rule.weight, "nnz"):
            return float(rule.weight.nnz)
        if isinstance(rule, DistanceDependent):
            return rule.peak * sources * targets  # at most
        return float(sources) * targets

    def batches(self) -> Iterator[Batch]:
        """All synapses, in an order that depends on the description alone."""
        rule, first = self.projection.rule, 0
        for number, (source, target) in enumerate(_PAIRS[type(rule)](self, rule)):
            yield Batch(_places(self.ends["source"], source), _places(self.ends["target"], target), number, first)
            first += source.size

    def delays(self, batch: Batch, dt: float) -> NDArray[np.int64]:
        """In steps, at least one: an array of one where all are the same."""
        value = self.projection.delay
        constant = not isinstance(value, Distribution) and not value.ndim
        delays = np.atleast_1d(value) if constant else self._values("delay", 2, batch)
        if delays.size and delays.max() > min(LONGEST_DELAY, MOST_STEPS * dt):
            longest = f"up to {min(LONGEST_DELAY, MOST_STEPS * dt):g} ms would do"
            raise BadValue(f"{self.projection.name}.delay", float(delays.max()), longest)
        return np.maximum(np.rint(delays / dt), 1).astype(np.int64)

    def weights(self, batch: Batch) -> NDArray[np.float64]:
        if isinstance(self.projection.rule, Matrix):
            return self._entries[2][batch.first : batch.first + batch.source.size]
        return self._values("weight", 1, batch)

    def _values(self, part: str, stream: int, batch: Batch) -> NDArray[np.float64]:
        value = getattr(self.projection, part)
        n = batch.source.size
        if not isinstance(value, Distribution):
            if not value.ndim:
                return value.reshape(1)
            if value.size != int(self.expected):
                wanted = f"one for each synapse, {int(self.expected)}, would do"
                raise BadValue(f"{self.projection.name}.{part}", f"{value.size} values", wanted)
            if isinstance(self.projection.rule, Pairs):
                return value[self._order][batch.first : batch.first + n]
            return value[batch.first : batch.first + n]
        seeds = np.random.SeedSequence(self.network.seed, spawn_key=(2, self.order, stream, batch.number))
        known = {"distance": self._distances(batch)} if isinstance(value, Formula) and "distance" in value.text else {}
        return drawn(value, np.random.Generator(np.random.PCG64(seeds)), n, known, f"{self.projection.name}.{part}")

    def _distances(self, batch: Batch) -> NDArray[np.float64]:
        apart = np.abs(self.positions[batch.source] - self.positions[batch.target])
        rule = self.projection.rule
        if isinstance(rule, DistanceDependent) and rule.period is not None:
            apart = apart % rule.period
            apart = np.minimum(apart, rule.period - apart)
        return np.sqrt((apart * apart).sum(axis=1))

    @property
    def positions(self) -> NDArray[np.float64]:
        """Of the cells at all places."""
        names = [p.name for p in self.network.populations]
        own = [self.network.population(n) for n in {*self.projection.source, *self.projection.target}]
        missing = next((p.name for p in own if p.positions is None), None)
        if missing is not None:
            raise BadValue(self.projection.name, f"{missing} without positions", "positions of its cells would do")
        dimensions = {p.positions.shape[1] for p in own}
        if len(dimensions) > 1:
            raise BadValue(self.projection.name, sorted(dimensions), "positions of as many dimensions would do")
        found = np.zeros((self.layout.places, dimensions.pop()))
        for p in own:
            found[self.layout.of(names.index(p.name))] = p.positions
        return found

    @property
    def _entries(self) -> tuple[NDArray, NDArray, NDArray]:
        if not hasattr(self, "_matrix"):
            self._matrix = self.projection.rule.entries()  # type: ignore[attr-defined]
        return self._matrix

    @property
    def _order(self) -> NDArray[np.int64]:
        """Pairs in the order of their sources."""
        if not hasattr(self, "_sorted"):
            rule: Any = self.projection.rule
            self._sorted = np.argsort(rule.source, kind="stable")
        return self._sorted

    def keys(self) -> tuple[np.uint32, np.uint32]:
        """Of the draws of its connections."""
        key = key_of(self.network.seed, (1 << 32) + self.order)
        return np.uint32(key & 0xFFFFFFFF), np.uint32(key >> 32)

    def same(self, lines: str, others: str) -> NDArray[np.int64]:
        """Of each line its own number among the others, where it must not be drawn; else -1."""
        found = np.full(self.ends[lines].size, -1, dtype=np.int64)
        if not self.projection.autapses and self.shared_cells:
            number = np.full(self.layout.places, -1, dtype=np.int64)
            number[self.ends[others]] = np.arange(self.ends[others].size)
            found = number[self.ends[lines]]
        return found


def _places(ends: Places, number: NDArray[np.int64]) -> Places:
    """The places of the cells of these numbers; those of one population lie side by side."""
    if ends.size and ends[-1] - ends[0] == ends.size - 1:
        return number + ends[0]
    return ends[number]


Indices = tuple[NDArray[np.int64], NDArray[np.int64]]


def _all_pairs(wiring: Wiring, rule: AllToAll) -> Iterator[Indices]:  # noqa: ARG001
    sources, targets = wiring.ends["source"].size, wiring.ends["target"].size
    lines = max(1, TOGETHER // max(targets, 1))
    same = wiring.same("source", "target")
    for first in range(0, sources, lines):
        source, target = (x.ravel() for x in np.indices((min(lines, sources - first), targets)))
        source += first
        kept = target != same[source]
        yield source[kept], target[kept]


def _one_to_one(wiring: Wiring, rule: OneToOne) -> Iterator[Indices]:  # noqa: ARG001
    both = np.arange(wiring.ends["source"].size)
    kept = both if wiring.projection.autapses else both[wiring.ends["source"] != wiring.ends["target"]]
    yield kept, kept


def _given(wiring: Wiring, rule: Pairs) -> Iterator[Indices]:
    for first in range(0, rule.source.size, TOGETHER):
        part = wiring._order[first : first + TOGETHER]
        yield rule.source[part], rule.target[part]


def _entries(wiring: Wiring, rule: Matrix) -> Iterator[Indices]:  # noqa: ARG001
    source, target, _ = wiring._entries
    for first in range(0, source.size, TOGETHER):
        yield source[first : first + TOGETHER], target[first : first + TOGETHER]


def _fixed(wiring: Wiring, rule: FixedIndegree | FixedOutdegree) -> Iterator[Indices]:
    lines, others = ("target", "source") if isinstance(rule, FixedIndegree) else ("source", "target")
    n = wiring.ends[others].size
    same = wiring.same(lines, others)
    kernel = wiring.engine.plain(draw.draw_fixed)
    marks = np.zeros(max(n, 1), dtype=np.int64)
    together = max(1, TOGETHER // max(rule.k, 1))
    line, other = (np.empty(together * rule.k, dtype=np.int64) for _ in range(2))
    for first in range(0, wiring.ends[lines].size if n else 0, together):
        last = min(first + together, wiring.ends[lines].size)
        size = kernel(first, last, rule.k, n, same, wiring.projection.multapses, *wiring.keys(), line, other, marks)
        pair = line[:size].copy(), other[:size].copy()
        yield pair if lines == "source" else pair[::-1]


def _sparse(wiring: Wiring, rule: PairwiseProbability | DistanceDependent) -> Iterator[Indices]:
    sources, targets = wiring.ends["source"].size, wiring.ends["target"].size
    near = isinstance(rule, DistanceDependent)
    p = rule.peak if isinstance(rule, DistanceDependent) else rule.p
    if p == 0 or not targets:
        return
    same = wiring.same("source", "target")
    # So many lines that their synapses, with six standard deviations to spare, fit.
    together = max(1, int(TOGETHER / (targets * p + 6 * (targets * p) ** 0.5 + 1)))
    line, other = (np.empty(max(2 * TOGETHER, targets), dtype=np.int64) for _ in range(2))
    if near:
        here, there = (wiring.positions[wiring.ends[end]] for end in ("source", "target"))
    for first in range(0, sources, together):
        last = min(first + together, sources)
        if isinstance(rule, DistanceDependent):
            size = wiring.engine.plain(draw.draw_near)(
                first, last, float(p), float(rule.scale), SHAPES.index(rule.shape), float(rule.period or 0.0), here,
                there, same, *wiring.keys(), line, other,
            )  # fmt: skip
        else:
            size = wiring.engine.plain(draw.draw_sparsely)(
                first, last, float(p), targets, same, *wiring.keys(), line, other
            )
        yield line[:size].copy(), other[:size].copy()


_PAIRS: dict[type, Callable[..., Iterator[Indices]]] = {
    AllToAll: _all_pairs, OneToOne: _one_to_one, Pairs: _given, Matrix: _entries, FixedIndegree: _fixed,
    FixedOutdegree: _fixed, PairwiseProbability: _sparse, DistanceDependent: _sparse,
}  # fmt: skip
