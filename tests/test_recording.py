"""Recordings: saved and read back whole, as tables, in words, as pictures, and in parts equal to the whole."""

from __future__ import annotations

import json
import os
import stat
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from izhi import (
    BadValue,
    Cell,
    Chirp,
    Events,
    FileProblem,
    MissingExtra,
    OrnsteinUhlenbeck,
    Recording,
    Step,
    simulate,
)
from izhi.recording import write_whole

# A negative rate of recovery: u grows by a factor each ms until the numbers end.
RUNAWAY = {"a": -5.0, "b": 0.2, "c": -65.0, "d": 8.0}
EVENTS = Events("AMPA", [2.0, 4.0], [3.0, 30.0]) + Events("GABA_B", [5.0], 1.0)


def runs() -> dict[str, Recording]:
    many = Cell.preset("2007/RS", k=[0.7, 0.8, 0.9])
    return {
        "single": simulate("2007/RS", Step(300.0), 60.0, scheme="book-2007"),
        "thinned": simulate("2007/RS", Step(300.0), 60.0, scheme="euler", every=7),
        "single precision": simulate("2007/RS", Step(300.0), 20.0, scheme="euler", precision="single"),
        "accurate": simulate("2007/RS", EVENTS + Step(300.0), 20.0),
        "receptors": simulate("2007/RS", EVENTS + Step(300.0), 20.0, scheme="rk4"),
        "dendrite": simulate("2007/LS", EVENTS + Step(500.0), 20.0, scheme="euler"),
        "spikes only": simulate("2007/RS", Step(300.0), 60.0, scheme="euler", record="spikes"),
        "no spikes": simulate("2007/RS", None, 5.0, scheme="euler"),
        "no spikes, spikes only": simulate("2007/RS", None, 5.0, scheme="euler", record="spikes"),
        "failed": simulate(Cell("izhikevich2003", RUNAWAY), Step(10.0), 200.0, scheme="euler"),
        "ensemble": simulate(many, Step(300.0), 60.0, scheme="euler", dt=0.25),
        "ensemble of one": simulate(Cell.preset("2007/RS", k=[0.7]), Step(300.0), 20.0, scheme="euler"),
        "ensemble, receptors": simulate(many, Step(300.0) + EVENTS, 20.0, scheme="euler"),
        "ensemble, dendrite": simulate("2007/LS", Step([0.0, 500.0]), 20.0, scheme="euler"),
        "ensemble, some cells": simulate(many, Step(300.0), 60.0, scheme="euler", cells=[2, 0]),
        "ensemble, spikes only": simulate(many, Step(300.0), 60.0, scheme="euler", record="spikes"),
        "ensemble, failed": simulate(
            Cell("izhikevich2003", {**RUNAWAY, "a": [0.02, -5.0]}), Step(10.0), 200.0, scheme="euler"
        ),
        "noise": simulate("2007/RS", OrnsteinUhlenbeck(50.0, 3.0, 300.0), 20.0, scheme="euler"),
    }


RUNS = runs()
each = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)


def test_the_runs_below_are_of_all_kinds() -> None:
    assert RUNS["failed"].failures
    assert RUNS["ensemble, failed"].failures
    assert RUNS["single"].spike_time.size > 1
    assert RUNS["dendrite"].dendrite is not None
    assert set(RUNS["receptors"].conductances) == {"AMPA", "NMDA", "GABA_A", "GABA_B", "opsin"}
    assert RUNS["ensemble, spikes only"].voltage.size == RUNS["spikes only"].voltage.size == 0


@each
def test_a_recording_comes_back_from_its_file_whole(run: Recording, tmp_path: Path) -> None:
    run.save(tmp_path / "run.npz")
    again = Recording.load(tmp_path / "run.npz")
    for f in fields(Recording):
        before, after = getattr(run, f.name), getattr(again, f.name)
        if isinstance(before, np.ndarray):
            assert before.shape == after.shape, f.name
            assert np.array_equal(before, after, equal_nan=True), f.name
        elif f.name in ("parameters", "conductances"):
            assert before.keys() == after.keys()
            assert all(np.array_equal(before[key], after[key], equal_nan=True) for key in before)
        else:
            assert before == after, f.name
    assert str(again) == str(run)
    assert again.failures == run.failures
    again.save(tmp_path / "again.npz")
    assert Recording.load(tmp_path / "again.npz").provenance == run.provenance


