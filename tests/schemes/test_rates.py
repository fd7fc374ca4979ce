"""What each scheme makes of a steady current, against independently measured rates."""

from __future__ import annotations

import numpy as np
import pytest

import izhi

CELLS = ("RS5", "RS10", "IB10", "CH10", "FS5", "FS10", "LTS5", "LTS10", "RZ10", "TC10")
# Steady rates [1/s] at constant I, measured by an independent implementation of each scheme.
RATES = {
    ("published-2003", 1.0): (9.77, 19.42, 25.40, 41.8, 32.3, 64.5, 26.5, 43.9, 78.9, 68.3),
    ("euler", 1.0): (10.42, 21.28, 29.41, 71.5, 39.9, 110.0, 34.7, 65.7, 142.9, 200),
    ("euler", 0.5): (10.53, 21.74, 30.30, 76.3, 41.9, 112.9, 36.8, 71.4, 166.7, 222),
    ("euler", 0.25): (10.57, 21.98, 31.25, 80.7, 43.4, 122.4, 38.0, 71.7, 173.9, 235),
    ("euler", 0.1): (10.61, 22.17, 31.75, 83.0, 44.5, 130.0, 38.8, 73.3, 185.2, 256),
    ("euler", 0.01): (10.65, 22.30, 32.00, 84.4, 45.4, 135.5, 39.4, 74.7, 193.8, 270),
    ("figure1", 0.25): (10.47, 21.78, 30.90, 72.3, 41.3, 110.1, 36.4, 67.7, 152.6, 211),
    ("esr", 1.0): (10.37, 21.41, 31.25, 70.4, 39.1, 98.4, 34.5, 64.6, 154.4, 200),
    ("rk4", 0.1): (10.66, 22.32, 32.04, 84.7, 45.5, 136.4, 39.5, 74.8, 195.6, 273),
    ("accurate", 0.1): (10.65, 22.32, 32.03, (84.7, 85.9), 45.50, 136.2, 39.50, 74.8, 195.2, 272),
}


def rate(recording: izhi.Recording, first: float, last: float) -> float:
    spikes = recording.spike_times[(recording.spike_times > first) & (recording.spike_times <= last)]
    return 1e3 * (spikes.size - 1) / (spikes[-1] - spikes[0])


@pytest.mark.parametrize(("scheme", "dt"), RATES)
def test_a_scheme_has_the_rates_that_were_measured_of_it(scheme: str, dt: float) -> None:
    """Where spikes lock to the grid several rhythms coexist, so the start matters: v = -65, u = bv."""
    for label, expected in zip(CELLS, RATES[scheme, dt], strict=True):
        name = label.rstrip("0123456789")
        b = izhi.preset(f"2003/{name}").parameters["b"]
        cell = izhi.Cell.preset(f"2003/{name}", initial={"v": -65.0, "u": b * -65.0})
        current = izhi.Constant(float(label[len(name) :]))
        found = rate(izhi.simulate(cell, current, 10_000, scheme=scheme, dt=dt, record="spikes"), 1000, 10_000)
        low, high = expected if isinstance(expected, tuple) else (expected, expected)
        assert 0.99 * low <= found <= 1.01 * high, label


STEADY = {
    "RS": {52: 1.15, 55: 2.81, 60: 4.38, 80: 8.89, 100: 13.15, 150: 24.56, 200: 35.14, 300: 53.49, 500: 84.18},
    "IB": {360: 3.66, 400: 5.94, 500: 10.67, 600: 16.10, 800: 28.80},
    "LTS": {125: 10.79, 150: 15.19, 200: 27.57, 300: 68.13, 400: 113.1},
    "FS": {73: 21.07, 75: 25.91, 100: 43.53, 200: 81.59, 300: 115.7, 400: 151.9},
    "TC": {45: 3.31, 50: 5.09, 100: 17.09, 150: 25.48, 200: 32.42},
    "TRN": {50: 5.23, 60: 7.37, 80: 10.81, 100: 14.19, 150: 23.74},
    "TI": {55: 21.6, 75: 32.05, 100: 41.98, 200: 84.31},
    "MSN": {320: 2.39, 350: 5.46, 400: 10.0, 500: 18.44},
    "CH": {200: 21.26, 300: 38.21, 400: 54.19},
}


@pytest.mark.parametrize("name", STEADY)
def test_the_true_solution_has_the_steady_rates_of_the_2007_cells(name: str) -> None:
    currents = np.array(list(STEADY[name]), dtype=float)
    recording = izhi.simulate(f"2007/{name}", izhi.Constant(currents), 12_000, record="spikes")
    for spikes, (current, expected) in zip(recording.spike_times, STEADY[name].items(), strict=True):
        late = spikes[(spikes > 1000) & (spikes <= 3000)] if name == "CH" else spikes[spikes > 2000]
        # Those of the bursting cell were counted from the first spike of a burst to the last of another.
        per_burst = 1 if name == "CH" else _period(np.diff(late))
        whole = (late.size - 1) // per_burst * per_burst
        found = 1e3 * whole / (late[whole] - late[0])
        assert found == pytest.approx(expected, rel=2e-3, abs=0.006), current


def _period(intervals: np.ndarray) -> int:
    """After how many spikes the rhythm repeats, so that the rate is of whole bursts."""
    return next((n for n in range(1, 12) if np.allclose(intervals[n:], intervals[:-n], rtol=1e-4)), 1)
