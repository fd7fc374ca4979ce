"""Declared equations as expressions of LEMS: the functions are called with symbols that print what is done to them.

Python evaluates a sum or product in the order in which the equation has it, and each result is printed with the
brackets that keep this order, so that LEMS rounds as the equation would in its units. Each expression carries its
dimension; LEMS checks those again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from izhi.equations.ops import cubic, exchange, minimum, quadratic, where
from izhi.errors import BadValue

# Powers of mass, length, time and current.
Dimension = tuple[int, int, int, int]
NONE: Dimension = (0, 0, 0, 0)

# Our unit: its symbol and dimension in LEMS. What NeuroML has not is declared by `declarations`.
UNITS: dict[str, tuple[str, str]] = {
    "1": ("", "none"),
    "ms": ("ms", "time"),
    "mV": ("mV", "voltage"),
    "pA": ("pA", "current"),
    "pF": ("pF", "capacitance"),
    "nS": ("nS", "conductance"),
    "nS/mV": ("nS_per_mV", "conductance_per_voltage"),
    "1/ms": ("per_ms", "per_time"),
    "mV/ms": ("mV_per_ms", "voltage_per_time"),
    "1/(mV ms)": ("per_mV_per_ms", "per_voltage_per_time"),
    "nS/mV^2": ("nS_per_mV2", "conductance_per_voltage2"),
    "mV/pA": ("mV_per_pA", "resistance"),
    "1/mV": ("per_mV", "per_voltage"),
}
DIMENSIONS: dict[str, Dimension] = {
    "none": NONE,
    "time": (0, 0, 1, 0),
    "per_time": (0, 0, -1, 0),
    "voltage": (1, 2, -3, -1),
    "per_voltage": (-1, -2, 3, 1),
    "current": (0, 0, 0, 1),
    "capacitance": (-1, -2, 4, 2),
    "conductance": (-1, -2, 3, 2),
    "resistance": (1, 2, -3, -2),
    "conductance_per_voltage": (-2, -4, 6, 3),
    "voltage_per_time": (1, 2, -4, -1),
    "per_voltage_per_time": (-1, -2, 2, 1),
    "conductance_per_voltage2": (-3, -6, 9, 4),
}
# What is not among NeuroML's own: units with their powers of ten, and dimensions.
OWN_UNITS = {"mV_per_ms": 0, "per_mV_per_ms": 6, "nS_per_mV2": -3, "mV_per_pA": 9}
OWN_DIMENSIONS = ("voltage_per_time", "per_voltage_per_time", "conductance_per_voltage2")
_NAMES = {dimension: name for name, dimension in DIMENSIONS.items()}
# How strongly an operation binds; what stands alone binds most.
_SUM, _PRODUCT, _ALONE = 1, 2, 3


def dimension_of(unit: str) -> Dimension:
    """The dimension of one of the package's units."""
    return DIMENSIONS[UNITS[unit][1]]


def quantity(value: float, unit: str) -> str:
    """A number with its unit, to its last digit, as NeuroML writes it.

    Examples
    --------
    >>> quantity(-60.0, "mV"), quantity(1e-5, "1/ms")
    ('-60.0mV', '1e-05per_ms')
    """
    return repr(float(value)).replace("e+", "e") + UNITS[unit][0]


@dataclass(frozen=True, eq=False)
class Choice:
    """A value that depends on a condition; LEMS has a variable for each, evaluated before the step."""

    name: str
    test: str
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, eq=False)
class Test:
    """A comparison, as LEMS writes it."""

    text: str


@dataclass(frozen=True, eq=False)
class Capped:
    """The smaller of two: what is assigned first, and the bound that is assigned where the first is not below it."""

    first: Expression
    bound: Expression


@dataclass(frozen=True, eq=False)
class Expression:
    """A printed expression, its dimension, how strongly it binds, its last operation, and the choices made in it."""

    text: str
    dimension: Dimension = NONE
    binds: int = _ALONE
    sign: str = ""
    choices: tuple[Choice, ...] = field(default=())

    def _with(self, other: Any, sign: str, binds: int, dimension: Dimension) -> Expression:
        right = expression(other)
        # In jLEMS a difference binds more than a sum, and a quotient more than a product; elsewhere they bind alike.
        plain = self.binds > binds or (self.binds == binds and self.sign in ("", sign))
        left_text = self.text if plain else f"({self.text})"
        right_text = right.text if right.binds > binds else f"({right.text})"
        text = f"{left_text} {sign} {right_text}"
        return Expression(text, dimension, binds, sign, _united(self.choices, right.choices))

    def _sum(self, other: Any, sign: str) -> Expression:
        right = expression(other)
        if right.dimension != self.dimension:
            raise BadValue("LEMS", f"{self.text} {sign} {right.text}", "terms of one dimension would do")
        return self._with(right, sign, _SUM, self.dimension)

    def __add__(self, other: Any) -> Expression:
        return self._sum(other, "+")

    def __sub__(self, other: Any) -> Expression:
        return self._sum(other, "-")

    def __mul__(self, other: Any) -> Expression:
        return self._with(other, "*", _PRODUCT, _powers(self.dimension, expression(other).dimension, 1))

    def __truediv__(self, other: Any) -> Expression:
        return self._with(other, "/", _PRODUCT, _powers(self.dimension, expression(other).dimension, -1))

    def __radd__(self, other: Any) -> Expression:
        return expression(other) + self

    def __rsub__(self, other: Any) -> Expression:
        return expression(other) - self

    def __rmul__(self, other: Any) -> Expression:
        return expression(other) * self

    def __rtruediv__(self, other: Any) -> Expression:
        return expression(other) / self

    def __lt__(self, other: Any) -> Test:
        return Test(f"{self.text} .lt. {expression(other).text}")

    def __gt__(self, other: Any) -> Test:
        return Test(f"{self.text} .gt. {expression(other).text}")

    @property
    def dimension_name(self) -> str:
        """What the dimension is called."""
        return _NAMES[self.dimension]


def expression(value: Any) -> Expression:
    """A number, or an expression, as an expression."""
    return value if isinstance(value, Expression) else Expression(repr(value))


def symbol(name: str, unit: str) -> Expression:
    """A quantity by its symbol."""
    return Expression(name, dimension_of(unit))


def printable(function: Callable) -> Callable:
    """A declared function that takes expressions and returns them."""
    names: dict[str, str] = {}

    def choose(condition: Test, then: Any, otherwise: Any) -> Expression:
        chosen, other = expression(then), expression(otherwise)
        key = f"{condition.text}?{chosen.text}:{other.text}"
        name = names.setdefault(key, f"branch{len(names) + 1}")
        made = Choice(name, condition.text, chosen, other)
        return Expression(name, chosen.dimension, _ALONE, "", (*_united(chosen.choices, other.choices), made))

    return exchange(function, {where: choose, minimum: Capped, quadratic: _quadratic, cubic: _cubic})


def _quadratic(e: Expression, x: Expression) -> Expression:
    return e * (x * x)


def _cubic(e: Expression, x: Expression) -> Expression:
    return e * (x * x * x)


def _powers(a: Dimension, b: Dimension, sign: int) -> Dimension:
    return (a[0] + sign * b[0], a[1] + sign * b[1], a[2] + sign * b[2], a[3] + sign * b[3])


def _united(a: tuple[Choice, ...], b: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """All choices, each once."""
    return tuple({choice.name: choice for choice in (*a, *b)}.values())
