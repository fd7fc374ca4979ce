"""Spikes of a voltage: each once, at any sampling rate, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.sweeps import spike_times
from tests.sweeps.made import response, step

TIMES = (60.02, 62.51, 80.0, 120.37)


@pytest.mark.parametrize("rate", [10, 20, 25, 50])
def test_every_spike_is_found_once_at_its_peak_whatever_the_rate(rate: int) -> None:
    v = response(step(100, 1 / rate), TIMES, 1 / rate)
    assert spike_times(v, 1 / rate) == pytest.approx(TIMES, abs=0.02)


@pytest.mark.parametrize("rate", [10, 20, 50])
def test_noise_makes_no_spikes_and_doubles_none(rate: int) -> None:
    noise = np.random.default_rng(1).normal(0, 0.7, 200 * rate)
    v = response(step(100, 1 / rate), TIMES, 1 / rate) + noise
    assert spike_times(v, 1 / rate) == pytest.approx(TIMES, abs=0.4)


def test_the_onset_is_before_the_peak() -> None:
    v = response(step(100), TIMES)
    before = np.array(TIMES) - spike_times(v, 0.05, moment="onset")
    assert (before > 0.4).all()
    assert (before < 1.5).all()


def test_a_voltage_that_rides_above_the_threshold_spikes_by_the_height_of_its_peaks() -> None:
    v = response(step(100), TIMES) + np.where(step(1) > 0, 60.0, 0.0)
    assert spike_times(v, 0.05) == pytest.approx(TIMES, abs=0.02)


def test_what_charges_slowly_or_jumps_with_the_current_is_no_spike() -> None:
    assert spike_times(response(step(600)), 0.05).size == 0
    jumping = response(step(600)) + 0.03 * step(600)
    assert jumping.max() > -5
    assert spike_times(jumping, 0.05).size == 0


def test_small_peaks_are_none_and_smaller_ones_are_asked_for() -> None:
    v = -70 + 0.4 * (response(step(0), TIMES) + 70)
    assert spike_times(v, 0.05).size == 0
    assert spike_times(v, 0.05, threshold=-40).size == 4
    assert spike_times(v, 0.05, threshold=-40, height=45).size == 0
    assert spike_times(v, 0.05, threshold=-40, slope=200).size == 0


def test_a_moment_that_is_none_is_refused() -> None:
    with pytest.raises(izhi.BadValue, match="moment: 'top' given; 'peak' or 'onset' would do"):
        spike_times(np.zeros(10), 0.1, moment="top")


@pytest.mark.parametrize("name", ["RS", "FS", "CH"])
def test_the_spikes_of_a_simulation_are_found_in_its_samples(name: str) -> None:
    run = izhi.simulate(f"2007/{name}", izhi.Step(300, start=20), 300, scheme="euler", dt=0.05, engine="reference")
    found = spike_times(run.voltage, 0.05)
    assert run.spike_times.size > 2
    assert found == pytest.approx(run.spike_times, abs=0.15)
