"""Values that differ from cell to cell, or from synapse to synapse: distributions and formulas."""

from __future__ import annotations

import ast
import math
import operator
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import BadValue, UnknownName

Floats = NDArray[np.float64]


class Distribution(ABC):
    """A value drawn for each cell or synapse."""

    @abstractmethod
    def draw(self, random: np.random.Generator, n: int, known: Mapping[str, Any]) -> Floats:
        """n values; `known` are the variables that a formula may name."""

    def bounds(self) -> tuple[float, float] | None:
        """Between which values all are, where that is known."""
        return None


@dataclass(frozen=True)
class Uniform(Distribution):
    """Evenly between `low` and `high`."""

    low: float
    high: float

    def __post_init__(self) -> None:
        wanted = "low <= high, less than 1e308 apart, would do"
        _check(self, ("low", "high"), lambda: 0 <= self.high - self.low < math.inf, wanted)

    def draw(self, random: np.random.Generator, n: int, known: Mapping[str, Any]) -> Floats:  # noqa: ARG002
        return self.low + (self.high - self.low) * random.random(n)

    def bounds(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Normal(Distribution):
    """Normal with `mean` and `std`; values outside [low, high] are drawn again."""

    mean: float
    std: float
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        wanted = "std >= 0, and bounds within four of them from the mean, would do"
        _check(self, ("mean", "std"), self._reachable, wanted, bounds=("low", "high"))

    def _reachable(self) -> bool:
        near = self.low <= self.mean + 4 * self.std and self.high >= self.mean - 4 * self.std
        return self.std >= 0 and self.low < self.high and near and math.isfinite(abs(self.mean) + 9 * self.std)

    def draw(self, random: np.random.Generator, n: int, known: Mapping[str, Any]) -> Floats:  # noqa: ARG002
        values = self.mean + self.std * random.standard_normal(n)
        outside = np.flatnonzero((values < self.low) | (values > self.high))
        # Drawn evenly and kept in proportion to the density, so that narrow bounds far from the mean take no longer.
        low, high = max(self.low, self.mean - 9 * self.std), min(self.high, self.mean + 9 * self.std)
        nearest = min(max(self.mean, low), high)
        while outside.size and self.std > 0:
            trial = low + (high - low) * random.random(outside.size)
            z, least = (trial - self.mean) / self.std, (nearest - self.mean) / self.std
            kept = random.random(outside.size) < np.exp((least - z) * (least + z) / 2)
            values[outside[kept]] = trial[kept]
            outside = outside[~kept]
        return np.clip(values, self.low, self.high)

    def bounds(self) -> tuple[float, float] | None:
        return (self.low, self.high) if math.isfinite(self.low) and math.isfinite(self.high) else None


@dataclass(frozen=True)
class LogNormal(Distribution):
    """Its logarithm is normal; `median` of the values, and `sigma` of the logarithm."""

    median: float
    sigma: float

    def __post_init__(self) -> None:
        wanted = "median > 0 and 0 <= sigma < 50 would do"
        _check(self, ("median", "sigma"), lambda: self.median > 0 and 0 <= self.sigma < 50, wanted)

    def draw(self, random: np.random.Generator, n: int, known: Mapping[str, Any]) -> Floats:  # noqa: ARG002
        return self.median * np.exp(self.sigma * random.standard_normal(n))


@dataclass(frozen=True)
class Formula(Distribution):
    """A formula such as "-65 + 15 r^2".

    `r` is uniform between 0 and 1 and `g` standard normal; a cell has one of each, the same in all formulas of its
    parameters. Cells also have `i`, their index from 0, `n`, how many there are, and, with positions, `x`, `y`, `z`
    [mm]; synapses have `distance` [mm]. Functions: sqrt, exp, log, sin, cos, abs, min, max.
    """

    text: str

    def __post_init__(self) -> None:
        _evaluate(self.text, {name: np.full(1, 0.5) for name in _NAMES})

    def draw(self, random: np.random.Generator, n: int, known: Mapping[str, Any]) -> Floats:
        variables = dict(known)
        used = {node.id for node in ast.walk(_parsed(self.text)) if isinstance(node, ast.Name)}
        for name, source in (("r", random.random), ("g", random.standard_normal)):
            if name in used and name not in variables:
                variables[name] = source(n)
        for name in sorted(used - set(variables) - set(_FUNCTIONS)):
            raise BadValue("formula", self.text, f"{name} is not known here; positions would tell it")
        with np.errstate(all="ignore"):
            return np.broadcast_to(np.asarray(_evaluate(self.text, variables), dtype=np.float64), (n,))


_NAMES = ("r", "g", "i", "n", "x", "y", "z", "distance")
_FUNCTIONS: dict[str, np.ufunc] = {
    "sqrt": np.sqrt, "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos, "abs": np.abs,
    "min": np.minimum, "max": np.maximum,
}  # fmt: skip
_OPERATORS: dict[type, Callable] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow, ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
_LONGEST = 1000
# A number, whole, right before a name or a bracket.
_TIMES = r"(?<![\w.])((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\d.]|[eE][-+]?\d)\s*(?=[A-Za-z(])"


def _parsed(text: str) -> ast.Expression:
    """The formula as a tree; `15 r^2` is read as `15 * r**2`."""
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise BadValue("formula", text, "a formula such as '-65 + 15 r^2' would do")
    prepared = re.sub(_TIMES, r"\1*", text.replace("^", "**"))
    try:
        return ast.parse(prepared.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadValue("formula", text, "a formula such as '-65 + 15 r^2' would do") from None


def _evaluate(text: str, variables: Mapping[str, Any]) -> Any:
    def value(node: ast.AST) -> Any:
        if isinstance(node, ast.Expression):
            return value(node.body)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return float(node.value)
        if isinstance(node, ast.Name):
            if node.id not in variables:
                raise UnknownName("formula", node.id, [*variables, *_FUNCTIONS])
            return variables[node.id]
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _real(_OPERATORS[type(node.op)](value(node.left), value(node.right)))
        if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](value(node.operand))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            if node.func.id not in _FUNCTIONS:
                raise UnknownName("formula", node.func.id, _FUNCTIONS)
            function = _FUNCTIONS[node.func.id]
            if len(node.args) != function.nin:
                raise BadValue("formula", text, f"{node.func.id} of {function.nin} would do")
            return function(*(value(each) for each in node.args))
        raise BadValue("formula", text, "numbers, variables, + - * / ^ and functions would do")

    try:
        with np.errstate(all="ignore"):
            return value(_parsed(text))
    except (OverflowError, ZeroDivisionError, RecursionError):
        raise BadValue("formula", text, "a formula with finite values would do") from None


def _real(value: Any) -> Any:
    """Refuse what a fractional power of a negative number is in Python."""
    if isinstance(value, complex):
        raise OverflowError
    return value


def distributed(value: Any, who: str) -> Distribution | Floats:
    """A number, an array, a formula or a distribution, checked.

    Raises
    ------
    BadValue
        If it is none of these, or not finite.
    """
    if isinstance(value, Distribution):
        return value
    if isinstance(value, str):
        return Formula(value)
    try:
        array = np.array(value, dtype=np.float64)  # a copy: a description does not change
    except (TypeError, ValueError, OverflowError):
        array = np.full(1, np.nan)
    if isinstance(value, bool) or array.ndim > 1 or not np.isfinite(array).all():
        raise BadValue(who, value, "a finite number, an array, a formula or a distribution would do")
    return array


def drawn(
    value: Distribution | Floats, random: np.random.Generator, n: int, known: Mapping[str, Any], who: str
) -> Floats:
    """n values, all finite."""
    if isinstance(value, Distribution):
        values = value.draw(random, n, known)
        if not np.isfinite(values).all():
            raise BadValue(who, value, "a distribution of finite values would do")
        return values
    if value.ndim and value.size != n:
        raise BadValue(who, f"{value.size} values", f"one, or {n}, would do")
    return np.broadcast_to(value, (n,))


def _check(
    who: Any, names: tuple[str, ...], holds: Callable[[], bool], wanted: str, bounds: tuple[str, ...] = ()
) -> None:
    """Refuse what is no finite number (bounds may be infinite), then what does not hold."""
    numbers = all(_number(getattr(who, n)) for n in (*names, *bounds))
    if not numbers or not all(math.isfinite(getattr(who, n)) for n in names) or not holds():
        raise BadValue(type(who).__name__, vars(who), wanted)


def _number(value: Any) -> bool:
    return isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**1023)
