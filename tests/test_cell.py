"""A cell: a model with its parameters and where it starts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from izhi import MODELS, BadValue, Cell, UnknownName
from izhi.equations import with_receptors

RS = {"C": 100.0, "k": 0.7, "vr": -60.0, "vt": -40.0, "vpeak": 35.0, "a": 0.03, "b": -2.0, "c": -50.0, "d": 100.0}


def test_a_cell_of_a_model_by_name_is_that_of_the_model_itself() -> None:
    one, other = Cell("izhikevich2007", RS), Cell(MODELS["izhikevich2007"], RS)
    assert one.model is other.model
    assert np.array_equal(one.table(1, True), other.table(1, True))


def test_a_preset_with_some_parameters_replaced_keeps_the_others() -> None:
    cell = Cell.preset("2007/RS", d=110, initial={"v": -55.0})
    assert {symbol: float(cell.parameters[symbol]) for symbol in RS} == {**RS, "d": 110.0}
    assert {symbol: float(x) for symbol, x in cell.initial.items()} == {"v": -55.0, "u": 0.0}


def test_parameters_with_a_default_may_be_left_out() -> None:
    cell = Cell("izhikevich2003", {"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0})
    assert float(cell.parameters["vpeak"]) == 30.0
    assert float(cell.parameters["tau_AMPA"]) == 5.0


def test_a_cell_starts_where_its_model_says_unless_told_otherwise() -> None:
    p = {"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0}
    assert Cell("izhikevich2003", p).state(1).tolist() == [[-65.0], [-13.0]]
    assert Cell("izhikevich2003", p, {"v": -70.0}).state(1).tolist() == [[-70.0], [-14.0]]
    assert Cell("izhikevich2003", p, {"u": 3.0}).state(1).tolist() == [[-65.0], [3.0]]
    assert Cell("izhikevich2007", RS).state(1).tolist() == [[-60.0], [0.0]]


def test_a_dendrite_starts_at_the_voltage_of_the_soma_unless_told_otherwise() -> None:
    assert Cell.preset("2007/LS").state(1).tolist() == [[-66.0], [0.0], [-66.0]]
    assert Cell.preset("2007/LS", initial={"v": -50.0}).state(1)[2] == -50.0
    assert Cell.preset("2007/LS", initial={"w": -70.0}).state(1).tolist() == [[-66.0], [0.0], [-70.0]]


def test_arrays_make_an_ensemble_in_which_the_rest_is_the_same_for_all() -> None:
    cell = Cell.preset("2007/RS", k=[0.7, 0.8, 0.9], initial={"v": [-60.0, -61.0, -62.0]})
    assert cell.count == 3
    assert str(cell) == "2007/RS, 3 cells"
    table = dict(zip(cell.model.symbols, cell.table(3, False), strict=True))
    assert table["k"].tolist() == [0.7, 0.8, 0.9]
    assert table["d"].tolist() == [100.0] * 3
    assert cell.state(3).tolist() == [[-60.0, -61.0, -62.0], [0.0] * 3]


def test_a_single_cell_has_no_count() -> None:
    assert Cell.preset("2007/RS").count is None
    assert Cell.preset("2007/RS", k=[0.7]).count == 1
    assert str(Cell("izhikevich2007", RS)) == "izhikevich2007"


def test_the_table_has_a_row_for_each_parameter_and_those_of_the_receptors_if_asked() -> None:
    cell = Cell.preset("2007/RS", tau_AMPA=4.0)
    assert cell.table(2, False).shape == (len(cell.model.symbols), 2)
    full = with_receptors(cell.model)
    assert cell.table(2, True)[full.symbols.index("tau_AMPA")].tolist() == [4.0, 4.0]


@pytest.mark.parametrize("model", MODELS)
def test_a_cell_without_parameters_is_told_which_it_needs(model: str) -> None:
    needed = ", ".join(q.symbol for q in MODELS[model].parameters if q.default is None)
    with pytest.raises(BadValue, match=rf"^{model}: \[\] given; it also needs {needed}$"):
        Cell(model)


@pytest.mark.parametrize(("given", "close"), [("D", "d"), ("Cm", "C"), ("VR", "vr"), ("tau_ampa", "tau_AMPA")])
def test_an_unknown_parameter_is_refused_with_the_nearest(given: str, close: str) -> None:
    with pytest.raises(UnknownName, match=f"^izhikevich2007: no '{given}'; did you mean '{close}'?"):
        Cell.preset("2007/RS", **{given: 1.0})


def test_an_unknown_initial_value_is_refused_with_those_of_the_model() -> None:
    with pytest.raises(UnknownName, match=r"^izhikevich2007: no 'w' \(v, u\)$"):
        Cell.preset("2007/RS", initial={"w": -60.0})


def test_an_unknown_model_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"^model: no 'izhikevich2006'; did you mean 'izhikevich200"):
        Cell("izhikevich2006", RS)


@pytest.mark.parametrize("value", [math.nan, math.inf, "5 pA", None, True, [], [1.0, math.nan], [[1.0]], 10**400, {}])
@pytest.mark.parametrize("symbol", ["d", "v"])
def test_a_value_that_is_no_finite_number_is_refused(symbol: str, value: object) -> None:
    with pytest.raises(BadValue, match=f"^izhikevich2007.{symbol}: .* given; a finite number in (pA|mV)") as caught:
        Cell(
            "izhikevich2007",
            {**RS, **({symbol: value} if symbol == "d" else {})},
            {"v": value} if symbol == "v" else {},
        )
    assert caught.value.given is value


@pytest.mark.parametrize(("symbol", "unit"), [("C", "pF"), ("tau_AMPA", "ms"), ("s_NMDA", "mV")])
@pytest.mark.parametrize("value", [0.0, -1.0, [1.0, 0.0]])
def test_what_is_divided_by_must_be_positive(symbol: str, unit: str, value: object) -> None:
    with pytest.raises(BadValue, match=rf"^izhikevich2007.{symbol}: .*: more than 0 {unit} would do$"):
        Cell.preset("2007/RS", **{symbol: value})


def test_arrays_of_different_lengths_are_refused() -> None:
    with pytest.raises(BadValue, match=r"^Cell: \[2, 3\] given; arrays of one length"):
        Cell.preset("2007/RS", d=[1.0, 2.0], initial={"v": [1.0, 2.0, 3.0]})


def test_a_start_that_overflows_is_refused() -> None:
    with pytest.raises(BadValue, match=r"^izhikevich2003.u: -?inf given; .* an initial u would do"):
        Cell("izhikevich2003", {"a": 0.02, "b": 1e308, "c": -65.0, "d": 8.0}).state(1)


def test_a_cell_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Cell.preset("2007/RS").name = "mine"  # type: ignore[misc]
