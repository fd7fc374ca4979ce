"""The published figures: each panel's spikes and current, what is named, and that a reader can read it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

import izhi
from izhi.experiment import preset_stimulus, run_preset
from izhi.figures import FIGURES, figure, figure2003, figure2004, figure2007
from izhi.figures.panel import Panel
from tests.figures.readable import assert_readable
from tests.golden_data import BOOK, FIGURE1, PANELS, digest, stimulus

COUNTS_2004 = dict(
    zip("ABCDEFGHIJKLMNOPQRST", (5, 1, 28, 6, 6, 6, 10, 14, 1, 1, 1, 1, 1, 7, 1, 5, 1, 1, 3, 12), strict=True)
)
COUNTS_2003 = {"RS": 5, "IB": 7, "CH": 15, "FS": 15, "TC": 4, "TC_burst": 5, "RZ": 2, "LTS": 18}


PUBLISHED = ("2003", "2004", "2007")


@cache
def old_panels() -> dict[str, Panel]:
    """The panels of 2003 and 2004, by preset."""
    one = dict(zip((f"2003/{cell}" for cell in figure2003.CELLS), figure2003.panels(), strict=True))
    return one | dict(zip((f"2004/{cell}" for cell in figure2004.CELLS), figure2004.panels(), strict=True))


@cache
def book_panels(cell: str) -> dict[float, Panel]:
    """The panels of a cell of the book, by current."""
    panels = figure2007.panels(cell, ["book-2007"], engine="reference")
    return dict(zip(figure2007.SERIES[cell].currents, panels, strict=True))


@cache
def drawn(name: str) -> Any:
    """The figure as its program made it."""
    return FIGURES[name].draw(FIGURES[name].schemes[:1], engine="reference")


@pytest.mark.parametrize(("cell", "count"), COUNTS_2003.items())
def test_each_cell_of_2003_spikes_as_often_as_in_its_program(cell: str, count: int) -> None:
    assert old_panels()[f"2003/{cell}"].traces[0].spikes.size == count


@pytest.mark.parametrize(("cell", "count"), COUNTS_2004.items())
def test_each_feature_of_2004_spikes_as_often_as_in_its_program(cell: str, count: int) -> None:
    assert old_panels()[f"2004/{cell}"].traces[0].spikes.size == count


@pytest.mark.parametrize("key", FIGURE1)
def test_the_stimulus_below_a_cell_has_every_bit_of_its_program(key: str) -> None:
    shown = old_panels()[PANELS[key]["preset"]]
    assert digest(shown.current) == PANELS[key]["sha256"]["I"]
    assert digest(shown.time) == PANELS[key]["sha256"]["t"]
    assert digest(shown.traces[0].voltage) == PANELS[key]["sha256"]["v"]


# The panels of the program of the book that the figure has too; its TC cell is another one.
SAME = [key for key in BOOK if "modeldb" not in PANELS[key]["preset"]]


@pytest.mark.parametrize("key", SAME)
def test_each_cell_of_the_book_is_that_of_its_program_to_the_bit(key: str) -> None:
    golden = PANELS[key]
    shown = book_panels(golden["preset"].partition("/")[2])[golden["I"]]
    assert shown.traces[0].spikes.size == len(golden["spike_index"])
    assert digest(shown.traces[0].voltage) == golden["sha256"]["v"]
    # The program's samples are labelled by the end of the step.
    assert digest(shown.current[:-1]) == golden["sha256"]["I"]


def test_the_figure_of_the_book_has_every_current_of_its_program() -> None:
    programmed = {(PANELS[key]["preset"].partition("/")[2].removesuffix("_modeldb"), PANELS[key]["I"]) for key in BOOK}
    assert {(cell, current) for cell, one in figure2007.SERIES.items() for current in one.currents} == programmed
    for cell, one in figure2007.SERIES.items():
        holds = {
            PANELS[key]["hold"] for key in BOOK if PANELS[key]["preset"] in (f"2007/{cell}", f"2007/{cell}_modeldb")
        }
        assert holds == {one.hold}


@pytest.mark.parametrize(("current", "count"), [(0, 6), (50, 11), (100, 18)])
def test_a_settled_relay_cell_of_the_book_bursts_with_six_spikes_and_goes_on_at_stronger_currents(
    current: float, count: int
) -> None:
    shown = book_panels("TC_burst")[current]
    assert shown.traces[0].spikes.size == count
    assert shown.traces[0].spikes[0] > figure2007.HOLD
    before = shown.traces[0].voltage[shown.traces[0].time < figure2007.HOLD]
    assert np.ptp(before) < 0.01


@pytest.mark.parametrize(("current", "count"), [(50, 3), (100, 11), (150, 17)])
def test_the_tonic_relay_cell_of_the_book_spikes_as_its_converged_equations_do(current: float, count: int) -> None:
    assert book_panels("TC")[current].traces[0].spikes.size == count


def test_the_current_of_a_preset_is_that_of_its_panel() -> None:
    row = izhi.preset("2004/P")
    shown = old_panels()[row.name]
    assert shown.current.tolist() == run_preset(row).current.tolist()
    assert stimulus(PANELS[FIGURE1[23]]) == preset_stimulus(row)


def test_the_true_solution_of_feature_t_is_drawn_to_where_it_runs_away() -> None:
    made = FIGURES["2004"].draw(["figure1", "accurate"], ["T"], engine="cpu")
    above, true, below = made.get_axes()
    assert [text.get_text() for text in true.texts] == ["runaway at 236 ms"]
    assert 236 < true.lines[0].get_xdata()[-1] < 237
    assert np.ptp(true.lines[0].get_ydata()) < 120
    assert above.texts[0].get_text() == "12 spikes"
    assert below.get_xlim() == (0, 350)


@pytest.mark.parametrize("name", ["2003", "2004", "2007"])
def test_every_panel_names_its_axes_with_units_and_every_color_once(name: str) -> None:
    panels = [ax for ax in drawn(name).get_axes() if ax.lines]
    unit = "pA" if name == "2007" else "mV/ms"
    voltage = [ax for ax in panels if ax.get_xlabel() == ""]
    current = [ax for ax in panels if ax.get_xlabel() == "time (ms)"]
    count = {"2003": 8, "2004": 20, "2007": 32}[name]
    assert (len(voltage), len(current)) == (count, count)
    named = 9 if name == "2007" else count
    assert [ax.get_ylabel() for ax in voltage].count("v (mV)") == named
    assert [ax.get_ylabel() for ax in current].count(f"I ({unit})") == named
    (legend,) = drawn(name).legends
    scheme = FIGURES[name].schemes[0]
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels == [f"scheme of the published program ({scheme})", "injected current"]


def test_the_features_are_in_the_order_of_the_paper_with_their_letters_and_names() -> None:
    made = drawn("2004")
    titles = [ax.get_title(loc="left") for ax in made.get_axes() if ax.get_title(loc="left")]
    assert titles == [izhi.preset(f"2004/{letter}").title for letter in "ABCDEFGHIJKLMNOPQRST"]
    assert [text.get_text() for text in made.texts if len(text.get_text()) == 1] == list("ABCDEFGHIJKLMNOPQRST")
    bars = [text for ax in made.get_axes() for text in ax.texts if text.get_text() == "20 ms"]
    assert len(bars) == len(titles)


def test_the_panels_of_a_row_of_the_book_have_the_same_axes() -> None:
    axes = drawn("2007").get_axes()[:8]
    for same in (axes[::2], axes[1::2]):
        assert len({ax.get_ylim() for ax in same}) == 1
        assert len({ax.get_xlim() for ax in same}) == 1


@pytest.mark.parametrize(
    ("name", "schemes"),
    [("2003", ["figure1"]), ("2003", ["figure1", "euler", "nest"]), ("2004", ["figure1"]), ("2007", ["book-2007"])],
)
def test_words_are_large_enough_and_none_is_on_another_or_off_the_page(name: str, schemes: list[str]) -> None:
    assert_readable(drawn(name) if len(schemes) == 1 else FIGURES[name].draw(schemes, engine="reference"))


def test_an_unknown_figure_is_refused_with_the_nearest() -> None:
    with pytest.raises(izhi.UnknownName, match="did you mean '2007'"):
        figure("2005")