@each
def test_a_file_holds_plain_float64_arrays_and_a_json_string(run: Recording, tmp_path: Path) -> None:
    run.save(tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        for name in ("t", "v", "u", "I", "spikes"):
            assert file[name].dtype == np.float64
        about = json.loads(str(file["provenance"]))
        assert set(file.files) == set(run.to_numpy())
    assert about["versions"].keys() >= {"izhi", "python", "numpy"}
    assert about["cells"] == run.count


@each
def test_the_arrays_are_those_of_the_recording(run: Recording) -> None:
    arrays = run.to_numpy()
    for name, attribute in (("t", run.time), ("v", run.voltage), ("u", run.recovery), ("I", run.current)):
        assert np.array_equal(arrays[name], attribute, equal_nan=True)
    assert np.array_equal(arrays["spikes"], run.spike_time)
    assert ("w" in arrays) == (run.dendrite is not None)
    assert ("spike_cell" in arrays) == (not run.single)
    assert {name[2:] for name in arrays if name.startswith("g_")} == set(run.conductances)
    assert {name[2:] for name in arrays if name.startswith("p_")} == set(run.parameters)


@each
def test_a_table_has_a_row_for_each_sample_of_each_recorded_cell(run: Recording) -> None:
    pytest.importorskip("pandas")
    table = run.to_pandas()
    assert len(table) == run.voltage.size
    assert list(table.columns[: 1 if run.single else 2]) == (["t"] if run.single else ["cell", "t"])
    assert np.array_equal(table["v"], run.voltage.ravel(), equal_nan=True)
    assert np.array_equal(table["I"], run.current.ravel(), equal_nan=True)
    assert {f"g_{receptor}" for receptor in run.conductances} <= set(table.columns)
    if not run.single and run.voltage.size:
        for row, cell in enumerate(run.cells):
            own = table[table["cell"] == cell]
            assert np.array_equal(own["t"], run.time)
            assert np.array_equal(own["u"], run.recovery[row], equal_nan=True)


def test_without_pandas_a_table_is_refused_with_what_would_install_it(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"pip install 'izhi\[pandas\]'"):
        RUNS["single"].to_pandas()


@each
def test_a_recording_prints_as_one_line(run: Recording) -> None:
    text = str(run)
    assert len(text.splitlines()) == 1
    assert repr(run) == f"<Recording {text}>"
    assert run._repr_html_().startswith("<b>Recording</b> ")
    assert f"by {run.provenance['scheme']}" in text
    assert ("spikes only" in text) == (run.voltage.size == 0)
    assert ("ended at" in text) == bool(run.failures)


def test_the_line_says_what_ran_for_how_long_and_what_came_of_it() -> None:
    run = RUNS["single"]
    first = f"{run.spike_time[0]:.6g}"
    expected = f"2007/RS: 60 ms by book-2007 (dt 0.25 ms), {run.spike_time.size} spikes, first at {first} ms, "
    assert str(run).startswith(expected)
    assert str(run).endswith(f"{run.time.size} samples")
    assert ", 3 cells: 60 ms" in str(RUNS["ensemble"])
    failure = RUNS["ensemble, failed"].failures[0]
    assert str(RUNS["ensemble, failed"]).endswith(f"; cell 1 ended at {failure['time']:.6g} ms: {failure['reason']}")


def test_a_failed_run_keeps_every_sample_before_the_failure_and_nothing_after() -> None:
    run = RUNS["failed"]
    (failure,) = run.failures
    assert failure["cell"] == 0
    assert 1.0 < failure["time"] < 200.0
    assert failure["reason"]
    assert run.time[-1] == pytest.approx(failure["time"])
    for values in (run.voltage, run.recovery, run.current):
        assert values.size == run.time.size
        assert np.isfinite(values).all()
    assert (run.spike_time <= failure["time"]).all()


def test_a_failed_cell_of_an_ensemble_leaves_the_others_as_they_were() -> None:
    run = RUNS["ensemble, failed"]
    sound = simulate(Cell("izhikevich2003", {**RUNAWAY, "a": 0.02}), Step(10.0), 200.0, scheme="euler")
    assert np.array_equal(run.voltage[0], sound.voltage)
    bad = np.isnan(run.voltage[1])
    assert np.array_equal(bad, run.time > run.failures[0]["time"] + 1e-9)


def test_spikes_are_given_for_each_cell() -> None:
    run = RUNS["ensemble"]
    assert [times.size for times in run.spike_times] == run.spike_counts.tolist()
    assert run.spike_counts.min() > 0
    for k, times in zip([0.7, 0.8, 0.9], run.spike_times, strict=True):
        alone = simulate(Cell.preset("2007/RS", k=k), Step(300.0), 60.0, scheme="euler", dt=0.25)
        assert np.array_equal(times, alone.spike_times)


@pytest.mark.parametrize("scheme", ["book-2007", "figure1", "published-2003", "euler", "rk4", "nest", "accurate"])
@pytest.mark.parametrize("every", [2, 3, 7, 1000])
def test_every_nth_sample_is_that_of_the_full_recording(scheme: str, every: int) -> None:
    stimulus = EVENTS + Chirp(200.0, 5.0, 50.0, 0.0, 20.0) + Step(300.0, 3.0)
    full, thin = (simulate("2007/RS", stimulus, 20.0, scheme=scheme, dt=0.5, every=n) for n in (1, every))
    for name, values in thin.to_numpy().items():
        if name in ("t", "v", "u", "I") or name.startswith("g_"):
            assert np.array_equal(values, full.to_numpy()[name][::every]), name
    assert np.array_equal(thin.spike_time, full.spike_time)


@pytest.mark.parametrize("scheme", ["book-2007", "euler", "rk4", "accurate"])
@pytest.mark.parametrize("cells", [[1], [0, 3], [3, 1, 1], 2, range(5)])
def test_chosen_cells_are_the_rows_of_the_full_recording(scheme: str, cells) -> None:
    ensemble = Cell.preset("2007/RS", k=np.linspace(0.6, 0.9, 5))
    stimulus = EVENTS + Step([100.0, 200.0, 300.0, 400.0, 500.0])
    full = simulate(ensemble, stimulus, 20.0, scheme=scheme, dt=0.5)
    part = simulate(ensemble, stimulus, 20.0, scheme=scheme, dt=0.5, cells=cells)
    chosen = sorted({cells} if isinstance(cells, int) else set(cells))
    assert part.cells.tolist() == chosen
    for name in ("voltage", "recovery", "current"):
        assert np.array_equal(getattr(part, name), getattr(full, name)[chosen])
    for receptor, g in part.conductances.items():
        assert np.array_equal(g, full.conductances[receptor][chosen])
    assert np.array_equal(part.spike_time, full.spike_time)
    assert np.array_equal(part.spike_cell, full.spike_cell)


@each
def test_a_plot_names_its_axes_with_their_units(run: Recording) -> None:
    drawn = run.plot()
    if run.voltage.size:
        above, below = drawn
        assert above.get_ylabel() == "v (mV)"
        assert below.get_ylabel() == f"I ({run.provenance['units']['current']})"
        assert below.get_xlabel() == "time (ms)"
        assert len(below.lines) == np.atleast_2d(run.current).shape[0]
        assert run.provenance["scheme"] in above.get_title()
    else:
        assert (drawn.get_xlabel(), drawn.get_ylabel()) == ("time (ms)", "cell")
        assert drawn.lines[0].get_xdata().size == run.spike_time.size


@each
def test_a_plot_goes_where_it_is_told(run: Recording) -> None:
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert run.plot(ax) is ax
    assert ax.get_xlabel() == "time (ms)"
    assert ax.lines


def test_a_plot_without_the_current_has_one_axes() -> None:
    ax = RUNS["single"].plot(current=False, color="tab:green")
    assert ax.lines[0].get_color() == "tab:green"
    assert len(ax.figure.axes) == 1


def test_spikes_between_samples_are_drawn_up_to_the_peak() -> None:
    run = RUNS["accurate"]
    assert run.spike_time.size
    ax = run.plot(current=False)
    assert ax.lines[0].get_ydata().max() == 35.0
    assert np.isin(run.spike_time, ax.lines[0].get_xdata()).all()


def test_cells_of_an_ensemble_are_told_apart_and_a_failure_is_marked() -> None:
    above, _ = RUNS["ensemble, some cells"].plot()
    assert [text.get_text() for text in above.get_legend().get_texts()] == ["cell 0", "cell 2"]
    above, _ = RUNS["failed"].plot()
    assert above.lines[-1].get_xdata()[0] == RUNS["failed"].failures[0]["time"]


CONTENTS = {
    "nothing": b"", "text": b"t, v\n0, 1\n", "an empty zip": b"PK\x05\x06" + bytes(18),
    "half a zip": b"PK\x03\x04" + bytes(9),
    "a pickle": b"\x80\x04N.",
    "an npy file": b"\x93NUMPY\x01\x00v\x00{'descr': '<f8', 'fortran_order': False, 'shape': (), }\n",
}  # fmt: skip


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_a_file_of_something_else_is_no_recording(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(content)
    with pytest.raises(FileProblem, match=r"x.npz: is no recording saved by izhi$"):
        Recording.load(path)


@pytest.mark.parametrize("missing", ["t", "v", "spikes", "provenance"])
def test_a_file_in_which_something_is_missing_is_no_recording(missing: str, tmp_path: Path) -> None:
    arrays = RUNS["single"].to_numpy()
    del arrays[missing]
    np.savez(tmp_path / "x.npz", **arrays)
    with pytest.raises(FileProblem, match="is no recording"):
        Recording.load(tmp_path / "x.npz")


@pytest.mark.parametrize("text", ["", "[]", "3", "{}", '{"format": "other"}', '{"format": "izhi-recording-1"}'])
def test_a_file_of_another_format_is_no_recording(text: str, tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", **{**RUNS["single"].to_numpy(), "provenance": np.array(text)})
    with pytest.raises(FileProblem, match="is no recording"):
        Recording.load(tmp_path / "x.npz")


def test_a_damaged_file_is_no_recording_or_reads_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    RUNS["single"].save(path)
    content = bytearray(path.read_bytes())
    refused = 0
    for at in np.random.default_rng(1).integers(0, len(content), 150):
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        try:
            Recording.load(path)
        except FileProblem:
            refused += 1
    assert refused > 75


def test_a_file_that_is_not_there_is_said_not_to_be(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"none.npz: cannot be read: No such file or directory$"):
        Recording.load(tmp_path / "none.npz")


def test_saving_makes_the_folder_and_leaves_nothing_else(tmp_path: Path) -> None:
    RUNS["single"].save(tmp_path / "a" / "b" / "run.npz")
    assert [path.name for path in (tmp_path / "a" / "b").iterdir()] == ["run.npz"]


def test_a_file_is_replaced_whole_or_kept_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("before")

    def breaks(file) -> None:
        file.write(b"half of it")
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        write_whole(path, breaks)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]
    write_whole(path, lambda file: file.write(b"after"))
    assert path.read_text() == "after"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name != "posix", reason="the permissions of files are those of POSIX")
def test_a_saved_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "new").touch()
    write_whole(tmp_path / "x", lambda file: file.write(b"1"))
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == stat.S_IMODE((tmp_path / "new").stat().st_mode)


