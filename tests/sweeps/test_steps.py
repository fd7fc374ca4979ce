"""Steps of a current, with and without noise, alone and in families."""

from __future__ import annotations

import numpy as np
import pytest

from izhi.sweeps import Sweep, Sweeps
from tests.sweeps.made import START, STOP, family, response, step


def sweep(current: np.ndarray, dt: float = 0.05, **more) -> Sweep:
    return Sweep(dt, response(current, dt=dt), current, **more)


def test_the_steps_of_a_family_share_their_times_even_where_the_step_is_none() -> None:
    found = family().steps
    assert [each.amplitude for each in found] == [-50, 0, 50, 100, 150]
    assert {(each.start, each.stop, each.holding) for each in found} == {(START, STOP, 0.0)}


@pytest.mark.parametrize("noise", [0.5, 5.0])
@pytest.mark.parametrize("amplitude", [-50.0, 20.0, 200.0])
def test_a_step_in_noise_is_found_with_its_holding_current(noise: float, amplitude: float) -> None:
    rng = np.random.default_rng(2)
    found = sweep(step(amplitude, holding=-30) + rng.normal(0, noise, 4000)).step
    assert found.holding == pytest.approx(-30, abs=0.3 * noise)
    assert found.amplitude == pytest.approx(amplitude, abs=0.5 * noise)
    assert found.level == found.holding + found.amplitude
    slack = 0.05 if noise < 0.1 * abs(amplitude) else 0.7
    assert (found.start, found.stop) == pytest.approx((START, STOP), abs=slack)


def test_a_noisy_family_has_the_steps_of_a_quiet_one() -> None:
    rng = np.random.default_rng(3)
    noisy = Sweeps(tuple(sweep(each.current + rng.normal(0, 2, 4000)) for each in family()))
    assert [each.amplitude for each in noisy.steps] == pytest.approx([-50, 0, 50, 100, 150], abs=0.5)
    assert [each.start for each in noisy.steps] == pytest.approx([START] * 5, abs=0.3)
    assert [each.stop for each in noisy.steps] == pytest.approx([STOP] * 5, abs=0.3)


def test_the_first_of_two_steps_that_vary_is_the_main_one_and_a_fixed_one_never_is() -> None:
    currents = [np.repeat([0, x, 0, -100, x, 0], 800).astype(float) for x in range(-100, 301, 25)]
    found = Sweeps(tuple(sweep(current) for current in currents)).steps
    assert [each.amplitude for each in found] == list(range(-100, 301, 25))
    assert {(each.start, each.stop) for each in found} == {(40.0, 80.0)}


def test_a_test_pulse_before_the_step_is_not_taken_for_it() -> None:
    current = step(100)
    current[200:400] = -20
    assert sweep(current).step.start == START
    family = Sweeps(tuple(sweep(np.where(current < 0, current, k * current)) for k in range(4)))
    assert [each.amplitude for each in family.steps] == [0, 100, 200, 300]


def test_steps_of_different_lengths_are_each_found() -> None:
    currents = [100.0 * ((np.arange(4000) >= 1000) & (np.arange(4000) < 1000 + 500 * k)) for k in (1, 2, 4)]
    found = Sweeps(tuple(sweep(current) for current in currents)).steps
    assert [each.duration for each in found] == pytest.approx([25, 50, 100])


def test_sweeps_of_other_protocols_do_not_matter() -> None:
    other = sweep(300 * np.sin(np.arange(4000) / 50), protocol="sine")
    found = Sweeps((*family(), other)).steps
    assert [None if each is None else each.amplitude for each in found] == [-50, 0, 50, 100, 150, None]


@pytest.mark.parametrize("kind", ["constant", "ramp", "sine", "noise"])
def test_what_is_no_step_has_none(kind: str) -> None:
    t = np.arange(4000)
    rng = np.random.default_rng(4)
    current = {
        "constant": np.full(4000, 20.0),
        "ramp": np.where((t > 1000) & (t < 3000), 0.1 * (t - 1000), 0.0),
        "sine": 100 * np.sin(t / 100),
        "noise": rng.normal(0, 50, 4000),
    }[kind]
    assert sweep(current).step is None


def test_the_holding_current_of_a_sweep_without_steps_is_its_level() -> None:
    assert sweep(np.full(4000, 20.0)).holding == 20


def test_a_resampled_family_has_the_same_steps() -> None:
    found = family(0.02).resampled(0.1).steps
    assert [each.amplitude for each in found] == pytest.approx([-50, 0, 50, 100, 150])
    assert {(each.start, each.stop) for each in found} == {(START, STOP)}
