"""One cell's voltages by one or several numerics, and the current that drove it: the parts of a published panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.plot.recording import drawable, with_spikes
from izhi.recording import Recording

# Letters smaller than this cannot be read in print [points].
SMALLEST = 6
INK, INJECTED = "0.45", "injected current"
FAINT, SPIKES = "0.85", "spikes"


@dataclass(frozen=True, eq=False)
class Trace:
    """A voltage with its spikes, and whose it is.

    Attributes
    ----------
    label : str
        For the legend; traces of one label have one color.
    color : str
    time, voltage : shape (n,) [ms, mV]
    spikes : shape (spikes,) [ms]
    ended : float or None [ms]
        When its numbers broke down, if they did.
    runaway : bool
        Whether it ended in ever faster spikes.
    """

    label: str
    color: str
    time: NDArray[np.float64]
    voltage: NDArray[np.float64]
    spikes: NDArray[np.float64]
    ended: float | None = None
    runaway: bool = False

    @property
    def verdict(self) -> str:
        """What became of it, in a few words: how often it spiked, or when it ended."""
        if self.ended is not None:
            return f"{'runaway' if self.runaway else 'ends'} at {self.ended:.0f} ms"
        return f"{self.spikes.size} spike{'s' * (self.spikes.size != 1)}"


def trace(recording: Recording, label: str, color: str, *, origin: float = 0.0) -> Trace:
    """The trace of a recording of one cell, its times from `origin` [ms] on."""
    time, voltage = with_spikes(recording, recording.voltage, 0)
    shown, spiked = time >= origin, recording.spike_time >= origin
    failure = recording.failures[0] if recording.failures else None
    return Trace(
        label=label,
        color=color,
        time=time[shown] - origin,
        voltage=drawable(voltage[shown]),
        spikes=recording.spike_time[spiked] - origin,
        ended=None if failure is None else failure["time"] - origin,
        runaway=failure is not None and failure["reason"].startswith("runaway"),
    )


def draw_trace(shown: Trace, ax: Any) -> Any:
    """Draw v and, in the upper left corner, what became of it; a cross is where its numbers broke down."""
    ax.plot(shown.time, shown.voltage, color=shown.color, linewidth=0.6, label=shown.label)
    if shown.ended is not None:
        ax.plot(shown.ended, 0.12, "x", color=shown.color, markersize=5, transform=ax.get_xaxis_transform(), zorder=3)
    ax.annotate(
        shown.verdict, (0, 1), xycoords="axes fraction", xytext=(2.5, 0), textcoords="offset points",
        color=shown.color, fontsize=SMALLEST, ha="left", va="top",
    )  # fmt: skip
    ax.set_ylabel("v (mV)")
    return ax


def draw_raster(rows: Sequence[Trace], ax: Any, true: NDArray[np.float64] | None = None) -> Any:
    """Draw a row of strokes for each trace, one for each spike, with their number beside it.

    Each spike of `true` [ms] is a faint line through all rows; a stroke that is beside a line, or has none, is not the
    equations' own. A cross ends a row whose numbers broke down, and is in the place of its number.
    """
    if true is not None:
        ax.vlines(true, 0.5 - len(rows), 0.5, color=FAINT, linewidth=0.5, zorder=1)
    for k, shown in enumerate(rows):
        ax.vlines(shown.spikes, -k - 0.32, -k + 0.32, color=shown.color, linewidth=0.8, zorder=2)
        if shown.ended is not None:
            ax.plot(shown.ended, -k, "x", color=shown.color, markersize=3.5, zorder=3)
    ax.set_ylim(0.5 - len(rows), 0.5)
    ends = ["×" if shown.ended is not None else str(shown.spikes.size) for shown in rows]
    ax.set_yticks([-k for k in range(len(rows))], labels=ends)
    for label, shown in zip(ax.get_yticklabels(), rows, strict=True):
        label.set_color(shown.color)
    ax.set_ylabel(SPIKES)
    return ax


def draw_stimulus(
    time: NDArray[np.float64],
    current: NDArray[np.float64],
    unit: str,
    ax: Any,
    span: tuple[float, float] | None = None,
) -> Any:
    """Draw an injected current; its smallest and its largest value, or those of `span`, are the ticks."""
    ax.plot(time, current, color=INK, linewidth=0.9, label=INJECTED)
    low, high = span or extent(current)
    margin = 0.12 * (high - low or 1.0)
    ax.set_ylim(low - margin, high + margin)
    ends = sorted({low, high})
    ax.set_yticks(ends, labels=[f"{x:.4g}".replace("-", "−") for x in ends])
    ax.set_ylabel(f"I ({unit})")
    ax.set_xlabel("time (ms)")
    return ax


def extent(current: NDArray[np.float64]) -> tuple[float, float]:
    """The smallest and the largest value of a current; of one that does not change, the value and nought."""
    low, high = float(current.min()), float(current.max())
    return (low, high) if low < high else (min(low, 0.0), max(high, 0.0))


def draw_time_bar(length: float, ax: Any) -> Any:
    """Draw a bar of so many ms in the upper right corner."""
    right, place = ax.get_xlim()[1], ax.get_xaxis_transform()
    ax.plot([right - length, right], [0.93, 0.93], color="k", linewidth=1.2, transform=place, solid_capstyle="butt")
    ax.annotate(
        f"{length:g} ms", (right - length, 1), xycoords=place, xytext=(-1.5, 0), textcoords="offset points",
        fontsize=SMALLEST, ha="right", va="top",
    )  # fmt: skip
    return ax
