"""Izhikevich neurons: every published cell, every simulator's numerics by name, and the true solution.

Names are loaded when they are first used, so that `import izhi` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from izhi.analysis import FEATURES, FIRING, Classification, Feature, Measure, Response, Verdict, classify
    from izhi.cell import Cell
    from izhi.equations import MODELS, RECEPTORS, Model
    from izhi.errors import BadValue, FileProblem, IzhiError, MissingExtra, UnknownName
    from izhi.network import (
        STDP,
        Conductance,
        Consolidation,
        CurrentPulse,
        Delta,
        Depression,
        Dopamine,
        ExponentialCurrent,
        GaussianNoise,
        Markram,
        Network,
        PoissonDrive,
        PoissonSource,
        Population,
        Projection,
        RandomCells,
        SpikeSource,
        UniformNoise,
    )
    from izhi.network_plan import memory_needed
    from izhi.network_recording import NetworkRecording
    from izhi.network_run import Simulation
    from izhi.presets import PRESETS, Preset, preset
    from izhi.recording import Recording
    from izhi.schemes import SCHEMES, Scheme
    from izhi.simulation import simulate
    from izhi.stimulus import (
        Chirp,
        Constant,
        Events,
        Linear,
        OrnsteinUhlenbeck,
        Pulse,
        PulseTrain,
        Ramp,
        Sampled,
        Sine,
        Step,
        Steps,
        Stimulus,
    )
    from izhi.wiring import (
        AllToAll,
        DistanceDependent,
        FixedIndegree,
        FixedOutdegree,
        Formula,
        LogNormal,
        Matrix,
        Normal,
        OneToOne,
        Pairs,
        PairwiseProbability,
        Uniform,
    )

_ROOMS = {
    "izhi.analysis": (
        "FEATURES", "FIRING", "Classification", "Feature", "Measure", "Response", "Verdict", "classify",
    ),
    "izhi.cell": ("Cell",),
    "izhi.equations": ("MODELS", "RECEPTORS", "Model"),
    "izhi.errors": ("BadValue", "FileProblem", "IzhiError", "MissingExtra", "UnknownName"),
    "izhi.network": (
        "STDP", "Conductance", "Consolidation", "CurrentPulse", "Delta", "Depression", "Dopamine", "ExponentialCurrent",
        "GaussianNoise", "Markram", "Network", "PoissonDrive", "PoissonSource", "Population", "Projection",
        "RandomCells", "SpikeSource", "UniformNoise",
    ),
    "izhi.network_recording": (
        "NetworkRecording",
    ),
    "izhi.network_plan": ("memory_needed",),
    "izhi.network_run": ("Simulation",),
    "izhi.presets": ("PRESETS", "Preset", "preset"),
    "izhi.recording": ("Recording",),
    "izhi.schemes": ("SCHEMES", "Scheme"),
    "izhi.simulation": ("simulate",),
    "izhi.stimulus": (
        "Chirp", "Constant", "Events", "Linear", "OrnsteinUhlenbeck", "Pulse", "PulseTrain", "Ramp", "Sampled", "Sine",
        "Step", "Steps", "Stimulus",
    ),
    "izhi.wiring": (
        "AllToAll", "DistanceDependent", "FixedIndegree", "FixedOutdegree", "Formula", "LogNormal", "Matrix",
        "Normal", "OneToOne", "Pairs", "PairwiseProbability", "Uniform",
    ),
}  # fmt: skip
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "FEATURES", "FIRING", "MODELS", "PRESETS", "RECEPTORS", "SCHEMES", "STDP", "AllToAll", "BadValue", "Cell",
    "Chirp", "Classification", "Conductance", "Consolidation", "Constant", "CurrentPulse", "Delta", "Depression",
    "DistanceDependent", "Dopamine", "Events", "ExponentialCurrent", "Feature", "FileProblem", "FixedIndegree",
    "FixedOutdegree", "Formula", "GaussianNoise", "IzhiError", "Linear", "LogNormal", "Markram", "Matrix",
    "Measure", "MissingExtra", "Model", "Network", "NetworkRecording", "Normal", "OneToOne", "OrnsteinUhlenbeck",
    "Pairs", "PairwiseProbability", "PoissonDrive", "PoissonSource", "Population", "Preset", "Projection",
    "Pulse", "PulseTrain", "Ramp", "RandomCells", "Recording", "Response", "Sampled", "Scheme", "Simulation",
    "Sine", "SpikeSource", "Step", "Steps", "Stimulus", "Uniform", "UniformNoise", "UnknownName", "Verdict",
    "classify", "memory_needed", "preset", "simulate",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'izhi' has no attribute {name!r}")
    value = getattr(import_module(_ROOM_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
