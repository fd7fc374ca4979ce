"""A cell, an ensemble or a network as NeuroML's populations, with all that is random drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

import numpy as np

from izhi.bridge.names import identifier, refuse_twice
from izhi.bridge.neuroml import cells
from izhi.bridge.neuroml.expression import quantity
from izhi.bridge.neuroml.inputs import Part, split
from izhi.cell import Cell
from izhi.equations import Model
from izhi.errors import BadValue
from izhi.network import Network, PoissonSource, Population, SpikeSource
from izhi.network_run import Simulation
from izhi.presets import PRESETS
from izhi.stimulus import Stimulus

# A file with a population for each cell becomes too large for what reads NeuroML.
MOST_CELLS = 20_000


@dataclass(frozen=True, eq=False)
class Group:
    """Cells that share one component: a population of NeuroML, and which cells of ours they are.

    Attributes
    ----------
    name : str
        Its id.
    population : str
        The population that it is, or is a part of.
    first, size : int
        Its cells within that.
    component : Element
        The cell, or the source of spikes.
    model : Model or None
        None for a source.
    parameters, inputs : what its cells have, and what they are driven by
    """

    name: str
    population: str
    first: int
    size: int
    component: Element
    model: Model | None
    parameters: Mapping[str, float] = field(default_factory=dict)
    inputs: tuple[Part, ...] = ()


@dataclass(frozen=True, eq=False)
class Scene:
    """Groups, and the network that they are of, built, if it is one."""

    groups: tuple[Group, ...]
    simulation: Simulation | None = None


def of_cell(cell: Cell, stimulus: Stimulus | None, duration: float) -> Scene:
    """A cell as a population of one; an ensemble as one of each."""
    count = cell.count or 1
    if count > MOST_CELLS:
        raise BadValue("neuroml", f"{count} cells", f"at most {MOST_CELLS} different ones would do")
    name = identifier(cell.name.rpartition("/")[2] or cell.model.name)
    groups = []
    for k in range(count):
        p, state = cells.of_cell(cell, k, count)
        own = f"{name}_{k}" if count > 1 else name
        element = cells.component(f"{own}_cell", cell.model, p, state, about(cell))
        groups.append(Group(own, name, k, 1, element, cell.model, p, split(stimulus, k, duration)))
    return Scene(tuple(groups))


def of_network(network: Network, scheme: str, dt: float | None, duration: float) -> Scene:
    """A network, its parameters, initial values and synapses drawn as `Simulation` draws them."""
    simulation = Simulation(network, scheme=scheme, dt=dt, engine="reference")
    groups: list[Group] = []
    for population in network.populations:
        if isinstance(population.cell, Cell):
            groups += _cells(population, simulation, duration)
        else:
            groups += _sources(population)
    if len(groups) > MOST_CELLS:
        raise BadValue("neuroml", f"{len(groups)} different cells", f"at most {MOST_CELLS} would do")
    refuse_twice("neuroml", [group.name for group in groups])
    return Scene(tuple(groups), simulation)


def _cells(population: Population, simulation: Simulation, duration: float) -> list[Group]:
    """One group if all cells and their currents are alike, else one for each cell."""
    n, name, model = population.count, identifier(population.name), population.cell.model
    if n == 0:
        return []
    drawn = simulation.parameters(population.name)
    values = {s: np.broadcast_to(np.asarray(drawn[s], dtype=float), (n,)) for s in drawn}
    state = simulation.state(population.name)
    alike = all((x == x[0]).all() for x in (*values.values(), *state.values())) and not _differs(population.stimulus)
    groups = []
    for k in [0] if alike else range(n):
        p = {s: float(x[k]) for s, x in values.items()}
        start = {s: float(x[k]) for s, x in state.items()}
        own = name if alike else f"{name}_{k}"
        element = cells.component(f"{own}_cell", model, p, start, about(population.cell))
        inputs = split(population.stimulus, k, duration)
        groups.append(Group(own, population.name, k, n if alike else 1, element, model, p, inputs))
    return groups


def _differs(stimulus: Stimulus | None) -> bool:
    """Whether the cells of a population get different currents."""
    return stimulus is not None and any(
        np.ndim(value) > (part.kind in ("steps", "linear", "sampled") and key in ("t", "I"))
        for part in getattr(stimulus, "parts", (stimulus,))
        for key, value in vars(part).items()
        if not isinstance(value, str)
    )


def _sources(population: Population) -> list[Group]:
    """Sources of spikes: a spike array for all, or one for each."""
    n, name = population.count, identifier(population.name)
    if isinstance(population.cell, PoissonSource):
        element = Element("spikeGeneratorPoisson", id=f"{name}_cell")
        element.set("averageRate", f"{population.cell.rate!r}Hz")
        return [Group(name, population.name, 0, n, element, None)] if n else []
    assert isinstance(population.cell, SpikeSource)
    times, which = population.cell.trains(n)
    trains = [times[which == k] for k in range(n)]
    alike = all(np.array_equal(train, trains[0]) for train in trains)
    groups = []
    for k in [0] if alike and n else range(n):
        own = name if alike else f"{name}_{k}"
        element = Element("spikeArray", id=f"{own}_cell")
        for j, t in enumerate(sorted(trains[k].tolist())):
            SubElement(element, "spike", id=str(j), time=quantity(t, "ms"))
        groups.append(Group(own, population.name, k, n if alike else 1, element, None))
    return groups


def about(cell: Cell) -> dict[str, str]:
    """What is written beside a cell: what it is and where its numbers are from."""
    row = PRESETS.get(cell.name)
    said = {"izhi:preset": cell.name}
    if row is None:
        return said | {"notes": cell.model.title}
    return said | {"notes": f"{row.title}. Source: {row.source}", "izhi:evidence": row.evidence}
