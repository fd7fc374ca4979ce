"""The figures of ModelDB 39948: what is in a panel, and that a reader can read it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import izhi
from izhi.experiment import run_preset
from izhi.figures import FIGURES, modeldb2003, modeldb2004, modeldb2007
from izhi.figures.panel import Panel
from tests.figures.readable import assert_readable
from tests.golden_data import read

COUNTS = read("modeldb_panels")
FEATURES = ("A", "H", "L", "Q", "R", "T")


@cache
def features() -> dict[str, Panel]:
    return dict(zip(FEATURES, modeldb2004.panels(cells=FEATURES), strict=True))


def counts(shown: Panel) -> dict[str, int]:
    return {trace.label: trace.spikes.size for trace in shown.raster}


@pytest.mark.parametrize("letter", FEATURES)
def test_the_raster_of_a_feature_has_the_published_scheme_both_mechanisms_and_the_true_solution(letter: str) -> None:
    found = counts(features()[letter])
    program = izhi.preset(f"2004/{letter}").program
    assert program is not None
    assert found["scheme of the published program (figure1)"] == program["spikes"]
    for name, count in COUNTS["2004"][letter].items():
        assert found[f"{name} in NEURON"] == count
    assert "true solution (accurate)" in found
    assert ("true solution of what NEURON is given" in found) == (letter in "HLRT")


@pytest.mark.parametrize(("letter", "spikes"), [("H", 19), ("L", 1), ("R", 81), ("T", 0)])
def test_a_slip_is_told_from_numerics_by_the_true_solution_of_what_neuron_is_given(letter: str, spikes: int) -> None:
    found = counts(features()[letter])
    assert found["true solution of what NEURON is given"] == found["Izhi2003a in NEURON"] == spikes


def test_the_current_that_neuron_has_is_drawn_where_it_is_another() -> None:
    assert [letter for letter, shown in features().items() if shown.given] == ["H", "L", "T"]
    given = features()["T"].given
    assert given is not None
    assert set(given.current) == {80.0}


def test_the_lines_through_a_raster_are_the_spikes_of_the_true_solution() -> None:
    expected = run_preset(izhi.preset("2004/A"), scheme="accurate").spike_times
    lines = features()["A"].true
    assert lines is not None
    assert lines.tolist() == expected.tolist()
    assert features()["T"].true is None


def test_a_feature_that_runs_away_is_crossed_out() -> None:
    made = FIGURES["modeldb-2004"].draw(["figure1", "accurate"], ["T"])
    (raster,) = [ax for ax in made.get_axes() if ax.get_ylabel() == "spikes"]
    assert [label.get_text() for label in raster.get_yticklabels()] == ["12", "0", "0", "×", "0"]


def test_the_cells_of_2003_have_a_voltage_for_each_scheme_and_for_neuron() -> None:
    (shown,) = modeldb2003.panels(["figure1", "accurate", "euler"], ["FS"])
    labels = ["scheme of the published program (figure1)", "true solution (accurate)", "euler, 0.1 ms"]
    assert [trace.label for trace in shown.traces] == [*labels, "Izhi2003a in NEURON"]
    assert counts(shown)["Izhi2003a in NEURON"] == counts(shown)["true solution (accurate)"] == 19
    assert len({trace.color for trace in shown.raster}) == len(shown.raster)


def test_the_bursts_of_2007_are_shown_as_meant_and_as_written() -> None:
    panels = modeldb2007.panels("TC_burst")
    for k, shown in enumerate(panels):
        found = counts(shown)
        for name, expected in COUNTS["2007"]["TC_burst"].items():
            assert found[f"{name} in NEURON"] == expected[k]
        assert found[modeldb2007.LOST] == COUNTS["2007_as_run"]["TC_burst"]["Izhi2007a"][k]
        lost = shown.raster[-1]
        assert not lost.spikes.size or lost.spikes[0] > 120


def test_the_counts_are_beside_each_raster_of_a_row() -> None:
    made = FIGURES["modeldb-2007"].draw(["book-2007", "accurate"], ["FS"])
    rasters = [ax for ax in made.get_axes() if len(ax.get_yticks()) == 5]
    found = [[label.get_text() for label in ax.get_yticklabels()] for ax in rasters]
    assert [column[-1] for column in found] == ["2", "5", "8", "16"]
    assert [ax.get_ylabel() for ax in rasters] == ["spikes", "", "", ""]
    for ax in rasters:
        assert all(tick.label1.get_visible() for tick in ax.yaxis.get_major_ticks())


@pytest.mark.parametrize(
    ("name", "cells"),
    [("modeldb-2003", None), ("modeldb-2004", None), ("modeldb-2007", ["IB", "FS", "TC_burst", "RTN_burst"])],
)
def test_words_are_large_enough_and_none_is_on_another_or_off_the_page(name: str, cells: list[str] | None) -> None:
    made = FIGURES[name].draw(FIGURES[name].schemes, cells)
    assert_readable(made)
    if name == "modeldb-2004":
        assert differing(made) == ["H", "R", "T"]


def differing(made: Any) -> list[str]:
    """The features in which Izhi2003a has not as many spikes as the true solution."""
    rasters = [ax for ax in made.get_axes() if ax.get_ylabel() == "spikes"]
    found = [[label.get_text() for label in ax.get_yticklabels()] for ax in rasters]
    return [letter for letter, one in zip("ABCDEFGHIJKLMNOPQRST", found, strict=True) if one[1] != one[3]]


def test_the_true_solution_need_not_be_there() -> None:
    (shown,) = modeldb2004.panels(["figure1"], ["H"])
    assert [trace.label for trace in shown.raster][1:] == ["Izhi2003a in NEURON", "Izhi2003b in NEURON"]
    assert shown.true is None
    assert np.ptp(shown.current) > 0
