"""Features of sweeps: of a made family, of a run, and as `izhi sweeps --features` tells them."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi import analysis
from izhi.analysis import CellFeatures, SweepFeatures, properties, steps, sweep_features, waveform
from izhi.sweeps import Sweep, Sweeps, read_sweeps
from tests.command_line import izhi as command
from tests.sweeps.made import COUNTS, START, STOP, family
from tests.test_docs import section


@pytest.fixture
def path(tmp_path: Path) -> Path:
    sweeps = family(0.1)
    arrays = {"v [mV]": np.stack([s.voltage for s in sweeps]), "i [pA]": np.stack([s.current for s in sweeps])}
    np.savez(tmp_path / "cell.npz", **{"dt [ms]": 0.1}, **arrays)
    return tmp_path / "cell.npz"


def test_each_sweep_has_a_record_and_the_cell_has_one() -> None:
    sweeps = family()
    found = sweeps.features()
    assert isinstance(found, CellFeatures)
    assert [each.spike_count for each in found.sweeps] == COUNTS
    assert [each.amplitude for each in found.sweeps] == [-50, 0, 50, 100, 150]
    assert {(each.onset, each.duration) for each in found.sweeps} == {(START, STOP - START)}
    assert found.resting_voltage == pytest.approx(-70, abs=0.2)
    assert found.input_resistance == pytest.approx(100, rel=0.02)
    assert found.time_constant == pytest.approx(10, rel=0.1)
    assert found.rheobase == (50, 100)
    assert found.rates.tolist() == [0, 0, 0, 20, 30]


def test_a_record_is_what_the_function_of_arrays_returns() -> None:
    sweeps = family()
    step, spikes = sweeps.steps[4], sweeps.spike_times()[4]
    expected = sweep_features(
        sweeps[4].voltage, sweeps[4].dt, spikes, amplitude=150, onset=step.start, duration=step.duration
    )
    assert sweeps.features().sweeps[4].data() == expected.data()


def test_corrections_move_what_they_should_and_nothing_else() -> None:
    before, after = family().features(), family().junction(14).features()
    assert after.resting_voltage == pytest.approx(before.resting_voltage - 14)
    assert after.input_resistance == pytest.approx(before.input_resistance)
    assert after.time_constant == pytest.approx(before.time_constant)
    assert family().bridge(20).features().input_resistance == pytest.approx(before.input_resistance - 20)


def test_options_are_those_of_spikes() -> None:
    found = family().features(threshold=50.0)
    assert [each.spike_count for each in found.sweeps] == [0] * 5
    assert np.isnan(found.rheobase[1])


def test_a_run_has_the_features_of_its_own_spikes() -> None:
    run = izhi.simulate("2007/RS", izhi.Pulse(100, start=100, stop=500), 600, scheme="euler", dt=0.1)
    found = read_sweeps(run).features().sweeps[0]
    assert found.spike_count == run.spike_times.size
    assert found.latency == pytest.approx(run.spike_times[0] - 100)
    assert found.spike_peak == pytest.approx(35)


def without_a_step(sweeps: Sweeps, which: int) -> Sweeps:
    """The same with a sweep whose current is a ramp, in a protocol of its own."""
    ramp = replace(sweeps[which], current=np.linspace(0, 100, sweeps[which].current.size), protocol="ramp")
    return replace(sweeps, sweeps=(*sweeps.sweeps[:which], ramp, *sweeps.sweeps[which + 1 :]))


def test_a_sweep_without_a_step_has_no_record() -> None:
    found = without_a_step(family(), 1).features()
    assert [each is None for each in found.sweeps] == [False, True, False, False, False]
    assert found.data()["sweeps"][1] is None
    assert found.currents.tolist() == [-50, 50, 100, 150]


def test_sweeps_without_any_step_are_refused() -> None:
    flat = Sweeps((Sweep(0.1, np.linspace(-70, -69, 1000), np.zeros(1000)),), "flat.csv")
    with pytest.raises(izhi.BadValue) as caught:
        flat.features()
    assert str(caught.value) == "features: 'flat.csv' given; sweeps with a step of current would do"


def test_the_command_prints_sweeps_then_spikes_then_the_cell(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = command("sweeps", path, "--features")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == f"{path}: 5 sweeps of 200 ms at 10 kHz, -50 to 150 pA"
    assert "…" not in "".join(lines[1:])
    rows = [line.split() for line in lines if line[:1].isdigit()]
    assert [row[0] for row in rows] == ["0", "1", "2", "3", "4", "3", "4"]
    assert [row[-2] for row in rows[:5]] == [str(count) for count in COUNTS]
    assert rows[1][4:7] == ["-", "-", "-"]
    assert [row[1] for row in rows[5:]] == ["20", "30"]
    assert lines[-1] == "rheobase: 50 to 100 pA"
    assert sum(line.startswith("resting voltage: -70") for line in lines) == 1


@pytest.mark.parametrize(
    ("select", "last"),
    [("0:3", "rheobase: above 50 pA"), ("3:", "rheobase: at most 100 pA")],
)
def test_a_rheobase_that_is_not_within_is_said_so(path: Path, select: str, last: str) -> None:
    lines = command("sweeps", path, "--features", "--select", select).out.splitlines()
    assert lines[-1] == last


def test_json_has_all_features_and_no_nan(path: Path) -> None:
    plain = json.loads(command("sweeps", path, "--json").out)
    found = json.loads(command("sweeps", path, "--features", "--json").out)
    expected = read_sweeps(path).features().data()
    assert [row.pop("features") for row in found["sweeps"]] == expected.pop("sweeps")
    assert found.pop("cell") == expected
    assert found == plain
    assert json.loads(command("sweeps", path, "--features", "--json", "--threshold", 50).out)["cell"]["rheobase"] == [
        150, None,
    ]  # fmt: skip


def test_a_file_without_steps_is_one_line_and_status_2(tmp_path: Path) -> None:
    path = tmp_path / "rest.csv"
    rows = [f"{0.1 * k:.1f},{-70 + 0.01 * (k % 7):.2f},0" for k in range(500)]
    path.write_text("\n".join(["t [ms],v [mV],i [pA]", *rows]), encoding="utf-8")
    for arguments in ((), ("--json",)):
        done = command("sweeps", path, "--features", *arguments)
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith("features: ")
        assert done.err.endswith(" given; sweeps with a step of current would do\n")
        assert done.err.count("\n") == 1


def test_the_page_has_every_feature_every_function_and_every_threshold() -> None:
    text = " ".join(section("docs/sweeps.md", "Features").split())
    names = {field.name for kind in (SweepFeatures, CellFeatures) for field in fields(kind)} - {"sweeps"}
    public = {name for module in (properties, steps, waveform) for name in vars(module)} & set(analysis.__all__)
    assert [name for name in sorted(names | public) if f"`{name}`" not in text] == ["CellFeatures", "SweepFeatures"]
    for shown in (
        f"within {steps.REBOUND:g} ms", f"within {waveform.PEAK_WITHIN:g} ms", f"{waveform.SPIKE_SLOPE:g} mV/ms",
        f"{waveform.CLEAR:g} standard deviations",
    ):  # fmt: skip
        assert shown in text
    assert (waveform.SPIKE_SAMPLES, waveform.LEVEL_SHARE, waveform.CHARGED, steps.ADAPTING) == (3, 0.1, 0.1, 4)
