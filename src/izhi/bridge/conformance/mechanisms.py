"""Which mechanism of ModelDB 39948 a published cell is, and its run in NEURON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.conformance.case import Case
from izhi.cell import Cell
from izhi.mechanism import (
    B_RTN,
    B_TC,
    CAP,
    CUBE,
    FS,
    LTS,
    LTS_RESET,
    MECHANISMS,
    PEAK_SLOPE,
    RTN,
    SEAM,
    TC,
    TC_RESET,
    Mechanism,
)  # fmt: skip
from izhi.schemes.neuron.stimulus import Callbacks

# The mechanism of each scheme.
NAMES = {kind.scheme: name for name, kind in MECHANISMS.items()}
# Of each model its cell type, and what the mechanisms have in their text where the model has a parameter.
TYPES: dict[str, tuple[float, Mapping[str, float]]] = {
    "izhikevich2007": (1.0, {}),
    "izhikevich2007-lts": (LTS, {"peak_slope": -PEAK_SLOPE, "reset_slope": LTS_RESET, "umax": CAP}),
    "izhikevich2007-fs": (FS, {"b": CUBE, "b_below": 0.0}),
    "izhikevich2007-tc-modeldb": (
        TC, {"b": B_TC[0], "b_above": B_TC[1], "vb": SEAM, "peak_slope": PEAK_SLOPE, "reset_slope": TC_RESET},
    ),
    "izhikevich2007-trn": (RTN, {"b": B_RTN[0], "b_above": B_RTN[1], "vb": SEAM}),
}  # fmt: skip
# pF in the mechanisms' unit of C.
UNIT = 100.0


def refuses(case: Case) -> str | None:
    """Why the mechanism of a scheme has no such cell; None if it has."""
    name, cell = NAMES[case.scheme], Cell.preset(case.cell)
    model, values = cell.model.name, {symbol: float(cell.parameters[symbol]) for symbol in cell.model.symbols}
    if "2003" in name:
        return None if model == "izhikevich2003" and values["e"] == 0.04 else f"{name} has no {model}"
    if model not in TYPES:
        return f"{name} has no {model}"
    other = next((s for s, x in TYPES[model][1].items() if values[s] != x), None)
    return None if other is None else f"{name} has {other} = {TYPES[model][1][other]:g} as a number"


def mechanism(case: Case) -> Mechanism:
    """The mechanism of a scheme with the parameters of the cell."""
    name, cell = NAMES[case.scheme], Cell.preset(case.cell)
    p = {symbol: float(cell.parameters[symbol]) for symbol in cell.model.symbols}
    if "2003" in name:
        return Mechanism(name, {s: p[s] for s in "abcdfg"} | {"thresh": p["vpeak"]})
    own = {s: p[s] for s in ("k", "vr", "vt", "vpeak", "a", "b", "c")} | {"C": p["C"] / UNIT}
    # The parameter d of the cell type of FS is the voltage above which its recovery is driven.
    return Mechanism(name, own | {"d": p["d"] if "d" in p else p["vb"], "celltype": TYPES[cell.model.name][0]})


def run(case: Case) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Its spikes and voltages in NEURON, the current set before each step in which it changes."""
    from izhi.bridge.neuron import run_mechanism

    chosen, currents = mechanism(case), case.currents()
    (change,) = np.nonzero(np.diff(currents))
    given = Callbacks(float(currents[0]), (change + 1) * case.dt, currents[change + 1])
    v, u = Cell.preset(case.cell).state(1)[:, 0].tolist()
    initial: dict[str, Any] = {"u": u} if chosen.section else {"V": v, "u": u}
    trace = run_mechanism(chosen, case.duration, dt=case.dt, v_init=v, initial=initial, stimulus=given)
    return trace.spikes, trace.V
