"""Sweeps of a recording over each other, with their currents below."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.sweeps import Sweep, Sweeps

# Points of a line beyond which its envelope is drawn instead: the least and the largest of each bin.
MOST_POINTS = 20_000


def plot_sweeps(sweeps: Sweeps, ax: Any = None, *, current: bool = True, **style: Any) -> Any:
    """Draw sweeps over each other, coloured from the least current to the largest.

    Parameters
    ----------
    sweeps : Sweeps
        Of one cell.
    ax : matplotlib Axes, optional
        Draw the voltages here only. By default a new figure, with the currents below.
    current : bool
        Whether to draw the currents too, in a new figure.
    **style
        For the lines of the voltages.

    Returns
    -------
    Axes, or an array of them
        That of the voltages, and below it that of the currents.
    """
    if ax is not None:
        return plot_sweep_voltages(sweeps, ax, **style)
    from matplotlib import pyplot as plt

    if not current:
        _, ax = plt.subplots(figsize=(8, 4), layout="constrained")
        return plot_sweep_voltages(sweeps, ax, **style)
    _, axes = plt.subplots(
        2, 1, figsize=(8, 5), sharex=True, layout="constrained", gridspec_kw={"height_ratios": [3, 1]}
    )
    plot_sweep_voltages(sweeps, axes[0], **style)
    plot_sweep_currents(sweeps, axes[1])
    axes[0].set(xlabel="", title=_title(sweeps))
    axes[0].title.set_fontsize("medium")
    return axes


def plot_sweep_voltages(sweeps: Sweeps, ax: Any, **style: Any) -> Any:
    """Draw the voltage of each sweep."""
    return _draw(sweeps, "voltage", "v (mV)", ax, style)


def plot_sweep_currents(sweeps: Sweeps, ax: Any, **style: Any) -> Any:
    """Draw the current of each sweep."""
    return _draw(sweeps, "current", "I (pA)", ax, style)


def _draw(sweeps: Sweeps, key: str, label: str, ax: Any, style: dict[str, Any]) -> Any:
    for sweep, color in zip(sweeps, _colors(sweeps), strict=True):
        ax.plot(*_line(sweep, key), **({"linewidth": 0.7, "color": color, "label": f"sweep {sweep.name}"} | style))
    ax.set(xlabel="time (ms)", ylabel=label, xlim=(0, max(sweep.duration for sweep in sweeps)))
    return ax


def _line(sweep: Sweep, key: str) -> tuple[Any, Any]:
    return envelope(sweep.time, getattr(sweep, key))


def envelope(time: NDArray, values: NDArray, points: int = MOST_POINTS) -> tuple[NDArray, NDArray]:
    """Times and values; of more than so many, the extremes of each bin in turn, so that no spike is lost."""
    width = 2 * values.size // points
    if width < 4:
        return time, values
    bins = values[: values.size // width * width].reshape(-1, width)
    where = np.sort(np.stack([bins.argmin(axis=1), bins.argmax(axis=1)], axis=1), axis=1)
    where = np.append((where + width * np.arange(len(bins))[:, None]).ravel(), values.size - 1)
    return time[where], values[where]


def _colors(sweeps: Sweeps) -> list[Any]:
    """By the size of the step, or by order where there are none."""
    from matplotlib import colormaps

    sizes = np.array([np.nan if step is None else step.level for step in sweeps.steps])
    if np.isnan(sizes).any() or not np.ptp(sizes):
        sizes = np.arange(len(sweeps), dtype=np.float64)
    share = (sizes - sizes.min()) / (np.ptp(sizes) or 1.0)
    return [colormaps["viridis"](0.9 * x) for x in share]


def _title(sweeps: Sweeps) -> str:
    name = sweeps.source.replace("\\", "/").rpartition("/")[2] or "sweeps"
    protocol = sweeps.about.get("protocol", "")
    return f"{name}: {len(sweeps)} sweep{'s' * (len(sweeps) != 1)}" + (f", {protocol}" if protocol else "")
