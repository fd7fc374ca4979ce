"""A cell at rest, against formulas and against what small currents do to it."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.dynamics import passive, rest

# Steady input resistance in MOhm, 1/(k(vt - vr) + b), to three digits.
RESISTANCE = {
    "2007/RS": 83.3, "2007/IB": 24.4, "2007/CH": 32.3, "2007/LTS": 45.5, "2007/TC": 62.5, "2007/TI": 83.3,
    "2007/MSN": 28.6,
}  # fmt: skip


@pytest.mark.parametrize("name", RESISTANCE)
def test_the_steady_resistance_is_that_of_the_table(name: str) -> None:
    found = passive(name)
    assert found.unit == "MOhm"
    assert found.resistance == pytest.approx(RESISTANCE[name], abs=0.06)


def test_the_instantaneous_resistance_leaves_recovery_out() -> None:
    found = passive("2007/LTS")
    assert found.instantaneous == pytest.approx(1e3 / (1 * 14))
    assert found.membrane == pytest.approx(100 / 14)
    assert passive("2003/RS").instantaneous == pytest.approx(1 / 0.6)
    assert passive("2003/RS").resistance == pytest.approx(1 / 0.8)
    assert passive("2003/RS").unit == "ms"


@pytest.mark.parametrize("name", ["2007/RS", "2007/TI", "2007/LS", "2003/LTS", "2007/mitral"])
def test_a_small_current_moves_v_by_the_resistance(name: str) -> None:
    found = passive(name)
    small = 1e-4 if found.unit == "MOhm" else 1e-5
    cell = izhi.Cell.preset(name, initial=dict(zip("vuw", found.rest.state, strict=False)))
    run = izhi.simulate(cell, izhi.Constant(small), 3000, scheme="rk4", dt=0.1)
    moved = (run.voltage[-1] - found.rest.voltage) / small
    assert moved * (1e3 if found.unit == "MOhm" else 1) == pytest.approx(found.resistance, rel=1e-4)


@pytest.mark.parametrize("name", ["2007/TI", "2003/RZ", "2004/H"])
def test_a_disturbed_focus_swings_at_the_damped_frequency(name: str) -> None:
    found = passive(name)
    start = found.rest.state + np.array([1e-6, 0.0])
    cell = izhi.Cell.preset(name, initial=dict(zip("vu", start, strict=True)))
    run = izhi.simulate(cell, None, 400, scheme="rk4", dt=0.01)
    v = run.voltage - found.rest.voltage
    k = np.flatnonzero(np.diff(np.signbit(v)))
    crossings = run.time[k] + 0.01 * v[k] / (v[k] - v[k + 1])
    assert 500 / np.diff(crossings)[:2].mean() == pytest.approx(found.frequency, rel=1e-3)
    assert found.time_constants.min() == pytest.approx(found.time_constants.max())


def test_a_node_relaxes_with_the_longest_time_constant() -> None:
    found = passive("2007/RS")
    cell = izhi.Cell.preset("2007/RS", initial={"v": found.rest.voltage + 1e-5, "u": 0.0})
    run = izhi.simulate(cell, None, 200, scheme="rk4", dt=0.1)
    left = run.voltage[[1500, 1800]] - found.rest.voltage
    assert 30 / np.log(left[0] / left[1]) == pytest.approx(found.time_constants[0], rel=1e-3)
    assert found.frequency == 0


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("2007/RS", "integrator"), ("2007/CH", "integrator"), ("2007/MSN", "integrator"), ("2007/TC", "integrator"),
        ("2004/G", "integrator"), ("2007/IB", "resonator"), ("2007/LTS", "resonator"), ("2007/FS", "resonator"),
        ("2007/TRN", "resonator"), ("2003/RS", "resonator"), ("2007/LS", "resonator"), ("2004/R", "neither"),
    ],
)  # fmt: skip
def test_a_cell_is_named_by_how_it_loses_rest(name: str, kind: str) -> None:
    assert passive(name).kind == kind


def test_a_cell_without_rest_says_so_in_one_line() -> None:
    for ask in (rest, passive):
        with pytest.raises(izhi.BadValue, match=r"2007/RS: current: 60\.0 given; a current at which it has a stable"):
            ask("2007/RS", 60)
