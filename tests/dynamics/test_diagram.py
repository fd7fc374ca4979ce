"""Bifurcation diagrams against equilibria, bifurcations and runs."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.dynamics import andronov_hopf, closed_form, diagram, equilibria, fi_curve


def test_the_branches_over_the_current_are_the_equilibria() -> None:
    found = diagram("2007/LTS", np.linspace(0, 160, 9), duration=200, dt=0.1)
    assert (found.parameter, found.unit) == ("I", "pA")
    for branch in found.branches:
        for k in range(0, branch.value.size, 60):
            near = min(equilibria("2007/LTS", branch.value[k]), key=lambda e: abs(e.voltage - branch.voltage[k]))
            assert near.voltage == pytest.approx(branch.voltage[k], abs=1e-5)
            if abs(branch.value[k] - 121) > 0.01:
                assert (near.stable, near.kind) == (branch.stable[k], branch.kind[k])


def test_the_marks_over_the_current_are_the_bifurcations_and_stability_ends_there() -> None:
    found = diagram("2007/LTS", np.linspace(0, 160, 9), duration=200, dt=0.1)
    marks = {mark.kind: mark for mark in found.marks}
    for each in closed_form("2007/LTS"):
        assert marks[each.kind].value == pytest.approx(each.current, rel=1e-9)
    rest, hopf = found.branches[0], andronov_hopf("2007/LTS")[0].current
    k = int(np.abs(rest.value - hopf).argmin())
    assert rest.value[k] == pytest.approx(hopf, rel=1e-9)
    assert rest.stable[:k].all()
    assert not rest.stable[k + 1 :].any()
    assert not found.branches[1].stable.any()


def test_what_the_cell_reaches_from_rest_and_when_followed_down_differs_where_both_are_stable() -> None:
    values = [70.0, 72.2, 73.2, 75.0]
    rest, firing = (diagram("2007/FS", values, start=start, duration=1500, dt=0.02) for start in ("rest", "falling"))
    assert [gaps.size > 0 for gaps in rest.intervals] == [False, False, False, True]
    assert [gaps.size > 0 for gaps in firing.intervals] == [False, False, True, True]
    assert np.allclose((rest.highest - rest.lowest)[:3], 0, atol=1e-6)
    assert firing.highest[2:].tolist() == [25, 25]
    assert (firing.lowest[2:] < -60).all()


def test_the_intervals_are_those_of_the_rates_and_the_extremes_those_of_a_run() -> None:
    found = diagram("2007/RS", [60.0, 100.0], dt=0.05)
    rates = fi_curve("2007/RS", [60.0, 100.0])
    assert [1e3 / gaps.mean() for gaps in found.intervals] == pytest.approx(rates.steady, rel=5e-3)
    run = izhi.simulate("2007/RS", izhi.Constant(100.0), 2000, scheme="accurate", dt=0.1)
    assert found.lowest[1] == pytest.approx(run.voltage[10_000:].min(), abs=0.01)
    assert found.highest.tolist() == [35, 35]


def test_a_peak_that_moves_with_u_is_that_of_the_spikes() -> None:
    found = diagram("2007/LTS", [200.0], dt=0.05)
    assert 20 < found.highest[0] < 40 - 0.1 * 50


def test_over_a_parameter_the_branches_are_the_equilibria_at_each_value() -> None:
    values = np.linspace(-4, 8, 13)
    found = diagram("2007/RS", values, "b", current=60.0, duration=200, dt=0.1)
    assert (found.parameter, found.unit) == ("b", "nS")
    points = {(v, round(x, 9)) for b in found.branches for v, x in zip(b.value, b.voltage, strict=True)}
    truth = {
        (v, round(e.voltage, 9)) for v in values for e in equilibria(izhi.Cell.preset("2007/RS", b=v), 60.0)
    }  # fmt: skip
    assert points == truth
    (mark,) = found.marks
    assert (mark.kind, mark.value) == ("saddle-node", pytest.approx(np.sqrt(4 * 0.7 * 60) - 14, rel=1e-9))


def test_over_a_parameter_that_moves_no_equilibrium_the_firing_changes() -> None:
    found = diagram("2003/RS", [2.0, 8.0], "d", current=10.0, duration=1000)
    assert found.marks == ()
    assert found.intervals[0].mean() < found.intervals[1].mean()


def test_accommodation_has_one_straight_branch() -> None:
    found = diagram("2004/R", [0.0, 5.0], duration=100)
    (branch,) = found.branches
    assert branch.voltage == pytest.approx([-65, -65])
    assert found.marks == ()


def test_a_cell_with_a_dendrite_has_a_diagram_too() -> None:
    found = diagram("2007/LS", [100.0, 150.0], duration=500)
    assert {mark.kind for mark in found.marks} == {"saddle-node", "Andronov-Hopf"}
    assert [gaps.size > 0 for gaps in found.intervals] == [False, True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("2007/RS", [1, 2], "q"), "izhikevich2007: no 'q'"),
        (("2007/RS", [2, 1]), "diagram: values: [2, 1] given; rising finite numbers would do"),
        (("2007/RS", []), "diagram: values: [] given"),
        (("2007/RS", [-1, 1], "C"), "izhikevich2007.C: -1.0 given"),
        (("2007/RSS", [1, 2]), "preset: no '2007/RSS'"),
    ],
)
def test_a_mistake_is_one_line(arguments: tuple, message: str) -> None:
    with pytest.raises(izhi.IzhiError) as problem:
        diagram(*arguments)
    assert str(problem.value).startswith(message)
    assert "\n" not in str(problem.value)


def test_an_unknown_start_is_refused() -> None:
    with pytest.raises(izhi.UnknownName, match="diagram: start: no 'top'"):
        diagram("2007/RS", [1.0], start="top")
