"""Pictures of dynamics: what is drawn, and that axes have names and units."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import pyplot as plt

import izhi
from izhi.dynamics import analyze, diagram, fi_curve, parameter_map, phase_plane, phase_response, portrait
from izhi.plot.dynamics import (
    dynamics_sheet,
    plot_diagram,
    plot_fi_curve,
    plot_map,
    plot_phase_plane,
    plot_phase_response,
)


def line(ax, label: str):
    return next(each for each in ax.lines if each.get_label() == label)


def test_a_phase_plane_has_both_nullclines_the_orbit_and_the_equilibria() -> None:
    found = phase_plane(izhi.Cell.preset("2007/LTS"), 90.0)
    ax = plot_phase_plane(found)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("v (mV)", "u (pA)")
    assert np.array_equal(line(ax, "dv/dt = 0").get_ydata(), found.nullclines.of_v)
    assert np.array_equal(line(ax, "du/dt = 0").get_ydata(), found.nullclines.of_u)
    assert np.array_equal(line(ax, "orbit").get_xdata(), found.orbit[0], equal_nan=True)
    dots = [each for each in ax.lines if each.get_marker() == "o"]
    assert [dot.get_markerfacecolor() for dot in dots] == ["k", "w"]
    assert [float(dot.get_xdata()[0]) for dot in dots] == [each.voltage for each in found.equilibria]


def test_an_upright_nullcline_is_drawn_upright() -> None:
    ax = plot_phase_plane(phase_plane(izhi.Cell.preset("2004/R"), 0.5))
    assert ax.get_ylabel() == "u (mV/ms)"
    assert np.ptp(line(ax, "du/dt = 0").get_xdata()) == 0
    assert line(ax, "du/dt = 0").get_xdata()[0] == pytest.approx(-65)


def test_a_curve_is_drawn_into_the_axes_that_are_given() -> None:
    found = fi_curve("2003/RS", [2.0, 5.0, 10.0], 1000, dt=0.1)
    _, given = plt.subplots()
    ax = plot_fi_curve(found, given)
    assert ax is given
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("I (mV/ms)", "rate (Hz)")
    assert np.array_equal(line(ax, "steady").get_ydata(), found.steady)
    assert np.array_equal(line(ax, "first interval").get_ydata(), found.initial)


def test_a_diagram_tells_stable_from_unstable_and_marks_bifurcations() -> None:
    found = diagram("2007/LTS", np.linspace(80, 160, 9), duration=500, dt=0.1)
    ax = plot_diagram(found)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("I (pA)", "v (mV)")
    styles = {each.get_linestyle() for each in ax.lines if each.get_marker() in ("", "None")}
    assert styles == {"-", "--"}
    assert float(line(ax, "Andronov-Hopf").get_xdata()[0]) == pytest.approx(114.75)
    assert float(line(ax, "saddle-node").get_xdata()[0]) == pytest.approx(121)
    dots = [each for each in ax.lines if each.get_marker() == "."]
    fires = [gaps.size > 0 for gaps in found.intervals]
    assert any(fires)
    assert np.array_equal(dots[0].get_ydata(), found.lowest[fires])


def test_a_diagram_over_a_parameter_has_its_name_and_unit() -> None:
    ax = plot_diagram(diagram("2007/RS", [0.5, 0.7, 0.9], "k", current=60.0, duration=200, dt=0.1))
    assert ax.get_xlabel() == "k (nS/mV)"


@pytest.mark.parametrize("measure", ["rate", "spikes per burst", "class"])
def test_a_map_has_the_values_and_a_named_scale(measure: str) -> None:
    found = parameter_map("2003/RS", ("c", [-65.0, -50.0]), ("d", [2.0, 8.0]), measure, current=10.0, duration=400)
    ax = plot_map(found)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("c (mV)", "d (mV/ms)")
    assert np.array_equal(np.asarray(ax.collections[0].get_array()).reshape(2, 2), found.values)
    bar = ax.figure.axes[1]
    named = [label.get_text() for label in bar.get_yticklabels()]
    assert (named == list(found.classes)) if measure == "class" else bar.get_ylabel().startswith(measure)
    assert len(plot_map(found, plt.subplots()[1], colorbar=False).figure.axes) == 1


def test_a_response_says_which_pulse_it_is_of() -> None:
    found = phase_response("2007/RS", 100.0, 50.0, phases=6, dt=0.05)
    ax = plot_phase_response(found)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("phase of the pulse (cycles)", "advance (cycles)")
    assert ax.get_legend().get_title().get_text() == "50 pA for 0.5 ms"
    assert np.array_equal(line(ax, "fifth spike").get_ydata(), found.advance)


def test_a_sheet_says_what_it_lacks() -> None:
    axes = dynamics_sheet(portrait(analyze("2004/R", duration=500, dt=0.1)))
    words = [text.get_text() for ax in axes.flat for text in ax.texts]
    assert words == ["no f-I curve: no firing lasts", "no phase response: firing is not periodic"]
    assert axes[0, 0].figure.get_suptitle() == "2004/R"
    assert axes[1, 0].get_ylabel() == "v (mV)"
