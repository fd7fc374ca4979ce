"""Injected currents as inputs: NeuroML's pulse generator where it is that current, else pieces and waves of our own."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement

import numpy as np

from izhi.bridge.neuroml.expression import quantity
from izhi.bridge.neuroml.quantities import decimal_quantity
from izhi.bridge.neuroml.types import CURRENTS, PREFIX
from izhi.errors import BadValue
from izhi.stimulus import Constant, Drive, Events, Pulse, PulseTrain, Sine, Step, Stimulus, drive, parts
from izhi.stimulus.table import KINDS, read_current
from izhi.stimulus.terms import Pieces, Term, Wave

# What has no end lasts as long as the longest run [ms].
FOREVER = 1e12
# Each piece is looked at in each step.
MOST_PIECES = 10_000


class Square(NamedTuple):
    """A current of one size from `delay` on for `duration` [ms], the beginning included and the end not."""

    delay: float
    duration: str
    amplitude: float


@dataclass(frozen=True)
class Part:
    """One summand of a stimulus, for one cell: as pulses of NeuroML's own kind, or as pieces and waves."""

    stimulus: Stimulus
    squares: tuple[Square, ...]
    terms: tuple[Term, ...]


def split(stimulus: Stimulus | None, cell: int, duration: float) -> tuple[Part, ...]:
    """The summands of what one cell of a population is driven by.

    Raises
    ------
    BadValue
        If a summand are synaptic events, or a table with more than 10,000 pieces.
    """
    found = []
    for part in parts(stimulus) if stimulus is not None else ():
        if isinstance(part, Events):
            raise BadValue("neuroml", "Events", "a network with a SpikeSource and a Conductance would do")
        own = one_of(part, cell)
        squares = _squares(own)
        terms = () if squares else _terms(drive(own, duration))
        found.append(Part(own, squares, terms))
    return tuple(found)


def one_of(part: Stimulus, cell: int) -> Stimulus:
    """A stimulus of an ensemble as that of one of its cells."""
    changed = {}
    for key, value in vars(part).items():
        series = part.kind in ("steps", "linear", "sampled") and key in ("t", "I")
        if not isinstance(value, str) and np.ndim(value) > series:
            changed[key] = np.asarray(value)[cell].tolist()
    return replace(part, **changed)


def _squares(part: Stimulus) -> tuple[Square, ...]:
    """The pulses that a part is; none if it is something else."""
    closed = getattr(part, "closed", "left")
    if isinstance(part, Constant):
        return (Square(0.0, quantity(FOREVER, "ms"), float(part.I)),)
    if isinstance(part, Step) and closed in ("left", "both") and part.start >= 0:
        return (Square(float(part.start), quantity(FOREVER, "ms"), float(part.I)),)
    if closed != "left":
        return ()
    if isinstance(part, Pulse) and part.start >= 0:
        return (_square(part.start, part.stop, part.I),)
    if isinstance(part, PulseTrain) and part.start >= 0 and part.count <= MOST_PIECES:
        begin = part.start + part.period * np.arange(part.count)
        return tuple(_square(float(t), float(t + part.width), part.I) for t in begin)
    return ()


def _square(start: float, stop: float, amplitude: Any) -> Square:
    if stop == math.inf:
        return Square(float(start), quantity(FOREVER, "ms"), float(amplitude))
    exact = Decimal(repr(float(stop))) - Decimal(repr(float(start)))
    return Square(float(start), f"{exact:f}ms", float(amplitude))


def _terms(whole: Drive) -> tuple[Term, ...]:
    pieces = sum(term.knot.size for term in whole.terms if isinstance(term, Pieces))
    if pieces > MOST_PIECES:
        raise BadValue("neuroml", f"a current of {pieces} pieces", f"at most {MOST_PIECES} would do")
    return whole.terms


def elements(part: Part, name: str, unit: str) -> list[Element]:
    """A part as components, each to be attached to its cell.

    Parameters
    ----------
    part : Part
        What it is.
    name : str
        The id of the first; others have a number behind it.
    unit : str
        The unit of the model's current: pA, or mV/ms, which NeuroML has as a number.
    """
    flavour, in_file = CURRENTS[unit][2], unit if unit == "pA" else "1"
    if part.squares:
        made = []
        for k, square in enumerate(part.squares):
            each = Element(f"pulseGenerator{flavour}", id=f"{name}_{k}" if k else name)
            each.set("delay", quantity(square.delay, "ms"))
            each.set("duration", square.duration)
            each.set("amplitude", quantity(square.amplitude, in_file))
            made.append(each)
        return made
    whole = Element(f"{PREFIX}current{flavour}", id=name, stimulus=json.dumps(part.stimulus.described()))
    for k, term in enumerate(part.terms):
        if isinstance(term, Wave):
            whole.append(_wave(term, f"{name}_wave{k}", flavour, in_file))
        else:
            whole.extend(_pieces(term, f"{name}_{k}", flavour, in_file))
    return [whole]


