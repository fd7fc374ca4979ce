"""The laboratory in a notebook: `Cell.preset("2007/RS").lab()`."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from izhi.cell import Cell
from izhi.errors import BadValue, MissingExtra
from izhi.lab import page
from izhi.presets import presets


def experiment(cell: Cell) -> dict[str, Any]:
    """What the page needs to begin with this cell: a published one of its model, and in what it differs.

    Raises
    ------
    BadValue
        If it is an ensemble, or of a model that no published cell has.
    """
    if cell.count is not None:
        raise BadValue("lab", f"{cell.count} cells", "one cell would do")
    rows = [row for row in presets().values() if row.model == cell.model.name]
    if not rows:
        raise BadValue("lab", cell.model.name, f"a model with a preset, such as {next(iter(presets().values())).model}")
    row = next((r for r in rows if r.name == cell.name), rows[0])
    parameters = {symbol: float(cell.parameters[symbol]) for symbol in cell.model.symbols}
    initial = {symbol: float(np.asarray(value)) for symbol, value in cell.initial.items()}
    return {"preset": row.name, "parameters": parameters, "initial": initial}


@cache
def _widget() -> Any:
    try:
        import anywidget
        import traitlets
    except ModuleNotFoundError as missing:
        raise MissingExtra("lab", str(missing.name), "notebook") from None

    class Lab(anywidget.AnyWidget):
        """The laboratory; `experiment` is what is on its screen, as the page's links hold it."""

        _esm = f"{page.bundle()}\nexport default {{ render: MODULES[{page.ENTRY!r}].render }};\n"
        _css = page.text("lab.css")
        experiment = traitlets.Dict().tag(sync=True)

    return Lab


def widget(cell: Cell) -> Any:
    """The laboratory with a cell, as a widget of a notebook.

    Raises
    ------
    MissingExtra
        If anywidget is not installed.
    """
    found = experiment(cell)
    return _widget()(experiment=found)
