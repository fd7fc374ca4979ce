"""Networks: both engines give the same bits, and what synapses and random numbers do is what their pages say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import izhi
from izhi.engine.chance import bits, gaussian, key_of, step_keys, unit
from izhi.schemes import GridScheme, NeuronScheme

SCHEMES = [n for n, s in izhi.SCHEMES.items() if isinstance(s, GridScheme) and not isinstance(s, NeuronScheme)]
SCHEMES = [n for n in SCHEMES if izhi.SCHEMES[n].vectorises]  # type: ignore[union-attr]
# Few kinds of kernels: each takes a while to compile.
SCHEME = "listing-2003"


def assert_same(a: izhi.NetworkRecording, b: izhi.NetworkRecording) -> None:
    for name, x in a.to_numpy().items():
        if name != "provenance":
            assert np.array_equal(x, b.to_numpy()[name], equal_nan=True), name
    assert a.failures == b.failures


def same_by_both_engines(net: izhi.Network, duration: float, **options: Any) -> izhi.NetworkRecording:
    options = {"scheme": SCHEME, **options}
    sims = [izhi.Simulation(net, engine=engine, **options) for engine in ("reference", "cpu")]
    runs = []
    for sim in sims:
        for projection in net.projections:
            if projection.plasticity is not None:
                sim.record_weights(projection.name, 20 * sim.dt)
        runs.append(sim.advance(duration))
    assert_same(*runs)
    for projection in net.projections:
        one, two = (sim.weights(projection.name) for sim in sims)
        assert all(np.array_equal(x, y) for x, y in zip(one, two, strict=True))
    return runs[1]


SPIKES = izhi.Population("S", 3, izhi.SpikeSource([[0.0, 5.0, 5.2, 30.0], [], [7.0, 8.0, 9.0]]))
NOISE = izhi.Population("P", 40, izhi.PoissonSource(60.0))
DRIVES = (
    izhi.GaussianNoise(4.0, mean=1.0),
    izhi.UniformNoise(-2.0, 3.0),
    izhi.RandomCells(12.0, 2),
    izhi.PoissonDrive(300.0, 1.5),
    izhi.PoissonDrive(100.0, 0.5, izhi.ExponentialCurrent(4.0)),
    izhi.PoissonDrive(50.0, 0.8, izhi.Delta()),
)
CELLS = izhi.Population(
    "E", 30, "2003/RS", {"c": "-65 + 15 r^2", "d": "8 - 6 r^2"}, {"v": izhi.Uniform(-70, -50)}, DRIVES,
    izhi.Step(np.linspace(0, 8, 30), start=10.0) + izhi.Sine(2.0, 25.0),
)  # fmt: skip
OTHERS = izhi.Population("I", 10, "2003/FS", drive=izhi.GaussianNoise(2.0))


def mixed_network() -> izhi.Network:
    """Every synapse that is no conductance, every source and drive, delays of one step and of many."""
    return izhi.Network(
        [SPIKES, CELLS, NOISE, OTHERS],
        [
            izhi.Projection("S", ("E", "I"), izhi.AllToAll(), 9.0, izhi.Uniform(1, 20)),
            izhi.Projection("P", "E", izhi.FixedIndegree(10), izhi.Normal(1, 0.5), "1 + 30 r"),
            izhi.Projection("E", ("E", "I"), izhi.PairwiseProbability(0.3), 0.7, 1.0, izhi.ExponentialCurrent(6.0)),
            izhi.Projection("I", "E", izhi.FixedOutdegree(8), -1.0, 3.0, izhi.Delta()),
            izhi.Projection("E", "I", izhi.AllToAll(), 0.2, 7.0, izhi.Delta()),
        ],
        seed=3,
    )


@pytest.mark.parametrize("precision", ["double", "single"])
def test_with_every_drive_source_and_current_the_engines_give_the_same_bits(precision: str) -> None:
    net = mixed_network()
    options = {"record": {"E": [0, 3, 29], "I": 2}, "every": 3, "precision": precision}
    found = same_by_both_engines(net, 150, **options)
    assert found.voltage.shape == (5, 50)
    assert found.voltage.dtype == np.dtype("f8" if precision == "double" else "f4")
    assert all(found.spikes(name)[0].size > 3 for name in "SEPI")


def test_with_conductances_and_synapses_that_learn_or_tire_the_engines_give_the_same_bits() -> None:
    """All in one network, since each kind of kernel takes a while to compile."""
    cells = [
        SPIKES,
        izhi.Population("E", 20, "2007/RS", {"k": izhi.Normal(0.7, 0.02)}, drive=izhi.GaussianNoise(20.0, 80.0)),
        izhi.Population("I", 8, "2007/RS", drive=izhi.GaussianNoise(30.0, 90.0)),
        izhi.Population("P", 20, izhi.PoissonSource(100.0)),
    ]
    slow = izhi.Consolidation(period=25.0, keep=0.9, growth=0.01)
    early = izhi.Consolidation(period=10.0, keep=0.99, growth=0.0, decay_first=True)
    reward = izhi.STDP(consolidation=early, dopamine=izhi.Dopamine(0.1, keep=0.995))
    projections = [
        izhi.Projection("E", "E", izhi.FixedIndegree(8), 3.0, izhi.Uniform(1, 15), plasticity=izhi.STDP()),
        izhi.Projection(
            "E", "I", izhi.PairwiseProbability(0.5), 2.0, izhi.Uniform(1, 5), izhi.Delta(),
            plasticity=izhi.STDP(pairing="all", keep=0.95, consolidation=slow)),
        izhi.Projection("S", "E", izhi.AllToAll(), 5.0, 2.0, izhi.ExponentialCurrent(3.0), plasticity=reward),
        izhi.Projection("P", "E", izhi.AllToAll(), 0.6, "1 + 5 r", izhi.Conductance("AMPA", "NMDA", 0.2)),
        izhi.Projection("I", "E", izhi.AllToAll(), 2.0, 1.5, izhi.Conductance("GABA_A", "GABA_B", 0.1),
                        short_term=izhi.Depression(0.6, 150.0)),
        izhi.Projection("E", "I", izhi.AllToAll(), 9.0, izhi.Uniform(1, 9), short_term=izhi.Markram(0.3, 200.0, 50.0),
                        name="tires"),
    ]  # fmt: skip
    net = izhi.Network(cells, projections, seed=5)
    found = same_by_both_engines(net, 120, scheme="euler", dt=0.5, record={"E": 20})
    assert found.spikes("E")[0].size > 30
    assert found.spikes("I")[0].size > 5
    for name in ("E->E", "E->I", "S->E"):
        times, weights = found.weights[name]
        assert times.tolist() == [10.0 * k for k in range(13)]
        assert (weights[0] != weights[-1]).any()


def respond(
    synapse: Any, delay: float, weight: float = 5.0, *, at: Any = (5.0,), scheme: str = SCHEME, duration: float = 20.0,
    **options: Any,
) -> izhi.NetworkRecording:  # fmt: skip
    """A source of spikes and the cell that gets them."""
    more = {k: options.pop(k) for k in ("short_term", "plasticity") if k in options}
    cells = [izhi.Population("S", 1, izhi.SpikeSource(at)), izhi.Population("T", 1, options.pop("cell", "2003/RS"))]
    net = izhi.Network(cells, [izhi.Projection("S", "T", izhi.AllToAll(), weight, delay, synapse, **more)])
    options = {"engine": "reference", "record": {"T": 1}, **options}
    return izhi.Simulation(net, scheme=scheme, **options).advance(duration)


@pytest.mark.parametrize("delay", [0.0, 0.5, 2.0, 7.5])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_spike_acts_after_its_delay_by_every_scheme(scheme: str, delay: float) -> None:
    """A pulse and a jump have changed v at t + d; all else changes it from then on, as the next sample shows."""
    dt = 0.5
    for synapse in (izhi.CurrentPulse(), izhi.Delta(), izhi.ExponentialCurrent(4.0)):
        acts, none = (respond(synapse, delay, w, scheme=scheme, dt=dt) for w in (5.0, 0.0))
        assert acts.spikes("S")[0].tolist() == [5.0]
        first = acts.trace_time[np.flatnonzero(acts.voltage[0] != none.voltage[0])[0]]
        arrival = 5.0 + max(delay, dt)
        assert first == (arrival + dt if isinstance(synapse, izhi.ExponentialCurrent) else arrival)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_spike_of_a_cell_acts_after_its_delay_by_every_scheme(scheme: str) -> None:
    """The time is the one of the scheme's own list: figure1 labels a spike with the beginning of its step."""
    cells = [izhi.Population("A", 1, stimulus=izhi.Pulse(80.0, 0.0, 3.0)), izhi.Population("T", 1)]
    runs = []
    for weight in (5.0, 0.0):
        net = izhi.Network(cells, [izhi.Projection("A", "T", izhi.AllToAll(), weight, 4.0)])
        runs.append(izhi.Simulation(net, scheme=scheme, dt=0.5, engine="reference", record={"T": 1}).advance(20))
    first = runs[0].trace_time[np.flatnonzero(runs[0].voltage[0] != runs[1].voltage[0])[0]]
    late = 0.5 if scheme == "figure1" else 0.0
    assert first == runs[0].spikes("A")[0][0] + late + 4.0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_jump_past_the_peak_is_a_spike(scheme: str) -> None:
    found = respond(izhi.Delta(), 2.0, 200.0, scheme=scheme, dt=0.5)
    assert found.spikes("T")[0].size == 1


