"""Where firing begins, against independent runs."""

from __future__ import annotations

import pytest

import izhi
from izhi.dynamics import rheobase, saddle_node
from izhi.dynamics.ensemble import Numerics
from izhi.dynamics.flow import Flow
from izhi.dynamics.threshold import _Search

# First spike and sustained firing of steps from rest in pA, and the class: independent runs with RK4 at 0.01 ms. How
# long a cell may linger before it counts as silent moves the second number of a class 1 cell.
TABLE = {
    "2007/RS": (51.45, 51.66, 1),
    "2007/IB": (304.7, 346.5, 2),
    "2007/CH": (157.6, 160.2, 1),
    "2007/LTS": (88.8, 111.2, 2),
    "2007/FS": (71.3, 72.74, 2),
    "2007/TC": (40.0, 40.3, 1),
    "2007/TRN": (36.6, 46.1, 2),
    "2007/TI": (31.6, 50.9, 2),
    "2007/MSN": (308.5, 311.5, 1),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_thresholds_are_those_of_independent_runs(name: str) -> None:
    first, sustained, excitability = TABLE[name]
    found = rheobase(name, dt=0.1)
    assert found.first_spike == pytest.approx(first, rel=1.5e-3)
    assert found.sustained == pytest.approx(sustained, rel=2e-3 if excitability == 2 else 7e-3)
    assert found.excitability == excitability
    assert found.bistable == (excitability == 2)
    assert found.first_spike <= found.sustained


def test_an_integrator_fires_from_its_saddle_node_on_and_the_longer_it_is_watched_the_nearer() -> None:
    (fold,) = saddle_node("2007/RS")
    short, long = (rheobase("2007/RS", duration=t, dt=0.1, accuracy=1e-4) for t in (1000, 4000))
    assert fold.current < long.first_spike < short.first_spike < 1.01 * fold.current
    assert long.onset_rate < short.onset_rate
    assert (short.excitability, long.excitability) == (None, 1)
    assert long.rest_lost == pytest.approx(fold.current)
    assert not long.persistent


def test_firing_that_goes_on_below_the_first_spike_is_seen() -> None:
    found = rheobase("2003/RZ", duration=1000, dt=0.1)
    assert found.bistable
    assert found.persistent
    assert found.from_spiking < 0.9 * found.first_spike
    assert not rheobase("2007/LTS", duration=1000, dt=0.1).persistent


def test_the_threshold_is_the_current_between_a_run_without_and_a_run_with_a_spike() -> None:
    found = rheobase("2007/LTS", duration=1000, dt=0.1)
    runs = [
        izhi.simulate(izhi.Cell.preset("2007/LTS"), izhi.Constant(x * found.first_spike), 1000, scheme="rk4", dt=0.1)
        for x in (0.998, 1.0)
    ]
    assert [run.spike_times.size > 0 for run in runs] == [False, True]


def test_steps_begin_at_the_rest_under_a_holding_current() -> None:
    held = rheobase("2007/LTS", -100.0, duration=1000, dt=0.1)
    assert held.holding == -100
    assert held.first_spike < rheobase("2007/LTS", duration=1000, dt=0.1).first_spike


def test_a_cell_that_accommodates_spikes_but_does_not_fire_on() -> None:
    found = rheobase("2004/R", duration=500, dt=0.1)
    assert found.first_spike is not None
    assert (found.sustained, found.from_spiking, found.excitability, found.bistable) == (None, None, None, False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"holding": 100}, "2007/RS: current: 100"),
        ({"holding": "x"}, "rheobase: holding: 'x'"),
        ({"accuracy": 0}, "rheobase: accuracy: 0 given; a share from 1e-9 to 0.5"),
        ({"duration": -1}, "duration: -1 given; more than 0 ms"),
        ({"dt": 0}, "dt: 0 given; more than 0 ms"),
        ({"scheme": "rk5"}, "scheme: no 'rk5'; did you mean 'rk4'"),
    ],
)
def test_a_mistake_is_one_line(options: dict, message: str) -> None:
    with pytest.raises(izhi.IzhiError) as problem:
        rheobase("2007/RS", **options)
    assert str(problem.value).startswith(message)
    assert "\n" not in str(problem.value)


def test_a_threshold_that_is_the_holding_current_itself_is_found() -> None:
    flow = Flow(izhi.Cell.preset("2007/RS"))
    search = _Search(flow, flow.start, 0.0, 100.0, 1e-3, Numerics())
    assert search.refine((-5.0, 7.0), lambda currents: currents >= 0) == pytest.approx(0, abs=1e-4)
    assert search.likely() == pytest.approx(1.5 * 51.4286, rel=1e-5)
