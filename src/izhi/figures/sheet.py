"""Panels on a page: where everything goes, in millimetres of print, so that nothing overlaps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.figures.panel import Panel
from izhi.plot.traces import (
    INJECTED,
    INK,
    SMALLEST,
    SPIKES,
    draw_raster,
    draw_stimulus,
    draw_time_bar,
    draw_trace,
    extent,
)

INCH = 25.4
POINTS = 72 / INCH
WIDTH = 180.0
# What letters need [mm]: the head of the sheet; a title; numbers and a name at the left of an axis, and below one; the
# half of a number that is beyond the right end of an axis; a few words in the corner of the axes.
HEAD, LINE, BESIDE, BELOW, BEYOND, CORNER = 12.5, 4.0, 12.5, 7.6, 2.5, 3.0
# No cell is beyond these voltages [mV].
WIDEST = (-120.0, 80.0)
EDGE, GAP, BASELINE = 2.5, 1.6, 0.9
# The height of a row of a raster, and of a line of the legend [mm]; what the legend has beside the words of an entry.
STROKE, LEGEND, HANDLE = 2.4, 3.4, 9.0
DASHED = (0, (3, 2))


@dataclass(frozen=True, eq=False)
class Row:
    """Panels side by side, with a tag and a title for all of them if they have one in common."""

    panels: Sequence[Panel]
    tag: str = ""
    title: str = ""


def tiled(panels: Sequence[Panel], columns: int) -> list[Row]:
    """Panels in rows of so many."""
    return [Row(panels[k : k + columns]) for k in range(0, len(panels), columns)]


@dataclass(frozen=True)
class Style:
    """How a sheet looks.

    Attributes
    ----------
    columns : int
        Panels have the width of a page divided by it.
    shared : bool
        Whether the panels of a row have the same axes, named at the first. Otherwise each has its own, of which v is
        the same on the whole sheet.
    bar : float [ms]
        Draw a bar of this time in each panel; 0 for none.
    voltage, current : float [mm]
        The heights of the axes of v and of the stimulus.
    """

    columns: int = 4
    shared: bool = False
    bar: float = 0.0
    voltage: float = 13.0
    current: float = 6.5


@dataclass(frozen=True)
class _Page:
    """A figure on which things are put by their distance [mm] from its left and its upper edge."""

    figure: Any
    height: float

    def axes(self, left: float, top: float, width: float, height: float) -> Any:
        below = self.height - top - height
        return self.figure.add_axes(
            (left / WIDTH, below / self.height, width / WIDTH, height / self.height), label=f"{left:.3f} {top:.3f}"
        )

    def text(self, left: float, top: float, words: str, size: float, **style: Any) -> None:
        self.figure.text(left / WIDTH, 1 - top / self.height, words, fontsize=size, va="baseline", **style)


def sheet(title: str, rows: Sequence[Row], style: Style) -> Any:
    """A matplotlib Figure of rows of panels, as wide as a printed page and as high as it must be."""
    from matplotlib.figure import Figure

    heights = [_height(row, style) for row in rows]
    named = _named(row.panels for row in rows)
    columns = _columns(list(named))
    head = HEAD + LEGEND * (-(-len(named) // columns) - 1)
    page = _Page(Figure(figsize=(WIDTH / INCH, (head + sum(heights)) / INCH)), head + sum(heights))
    page.text(EDGE, 5.0, title, SMALLEST + 2, weight="bold")
    whole = _span(panel for row in rows for panel in row.panels)
    top = head
    for row, height in zip(rows, heights, strict=True):
        _draw_row(page, row, top, _span(row.panels) if style.shared else whole, style)
        top += height
    _legend(page, named, columns)
    return page.figure


def _height(row: Row, style: Style) -> float:
    most = max(len(panel.traces) for panel in row.panels)
    above = LINE * (1 + bool(row.title))
    return above + most * (style.voltage + GAP) + _raster_height(row) + style.current + BELOW


def _raster_height(row: Row) -> float:
    """What the raster of a row of panels takes, with the gap below it."""
    most = max(len(panel.raster) for panel in row.panels)
    return most * STROKE + GAP if most else 0.0


def _span(panels: Iterable[Panel]) -> tuple[float, float]:
    """The lowest and the highest voltage that is drawn; those of numbers that break down are beyond the axes."""
    seen = np.clip(np.concatenate([trace.voltage for panel in panels for trace in panel.traces]), *WIDEST)
    return float(seen.min()), float(seen.max())


def _draw_row(page: _Page, row: Row, top: float, limits: tuple[float, float], style: Style) -> None:
    if row.title:
        top += LINE
        page.text(EDGE, top - BASELINE, row.tag, SMALLEST + 1.5, weight="bold")
        page.text(EDGE + BESIDE, top - BASELINE, row.title, SMALLEST + 1)
    beside = EDGE if style.shared else BESIDE
    first = EDGE + BESIDE - beside
    pitch = (WIDTH - first) / style.columns
    reach = extent(np.concatenate([[0.0], *map(_currents, row.panels)])) if style.shared else None
    for k, panel in enumerate(row.panels):
        left = first + k * pitch + beside
        # A title may be as long as the letters of the next panel, or the edge of the page, let it be.
        following = row.panels[k + 1].tag if k + 1 < len(row.panels) else ""
        room = min(pitch - _length(following, SMALLEST + 1.5) - 3.0, WIDTH - left - 1.0)
        place = _Place(left, top + LINE, pitch - beside - BEYOND, room, _raster_height(row))
        for ax in _draw_panel(page, panel, place, limits, reach, style):
            if style.shared and k:
                ax.tick_params(labelleft=ax.get_ylabel() == SPIKES)
                ax.set_ylabel("")


@dataclass(frozen=True)
class _Place:
    """Where a panel's axes go [mm]: upper left corner, width, how long a title may be, and how high the raster is."""

    left: float
    top: float
    width: float
    room: float
    raster: float