def test_each_synapse_does_what_it_says() -> None:
    pulse = respond(izhi.CurrentPulse(), 3.0, at=[5.0, 6.2, 7.0])
    assert dict(zip(pulse.trace_time, pulse.current[0], strict=True))[8.0] == 5.0
    assert pulse.current[0].nonzero()[0].tolist() == [7, 9]  # the last two are in one step, that at 7 ms
    assert pulse.current[0][[7, 9]].tolist() == [5.0, 10.0]
    slow = respond(izhi.ExponentialCurrent(4.0), 3.0)
    assert slow.current[0][:8].tolist() == [0.0] * 8
    assert np.allclose(slow.current[0][8:], 5.0 * np.exp(-np.arange(12) / 4.0))
    jump = respond(izhi.Delta(), 3.0, 7.0)
    assert not jump.current.any()
    rest = respond(izhi.Delta(), 3.0, 0.0)
    sim = izhi.Simulation(izhi.Network(izhi.Population("T", 1)), scheme=SCHEME, engine="reference", record={"T": 1})
    sim.advance(8)
    sim.set_state("T", v=rest.voltage[0][7] + 7.0)
    assert sim.advance(12).voltage[0].tolist() == jump.voltage[0][8:].tolist()


def test_a_conductance_opens_and_decays_as_events_of_a_single_cell_do() -> None:
    events = izhi.Events("AMPA", [7.0], 5.0) + izhi.Events("NMDA", [7.0], 1.0)
    cell = izhi.Cell.preset("2007/RS")
    alone = izhi.simulate(cell, events, 20, scheme="euler", dt=0.5, engine="reference")
    synapse = izhi.Conductance("AMPA", "NMDA", 0.2)
    found = respond(synapse, 2.0, scheme="euler", dt=0.5, cell=cell)
    assert np.array_equal(found.voltage[0], alone.voltage[1:])


