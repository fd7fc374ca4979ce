"""Phase responses against closed forms and single runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

import izhi
from izhi.dynamics import phase_response


def test_the_response_of_the_quadratic_cell_is_its_closed_form() -> None:
    """With u at 0, v + 50 = s tan(r t), so that a pulse is a stretch of time along another tangent."""
    current, height, width = 100.0, 50.0, 0.5
    cell = izhi.Cell.preset("2007/RS", b=0.0, d=0.0)
    found = phase_response(cell, current, height, width, phases=20)

    def clock(I: float) -> tuple[float, float]:
        return math.sqrt((I - 70) / 0.7), math.sqrt(0.7 * (I - 70)) / 100

    (s, r), (pushed_s, pushed_r) = clock(current), clock(current + height)
    begin, end = math.atan(0.0) / r, math.atan(85 / s) / r
    assert found.period == pytest.approx(end - begin, rel=1e-5)
    for phase, advance in zip(found.phase, found.first, strict=True):
        if phase > 0.95:
            continue
        x = s * math.tan(r * phase * found.period)
        y = pushed_s * math.tan(math.atan(x / pushed_s) + pushed_r * width)
        gained = math.atan(y / s) / r - math.atan(x / s) / r - width
        assert advance == pytest.approx(gained / found.period, abs=2e-6 + 1e-4 * gained / found.period)
    assert found.advance == pytest.approx(found.first, abs=1e-4)


def test_a_response_is_what_a_pulse_within_a_single_run_does() -> None:
    found = phase_response("2007/LTS", 150.0, phases=10)
    begin, k = 1000.0, 6
    run = [izhi.simulate("2007/LTS", izhi.Constant(150.0), 1600, scheme="accurate")]
    last = run[0].spike_times[run[0].spike_times < begin][-1]
    start = last + found.phase[k] * found.period
    pulse = izhi.Pulse(found.amplitude, start=start, stop=start + found.width)
    run.append(izhi.simulate("2007/LTS", izhi.Constant(150.0) + pulse, 1600, scheme="accurate"))
    later = [each.spike_times[each.spike_times > start][:5] for each in run]
    shift = (later[0] - later[1]) / found.period
    assert shift[0] == pytest.approx(found.first[k], abs=2e-4)
    assert shift[4] == pytest.approx(found.advance[k], abs=2e-4)


def test_no_pulse_shifts_nothing_and_half_a_small_one_shifts_half() -> None:
    assert np.array_equal(phase_response("2007/RS", 100.0, 0.0, phases=5).advance, np.zeros(5))
    whole, half = (phase_response("2007/RS", 100.0, x, phases=8).advance for x in (10.0, 5.0))
    assert half == pytest.approx(whole / 2, rel=0.02, abs=1e-6)


def test_an_integrator_is_only_advanced_and_a_resonator_is_delayed_by_an_early_pulse() -> None:
    assert (phase_response("2007/RS", 60.0, phases=12).advance > -1e-4).all()
    late = phase_response("2007/LTS", 150.0, phases=12)
    assert late.advance[0] < -0.003
    assert late.advance.max() > 0.01


def test_a_cell_with_a_dendrite_has_a_response() -> None:
    found = phase_response("2007/LS", 200.0, phases=6)
    assert 1e3 / found.period == pytest.approx(65, abs=2)
    assert found.advance.max() > 0.005


@pytest.mark.parametrize(("name", "current"), [("2007/RS", 40.0), ("2003/CH", 10.0), ("2007/RS", 51.6)])
def test_where_firing_is_not_periodic_there_is_no_phase(name: str, current: float) -> None:
    with pytest.raises(izhi.BadValue, match="a current at which it fires periodically"):
        phase_response(name, current)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"phases": 0}, "phase_response: phases: 0 given"),
        ({"width": -1}, "duration: -1"),
        ({"amplitude": float("nan")}, "phase_response: amplitude: nan given"),
    ],
)
def test_a_mistake_is_one_line(options: dict, message: str) -> None:
    with pytest.raises(izhi.BadValue) as problem:
        phase_response("2007/RS", 100.0, **options)
    assert str(problem.value).startswith(message)
    assert "\n" not in str(problem.value)
