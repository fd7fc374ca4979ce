"""`izhi network`: the published networks from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import izhi as package
from tests.command_line import izhi


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")


def test_the_network_of_2003_is_run_measured_saved_and_drawn() -> None:
    ended = izhi(
        "network", "2003", "--seconds", 1, "--seed", 3, "--precision", "single", "--out", "a.npz", "--plot", "a.png"
    )
    assert (ended.status, ended.err.strip()) == (0, "")
    lines = ended.out.splitlines()
    assert re.fullmatch(r"2003: 1,000 cells, 1,000,000 synapses, about [\d.]+ MB", lines[0])
    assert lines[1].startswith("1000 cells, 0 to 1000 ms, 7")
    assert "for 1 s of model time: real-time factor" in lines[2]
    assert [line.split()[0] for line in lines[4:] if line] == [
        "0", "population", "E", "I", "band", "delta", "alpha", "gamma", "wrote", "wrote",
    ]  # fmt: skip
    recording = package.NetworkRecording.load("a.npz")
    assert f"{recording.rates['E']:.3g}" in lines[6]
    assert Path("a.png").read_bytes().startswith(b"\x89PNG")


def test_a_scaled_network_and_its_precision_can_be_asked_for() -> None:
    ended = izhi("network", "2003", "--cells", 2000, "--indegree", 50, "--seconds", 0.1, "--precision", "single")
    assert ended.status == 0
    assert ended.out.startswith("2003: 2,000 cells, 100,000 synapses")


def test_a_streamed_run_goes_on_where_it_was_and_is_the_same_as_one() -> None:
    first = izhi("network", "polychronization", "--seconds", 2, "--stream", "half", "--threads", 1)
    again = izhi("network", "polychronization", "--seconds", 4, "--resume", "half", "--threads", 2, "--out", "two.npz")
    whole = izhi("network", "polychronization", "--seconds", 4, "--threads", 1, "--out", "one.npz")
    assert [ended.status for ended in (first, again, whole)] == [0, 0, 0]
    assert "1000 cells, 2000 to 4000 ms" in again.out
    one, two = (package.NetworkRecording.load(name) for name in ("one.npz", "two.npz"))
    assert one.spike_time.tolist() == two.spike_time.tolist()
    assert one.spike_cell.tolist() == two.spike_cell.tolist()
    line = r"weights that learn: mean .*, .* % below 0.5, .* % above 9.5"
    assert re.search(line, again.out)
    assert re.findall(line, again.out) == re.findall(line, whole.out)
    ended = izhi("network", "polychronization", "--seconds", 3, "--resume", "half")
    assert (ended.status, ended.err) == (2, "--seconds: 3.0 given; more than the 4 s of the checkpoint would do\n")


def test_groups_are_sought_and_drawn() -> None:
    options = ["--delays", "matlab", "--decay-first", "--random-start", "--groups", "--plot", "a.svg"]
    ended = izhi("network", "polychronization", "--seconds", 1, "--threads", 1, *options)
    assert ended.status == 0
    assert ended.out.splitlines()[-2:] == ["0 polychronous groups", "wrote a.svg"]  # no weight is strong yet


def test_the_network_of_2007_can_be_streamed_and_goes_on() -> None:
    assert izhi("network", "reward", "--seconds", 1, "--threads", 1, "--stream", "a").status == 0
    ended = izhi("network", "reward", "--seconds", 2, "--threads", 1, "--resume", "a", "--out", "a.npz")
    assert ended.status == 0
    whole = izhi("network", "reward", "--seconds", 2, "--threads", 1, "--out", "b.npz")
    assert whole.status == 0
    one, other = package.NetworkRecording.load("a.npz"), package.NetworkRecording.load("b.npz")
    assert one.spike_time.tolist() == other.spike_time.tolist()
    assert izhi("network", "reward", "--seconds", 1, "--threads", 1, "--resume", "a").status == 2


def test_the_network_of_2007_is_rewarded() -> None:
    ended = izhi("network", "reward", "--seconds", 2, "--threads", 1, "--plot", "a.pdf", "--out", "a.npz")
    assert ended.status == 0
    assert re.search(r"\d+ rewards; the synapse from cell 0 to \d+ has 0, not at its maximum", ended.out)
    assert "below 0.2" in ended.out
    assert Path("a.pdf").read_bytes().startswith(b"%PDF")
    assert package.NetworkRecording.load("a.npz").stop == 2000.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2005"], "network: no '2005'; did you mean '2003'? (2003, polychronization, reward)"),
        (["reward", "--cells", "10"], "--cells: 10 given; with 2003 only would do"),
        (["2003", "--groups"], "--groups: True given; with polychronization only would do"),
        (["2003", "--cells", "0"], "cortex2003: cells: 0 given"),
        (["2003", "--cells", "10", "--indegree", "11"], "cortex2003: indegree: 11 given; a whole number from 1 to 10"),
        (["2003", "--cells", "2000000000"], "network: '1.25e+04 GB or more' given; at most the"),
        (["polychronization", "--delays", "octave"], "polychronization: delays: no 'octave'"),
        (["2003", "--seconds", "-1"], "--seconds: -1.0 given; at least 0.01 s in all would do"),
        (["2003", "--minutes", "nan"], "--minutes: nan given; at least 0.01 s in all would do"),
        (["2003", "--seconds", "0.0105"], "--seconds: 0.0105 given; whole ms would do"),
        (["2003", "--seed", "-1"], "Network.seed: -1 given"),
        (["2003", "--threads", "0"], "threads: 0 given"),
        (["2003", "--precision", "half"], "precision: no 'half' (double, single)"),
        (["2003", "--out", "a.txt"], "--out: 'a.txt' given; a file that ends in .npz would do"),
        (["2003", "--plot", "a.jpg"], "--plot: 'a.jpg' given; a file that ends in .png, .pdf, .svg would do"),
        (["2003", "--plot", "folder.png"], "--plot: 'folder.png' given; a file, not a folder, would do"),
        (["2003", "--resume", "nowhere"], "--resume: 'nowhere' given; a folder with a checkpoint.npz would do"),
        (["2003", "--stream", "a", "--resume", "b"], "--stream: 'a' given; without --resume"),
        (["reward", "--resume", "a"], "--resume: 'a' given; a folder with a checkpoint.npz would do"),
        (["2003", "--hours", "1"], "izhi network: No such option"),
    ],
)
def test_a_mistake_is_one_line_with_status_2_and_nothing_is_written(arguments: list[str], message: str) -> None:
    Path("folder.png").mkdir()
    ended = izhi("network", *arguments)
    assert ended.status == 2
    assert ended.err.startswith(message)
    assert ended.err.count("\n") == 1
    assert [path.name for path in Path().iterdir()] == ["folder.png"]
