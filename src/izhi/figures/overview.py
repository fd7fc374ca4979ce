"""All published cells at a glance: v with the stimulus below it, as in the papers of 2003 and 2004 and the book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from izhi.plot.recording import with_spikes
from izhi.recording import Recording

COLUMNS = 5
TITLES = {
    "2003": "Simple model of spiking neurons (2003), figure 2",
    "2004": "Which model to use for cortical spiking neurons? (2004), figure 1",
    "2007": "Dynamical Systems in Neuroscience (2007), chapter 8",
}


def overview(recordings: Mapping[str, Recording], titles: Mapping[str, str]) -> Any:
    """A matplotlib Figure of recordings by preset name, in sections by collection.

    Each panel has its own scales: a bar shows its time, and its v and I axes are labelled by their ends in the corner.
    """
    from matplotlib.figure import Figure

    sections = {c: [name for name in recordings if name.startswith(f"{c}/")] for c in TITLES}
    rows = {c: -(-len(names) // COLUMNS) for c, names in sections.items()}
    figure = Figure(figsize=(2.6 * COLUMNS, 1.75 * sum(rows.values()) + 1.2), layout="constrained")
    parts: Any = figure.subfigures(len(sections), 1, height_ratios=[n + 0.25 for n in rows.values()])
    for part, (collection, names) in zip(parts, sections.items(), strict=True):
        part.suptitle(TITLES[collection], fontsize="medium", fontweight="bold", x=0.01, ha="left")
        axes = part.subplots(
            2 * rows[collection], COLUMNS, gridspec_kw={"height_ratios": [3, 1] * rows[collection]}, squeeze=False
        )
        for k in range(rows[collection] * COLUMNS):
            above, below = axes[2 * (k // COLUMNS), k % COLUMNS], axes[2 * (k // COLUMNS) + 1, k % COLUMNS]
            if k < len(names):
                _panel(recordings[names[k]], f"{names[k].partition('/')[2]}: {titles[names[k]]}", above, below)
            else:
                above.set_axis_off()
                below.set_axis_off()
    return figure


def _panel(recording: Recording, title: str, above: Any, below: Any) -> None:
    t, v = with_spikes(recording, recording.voltage, 0)
    above.plot(t, v, color="k", linewidth=0.6)
    below.plot(recording.time, recording.current, color="tab:red", linewidth=0.8)
    unit = recording.provenance["units"]["current"]
    short = title.partition(",")[0]
    above.set_title(short, fontsize=7 if len(short) <= 36 else 5.5, loc="left", pad=2)
    low, high = float(np.min(recording.current)), float(np.max(recording.current))
    if low == high:
        low, high = min(low, 0.0), max(high, 0.0)
    below.set_ylim(low - 0.15 * (high - low or 1), high + 0.15 * (high - low or 1))
    for ax, label in ((above, "v (mV)"), (below, f"I ({unit})")):
        ax.set_xlim(0, recording.duration)
        ax.set_ylabel(label, fontsize=5, labelpad=1)
        ax.tick_params(labelsize=5, length=2, pad=1)
        ax.spines[["top", "right"]].set_visible(False)
    above.tick_params(labelbottom=False)
    below.set_xlabel("time (ms)", fontsize=5, labelpad=0)
