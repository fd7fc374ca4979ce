"""NEURON: mechanisms printed from the declared equations, one for each model and scheme, and those of ModelDB 39948."""

from __future__ import annotations

from functools import partial
from typing import Any

from izhi.bridge.conformance import mechanisms
from izhi.bridge.conformance.case import Case
from izhi.bridge.conformance.simulator import Simulator, here, played


def refuses(case: Case) -> str | None:
    """Printed mechanisms take every model; those of ModelDB have theirs."""
    return mechanisms.refuses(case) if case.scheme in mechanisms.NAMES else None


def run(case: Case) -> tuple[Any, Any]:
    """Its spikes and voltages."""
    if case.scheme in mechanisms.NAMES:
        return mechanisms.run(case)
    found = case.run("neuron")
    return found.spike_times, found.voltage


NEURON = Simulator(
    name="NEURON",
    title="the mechanisms of `izhi export nmodl`; by the schemes of NEURON those of ModelDB 39948",
    schemes=("euler", "figure1", "book-2007", *mechanisms.NAMES),
    find=here("neuron", "neuron"),
    refuses=refuses,
    prepare=partial(played, name="neuron"),
)