def _pieces(term: Pieces, name: str, flavour: str, unit: str) -> list[Element]:
    made, stops = [], [*term.knot[1:].tolist(), FOREVER]
    lasts = [*(~term.inclusive[1:]).tolist(), True]
    value, rise = term.value.reshape(term.knot.size, -1)[:, 0], term.rise.reshape(term.knot.size, -1)[:, 0]
    for j, start in enumerate(term.knot.tolist()):
        if value[j] == 0 and rise[j] == 0:
            continue
        each = Element(f"{PREFIX}piece{flavour}", id=f"{name}_{j}")
        each.set("start", quantity(start, "ms"))
        each.set("stop", quantity(stops[j], "ms"))
        each.set("value", quantity(value[j], unit))
        each.set("rise", quantity(rise[j], unit))
        each.set("span", quantity(term.span[j], "ms"))
        each.set("first", str(int(term.inclusive[j])))
        each.set("last", str(int(lasts[j])))
        made.append(each)
    return made


def _wave(term: Wave, name: str, flavour: str, unit: str) -> Element:
    start, stop, amplitude, omega, chirp, phase = term.row(0)
    each = Element(f"{PREFIX}wave{flavour}", id=name)
    for key, time in (("start", start), ("stop", min(stop, FOREVER))):
        each.set(key, quantity(time, "ms"))
    each.set("amplitude", quantity(amplitude, unit))
    for key, value in (("omega", omega), ("chirp", chirp), ("phase", phase)):
        each.set(key, quantity(value, "1"))
    return each


def input_types(flavour: str) -> list[Element]:
    """The ComponentTypes of pieces, waves and their sum, in pA or (flavour "DL") as numbers."""
    unit = next(u for u, (_, _, f) in CURRENTS.items() if f == flavour)
    exposure, base, _ = CURRENTS[unit]
    dimension = "none" if flavour else "current"
    piece = _type(f"piece{flavour}", base, "A straight line from start to stop: value + rise (t - start) / span.")
    for key, kind in (("start", "time"), ("stop", "time"), ("value", dimension), ("rise", dimension), ("span", "time")):
        SubElement(piece, "Parameter", name=key, dimension=kind)
    for key, text in (("first", "1 if it holds at start itself"), ("last", "1 if it holds at stop itself")):
        SubElement(piece, "Parameter", name=key, dimension="none", description=text)
    line = "value + rise * ((t - start) / span)"
    _cases(piece, exposure, dimension, {
        "t .lt. start .or. t .gt. stop": "0", "t .gt. start .and. t .lt. stop": line,
        "t .eq. start": "first * value", "t .eq. stop": f"last * ({line})",
    })  # fmt: skip
    wave = _type(f"wave{flavour}", base, "amplitude sin(phase + s (omega + chirp s)), s = t - start in ms, until stop.")
    SubElement(wave, "Constant", name="MSEC", dimension="time", value="1ms")
    for key, kind in (("start", "time"), ("stop", "time"), ("amplitude", dimension)):
        SubElement(wave, "Parameter", name=key, dimension=kind)
    for key in ("omega", "chirp", "phase"):
        SubElement(wave, "Parameter", name=key, dimension="none")
    since = "((t - start) / MSEC)"
    _cases(wave, exposure, dimension, {
        "t .lt. start .or. t .geq. stop": "0",
        "t .geq. start .and. t .lt. stop": f"amplitude * sin(phase + {since} * (omega + {since} * chirp))",
    })  # fmt: skip
    whole = _type(f"current{flavour}", base, "A sum of pieces and waves; stimulus says what izhi calls it.")
    SubElement(whole, "Text", name="stimulus")
    SubElement(whole, "Children", name="summands", type=base)
    SubElement(whole, "EventPort", name="in", direction="in")
    dynamics = SubElement(whole, "Dynamics")
    total = {"select": f"summands[*]/{exposure}", "reduce": "add"}
    SubElement(dynamics, "DerivedVariable", {"name": exposure, "dimension": dimension, "exposure": exposure} | total)
    return [piece, wave, whole]


def _type(name: str, base: str, text: str) -> Element:
    return Element("ComponentType", name=PREFIX + name, extends=base, description=text)


