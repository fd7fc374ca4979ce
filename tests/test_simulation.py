"""What `simulate` accepts, refuses and returns."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.schemes import GridScheme, NeuronScheme


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"duration": 0}, "duration"),
        ({"duration": float("nan")}, "duration"),
        ({"duration": 10.03}, "multiple of dt"),
        ({"dt": -1}, "dt"),
        ({"scheme": "eulr"}, "did you mean 'euler'"),
        ({"record": "none"}, "record"),
        ({"every": 0}, "every"),
        ({"engine": "gpu"}, "engine"),
        ({"precision": "half"}, "precision"),
        ({"threads": 0}, "threads"),
        ({"cells": [1]}, "cells"),
        ({"scheme": "nest", "dt": 0.0003}, "multiples of 0.001"),
        ({"scheme": "accurate", "precision": "single"}, "double"),
        ({"scheme": "accurate", "tolerance": 0}, "tolerance"),
        ({"duration": 1e9, "dt": 1e-3}, "record every n-th sample"),
        ({"duration": 1e18}, "duration"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(change: dict, words: str) -> None:
    asked = {"duration": 100.0, "scheme": "euler", "dt": 0.1} | change
    with pytest.raises(izhi.IzhiError, match=words) as caught:
        izhi.simulate("2007/RS", izhi.Constant(70), **asked)
    assert "\n" not in str(caught.value)


def test_cells_and_currents_must_be_as_many() -> None:
    with pytest.raises(izhi.BadValue, match="as many currents as cells"):
        izhi.simulate(izhi.Cell.preset("2007/RS", d=[1.0, 2.0]), izhi.Constant(np.ones(3)), 10)
    with pytest.raises(izhi.BadValue, match="one length"):
        izhi.simulate("2007/RS", izhi.Constant(np.ones(2)) + izhi.Step(np.ones(3)), 10)


def test_a_stimulus_and_a_cell_must_be_what_they_are_called() -> None:
    with pytest.raises(izhi.BadValue, match="stimulus"):
        izhi.simulate("2007/RS", 70, 10)  # type: ignore[arg-type]
    with pytest.raises(izhi.BadValue, match="cell"):
        izhi.simulate(7, None, 10)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", izhi.SCHEMES)
def test_samples_are_where_the_scheme_says(name: str) -> None:
    scheme = izhi.SCHEMES[name]
    dt = 0.5
    recording = izhi.simulate("2007/RS", izhi.Step(70, 5), 20, scheme=name, dt=dt)
    label = scheme.label if isinstance(scheme, GridScheme) else 0
    assert recording.time == pytest.approx(np.arange(label * dt, 20.0 + dt / 2, dt))
    for array in (recording.voltage, recording.recovery, recording.current):
        assert array.shape == recording.time.shape
    assert recording.voltage[0] == -60 or name == "figure1"


@pytest.mark.parametrize("name", izhi.SCHEMES)
def test_a_step_takes_effect_in_the_step_that_begins_with_it(name: str) -> None:
    """v leaves rest in the step that begins at 5 ms, or, by `accurate`, just after it."""
    scheme = izhi.SCHEMES[name]
    recording = izhi.simulate("2007/RS", izhi.Step(70, 5), 20, scheme=name, dt=0.5)
    moved = recording.time[np.flatnonzero(np.abs(recording.voltage + 60) > 1e-3)[0]]
    end_of_step = 5.5
    shown_late = {"figure1": -0.5, "book-2007": 0.5}.get(name, 0.0)
    assert moved == end_of_step + shown_late
    assert scheme.conventions


NEURON = [name for name, scheme in izhi.SCHEMES.items() if isinstance(scheme, NeuronScheme)]
SHOW_THE_PEAK = ("published-2003", "listing-2003", "figure1", "book-2007", "euler", "esr", "spinnaker", *NEURON)


@pytest.mark.parametrize("name", SHOW_THE_PEAK)
def test_the_spike_time_is_where_the_spike_shows(name: str) -> None:
    """The sample with the spike's label shows the peak."""
    recording = izhi.simulate("2007/RS", izhi.Constant(200), 100, scheme=name, dt=0.25)
    at = np.searchsorted(recording.time, recording.spike_times)
    assert recording.spike_times.size > 2
    assert recording.time[at].tolist() == recording.spike_times.tolist()
    assert (recording.voltage[at] >= 35).all()


@pytest.mark.parametrize("name", sorted(set(izhi.SCHEMES) - set(SHOW_THE_PEAK)))
def test_by_the_other_schemes_no_sample_shows_a_peak(name: str) -> None:
    """It is between samples, or the reset has replaced it."""
    recording = izhi.simulate("2007/RS", izhi.Constant(200), 100, scheme=name, dt=0.25)
    assert recording.spike_times.size > 2
    assert recording.voltage.max() < 35


