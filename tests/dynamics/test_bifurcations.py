"""Bifurcations: numerically, by their formulas, and against tables."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.dynamics import andronov_hopf, bogdanov_takens, closed_form, equilibria, saddle_node
from izhi.dynamics.flow import Flow
from izhi.presets import presets


def has_formulas(name: str) -> bool:
    return izhi.Cell.preset(name).model.rhs in (izhi.MODELS["izhikevich2003"].rhs, izhi.MODELS["izhikevich2007"].rhs)


WITH_FORMULAS = [name for name in presets() if has_formulas(name)]


def numeric(cell: izhi.Cell | str) -> list:
    return sorted((*saddle_node(cell), *andronov_hopf(cell)), key=lambda each: each.state[0])


def assert_same(found: list, truth: tuple) -> None:
    assert [each.kind for each in found] == [each.kind for each in truth]
    for a, b in zip(found, truth, strict=True):
        assert a.current == pytest.approx(b.current, rel=1e-9, abs=1e-12)
        assert np.allclose(a.state, b.state, rtol=1e-9, atol=1e-9)
        assert a.frequency == pytest.approx(b.frequency, rel=1e-9)


@pytest.mark.parametrize("name", WITH_FORMULAS)
def test_the_formulas_are_what_the_equations_give(name: str) -> None:
    assert_same(numeric(name), closed_form(name))


@pytest.mark.parametrize("seed", range(12))
def test_the_formulas_are_what_the_equations_give_with_any_parameters(seed: int) -> None:
    draw = np.random.default_rng(seed).uniform
    of_2007 = izhi.Cell.preset(
        "2007/RS", C=draw(20, 200), k=draw(0.3, 3), a=draw(0.01, 0.2), b=draw(-10, 12), vt=draw(-50, -30)
    )
    of_2003 = izhi.Cell.preset("2003/RS", a=draw(0.01, 0.2), b=draw(-0.1, 0.3))
    for cell in (of_2007, of_2003):
        assert_same(numeric(cell), closed_form(cell))


# Saddle-node current and voltage, Andronov-Hopf current and frequency: the formulas by hand.
TABLE = {
    "2007/RS": (51.43, -51.43, None, None),
    "2007/IB": (350.21, -57.92, 347.66, 2.4),
    "2007/CH": (160.17, -49.67, None, None),
    "2007/LTS": (121.0, -45.0, 114.75, 6.2),
    "2007/TC": (40.0, -55.0, None, None),
    "2007/TRN": (49.0, -51.0, 47.04, 3.7),
    "2007/TI": (72.0, -48.0, 54.0, 19.5),
    "2007/MSN": (306.25, -62.5, None, None),
    "2003/RS": (4.0, -60.0, 3.7975, None),
    "2003/FS": (4.0, -60.0, 3.9375, None),
    "2003/LTS": (1.0156, -59.375, 0.685, None),
    "2003/RZ": (0.4225, -59.25, 0.2625, None),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_published_cells_have_the_bifurcations_of_the_table(name: str) -> None:
    current, voltage, hopf, frequency = TABLE[name]
    (fold,) = saddle_node(name)
    assert (fold.current, fold.state[0]) == (pytest.approx(current, abs=6e-3), pytest.approx(voltage, abs=6e-3))
    found = andronov_hopf(name)
    assert len(found) == (hopf is not None)
    for each in found:
        assert each.current == pytest.approx(hopf, abs=6e-3)
        assert frequency is None or each.frequency == pytest.approx(frequency, abs=0.06)


def test_the_fast_spiking_cell_of_2007_has_no_saddle_node_and_loses_rest_where_the_trace_vanishes() -> None:
    assert saddle_node("2007/FS") == ()
    (only,) = andronov_hopf("2007/FS")
    x = (0.2 * 20 + 15) / 2
    assert only.current == pytest.approx(0.025 * x**3 - x * (x - 15), rel=1e-9)


@pytest.mark.parametrize("name", presets())
def test_eigenvalues_vanish_at_a_saddle_node_and_are_imaginary_at_an_andronov_hopf(name: str) -> None:
    flow = Flow(izhi.Cell.preset(name))
    for each in saddle_node(name):
        if each.kind == "saddle-node":
            values = np.linalg.eigvals(flow.jacobian(each.state))
            assert np.abs(values).min() < 1e-7 * max(1.0, float(np.abs(values).max()))
    for each in andronov_hopf(name):
        values = np.linalg.eigvals(flow.jacobian(each.state))
        pair = values[np.argsort(np.abs(values.real))[:2]]
        assert np.abs(pair.real).max() < 1e-9
        assert np.abs(pair.imag) == pytest.approx([2e-3 * np.pi * each.frequency] * 2, rel=1e-6)


@pytest.mark.parametrize("name", ["2007/RS", "2007/IB", "2007/mitral", "2007/LS", "2003/RS", "2004/G"])
def test_two_equilibria_appear_at_each_fold(name: str) -> None:
    for each in saddle_node(name):
        near = 1e-4 * max(1.0, abs(each.current))
        counts = [len(equilibria(name, each.current + s * near)) for s in (-1, 1)]
        assert abs(counts[0] - counts[1]) == 2


def test_the_mitral_cell_has_a_fold_where_its_recovery_sets_in() -> None:
    (only,) = (each for each in saddle_node("2007/mitral") if each.kind == "fold at a seam")
    assert only.state[0] == -48
    assert only.current == pytest.approx(-(-48 + 55) * (-48 + 50), rel=1e-12)


@pytest.mark.parametrize(("name", "b"), [("2007/RS", 0.03 * 100), ("2007/IB", 0.01 * 150), ("2003/FS", 0.1)])
def test_the_two_bifurcations_are_one_where_b_is_the_rate_times_the_capacitance(name: str, b: float) -> None:
    point = bogdanov_takens(name)
    assert (point.parameter, point.value) == ("b", pytest.approx(b))
    at, beyond = (izhi.Cell.preset(name, b=b + more) for more in (0.0, 1e-3 * b))
    assert np.abs(np.linalg.eigvals(Flow(at).jacobian(point.state))).max() < 1e-6
    assert saddle_node(at)[0].current == pytest.approx(point.current, rel=1e-9)
    assert andronov_hopf(izhi.Cell.preset(name, b=0.999 * b)) == ()
    (hopf,) = andronov_hopf(beyond)
    assert hopf.current == pytest.approx(saddle_node(beyond)[0].current, rel=1e-5)


@pytest.mark.parametrize("name", ["2007/FS", "2007/LS", "2007/TC", "2004/R"])
def test_other_equations_have_no_formula_here(name: str) -> None:
    for ask in (closed_form, bogdanov_takens):
        with pytest.raises(izhi.BadValue, match="equations of izhikevich2003 or izhikevich2007 would do"):
            ask(name)


def test_a_line_in_place_of_the_parabola_is_refused() -> None:
    with pytest.raises(izhi.BadValue, match="k: 0"):
        closed_form(izhi.Cell.preset("2007/RS", k=0.0))
