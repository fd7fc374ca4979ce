"""NEST: its `izhikevich` in both of its modes."""

from __future__ import annotations

from functools import partial
from typing import Any

from izhi.bridge.conformance.case import Case
from izhi.bridge.conformance.simulator import Simulator, here, played
from izhi.bridge.nest.cells import CONSISTENT, FIXED


def refuses(case: Case) -> str | None:
    """It has the model of 2003 with the coefficients of the paper only."""
    row = case.row
    if row.model != "izhikevich2003":
        return "NEST has no model of 2007" if "2007" in row.model else f"NEST has no {row.model}"
    other = any(row.parameters.get(symbol, value) != value for symbol, value in FIXED.items())
    return "NEST's izhikevich has 0.04, 5 and 140 as numbers" if other else None


def run(case: Case) -> tuple[Any, Any]:
    """Its spikes and voltages."""
    found = case.run("nest")
    return found.spike_times, found.voltage


NEST = Simulator(
    name="NEST",
    title="`izhikevich`, with consistent_integration true (`nest`) and false (`nest-published`)",
    schemes=tuple(CONSISTENT),
    find=here("nest", "nest-simulator"),
    refuses=refuses,
    prepare=partial(played, name="nest"),
)