AT = np.array([3.0, 8.0, 9.0, 15.0, 40.0, 41.0, 42.0, 90.0])


def released(found: izhi.NetworkRecording, delay: float = 1.0) -> np.ndarray:
    current = dict(zip(found.trace_time, found.current[0], strict=True))
    return np.array([current[t + delay] for t in AT])


@pytest.mark.parametrize(("p", "tau"), [(0.6, 30.0), (1.4, 100.0), (0.0, 5.0), (1.0, 10.0)])
def test_depression_is_that_of_2008(p: float, tau: float) -> None:
    found = respond(izhi.CurrentPulse(), 1.0, 2.0, at=AT, duration=100, short_term=izhi.Depression(p, tau))
    x, last, expected = 1.0, 0.0, []
    for t in AT:
        x = 1 - (1 - x) * np.exp(-(t - last) / tau)
        expected.append(2.0 * x)
        x, last = p * x, t
    assert np.allclose(released(found), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("U", "rec", "facil"), [(0.5, 30.0, 0.0), (0.1, 20.0, 200.0), (1.0, 100.0, 10.0), (0.0, 9.0, 9.0)]
)
def test_depression_and_facilitation_are_those_of_tsodyks_and_markram(U: float, rec: float, facil: float) -> None:
    found = respond(izhi.CurrentPulse(), 4.0, 2.0, at=AT, duration=100, short_term=izhi.Markram(U, rec, facil))
    x, u, last, expected = 1.0, 0.0, 0.0, []
    for t in AT:
        x = 1 - (1 - x) * np.exp(-(t - last) / rec)
        u = u * np.exp(-(t - last) / facil) if facil else 0.0
        u = u + U * (1 - u)
        expected.append(2.0 * u * x)
        x, last = x - u * x, t
    assert np.allclose(released(found, 4.0), expected, rtol=1e-12)


