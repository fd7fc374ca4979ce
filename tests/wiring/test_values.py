"""Distributions have the moments and bounds they name; formulas are arithmetic and nothing else."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import izhi
from izhi.wiring import distributed, drawn

N = 20_000


def draw(value: Any, size: int = N, seed: int = 1, **known: Any) -> Any:
    return drawn(distributed(value, "w"), np.random.default_rng(seed), size, known, "w")


def cells(count: int = 1000, seed: int = 1, positions: Any = None, **values: Any) -> Any:
    """The parameters and initial values of a population, drawn."""
    start: dict[str, Any] = {s: values.pop(s) for s in ("v", "u") if s in values}
    own = izhi.Population("E", count, "2003/RS", values, start, positions=positions)
    cell = own.cells(np.random.default_rng(seed))
    return {**cell.parameters, **cell.initial}


@pytest.mark.parametrize(
    ("value", "law"),
    [
        (izhi.Uniform(-2, 3), stats.uniform(-2, 5)),
        (izhi.Normal(1.5, 2), stats.norm(1.5, 2)),
        (izhi.Normal(1, 2, low=0, high=1.5), stats.truncnorm(-0.5, 0.25, 1, 2)),
        (izhi.Normal(1, 2, low=0), stats.truncnorm(-0.5, np.inf, 1, 2)),
        (izhi.Normal(0, 1, low=3.9), stats.truncnorm(3.9, np.inf)),
        (izhi.Normal(0, 1, high=-3.9, low=-4), stats.truncnorm(-4, -3.9)),
        (izhi.LogNormal(0.5, 0.7), stats.lognorm(0.7, scale=0.5)),
        ("r", stats.uniform()),
        ("g", stats.norm()),
        ("2 + 3g", stats.norm(2, 3)),
    ],
)
def test_values_follow_their_law(value: Any, law: Any) -> None:
    values = draw(value)
    assert stats.kstest(values, law.cdf).pvalue > 1e-3
    assert values.min() >= law.support()[0]
    assert values.max() <= law.support()[1]
    assert np.array_equal(values, draw(value))
    assert not set(values) & set(draw(value, seed=2))


def test_bounds_as_narrow_as_they_come_take_no_time() -> None:
    start = time.monotonic()
    values = draw(izhi.Normal(0, 1, low=0.5, high=0.5 + 1e-12))
    assert time.monotonic() - start < 5
    assert values.min() >= 0.5
    assert values.max() <= 0.5 + 1e-12


def test_a_distribution_without_width_is_its_value() -> None:
    assert set(draw(izhi.Uniform(2, 2))) == {2.0}
    assert set(draw(izhi.Normal(2, 0))) == {2.0}
    assert set(draw(izhi.LogNormal(2, 0))) == {2.0}


def test_numbers_and_arrays_are_what_they_are() -> None:
    assert draw(3, 4).tolist() == [3.0] * 4
    assert draw([1, 2], 2).tolist() == [1.0, 2.0]
    assert draw(5.0, 0).size == draw([], 0).size == draw(izhi.Uniform(0, 1), 0).size == draw("r", 0).size == 0
    with pytest.raises(izhi.BadValue, match=r"w: '2 values' given; one, or 3, would do"):
        draw([1, 2], 3)


def test_an_array_that_is_changed_afterwards_changes_no_description() -> None:
    given_array = np.ones(3)
    kept = distributed(given_array, "w")
    given_array[:] = 7
    assert isinstance(kept, np.ndarray)
    assert kept.tolist() == [1.0] * 3


WRONG = [
    lambda: izhi.Uniform(1, 0),
    lambda: izhi.Uniform("a", 1),  # type: ignore[arg-type]
    lambda: izhi.Uniform(0, float("inf")),
    lambda: izhi.Uniform(-1.7e308, 1.7e308),
    lambda: izhi.Uniform(0, 10**400),
    lambda: izhi.Normal(0, -1),
    lambda: izhi.Normal("a", 1),  # type: ignore[arg-type]
    lambda: izhi.Normal(0, 1, "a"),  # type: ignore[arg-type]
    lambda: izhi.Normal(0, 1, low=float("nan")),
    lambda: izhi.Normal(0, 1, low=4.1),
    lambda: izhi.Normal(0, 1, 1, 0),
    lambda: izhi.Normal(float("nan"), 1),
    lambda: izhi.Normal(0, 1.7e308),
    lambda: izhi.LogNormal(-1, 1),
    lambda: izhi.LogNormal(None, 1),  # type: ignore[arg-type]
    lambda: izhi.LogNormal(1, 50),
    lambda: distributed(float("nan"), "w"),
    lambda: distributed(True, "w"),
    lambda: distributed(None, "w"),
    lambda: distributed([[1.0]], "w"),
    lambda: distributed([1.0, "a"], "w"),
    lambda: distributed({}, "w"),
    lambda: distributed(10**400, "w"),
]


@pytest.mark.parametrize("make", WRONG)
def test_what_cannot_be_drawn_is_refused_in_one_line(make: Any) -> None:
    with pytest.raises(izhi.BadValue) as caught:
        make()
    assert "\n" not in str(caught.value)
    assert "would do" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0), ("1e3", 1e3), ("1.5e-3", 1.5e-3), (".5", 0.5), ("3.", 3.0), ("-2", -2.0), ("+2", 2.0),
        ("2^3", 8.0), ("2**3", 8.0), ("-2^2", -4.0), ("2^-1", 0.5), ("2^3^2", 512.0), ("(1 + 2) 3 x", None),
        ("1 + 2 * 3 / 4", 2.5), ("15 x^2", 15 * 9.0), ("2e3x", 6e3), ("1e-3 x", 3e-3), ("10x", 30.0), ("2(1 + x)", 8.0),
        (".5x", 1.5), ("sqrt(16)", 4.0), ("2sqrt(16)", 8.0), ("exp(0) + log(1)", 1.0), ("abs(-x)", 3.0),
        ("min(x, 2)", 2.0), ("max(x, 2x)", 6.0), ("sin(0) + cos(0)", 1.0), ("x y", None), (" x ", 3.0),
        ("-65 + 15 x^2", 70.0),
    ],
)  # fmt: skip
def test_a_formula_has_the_value_it_reads(text: str, value: float | None) -> None:
    if value is None:
        with pytest.raises(izhi.BadValue):
            izhi.Formula(text)
    else:
        assert draw(text, 2, x=np.full(2, 3.0)).tolist() == [value] * 2


def test_a_cell_has_one_r_and_one_g_in_all_its_formulas() -> None:
    """As in the network of 2003, whose c and d come of the same number."""
    found = cells(c="-65 + 15 r^2", d="8 - 6 r^2", a="0.02 + 0.01 r", v="-65 + g", u="-13 + g")
    r = (found["a"] - 0.02) / 0.01
    assert np.allclose(found["c"], -65 + 15 * r**2)
    assert np.allclose(found["d"], 8 - 6 * r**2)
    assert np.allclose(found["v"] + 65, found["u"] + 13)
    assert abs(np.corrcoef(r, found["v"])[0, 1]) < 0.15
    assert stats.kstest(r, stats.uniform().cdf).pvalue > 1e-3


def test_two_populations_have_numbers_of_their_own() -> None:
    both = [izhi.Population(name, 50, "2003/RS", {"d": "8 - 6 r"}) for name in ("A", "B")]
    sim = izhi.Simulation(izhi.Network(both, seed=4), engine="reference")
    assert not set(sim.parameters("A")["d"]) & set(sim.parameters("B")["d"])
    again = izhi.Simulation(izhi.Network(both, seed=4), engine="reference")
    other = izhi.Simulation(izhi.Network(both, seed=5), engine="reference")
    assert np.array_equal(sim.parameters("A")["d"], again.parameters("A")["d"])
    assert not set(sim.parameters("A")["d"]) & set(other.parameters("A")["d"])


def test_a_formula_knows_the_index_the_number_and_the_place_of_a_cell() -> None:
    assert cells(4, d="i / n")["d"].tolist() == [0, 0.25, 0.5, 0.75]
    assert cells(2, d="x + 10y", positions=[[1, 2], [3, 4]])["d"].tolist() == [21, 43]
    assert cells(3, d="n^n")["d"].tolist() == [27] * 3
    with pytest.raises(izhi.BadValue, match="z is not known here; positions would tell it"):
        cells(2, d="z", positions=[[1, 2], [3, 4]])


def test_a_number_too_large_is_refused_at_once() -> None:
    start = time.monotonic()
    for text in ("n^n^n^n", "9^9^9^9", "1e308 * 10", "10^400"):
        with pytest.raises(izhi.BadValue):
            cells(100_000, d=text)
    assert time.monotonic() - start < 5


@pytest.mark.parametrize("text", ["log(0)", "1 / (r - r)", "sqrt(-1)", "(-8)^0.5", "(-8)^0.5 + r", "1/0", "exp(1e6)"])
def test_a_formula_without_finite_values_is_refused(text: str) -> None:
    with pytest.raises(izhi.BadValue, match="finite values would do"):
        draw(text, 3)


INJECTED = [
    "__import__('os').system('true')", "r.__class__", "(lambda: 1)()", "[1][0]", "r if r else g", "r and g", "r == r",
    "f'{r}'", "'a'", "open('x')", "exec('1')", "r := 1", "(r, g)", "{1}", "1j", "True", "None", "...", "not r", "~1",
    "r @ r", "r // g", "r % g", "sqrt(*[1])", "sqrt(x=1)", "sqrt", "sqrt(1, 2)", "min(1)", "max()",
    "sqrt.outer(r, r)", "r[0]", "1; 2", "a = 1", "import os", "", " ", "\0", "(" * 500, "-" * 999 + "1", "1" * 1001,
    "r" * 5000, "2 3", "await r", "yield r",
]  # fmt: skip


@pytest.mark.parametrize("text", INJECTED)
def test_what_is_not_arithmetic_is_not_run(text: str) -> None:
    try:
        izhi.Formula(text).draw(np.random.default_rng(1), 2, {})
        said = None
    except izhi.IzhiError as problem:
        said = str(problem)
    if said is None:
        assert text.startswith("---")  # a long formula, and a right one
    else:
        assert "\n" not in said


def test_an_error_of_a_formula_names_what_would_do() -> None:
    with pytest.raises(izhi.UnknownName, match=r"no 'distanze'; did you mean 'distance'\?"):
        izhi.Formula("2 distanze")
    with pytest.raises(izhi.UnknownName, match=r"no 'sqr'; did you mean 'sqrt'\?"):
        izhi.Formula("sqr(2)")
    with pytest.raises(izhi.BadValue, match=r"numbers, variables, \+ - \* / \^ and functions would do"):
        izhi.Formula("r % 2")
    with pytest.raises(izhi.BadValue, match="min of 2 would do"):
        izhi.Formula("min(r)")
    with pytest.raises(izhi.BadValue, match="a formula such as '-65"):
        izhi.Formula(3)  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(text=st.text("0123456789.eE+-*/^() rgixn,", max_size=20) | st.text(max_size=20))
def test_any_text_is_a_formula_or_a_mistake(text: str) -> None:
    try:
        values = draw(text, 3, i=np.arange(3.0), n=3.0)
    except izhi.IzhiError:
        return
    assert values.shape == (3,)
    assert values.dtype == np.float64
