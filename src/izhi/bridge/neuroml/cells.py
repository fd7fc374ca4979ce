"""A cell as a component: NeuroML's own element where it is that model, else a component of a generated type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import numpy as np

from izhi.bridge.neuroml.expression import UNITS, quantity
from izhi.bridge.neuroml.marks import mark, marks
from izhi.bridge.neuroml.quantities import read_quantity
from izhi.bridge.neuroml.types import model_of, type_name
from izhi.cell import Cell
from izhi.equations import Model, model
from izhi.errors import BadValue

# What izhikevichCell has as constants.
_FIXED = {"e": 0.04, "f": 5.0, "g": 140.0}
# Symbol to attribute, unit in the file.
_ATTRIBUTES: dict[str, dict[str, tuple[str, str]]] = {
    "izhikevichCell": {
        "a": ("a", "1"), "b": ("b", "1"), "c": ("c", "1"), "d": ("d", "1"), "vpeak": ("thresh", "mV"),
    },
    "izhikevich2007Cell": {
        s: (s, unit)
        for s, unit in (
            ("C", "pF"), ("k", "nS/mV"), ("vr", "mV"), ("vt", "mV"), ("vpeak", "mV"), ("a", "1/ms"), ("b", "nS"),
            ("c", "mV"), ("d", "pA"),
        )
    },
}  # fmt: skip
_MODELS = {"izhikevichCell": "izhikevich2003", "izhikevich2007Cell": "izhikevich2007"}


def element_name(chosen: Model, p: Mapping[str, float], state: Mapping[str, float]) -> str:
    """The element of NeuroML that is this cell, or the generated type.

    NeuroML's 2003 cell has its polynomial fixed and starts at u = b v; its 2007 cell starts at u = 0.
    """
    if chosen.name == "izhikevich2003":
        if all(p[s] == x for s, x in _FIXED.items()) and state["u"] == p["b"] * state["v"]:
            return "izhikevichCell"
    elif chosen.name == "izhikevich2007" and state["u"] == 0:
        return "izhikevich2007Cell"
    return type_name(chosen)


def component(
    name: str, chosen: Model, p: Mapping[str, float], state: Mapping[str, float], about: Mapping[str, str]
) -> Element:
    """A cell as an element.

    Parameters
    ----------
    name : str
        Its id.
    chosen : Model
        What it is.
    p, state : mapping of str to float
        Parameters, and where it starts, in the model's units.
    about : mapping
        What is written beside it: `notes`, and properties.
    """
    kind = element_name(chosen, p, state)
    made = Element(kind, id=name)
    if about.get("notes") and kind in _MODELS:
        SubElement(made, "notes").text = about["notes"]
    if kind in _MODELS:
        mark(made, {tag: value for tag, value in about.items() if tag != "notes"})
    if kind in _ATTRIBUTES:
        made.set("v0", quantity(state["v"], "mV"))
        for symbol, (attribute, unit) in _ATTRIBUTES[kind].items():
            made.set(attribute, quantity(p[symbol], unit))
        return made
    if about.get("izhi:preset"):
        made.set("preset", about["izhi:preset"])
    for q in chosen.parameters:
        made.set(q.symbol, quantity(p[q.symbol], q.unit))
    for q in chosen.state:
        made.set(f"{q.symbol}0", quantity(state[q.symbol], q.unit))
    return made


def knows(element: Element) -> bool:
    """Whether an element, its namespace aside, is a cell that `read_cell` reads."""
    return element.tag in _MODELS or model_of(element.tag) is not None


def read_cell(element: Element, who: str) -> Cell:
    """The cell that an element describes.

    Raises
    ------
    BadValue
        If an attribute is missing or is no quantity of its kind.
    """
    tag = element.tag
    chosen = model(_MODELS[tag]) if tag in _MODELS else model_of(tag)
    assert chosen is not None
    where = f"{who}: {tag} {element.get('id')!r}"
    if tag not in _MODELS:
        p = {q.symbol: _attribute(element, q.symbol, q.unit, where) for q in chosen.parameters}
        initial = {q.symbol: _attribute(element, f"{q.symbol}0", q.unit, where) for q in chosen.state}
    else:
        p = {s: _attribute(element, name, unit, where) for s, (name, unit) in _ATTRIBUTES[tag].items()}
        v = _attribute(element, "v0", "mV", where)
        initial = {"v": v, "u": p["b"] * v if tag == "izhikevichCell" else 0.0}
    return Cell(chosen, p, initial, name=element.get("preset") or marks(element).get("izhi:preset", ""))


def _attribute(element: Element, name: str, unit: str, who: str) -> float:
    text = element.get(name)
    if text is None:
        raise BadValue(f"{who}: {name}", None, f"a quantity such as '1{UNITS[unit][0]}' would do")
    return read_quantity(text, unit, f"{who}: {name}")


def of_cell(cell: Cell, k: int, count: int) -> tuple[dict[str, float], dict[str, float]]:
    """Parameters and initial state of the k-th of `count` cells."""
    p = {s: _item(cell.parameters[s], k) for s in cell.model.symbols}
    values = cell.state(count)[:, k]
    return p, {q.symbol: float(x) for q, x in zip(cell.model.state, values, strict=True)}


def _item(value: Any, k: int) -> float:
    array = np.asarray(value)
    return float(array[k] if array.ndim else array)
