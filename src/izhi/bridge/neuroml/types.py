"""Models as ComponentTypes of LEMS, made from their declared equations."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

from izhi.bridge.neuroml.expression import (
    DIMENSIONS,
    OWN_DIMENSIONS,
    OWN_UNITS,
    UNITS,
    Capped,
    Choice,
    Expression,
    expression,
    printable,
    symbol,
)
from izhi.equations import MODELS, Model, Quantity
from izhi.errors import BadValue

PREFIX = "izhi_"
# What a current is called where it is attached, by the unit of the model's current, and its type.
CURRENTS = {"pA": ("i", "basePointCurrent", ""), "mV/ms": ("I", "basePointCurrentDL", "DL")}


def type_name(model: Model) -> str:
    """What a model's type is called.

    Examples
    --------
    >>> from izhi.equations import model
    >>> type_name(model("izhikevich2007-lts"))
    'izhi_izhikevich2007_lts'
    """
    return PREFIX + model.name.replace("-", "_")


def model_of(name: str) -> Model | None:
    """The model of a type's name, or None."""
    return next((model for model in MODELS.values() if type_name(model) == name), None)


def declarations() -> list[Element]:
    """The dimensions and units that NeuroML has not."""
    found = []
    for name in OWN_DIMENSIONS:
        powers = dict(zip("mlti", map(str, DIMENSIONS[name]), strict=True))
        found.append(Element("Dimension", {"name": name} | {k: p for k, p in powers.items() if p != "0"}))
    for unit, power in OWN_UNITS.items():
        dimension = next(d for u, d in UNITS.values() if u == unit)
        found.append(Element("Unit", {"symbol": unit, "dimension": dimension, "power": str(power)}))
    return found


def component_type(model: Model) -> Element:
    """The ComponentType of a model: its parameters, where it starts, its equations, and what a spike does."""
    title = f"{model.title}. {model.reference}"
    made = Element("ComponentType", name=type_name(model), extends="baseCellMembPot", description=title)
    for q in model.parameters:
        SubElement(made, "Parameter", name=q.symbol, dimension=_dimension(q), description=q.meaning)
    for q in model.state:
        text = f"initial {q.meaning}"
        SubElement(made, "Parameter", name=f"{q.symbol}0", dimension=_dimension(q), description=text)
    SubElement(made, "Text", name="preset", description="what izhi calls the cell")
    dimensionless = model.current != "pA"
    if dimensionless:
        SubElement(made, "Constant", name="I_unit", dimension="voltage_per_time", value="1mV_per_ms")
    SubElement(made, "Attachments", name="synapses", type=CURRENTS[model.current][1])
    for q in model.state[1:]:
        SubElement(made, "Exposure", name=q.symbol, dimension=_dimension(q), description=q.meaning)
    made.append(_dynamics(model, dimensionless))
    return made


def _dynamics(model: Model, dimensionless: bool) -> Element:
    made = Element("Dynamics")
    state = {q.symbol: symbol(q.symbol, q.unit) for q in model.state}
    p = model.Parameters(*(symbol(q.symbol, q.unit) for q in model.parameters))
    rates = printable(model.rhs)(*state.values(), symbol("I", model.current), p)
    after = printable(model.reset)(state["v"], state["u"], p)
    capped = any(isinstance(x, Capped) for x in after)
    for q in model.state:
        SubElement(made, "StateVariable", name=q.symbol, dimension=_dimension(q), exposure=q.symbol)
    if capped:
        SubElement(made, "StateVariable", name="spiked", dimension="none")
    _current(made, dimensionless)
    for choice in _choices(rates):
        _branch(made, choice)
    for name, rate in zip(state, rates, strict=True):
        SubElement(made, "TimeDerivative", variable=name, value=rate.text)
    start = SubElement(made, "OnStart")
    for name in state:
        SubElement(start, "StateAssignment", variable=name, value=f"{name}0")
    _spike(made, expression(printable(model.peak)(state["u"], p)), after)
    return made


def _current(dynamics: Element, dimensionless: bool) -> None:
    """The sum of all that is attached, in the model's unit."""
    if dimensionless:
        SubElement(dynamics, "DerivedVariable", name="attached", dimension="none", select="synapses[*]/I", reduce="add")
        SubElement(dynamics, "DerivedVariable", name="I", dimension="voltage_per_time", value="attached * I_unit")
    else:
        SubElement(dynamics, "DerivedVariable", name="I", dimension="current", select="synapses[*]/i", reduce="add")


def _choices(rates: Iterable[Expression]) -> list[Choice]:
    return list({choice.name: choice for rate in rates for choice in rate.choices}.values())


def _branch(dynamics: Element, choice: Choice) -> None:
    """A variable that has one of two values; LEMS takes it from before the step, as forward Euler does."""
    made = SubElement(dynamics, "ConditionalDerivedVariable", name=choice.name, dimension=choice.then.dimension_name)
    SubElement(made, "Case", condition=choice.test, value=choice.then.text)
    SubElement(made, "Case", value=choice.otherwise.text)


def _spike(dynamics: Element, peak: Expression, after: tuple[Expression | Capped, Expression | Capped]) -> None:
    """What happens where v has reached its peak; a bound is set in a condition of its own, right after the spike."""
    fired = SubElement(dynamics, "OnCondition", test=f"v .geq. {peak.text}")
    bounded = []
    for name, value in zip(("v", "u"), after, strict=True):
        first = value.first if isinstance(value, Capped) else expression(value)
        if first.choices:
            raise BadValue("LEMS", first.text, "a reset without branches would do")
        SubElement(fired, "StateAssignment", variable=name, value=first.text)
        if isinstance(value, Capped):
            bounded.append((name, value.bound.text))
    if bounded:
        SubElement(fired, "StateAssignment", variable="spiked", value="1")
    SubElement(fired, "EventOut", port="spike")
    for name, bound in bounded:
        cap = SubElement(dynamics, "OnCondition", test=f"spiked .gt. 0 .and. {name} .geq. {bound}")
        SubElement(cap, "StateAssignment", variable=name, value=bound)
    if bounded:
        done = SubElement(dynamics, "OnCondition", test="spiked .gt. 0")
        SubElement(done, "StateAssignment", variable="spiked", value="0")


def _dimension(q: Quantity) -> str:
    return UNITS[q.unit][1]
