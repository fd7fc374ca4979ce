"""One panel: the cell's own program, its current, and other schemes below."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.experiment import run_preset
from izhi.figures.panel import PUBLISHED, TRUE, chosen, colors, panel


def test_the_published_scheme_takes_the_step_of_the_program_and_others_their_own() -> None:
    row = izhi.preset("2004/R")
    shown = panel(row, ["figure1", "euler"], title=row.title, engine="reference")
    assert [np.diff(t.time)[0] for t in shown.traces] == pytest.approx([row.dt, izhi.SCHEMES["euler"].dt])
    assert [t.label for t in shown.traces] == ["scheme of the published program (figure1)", "euler, 0.1 ms"]
    assert np.array_equal(shown.traces[0].voltage, run_preset(row).voltage)


def test_a_panel_shows_the_true_solution_of_the_same_cell_under_the_same_current() -> None:
    row = izhi.preset("2003/IB")
    shown = panel(row, ["accurate"], title="", engine="reference")
    expected = run_preset(row, scheme="accurate", engine="reference")
    assert shown.traces[0].spikes.tolist() == expected.spike_times.tolist()
    assert shown.unit == "mV/ms"


def test_a_run_before_the_panel_is_not_in_it() -> None:
    row = izhi.preset("2003/RS")
    long = izhi.Step(14, start=100)
    shown = panel(row, ["figure1"], title="", stimulus=long, lead=90.0)
    assert (shown.time[0], shown.time[-1]) == (0, row.duration)
    assert shown.time[np.flatnonzero(shown.current)[0]] == 10
    whole = izhi.simulate(row.name, long, 90 + row.duration, scheme="figure1")
    assert shown.traces[0].spikes.tolist() == (whole.spike_times - 90).tolist()


def test_each_scheme_has_a_color_of_its_own() -> None:
    names = ["euler", "figure1", "accurate", "rk4", "nest"]
    found = colors(izhi.preset("2003/RS"), names)
    assert len(set(found)) == len(names)
    assert (found[1], found[2]) == (PUBLISHED, TRUE)


def test_cells_are_chosen_in_the_order_of_the_figure() -> None:
    assert chosen("figure", ["C", "A"], "ABC") == ["A", "C"]
    assert chosen("figure", None, "ABC") == ["A", "B", "C"]
    with pytest.raises(izhi.UnknownName, match="figure: cell: no 'D'"):
        chosen("figure", ["D"], "ABC")


def test_an_unknown_scheme_is_named_before_anything_runs() -> None:
    with pytest.raises(izhi.UnknownName, match="did you mean 'euler'"):
        panel(izhi.preset("2003/RS"), ["figure1", "eulr"], title="")
