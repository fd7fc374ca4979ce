"""Rates against currents, against closed forms and independent runs."""

from __future__ import annotations

import math

import numpy as np
import pytest

import izhi
from izhi.dynamics import fi_curve
from izhi.dynamics.trains import cycle, firing_class, late_gaps

# Steady rates in Hz at currents in pA: independent runs with RK4 at 0.01 ms.
BOOK = {
    "RS": {
        52: 1.15, 55: 2.81, 60: 4.38, 80: 8.89, 100: 13.15, 150: 24.56, 200: 35.14, 300: 53.49, 500: 84.18,
    },
    "IB": {360: 3.66, 400: 5.94, 500: 10.67, 600: 16.10, 800: 28.80},
    "LTS": {125: 10.79, 150: 15.19, 200: 27.57, 300: 68.13, 400: 113.1},
    "FS": {73: 21.07, 75: 25.91, 100: 43.53, 200: 81.59, 300: 115.7, 400: 151.9},
    "TC": {45: 3.31, 50: 5.09, 100: 17.09, 150: 25.48, 200: 32.42},
    "TRN": {50: 5.23, 60: 7.37, 80: 10.81, 100: 14.19, 150: 23.74},
    "TI": {55: 21.6, 75: 32.05, 100: 41.98, 200: 84.31},
    "MSN": {320: 2.39, 350: 5.46, 400: 10.0, 500: 18.44},
}  # fmt: skip
# The same of the cells of 2003, at currents in mV/ms.
OF_2003 = {
    "RS": {5: 10.65, 10: 22.32}, "IB": {10: 32.03}, "FS": {5: 45.50, 10: 136.2}, "LTS": {5: 39.50, 10: 74.8},
    "RZ": {10: 195.2}, "TC": {10: 272},
}  # fmt: skip


@pytest.mark.parametrize("name", [f"2007/{x}" for x in BOOK] + [f"2003/{x}" for x in OF_2003])
def test_the_steady_rates_are_those_of_independent_runs(name: str) -> None:
    table = (BOOK if name[:4] == "2007" else OF_2003)[name[5:]]
    found = fi_curve(name, list(table), 5000, scheme="rk4", dt=0.01)
    truth = np.array(list(table.values()))
    assert np.abs(found.steady - truth).max() <= 0.02 + 1.5e-3 * truth.max()
    assert found.steady == pytest.approx(truth, rel=3e-3)
    assert (found.per_burst == 1).all()


def test_a_bursting_cell_is_counted_in_whole_bursts() -> None:
    found = fi_curve("2007/CH", [200.0, 300.0, 400.0], 5000, dt=0.01)
    assert (found.per_burst == 2).all()
    assert found.steady[1] == pytest.approx(38.21, rel=1e-3)
    long = izhi.simulate("2007/CH", izhi.Constant(200.0), 40_000, scheme="rk4", dt=0.05, record="spikes").spike_times
    late = long[long > 2000]
    gaps = np.diff(late)
    first, last = np.flatnonzero(gaps > 20)[[0, -1]]
    assert found.steady[0] == pytest.approx(1e3 * (last - first) / (late[last + 1] - late[first + 1]), rel=1e-3)


def quadratic_cell(k: float = 0.7) -> izhi.Cell:
    """A cell whose u stays 0: C v' = k(v - vr)(v - vt) + I."""
    return izhi.Cell.preset("2007/RS", k=k, b=0.0, d=0.0)


def quadratic_period(current: float, k: float = 0.7) -> float:
    """From reset to peak, in closed form."""
    centre, j = -50.0, current - k * 100.0
    s = math.sqrt(j / k)
    return 100.0 / math.sqrt(k * j) * (math.atan((35 - centre) / s) - math.atan((-50 - centre) / s))


def test_the_rate_of_the_quadratic_cell_is_its_closed_form() -> None:
    currents = [75.0, 100.0, 300.0]
    found = fi_curve(quadratic_cell(), currents, 2000, dt=0.01)
    truth = [1e3 / quadratic_period(x) for x in currents]
    assert found.steady == pytest.approx(truth, rel=2e-5)
    assert found.initial == pytest.approx(truth, rel=2e-4)
    assert (found.latency > 1e3 / found.steady).all()


def test_below_threshold_the_rates_are_nought_and_there_is_no_latency() -> None:
    found = fi_curve("2007/LTS", [50.0, 100.0, 150.0], 2000)
    assert found.count.tolist()[0] == 0
    assert 0 < found.count[1] < 5
    assert np.isnan(found.latency).tolist() == [True, False, False]
    assert (found.steady > 0).tolist() == [False, False, True]
    assert (found.per_burst > 0).tolist() == [False, False, True]


def test_a_rate_is_what_a_single_run_gives() -> None:
    curve = fi_curve("2003/CH", [4.5, 10.0], 2000, holding=1.0)
    v = (-(5 - 0.2) - math.sqrt((5 - 0.2) ** 2 - 4 * 0.04 * 141)) / 0.08
    begin = {"v": v, "u": 0.2 * v}
    cell = izhi.Cell.preset("2003/CH", initial=begin)
    one = izhi.simulate(cell, izhi.Constant(10.0), 2000, scheme="rk4", dt=0.05)
    assert curve.count[1] == one.spike_times.size
    assert curve.latency[1] == pytest.approx(one.spike_times[0], abs=1e-6)
    assert curve.initial[1] == pytest.approx(1e3 / np.diff(one.spike_times)[0], rel=1e-6)


def test_a_cell_that_runs_away_has_no_rate() -> None:
    assert np.isnan(fi_curve("2004/T", [75.0], 400, holding=80.0, dt=0.01).steady).all()


@pytest.mark.parametrize("currents", ["x", [], [1, float("nan")], [[1, 2]], None])
def test_what_is_no_list_of_currents_is_refused(currents: object) -> None:
    with pytest.raises(izhi.BadValue, match=r"currents: .* given; finite currents"):
        fi_curve("2007/RS", currents)  # type: ignore[arg-type]


def test_a_train_is_counted_over_whole_bursts() -> None:
    triplets = np.concatenate([np.array([0, 2, 5.0]) + 50 * k for k in range(20)])
    gaps = late_gaps(triplets, 500, 1000)
    assert cycle(gaps) == (pytest.approx(60), 3)
    assert firing_class(gaps) == "bursting"
    assert late_gaps(triplets, 500, 1200).size == 0


def test_a_train_that_is_even_is_tonic_and_one_that_wanders_is_other() -> None:
    assert firing_class(np.full(9, 10.0)) == "tonic"
    assert cycle(np.full(9, 10.0)) == (pytest.approx(100), 1)
    assert firing_class(np.linspace(8, 14, 9)) == "other"
    assert firing_class(np.zeros(0)) == "silent"
