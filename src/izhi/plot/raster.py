"""When each cell of a network spikes: dots, or their density where dots would merge."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.errors import BadValue

WHO = "plot_network_raster"

Population = tuple[str, int, int]

# With more spikes than this on a square point dots would merge, and their density is drawn instead.
DENSEST = 0.5
# The diameters of dots [points], and the share of the distance between spikes that they take.
SMALLEST_DOT, LARGEST_DOT, FILLED = 0.7, 3.5, 0.45
# An image has a row and a column for about so many points.
GRAIN = 1.0
# So many spikes show whether times are on a grid.
SAMPLE = 100_000
# The letters of populations' names, and a line of them [points].
NAME, LINE = 8, 9.5
EDGE = "0.6"
# Colours that are told apart without red and green as well (Okabe, Ito 2008).
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5b4a8a", "#7f7f7f")


def plot_network_raster(
    spike_time: ArrayLike,
    spike_cell: ArrayLike,
    count: int,
    ax: Any = None,
    *,
    start: float | None = None,
    stop: float | None = None,
    populations: Sequence[Population] | None = None,
) -> Any:
    """Draw when each cell spikes: a dot for each spike, or an image of their density if dots would merge.

    A row of the image is the mean of neighbouring cells, and a column is a round number of ms wide, a multiple of the
    step of time if there is one, so that no stripes arise. Its colours are rates, on a scale of square roots.

    Parameters
    ----------
    spike_time : shape (spikes,), float [ms]
        In any order.
    spike_cell : shape (spikes,), int
        The cell of each spike, from 0.
    count : int
        How many cells there are.
    ax : matplotlib Axes, optional
        By default those of a new figure.
    start, stop : float, optional [ms]
        The window. By default from 0, or from the first spike if it is earlier, to the last spike.
    populations : sequence of (name, first cell, number of cells), optional
        Drawn in colours of their own, with their names beside them.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    BadValue
        If the arrays do not belong together, a cell is not one of `count`, or the window has no length.

    Examples
    --------
    >>> ax = plot_network_raster([3.0, 8.0, 9.5], [0, 2, 1], 3, stop=20, populations=[("exc", 0, 2), ("inh", 2, 1)])
    >>> [label.get_text().split() for label in ax.get_yticklabels()]
    [['exc', '0–1'], ['inh', '2']]
    """
    time, cell = _spikes(spike_time, spike_cell, count)
    low, high = _window(time, start, stop)
    shown = (time >= low) & (time <= high)
    time, cell = time[shown], cell[shown]
    if ax is None:
        from matplotlib import pyplot as plt

        _, ax = plt.subplots(figsize=(8, 4), layout="constrained")
    width, height = _points(ax)
    if time.size > DENSEST * width * height:
        _draw_density(time, cell, count, (low, high), ax)
    else:
        size = float(np.clip(FILLED * (width * height / max(time.size, 1)) ** 0.5, SMALLEST_DOT, LARGEST_DOT))
        _draw_dots(time, cell, count, populations, size, ax)
    ax.set(xlabel="time (ms)", ylabel="cell", xlim=(low, high), ylim=(-0.5, count - 0.5))
    number_cells(ax)
    if populations:
        _name_populations(populations, count, ax)
    return ax


def color_of(population: int) -> str:
    """The colour of a population, by its number."""
    return COLORS[population % len(COLORS)]


def number_cells(ax: Any) -> None:
    """Have whole numbers only at the ticks of cells."""
    from matplotlib.ticker import MaxNLocator

    ax.yaxis.set_major_locator(MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10]))


def _points(ax: Any) -> tuple[float, float]:
    """The width and the height of axes, in points."""
    box = ax.get_window_extent()
    scale = 72 / ax.figure.dpi
    return max(box.width * scale, 1.0), max(box.height * scale, 1.0)


def _spikes(spike_time: ArrayLike, spike_cell: ArrayLike, count: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    time, cell = np.asarray(spike_time), np.asarray(spike_cell)
    if count < 1:
        raise BadValue(WHO, count, "a number of cells, at least 1, would do")
    if time.ndim != 1 or time.dtype.kind not in "iuf" or not np.isfinite(time).all():
        raise BadValue(WHO, spike_time, "spike times in ms, all finite, would do")
    if cell.shape != time.shape or (cell.size and cell.dtype.kind not in "iu"):
        raise BadValue(WHO, spike_cell, f"{time.size} whole numbers, the cell of each spike, would do")
    if cell.size and (cell.min() < 0 or cell.max() >= count):
        outside = cell[(cell < 0) | (cell >= count)][0].item()
        raise BadValue(WHO, outside, f"cells 0 to {count - 1} would do")
    return time.astype(np.float64, copy=False), cell.astype(np.int64, copy=False)


def _window(time: NDArray[np.float64], start: float | None, stop: float | None) -> tuple[float, float]:
    """The window that was given, or else one that holds all spikes."""
    low = min(0.0, float(time.min(initial=0.0))) if start is None else float(start)
    high = float(time.max(initial=low)) if stop is None else float(stop)
    if stop is None and high == low:  # no spike, or one that is at the start
        high = low + 1
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise BadValue(WHO, (start, stop), "a start before a stop, in ms, would do")
    return low, high


def _draw_dots(
    time: NDArray, cell: NDArray, count: int, populations: Sequence[Population] | None, size: float, ax: Any
) -> None:
    style = {"marker": "o", "markersize": size, "markeredgewidth": 0, "linestyle": "", "rasterized": True}
    ink = np.full(count, -1)
    for k, (_, first, number) in enumerate(populations or ()):
        ink[first : first + number] = k
    whose = ink[cell]
    for k in np.unique(whose):
        ax.plot(time[whose == k], cell[whose == k], color="k" if k < 0 else color_of(int(k)), **style)


def _draw_density(time: NDArray, cell: NDArray, count: int, window: tuple[float, float], ax: Any) -> None:
    """Draw an image of the rate, of some cells and some ms for each of its points, and a bar of its colours."""
    from matplotlib.colors import PowerNorm

    rate, (stop, top) = _density(time, cell, count, window, _points(ax))
    image = ax.imshow(
        rate, origin="lower", aspect="auto", cmap="BuPu", extent=(window[0], stop, -0.5, top - 0.5),
        norm=PowerNorm(0.5, 0, max(float(np.quantile(rate, 0.999)), 1e-9)),
    )  # fmt: skip
    bar = ax.inset_axes([1.012, 0, 0.018, 1])
    ax.figure.colorbar(image, cax=bar, label="rate (Hz)", extend="max" if rate.max() > image.norm.vmax else "neither")


def _density(
    time: NDArray, cell: NDArray, count: int, window: tuple[float, float], points: tuple[float, float]
) -> tuple[NDArray[np.float64], tuple[float, float]]:
    """The rates of groups of cells in bins of time [Hz]: shape (groups, bins); and where the bins and groups end."""
    start, stop = window
    width = _bin_width(time, stop - start, points[0])
    size = max(1, int(np.ceil(count * GRAIN / points[1])))
    # A millionth of a bin is less than any step of time, and more than its rounding.
    bins, groups = int(np.ceil((stop - start) / width - 1e-6)), -(-count // size)
    column = np.minimum(((time - start) / width + 1e-6).astype(np.int64), bins - 1)
    number = np.bincount(cell // size * bins + column, minlength=groups * bins).reshape(groups, bins)
    seconds = np.minimum(width, stop - start - width * np.arange(bins)) * 1e-3
    cells = np.minimum(size, count - size * np.arange(groups))
    return number / (cells[:, None] * seconds), (start + bins * width, float(groups * size))


def _bin_width(time: NDArray[np.float64], length: float, points: float) -> float:
    """The width of a column [ms]: of two points or a little less, and a multiple of the step of time, if any."""
    width = 2 * GRAIN * length / points
    ten = 10.0 ** np.floor(np.log10(width))
    width = float(max(step * ten for step in (1, 2, 5) if step * ten <= width * (1 + 1e-9)))
    step = float(np.diff(np.unique(time[:SAMPLE])).min(initial=length))
    return step * max(1, round(width / step)) if width / 100 < step < length else width


def _name_populations(populations: Sequence[Population], count: int, ax: Any) -> None:
    """Put each population's name and cells beside its middle, and lines between populations."""
    room = _points(ax)[1] / count
    middles, names = [], []
    for name, first, number in populations:
        last = first + number - 1
        span = f"{first:,}–{last:,}" if number > 1 else f"{first:,}"
        middles.append((first + last) / 2)
        names.append(f"{name}\n{span}" if number * room > 2.2 * LINE else name)
        for edge in (first, last + 1):
            if 0 < edge < count:
                ax.axhline(edge - 0.5, color=EDGE, linewidth=0.6, zorder=0.5)
    heights = [LINE * (1 + name.count("\n")) / room for name in names]
    ax.set_yticks(_apart(middles, heights, count), labels=names, fontsize=NAME, linespacing=1.1)
    for k, label in enumerate(ax.get_yticklabels()):
        label.set_color(color_of(k))
    ax.tick_params(axis="y", length=0)


def _apart(middles: Sequence[float], heights: Sequence[float], top: float) -> list[float]:
    """Where to put names so that none lies on another: moved up where they would, and down from the top."""
    placed = list(middles)
    order = sorted(range(len(placed)), key=placed.__getitem__)
    for below, here in pairwise(order):
        placed[here] = max(placed[here], placed[below] + (heights[below] + heights[here]) / 2)
    limit = float(top)
    for here in reversed(order):
        placed[here] = min(placed[here], limit - heights[here] / 2)
        limit = placed[here] - heights[here] / 2
    return placed
