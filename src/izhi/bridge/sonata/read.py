"""Reading networks and spikes from SONATA."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.names import identifier
from izhi.bridge.sonata.hdf5 import reading
from izhi.bridge.sonata.write import TEMPLATE
from izhi.cell import Cell
from izhi.equations import MODELS, with_receptors
from izhi.errors import BadValue, FileProblem, IzhiError, UnknownName
from izhi.network import (
    Conductance,
    CurrentPulse,
    Delta,
    ExponentialCurrent,
    Network,
    Population,
    Projection,
    SpikeSource,
    Synapse,
)
from izhi.wiring import Pairs

LARGEST_TEXT, LONGEST_PATH = 16 << 20, 4096


def read(path: str | os.PathLike[str]) -> Network:
    """The network of a circuit configuration of SONATA.

    Nodes are point neurons with a template of ours, such as `izhi:izhikevich2007`, or virtual ones, whose spikes the
    configuration names. Synapses are lists of pairs.

    Parameters
    ----------
    path : path
        `circuit_config.json`.

    Returns
    -------
    Network

    Raises
    ------
    FileProblem
        If a file cannot be read, or is laid out otherwise.
    BadValue, UnknownName
        If it has nodes or edges of another kind.
    """
    file = Path(path)
    try:
        return _network(_json(file), file)
    except IzhiError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise FileProblem(path, f"is laid out otherwise than SONATA: {' '.join(str(problem).split())}") from None


def _network(config: Mapping[str, Any], file: Path) -> Network:
    networks = config.get("networks")
    if not isinstance(networks, dict):
        raise FileProblem(file, "has no networks; a circuit configuration of SONATA would do")
    places = {str(k): str(v) for k, v in (config.get("manifest") or {}).items()}
    inputs = _inputs(config, file, places)
    populations: list[Population] = []
    for entry in networks.get("nodes", ()):
        nodes, types = (_place(entry, key, file, places) for key in ("nodes_file", "node_types_file"))
        populations += _populations(nodes, _table(types), inputs)
    original = {identifier(p.name): p.name for p in populations}
    projections: list[Projection] = []
    for entry in networks.get("edges", ()):
        edges, types = (_place(entry, key, file, places) for key in ("edges_file", "edge_types_file"))
        projections += _projections(edges, _table(types), original)
    return Network(populations, projections, seed=int((config.get("izhi") or {}).get("seed", 0)))


def _json(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_TEXT + 1)
        found = json.loads(raw)
    except OSError as problem:
        raise FileProblem(path, f"cannot be read: {problem.strerror or problem}") from None
    except (ValueError, RecursionError) as problem:
        raise FileProblem(path, f"is no JSON: {' '.join(str(problem).split())}") from None
    if len(raw) > LARGEST_TEXT or not isinstance(found, dict):
        raise FileProblem(path, "is no circuit configuration of SONATA")
    return found


def _place(entry: Mapping[str, Any], key: str, config: Path, places: Mapping[str, str]) -> Path:
    """The path of a file of the configuration, its variables put in."""
    text = entry.get(key)
    if not isinstance(text, str):
        raise FileProblem(config, f"names no {key}")
    for _ in range(len(places) + 1):
        for name, value in sorted(places.items(), key=lambda item: -len(item[0])):
            text = text.replace("${" + name[1:] + "}", value).replace(name, value)
        if len(text) > LONGEST_PATH:
            raise FileProblem(config, f"names a {key} that is too long")
    return config.parent / text


def _table(path: Path) -> dict[int, dict[str, str]]:
    """A table of types by number, without what is NULL."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=" "))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise FileProblem(path, f"cannot be read: {' '.join(str(problem).split())}") from None
    found = {}
    for row in rows:
        number = row.get("node_type_id") or row.get("edge_type_id") or ""
        if not number.isdigit():
            raise FileProblem(path, "has a row without the number of its type")
        found[int(number)] = {k: v for k, v in row.items() if k and v not in (None, "", "NULL")}
    return found


def _inputs(config: Mapping[str, Any], file: Path, places: Mapping[str, str]) -> dict[str, Path]:
    """By population, the file of its spikes."""
    found = {}
    for entry in (config.get("inputs") or {}).values():
        if entry.get("input_type") != "spikes":
            raise BadValue(f"{file}: inputs", entry.get("input_type"), "spikes would do")
        found[str(entry.get("node_set"))] = _place(entry, "input_file", file, places)
    return found


def _populations(path: Path, types: Mapping[int, dict[str, str]], inputs: Mapping[str, Path]) -> list[Population]:
    with reading(path) as file:
        return [_population(path, name, group, types, inputs) for name, group in file["nodes"].items()]


