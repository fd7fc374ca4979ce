"""The files of a model in NeuroML: the network, the types that it needs, and a simulation for LEMS."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

import numpy as np

from izhi.bridge.names import identifier
from izhi.bridge.neuroml import inputs, synapses
from izhi.bridge.neuroml.expression import quantity
from izhi.bridge.neuroml.marks import mark
from izhi.bridge.neuroml.quantities import read_quantity
from izhi.bridge.neuroml.scene import Group, Scene
from izhi.bridge.neuroml.types import PREFIX, component_type, declarations, model_of
from izhi.errors import BadValue
from izhi.network import Conductance, Delta, Network, Projection
from izhi.recording import Writer

NAMESPACE = "http://www.neuroml.org/schema/neuroml2"
SCHEMA = f"{NAMESPACE} https://raw.github.com/NeuroML/NeuroML2/development/Schemas/NeuroML2/NeuroML_v2.3.1.xsd"
# The voltages of more cells than this are not written by the simulation.
MOST_TRACES = 50
# How a path in a network, from a projection to a population, begins; it is no path of files.
UP = ".." + "/"
_ORDER = (
    "notes", "property", "expOneSynapse", "izhikevichCell", "izhikevich2007Cell", "pulseGenerator", "pulseGeneratorDL",
    "spikeArray", "spikeGeneratorPoisson", "network",
)  # fmt: skip


@dataclass
class Document:
    """What is put into the files.

    Attributes
    ----------
    name : str
    standard, own : list of Element
        Components that NeuroML has, and those of generated types.
    network : Element
    """

    name: str
    notes: str
    standard: list[Element] = field(default_factory=list)
    own: list[Element] = field(default_factory=list)
    network: Element = field(default_factory=lambda: Element("network"))
    written: set[str] = field(default_factory=set)

    def add(self, element: Element) -> str:
        """Take a component in, and return its id."""
        (self.own if element.tag.startswith(PREFIX) else self.standard).append(element)
        return str(element.get("id"))


def document(name: str, scene: Scene, notes: str, early: float = 0.0) -> Document:
    """All of a scene as elements; `early`, half a step [ms], is how much shorter delays are, and sources earlier."""
    made = Document(identifier(name), notes)
    made.network.set("id", f"{made.name}_network")
    placed: list[tuple[Group, list[str]]] = []
    for group in scene.groups:
        made.add(group.component)
        for spike in group.component.findall("spike") if early else ():
            at = read_quantity(str(spike.get("time")), "ms", "spike")
            spike.set("time", quantity((2 * math.ceil(at / (2 * early) - 1e-9) - 1) * early, "ms"))
        unit = group.model.current if group.model else "pA"
        ids = []
        for k, part in enumerate(group.inputs):
            ids += [made.add(e) for e in inputs.elements(part, f"{group.name}_input{k}", unit)]
        placed.append((group, ids))
        population = SubElement(made.network, "population", id=group.name, component=str(group.component.get("id")))
        population.set("size", str(group.size))
        if group.name != group.population:
            mark(population, {"izhi:population": group.population})
    if scene.simulation is not None:
        for projection in scene.simulation.network.projections:
            _project(made, scene, projection, early)
    for group, ids in placed:
        for k in range(group.size):
            for each in ids:
                target = f"{group.name}[{k}]"
                SubElement(made.network, "explicitInput", target=target, input=each, destination="synapses")
    return made


def refuse_what_is_lost(network: Network) -> None:
    """Say what NeuroML has no words for.

    Raises
    ------
    BadValue
        If a network has background input, or synapses that change with use.
    """
    for projection in network.projections:
        for what in ("short_term", "plasticity"):
            if getattr(projection, what) is not None:
                wanted = f"{what}=None would do: no NeuroML type has this rule"
                raise BadValue(f"neuroml: {projection.name}.{what}", getattr(projection, what), wanted)
    for who, drive in (("Network", network.drive), *((p.name, p.drive) for p in network.populations)):
        if drive:
            wanted = (
                "no drive, or its values as a Sampled stimulus, would do: NeuroML cannot repeat these random numbers"
            )
            raise BadValue(f"neuroml: {who}.drive", drive[0], wanted)


def _project(made: Document, scene: Scene, projection: Projection, early: float) -> None:
    """A projection as one for each pair of groups, and for each receptor that it opens."""
    assert scene.simulation is not None
    network, dt = scene.simulation.network, scene.simulation.dt
    found = scene.simulation.weights(projection.name)
    ends = [_ends(network, scene, cells) for cells in (found.source, found.target)]
    kind = projection.synapse
    receptors = [("", 1.0)]
    if isinstance(kind, Conductance):
        receptors = [(kind.receptor, 1.0)] + ([(kind.second, kind.share)] if kind.second else [])
    pairs: dict[tuple[str, str], list[int]] = {}
    for j, (a, b) in enumerate(zip(*ends, strict=True)):
        pairs.setdefault((a[0].name, b[0].name), []).append(j)
    base = identifier(projection.name)
    for (source, target), members in pairs.items():
        group = ends[1][members[0]][0]
        for receptor, share in receptors:
            name = f"{base}__{source}__{target}{f'_{receptor}' if receptor else ''}"
            key = (
                f"{base}_{group.name if _particular(kind) else (group.model.current if group.model else '')}{receptor}"
            )
            used = identifier(f"{key}_synapse")
            if used not in made.written:
                made.add(synapses.synapse(kind, receptor, used, group, dt))
                made.written.add(used)
            each = SubElement(made.network, "projection", id=name, presynapticPopulation=source)
            each.set("postsynapticPopulation", target)
            each.set("synapse", used)
            for n, j in enumerate(members):
                _connect(each, n, ends[0][j], ends[1][j], float(found.weight[j]) * share,
                         float(found.delay[j]) - early)  # fmt: skip


def _particular(kind: object) -> bool:
    """Whether a synapse depends on the cell that it is on."""
    return isinstance(kind, Conductance | Delta)


def _ends(network: Network, scene: Scene, numbers: np.ndarray) -> list[tuple[Group, int]]:
    """Where cells are that are counted through all populations."""
    firsts = np.cumsum([0, *(p.count for p in network.populations)])
    table: dict[int, tuple[Group, int]] = {}
    by_name = {p.name: int(first) for p, first in zip(network.populations, firsts, strict=False)}
    for group in scene.groups:
        for k in range(group.size):
            table[by_name[group.population] + group.first + k] = (group, k)
    return [table[int(n)] for n in numbers]


def _connect(
    into: Element, number: int, source: tuple[Group, int], target: tuple[Group, int], weight: float, delay: float
) -> None:
    made = SubElement(into, "connectionWD", id=str(number))
    made.set("preCellId", f"{UP}{source[0].name}[{source[1]}]")
    made.set("postCellId", f"{UP}{target[0].name}[{target[1]}]")
    made.set("weight", quantity(weight, "1"))
    made.set("delay", quantity(delay, "ms"))


def neuroml(made: Document) -> Element:
    """The file of NeuroML proper, which its schema holds for valid."""
    root = Element("neuroml", {"xmlns": NAMESPACE, "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance"})
    root.set("xsi:schemaLocation", SCHEMA)
    root.set("id", made.name)
    SubElement(root, "notes").text = made.notes
    root.extend(sorted(made.standard, key=lambda element: _ORDER.index(element.tag)))
    root.append(made.network)
    return root


def types(made: Document) -> Element | None:
    """The file of generated types and their components; None where nothing needs one."""
    if not made.own:
        return None
    root = Element("Lems", description=f"Types and components of {made.name}. {made.notes}")
    root.extend(declarations())
    tags = {child.tag for element in made.own for child in element.iter()}
    for tag in sorted(tags):
        model = model_of(tag)
        if model is not None:
            root.append(component_type(model))
    for flavour in ("", "DL"):
        declared = [*inputs.input_types(flavour), *synapses.synapse_types(flavour)]
        needed = {tag for tag in tags if tag.endswith("DL") == bool(flavour) and model_of(tag) is None}
        if needed & {f"{PREFIX}current{flavour}"}:
            needed |= {f"{PREFIX}piece{flavour}", f"{PREFIX}wave{flavour}"}
        root.extend(each for each in declared if each.get("name") in needed)
    root.extend(made.own)
    return root


def simulation(made: Document, files: Iterable[str], scene: Scene, duration: float, dt: float) -> Element:
    """The file that LEMS runs: how long, by which step, and what it writes."""
    root = Element("Lems")
    SubElement(root, "Target", component=f"{made.name}_simulation")
    for file in ("Cells.xml", "Networks.xml", "Simulation.xml", *files):
        SubElement(root, "Include", file=file)
    run = SubElement(root, "Simulation", id=f"{made.name}_simulation", length=quantity(duration, "ms"))
    run.set("step", quantity(dt, "ms"))
    run.set("target", f"{made.name}_network")
    run.set("seed", "1")
    paths = [f"{group.name}[{k}]" for group in scene.groups for k in range(group.size)]
    voltages = [f"{group.name}[{k}]/v" for group in scene.groups if group.model is not None for k in range(group.size)]
    if 0 < len(voltages) <= MOST_TRACES:
        output = SubElement(run, "OutputFile", id="voltages", fileName=f"{made.name}.v.dat")
        for k, voltage in enumerate(voltages):
            SubElement(output, "OutputColumn", id=f"v{k}", quantity=voltage)
    events = SubElement(run, "EventOutputFile", id="spikes", fileName=f"{made.name}.spikes", format="ID_TIME")
    for k, path in enumerate(paths):
        SubElement(events, "EventSelection", id=str(k), select=path, eventPort="spike")
    return root


def writer(root: Element) -> Writer:
    """What writes an element into an open file, as text that people can read."""

    def write(file: IO[bytes]) -> None:
        indent(root)
        ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
        file.write(b"\n")

    return write
