"""What the script of a network is made of: populations, currents, spikes of sources and synapses, all as drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.inputs import Inputs
from izhi.bridge.names import identifier, refuse_twice
from izhi.bridge.scripts.files import one_or_all
from izhi.bridge.scripts.run import is_experiment
from izhi.cell import Cell
from izhi.equations import RECEPTORS, Model
from izhi.errors import BadValue
from izhi.experiment import read_experiment
from izhi.network import Conductance, CurrentPulse, Network, PoissonDrive, Population, Projection, Synapse
from izhi.network_file import NetworkExperiment
from izhi.network_plan import whole_steps
from izhi.network_run import Simulation
from izhi.presets import PRESETS
from izhi.stimulus import Drive, drive

# Currents that differ from cell to cell and step to step are written as numbers; more than this are too many.
MOST_NUMBERS = 5_000_000
# Fewer cell steps than this take less time in plain Python than a compiled kernel takes to load.
FEW_STEPS = 20_000

Values = float | NDArray[Any]


@dataclass(frozen=True, eq=False)
class Group:
    """A population: its name as a variable has it, a line about it, and its cells within the network.

    Attributes
    ----------
    population, name, title : str
    first, count : int
    """

    population: str
    name: str
    title: str
    first: int
    count: int


@dataclass(frozen=True, eq=False)
class Cells(Group):
    """Cells of one model, each value one number or one for each cell.

    Attributes
    ----------
    model : Model
    parameters : dict
        By symbol; those of the receptors too.
    state : dict
        By symbol: where they start.
    drive : Drive or None
        A current that is the same for all.
    table : shape (steps, count), or None
        One that differs.
    """

    model: Model
    parameters: Mapping[str, Values]
    state: Mapping[str, Values]
    drive: Drive | None
    table: NDArray[np.float64] | None


@dataclass(frozen=True, eq=False)
class Sources(Group):
    """Sources of spikes.

    Attributes
    ----------
    step, cell : shape (spikes,), int
        At the beginning of which step each spike is, and which of the sources it is of.
    """

    step: NDArray[np.int64]
    cell: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Wires:
    """The synapses of a projection from one population to another.

    Attributes
    ----------
    name : str
    source, target : Group
    synapse : Synapse
    rule : {"all", "others", "one", ""}
        All pairs, all but those of a cell with itself, those of equal indices; or none of these.
    i, j : shape (synapses,), int
        Indices within source and target, in the order of the sources.
    weight : float, or shape (synapses,)
    delay : float, or shape (synapses,) [ms]
    """

    name: str
    source: Group
    target: Group
    synapse: Synapse
    rule: str
    i: NDArray[np.int32]
    j: NDArray[np.int32]
    weight: Values
    delay: Values


@dataclass(frozen=True, eq=False)
class NetworkRun:
    """A run of a network, in the form that scripts are written from."""

    title: str
    scheme: str
    dt: float
    steps: int
    cells: tuple[Cells, ...]
    sources: tuple[Sources, ...]
    wires: tuple[Wires, ...]

    def synapses_on(self, cells: Group) -> list[Synapse]:
        """What arrives there, each kind once."""
        return list(dict.fromkeys(wires.synapse for wires in self.wires if wires.target is cells))

    def receptors_of(self, cells: Group) -> list[str]:
        """The receptors that are opened there."""
        opened = {
            name for s in self.synapses_on(cells) if isinstance(s, Conductance) for name in (s.receptor, s.second)
        }
        return [name for name in RECEPTORS if name in opened]


def network_of(what: Any) -> Network | NetworkExperiment | None:
    """The network that is meant, if it is one: a network, its experiment, or the file of it."""
    if isinstance(what, Network | NetworkExperiment):
        return what
    if isinstance(what, Path) or (isinstance(what, str) and is_experiment(what)):
        found = read_experiment(what)
        return found if isinstance(found, NetworkExperiment) else None
    return None


def network_run(what: Network | NetworkExperiment, duration: float | None, scheme: str, dt: float | None) -> NetworkRun:
    """The run of a network by the scheme of that name, with all that is random drawn.

    Parameters
    ----------
    what : Network or NetworkExperiment
        An experiment has a duration and a step of its own.
    duration : float, optional
        [ms] In place of its own; 1000 for a network.
    scheme : str
        Its name.
    dt : float, optional
        [ms] In place of its own; that of the scheme for a network.

    Raises
    ------
    BadValue
        If a script cannot say it.
    """
    network = what.network if isinstance(what, NetworkExperiment) else what
    options = what.options if isinstance(what, NetworkExperiment) else {}
    if options.get("precision", "double") != "double":
        raise BadValue("precision", options["precision"], "double precision would do in a script")
    length = duration if duration is not None else getattr(what, "duration", 1000.0)
    step = dt if dt is not None else options.get("dt")
    _check(network)
    whole = Simulation(network, scheme=scheme, dt=step, engine="reference")
    steps = whole_steps(length, whole.dt)
    if steps < 1:
        raise BadValue("duration", length, f"at least {whole.dt:g} ms would do")
    currents, sources = _inputs(network, whole, scheme, steps)
    cells = tuple(_cells(p, network, whole, steps, currents.get(p.name)) for p in _of(network, Cell))
    groups: dict[str, Group] = {each.population: each for each in (*cells, *sources)}
    refuse_twice("script", [group.name for group in groups.values()])
    wires = _told_apart([wire for p in network.projections for wire in _wires(p, whole, groups)])
    title = f"A network of {network.cells} cells and {whole.synapses} synapses"
    return NetworkRun(title, scheme, whole.dt, steps, cells, sources, wires)


def _check(network: Network) -> None:
    for projection in network.projections:
        if projection.plasticity is not None or projection.short_term is not None:
            raise BadValue(projection.name, "plasticity", "static synapses would do in a script")
    for each in (*network.drive, *(d for p in network.populations for d in p.drive)):
        if isinstance(each, PoissonDrive) and not isinstance(each.synapse, CurrentPulse):
            wanted = "CurrentPulse() would do in a script; or a population of PoissonSource, connected one to one"
            raise BadValue("PoissonDrive.synapse", each.synapse, wanted)


def _of(network: Network, kind: type, *, others: bool = False) -> list[Population]:
    """Populations of cells, or the others."""
    return [p for p in network.populations if p.count and isinstance(p.cell, kind) != others]


def _alike(population: Population, network: Network) -> bool:
    """Whether nothing but one and the same current is injected into its cells."""
    drawn = network.drive or population.drive
    return not drawn and (population.stimulus is None or drive(population.stimulus, 1.0).cells is None)


def _inputs(
    network: Network, whole: Simulation, scheme: str, steps: int
) -> tuple[dict[str, NDArray[np.float64]], tuple[Sources, ...]]:
    """The currents that differ, by population, and the sources of spikes."""
    driven = [p for p in _of(network, Cell) if not _alike(p, network)]
    given = _of(network, Cell, others=True)
    numbers = steps * sum(p.count for p in driven)
    if numbers > MOST_NUMBERS:
        wanted = f"at most {MOST_NUMBERS} would do in a script: fewer cells or ms, or no drive"
        raise BadValue(f"{driven[0].name}.drive", f"{numbers} numbers", wanted)
    if not driven and not given:
        return {}, ()
    calm = [replace(p, stimulus=None) if _alike(p, network) else p for p in network.populations]
    few = steps * network.cells < FEW_STEPS
    inputs = Inputs(replace(network, populations=calm), scheme, whole.dt, "reference" if few else "cpu")
    found = inputs.next(steps)
    tables = {}
    for p in driven:
        own = np.isin(found.trace_cells, network.first(p.name) + np.arange(p.count))
        tables[p.name] = np.ascontiguousarray(found.current[own].T)
    step, number = inputs.spike_steps(found), found.spike_cell.astype(np.int64)
    sources = []
    for p in given:
        first = network.first(p.name)
        own = (number >= first) & (number < first + p.count)
        title = _line(f"{p.name}: {p.count} sources of spikes")
        sources.append(Sources(p.name, identifier(p.name), title, first, p.count, step[own], number[own] - first))
    return tables, tuple(sources)


def _line(text: str) -> str:
    """Text for a comment: a name may be anything."""
    return " ".join(text.split())


def _cells(
    population: Population, network: Network, whole: Simulation, steps: int, table: NDArray[np.float64] | None
) -> Cells:
    n, cell = population.count, population.cell
    row = PRESETS.get(cell.name)
    about = f"{cell.name}, {row.title}" if row else cell.name or cell.model.name
    given = None if table is not None or population.stimulus is None else drive(population.stimulus, steps * whole.dt)
    return Cells(
        population.name,
        identifier(population.name),
        _line(f"{population.name}: {n} {'cell' if n == 1 else 'cells'}; {about}"),
        network.first(population.name),
        n,
        cell.model,
        {s: one_or_all(np.atleast_1d(x)) for s, x in whole.parameters(population.name).items()},
        {s: one_or_all(x) for s, x in whole.state(population.name).items()},
        given,
        table,
    )


def _wires(projection: Projection, whole: Simulation, groups: Mapping[str, Group]) -> list[Wires]:
    """A projection, by pairs of populations; of those without synapses there is none."""
    found, made = whole.weights(projection.name), []
    for source in projection.source:
        for target in projection.target:
            a, b = groups.get(source), groups.get(target)
            if a is None or b is None:
                continue
            own = (found.source >= a.first) & (found.source < a.first + a.count)
            own &= (found.target >= b.first) & (found.target < b.first + b.count)
            if not own.any():
                continue
            i = (found.source[own] - a.first).astype(np.int32)
            j = (found.target[own] - b.first).astype(np.int32)
            name = _name(projection, a, b)
            weight, delay = np.asarray(found.weight[own], dtype=np.float64), np.round(found.delay[own], 9)
            rule = _rule(i, j, a, b)
            made.append(Wires(name, a, b, projection.synapse, rule, i, j, one_or_all(weight), one_or_all(delay)))
    return made


def _name(projection: Projection, a: Group, b: Group) -> str:
    """What the projection is called, or else from where to where; both, if it is between several populations."""
    pair = f"{a.name}_to_{b.name}"
    if projection.name == f"{'+'.join(projection.source)}->{'+'.join(projection.target)}":
        return pair
    several = len(projection.source) * len(projection.target) > 1
    return f"{identifier(projection.name)}_{pair}" if several else identifier(projection.name)


def _told_apart(every: list[Wires]) -> tuple[Wires, ...]:
    """The same, their names counted where there are several of one."""
    names = [wires.name for wires in every]
    counted = [names[: k + 1].count(name) for k, name in enumerate(names)]
    return tuple(
        replace(wires, name=f"{wires.name}_{k}") if k > 1 else wires for wires, k in zip(every, counted, strict=True)
    )


def _rule(i: NDArray[np.int32], j: NDArray[np.int32], a: Group, b: Group) -> str:
    """What the pairs are in a word, if there is one."""
    if a.count == b.count and np.array_equal(i, np.arange(a.count)) and np.array_equal(i, j):
        return "one"
    if i.size not in (a.count * b.count, a.count * (b.count - 1)):
        return ""
    rows, columns = (x.ravel() for x in np.indices((a.count, b.count)))
    if np.array_equal(i, rows) and np.array_equal(j, columns):
        return "all"
    apart = rows != columns
    if a is b and np.array_equal(i, rows[apart]) and np.array_equal(j, columns[apart]):
        return "others"
    return ""
