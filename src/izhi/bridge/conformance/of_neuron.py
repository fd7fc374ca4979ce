"""NEURON: the mechanisms that are printed from the declared equations, one for each model and scheme."""

from __future__ import annotations

from functools import partial
from typing import Any

from izhi.bridge.conformance.case import Case
from izhi.bridge.conformance.simulator import Simulator, here, played


def run(case: Case) -> tuple[Any, Any]:
    """Its spikes and voltages."""
    found = case.run("neuron")
    return found.spike_times, found.voltage


NEURON = Simulator(
    name="NEURON",
    title="the mechanisms of `izhi export nmodl`, which take the steps of a scheme",
    schemes=("euler", "figure1", "book-2007"),
    find=here("neuron", "neuron"),
    refuses=lambda case: None,  # noqa: ARG005
    prepare=partial(played, name="neuron"),
)
