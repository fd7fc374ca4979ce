"""From PyNN's populations and projections to a network of izhi."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi import network
from izhi.cell import Cell
from izhi.errors import BadValue
from izhi.network import Network, SpikeSource
from izhi.pynn.cells import OwnCell, only_number
from izhi.pynn.populations import Population
from izhi.pynn.projections import Projection
from izhi.wiring import Pairs

# Synapses of one projection whose parameters differ become so many projections.
MOST_KINDS = 100

_TAU = {"excitatory": "tau_syn_E", "inhibitory": "tau_syn_I"}


@dataclass
class Piece:
    """The synapses of a projection onto one population that have their dynamics in common.

    Attributes
    ----------
    name : str
        Of the projection of izhi.
    where : shape (synapses,)
        Which of PyNN's synapses they are, in the order of izhi: by source, target, and delay.
    scale : float
        What PyNN's weights are multiplied by.
    """

    name: str
    projection: Projection
    where: NDArray[np.int64]
    scale: float

    @property
    def weight(self) -> NDArray[np.float64]:
        """In izhi's unit."""
        return self.projection.values["weight"][self.where] * self.scale


def is_source(population: Population) -> bool:
    """Whether a population is one of sources of spikes."""
    return not isinstance(population.celltype, OwnCell)


def model_parameters(population: Population, names: Any) -> dict[str, NDArray[np.float64]]:
    """Of these parameters those of the model: a number if it is the same for all cells."""
    symbols = population.celltype.symbols(names)
    values = {symbol: population.parameters[name] for name, symbol in symbols.items()}
    return {s: x[0] if (x == x[0]).all() else x for s, x in values.items()}


def described(population: Population, train: Any) -> network.Population:
    """A population as izhi has it."""
    name = str(population.number)
    if is_source(population):
        return network.Population(name, population.size, SpikeSource(train))
    kind = population.celltype
    states = [q.symbol for q in Cell(kind.model_name, _defaults(kind)).model.state]
    initial = {symbol: population.start[symbol] for symbol in states}
    cell = Cell(kind.model_name, model_parameters(population, kind.default_parameters), initial)
    return network.Population(name, population.size, cell)


def _defaults(kind: OwnCell) -> dict[str, float]:
    return {s: float(kind.default_parameters[name]) for name, s in kind.symbols(kind.default_parameters).items()}  # type: ignore[attr-defined]


def pieces(projection: Projection, dt: float) -> Iterator[tuple[Piece, network.Projection]]:
    """A projection as izhi has it, in as many pieces as it needs."""
    before, after = projection.pre.all_cells[projection.pre_index], projection.post.all_cells[projection.post_index]
    source, target = (np.array([int(x) for x in ids], dtype=np.int64) for ids in (before, after))
    kinds, which = _kinds(projection)
    for population in _populations(projection.post):
        first = int(population.first_id)
        here = (target >= first) & (target < first + population.size)
        for k, values in enumerate(kinds):
            where = np.flatnonzero(here & (which == k))
            if where.size:
                name = f"{projection.number}.{population.number}.{k}"
                steps = np.maximum(np.rint(projection.values["delay"][where] / dt), 1)
                where = where[np.lexsort((steps, target[where], source[where]))]
                yield _piece(projection, population, name, where, (source, target), values, dt)


def _piece(
    projection: Projection, population: Population, name: str, where: NDArray, ends: Any, values: dict, dt: float
) -> tuple[Piece, network.Projection]:
    synapse, scale = population.celltype.synapse(
        projection.receptor_type, _time_constant(population, projection.receptor_type), dt
    )
    piece = Piece(name, projection, where, scale)
    sources = _populations(projection.pre)
    firsts = np.array([int(p.first_id) for p in sources])
    starts = np.concatenate([[0], np.cumsum([p.size for p in sources])])
    at = np.searchsorted(firsts, ends[0][where], "right") - 1
    pairs = Pairs(starts[at] + ends[0][where] - firsts[at], ends[1][where] - int(population.first_id))
    return piece, network.Projection(
        tuple(str(p.number) for p in sources),
        str(population.number),
        pairs,
        weight=piece.weight,
        delay=projection.values["delay"][where],
        synapse=synapse,
        name=name,
        **projection.synapse_type.dynamics(values, scale),
    )


def _populations(group: Any) -> list[Population]:
    """The populations that cells of a group belong to, in the order of their cells' numbers."""
    parts = getattr(group, "populations", [group])
    found = {id(p): p for p in (getattr(part, "grandparent", part) for part in parts)}
    return sorted(found.values(), key=lambda p: p.number)


def _kinds(projection: Projection) -> tuple[list[dict[str, float]], NDArray[np.int64]]:
    """The different dynamics among a projection's synapses, and which each has."""
    common = projection.synapse_type.common
    if not common or not len(projection):
        return [{}], np.zeros(len(projection), dtype=np.int64)
    rows, which = np.unique(np.stack([projection.values[n] for n in common], axis=1), axis=0, return_inverse=True)
    if len(rows) > MOST_KINDS:
        raise BadValue(f"{projection.label}: {', '.join(common)}", f"{len(rows)} kinds", f"{MOST_KINDS} would do")
    return [dict(zip(common, row, strict=True)) for row in rows.tolist()], which.ravel()


def _time_constant(population: Population, receptor: str) -> float:
    if population.celltype.synapses != "curr_exp":
        return 1.0
    name = _TAU[receptor]
    return only_number(population.parameters[name], f"{population.label}.{name}")


def network_of(populations: list[Population], projections: list[Projection], trains: dict[int, Any], dt: float) -> Any:
    """The whole network, and the pieces of its projections."""
    both = [pair for projection in projections for pair in pieces(projection, dt)]
    nodes = [described(p, trains.get(p.number)) for p in populations]
    return Network(nodes, [own for _, own in both]), [piece for piece, _ in both]