def _cases(made: Element, exposure: str, dimension: str, cases: Mapping[str, str]) -> None:
    SubElement(made, "EventPort", name="in", direction="in")
    dynamics = SubElement(made, "Dynamics")
    SubElement(dynamics, "StateVariable", name=exposure, dimension=dimension, exposure=exposure)
    for test, value in cases.items():
        found = SubElement(dynamics, "OnCondition", test=test)
        SubElement(found, "StateAssignment", variable=exposure, value=value)


READ = ("pulseGenerator", "sineGenerator", "compoundInput", f"{PREFIX}current")


def knows(element: Element) -> bool:
    """Whether an element is an input that `read_input` reads."""
    return element.tag.removesuffix("DL") in READ


def read_input(element: Element, unit: str, who: str) -> Stimulus:
    """The current that an element describes, in the unit of the model's current.

    Raises
    ------
    BadValue
        If an attribute is missing or is no quantity of its kind, or the current is not in that unit.
    """
    tag, where = element.tag.removesuffix("DL"), f"{who}: {element.tag} {element.get('id')!r}"
    if (element.tag == f"{tag}DL") != (unit != "pA"):
        raise BadValue(where, element.tag, f"{tag}{CURRENTS[unit][2]} would do, since the cell's current is in {unit}")
    if tag == "compoundInput":
        found = [part for each in element for part in parts(read_input(each, unit, who)) if knows(each)]
        return _joined(found, where)
    if tag == f"{PREFIX}current":
        return _read_own(element, unit, where)
    start, lasts = (decimal_quantity(_text(element, key, where), "ms", where) for key in ("delay", "duration"))
    amplitude = float(decimal_quantity(_text(element, "amplitude", where), "pA" if unit == "pA" else "1", where))
    forever = lasts >= Decimal(repr(FOREVER))
    if tag == "pulseGenerator":
        if not forever:
            return Pulse(amplitude, float(start), float(start + lasts))
        return Step(amplitude, float(start)) if start else Constant(amplitude)
    period = float(decimal_quantity(_text(element, "period", where), "ms", where))
    if not period > 0:
        raise BadValue(f"{where}: period", element.get("period"), "more than 0 ms would do")
    phase = float(decimal_quantity(_text(element, "phase", where), "1", where))
    stop = math.inf if forever else float(start + lasts)
    return Sine(amplitude, frequency=1e3 / period, phase=phase, start=float(start), stop=stop)


def _read_own(element: Element, unit: str, where: str) -> Stimulus:
    try:
        table = json.loads(_text(element, "stimulus", where))
    except ValueError:
        raise BadValue(where, element.get("stimulus"), "what izhi wrote would do") from None
    if not isinstance(table, dict) or not isinstance(table.get("kind"), str) or table["kind"] not in KINDS:
        raise BadValue(where, table, "what izhi wrote would do")
    return read_current(table, unit, where)


def _joined(found: list[Stimulus], where: str) -> Stimulus:
    if not found:
        raise BadValue(where, None, "currents within it would do")
    total = found[0]
    for each in found[1:]:
        total = total + each
    return total


def _text(element: Element, name: str, where: str) -> str:
    text = element.get(name)
    if text is None:
        raise BadValue(f"{where}: {name}", None, "the attribute would do")
    return text


_SIZES = ("I", "rise", "slope", "std", "mean")


def of_each(by_cell: Mapping[int, Stimulus], count: int) -> Stimulus:
    """One stimulus for `count` cells, of which each has the current of its own, and those that are not named none.

    Parts that differ in size alone become one part with an array of sizes.
    """
    columns: dict[tuple[Any, ...], dict[int, Stimulus]] = {}
    for cell, stimulus in by_cell.items():
        seen: dict[tuple[Any, ...], int] = {}
        for part in parts(stimulus):
            kind = _but_size(part)
            seen[kind] = seen.get(kind, 0) + 1
            columns.setdefault((*kind, seen[kind]), {})[cell] = part
    return _joined([_column(rows, count) for rows in columns.values()], "inputs")


def _but_size(part: Stimulus) -> tuple[Any, ...]:
    """What must be the same in two parts that differ in size alone."""
    values = {k: v for k, v in vars(part).items() if k not in _SIZES or v is None}
    shapes = [np.shape(v) for k, v in vars(part).items() if k in _SIZES]
    return (type(part), json.dumps({k: np.asarray(v).tolist() for k, v in values.items()}), str(shapes))


def _column(rows: Mapping[int, Stimulus], count: int) -> Stimulus:
    one = next(iter(rows.values()))
    sizes = {}
    for key in _SIZES:
        value = getattr(one, key, None)
        if value is not None:
            sizes[key] = np.zeros((count, *np.shape(value)))
            for cell, part in rows.items():
                sizes[key][cell] = getattr(part, key)
    return replace(one, **sizes)