@pytest.mark.parametrize("name", [n for n, s in izhi.SCHEMES.items() if isinstance(s, GridScheme) and n not in NEURON])
def test_an_event_acts_from_the_first_step_that_begins_at_or_after_it(name: str) -> None:
    for when, begins in ((5.0, 5.0), (5.1, 5.5), (4.9, 5.0)):
        recording = izhi.simulate("2007/RS", izhi.Events("AMPA", [when], 5.0), 20, scheme=name, dt=0.5)
        first = np.flatnonzero(recording.conductances["AMPA"])[0]
        label = izhi.SCHEMES[name].label * 0.5  # type: ignore[union-attr]
        assert recording.time[first] == begins + label
        assert recording.conductances["AMPA"][first] == 5.0


def test_in_neuron_an_event_acts_at_the_nearest_step_and_decays_in_it() -> None:
    for when, felt in ((5.0, 5.0), (5.1, 5.0), (5.25, 5.0), (5.26, 5.5), (4.9, 5.0)):
        events = izhi.Events("AMPA", [when], 5.0)
        recording = izhi.simulate("2007/RS", events, 20, scheme="neuron-2007a", dt=0.5)
        first = np.flatnonzero(recording.conductances["AMPA"])[0]
        assert recording.time[first] == felt + 0.5
        assert recording.conductances["AMPA"][first] == 5.0 - 0.5 * 5.0 / 5.0


@pytest.mark.parametrize("name", [name for name in NEURON if name != "neuron-2007a"])
def test_mechanisms_without_the_receptors_refuse_events(name: str) -> None:
    with pytest.raises(izhi.BadValue, match="neuron-2007a would do"):
        izhi.simulate("2007/RS", izhi.Events("AMPA", [5.0], 5.0), 20, scheme=name)


@pytest.mark.parametrize("name", ["neuron-2003b", "neuron-2007b", "neuron-2007bS"])
def test_a_section_of_twice_the_capacitance_slows_v_by_two(name: str) -> None:
    own = izhi.SCHEMES[name].section  # type: ignore[union-attr]
    preset, forced = ("2003/RS", izhi.Constant(0.0)) if "2003" in name else ("2007/RS", izhi.Constant(20.0))
    first = [
        izhi.simulate(preset, forced, 1, scheme=name, section=own._replace(cm=factor * own.cm)).voltage[:2]
        for factor in (1, 2)
    ]
    assert np.diff(first[0]) == pytest.approx(2 * np.diff(first[1]), rel=0.02)
    with pytest.raises(izhi.BadValue, match=r"section\.L"):
        izhi.simulate(preset, forced, 1, scheme=name, section=own._replace(L=0))
    with pytest.raises(izhi.BadValue, match="has none"):
        izhi.simulate(preset, forced, 1, scheme="euler", section=own)


@pytest.mark.parametrize("name", NEURON)
def test_mechanisms_of_neuron_have_no_dendrite_and_one_precision(name: str) -> None:
    with pytest.raises(izhi.BadValue, match="v and u alone"):
        izhi.simulate("2007/LS", None, 20, scheme=name)
    with pytest.raises(izhi.BadValue, match="double"):
        izhi.simulate("2007/RS", None, 20, scheme=name, precision="single")


def test_a_longer_run_begins_as_the_shorter_one() -> None:
    for name in izhi.SCHEMES:
        dt = 0.025 if name in NEURON else 0.5
        short, long = (
            izhi.simulate("2007/IB", izhi.Constant(500) + izhi.Sine(50, 10), duration, scheme=name, dt=dt)
            for duration in (100, 150)
        )
        n = short.voltage.size - 1
        assert np.array_equal(long.voltage[:n], short.voltage[:n])
        assert short.spike_times.size > 1
        assert np.array_equal(long.spike_times[: short.spike_times.size], short.spike_times)


def test_provenance_says_what_was_run() -> None:
    recording = izhi.simulate(izhi.Cell.preset("2007/RS", d=90.0), izhi.Step(70, 10), 50, scheme="euler", dt=0.5)
    about = recording.provenance
    assert about["preset"] == "2007/RS"
    assert about["model"] == "izhikevich2007"
    assert about["parameters"]["d"] == 90.0
    assert about["scheme"] == "euler"
    assert about["dt"] == 0.5
    assert about["duration"] == 50.0
    assert about["stimulus"] == [{"kind": "step", "I": 70, "start": 10, "closed": "left"}]
    assert about["versions"]["izhi"] == izhi.__version__
    assert {"numpy", "python"} <= set(about["versions"])


def test_a_cell_starts_where_it_is_told_and_u_follows_v() -> None:
    at_rest = izhi.simulate("2003/RS", None, 1, scheme="euler", dt=0.5)
    assert (at_rest.voltage[0], at_rest.recovery[0]) == (-63.0, 0.2 * -63.0)
    moved = izhi.simulate(izhi.Cell.preset("2003/RS", initial={"v": -50.0}), None, 1, scheme="euler", dt=0.5)
    assert moved.recovery[0] == 0.2 * -50.0
    own = izhi.Cell.preset("2007/RS", initial={"u": 5.0})
    assert izhi.simulate(own, None, 1, scheme="euler", dt=0.5).recovery[0] == 5.0
    dendrite = izhi.simulate(izhi.Cell.preset("2007/LS", initial={"v": -50.0}), None, 1, scheme="euler", dt=0.5)
    assert dendrite.dendrite is not None
    assert dendrite.dendrite[0] == -50.0
