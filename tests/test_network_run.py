"""Running networks: the published program spike for spike, and the same bits however a run is cut, shared or ended."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import izhi.networks
from izhi.engine.layout import Layout, blocks_for
from izhi.network_recording import NetworkRecording

# The scheme of all compiled networks here and of tests/engine/test_network_engine.py: kernels take long to compile.
SCHEME = "listing-2003"


def assert_same(a: NetworkRecording, b: NetworkRecording) -> None:
    for name, x in a.to_numpy().items():
        if name != "provenance":
            assert np.array_equal(x, b.to_numpy()[name], equal_nan=True), name
    assert (a.start, a.stop, a.failures) == (b.start, b.stop, b.failures)


def published_listing(re: Any, ri: Any, weight: Any, thalamic: Any) -> list[tuple[int, int]]:
    """The listing of Izhikevich 2003, its random numbers given: pairs of a time and a cell."""
    excitatory, inhibitory = re.size, ri.size
    a = np.concatenate([np.full(excitatory, 0.02), 0.02 + 0.08 * ri])
    b = np.concatenate([np.full(excitatory, 0.2), 0.25 - 0.05 * ri])
    c = np.concatenate([-65 + 15 * re**2, np.full(inhibitory, -65.0)])
    d = np.concatenate([8 - 6 * re**2, np.full(inhibitory, 2.0)])
    v = np.full(a.size, -65.0)
    u = b * v
    firings = []
    for t in range(thalamic.shape[1]):
        current = thalamic[:, t]
        fired = np.flatnonzero(v >= 30)
        firings += [(t, int(i)) for i in fired]
        v[fired] = c[fired]
        u[fired] += d[fired]
        if fired.size:
            current = current + np.add.accumulate(weight[:, fired], axis=1)[:, -1]  # one after the other
        v += 0.5 * (0.04 * v**2 + 5 * v + 140 - u + current)
        v += 0.5 * (0.04 * v**2 + 5 * v + 140 - u + current)
        u += a * (b * v - u)
    return firings


def test_the_network_of_2003_is_the_published_listing_spike_for_spike() -> None:
    random = np.random.default_rng(2003)
    re, ri = random.random(800), random.random(200)
    weight = np.hstack([0.5 * random.random((1000, 800)), -random.random((1000, 200))])
    thalamic = np.concatenate([np.full(800, 5.0), np.full(200, 2.0)])[:, None] * random.normal(size=(1000, 1000))
    cells = [
        izhi.Population("E", 800, "2003/RS", {"a": 0.02, "b": 0.2, "c": -65 + 15 * re**2, "d": 8 - 6 * re**2},
                        {"v": -65.0}, stimulus=izhi.Sampled(thalamic[:800], 1.0)),
        izhi.Population("I", 200, "2003/RS", {"a": 0.02 + 0.08 * ri, "b": 0.25 - 0.05 * ri, "c": -65.0, "d": 2.0},
                        {"v": -65.0}, stimulus=izhi.Sampled(thalamic[800:], 1.0)),
    ]  # fmt: skip
    everyone = izhi.Projection(("E", "I"), ("E", "I"), izhi.Matrix(weight))
    found = izhi.Simulation(izhi.Network(cells, [everyone]), scheme=SCHEME).advance(1000)
    published = published_listing(re, ri, weight, thalamic)
    assert list(zip(found.spike_time.astype(int).tolist(), found.spike_cell.tolist(), strict=True)) == published
    assert len(published) > 6000


DRIVES = (izhi.GaussianNoise(5.0), izhi.PoissonDrive(80.0, 4.0, izhi.ExponentialCurrent(3.0)))


def network(seed: int = 1, count: int = 60, learns: bool = False) -> izhi.Network:
    """Noise of every kind, currents that go on for longer than they are made at a time, delays, and a source."""
    cells = [
        izhi.Population("S", 2, izhi.SpikeSource([[0.0, 3.0, 700.0], [1300.0]])),
        izhi.Population("E", count, "2003/RS", {"d": "8 - 6 r^2"}, drive=DRIVES,
                        stimulus=izhi.OrnsteinUhlenbeck(2.0, 5.0, seed=3) + izhi.Sine(2.0, 7.0)),
        izhi.Population("P", 20, izhi.PoissonSource(20.0)),
    ]  # fmt: skip
    projections = [
        izhi.Projection("S", "E", izhi.AllToAll(), 30.0, "1 + 10 r"),
        izhi.Projection("P", "E", izhi.PairwiseProbability(0.2), 3.0, 2.0),
        izhi.Projection("E", "E", izhi.FixedIndegree(10), izhi.Uniform(0, 1), izhi.Uniform(1, 20)),
    ]
    if learns:
        later = izhi.Consolidation(period=50.0)
        more = [
            izhi.Projection("E", "E", izhi.FixedIndegree(5), 2.0, "1 + 8 r", name="at once", plasticity=izhi.STDP()),
            izhi.Projection("E", "E", izhi.FixedIndegree(5), 2.0, name="later", plasticity=izhi.STDP(
                consolidation=later, dopamine=izhi.Dopamine())),
            izhi.Projection("P", "E", izhi.AllToAll(), 0.5, name="tires", short_term=izhi.Markram(0.4, 100.0, 30.0)),
        ]  # fmt: skip
        projections += more
    return izhi.Network(cells, projections, seed=seed)


def simulation(learns: bool = False, **options: Any) -> izhi.Simulation:
    if learns:  # in plain Python: another kind of kernel takes longer to compile than these runs
        options["engine"] = "reference"
    options = {"scheme": SCHEME, "record": {"E": [0, 7, 59]}, **options}
    sim = izhi.Simulation(network(learns=learns), **options)
    if learns:
        sim.record_weights("at once", 60.0)
        sim.record_weights("later", 100.0)
    return sim


def test_any_number_of_threads_gives_the_same_bits() -> None:
    count, synapses = 2100, 170
    assert blocks_for(Layout((count,)), 30, count * synapses, 8) >= 3
    cells = izhi.Population("E", count, "2003/RS", {"d": "8 - 6 r"}, drive=izhi.GaussianNoise(6.0))
    rule = izhi.FixedIndegree(synapses)
    net = izhi.Network(cells, izhi.Projection("E", "E", rule, izhi.Normal(0.05, 0.1), izhi.Uniform(1, 30)), seed=2)
    runs = [
        izhi.Simulation(net, scheme=SCHEME, threads=threads, record={"E": [0, 1000, 2099]}).advance(200)
        for threads in (1, 2, 3)
    ]
    for other in runs[1:]:
        assert_same(runs[0], other)
    assert runs[0].spike_time.size > 1000


@pytest.fixture(scope="module")
def whole() -> NetworkRecording:
    sim = simulation()
    sim.advance(1500)
    return sim.recording


@settings(max_examples=12, deadline=None)
@given(cuts=st.lists(st.integers(0, 1500), max_size=6))
def test_any_splitting_of_the_time_gives_the_same_bits(whole: NetworkRecording, cuts: list[int]) -> None:
    sim = simulation()
    edges = [0, *sorted(cuts), 1500]
    for a, b in pairwise(edges):
        part = sim.advance(b - a)
        assert (part.start, part.stop) == (a, b)
        assert ((part.spike_time >= a) & (part.spike_time < b)).all()
    assert_same(sim.recording, whole)


def test_the_network_of_these_tests_is_no_quiet_one(whole: NetworkRecording) -> None:
    assert all(whole.spikes(name)[0].size > n for name, n in (("S", 3), ("E", 100), ("P", 200)))
    assert whole.voltage.shape == (3, 1500)


@pytest.mark.parametrize("learns", [False, True])
def test_a_run_resumed_from_a_checkpoint_gives_the_same_bits(learns: bool, tmp_path: Path) -> None:
    file = tmp_path / "here.npz"
    full = simulation(learns)
    full.advance(300)
    first = simulation(learns)
    first.advance(133)
    first.checkpoint(file)
    first.advance(50)
    engine = "reference" if learns else "cpu"
    then = izhi.Simulation(network(learns=learns), scheme=SCHEME, record={"E": [0, 7, 59]}, threads=1, engine=engine)
    then.resume(file)
    assert then.time == 133
    then.advance(167)
    first.resume(file)  # back
    first.advance(167)
    for sim in (then, first):
        assert_same(sim.recording, full.recording)
        for projection in full.network.projections:
            assert np.array_equal(sim.weights(projection.name).weight, full.weights(projection.name).weight)
        assert all(np.array_equal(sim.state("E")[s], full.state("E")[s]) for s in "vu")
    if learns:
        assert full.recording.weights["at once"][0].tolist() == [60.0 * k for k in range(6)]
        assert full.recording.weights["later"][0].tolist() == [100.0 * k for k in range(4)]


def test_what_was_changed_before_a_checkpoint_is_there_after_it(tmp_path: Path) -> None:
    file = tmp_path / "changed.npz"

    def change(sim: izhi.Simulation) -> None:
        sim.advance(100)
        sim.set_weights("E->E", 0.7)
        sim.set_parameters("E", d=np.linspace(2, 8, 60), vpeak=35.0)
        sim.set_state("E", v=-50.0)
        sim.set_drive("E", 0, izhi.GaussianNoise(7.0))
        sim.set_drive("E", 1, izhi.PoissonDrive(500.0, 1.0, izhi.ExponentialCurrent(3.0)))

    one = simulation()
    change(one)
    one.checkpoint(file)
    two = simulation()
    two.resume(file)
    assert two.parameters("E")["d"].tolist() == np.linspace(2, 8, 60).tolist()
    for sim in (one, two):
        sim.advance(100)
        sim.set_parameters("E", a=0.03)
        sim.advance(100)
    assert_same(one.recording, two.recording)
    assert np.array_equal(two.weights("E->E").weight, np.full(600, 0.7))


def test_a_checkpoint_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.npz"
    net = izhi.Network(izhi.Population("E", 2))
    options: dict[str, Any] = {"engine": "reference"}
    izhi.Simulation(net, **options).checkpoint(file)
    others = [
        izhi.Simulation(izhi.Network(izhi.Population("E", 3)), **options),
        izhi.Simulation(izhi.Network(izhi.Population("E", 2), seed=1), **options),
        izhi.Simulation(izhi.Network(izhi.Population("E", 2, drive=izhi.GaussianNoise(1))), **options),
        izhi.Simulation(net, **options, scheme="euler"),
        izhi.Simulation(net, **options, dt=0.5),
        izhi.Simulation(net, **options, precision="single"),
    ]
    others[0].advance(5)
    for sim in others:
        with pytest.raises(izhi.FileProblem, match=r"is a checkpoint of another network") as caught:
            sim.resume(file)
        assert "\n" not in str(caught.value)
    assert others[0].time == 5
    (tmp_path / "text.npz").write_text("nothing")
    (tmp_path / "half.npz").write_bytes(file.read_bytes()[:-200])
    for name, said in (("text", "is no checkpoint"), ("half", "is no checkpoint"), ("none", "cannot be read")):
        with pytest.raises(izhi.FileProblem, match=said):
            others[0].resume(tmp_path / f"{name}.npz")


# Streaming.


def test_a_streamed_run_is_the_one_in_memory(tmp_path: Path) -> None:
    kept, streamed = simulation(learns=True), simulation(learns=True, out=tmp_path, checkpoint_every=0.0)
    assert_same(streamed.recording, kept.recording)  # nothing so far
    for duration in (0, 1, 120, 29):
        assert_same(streamed.advance(duration), kept.advance(duration))
    assert_same(streamed.recording, kept.recording)
    streamed.save()
    assert_same(NetworkRecording.load(tmp_path), kept.recording)
    again = izhi.Simulation(
        network(learns=True), scheme=SCHEME, record={"E": [0, 7, 59]}, out=tmp_path, engine="reference"
    )
    again.resume(tmp_path / "checkpoint.npz")
    for sim in (again, kept):
        sim.advance(100)
    assert_same(again.recording, kept.recording)


KILLED = """
import sys
from tests.test_network_run import SCHEME, network
import izhi
sim = izhi.Simulation(network(), scheme=SCHEME, record={"E": [0, 7, 59]}, out=sys.argv[1], checkpoint_every=0.2)
print("goes", flush=True)
sim.advance(1e8)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="nothing kills like SIGKILL")
def test_a_run_that_was_killed_goes_on_from_its_last_checkpoint(tmp_path: Path) -> None:
    checkpoint = tmp_path / "out" / "checkpoint.npz"
    root = Path(__file__).parents[1]
    run = subprocess.Popen([sys.executable, "-c", KILLED, str(checkpoint.parent)], cwd=root)
    seen: set[int] = set()
    ends = time.monotonic() + 120
    while len(seen) < 3 and time.monotonic() < ends and run.poll() is None:
        time.sleep(0.005)
        if checkpoint.exists():
            seen.add(checkpoint.stat().st_mtime_ns)
    run.send_signal(signal.SIGKILL)
    assert run.wait() == -signal.SIGKILL
    assert len(seen) >= 3
    sim = simulation(out=checkpoint.parent)
    sim.resume(checkpoint)
    reached = sim.time
    assert reached > 0
    sim.advance(100)
    uninterrupted = simulation()
    uninterrupted.advance(reached + 100)
    assert_same(sim.recording, uninterrupted.recording)


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options: list[dict[str, Any]] = [{"out": tmp_path}, {}]
    sim, kept = (izhi.Simulation(small(), engine="reference", **o) for o in options)
    sim.advance(20)
    sim.save()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert before.keys() == {"part-000001.npz", "checkpoint.npz"}

    def full(file: Any, **arrays: Any) -> None:  # noqa: ARG001
        file.write(b"half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as no_room:
        for name in ("savez", "savez_compressed"):
            no_room.setattr(np, name, full)
        sim.advance(20)
        for _ in range(2):
            with pytest.raises(izhi.FileProblem, match="cannot be written: No space left on device") as caught:
                sim.save()
            assert "\n" not in str(caught.value)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
        lost = izhi.Simulation(small(), engine="reference", out=tmp_path / "new", checkpoint_every=0.0)
        with pytest.raises(izhi.FileProblem, match="No space left"):
            lost.advance(5)
    sim.advance(10)
    kept.advance(50)
    assert_same(sim.recording, kept.recording)
    assert lost.time > 0
    lost.advance(50 - lost.time)
    assert_same(lost.recording, kept.recording)


def test_a_folder_of_another_run_is_not_written_over(tmp_path: Path) -> None:
    sim = izhi.Simulation(small(), engine="reference", out=tmp_path)
    sim.advance(5)
    assert sim.recording.stop == 5
    with pytest.raises(izhi.FileProblem, match="holds the results of another run") as caught:
        izhi.Simulation(small(), engine="reference", out=tmp_path)
    assert str(caught.value).count(str(tmp_path)) == 1
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(izhi.FileProblem, match="cannot be used"):
        izhi.Simulation(small(), engine="reference", out=file)


def test_a_run_that_was_not_resumed_keeps_the_results_in_its_folder(tmp_path: Path) -> None:
    sim = izhi.Simulation(small(), engine="reference", out=tmp_path)
    for _ in range(2):
        sim.advance(30)
        sim.save()
    before = sim.recording
    other = izhi.Simulation(small(), engine="reference", out=tmp_path)
    with pytest.raises(izhi.FileProblem, match="another run"):
        other.advance(10)
    assert_same(NetworkRecording.load(tmp_path), before)


# What goes wrong.


def small(count: int = 5, **kwargs: Any) -> izhi.Network:
    kwargs = {"drive": izhi.GaussianNoise(5.0), **kwargs}
    return izhi.Network(izhi.Population("E", count, **kwargs), izhi.Projection("E", "E"), seed=1)


def test_a_network_that_runs_away_ends_with_a_reason() -> None:
    sim = izhi.Simulation(small(stimulus=izhi.Step(1e4, start=50.0)), engine="reference")
    found = sim.advance(5000)
    (failure,) = found.failures
    assert failure["reason"].startswith("the network runs away, at ")
    assert failure["time"] == found.stop == sim.time < 5000
    assert "; ended at " in str(found)
    assert "\n" not in str(found)
    assert sim.advance(10).failures == found.failures
    assert sim.time == found.stop
    assert sim.recording.failures == found.failures
    calm = izhi.Simulation(small(stimulus=izhi.Step(1e4, start=50.0)), engine="reference", runaway=np.inf)
    assert calm.advance(500).stop == 500


def test_a_state_that_is_no_number_ends_the_run_with_a_reason(tmp_path: Path) -> None:
    sim = izhi.Simulation(small(stimulus=izhi.Step([0.0, 0.0, 1e200, 0.0, 0.0], start=50.0)), engine="reference")
    found = sim.advance(5000)
    (failure,) = found.failures
    assert failure["reason"] == "v or u of cell 2 left the range of numbers; a smaller dt or weaker input may help"
    assert found.stop == failure["time"] < 5000
    sim.checkpoint(tmp_path / "ended.npz")
    again = izhi.Simulation(sim.network, engine="reference")
    again.resume(tmp_path / "ended.npz")
    assert again.advance(10).failures == found.failures


@pytest.mark.parametrize("current", [1e4, 1e200])
def test_a_run_that_fails_ends_at_the_same_time_however_fast_it_is(current: float) -> None:
    ends = []
    for pace in (1, 16, 150):
        sim = izhi.Simulation(small(stimulus=izhi.Step(current, start=50.0)), engine="reference")
        while sim.time < 600 and not sim.recording.failures:
            sim.advance(pace)
        ends.append(sim.time)
    assert len(set(ends)) == 1


def test_a_network_that_does_not_fit_is_refused_before_it_is_built() -> None:
    net = izhi.Network(izhi.Population("E", 10**6), izhi.Projection("E", "E", izhi.AllToAll()))
    assert 5e12 < izhi.memory_needed(net) < 5e13
    with pytest.raises(
        izhi.BadValue, match=r"network: '1e\+04 GB' given; at most the .* GB that are free would do"
    ) as e:
        izhi.Simulation(net)
    assert "\n" not in str(e.value)


def test_scaled_weights_are_those_of_the_projection_alone() -> None:
    sim = izhi.Simulation(izhi.networks.cortex2003(300, indegree=50, seed=1))
    before = {name: sim.weights(name).weight for name in ("E->E+I", "I->E+I")}
    sim.scale_weights("E->E+I", 0.5)
    assert np.array_equal(sim.weights("E->E+I").weight, before["E->E+I"] * 0.5)
    assert np.array_equal(sim.weights("I->E+I").weight, before["I->E+I"])
    for wrong in (np.nan, True, "2"):
        with pytest.raises(izhi.errors.BadValue, match="factor"):
            sim.scale_weights("E->E+I", wrong)


def test_weights_are_scaled_also_where_projections_share_their_sources() -> None:
    one = izhi.Population("A", 30, "2003/RS")
    two = izhi.Population("B", 40, "2003/FS")
    ties = [izhi.Projection("A", target, izhi.FixedIndegree(5), 1.0, name=f"to {target}") for target in "AB"]
    sim = izhi.Simulation(izhi.Network([one, two], ties, seed=2))
    sim.scale_weights("to B", 3.0)
    assert set(sim.weights("to A").weight) == {1.0}
    assert set(sim.weights("to B").weight) == {3.0}


def test_the_memory_that_is_announced_is_about_what_is_taken() -> None:
    net = network(count=3000)
    sim = izhi.Simulation(net, engine="cpu", scheme=SCHEME)
    taken = sum(x.nbytes for part in (sim._team.net, sim._team.state) for x in part if isinstance(x, np.ndarray))
    assert izhi.memory_needed(net, scheme=SCHEME) == sim.memory
    assert 0.5 * taken < sim.memory < 2 * taken


CALLS: dict[str, tuple[Callable[[izhi.Simulation], Any], str]] = {
    "no duration": (lambda s: s.advance(None), "duration: nothing given"),  # type: ignore[arg-type]
    "a duration of a word": (lambda s: s.advance("a"), "duration: 'a' given"),  # type: ignore[arg-type]
    "a duration below 0": (lambda s: s.advance(-1), "from 0 to 1e+12 ms"),
    "a duration without end": (lambda s: s.advance(np.inf), "from 0 to 1e+12 ms"),
    "half a step": (lambda s: s.advance(0.5), "a multiple of dt, 1 ms"),
    "weights of no projection": (lambda s: s.weights("I->E"), "projection: no 'I->E'"),
    "too few weights": (lambda s: s.set_weights("E->E", [1, 2]), "E->E.weight: [1, 2] given; one weight, or 20"),
    "weights that are words": (lambda s: s.set_weights("E->E", "a"), "one weight, or 20"),
    "weights that are no numbers": (lambda s: s.set_weights("E->E", np.nan), "finite weights would do"),
    "a state of no population": (lambda s: s.state("I"), "population: no 'I' (E)"),
    "an unknown state": (lambda s: s.set_state("E", w=1), "E.state: no 'w' (v, u)"),
    "too few states": (lambda s: s.set_state("E", v=[1, 2]), "a number, or 5, would do"),
    "a state that is no number": (lambda s: s.set_state("E", v=np.inf), "finite numbers would do"),
    "an unknown parameter": (lambda s: s.set_parameters("E", q=1), "no 'q' (a, b, c, d"),
    "too few parameters": (lambda s: s.set_parameters("E", d=[1, 2]), "arrays of 2 values"),
    "another kind of drive": (lambda s: s.set_drive("E", 0, izhi.UniformNoise(0, 1)), "another GaussianNoise would do"),
    "a drive that is not there": (lambda s: s.set_drive("E", 1, izhi.GaussianNoise(1)), "a number below 1 would do"),
    "a stimulus that is none": (lambda s: s.stimulate("E", 5), "such as Step(70), would do"),  # type: ignore[arg-type]
    "cells that are not there": (lambda s: s.stimulate("E", izhi.Step(5), [5]), "whole numbers from 0 to 4"),
    "currents of a wrong number": (lambda s: s.stimulate("E", izhi.Step([1, 2])), "2 currents"),
    "a reward to no one": (lambda s: s.reward(1.0), "a projection that learns by dopamine would do"),
    "weights recorded always": (lambda s: s.record_weights("E->E", 0), "at least 1 ms would do"),
    "weights recorded of nothing": (lambda s: s.record_weights("X", 5), "projection: no 'X' (E->E)"),
    "saving nowhere": (lambda s: s.save(), "a simulation with a folder, `out`, would do"),
    "a part that is not there": (lambda s: s.recording.spikes("I"), "population: no 'I' (E)"),
}


@pytest.mark.parametrize("mistake", CALLS)
def test_a_wrong_call_is_refused_in_one_line_and_changes_nothing(mistake: str) -> None:
    sim, untouched = (izhi.Simulation(small(), engine="reference") for _ in range(2))
    sim.advance(10)
    untouched.advance(10)
    call, said = CALLS[mistake]
    with pytest.raises(izhi.IzhiError) as caught:
        call(sim)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert_same(sim.advance(40), untouched.advance(40))


def quiet(**kwargs: Any) -> izhi.Simulation:
    net = izhi.Network(
        [izhi.Population("S", 2, izhi.SpikeSource([10.0, 20.0])), izhi.Population("E", 3, **kwargs)],
        [izhi.Projection("S", "E", izhi.AllToAll(), "1 + r", 2.0)],
    )
    return izhi.Simulation(net, engine="reference", record={"E": 3})


def test_weights_that_are_changed_act_from_then_on() -> None:
    sim = quiet()
    own = sim.weights("S->E")
    assert sim.advance(15).current[:, 11] == pytest.approx(own.weight[:3] + own.weight[3:])
    sim.set_weights("S->E", [1.0, 2.0, 3.0, 10.0, 20.0, 30.0])
    assert sim.weights("S->E").weight.tolist() == [1, 2, 3, 10, 20, 30]
    assert sim.advance(15).current[:, 6].tolist() == [11, 22, 33]
    own.weight[:] = 0  # a copy
    assert sim.weights("S->E").weight[0] == 1


def test_states_that_are_changed_act_from_then_on() -> None:
    sim = quiet()
    sim.advance(5)
    sim.set_state("E", v=[-60.0, -65.0, 40.0], u=-12.0)
    assert sim.state("E")["v"].tolist() == [-60, -65, 40]
    found = sim.advance(5)
    assert found.spike_time.tolist() == [5.0]
    assert found.spike_cell.tolist() == [4]
    sim.state("E")["v"][:] = 40.0  # a copy
    assert sim.advance(1).spikes("E")[0].size == 0


def test_a_state_that_is_set_at_the_beginning_lets_no_spike_count_twice() -> None:
    tired = izhi.Projection("S", "E", izhi.AllToAll(), 2.0, short_term=izhi.Depression(0.5, 100.0))
    learns = izhi.Projection("S", "E", izhi.AllToAll(), 2.0, name="learns", plasticity=izhi.STDP(pairing="all"))
    cells = [izhi.Population("S", 1, izhi.SpikeSource([0.0, 5.0])), izhi.Population("E", 1, stimulus=izhi.Step(99.0))]
    sims = [izhi.Simulation(izhi.Network(cells, [tired, learns]), engine="reference") for _ in range(2)]
    state = sims[1].state("E")
    for _ in range(3):
        sims[1].set_state("E", **state)
    runs = [(sim.advance(20), sim.weights("learns").weight[0]) for sim in sims]
    assert runs[0][1] == runs[1][1]
    assert_same(runs[0][0], runs[1][0])


def test_parameters_that_are_changed_act_from_then_on() -> None:
    sim = quiet()
    sim.set_parameters("E", d=[1.0, 2.0, 3.0], c=-50.0)
    assert sim.parameters("E")["d"].tolist() == [1, 2, 3]
    sim.set_state("E", v=40.0, u=0.0)
    sim.set_parameters("E", vpeak=50.0)
    assert sim.advance(1).spike_time.size == 0


def test_a_parameter_that_was_an_array_may_become_a_number() -> None:
    sim = quiet(parameters={"vpeak": [30.0, 31.0, 32.0]})
    sim.set_parameters("E", vpeak=30.0)
    sim.set_state("E", v=30.0)
    assert sim.advance(1).spike_cell.tolist() == [2, 3, 4]


def test_a_source_that_is_given_other_spikes_has_them_from_then_on(tmp_path: Path) -> None:
    def simulation() -> izhi.Simulation:
        sources = izhi.Population("S", 2, izhi.SpikeSource([[5.0, 40.0], [30.0]]))
        cells = izhi.Population("E", 2, "2003/RS")
        joined = izhi.Projection("S", "E", izhi.OneToOne(), weight=1.0, delay=2.0)
        return izhi.Simulation(izhi.Network([sources, cells], [joined]), record={"E": 2}, engine="reference")

    sim = simulation()
    assert sim.advance(20).spikes("S")[0].tolist() == [5.0]
    sim.set_spikes("S", [[10.0, 25.0], [22.0, 33.0]])
    sim.checkpoint(tmp_path / "at.npz")
    time, cell = sim.advance(30).spikes("S")
    assert list(zip(time.tolist(), cell.tolist(), strict=True)) == [(22.0, 1), (25.0, 0), (33.0, 1)]
    again = simulation()
    again.resume(tmp_path / "at.npz")
    later = again.advance(30)
    assert (later.spikes("S")[0] == time).all()
    assert (later.voltage == sim.recording.voltage[:, -30:]).all()
    with pytest.raises(izhi.BadValue, match="a population of a SpikeSource would do"):
        sim.set_spikes("E", [1.0])
    with pytest.raises(izhi.BadValue, match="2 sequences of times"):
        sim.set_spikes("S", [[1.0]])


def test_each_spike_of_a_source_counts_where_several_fall_in_one_step() -> None:
    depressing = izhi.Markram(0.5, 200.0, 0.0)
    sources = izhi.Population("S", 2, izhi.SpikeSource([[4.2, 4.7, 5.0], [5.0]]))
    cells = [izhi.Population(name, 2, "2007/RS") for name in "EF"]
    weight = np.array([1.0, 3.0])
    synapses = [
        izhi.Projection("S", "E", izhi.Pairs([0, 1], [0, 1]), weight=weight, synapse=izhi.Delta()),
        izhi.Projection("S", "F", izhi.OneToOne(), weight=1.0, synapse=izhi.Delta(), short_term=depressing),
    ]
    sim = izhi.Simulation(izhi.Network([sources, *cells], synapses), record={"E": 2, "F": 2}, engine="reference")
    part = sim.advance(10)
    assert part.spikes("S")[0].tolist() == [5.0] * 4
    v, still = part.voltage, -60.0
    assert (v[:, :5] == still).all()
    assert (v[0] == v[1]).all()
    assert v[0, 5] == still + 3
    # The first takes half, the second half of what is left, the third half of that.
    assert v[2:, 5] - still == pytest.approx([0.875, 0.5])


def test_more_spikes_in_a_step_than_there_is_room_for_are_refused() -> None:
    sources = izhi.Population("S", 2, izhi.SpikeSource([1.0] * 400))
    with pytest.raises(izhi.BadValue, match="over 512 spikes at 1 ms"):
        izhi.Simulation(izhi.Network([sources]), engine="reference")


def test_the_conductances_that_synapses_have_opened_are_told() -> None:
    sources = izhi.Population("S", 1, izhi.SpikeSource([5.0]))
    cells = izhi.Population("E", 2, "2007/RS", {"tau_AMPA": [5.0, 10.0]})
    joined = izhi.Projection("S", "E", weight=2.0, delay=2.0, synapse=izhi.Conductance("AMPA"))
    sim = izhi.Simulation(izhi.Network([sources, cells], [joined]), engine="reference")
    sim.advance(10)
    found = sim.conductances("E")
    assert found["AMPA"] == pytest.approx(2.0 * np.exp(-3.0 / np.array([5.0, 10.0])))
    assert not found["GABA_A"].any()
    alone = izhi.Simulation(izhi.Network([cells]), engine="reference")
    assert alone.conductances("E") == {}


def test_drives_and_stimuli_that_are_changed_act_from_then_on() -> None:
    sim = quiet(drive=[izhi.UniformNoise(0, 0), izhi.PoissonDrive(0, 7.0)], stimulus=izhi.Step(1.0))
    assert set(sim.advance(5).current.ravel()) == {1.0}
    sim.set_drive("E", 0, izhi.UniformNoise(5, 5))
    sim.stimulate("E", izhi.Pulse(100.0, 6.0, 8.0), cells=[1])
    assert sim.advance(4).current[:, :].tolist() == [[6, 6, 6, 6], [6, 106, 106, 6], [6, 6, 6, 6]]
    sim.clear_stimuli("E")
    assert set(sim.advance(1).current.ravel()) == {5.0}
    sim.set_drive("E", 1, izhi.PoissonDrive(100_000.0, 7.0))
    many = (sim.advance(1).current - 5) / 7
    assert ((many > 50) & (many < 160)).all()


def test_a_network_without_cells_or_time_is_a_network() -> None:
    nothing = izhi.Network([])
    none = izhi.Network([izhi.Population("E", 0, drive=DRIVES, stimulus=izhi.Step(1))], izhi.Projection("E", "E"))
    for net in (nothing, none, small()):
        sim = izhi.Simulation(net, engine="reference")
        found = sim.advance(0)
        assert (found.start, found.stop, found.spike_time.size) == (0, 0, 0)
        assert sim.recording.stop == 0
        assert sim.advance(7).stop == 7
        assert "ms" in str(sim.recording)
    assert izhi.Simulation(none, engine="reference", record={"E": 3}).advance(5).voltage.shape == (0, 5)


@pytest.mark.parametrize("count", [1, 511, 512, 513, 1024, 1025])
def test_populations_of_any_size_are_read_back(count: int) -> None:
    cells = [izhi.Population("A", count, parameters={"d": 2 + np.arange(count) / count}), izhi.Population("B", 3)]
    net = izhi.Network(cells, [izhi.Projection("A", "B", izhi.Pairs([count - 1], [2]), 4.0)])
    sim = izhi.Simulation(net, engine="reference", record={"A": [count - 1], "B": 3})
    sim.set_state("A", v=-60 - np.arange(count) / count)
    assert sim.state("A")["v"].tolist() == (-60 - np.arange(count) / count).tolist()
    last = np.full(count, -60.0)
    last[-1] = 31.0
    sim.set_state("A", v=last)
    found = sim.advance(3)
    assert found.spike_cell.tolist() == [count - 1]
    assert found.current[:, 0].tolist() == [0, 0, 0, 4.0]
    assert [x.tolist() for x in sim.weights("A->B")] == [[count - 1], [count + 2], [4.0], [1.0]]


def test_every_nth_sample_is_recorded_whatever_the_cuts() -> None:
    full, some = (izhi.Simulation(small(), engine="reference", record={"E": 5}, every=n) for n in (1, 3))
    full.advance(50)
    for duration in (1, 1, 4, 13, 31):
        some.advance(duration)
    assert some.recording.trace_time.tolist() == list(range(3, 51, 3))
    assert np.array_equal(some.recording.voltage, full.recording.voltage[:, 2::3])


def test_a_recording_is_read_back_from_its_file(tmp_path: Path) -> None:
    sim = simulation(learns=True)
    sim.advance(120)
    sim.recording.save(tmp_path / "r.npz")
    again = NetworkRecording.load(tmp_path / "r.npz")
    assert_same(again, sim.recording)
    assert again.provenance == sim.recording.provenance
    with pytest.raises(izhi.FileProblem, match="is no recording of a network"):
        NetworkRecording.load(__file__)
    with pytest.raises(izhi.FileProblem, match="cannot be read"):
        NetworkRecording.load(tmp_path / "none.npz")
    (tmp_path / "empty").mkdir()
    with pytest.raises(izhi.FileProblem, match="holds no recording"):
        NetworkRecording.load(tmp_path / "empty")


# Anything.

ODD = st.sampled_from([0.0, 1.0, -3.0, 40.0, 5e-324, 1e300, -1e308])
SIZES = st.integers(0, 5)
SYNAPSES = st.sampled_from([
    izhi.CurrentPulse(), izhi.Delta(), izhi.ExponentialCurrent(1e-3), izhi.ExponentialCurrent(1e9),
    izhi.Conductance("AMPA"),
    izhi.Conductance("GABA_A", "GABA_B", -1e300), izhi.Conductance("NMDA", "NMDA"),
])  # fmt: skip
SOURCES = st.sampled_from([
    "2003/RS", "2003/FS", "2007/RS", "2007/LS", "2004/R", izhi.PoissonSource(300.0), izhi.PoissonSource(1e9),
    izhi.SpikeSource([0.0, 1.0, 1.1, 2.5]), izhi.SpikeSource([]),
])  # fmt: skip
BACKGROUNDS = st.lists(st.one_of(
    st.builds(izhi.GaussianNoise, ODD, ODD), st.builds(izhi.UniformNoise, ODD, ODD),
    st.builds(izhi.RandomCells, ODD, SIZES),
    st.builds(izhi.PoissonDrive, st.sampled_from([0.0, 1.0, 1e5]), ODD, SYNAPSES),
), max_size=2)  # fmt: skip
RULES = st.one_of(
    st.just(izhi.AllToAll()), st.just(izhi.OneToOne()), st.builds(izhi.FixedIndegree, SIZES),
    st.builds(izhi.FixedOutdegree, SIZES), st.builds(izhi.PairwiseProbability, st.sampled_from([0.0, 1e-30, 0.5, 1.0])),
    st.builds(izhi.DistanceDependent, st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([1e-300, 1.0, 1e300]),
              st.sampled_from(["gaussian", "box"]), st.sampled_from([None, 1.0])),
    st.lists(st.integers(0, 1), max_size=4).map(lambda n: izhi.Pairs(n, n[::-1])), st.just("matrix"),
)  # fmt: skip
LEARNING = st.one_of(
    st.builds(izhi.STDP, ODD, ODD, pairing=st.sampled_from(["nearest", "all"]), lowest=st.just(-1e308), highest=ODD),
    st.builds(izhi.STDP, keep=ODD,
              consolidation=st.builds(izhi.Consolidation, st.sampled_from([0.1, 1.0, 7.0]), ODD, ODD),
              dopamine=st.none() | st.builds(izhi.Dopamine, ODD, keep=ODD)),
)  # fmt: skip
TIRING = st.one_of(
    st.builds(izhi.Depression, st.sampled_from([0.0, 0.5, 1e300]), st.sampled_from([1e-300, 50.0, 1e300])),
    st.builds(izhi.Markram, st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([1e-3, 50.0]),
              st.sampled_from([0.0, 1e-3, 9.0])),
)  # fmt: skip
CHANGE: st.SearchStrategy[dict[str, Any]] = (
    st.fixed_dictionaries({}) | st.builds(dict, plasticity=LEARNING) | st.builds(dict, short_term=TIRING)
)
VALUES = st.one_of(ODD, st.sampled_from(["1 + r", "1e300 r", "g", "1/r"]), st.just(izhi.Uniform(0, 1)))
DELAYS = st.one_of(st.floats(0, 50), st.sampled_from(["50 r", "1/r", "-5"]), st.just(izhi.Uniform(0, 50)))
STARTS = st.one_of(st.sampled_from([-65.0, 40.0, 1e300, "-65 + r"]), st.just(izhi.Uniform(-70, 50)))
POPULATION = st.fixed_dictionaries({
    "count": SIZES, "cell": SOURCES, "drive": BACKGROUNDS, "placed": st.sampled_from([True, True, False]),
    "parameters": st.just({}) | st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=2),
    "initial": st.dictionaries(st.sampled_from("vu"), STARTS, max_size=2),
    "stimulus": st.none() | st.builds(izhi.Step, ODD),
})  # fmt: skip
PROJECTION = st.fixed_dictionaries({
    "source": st.sampled_from(["A", "B", ("A", "B")]), "target": st.sampled_from(["A", "B", ("B", "A")]), "rule": RULES,
    "weight": VALUES, "delay": DELAYS, "synapse": SYNAPSES, "autapses": st.booleans(),
    "multapses": st.booleans(), "change": CHANGE,
})  # fmt: skip
SCHEMES = st.sampled_from(["published-2003", "euler", "figure1", "book-2007", "nest", "spinnaker"])


