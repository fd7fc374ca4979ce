"""`izhi sweeps`, and the picture of sweeps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot as plt

from izhi.plot import plot_sweeps
from izhi.plot.sweeps import MOST_POINTS
from izhi.sweeps import Sweep, Sweeps
from tests.command_line import izhi
from tests.sweeps.made import COUNTS, family


@pytest.fixture
def path(tmp_path: Path) -> Path:
    sweeps = family(0.1)
    arrays = {"v [mV]": np.stack([s.voltage for s in sweeps]), "i [pA]": np.stack([s.current for s in sweeps])}
    np.savez(tmp_path / "cell.npz", **{"dt [ms]": 0.1}, **arrays)
    return tmp_path / "cell.npz"


def test_the_sweeps_of_a_file_are_listed(path: Path) -> None:
    done = izhi("sweeps", path)
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == f"{path}: 5 sweeps of 200 ms at 10 kHz, -50 to 150 pA"
    assert lines[-2].split()[:8] == ["3", "200", "0.1", "0", "100", "50", "150", "2"]
    assert float(lines[-2].split()[8]) == pytest.approx(30, abs=0.1)
    assert lines[-3].split() == ["2", "200", "0.1", "0", "50", "50", "150", "0", "-"]


def test_json_alone_is_on_standard_output(path: Path) -> None:
    picture = path.with_suffix(".svg")
    done = izhi("sweeps", path, "--json", "--plot", picture)
    found = json.loads(done.out)
    assert [row["spikes"] for row in found["sweeps"]] == COUNTS
    assert found["sweeps"][0]["latency"] is None
    assert done.err == f"wrote {picture}\n"
    assert "<svg" in picture.read_text(encoding="utf-8")


def test_sweeps_are_chosen_and_corrected(path: Path) -> None:
    done = izhi("sweeps", path, "--select", "3:", "--bridge", 10, "--junction", 14, "--threshold", 40, "--json")
    found = json.loads(done.out)
    assert [row["sweep"] for row in found["sweeps"]] == ["3", "4"]
    assert [row["spikes"] for row in found["sweeps"]] == [0, 0]
    assert [note[:2] for note in found["notes"]] == ["10", "ju", "sp"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("none.abf",), "none.abf: cannot be read: No such file or directory"),
        (("{path}", "--select", "9"), "select: '9' given; sweeps are 0 to 4"),
        (("{path}", "--voltage", "w"), "cell.npz: voltage: no 'w' (dt, v, i)"),
        (("{path}", "--plot", "x.doc"), "--plot: 'x.doc' given; a file that ends in .png, .pdf, .svg would do"),
        (("{path}", "--bridge", "nan"), "bridge: nan given; a finite number of MOhm would do"),
    ],
)
def test_bad_input_is_one_line_and_status_2(path: Path, arguments: tuple[str, ...], message: str) -> None:
    done = izhi("sweeps", *(each.format(path=path) for each in arguments))
    assert done.status == 2
    assert done.out == ""
    assert message in done.err
    assert done.err.count("\n") == 1


def test_the_picture_has_both_axes_with_names_and_units() -> None:
    sweeps = family()
    axes = plot_sweeps(sweeps)
    assert (axes[0].get_ylabel(), axes[1].get_ylabel(), axes[1].get_xlabel()) == ("v (mV)", "I (pA)", "time (ms)")
    assert axes[0].get_title() == "made: 5 sweeps"
    assert len(axes[0].lines) == len(axes[1].lines) == 5
    assert np.array_equal(axes[0].lines[3].get_ydata(), sweeps[3].voltage)
    colors = [line.get_color() for line in axes[0].lines]
    assert colors == [line.get_color() for line in axes[1].lines]
    assert len(set(colors)) == 5
    _, given = plt.subplots()
    assert sweeps.plot(given, color="k") is given
    assert given.lines[0].get_color() == "k"
    assert plot_sweeps(sweeps, current=False).get_xlabel() == "time (ms)"


def test_a_long_sweep_is_drawn_with_fewer_points_and_all_its_spikes() -> None:
    v = -70 + np.random.default_rng(6).normal(0, 0.1, 400_003)
    v[::10_007] = 30
    axes = plot_sweeps(Sweeps((Sweep(0.05, v, np.zeros(v.size)),)))
    drawn = axes[0].lines[0]
    assert drawn.get_ydata().size < 1.1 * MOST_POINTS
    assert (drawn.get_ydata() == 30).sum() == v[::10_007].size
    assert (np.diff(drawn.get_xdata()) >= 0).all()


def test_reading_a_table_loads_no_reader_of_other_files(path: Path) -> None:
    code = (
        "import sys; from izhi.sweeps import read_sweeps; read_sweeps(sys.argv[1]);"
        "print(sorted({'pyabf', 'h5py', 'neo', 'scipy', 'matplotlib', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
