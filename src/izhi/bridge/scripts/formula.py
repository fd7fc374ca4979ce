"""An equation as text: it is called with words instead of numbers, and says what it would have computed.

Python evaluates in the order in which a function is written, so the text has that order, with no bracket more than that
takes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

from izhi.equations import RECEPTORS, Model
from izhi.equations.ops import cubic, exchange, minimum, one, quadratic, where
from izhi.equations.synapse import PARAMETERS, nmda_ratio, synaptic_current

_COMPARISON, _SUM, _PRODUCT, _POWER, _WORD = range(5)


class Dialect(NamedTuple):
    """How a language writes what has no sign of its own: each a format of its arguments.

    Attributes
    ----------
    where : str
        Of {condition}, {otherwise} (its opposite), {a} and {b}.
    minimum : str
        Of {a} and {b}.
    power : str
    """

    where: str
    minimum: str
    power: str


PYTHON = Dialect("({a} if {condition} else {b})", "min({a}, {b})", "**")
BRIAN2 = Dialect("(int({condition})*{a} + int({otherwise})*{b})", "clip({a}, -inf, {b})", "**")
OCTAVE = Dialect("merge({condition}, {a}, {b})", "min({a}, {b})", "^")


class Word:
    """Text that can be calculated with."""

    def __init__(self, text: str, rank: int = _WORD, opposite: str = ""):
        self.text, self.rank, self.opposite = text, rank, opposite

    def __str__(self) -> str:
        return self.text

    def __add__(self, other: Any) -> Word:
        return self if isinstance(other, Nothing) else _joined(self, "+", other, _SUM)

    def __radd__(self, other: Any) -> Word:
        return _joined(other, "+", self, _SUM)

    def __sub__(self, other: Any) -> Word:
        return _joined(self, "-", other, _SUM)

    def __rsub__(self, other: Any) -> Word:
        return _joined(other, "-", self, _SUM)

    def __mul__(self, other: Any) -> Word:
        return _joined(self, "*", other, _PRODUCT)

    def __rmul__(self, other: Any) -> Word:
        return _joined(other, "*", self, _PRODUCT)

    def __truediv__(self, other: Any) -> Word:
        return _joined(self, "/", other, _PRODUCT)

    def __lt__(self, other: Any) -> Word:
        return _compared(self, "<", ">=", other)

    def __le__(self, other: Any) -> Word:
        return _compared(self, "<=", ">", other)

    def __gt__(self, other: Any) -> Word:
        return _compared(self, ">", "<=", other)

    def __ge__(self, other: Any) -> Word:
        return _compared(self, ">=", "<", other)


class Nothing(Word):
    """A term that is not there: what it is multiplied with is not there either, and a sum is the rest of it."""

    def __init__(self) -> None:
        super().__init__("")

    def __add__(self, other: Any) -> Word:
        return _word(other)

    def __mul__(self, other: Any) -> Word:
        return self

    def __truediv__(self, other: Any) -> Word:
        return self


def _word(value: Any) -> Word:
    return value if isinstance(value, Word) else Word(number(value))


def number(value: float) -> str:
    """A number as a person writes it, and without loss."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


def _joined(a: Any, sign: str, b: Any, rank: int) -> Word:
    left, right = _word(a), _word(b)
    # What stands to the right of a sign of the same rank was calculated first, and keeps its brackets.
    first = left.text if left.rank >= rank else f"({left})"
    second = right.text if right.rank > rank else f"({right})"
    space = " " if rank == _SUM else ""
    return Word(f"{first}{space}{sign}{space}{second}", rank)


def _compared(a: Word, sign: str, opposite: str, b: Any) -> Word:
    other = _word(b)
    return Word(f"{a} {sign} {other}", _COMPARISON, f"{a} {opposite} {other}")


class Equations(NamedTuple):
    """A model's functions as text.

    Attributes
    ----------
    derivatives : dict of str
        By the symbol of a state variable.
    peak : str
    reset : dict of str
        By symbol, in the order in which they are to be set; what does not change is not there.
    """

    derivatives: dict[str, str]
    peak: str
    reset: dict[str, str]


def equations(
    model: Model, dialect: Dialect, constants: Mapping[str, float | str] | None = None, gate: str = ""
) -> Equations:
    """The equations of a model in a language.

    Parameters
    ----------
    model : Model
        Whose equations they are.
    dialect : Dialect
        How the language writes what has no sign of its own.
    constants : mapping, optional
        Parameters to be written as numbers, or under another name.
    gate : str
        The name of the voltage by which branches are chosen; by default v itself.

    Examples
    --------
    >>> from izhi.equations import model
    >>> equations(model("izhikevich2007"), PYTHON).derivatives["v"]
    '(k*(v - vr)*(v - vt) - u + I)/C'
    """
    numbers = {s: Word(x if isinstance(x, str) else number(x)) for s, x in (constants or {}).items()}
    p = SimpleNamespace(**{symbol: numbers.get(symbol, Word(symbol)) for symbol in model.symbols})
    state = [Word(q.symbol) for q in model.state]
    call = _spelled(dialect)
    if gate and model.gated is not None:
        derivatives = call(model.gated)(Word(gate), *state, Word("I"), p)
    else:
        derivatives = call(model.rhs)(*state, Word("I"), p)
    v, u = call(model.reset)(state[0], state[1], p)
    reset = {"v": v.text} | ({"u": u.text} if u.text != "u" else {})
    named = {q.symbol: each.text for q, each in zip(model.state, derivatives, strict=True)}
    return Equations(named, call(model.peak)(state[1], p).text, reset)


def conductance_current(receptors: Collection[str]) -> dict[str, str]:
    """The current of some receptors, with `g_AMPA` and so on, as `synaptic`; before it what it needs, by name.

    Examples
    --------
    >>> conductance_current(["AMPA"])
    {'synaptic': 'g_AMPA*(v - E_AMPA)'}
    """
    p, v = SimpleNamespace(**{q.symbol: Word(q.symbol) for q in PARAMETERS}), Word("v")
    g = [Word(f"g_{name}") if name in receptors else Nothing() for name in RECEPTORS]
    words: dict[Callable, Callable] = {
        nmda_ratio: lambda v, p: Word("ratio_NMDA"),  # noqa: ARG005
        one: lambda x: Word("1"),  # noqa: ARG005
    }
    ratio = {"ratio_NMDA": nmda_ratio(v, p).text} if "NMDA" in receptors else {}
    return ratio | {"synaptic": exchange(synaptic_current, words)(v, *g, p).text}


def _spelled(dialect: Dialect) -> Callable[[Any], Any]:
    """Exchanges the operations of equations for their words."""

    def chosen(condition: Word, a: Any, b: Any) -> Word:
        text = dialect.where.format(condition=condition, otherwise=condition.opposite, a=_word(a), b=_word(b))
        return Word(text)

    def smaller(a: Any, b: Any) -> Word:
        return Word(dialect.minimum.format(a=_word(a), b=_word(b)))

    def raised(exponent: int) -> Callable:
        def power(e: Any, x: Any) -> Word:
            base = x.text if x.rank == _WORD else f"({x})"
            return _word(e) * Word(f"{base}{dialect.power}{exponent}", _POWER)

        return power

    table: dict[Callable, Callable] = {where: chosen, minimum: smaller, quadratic: raised(2), cubic: raised(3)}
    return lambda function: exchange(function, table)
