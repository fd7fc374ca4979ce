"""The engines, and one cell and many, give the same bits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import izhi
from izhi.experiment import preset_stimulus
from izhi.schemes import GridScheme, NeuronScheme

GRID = [name for name, scheme in izhi.SCHEMES.items() if isinstance(scheme, GridScheme)]
# One preset of each model, and all others of the papers for the schemes that were made for them.
BY_MODEL = {row.model: row.name for row in izhi.PRESETS.values()}


def assert_same(a: izhi.Recording, b: izhi.Recording) -> None:
    assert np.array_equal(a.spike_time, b.spike_time)
    assert np.array_equal(a.spike_cell, b.spike_cell)
    for x, y in ((a.voltage, b.voltage), (a.recovery, b.recovery), (a.current, b.current)):
        assert np.array_equal(x, y, equal_nan=True)
    assert (a.dendrite is None) == (b.dendrite is None)
    assert a.dendrite is None or np.array_equal(a.dendrite, b.dendrite, equal_nan=True)
    for receptor in a.conductances:
        assert np.array_equal(a.conductances[receptor], b.conductances[receptor], equal_nan=True)
    assert a.failures == b.failures


# NEURON's mechanisms have no dendrite; of their many kernels a cell of each kind of equation will do.
IN_NEURON = {"izhikevich2003", "izhikevich2007", "izhikevich2007-lts", "izhikevich2007-fs", "izhikevich2007-tc-modeldb"}
PAIRS = [
    (scheme, model)
    for scheme, method in izhi.SCHEMES.items()
    for model in izhi.MODELS
    if not isinstance(method, NeuronScheme) or model in IN_NEURON
]


@pytest.mark.parametrize(("scheme", "model"), PAIRS)
def test_reference_and_compiled_engine_give_the_same_bits(scheme: str, model: str) -> None:
    names = [row.name for row in izhi.PRESETS.values() if row.model == model]
    assert names
    for name in names:
        row = izhi.preset(name)
        duration = min(row.duration, 60.0 if scheme == "accurate" else 200.0)
        dt = 0.25 if izhi.SCHEMES[scheme].dt < 1 else 1.0
        runs = [
            izhi.simulate(name, preset_stimulus(row), duration, scheme=scheme, dt=dt, engine=engine)
            for engine in ("reference", "cpu")
        ]
        assert_same(*runs)


EVENTS = (
    izhi.Events("AMPA", [3.0, 12.5, 12.6], [4.0, 2.0, 1.0])
    + izhi.Events("NMDA", [5.0], 3.0)
    + izhi.Events("GABA_A", [20.0], 5.0)
    + izhi.Events("GABA_B", [22.0], 2.0)
    + izhi.Events("opsin", [0.0, 30.0], 1.5)
)


@pytest.mark.parametrize("preset", ["2007/RS", "2007/LS", "2003/RS"])
@pytest.mark.parametrize("scheme", ["accurate", "euler", "rk4", "book-2007", "published-2003", "neuron-2007a"])
def test_with_synapses_the_engines_give_the_same_bits(scheme: str, preset: str) -> None:
    scale = 0.02 if preset.startswith("2003") else 1.0
    events = sum(
        (izhi.Events(e.receptor, e.t, scale * np.asarray(e.weight)) for e in EVENTS.parts[1:]), EVENTS.parts[0]
    )
    forced = izhi.Sine(5.0 if preset.startswith("2003") else 120.0, 20.0) + events
    if scheme.startswith("neuron") and preset == "2007/LS":
        pytest.skip("NEURON's mechanisms have no dendrite")
    runs = [izhi.simulate(preset, forced, 60, scheme=scheme, dt=0.5, engine=engine) for engine in ("reference", "cpu")]
    assert_same(*runs)
    assert runs[0].conductances["NMDA"].max() > 0


@pytest.mark.parametrize("scheme", ["euler", "published-2003", "esr"])
def test_in_single_precision_the_engines_give_the_same_bits(scheme: str) -> None:
    cell = izhi.Cell.preset("2003/RS", d=np.linspace(6, 9, 5))
    runs = [
        izhi.simulate(cell, izhi.Constant(12.0), 300, scheme=scheme, precision="single", engine=engine)
        for engine in ("reference", "cpu")
    ]
    assert runs[0].voltage.dtype == np.float32
    assert_same(*runs)
    assert runs[0].spike_time.size > 20


def ensemble(count: int, seed: int) -> tuple[izhi.Cell, izhi.Stimulus]:
    random = np.random.default_rng(seed)
    cell = izhi.Cell.preset(
        "2007/RS",
        k=0.7 * random.uniform(0.9, 1.1, count),
        d=random.uniform(60, 140, count),
        initial={"v": random.uniform(-65, -55, count)},
    )
    forced = izhi.Step(random.uniform(80, 300, count), start=20.0) + izhi.Sine(20.0, 30.0)
    return cell, forced + izhi.OrnsteinUhlenbeck(10.0, 5.0, seed=np.arange(count))


def alone(cell: izhi.Cell, forced: izhi.Stimulus, i: int) -> tuple[izhi.Cell, izhi.Stimulus]:
    pick = {s: x[i] if x.ndim else x for s, x in cell.parameters.items()}
    start = {s: x[i] if x.ndim else x for s, x in cell.initial.items()}
    step, sine, noise = forced.parts
    return izhi.Cell(cell.model, pick, start), izhi.Step(step.I[i], step.start) + sine + izhi.OrnsteinUhlenbeck(
        noise.std, noise.tau, seed=int(noise.seed[i])
    )


@pytest.mark.parametrize("scheme", izhi.SCHEMES)
def test_each_cell_of_an_ensemble_is_what_it_would_be_alone(scheme: str) -> None:
    cell, forced = ensemble(70, 1)
    dt = None if scheme == "accurate" else 0.05 if scheme.startswith("neuron") else 0.5
    together = izhi.simulate(cell, forced, 100, scheme=scheme, dt=dt)
    for i in (0, 1, 33, 69):
        single = izhi.simulate(*alone(cell, forced, i), 100, scheme=scheme, dt=dt)
        assert np.array_equal(single.spike_times, together.spike_times[i])
        assert np.array_equal(single.voltage, together.voltage[i])
        assert np.array_equal(single.recovery, together.recovery[i])
        assert np.array_equal(single.current, together.current[i])
    assert together.spike_time.size > 50


@pytest.mark.parametrize("scheme", GRID)
def test_recording_spikes_alone_changes_none_of_them(scheme: str) -> None:
    """Spikes alone take another path, in which many cells advance together."""
    cell, forced = ensemble(100, 2)
    dt = 0.05 if scheme.startswith("neuron") else 0.5
    full = izhi.simulate(cell, forced, 100, scheme=scheme, dt=dt)
    spikes = izhi.simulate(cell, forced, 100, scheme=scheme, dt=dt, record="spikes")
    some = izhi.simulate(cell, forced, 100, scheme=scheme, dt=dt, cells=[3, 99, 40])
    for other in (spikes, some):
        assert np.array_equal(full.spike_time, other.spike_time)
        assert np.array_equal(full.spike_cell, other.spike_cell)
    assert np.isfinite(full.voltage).all()
    assert np.array_equal(some.voltage, full.voltage[[3, 40, 99]])
    assert np.array_equal(some.current, full.current[[3, 40, 99]])


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("scheme", ["euler", "published-2003", "book-2007", "spinnaker"])
def test_synaptic_events_reach_many_cells_advanced_together_as_they_reach_each(scheme: str, precision: str) -> None:
    weights = np.random.default_rng(6).uniform(0, 8, (90, 4))
    events = izhi.Events("AMPA", [10.2, 30.0, 30.1, 59.9], weights) + izhi.Events("GABA_A", [20.0, 95.0], 3.0)
    kwargs = {"scheme": scheme, "dt": 0.5, "precision": precision}
    for forced in (izhi.Constant(60.0) + events, izhi.Sine(80.0, 20.0) + events):
        full = izhi.simulate("2007/RS", forced, 100, **kwargs)
        spikes = izhi.simulate("2007/RS", forced, 100, record="spikes", **kwargs)
        assert np.array_equal(full.spike_time, spikes.spike_time)
        assert np.array_equal(full.spike_cell, spikes.spike_cell)
        assert full.spike_time.size > 50
        single = izhi.simulate(
            "2007/RS",
            forced.parts[0] + izhi.Events("AMPA", events.parts[0].t, weights[7]) + events.parts[1],
            100,
            **kwargs,
        )
        assert np.array_equal(single.voltage, full.voltage[7])
        assert np.array_equal(single.conductances["AMPA"], full.conductances["AMPA"][7])


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize("record", ["all", "spikes"])
def test_any_number_of_threads_gives_the_same_bits(record: str, precision: str) -> None:
    cell, forced = ensemble(1500, 3)
    runs = [
        izhi.simulate(cell, forced, 60, scheme="euler", dt=0.5, record=record, precision=precision, threads=threads)
        for threads in (1, 2, 3, 5)
    ]
    for other in runs[1:]:
        assert_same(runs[0], other)
    assert runs[0].spike_time.size > 500


def test_the_true_solution_does_not_depend_on_the_threads() -> None:
    cell, forced = ensemble(40, 4)
    one, three = (izhi.simulate(cell, forced, 60, threads=threads) for threads in (1, 3))
    assert_same(one, three)


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(40)), scheme=st.sampled_from(["euler", "esr", "published-2003"]))
def test_permuting_the_cells_permutes_the_results(order: list[int], scheme: str) -> None:
    cell, forced = ensemble(40, 5)
    step = forced.parts[0]
    shuffled = izhi.Cell(
        cell.model,
        {s: x[order] if x.ndim else x for s, x in cell.parameters.items()},
        {s: x[order] if x.ndim else x for s, x in cell.initial.items()},
    )
    a = izhi.simulate(cell, izhi.Step(step.I, step.start), 80, scheme=scheme, dt=0.5, record="spikes")
    b = izhi.simulate(shuffled, izhi.Step(step.I[order], step.start), 80, scheme=scheme, dt=0.5, record="spikes")
    for i, j in enumerate(order):
        assert np.array_equal(b.spike_times[i], a.spike_times[j])


def test_a_cell_that_leaves_the_range_fails_alone_and_at_the_same_time_on_every_path() -> None:
    """dt = 5 ms makes forward Euler explode where the current is strong enough."""
    cell = izhi.Cell.preset("2003/RS", b=np.array([0.2, -1e200, 0.2, 0.2]))
    kwargs = {"scheme": "euler", "dt": 1.0}
    paths = [
        izhi.simulate(cell, izhi.Constant(10.0), 50, engine="reference", **kwargs),
        izhi.simulate(cell, izhi.Constant(10.0), 50, engine="cpu", **kwargs),
        izhi.simulate(cell, izhi.Constant(10.0), 50, engine="cpu", record="spikes", **kwargs),
    ]
    for recording in paths:
        assert recording.failures == paths[0].failures
        assert np.array_equal(recording.spike_time, paths[0].spike_time)
    (failure,) = paths[0].failures
    assert failure["cell"] == 1
    assert np.isfinite(paths[0].voltage[[0, 2, 3]]).all()
    assert np.isnan(paths[0].voltage[1, -1])
