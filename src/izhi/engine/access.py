"""Small functions that pack a cell's row of numbers into the tuples that equations read, written for each length.

Numba needs the length of a tuple in the source, so the source is made here.
"""

from __future__ import annotations

from functools import cache
from types import FunctionType
from typing import Any

from izhi.equations.model import Model
from izhi.schemes.scheme import GridScheme


def _define(source: str, **scope: Any) -> FunctionType:
    names: dict[str, Any] = {}
    exec(source, {"__name__": __name__, **scope}, names)  # the source is ours: numbers of rows, nothing from outside
    (function,) = names.values()
    return function


@cache
def gather(rows: int) -> FunctionType:
    """`get(A, i)`: column i of A as a tuple."""
    return _define(f"def get(A, i):\n    return ({''.join(f'A[{r}, i], ' for r in range(rows))})")


@cache
def scatter(rows: int) -> FunctionType:
    """`put(A, i, x)`: the tuple x into column i of A."""
    lines = "".join(f"\n    A[{r}, i] = x[{r}]" for r in range(rows)) or "\n    pass"
    return _define(f"def put(A, i, x):{lines}")


@cache
def parameters(model: Model, ones: tuple[str, ...] = ()) -> FunctionType:
    """`get(P, i)`: column i of P as the model's `Parameters`.

    Those that are 1 are so in the source, and a compiler leaves out the products and quotients, which are exact.
    """
    fields = ", ".join("1.0" if symbol in ones else f"P[{r}, i]" for r, symbol in enumerate(model.symbols))
    return _define(f"def get(P, i):\n    return Parameters({fields})", Parameters=model.Parameters)


@cache
def inputs(model: Model, scheme: GridScheme) -> FunctionType:
    """`get(I, k, c, G, D, i)`: the input at each stage, of currents I[stage, k, c] and conductances G decayed by D."""
    stages = range(len(scheme.stages))
    if model.receptors:
        each = (f"(I[{s}, k, c], {', '.join(f'G[{r}, i] * D[{s}, {r}, i]' for r in range(5))}), " for s in stages)
    else:
        each = (f"I[{s}, k, c], " for s in stages)
    return _define(f"def get(I, k, c, G, D, i):\n    return ({''.join(each)})")


@cache
def decay(model: Model) -> FunctionType:
    """`decay(G, D, i)`: the conductances of cell i at the end of the step."""
    lines = (
        "".join(f"\n    G[{r}, i] = G[{r}, i] * D[-1, {r}, i]" for r in range(5)) if model.receptors else "\n    pass"
    )
    return _define(f"def decay(G, D, i):{lines}")


@cache
def mixed_parameters(model: Model, shared: tuple[str, ...]) -> FunctionType:
    """`get(P, q, i)`: column i of P, and of those that a population shares the numbers q, as `Parameters`."""
    rows = iter(range(len(model.symbols)))
    fields = ", ".join(f"q[{shared.index(s)}]" if s in shared else f"P[{next(rows)}, i]" for s in model.symbols)
    return _define(f"def get(P, q, i):\n    return Parameters({fields})", Parameters=model.Parameters)


@cache
def network_input(model: Model) -> FunctionType:
    """`get(row, i, G)`: the input of cell i, for a scheme of one stage at the step's start."""
    each = f"(row[i], {', '.join(f'G[{r}, i]' for r in range(5))})" if model.receptors else "row[i]"
    return _define(f"def get(row, i, G):\n    return ({each},)")


_CALLS = {
    "advance": (
        "def advance(kind, net, state, row, flags, c):",
        "state.X[c], state.M[c], state.G[c], state.D[c], state.P[c], {q}, row, flags, net.h",
    ),
    "ready": ("def ready(kind, net, state, flags, c):", "state.X[c], state.P[c], {q}, flags"),
}


def by_kind(name: str, functions: list[FunctionType], shared: tuple[tuple[str, ...], ...]) -> FunctionType:
    """`advance(kind, ...)` or `ready(kind, ...)`: the function of that kind of cells, called with a chunk's arrays."""
    head, arguments = _CALLS[name]
    lines = []
    for k, symbols in enumerate(shared):
        q = f"({''.join(f'state.Q[net.pop[c], {r}], ' for r in range(len(symbols)))})"
        lines.append(f"    if kind == {k}:\n        f{k}({arguments.format(q=q)})")
    function = _define("\n".join([head, *lines, "    return"]), **{f"f{k}": f for k, f in enumerate(functions)})
    function.__dict__["is_part"] = True
    return function


def wide_vectors():
    """A hint to a compiler that the loops of this function gain from its widest vectors; nothing in plain Python."""


def apart():
    """A hint to a compiler that this function is better not compiled into its caller; nothing in plain Python."""


def prefetch(array, i):
    """A hint that a number of an array will be needed soon; nothing in plain Python."""


def trailing_zeros(word):
    """The zeros below the lowest bit that is set."""
    word = int(word)
    return (word & -word).bit_length() - 1


def meet(gate, meeting, members):
    """Wait until all workers have come to this meeting; in plain Python there is but one."""


def part(function):
    """Marks a function to compile into its caller: it takes all arrays of a network, and passing them takes long."""
    function.is_part = True
    return function
