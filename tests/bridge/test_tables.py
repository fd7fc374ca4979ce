"""CSV, pandas and xarray hold a recording whole, with its units."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.bridge.tables import from_xarray, spikes_frame, to_xarray, traces_frame, write_csv
from izhi.sweeps import read_sweeps
from tests.bridge.recordings import KINDS, assert_same, made
from tests.command_line import izhi as command


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("kind", KINDS)
def test_a_recording_comes_back_from_xarray_to_the_last_bit(kind: str) -> None:
    pytest.importorskip("xarray", reason="xarray is not installed")
    assert_same(from_xarray(to_xarray(made(kind))), made(kind))


def test_variables_of_xarray_have_units_and_coordinates() -> None:
    pytest.importorskip("xarray", reason="xarray is not installed")
    data = to_xarray(made("ensemble"))
    assert {name: data[name].attrs["units"] for name in ("v", "u", "I", "spike_time", "time")} == {
        "v": "mV", "u": "mV/ms", "I": "mV/ms", "spike_time": "ms", "time": "ms",
    }  # fmt: skip
    assert data.v.dims == ("cell", "time")
    assert data.cell.values.tolist() == [0, 2]
    assert to_xarray(made("network")).population.values.tolist() == ["E", "E", "I"]


def test_a_dataset_of_others_is_refused_in_one_line() -> None:
    xarray = pytest.importorskip("xarray", reason="xarray is not installed")
    with pytest.raises(izhi.BadValue, match="a Dataset made by to_xarray would do"):
        from_xarray(xarray.Dataset())


def test_samples_in_csv_are_read_back_as_the_same_sweep(tmp_path: Path) -> None:
    run = made("cell")
    assert isinstance(run, izhi.Recording)
    samples, spikes = write_csv(run, tmp_path / "run.csv")
    sweep = read_sweeps(samples).sweeps[0]
    assert np.array_equal(sweep.voltage, run.voltage)
    assert np.array_equal(sweep.current, run.current)
    assert rows(samples)[0] == ["t [ms]", "v [mV]", "i [pA]", "u [pA]"]
    assert [float(t) for _, t in rows(spikes)[1:]] == run.spike_time.tolist()


def test_cells_of_an_ensemble_and_of_a_network_are_told_apart_in_csv(tmp_path: Path) -> None:
    samples, spikes = write_csv(made("ensemble"), tmp_path / "many.csv")
    assert rows(samples)[0] == ["sweep", "t [ms]", "v [mV]", "i [mV/ms]", "u [mV/ms]"]
    assert {row[0] for row in rows(samples)[1:]} == {"0", "2"}
    run = made("network")
    assert isinstance(run, izhi.NetworkRecording)
    samples, spikes = write_csv(run, tmp_path / "net.csv")
    assert len(rows(samples)) == 1 + 3 * run.trace_time.size
    times, cells = run.spikes("I")
    assert [(int(c), float(t)) for p, c, t in rows(spikes)[1:] if p == "I"] == list(
        zip(cells.tolist(), times.tolist(), strict=True)
    )


def test_spikes_alone_are_one_file(tmp_path: Path) -> None:
    assert [path.name for path in write_csv(made("rasters"), tmp_path / "net.csv")] == ["net_spikes.csv"]
    with pytest.raises(izhi.BadValue, match=r"a file that ends in \.csv would do"):
        write_csv(made("cell"), tmp_path / "net.txt")


def test_frames_have_a_row_for_each_spike_and_sample() -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    for kind in KINDS:
        assert spikes_frame(made(kind)).t.tolist() == made(kind).spike_time.tolist()
    run = made("network")
    assert isinstance(run, izhi.NetworkRecording)
    frame = traces_frame(run)
    assert frame[(frame.population == "I") & (frame.cell == 1)].v.tolist() == run.voltage[2].tolist()


def test_the_command_writes_what_was_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for kind in ("cell", "network"):
        made(kind).save(f"{kind}.npz")
        ended = command("export", "csv", f"{kind}.npz", "--out", f"{kind}.csv")
        assert (ended.status, ended.out.split()) == (0, ["wrote", f"{kind}.csv", "wrote", f"{kind}_spikes.csv"])
    for arguments in (
        ("missing.npz", "--out", "x.csv"),
        ("cell.csv", "--out", "x.csv"),
        ("cell.npz", "--out", "x.txt"),
    ):
        ended = command("export", "csv", *arguments)
        assert (ended.status, ended.err.count("\n")) == (2, 1)
