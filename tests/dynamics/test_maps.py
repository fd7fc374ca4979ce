"""Maps over two parameters against single runs."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.dynamics import fi_curve, maps, parameter_map


def test_each_place_of_a_map_is_a_run_with_these_values() -> None:
    found = parameter_map("2007/RS", ("d", [60.0, 100.0]), ("I", [40.0, 80.0, 150.0]), duration=2000)
    assert found.values.shape == (3, 2)
    assert (found.x.unit, found.y.unit, found.unit) == ("pA", "pA", "Hz")
    for column, d in enumerate((60.0, 100.0)):
        rates = fi_curve(izhi.Cell.preset("2007/RS", d=d), [40.0, 80.0, 150.0], dt=0.1).steady
        assert found.values[:, column] == pytest.approx(rates, rel=2e-3)
    turned = parameter_map("2007/RS", ("I", [40.0, 80.0, 150.0]), ("d", [60.0, 100.0]), duration=2000)
    assert np.array_equal(turned.values, found.values.T)


def test_reset_decides_between_the_classes_of_the_2003_cells() -> None:
    grid = (("c", [-65.0, -50.0]), ("d", [2.0, 8.0]))
    found = parameter_map("2003/RS", *grid, "class", current=10.0)
    named = [[found.classes[int(k)] for k in row] for row in found.values]
    assert named == [["tonic", "bursting"], ["tonic", "tonic"]]
    assert parameter_map("2003/RS", *grid, "class", current=0.0).values.max() == found.classes.index("silent")
    per_burst = parameter_map("2003/RS", *grid, "spikes per burst", current=10.0).values
    assert per_burst[0, 0] == per_burst[1, 0] == per_burst[1, 1] == 1
    assert per_burst[0, 1] >= 4


def test_a_run_that_breaks_down_is_no_rate_and_of_another_class() -> None:
    arguments = ("2004/T", ("I", [60.0, 75.0]), ("d", [-2.0, -1.9]))
    assert np.isnan(parameter_map(*arguments, duration=400).values).any()
    broken = parameter_map(*arguments, "class", duration=400)
    assert "other" in {broken.classes[int(k)] for k in broken.values.flat}


def test_a_map_that_would_not_fit_is_refused_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "free_memory", lambda: 10_000_000)
    with pytest.raises(izhi.BadValue, match=r"parameter_map: '1,000 cells, up to .* GB' given; at most 0.005 GB"):
        parameter_map("2003/RS", ("c", np.linspace(-65, -50, 10)), ("d", np.linspace(2, 8, 100)))
    assert parameter_map("2003/RS", ("c", [-65.0]), ("d", [2.0]), duration=10).values.shape == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((("I", [1]), ("q", [1])), "izhikevich2007: no 'q'"),
        ((("I", [1]), ("I", [1])), "parameter_map: y: 'I' given; another symbol"),
        ((("I", [1]), "d"), "parameter_map: y: 'd' given; a symbol and its values"),
        ((("I", [2, 1]), ("d", [1])), "parameter_map: I: [2, 1] given; rising"),
        ((("I", [1]), ("d", [1]), "speed"), "parameter_map: measure: no 'speed'"),
    ],
)
def test_a_mistake_is_one_line(arguments: tuple, message: str) -> None:
    with pytest.raises(izhi.IzhiError) as problem:
        parameter_map("2007/RS", *arguments)
    assert str(problem.value).startswith(message)
    assert "\n" not in str(problem.value)
