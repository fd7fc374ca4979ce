"""What a network is: populations, projections, synapses and drives, as frozen descriptions."""

from __future__ import annotations

from izhi.network.drives import Background, GaussianNoise, PoissonDrive, RandomCells, UniformNoise
from izhi.network.learning import STDP, Consolidation, Dopamine
from izhi.network.network import Network
from izhi.network.population import PoissonSource, Population, SpikeSource
from izhi.network.projection import Projection
from izhi.network.synapses import Conductance, CurrentPulse, Delta, Depression, ExponentialCurrent, Markram, Synapse

__all__ = [
    "STDP",
    "Background",
    "Conductance",
    "Consolidation",
    "CurrentPulse",
    "Delta",
    "Depression",
    "Dopamine",
    "ExponentialCurrent",
    "GaussianNoise",
    "Markram",
    "Network",
    "PoissonDrive",
    "PoissonSource",
    "Population",
    "Projection",
    "RandomCells",
    "SpikeSource",
    "Synapse",
    "UniformNoise",
]  # fmt: skip
