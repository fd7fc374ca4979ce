"""Figure 2 of the paper of 2003 as ModelDB 39948 has it in NEURON, beside the program and the true solution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from izhi.figures.figure2003 import CELLS, COLUMNS
from izhi.figures.original import OTHERS, beside
from izhi.figures.panel import Panel, chosen, panel
from izhi.figures.sheet import Row, Style, sheet
from izhi.panels import gui
from izhi.presets import preset

TITLE = "ModelDB 39948 in NEURON: figure 2 of 2003"
SCHEMES = ("figure1", "accurate")
MECHANISMS = ("Izhi2003a", "Izhi2003b")


def panels(schemes: Sequence[str] = SCHEMES, cells: Sequence[str] | None = None, **options: Any) -> list[Panel]:
    """The panels in the order of the figure: each of the schemes and both mechanisms; `options` are for `simulate`."""
    found = []
    for cell in chosen("figure modeldb-2003", cells, CELLS):
        program = gui("2003")[cell]
        row = preset(program.preset)
        shown = panel(row, schemes, tag=cell.partition("_")[0], title=row.title, others=OTHERS, **options)
        found.append(beside(shown, program, MECHANISMS, schemes, **options))
    return found


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
    rows = [Row(drawn[k : k + COLUMNS]) for k in range(0, len(drawn), COLUMNS)]
    return sheet(TITLE, rows, Style(columns=min(COLUMNS, len(drawn))))