def learned(rule: izhi.STDP, synapse: Any, delay: float) -> tuple[izhi.NetworkRecording, Any]:
    """The weight in each ms of a synapse from a source to a cell that is made to spike."""
    cells = [
        izhi.Population("S", 1, izhi.SpikeSource(AT)),
        izhi.Population("T", 1, "2003/FS", stimulus=izhi.Step(9.0)),
    ]
    net = izhi.Network(cells, [izhi.Projection("S", "T", izhi.AllToAll(), 0.5, delay, synapse, plasticity=rule)])
    sim = izhi.Simulation(net, scheme=SCHEME, engine="reference")
    sim.record_weights("S->T", 1.0)
    return sim.advance(100), sim


@pytest.mark.parametrize("delay", [1.0, 6.0])
@pytest.mark.parametrize("synapse", [izhi.CurrentPulse(), izhi.Delta()])
@pytest.mark.parametrize("pairing", ["nearest", "all"])
def test_plasticity_is_that_of_pairs_of_spikes(pairing: Any, synapse: Any, delay: float) -> None:
    rule = izhi.STDP(0.1, 0.13, 17.0, 29.0, pairing, lowest=0.2, highest=0.7)
    found, _ = learned(rule, synapse, delay)
    post = found.spikes("T")[0]
    assert post.size > 4
    # Both act in the step that ends when the spike has arrived; the trace at that step's beginning is taken.
    early = 1.0
    events = [(t, 0) for t in post] + [(t + delay - early, 1) for t in AT]
    w, expected = 0.5, {}
    for at, kind in sorted(events):
        if kind == 0:
            before = [a for a in AT + delay if a <= at]
            each = 0.1 * np.exp(-(at - np.array(before[-1:] if pairing == "nearest" else before)) / 17.0)
            w = min(w + each.sum(), 0.7)
        else:
            before = [t for t in post if t <= at]
            each = 0.13 * np.exp(-(at - np.array(before[-1:] if pairing == "nearest" else before)) / 29.0)
            w = max(w - each.sum(), 0.2)
        expected[at] = w
    times, weights = found.weights["S->T"]
    for at, value in expected.items():
        if at < 100:
            assert weights[times == at + 1.0].ravel() == pytest.approx(value, rel=1e-12), at


@pytest.mark.parametrize("decay_first", [False, True])
def test_a_tag_becomes_weight_every_so_often(decay_first: bool) -> None:
    later = izhi.Consolidation(10.0, 0.8, 0.01, decay_first)
    for gain, dopamine in ((1.0, None), (0.25, izhi.Dopamine(tonic=0.25))):
        rule = izhi.STDP(0.1, 0.0, keep=0.95, consolidation=later, dopamine=dopamine)
        found, _ = learned(rule, izhi.Delta(), 1.0)
        post, arrivals = found.spikes("T")[0], AT + 1.0
        tag, w, expected = 0.0, 0.5, [0.5]
        for k in range(100):
            if k in post and (arrivals <= k).any():
                tag += 0.1 * 0.95 ** (k - arrivals[arrivals <= k][-1])
            if (k + 1) % 10 == 0:
                tag *= 0.8 if decay_first else 1.0
                w += 0.01 + gain * tag
                tag *= 1.0 if decay_first else 0.8
            expected.append(w)
        assert np.allclose(found.weights["S->T"][1].ravel(), expected, rtol=1e-12)


def test_a_reward_makes_the_tag_count_and_is_forgotten() -> None:
    rule = izhi.STDP(0.1, 0.0, consolidation=izhi.Consolidation(1.0, 1.0, 0.0), dopamine=izhi.Dopamine(0.0, keep=0.5))
    _, sim = learned(rule, izhi.Delta(), 1.0)
    before = sim.weights("S->T").weight[0]
    sim.clear_stimuli("T")
    sim.advance(50)
    assert sim.weights("S->T").weight[0] == before == 0.5
    sim.reward(8.0)
    assert sim.dopamine == {"S->T": 8.0}
    gains = np.diff([sim.weights("S->T").weight[0], *(w for _ in range(4) for w in [sim.advance(1) and
                     sim.weights("S->T").weight[0]])])  # fmt: skip
    assert np.allclose(gains[1:] / gains[:-1], 0.5)
    assert gains[0] > 0
    assert sim.dopamine == {"S->T": 0.5}


