"""ABF files: those made here, bit by bit of their headers, and three of real cells."""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.sweeps import read_sweeps
from tests.sweeps.made import COUNTS, START, STOP, family

# To import it here would change how arrays are printed, in all tests.
pytestmark = pytest.mark.skipif(find_spec("pyabf") is None, reason="pyABF is not installed")

FAMILY = family(0.1)
BLOCK, HEADER = 512, 12
EPOCHS = ((500, 0.0, 0.0), (1000, -50.0, 50.0))


def write_abf(
    path: Path,
    channels: list[tuple[str, str, np.ndarray]],
    *,
    command: str = "pA",
    waveform: bool = True,
    rate: float = 10_000.0,
    source: int = 1,
) -> Path:
    """An ABF 1.8 of channels (name, unit, sweeps x samples), whose first output steps from -50 by 50 a sweep."""
    with np.printoptions():
        from pyabf.abfWriter import writeABF1

    count, (sweeps, size) = len(channels), channels[0][2].shape
    together = np.stack([values for _, _, values in channels], axis=2).reshape(sweeps, size * count)
    writeABF1(together, str(path), rate, units=channels[0][1])
    old = bytearray(path.read_bytes())
    data = bytearray(HEADER * BLOCK) + old[4 * BLOCK :]
    data[: 4 * BLOCK] = old[: 4 * BLOCK]

    def put(form: str, offset: int, *values: object) -> None:
        struct.pack_into(form, data, offset, *values)

    put("f", 4, 1.83)
    put("i", 40, HEADER)
    put("h", 120, count)
    put("f", 122, 1e6 / rate / count)
    put("16h", 378, *range(16))
    put("16h", 410, *range(16))
    for k, (name, unit, _) in enumerate(channels):
        put("10s", 442 + 10 * k, name.ljust(10).encode())
        put("8s", 602 + 8 * k, unit.ljust(8).encode())
    put("8s", 1346, command.ljust(8).encode())
    put("10s", 1306, b"Cmd 0     ")
    put("2h", 2296, int(waveform), 0)
    put("2h", 2300, source, 0)
    # pyABF begins the first epoch one part in 64 of the sweep late, as the programs of the makers of the files do.
    late = size // 64
    for k, (length, level, change) in enumerate(EPOCHS):
        put("h", 2308 + 2 * k, 1)
        put("f", 2348 + 4 * k, level)
        put("f", 2428 + 4 * k, change)
        put("i", 2508 + 4 * k, length - (late if k == 0 else 0))
    path.write_bytes(data)
    return path


VOLTAGES = np.stack([sweep.voltage for sweep in FAMILY])
CURRENTS = np.stack([sweep.current for sweep in FAMILY])


def test_voltages_and_commands_are_read_back(tmp_path: Path) -> None:
    found = read_sweeps(write_abf(tmp_path / "cell.abf", [("IN 0", "mV", VOLTAGES)]))
    assert found.about["format"] == "ABF 1.8"
    assert found.notes == ()
    for made, sweep in zip(FAMILY, found, strict=True):
        assert sweep.dt == 0.1
        assert sweep.voltage == pytest.approx(made.voltage, abs=0.01)
        assert np.array_equal(sweep.current, made.current)
    assert [spikes.size for spikes in found.spike_times()] == COUNTS
    assert {(step.start, step.stop) for step in found.steps} == {(START, STOP)}
    assert [sweep.start for sweep in found] == pytest.approx([0, 200, 400, 600, 800])


def test_volts_and_nanoamperes_are_converted(tmp_path: Path) -> None:
    found = read_sweeps(write_abf(tmp_path / "cell.abf", [("IN 0", "V", 1e-3 * VOLTAGES)], command="nA"))
    assert found[4].voltage == pytest.approx(VOLTAGES[4], abs=0.05)
    assert found[4].current.max() == 150_000


def test_of_two_voltages_it_is_the_one_whose_command_is_a_current(tmp_path: Path) -> None:
    path = write_abf(tmp_path / "two.abf", [("IN 0", "mV", VOLTAGES), ("IN 2", "mV", VOLTAGES - 5)])
    found = read_sweeps(path)
    assert found[3].voltage == pytest.approx(VOLTAGES[3], abs=0.01)
    assert found.notes == ("of IN 0 [mV], IN 2 [mV] the voltage is 'IN 0', whose command is a current",)
    for name in ("IN 2", "1", 1):
        other = read_sweeps(path, voltage=name)
        assert other[3].voltage == pytest.approx(VOLTAGES[3] - 5, abs=0.01)
        assert np.array_equal(other[3].current, CURRENTS[3])
    with pytest.raises(izhi.UnknownName, match=r"two\.abf: voltage: no 'IN 1'; did you mean 'IN"):
        read_sweeps(path, voltage="IN 1")


def test_a_recorded_current_is_taken_where_no_command_changes_or_if_it_is_named(tmp_path: Path) -> None:
    recorded = [("Vm", "mV", VOLTAGES), ("Im", "pA", CURRENTS - 10)]
    path = write_abf(tmp_path / "both.abf", recorded)
    assert read_sweeps(path)[4].current.min() == 0
    assert read_sweeps(path, current="Im")[4].current == pytest.approx(CURRENTS[4] - 10, abs=0.05)
    path = write_abf(tmp_path / "recorded.abf", recorded, waveform=False)
    found = read_sweeps(path)
    assert found[4].current == pytest.approx(CURRENTS[4] - 10, abs=0.05)
    assert found.notes == ("no command changes; the current is the recorded channel 'Im'",)
    still = read_sweeps(path, current="command")
    assert np.ptp(still[4].current) == 0
    assert still.notes == ("the current 'Cmd 0' never changes",)


