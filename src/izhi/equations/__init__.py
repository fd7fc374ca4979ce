"""What a neuron is: every model, declared once as plain functions that read like the paper."""

from __future__ import annotations

from izhi.equations.dendrites import LATE_SPIKING, MITRAL
from izhi.equations.interneurons import CAPPED, FAST_SPIKING, SLOPED_CAPPED, THALAMIC_INTERNEURON
from izhi.equations.izhikevich2003 import ACCOMMODATION, IZHIKEVICH2003
from izhi.equations.izhikevich2007 import IZHIKEVICH2007
from izhi.equations.model import Model, Quantity
from izhi.equations.synapse import RECEPTORS, with_receptors
from izhi.equations.thalamus import RELAY, RELAY_MODELDB, SWITCHED
from izhi.errors import UnknownName

MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        IZHIKEVICH2003,
        ACCOMMODATION,
        IZHIKEVICH2007,
        SLOPED_CAPPED,
        FAST_SPIKING,
        RELAY,
        RELAY_MODELDB,
        SWITCHED,
        LATE_SPIKING,
        MITRAL,
        THALAMIC_INTERNEURON,
        CAPPED,
    )
}


def model(name: str) -> Model:
    """The model of that name.

    Raises
    ------
    UnknownName
        If there is none; the error names the nearest.
    """
    if name not in MODELS:
        raise UnknownName("model", name, MODELS)
    return MODELS[name]


__all__ = ["MODELS", "RECEPTORS", "Model", "Quantity", "model", "with_receptors"]
