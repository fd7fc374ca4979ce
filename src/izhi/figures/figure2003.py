"""Figure 2 of the paper of 2003: the eight cells, each under the current of its program."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from izhi.figures.panel import Panel, chosen, panel
from izhi.figures.sheet import Style, sheet, tiled
from izhi.presets import preset

TITLE = "Simple model of spiking neurons (2003), figure 2"
SCHEMES = ("figure1",)
CELLS = ("RS", "IB", "CH", "FS", "TC", "TC_burst", "RZ", "LTS")
COLUMNS = 4


def panels(schemes: Sequence[str] = SCHEMES, cells: Sequence[str] | None = None, **options: Any) -> list[Panel]:
    """The panels in the order of the figure, run by each of the schemes; `options` are those of `simulate`."""
    rows = [preset(f"2003/{cell}") for cell in chosen("figure 2003", cells, CELLS)]
    return [
        panel(row, schemes, tag=row.name.partition("/")[2].partition("_")[0], title=row.title, **options)
        for row in rows
    ]


def figure2003(schemes: Sequence[str] = SCHEMES, cells: Sequence[str] | None = None, **options: Any) -> Any:
    """The figure, a matplotlib Figure.

    Parameters
    ----------
    schemes : sequence of str
        Each has a trace in every panel, one below the other.
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
