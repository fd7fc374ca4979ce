"""`izhi fit`, sentence by sentence: what it prints and writes, what it refuses, and that it goes on where it ended."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import izhi as package
from izhi.cli.fit_progress import FitProgress, raster
from izhi.fitting import EFFORTS, Effort
from izhi.fitting.watch import Watch
from izhi.sweeps import read_sweeps
from tests.command_line import Ended, izhi
from tests.fitting.made import KNOWN, TINY, recorded, write

OPTIONS = [
    *("--hold-out", "odd", "--effort", "quick", "--threads", 1),
    *(word for symbol, value in KNOWN.items() for word in ("--fixed", f"{symbol}={value}")),
]


@pytest.fixture(scope="module", autouse=True)
def _little():
    """Few last steps: what they are good for is another test's business."""
    refine = importlib.import_module("izhi.fitting.refine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refine, "GENERATIONS", 2)
        patch.setattr(refine, "STEPS", 2)
        yield


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setitem(EFFORTS, "quick", TINY)
    return write(tmp_path / "cell.npz")


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """A fit that was never interrupted: its folder, and what it printed."""
    folder = tmp_path_factory.mktemp("fit")
    before, EFFORTS["quick"] = EFFORTS["quick"], TINY
    try:
        ended = izhi("fit", write(folder / "cell.npz"), *OPTIONS, "--out", folder / "fit")
    finally:
        EFFORTS["quick"] = before
    return folder / "fit", ended


def numbers(folder: Path) -> dict:
    """What came out, without where it came from."""
    found = json.loads((folder / "fit.json").read_text(encoding="utf-8"))
    return {key: value for key, value in found.items() if key not in ("source", "versions")}


def test_a_fit_prints_its_cell_and_writes_three_files(done: tuple[Path, Ended]) -> None:
    folder, ended = done
    assert (ended.status, ended.err) == (0, "")
    assert sorted(each.name for each in folder.iterdir()) == ["cell.toml", "fit.json", "report.html"]
    assert ended.out.splitlines()[-3:] == [
        f"wrote {folder / name}" for name in ("cell.toml", "fit.json", "report.html")
    ]
    for said in ("parameter", "68 % interval", "not sought", "training (3)", "held out (2)", "coincidence Gamma"):
        assert said in ended.out
    found = {row["symbol"]: row["value"] for row in numbers(folder)["parameters"]}
    assert {symbol: found[symbol] for symbol in KNOWN} == KNOWN
    assert package.preset(str(folder / "cell.toml")).parameters == found


def test_the_cell_runs_by_every_command(done: tuple[Path, Ended]) -> None:
    cell = done[0] / "cell.toml"
    for command in ("run", "analyze", "classify", "cells"):
        ended = izhi(command, cell)
        assert (ended.status, ended.err) == (0, ""), command


class Stop(KeyboardInterrupt):
    """Someone pressed Ctrl-C."""


def test_a_fit_that_was_interrupted_goes_on_and_gives_the_same_answer(
    path: Path, done: tuple[Path, Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = importlib.import_module("izhi.fitting.journal")
    monkeypatch.setattr(journal, "EVERY", 0.0)
    kept, calls = journal.Journal.keep, []

    def keep(self, key, losses):
        kept(self, key, losses)
        if key.startswith("first"):
            raise Stop

    monkeypatch.setattr(journal.Journal, "keep", keep)
    out = path.parent / "fit"
    assert izhi("fit", path, *OPTIONS, "--out", out).status == 130
    assert [each.name for each in out.iterdir()] == ["journal.npz"]
    with np.load(out / "journal.npz") as file:
        known = sum(len(file[name]) for name in file.files if name.startswith("start "))
    monkeypatch.setattr(journal.Journal, "keep", lambda *given: calls.append(given[1]))
    ended = izhi("fit", path, *OPTIONS, "--out", out)
    assert ended.status == 0
    assert numbers(out) == numbers(done[0])
    assert known > TINY.forced
    assert not any(key.startswith("forced") for key in calls), "a known generation was computed again"
    assert not (out / "journal.npz").exists()


PROGRAM = """
import izhi.fitting.journal as journal
from izhi.cli import main
import izhi.fitting.refine as refine
from izhi.fitting import EFFORTS, Effort
journal.EVERY, refine.GENERATIONS, refine.STEPS = 0.0, 2, 2
EFFORTS["quick"] = Effort(**{effort})
if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif(os.name != "posix", reason="processes are killed otherwise here")
@pytest.mark.parametrize("workers", [0, 2])
def test_a_fit_that_was_killed_goes_on_and_gives_the_same_answer(
    path: Path, done: tuple[Path, Ended], workers: int
) -> None:
    program = path.with_name("program.py")
    program.write_text(PROGRAM.replace("{effort}", repr(vars(TINY))), encoding="utf-8")
    out = path.parent / "fit"
    line = [sys.executable, program, "fit", path, *OPTIONS, "--out", out, "--workers", workers]
    running = subprocess.Popen([*map(str, line)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while running.poll() is None and not (out / "journal.npz").exists():
        time.sleep(0.01)
    assert running.poll() is None, running.communicate()[1]
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert not (out / "fit.json").exists()
    assert izhi("fit", path, *OPTIONS, "--out", out).status == 0
    assert numbers(out) == numbers(done[0])
    left = sorted(each.name for each in out.iterdir() if not each.name.startswith("."))  # what was just being written
    assert left == ["cell.toml", "fit.json", "report.html"]


def test_json_alone_is_on_standard_output(path: Path) -> None:
    out = path.parent / "fit"
    ended = izhi("fit", path, *OPTIONS, "--json", "--weight", "voltage=2", "--junction", 1, "--out", out)
    found = json.loads(ended.out)
    assert found["notes"] == ["junction potential of 1 mV taken out (v - potential)"]
    assert found["source"] == str(path)
    assert ended.err.splitlines() == [f"wrote {out / name}" for name in ("cell.toml", "fit.json", "report.html")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--model", "izhikevich2008"), "model: no 'izhikevich2008'; did you mean"),
        (("--effort", "quik"), "--effort: no 'quik'; did you mean 'quick'? (quick, normal, thorough)"),
        (("--hold-out", "9"), "select: '9' given; sweeps are 0 to 4"),
        (("--hold-out", ":"), "hold_out: ':' given; at least one sweep that is left to fit would do"),
        (("--select", "0"), "{path}: spikes: 'none in 1 sweeps to fit' given; at least one spike would do"),
        (("--fixed", "vr"), "--fixed: 'vr' given; a name and a value, such as vr=-60, would do"),
        (("--fixed", "vr=nan"), "--fixed: 'vr=nan' given; a name and a value, such as vr=-60, would do"),
        (("--fixed", "vx=1"), "izhikevich2007: no 'vx'"),
        (("--bounds", "k=5"), "--bounds: 'k=5' given; a name and a value, such as k=0.1:5, would do"),
        (("--bounds", "k=5:1"), "bounds of k: (5.0, 1.0) given; two numbers, the lower first, would do"),
        (
            ("--bounds", "k=0.1:5", "--fixed", "k=1"),
            "izhikevich2007.k: 1.0 given; fixed, or free, would do; it is both",
        ),
        (("--free", "x"), "izhikevich2007: no 'x'"),
        (("--weight", "voltage"), "--weight: 'voltage' given; a name and a value, such as voltage=2, would do"),
        (("--weight", "volts=1"), "weights: no 'volts'; did you mean 'voltage'?"),
        (("--weight", "voltage=-1"), "weights: voltage: -1.0 given; 0 or more would do"),
        (("--seed", "-1"), "--seed: -1 given; 0 to 4294967295 would do"),
        (("--workers", "-1"), "--workers: -1 given; 0 or more would do"),
        (("--threads", "0"), ""),
        (("--voltage", "x"), ""),
        (("--nonsense",), "izhi fit: No such option: --nonsense"),
    ],
)
def test_a_mistake_is_one_line(path: Path, arguments: tuple[str, ...], message: str) -> None:
    ended = izhi("fit", path, *arguments, "--out", path.parent / "fit")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(message.replace("{path}", str(path)))
    assert ended.err.count("\n") == 1
    assert not list((path.parent / "fit").glob("*"))


def test_a_file_that_is_not_there_or_no_recording_is_one_line(tmp_path: Path) -> None:
    out = tmp_path / "fit"
    assert izhi("fit", tmp_path / "none.abf", "--out", out).err.endswith(
        "none.abf: cannot be read: No such file or directory\n"
    )
    (tmp_path / "x.abf").write_bytes(b"\0" * 600)
    ended = izhi("fit", tmp_path / "x.abf", "--out", out)
    assert (ended.status, ended.err.count("\n")) == (2, 1)


def test_a_folder_that_cannot_be_is_found_out_before_the_search(path: Path) -> None:
    ended = izhi("fit", path, "--out", path)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("--out: ")
    assert ended.err.endswith(" given; a folder, not a file, would do\n")
    ended = izhi("fit", path, "--out", path / "deep")
    assert (ended.status, ended.err) == (2, f"{path / 'deep'}: cannot be made: Not a directory\n")


def test_a_damaged_journal_is_one_line(path: Path) -> None:
    (path.parent / "fit").mkdir()
    (path.parent / "fit" / "journal.npz").write_bytes(b"nothing")
    ended = izhi("fit", path, *OPTIONS, "--out", path.parent / "fit")
    assert (ended.status, ended.err.count("\n")) == (2, 1)
    assert "journal.npz" in ended.err


# What is shown meanwhile.


def test_the_sweep_with_most_spikes_is_watched_and_a_good_candidate_spikes_alike() -> None:
    watch = Watch(recorded(), "izhikevich2007", "odd", fixed=KNOWN)
    assert (watch.name, watch.spikes.size) == ("4", 3)
    x = watch.problem.space.place({"C": 100.0, "k": 0.7, "vt": -40.0, "d": 100.0})
    true = package.simulate("2007/RS", package.Pulse(120, start=30, stop=180), 220)
    assert watch.spikes_of(x) == pytest.approx(true.spike_times, abs=0.2)


def test_progress_says_the_round_the_start_the_generation_and_the_loss() -> None:
    watch = Watch(recorded(), "izhikevich2007", "odd", fixed=KNOWN)
    shown = FitProgress(watch, Effort())
    x = watch.problem.space.place({"C": 100.0, "k": 0.7, "vt": -40.0, "d": 100.0})
    lines = shown.text("forced-2", 5, 0.5, x).plain.splitlines()
    assert lines[0] == "round 1 of 3 (spikes forced): start 3 of 10, generation 5 of 80 at most, best loss 0.5"
    assert lines[1].strip() == "sweep 4, 3 spikes"
    assert lines[2].split(maxsplit=1)[1].split() == lines[3].split(maxsplit=1)[1].split() == ["|"] * 3
    assert shown.text("first-0", 1, 0.5, x).plain.startswith(
        f"round 2 of 3: start 1 of {Effort().starts}, generation 1 of 25"
    )
    shown.seen["first-3-again"] = 1
    assert shown.text("first-3-again", 1, 0.5, x).plain.startswith("round 3 of 3: start 1 of 4, generation 1 of 100")


def test_progress_is_drawn_at_most_twice_a_second_and_leaves_nothing(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(recorded(), "izhikevich2007", "odd", fixed=KNOWN)
    drawn = []
    monkeypatch.setattr(FitProgress, "text", lambda *given: drawn.append(given) or "")
    clock = iter(np.arange(0.0, 10.0, 0.1).repeat(2))
    monkeypatch.setattr("izhi.cli.fit_progress.time.monotonic", lambda: next(clock))
    with FitProgress(watch, Effort()) as shown:
        for g in range(20):
            shown.report("first-0", g, 1.0, np.zeros(4))
    assert 2 <= len(drawn) <= 6
    assert capsys.readouterr().out == ""


def test_a_raster_has_a_stroke_for_each_spike() -> None:
    assert raster(np.array([0.0, 50.0, 51.0, 90.0, 90.1, 90.2]), 100.0, 10) == "|    ‖   █"


RECORDINGS = os.environ.get("IZHI_RECORDINGS")


# Looked for, not imported: pyABF changes how arrays are printed when it is.
@pytest.mark.skipif(find_spec("pyabf") is None, reason="pyABF, which reads ABF files, is not installed")
@pytest.mark.skipif(not RECORDINGS, reason="IZHI_RECORDINGS names no folder of real recordings")
def test_a_real_recording_can_be_watched() -> None:
    path = sorted(Path(RECORDINGS or "").glob("*.abf"))[0]
    watch = Watch(read_sweeps(path), "izhikevich2007", "odd")
    assert watch.spikes.size > 3
    assert np.isfinite(watch.spikes_of(np.full(len(watch.problem.space.free), 0.5))).all()
