"""A kernel for one model and scheme: the plain loops of `kernels.py` with the names bound that they leave open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np

from izhi.engine import access, circuit, fadvance, inputs, kernels, learning, queue
from izhi.equations.model import Model
from izhi.equations.ops import exchange, rarely, where
from izhi.schemes.neuron.scheme import NeuronScheme, fitted
from izhi.schemes.scheme import ContinuousScheme, GridScheme

FLAG_BITS = 32
# Where the plain loops are, whose free names are bound.
_KERNELS = (kernels.__name__, fadvance.__name__, queue.__name__, circuit.__name__, inputs.__name__, learning.__name__)


def bind(function: Any, names: Mapping[str, Any]) -> FunctionType:
    """A copy of a kernel, and of the kernels it calls, in which `names` are defined."""
    done: dict[FunctionType, FunctionType] = {}

    def bound(f: FunctionType) -> FunctionType:
        scope = {"__name__": f.__module__}  # where a compiled copy, read back from disk, looks for its globals
        for name in f.__code__.co_names:
            value = names.get(name, f.__globals__.get(name, _MISSING))
            if isinstance(value, FunctionType) and value.__module__ in _KERNELS:
                value = done.get(value) or bound(value)
            if value is not _MISSING:
                scope[name] = value
        done[f] = FunctionType(f.__code__, scope, f.__name__, f.__defaults__)
        done[f].__dict__.update(f.__dict__)
        return done[f]

    return bound(function)


_MISSING = object()


def grid_kernel(name: str, model: Model, scheme: GridScheme) -> FunctionType:
    """The kernel `trace_cells`, `sweep_cells`, `match_cells` or `force_cells` for a model and a scheme on a grid."""
    step = scheme.build(model)
    if name != "trace_cells":  # a loop that vectorises computes both sides
        step = exchange(step, {rarely: where})
    chosen, memory, numbers = model, len(scheme.memory), len(scheme.numbers(1.0))
    bare: tuple[str, ...] = ()
    if isinstance(scheme, NeuronScheme):
        chosen = fitted(scheme, model)
        memory, numbers, bare = scheme.remembers(chosen), 1, scheme.bare
    names = {
        "step": step,
        "get_state": access.gather(len(model.state)),
        "put_state": access.scatter(len(model.state)),
        "get_memory": access.gather(memory),
        "put_memory": access.scatter(memory),
        "get_parameters": access.parameters(chosen, bare),
        "get_numbers": access.gather(numbers),
        "get_inputs": access.inputs(model, scheme),
        "get_conductances": access.gather(5),
        "wide_vectors": access.wide_vectors,
        "decay": access.decay(model),
        "RECEPTORS": model.receptors,
        "AT_START": scheme.sample == "start",
        # Whether numbers out of range may be gone a step later: an overshoot that is reset, a peak that is shown.
        "FLEETING": scheme.sample == "start" or model.moving_peak,
        "SHIFT": 0 if scheme.sample == "start" else 1 - scheme.extra,
        "BITS": FLAG_BITS,
        "INFINITE": np.inf,
        "reset": model.reset,
    }
    return bind(getattr(kernels, name), names)


def neuron_kernel(model: Model, scheme: NeuronScheme) -> FunctionType:
    """The kernel `fadvance` for a model and a mechanism of NEURON."""
    chosen = fitted(scheme, model)
    _, check, advance = scheme.parts(chosen)
    names = {
        "check": check,
        "advance": advance,
        "get_state": access.gather(2),
        "put_state": access.scatter(2),
        "get_memory": access.gather(scheme.remembers(chosen)),
        "put_memory": access.scatter(scheme.remembers(chosen)),
        "get_parameters": access.parameters(chosen, scheme.bare),
        "get_numbers": access.gather(1),
        # NEURON goes on with what is no number, but a Newton's iteration that does not converge ends its run.
        "GOES_ON": scheme.failure is None,
        "CONDUCTANCES": scheme.conductances(chosen),
    }
    return bind(fadvance.fadvance, names)


def continuous_kernel(model: Model, scheme: ContinuousScheme) -> FunctionType:
    """The kernel `solve_cell` for a model."""
    return bind(kernels.solve_cell, {"solve": scheme.build(model), "get_parameters": access.parameters(model)})


@dataclass(frozen=True)
class Assembly:
    """What the kernels of a network are made for.

    Attributes
    ----------
    models : tuple of Model
        With receptors, if there are any in the network.
    shared : tuple of tuple of str
        Of each model, the parameters that have one value for all cells of a population.
    scheme : GridScheme
    plastic, short_term : bool
        Whether any synapse learns, and whether any has short-term plasticity.
    packed : bool
        Whether synapses have 32 bits, and what arrives is a whole number.
    """

    models: tuple[Model, ...]
    shared: tuple[tuple[str, ...], ...]
    scheme: GridScheme
    plastic: bool
    short_term: bool
    packed: bool = False

    @property
    def at_start(self) -> bool:
        """Whether the scheme looks for spikes at the start of a step."""
        return self.scheme.sample == "start" and self.scheme.lag == 0


def network_kernel(name: str, assembly: Assembly, precision: np.dtype) -> FunctionType:
    """The kernel `work`, `detect` or `sound` of a network."""
    scheme = assembly.scheme
    names: dict[str, Any] = {
        "AT_START": assembly.at_start,
        "PLASTIC": assembly.plastic,
        "SHORT_TERM": assembly.short_term,
        "PACKED": assembly.packed,
        "ZERO": precision.type(0),
    }
    steps, readies = [], []
    for model, shared in zip(assembly.models, assembly.shared, strict=True):
        own = {
            **names,
            "step": exchange(scheme.build(model), {rarely: where}),
            "peak": model.peak,
            "get_state": access.gather(len(model.state)),
            "put_state": access.scatter(len(model.state)),
            "get_memory": access.gather(len(scheme.memory)),
            "put_memory": access.scatter(len(scheme.memory)),
            "get_parameters": access.mixed_parameters(model, shared),
            "get_inputs": access.network_input(model),
            "decay": access.decay(model),
        }
        steps.append(bind(circuit.advance_cells, own))
        readies.append(bind(circuit.ready_cells, own))
    names["advance"] = access.by_kind("advance", steps, assembly.shared)
    names["ready"] = access.by_kind("ready", readies, assembly.shared)
    return bind(getattr(circuit, name), names)
