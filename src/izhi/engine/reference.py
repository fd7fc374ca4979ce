"""The reference engine: the same loops in plain Python, slow, without a compiler. It judges the others."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from izhi.engine.assembly import Assembly, continuous_kernel, grid_kernel, network_kernel, neuron_kernel
from izhi.engine.groups import search_mother
from izhi.equations.model import Model
from izhi.schemes.neuron.scheme import NeuronScheme
from izhi.schemes.scheme import ContinuousScheme, GridScheme

name = "reference"
parallel = False


def _quietly(kernel: Callable) -> Callable:
    """Overflow is found and reported as the run's failure, so NumPy need not warn of it."""

    def run(*arguments: Any) -> Any:
        with np.errstate(all="ignore"):
            return kernel(*arguments)

    return run


@cache
def grid(kernel: str, model: Model, scheme: GridScheme, precision: np.dtype) -> Callable:  # noqa: ARG001
    """The kernel `trace_cells`, for any precision; there is no faster one for spikes alone."""
    return _quietly(grid_kernel(kernel, model, scheme))


@cache
def continuous(model: Model, scheme: ContinuousScheme) -> Callable:
    """The kernel `solve_cell`."""
    return _quietly(continuous_kernel(model, scheme))


@cache
def neuron(model: Model, scheme: NeuronScheme) -> Callable:
    """The kernel `fadvance`."""
    return _quietly(neuron_kernel(model, scheme))


@cache
def groups() -> Callable:
    """The kernel `search_mother`."""
    return _quietly(search_mother)


@cache
def network(kernel: str, assembly: Assembly, precision: np.dtype) -> Callable:
    """The kernel `work`, `detect` or `sound`."""
    return _quietly(network_kernel(kernel, assembly, precision))


def plain(function: Callable) -> Callable:
    """Any kernel that needs no model."""
    return _quietly(function)
