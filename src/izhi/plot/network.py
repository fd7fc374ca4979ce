"""What a network does: its rates, its spectrum, its weights, the pattern of a group, and a sheet with its raster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from izhi.errors import BadValue
from izhi.plot.raster import Population, color_of, number_cells, plot_network_raster

# The spectrum of a population's rate is drawn up to this frequency [Hz].
HIGHEST = 120.0


def _axes(size: tuple[float, float]) -> Any:
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


def plot_rates(time: ArrayLike, rates: ArrayLike | Mapping[str, ArrayLike], ax: Any = None, **style: Any) -> Any:
    """Draw rates in time, a line for each population.

    Parameters
    ----------
    time : shape (bins,), float [ms]
        The middle of each bin.
    rates : shape (bins,), float [Hz], or mapping of name to such
        Colours are in the order of names, as they are in a raster of these populations.
    ax : matplotlib Axes, optional
        By default those of a new figure.
    **style
        For the lines.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> ax = plot_rates([0.5, 1.5], {"exc": [3, 4], "inh": [9, 8]})
    >>> ax.get_ylabel()
    'rate (Hz)'
    """
    ax = _axes((8, 2.5)) if ax is None else ax
    named = rates if isinstance(rates, Mapping) else {"": rates}
    for k, (name, rate) in enumerate(named.items()):
        color = color_of(k) if name else "k"
        ax.plot(time, rate, **({"linewidth": 0.8, "color": color, "label": name or "_"} | style))
    if isinstance(rates, Mapping):
        ax.legend(
            loc="lower right", bbox_to_anchor=(1, 1), fontsize="small", ncols=min(max(len(named), 1), 6), frameon=False,
            borderaxespad=0.1,
        )  # fmt: skip
    ax.margins(x=0)
    ax.set_ylim(bottom=0)
    ax.set(xlabel="time (ms)", ylabel="rate (Hz)")
    return ax


def plot_spectrum(
    frequency: ArrayLike,
    power: ArrayLike,
    ax: Any = None,
    *,
    bands: Mapping[str, tuple[float, float]] | None = None,
    unit: str = "Hz²/Hz",
    highest: float = HIGHEST,
    **style: Any,
) -> Any:
    """Draw power over frequency, on a logarithmic scale, with bands shaded and named.

    Parameters
    ----------
    frequency : shape (n,), float [Hz]
        What is not above 0 is left out.
    power : shape (n,), float
        At each frequency.
    ax : matplotlib Axes, optional
        By default those of a new figure.
    bands : mapping of name to (low, high) [Hz], optional
        Shaded.
    unit : str
        Of the power; by default that of a rate's.
    highest : float [Hz]
        Where the axis ends.
    **style
        For the line.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> plot_spectrum([1, 2, 3], [5, 9, 4], bands={"slow": (1, 2)}).get_ylabel()
    'power (Hz²/Hz)'
    """
    ax = _axes((5, 3.5)) if ax is None else ax
    f, p = np.asarray(frequency, dtype=np.float64), np.asarray(power, dtype=np.float64)
    shown = (f > 0) & (f <= highest) & (p > 0)
    if shown.any():
        ax.set_yscale("log")
    ax.plot(f[shown], p[shown], **({"linewidth": 1.0, "color": "k"} | style))
    for k, (name, (low, high)) in enumerate((bands or {}).items()):
        ax.axvspan(low, min(high, highest), color=("0.95", "0.90")[k % 2], linewidth=0, zorder=0)
        ax.annotate(
            name, ((low + min(high, highest)) / 2, 1), xycoords=ax.get_xaxis_transform(), xytext=(0, 2),
            textcoords="offset points", ha="center", va="bottom", fontsize="small", color="0.3",
        )  # fmt: skip
    ax.set(xlabel="frequency (Hz)", ylabel=f"power ({unit})", xlim=(0, highest))
    return ax


def plot_weights(
    weights: ArrayLike, ax: Any = None, *, bounds: tuple[float, float] | None = None, unit: str = "mV", bins: int = 60
) -> Any:
    """Draw how many synapses there are of each weight, on a logarithmic scale; at bounds, the share that has them.

    Parameters
    ----------
    weights : shape (synapses,), float
        All synapses of a kind.
    ax : matplotlib Axes, optional
        By default those of a new figure.
    bounds : (float, float), optional
        Between which plasticity keeps the weights.
    unit : str
        Of the weights.
    bins : int
        How many bars there are.

    Returns
    -------
    matplotlib Axes

    Examples
    --------
    >>> ax = plot_weights([0, 2, 5, 10], bounds=(0, 10))
    >>> [text.get_text() for text in ax.texts]
    ['25% at 0', '25% at 10']
    """
    ax = _axes((5, 3.5)) if ax is None else ax
    w = np.asarray(weights, dtype=np.float64).ravel()
    number, edges = np.histogram(w, bins, bounds if bounds else None)
    ax.stairs(number, edges, fill=True, color="0.35")
    ax.set(xlabel=f"weight ({unit})", ylabel="synapses")
    if w.size:
        ax.set_yscale("log")
        ax.set_ylim(0.7, 3 * max(int(number.max()), 1))
    for bound, side, away in zip(bounds or (), ("left", "right"), (4, -4), strict=False):
        ax.axvline(bound, color="tab:red", linestyle=":", linewidth=1)
        share = np.count_nonzero(np.isclose(w, bound, rtol=1e-6, atol=1e-9)) / max(w.size, 1)
        ax.annotate(
            f"{100 * share:.3g}% at {bound:g}", (bound, 1), xycoords=ax.get_xaxis_transform(), xytext=(away, -3),
            textcoords="offset points", ha=side, va="top", fontsize="small", color="tab:red",
        )  # fmt: skip
    return ax


def plot_spike_pattern(
    times: ArrayLike, cells: ArrayLike, links: tuple[ArrayLike, ArrayLike, ArrayLike], ax: Any = None
) -> Any:
    """Draw the spikes of a polychronous group, and how they reach each other.

    A dot is a spike; a line leads from it, at the speed of its axon, to where and when it arrives at another cell of
    the group. Lines that meet just before a dot are those that make it spike.
    Source: Izhikevich 2006, Neural Computation 18:245, figures 7 and 8.

    Parameters
    ----------
    times : shape (spikes,), float [ms]
        When each spike of the group is.
    cells : shape (spikes,), int
        Of which cell each is.
    links : three arrays of shape (links,): int, int, float [ms]
        Of each link the spike that it comes from, the spike that it goes to, both by number among the group's, and the
        delay.
    ax : matplotlib Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    BadValue
        If a link is of a spike that the group has not.

    Examples
    --------
    >>> ax = plot_spike_pattern([0, 4, 11], [7, 30, 12], ([0, 1], [2, 2], [10, 6]))
    >>> [line.tolist() for line in ax.collections[0].get_segments()]
    [[[0.0, 7.0], [10.0, 12.0]], [[4.0, 30.0], [10.0, 12.0]]]
    """
    from matplotlib.collections import LineCollection

    t, c = np.asarray(times, dtype=np.float64), np.asarray(cells)
    before, after = (np.asarray(spike, dtype=np.int64) for spike in links[:2])
    delay = np.asarray(links[2], dtype=np.float64)
    if t.shape != c.shape or not before.shape == after.shape == delay.shape:
        raise BadValue(
            "plot_spike_pattern", links, "a cell for each time, and two spikes and a delay for each link, would do"
        )
    ends = np.concatenate([before, after])
    if ends.size and (ends.min() < 0 or ends.max() >= t.size):
        raise BadValue(
            "plot_spike_pattern", int(ends[(ends < 0) | (ends >= t.size)][0]), f"spikes 0 to {t.size - 1} would do"
        )
    ax = _axes((7, 5)) if ax is None else ax
    arrival = t[before] + delay
    lines = np.stack([np.stack([t[before], c[before]], axis=1), np.stack([arrival, c[after]], axis=1)], axis=1)
    ax.add_collection(LineCollection(list(lines), colors="0.6", linewidths=0.7, zorder=1))
    ax.plot(arrival, c[after], "|", color="0.45", markersize=4, zorder=2)
    ax.plot(t, c, "o", color="k", markersize=4.5, zorder=3)
    ax.margins(0.03)
    number_cells(ax)
    ax.set(xlabel="time (ms)", ylabel="cell")
    return ax


def network_sheet(
    spike_time: ArrayLike,
    spike_cell: ArrayLike,
    count: int,
    rate_time: ArrayLike,
    rates: ArrayLike | Mapping[str, ArrayLike],
    frequency: ArrayLike,
    power: ArrayLike,
    *,
    start: float | None = None,
    stop: float | None = None,
    populations: Sequence[Population] | None = None,
    bands: Mapping[str, tuple[float, float]] | None = None,
    title: str = "",
) -> Any:
    """Draw what a network does in one new figure: its raster, its rates below it, and its spectrum below these.

    Parameters
    ----------
    spike_time, spike_cell, count, start, stop, populations
        As for `plot_network_raster`.
    rate_time, rates
        As for `plot_rates`.
    frequency, power, bands
        As for `plot_spectrum`.
    title : str
        Above all.

    Returns
    -------
    shape (3,), matplotlib Axes
        The raster, the rates, and the spectrum.

    Raises
    ------
    BadValue
        As `plot_network_raster` does.

    Examples
    --------
    >>> sheet = network_sheet([1.0, 5.5], [0, 1], 2, [2.5, 7.5], [100, 100], [50, 100], [3, 1], stop=10)
    >>> [ax.get_xlabel() for ax in sheet]
    ['', 'time (ms)', 'frequency (Hz)']
    """
    from matplotlib import pyplot as plt

    figure = plt.figure(figsize=(9, 8), layout="constrained")
    grid = figure.add_gridspec(3, 1, height_ratios=[4, 1.3, 1.7])
    raster = figure.add_subplot(grid[0])
    below = figure.add_subplot(grid[1], sharex=raster)
    spectrum = figure.add_subplot(grid[2])
    plot_network_raster(spike_time, spike_cell, count, raster, start=start, stop=stop, populations=populations)
    window = raster.get_xlim()
    plot_rates(rate_time, rates, below)
    raster.set(xlabel="", xlim=window)
    raster.tick_params(labelbottom=False)
    plot_spectrum(frequency, power, spectrum, bands=bands)
    if title:
        raster.set_title(title, fontsize="medium")
    return np.array([raster, below, spectrum], dtype=object)
