"""What the scripts of ModelDB 39948 run: each panel spikes as often as it does in NEURON."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.panels import HOLD, gui, wrapper
from izhi.schemes.neuron.stimulus import Callbacks, Clamp
from tests.golden_data import read

COUNTS = read("modeldb_panels")
PANELS = [(year, key) for year in ("2003", "2004") for key in COUNTS[year]]


def test_every_panel_of_the_scripts_is_in_the_tables() -> None:
    for year in ("2003", "2004"):
        assert gui(year).keys() == COUNTS[year].keys()
    assert wrapper().keys() == COUNTS["2007"].keys()
    assert all(len(series.currents) == len(COUNTS["2007"][key]["Izhi2007a"]) for key, series in wrapper().items())


@pytest.mark.parametrize(("year", "key"), PANELS)
def test_a_panel_of_the_gui_spikes_as_often_as_in_neuron(year: str, key: str) -> None:
    for mechanism, count in COUNTS[year][key].items():
        run = gui(year)[key].run(mechanism)
        assert (run.spikes.size, run.status) == (count, "ok"), mechanism


@pytest.mark.parametrize("key", COUNTS["2007"])
def test_a_cell_of_the_wrapper_spikes_as_often_as_in_neuron(key: str) -> None:
    series = wrapper()[key]
    for mechanism, counts in COUNTS["2007"][key].items():
        assert [series.meant(I).run(mechanism).spikes.size for I in series.currents] == counts, mechanism


@pytest.mark.parametrize("key", COUNTS["2007_as_run"])
def test_a_burst_as_the_script_is_written_has_no_hold_and_the_spikes_of_neuron(key: str) -> None:
    series = wrapper()[key]
    for mechanism, counts in COUNTS["2007_as_run"][key].items():
        assert [series.written(I).run(mechanism).spikes.size for I in series.currents] == counts, mechanism
    assert series.hold is not None
    assert series.written(50.0).tstop == series.meant(50.0).tstop - HOLD


@pytest.mark.parametrize(("year", "key"), PANELS)
def test_at_the_step_that_the_gui_asks_for_neuron_gives_up_when_it_does(year: str, key: str) -> None:
    run, end = gui(year)[key].run("Izhi2003a", dt=0.1), COUNTS[f"{year}_at_0.1"][key]
    if end is None:
        assert (run.status, run.t[-1]) == ("ok", pytest.approx(run.tstop))
    else:
        assert "did not converge" in run.status
        assert run.t[-1] == end


@pytest.mark.parametrize(("year", "key"), PANELS)
def test_the_parameters_of_a_panel_are_those_of_its_preset(year: str, key: str) -> None:
    program = gui(year)[key]
    row = izhi.preset(program.preset)
    assert program.tstop == row.duration
    for symbol, value in program.parameters.items():
        given = row.parameters.get(symbol)
        assert given is None or given == value, symbol
    assert program.initial["V"] == row.initial["v"]


def test_the_slips_are_those_that_are_told() -> None:
    assert [key for key, program in gui("2004").items() if program.slip] == ["H", "L", "R", "T"]
    ramp = gui("2004")["H"].run("Izhi2003a").I
    assert (ramp[0], ramp[-1]) == (-0.5, pytest.approx(4.0))
    pulses = gui("2004")["L"].stimulus
    assert isinstance(pulses, Callbacks)
    lengths = np.asarray(pulses.t)[4:] - np.asarray(pulses.t)[:4]
    assert lengths == pytest.approx([2, 2, 2, 4])
    assert set(gui("2004")["T"].run("Izhi2003a").I) == {80.0}
    assert gui("2004")["R"].initial == {"V": -65.0, "u": -65.0}
    assert isinstance(wrapper()["RS"].meant(70.0).stimulus, Clamp)
