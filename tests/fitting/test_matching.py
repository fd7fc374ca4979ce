"""The engine of a search against the engine of everything else."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.engine import cpu, reference
from izhi.engine.matching import Forced, Trial, force, match
from izhi.schemes.heun import HEUN
from izhi.schemes.scheme import GridScheme

EULER = izhi.SCHEMES["euler"]
assert isinstance(EULER, GridScheme)
DT = 0.1


def trial(current: np.ndarray, looks: np.ndarray, voltage: np.ndarray, spikes: int = 64) -> Trial:
    change = np.flatnonzero(np.diff(current, prepend=np.nan) != 0)
    weight = np.full(looks.size, 1 / looks.size)
    return Trial(DT, current.size, change, current[change], looks, voltage, weight, 10, 144.0, spikes)


def table(name: str, cells: int) -> tuple[izhi.Model, np.ndarray, np.ndarray]:
    preset = izhi.Cell.preset(name)
    random = np.random.default_rng(3)
    cell = izhi.Cell(preset.model, {**preset.parameters, "C": preset.parameters["C"] * random.uniform(0.7, 1.3, cells)})
    return cell.model, cell.table(cells, False), cell.state(cells)


CURRENT = np.where(np.arange(4000) >= 500, 220.0, 0.0) + 30.0 * (np.arange(4000) > 2500)


@pytest.mark.parametrize("precision", ["single", "double"])
def test_candidates_spike_as_an_ensemble_under_the_same_current_does(precision: str) -> None:
    model, parameters, state = table("2007/RS", 40)
    looks = np.arange(0, 4000, 10)
    dtype = np.dtype(np.float32 if precision == "single" else np.float64)
    made = izhi.Cell(model, dict(zip(model.symbols, parameters, strict=True)))
    run = izhi.simulate(
        made, izhi.Steps([0, 50, 250.1], [0.0, 220.0, 250.0]), 400, scheme="euler", dt=DT, precision=precision
    )
    found = match(
        model, EULER, parameters, state, trial(CURRENT, looks, np.full(looks.size, -55.0)), cpu, precision=dtype
    )
    assert found.count.tolist() == [times.size for times in run.spike_times]
    for row, count, times in zip(found.spikes, found.count, run.spike_times, strict=True):
        assert ((row[:count] + EULER.lag) * DT).tolist() == times.tolist()
    shown = run.voltage[:, looks]
    at_peak = np.abs(shown - 35.0) < 1e-3  # where the recording shows the peak, the state is the reset
    shown = np.where(at_peak, -50.0, shown)
    expected = np.minimum((shown + 55.0) ** 2, 144.0).mean(axis=1)
    assert found.error == pytest.approx(expected, rel=1e-4)


def test_both_engines_count_the_same_spikes_and_differ_by_rounding_alone() -> None:
    """The compiled one may fuse products with sums, which the plain one cannot."""
    looks = np.arange(0, 600, 7)
    for name in ("2007/RS", "2007/FS", "2007/LS"):
        model, parameters, state = table(name, 3)
        parameters, state = parameters.astype(np.float64), state
        given = trial(CURRENT[400:1000], looks, np.linspace(-60, -50, looks.size))
        wide = np.dtype(np.float64)
        one = match(model, HEUN, parameters, state, given, cpu, precision=wide)
        two = match(model, HEUN, parameters, state, given, reference, precision=wide)
        assert one.count.tolist() == two.count.tolist()
        for k, count in enumerate(one.count):
            assert one.spikes[k, :count].tolist() == two.spikes[k, :count].tolist()
        assert one.error == pytest.approx(two.error, rel=1e-11)
        when = Forced(np.array([150, 300]), 30.0, 0.0, 2.0, 20.0)
        forced = [force(model, HEUN, parameters, state, given, when, e, precision=wide) for e in (cpu, reference)]
        assert forced[0][0] == pytest.approx(forced[1][0], rel=1e-11)
        assert forced[0][1] == pytest.approx(forced[1][1], rel=1e-11)


def test_where_among_others_a_candidate_stands_does_not_matter() -> None:
    """Not even whether a vector instruction takes it or the rest of the loop."""
    looks = np.arange(0, 4000, 10)
    given = trial(CURRENT, looks, np.full(looks.size, -55.0))
    model, parameters, state = table("2007/FS", 37)
    found = match(model, HEUN, parameters, state, given, cpu)
    for k in (0, 15, 16, 31, 32, 36):
        alone = match(model, HEUN, parameters[:, k : k + 1], state[:, k : k + 1], given, cpu)
        assert (alone.count[0], alone.error[0]) == (found.count[k], found.error[k])


def test_a_candidate_out_of_range_has_an_infinite_error_and_keeps_no_one_up() -> None:
    model, parameters, state = table("2007/RS", 2)
    parameters[model.symbols.index("a"), 0] = -50.0
    looks = np.arange(0, 4000, 10)
    found = match(model, EULER, parameters, state, trial(CURRENT, looks, np.full(looks.size, -55.0)), cpu)
    assert found.error[0] == np.inf
    assert np.isfinite(found.error[1])
    assert found.count[1] > 0


def test_spikes_beyond_the_room_are_counted() -> None:
    model, parameters, state = table("2007/RS", 4)
    looks = np.arange(0, 4000, 10)
    all_, few = (
        match(model, EULER, parameters, state, trial(CURRENT, looks, np.full(looks.size, -55.0), room), cpu)
        for room in (64, 2)
    )
    assert few.count.tolist() == all_.count.tolist()
    assert few.spikes.tolist() == all_.spikes[:, :2].tolist()


def test_the_scale_multiplies_each_candidates_current() -> None:
    model, parameters, state = table("2007/RS", 2)
    parameters[:, 1] = parameters[:, 0]
    looks = np.arange(0, 4000, 10)
    given = trial(CURRENT, looks, np.full(looks.size, -55.0))
    found = match(model, EULER, parameters, state, given, cpu, np.array([1.0, 0.5]))
    half = trial(0.5 * CURRENT, looks, np.full(looks.size, -55.0))
    alone = match(model, EULER, parameters[:, :1], state[:, :1], half, cpu)
    assert found.count[1] == alone.count[0]
    assert found.error[1] == alone.error[0]
    assert found.count[0] > found.count[1]


def test_spikes_by_heun_are_within_a_step_and_two_thousandths_of_the_true_ones() -> None:
    for name, current in (("2007/RS", 100.0), ("2007/FS", 120.0), ("2007/CH", 250.0), ("2007/LTS", 200.0)):
        preset = izhi.Cell.preset(name)
        cell = izhi.Cell(preset.model, preset.parameters)
        true = izhi.simulate(cell, izhi.Constant(current), 400).spike_times
        given = trial(np.full(4000, current), np.arange(0, 4000, 10), np.full(400, -50.0))
        found = match(cell.model, HEUN, cell.table(1, False), cell.state(1), given, cpu, precision=np.dtype(np.float64))
        times = (found.spikes[0, : found.count[0]] + 1) * DT
        assert times.size == true.size, name
        assert (np.abs(times - true) < DT + 0.002 * true).all(), name


def test_a_cell_forced_at_its_own_spikes_is_itself() -> None:
    preset = izhi.Cell.preset("2007/CH")
    cell = izhi.Cell(preset.model, preset.parameters)
    run = izhi.simulate(cell, izhi.Pulse(250, 50, 400), 450, dt=DT)
    looks = np.arange(5, 4500, 10)
    clear = np.array([np.abs(run.spike_times - k * DT).min() > 3 for k in looks])
    current = np.where((np.arange(4500) >= 500) & (np.arange(4500) < 4000), 250.0, 0.0)
    given = trial(current, looks[clear], run.voltage[looks[clear]])
    when = Forced(np.round(run.spike_times / DT).astype(np.int64), 24.0, 0.0, 2.0, 20.0)
    parameters = np.repeat(cell.table(1, False), 2, axis=1)
    parameters[cell.model.symbols.index("vt"), 1] += 5.0
    error, late = force(cell.model, HEUN, parameters, np.repeat(cell.state(1), 2, axis=1), given, when, cpu)
    assert np.sqrt(error[0]) < 1.0
    assert late[0] < 0.15 * run.spike_times.size
    assert np.sqrt(error[1]) > 2 * np.sqrt(error[0])
    assert late[1] > 3 * late[0]
