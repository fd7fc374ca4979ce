"""What must not be recognised: noise, trains without a stimulus, and panels that were tampered with."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from izhi import Response, classify
from tests.analysis.panels import LETTERS, changed, panel

TIME = np.arange(0.0, 400.0, 0.25)
STEP = np.where(TIME < 50, 0.0, 10.0)
PULSES = np.where(((TIME > 50) & (TIME < 54)) | ((TIME > 200) & (TIME < 204)), 1.0, 0.0)
RAMP = np.maximum(TIME - 50, 0) / 100
INHIBITION = np.where((TIME > 50) & (TIME < 150), -5.0, 0.0)
STIMULI = {"none": 0 * TIME, "step": STEP, "pulses": PULSES, "ramp": RAMP, "inhibition": INHIBITION}
SEEDS = range(4)


def coloured(rng: np.random.Generator, deviation: float, tau: float) -> NDArray[np.float64]:
    """Noise with a memory of tau ms."""
    keep = np.exp(-0.25 / tau)
    kicks = rng.normal(size=TIME.size) * deviation * np.sqrt(1 - keep * keep)
    found = np.zeros(TIME.size)
    for k in range(1, TIME.size):
        found[k] = keep * found[k - 1] + kicks[k]
    return found


def spiking(spikes: NDArray[np.float64]) -> NDArray[np.float64]:
    """A voltage with a spike at each of these times."""
    voltage = np.full(TIME.size, -65.0)
    voltage[np.searchsorted(TIME, spikes)] = 30.0
    return voltage


@pytest.mark.parametrize("stimulus", STIMULI)
@pytest.mark.parametrize("noise", [0.0, 0.1, 1.0, 5.0])
def test_a_silent_cell_shows_nothing_with_white_noise_or_without(stimulus: str, noise: float) -> None:
    for seed in SEEDS:
        voltage = -65 + noise * np.random.default_rng(seed).normal(size=TIME.size)
        found = classify(Response(TIME, voltage, STIMULI[stimulus], []))
        assert (found.firing, found.features) == ("silent", ())


@pytest.mark.parametrize("stimulus", STIMULI)
@pytest.mark.parametrize("tau", [3.0, 10.0, 30.0])
def test_a_silent_cell_shows_nothing_with_coloured_noise(stimulus: str, tau: float) -> None:
    for seed in SEEDS:
        voltage = -65 + coloured(np.random.default_rng(seed), 1.0, tau)
        assert classify(Response(TIME, voltage, STIMULI[stimulus], [])).features == ()


@pytest.mark.parametrize("stimulus", STIMULI)
def test_a_subthreshold_response_shows_nothing(stimulus: str) -> None:
    current, voltage = STIMULI[stimulus], np.full(TIME.size, -65.0)
    for k in range(1, TIME.size):
        voltage[k] = voltage[k - 1] + 0.25 / 10 * (-65 - voltage[k - 1] + current[k])
    assert classify(Response(TIME, voltage, current, [])).features == ()


@pytest.mark.parametrize("stimulus", STIMULI)
@pytest.mark.parametrize("noise", [0.0, 1.0, 5.0])
def test_poisson_spikes_that_are_not_in_the_voltage_are_not_judged(stimulus: str, noise: float) -> None:
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        spikes = np.sort(rng.uniform(0, 400, 12))
        found = classify(Response(TIME, -65 + noise * rng.normal(size=TIME.size), STIMULI[stimulus], spikes))
        assert (found.firing, found.features) == ("not judged", ())


@pytest.mark.parametrize("stimulus", STIMULI)
def test_poisson_spikes_that_are_in_the_voltage_show_no_feature(stimulus: str) -> None:
    for seed in range(20):
        spikes = np.sort(np.random.default_rng(seed).choice(TIME[10:-10], 16, replace=False))
        found = classify(Response(TIME, spiking(spikes), STIMULI[stimulus], spikes))
        assert found.features == (), found


@pytest.mark.parametrize("stimulus", STIMULI)
def test_a_clock_that_no_stimulus_moves_shows_no_feature(stimulus: str) -> None:
    spikes = np.arange(5.0, 400.0, 20.0)
    found = classify(Response(TIME, spiking(spikes), STIMULI[stimulus], spikes))
    assert found.features == ()


@pytest.mark.parametrize("letter", LETTERS)
def test_a_panel_without_its_spikes_is_not_judged(letter: str) -> None:
    found = classify(changed(panel(letter), spikes=[]))
    assert (found.firing, found.features) == ("not judged", ())
    assert "no spike is listed" in found.because


@pytest.mark.parametrize("letter", [each for each in LETTERS if panel(each).spikes.size > 3])
def test_a_panel_with_half_its_spikes_is_not_judged(letter: str) -> None:
    assert classify(changed(panel(letter), spikes=panel(letter).spikes[::2])).firing == "not judged"


@pytest.mark.parametrize("letter", LETTERS)
def test_a_panel_with_its_spikes_elsewhere_shows_nothing(letter: str) -> None:
    response = panel(letter)
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        spikes = np.sort(rng.uniform(response.start, response.stop, response.spikes.size))
        if np.abs(spikes - response.spikes).max() < 1:
            continue  # by chance they are where they were
        assert classify(changed(response, spikes=spikes)).features == ()


@pytest.mark.parametrize("letter", LETTERS)
def test_a_panel_with_samples_and_spikes_in_another_order_shows_nothing(letter: str) -> None:
    response = panel(letter)
    order = np.random.default_rng(0).permutation(response.time.size)
    assert classify(changed(response, voltage=response.voltage[order])).features == ()


@pytest.mark.parametrize("letter", LETTERS)
def test_without_a_stimulus_that_changes_no_feature_is_tested(letter: str) -> None:
    response = panel(letter)
    for level in (0.0, float(response.current.mean()), float(response.current.max())):
        found = classify(changed(response, current=np.full(response.time.size, level)))
        assert found.features == ()
        assert not any(verdict.tested for verdict in found.verdicts.values())


@pytest.mark.parametrize("letter", LETTERS)
def test_noise_in_place_of_the_stimulus_tests_nothing(letter: str) -> None:
    response = panel(letter)
    noise = np.random.default_rng(0).normal(size=response.time.size)
    assert classify(changed(response, current=noise)).features == ()


@pytest.mark.parametrize("letter", LETTERS)
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_voltage_that_is_not_known_is_not_judged(letter: str, share: float) -> None:
    response = panel(letter)
    lost = response.time >= response.start + share * (response.stop - response.start)
    found = classify(changed(response, voltage=np.where(lost, np.nan, response.voltage)))
    assert (found.firing, found.features) == ("not judged", ())
    assert "not known from" in found.because


@pytest.mark.parametrize("letter", LETTERS)
def test_samples_as_coarse_as_a_millisecond_still_tell_spikes_from_none(letter: str) -> None:
    response = panel(letter)
    time = np.arange(response.start, response.stop, 1.0)
    held = np.searchsorted(response.time, time + 1e-9, side="right") - 1
    coarse = {"time": time, "current": response.current[held]}
    shown = {**coarse, "voltage": response.voltage[held]}
    spikes = response.spikes[response.spikes < time[-1]]
    assert letter in classify(changed(response, **shown, spikes=spikes)).features
    assert classify(changed(response, **shown, spikes=[])).features == ()
    for noise in (0.0, 5.0):
        voltage = -65 + noise * np.random.default_rng(0).normal(size=time.size)
        found = classify(changed(response, **coarse, voltage=voltage, spikes=spikes))
        assert (found.firing, found.features) == ("not judged", ())


def test_an_empty_recording_is_not_judged() -> None:
    found = classify(Response([], [], [], []))
    assert (found.firing, found.features, found.because) == ("not judged", (), "empty: there are no samples")
    assert classify(Response([0.0], [-65.0], [0.0], [])).firing == "not judged"


@pytest.mark.parametrize("spikes", [[-50.0], [450.0], [100.0, 100.0]])
def test_spikes_that_cannot_be_are_not_judged(spikes: list[float]) -> None:
    times = np.array([t for t in spikes if 0 < t < 400])
    assert classify(Response(TIME, spiking(times), STEP, spikes)).firing == "not judged"
