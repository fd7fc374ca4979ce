"""Symbols that remember what is done to them: an equation or a scheme that is called with them becomes a formula.

Python evaluates in the order in which a function is written, so the formula has that order, and rounds as it does. The
same operation on the same symbols is one term, however often it occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from izhi.equations.ops import exchange, minimum, one, power, rarely, where
from izhi.errors import BadValue

NUMBER, SYMBOL, SELECT, POWER, NEGATE = "number", "symbol", "select", "power", "negate"
SUMS, PRODUCTS, COMPARISONS = ("+", "-"), ("*", "/"), ("<", "<=", ">", ">=")


@dataclass(frozen=True, eq=False)
class Term:
    """An operation and what it is applied to; the terms of one `Sheet` are each there once.

    Attributes
    ----------
    sheet : Sheet
    operation : str
        A sign, or one of the words above.
    parts : tuple of Term
    text : str
        Of a symbol its name, of a number its digits.
    """

    sheet: Sheet
    operation: str
    parts: tuple[Term, ...] = ()
    text: str = ""

    @property
    def is_leaf(self) -> bool:
        return not self.parts

    def __add__(self, other: Any) -> Term:
        return self.sheet.apply("+", self, other)

    def __radd__(self, other: Any) -> Term:
        return self.sheet.apply("+", other, self)

    def __sub__(self, other: Any) -> Term:
        return self.sheet.apply("-", self, other)

    def __rsub__(self, other: Any) -> Term:
        return self.sheet.apply("-", other, self)

    def __mul__(self, other: Any) -> Term:
        return self.sheet.apply("*", self, other)

    def __rmul__(self, other: Any) -> Term:
        return self.sheet.apply("*", other, self)

    def __truediv__(self, other: Any) -> Term:
        return self.sheet.apply("/", self, other)

    def __rtruediv__(self, other: Any) -> Term:
        return self.sheet.apply("/", other, self)

    def __neg__(self) -> Term:
        return self.sheet.apply(NEGATE, self)

    def __lt__(self, other: Any) -> Term:
        return self.sheet.apply("<", self, other)

    def __le__(self, other: Any) -> Term:
        return self.sheet.apply("<=", self, other)

    def __gt__(self, other: Any) -> Term:
        return self.sheet.apply(">", self, other)

    def __ge__(self, other: Any) -> Term:
        return self.sheet.apply(">=", self, other)

    def __bool__(self) -> bool:
        raise BadValue("formula", self.operation, "an equation without `if` would do")


@dataclass(eq=False)
class Sheet:
    """Where terms are kept, each once."""

    known: dict[tuple, Term] = field(default_factory=dict)

    def symbol(self, name: str) -> Term:
        """A quantity by its name."""
        return self._once(SYMBOL, (), name)

    def number(self, value: float) -> Term:
        """A number, to its last digit."""
        return self._once(NUMBER, (), repr(float(value)).removesuffix(".0"))

    def apply(self, operation: str, *given: Any) -> Term:
        """An operation on terms or numbers."""
        parts = tuple(self.term(x) for x in given)
        if operation == SELECT:
            return self._select(*parts)
        return self._once(operation, parts, "")

    def term(self, value: Any) -> Term:
        """A term, or a number as one."""
        return value if isinstance(value, Term) else self.number(value)

    def _select(self, condition: Term, then: Term, other: Term) -> Term:
        """A choice, of which nothing within asks the same condition again."""
        if then.operation == SELECT and then.parts[0] is condition:
            then = then.parts[1]
        if other.operation == SELECT and other.parts[0] is condition:
            other = other.parts[2]
        return then if then is other else self._once(SELECT, (condition, then, other), "")

    def _once(self, operation: str, parts: tuple[Term, ...], text: str) -> Term:
        key = (operation, tuple(map(id, parts)), text)
        return self.known.setdefault(key, Term(self, operation, parts, text))


def choose(condition: Term, a: Any, b: Any) -> Term:
    """`a` where the condition holds, else `b`."""
    return condition.sheet.apply(SELECT, condition, a, b)


def _smaller(a: Any, b: Any) -> Any:
    return choose(a < b, a, b)


def _raised(x: Any, n: float) -> Any:
    return x.sheet.apply(POWER, x, n)


def _unity(x: Any) -> int:  # noqa: ARG001
    return 1


_TRACED: dict[Callable, Callable] = {where: choose, rarely: choose, minimum: _smaller, power: _raised, one: _unity}


def traced(function: Callable) -> Callable:
    """A function of equations or schemes in the form that takes terms."""
    return exchange(function, _TRACED)


def uses(results: Iterable[Term]) -> dict[Term, int]:
    """Of each term that the results are made of, in order of evaluation, how often it is used."""
    found: dict[Term, int] = {}

    def visit(term: Term) -> None:
        if term not in found:
            for part in term.parts:
                visit(part)
            found[term] = 0
            for part in term.parts:
                found[part] += 1

    for result in results:
        visit(result)
    return found
