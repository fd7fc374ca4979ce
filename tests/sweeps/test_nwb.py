"""NWB files as they are laid out by the Allen Institute and in DANDI, written small and read back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import izhi
from izhi.sweeps import Sweeps, read_sweeps
from tests.sweeps.made import COUNTS, START, STOP, family

h5py = pytest.importorskip("h5py", reason="h5py is not installed")

FAMILY = family(0.1)
GENERAL = "general/intracellular_ephys"


def series(group: Any, name: str, kind: str, values: np.ndarray, unit: str, **more: Any) -> Any:
    """A time series of version 2."""
    made = group.create_group(name)
    made.attrs["neurodata_type"] = kind
    conversion, offset = more.get("conversion", 1.0), more.get("offset", 0.0)
    data = made.create_dataset("data", data=(values - offset) / conversion)
    data.attrs.update({"unit": unit, "conversion": conversion, "offset": offset})
    start = more.get("start", 0.0)
    if more.get("timestamps"):
        made["timestamps"] = start + 1e-4 * np.arange(values.size)
    else:
        made["starting_time"] = start
        made["starting_time"].attrs.update({"rate": more.get("rate", 10_000.0), "unit": "seconds"})
    if "number" in more:
        made.attrs["sweep_number"] = np.uint32(more["number"])
    if "electrode" in more:
        made["electrode"] = h5py.SoftLink(f"/{GENERAL}/{more['electrode']}")
    made.attrs["stimulus_description"] = more.get("protocol", "steps")
    return made


def write_nwb(path: Path, electrodes: tuple[str, ...] = ("electrode_0",), numbers: bool = True, **more: Any) -> Path:
    """A file of version 2 with the family, in V and A, of each electrode; a second cell is 5 mV lower."""
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "2.6.0"
        file["session_description"] = "made up"
        file["general/subject/species"] = "Mus musculus"
        for e, electrode in enumerate(electrodes):
            file.create_group(f"{GENERAL}/{electrode}")
            for k, sweep in enumerate(FAMILY):
                each = {"electrode": electrode, "start": 2.0 * k, **more} | ({"number": k} if numbers else {})
                v = 1e-3 * (sweep.voltage - 5 * e)
                group = file.require_group("acquisition")
                series(group, f"data_{k:05d}_AD{e}", "CurrentClampSeries", v, "volts", **each)
                group = file.require_group("stimulus/presentation")
                each = each | ({"conversion": 1e-12, "offset": 0.0} if "conversion" in more else {})
                i = 1e-12 * sweep.current
                series(group, f"data_{k:05d}_DA{e}", "CurrentClampStimulusSeries", i, "amperes", **each)
    return path


def same(found: Sweeps, lower: float = 0.0) -> None:
    for made, sweep in zip(FAMILY, found, strict=True):
        assert sweep.dt == pytest.approx(made.dt)
        assert sweep.voltage == pytest.approx(made.voltage - lower)
        assert sweep.current == pytest.approx(made.current)


@pytest.mark.parametrize(
    "more",
    [
        {}, {"numbers": False}, {"timestamps": True}, {"conversion": 1e-3}, {"conversion": 1e-3, "offset": 0.01},
        {"conversion": 0.5, "numbers": False},
    ],
)  # fmt: skip
def test_pairs_are_read_back_by_conversion_offset_rate_and_timestamps(tmp_path: Path, more: dict[str, Any]) -> None:
    found = read_sweeps(write_nwb(tmp_path / "cell.nwb", **more))
    same(found)
    assert [spikes.size for spikes in found.spike_times()] == COUNTS
    assert [sweep.start for sweep in found] == pytest.approx([0, 2000, 4000, 6000, 8000])
    assert found.about == {"format": "NWB 2.6.0", "description": "made up", "species": "Mus musculus"}
    assert {sweep.protocol for sweep in found} == {"steps"}
    assert {(round(step.start, 6), round(step.stop, 6)) for step in found.steps} == {(START, STOP)}


def test_of_several_electrodes_one_is_read(tmp_path: Path) -> None:
    path = write_nwb(tmp_path / "two.nwb", ("A", "B"))
    found = read_sweeps(path)
    same(found)
    assert found.notes == ("of the electrodes A, B it is 'A'",)
    same(read_sweeps(path, voltage="B"), 5.0)
    same(read_sweeps(path, voltage=1), 5.0)
    with pytest.raises(izhi.UnknownName, match=r"voltage: no 'C' \(A, B\)"):
        read_sweeps(path, voltage="C")


def test_the_table_of_recordings_cuts_sweeps_out_of_long_series(tmp_path: Path) -> None:
    path, n = tmp_path / "long.nwb", FAMILY[0].voltage.size
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "2.4.0"
        v, i = (np.concatenate([getattr(s, key) for s in FAMILY]) for key in ("voltage", "current"))
        response = series(file.create_group("acquisition"), "cell", "CurrentClampSeries", 1e-3 * v, "volts")
        where = file.create_group("stimulus/presentation")
        stimulus = series(where, "command", "CurrentClampStimulusSeries", 1e-12 * i, "amperes")
        kind = np.dtype([("idx_start", "i4"), ("count", "i4"), ("timeseries", h5py.ref_dtype)])
        table = file.create_group(f"{GENERAL}/intracellular_recordings")
        for name, each in (("responses/response", response), ("stimuli/stimulus", stimulus)):
            table[name] = np.array([(k * n, n, each.ref) for k in range(5)], dtype=kind)
    found = read_sweeps(path)
    same(found)
    assert [sweep.start for sweep in found] == pytest.approx([0, 200, 400, 600, 800])


def test_what_is_in_voltage_clamp_or_alone_is_left_out_and_what_had_no_current_has_none(tmp_path: Path) -> None:
    path = write_nwb(tmp_path / "cell.nwb")
    with h5py.File(path, "r+") as file:
        series(file["acquisition"], "data_00009_AD0", "VoltageClampSeries", np.zeros(9), "amperes", number=9)
        series(file["acquisition"], "rest", "IZeroClampSeries", 1e-3 * FAMILY[1].voltage, "volts", number=10,
               electrode="electrode_0")  # fmt: skip
        del file["stimulus/presentation/data_00003_DA0"]
    found = read_sweeps(path)
    assert [sweep.name for sweep in found] == ["0", "1", "2", "4", "10"]
    assert not found[4].current.any()
    assert "left out: 1 VoltageClampSeries" in found.notes
    assert "left out: 3, which have no stimulus" in found.notes


def write_allen(path: Path, conversion_applied: bool = False) -> Path:
    """A file of version 1 as in the Allen Cell Types Database: what follows the experiment are zeros."""
    with h5py.File(path, "w") as file:
        file["nwb_version"] = "NWB-1.0.5"
        for k, sweep in enumerate(FAMILY):
            v, i = (np.concatenate([x, np.zeros(300)]) for x in (1e-3 * sweep.voltage, 1e-12 * sweep.current))
            for where, values, scale, unit in (
                ("acquisition/timeseries", v, 1e-3, "Volts"), ("stimulus/presentation", i, 1e-12, "Amps"),
            ):  # fmt: skip
                group = file.create_group(f"{where}/Sweep_{k + 7}")
                group["data"] = values if conversion_applied else values / scale
                group["data"].attrs.update({"conversion": scale, "unit": np.bytes_(unit)})
                group["starting_time"] = 3.0 * k
                group["starting_time"].attrs["rate"] = 10_000.0
            file[f"stimulus/presentation/Sweep_{k + 7}/aibs_stimulus_name"] = np.bytes_("Long Square")
            file[f"epochs/Experiment_{k + 7}/stimulus/idx_start"] = 500
            file[f"epochs/Experiment_{k + 7}/stimulus/count"] = 1500
    return path


@pytest.mark.parametrize("applied", [False, True])
def test_sweeps_of_the_cell_types_database_are_read_up_to_the_end_of_their_experiment(
    tmp_path: Path, applied: bool
) -> None:
    found = read_sweeps(write_allen(tmp_path / "allen.nwb", applied))
    same(found)
    assert [sweep.name for sweep in found] == [f"Sweep_{k}" for k in range(7, 12)]
    assert {sweep.protocol for sweep in found} == {"Long Square"}
    assert found.about["format"] == "NWB 1.0.5"
    assert len(found.notes) == applied


RESPONSE, STIMULUS = "/acquisition/data_00001_AD0", "/stimulus/presentation/data_00001_DA0"
BAD = {
    "no current": (lambda f: f.__delitem__("stimulus"), "sweep 0, channel '/acquisition/data_00000_AD0': no current"),
    "no responses": (lambda f: f.__delitem__("acquisition"), "has no CurrentClampSeries; there is CurrentClampStim"),
    "flat": (
        lambda f: f[f"{RESPONSE}/data"].write_direct(np.full(2000, -0.06)),
        f"sweep 1, channel '{RESPONSE}': it is flat",
    ),
    "nan": (
        lambda f: f[f"{RESPONSE}/data"].__setitem__(7, np.nan),
        "1 of 2000 samples are no numbers, the first at 0.7 ms",
    ),
    "wrong unit": (
        lambda f: f[f"{STIMULUS}/data"].attrs.__setitem__("unit", "volts"),
        f"sweep 1, channel '{STIMULUS}': it is a voltage, in volts; a current would do",
    ),
    "unknown unit": (
        lambda f: f[f"{RESPONSE}/data"].attrs.__setitem__("unit", "unknown"),
        "its unit 'unknown' is not known",
    ),
    "other scale": (
        lambda f: f[f"{RESPONSE}/data"].attrs.__setitem__("conversion", 1e-3),
        "no membrane's voltage",
    ),
    "no clock": (lambda f: f[RESPONSE].__delitem__("starting_time"), "it has neither a rate nor timestamps"),
    "other clock": (
        lambda f: f[f"{RESPONSE}/starting_time"].attrs.__setitem__("rate", 5e3),
        "its time step is 0.1 ms, that of the voltage 0.2 ms",
    ),
    "no rate": (lambda f: f[f"{RESPONSE}/starting_time"].attrs.__setitem__("rate", 0.0), "its rate is 0 Hz"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_sweep_that_cannot_be_used_is_said_in_one_line(tmp_path: Path, what: str) -> None:
    change, message = BAD[what]
    path = write_nwb(tmp_path / "bad.nwb")
    with h5py.File(path, "r+") as file:
        change(file)
    with pytest.raises(izhi.FileProblem) as caught:
        read_sweeps(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    if what not in ("no current", "no responses"):
        assert len(read_sweeps(path, skip_bad=True)) == 4


@pytest.mark.parametrize("kept", [20, 600, 5000])
def test_a_truncated_file_is_refused(tmp_path: Path, kept: int) -> None:
    path = write_nwb(tmp_path / "cut.nwb")
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(izhi.FileProblem, match=r"cut\.nwb: is damaged, truncated or no NWB file"):
        read_sweeps(path)


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["x"] = np.zeros(3)
    with pytest.raises(izhi.FileProblem, match="has no CurrentClampSeries; there is nothing"):
        read_sweeps(tmp_path / "other.h5")


def test_without_h5py_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_nwb(tmp_path / "cell.nwb")
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(izhi.MissingExtra, match=r"needs h5py; install it with: pip install 'izhi\[recordings\]'"):
        read_sweeps(path)