def test_sources_spike_when_they_are_told_to() -> None:
    found = respond(izhi.Delta(), 1.0, 0.0, at=[0.0, 0.4, 2.0, 2.01, 19.0, 20.0, 1e6], dt=0.5)
    assert found.spikes("S")[0].tolist() == [0.0, 0.5, 2.0, 2.5, 19.0]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_spikes_of_a_recording_are_in_order(scheme: str) -> None:
    cells = [
        izhi.Population("S", 1, izhi.SpikeSource(np.arange(0, 20, 0.5))),
        izhi.Population("E", 2, stimulus=izhi.Step(90)),
    ]
    net = izhi.Network(cells)
    found = izhi.Simulation(net, scheme=scheme, dt=0.5, engine="reference").advance(20)
    assert found.spikes("E")[0].size > 3
    assert (np.diff(found.spike_time) >= 0).all()


def currents(drive: Any, count: int = 600, steps: int = 1000, seed: int = 1) -> np.ndarray:
    """The current into each cell of a population in each step: shape (cells, steps)."""
    cells = izhi.Population("E", count, "2003/RS", drive=drive)
    sim = izhi.Simulation(izhi.Network(cells, seed=seed), scheme=SCHEME, record={"E": count}, runaway=np.inf)
    return np.asarray(sim.advance(steps).current)


def assert_independent(noise: np.ndarray, other: np.ndarray) -> None:
    """Of itself in the next step and in other cells, and of what another seed gives."""
    for a, b in ((noise[:, 1:], noise[:, :-1]), (noise[1:], noise[:-1]), (noise[512:], noise[: noise.shape[0] - 512]),
                 (noise, other)):  # fmt: skip
        a, b = (x - x.mean() for x in (a, b))
        assert abs((a * b).mean()) < 5 * a.std() * b.std() / np.sqrt(a.size)


def test_gaussian_noise_is_normal_and_independent() -> None:
    noise, other = (currents(izhi.GaussianNoise(5.0, mean=2.0), seed=seed) for seed in (1, 2))
    assert stats.kstest(noise.ravel(), stats.norm(2, 5).cdf).pvalue > 1e-3
    for axis in (0, 1):  # each cell, and each step
        n = noise.shape[axis]
        assert stats.kstest(noise.mean(axis=axis), stats.norm(2, 5 / np.sqrt(n)).cdf).pvalue > 1e-3
        assert stats.kstest((noise.var(axis=axis) / 25 - 1) / np.sqrt(2 / n), stats.norm.cdf).pvalue > 1e-4
    assert_independent(noise, other)
    assert_independent((noise - 2) ** 2, (other - 2) ** 2)


def test_uniform_noise_is_uniform_and_independent() -> None:
    noise, other = (currents(izhi.UniformNoise(-6.5, 6.5), seed=seed) for seed in (1, 2))
    assert stats.kstest(noise.ravel(), stats.uniform(-6.5, 13).cdf).pvalue > 1e-3
    assert -6.5 <= noise.min() < -6.49
    assert 6.49 < noise.max() <= 6.5
    assert_independent(noise, other)


def test_two_drives_of_one_population_are_apart_and_added() -> None:
    both = currents((izhi.GaussianNoise(1.0), izhi.GaussianNoise(1.0)))
    assert stats.kstest(both.ravel(), stats.norm(0, np.sqrt(2)).cdf).pvalue > 1e-3


@pytest.mark.parametrize("rate", [0.0, 5.0, 900.0, 20_000.0])
def test_a_poisson_drive_has_its_rate(rate: float) -> None:
    counts = currents(izhi.PoissonDrive(rate, 1.0), steps=500)
    mean = rate / 1000
    for n in range(int(mean) + 4):
        p = stats.poisson(mean).pmf(n)
        assert abs((counts == n).sum() - counts.size * p) <= 5 * np.sqrt(counts.size * p) + 1e-9
    if rate:
        assert_independent(counts, currents(izhi.PoissonDrive(rate, 1.0), steps=500, seed=2))


def test_random_cells_get_their_current_once() -> None:
    given = currents(izhi.RandomCells(20.0, 3), count=50)
    assert set(np.unique(given)) == {0.0, 20.0}
    chosen = (given > 0).sum(axis=0)
    assert chosen.max() == 3
    assert abs((given > 0).mean() - (1 - (1 - 1 / 50) ** 3)) < 0.004


