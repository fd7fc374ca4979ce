"""Numbers with and without units."""

from __future__ import annotations

import math

import pytest

from izhi import BadValue, UnknownName
from izhi.equations import MODELS, with_receptors
from izhi.units import UNITS, number


@pytest.mark.parametrize(
    ("given", "unit", "expected"),
    [
        (70, "pA", 70.0), (70.5, "pA", 70.5), ("70", "pA", 70.0), ("70 pA", "pA", 70.0), ("0.07 nA", "pA", 70.0),
        ("7e-5uA", "pA", 70.0), ("-5 mV", "mV", -5.0), (".5 s", "ms", 500.0), ("5. ms", "ms", 5.0),
        ("+2us", "ms", 2e-3),
        ("  3   Hz  ", "Hz", 3.0), ("1e3 Hz", "Hz", 1e3), ("180 deg", "rad", math.pi), ("2 nS", "nS", 2.0),
        ("3 pA/mV", "nS", 3.0), ("4 V/s", "mV/ms", 4.0), ("0.1 nF", "pF", 100.0), ("5 µs", "ms", 5e-3),
        ("2 mV/pA", "mV/pA", 2.0), (0, "ms", 0.0), ("-0", "ms", 0.0), (5e-324, "ms", 5e-324),
    ],
)  # fmt: skip
def test_a_number_is_read_into_the_units_of_the_package(given: object, unit: str, expected: float) -> None:
    assert number(given, unit, "x") == pytest.approx(expected, rel=1e-15, abs=0)
    assert type(number(given, unit, "x")) is float


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_read_as_what_it_measures(unit: str) -> None:
    kind, size = UNITS[unit]
    assert number(f"2 {unit}", kind, "x") == 2 * size


@pytest.mark.parametrize("unit", UNITS)
def test_no_unit_is_taken_for_another_quantity(unit: str) -> None:
    other = "pA" if UNITS[unit][0] != "pA" else "mV"
    with pytest.raises(BadValue, match=f"^x: '2 .*' given; its unit does not fit; .*{other}.* would do"):
        number(f"2 {unit}", other, "x")


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda m: m.name)
def test_every_quantity_of_every_model_can_be_given_with_its_unit(model) -> None:
    full = with_receptors(model)
    for quantity in (*full.state, *full.parameters):
        assert number(f"1.5 {quantity.unit}", quantity.unit, quantity.symbol) == 1.5
    assert number(f"1.5 {model.current}", model.current, "I") == 1.5


@pytest.mark.parametrize("given", [math.nan, math.inf, -math.inf, "1e400", "-1e400 pA", 10**400, -(10**1000)])
def test_what_is_not_finite_is_refused(given: object) -> None:
    with pytest.raises(BadValue, match=r"^x: .* given; a finite number in pA would do$"):
        number(given, "pA", "x")


@pytest.mark.parametrize("given", [True, None, [1.0], {}, 1j, b"1", "", " ", "pA", "nan", "inf", "e5", "--1", "1_0_"])
def test_what_is_no_number_is_refused(given: object) -> None:
    with pytest.raises(BadValue) as caught:
        number(given, "pA", "x")
    assert caught.value.given is given
    assert "pA" in str(caught.value)


def test_a_long_text_without_a_unit_is_refused_at_once() -> None:
    with pytest.raises(BadValue, match="unit does not fit"):
        number("1" * 200_000 + "\nx\n", "pA", "x")


def test_a_mistake_of_units_is_a_value_error_and_no_lookup_error() -> None:
    with pytest.raises(ValueError, match="mV") as caught:
        number("1 kg", "mV", "x")
    assert not isinstance(caught.value, UnknownName)
