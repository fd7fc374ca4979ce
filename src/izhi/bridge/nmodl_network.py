"""Mechanisms of cells in a network: spikes add to what arrives over each channel, and a step uses it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from izhi.bridge.nmodl import Writer
from izhi.bridge.nmodl_mechanism import Mechanism, Variable
from izhi.bridge.nmodl_terms import Term, choose
from izhi.cell import Cell
from izhi.network import Conductance, Delta, ExponentialCurrent, Synapse


def wired(writer: Writer, cell: Cell, name: str, channels: Sequence[Synapse], every_second: bool) -> Mechanism:
    """A cell's mechanism in a network with these channels."""
    arrivals = _Arrivals(writer)
    for c, channel in enumerate(channels):
        arrivals.over(c, channel)
    results = writer.advanced(arrivals.row, arrivals.conductances, arrivals.kick) | arrivals.results
    results |= {"total": arrivals.row} | _account(writer, results["V"], results["u"])
    del results["shown"]
    from_zero = [v.name for v in arrivals.variables if v.value is None]
    return Mechanism(
        name=name,
        about=writer.about(cell),
        ranges=[
            *(v for v in writer.variables(cell) if v.name != "shown"),
            Variable("I", writer.model.current, "injected current and noise", 0.0),
            Variable("total", writer.model.current, "all current but that of conductances"),
            Variable(writer.step.text, "ms", "the step", 1.0),
            Variable("age", "1", "steps taken"),
            Variable("lost", "1", "the step in which V or u left the range of numbers, or -1"),
            *arrivals.variables,
        ],
        shared=writer.exponents,
        start=[
            *(line for line in writer.begin(cell) if line != "shown = V"),
            *("total = 0", "age = 0", "lost = -1"),
            *(f"{variable} = 0" for variable in from_zero),
        ],
        results=results,
        at_first=writer.at_first,
        arguments=[Variable("weight", "1", ""), Variable("channel", "1", "")],
        received=_by_channel(len(channels)),
        every_second=every_second,
    )


@dataclass(eq=False)
class _Arrivals:
    """What arrives in a step, in the order in which the engine takes it."""

    writer: Writer
    kick: Term | None = None
    results: dict[str, Term] = field(default_factory=dict)
    variables: list[Variable] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.row = self.writer.sheet.symbol("I")
        self.conductances = {term.text: term for term in self.writer.conductances}

    def over(self, c: int, channel: Synapse) -> None:
        """What channel c brings."""
        symbol, unit = self.writer.sheet.symbol, self.writer.model.current
        arrived = symbol(f"J{c}")
        if isinstance(channel, ExponentialCurrent):
            now = symbol(f"S{c}") + arrived
            self.row = self.row + now
            self.results[f"S{c}"] = now * symbol(f"left{c}")
            self.variables += [
                Variable(f"S{c}", unit, "current that decays"),
                Variable(f"left{c}", "1", "what is left of it after a step", 1.0),
            ]
        elif isinstance(channel, Conductance):
            unit = self.writer.model.conductance
            self._open(channel.receptor, arrived)
            if channel.second is not None:
                self._open(channel.second, symbol(f"share{c}") * arrived)
                self.variables.append(Variable(f"share{c}", "1", "of the second receptor", 1.0))
        elif isinstance(channel, Delta):
            unit, self.kick = "mV", arrived
        else:
            self.row = self.row + arrived
        self.results[arrived.text] = self.writer.sheet.number(0.0)
        self.variables.append(Variable(arrived.text, unit, "arrived since the last step"))

    def _open(self, receptor: str, more: Term) -> None:
        self.conductances[f"g_{receptor}"] = self.conductances[f"g_{receptor}"] + more


def _account(writer: Writer, v: Term, u: Term) -> dict[str, Term]:
    """How many steps were taken, and in which the numbers broke down."""
    age, lost = writer.sheet.symbol("age"), writer.sheet.symbol("lost")
    sound = (v - v) + (u - u) >= 0
    return {"age": age + 1, "lost": choose(sound, lost, choose(lost < 0, age, lost))}


def _by_channel(channels: int) -> list[str]:
    """What an event does that says which channel it comes by."""
    lines = []
    for c in range(channels):
        lines += [f"{'} else ' if c else ''}if (channel == {c}) {{", f"\tJ{c} = J{c} + weight"]
    return [*lines, "}"] if lines else []
