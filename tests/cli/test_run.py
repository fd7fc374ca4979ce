"""`izhi run`, sentence by sentence of its contract."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from izhi import Recording, simulate
from izhi.experiment import run_experiment
from tests.command_line import izhi
from tests.test_experiment import CONTRACT, SHORT

RUNAWAY = (
    'model = "izhikevich2003"\nscheme = "euler"\ndt = 0.1\nduration = 200.0\n'
    "[parameters]\na = -5.0\nb = 0.2\nc = -65.0\nd = 8.0\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "experiment.toml"
    path.write_text(CONTRACT, encoding="utf-8")
    return path


def command(*arguments: object, **options) -> subprocess.CompletedProcess:
    """The installed command, in a process of its own."""
    program = Path(sys.executable).parent / ("izhi.exe" if os.name == "nt" else "izhi")
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, check=False, env=environment, **options
    )


def test_the_command_runs_a_file_and_writes_a_recording_and_a_picture(file: Path) -> None:
    out, plot = file.with_name("out.npz"), file.with_name("out.png")
    done = command("run", file, "--out", out, "--plot", plot)
    assert (done.returncode, done.stderr) == (0, "")
    assert Recording.load(out).to_numpy()["v"].tolist() == run_experiment(file).voltage.tolist()
    assert plot.read_bytes().startswith(b"\x89PNG")
    assert sorted(path.name for path in file.parent.iterdir()) == ["experiment.toml", "out.npz", "out.png"]


def test_the_command_refuses_a_file_in_one_line_and_with_status_2(file: Path) -> None:
    file.write_text(SHORT.replace("RS", "RSS"))
    done = command("run", file.name, "--out", "out.npz", "--plot", "out.png", cwd=file.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("experiment.toml: preset: no '2007/RSS'; did you mean '2007/RS'? (2007/RS, ")
    assert done.stderr.count("\n") == 1
    assert list(file.parent.iterdir()) == [file]


def test_the_package_is_the_command_too(file: Path) -> None:
    line = [sys.executable, "-W", "error", "-m", "izhi", "run", str(file)]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == izhi("run", file).out


@pytest.mark.skipif(os.name != "posix", reason="pipes close otherwise here")
def test_a_reader_that_goes_away_is_no_mistake() -> None:
    program = Path(sys.executable).parent / "izhi"
    done = subprocess.run(f"'{program}' cells | true", shell=True, capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_the_recording_holds_the_arrays_of_the_contract(file: Path) -> None:
    out = file.with_name("out.npz")
    assert izhi("run", file, "--out", out).status == 0
    with np.load(out, allow_pickle=False) as saved:
        for name in ("t", "v", "u", "I", "spikes"):
            assert saved[name].dtype == np.float64
            assert saved[name].ndim == 1
        assert saved["t"].size == saved["v"].size == saved["u"].size == saved["I"].size
        assert saved["I"].tolist() == (70.0 * (saved["t"] > 100.0)).tolist()  # labelled dt late, as the program does
        about = json.loads(str(saved["provenance"]))
    assert (about["preset"], about["scheme"], about["dt"], about["duration"]) == ("2007/RS", "book-2007", 0.25, 520.0)
    assert about["parameters"]["d"] == 110.0
    assert about["stimulus"][0] == {"kind": "steps", "t": [0.0, 100.0], "I": [0.0, 70.0], "closed": "left"}


def test_the_summary_says_what_ran_when_it_spiked_and_what_was_written(file: Path) -> None:
    out = file.with_name("out.npz")
    run = run_experiment(file)
    summary, spikes, wrote = izhi("run", file, "--out", out).out.splitlines()
    assert summary == str(run)
    assert spikes == f"spikes (ms): {', '.join(f'{t:.6g}' for t in run.spike_time)}"
    assert wrote == f"wrote {out}"


def test_of_many_spikes_the_first_twenty_are_shown(file: Path) -> None:
    file.write_text(SHORT.replace("10.0", "1000.0") + '[[stimulus]]\nkind = "constant"\nI = 500.0\n')
    shown = izhi("run", file).out.splitlines()[1]
    assert shown.count(",") == 20
    assert shown.endswith(", ...")


def test_a_run_without_a_stimulus_says_how_to_have_one(file: Path) -> None:
    file.write_text(SHORT)
    assert izhi("run", file).out.splitlines()[-1].startswith("no stimulus was given; stimulus = ")
    file.write_text(SHORT + 'stimulus = "preset"\n')
    assert "no stimulus" not in izhi("run", file).out


@pytest.mark.parametrize("suffix", ["png", "pdf", "svg"])
def test_a_picture_is_written_in_the_format_of_its_name(file: Path, suffix: str) -> None:
    plot = file.with_name(f"x.{suffix}")
    assert izhi("run", file, "--plot", plot).status == 0
    assert plot.read_bytes()[:60].lstrip(b"\x89").startswith({"png": b"PNG", "pdf": b"%PDF", "svg": b"<?xml"}[suffix])


def test_a_run_that_breaks_down_says_when_and_why_and_keeps_what_came_before(file: Path) -> None:
    file.write_text(RUNAWAY)
    out, plot = file.with_name("out.npz"), file.with_name("out.png")
    ended = izhi("run", file, "--out", out, "--plot", plot)
    assert (ended.status, ended.err) == (0, "")
    with np.load(out) as saved:
        arrays = {name: saved[name] for name in ("t", "v", "u", "I")}
        (failure,) = json.loads(str(saved["provenance"]))["failures"]
    assert f"; ended at {failure['time']:.6g} ms: {failure['reason']}" in ended.out.splitlines()[0]
    assert all(np.isfinite(values).all() for values in arrays.values())
    assert arrays["t"][-1] == pytest.approx(failure["time"], abs=0.11)
    assert plot.exists()


def test_numbers_at_their_ends_can_be_drawn(file: Path) -> None:
    file.write_text(SHORT + '[[stimulus]]\nkind = "steps"\nt = [0, 5]\nI = [0, 1.7e308]\n')
    ended = izhi("run", file, "--plot", file.with_name("x.png"))
    assert (ended.status, ended.err) == (0, "")


def test_a_refusal_touches_no_file_that_was_there(file: Path) -> None:
    out, plot = file.with_name("out.npz"), file.with_name("out.png")
    izhi("run", file, "--out", out, "--plot", plot)
    before = out.read_bytes(), plot.read_bytes(), out.stat().st_mtime_ns, plot.stat().st_mtime_ns
    file.write_text(CONTRACT.replace("0.25 ", "nan "))
    assert izhi("run", file, "--out", out, "--plot", plot).status == 2
    assert (out.read_bytes(), plot.read_bytes(), out.stat().st_mtime_ns, plot.stat().st_mtime_ns) == before


def test_a_file_there_before_is_replaced(file: Path) -> None:
    out = file.with_name("out.npz")
    out.write_text("something else")
    assert izhi("run", file, "--out", out).status == 0
    assert Recording.load(out).spike_time.size


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--out", "x.np"], "--out: 'x.np' given; a file that ends in .npz would do\n"),
        (["--out", "x"], "--out: 'x' given; a file that ends in .npz would do\n"),
        (["--plot", "x.jpeg"], "--plot: 'x.jpeg' given; a file that ends in .png, .pdf, .svg would do\n"),
        (["--out"], "izhi: Option '--out' requires an argument"),
        (["--outt", "x.npz"], "izhi run: No such option: --outt"),
        (["another"], "izhi run: Got unexpected extra argument"),
    ],
)
def test_a_mistake_in_the_options_is_one_line(file: Path, arguments: list[str], says: str, monkeypatch) -> None:
    monkeypatch.chdir(file.parent)
    ended = izhi("run", file, *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(says)
    assert ended.err.count("\n") == 1
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize("option", ["--out", "--plot"])
def test_a_place_that_cannot_be_written_is_one_line(file: Path, option: str) -> None:
    (file.parent / "plain").write_text("")
    suffix = "npz" if option == "--out" else "png"
    target = file.parent / "plain" / f"x.{suffix}"
    ended = izhi("run", file, option, target)
    assert ended.status == 2
    assert ended.err.startswith(f"{target}: cannot be written: ")
    assert ended.err.count("\n") == 1
    (file.parent / f"folder.{suffix}").mkdir()
    ended = izhi("run", file, option, file.parent / f"folder.{suffix}")
    assert ended.status == 2
    assert "a file, not a folder, would do" in ended.err


def test_a_picture_is_not_left_behind_where_the_recording_cannot_be_written(file: Path) -> None:
    (file.parent / "folder.npz").mkdir()
    plot = file.with_name("x.png")
    assert izhi("run", file, "--out", file.parent / "folder.npz", "--plot", plot).status == 2
    assert not plot.exists()


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    ended = izhi("run", tmp_path / "none.toml")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == f"{tmp_path / 'none.toml'}: cannot be read: No such file or directory\n"


def test_a_name_with_a_line_break_is_still_one_line(tmp_path: Path) -> None:
    ended = izhi("run", tmp_path / "a\nb.toml")
    assert ended.status == 2
    assert len(ended.err.splitlines()) == 1


def test_running_out_of_memory_is_one_line(file: Path, monkeypatch) -> None:
    def hungry(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("izhi.experiment.run_experiment", hungry)
    ended = izhi("run", file)
    assert (ended.status, ended.err.count("\n")) == (2, 1)
    assert "not enough memory" in ended.err


def test_an_interruption_ends_without_a_word(file: Path, monkeypatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("izhi.experiment.run_experiment", interrupted)
    ended = izhi("run", file)
    assert (ended.status, ended.err) == (130, "")


def test_a_saved_recording_says_all_that_is_needed_to_run_it_again(file: Path) -> None:
    out = file.with_name("out.npz")
    izhi("run", file, "--out", out)
    saved = Recording.load(out)
    about = saved.provenance
    from izhi import Cell
    from izhi.stimulus.table import read_current, read_events

    current, events = about["stimulus"]
    receptor = {key: value for key, value in events.items() if key != "kind"}
    again = simulate(
        Cell(about["model"], saved.parameters, about["initial"]),
        read_current(current, "pA", "x") + read_events(receptor, "nS", "x"),
        about["duration"],
        scheme=about["scheme"],
        dt=about["dt"],
    )
    assert np.array_equal(again.voltage, saved.voltage)
