"""Tables and arrays: what is written is read, and what cannot be used is said in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.sweeps import Sweeps, read_sweeps
from tests.sweeps.made import family

FAMILY = family(0.1)


def same(found: Sweeps, wanted: Sweeps, tolerance: float = 1e-9) -> None:
    assert len(found) == len(wanted)
    for a, b in zip(found, wanted, strict=True):
        assert a.dt == pytest.approx(b.dt)
        assert a.voltage == pytest.approx(b.voltage, abs=tolerance)
        assert a.current == pytest.approx(b.current, abs=tolerance)


def written(path: Path, heading: str, *columns: np.ndarray, delimiter: str = ",") -> Path:
    np.savetxt(path, np.column_stack(columns), delimiter=delimiter, header=heading, comments="", fmt="%.12g")
    return path


@pytest.mark.parametrize(
    ("heading", "delimiter", "scales"),
    [
        ("t [ms],v [mV],i [pA]", ",", (1, 1, 1)),
        ("time (s)\tVm (V)\tcurrent (nA)", "\t", (1e-3, 1e-3, 1e-3)),
        ("t_s;V_mV;Iinj_nA", ";", (1e-3, 1, 1e-3)),
        ("t[ms] voltage[mV] stimulus[pA]", " ", (1, 1, 1)),
        ("Time [us], V [uV], I [A]", ",", (1e3, 1e3, 1e-12)),
        ('"t [ms]","v [mV]","i [pA]"', ",", (1, 1, 1)),
    ],
)
def test_a_table_with_units_in_its_headings_is_read_whatever_they_are(
    tmp_path: Path, heading: str, delimiter: str, scales: tuple[float, ...]
) -> None:
    one = FAMILY.select(4)
    columns = (one[0].time * scales[0], one[0].voltage * scales[1], one[0].current * scales[2])
    found = read_sweeps(written(tmp_path / "one.csv", heading, *columns, delimiter=delimiter))
    same(found, one)
    assert found.notes == ()


def test_several_sweeps_are_told_apart_by_a_column(tmp_path: Path) -> None:
    n = FAMILY[0].time.size
    columns = (
        np.repeat(np.arange(5) + 3, n),
        np.concatenate([sweep.time + 500 * k for k, sweep in enumerate(FAMILY)]),
        np.concatenate([sweep.voltage for sweep in FAMILY]),
        np.concatenate([sweep.current for sweep in FAMILY]),
    )
    found = read_sweeps(written(tmp_path / "all.csv", "sweep,t [ms],v [mV],i [pA]", *columns))
    same(found, FAMILY)
    assert [sweep.name for sweep in found] == ["3", "4", "5", "6", "7"]
    assert [sweep.start for sweep in found] == [0, 500, 1000, 1500, 2000]
    same(read_sweeps(written(tmp_path / "npz.csv", "trial,time [ms],v [mV],i [pA]", *columns)), FAMILY)


@pytest.mark.parametrize("shared", [False, True])
def test_several_sweeps_are_columns_with_numbers(tmp_path: Path, shared: bool) -> None:
    voltages = [sweep.voltage for sweep in FAMILY]
    currents = [FAMILY[4].current] if shared else [sweep.current for sweep in FAMILY]
    heading = ["t [ms]", *(f"v{k} [mV]" for k in range(5))]
    heading += ["i [pA]"] if shared else [f"i_{k} [pA]" for k in range(5)]
    found = read_sweeps(written(tmp_path / "all.tsv", "\t".join(heading), FAMILY[0].time, *voltages, *currents,
                                delimiter="\t"))  # fmt: skip
    assert [sweep.name for sweep in found] == list("01234")
    assert [sweep.current.max() for sweep in found] == ([150] * 5 if shared else [0, 0, 50, 100, 150])


def test_a_table_without_names_or_units_says_what_it_was_taken_for(tmp_path: Path) -> None:
    sweep = FAMILY[3]
    columns = (sweep.time, sweep.voltage, sweep.current)
    found = read_sweeps(written(tmp_path / "bare.txt", "# made by hand", *columns, delimiter=" "))
    same(found, FAMILY.select(3))
    assert found.notes == ("the columns have no names: taken as t [ms], v [mV], i [pA]",)
    found = read_sweeps(written(tmp_path / "named.csv", "# t, v, i", *columns))
    assert found.notes == tuple(
        f"{name!r} has no unit: taken as {unit}" for name, unit in (("t", "ms"), ("v", "mV"), ("i", "pA"))
    )


def test_columns_may_be_called_anything_if_they_are_named(tmp_path: Path) -> None:
    sweep = FAMILY[3]
    path = written(tmp_path / "odd.csv", "t [ms],soma [mV],AO [pA]", sweep.time, sweep.voltage, sweep.current)
    same(read_sweeps(path, voltage="soma", current=2), FAMILY.select(3))
    with pytest.raises(izhi.UnknownName, match=r"odd\.csv: voltage: no 'some'; did you mean"):
        read_sweeps(path, voltage="some", current=2)


def test_arrays_are_read_by_their_names(tmp_path: Path) -> None:
    v, i = np.stack([s.voltage for s in FAMILY]), np.stack([s.current for s in FAMILY])
    path = tmp_path / "all.npz"
    np.savez(path, **{"t [s]": 1e-3 * FAMILY[0].time, "v [V]": 1e-3 * v, "i [nA]": 1e-3 * i})
    same(read_sweeps(path), FAMILY)
    np.savez(path, **{"dt [ms]": 0.1, "v [mV]": v, "i [pA]": i[4]})
    assert [sweep.current.max() for sweep in read_sweeps(path)] == [150] * 5
    np.save(tmp_path / "one.npy", np.column_stack([FAMILY[0].time, v[4], i[4]]))
    same(read_sweeps(tmp_path / "one.npy"), FAMILY.select(4))
    table = np.rec.fromarrays([FAMILY[0].time, v[4], i[4]], names=["t_ms", "v_mV", "i_pA"])
    np.save(tmp_path / "fields.npy", np.asarray(table))
    same(read_sweeps(tmp_path / "fields.npy"), FAMILY.select(4))


def test_a_run_of_izhi_is_read_from_memory_and_from_its_file(tmp_path: Path) -> None:
    run = izhi.simulate("2007/RS", izhi.Step(100, start=20), 200, scheme="euler", dt=0.1, engine="reference")
    run.save(tmp_path / "run.npz")
    for found in (read_sweeps(run), read_sweeps(tmp_path / "run.npz")):
        assert np.array_equal(found[0].voltage, run.voltage)
        assert found[0].spike_times() + run.time[0] == pytest.approx(run.spike_times)
        assert found.steps[0].amplitude == 100
    still = izhi.simulate("2007/RS", izhi.Step(0), 10, scheme="euler", dt=0.1, engine="reference")
    assert np.ptp(read_sweeps(still)[0].voltage) == 0


def test_a_run_that_is_no_current_clamp_is_refused() -> None:
    old = izhi.simulate("2003/RS", izhi.Step(10), 10, engine="reference")
    with pytest.raises(izhi.FileProblem, match="its current is in mV/ms; that of a 2007 model, in pA, would do"):
        read_sweeps(old)
    spikes = izhi.simulate("2007/RS", izhi.Step(10), 10, scheme="euler", record="spikes", engine="reference")
    with pytest.raises(izhi.FileProblem, match="only its spikes were recorded"):
        read_sweeps(spikes)


T, V, I = FAMILY[4].time, FAMILY[4].voltage, FAMILY[4].current


def holed(values: np.ndarray) -> np.ndarray:
    found = values.copy()
    found[500:503] = np.nan
    return found


NUMBERS = [
    ("t [ms],v [mV],i [pA]", (T, holed(V), I), "sweep 0, channel 'v [mV]': 3 of 2000 samples are no numbers"),
    ("t [ms],v [mV],i [pA]", (T, V, holed(I)), "sweep 0, channel 'i [pA]': 3 of 2000 samples are no numbers"),
    ("t [ms],v [mV],i [pA]", (T, 0 * V - 60, I), "sweep 0, channel 'v [mV]': it is flat, -60 mV throughout"),
    ("t [ms],v [mV],i [pA]", (T, np.nan * V, I), "sweep 0, channel 'v [mV]': it has no numbers"),
    ("t [ms],v [mV],i [pA]", (T, V, V), "sweep 0, channel 'i [pA]': it is the same as 'v [mV]'"),
    ("t [ms],v [mV],i [mV]", (T, V, V), "channel 'i [mV]': it is a voltage, in mV; a current would do"),
    ("t [ms],v [mV],i [parsec]", (T, V, I), "channel 'i [parsec]': its unit 'parsec' is not known; a current would do"),
    ("t [ms],v [mV],i []", (T, V, I), "channel 'i []': its unit '' is not known; a current would do"),
    ("t [ms],v,i [pA]", (T, 1e-3 * V, I), "sweep 0, channel 'v': -0.0702 to 0.0302 mV is no membrane's voltage"),
    ("t [ms],v [V],i [pA]", (T, V, I), "channel 'v [V]': -7.02e+04 to 3.02e+04 mV is no membrane's voltage"),
    ("t [ms],v [mV],i [A]", (T, V, I), "channel 'i [A]': 0 to 1.5e+14 pA is no injected current"),
    ("t [ms],v [mV]", (T, V), "no column is a current; there is t [ms], v [mV]"),
    ("t [ms],i [pA]", (T, I), "no column is a voltage; there is t [ms], i [pA]"),
    ("v [mV],i [pA]", (V, I), "no column has the times; there is v [mV], i [pA]"),
    ("t [ms],v0 [mV],v1 [mV],i0 [pA],i2 [pA]", (T, V, V, I, I), "sweep 1, channel 'v1 [mV]': no current goes with it"),
    ("t [ms],v [mV],i [pA]", (T**2, V, I), "sweep 0: its times do not go up in equal steps"),
    ("t [ms],v [mV],i [pA]", (T[::-1], V, I), "sweep 0: its times do not go up in equal steps"),
    ("t [ms],v [mV],i [pA]", (T[:1], V[:1], I[:1]), "its times are no numbers, or fewer than two"),
]  # fmt: skip


@pytest.mark.parametrize(("heading", "columns", "message"), NUMBERS)
def test_numbers_that_are_no_recording_are_refused_in_one_line(
    tmp_path: Path, heading: str, columns: tuple[np.ndarray, ...], message: str
) -> None:
    path = written(tmp_path / "bad.csv", heading, *columns)
    with pytest.raises(izhi.FileProblem) as caught:
        read_sweeps(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\n \n", "has no rows of numbers"),
        (b"t [ms],v [mV],i [pA]\n", "has no rows of numbers below t [ms], v [mV], i [pA]"),
        (b"t [ms],v [mV],i [pA]\n0,-70,0\n0.1,-70\n", "has a row that is cut off or no numbers"),
        (b"t [ms],v [mV],i [pA]\n0,-70,0\n0.1,none,0\n", "has a row that is cut off or no numbers"),
        (b"t [ms],v [mV],i [pA]\n0,-70\n0.1,-71\n", "has 3 headings for 2 columns"),
        (b"0,-70\n0.1,-71\n", "does not name its 2 columns"),
        (b"\xff\xfe\xfa,1\n", "is no text in UTF-8"),
        (b"\x00\x01\x02", "does not begin as a file in"),
        (b"PK\x03\x04 and no more", "is damaged, truncated"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_line(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "bad.dat"
    path.write_bytes(content)
    with pytest.raises(izhi.FileProblem) as caught:
        read_sweeps(path)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)


def test_what_is_no_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(izhi.FileProblem, match="cannot be read: No such file"):
        read_sweeps(tmp_path / "none.csv")
    with pytest.raises(izhi.FileProblem, match="cannot be read"):
        read_sweeps(tmp_path)
    with pytest.raises(izhi.BadValue, match="read_sweeps: 3 given; a file in ABF, NWB"):
        read_sweeps(3)
    np.savez(tmp_path / "text.npz", v=np.array("x"), i=np.zeros(3), t=np.zeros(3))
    with pytest.raises(izhi.FileProblem, match=r"channel 'v': is str.* of shape"):
        read_sweeps(tmp_path / "text.npz")
    np.save(tmp_path / "objects.npy", np.array([{}, []], dtype=object))
    with pytest.raises(izhi.FileProblem, match="more than numbers"):
        read_sweeps(tmp_path / "objects.npy")


@pytest.mark.parametrize("ending", ["abf", "nwb", "npz", "npy"])
def test_a_file_whose_name_promises_something_else_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"x.{ending}"
    path.write_text("t,v,i\n0,1,2\n")
    with pytest.raises(izhi.FileProblem, match=f"does not begin as a file in {ending.upper()} does"):
        read_sweeps(path)


def test_a_bad_sweep_is_left_out_if_asked(tmp_path: Path) -> None:
    v = np.stack([s.voltage for s in FAMILY])
    v[2] = holed(v[2])
    v[3, 1500:] = np.nan
    path = tmp_path / "some.npz"
    np.savez(path, **{"dt [ms]": 0.1, "v [mV]": v, "i [pA]": np.stack([s.current for s in FAMILY])})
    with pytest.raises(izhi.FileProblem, match="sweep 2, channel"):
        read_sweeps(path)
    found = read_sweeps(path, skip_bad=True)
    assert [sweep.name for sweep in found] == ["0", "1", "3", "4"]
    assert found.notes == (
        "left out sweep 2, channel 'v [mV]': 3 of 2000 samples are no numbers, the first at 50 ms",
        "sweep 3: cut from 2000 to 1500 samples, where voltage or current ends",
    )
    np.savez(path, **{"dt [ms]": 0.1, "v [mV]": v[2], "i [pA]": FAMILY[2].current})
    with pytest.raises(izhi.FileProblem, match="no numbers"):
        read_sweeps(path, skip_bad=True)
