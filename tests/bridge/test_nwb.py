"""NWB 2 out and in: valid, in the layout that others write, and read back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.sweeps import Sweeps, read_sweeps
from tests.bridge.recordings import made
from tests.command_line import izhi as command

pynwb = pytest.importorskip("pynwb", reason="pynwb is not installed")
from izhi.bridge.nwb import read_spikes, validate, write_nwb  # noqa: E402  (after the skip)


def family() -> izhi.Recording:
    cells = izhi.Cell.preset("2007/RS", d=[90, 110])
    return izhi.simulate(cells, izhi.Pulse([100.1, 120], 50, 200), 250, scheme="euler", engine="reference")


def assert_read_back(found: Sweeps, written: Sweeps) -> None:
    """The currents to the last bit; NWB has volts, whose product with 1000 may be off by the last bit of a number."""
    assert len(found) == len(written)
    for a, b in zip(found, written, strict=True):
        assert np.abs(a.voltage - b.voltage).max() <= np.spacing(np.abs(b.voltage)).max()
        assert np.abs(a.current - b.current).max() <= np.spacing(np.abs(b.current)).max()
        assert (a.dt, a.start, a.protocol) == (b.dt, b.start, b.protocol)


@pytest.mark.parametrize("kind", ["cell", "dendrite", "neuron"])
def test_a_cell_is_valid_nwb_and_is_read_back(kind: str, tmp_path: Path) -> None:
    write_nwb(made(kind), tmp_path / "cell.nwb")
    validate(tmp_path / "cell.nwb")
    assert_read_back(read_sweeps(tmp_path / "cell.nwb"), read_sweeps(made(kind)))


def test_sweeps_keep_their_order_and_each_cell_of_an_ensemble_its_electrode(tmp_path: Path) -> None:
    sweeps = read_sweeps(family())
    write_nwb(sweeps, tmp_path / "sweeps.nwb")
    assert_read_back(read_sweeps(tmp_path / "sweeps.nwb"), sweeps)
    write_nwb(family(), tmp_path / "cells.nwb")
    for cell in (0, 1):
        found = read_sweeps(tmp_path / "cells.nwb", voltage=f"electrode_{cell}")
        assert_read_back(found, sweeps.select(cell))


def test_the_tables_and_units_are_those_of_nwb(tmp_path: Path) -> None:
    run, started = made("cell"), datetime(2026, 1, 2, tzinfo=UTC)
    write_nwb(run, tmp_path / "cell.nwb", about={"lab": "a lab", "keywords": ["model"]}, started=started)
    with pynwb.NWBHDF5IO(tmp_path / "cell.nwb", "r") as file:
        found = file.read()
        (row,) = range(len(found.intracellular_recordings))
        response = found.intracellular_recordings["responses"]["response"].iloc[row]
        stimulus = found.intracellular_recordings["stimuli"]["stimulus"].iloc[row]
        assert (response.timeseries.unit, response.timeseries.conversion) == ("volts", 1e-3)
        assert (stimulus.timeseries.unit, stimulus.timeseries.conversion) == ("amperes", 1e-12)
        assert response.timeseries.rate == 10_000
        assert found.icephys_sequential_recordings["stimulus_type"][0] == "2007/RS"
        assert np.abs(found.units["spike_times"][0] * 1e3 - run.spike_time).max() < 1e-9
        assert (found.lab, found.session_start_time) == ("a lab", started)
        assert '"scheme": "euler"' in found.notes


def test_a_network_is_valid_nwb_and_its_spikes_and_samples_are_read_back(tmp_path: Path) -> None:
    for kind in ("network", "rasters"):
        run = made(kind)
        assert isinstance(run, izhi.NetworkRecording)
        write_nwb(run, tmp_path / f"{kind}.nwb")
        validate(tmp_path / f"{kind}.nwb")
        found = read_spikes(tmp_path / f"{kind}.nwb")
        assert found.populations == run.populations
        assert np.array_equal(found.spike_cell, run.spike_cell)
        assert np.abs(found.spike_time - run.spike_time).max() <= np.spacing(run.spike_time.max())
        assert np.array_equal(found.trace_cells, run.trace_cells)
        assert np.array_equal(found.voltage, run.voltage) or not run.trace_cells.size
        assert found.provenance == run.provenance


def test_a_file_that_pynwb_wrote_without_tables_is_read(tmp_path: Path) -> None:
    """As on DANDI: int16 samples with conversion and offset, sweep numbers, no tables."""
    made_file = pynwb.NWBFile("theirs", "id", datetime(2026, 1, 2, tzinfo=UTC))
    device = made_file.create_device(name="amplifier")
    electrode = made_file.create_icephys_electrode(name="e", description="patch", device=device)
    t = np.arange(2000) * 0.05
    volts, amperes = np.round(-700 + 100 * np.sin(t / 9)), np.where((t > 20) & (t < 60), 50, 0)
    for k in (3, 4):
        common = {"electrode": electrode, "gain": 1.0, "rate": 20_000.0, "sweep_number": np.uint32(k)}
        made_file.add_acquisition(
            pynwb.icephys.CurrentClampSeries(
                name=f"r{k}", data=volts.astype(np.int16), conversion=1e-4, offset=1e-3, **common
            )
        )
        made_file.add_stimulus(
            pynwb.icephys.CurrentClampStimulusSeries(
                name=f"s{k}", data=(k * amperes).astype(np.int16), conversion=1e-12, **common
            )
        )
    with pynwb.NWBHDF5IO(tmp_path / "theirs.nwb", "w") as file:
        file.write(made_file)
    found = read_sweeps(tmp_path / "theirs.nwb")
    assert [sweep.name for sweep in found] == ["3", "4"]
    assert np.abs(found.sweeps[1].voltage - (0.1 * volts + 1)).max() < 1e-12
    assert np.abs(found.sweeps[1].current - 4 * amperes).max() < 1e-12


def test_what_nwb_cannot_hold_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    for kind, message in (("ensemble", "its current is in mV/ms"), ("spikes", "its current is in mV/ms")):
        with pytest.raises(izhi.FileProblem, match=message):
            write_nwb(made(kind), tmp_path / "x.nwb")
    with pytest.raises(izhi.BadValue, match=r"a file that ends in \.nwb would do"):
        write_nwb(made("cell"), tmp_path / "x.h5")
    with pytest.raises(izhi.BadValue, match="about"):
        write_nwb(made("cell"), tmp_path / "x.nwb", about={"laboratory": "a lab"})
    assert not list(tmp_path.iterdir())


def test_what_is_no_nwb_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.nwb").write_text("no")
    write_nwb(made("cell"), tmp_path / "cell.nwb")
    for read in (validate, read_spikes):
        with pytest.raises(izhi.FileProblem) as caught:
            read(tmp_path / "x.nwb")
        assert "\n" not in str(caught.value)
    with pytest.raises(izhi.FileProblem, match="no network that izhi wrote"):
        read_spikes(tmp_path / "cell.nwb")


def test_the_command_writes_what_was_saved_and_what_others_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made("cell").save("cell.npz")
    made("network").save("net.npz")
    Path("rig.csv").write_text("t [ms],v [mV],i [nA]\n" + "".join(f"{k * 0.1},{-60 - k % 7},0.1\n" for k in range(50)))
    for name in ("cell.npz", "net.npz", "rig.csv"):
        ended = command("export", "nwb", name, "--out", f"{name}.nwb")
        assert (ended.status, ended.err) == (0, "")
        validate(f"{name}.nwb")
    assert read_sweeps("rig.csv.nwb").sweeps[0].current[0] == pytest.approx(100, rel=1e-15)
    ended = command("export", "nwb", "missing.npz", "--out", "x.nwb")
    assert (ended.status, ended.err) == (2, "missing.npz: cannot be read: No such file or directory\n")