def _draw_panel(
    page: _Page,
    panel: Panel,
    place: _Place,
    limits: tuple[float, float],
    reach: tuple[float, float] | None,
    style: Style,
) -> list[Any]:
    """The axes of a panel: of each trace, and of the stimulus below them."""
    top, axes = place.top, []
    for shown in panel.traces:
        ax = page.axes(place.left, top, place.width, style.voltage)
        _set_voltage(ax, limits, style.voltage)
        axes.append(draw_trace(shown, ax))
        top += style.voltage + GAP
    if panel.raster:
        ax = page.axes(place.left, top, place.width, len(panel.raster) * STROKE)
        axes.append(draw_raster(panel.raster, ax, panel.true))
    top += place.raster
    below = page.axes(place.left, top, place.width, style.current)
    axes.append(draw_stimulus(panel.time, panel.current, panel.unit, below, reach or extent(_currents(panel))))
    if panel.given:
        below.plot(panel.given.time, panel.given.current, color=panel.given.color, linewidth=0.9, linestyle=DASHED)
    for ax in axes:
        _set_axes(ax, panel.duration, place.width, labelled=ax is below)
    size = (SMALLEST + 1) * min(1.0, place.room / _length(panel.title, SMALLEST + 1))
    axes[0].set_title(panel.title, fontsize=size, loc="left", pad=BASELINE * POINTS)
    page.text(place.left - 1.5, place.top - BASELINE, panel.tag, SMALLEST + 1.5, weight="bold", ha="right")
    if style.bar:
        draw_time_bar(style.bar, axes[0])
    return axes


def _set_axes(ax: Any, duration: float, width: float, labelled: bool) -> None:
    """What all axes of a sheet have in common."""
    from matplotlib.ticker import MaxNLocator

    ax.set_xlim(0, duration)
    ax.xaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10], integer=True))
    ax.tick_params(labelsize=SMALLEST, length=2, pad=1.5, width=0.5, labelbottom=labelled)
    ax.xaxis.label.set(size=SMALLEST)
    ax.yaxis.label.set(size=SMALLEST)
    ax.xaxis.labelpad = 1
    ax.yaxis.set_label_coords(-9.2 / width, 0.5)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_linewidth(0.5)


def _set_voltage(ax: Any, limits: tuple[float, float], height: float) -> None:
    """Limits with room above for the words in the corners, which no tick needs."""
    low, high = limits[0] - 5, limits[1] + 2
    ax.set_ylim(low, low + (high - low) * height / (height - CORNER))
    apart = 40 if high - low < 170 else 80
    ax.set_yticks([v for v in range(-240, 240, apart) if low + 5 <= v <= high])


def _length(words: str, size: float) -> float:
    """How long the words are in print [mm]."""
    from matplotlib.textpath import TextPath

    return float(TextPath((0, 0), words, size=size).get_extents().width) / POINTS if words else 0.0


def _currents(panel: Panel) -> NDArray[np.float64]:
    """All values of current that a panel shows."""
    return np.concatenate([panel.current, panel.given.current]) if panel.given else panel.current


def _named(rows: Iterable[Sequence[Panel]]) -> dict[str, dict[str, Any]]:
    """What each color is, once, as the style of a line; currents come last, below all voltages, as in each panel."""
    panels = [panel for row in rows for panel in row]
    found: dict[str, dict[str, Any]] = {}
    for panel in panels:
        for shown in (*panel.traces, *panel.raster):
            found.setdefault(shown.label, {"color": shown.color, "linewidth": 0.9})
    found[INJECTED] = {"color": INK, "linewidth": 0.9}
    for panel in panels:
        if panel.given:
            found[panel.given.label] = {"color": panel.given.color, "linewidth": 0.9, "linestyle": DASHED}
    return found


def _columns(labels: Sequence[str]) -> int:
    """In how many columns the legend fits the page."""
    widths = [_length(label, SMALLEST) + HANDLE for label in labels]
    for columns in range(len(widths), 1, -1):
        deep = -(-len(widths) // columns)
        if sum(max(widths[k : k + deep]) for k in range(0, len(widths), deep)) <= WIDTH - 2 * EDGE:
            return -(-len(widths) // deep)
    return 1


def _legend(page: _Page, named: Mapping[str, dict[str, Any]], columns: int) -> None:
    from matplotlib.lines import Line2D

    page.figure.legend(
        [Line2D([], [], **style) for style in named.values()], list(named), loc="upper left", ncols=columns,
        fontsize=SMALLEST, frameon=False, bbox_to_anchor=(EDGE / WIDTH, 1 - 7.0 / page.height), borderpad=0,
        borderaxespad=0, handlelength=1.8,
    )  # fmt: skip
