"""The network of 2007: the weight of the synapse that is rewarded, the rewards, and all weights at the end."""

from __future__ import annotations

from typing import Any

import numpy as np

from izhi.figures.network2003 import lettered, page
from izhi.networks import RewardRun
from izhi.networks.reward import STRONGEST
from izhi.plot import plot_weights

TITLE = "Solving the distal reward problem (2007): the rewarded synapse"
COLOR = "#0072b2"


def sheet2007(run: RewardRun) -> Any:
    """What rewards did to the synapse that earned them, and to all others.

    Parameters
    ----------
    run : RewardRun
        What `run_reward` returned.

    Returns
    -------
    matplotlib Figure
    """
    return lettered(lambda: _sheet(run))


def _sheet(run: RewardRun) -> Any:
    figure, grid = page(TITLE, [55, 40])
    ax = figure.add_subplot(grid[0, :])
    ax.plot(run.time / 1e3, run.weight, color=COLOR, linewidth=1.2, label=f"from cell {run.source} to {run.target}")
    mean = float(np.mean(run.weights.weight)) if run.weights.weight.size else 0.0
    ax.axhline(mean, color="0.5", linewidth=0.8, linestyle=":", label="all that learn, mean at the end")
    if run.rewards.size:
        ax.plot(
            run.rewards / 1e3, np.full(run.rewards.size, 1.04), "|", color="tab:red", markersize=6,
            transform=ax.get_xaxis_transform(), clip_on=False, label=f"{run.rewards.size} rewards",
        )  # fmt: skip
    ax.set(
        xlabel="time (s)", ylabel="weight (mV/ms)", xlim=(0, max(run.recording.stop / 1e3, 1e-3)),
        ylim=(0, 1.02 * STRONGEST),
    )  # fmt: skip
    ax.legend(loc="upper left", bbox_to_anchor=(0, -0.22), ncols=3, frameon=False, borderaxespad=0)
    ax = figure.add_subplot(grid[1, :])
    plot_weights(run.weights.weight, ax, bounds=(0.0, STRONGEST), unit="mV/ms")
    ax.set_title(f"synapses that learn, at {run.recording.stop / 1e3:g} s")
    return figure
