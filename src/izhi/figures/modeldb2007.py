"""Figures 8.12 to 8.32 of the book of 2007 as ModelDB 39948 has them, beside the program and the true solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from izhi.figures.original import OTHERS, beside, original
from izhi.figures.panel import Panel, chosen, panel
from izhi.figures.sheet import Row, Style, sheet
from izhi.panels import HOLD, Series, wrapper
from izhi.presets import preset
from izhi.stimulus import Constant, Steps, Stimulus

TITLE = "ModelDB 39948 in NEURON: chapter 8 of 2007"
SCHEMES = ("book-2007", "accurate")
MECHANISMS = ("Izhi2007a", "Izhi2007b", "Izhi2007bS")
CELLS = ("RS", "IB", "CH", "LTS", "FS", "TC", "TC_burst", "RTN", "RTN_burst")
LOST, LOST_COLOR = "Izhi2007a as the script is written: no hold, from 120 ms on", "#E69F00"


def panels(cell: str, schemes: Sequence[str] = SCHEMES, **options: Any) -> list[Panel]:
    """The panels of one cell, in order of current; `options` are those of `simulate`.

    Where the script holds the cell before it releases it, the mechanisms run as the script means it, with one more
    row of Izhi2007a as the script is written.
    """
    series = wrapper()[cell]
    row, found = preset(series.preset), []
    for current in series.currents:
        stimulus = _stimulus(series, current)
        shown = panel(row, schemes, title=f"{current:g} pA", stimulus=stimulus, others=OTHERS[1:], **options)
        made = beside(shown, series.meant(current), MECHANISMS, schemes, **options)
        if series.hold is not None:
            lost = original(series.written(current).run("Izhi2007a"), LOST, LOST_COLOR, origin=-HOLD)
            made = replace(made, raster=(*made.raster, lost))
        found.append(replace(made, traces=made.traces[-1:]))
    return found


def _stimulus(series: Series, current: float) -> Stimulus:
    return Constant(current) if series.hold is None else Steps([0.0, HOLD], [series.hold, current])


def modeldb2007(schemes: Sequence[str] = SCHEMES, cells: Sequence[str] | None = None, **options: Any) -> Any:
    """The figure, a matplotlib Figure, with a row for each cell.

    Parameters
    ----------
    schemes : sequence of str
        What NEURON's runs are put beside, in the raster.
    cells : sequence of str, optional
        Only these, by the script's names.
    **options
        For `simulate`.

    Raises
    ------
    UnknownName
        If there is no such scheme, or no such cell in the figure.
    """
    rows = [
        Row(panels(cell, schemes, **options), cell.partition("_")[0], preset(wrapper()[cell].preset).title)
        for cell in chosen("figure modeldb-2007", cells, CELLS)
    ]
    return sheet(TITLE, rows, Style(shared=True, voltage=10.0, current=4.5))
