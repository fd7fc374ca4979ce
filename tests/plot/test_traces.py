"""The parts of a published panel: a voltage, the current below it, and a bar of time."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

import izhi
from izhi.plot.recording import with_spikes
from izhi.plot.traces import FAINT, Trace, draw_raster, draw_stimulus, draw_time_bar, draw_trace, trace


@pytest.fixture
def ax() -> Any:
    return Figure().subplots()


def test_a_trace_says_how_often_it_spiked(ax: Any) -> None:
    for current, words in ((0, "0 spikes"), (5, "1 spike"), (20, "3 spikes")):
        recording = izhi.simulate("2003/RS", izhi.Constant(current), 30, scheme="euler")
        shown = trace(recording, "Euler", "tab:red")
        assert shown.verdict == words
        draw_trace(shown, ax)
        assert ax.texts[-1].get_text() == words
        assert ax.lines[-1].get_color() == "tab:red"
    assert ax.get_ylabel() == "v (mV)"


def test_a_trace_that_broke_down_is_drawn_to_its_end_and_marked(ax: Any) -> None:
    cell = izhi.Cell.preset("2003/RS", a=-5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        recording = izhi.simulate(cell, izhi.Constant(10), 200, scheme="euler")
    shown = trace(recording, "Euler", "k")
    end = recording.failures[0]["time"]
    assert shown.verdict == f"ends at {end:.0f} ms"
    draw_trace(shown, ax)
    line, cross = ax.lines
    assert line.get_xdata()[-1] <= end
    assert (cross.get_marker(), cross.get_xdata()[0]) == ("x", end)


def test_the_times_of_a_trace_begin_where_they_are_told_to() -> None:
    recording = izhi.simulate("2003/RS", izhi.Constant(10), 200, scheme="figure1")
    shown = trace(recording, "", "k", origin=50.0)
    assert shown.time[0] == 0
    assert shown.time.size == shown.voltage.size
    after = recording.spike_times[recording.spike_times >= 50]
    assert 0 < after.size < recording.spike_times.size
    assert np.array_equal(shown.spikes, after - 50)


@pytest.mark.parametrize("name", ["2007/RS", "2007/LTS", "2007/TC"])
def test_a_spike_between_samples_is_drawn_from_its_peak_down_to_its_reset(name: str) -> None:
    row = izhi.preset(name)
    recording = izhi.simulate(name, izhi.Constant(300), 60, scheme="rk4", engine="reference")
    assert recording.spike_times.size
    t, v = with_spikes(recording, recording.voltage, 0)
    model, p = izhi.MODELS[row.model], izhi.Cell.preset(name).parameters
    q = model.Parameters(*(float(p[symbol]) for symbol in model.symbols))
    for spike in recording.spike_times:
        u = float(recording.recovery[recording.time <= spike][-1])
        assert v[t == spike][-2:].tolist() == [model.peak(u, q), model.reset(0.0, u, q)[0]]
    assert t.size == recording.time.size + 2 * recording.spike_times.size


def test_a_raster_has_a_row_of_strokes_for_each_trace_with_their_number_beside_it(ax: Any) -> None:
    t = np.arange(5.0)
    rows = [
        Trace("one", "k", t, t, np.array([1.0, 3.0])),
        Trace("none", "tab:blue", t, t, np.zeros(0)),
        Trace("broken", "tab:red", t, t, np.array([2.0]), ended=2.5),
    ]
    draw_raster(rows, ax, np.array([1.5]))
    assert ax.get_yticks().tolist() == [0, -1, -2]
    labels = ax.get_yticklabels()
    assert [(label.get_text(), label.get_color()) for label in labels] == [
        ("2", "k"), ("0", "tab:blue"), ("×", "tab:red")
    ]  # fmt: skip
    line, *strokes = ax.collections
    assert [[segment[0][0] for segment in one.get_segments()] for one in strokes] == [[1, 3], [], [2]]
    assert (line.get_segments()[0][:, 0].tolist(), line.get_edgecolor().tolist()[0][0]) == ([1.5, 1.5], float(FAINT))
    assert ax.lines[0].get_xdata()[0] == 2.5


def test_a_stimulus_has_its_ends_as_ticks_and_its_unit(ax: Any) -> None:
    time, current = np.arange(4.0), np.array([0.0, -1200.0, 0.0, 3.25])
    draw_stimulus(time, current, "pA", ax)
    assert ax.lines[0].get_ydata().tolist() == current.tolist()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["−1200", "3.25"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (ms)", "I (pA)")


@pytest.mark.parametrize(("current", "ticks"), [(70.0, [0, 70]), (-5.0, [-5, 0]), (0.0, [0])])
def test_a_current_that_does_not_change_is_drawn_beside_nought(ax: Any, current: float, ticks: list[float]) -> None:
    draw_stimulus(np.arange(3.0), np.full(3, current), "pA", ax)
    assert ax.get_yticks().tolist() == ticks
    low, high = ax.get_ylim()
    assert low < min(ticks) <= max(ticks) < high


def test_a_bar_of_time_is_as_long_as_it_says(ax: Any) -> None:
    ax.set_xlim(0, 150)
    draw_time_bar(20, ax)
    assert list(ax.lines[0].get_xdata()) == [130, 150]
    assert ax.texts[0].get_text() == "20 ms"
