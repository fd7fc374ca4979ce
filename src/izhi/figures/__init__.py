"""Figures: one file each. `FIGURES` has the published ones by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from izhi.errors import UnknownName
from izhi.figures import (
    figure2003,
    figure2004,
    figure2007,
    modeldb2003,
    modeldb2004,
    modeldb2007,
    network2003,
    network2006,
)
from izhi.figures.findings import FINDINGS


@dataclass(frozen=True)
class Figure:
    """A published figure.

    Attributes
    ----------
    name : str
    title : str
    schemes : tuple of str
        Whose traces it has unless others are asked for.
    cells : tuple of str
        What can be drawn alone. A finding and a network have neither schemes nor cells to choose from.
    draw : callable
        `draw(schemes, cells, **options)`: the matplotlib Figure; `options` are those of `simulate`.
    """

    name: str
    title: str
    schemes: tuple[str, ...]
    cells: tuple[str, ...]
    draw: Callable[..., Any]


FIGURES: dict[str, Figure] = {
    "2003": Figure("2003", figure2003.TITLE, figure2003.SCHEMES, figure2003.CELLS, figure2003.figure2003),
    "2004": Figure("2004", figure2004.TITLE, figure2004.SCHEMES, figure2004.CELLS, figure2004.figure2004),
    "2007": Figure("2007", figure2007.TITLE, figure2007.SCHEMES, figure2007.CELLS, figure2007.figure2007),
    "modeldb-2003": Figure(
        "modeldb-2003", modeldb2003.TITLE, modeldb2003.SCHEMES, figure2003.CELLS, modeldb2003.modeldb2003
    ),
    "modeldb-2004": Figure(
        "modeldb-2004", modeldb2004.TITLE, modeldb2004.SCHEMES, figure2004.CELLS, modeldb2004.modeldb2004
    ),
    "modeldb-2007": Figure(
        "modeldb-2007", modeldb2007.TITLE, modeldb2007.SCHEMES, modeldb2007.CELLS, modeldb2007.modeldb2007
    ),
    "network-2003": Figure("network-2003", network2003.TITLE, (), (), network2003.figure_network2003),
    "network-2006": Figure("network-2006", network2006.TITLE, (), (), network2006.figure_network2006),
    **{name: Figure(name, one.title, (), (), one.draw) for name, one in FINDINGS.items()},
}


def figure(name: str) -> Figure:
    """The figure of that name.

    Raises
    ------
    UnknownName
        If there is none; the error names the nearest.
    """
    if name not in FIGURES:
        raise UnknownName("figure", name, FIGURES)
    return FIGURES[name]


__all__ = ["FIGURES", "Figure", "figure"]
