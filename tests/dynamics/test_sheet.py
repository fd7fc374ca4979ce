"""The sheet of a cell and its portrait: that they hold what the measures give."""

from __future__ import annotations

import json

import numpy as np
import pytest

import izhi
from izhi.dynamics import Sheet, analyze, fi_curve, passive, phase_plane, portrait, rheobase


@pytest.fixture(scope="module")
def sheet() -> Sheet:
    return analyze("2007/LTS", duration=1000, dt=0.1)


def test_a_sheet_holds_what_the_measures_give(sheet: Sheet) -> None:
    threshold = rheobase("2007/LTS", duration=1000, dt=0.1)
    assert sheet.rheobase is not None
    assert sheet.rheobase.sustained == threshold.sustained
    assert sheet.passive is not None
    assert sheet.passive.resistance == passive("2007/LTS").resistance
    assert sheet.curve is not None
    assert threshold.sustained is not None
    assert np.array_equal(sheet.curve.current, np.array([1.1, 1.5, 2.0, 3.0]) * threshold.sustained)
    again = fi_curve("2007/LTS", sheet.curve.current, 1000, dt=0.1)
    assert np.array_equal(sheet.curve.steady, again.steady)
    assert [each.kind for each in sheet.bifurcations] == ["Andronov-Hopf", "saddle-node"]


def test_the_data_of_a_sheet_are_json_and_say_the_same(sheet: Sheet) -> None:
    found = json.loads(json.dumps(sheet.data(), allow_nan=False))
    assert sheet.rheobase is not None
    assert found["cell"] == "2007/LTS"
    assert found["parameters"]["C"] == 100
    assert "tau_AMPA" not in found["parameters"]
    assert found["rheobase"]["sustained"] == sheet.rheobase.sustained
    assert found["rheobase"]["excitability"] == 2
    assert found["passive"]["kind"] == "resonator"
    assert [each["kind"] for each in found["equilibria"]] == ["node", "saddle"]
    assert found["equilibria"][0]["eigenvalues"][0][0] < 0


def test_the_text_of_a_sheet_has_every_number_in_its_line(sheet: Sheet) -> None:
    lines = sheet.text().splitlines()
    assert lines[0].startswith("2007/LTS: ")
    assert "  Andronov-Hopf at I = 114.75, v = -47.5, 6.16 Hz" in lines
    assert "  resistance 45.45 MOhm, instantaneous 71.43 MOhm" in lines
    (first,) = (line for line in lines if line.startswith("  first spike "))
    assert float(first.split()[2]) == pytest.approx(88.8, rel=1e-3)
    assert len(lines[-4].split()) == 4


def test_a_cell_without_rest_has_a_sheet_without_thresholds() -> None:
    found = analyze("2004/S")
    assert (found.passive, found.rheobase, found.curve) == (None, None, None)
    assert "rest: none; no equilibrium is stable at this current" in found.text()
    assert found.data()["rheobase"] is None
    json.dumps(found.data(), allow_nan=False)


def test_a_cell_that_never_fires_on_has_a_sheet_without_rates() -> None:
    found = analyze("2004/R", duration=500, dt=0.1)
    assert found.curve is None
    assert "  no step makes it fire on" in found.text()


def test_a_class_that_short_runs_do_not_show_is_none() -> None:
    found = analyze("2007/RS", duration=1000, dt=0.1)
    assert found.data()["rheobase"]["excitability"] is None
    assert "  class not seen in runs as short as these: " in found.text()


def test_an_infinite_resistance_is_none_in_the_data() -> None:
    found = analyze("2004/H", duration=500, dt=0.1)
    assert found.data()["passive"]["instantaneous"] is None
    json.dumps(found.data(), allow_nan=False)


def test_a_portrait_shows_where_firing_begins(sheet: Sheet) -> None:
    found = portrait(sheet)
    assert sheet.rheobase is not None
    assert found.plane is not None
    assert found.curve is not None
    assert found.response is not None
    step = sheet.rheobase.sustained
    assert found.plane.nullclines.current == found.response.current == pytest.approx(1.3 * step)
    assert found.curve.current[0] < 0 < step < found.curve.current[-1]
    assert (found.curve.steady > 0).any()
    assert np.array_equal(found.diagram.value, found.curve.current)


def test_the_orbit_of_a_plane_breaks_at_each_spike_and_lies_in_it() -> None:
    found = phase_plane(izhi.Cell.preset("2003/CH"), 10.0)
    v, u = found.orbit
    spikes = int(np.isnan(v).sum())
    assert spikes > 20
    assert np.nanmin(v) > found.nullclines.voltage[0]
    assert (found.u.min(), found.u.max()) < (np.nanmin(u), np.inf)
    dv, du = 0.04 * found.v**2 + 5 * found.v + 150 - found.u, 0.02 * (0.2 * found.v - found.u)
    assert np.allclose(found.dv, dv)
    assert np.allclose(found.du, du)
    assert found.equilibria == ()


def test_a_portrait_of_a_cell_with_a_dendrite_has_no_plane() -> None:
    found = portrait(analyze("2007/LS", duration=500, dt=0.1))
    assert found.plane is None
    assert {mark.kind for mark in found.diagram.marks} == {"saddle-node", "Andronov-Hopf"}


def test_an_ensemble_is_refused() -> None:
    with pytest.raises(izhi.BadValue, match="analyze: '2 cells' given; one cell would do"):
        analyze(izhi.Cell.preset("2007/RS", d=[50, 100]))
