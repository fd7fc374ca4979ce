"""Figure 1 of the paper of 2004: the twenty features, A to T, each with the stimulus that shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from izhi.figures.panel import Panel, chosen, panel
from izhi.figures.sheet import Style, sheet, tiled
from izhi.presets import preset

TITLE = "Which model to use for cortical spiking neurons? (2004), figure 1"
SCHEMES = ("figure1",)
CELLS = tuple("ABCDEFGHIJKLMNOPQRST")
COLUMNS = 4
# The paper's own measure of time in each panel [ms].
BAR = 20.0


def panels(schemes: Sequence[str] = SCHEMES, cells: Sequence[str] | None = None, **options: Any) -> list[Panel]:
    """The panels in the order of the figure, run by each of the schemes; `options` are those of `simulate`."""
    letters = chosen("figure 2004", cells, CELLS)
    rows = [preset(f"2004/{letter}") for letter in letters]
    return [
        panel(row, schemes, tag=letter, title=row.title, **options) for letter, row in zip(letters, rows, strict=True)
    ]


def figure2004(schemes: Sequence[str] = SCHEMES, cells: Sequence[str] | None = None, **options: Any) -> Any:
    """The figure, a matplotlib Figure.

    Parameters
    ----------
    schemes : sequence of str
        Each has a trace in every panel, one below the other.
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
    return sheet(TITLE, tiled(drawn, COLUMNS), Style(columns=min(COLUMNS, len(drawn)), bar=BAR))
