"""What the NEURON version of ModelDB 39948 gets wrong, one small figure for each; docs/findings.md explains them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from izhi import mechanism
from izhi.errors import BadValue
from izhi.figures.original import COLORS, original, own_truth
from izhi.figures.panel import Current, Panel, panel
from izhi.figures.sheet import Row, Style, sheet
from izhi.mechanism import Mechanism
from izhi.panels import HOLD, gui, wrapper
from izhi.plot.traces import Trace
from izhi.presets import preset
from izhi.schemes.neuron import Section
from izhi.schemes.neuron.stimulus import Callbacks, Clamp

PUBLISHED = ("figure1", "accurate")
# For variants of a run whose own color is taken.
SECOND, THIRD = "#CC79A7", "#E69F00"
# When presynaptic cells spike [ms].
EVENTS = (10.0, 20.0, 30.0)
# When the first spike is [ms].
WINDOW = (95.0, 105.0)
# The section of simple.py: an area of 314 um2, where the equations of Izhi2003b want 100.
SIMPLE = Section(L=10.0, diam=10.0, cm=1.0, Ra=35.4)


def accommodation() -> list[Panel]:
    """Feature R: its own equation for u, and the one that NEURON has."""
    row, program = preset("2004/R"), gui("2004")["R"]
    published = panel(row, PUBLISHED, title="the program: u' = ab(v + 65), u(0) = −16")
    run = program.run("Izhi2003a")
    ours = _panel("NEURON: u' = a(bV − u), u(0) = −65", run, [original(run, "Izhi2003a in NEURON"), own_truth(program)])
    return [published, ours]


def bursting() -> list[Panel]:
    """Feature T: its own step of current, the one in the script, and the one that is commented out there."""
    row, program = preset("2004/T"), gui("2004")["T"]
    published = panel(row, PUBLISHED, title="the program: 80, 75, 80")
    step = replace(program, stimulus=Callbacks(80.0, [50.0, 250.0], [75.0, 80.0]))
    drawn = [published]
    for title, one in (("NEURON: 80, 80, 80", program), ("NEURON, given 80, 75, 80", step)):
        made = [one.run(name) for name in ("Izhi2003a", "Izhi2003b")]
        # Where the first is given up, only the second has the whole course of the current.
        drawn.append(_panel(title, made[1], [original(run, f"{run.mechanism.name} in NEURON") for run in made]))
    return drawn


def afterpotential() -> list[Panel]:
    """Feature Q as published, and with the b that shows it to an accurate solver."""
    row, program = preset("2004/Q"), gui("2004")["Q"]
    drawn = []
    for b in (0.2, 0.18):
        shown = panel(row, PUBLISHED, title=f"b = {b:g}", changes={"b": b})
        one = replace(program, parameters=program.parameters | {"b": b})
        runs = [one.run(name) for name in ("Izhi2003a", "Izhi2003b")]
        ours = [original(run, f"{run.mechanism.name} in NEURON") for run in runs]
        drawn.append(replace(shown, traces=(*shown.traces, *ours)))
    return drawn


def hold(cell: str) -> list[Panel]:
    """A cell's rebound bursts with their hold, as the script means them, and without, as it is written."""
    series, drawn = wrapper()[cell], []
    for current in series.currents:
        meant, written = (one.run("Izhi2007a") for one in (series.meant(current), series.written(current)))
        traces = [
            original(meant, "Izhi2007a, held for 120 ms"),
            original(written, "Izhi2007a as the script is written", THIRD, origin=-HOLD),
        ]
        given = Current("current as the script is written", THIRD, written.t + HOLD, written.I)
        drawn.append(replace(_panel(f"{current:g} pA", meant, traces), given=given))
    return drawn


def relay() -> list[Panel]:
    """The relay cell in Izhi2007bS: as it is, told which b it has, and in Izhi2007b."""
    series, drawn = wrapper()["TC"], []
    for current in series.currents:
        program = series.written(current)
        fixed = replace(program, parameters=program.parameters | {"b": 0.0})
        run = program.run("Izhi2007b")
        traces = [
            original(run, "Izhi2007b"),
            original(program.run("Izhi2007bS"), "Izhi2007bS"),
            original(fixed.run("Izhi2007bS"), "Izhi2007bS, b = 0 set by hand", THIRD),
        ]
        drawn.append(_panel(f"{current:g} pA", run, traces))
    return drawn


def area() -> list[Panel]:
    """simple.py's v3a and v3b, and v3b in a section of the right area."""
    given = {"Iin": 4.0}
    runs = {
        "v3a: no section": Mechanism("Izhi2003a", given).run(1250.0),
        "v3b: 314 µm²": Mechanism("Izhi2003b", given, SIMPLE).run(1250.0),
        "v3b in 100 µm²": Mechanism("Izhi2003b", given).run(1250.0),
    }
    colors = (COLORS["Izhi2003a"], COLORS["Izhi2003b"], SECOND)
    traces = [original(run, label, color) for (label, run), color in zip(runs.items(), colors, strict=True)]
    return [_panel("simple.py of ModelDB 39948", next(iter(runs.values())), traces)]


