"""NEST as an engine: the very bits of the schemes `nest` and `nest-published`, for cells and for networks."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.bridge import nest as bridge
from izhi.bridge.nest.cells import CONSISTENT
from izhi.experiment import run_preset
from tests.command_line import izhi as command
from tests.golden_data import digest, read

needs_nest = pytest.mark.skipif(find_spec("nest") is None, reason="NEST is not installed (pip install 'izhi[nest]')")
OF_2003 = [
    name for name, row in izhi.PRESETS.items() if row.model == "izhikevich2003" and name not in ("2004/G", "2004/L")
]
WITH_REST = izhi.Cell.preset("2003/RS", d=[8, 6, 4], initial={"v": [-65, -60, -70]})


def assert_same(found: izhi.Recording, expected: izhi.Recording) -> None:
    assert found.spike_time.tolist() == expected.spike_time.tolist()
    assert found.spike_cell.tolist() == expected.spike_cell.tolist()
    for part in ("time", "voltage", "recovery", "current"):
        assert np.array_equal(getattr(found, part), getattr(expected, part), equal_nan=True), part


@needs_nest
@pytest.mark.parametrize("scheme", CONSISTENT)
@pytest.mark.parametrize("name", OF_2003)
def test_a_published_cell_has_the_bits_of_the_scheme(name: str, scheme: str) -> None:
    row = izhi.preset(name)
    found, expected = (run_preset(row, scheme=scheme, dt=row.dt, engine=e) for e in ("nest", "reference"))
    assert_same(found, expected)
    assert found.provenance["engine"] == "nest"
    assert found.provenance["versions"]["nest"]


@needs_nest
@pytest.mark.parametrize("run", read("nest")["runs"], ids=lambda run: f"{run['preset']}-{run['scheme']}")
def test_nest_gives_what_it_gave_when_its_bits_were_stored(run: dict) -> None:
    cell = izhi.Cell.preset(run["preset"], initial={"v": -65.0, "u": -13.0})
    steps = run["samples"]
    found = izhi.simulate(cell, izhi.Constant(10), steps * run["dt"], scheme=run["scheme"], dt=run["dt"], engine="nest")
    assert digest(found.voltage[1 : steps + 1]) == run["sha256"]["v"]
    assert digest(found.recovery[1 : steps + 1]) == run["sha256"]["u"]


@needs_nest
@pytest.mark.parametrize("options", [{}, {"cells": [0, 2], "every": 3}, {"record": "spikes"}, {"threads": 2}], ids=str)
def test_an_ensemble_under_noise_is_the_same_however_it_is_recorded(options: dict) -> None:
    noise = izhi.Step([10, 12, 14], start=3) + izhi.OrnsteinUhlenbeck(std=3, tau=3, seed=[1, 2, 3])
    found = izhi.simulate(WITH_REST, noise, 100, engine="nest", **options)
    expected = izhi.simulate(WITH_REST, noise, 100, scheme="nest", engine="reference", **options)
    assert found.spike_time.size
    assert_same(found, expected)


@needs_nest
def test_a_cell_that_breaks_down_is_a_recording_that_says_so() -> None:
    cell = izhi.Cell.preset("2003/RS", a=50)
    found, expected = (
        izhi.simulate(cell, izhi.Constant(10), 100, scheme="nest", engine=e) for e in ("nest", "reference")
    )
    assert found.spike_times.tolist() == expected.spike_times.tolist()
    assert [f["cell"] for f in found.failures] == [f["cell"] for f in expected.failures] == [0]
    assert found.failures[0]["time"] == expected.failures[0]["time"]
    assert np.array_equal(found.voltage, expected.voltage)


@needs_nest
def test_nest_says_nothing_and_is_left_empty(capfd: pytest.CaptureFixture) -> None:
    izhi.simulate("2003/RS", izhi.Constant(10), 20, engine="nest")
    assert capfd.readouterr() == ("", "")
    assert bridge.imported().network_size == 0


@needs_nest
def test_importing_nest_shows_no_banner_and_leaves_the_process_as_it_was() -> None:
    program = (
        "import os, sys; sys.argv = ['x', '--verbosity']; before = dict(os.environ), sys.argv, sys.getdlopenflags();"
        "from izhi.bridge.nest import imported; imported();"
        "assert before == (dict(os.environ), sys.argv, sys.getdlopenflags())"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def network(weight: float = 0.5) -> izhi.Network:
    """Cells of two kinds with noise, synapses with many delays, and sources of both kinds, one of which begins at 0."""
    E = izhi.Population("E", 24, "2003/RS", {"c": "-65 + 15 r^2", "d": "8 - 6 r^2"}, drive=izhi.GaussianNoise(8))
    I = izhi.Population("I", 6, "2003/FS", {"b": "0.25 - 0.05 r"}, stimulus=izhi.Step(8, start=20))
    alone = izhi.Population("A", 3, "2003/CH", {}, {"v": [-70, -60, -50]}, drive=izhi.UniformNoise(0, 20))
    given = izhi.Population("S", 3, izhi.SpikeSource([[0, 3, 7], [1, 30, 31], [2, 2.2, 50]]))
    chance = izhi.Population("P", 4, izhi.PoissonSource(200))
    both = ("E", "I")
    return izhi.Network(
        [E, I, alone, given, chance],
        [
            izhi.Projection("E", both, izhi.FixedOutdegree(8), weight=8 * weight, delay=izhi.Uniform(1, 20)),
            izhi.Projection("I", both, izhi.FixedOutdegree(8), weight=-8 * weight),
            izhi.Projection("S", "E", izhi.FixedOutdegree(6), weight=20 * weight, delay=3),
            izhi.Projection("P", "I", izhi.AllToAll(), weight=6 * weight, delay=2),
        ],
        seed=3,
        drive=izhi.RandomCells(20),
    )


@needs_nest
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("scheme", "dt"), [("nest-published", 1.0), ("nest", 0.5)])
def test_a_network_has_the_bits_of_the_scheme_on_any_number_of_threads(scheme: str, dt: float, threads: int) -> None:
    record = {"E": 2, "I": 1, "A": [2]}
    common = {"scheme": scheme, "dt": dt, "record": record}
    found = izhi.simulate(network(), 150, engine="nest", threads=threads, **common)
    expected = izhi.simulate(network(), 150, engine="reference", **common)
    assert {population for population, rate in expected.rates.items() if rate} == set("EIASP")
    assert found.spike_time.tolist() == expected.spike_time.tolist()
    assert found.spike_cell.tolist() == expected.spike_cell.tolist()
    assert np.array_equal(found.trace_time, expected.trace_time)
    assert np.array_equal(found.voltage, expected.voltage)
    assert np.array_equal(found.recovery, expected.recovery)
    assert np.isnan(found.current).all()
    assert found.populations == expected.populations
    assert found.provenance["synapses"] == expected.provenance["synapses"]


@needs_nest
def test_a_network_has_the_spikes_of_the_scheme_where_sums_round_differently() -> None:
    """With steps and weights that are no binary fractions the bits of v may differ; the spikes do not."""
    engines = ("nest", "reference")
    found, expected = (izhi.simulate(network(0.37), 45, scheme="nest", dt=0.1, engine=e) for e in engines)
    assert set(expected.spike_cell.tolist()) & set(range(33))
    assert found.spike_time.tolist() == expected.spike_time.tolist()
    assert found.spike_cell.tolist() == expected.spike_cell.tolist()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: izhi.simulate("2007/RS", engine="nest"), "NEST has no other"),
        (lambda: izhi.simulate("2004/G", engine="nest"), "5 would do"),
        (lambda: izhi.simulate("2003/RS", scheme="euler", engine="nest"), "its own schemes"),
        (lambda: izhi.simulate("2003/RS", izhi.Events("AMPA", [1], 1), engine="nest"), "no conductances"),
        (lambda: izhi.simulate("2003/RS", engine="nest", precision="single"), "double precision"),
        (lambda: _projected(synapse=izhi.Delta()), "CurrentPulse() would do"),
        (lambda: _projected(short_term=izhi.Depression(0.5, 100)), "static synapses"),
        (lambda: _projected(cell="2007/RS"), "NEST has no other"),
    ],
)
def test_what_nest_cannot_is_refused_in_one_line(call: object, says: str) -> None:
    with pytest.raises(izhi.IzhiError, match=r"^[^\n]*$") as problem:
        call()  # type: ignore[operator]
    assert says in str(problem.value)


def _projected(cell: str = "2003/RS", **options: object) -> None:
    cells = izhi.Population("E", 3, cell)
    izhi.simulate(izhi.Network(cells, izhi.Projection("E", "E", **options)), 10, engine="nest")


@needs_nest
@pytest.mark.parametrize(("name", "scheme"), [("2004/H", "nest"), ("2003/RZ", "nest-published")])
def test_an_exported_script_prints_the_spikes_of_the_scheme(name: str, scheme: str, tmp_path: Path) -> None:
    file = tmp_path / "cell.py"
    assert command("export", "nest", name, "--scheme", scheme, "--out", file).status == 0
    ended = subprocess.run([sys.executable, file], capture_output=True, text=True, timeout=120, check=True)
    printed = ended.stdout.splitlines()[-len(run_preset(izhi.preset(name), scheme=scheme).spike_times) :]
    expected = run_preset(izhi.preset(name), scheme=scheme, dt=izhi.preset(name).dt).spike_times
    numbers = [float(line) for line in ended.stdout.splitlines() if line and line[0].isdigit()]
    assert printed
    assert np.allclose(numbers, expected, rtol=0, atol=1e-3)


def test_a_script_of_an_experiment_file_and_of_a_cell_are_the_same(tmp_path: Path) -> None:
    text = 'preset = "2003/CH"\nduration = 50\n[[stimulus]]\nkind = "ramp"\nslope = 0.5\nstart = 5\n'
    (tmp_path / "e.toml").write_text(text, encoding="utf-8")
    cell = izhi.Cell.preset("2003/CH")
    assert bridge.script(tmp_path / "e.toml") == bridge.script(cell, izhi.Ramp(slope=0.5, start=5), 50)


@pytest.mark.parametrize(
    "given", [("2007/RS", "--out", "x.py"), ("2003/RS", "--out", "x.txt"), ("2003/RX", "--out", "x.py")], ids=str
)
def test_a_script_that_cannot_be_is_one_line_and_status_2(given: tuple[str, ...], tmp_path: Path) -> None:
    ended = command("export", "nest", *given[:-1], tmp_path / given[-1])
    assert ended.status == 2
    assert ended.err.count("\n") == 1
    assert not list(tmp_path.iterdir())
