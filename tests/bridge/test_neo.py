"""Blocks of Neo hold a recording whole, with its units."""

from __future__ import annotations

import json

import numpy as np
import pytest

import izhi
from izhi.bridge.neo import from_block, to_block
from izhi.sweeps import read_sweeps
from tests.bridge.recordings import KINDS, assert_same, made

pytest.importorskip("neo", reason="Neo is not installed")


@pytest.mark.parametrize("kind", KINDS)
def test_a_recording_comes_back_from_a_block_to_the_last_bit(kind: str) -> None:
    assert_same(from_block(to_block(made(kind))), made(kind))


def test_signals_have_the_units_of_the_model() -> None:
    units = {
        kind: {s.name: s.units.dimensionality.string for s in to_block(made(kind)).segments[0].analogsignals}
        for kind in ("dendrite", "ensemble", "network")
    }
    assert units["dendrite"] == {
        "v": "mV", "I": "pA", "u": "pA", "w": "mV", "g_AMPA": "nS", "g_NMDA": "nS", "g_GABA_A": "nS",
        "g_GABA_B": "nS", "g_opsin": "nS",
    }  # fmt: skip
    assert units["ensemble"] == {"v": "mV", "I": "mV/ms", "u": "mV/ms"}
    assert units["network"] == {"v": "mV", "I": "dimensionless", "u": "dimensionless"}


def test_each_cell_of_an_ensemble_is_a_segment_with_its_spikes() -> None:
    run, block = made("ensemble"), to_block(made("ensemble"))
    assert [len(s.analogsignals) for s in block.segments] == [3, 0, 3]
    for segment, times in zip(block.segments, run.spike_times, strict=True):
        (train,) = segment.spiketrains
        assert train.rescale("ms").magnitude.tolist() == times.tolist()
        assert float(train.t_stop.rescale("ms")) == run.duration


def test_each_population_of_a_network_is_a_group() -> None:
    run, block = made("network"), to_block(made("network"))
    assert [(group.name, len(group.spiketrains)) for group in block.groups] == [("E", 20), ("I", 5)]
    for group in block.groups:
        times, cells = run.spikes(group.name)
        for train in group.spiketrains:
            assert train.magnitude.tolist() == times[cells == train.annotations["index"]].tolist()
    signal = block.segments[0].analogsignals[0]
    assert signal.array_annotations["channel_names"].tolist() == ["E[0]", "E[3]", "I[1]"]


def test_what_was_run_by_which_versions_is_annotated() -> None:
    about = json.loads(to_block(made("cell")).annotations["izhi"])
    assert about["provenance"]["scheme"] == "euler"
    assert about["provenance"]["versions"]["izhi"] == izhi.__version__


def test_a_block_is_read_as_sweeps() -> None:
    sweeps, run = read_sweeps(to_block(made("cell"))), made("cell")
    assert np.array_equal(sweeps.sweeps[0].voltage, run.voltage)
    assert np.array_equal(sweeps.sweeps[0].current, run.current)


def test_a_block_of_others_is_refused_in_one_line() -> None:
    import neo

    for block in (neo.Block(), neo.Block(izhi="{}"), neo.Block(izhi="no json"), 3):
        with pytest.raises(izhi.BadValue, match="would do"):
            from_block(block)
