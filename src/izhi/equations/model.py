"""What a model is: its quantities with units and meanings, and the plain functions that are its equations."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import Any

from izhi.equations.ops import exchange


@dataclass(frozen=True)
class Quantity:
    """A symbol with its unit and meaning; parameters that rarely change carry a default.

    `positive` marks what is divided by (a capacitance, a time constant).
    """

    symbol: str
    unit: str
    meaning: str
    default: float | None = None
    positive: bool = False


@dataclass(frozen=True, eq=False)
class Model:
    """A spiking neuron: dv/dt and du/dt, the voltage at which it spikes, and what a spike resets.

    Attributes
    ----------
    name : str
        The name used in files and on the command line.
    title : str
        One line for people.
    state : tuple of Quantity
        v and u, and the dendrite's voltage where there is one.
    parameters : tuple of Quantity
        In the order of the fields of `p`.
    current : str
        The unit of I.
    conductance : str
        The unit of a synaptic conductance on this model.
    rhs : callable
        `rhs(v, u, I, p)`, or `rhs(v, u, w, I, p)` with a dendrite: the time derivatives of the state.
    peak : callable
        `peak(u, p)`: the voltage at which the upstroke ends. It spikes where v reaches it.
    reset : callable
        `reset(v, u, p)`: v and u after the spike.
    start : callable
        `start(p)`: where v begins unless told otherwise.
    settle : callable
        `settle(v, p)`: where u begins at that v unless told otherwise.
    gated : callable or None
        Where the equations switch branch at some voltage: `gated(g, v, ..., I, p)` with the branch chosen by
        the voltage g, since some programs choose it by another voltage than the one they integrate.
    seams : tuple of str
        Parameters that name the voltages at which the equations switch.
    moving_peak : bool
        Whether the peak voltage depends on u.
    receptors : bool
        Whether the input is the tuple of a current and the five conductances of `synapse.py`.
    rate : str
        The parameter that multiplies all of du/dt; some programs multiply it by the step first.
    reference : str
        Where the equations were published.
    """

    name: str
    title: str
    state: tuple[Quantity, ...]
    parameters: tuple[Quantity, ...]
    current: str
    conductance: str
    rhs: Callable
    peak: Callable
    reset: Callable
    start: Callable
    settle: Callable
    reference: str
    gated: Callable | None = None
    seams: tuple[str, ...] = ()
    moving_peak: bool = False
    receptors: bool = False
    rate: str = "a"

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """The parameters' symbols, in order."""
        return tuple(q.symbol for q in self.parameters)

    @cached_property
    def Parameters(self) -> Any:
        """The namedtuple type of `p`."""
        return namedtuple("Parameters", self.symbols)

    def quantity(self, symbol: str) -> Quantity:
        """The state variable or parameter of that symbol."""
        return next(q for q in self.state + self.parameters if q.symbol == symbol)

    def __reduce__(self) -> Any:
        # In another process the same model, for which everything is compiled once.
        known = import_module("izhi.equations").MODELS.get(self.name)
        return (_named, (self.name,)) if known is self else super().__reduce__()

    def rounded(self, operations: Mapping[Callable, Callable]) -> Model:
        """The same model with some of its operations exchanged for others that round differently."""
        return replace(
            self,
            rhs=exchange(self.rhs, operations),
            peak=exchange(self.peak, operations),
            reset=exchange(self.reset, operations),
            gated=exchange(self.gated, operations) if self.gated else None,
        )


def _named(name: str) -> Model:
    """The model of that name; what a pickle of a model calls."""
    return import_module("izhi.equations").model(name)
