"""The findings: each number that docs/findings.md has, from runs of the mechanisms, and that a reader can read them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.figures import FIGURES, findings
from izhi.figures.panel import Panel
from izhi.mechanism import Mechanism
from izhi.panels import gui, wrapper
from tests.figures.readable import assert_readable

ROOT = Path(__file__).parents[2]
NAMES = [name for name in FIGURES if name.startswith("finding-")]


def counts(panels: list[Panel]) -> list[list[int]]:
    return [[trace.spikes.size for trace in shown.traces] for shown in panels]


def test_accommodation_has_one_spike_in_its_own_equation_and_81_in_that_of_neuron() -> None:
    assert counts(findings.accommodation()) == [[1, 1], [81, 81]]
    # The programs differ in u alone.
    row, program = izhi.preset("2004/R"), gui("2004")["R"]
    assert row.model != "izhikevich2003"
    assert (row.initial["u"], program.initial["u"]) == (-16.0, -65.0)


def test_inhibition_induced_bursting_never_spikes_as_written_and_runs_away_as_published() -> None:
    published, written, given = findings.bursting()
    assert published.traces[0].spikes.size == 12
    assert published.traces[1].runaway
    assert counts([written]) == [[0, 0]]
    first, second = given.traces
    assert (first.spikes.size, first.ended) == (705, pytest.approx(177.225))
    assert (second.spikes.size, second.ended) == (1278, None)


def test_the_after_potential_needs_the_programs_step_or_another_b() -> None:
    assert counts(findings.afterpotential()) == [[1, 8, 8, 9], [1, 1, 1, 1]]


def test_rebound_bursts_lose_their_hold() -> None:
    assert counts(findings.hold("TC_burst")) == [[6, 0], [11, 3], [18, 11]]
    assert counts(findings.hold("RTN_burst")) == [[3, 0], [6, 4], [12, 10]]
    for shown in findings.hold("TC_burst"):
        assert shown.traces[1].time[0] == 120.0


def test_the_relay_cell_of_2007bs_is_right_once_it_is_told_which_b_it_has() -> None:
    assert counts(findings.relay()) == [[3, 0, 3], [11, 9, 11], [17, 15, 17]]
    series = wrapper()["TC"]
    lower = [series.written(I).run("Izhi2007bS", v_init=-80.0).spikes.size for I in series.currents]
    assert lower == [3, 11, 17]


def test_the_section_of_simple_py_costs_five_of_thirteen_spikes() -> None:
    assert counts(findings.area()) == [[13, 8, 13]]
    area = np.pi * findings.SIMPLE.diam * findings.SIMPLE.L
    assert area / 100 == pytest.approx(3.14, abs=0.01)


def test_a_run_begins_with_what_the_run_before_it_has_left() -> None:
    first = Mechanism("Izhi2007b", {"Iin": 70.0}).run(1250.0)
    second = first.mechanism.run(1250.0, after=first)
    assert first.u[0] == 0.0
    assert second.u[0] == pytest.approx(0.0749992, abs=1e-7)
    assert (first.spikes[0], second.spikes[0]) == (pytest.approx(99.975), pytest.approx(100.075))
    shown, relay = findings.memory()
    assert shown.traces[0].spikes.tolist() == pytest.approx([4.975])
    assert shown.traces[1].spikes.tolist() == pytest.approx([5.075])
    assert counts([relay]) == [[15, 17]]


def test_synaptic_events_are_dropped_by_the_mechanisms_with_a_section() -> None:
    assert counts(findings.synapses()) == [[3, 0], [3, 0]]
    events = [(t, [30.0]) for t in findings.EVENTS]
    for name in ("Izhi2003b", "Izhi2007b", "Izhi2007bS"):
        mechanism = Mechanism(name, {"Iin": 5.0})
        assert np.array_equal(mechanism.run(60.0, events=events).V, mechanism.run(60.0).V)


def test_at_the_step_of_the_gui_26_of_its_28_panels_are_given_up() -> None:
    ended = [gui(year)[key].run("Izhi2003a", dt=0.1) for year in ("2003", "2004") for key in gui(year)]
    assert sum(run.status != "ok" for run in ended) == 26
    assert [[trace.ended for trace in shown.traces] for shown in findings.step()] == [
        [None, pytest.approx(17.7)],
        [None, pytest.approx(18.2)],
    ]


@pytest.mark.parametrize("name", NAMES)
def test_words_are_large_enough_and_none_is_on_another_or_off_the_page(name: str) -> None:
    assert_readable(FIGURES[name].draw(()))


@pytest.mark.parametrize("name", NAMES)
def test_every_finding_is_on_its_page_with_its_picture(name: str) -> None:
    text = (ROOT / "docs/findings.md").read_text(encoding="utf-8")
    assert f"](figures/{name}.png)" in text
    assert (ROOT / "docs/figures" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("schemes", "cells"), [(["euler"], None), ((), ["TC"])])
def test_a_finding_has_neither_schemes_nor_cells_to_choose(schemes: list[str], cells: list[str] | None) -> None:
    with pytest.raises(izhi.BadValue, match="finding-hold"):
        FIGURES["finding-hold"].draw(schemes, cells)