def test_a_rate_that_is_no_whole_number_is_kept(tmp_path: Path) -> None:
    assert read_sweeps(write_abf(tmp_path / "c.abf", [("IN 0", "mV", VOLTAGES)], rate=1e6 / 30))[0].dt == 0.03


@pytest.mark.parametrize(
    ("channels", "options", "message"),
    [
        ([("IN 0", "pA", VOLTAGES)], {}, "no channel is a voltage; there is IN 0 [pA]: was it in voltage clamp?"),
        ([("IN 0", "mV", VOLTAGES)], {"command": "mV"}, "channel 'IN 0': no current: no command is in pA or nA"),
        ([("IN 0", "mV", 0 * VOLTAGES - 60)], {}, "sweep 0, channel 'IN 0': it is flat"),
        ([("IN 0", "mV", 1e-3 * VOLTAGES)], {}, "sweep 0, channel 'IN 0': -0.0"),
        ([("IN 0", "mV", VOLTAGES)], {"source": 3}, "sweep 0, channel 'Cmd 0': its command is in a stimulus file"),
    ],
)
def test_files_that_are_no_current_clamp_are_refused_in_one_line(
    tmp_path: Path, channels, options, message: str
) -> None:
    path = write_abf(tmp_path / "bad.abf", channels, **options)
    with pytest.raises(izhi.FileProblem) as caught:
        read_sweeps(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)


def test_a_current_that_is_a_voltage_is_refused(tmp_path: Path) -> None:
    path = write_abf(tmp_path / "two.abf", [("IN 0", "mV", VOLTAGES), ("IN 2", "mV", VOLTAGES - 5)])
    with pytest.raises(izhi.FileProblem, match="channel 'IN 2': it is a voltage, in mV; a current would do"):
        read_sweeps(path, current="IN 2")


@pytest.mark.parametrize("kept", [4, 100, 2000, 6144, 10_000])
def test_a_truncated_file_is_refused_in_one_line(tmp_path: Path, kept: int) -> None:
    path = write_abf(tmp_path / "cell.abf", [("IN 0", "mV", VOLTAGES)])
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(izhi.FileProblem) as caught:
        read_sweeps(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_damaged_header_never_ends_in_a_traceback(tmp_path: Path) -> None:
    path = write_abf(tmp_path / "cell.abf", [("IN 0", "mV", VOLTAGES)])
    whole, rng = path.read_bytes(), np.random.default_rng(5)
    for _ in range(40):
        broken = bytearray(whole)
        for place in rng.integers(4, 2048, 8):
            broken[place] = int(rng.integers(256))
        path.write_bytes(broken)
        with contextlib.suppress(izhi.IzhiError):
            read_sweeps(path)


def test_without_pyabf_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_abf(tmp_path / "cell.abf", [("IN 0", "mV", VOLTAGES)])
    monkeypatch.setitem(sys.modules, "pyabf", None)
    with pytest.raises(izhi.MissingExtra, match=r"needs pyabf; install it with: pip install 'izhi\[recordings\]'"):
        read_sweeps(path)


def test_arrays_are_printed_as_before(tmp_path: Path) -> None:
    path = write_abf(tmp_path / "cell.abf", [("IN 0", "mV", VOLTAGES)])
    code = (
        "import sys, numpy as np; from izhi.sweeps import read_sweeps; before = np.get_printoptions();"
        "read_sweeps(sys.argv[1]); print('pyabf' in sys.modules, np.get_printoptions() == before)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "True True\n"


REAL = {
    "171116sh_0018.abf": (
        0.05, (146.85, 646.85), range(-100, 301, 25), [0, 0, 0, 0, 0, 0, 2, 3, 6, 8, 10, 12, 12, 14, 16, 16, 18],
    ),
    "2019_07_24_0055_fsi.abf": (
        0.05, (146.85, 646.85), range(-100, 301, 25),
        [2, 3, 2, 4, 16, 28, 37, 48, 55, 68, 76, 83, 91, 99, 105, 114, 117],
    ),
    "190619B_0003.abf": (0.1, (1047.8, 2047.8), range(-120, 421, 60), [0, 0, 0, 0, 3, 6, 8, 12, 13, 16]),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_real_recordings_have_their_steps_and_spikes(name: str) -> None:
    """Counts of the recordings' own description, 0 to 18, 2 to 117 and 0 to 16, and the rest by eye."""
    folder = os.environ.get("IZHI_RECORDINGS")
    if not folder or not Path(folder, name).exists():
        pytest.skip(f"IZHI_RECORDINGS names no folder with {name}")
    dt, when, amplitudes, counts = REAL[name]
    found = read_sweeps(Path(folder, name))
    assert {sweep.dt for sweep in found} == {dt}
    assert {(round(step.start, 6), round(step.stop, 6)) for step in found.steps} == {when}
    assert [step.amplitude for step in found.steps] == list(amplitudes)
    assert [spikes.size for spikes in found.spike_times()] == counts
    assert [spikes.size for spikes in found.spike_times(threshold=-30.0)] == counts
    assert [spikes.size for spikes in found.bridge(60).spike_times()] == counts
    coarse = found.resampled(2 * dt)
    for fine, spikes in zip(found.spike_times(), coarse.spike_times(), strict=True):
        assert spikes == pytest.approx(fine, abs=0.1)
