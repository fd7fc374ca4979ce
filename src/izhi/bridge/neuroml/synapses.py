"""What a spike does where it arrives, as components: NeuroML's own where it is that synapse, else types of our own.

A connection's weight has no unit in NeuroML; here it counts pA, nS, mV or, for the models of 2003, mV/ms and 1/ms.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from izhi.bridge.neuroml.expression import quantity
from izhi.bridge.neuroml.marks import mark, marks
from izhi.bridge.neuroml.quantities import read_quantity
from izhi.bridge.neuroml.scene import Group
from izhi.bridge.neuroml.types import PREFIX
from izhi.errors import BadValue
from izhi.network import Conductance, CurrentPulse, Delta, ExponentialCurrent, Synapse

PULSE, EXPONENTIAL, CONDUCTANCE = f"{PREFIX}pulse", f"{PREFIX}exponential", f"{PREFIX}conductance"


def synapse(kind: Synapse, receptor: str, name: str, target: Group, dt: float) -> Element:
    """The component of a synapse on the cells of a group.

    Parameters
    ----------
    kind : Synapse
        What it is.
    receptor : str
        Of a conductance; it has two where it opens a second.
    name : str
        Its id.
    target : Group
        The cells that it is on: their unit, capacitance, and receptors.
    dt : float
        [ms] How long a pulse lasts.
    """
    assert target.model is not None
    p, flavour = target.parameters, "" if target.model.current == "pA" else "DL"
    unit = "pA" if not flavour else "1"
    if isinstance(kind, CurrentPulse):
        return Element(PULSE + flavour, id=name, size=quantity(1.0, unit), means="current")
    if isinstance(kind, Delta):
        # A current over one step that moves v by 1 mV.
        size = (p["C"] if not flavour else 1.0) / dt
        return Element(PULSE + flavour, id=name, size=quantity(size, unit), means="jump of v")
    if isinstance(kind, ExponentialCurrent):
        return Element(EXPONENTIAL + flavour, id=name, tau=quantity(kind.tau, "ms"), size=quantity(1.0, unit))
    assert isinstance(kind, Conductance)
    tau, reversal = quantity(p[f"tau_{receptor}"], "ms"), quantity(p[f"E_{receptor}"], "mV")
    if receptor != "NMDA" and not flavour:
        made = Element("expOneSynapse", id=name, gbase="1.0nS", erev=reversal, tauDecay=tau)
        mark(made, {"izhi:receptor": receptor})
        return made
    g = "1.0nS" if not flavour else "1.0per_ms"
    made = Element(CONDUCTANCE + flavour, id=name, gbase=g, erev=reversal, tau=tau, receptor=receptor)
    middle, reach = ("v_NMDA", "s_NMDA") if receptor == "NMDA" else ("", "")
    made.set("middle", quantity(p[middle] if middle else 0.0, "mV"))
    made.set("reach", quantity(p[reach] if reach else 1.0, "mV"))
    made.set("block", "1" if receptor == "NMDA" else "0")
    return made


def synapse_types(flavour: str) -> list[Element]:
    """The ComponentTypes of our own synapses, in pA or (flavour "DL") as numbers."""
    exposure, dimension = ("I", "none") if flavour else ("i", "current")
    base = "basePointCurrentDL" if flavour else "baseSynapse"
    pulse = _type(
        PULSE + flavour, base, "A current in the one step in which an event arrives, of size times its weight."
    )
    SubElement(pulse, "Parameter", name="size", dimension=dimension)
    SubElement(pulse, "Text", name="means")
    _port(pulse, flavour)
    dynamics = SubElement(pulse, "Dynamics")
    for name in ("arrived", exposure):
        shown = {"exposure": name} if name == exposure else {}
        SubElement(dynamics, "StateVariable", {"name": name, "dimension": dimension} | shown)
    arrival = SubElement(dynamics, "OnEvent", port="in")
    SubElement(arrival, "StateAssignment", variable="arrived", value="arrived + weight * size")
    every = SubElement(dynamics, "OnCondition", test="arrived .neq. 0 .or. " + exposure + " .neq. 0")
    SubElement(every, "StateAssignment", variable=exposure, value="arrived")
    SubElement(every, "StateAssignment", variable="arrived", value="0 * arrived")
    return [pulse, _exponential(flavour, base, exposure, dimension), _conductance(flavour, exposure, dimension)]


def _exponential(flavour: str, base: str, exposure: str, dimension: str) -> Element:
    made = _type(EXPONENTIAL + flavour, base, "A current that jumps at an event and decays exponentially.")
    SubElement(made, "Parameter", name="tau", dimension="time")
    SubElement(made, "Parameter", name="size", dimension=dimension)
    _port(made, flavour)
    dynamics = SubElement(made, "Dynamics")
    SubElement(dynamics, "StateVariable", name=exposure, dimension=dimension, exposure=exposure)
    SubElement(dynamics, "TimeDerivative", variable=exposure, value=f"(0 - {exposure}) / tau")
    arrival = SubElement(dynamics, "OnEvent", port="in")
    SubElement(arrival, "StateAssignment", variable=exposure, value=f"{exposure} + weight * size")
    return made


def _conductance(flavour: str, exposure: str, dimension: str) -> Element:
    base = "basePointCurrentDL" if flavour else "baseSynapse"
    text = "A conductance that jumps at an event and decays; where block is 1, with the voltage factor of NMDA."
    made = _type(CONDUCTANCE + flavour, base, text)
    g = "per_time" if flavour else "conductance"
    for key, kind in (("gbase", g), ("erev", "voltage"), ("tau", "time"), ("middle", "voltage"), ("reach", "voltage")):
        SubElement(made, "Parameter", name=key, dimension=kind)
    SubElement(made, "Parameter", name="block", dimension="none")
    SubElement(made, "Text", name="receptor")
    if flavour:
        SubElement(made, "Constant", name="I_unit", dimension="voltage_per_time", value="1mV_per_ms")
    SubElement(made, "Requirement", name="v", dimension="voltage")
    _port(made, flavour)
    dynamics = SubElement(made, "Dynamics")
    SubElement(dynamics, "StateVariable", name="g", dimension=g)
    x = "((v - middle) / reach)"
    SubElement(dynamics, "DerivedVariable", name="ratio", dimension="none", value=f"{x} * {x}")
    SubElement(
        dynamics, "DerivedVariable", name="open", dimension="none", value="1 - block + block * ratio / (1 + ratio)"
    )
    current = "g * open * (erev - v)" + (" / I_unit" if flavour else "")
    SubElement(dynamics, "DerivedVariable", name=exposure, dimension=dimension, exposure=exposure, value=current)
    SubElement(dynamics, "TimeDerivative", variable="g", value="(0 - g) / tau")
    arrival = SubElement(dynamics, "OnEvent", port="in")
    SubElement(arrival, "StateAssignment", variable="g", value="g + weight * gbase")
    return made


def _type(name: str, base: str, text: str) -> Element:
    made = Element("ComponentType", name=name, extends=base, description=text)
    SubElement(made, "Property", name="weight", dimension="none", defaultValue="1")
    return made


def _port(made: Element, flavour: str) -> None:
    """The port that events arrive at; in pA the type has it from its base."""
    if flavour:
        SubElement(made, "EventPort", name="in", direction="in")


def knows(element: Element) -> bool:
    """Whether an element is a synapse that `read_synapse` reads."""
    return element.tag.removesuffix("DL") in ("expOneSynapse", PULSE, EXPONENTIAL, CONDUCTANCE)


def read_synapse(element: Element, target: dict[str, float], who: str) -> tuple[Synapse, float, dict[str, float]]:
    """The synapse of a component, what its weights are multiplied by, and what it asks of the target cells."""
    tag, where = element.tag.removesuffix("DL"), f"{who}: {element.tag} {element.get('id')!r}"
    unit = "1" if element.tag.endswith("DL") else "pA"

    def value(name: str, kind: str) -> float:
        text = element.get(name)
        if text is None:
            raise BadValue(f"{where}: {name}", None, "the attribute would do")
        return read_quantity(text, kind, f"{where}: {name}")

    if tag == PULSE:
        jump = element.get("means") == "jump of v"
        return (Delta() if jump else CurrentPulse()), (1.0 if jump else value("size", unit)), {}
    if tag == EXPONENTIAL:
        return ExponentialCurrent(value("tau", "ms")), value("size", unit), {}
    receptor = element.get("receptor") or marks(element).get("izhi:receptor") or _free(element, target)
    tau = value("tauDecay" if tag == "expOneSynapse" else "tau", "ms")
    needs = {f"tau_{receptor}": tau, f"E_{receptor}": value("erev", "mV")}
    if receptor == "NMDA":
        needs |= {"v_NMDA": value("middle", "mV"), "s_NMDA": value("reach", "mV")}
    return Conductance(receptor), value("gbase", "1/ms" if unit == "1" else "nS"), needs


def _free(element: Element, target: dict[str, float]) -> str:
    """The receptor for a conductance that says none: one that is not taken, inhibitory if it draws below -65 mV."""
    erev = read_quantity(element.get("erev") or "", "mV", "erev")
    order = ("GABA_A", "GABA_B", "AMPA", "opsin") if erev < -65 else ("AMPA", "opsin", "GABA_A", "GABA_B")
    tau = read_quantity(element.get("tauDecay") or "", "ms", "tauDecay")
    for receptor in order:
        if target.get(f"tau_{receptor}", tau) == tau and target.get(f"E_{receptor}", erev) == erev:
            return receptor
    raise BadValue("expOneSynapse", element.get("id"), "at most four different ones on a cell would do")
