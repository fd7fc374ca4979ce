"""Reading cells and networks from NeuroML 2."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import add
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

import numpy as np

from izhi.bridge.neuroml import cells, inputs, synapses
from izhi.bridge.neuroml.marks import marks
from izhi.bridge.neuroml.quantities import read_quantity
from izhi.bridge.neuroml.tree import included, parsed
from izhi.cell import Cell
from izhi.errors import BadValue, FileProblem, UnknownName
from izhi.network import Network, PoissonSource, Population, Projection, SpikeSource
from izhi.stimulus import Stimulus
from izhi.wiring import Pairs

_SOURCES = ("spikeArray", "spikeGeneratorPoisson")
# What says nothing about dynamics.
_ASIDE = ("notes", "property", "annotation", "include", "Include", "Target", "Simulation", "Dimension", "Unit",
          "ComponentType", "space", "region", "layout")  # fmt: skip
# A cell within its population, from a projection or from the network: "E[3]", "E/3/RS_cell".
_PLACE = re.compile(r"(?:\.\./)?(?P<name>\w+)(?:\[(?P<a>\d+)\]|/(?P<b>\d+)(?:/\w*)?)?")


@dataclass(eq=False)
class _Model:
    """All that was found in a file and those it includes."""

    path: Path
    components: dict[str, Element] = field(default_factory=dict)
    networks: list[Element] = field(default_factory=list)

    def take(self, root: Element) -> None:
        """Take the elements of one file in."""
        for element in root:
            if element.tag == "network":
                self.networks.append(element)
            elif element.tag not in _ASIDE and element.get("id"):
                self.components[str(element.get("id"))] = element

    def component(self, name: str | None, who: str) -> Element:
        """A component by its id."""
        if name is None or name not in self.components:
            raise UnknownName(f"{self.path}: {who}", name or "", self.components)
        return self.components[name]


class _Place(NamedTuple):
    """A population of the file within one of ours."""

    population: str
    first: int
    size: int


def read(path: str | os.PathLike[str]) -> Cell | Network:
    """Read the cell or the network of a NeuroML 2 file.

    Cells are `izhikevichCell`, `izhikevich2007Cell`, and those of the types that `write` makes. A file with a network
    gives a Network; a file with one cell, or a network of one cell without input or synapses, gives that Cell.

    Parameters
    ----------
    path : path
        A NeuroML file, or a LEMS file that includes one. A file of types, `NAME_types.xml`, is found beside `NAME.nml`.

    Returns
    -------
    Cell or Network
        The synapses of a network are lists of pairs, with their weights and delays.

    Raises
    ------
    FileProblem
        If it cannot be read, or is no NeuroML.
    BadValue, UnknownName
        If it has cells, synapses or inputs that this package has not.

    Examples
    --------
    >>> import izhi
    >>> from izhi.bridge import neuroml
    >>> files = neuroml.write(izhi.Cell.preset("2007/RS", d=110), "rs.nml")
    >>> neuroml.read("rs.nml").parameters["d"]
    array(110.)
    """
    given = Path(path)
    root = parsed(given)
    if root.tag not in ("neuroml", "Lems"):
        raise FileProblem(path, f"begins with {root.tag!r}; NeuroML 2, or LEMS, would do")
    model = _Model(given)
    files = included(given, root)
    types = given.with_name(f"{given.stem}_types.xml")
    if types.is_file() and types.resolve() not in dict(files):
        files.append((types, types))
    for file, _ in files:
        model.take(parsed(file))
    if len(model.networks) > 1:
        raise FileProblem(path, f"has {len(model.networks)} networks; one would do")
    if model.networks:
        network = _network(model, model.networks[0])
        return _alone(network) or network
    found = [element for element in model.components.values() if cells.knows(element)]
    if len(found) != 1:
        there = ", ".join(sorted({e.tag for e in model.components.values()})) or "nothing"
        text = f"has {len(found)} Izhikevich cells and no network; one cell would do (there is {there})"
        raise FileProblem(path, text)
    return cells.read_cell(found[0], str(path))


def _alone(network: Network) -> Cell | None:
    """The cell of a network that is nothing but that."""
    whole = network.populations
    if len(whole) == 1 and whole[0].count == 1 and not network.projections and whole[0].stimulus is None:
        return whole[0].cell if isinstance(whole[0].cell, Cell) else None
    return None


def _network(model: _Model, root: Element) -> Network:
    refused = next((e.tag for e in root if e.tag not in (*_ASIDE, "population", "projection", "explicitInput",
                                                         "inputList")), None)  # fmt: skip
    if refused is not None:
        raise BadValue(f"{model.path}: network", refused, "populations, projections and inputs would do")
    places: dict[str, _Place] = {}
    groups: dict[str, list[Element]] = {}
    for element in root.findall("population"):
        own = marks(element).get("izhi:population") or str(element.get("id"))
        size = _size(element, model.path)
        before = sum(_size(each, model.path) for each in groups.get(own, ()))
        places[str(element.get("id"))] = _Place(own, before, size)
        groups.setdefault(own, []).append(element)
    stimuli = _stimuli(model, root, places)
    needs: dict[str, dict[str, float]] = {}
    projections = [_projection(model, e, places, needs) for e in root.findall("projection")]
    populations = [_population(model, name, each, stimuli, needs.get(name, {})) for name, each in groups.items()]
    return Network(populations, [p for p in projections if p is not None])


def _size(element: Element, path: Path) -> int:
    instances = len(element.findall("instance"))
    text = element.get("size") or str(instances)
    if not text.isdigit():
        raise BadValue(f"{path}: population {element.get('id')!r}", text, "a whole number would do")
    return instances or int(text)


def _population(
    model: _Model, name: str, parts: list[Element], stimuli: dict[str, dict[int, Stimulus]], needs: dict[str, float]
) -> Population:
    """One of ours: a population of the file, or several whose cells differ."""
    found = [(model.component(e.get("component"), f"population {name!r}"), _size(e, model.path)) for e in parts]
    count = sum(size for _, size in found)
    first = found[0][0]
    if first.tag in _SOURCES:
        if stimuli.get(name):
            raise BadValue(f"{model.path}: {name}", "an input", "a population of cells would do")
        return Population(name, count, _source(model, found))
    for element, _ in found:
        if not cells.knows(element):
            wanted = "izhikevichCell, izhikevich2007Cell, or what izhi wrote would do"
            raise BadValue(f"{model.path}: population {name!r}", element.tag, wanted)
    each = [cells.read_cell(element, str(model.path)) for element, _ in found]
    if len({cell.model.name for cell in each}) > 1:
        raise BadValue(f"{model.path}: population {name!r}", "several models", "cells of one model would do")
    sizes = [size for _, size in found]
    symbols = each[0].model.symbols
    parameters = {s: _values([cell.parameters[s] for cell in each], sizes) for s in symbols}
    initial = {q.symbol: _values([cell.initial[q.symbol] for cell in each], sizes) for q in each[0].model.state}
    cell = Cell(each[0].model, {s: _one(x) for s, x in (parameters | needs).items()},
                {s: _one(x) for s, x in initial.items()}, name=each[0].name)  # fmt: skip
    varied = [{s: x for s, x in values.items() if np.ndim(x)} for values in (parameters, initial)]
    return Population(name, count, cell, varied[0], varied[1], stimulus=_together(stimuli.get(name, {}), count))


def _values(values: list[Any], sizes: list[int]) -> Any:
    """One number where all are the same, else one for each cell."""
    numbers = np.array([float(x) for x in values])
    return float(numbers[0]) if (numbers == numbers[0]).all() else np.repeat(numbers, sizes)


def _one(value: Any) -> float:
    return float(value[0]) if np.ndim(value) else float(value)


def _source(model: _Model, found: list[tuple[Element, int]]) -> SpikeSource | PoissonSource:
    first = found[0][0]
    where = f"{model.path}: {first.tag} {first.get('id')!r}"
    if first.tag == "spikeGeneratorPoisson":
        return PoissonSource(1e3 * read_quantity(first.get("averageRate") or "", "1/ms", where))
    trains = []
    for element, size in found:
        times = [read_quantity(each.get("time") or "", "ms", where) for each in element.findall("spike")]
        trains += [times] * size
    return SpikeSource(trains[0] if all(t == trains[0] for t in trains) else trains)


def _stimuli(model: _Model, root: Element, places: dict[str, _Place]) -> dict[str, dict[int, Stimulus]]:
    """By population, the current of each cell that gets one."""
    found: dict[str, dict[int, list[Stimulus]]] = {}
    for target, name in _attached(root):
        element = model.component(name, "input")
        if not inputs.knows(element):
            wanted = f"{', '.join(inputs.READ)} would do"
            raise BadValue(f"{model.path}: input {name!r}", element.tag, wanted)
        population, cell, part = _cell(target, places, model.path)
        unit = _unit(model, root, part)
        read = inputs.read_input(element, unit, str(model.path))
        found.setdefault(population, {}).setdefault(cell, []).append(read)
    return {name: {k: reduce(add, x) for k, x in by_cell.items()} for name, by_cell in found.items()}


def _attached(root: Element) -> Iterator[tuple[str, str]]:
    for element in root.findall("explicitInput"):
        yield element.get("target") or "", element.get("input") or ""
    for each in root.findall("inputList"):
        for element in each.findall("input"):
            yield element.get("target") or "", each.get("component") or ""


def _unit(model: _Model, root: Element, part: str) -> str:
    """The unit of the current of a population's cells."""
    element = next(e for e in root.findall("population") if e.get("id") == part)
    cell = model.component(element.get("component"), f"population {part!r}")
    return cells.read_cell(cell, str(model.path)).model.current if cells.knows(cell) else "pA"


