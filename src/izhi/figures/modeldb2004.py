"""Figure 1 of the paper of 2004 as ModelDB 39948 has it in NEURON, beside the program and the true solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from izhi.figures.figure2004 import BAR, CELLS, COLUMNS
from izhi.figures.modeldb2003 import SCHEMES
from izhi.figures.original import gui_panels
from izhi.figures.panel import Panel, chosen
from izhi.figures.sheet import Style, sheet, tiled

TITLE = "ModelDB 39948 in NEURON: figure 1 of 2004"
# Of more features than these, the voltages of the first scheme and of NEURON alone fit on a page.
FEW = 8


def panels(schemes: Sequence[str] = SCHEMES, cells: Sequence[str] | None = None, **options: Any) -> list[Panel]:
    """The panels in the order of the figure: each of the schemes and both mechanisms; `options` are for `simulate`."""
    return gui_panels("2004", chosen("figure modeldb-2004", cells, CELLS), schemes, **options)


def modeldb2004(schemes: Sequence[str] = SCHEMES, cells: Sequence[str] | None = None, **options: Any) -> Any:
    """The figure, a matplotlib Figure; of more than eight features, the voltages are of the first scheme and NEURON.

    Parameters
    ----------
    schemes : sequence of str
        What NEURON's runs are put beside.
    cells : sequence of str, optional
        Only these, by their letters.
    **options
        For `simulate`.

    Raises
    ------
    UnknownName
        If there is no such scheme, or no such cell in the figure.
    """
    drawn = panels(schemes, cells, **options)
    if len(drawn) > FEW:
        drawn = [replace(one, traces=(one.traces[0], one.traces[-1])) for one in drawn]
    style = Style(columns=min(COLUMNS, len(drawn)), bar=BAR, voltage=9.5, current=6.0)
    return sheet(TITLE, tiled(drawn, COLUMNS), style)
