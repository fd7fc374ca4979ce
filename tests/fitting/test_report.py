"""The report of a fit: one file that says in words what the numbers say, and the pictures in it."""

from __future__ import annotations

import importlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from matplotlib import pyplot as plt

from izhi.errors import BadValue
from izhi.fitting import report, words
from izhi.plot import (
    plot_fit_errors,
    plot_fit_raster,
    plot_fit_rates,
    plot_fit_residuals,
    plot_injected,
    plot_prediction,
)
from izhi.plot.fitting import HELD_OUT, POINTS, RECORDED, TRAINING
from tests.fitting.made import fitted


@pytest.fixture(scope="module")
def page() -> str:
    return report(fitted(), cell="out/cell.toml", notes=("14 mV <taken> out",))


class _Reader(HTMLParser):
    """The tags, those that stay open, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.seen: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "data")]
        if tag not in ("meta", "br", "link", "img"):
            self.opened.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag):
        assert self.opened.pop() == tag

    def handle_data(self, data):
        self.text += data


def parsed(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    assert reader.opened == []
    return reader


def test_the_page_needs_nothing_from_outside(page: str) -> None:
    found = parsed(page)
    assert all(link.startswith("#") for link in found.links)
    assert not {"script", "link", "img", "iframe"} & set(found.seen)
    assert not re.search(r"url\((?!#)|@import", page)
    assert "<!--" not in page.replace("<!--title-->", "x" if "<!--title-->" in page else "")


def test_the_page_begins_with_how_good_the_fit_is_where_it_was_not_fitted(page: str) -> None:
    text = parsed(page).text
    assert words.headline(fitted()) in text
    assert "on the 2 sweeps that it was not fitted to, the number of spikes is off by" in text
    for said in ("Gamma = ", "first spike by", "f-I curve is off by", "voltages away from spikes by"):
        assert said in words.headline(fitted())


def test_a_fit_without_held_out_sweeps_says_so() -> None:
    found = replace(fitted(), held_out=None)
    assert "No sweep was held out" in words.headline(found)
    assert "held out (" not in parsed(report(found)).text


def test_every_parameter_has_a_row_with_unit_meaning_and_bounds(page: str) -> None:
    rows = [re.sub(r"<[^>]*>", "|", row) for row in page.split("<h2>Parameters</h2>")[1].split("<h2>")[0].split("<tr>")]
    for row in words.rows(fitted()):
        shown = next(each for each in rows if f"||{row.symbol}||" in each)
        assert row.meaning in shown
        assert f"|{row.unit}|" in shown
        assert words.number(row.value) in shown
        assert ("not sought" in shown) == (row.low is None)
    assert "at the upper" in next(each for each in rows if "||d||" in each)


def test_what_is_open_is_said_in_units() -> None:
    flat = ((0.5, {"C": 1.0, "k": -0.5, "vt": 0.1, "d": 0.01}), (0.01, {"C": 0.0, "k": 0.0, "vt": 1.0, "d": 0.0}))
    spread = replace(fitted().uncertainty, directions=flat, determined=(True, False, True, True))
    said = words.left_open(replace(fitted(), uncertainty=spread))
    assert said[0].startswith("Not determined: k; ")
    assert said[1].startswith("At a bound: d (upper); ")
    assert re.match(
        r"C up by a factor of [\d.]+ and k down by a factor of [\d.]+ together: what is left grows", said[2]
    )
    assert len(said) == 3


def test_a_page_of_a_sure_fit_says_that_nothing_is_open() -> None:
    spread = replace(fitted().uncertainty, directions=(), determined=(True,) * 4)
    values = fitted().parameters | {"d": 60.0}
    page = report(replace(fitted(), uncertainty=spread, parameters=values))
    assert "Every parameter is determined, and no direction is open." in page


def test_the_page_says_how_to_use_the_cell_and_what_was_done(page: str) -> None:
    text = parsed(page).text
    for line in ("izhi run out/cell.toml", "izhi lab out/cell.toml", 'izhi.Cell.preset("out/cell.toml")', "seed 7"):
        assert line in text
    assert "14 mV <taken> out" in text
    assert "input resistance" in text


def test_the_page_is_light_dark_and_for_paper(page: str) -> None:
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    pictures = re.findall(r"<svg .*?</svg>", page, re.DOTALL)
    assert len(pictures) == 5 + 5
    for picture in pictures:
        assert not {RECORDED, TRAINING, HELD_OUT, "#1b1b1a"} & set(re.findall(r"#[0-9a-f]{6}", picture))
        assert "var(--ink)" in picture
        assert 'aria-label="' in picture


def test_every_picture_has_axes_with_names_and_units(page: str) -> None:
    for label in (
        "time (ms)",
        "v (mV)",
        "I (pA)",
        "rate (1/s)",
        "step (pA)",
        "first spike too late (ms)",
        "spikes too many",
    ):
        assert f">{label}<" in page


def test_the_same_fit_gives_the_same_page(page: str) -> None:
    assert report(fitted(), cell="out/cell.toml", notes=("14 mV <taken> out",)) == page


def test_long_sweeps_and_many_of_them_stay_small() -> None:
    sweep = fitted().training.sweeps[-1]
    many = 60
    noise = np.random.default_rng(0).standard_normal(sweep.recorded.size * many)
    long = replace(
        sweep, dt=sweep.dt / many, recorded=np.repeat(sweep.recorded, many) + noise,
        current=np.repeat(sweep.current, many), predicted=np.repeat(sweep.predicted, many) + noise,
    )  # fmt: skip
    found = replace(fitted(), training=replace(fitted().training, sweeps=(long,) * 17), held_out=None)
    assert len(report(found)) < 4_000_000


def test_of_very_many_sweeps_an_even_share_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("izhi.fitting.report"), "MOST_SWEEPS", 2)
    page = report(replace(fitted(), held_out=None))
    assert "An even share of 2 of the 3 sweeps." in page
    assert page.count("<figcaption>Sweep ") == 2


def test_a_prediction_that_broke_down_and_a_silent_cell_can_be_drawn() -> None:
    sweep = fitted().training.sweeps[-1]
    broken = np.where(np.arange(sweep.recorded.size) < 500, sweep.predicted, np.nan)
    none = np.zeros(0)
    for changed in (
        replace(sweep, predicted=broken, predicted_spikes=none),
        replace(sweep, predicted_spikes=none, spikes=none),
        replace(sweep, predicted=np.full_like(broken, np.nan), step=None),
    ):
        found = replace(fitted(), training=replace(fitted().training, sweeps=(changed,)), held_out=None)
        assert "nan" not in re.sub(r"<style>.*?</style>", "", parsed(report(found)).text)


# Pictures.

SCORES = fitted().training.sweeps, fitted().held_out.sweeps if fitted().held_out else ()


def test_a_prediction_is_drawn_over_the_recording_with_its_peaks() -> None:
    sweep = SCORES[0][-1]
    ax = plot_prediction(sweep, peak=33.0)
    below, above = ax.lines
    assert (below.get_color(), above.get_color()) == (RECORDED, TRAINING)
    assert (above.get_ydata() == 33.0).sum() == sweep.predicted_spikes.size
    assert plot_prediction(sweep, ax, held_out=True).lines[-1].get_color() == HELD_OUT
    assert below.get_xdata().size <= 2 * POINTS
    assert ax.get_xlim()[0] <= sweep.step.start < sweep.step.stop < ax.get_xlim()[1]


def test_a_current_is_drawn_with_its_unit() -> None:
    ax = plot_injected(SCORES[0][0])
    assert ax.get_ylabel() == "I (pA)"
    assert ax.lines[0].get_ydata().min() == -50.0


def test_rows_of_a_raster_are_sweeps_with_spikes_from_the_least_current_up() -> None:
    ax = plot_fit_raster(*SCORES)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["80", "100", "120"]
    assert [len(strokes.get_segments()) for strokes in ax.collections][::2] == [1, 2, 3]


def test_rates_are_spikes_over_the_length_of_the_step() -> None:
    ax = plot_fit_rates(*SCORES)
    recorded, training, held_out = ax.lines
    assert recorded.get_xdata().tolist() == [-50.0, 60.0, 80.0, 100.0, 120.0]
    assert recorded.get_ydata() == pytest.approx([0, 0, 1e3 / 150, 2e3 / 150, 3e3 / 150])
    assert (training.get_xdata().size, held_out.get_xdata().size) == (3, 2)


def test_what_is_left_of_voltages_is_drawn_away_from_spikes() -> None:
    ax = plot_fit_residuals(*SCORES)
    drawn = ax.lines[-2].get_ydata()
    assert len(ax.lines) == 6
    assert np.nanmax(np.abs(drawn)) < 15
    assert np.isnan(drawn).any()


@pytest.mark.parametrize("what", ["count", "latency"])
def test_errors_are_predicted_minus_recorded(what: str) -> None:
    sweep = SCORES[0][-1]
    late = replace(sweep, predicted_spikes=sweep.spikes[:2] + 1.5)
    silent = replace(sweep, predicted_spikes=sweep.spikes[:0])
    ax = plot_fit_errors([late, silent], [], what=what)
    assert ax.lines[0].get_ydata() == pytest.approx([-1, -3] if what == "count" else [1.5])
    assert ax.lines[1].get_xdata().size == (what == "latency")
    plt.close(ax.figure)


def test_an_unknown_error_is_refused() -> None:
    with pytest.raises(BadValue, match="'count' or 'latency' would do"):
        plot_fit_errors(*SCORES, what="size")
