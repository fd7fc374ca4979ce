"""The figure of all published cells."""

from __future__ import annotations

import izhi
from izhi.experiment import run_preset
from izhi.figures.overview import overview


def test_every_cell_has_a_panel_with_named_axes_and_its_stimulus_below() -> None:
    rows = [izhi.preset(name) for name in ("2003/RS", "2004/A", "2004/H", "2007/RS", "2007/TC_burst")]
    figure = overview({row.name: run_preset(row, engine="reference") for row in rows}, {r.name: r.title for r in rows})
    axes = [ax for ax in figure.get_axes() if ax.lines]
    labels = [ax.get_ylabel() for ax in axes]
    assert labels.count("v (mV)") == len(rows)
    assert labels.count("I (pA)") == 2
    assert labels.count("I (mV/ms)") == 3
    assert all(ax.get_xlabel() == "time (ms)" for ax in axes if ax.get_ylabel().startswith("I"))
    titles = [ax.get_title(loc="left") for ax in axes if ax.get_ylabel().startswith("v")]
    assert titles[0].startswith("RS: regular spiking")
