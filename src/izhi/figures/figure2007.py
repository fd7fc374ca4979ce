"""Figures 8.12 to 8.32 of the book of 2007: nine rows of cells, each at several currents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from izhi.figures.panel import Panel, chosen, panel
from izhi.figures.sheet import Row, Style, sheet
from izhi.presets import preset
from izhi.stimulus import Constant, Steps, Stimulus

TITLE = "Dynamical Systems in Neuroscience (2007), chapter 8"
SCHEMES = ("book-2007", "accurate")
# A cell is held for this long before it is released [ms].
HOLD = 120.0
# For as long again as it takes a cell to settle while it is held [ms]; the slowest time constant is 100 ms.
SETTLING = 1000.0


@dataclass(frozen=True)
class Series:
    """One cell at several currents.

    Attributes
    ----------
    figure : str
        In the book.
    currents : tuple of float [pA]
        Those of izhi2007.m of ModelDB 39948, the author's being unknown.
    hold : float or None [pA]
        The current before, where the cell is released from it after 120 ms.
    settled : bool
        Whether it has been held until it settled when those 120 ms begin, rather than started at rest.
    note : str
    """

    figure: str
    currents: tuple[float, ...]
    hold: float | None = None
    settled: bool = False
    note: str = ""


SERIES = {
    "RS": Series("8.12", (60, 70, 85, 100)),
    "IB": Series("8.19", (290, 370, 500, 550)),
    "CH": Series("8.23", (200, 300, 400, 600)),
    "LTS": Series("8.25", (100, 125, 200, 300)),
    "FS": Series("8.27", (73.2, 100, 200, 400)),
    "TC": Series("8.31", (50, 100, 150), note="the book's cell, with b(v + 65)"),
    # Only a settled cell bursts with the six spikes of the book's figure; from rest, 120 ms make it four.
    "TC_burst": Series("8.31", (0, 50, 100), -1200, True, "the same cell, held at −1200 pA until settled"),
    "TRN": Series("8.32", (50, 70, 110)),
    "TRN_burst": Series("8.32", (30, 50, 90), -350, note="held at −350 pA for 120 ms"),
}
CELLS = tuple(SERIES)


def panels(cell: str, schemes: Sequence[str] = SCHEMES, **options: Any) -> list[Panel]:
    """The panels of one cell, in order of current, run by each of the schemes; `options` are those of `simulate`."""
    series, row = SERIES[cell], preset(f"2007/{cell}")
    lead = SETTLING if series.settled else 0.0
    return [
        panel(row, schemes, title=f"{current:g} pA", stimulus=_stimulus(series, current, lead), lead=lead, **options)
        for current in series.currents
    ]


def _stimulus(series: Series, current: float, lead: float) -> Stimulus:
    if series.hold is None:
        return Constant(current)
    return Steps([0.0, lead + HOLD], [series.hold, current])


def figure2007(schemes: Sequence[str] = SCHEMES, cells: Sequence[str] | None = None, **options: Any) -> Any:
    """The figure, a matplotlib Figure, with a row for each cell.

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
    rows = []
    for cell in chosen("figure 2007", cells, CELLS):
        series = SERIES[cell]
        title = f"{preset(f'2007/{cell}').title} (figure {series.figure}){'; ' + series.note if series.note else ''}"
        rows.append(Row(panels(cell, schemes, **options), cell.partition("_")[0], title))
    return sheet(TITLE, rows, Style(shared=True, voltage=10.0, current=4.5))
