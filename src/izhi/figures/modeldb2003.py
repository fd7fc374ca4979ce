"""Figure 2 of the paper of 2003 as ModelDB 39948 has it in NEURON, beside the program and the true solution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from izhi.figures.figure2003 import CELLS, COLUMNS
from izhi.figures.original import gui_panels
from izhi.figures.panel import Panel, chosen
from izhi.figures.sheet import Style, sheet, tiled

TITLE = "ModelDB 39948 in NEURON: figure 2 of 2003"
SCHEMES = ("figure1", "accurate")


def panels(schemes: Sequence[str] = SCHEMES, cells: Sequence[str] | None = None, **options: Any) -> list[Panel]:
    """The panels in the order of the figure: each of the schemes and both mechanisms; `options` are for `simulate`."""
    return gui_panels("2003", chosen("figure modeldb-2003", cells, CELLS), schemes, **options)


def modeldb2003(schemes: Sequence[str] = SCHEMES, cells: Sequence[str] | None = None, **options: Any) -> Any:
    """The figure, a matplotlib Figure.

    Parameters
    ----------
    schemes : sequence of str
        What NEURON's runs are put beside.
    cells : sequence of str, optional
        Only these.
    **options
        For `simulate`.

    Raises
    ------
    UnknownName
        If there is no such scheme, or no such cell in the figure.
    """
    drawn = panels(schemes, cells, **options)
    return sheet(TITLE, tiled(drawn, COLUMNS), Style(columns=min(COLUMNS, len(drawn))))