def _cell(path: str, places: dict[str, _Place], file: Path) -> tuple[str, int, str]:
    """Our population and cell, and the file's population, of a path such as "E[3]"."""
    match = _PLACE.fullmatch(path)
    if match is None or match["name"] not in places:
        raise UnknownName(f"{file}: cell", path, places)
    place = places[match["name"]]
    number = int(match["a"] or match["b"] or 0)
    if number >= place.size:
        raise BadValue(f"{file}: cell", path, f"{match['name']} has {place.size} cells")
    return place.population, place.first + number, match["name"]


def _together(by_cell: dict[int, Stimulus], count: int) -> Stimulus | None:
    """The currents of a population: one for all where all have the same."""
    if not by_cell:
        return None
    first = next(iter(by_cell.values()))
    if len(by_cell) == count and all(each == first for each in by_cell.values()):
        return first
    return inputs.of_each(by_cell, count)


def _projection(
    model: _Model,
    element: Element,
    places: dict[str, _Place],
    needs: dict[str, dict[str, float]],
) -> Projection | None:
    who = f"{model.path}: projection {element.get('id')!r}"
    kind = model.component(element.get("synapse"), f"projection {element.get('id')!r}")
    if not synapses.knows(kind):
        wanted = "expOneSynapse, or what izhi wrote, would do"
        raise BadValue(who, kind.tag, wanted)
    ends = []
    for key in ("presynapticPopulation", "postsynapticPopulation"):
        if element.get(key) not in places:
            raise UnknownName(who, element.get(key) or "", places)
        ends.append(places[str(element.get(key))].population)
    rows = [e for e in element if e.tag in ("connection", "connectionWD")]
    if not rows:
        return None
    source = [_cell(e.get("preCellId") or "", places, model.path)[1] for e in rows]
    target = [_cell(e.get("postCellId") or "", places, model.path)[1] for e in rows]
    asked = needs.setdefault(ends[1], {})
    synapse, unit, more = synapses.read_synapse(kind, asked, str(model.path))
    if any(asked.get(s, x) != x for s, x in more.items()):
        raise BadValue(who, kind.get("id"), "one time constant and reversal potential for each receptor would do")
    asked |= more
    weight = [unit * read_quantity(e.get("weight") or "1", "1", who) for e in rows]
    delay = [read_quantity(e.get("delay") or "0ms", "ms", who) for e in rows]
    rule = Pairs(source, target)
    return Projection(ends[0], ends[1], rule, np.array(weight), np.array(delay), synapse, name=str(element.get("id")))