def described(cells: list[dict[str, Any]], projections: list[dict[str, Any]], seed: int) -> izhi.Network:
    populations = []
    for name, each in zip("AB", cells, strict=True):
        kwargs = dict(each)
        if kwargs.pop("placed"):
            kwargs["positions"] = np.linspace(0, 1, kwargs["count"])
        if not isinstance(kwargs["cell"], str):
            kwargs = {k: x for k, x in kwargs.items() if k in ("count", "cell", "positions")}
        populations.append(izhi.Population(name, **kwargs))
    size = {p.name: p.count for p in populations}
    joins = []
    for k, each in enumerate(projections):
        kwargs = {**each, **each["change"], "name": f"p{k}"}
        del kwargs["change"]
        if each["rule"] == "matrix":
            kwargs["rule"] = izhi.Matrix(
                np.full([sum(size[n] for n in each[end]) for end in ("target", "source")], 1e30)
            )
            del kwargs["weight"]
        joins.append(izhi.Projection(**kwargs))
    return izhi.Network(populations, joins, seed)


@settings(max_examples=120, deadline=None)
@given(
    cells=st.lists(POPULATION, min_size=2, max_size=2),
    projections=st.lists(PROJECTION, max_size=3),
    scheme=SCHEMES,
    precision=st.sampled_from(["double", "double", "single"]),
    seed=st.sampled_from([0, 2**63 - 1]),
)
def test_any_description_gives_a_result_or_a_mistake_in_one_line(
    cells: Any, projections: Any, scheme: str, precision: str, seed: int
) -> None:
    wrong = None
    try:
        net = described(cells, projections, seed)
        sim = izhi.Simulation(net, scheme=scheme, dt=0.5, precision=precision, engine="reference")
        found = sim.advance(6)
        for projection in net.projections:
            weights = sim.weights(projection.name)
            assert weights.source.size == weights.weight.size == weights.delay.size
            assert (weights.delay >= 0.5).all()
    except izhi.IzhiError as problem:
        wrong = str(problem)
    if wrong is not None:
        assert "\n" not in wrong
        return
    assert found.count == net.cells
    assert found.stop == 6 or found.failures
    assert ((found.spike_cell >= 0) & (found.spike_cell < net.cells)).all()


