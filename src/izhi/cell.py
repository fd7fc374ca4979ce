"""A cell: a model with its parameters and where it starts. Arrays instead of numbers make an ensemble of cells."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.equations import Model, Quantity, model, with_receptors
from izhi.errors import BadValue, UnknownName
from izhi.presets import preset
from izhi.stimulus.terms import checked

Values = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Cell:
    """A model with parameters and initial values, each a number, or an array with one value for each cell.

    Parameters
    ----------
    model : str or Model
        A name, such as "izhikevich2007", or a model.
    parameters : mapping
        Symbol to value, in the units of the model's table; those with a default may be left out.
    initial : mapping
        v, u (and w, the dendrite's voltage): where it starts. By default v as the model says and u to go with it.
    name : str
        For people.

    Raises
    ------
    UnknownName, BadValue
        If a symbol is unknown or missing, or a value is not finite, of the wrong sign or length.

    Examples
    --------
    >>> Cell.preset("2007/RS", d=110).parameters["d"]
    array(110.)
    >>> Cell.preset("2007/RS", k=[0.7, 0.8, 0.9]).count
    3
    """

    model: Model
    parameters: Values = field(default_factory=dict)
    initial: Values = field(default_factory=dict)
    name: str = ""

    def __post_init__(self) -> None:
        chosen = model(self.model) if isinstance(self.model, str) else self.model
        object.__setattr__(self, "model", chosen)
        object.__setattr__(self, "parameters", _complete(chosen, self.parameters))
        symbols = [q.symbol for q in chosen.state]
        object.__setattr__(self, "initial", {s: _value(s, x, chosen, symbols) for s, x in self.initial.items()})
        sizes = {x.size for x in (*self.parameters.values(), *self.initial.values()) if x.ndim}
        if len(sizes) > 1:
            raise BadValue("Cell", sorted(sizes), "arrays of one length, one value for each cell, would do")

    @classmethod
    def preset(cls, name: str, *, initial: Values | None = None, **parameters: Any) -> Cell:
        """A published cell, some of its parameters or initial values replaced."""
        row = preset(name)
        return cls(
            model(row.model), {**row.parameters, **parameters}, {**row.initial, **(initial or {})}, name=row.name
        )

    @cached_property
    def count(self) -> int | None:
        """How many cells the arrays speak of; None for a single cell."""
        sizes = {x.size for x in (*self.parameters.values(), *self.initial.values()) if x.ndim}
        return sizes.pop() if sizes else None

    def table(self, cells: int, receptors: bool) -> NDArray[np.float64]:
        """The parameters of `cells` cells: shape (parameters, cells), with those of the receptors if asked for."""
        chosen = with_receptors(self.model) if receptors else self.model
        values = np.empty((len(chosen.symbols), cells))
        for row, symbol in zip(values, chosen.symbols, strict=True):
            row[:] = self.parameters[symbol]
        return values

    def state(self, cells: int) -> NDArray[np.float64]:
        """Where `cells` cells start: shape (state, cells)."""
        p = self.model.Parameters(*(self.parameters[symbol] for symbol in self.model.symbols))
        v = self.initial.get("v", np.asarray(self.model.start(p)))
        with np.errstate(over="ignore"):
            u = self.initial.get("u", np.asarray(self.model.settle(v, p)))
        if not np.isfinite(u).all():
            raise BadValue(
                f"{self.model.name}.u", np.asarray(u).tolist(), "with these parameters, an initial u would do"
            )
        values = [v, u, self.initial.get("w", v)]
        state = np.empty((len(self.model.state), cells))
        for row, value in zip(state, values, strict=False):
            row[:] = value
        return state

    def lab(self) -> Any:
        """The laboratory with this cell, live in a notebook; it needs `pip install 'izhi[notebook]'`."""
        return importlib.import_module("izhi.lab.widget").widget(self)

    def __str__(self) -> str:
        many = f", {self.count} cells" if self.count else ""
        return f"{self.name or self.model.name}{many}"


def _complete(chosen: Model, given: Values) -> dict[str, NDArray[np.float64]]:
    """All parameters, those of the receptors too: as given, or by default."""
    full = with_receptors(chosen)
    values = {symbol: _value(symbol, value, full, full.symbols) for symbol, value in given.items()}
    missing = [q.symbol for q in full.parameters if q.symbol not in values and q.default is None]
    if missing:
        raise BadValue(f"{chosen.name}", list(given), f"it also needs {', '.join(missing)}")
    return {q.symbol: values.get(q.symbol, np.asarray(q.default)) for q in full.parameters}


def _value(symbol: str, value: Any, chosen: Model, valid: Any) -> NDArray[np.float64]:
    if symbol not in valid:
        raise UnknownName(chosen.name, symbol, valid)
    quantity: Quantity = chosen.quantity(symbol)
    who = f"{chosen.name}.{symbol}"
    array = checked(value, who, f"a finite number in {quantity.unit}, or one for each cell, would do")
    if quantity.positive and (array <= 0).any():
        raise BadValue(who, value, f"{quantity.meaning}: more than 0 {quantity.unit} would do")
    return array
