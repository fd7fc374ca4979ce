"""Nullclines and fields against the equations written out."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.dynamics import field, nullclines, voltage_window
from izhi.presets import presets

PLANE = [name for name in presets() if len(izhi.Cell.preset(name).model.state) == 2]


def test_the_nullclines_of_the_2007_model_are_a_parabola_and_a_line() -> None:
    found = nullclines("2007/RS", 70)
    v = found.voltage
    assert np.allclose(found.of_v, 0.7 * (v + 60) * (v + 40) + 70, rtol=1e-12, atol=1e-9)
    assert np.allclose(found.of_u, -2 * (v + 60), rtol=1e-12, atol=1e-9)
    assert (v[0], v[-1]) == voltage_window("2007/RS", 70)


def test_the_nullclines_of_the_2003_model_are_a_parabola_and_a_line() -> None:
    v = np.linspace(-80, 30, 23)
    found = nullclines("2003/CH", 10, v)
    assert np.allclose(found.of_v, 0.04 * v**2 + 5 * v + 150, rtol=1e-12, atol=1e-9)
    assert np.allclose(found.of_u, 0.2 * v, rtol=1e-12)


def test_a_nullcline_of_u_has_the_branch_of_each_side_of_a_seam() -> None:
    cubic = nullclines("2007/FS", 0, [-70.0, -55.0, -45.0])
    assert np.allclose(cubic.of_u, [0, 0, 25], atol=1e-12)
    switched = nullclines("2007/TRN", 0, [-75.0, -65.0, -55.0])
    assert np.allclose(switched.of_u, [-100, 0, 20], atol=1e-12)


def test_a_recovery_that_does_not_decay_has_an_upright_nullcline() -> None:
    found = nullclines("2004/R", 0)
    assert found.upright == pytest.approx(-65, abs=1e-9)
    assert np.isnan(found.of_u).all()


@pytest.mark.parametrize("name", PLANE)
def test_a_field_is_the_equations_of_the_model_cell_by_cell(name: str) -> None:
    cell = izhi.Cell.preset(name)
    p = cell.model.Parameters(*(float(cell.parameters[s]) for s in cell.model.symbols))
    v, u = np.meshgrid([-80.0, -65.0, -55.0, -40.0, 0.0], [-20.0, 0.0, 60.0])
    dv, du = field(cell, 3.5, v, u)
    truth = np.array([cell.model.rhs(x, y, 3.5, p) for x, y in zip(v.flat, u.flat, strict=True)])
    assert np.array_equal(dv.ravel(), truth[:, 0])
    assert np.array_equal(du.ravel(), truth[:, 1])


def test_a_window_has_rest_reset_and_peak_in_it() -> None:
    low, high = voltage_window("2007/IB")
    assert low < -75
    assert high == 50


@pytest.mark.parametrize("name", ["2007/LS", "2007/mitral"])
def test_a_cell_with_a_dendrite_has_no_plane(name: str) -> None:
    for ask in (lambda: nullclines(name), lambda: field(name, 0, -60, 0)):
        with pytest.raises(izhi.BadValue, match="without a dendrite would do") as problem:
            ask()
        assert "\n" not in str(problem.value)


def test_an_ensemble_is_refused() -> None:
    with pytest.raises(izhi.BadValue, match="nullclines: '3 cells' given; one cell would do"):
        nullclines(izhi.Cell.preset("2007/RS", d=[1, 2, 3]))