def whole_steps_network(delays: bool = False) -> izhi.Network:
    """Its weights are whole numbers of steps, which are a power of two, so that packing them changes nothing."""
    rng, m, step = np.random.default_rng(0), 8000, 2.0**-10
    E = izhi.Population("E", 400, "2003/RS", {"c": "-65 + 15 r^2", "d": "8 - 6 r^2"}, drive=izhi.GaussianNoise(5))
    I = izhi.Population("I", 100, "2003/FS", drive=izhi.GaussianNoise(2))
    source, target = rng.integers(0, 500, (2, m))
    weight = np.where(source < 400, rng.integers(0, 3000, m), -rng.integers(0, 6000, m)) * step
    weight[0] = 32767 * step
    delay = rng.integers(1, 20, m).astype(float) if delays else 1.0
    both = ("E", "I")
    return izhi.Network([E, I], [izhi.Projection(both, both, izhi.Pairs(source, target), weight, delay)], seed=2)


@pytest.mark.parametrize("delays", [False, True])
def test_packed_weights_that_are_whole_steps_give_the_bits_of_exact_ones(delays: bool) -> None:
    network = whole_steps_network(delays)
    exact = izhi.simulate(network, 200, record={"E": 3}, engine="reference")
    assert exact.spike_time.size > 300
    for how in ({"threads": 1}, {"threads": 3}, {"engine": "reference"}):
        packed = izhi.simulate(network, 200, record={"E": 3}, weights="packed", **how)
        assert (packed.spike_time == exact.spike_time).all()
        assert (packed.spike_cell == exact.spike_cell).all()
        assert (packed.voltage == exact.voltage).all()


