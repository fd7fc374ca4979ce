"""What a page may ask the server about a cell, and the answers as JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from izhi.cell import Cell
from izhi.dynamics import analyze, andronov_hopf, diagram, saddle_node
from izhi.equations import model
from izhi.errors import BadValue

# Currents at which the cell of a diagram is run, how long at each [ms], and the least that is shown on either side.
POINTS, DURATION = 61, 1000.0
LEAST = {"pA": 50.0, "mV/ms": 3.0}


def cell_of(table: Mapping[str, Any]) -> tuple[Cell, float]:
    """The cell that a question is about, and the current.

    Raises
    ------
    BadValue, UnknownName
        If it is none.
    """
    name, parameters, current = table.get("model"), table.get("parameters"), table.get("current", 0.0)
    if not isinstance(name, str):
        raise BadValue("model", name, "a name of a model would do")
    if not isinstance(parameters, dict):
        raise BadValue("parameters", parameters, "a table of symbols and numbers would do")
    for symbol, value in {**parameters, "current": current}.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise BadValue(symbol, value, "a finite number would do")
    return Cell(model(name), parameters), float(current)


def sheet(table: Mapping[str, Any]) -> dict[str, Any]:
    """All numbers of the cell at a current: `izhi.dynamics.analyze`."""
    found = analyze(*cell_of(table))
    return {"text": found.text(), **found.data()}


def bifurcations(table: Mapping[str, Any]) -> dict[str, Any]:
    """The bifurcation diagram over a range of currents that has all bifurcations and the present current in it."""
    cell, current = cell_of(table)
    least = LEAST.get(cell.model.current, 1.0)
    known = [each.current for each in (*saddle_node(cell), *andronov_hopf(cell))]
    low, high = min(0.0, current, *known), max(0.0, current, *known)
    room = max(0.5 * (high - low), least)
    found = diagram(cell, np.linspace(low - 0.3 * room, high + room, POINTS), duration=DURATION)
    return {
        "parameter": found.parameter,
        "unit": found.unit,
        "scheme": found.scheme,
        "branches": [
            {
                "value": _plain(branch.value),
                "voltage": _plain(branch.voltage),
                "stable": branch.stable.tolist(),
                "kind": branch.kind.tolist(),
            }
            for branch in found.branches
        ],
        "marks": [{"kind": m.kind, "value": m.value, "voltage": m.voltage} for m in found.marks],
        "value": _plain(found.value),
        "lowest": _plain(found.lowest),
        "highest": _plain(found.highest),
    }


def _plain(values: np.ndarray) -> list[float | None]:
    """Numbers as JSON has them, which knows no NaN."""
    return [float(x) if math.isfinite(x) else None for x in values]


QUESTIONS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"sheet": sheet, "diagram": bifurcations}
