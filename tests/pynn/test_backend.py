"""The backend for PyNN: the same numbers as izhi itself and as PyNN on NEST, and PyNN's own rules."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import izhi
from izhi.errors import BadValue, IzhiError, UnknownName

if find_spec("pyNN") is None:
    pytest.skip("PyNN is not installed", allow_module_level=True)

pytestmark = pytest.mark.filterwarnings("ignore:.*deprecated:DeprecationWarning")

import izhi.pynn as sim  # noqa: E402
from tests.pynn.balanced import spikes_and_states  # noqa: E402


def begin(dt: float = 0.1, **options: Any) -> None:
    sim.setup(timestep=dt, engine="reference", **options)


def trains(population: Any, **options: Any) -> list[np.ndarray]:
    return [np.asarray(t) for t in population.get_data("spikes", **options).segments[-1].spiketrains]


def signal(population: Any, name: str) -> np.ndarray:
    return population.get_data(name).segments[-1].filter(name=name)[0].magnitude


def test_a_network_has_the_spikes_it_has_with_pynn_on_nest(tmp_path: Path) -> None:
    if find_spec("nest") is None:
        pytest.skip("NEST is not installed")
    script, out = Path(__file__).with_name("balanced.py"), tmp_path / "nest.npz"
    done = subprocess.run(
        [sys.executable, str(script), "pyNN.nest", str(out)], capture_output=True, text=True, timeout=120, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    own, other = spikes_and_states(sim, scheme="nest"), np.load(out)
    assert own["time"].size > 1000
    assert (own["cell"] == other["cell"]).all()
    assert np.rint(own["time"] / 0.125).tolist() == np.rint(other["time"] / 0.125).tolist()
    for name in "vu":
        assert np.abs(own[name] - other[name]).max() < 1e-11


@pytest.mark.parametrize("name", ["2007/RS", "2007/FS", "2007/LS", "2003/CH"])
@pytest.mark.parametrize("synapses", ["delta", "curr_exp", "cond_exp"])
def test_a_native_cell_is_the_preset(name: str, synapses: str) -> None:
    current = 0.3 if name.startswith("2007") else 0.01
    begin(scheme="euler")
    cell = sim.Population(1, sim.preset(name, synapses))
    cell.record(["spikes", "v", "u"])
    source = sim.DCSource(amplitude=current, start=10.0, stop=150.0)
    cell.inject(source)
    sim.run(80.0)
    sim.run(120.0)
    own = izhi.simulate(
        izhi.Cell.preset(name), izhi.Pulse(1000 * current, 10.0, 150.0), 200.0, scheme="euler", dt=0.1,
        engine="reference",
    )  # fmt: skip
    assert own.spike_times.size > 2
    assert np.rint(trains(cell)[0] * 10).tolist() == np.rint(own.spike_times * 10).tolist()
    spiked = np.isin(np.arange(2001), np.rint(own.spike_times * 10))
    assert (signal(cell, "v")[~spiked, 0] == own.voltage[~spiked]).all()
    assert (signal(cell, "u")[~spiked, 0] == own.recovery[~spiked]).all()


def test_every_native_cell_runs_with_spikes_of_both_kinds() -> None:
    kinds = [x for n, x in vars(sim).items() if n.endswith(("_delta", "_curr_exp", "_cond_exp"))]
    assert len(kinds) == 3 * len(izhi.equations.MODELS)
    begin()
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[1.0]))
    cells = [sim.Population(2, kind()) for kind in kinds]
    for population in cells:
        sign = 1 if population.celltype.conductance_based else -1
        weight = 0.5 if population.celltype.voltage_based_synapses else 0.01
        for target, kind, factor in ((0, "excitatory", 1), (1, "inhibitory", sign)):
            synapse = sim.StaticSynapse(weight=weight * factor)
            sim.Projection(
                source, population[target : target + 1], sim.AllToAllConnector(), synapse, receptor_type=kind
            )
        population.record("v")
    sim.run(4.0)
    for population in cells:
        v = signal(population, "v")
        assert v.shape == (41, 2)
        assert np.isfinite(v).all()
        assert (v[:11, 0] == v[:11, 1]).all()
        assert v[-1, 0] > v[-1, 1]


def test_a_run_in_parts_is_the_same_run() -> None:
    def run(*parts: float) -> tuple[list[np.ndarray], np.ndarray]:
        begin(seed=4)
        cells = sim.Population(4, sim.preset("2007/RS", "curr_exp", i_offset=[0.05, 0.06, 0.07, 0.08]))
        poisson = sim.Population(3, sim.SpikeSourcePoisson(rate=[50.0, 400.0, 20000.0], start=10.0))
        gamma = sim.Population(2, sim.SpikeSourceGamma(alpha=3.0, beta=300.0))
        for source, weight in ((poisson, 0.01), (gamma, 0.2)):
            sim.Projection(source, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=weight, delay=0.4))
        noise = sim.NoisyCurrentSource(mean=0.1, stdev=0.2, start=5.0, stop=70.0, dt=0.5, rng=sim.NumpyRNG(seed=1))
        noise.inject_into(cells[:2])
        sine = sim.ACSource(amplitude=0.2, frequency=100.0, phase=30.0)
        sine.inject_into(cells[1:])
        for population in (cells, poisson, gamma):
            population.record("spikes")
        cells.record("v", sampling_interval=0.3)
        for part in parts:
            sim.run(part)
        return [t for p in (cells, poisson, gamma) for t in trains(p)], signal(cells, "v")

    one, v = run(90.0)
    several, w = run(0.1, 20.0, 49.9, 20.0)
    assert sum(t.size for t in one[:4]) > 8
    assert one[6].size == pytest.approx(1600, rel=0.1)
    assert v.shape == (301, 4)
    assert (v == w).all()
    assert all((a == b).all() for a, b in zip(one, several, strict=True))


def test_sources_draw_anew_after_a_reset_and_the_same_by_the_same_seed() -> None:
    def run() -> list[np.ndarray]:
        begin(seed=5)
        source = sim.Population(1, sim.SpikeSourcePoisson(rate=200.0))
        source.record("spikes")
        sim.run(100.0)
        sim.reset()
        sim.run(100.0)
        return [np.asarray(s.spiketrains[0]) for s in source.get_data().segments]

    first, second = run()
    assert min(first.size, second.size) > 5
    assert first.tolist() != second.tolist()
    assert [t.tolist() for t in run()] == [first.tolist(), second.tolist()]


def test_sources_have_the_rates_they_are_given() -> None:
    begin(seed=7)
    sources = [
        sim.Population(2, sim.SpikeSourcePoisson(rate=[200.0, 0.0], start=1000.0, duration=50_000.0)),
        sim.Population(2, sim.SpikeSourcePoissonRefractory(rate=100.0, tau_refrac=5.0)),
        sim.Population(2, sim.SpikeSourceGamma(alpha=4.0, beta=400.0)),
    ]
    for source in sources:
        source.record("spikes")
    sim.run(60_000.0)
    poisson, refractory, gamma = (trains(s) for s in sources)
    assert poisson[1].size == 0
    assert 1000 < poisson[0].min() < poisson[0].max() < 51_000
    assert poisson[0].size == pytest.approx(10_000, rel=0.04)
    assert np.diff(poisson[0]).std() == pytest.approx(5.0, rel=0.05)
    assert refractory[0].size == pytest.approx(6000, rel=0.04)
    assert np.diff(refractory[0]).min() >= 5.0
    assert gamma[0].size == pytest.approx(6000, rel=0.04)
    assert np.diff(gamma[0]).std() == pytest.approx(5.0, rel=0.05)


def test_synapses_learn_by_all_pairs_from_when_spikes_arrive() -> None:
    begin()
    before = sim.Population(2, sim.SpikeSourceArray(spike_times=[[20.0, 25.0], [45.0]]))
    after = sim.Population(1, sim.preset("2007/RS", "curr_exp"))
    after.inject(sim.DCSource(amplitude=4.0, start=30.0, stop=31.6))
    after.record("spikes")
    rule = sim.STDPMechanism(
        sim.SpikePairRule(tau_plus=15.0, tau_minus=30.0, A_plus=0.02, A_minus=0.03),
        sim.AdditiveWeightDependence(w_min=0.0, w_max=0.01), weight=[[0.004], [0.006]], delay=[[1.0], [2.5]],
    )  # fmt: skip
    learning = sim.Projection(before, after, sim.AllToAllConnector(), rule)
    sim.run(60.0)
    (at,) = trains(after)[0]
    up = 0.02 * 0.01 * (np.exp((21.0 - at) / 15) + np.exp((26.0 - at) / 15))
    down = 0.03 * 0.01 * np.exp((at - 47.5) / 30)
    weights = learning.get("weight", format="array")
    assert weights[:, 0] == pytest.approx([0.004 + up, 0.006 - down], rel=1e-9)
    assert [c.weight for c in learning.connections] == pytest.approx([0.004 + up, 0.006 - down], rel=1e-9)
    sim.reset()
    assert learning.get("weight", format="list", with_address=False) == [0.004, 0.006]


def test_depression_and_facilitation_are_each_synapses_own() -> None:
    begin()
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[5.0, 15.0]))
    cells = sim.Population(3, sim.preset("2007/RS", "cond_exp"))
    synapse = sim.TsodyksMarkramSynapse(
        weight=0.001, delay=1.0, U=[[0.2, 0.5, 1.0]], tau_rec=100.0, tau_facil=[[50.0, 0.0, 0.0]]
    )
    sim.Projection(source, cells, sim.AllToAllConnector(), synapse)
    cells.record("gsyn_exc")
    sim.run(20.0)
    g = signal(cells, "gsyn_exc")
    decay = np.exp(-0.1 / 5.0)
    first, second = g[61] / decay, (g[161] - g[160] * decay) / decay
    assert first == pytest.approx([2e-4, 5e-4, 1e-3], rel=1e-9)
    U = np.array([0.2, 0.5, 1.0])
    x = 1 - (1 - (1 - U)) * np.exp(-10 / 100)
    u = np.array([0.2 * np.exp(-10 / 50), 0.0, 0.0])
    assert second == pytest.approx(1e-3 * x * (u + U * (1 - u)), rel=1e-9)


def test_spikes_of_one_step_each_count() -> None:
    begin(1.0)
    source = sim.Population(2, sim.SpikeSourceArray(spike_times=[[4.2, 4.6, 4.9], [5.0]]))
    cells = sim.Population(2, sim.preset("2007/RS", "delta"))
    sim.Projection(source, cells, sim.OneToOneConnector(), sim.StaticSynapse(weight=[[1.0, 0.0], [0.0, 3.0]]))
    source.record("spikes")
    cells.record("v")
    sim.run(10.0)
    v = signal(cells, "v")
    assert v[6, 0] == -57.0
    assert (v[:, 0] == v[:, 1]).all()
    assert trains(source)[0].tolist() == [4.2, 4.6, 4.9]


def test_what_is_changed_between_runs_acts_from_then_on() -> None:
    begin()
    cells = sim.Population(3, sim.Izhikevich())
    source = sim.Population(1, sim.SpikeSourceArray(spike_times=[2.0]))
    connection = sim.Projection(source, cells[:1], sim.AllToAllConnector(), sim.StaticSynapse(weight=1.0, delay=1.0))
    electrode = sim.DCSource(amplitude=0.0)
    electrode.inject_into(cells[1:2])
    cells.record("v")
    sim.run(10.0)
    connection.set(weight=2.0)
    source.set(spike_times=[12.0])
    electrode.amplitude = 0.002
    cells[2].i_offset = 0.003
    cells[2:3].initialize(v=-60.0)
    sim.run(10.0)
    v = signal(cells, "v")
    still = -70.0
    assert (v[:30] == still).all()
    assert v[30, 0] == pytest.approx(still + 1)
    step = v[130, 0] - v[129, 0]
    assert step == pytest.approx(2.0, abs=0.05)
    assert v[100, 1] == still
    assert v[101, 1] == pytest.approx(still + 0.2)
    assert v[101, 2] == pytest.approx(-60 + 0.1 * (0.04 * 3600 - 300 + 140 + 14 + 3))


def test_what_is_recorded_late_or_cleared_is_where_it_belongs() -> None:
    begin()
    cells = sim.Population(3, sim.preset("2007/RS", "cond_exp", i_offset=[0.1, 0.2, 0.3]))
    cells[:1].record("v")
    cells.record("spikes")
    sim.run(100.0)
    cells[2:].record("v")
    sim.run(100.0)
    v = signal(cells, "v")
    assert v.shape == (2001, 2)
    assert np.isfinite(v[:, 0]).all()
    assert np.isnan(v[1:1001, 1]).all()
    assert np.isfinite(v[1001:, 1]).all()
    early = trains(cells, clear=True)
    sim.run(100.0)
    late = trains(cells)
    assert all((t <= 200).all() for t in early)
    assert all((t > 200).all() for t in late)
    assert late[2].size > 0
    assert signal(cells, "v").shape == (1001, 2)
    assert cells.get_spike_counts() == {int(c): t.size for c, t in zip(cells.all_cells, late, strict=True)}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sim.setup(timestep=0.1, scheme="eular"), "did you mean 'euler'"),
        (lambda: sim.setup(timestep=0.1, mindelay=1.0), "no 'mindelay'"),
        (lambda: sim.setup(timestep=1.0, min_delay=0.1), "which is a step, or more"),
        (lambda: sim.preset("2007/RSS"), "did you mean"),
        (lambda: sim.preset("2007/RS", "cond_alpha"), "no 'cond_alpha'"),
        (lambda: sim.preset("2007/RS", tau=3.0), "no 'tau'"),
        (lambda: sim.STDPMechanism(dendritic_delay_fraction=1.0), "0 would do"),
        (lambda: sim.StepCurrentSource(times=[3.0, 1.0], amplitudes=[1.0, 2.0]), "in order"),
        (lambda: sim.NoisyCurrentSource(mean=0.0, stdev=1.0, dt=0.25), "a multiple of 0.1"),
    ],
)
def test_a_mistake_is_named_in_one_line(call: Any, said: str) -> None:
    begin()
    with pytest.raises(IzhiError) as problem:
        call()
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)


def test_what_cannot_be_done_in_the_middle_of_a_run_is_refused() -> None:
    begin()
    cells = sim.Population(2, sim.preset("2007/RS", "curr_exp"))
    loop = sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.1, delay=1.0))
    sim.run(1.0)
    for call in (
        lambda: sim.Population(1, sim.Izhikevich()),
        lambda: sim.Projection(cells, cells, sim.AllToAllConnector()),
        lambda: loop.set(delay=2.0),
        lambda: cells.set(tau_syn_E=3.0),
    ):
        with pytest.raises(BadValue, match=r"before the first run, or after reset\(\)"):
            call()
    sim.reset()
    loop.set(delay=2.0)
    sim.run(1.0)
    assert loop.get("delay", format="list", with_address=False) == [2.0] * 4


def test_a_delay_below_a_step_is_refused() -> None:
    begin(0.5)
    cells = sim.Population(2, sim.Izhikevich())
    with pytest.raises(BadValue, match=r"0\.5 ms, which is a step, or more"):
        sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.1, delay=0.2))


def test_time_constants_of_a_current_are_one_for_a_population() -> None:
    begin()
    cells = sim.Population(2, sim.preset("2007/RS", "curr_exp", tau_syn_E=[3.0, 5.0]))
    sim.Projection(cells, cells, sim.AllToAllConnector(), sim.StaticSynapse(weight=0.1))
    with pytest.raises(BadValue, match="one for all cells of a population"):
        sim.run(1.0)


def test_a_cell_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownName, match="no 'izhikevich2008'"):
        sim.native("izhikevich2008")
