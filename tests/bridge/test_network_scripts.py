"""Scripts of networks for Brian 2 and NEST: run by themselves, they print the spikes of the scheme."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.bridge import brian2, nest
from izhi.bridge.scripts.formula import conductance_current
from tests.bridge.brian2_program import printed
from tests.bridge.test_nest import network as of_2003
from tests.command_line import izhi as command

needs_nest = pytest.mark.skipif(find_spec("nest") is None, reason="NEST is not installed (pip install 'izhi[nest]')")
DURATION = 150.0
FILE = """
duration = 60
seed = 2
dt = 0.5

[[population]]
name = "E"
count = 20
cell = "2003/RS"
parameters = { c = "-65 + 15 r^2" }
stimulus = [{ kind = "step", I = 12, start = 5 }]

[[projection]]
source = "E"
target = "E"
rule = { kind = "FixedIndegree", k = 4 }
weight = 2.5
delay = { kind = "Uniform", low = 1, high = 5 }
"""


def of_all_kinds() -> izhi.Network:
    """Cells of five models, every synapse, noise, sources that spike at 0 and at the end, and an empty population."""
    exponential, delta = izhi.ExponentialCurrent, izhi.Delta()
    both = ("E", "I")
    cells = [
        izhi.Population("E", 24, "2003/RS", {"c": "-65 + 15 r^2", "d": "8 - 6 r^2"}, drive=izhi.GaussianNoise(30)),
        izhi.Population("I", 6, "2003/FS", {"b": "0.25 - 0.05 r"}, stimulus=izhi.Step(8, start=20)),
        izhi.Population("A", 3, "2003/CH", {}, {"v": [-70, -60, -50]}, drive=izhi.UniformNoise(0, 20)),
        izhi.Population("L2/3", 5, "2007/LTS", stimulus=izhi.Constant([100, 150, 200, 250, 300])),
        izhi.Population("C", 4, "2007/LS", {"tau_GABA_A": [5, 6, 7, 8]}, stimulus=izhi.Step(200, start=5)),
        izhi.Population("none", 0),
        izhi.Population("K", 4, "2003/RS", {"e": [0.04, 0.041, 0.039, 0.04]}, stimulus=izhi.Step(8, start=5)),
        izhi.Population("S", 3, izhi.SpikeSource([[0, 3, 7], [1, 30, 31], [2, 2.2, 50, DURATION]])),
        izhi.Population("P", 4, izhi.PoissonSource(200)),
        izhi.Population("Q", 2, izhi.SpikeSource([])),
    ]
    wires = [
        izhi.Projection("E", both, izhi.FixedOutdegree(8), weight=4, delay=izhi.Uniform(1, 20)),
        izhi.Projection("I", both, izhi.FixedOutdegree(8), weight=-4),
        izhi.Projection("S", "E", izhi.FixedOutdegree(6), weight=10, delay=3),
        izhi.Projection("P", "I", weight=izhi.Uniform(1, 5), delay=2),
        izhi.Projection("I", "I", weight=-0.5, delay=0.5, synapse=delta, name="jumps"),
        izhi.Projection("P", "K", izhi.OneToOne(), weight=2, delay=1.5, synapse=delta),
        izhi.Projection("Q", "K", weight=2),
        izhi.Projection("E", "none", weight=2),
        izhi.Projection("E", "L2/3", izhi.FixedIndegree(4), weight=20, delay=2, synapse=exponential(5)),
        izhi.Projection("I", "L2/3", izhi.FixedIndegree(2), weight=-20, delay=2, synapse=exponential(8)),
        izhi.Projection("E", "C", izhi.FixedIndegree(4), 3, izhi.Uniform(1, 4), izhi.Conductance("AMPA", "NMDA", 0.5)),
        izhi.Projection(both, "C", izhi.FixedIndegree(4), weight=2, synapse=izhi.Conductance("GABA_A")),
        izhi.Projection("L2/3", "E", izhi.FixedIndegree(2), weight=0.2, synapse=izhi.Conductance("opsin")),
    ]
    return izhi.Network(cells, wires, seed=3)


def spikes_of(lines: list[str], dt: float) -> list[tuple[int, int]]:
    """The steps and the cells that a script prints."""
    return [(round(float(time) / dt), int(cell)) for cell, time in (line.split() for line in lines)]


def expected(net: izhi.Network, duration: float, **options: object) -> list[tuple[int, int]]:
    found = izhi.simulate(net, duration, engine="reference", **options)
    steps = np.rint(found.spike_time / found.provenance["dt"]).astype(int).tolist()
    return sorted(zip(steps, found.spike_cell.tolist(), strict=True))


def run_in_nest(script: Path) -> list[str]:
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=200)
    assert ended.returncode == 0, ended.stderr
    return [line for line in ended.stdout.splitlines() if line[:1].isdigit()]  # NEST has a banner


def test_a_network_of_all_kinds_has_the_spikes_of_euler_in_brian2(tmp_path: Path) -> None:
    net = of_all_kinds()
    brian2.write(net, tmp_path / "net.py", DURATION, dt=0.5)
    found = spikes_of(printed(tmp_path / "net.py"), 0.5)
    assert found == expected(net, DURATION, scheme="euler", dt=0.5)
    assert len(found) > 500


@needs_nest
@pytest.mark.parametrize(("scheme", "dt"), [("nest-published", 1.0), ("nest", 0.5)])
def test_a_network_of_2003_has_the_spikes_of_the_scheme_in_nest(scheme: str, dt: float, tmp_path: Path) -> None:
    nest.write(of_2003(), tmp_path / "net.py", DURATION, scheme=scheme, dt=dt)
    found = spikes_of(run_in_nest(tmp_path / "net.py"), dt)
    assert found == expected(of_2003(), DURATION, scheme=scheme, dt=dt)
    assert len(found) > 200


@needs_nest
def test_a_file_of_a_network_is_exported_by_the_command_and_runs_in_nest(tmp_path: Path) -> None:
    file, script = tmp_path / "net.toml", tmp_path / "net.py"
    file.write_text(FILE, encoding="utf-8")
    ended = command("export", "nest", file, "--out", script)
    assert ended.status == 0, ended.err
    assert ended.out == f"wrote {script}\nwrote {script.with_suffix('.npz')}\n"
    found = spikes_of(run_in_nest(script), 0.5)
    net = izhi.experiment.read_experiment(file).network
    assert found == expected(net, 60, scheme="nest-published", dt=0.5)
    assert found


def test_a_file_of_a_network_is_exported_for_brian2_and_as_neuroml(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    file.write_text(FILE, encoding="utf-8")
    assert command("export", "brian2", file, "--out", tmp_path / "net.py").status == 0
    assert "\ndt, steps = 0.5, 120\n" in (tmp_path / "net.py").read_text(encoding="utf-8")
    assert command("export", "neuroml", file, "--out", tmp_path / "net.nml").status == 0
    text = (tmp_path / "LEMS_net.xml").read_text(encoding="utf-8")
    assert 'length="60.0ms"' in text
    assert 'step="0.5ms"' in text


def test_wiring_is_in_words_where_there_are_words_and_in_arrays_where_not(tmp_path: Path) -> None:
    brian2.write(of_all_kinds(), tmp_path / "net.py", DURATION, dt=0.5)
    text = (tmp_path / "net.py").read_text(encoding="utf-8")
    compile(text, "net.py", "exec")
    for line in (
        "synapses_P_to_I.connect()",
        'synapses_jumps.connect(condition="i != j")',
        'synapses_P_to_K.connect(j="i")',
        'synapses_I_to_E.connect(i=data["I_to_E_source"], j=data["I_to_E_target"])',
        'synapses_P_to_I.weight = data["P_to_I_weight"]',
        'synapses_E_to_L2_3 = Synapses(cells_E, cells_L2_3, on_pre="exponential_1_post += 20", delay=2 * ms)',
        'on_pre="g_AMPA_post += 3; g_NMDA_post += 0.5 * 3"',
    ):
        assert line in text, line
    with np.load(tmp_path / "net.npz") as arrays:
        assert set(arrays) == {part.split('"')[0] for part in text.split('data["')[1:]}


def test_a_network_in_words_needs_no_arrays(tmp_path: Path) -> None:
    source = izhi.Population("S", 2, izhi.SpikeSource([1, 5]))
    cells = izhi.Population("E", 2, "2003/RS", stimulus=izhi.Step(10, start=3))
    both = [izhi.Projection("S", "E", weight=20), izhi.Projection("E", "E", weight=0.5, delay=3)]
    net = izhi.Network([source, cells], both)
    for bridge, words in ((brian2, "step_S = np.array([2, 2, 10, 10])"), (nest, '"allow_autapses": False')):
        options = {"scheme": "nest"} if bridge is nest else {}
        assert bridge.write(net, tmp_path / "net.py", 20, dt=0.5, **options) == (tmp_path / "net.py",)
        text = (tmp_path / "net.py").read_text(encoding="utf-8")
        assert words in text
        assert "data" not in text


def test_a_name_may_be_anything(tmp_path: Path) -> None:
    name = 'E"""\nraise SystemExit(7) \\ \N{GREEK SMALL LETTER MU}'
    cells = izhi.Population(name, 20, "2003/RS", {"d": "8 r"})
    net = izhi.Network([cells], [izhi.Projection(name, name, izhi.FixedIndegree(3))])
    for bridge in (brian2, nest):
        bridge.write(net, tmp_path / 'a"b.py', 10)
        text = (tmp_path / 'a"b.py').read_text(encoding="utf-8")
        compile(text, "script", "exec")
        assert not [line for line in text.splitlines() if line.startswith("raise")]


