"""A mechanism of NEURON as a value: its variables, its statements, and its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from izhi.bridge.nmodl_statements import procedure, statements
from izhi.bridge.nmodl_terms import Term

# The package's units as NMODL writes them.
UNITS = {
    "1": "1", "ms": "ms", "mV": "mV", "pA": "pA", "pF": "pF", "nS": "nS", "nS/mV": "nS/mV", "nS/mV^2": "nS/mV2",
    "1/ms": "/ms", "mV/ms": "mV/ms", "1/(mV ms)": "/mV-ms", "mV/pA": "mV/pA",
}  # fmt: skip
_DECLARED = {"pA": "picoamp", "pF": "picofarad", "nS": "nanosiemens"}
# What a mechanism knows without asking: NEURON's step.
GLOBAL = ("dt",)


@dataclass(frozen=True)
class Variable:
    """A quantity of a mechanism; with a value it is a parameter, else it is assigned as the mechanism goes on."""

    name: str
    unit: str
    meaning: str
    value: float | None = None

    @property
    def line(self) -> str:
        given = "" if self.value is None else f" = {repr(float(self.value)).removesuffix('.0')}"
        return f"\t{self.name}{given} ({UNITS[self.unit]}) : {self.meaning}"


@dataclass(frozen=True)
class Mechanism:
    """A POINT_PROCESS that advances itself, one step of a scheme for one step of NEURON's.

    Attributes
    ----------
    name : str
    about : sequence of str
        Lines of the comment above it.
    ranges, shared : sequence of Variable
        Those that each instance has, and those that all share.
    start : sequence of str
        Lines of INITIAL.
    results : mapping of str to Term
        What a step assigns.
    at_first : str
        Where the scheme looks at the start of a step: what says that a cell spikes at once.
    arguments : sequence of Variable
        Of NET_RECEIVE.
    received : sequence of str
        What an event does.
    every_second : bool
        Whether a step is taken in every second one of NEURON's, beginning with its second.
    """

    name: str
    about: Sequence[str]
    ranges: Sequence[Variable]
    shared: Sequence[Variable]
    start: Sequence[str]
    results: Mapping[str, Term]
    at_first: str
    arguments: Sequence[Variable] = field(default=(Variable("w", "1", ""),))
    received: Sequence[str] = ()
    every_second: bool = False

    @property
    def text(self) -> str:
        """The mod file."""
        parts = [self._head(), *self._declarations(), self._initial(), self._step(), self._events()]
        return "\n\n".join("\n".join(lines) for lines in parts) + "\n"

    def _head(self) -> list[str]:
        names = ", ".join(v.name for v in self.ranges)
        about = [f": {line}".rstrip() for line in self.about]
        block = ["NEURON {", "\tTHREADSAFE", f"\tPOINT_PROCESS {self.name}", *_wrapped("RANGE", names), "}"]
        return [*about, "", *block]

    def _declarations(self) -> list[list[str]]:
        used = {UNITS[v.unit] for v in (*self.ranges, *self.shared, *self.arguments)}
        units = [f"\t({u}) = ({long})" for u, long in _DECLARED.items() if any(u in each for each in used)]
        both = (*self.ranges, *self.shared)
        given, assigned = [v for v in both if v.value is not None], [v for v in both if v.value is None]
        return [
            ["UNITS {", "\t(mV) = (millivolt)", *units, "}"],
            ["PARAMETER {", *(v.line for v in given), "}"],
            ["ASSIGNED {", *(v.line for v in assigned), *(["\tphase"] if self.every_second else []),
             "\tdt (ms)", "}"],
        ]  # fmt: skip

    def _initial(self) -> list[str]:
        phase = ["phase = 0"] if self.every_second else []
        lines = [*self.start, *phase, "net_send(0, 1)"]
        return ["INITIAL {", *(f"\t{line}" for line in lines), "}"]

    def _step(self) -> list[str]:
        local, lines = statements(self.results)
        if any("pow(" in line for line in lines):
            lines = ["UNITSOFF", *lines, "UNITSON"]
        if self.every_second:
            lines = ["phase = 1 - phase", "if (phase == 0) {", *(f"\t{line}" for line in lines), "}"]
        return ["BREAKPOINT {", "\tSOLVE advance", "}", "", *procedure("advance", local, lines)]

    def _events(self) -> list[str]:
        arguments = ", ".join(f"{v.name} ({UNITS[v.unit]})" if v.unit != "1" else v.name for v in self.arguments)
        first = [f"\t\tif ({self.at_first}) {{", "\t\t\tnet_event(t)", "\t\t}"] if self.at_first else []
        # Without a block of its own NEURON sets all weights but the first to 0.
        kept = ["\tINITIAL {", "\t}"] if len(self.arguments) > 1 else []
        other = ["\t} else {", *(f"\t\t{line}" for line in self.received)] if self.received else []
        return [
            ": each change of turn is a spike",
            f"NET_RECEIVE ({arguments}) {{",
            *kept,
            "\tif (flag == 1) {", "\t\tWATCH (turn > 0.5) 2", "\t\tWATCH (turn < 0.5) 2", *first,
            "\t} else if (flag == 2) {", "\t\tnet_event(t)", *other, "\t}", "}",
        ]  # fmt: skip


def _wrapped(word: str, names: str) -> list[str]:
    """A statement of many names, on lines that can be read."""
    lines, line = [], f"\t{word}"
    for name in names.split(", "):
        if len(line) + len(name) > 100:
            lines.append(line)
            line = "\t\t"
        line += f" {name},"
    return [*lines, line.rstrip(",")]