@pytest.mark.parametrize(
    "synapse", [izhi.CurrentPulse(), izhi.Delta(), izhi.ExponentialCurrent(3.0), izhi.Conductance()]
)
def test_packed_weights_are_those_given_to_half_a_step(synapse: izhi.network.Synapse) -> None:
    cells = izhi.Population("E", 50, "2007/RS")
    sources = izhi.Population("S", 20, izhi.SpikeSource([1.0]))
    rule, weight = izhi.FixedOutdegree(10), izhi.Uniform(0.0, 3.0)
    network = izhi.Network([sources, cells], [izhi.Projection("S", "E", rule, weight, synapse=synapse)], seed=3)
    one, other = (
        izhi.Simulation(network, engine="reference", weights=kind, record={"E": 50}) for kind in ("exact", "packed")
    )
    assert np.abs(one.weights("S->E").weight - other.weights("S->E").weight).max() <= 3.0 / 32767 / 2
    assert (one.weights("S->E").target == other.weights("S->E").target).all()
    a, b = one.advance(10).voltage, other.advance(10).voltage
    assert np.ptp(a, axis=1).max() > 1e-3
    assert np.abs(a - b).max() < 1e-3 * np.ptp(a)


def test_packed_weights_can_be_changed_up_to_the_largest_there_was(tmp_path: Path) -> None:
    network = whole_steps_network()
    name = network.projections[0].name
    sim = izhi.Simulation(network, weights="packed", engine="reference")
    before = sim.weights(name).weight
    sim.scale_weights(name, 0.5)
    assert np.abs(sim.weights(name).weight - before / 2).max() <= 2.0**-11
    sim.set_weights(name, 1.0)
    sim.checkpoint(tmp_path / "a.npz")
    again = izhi.Simulation(network, weights="packed", engine="reference")
    again.resume(tmp_path / "a.npz")
    assert (again.weights(name).weight == 1.0).all()
    assert (again.advance(30).spike_cell == sim.advance(30).spike_cell).all()
    with pytest.raises(izhi.BadValue, match=r"at most 31\.999 would do: weights are packed"):
        sim.set_weights(name, 40.0)
    with pytest.raises(izhi.FileProblem, match="another network"):
        izhi.Simulation(network, engine="reference").resume(tmp_path / "a.npz")


def test_what_cannot_be_packed_is_refused() -> None:
    E = izhi.Population("E", 3)
    for network, words in (
        (izhi.Network(E, izhi.Projection("E", "E", plasticity=izhi.STDP())), "whose synapses change with use"),
        (
            izhi.Network(E, izhi.Projection("E", "E", short_term=izhi.Markram(0.5, 9.0))),
            "whose synapses change with use",
        ),
        (izhi.Network(E, izhi.Projection("E", "E", delay=200.0)), "delays of up to 200 steps"),
        (izhi.Network(izhi.Population("E", 3, drive=izhi.PoissonDrive(1.0, 1.0, izhi.Delta()))), "a PoissonDrive over"),
    ):
        with pytest.raises(izhi.BadValue, match=words):
            izhi.Simulation(network, weights="packed", engine="reference")
    with pytest.raises(izhi.UnknownName, match="no 'pack'; did you mean 'packed'"):
        izhi.Simulation(izhi.Network(E), weights="pack")