def test_only_receptors_that_are_there_are_in_the_equations() -> None:
    assert conductance_current([]) == {"synaptic": ""}
    assert conductance_current(["GABA_A", "opsin"]) == {"synaptic": "g_GABA_A*(v - E_GABA_A) + g_opsin*(v - E_opsin)"}


E = izhi.Population("E", 3)
LEARNING = izhi.Projection("E", "E", plasticity=izhi.STDP())
POISSON = izhi.PoissonDrive(10, 1, izhi.ExponentialCurrent(5))


@pytest.mark.parametrize(
    ("bridge", "net", "says"),
    [
        (brian2, izhi.Network([E], [LEARNING]), "static synapses would do"),
        (brian2, izhi.Network([E], [izhi.Projection("E", "E", short_term=izhi.Depression(0.5, 100))]), "static"),
        (brian2, izhi.Network([izhi.Population("E", 3, drive=POISSON)]), "CurrentPulse() would do in a script"),
        (brian2, izhi.Network([izhi.Population("E", 9000, drive=izhi.GaussianNoise(5))]), "5000000 would do"),
        (brian2, izhi.Network([izhi.Population("E-", 1), izhi.Population("E/", 1)]), "differ in their letters"),
        (nest, izhi.Network([E], [LEARNING]), "static synapses would do"),
        (nest, izhi.Network([E], [izhi.Projection("E", "E", synapse=izhi.Delta())]), "CurrentPulse() would do"),
        (nest, izhi.Network([izhi.Population("E", 3, "2007/RS")]), "NEST has no other"),
    ],
)
def test_what_a_script_cannot_say_is_refused_in_one_line_and_nothing_is_written(
    bridge: object, net: izhi.Network, says: str, tmp_path: Path
) -> None:
    with pytest.raises(izhi.IzhiError, match=r"^[^\n]*$") as problem:
        bridge.write(net, tmp_path / "net.py")  # type: ignore[attr-defined]
    assert says in str(problem.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("given", "instead", "name"),
    [
        ("dt = 0.5", "dt = 0.5\nprecision = 'single'", "net.py"),
        ("duration = 60", "duration = 60.3", "net.py"),
        ("dt = 0.5", "dt = 0.5", "net.txt"),
    ],
)
def test_a_file_that_no_script_can_follow_is_one_line_and_status_2(
    given: str, instead: str, name: str, tmp_path: Path
) -> None:
    file = tmp_path / "net.toml"
    file.write_text(FILE.replace(given, instead), encoding="utf-8")
    for form in ("brian2", "nest"):
        ended = command("export", form, file, "--out", tmp_path / name)
        assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert list(tmp_path.iterdir()) == [file]
