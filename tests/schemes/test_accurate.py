"""The true solution: against converged references, against itself at other tolerances, and where it breaks down."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.experiment import preset_stimulus, run_preset
from tests.golden_data import BOOK, FIGURE1, PANELS, read, stimulus

# The reference was solved with DOP853 at relative tolerance 1e-10: its own spike times are good to a few 1e-8 ms.
REFERENCE_ERROR = 5e-8


def grid_current(panel: dict) -> izhi.Stimulus:
    """The current that the program used, held for each of its steps."""
    row = izhi.preset(panel["preset"])
    program = izhi.simulate(row.name, stimulus(panel), row.duration, scheme="figure1", dt=panel["tau"])
    return izhi.Sampled(program.current, panel["tau"])


@pytest.mark.parametrize("key", [key for key in FIGURE1 if PANELS[key]["preset"] != "2004/T"])
def test_spikes_of_2003_and_2004_are_those_of_the_converged_equations(key: str) -> None:
    panel = PANELS[key]
    duration = panel["samples"] * panel["tau"]
    found = izhi.simulate(panel["preset"], grid_current(panel), duration, record="spikes")
    assert not found.failures
    assert found.spike_times.size == len(panel["ode"])
    assert np.abs(found.spike_times - panel["ode"]).max(initial=0.0) < REFERENCE_ERROR


@pytest.mark.parametrize("key", BOOK)
def test_spikes_of_2007_are_those_of_the_converged_equations(key: str) -> None:
    panel = PANELS[key]
    duration = panel["samples"] * panel["tau"]
    found = izhi.simulate(panel["preset"], stimulus(panel), duration, record="spikes")
    assert found.spike_times.size == len(panel["ode"])
    assert np.abs(found.spike_times - panel["ode"]).max(initial=0.0) < REFERENCE_ERROR


TRAINS = read("book2007_spikes")["trains"]


@pytest.mark.parametrize("name", TRAINS)
def test_spikes_of_the_book_are_those_of_the_golden_file(name: str) -> None:
    row = TRAINS[name]
    cell, _, current = name.removesuffix("_vu-60").partition("@")
    cell = cell.replace("RTN", "TRN").removesuffix("_burst")
    if cell == "TC" and name.endswith("_vu-60"):
        cell = "TC_modeldb"
    if "pre" in row:
        hold, until = row["pre"]
        forced, duration = izhi.Steps([0, until], [hold, float(current)]), until + row["T_ms"]
    else:
        forced, duration = izhi.Constant(float(current)), row["T_ms"]
    found = izhi.simulate(f"2007/{cell}", forced, duration, record="spikes")
    # The file's last digit is 0.01 ms; a spike within it of the end may be on either side.
    expected = [t for t in row["ref"] if t <= duration - 0.01]
    assert found.spike_times[: len(expected)] == pytest.approx(expected, abs=0.0101)
    assert abs(found.spike_times.size - len(row["ref"])) <= sum(t > duration - 0.01 for t in row["ref"])


STABLE = [name for name in izhi.PRESETS if name != "2004/T"]


@pytest.mark.parametrize("name", STABLE)
def test_a_hundred_times_the_tolerance_moves_no_spike_further_than_it(name: str) -> None:
    row = izhi.preset(name)
    loose, usual, tight = (
        run_preset(row, scheme="accurate", tolerance=tolerance, record="spikes").spike_times
        for tolerance in (1e-7, 1e-9, 1e-11)
    )
    assert loose.size == usual.size == tight.size
    assert np.abs(loose - usual).max(initial=0.0) <= 1e-7
    assert np.abs(usual - tight).max(initial=0.0) <= 1e-9


def test_sampling_changes_nothing() -> None:
    row = izhi.preset("2007/TC_burst")
    fine, coarse = (run_preset(row, scheme="accurate", dt=dt) for dt in (0.01, 0.5))
    assert np.array_equal(fine.spike_times, coarse.spike_times)
    assert np.array_equal(fine.voltage[::50], coarse.voltage)


def test_a_linear_model_is_solved_to_its_closed_form() -> None:
    """With k = 0 the cell is linear, so its solution is known: against the matrix exponential."""
    from scipy.linalg import expm

    C, a, b, vr, I = 100.0, 0.03, 4.0, -60.0, 50.0
    cell = izhi.Cell(
        "izhikevich2007", {"C": C, "k": 0.0, "vr": vr, "vt": -40, "vpeak": 1e3, "a": a, "b": b, "c": -50, "d": 100}
    )
    found = izhi.simulate(cell, izhi.Constant(I), 200, dt=10)
    A = np.array([[0.0, -1 / C], [a * b, -a]])
    at_rest = np.linalg.solve(A, [-I / C, 0.0])
    for t, v, u in zip(found.time, found.voltage, found.recovery, strict=True):
        expected = at_rest - expm(A * t) @ at_rest
        assert [v - vr, u] == pytest.approx(expected, abs=1e-9)


def test_a_quadratic_cell_spikes_when_its_closed_form_says() -> None:
    """With a = 0, u stays and v = s tan(...): the time from rest to the peak is known."""
    C, k, vr, vt, I, peak = 100.0, 0.7, -60.0, -40.0, 200.0, 35.0
    cell = izhi.Cell(
        "izhikevich2007",
        {"C": C, "k": k, "vr": vr, "vt": vt, "vpeak": peak, "a": 0.0, "b": 0.0, "c": -60.0, "d": 0.0},
    )
    found = izhi.simulate(cell, izhi.Constant(I), 200)
    centre, J = (vr + vt) / 2, I - k * (vt - vr) ** 2 / 4
    s = np.sqrt(J / k)
    period = C / np.sqrt(k * J) * (np.arctan((peak - centre) / s) - np.arctan((vr - centre) / s))
    assert found.spike_times == pytest.approx(period * np.arange(1, found.spike_times.size + 1), abs=1e-9)
    assert found.spike_times.size > 5


def test_feature_t_of_2004_runs_away_and_says_when_and_why() -> None:
    recording = run_preset(izhi.preset("2004/T"), scheme="accurate")
    (failure,) = recording.failures
    assert failure["reason"].startswith("runaway")
    assert 100 < failure["time"] < 250
    assert np.isfinite(recording.voltage).all()
    assert recording.time[-1] <= failure["time"] < recording.time[-1] + 0.1001
    assert recording.spike_times[:20] == pytest.approx(PANELS["izhi2003_28"]["ode"], abs=REFERENCE_ERROR)
    assert f"{failure['time']:.6g} ms" in str(recording)


def test_a_reset_above_the_peak_is_a_runaway_at_its_first_spike() -> None:
    cell = izhi.Cell.preset("2007/RS", c=50)
    recording = izhi.simulate(cell, izhi.Constant(100), 200)
    assert recording.failures[0]["reason"].startswith("runaway")
    assert recording.failures[0]["time"] == pytest.approx(48.18, abs=0.01)


def test_rates_too_fast_for_an_explicit_method_are_called_stiff() -> None:
    cell = izhi.Cell.preset("2007/RS", a=1e7)
    recording = izhi.simulate(cell, izhi.Constant(100), 20)
    assert "stiff" in recording.failures[0]["reason"]


def test_an_ensemble_with_one_runaway_keeps_all_others() -> None:
    cell = izhi.Cell.preset("2004/T", d=[-2.0, -0.7, 8.0])
    recording = izhi.simulate(cell, preset_stimulus(izhi.preset("2004/T")), 350)
    assert [failure["cell"] for failure in recording.failures] == [0]
    assert np.isfinite(recording.voltage[1:]).all()
    assert np.isnan(recording.voltage[0, -1])


def test_synaptic_events_act_exactly_when_they_come() -> None:
    """A passive cell under one AMPA event is a linear equation with a decaying conductance: against quadrature."""
    from scipy.integrate import solve_ivp

    C, E, tau, when, weight = 100.0, 0.0, 5.0, 10.037, 2.0
    cell = izhi.Cell(
        "izhikevich2007", {"C": C, "k": 0.0, "vr": -60, "vt": -40, "vpeak": 1e3, "a": 0.0, "b": 0.0, "c": -50, "d": 0}
    )
    found = izhi.simulate(cell, izhi.Events("AMPA", [when], weight), 50, dt=5)

    def rhs(t: float, v: np.ndarray) -> np.ndarray:
        return -weight * np.exp(-(t - when) / tau) * (v - E) / C

    later = found.time[found.time > when]
    truth = solve_ivp(rhs, (when, 50), [-60.0], t_eval=later, rtol=1e-12, atol=1e-12).y[0]
    assert found.voltage[found.time < when].tolist() == [-60.0] * 3
    assert found.voltage[found.time > when] == pytest.approx(truth, abs=1e-8)
    assert found.conductances["AMPA"][found.time > when] == pytest.approx(weight * np.exp(-(later - when) / tau))
