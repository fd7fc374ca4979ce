"""What must not matter: when time starts, how dense samples are, the unit of the current, labels, noise, peaks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from izhi import Response, classify
from tests.analysis.panels import LETTERS, changed, panel

PANELS = st.tuples(st.sampled_from(LETTERS), st.sampled_from(["figure1", "accurate"])).filter(
    lambda chosen: chosen != ("T", "accurate")  # it has 19131 spikes
)
QUICK = settings(max_examples=60, deadline=None)


def same(one: Response, other: Response) -> bool:
    a, b = classify(one), classify(other)
    assert (a.firing, a.features) == (b.firing, b.features), (a, b)
    return True


@QUICK
@given(PANELS, st.floats(-1e5, 1e5))
def test_when_time_starts_does_not_matter(chosen: tuple[str, str], shift: float) -> None:
    response = panel(*chosen)
    assert same(response, changed(response, time=response.time + shift, spikes=response.spikes + shift))


@QUICK
@given(PANELS, st.floats(1e-6, 1e6))
def test_the_unit_of_the_current_does_not_matter(chosen: tuple[str, str], factor: float) -> None:
    response = panel(*chosen)
    assert same(response, changed(response, current=factor * response.current))


@QUICK
@given(PANELS, st.integers(2, 5))
def test_every_nth_sample_is_enough_up_to_half_a_millisecond(chosen: tuple[str, str], n: int) -> None:
    response = panel(*chosen)
    thin = slice(None, None, n if n * response.step <= 0.51 else 1)
    arrays = {name: getattr(response, name)[thin] for name in ("time", "voltage", "current")}
    assert same(response, changed(response, **arrays))


@QUICK
@given(PANELS, st.floats(0.02, 0.09))
def test_denser_samples_do_not_matter(chosen: tuple[str, str], step: float) -> None:
    response = panel(*chosen)
    time = np.arange(response.start, response.stop, step)
    held = response.current[np.searchsorted(response.time, time, side="right") - 1]
    voltage = np.interp(time, response.time, response.voltage)
    spikes = response.spikes[response.spikes <= time[-1]]
    assert same(changed(response, spikes=spikes), changed(response, time=time, voltage=voltage, current=held))


@QUICK
@given(PANELS, st.sampled_from([-1, 1]))
def test_a_current_labelled_a_sample_early_or_late_does_not_matter(chosen: tuple[str, str], late: int) -> None:
    response = panel(*chosen)
    padded = np.pad(response.current, 1, mode="edge")
    assert same(response, changed(response, current=padded[1 - late :][: response.time.size]))


@QUICK
@given(PANELS, st.sampled_from([-1, 1]))
def test_spikes_labelled_a_sample_early_or_late_do_not_matter(chosen: tuple[str, str], late: int) -> None:
    response = panel(*chosen)
    spikes = np.clip(response.spikes + late * response.step, response.start, response.stop)
    assert same(response, changed(response, spikes=spikes))


@QUICK
@given(PANELS, st.floats(-25, 30))
def test_how_much_of_the_peaks_is_shown_does_not_matter(chosen: tuple[str, str], top: float) -> None:
    response = panel(*chosen)
    assert same(response, changed(response, voltage=np.minimum(response.voltage, top)))


@QUICK
@given(PANELS, st.floats(31, 500))
def test_peaks_that_overshoot_do_not_matter(chosen: tuple[str, str], top: float) -> None:
    response = panel(*chosen)
    voltage = response.voltage.copy()
    voltage[np.clip(np.searchsorted(response.time, response.spikes - 1e-9), 0, voltage.size - 1)] = top
    assert same(response, changed(response, voltage=voltage))


@QUICK
@given(PANELS, st.integers(0, 1000), st.floats(0, 0.1))
def test_a_little_noise_on_the_voltage_does_not_matter(chosen: tuple[str, str], seed: int, deviation: float) -> None:
    response = panel(*chosen)
    noise = deviation * np.random.default_rng(seed).normal(size=response.time.size)
    assert same(response, changed(response, voltage=response.voltage + noise))


@QUICK
@given(PANELS, st.integers(0, 1000), st.floats(0, 0.003))
def test_a_little_noise_on_the_current_does_not_matter(chosen: tuple[str, str], seed: int, share: float) -> None:
    response = panel(*chosen)
    noise = share * np.ptp(response.current) * np.random.default_rng(seed).normal(size=response.time.size)
    assert same(response, changed(response, current=response.current + noise))


def test_this_little_noise_on_the_voltage_does_not_matter() -> None:
    response = panel("J", "figure1")
    noise = 0.0625 * np.random.default_rng(186).normal(size=response.time.size)
    assert same(response, changed(response, voltage=response.voltage + noise))


def test_this_little_noise_on_the_current_does_not_matter() -> None:
    response = panel("G", "figure1")
    noise = 0.001953125 * np.ptp(response.current) * np.random.default_rng(0).normal(size=response.time.size)
    assert same(response, changed(response, current=response.current + noise))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_response_gets_a_class_and_twenty_verdicts(data: st.DataObject) -> None:
    size = data.draw(st.integers(0, 60))
    levels = st.sampled_from([-5.0, 0.0, 1.0, 1.0, 20.0, float("nan")])
    time = np.cumsum(data.draw(st.lists(st.floats(0.01, 5), min_size=size, max_size=size)))
    voltage = data.draw(st.lists(st.floats(-90, 40) | st.just(float("nan")), min_size=size, max_size=size))
    current = data.draw(st.lists(levels, min_size=size, max_size=size))
    spikes = sorted(data.draw(st.lists(st.floats(0, 200), max_size=12)))
    found = classify(Response(time, voltage, current, spikes))
    assert len(found.verdicts) == 20


@pytest.mark.parametrize("seed", range(30))
def test_any_train_under_any_protocol_gets_a_class(seed: int) -> None:
    rng = np.random.default_rng(seed)
    time = np.arange(0.0, 300.0, 0.5)
    current = np.repeat(rng.choice([-5.0, 0.0, 0.0, 2.0, 10.0], 12), 50)
    current = current + rng.choice([0.0, 0.05]) * time
    spikes = np.sort(rng.choice(time[5:-5], rng.integers(0, 40), replace=False))
    voltage = np.where(np.isin(time, spikes), 30.0, -65.0)
    found = classify(Response(time, voltage, current, spikes))
    assert len(found.verdicts) == 20
