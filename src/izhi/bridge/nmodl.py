"""Models as mechanisms of NEURON: NMODL printed from the declared equations and schemes.

A mechanism advances itself by a scheme of this package, one step for each of NEURON's, and so gives the same bits as
the scheme does here at the same dt. Its v and u are its own variables `V` and `u`; the section that it is put in stays
as it is.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from izhi.bridge.nmodl_mechanism import Mechanism, Variable
from izhi.bridge.nmodl_statements import statements
from izhi.bridge.nmodl_terms import Sheet, Term, choose, traced
from izhi.cell import Cell
from izhi.equations import RECEPTORS, Model, with_receptors
from izhi.equations import model as named_model
from izhi.errors import BadValue
from izhi.presets import PRESETS
from izhi.schemes import GridScheme, NeuronScheme
from izhi.schemes import scheme as named_scheme

# What the section's own variable is called otherwise.
STATE = {"v": "V", "u": "u", "w": "w"}


def nmodl(model: str | Model | Cell, scheme: str = "euler", *, receptors: bool = True, name: str | None = None) -> str:
    """The text of a mod file.

    Parameters
    ----------
    model : str, Model or Cell
        A model, or the name of one or of a preset. Of a cell, the mechanism has its parameters and where it starts;
        of a model those of the first preset of that model.
    scheme : str
        How it is advanced: any with equal steps whose spikes lie on them, but those of NEURON.
    receptors : bool
        Whether it has the five receptors; its NET_RECEIVE then takes five weights, one for each.
    name : str, optional
        Of the mechanism; by default model and scheme.

    Returns
    -------
    str

    Raises
    ------
    BadValue, UnknownName
        If there is no such model or scheme, or NEURON could not take its steps.

    Examples
    --------
    >>> text = nmodl("2003/RS", "published-2003", receptors=False)
    >>> print([line.strip() for line in text.splitlines() if "V2 = " in line])
    ['V2 = V1 + x1*(e*V1*V1 + f*V1 + g - u1 + I)']
    """
    cell, method = _cell(model), exportable(scheme)
    chosen = with_receptors(cell.model) if receptors else cell.model
    return Writer(chosen, method, "dt").alone(cell, name or mechanism_name(cell.model, method)).text


def mechanism_name(model: Model, scheme: GridScheme) -> str:
    """What a mechanism is called."""
    return f"{model.name}_{scheme.name}".replace("-", "_")


def exportable(name: str) -> GridScheme:
    """The scheme of that name, if NEURON can take its steps.

    Raises
    ------
    BadValue, UnknownName
    """
    method = named_scheme(name)
    if not isinstance(method, GridScheme) or not method.vectorises or isinstance(method, NeuronScheme):
        wanted = "one with equal steps, whose spikes lie on them, such as 'euler' or 'published-2003', would do"
        raise BadValue("scheme", name, wanted)
    return method


def _cell(given: str | Model | Cell) -> Cell:
    """A cell; of a model the first that was published, or one with all parameters that have no default at 1."""
    if isinstance(given, Cell):
        if given.count is not None:
            raise BadValue("nmodl", f"{given.count} cells", "one cell would do")
        return given
    if isinstance(given, str) and "/" in given:
        return Cell.preset(given)
    model = named_model(given) if isinstance(given, str) else given
    for preset in PRESETS.values():
        if preset.model == model.name:
            return Cell(model, preset.parameters, name=preset.name)
    return Cell(model, {q.symbol: 1.0 for q in model.parameters if q.default is None})


class Writer:
    """Writes mechanisms of a model and a scheme.

    Parameters
    ----------
    model : Model
        With receptors, if it is to have them.
    scheme : GridScheme
    step : str
        The variable that is the step [ms].
    """

    def __init__(self, model: Model, scheme: GridScheme, step: str):
        self.model, self.scheme = model, scheme
        self.sheet = Sheet()
        symbol = self.sheet.symbol
        self.p = model.Parameters(*map(symbol, model.symbols))
        self.state = tuple(symbol(STATE[q.symbol]) for q in model.state)
        self.memory = tuple(symbol(f"m{k}") for k in range(len(scheme.memory)))
        self.conductances = tuple(symbol(f"g_{r}") for r in RECEPTORS) if model.receptors else ()
        self.numbers = scheme.numbers(symbol(step))  # type: ignore[arg-type]
        self.step = symbol(step)

    @property
    def at_start(self) -> bool:
        """Whether the scheme looks for a spike at the start of a step, whose time is that of the sample before."""
        return self.scheme.sample == "start" and self.scheme.lag == 0

    def advanced(self, current: Term, conductances: Mapping[str, Term], kick: Term | None = None) -> dict[str, Term]:
        """What a step assigns, under this input; `kick` is added to v at its end."""
        p = self.p
        if self.scheme.scaled_rate:
            rate = self.model.rate
            p = p._replace(**{rate: getattr(p, rate) * self.step})
        given: Any = (current, *conductances.values()) if self.model.receptors else current
        step, peak = traced(self.scheme.build(self.model)), traced(self.model.peak)
        after, memory, fired, shown, _ = step(self.state, self.memory, (given,), p, self.numbers)
        quiet = self.state[0] if self.scheme.sample == "start" else after[0]
        results = {"shown": choose(fired, shown, quiet)}
        after = after if kick is None else (after[0] + kick, *after[1:])
        if self.at_start:
            fired = after[0] >= peak(after[1], p)
        turn = self.sheet.symbol("turn")
        results |= {"turn": choose(fired, 1 - turn, turn)}
        results |= dict(zip(map(STATE.__getitem__, "vuw"), after, strict=False))
        results |= {f"m{k}": self.sheet.term(x) for k, x in enumerate(memory)}
        decays = {name: g * self.sheet.symbol(f"keep_{name[2:]}") for name, g in conductances.items()}
        return results | decays

    def alone(self, cell: Cell, name: str) -> Mechanism:
        """A cell's mechanism as people use it."""
        g = {term.text: term for term in self.conductances}
        weights = [Variable(r, self.model.conductance, "") for r in RECEPTORS] if g else [Variable("w", "1", "")]
        return Mechanism(
            name=name,
            about=self.about(cell),
            ranges=[*self.variables(cell), Variable("I", self.model.current, "injected current", 0.0)],
            shared=self.exponents,
            start=[*self.begin(cell), *(f"keep_{r} = exp(-dt/tau_{r})" for r in RECEPTORS if g)],
            results=self.advanced(self.sheet.symbol("I"), g),
            at_first=self.at_first,
            arguments=weights,
            received=[f"g_{r} = g_{r} + {r}" for r in RECEPTORS if g],
        )

    def about(self, cell: Cell) -> list[str]:
        """What is said above a mechanism."""
        scheme, full = self.scheme, self.model
        of = f", with the parameters of {cell.name}{_changes(cell)}" if cell.name else ""
        said = [
            f"{full.title}{of}.",
            f"Source: {full.reference}.",
            f"Printed by izhi from its declared equations. Each step of NEURON is one of the scheme {scheme.name}:"
            f" {scheme.title}. V and u are variables of the point process; the section's voltage has no part in it.",
        ]
        return [line for each in said for line in textwrap.wrap(each, 100)]

    @property
    def exponents(self) -> list[Variable]:
        """Exponents of powers, in variables that a compiler cannot see through."""
        text = "\n".join(statements(self.advanced(self.sheet.symbol("I"), self._conductances()))[1])
        known = (("square", 2.0), ("cube", 3.0))
        return [Variable(n, "1", "exponent, for pow", x) for n, x in known if f", {n})" in text]

    def _conductances(self) -> dict[str, Term]:
        return {term.text: term for term in self.conductances}

    @property
    def at_first(self) -> str:
        if not self.at_start:
            return ""
        peak = traced(self.model.peak)(self.state[1], self.p)
        (line,) = statements({"x": peak})[1]
        return f"V >= {line.removeprefix('x = ')}"

    def variables(self, cell: Cell) -> list[Variable]:
        """The quantities of a cell."""
        model = self.model
        found = [Variable(STATE[q.symbol], q.unit, q.meaning) for q in model.state]
        found += [Variable(q.symbol, q.unit, q.meaning, float(cell.parameters[q.symbol])) for q in model.parameters]
        found += [Variable("shown", "mV", "V as a recording shows it: at a spike, its peak")]
        found += [Variable("turn", "1", "changes with every spike")]
        found += [Variable(m.text, "1", "what the scheme carries on") for m in self.memory]
        for g in self.conductances:
            receptor = g.text[2:]
            found += [Variable(g.text, model.conductance, f"conductance of {receptor}")]
            found += [Variable(f"keep_{receptor}", "1", "what is left of it after a step")]
        return found

    def begin(self, cell: Cell) -> list[str]:
        """Where a cell starts."""
        plain = self.model if self.model.gated is None else cell.model
        v, p = self.sheet.symbol("V"), self.p
        starts = {"V": traced(plain.start)(p), "u": _settled(cell.model, v, p), "w": v}
        starts |= {STATE[s]: self.sheet.number(float(x)) for s, x in cell.initial.items()}
        own = [STATE[q.symbol] for q in self.model.state]
        lines = [f"{name} = {statements({'x': starts[name]})[1][0].removeprefix('x = ')}" for name in own]
        lines += [f"{m.text} = {value:g}" for m, value in zip(self.memory, self.scheme.memory, strict=True)]
        return [*lines, "shown = V", "turn = 0", *(f"{g.text} = 0" for g in self.conductances)]


def _settled(model: Model, v: Term, p: Any) -> Term:
    """Where u begins; 0 where it is a product with 0, which has v's unit."""
    settled = traced(model.settle)(v, p)
    zero = v.sheet.number(0.0)
    return zero if zero in settled.parts else settled


def _changes(cell: Cell) -> str:
    """Which of a published cell's parameters were replaced."""
    if cell.name not in PRESETS:
        return ""
    own = Cell.preset(cell.name).parameters
    other = [symbol for symbol, value in cell.parameters.items() if value.ndim or value != own[symbol]]
    return f" but for {', '.join(other)}" if other else ""
