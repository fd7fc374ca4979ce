"""The published cells of 2003 and 2007 are, by measurement, what they are called."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi import FIRING, BadValue, Cell, Response, Step, classify, simulate
from izhi.experiment import run_preset
from tests.analysis.panels import LETTERS, panel

# Called "intrinsically bursting", IB of 2007 fires a doublet and then single spikes at the current of its preset; RS of
# 2003 does so too. The resonator's stimulus, one strong pulse, does not show a pattern of firing.
CELLS = {
    "2003/RS": "tonic spiking",
    "2003/IB": "mixed mode",
    "2003/CH": "tonic bursting",
    "2003/FS": "tonic spiking",
    "2003/TC": "tonic spiking",
    "2003/TC_burst": "rebound burst",
    "2003/RZ": "evoked",
    "2003/LTS": "adapting",
    "2007/RS": "tonic spiking",
    "2007/IB": "tonic spiking",
    "2007/CH": "tonic bursting",
    "2007/LTS": "tonic spiking",
    "2007/FS": "tonic spiking",
    "2007/LS": "latency",
    "2007/TC": "tonic spiking",
    "2007/TC_burst": "rebound burst",
    "2007/TC_modeldb": "tonic spiking",
    "2007/TC_burst_modeldb": "rebound burst",
    "2007/TRN": "tonic spiking",
    "2007/TRN_burst": "rebound burst",
    "2007/TI": "tonic spiking",
    "2007/MSN": "latency",
    "2007/mitral": "tonic spiking",
}
PANELS = {
    "A": "tonic spiking",
    "B": "phasic spiking",
    "C": "tonic bursting",
    "D": "phasic bursting",
    "E": "mixed mode",
    "F": "adapting",
    "G": "class 1 excitable",
    "H": "class 2 excitable",
    "M": "rebound spike",
    "N": "rebound burst",
    "P": "bistable",
    "S": "inhibition-induced spiking",
    "T": "inhibition-induced bursting",
}


def test_all_cells_of_2003_and_2007_are_here() -> None:
    assert CELLS.keys() == {name for name in izhi.PRESETS if name.startswith(("2003", "2007"))}


@pytest.mark.parametrize("scheme", [None, "accurate"])
@pytest.mark.parametrize("name", CELLS)
def test_each_cell_fires_as_it_is_called(name: str, scheme: str | None) -> None:
    assert classify(run_preset(izhi.preset(name), scheme=scheme)).firing == CELLS[name]


@pytest.mark.parametrize("letter", LETTERS)
def test_each_panel_has_its_class(letter: str) -> None:
    assert classify(panel(letter)).firing == PANELS.get(letter, "evoked")


@pytest.mark.parametrize("scheme", ["accurate", "rk4", "nest", "published-2003"])
def test_the_class_of_a_cell_is_that_of_each_scheme(scheme: str) -> None:
    for name, kind in (("2003/CH", "tonic bursting"), ("2003/FS", "tonic spiking"), ("2003/IB", "mixed mode")):
        assert classify(run_preset(izhi.preset(name), scheme=scheme)).firing == kind


def test_chattering_is_bursting_and_fast_spiking_does_not_adapt() -> None:
    assert classify(run_preset(izhi.preset("2003/CH"))).features == ("C",)
    assert classify(run_preset(izhi.preset("2003/FS"))).features == ("A",)
    assert classify(run_preset(izhi.preset("2003/LTS"))).features == ("A", "F")


def test_every_class_is_known_and_described() -> None:
    assert {*CELLS.values(), *PANELS.values()} <= set(FIRING)
    assert all(FIRING.values())


def test_a_class_reads_as_a_line() -> None:
    assert str(classify(panel("D"))) == "phasic bursting: D phasic bursting"
    assert str(classify(panel("A"))) == "tonic spiking: A tonic spiking, F spike frequency adaptation"
    assert str(classify(Response([], [], [], []))) == "not judged"


def test_each_cell_of_an_ensemble_is_classified() -> None:
    cells = simulate(Cell.preset("2003/RS", d=[8.0, 2.0], c=[-65.0, -50.0]), Step(10, start=20), 300, scheme="rk4")
    assert [classify(cells, k).firing for k in range(2)] == ["tonic spiking", "tonic bursting"]


@pytest.mark.parametrize("cell", [2, -1, True, "0", 0.0])
def test_a_cell_that_is_not_there_is_a_bad_value(cell: object) -> None:
    cells = simulate(Cell.preset("2003/RS", d=[8.0, 2.0]), Step(10), 50)
    with pytest.raises(BadValue, match="a number from 0 to 1 would do"):
        classify(cells, cell)


def test_a_recording_of_spikes_only_is_a_bad_value() -> None:
    with pytest.raises(BadValue, match="its samples were not recorded"):
        classify(simulate("2003/RS", Step(10), 50, record="spikes"))


def test_a_run_that_fails_is_not_judged() -> None:
    found = classify(panel("T", "accurate"))
    assert (found.firing, found.features) == ("not judged", ())


TIME = np.arange(0.0, 500.0, 0.5)


def driven(spikes: list[float]) -> str:
    """The class of these spikes under a step at 100 ms."""
    voltage = np.where(np.isin(TIME, spikes), 30.0, -65.0)
    return classify(Response(TIME, voltage, np.where(TIME < 100, 0.0, 1.0), spikes)).firing


@pytest.mark.parametrize(
    ("spikes", "kind"),
    [
        ([], "silent"),
        ([110.0], "phasic spiking"),
        ([110.0, 113.0], "phasic spiking"),
        ([110.0, 113.0, 117.0], "phasic bursting"),
        ([110.0 + 30 * k for k in range(13)], "tonic spiking"),
        ([400.0 + 20 * k for k in range(5)], "latency"),
        ([110.0 + 60 * k + b for k in range(7) for b in (0, 3, 6)], "tonic bursting"),
        ([110.0, 113.0, 116.0, *(190.0 + 60 * k for k in range(6))], "mixed mode"),
        ([110.0, 112.0, 116.0, 124.0, 140.0, 172.0, 236.0, 300.0, 364.0, 428.0, 492.0], "adapting"),
        ([110.0, 210.0, 300.0, 370.0, 420.0, 450.0, 470.0, 485.0, 495.0], "accelerating"),
        ([110.0, 115.0, 210.0, 222.0, 290.0, 293.0, 400.0, 450.0, 455.0], "irregular"),
    ],
)
def test_trains_drawn_by_hand_are_what_they_were_drawn_as(spikes: list[float], kind: str) -> None:
    assert driven(spikes) == kind