def test_a_name_as_long_as_names_can_be_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 251 + ".npz")
    RUNS["single"].save(path)
    assert path.exists()


def test_a_folder_is_no_file_to_save_to(tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="a file, not a folder, would do"):
        RUNS["single"].save(tmp_path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileProblem, match=r"file/run.npz: cannot be written: "):
        RUNS["single"].save(tmp_path / "file" / "run.npz")


@pytest.mark.parametrize("cells", [[-1], [5], [0.5], [], "a", [[0]], [[0], [0, 1]], [True]])
def test_cells_that_are_not_there_cannot_be_chosen(cells) -> None:
    with pytest.raises(BadValue, match=r"^cells: .* given; whole numbers from 0 to 4 would do"):
        simulate(Cell.preset("2007/RS", k=np.linspace(0.6, 0.9, 5)), None, 1.0, scheme="euler", cells=cells)


def test_a_failed_run_of_spikes_only_still_says_why() -> None:
    truth = simulate(Cell("izhikevich2003", RUNAWAY), Step(10.0), 200.0, record="spikes")
    assert truth.failures == simulate(Cell("izhikevich2003", RUNAWAY), Step(10.0), 200.0).failures != ()
    grid = simulate(Cell("izhikevich2003", RUNAWAY), Step(10.0), 200.0, scheme="euler", record="spikes")
    assert grid.failures == RUNS["failed"].failures
    assert np.array_equal(grid.spike_time, RUNS["failed"].spike_time)
