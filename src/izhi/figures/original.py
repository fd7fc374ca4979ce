"""What ModelDB 39948 makes of a published panel in NEURON, beside the published scheme and the true solution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from izhi import mechanism
from izhi.cell import Cell
from izhi.equations.izhikevich2003 import IZHIKEVICH2003
from izhi.figures.panel import Current, Panel, panel
from izhi.panels import Program, gui
from izhi.plot.traces import Trace, trace
from izhi.presets import preset
from izhi.schemes.neuron.stimulus import Callbacks, Clamp
from izhi.simulation import simulate
from izhi.stimulus import Constant, Linear, Steps, Stimulus

# Those of the 2003 model.
MECHANISMS = ("Izhi2003a", "Izhi2003b")
COLORS = {
    "Izhi2003a": "#D55E00", "Izhi2003b": "#009E73", "Izhi2007a": "#D55E00", "Izhi2007b": "#009E73",
    "Izhi2007bS": "#CC79A7",
}  # fmt: skip
# What no mechanism has: for the true solution of what the original is given, and for other schemes.
OWN, OTHERS = "#56B4E9", ("#E69F00", "#F0E442", "#999999")
OWN_LABEL, GIVEN = "true solution of what NEURON is given", "NEURON's current, where it is another"


def original(run: mechanism.Trace, label: str, color: str = "", origin: float = 0.0) -> Trace:
    """A run of a mechanism as a trace, its times from `origin` [ms] on; one that NEURON gave up ends there."""
    return Trace(
        label=label,
        color=color or COLORS[run.mechanism.name],
        time=run.t - origin,
        voltage=run.V,
        spikes=run.spikes - origin,
        ended=None if run.status == "ok" else float(run.t[-1]) - origin,
    )


def own_truth(program: Program, **options: Any) -> Trace:
    """The true solution of the equations, the start and the current that a panel of the GUI has."""
    start = program.initial
    cell = Cell(IZHIKEVICH2003, program.parameters, initial={"v": start["V"], "u": start["u"]})
    found = simulate(cell, _stimulus(program), program.tstop, scheme="accurate", **options)
    return trace(found, OWN_LABEL, OWN)


def _stimulus(program: Program) -> Stimulus:
    given = program.stimulus
    if isinstance(given, Clamp):
        return Constant(given.I)
    if isinstance(given, Callbacks):
        order = np.argsort(given.t, kind="stable")
        return Steps([0.0, *np.asarray(given.t)[order]], [given.I0, *np.asarray(given.I)[order]])
    return Linear(given.t, given.I)


def beside(shown: Panel, program: Program, mechanisms: Sequence[str], schemes: Sequence[str], **options: Any) -> Panel:
    """A panel with what NEURON makes of it: its first mechanism's voltage below, and the spikes of all as a raster.

    `shown` is the published panel, with a trace for each of `schemes`; `options` are those of `simulate`.
    """
    made = [program.run(name) for name in mechanisms]
    traces = [original(run, f"{run.mechanism.name} in NEURON") for run in made]
    by_scheme = dict(zip(schemes, shown.traces, strict=True))
    true = by_scheme.pop("accurate", None)
    raster = [*by_scheme.values(), *traces, *([true] if true else [])]
    given = None
    if program.slip:
        if true:
            raster.append(own_truth(program, **options))
        given = Current(GIVEN, COLORS[mechanisms[0]], made[0].t, made[0].I)
        given = given if _differs(shown, given) else None
    return replace(
        shown,
        traces=(*shown.traces, traces[0]),
        raster=tuple(raster),
        true=None if true is None or true.ended is not None else true.spikes,
        given=given,
    )


def gui_panels(collection: str, cells: Sequence[str], schemes: Sequence[str], **options: Any) -> list[Panel]:
    """Panels of the GUI for "2003" or "2004": each of the schemes and both mechanisms; `options` are for `simulate`."""
    found = []
    for cell in cells:
        program = gui(collection)[cell]
        row = preset(program.preset)
        shown = panel(row, schemes, tag=cell.partition("_")[0], title=row.title, others=OTHERS, **options)
        found.append(beside(shown, program, MECHANISMS, schemes, **options))
    return found


def _differs(shown: Panel, given: Current) -> bool:
    """Whether a current is another one than the panel's, by more than a step of either at its jumps."""
    apart = np.abs(np.interp(shown.time, given.time, given.current) - shown.current)
    return bool(np.count_nonzero(apart > 1e-3) > 0.01 * shown.time.size)