@pytest.mark.parametrize("rate", [0.0, 40.0, 700.0, 1e9])
def test_poisson_sources_have_their_rate_and_are_independent(rate: float) -> None:
    net = izhi.Network([izhi.Population("P", 600, izhi.PoissonSource(rate)), izhi.Population("E", 1)], seed=4)
    found = izhi.Simulation(net, scheme=SCHEME, runaway=np.inf).advance(1000)
    p = -np.expm1(-rate / 1000)
    n = 600 * 1000
    assert abs(found.spike_time.size - n * p) <= 5 * np.sqrt(n * p * (1 - p)) + 1e-9
    if 0 < p < 1:
        trains = np.zeros((600, 1000))
        trains[found.spike_cell, found.spike_time.astype(int)] = 1
        assert_independent(trains, trains[::-1])


def test_a_stimulus_reaches_the_cells_it_is_for() -> None:
    pieces = [izhi.Population("E", 600, stimulus=izhi.Step(np.arange(600.0) / 600, start=3.0)), izhi.Population("I", 5)]
    sim = izhi.Simulation(izhi.Network(pieces), scheme=SCHEME, record={"E": 600, "I": 5})
    sim.stimulate("I", izhi.Pulse(2.0, 5.0, 7.0), cells=[1, 4])
    sim.stimulate("E", izhi.Pulse([0.25, 0.5], 5.0, 7.0), cells=[599, 0])
    sim.stimulate("E", izhi.Step(8.0, start=9.0))
    current = sim.advance(12).current
    expected = np.zeros((605, 12))
    expected[:600, 3:] = (np.arange(600) / 600)[:, None]
    expected[[601, 604], 5:7] = 2.0
    expected[:600, 9:] += 8.0
    own = expected.copy()
    own[[0, 599], 5:7] += np.array([[0.5], [0.25]])
    assert np.allclose(current, own)


# Random numbers as functions of what they are for.


def draws(seed: int, step: int, n: int = 100_000, stream: int = 0) -> np.ndarray:
    key = key_of(seed, stream)
    one, two = step_keys(np.uint32(key & 0xFFFFFFFF), np.uint32(key >> 32), np.int64(step))
    return bits(np.arange(n), one, two)


@pytest.fixture(autouse=True)
def _overflow_is_meant():
    with np.errstate(over="ignore"):
        yield


def test_the_normal_quantile_is_as_good_as_it_says() -> None:
    b = np.concatenate([np.arange(0, 2**32, 40_009), [0, 1, 2**31 - 1, 2**31, 2**31 + 1, 2**32 - 1]]).astype(np.uint32)
    x = (b.view(np.int32).astype(np.float64) + 0.5) * 2.0**-31
    exact = stats.norm.ppf((1 + x) / 2)
    found = gaussian(b).astype(np.float64)
    far = np.abs(exact) > 1e-3
    assert (np.abs(found - exact)[far] <= 1e-4 * np.abs(exact)[far]).all()
    assert (np.abs(found - exact)[~far] <= 1e-6).all()
    assert np.abs(found).max() < 6.5


@pytest.mark.parametrize(("seed", "step"), [(0, 0), (1, 0), (0, 1), (2**63 - 1, 2**40)])
def test_the_bits_are_even_and_their_normal_numbers_normal(seed: int, step: int) -> None:
    b = draws(seed, step)
    assert stats.kstest(gaussian(b), stats.norm.cdf).pvalue > 1e-3
    assert stats.kstest(unit(b), stats.uniform.cdf).pvalue > 1e-3
    share = ((b[:, None] >> np.arange(32, dtype=np.uint32)) & 1).mean(axis=0)
    assert (np.abs(share - 0.5) < 5 * 0.5 / np.sqrt(b.size)).all()


def test_neighbouring_cells_steps_streams_and_seeds_have_nothing_in_common() -> None:
    first = gaussian(draws(7, 100))
    for other in (draws(7, 101), draws(8, 100), draws(7, 100, stream=1), np.roll(draws(7, 100), 1), draws(7, 356)):
        for f in (lambda x: x, lambda x: x * x - 1):
            assert abs(np.corrcoef(f(first), f(gaussian(other)))[0, 1]) < 5 / np.sqrt(first.size)
