"""Synaptic conductances on a cell: five receptors, each an exponentially decaying conductance.

Source: Izhikevich & Edelman 2008, PNAS 105:3593, supporting information (AMPA, NMDA with its voltage factor, GABA_A,
GABA_B); the opsin is that of ModelDB 39948. An event adds its weight to the conductance, which then decays.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from izhi.equations.model import Model, Quantity
from izhi.equations.ops import one

RECEPTORS = ("AMPA", "NMDA", "GABA_A", "GABA_B", "opsin")

PARAMETERS = (
    Quantity("tau_AMPA", "ms", "decay time of AMPA", 5.0, positive=True),
    Quantity("tau_NMDA", "ms", "decay time of NMDA", 150.0, positive=True),
    Quantity("tau_GABA_A", "ms", "decay time of GABA_A", 6.0, positive=True),
    Quantity("tau_GABA_B", "ms", "decay time of GABA_B", 150.0, positive=True),
    Quantity("tau_opsin", "ms", "decay time of the opsin", 50.0, positive=True),
    Quantity("E_AMPA", "mV", "reversal potential of AMPA", 0.0),
    Quantity("E_NMDA", "mV", "reversal potential of NMDA", 0.0),
    Quantity("E_GABA_A", "mV", "reversal potential of GABA_A", -70.0),
    Quantity("E_GABA_B", "mV", "reversal potential of GABA_B", -90.0),
    Quantity("E_opsin", "mV", "reversal potential of the opsin", 0.0),
    Quantity("v_NMDA", "mV", "voltage at which the NMDA factor is 0", -80.0),
    Quantity("s_NMDA", "mV", "distance above v_NMDA at which the NMDA factor is 1/2", 60.0, positive=True),
)


def nmda_ratio(v, p):
    x = (v - p.v_NMDA) / p.s_NMDA
    return x * x


def synaptic_current(v, g_AMPA, g_NMDA, g_GABA_A, g_GABA_B, g_opsin, p):
    f = nmda_ratio(v, p)
    excitation = g_AMPA * (v - p.E_AMPA) + g_NMDA * f / (one(f) + f) * (v - p.E_NMDA)
    return excitation + g_GABA_A * (v - p.E_GABA_A) + g_GABA_B * (v - p.E_GABA_B) + g_opsin * (v - p.E_opsin)


@cache
def with_receptors(model: Model) -> Model:
    """The model with the five receptors: its input is then the tuple (I, g_AMPA, g_NMDA, g_GABA_A, g_GABA_B, g_opsin).

    The receptors' time constants and reversal potentials become parameters like any other.
    """
    rhs, gated = model.rhs, model.gated or model.rhs

    def driven(v, u, i, p):
        return rhs(v, u, i[0] - synaptic_current(v, i[1], i[2], i[3], i[4], i[5], p), p)

    def driven_dendrite(v, u, w, i, p):
        return rhs(v, u, w, i[0] - synaptic_current(v, i[1], i[2], i[3], i[4], i[5], p), p)

    def driven_gated(g, v, u, i, p):
        return gated(g, v, u, i[0] - synaptic_current(v, i[1], i[2], i[3], i[4], i[5], p), p)

    def driven_gated_dendrite(g, v, u, w, i, p):
        return gated(g, v, u, w, i[0] - synaptic_current(v, i[1], i[2], i[3], i[4], i[5], p), p)

    two = len(model.state) == 2
    return replace(
        model,
        parameters=(*model.parameters, *PARAMETERS),
        rhs=driven if two else driven_dendrite,
        gated=model.gated and (driven_gated if two else driven_gated_dendrite),
        receptors=True,
    )
