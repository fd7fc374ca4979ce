"""The network of 2006: its raster, rates and rhythms, its weights, and the spikes of a polychronous group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from izhi.analysis.spectrum import GAMMA
from izhi.figures.network2003 import SHOWN, draw_course, draw_rhythms, lettered, no_choice, page
from izhi.network_recording import NetworkRecording
from izhi.network_run import Simulation
from izhi.networks import Group, polychronization
from izhi.networks.polychronization import STRONGEST
from izhi.plot import plot_spike_pattern, plot_weights

TITLE = "Polychronization (2006): the network"
# How long it is run for the figure [ms].
DURATION = 600_000.0
BANDS = {"delta": (1.0, 5.0), "gamma": GAMMA}


def sheet2006(recording: NetworkRecording, weights: ArrayLike, group: Group | None = None) -> Any:
    """What the network of 2006 did last: raster, rates, spectrum, the weights that learn, and a group's spikes.

    Parameters
    ----------
    recording : NetworkRecording
        At least 10 ms.
    weights : shape (synapses,), float [mV/ms]
        Those that learn, at the end.
    group : Group, optional
        Its spikes and how they reach each other are drawn below.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    BadValue
        If there is too little to be measured.
    """
    return lettered(lambda: _sheet(recording, weights, group))


def _sheet(recording: NetworkRecording, weights: ArrayLike, group: Group | None) -> Any:
    figure, grid = page(TITLE, [75, 22, 40, *([60] if group is not None else [])])
    window = max(recording.start, recording.stop - SHOWN), recording.stop
    draw_course(recording, window, figure.add_subplot(grid[0, :]), figure.add_subplot(grid[1, :]))
    draw_rhythms(recording, figure.add_subplot(grid[2, 0]), BANDS)
    ax = figure.add_subplot(grid[2, 1])
    plot_weights(weights, ax, bounds=(0.0, STRONGEST), unit="mV/ms")
    ax.set_title(f"synapses that learn, at {recording.stop / 1e3:g} s")
    if group is not None:
        ax = plot_spike_pattern(
            group.times, group.cells, (group.links[:, 0], group.links[:, 1], group.links[:, 2]),
            figure.add_subplot(grid[3, :]),
        )  # fmt: skip
        ax.set_title(f"a group of {len(group)} spikes, longest path {group.longest_path}")
    return figure


def figure_network2006(schemes: Sequence[str] = (), cells: Sequence[str] | None = None, **options: Any) -> Any:
    """The figure, a matplotlib Figure, after ten minutes.

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
    no_choice("network-2006", schemes, cells)
    simulation = Simulation(polychronization(seed=1), **options)
    simulation.advance(DURATION, progress=False)
    return sheet2006(simulation.recording, simulation.weights("E->E+I").weight)
