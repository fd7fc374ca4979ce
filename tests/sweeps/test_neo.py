"""Blocks and segments of neo."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import izhi
from izhi.sweeps import read_sweeps
from tests.sweeps.made import COUNTS, family

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    neo = pytest.importorskip("neo", reason="neo is not installed")
    pq = pytest.importorskip("quantities", reason="quantities is not installed")

FAMILY = family(0.1)


def signal(values: Any, unit: str, name: str, rate: Any = None, start: float = 0.0) -> Any:
    rate = 10 * pq.kHz if rate is None else rate
    return neo.AnalogSignal(np.transpose(values), units=unit, sampling_rate=rate, name=name, t_start=start * pq.s)


def block(*, current: str | None = "nA", rate: Any = None) -> Any:
    made = neo.Block(name="cell 3")
    for k, sweep in enumerate(FAMILY):
        segment = neo.Segment()
        segment.analogsignals.append(signal([1e-3 * sweep.voltage], "V", "Vm", start=2.0 * k))
        if current:
            values = sweep.current / {"nA": 1e3, "pA": 1.0, "mV": 1.0}[current]
            segment.analogsignals.append(signal([values], current, "Im", rate, 2.0 * k))
        made.segments.append(segment)
    return made


def test_a_block_has_a_sweep_for_each_segment() -> None:
    found = read_sweeps(block())
    for made, sweep in zip(FAMILY, found, strict=True):
        assert sweep.dt == 0.1
        assert sweep.voltage == pytest.approx(made.voltage)
        assert sweep.current == pytest.approx(made.current)
    assert [spikes.size for spikes in found.spike_times()] == COUNTS
    assert [sweep.start for sweep in found] == [0, 2000, 4000, 6000, 8000]
    assert found.source == "neo Block 'cell 3'"
    assert len(read_sweeps(block().segments[3])) == 1


def test_of_several_signals_the_first_is_taken_or_the_one_named() -> None:
    segment = block().segments[4]
    segment.analogsignals.append(signal([FAMILY[4].voltage - 9, FAMILY[4].voltage - 20], "mV", "other"))
    found = read_sweeps(segment)
    assert found[0].voltage == pytest.approx(FAMILY[4].voltage)
    assert found.notes == ("of Vm [V], Im [nA], other [mV], other [mV] the voltage is 'Vm'",)
    assert read_sweeps(segment, voltage="other")[0].voltage == pytest.approx(FAMILY[4].voltage - 9)
    assert read_sweeps(segment, voltage=3)[0].voltage == pytest.approx(FAMILY[4].voltage - 20)
    with pytest.raises(izhi.UnknownName, match="voltage: no 'Vmm'; did you mean 'Vm'"):
        read_sweeps(segment, voltage="Vmm")
    with pytest.raises(izhi.FileProblem, match="channel 'Im': it is in nA; a voltage would do"):
        read_sweeps(segment, voltage="Im")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"current": None}, "sweep 0: no signal is a current; there is Vm [V]"),
        ({"current": "mV"}, "sweep 0: no signal is a current; there is Vm [V], Im [mV]"),
        ({"rate": 5 * pq.kHz}, "sweep 0, channel 'Im': its steps are 0.1 ms and 0.2 ms; equal ones would do"),
    ],
)
def test_a_segment_without_its_signals_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(izhi.FileProblem) as caught:
        read_sweeps(block(**options))
    assert str(caught.value) == f"neo Block 'cell 3': {message}"


def test_an_empty_block_is_refused() -> None:
    with pytest.raises(izhi.FileProblem, match="neo Block: has no sweeps in current clamp"):
        read_sweeps(neo.Block())
