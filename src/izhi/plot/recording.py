"""Voltage above current, or a raster where only spikes were recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.equations import MODELS
from izhi.recording import Recording

MOST_TRACES = 12
MOST_POINTS = 200_000


def plot_recording(recording: Recording, ax: Any = None, *, current: bool = True, **style: Any) -> Any:
    """Draw a recording: v, and the injected current below it; a raster if only spikes were recorded.

    Parameters
    ----------
    recording : Recording
        Of one cell or of an ensemble.
    ax : matplotlib Axes, optional
        Draw v (or the raster) here only. By default a new figure.
    current : bool
        Whether to draw the current too, in a new figure.
    **style
        For the lines of v.

    Returns
    -------
    Axes, or an array of them
        That of v, and below it that of the current.
    """
    if not recording.cells.size:
        return plot_raster(recording, ax)
    if ax is not None:
        return plot_voltage(recording, ax, **style)
    from matplotlib import pyplot as plt

    if not current:
        _, ax = plt.subplots(figsize=(8, 3), layout="constrained")
        return plot_voltage(recording, ax, **style)
    _, axes = plt.subplots(
        2, 1, figsize=(8, 4), sharex=True, layout="constrained", gridspec_kw={"height_ratios": [3, 1]}
    )
    plot_voltage(recording, axes[0], **style)
    axes[0].set_xlabel("")
    plot_current(recording, axes[1])
    about = recording.provenance
    axes[0].set_title(
        f"{about['preset'] or about['model']}, {about['scheme']}, dt {about['dt']:g} ms", fontsize="medium"
    )
    return axes


def plot_voltage(recording: Recording, ax: Any, **style: Any) -> Any:
    """Draw v of each recorded cell (the first twelve), with its spikes drawn up to the highest peak seen or set."""
    style = {"linewidth": 0.8} | style
    rows = np.atleast_2d(recording.voltage)
    for row, cell in zip(rows[:MOST_TRACES], recording.cells, strict=False):
        t, v = with_spikes(recording, row, int(cell))
        label = {} if recording.single else {"label": f"cell {cell}"}
        ax.plot(t, drawable(v), **(label | style))
    if 1 < len(rows) <= MOST_TRACES:
        ax.legend(fontsize="x-small", loc="upper right")
    for failure in recording.failures[:MOST_TRACES]:
        ax.axvline(failure["time"], color="tab:red", linestyle=":", linewidth=1)
    ax.set(xlabel="time (ms)", ylabel="v (mV)")
    return ax


def drawable(values: NDArray) -> NDArray:
    """The values, where they are larger than axes can span brought to the largest that they can."""
    return np.clip(values.astype(np.float64), -1e300, 1e300)


def with_spikes(recording: Recording, v: NDArray, cell: int) -> tuple[NDArray, NDArray]:
    """Samples of v with the peak and the reset put in at each spike that lies between samples."""
    t = recording.time[: v.size]
    spikes = recording.spike_time[recording.spike_cell == cell]
    if recording.provenance["scheme"] not in _BETWEEN_SAMPLES or not spikes.size:
        return t, v
    where = np.searchsorted(t, spikes, side="right")
    both = np.repeat(where, 2)
    return np.insert(t, both, np.repeat(spikes, 2)), np.insert(v, both, _strokes(recording, cell, where))


def _strokes(recording: Recording, cell: int, where: NDArray) -> NDArray:
    """The voltages at which each spike ends and from which the cell goes on, in turn, of spikes before `where`."""
    p = {s: float(x if np.ndim(x) == 0 else np.asarray(x)[cell]) for s, x in recording.parameters.items()}
    model = MODELS.get(recording.provenance["model"])
    if model is None:  # one of the user's own, whose functions a recording does not have
        return np.tile([p["vpeak"], p.get("c", p["vpeak"])], where.size)
    q = model.Parameters(*(p[symbol] for symbol in model.symbols))
    u = np.atleast_2d(recording.recovery)[list(recording.cells).index(cell)][np.maximum(where - 1, 0)]
    peaks = [model.peak(x, q) for x in u.tolist()]
    resets = [model.reset(peak, x, q)[0] for peak, x in zip(peaks, u.tolist(), strict=True)]
    return np.stack([peaks, resets], axis=1).ravel()


# Schemes that place spikes within a step, so that no sample need show the peak.
_BETWEEN_SAMPLES = ("accurate", "rk4")


def plot_current(recording: Recording, ax: Any, **style: Any) -> Any:
    """Draw the injected current of each recorded cell (the first twelve)."""
    style = {"linewidth": 0.8, "color": "0.35"} | style
    for row in np.atleast_2d(recording.current)[:MOST_TRACES]:
        ax.plot(recording.time, drawable(row), **style)
    unit = recording.provenance["units"]["current"]
    ax.set(xlabel="time (ms)", ylabel=f"I ({unit})")
    return ax


def plot_raster(recording: Recording, ax: Any = None) -> Any:
    """Draw a dot for each spike; of very many, an even share."""
    if ax is None:
        from matplotlib import pyplot as plt

        _, ax = plt.subplots(figsize=(8, 4), layout="constrained")
    step = max(1, recording.spike_time.size // MOST_POINTS)
    ax.plot(recording.spike_time[::step], recording.spike_cell[::step], ".", markersize=1.5, color="k", rasterized=True)
    ax.set(xlabel="time (ms)", ylabel="cell", xlim=(0, recording.duration), ylim=(-0.5, recording.count - 0.5))
    return ax
