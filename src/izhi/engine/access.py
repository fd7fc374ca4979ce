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


def wide_vectors():
    """A hint to a compiler that the loops of this function gain from its widest vectors; nothing in plain Python."""
