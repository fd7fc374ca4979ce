"""Writing networks and spikes as SONATA."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from izhi import __version__
from izhi.bridge.names import identifier, refuse_twice
from izhi.bridge.sonata.hdf5 import hdf5, imported
from izhi.cell import Cell
from izhi.equations import RECEPTORS
from izhi.errors import BadValue
from izhi.network import (
    Conductance,
    ExponentialCurrent,
    Network,
    PoissonSource,
    Population,
    Projection,
    SpikeSource,
    Synapse,
)
from izhi.network_recording import NetworkRecording
from izhi.network_run import Simulation
from izhi.recording import Writer, write_together

# The namespace of our templates of models and synapses.
TEMPLATE = "izhi:"
SORTING = {"none": 0, "by_id": 1, "by_time": 2}


def write(
    network: Network, folder: str | os.PathLike[str], *, scheme: str = "published-2003", dt: float | None = None
) -> tuple[Path, ...]:
    """Write a network as SONATA: nodes, edges, the spikes of its sources, and a circuit configuration.

    All that is random is written as it was drawn: parameters and initial values of each cell, and each synapse with its
    weight and delay.

    Parameters
    ----------
    network : Network
        What to write.
    folder : path
        Made if it is not there. `circuit_config.json` in it names all other files.
    scheme : str
        Whose step is the default of dt.
    dt : float, optional
        [ms] What the delays are rounded to, as `Simulation` does.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    BadValue
        If SONATA cannot hold it: background input, injected currents, synapses that change with use, Poisson sources.
    FileProblem
        If a file cannot be written; then none is.
    MissingExtra
        If h5py is not installed.

    Examples
    --------
    >>> import izhi
    >>> from izhi.bridge import sonata
    >>> net = izhi.Network(izhi.Population("E", 10), izhi.Projection("E", "E", izhi.FixedIndegree(2)))
    >>> files = sonata.write(net, "net")
    >>> sonata.read("net/circuit_config.json").cells
    10
    """
    imported()
    _refuse(network)
    into = Path(folder)
    simulation = Simulation(network, scheme=scheme, dt=dt, engine="reference")
    files: dict[Any, Writer] = {}
    config: dict[str, Any] = {
        "manifest": {"$NETWORK_DIR": "./network"},
        "networks": {"nodes": [], "edges": []},
        "inputs": {},
        "izhi": {"version": __version__, "seed": int(network.seed), "dt": simulation.dt},
    }
    for population in network.populations:
        _nodes(population, simulation, into, files, config)
    for projection in network.projections:
        _edges(projection, simulation, into, files, config)
    files[into / "circuit_config.json"] = text(json.dumps(config, indent=2) + "\n")
    write_together(files)
    return tuple(files)


def _refuse(network: Network) -> None:
    """Say what SONATA has no words for."""
    who = "sonata"
    refuse_twice(who, [identifier(p.name) for p in network.populations])
    refuse_twice(who, [identifier(q.name) for q in network.projections])
    for p in network.populations:
        if isinstance(p.cell, PoissonSource):
            raise BadValue(f"{who}: {p.name}", p.cell, "a SpikeSource would do: SONATA has spikes, not their rate")
        if p.stimulus is not None:
            raise BadValue(f"{who}: {p.name}.stimulus", p.stimulus, "None would do: nodes have no injected currents")
        if p.drive:
            raise BadValue(f"{who}: {p.name}.drive", p.drive[0], "no drive would do: SONATA cannot repeat its numbers")
    if network.drive:
        raise BadValue(f"{who}: drive", network.drive[0], "no drive would do: SONATA cannot repeat its numbers")
    for q in network.projections:
        for what in ("short_term", "plasticity"):
            if getattr(q, what) is not None:
                raise BadValue(f"{who}: {q.name}.{what}", getattr(q, what), "None would do: edges here do not change")


def _nodes(population: Population, simulation: Simulation, into: Path, files: dict[Any, Writer], config: Any) -> None:
    name, n = identifier(population.name), population.count
    virtual = not isinstance(population.cell, Cell)
    values: dict[str, NDArray] = {}
    row: dict[str, Any] = {"node_type_id": 0, "population": name, "model_name": population.name}
    if virtual:
        row |= {"model_type": "virtual"}
    else:
        chosen = population.cell.model
        row |= {"model_type": "point_neuron", "model_template": f"{TEMPLATE}{chosen.name}"}
        row["preset"] = population.cell.name
        drawn = simulation.parameters(population.name)
        values = {s: np.broadcast_to(np.asarray(x, dtype=float), (n,)) for s, x in drawn.items()}
        state = simulation.state(population.name)
        values |= {f"{s}_init": np.asarray(x, dtype=float) for s, x in state.items()}

    place = into / "network"
    files[place / f"{name}_nodes.h5"] = hdf5(_node_filler(name, n, values, population.positions))
    files[place / f"{name}_node_types.csv"] = table([row])
    config["networks"]["nodes"].append(_named(name, "node", "virtual" if virtual else "point_neuron"))
    if isinstance(population.cell, SpikeSource):
        times, cells = population.cell.trains(n)
        files[into / f"{name}_spikes.h5"] = spikes_writer({name: (times, cells)})
        config["inputs"][name] = {
            "input_type": "spikes", "module": "h5", "input_file": f"./{name}_spikes.h5", "node_set": name,
        }  # fmt: skip


def _node_filler(name: str, n: int, values: Mapping[str, NDArray], positions: NDArray | None) -> Any:
    def fill(file: Any) -> None:
        group = file.create_group(f"nodes/{name}")
        group["node_type_id"] = np.zeros(n, dtype=np.uint64)
        group["node_id"] = np.arange(n, dtype=np.uint64)
        group["node_group_id"] = np.zeros(n, dtype=np.uint64)
        group["node_group_index"] = np.arange(n, dtype=np.uint64)
        inside = group.create_group("0")
        own = inside.create_group("dynamics_params")
        for symbol, each in values.items():
            own[symbol] = each
        if positions is not None:
            for axis, each in zip("xyz", positions.T, strict=False):
                inside[axis] = 1e3 * each  # SONATA has um
                inside[axis].attrs["units"] = "um"

    return fill


def _named(name: str, kind: str, nature: str) -> dict[str, Any]:
    """The files of a population of nodes or edges; libsonata also wants its name, and what it is."""
    types = f"$NETWORK_DIR/{name}_{kind}_types.csv"
    whole: dict[str, Any] = {f"{kind}s_file": f"$NETWORK_DIR/{name}_{kind}s.h5", f"{kind}_types_file": types}
    return whole | {"populations": {name: {"type": nature}}}


def _edges(projection: Projection, simulation: Simulation, into: Path, files: dict[Any, Writer], config: Any) -> None:
    """An edge population for each pair of populations that a projection connects."""
    network, found = simulation.network, simulation.weights(projection.name)
    for source in projection.source:
        for target in projection.target:
            ends = [(network.first(p), network.population(p).count) for p in (source, target)]
            here = np.ones(found.source.size, dtype=bool)
            for cells, (first, count) in zip((found.source, found.target), ends, strict=True):
                here &= (cells >= first) & (cells < first + count)
            single = len(projection.source) == len(projection.target) == 1
            name = identifier(projection.name if single else f"{projection.name}__{source}__{target}")
            rows = (found.source[here] - ends[0][0], found.target[here] - ends[1][0])
            values = {"syn_weight": np.asarray(found.weight[here], dtype=float), "delay": found.delay[here]}
            place = into / "network"
            whole = (identifier(source), identifier(target), (ends[0][1], ends[1][1]))
            files[place / f"{name}_edges.h5"] = hdf5(_edge_filler(name, rows, values, *whole))
            row = {"edge_type_id": 0, "population": name, "source_query": "*", "target_query": "*"}
            files[place / f"{name}_edge_types.csv"] = table([row | _synapse(projection.synapse)])
            config["networks"]["edges"].append(_named(name, "edge", "chemical"))


def _edge_filler(
    name: str, rows: tuple[NDArray, NDArray], values: Mapping[str, NDArray], source: str, target: str,
    sizes: tuple[int, int],
) -> Any:  # fmt: skip
    def fill(file: Any) -> None:
        group, n = file.create_group(f"edges/{name}"), rows[0].size
        for key, cells, nodes in (("source", rows[0], source), ("target", rows[1], target)):
            group[f"{key}_node_id"] = cells.astype(np.uint64)
            group[f"{key}_node_id"].attrs["node_population"] = nodes
        group["edge_type_id"] = np.zeros(n, dtype=np.uint64)
        group["edge_group_id"] = np.zeros(n, dtype=np.uint64)
        group["edge_group_index"] = np.arange(n, dtype=np.uint64)
        inside = group.create_group("0")
        for key, each in values.items():
            inside[key] = each
        inside["delay"].attrs["units"] = "ms"
        for key, cells, count in (("source_to_target", rows[0], sizes[0]), ("target_to_source", rows[1], sizes[1])):
            _index(group.create_group(f"indices/{key}"), cells, count)

    return fill


def _index(group: Any, cells: NDArray, count: int) -> None:
    """For each node, the ranges of edges that it has."""
    starts = np.flatnonzero(np.diff(cells, prepend=-1)) if cells.size else np.zeros(0, dtype=np.int64)
    ranges = np.stack([starts, np.append(starts[1:], cells.size)], axis=1) if starts.size else np.zeros((0, 2))
    order = np.argsort(cells[starts], kind="stable") if starts.size else np.zeros(0, dtype=np.int64)
    owner = cells[starts][order] if starts.size else np.zeros(0, dtype=np.int64)
    edges = np.searchsorted(owner, np.arange(count + 1))
    group["range_to_edge_id"] = ranges[order].astype(np.uint64)
    group["node_id_to_ranges"] = np.stack([edges[:-1], edges[1:]], axis=1).astype(np.uint64)


def _synapse(synapse: Synapse) -> dict[str, Any]:
    """A synapse as columns of the table of edge types."""
    row: dict[str, Any] = {"model_template": f"{TEMPLATE}{type(synapse).__name__}"}
    if isinstance(synapse, ExponentialCurrent):
        row["tau"] = repr(synapse.tau)
    if isinstance(synapse, Conductance):
        row |= {"receptor": synapse.receptor, "second": synapse.second or "NULL", "share": repr(synapse.share)}
        assert synapse.receptor in RECEPTORS
    return row


def table(rows: list[dict[str, Any]]) -> Writer:
    """What writes a table of types: columns apart by one space, as SONATA has it."""
    out = io.StringIO()
    made = csv.DictWriter(out, list(rows[0]), delimiter=" ", lineterminator="\n")
    made.writeheader()
    made.writerows({key: "NULL" if value == "" else value for key, value in row.items()} for row in rows)
    return text(out.getvalue())


def text(whole: str) -> Writer:
    """What writes a text."""

    def write(file: IO[bytes]) -> None:
        file.write(whole.encode())

    return write


def write_spikes(recording: NetworkRecording, path: str | os.PathLike[str]) -> None:
    """Write the spikes of a run as a report of SONATA, by population, in the order of their times.

    Parameters
    ----------
    recording : NetworkRecording
        What was run.
    path : path
        A file that ends in .h5.

    Raises
    ------
    BadValue, FileProblem, MissingExtra
    """
    target = Path(path)
    if target.suffix != ".h5":
        raise BadValue("write_spikes", str(path), "a file that ends in .h5 would do")
    write_together(
        {target: spikes_writer({identifier(p.name): recording.spikes(p.name) for p in recording.populations})}
    )


def spikes_writer(by_population: Mapping[str, Iterable[NDArray]]) -> Writer:
    """What writes times [ms] and cells of spikes, by population."""
    kinds = imported().enum_dtype(SORTING, basetype="u1")

    def fill(file: Any) -> None:
        for name, (times, cells) in by_population.items():
            group = file.create_group(f"spikes/{name}")
            order = np.argsort(times, kind="stable")
            group.attrs.create("sorting", SORTING["by_time"], dtype=kinds)
            group["timestamps"] = np.asarray(times, dtype=np.float64)[order]
            group["timestamps"].attrs["units"] = "ms"
            group["node_ids"] = np.asarray(cells)[order].astype(np.uint64)

    return hdf5(fill)
