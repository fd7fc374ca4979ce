"""Equilibria against the equations, and their kinds against formulas."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.dynamics import equilibria
from izhi.presets import presets


@pytest.mark.parametrize("name", presets())
@pytest.mark.parametrize("current", [0.0, 0.3, 40.0, -300.0])
def test_nothing_changes_at_an_equilibrium(name: str, current: float) -> None:
    cell = izhi.Cell.preset(name)
    p = cell.model.Parameters(*(float(cell.parameters[s]) for s in cell.model.symbols))
    for each in equilibria(cell, current):
        assert np.abs(cell.model.rhs(*each.state, current, p)).max() < 1e-9
        assert each.voltage < cell.model.peak(each.state[1], p)


@pytest.mark.parametrize("name", ["2007/RS", "2007/IB", "2007/CH", "2007/MSN", "2007/LTS", "2007/TI"])
@pytest.mark.parametrize("current", [-50.0, 0.0, 40.0])
def test_the_equilibria_of_the_2007_model_and_their_eigenvalues_are_the_closed_forms(name: str, current: float) -> None:
    cell = izhi.Cell.preset(name)
    C, k, vr, vt, a, b = (float(cell.parameters[s]) for s in ("C", "k", "vr", "vt", "a", "b"))
    middle = (vr + vt + b / k) / 2
    half = np.sqrt((2 * middle) ** 2 - 4 * (vr * vt + (b * vr + current) / k)) / 2
    found = equilibria(cell, current)
    assert len(found) == 2
    for each, v in zip(found, (middle - half, middle + half), strict=True):
        jacobian = [[k * (2 * v - vr - vt) / C, -1 / C], [a * b, -a]]
        assert each.voltage == pytest.approx(v, rel=1e-12)
        assert np.allclose(each.eigenvalues, np.sort_complex(np.linalg.eigvals(jacobian)), rtol=1e-6, atol=1e-9)
    assert found[0].stable
    assert found[1].kind == "saddle"


# Which of the published cells oscillate about rest without a current: tr^2 < 4 det.
FOCI = {"2007/TI", "2007/TRN", "2007/LS", "2003/LTS", "2003/TC", "2003/RZ"}


@pytest.mark.parametrize("name", [n for n in presets() if n[:4] in ("2003", "2007") and "burst" not in n])
def test_rest_is_a_focus_in_these_cells_only(name: str) -> None:
    stable = [each for each in equilibria(name) if each.stable]
    assert stable
    assert (stable[0].kind == "focus") == (name in FOCI)


def test_an_equilibrium_on_a_seam_has_the_branch_that_holds_there() -> None:
    at, above = equilibria("2007/TRN", 0)[0], equilibria("2007/TRN", 1)[0]
    assert at.voltage == -65
    for each, b in ((at, 10), (above, 2)):
        trace, determinant = each.eigenvalues.sum().real, each.eigenvalues.prod().real
        slope = 0.25 * (2 * each.voltage + 65 + 45) / 40
        assert trace == pytest.approx(slope - 0.015, rel=1e-9)
        assert determinant == pytest.approx(0.015 * (b / 40 - slope), rel=1e-9)


def test_equilibria_on_both_sides_of_a_seam_are_found_once_each() -> None:
    voltages = [each.voltage for each in equilibria("2007/mitral")]
    roots = [(-105 + 20 + s * np.sqrt(85**2 - 4 * 1790)) / 2 for s in (-1, 1)]
    assert np.allclose(voltages, [-55, -50, *roots], atol=1e-9)


def test_where_recovery_jumps_at_a_seam_neither_side_has_an_equilibrium_beyond_its_own() -> None:
    cell = izhi.Cell.preset("2007/TC_modeldb")
    assert [round(each.voltage, 6) for each in equilibria(cell, 0)] == [-60, -50]
    (*_, upper) = equilibria(cell, -150)
    below = [each.voltage for each in equilibria(cell, -150) if each.voltage < -65]
    assert below == []
    assert upper.kind == "saddle"
    assert [each.voltage < -65 for each in equilibria(cell, -600)] == [True, False]


def test_a_strong_inhibition_moves_rest_far_below_all_named_voltages() -> None:
    v = equilibria("2007/RS", -1e5)[0].voltage
    assert 0.7 * (v + 60) * (v + 40) + 2 * (v + 60) - 1e5 == pytest.approx(0, abs=1e-6)
    assert v < -400


def test_accommodation_rests_at_its_voltage_whatever_the_current() -> None:
    for current in (0.0, 8.0):
        (only,) = equilibria("2004/R", current)
        assert only.voltage == pytest.approx(-65, abs=1e-9)
        assert only.state[1] == pytest.approx(0.04 * 65**2 - 5 * 65 + 140 + current)
        assert (only.kind, only.stable) == ("focus", True)


def test_a_recovery_that_does_not_move_is_refused() -> None:
    with pytest.raises(izhi.BadValue, match=r"izhikevich2007\.a: 0 given"):
        equilibria(izhi.Cell.preset("2007/RS", a=0.0))


@pytest.mark.parametrize("current", [float("nan"), float("inf"), "5", None, True])
def test_a_current_that_is_no_finite_number_is_refused(current: object) -> None:
    with pytest.raises(izhi.BadValue, match="equilibria: current"):
        equilibria("2007/RS", current)  # type: ignore[arg-type]
