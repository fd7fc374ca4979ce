"""All that an equation may call. Engines compile these with the equations; exporters print them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import CellType, FunctionType
from typing import Any


def where(condition, a, b):
    """`a` where the condition holds, else `b`."""
    return a if condition else b


def unlikely(condition):
    """The condition itself; it tells a compiler that it seldom holds."""
    return condition


def rarely(condition, a, b):
    """`a` where the condition holds, else `b`, for a condition that seldom does: compiled code need not wait for it."""
    if unlikely(condition):
        return a
    return b


def minimum(a, b):
    """The smaller of two numbers."""
    return a if a < b else b


def one(x):
    """The number 1, in the precision of x: beside the literal, a number in single precision would become double."""
    return type(x)(1)


def quadratic(e, x):
    """The product e x^2, rounded as the product of e and a square."""
    return e * (x * x)


def cubic(e, x):
    """The product e x^3, rounded as the product of e and a cube."""
    return e * (x * x * x)


def power(x, n):
    """x^n by the C library's `pow`, whose last bit may differ from that of the product."""
    try:
        return math.pow(x, n)
    except OverflowError:
        return math.inf


def exchange(function: Any, table: Mapping[Callable, Callable]) -> Any:
    """The function with some functions, wherever it reaches them, exchanged for others; itself if it reaches none."""

    def substitute(reached: Any) -> Any:
        if reached in table:
            return table[reached]
        changes = any(substitute(each) is not each for each in plain_functions(reached))
        return rebind(reached, substitute) if changes else reached

    return substitute(function)


def plain_functions(function: Any) -> list[FunctionType]:
    """The plain functions that a function calls by a global or an enclosed name."""
    named = (function.__globals__.get(name) for name in function.__code__.co_names)
    enclosed = (cell.cell_contents for cell in function.__closure__ or ())
    return [value for value in (*named, *enclosed) if isinstance(value, FunctionType)]


def rebind(function: Any, substitute: Callable[[Any], Any]) -> FunctionType:
    """A copy of `function` in which each plain function it reaches is replaced by `substitute(that)`.

    This is how a scheme exchanges an operation (a square by a power), and how an engine compiles an equation:
    the equation itself stays a plain function that knows of neither.

    Parameters
    ----------
    function : FunctionType
        A plain Python function; its globals and closure are searched, not its nested definitions.
    substitute : callable
        Gets each plain Python function found and returns what is to stand in its place.
    """
    reached = {name: function.__globals__[name] for name in function.__code__.co_names if name in function.__globals__}
    scope: dict[str, Any] = {"__name__": function.__module__}
    scope |= {name: substitute(x) if isinstance(x, FunctionType) else x for name, x in reached.items()}
    cells = tuple(
        CellType(substitute(cell.cell_contents) if isinstance(cell.cell_contents, FunctionType) else cell.cell_contents)
        for cell in function.__closure__ or ()
    )
    copy = FunctionType(function.__code__, scope, function.__name__, function.__defaults__, cells)
    copy.__dict__.update(function.__dict__)
    return copy