def memory() -> list[Panel]:
    """What a run leaves behind for the next: t0 in Izhi2007b, b in Izhi2007bS."""
    first = Mechanism("Izhi2007b", {"Iin": 70.0}).run(1250.0)
    second = first.mechanism.run(1250.0, after=first)
    traces = [_from(original(first, "a first run")), _from(original(second, "the same, run again", SECOND))]
    left = _panel("Izhi2007b, RS at 70 pA", first, traces)
    seen = (first.t >= WINDOW[0]) & (first.t <= WINDOW[1])
    cut = replace(left, time=first.t[seen] - WINDOW[0], current=first.I[seen], duration=WINDOW[1] - WINDOW[0])
    cut = replace(cut, title=f"{left.title}, from {WINDOW[0]:g} ms on")
    series, run = wrapper()["TC"], None
    for current in series.currents:
        run = Mechanism("Izhi2007bS", series.parameters).run(series.tstop, stimulus=Clamp(current), after=run)
    fresh = series.written(series.currents[-1]).run("Izhi2007bS")
    assert run is not None
    again = [original(fresh, "a first run", COLORS["Izhi2007b"]), original(run, "the same, run again", SECOND)]
    return [cut, _panel("Izhi2007bS, TC at 150 pA; again: after 50 and 100 pA", fresh, again)]


def synapses() -> list[Panel]:
    """The same three synaptic events to mechanisms with synapses and to those that drop them."""
    drawn = []
    for year, names, weight in ((2003, ("Izhi2003a", "Izhi2003b"), 0.8), (2007, ("Izhi2007a", "Izhi2007b"), 30.0)):
        runs = [Mechanism(name, {"Iin": 0.0}).run(60.0, events=[(t, [weight]) for t in EVENTS]) for name in names]
        title = f"{year}: events at {EVENTS[0]:g}, {EVENTS[1]:g} and {EVENTS[2]:g} ms"
        drawn.append(_panel(title, runs[0], [original(run, run.mechanism.name) for run in runs]))
    return drawn


def step() -> list[Panel]:
    """Two panels of the GUI at the step that NEURON takes, and at the one that the script asks for."""
    drawn = []
    for cell in ("RS", "CH"):
        program = gui("2003")[cell]
        runs = [program.run("Izhi2003a", dt=dt) for dt in (0.025, 0.1)]
        labels = ("Izhi2003a, 0.025 ms, as h.run() sets it", "Izhi2003a, 0.1 ms, as the script asks")
        colors = (COLORS["Izhi2003a"], SECOND)
        traces = [original(run, label, color) for run, label, color in zip(runs, labels, colors, strict=True)]
        drawn.append(_panel(preset(program.preset).title, runs[0], traces))
    return drawn


def _from(shown: Trace) -> Trace:
    """What a trace has in the window, with times from its beginning on."""
    seen = (shown.time >= WINDOW[0]) & (shown.time <= WINDOW[1])
    spiked = (shown.spikes >= WINDOW[0]) & (shown.spikes <= WINDOW[1])
    return replace(
        shown,
        time=shown.time[seen] - WINDOW[0],
        voltage=shown.voltage[seen],
        spikes=shown.spikes[spiked] - WINDOW[0],
    )


def _panel(title: str, run: mechanism.Trace, traces: Sequence[Trace]) -> Panel:
    """A panel of runs of mechanisms, with the current and the duration of one of them."""
    unit = "pA" if "C" in run.mechanism.parameters else "mV/ms"
    return Panel("", title, tuple(traces), run.t, run.I, unit, run.tstop)


@dataclass(frozen=True)
class Finding:
    """A small figure of one finding.

    Attributes
    ----------
    name, title : str
    panels : tuple of callable
        Each gives a row of panels.
    names : tuple of (str, str)
        The tags and titles of the rows, where there are several.
    """

    name: str
    title: str
    panels: tuple[Callable[[], list[Panel]], ...]
    names: tuple[tuple[str, str], ...] = (("", ""),)

    def draw(self, schemes: Sequence[str] = (), cells: Sequence[str] | None = None, **options: Any) -> Any:  # noqa: ARG002
        """The figure, a matplotlib Figure.

        Raises
        ------
        BadValue
            If schemes or cells are asked for: what it compares is what it is about.
        """
        for what, given in (("scheme", schemes), ("cell", cells)):
            if given:
                raise BadValue(f"figure finding-{self.name}: {what}", given[0], f"it has no {what}s to choose from")
        rows = [made() for made in self.panels]
        most = max(len(row) for row in rows)
        style = Style(columns=most, shared=len(rows) > 1, voltage=11.0)
        return sheet(self.title, [Row(row, *name) for row, name in zip(rows, self.names, strict=True)], style)


_ALL = (
    Finding("accommodation", "Accommodation has another equation", (accommodation,)),
    Finding("bursting", "Inhibition-induced bursting has no inhibition", (bursting,)),
    Finding("after-potential", "The after-potential needs the program's step, or another b", (afterpotential,)),
    Finding(
        "hold",
        "Rebound bursts lose their hold",
        (lambda: hold("TC_burst"), lambda: hold("RTN_burst")),
        (("TC", "thalamocortical relay cell"), ("RTN", "reticular thalamic nucleus")),
    ),
    Finding("relay", "Izhi2007bS begins the relay cell with the wrong b", (relay,)),
    Finding("area", "The section of simple.py is 3.14 times too large for Izhi2003b", (area,)),
    Finding("memory", "A run begins with what the run before it has left", (memory,)),
    Finding("synapses", "Izhi2003b, Izhi2007b and Izhi2007bS drop synaptic events", (synapses,)),
    Finding("step", "At the step that the GUI asks for, NEURON gives up", (step,)),
)
FINDINGS = {f"finding-{one.name}": one for one in _ALL}
