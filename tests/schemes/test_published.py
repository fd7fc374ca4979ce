"""The published programs, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from tests.golden_data import BOOK, FIGURE1, PANELS, digest, read, stimulus

ENGINES = ("reference", "cpu")


def assert_bits(recording: izhi.Recording, panel: dict) -> None:
    assert recording.voltage.size == panel["samples"]
    assert recording.voltage[-1] == panel["last"]["v"]
    assert recording.recovery[-1] == panel["last"]["u"]
    found = {"t": recording.time, "v": recording.voltage, "u": recording.recovery, "I": recording.current}
    assert {name: digest(x) for name, x in found.items()} == panel["sha256"]
    assert np.array_equal(recording.spike_times, recording.time[panel["spike_index"]])


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("key", FIGURE1)
def test_figure1_gives_every_bit_of_the_program_of_2004(key: str, engine: str) -> None:
    panel = PANELS[key]
    row = izhi.preset(panel["preset"])
    recording = izhi.simulate(row.name, stimulus(panel), row.duration, scheme="figure1", dt=panel["tau"], engine=engine)
    assert_bits(recording, panel)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("key", BOOK)
def test_book_2007_gives_every_bit_of_the_program_of_the_book(key: str, engine: str) -> None:
    panel = PANELS[key]
    duration = panel["samples"] * panel["tau"]
    recording = izhi.simulate(
        panel["preset"], stimulus(panel), duration, scheme="book-2007", dt=panel["tau"], engine=engine
    )
    assert_bits(recording, panel)


def test_the_program_squares_by_power_and_a_product_would_differ() -> None:
    """Without the C library's pow the bits would be others: this is why the scheme uses it."""
    from izhi.equations.ops import power

    v = np.random.default_rng(1).uniform(-90, 30, 20_000).tolist()
    assert any(power(x, 2.0) != x * x for x in v)


@pytest.mark.parametrize("name", read("figure1_spikes")["trains"])
def test_figure1_gives_the_spike_trains_of_2003_and_2004(name: str) -> None:
    row = izhi.preset(name.replace("_", "/", 1) if name.startswith("2003") else f"2004/{name}")
    from izhi.experiment import run_preset

    expected = read("figure1_spikes")["trains"][name]
    assert run_preset(row).spike_times == pytest.approx(expected, abs=1e-9)


def test_published_2003_is_the_network_program_step_by_step() -> None:
    """Against the loop of the 2003 program, written out."""
    current = 10.0
    for name, (a, b, c, d) in {"RS": (0.02, 0.2, -65, 8), "FS": (0.1, 0.2, -65, 2), "CH": (0.02, 0.2, -50, 2)}.items():
        v, u, fired, trace = -65.0, b * -65.0, [], []
        for t in range(1000):
            trace.append(v)
            if v >= 30:
                fired.append(t)
                v, u = c, u + d
            for _ in range(2):
                v += 0.5 * (0.04 * v * v + 5 * v + 140 - u + current)
            u += a * (b * v - u)
        cell = izhi.Cell.preset(f"2003/{name}", initial={"v": -65.0})
        found = izhi.simulate(cell, izhi.Constant(current), 1000, scheme="published-2003")
        assert found.spike_times.tolist() == fired
        assert found.voltage[:-1].tolist() == trace
        assert len(fired) > 5


def test_nest_rounds_as_its_source_reads() -> None:
    """Against NEST's update rule in both modes, written out in the order of its source."""
    a, b, c, d, current = 0.02, 0.2, -65.0, 8.0, 10.0
    for scheme, h in (("nest", 0.1), ("nest-published", 1.0)):
        v, u, fired, trace = -65.0, -13.0, [], [-65.0]
        for k in range(int(500 / h)):
            if scheme == "nest":
                v_old, u_old = v, u
                v += h * (0.04 * v_old * v_old + 5.0 * v_old + 140.0 - u_old + current)
                u += h * a * (b * v_old - u_old)
            else:
                for _ in range(2):
                    v += h * 0.5 * (0.04 * v * v + 5.0 * v + 140.0 - u + current)
                u += h * a * (b * v - u)
            if v >= 30.0:
                v, u = c, u + d
                fired.append((k + 1) * h)
            trace.append(v)
        cell = izhi.Cell.preset("2003/RS", initial={"v": -65.0, "u": -13.0})
        found = izhi.simulate(cell, izhi.Constant(current), 500, scheme=scheme, dt=h)
        assert found.voltage.tolist() == trace
        assert found.spike_times.tolist() == fired
        assert len(fired) > 5


def test_spinnaker_takes_a_longer_step_after_a_spike() -> None:
    """Against the rule of sPyNNaker's source, written out in floating point."""
    a, b, c, d, current = 0.02, 0.2, -65.0, 8.0, 10.0
    v, u, h, fired = -65.0, -13.0, 1.0, []
    for k in range(500):
        alpha = 140 + current - u + (5 + 0.04 * v) * v
        eta = v + h * alpha / 2
        beta = h * a * (b * v - u) / 2
        v, u = v + h * (140 + current - u - beta + (5 + 0.04 * eta) * eta), u + a * h * (-u - beta + b * eta)
        h = 1.0
        if v >= 30:
            v, u, h = c, u + d, 1.85
            fired.append(k + 1)
    cell = izhi.Cell.preset("2003/RS", initial={"v": -65.0, "u": -13.0})
    found = izhi.simulate(cell, izhi.Constant(current), 500, scheme="spinnaker")
    assert found.spike_times.tolist() == fired
    assert len(fired) > 5


NEST_RUNS = read("nest")["runs"]


@pytest.mark.parametrize("run", NEST_RUNS, ids=lambda run: f"{run['scheme']}-{run['preset']}")
def test_nest_itself_gives_the_same_bits_in_both_of_its_modes(run: dict) -> None:
    cell = izhi.Cell.preset(run["preset"], initial={"v": -65.0, "u": -13.0})
    found = izhi.simulate(cell, izhi.Constant(10.0), 500, scheme=run["scheme"], dt=run["dt"])
    seen = slice(1, 1 + run["samples"])
    assert digest(found.voltage[seen]) == run["sha256"]["v"]
    assert digest(found.recovery[seen]) == run["sha256"]["u"]
    spikes = found.spike_times[found.spike_times <= 499]
    assert spikes == pytest.approx(run["spikes"], abs=1e-6)
    assert spikes.size > 5
