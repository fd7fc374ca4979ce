"""Figure 3 of the paper of 2003: a thousand cells, in which noise becomes rhythms; and what other networks' sheets have
in common with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from izhi.analysis.spectrum import ALPHA, GAMMA, Band
from izhi.errors import BadValue
from izhi.network_recording import NetworkRecording
from izhi.network_run import Simulation
from izhi.networks import activity, cortex2003, rates_in_time
from izhi.networks.cortex2003 import PUBLISHED
from izhi.networks.summary import LAST
from izhi.plot import plot_network_raster, plot_rates, plot_spectrum

TITLE = "Simple model of spiking neurons (2003), figure 3: the network"
# How long it is run: the paper shows the first second [ms].
DURATION, SHOWN = 5000.0, 1000.0
BANDS: Mapping[str, Band] = {"alpha": ALPHA, "gamma": GAMMA}
# Of a page [mm]; and the size of all letters [points].
WIDTH, INCH = 180.0, 25.4
LETTERS: dict[Any, Any] = {
    "font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8, "xtick.labelsize": 7, "ytick.labelsize": 7,
    "legend.fontsize": 7,
}  # fmt: skip
# Where spikes are cut off [mV].
PEAK = 30.0


def page(title: str, heights: Sequence[float]) -> tuple[Any, Any]:
    """A figure as wide as a page with a title, and a grid of two columns with rows of these heights [mm]."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / INCH, (sum(heights) + 8 * len(heights)) / INCH), layout="constrained")
    figure.suptitle(title, fontsize=9, x=0.01, ha="left")
    return figure, figure.add_gridspec(len(heights), 2, height_ratios=list(heights))


def draw_course(recording: NetworkRecording, window: tuple[float, float], raster: Any, below: Any) -> None:
    """Draw the raster of a window of time, and the rates below it."""
    start, stop = window
    time, rates = rates_in_time(recording, start, stop)
    plot_network_raster(
        recording.spike_time, recording.spike_cell, recording.count, raster, start=start, stop=stop,
        populations=recording.populations,
    )  # fmt: skip
    names = [p.name for p in recording.populations if p.count]
    plot_rates(time, dict(zip(names, rates, strict=True)), below)
    raster.set(xlabel="")
    raster.tick_params(labelbottom=False)
    below.set_xlim(start, stop)


def draw_rhythms(recording: NetworkRecording, ax: Any, bands: Mapping[str, Band]) -> None:
    """Draw the spectrum of the rate of all cells in the last minute."""
    from matplotlib.ticker import NullFormatter

    found = activity(recording, max(recording.start, recording.stop - LAST), bands=bands)
    plot_spectrum(*found.spectrum, ax, bands=bands)
    ax.yaxis.set_minor_formatter(NullFormatter())


def lettered(draw: Any) -> Any:
    """Draw with the letters of a page, whatever the user's own are."""
    import matplotlib as mpl

    with mpl.rc_context(LETTERS):
        return draw()


def sheet2003(recording: NetworkRecording, *, first: bool = False) -> Any:
    """What the network of 2003 did: raster, rates, a cell's voltage if one was recorded, and the spectrum.

    Parameters
    ----------
    recording : NetworkRecording
        Of at least 10 ms.
    first : bool
        Whether to show the first second, as the paper does, or the last.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    BadValue
        If there is too little to be measured.
    """
    start = recording.start if first else max(recording.start, recording.stop - SHOWN)
    window = start, min(start + SHOWN, recording.stop)
    return lettered(lambda: _sheet(recording, window))


def _sheet(recording: NetworkRecording, window: tuple[float, float]) -> Any:
    traced = recording.trace_cells.size > 0
    as_published = recording.count == PUBLISHED
    title = TITLE if as_published else f"{TITLE.partition(',')[0]}: a network of {recording.count:,} cells"
    figure, grid = page(title, [75, 22, *([22] if traced else []), 35])
    raster = figure.add_subplot(grid[0, :])
    below = figure.add_subplot(grid[1, :])
    draw_course(recording, window, raster, below)
    if traced:
        ax = figure.add_subplot(grid[2, :], sharex=below)
        # A step can end far above the peak; what is shown of a spike ends there.
        ax.plot(recording.trace_time, np.minimum(recording.voltage[0], PEAK), color="k", linewidth=0.6)
        ax.set(xlabel="time (ms)", ylabel=f"cell {recording.trace_cells[0]}: v (mV)", ylim=(-95, PEAK + 10))
        below.set(xlabel="")
        below.tick_params(labelbottom=False)
    draw_rhythms(recording, figure.add_subplot(grid[-1, :]), BANDS)
    return figure


def figure_network2003(schemes: Sequence[str] = (), cells: Sequence[str] | None = None, **options: Any) -> Any:
    """The figure, a matplotlib Figure: the first second, and the spectrum of five.

    Parameters
    ----------
    schemes, cells
        None: it has none to choose from.
    **options
        For `Simulation`.

    Raises
    ------
    BadValue
        If some are asked for.
    """
    no_choice("network-2003", schemes, cells)
    simulation = Simulation(cortex2003(seed=1), **{"record": {"E": 1}, **options})
    simulation.advance(DURATION, progress=False)
    return sheet2003(simulation.recording, first=True)


def no_choice(name: str, schemes: Sequence[str], cells: Sequence[str] | None) -> None:
    """Refuse schemes and cells: a network's are its own."""
    for what, given in (("scheme", schemes), ("cell", cells)):
        if given:
            raise BadValue(f"figure {name}: {what}", given[0], f"it has no {what}s to choose from")
