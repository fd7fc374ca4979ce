"""Recordings as Blocks of Neo, and back."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.described import described, description, parts_of, population_of, spikes_in_order, trains
from izhi.equations import RECEPTORS
from izhi.errors import BadValue, MissingExtra
from izhi.network_recording import NetworkRecording
from izhi.recording import Recording

# Our units as Neo spells them.
_UNITS = {"pA": "pA", "mV/ms": "mV/ms", "nS": "nS", "1/ms": "1/ms", "mV": "mV"}


def to_block(recording: Recording | NetworkRecording) -> Any:
    """A recording as a Block of Neo.

    A cell, and each cell of an ensemble, is a Segment with the analog signals v, u, I, w and the conductances; a
    network is one Segment, whose signals have a channel for each recorded cell, and a Group for each population. Every
    cell has a SpikeTrain. Parameters and provenance are the annotation `izhi` of the Block, as JSON.

    Parameters
    ----------
    recording : Recording or NetworkRecording
        What was run.

    Returns
    -------
    neo.Block
        Voltages in mV, currents in pA or, of the models of 2003, mV/ms; times in ms.

    Raises
    ------
    MissingExtra
        If Neo is not installed.

    Examples
    --------
    >>> import izhi
    >>> from izhi.bridge.neo import to_block
    >>> block = to_block(izhi.simulate("2007/RS", izhi.Step(70), 520, scheme="euler"))
    >>> [signal.name for signal in block.segments[0].analogsignals], len(block.segments[0].spiketrains[0])
    (['v', 'I', 'u'], 3)
    """
    neo = _imported()
    network = isinstance(recording, NetworkRecording)
    name = "network" if network else str(recording.provenance.get("preset") or recording.provenance["model"])
    block = neo.Block(name=name, description="run by izhi", izhi=description(recording))
    if isinstance(recording, NetworkRecording):
        _network_segment(neo, block, recording)
    else:
        _cell_segments(neo, block, recording)
    # Some schemes add their time up, so that no whole steps are these times to the last bit.
    block.annotate(time=recording.trace_time if isinstance(recording, NetworkRecording) else recording.time)
    return block


def _imported() -> Any:
    try:
        return importlib.import_module("neo")
    except ImportError:
        raise MissingExtra("izhi.bridge.neo", "neo", "recordings") from None


def _cell_segments(neo: Any, block: Any, recording: Recording) -> None:
    units = recording.provenance["units"]
    signals: dict[str, tuple[NDArray, str]] = {
        "v": (recording.voltage, "mV"),
        "I": (recording.current, units["current"]),
        "u": (recording.recovery, units["current"]),
    }
    if recording.dendrite is not None:
        signals["w"] = (recording.dendrite, "mV")
    signals |= {f"g_{r}": (g, units["conductance"]) for r, g in recording.conductances.items()}
    times, traced = trains(recording), recording.cells.tolist()
    rows = {cell: k for k, cell in enumerate(traced)}
    for cell in range(recording.count):
        segment = neo.Segment(name=f"cell {cell}", index=cell)
        if cell in rows:
            for name, (values, unit) in signals.items():
                samples = np.atleast_2d(values)[rows[cell]]
                segment.analogsignals.append(_signal(neo, name, samples[:, None], unit, recording.time))
        segment.spiketrains.append(_train(neo, times[cell], 0.0, recording.duration, cell=cell))
        block.segments.append(segment)


def _network_segment(neo: Any, block: Any, recording: NetworkRecording) -> None:
    segment = neo.Segment(name="run", index=0)
    block.segments.append(segment)
    chosen = recording.trace_cells
    who = [population_of(recording, int(cell)) for cell in chosen]
    channels = {
        "cell": chosen.tolist(),
        "channel_names": [f"{p.name}[{c - p.first}]" for p, c in zip(who, chosen, strict=True)],
    }
    if chosen.size:
        for name, values in (("v", recording.voltage), ("I", recording.current), ("u", recording.recovery)):
            unit = "mV" if name == "v" else "dimensionless"
            signal = _signal(neo, name, np.asarray(values).T, unit, recording.trace_time)
            signal.array_annotate(**{key: np.asarray(value) for key, value in channels.items()})
            segment.analogsignals.append(signal)
    for name, (time, values) in recording.weights.items():
        made = neo.IrregularlySampledSignal(
            time, np.asarray(values, dtype=np.float64), units="dimensionless", time_units="ms", name=f"weights {name}"
        )
        segment.irregularlysampledsignals.append(made)
    groups = {part.name: neo.Group(name=part.name) for part in recording.populations}
    for cell, times in enumerate(trains(recording)):
        part = population_of(recording, cell)
        about = {"cell": cell, "population": part.name, "index": cell - part.first}
        train = _train(neo, times, recording.start, recording.stop, **about)
        segment.spiketrains.append(train)
        groups[part.name].add(train)
    block.groups.extend(groups.values())


def _signal(neo: Any, name: str, samples: NDArray, unit: str, time: NDArray) -> Any:
    """Samples in columns."""
    step = (time[-1] - time[0]) / (time.size - 1) if time.size > 1 else 1.0
    pq = importlib.import_module("quantities")
    return neo.AnalogSignal(
        np.asarray(samples, dtype=np.float64),
        units=_UNITS.get(unit, unit),
        t_start=(float(time[0]) if time.size else 0.0) * pq.ms,
        sampling_period=float(f"{step:.12g}") * pq.ms,
        name=name,
    )


def _train(neo: Any, times: NDArray, start: float, stop: float, **about: Any) -> Any:
    # A scheme that adds its time up may have a spike a last bit beyond the end.
    first, last = min(start, times.min(initial=start)), max(stop, times.max(initial=stop))
    return neo.SpikeTrain(times, units="ms", t_start=first, t_stop=last, **about)


def from_block(block: Any) -> Recording | NetworkRecording:
    """The recording that `to_block` made a Block of; blocks of others are read by `izhi.sweeps.read_sweeps`.

    Parameters
    ----------
    block : neo.Block
        Of `to_block`, or read from a file that it was written to.

    Returns
    -------
    Recording or NetworkRecording
        The same numbers.

    Raises
    ------
    BadValue
        If the block is not one of those.

    Examples
    --------
    >>> import izhi
    >>> from izhi.bridge.neo import from_block, to_block
    >>> run = izhi.simulate("2007/RS", izhi.Step(70), 520, scheme="euler")
    >>> bool((from_block(to_block(run)).voltage == run.voltage).all())
    True
    """
    text = getattr(block, "annotations", {}).get("izhi")
    if not isinstance(text, str):
        raise BadValue("from_block", type(block).__name__, "a Block made by to_block would do")
    about = described(text, "from_block")
    return _network_of(block, about) if "populations" in about else _recording_of(block, about)


def _values(signal: Any) -> NDArray[np.float64]:
    return np.asarray(signal.magnitude, dtype=np.float64)


def _recording_of(block: Any, about: Any) -> Recording:
    traced = [s for s in block.segments if s.analogsignals]
    single = about["single"]
    rows: dict[str, list[NDArray]] = {}
    for segment in traced:
        for signal in segment.analogsignals:
            rows.setdefault(signal.name, []).append(_values(signal)[:, 0])

    def samples(name: str) -> NDArray:
        found = rows.get(name, [])
        return (found[0] if found else np.zeros(0)) if single else np.array(found).reshape(len(found), -1)

    times = [np.asarray(s.spiketrains[0].rescale("ms").magnitude, dtype=np.float64) for s in block.segments]
    return Recording(
        time=np.asarray(block.annotations["time"], dtype=np.float64),
        voltage=samples("v"),
        recovery=samples("u"),
        current=samples("I"),
        spike_cell=np.repeat(np.arange(len(times)), [t.size for t in times]),
        spike_time=np.concatenate(times) if times else np.zeros(0),
        cells=np.array([s.index for s in traced], dtype=np.int64),
        count=about["count"],
        single=single,
        provenance=about["provenance"],
        parameters={symbol: np.asarray(value, dtype=np.float64) for symbol, value in about["parameters"].items()},
        dendrite=samples("w") if "w" in rows else None,
        conductances={r: samples(f"g_{r}") for r in RECEPTORS if f"g_{r}" in rows},
    )


def _network_of(block: Any, about: Any) -> NetworkRecording:
    segment = block.segments[0]
    signals = {signal.name: signal for signal in segment.analogsignals}
    cells = signals["v"].array_annotations["cell"] if "v" in signals else np.zeros(0, dtype=np.int64)
    none = np.zeros((0, len(block.annotations["time"])))
    times = [np.asarray(t.rescale("ms").magnitude, dtype=np.float64) for t in segment.spiketrains]
    time, cell = spikes_in_order(times)
    weights = {
        signal.name.removeprefix("weights "): (np.asarray(signal.times.rescale("ms").magnitude), _values(signal))
        for signal in segment.irregularlysampledsignals
    }
    return NetworkRecording(
        spike_time=time,
        spike_cell=cell.astype(np.int32),
        populations=parts_of(about),
        start=about["start"],
        stop=about["stop"],
        trace_cells=np.asarray(cells, dtype=np.int64),
        trace_time=np.asarray(block.annotations["time"], dtype=np.float64),
        **{
            key: _values(signals[name]).T if name in signals else none
            for key, name in (("voltage", "v"), ("recovery", "u"), ("current", "I"))
        },
        weights=weights,
        provenance=about["provenance"],
    )