def _population(
    path: Path, name: str, group: Any, types: Mapping[int, dict[str, str]], inputs: Mapping[str, Path]
) -> Population:
    who = f"{path}: {name}"
    kind = _kind(group["node_type_id"][()], types, who)
    n = group["node_type_id"].size
    own = kind.get("model_name", name)
    if kind.get("model_type") == "virtual":
        if name not in inputs:
            raise BadValue(who, "virtual", "spikes among the inputs would do")
        times, cells = read_spikes(inputs[name])[name]
        return Population(own, n, SpikeSource([np.sort(times[cells == k]) for k in range(n)]))
    template = kind.get("model_template", "")
    if not template.startswith(TEMPLATE) or template.removeprefix(TEMPLATE) not in MODELS:
        raise UnknownName(f"{who}: model_template", template, [f"{TEMPLATE}{model}" for model in MODELS])
    model = MODELS[template.removeprefix(TEMPLATE)]
    order = group["node_group_index"][()].astype(np.int64) if "node_group_index" in group else np.arange(n)
    inside = group["0"]["dynamics_params"]
    values = {s: np.asarray(inside[s][()], dtype=float)[order] for s in inside}
    symbols = with_receptors(model).symbols
    state = [f"{q.symbol}_init" for q in model.state]
    unknown = next((s for s in values if s not in (*symbols, *state)), None)
    if unknown is not None:
        raise UnknownName(who, unknown, (*symbols, *state))
    parameters, initial = ({s: values[s] for s in names if s in values} for names in (symbols, state))
    positions = [1e-3 * group["0"][axis][()][order] for axis in "xyz" if axis in group["0"]]
    shared = {s: float(x[0]) if n else 0.5 for s, x in parameters.items()}
    start = {s.removesuffix("_init"): float(x[0]) if n else 0.0 for s, x in initial.items()}
    return Population(
        own,
        n,
        Cell(model, shared, start, name=kind.get("preset", "")),
        {s: x for s, x in parameters.items() if (x != x[:1]).any()},
        {s.removesuffix("_init"): x for s, x in initial.items() if (x != x[:1]).any()},
        positions=np.stack(positions, axis=1) if positions else None,
    )


def _kind(numbers: NDArray, types: Mapping[int, dict[str, str]], who: str) -> dict[str, str]:
    """The one type that all nodes or edges of a population are of."""
    found = np.unique(numbers)
    if found.size > 1:
        raise BadValue(who, f"{found.size} types", "one type in a population would do")
    number = int(found[0]) if found.size else next(iter(types), 0)
    if number not in types:
        raise BadValue(who, number, "a type that is in the table would do")
    return types[number]


def _projections(path: Path, types: Mapping[int, dict[str, str]], names: Mapping[str, str]) -> list[Projection]:
    found = []
    with reading(path) as file:
        for name, group in file["edges"].items():
            who = f"{path}: {name}"
            kind = _kind(group["edge_type_id"][()], types, who)
            ends = [_text(group[f"{end}_node_id"].attrs["node_population"]) for end in ("source", "target")]
            for end in ends:
                if end not in names:
                    raise UnknownName(who, end, names)
            pairs = Pairs(*(group[f"{end}_node_id"][()].astype(np.int64) for end in ("source", "target")))
            order = group["edge_group_index"][()].astype(np.int64)
            weight, delay = (_values(group, key, kind, order, who) for key in ("syn_weight", "delay"))
            synapse = _synapse(kind, who)
            found.append(Projection(names[ends[0]], names[ends[1]], pairs, weight, delay, synapse, name=name))
    return found


def _values(group: Any, key: str, kind: Mapping[str, str], order: NDArray, who: str) -> Any:
    """A value for each edge, or that of the type."""
    if key in group["0"]:
        return np.asarray(group["0"][key][()], dtype=float)[order]
    try:
        return float(kind[key])
    except (KeyError, ValueError):
        raise BadValue(f"{who}: {key}", kind.get(key), "a number, or one for each edge, would do") from None


def _synapse(kind: Mapping[str, str], who: str) -> Synapse:
    name = kind.get("model_template", "").removeprefix(TEMPLATE)
    try:
        if name == "ExponentialCurrent":
            return ExponentialCurrent(float(kind["tau"]))
        if name == "Conductance":
            return Conductance(kind["receptor"], kind.get("second"), float(kind.get("share", "1")))
    except (KeyError, ValueError) as problem:
        raise BadValue(f"{who}: {name}", str(problem), "what izhi wrote would do") from None
    if name not in ("CurrentPulse", "Delta"):
        known = [f"{TEMPLATE}{each}" for each in ("CurrentPulse", "Delta", "ExponentialCurrent", "Conductance")]
        raise UnknownName(f"{who}: model_template", kind.get("model_template", ""), known)
    return CurrentPulse() if name == "CurrentPulse" else Delta()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def read_spikes(path: str | os.PathLike[str]) -> dict[str, tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """The spikes of a report of SONATA.

    Parameters
    ----------
    path : path
        A file with spikes.

    Returns
    -------
    dict
        By population, times [ms] and cells, each of shape (spikes,), in the order of the file.

    Raises
    ------
    FileProblem
        If it cannot be read, or its times are not in ms.

    Examples
    --------
    >>> from izhi.bridge.sonata import read_spikes
    >>> read_spikes("spikes.h5")["E"]  # doctest: +SKIP
    """
    found = {}
    with reading(Path(path)) as file:
        for name, group in file["spikes"].items():
            unit = _text(group["timestamps"].attrs.get("units", "ms"))
            if unit != "ms":
                raise FileProblem(path, f"has times in {unit!r}; ms would do")
            found[name] = (
                np.asarray(group["timestamps"][()], dtype=np.float64),
                np.asarray(group["node_ids"][()], dtype=np.int64),
            )
    return found
