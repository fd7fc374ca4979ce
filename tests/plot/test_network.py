"""Pictures of networks: what is drawn is what was given, with names and units, however much there is."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from izhi import BadValue
from izhi.plot.network import network_sheet, plot_rates, plot_spectrum, plot_spike_pattern, plot_weights
from izhi.plot.raster import _bin_width, plot_network_raster

POPULATIONS = [("excitatory", 0, 800), ("inhibitory", 800, 200)]


@pytest.fixture
def ax() -> Any:
    return Figure(figsize=(8, 4), layout="constrained").subplots()


def spikes(number: int, count: int, stop: float = 1000.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.random(number) * stop, rng.integers(0, count, number)


def draw(ax: Any) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(ax.figure).draw()


def test_few_spikes_are_dots_in_the_colours_of_their_populations(ax: Any) -> None:
    time, cell = spikes(5000, 1000)
    assert plot_network_raster(time, cell, 1000, ax, stop=1000, populations=POPULATIONS) is ax
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [line.get_xdata().size for line in dots] == [np.sum(cell < 800), np.sum(cell >= 800)]
    labels = ax.get_yticklabels()
    assert [label.get_text() for label in labels] == ["excitatory\n0–799", "inhibitory\n800–999"]
    assert [label.get_color() for label in labels] == [line.get_color() for line in dots]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (ms)", "cell")
    assert not ax.images


def test_dots_are_smaller_where_there_are_more() -> None:
    sizes = []
    for number in (20, 2000, 20_000):
        axes = Figure(figsize=(8, 4)).subplots()
        plot_network_raster(*spikes(number, 1000), 1000, axes)
        sizes.append(axes.lines[0].get_markersize())
    assert sizes[0] > sizes[1] > sizes[2]


def test_very_many_spikes_are_an_image_of_their_rates(ax: Any) -> None:
    time, cell = spikes(10**6, 10**5)
    plot_network_raster(time, cell, 10**5, ax, start=0, stop=1000)
    rate = ax.images[0].get_array()
    assert 100 < rate.shape[0] < 1000
    assert 100 < rate.shape[1] < 1000
    assert rate.mean() == pytest.approx(10, rel=0.01)
    bar = ax.child_axes[0]
    draw(ax)
    assert bar.get_ylabel() == "rate (Hz)"
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 1000), (-0.5, 99_999.5))


def test_rates_of_an_image_are_right_in_its_last_row_and_column(ax: Any) -> None:
    cell = np.tile(np.arange(1001), 1003)
    time = np.repeat(np.arange(1003) + 0.5, 1001)
    plot_network_raster(time, cell, 1001, ax, start=0, stop=1003)
    np.testing.assert_allclose(ax.images[0].get_array(), 1000)


@pytest.mark.parametrize("step", [0.1, 0.25, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("length", [70.0, 1000.0, 12_345.0])
def test_columns_of_an_image_are_multiples_of_the_step_of_time(step: float, length: float) -> None:
    time = step * np.arange(int(length / step))
    width = _bin_width(time, length, 500)
    assert width / step == pytest.approx(round(width / step), abs=1e-6)
    assert width >= step * (1 - 1e-9)


def test_only_spikes_of_the_window_are_drawn(ax: Any) -> None:
    plot_network_raster([1, 5, 9], [0, 1, 2], 3, ax, start=4, stop=6)
    assert ax.lines[0].get_xdata().tolist() == [5]
    assert ax.get_xlim() == (4, 6)


def test_the_default_window_holds_all_spikes_and_no_spike_is_an_empty_raster() -> None:
    for time, window in (([3.0, 70.0], (0, 70)), ([-5.0, 2.0], (-5, 2)), ([0.0, 0.0], (0, 1))):
        assert plot_network_raster(time, [0, 0], 1).get_xlim() == window
    assert plot_network_raster([], [], 5, populations=[("all", 0, 5)]).get_xlim() == (0, 1)


def test_names_of_small_populations_do_not_lie_on_each_other(ax: Any) -> None:
    populations = [("large", 0, 900), *((f"small {k}", 900 + 10 * k, 10) for k in range(10))]
    plot_network_raster(*spikes(1000, 1000), 1000, ax, populations=populations)
    draw(ax)
    boxes = sorted((label.get_window_extent() for label in ax.get_yticklabels()), key=lambda box: box.y0)
    assert all(below.y1 <= above.y0 + 1 for below, above in pairwise(boxes))


def test_ticks_of_few_cells_are_whole_numbers(ax: Any) -> None:
    plot_network_raster([1.0], [2], 4, ax)
    assert all(float(tick).is_integer() for tick in ax.get_yticks())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1.0], [0, 1], 2), "1 whole numbers"),
        (([1.0], [5], 2), "5 given; cells 0 to 1"),
        (([np.nan], [0], 2), "spike times in ms"),
        ((["x"], [0], 2), "spike times in ms"),
        (([], [], 0), "0 given; a number of cells"),
    ],
)
def test_spikes_that_do_not_belong_together_are_a_bad_value(arguments: tuple[Any, ...], words: str) -> None:
    with pytest.raises(BadValue, match=rf"^plot_network_raster: .*{words}"):
        plot_network_raster(*arguments)


def test_a_window_without_length_is_a_bad_value() -> None:
    with pytest.raises(BadValue, match=r"^plot_network_raster: \(5, 5\) given"):
        plot_network_raster([1.0], [0], 1, start=5, stop=5)


def test_each_population_has_a_line_of_its_rate_with_its_name(ax: Any) -> None:
    assert plot_rates([0.5, 1.5], {"one": [1, 2], "two": [3, 4]}, ax) is ax
    assert [line.get_ydata().tolist() for line in ax.lines] == [[1, 2], [3, 4]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "two"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (ms)", "rate (Hz)")
    assert plot_rates([0.5, 1.5], [1, 2]).get_legend() is None


def test_colours_of_rates_are_those_of_the_raster() -> None:
    axes = network_sheet(
        *spikes(500, 1000), 1000, [1, 2], {name: [1, 2] for name, _, _ in POPULATIONS}, [1, 2], [1, 2],
        populations=POPULATIONS,
    )  # fmt: skip
    assert [label.get_color() for label in axes[0].get_yticklabels()] == [line.get_color() for line in axes[1].lines]


def test_a_spectrum_is_drawn_above_zero_with_its_bands(ax: Any) -> None:
    assert plot_spectrum([0, 1, 2, 300], [9, 4, 0, 1], ax, bands={"slow": (0, 1), "fast": (50, 200)}) is ax
    assert ax.lines[0].get_xydata().tolist() == [[1, 4]]
    assert [text.get_text() for text in ax.texts] == ["slow", "fast"]
    assert ax.get_ylabel() == "power (Hz²/Hz)"
    draw(ax)


def test_weights_are_counted_and_bounds_have_their_share(ax: Any) -> None:
    assert plot_weights([[0, 0], [3, 10]], ax, bounds=(0, 10)) is ax
    assert ax.patches[0].get_data().values.sum() == 4
    assert [text.get_text() for text in ax.texts] == ["50% at 0", "25% at 10"]
    assert ax.get_xlabel() == "weight (mV)"
    draw(ax)


def test_weights_without_bounds_or_without_synapses_are_drawn_too() -> None:
    draw(plot_weights([1.0, 2.0]))
    draw(plot_weights([5.0, 5.0]))
    draw(plot_weights([]))
    draw(plot_weights([], bounds=(0, 1)))


def test_a_line_of_a_spike_pattern_ends_where_and_when_it_arrives(ax: Any) -> None:
    assert plot_spike_pattern([0, 4, 11], [7, 30, 12], ([0, 1], [2, 2], [10, 6]), ax) is ax
    lines = ax.collections[0].get_segments()
    assert [line.tolist() for line in lines] == [[[0, 7], [10, 12]], [[4, 30], [10, 12]]]
    assert ax.lines[-1].get_xydata().tolist() == [[0, 7], [4, 30], [11, 12]]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time (ms)", "cell")
    draw(ax)


def test_a_pattern_without_links_or_spikes_is_drawn_and_a_wrong_link_is_a_bad_value() -> None:
    draw(plot_spike_pattern([1.0], [3], ([], [], [])))
    draw(plot_spike_pattern([], [], ([], [], [])))
    with pytest.raises(BadValue, match=r"^plot_spike_pattern: 3 given; spikes 0 to 1"):
        plot_spike_pattern([1, 2], [0, 1], ([0], [3], [1.0]))
    with pytest.raises(BadValue, match=r"^plot_spike_pattern: .*a delay for each link"):
        plot_spike_pattern([1, 2], [0, 1], ([0], [1], []))


@pytest.mark.parametrize("number", [5000, 300_000])
def test_raster_and_rates_of_a_sheet_have_the_same_time_below_each_other(number: int) -> None:
    time = np.arange(1000) + 0.5
    axes = network_sheet(
        *spikes(number, 1000), 1000, time, {"excitatory": time, "inhibitory": time}, time, time,
        start=0, stop=1000, populations=POPULATIONS, bands={"gamma": (25, 80)}, title="a network",
    )  # fmt: skip
    raster, rates, _ = axes
    draw(raster)
    assert raster.get_xlim() == rates.get_xlim() == (0, 1000)
    ends = [(ax.get_window_extent().x0, ax.get_window_extent().x1) for ax in (raster, rates)]
    assert ends[0] == pytest.approx(ends[1], abs=0.5)
    assert raster.get_title() == "a network"
