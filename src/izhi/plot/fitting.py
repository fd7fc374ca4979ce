"""What a fitted cell does beside what was recorded: traces, spikes, rates, and what is left between them.

Sweeps that the cell was fitted to are drawn in one colour and with dots, those that were held out in another and with
squares; what was recorded is grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from izhi.errors import BadValue
from izhi.plot.sweeps import envelope

# Colours that are told apart without red and green as well (Okabe, Ito 2008).
RECORDED, TRAINING, HELD_OUT = "#8c8c8b", "#0072b2", "#d55e00"
# Around the step, so much of a sweep is shown: parts of the step, and at least so much [ms].
BEFORE, AFTER = (0.15, 30.0), (0.4, 60.0)
# Points of a trace at most; what is left of a voltage is averaged in so many bins.
POINTS, BINS = 1600, 400
# Around spikes a voltage is not compared, so long before and after [ms].
UPSTROKE, DOWNSTROKE = 2.0, 5.0
# Of what is left of voltages, this share is within the axes [%].
SHOWN = 97.0


class Prediction(Protocol):
    """A sweep and what the cell does in it, as `izhi.fitting.SweepScore` holds them."""

    @property
    def name(self) -> str:
        """What the file calls it."""

    @property
    def dt(self) -> float:
        """[ms]"""

    @property
    def current(self) -> NDArray[np.float64]:
        """[pA]"""

    @property
    def recorded(self) -> NDArray[np.float64]:
        """The voltage [mV]."""

    @property
    def predicted(self) -> NDArray[np.float64]:
        """The same [mV]."""

    @property
    def spikes(self) -> NDArray[np.float64]:
        """As recorded [ms]."""

    @property
    def predicted_spikes(self) -> NDArray[np.float64]:
        """The same [ms]."""

    @property
    def step(self) -> Any:
        """An `InjectedStep`, or None."""

    @property
    def duration(self) -> float:
        """[ms]"""

    @property
    def counts(self) -> tuple[int, int]:
        """Spikes within the step, recorded and predicted."""

    @property
    def latencies(self) -> tuple[float, float]:
        """From the step to the first spike within it, recorded and predicted [ms]."""


def plot_prediction(
    sweep: Prediction, ax: Any = None, *, held_out: bool = False, peak: float | None = None, **style: Any
) -> Any:
    """Draw a recorded voltage in grey, and over it the predicted one, each spike up to its peak.

    Parameters
    ----------
    sweep : Prediction
        As `izhi.fitting.SweepScore`.
    ax : matplotlib Axes, optional
        By default those of a new figure.
    held_out : bool
        Whether the cell was not fitted to this sweep, which decides the colour.
    peak : float, optional [mV]
        Up to where predicted spikes are drawn; by default as high as those that were recorded.
    **style
        For the line of the prediction.

    Returns
    -------
    matplotlib Axes
    """
    ax = _axes(ax)
    first, last = window(sweep)
    time = _time(sweep)[first:last]
    ax.plot(*envelope(time, sweep.recorded[first:last], POINTS), color=RECORDED, linewidth=1.4, label="recorded")
    shown = np.isfinite(sweep.predicted[first:last])
    t, v = _with_peaks(sweep, time[shown], sweep.predicted[first:last][shown], peak)
    style = {"color": HELD_OUT if held_out else TRAINING, "linewidth": 0.9, "label": "predicted"} | style
    ax.plot(*envelope(t, v, POINTS), **style)
    ax.set(xlabel="time (ms)", ylabel="v (mV)", xlim=(time[0], time[-1]))
    return ax


def plot_injected(sweep: Prediction, ax: Any = None, **style: Any) -> Any:
    """Draw the current that was injected in a sweep."""
    ax = _axes(ax)
    first, last = window(sweep)
    time, current = _time(sweep)[first:last], sweep.current[first:last]
    ax.plot(*envelope(time, current, POINTS), **({"color": RECORDED, "linewidth": 0.9} | style))
    ax.set(xlabel="time (ms)", ylabel="I (pA)", xlim=(time[0], time[-1]))
    return ax


def plot_fit_raster(training: Sequence[Prediction], held_out: Sequence[Prediction] = (), ax: Any = None) -> Any:
    """Draw two rows of strokes for each sweep with spikes: above when it spiked, below when the cell does."""
    every = [s for s in by_current(training, held_out) if s[0].spikes.size or s[0].predicted_spikes.size]
    if ax is None:
        from matplotlib import pyplot as plt

        _, ax = plt.subplots(figsize=(8, 1 + 0.3 * len(every)), layout="constrained")
    for k, (sweep, kept) in enumerate(every):
        color = HELD_OUT if kept else TRAINING
        ax.vlines(sweep.spikes, k + 0.04, k + 0.4, color=RECORDED, linewidth=1.1)
        ax.vlines(sweep.predicted_spikes, k - 0.4, k - 0.04, color=color, linewidth=1.1)
    ax.set_yticks(range(len(every)), labels=[_label(sweep) for sweep, _ in every])
    spans = [_time(sweep)[np.array(window(sweep)) - (0, 1)] for sweep, _ in every] or [np.array([0.0, 1.0])]
    ax.set(xlim=(min(s[0] for s in spans), max(s[1] for s in spans)), ylim=(-0.6, len(every) - 0.4))
    ax.set(xlabel="time (ms)", ylabel="step (pA)" if all(s.step for s, _ in every) else "sweep")
    return ax


def plot_fit_rates(training: Sequence[Prediction], held_out: Sequence[Prediction] = (), ax: Any = None) -> Any:
    """Draw the mean rate in each step against its current: the f-I curve, recorded and predicted."""
    ax = _axes(ax)
    stepped = [s for s in by_current(training, held_out) if s[0].step is not None]
    level = np.array([sweep.step.level for sweep, _ in stepped])
    rates = np.array([[1e3 * n / sweep.step.duration for n in sweep.counts] for sweep, _ in stepped]).reshape(-1, 2)
    kept = np.array([k for _, k in stepped], dtype=bool)
    ax.plot(level, rates[:, 0], color=RECORDED, linewidth=1, marker="o", markersize=7, alpha=0.75, label="recorded")
    for chosen, name in ((~kept, "predicted, training"), (kept, "predicted, held out")):
        if chosen.any():
            _mark(ax, level[chosen], rates[chosen, 1], name.endswith("out"), label=name)
    ax.set(xlabel="I (pA)", ylabel="rate (1/s)")
    ax.set_ylim(bottom=-0.03 * max(ax.get_ylim()[1], 1.0))
    ax.legend(frameon=False, fontsize="small")
    return ax


def plot_fit_residuals(training: Sequence[Prediction], held_out: Sequence[Prediction] = (), ax: Any = None) -> Any:
    """Draw predicted minus recorded voltages, away from the spikes of both, averaged in short bins."""
    ax = _axes(ax)
    every, seen = [], []
    for sweep, kept in by_current(training, held_out):
        t, off = _left(sweep)
        ax.plot(t, off, color=HELD_OUT if kept else TRAINING, linewidth=0.7, alpha=0.6)
        every.append((t[0], t[-1]))
        seen.append(off[np.isfinite(off)])
    ax.axhline(0.0, color=RECORDED, linewidth=0.8, zorder=0)
    pooled = np.concatenate(seen) if seen else np.zeros(0)
    top = max(1.0, 1.1 * float(np.percentile(np.abs(pooled), SHOWN))) if pooled.size else 1.0
    ax.set(xlabel="time (ms)", ylabel="v, predicted − recorded (mV)", ylim=(-top, top))
    if every:
        ax.set_xlim(min(a for a, _ in every), max(b for _, b in every))
    return ax


def plot_fit_errors(
    training: Sequence[Prediction], held_out: Sequence[Prediction] = (), ax: Any = None, *, what: str = "count"
) -> Any:
    """Draw how many spikes too many each sweep has, or how late its first spike comes, against its current.

    Parameters
    ----------
    training, held_out : sequence of Prediction
        Sweeps that the cell was fitted to, and those that it was not.
    ax : matplotlib Axes, optional
        By default those of a new figure.
    what : str
        "count" or "latency". Where only one of recording and prediction has a first spike, a cross is at 0.

    Raises
    ------
    BadValue
        If `what` is neither.
    """
    if what not in ("count", "latency"):
        raise BadValue("plot_fit_errors: what", what, "'count' or 'latency' would do")
    ax = _axes(ax)
    for kept, sweeps in ((False, training), (True, held_out)):
        stepped = [s for s in sweeps if s.step is not None]
        level = np.array([s.step.level for s in stepped])
        pairs = np.array([s.counts if what == "count" else s.latencies for s in stepped], dtype=float).reshape(-1, 2)
        off = pairs[:, 1] - pairs[:, 0]
        good, lost = np.isfinite(off), np.isfinite(pairs).sum(axis=1) == 1
        _mark(ax, level[good], off[good], kept)
        color = HELD_OUT if kept else TRAINING
        ax.plot(level[lost], np.zeros(lost.sum()), "x", color=color, markersize=6, zorder=3)
    ax.axhline(0.0, color=RECORDED, linewidth=0.8, zorder=0)
    ax.set(xlabel="I (pA)", ylabel="spikes too many" if what == "count" else "first spike too late (ms)")
    if what == "count":
        from matplotlib.ticker import MaxNLocator

        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    top = max(1.0, 1.15 * float(np.abs(ax.get_ylim()).max()))
    ax.set_ylim(-top, top)
    return ax


def by_current(training: Sequence[Prediction], held_out: Sequence[Prediction]) -> list[tuple[Prediction, bool]]:
    """All sweeps, and whether they were held out, from the least current to the largest."""
    every = [(sweep, False) for sweep in training] + [(sweep, True) for sweep in held_out]
    return sorted(every, key=lambda pair: pair[0].step.level if pair[0].step is not None else np.inf)


def window(sweep: Prediction) -> tuple[int, int]:
    """The samples to show: those around the step, or all."""
    if sweep.step is None:
        return 0, sweep.recorded.size
    before, after = (max(part * sweep.step.duration, least) for part, least in (BEFORE, AFTER))
    first = max(0, round((sweep.step.start - before) / sweep.dt))
    return first, min(sweep.recorded.size, max(first + 2, round((sweep.step.stop + after) / sweep.dt)))


def _axes(ax: Any) -> Any:
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=(8, 3), layout="constrained")[1]


class Tradeoff(Protocol):
    """A Pareto front, as `izhi.fitting.Front` holds it."""

    @property
    def spikes(self) -> NDArray[np.float64]:
        """What spikes cost."""

    @property
    def voltage(self) -> NDArray[np.float64]:
        """What the voltage costs."""


def plot_front(front: Tradeoff, ax: Any = None, **style: Any) -> Any:
    """Draw what voltages cost over what spikes cost.

    Parameters
    ----------
    front : Tradeoff
        As `izhi.fitting.Front`.
    ax : matplotlib Axes, optional
        By default those of a new figure.
    **style
        For the line.

    Returns
    -------
    matplotlib Axes
    """
    ax = _axes(ax)
    style = {"color": TRAINING, "marker": "o", "markersize": 3.5, "linewidth": 0.9, "drawstyle": "steps-post"} | style
    ax.plot(front.spikes, front.voltage, **style)
    ax.set(xlabel="loss of spikes", ylabel="loss of the voltage")
    return ax


def _time(sweep: Prediction) -> NDArray[np.float64]:
    return np.arange(sweep.recorded.size, dtype=np.float64) * np.float64(sweep.dt)


def _label(sweep: Prediction) -> str:
    return sweep.name if sweep.step is None else f"{sweep.step.level:.4g}".replace("-", "−")


def _with_peaks(
    sweep: Prediction, time: NDArray[np.float64], v: NDArray[np.float64], peak: float | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The predicted voltage with the peak of each spike put in, since samples lie between them."""
    if not time.size:
        return time, v
    spikes = sweep.predicted_spikes[(sweep.predicted_spikes >= time[0]) & (sweep.predicted_spikes < time[-1])]
    top = float(sweep.recorded.max()) if peak is None else peak
    where = np.searchsorted(time, spikes, side="right")
    return np.insert(time, where, spikes), np.insert(v, where, top)


