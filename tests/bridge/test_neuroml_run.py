"""jNeuroML runs what is written, spike for spike as our forward Euler with jNeuroML's conventions."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import izhi
from izhi.bridge import neuroml
from izhi.bridge.neuroml.jneuroml import jneuroml
from izhi.experiment import preset_stimulus

pytestmark = [
    pytest.mark.skipif(find_spec("pyneuroml") is None, reason="pyNeuroML, which brings jNeuroML, is not installed"),
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java"),
]
DT, DURATION = 0.1, 300.0


@pytest.fixture(scope="module")
def all_presets() -> neuroml.Run:
    """Every preset under its own stimulus, side by side in one run of jNeuroML."""
    populations = [izhi.Population(name, 1, name, stimulus=preset_stimulus(row)) for name, row in izhi.PRESETS.items()]
    return neuroml.simulate(izhi.Network(populations), duration=DURATION, dt=DT)


@pytest.mark.parametrize("number", range(len(izhi.PRESETS)), ids=list(izhi.PRESETS))
def test_a_preset_spikes_in_jneuroml_when_our_euler_says(number: int, all_presets: neuroml.Run) -> None:
    name, row = list(izhi.PRESETS.items())[number]
    ours = neuroml.expected(name, preset_stimulus(row), DURATION, DT)
    assert np.round(all_presets.spikes(number) / DT).tolist() == np.round(ours / DT).tolist()


def test_there_are_spikes_to_compare(all_presets: neuroml.Run) -> None:
    assert sum(all_presets.spikes(k).size > 0 for k in range(len(izhi.PRESETS))) > 60


def test_without_the_rounding_of_si_units_only_one_cell_differs_and_no_spike_of_its_first_ten(
    all_presets: neuroml.Run,
) -> None:
    """In a fast spiking neuron the last bit grows from spike to spike, until it is a whole step."""
    differing = {}
    for number, (name, row) in enumerate(izhi.PRESETS.items()):
        current = neuroml.seen(preset_stimulus(row), DURATION, DT)
        ours = izhi.simulate(name, current, DURATION, scheme="euler", dt=DT, engine="reference", record="spikes")
        steps = [np.round(times / DT).tolist() for times in (all_presets.spikes(number), ours.spike_times)]
        if steps[0] != steps[1]:
            differing[name] = next(k for k, (a, b) in enumerate(zip(*steps, strict=False)) if a != b)
    assert list(differing) == ["2007/FS"]
    assert differing["2007/FS"] >= 10


def network(stimuli: Any) -> izhi.Network:
    """Pulses and jumps of v with delays between cells of three models, driven by currents and sources."""
    E = izhi.Population("E", 8, "2003/RS", {"c": "-65 + 15 r^2", "d": "8 - 6 r^2"}, stimulus=stimuli[0])
    X = izhi.Population("X", 2, "2007/RS", stimulus=stimuli[1])
    Y = izhi.Population("Y", 2, "2007/LTS", {"C": [90, 110]})
    S = izhi.Population("S", 2, izhi.SpikeSource([[20, 40.03], [30]]))
    return izhi.Network(
        [E, X, Y, S],
        [
            izhi.Projection(
                "E", ["E", "Y"], izhi.FixedOutdegree(4), weight=izhi.Uniform(0, 60), delay=izhi.Uniform(1, 9)
            ),
            izhi.Projection("S", "E", weight=5.0, delay=1, synapse=izhi.Delta()),
            izhi.Projection("X", "Y", weight=9.0, delay=1.5, synapse=izhi.Delta()),
            izhi.Projection("E", "X", weight=900.0, delay=2.5),
        ],
        seed=3,
    )


def test_a_network_of_pulses_and_jumps_fires_the_same_spikes() -> None:
    stimuli = [izhi.Step(np.linspace(4, 12, 8), 5), izhi.Pulse(90, 10, 150)]
    counts, duration = (8, 2), 200.0
    seen = [
        izhi.Sampled(np.stack([neuroml.seen(s, duration, DT, k).I for k in range(n)]), interval=DT)
        for s, n in zip(stimuli, counts, strict=True)
    ]
    theirs = neuroml.simulate(network(stimuli), duration=duration, dt=DT)
    ours = izhi.Simulation(network(seen), scheme="euler", dt=DT, engine="reference").advance(duration)
    assert ours.spike_time.size > 40
    for cell in range(14):
        own = np.sort(ours.spike_time[ours.spike_cell == cell])
        assert np.round(theirs.spikes(cell) / DT).tolist() == np.round(own / DT).tolist()


def test_voltages_come_back_in_mv() -> None:
    run = neuroml.simulate("2007/RS", izhi.Step(0.0), 5.0, dt=DT)
    (voltage,) = run.traces.values()
    assert voltage.size == run.time.size == 51
    assert np.abs(voltage + 60).max() < 1e-4
    assert run.time[-1] == pytest.approx(5.0)


def test_what_jneuroml_finds_wrong_is_one_line(tmp_path: Path) -> None:
    neuroml.write("2007/RS", tmp_path / "rs.nml")
    text = (tmp_path / "rs.nml").read_text()
    (tmp_path / "rs.nml").write_text(text.replace('vr="-60.0mV"', 'vr="-60.0pA"'))
    with pytest.raises(izhi.FileProblem, match="jNeuroML") as caught:
        neuroml.run(tmp_path / "rs.nml")
    assert "\n" not in str(caught.value)


def test_jneuroml_holds_a_file_with_cells_of_neuroml_for_valid(tmp_path: Path) -> None:
    neuroml.write("2007/RS", tmp_path / "rs.nml")
    assert "No warnings" in jneuroml(["-validate", "rs.nml"], tmp_path, 60.0)