def _left(sweep: Prediction) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Predicted minus recorded voltage in bins; NaN where there is nothing but spikes."""
    first, last = window(sweep)
    time, off = _time(sweep), sweep.predicted - sweep.recorded
    for t in (*sweep.spikes, *sweep.predicted_spikes):
        off[max(0, round((t - UPSTROKE) / sweep.dt)) : round((t + DOWNSTROKE) / sweep.dt)] = np.nan
    width = max(1, (last - first) // BINS)
    last = first + (last - first) // width * width
    bins, clear = off[first:last].reshape(-1, width), np.isfinite(off[first:last]).reshape(-1, width)
    with np.errstate(invalid="ignore"):
        mean = np.where(clear, bins, 0.0).sum(axis=1) / clear.sum(axis=1)
    return time[first:last:width] + 0.5 * width * sweep.dt, np.asarray(mean, dtype=np.float64)


def _mark(ax: Any, x: NDArray[np.float64], y: NDArray[np.float64], held_out: bool, **style: Any) -> None:
    color, shape, filled = (HELD_OUT, "s", "none") if held_out else (TRAINING, "o", TRAINING)
    more = {"markersize": 4.5, "markeredgewidth": 1.2, "zorder": 3} | style
    ax.plot(x, y, shape, color=color, markerfacecolor=filled, **more)
