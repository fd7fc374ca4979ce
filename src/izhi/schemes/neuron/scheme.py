"""A mechanism of NEURON as a scheme."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.equations.model import Model, Quantity
from izhi.equations.ops import exchange, where
from izhi.errors import BadValue
from izhi.schemes.neuron.clock import Floats, halves
from izhi.schemes.neuron.parts import Parts
from izhi.schemes.neuron.section import FIELDS, Section
from izhi.schemes.scheme import GridScheme

# pF in the mechanisms' unit of C.
CAPACITANCE = 100.0
# Parameters of the mechanisms that no model has, as they are unless told otherwise.
USUAL = {"erev": 0.0, "taug": 1.0, "told": -1.0}


@dataclass(frozen=True, eq=False, kw_only=True)
class NeuronScheme(GridScheme):
    """A scheme that takes NEURON's steps.

    Attributes
    ----------
    parts : callable
        `parts(model)` makes what the mechanism does; see `izhi.schemes.neuron.parts`.
    pace : callable
        `pace(half, dt)`: the length of each step as the mechanism has it, from the times half a step apart.
    rounding : mapping
        Operations of the equations that the mechanism rounds differently.
    bare : tuple of str
        Parameters that are 1 in the equations, since the mechanism multiplies or divides by them in its own order.
    constants : tuple of str
        What the parts find in `p` besides the model's parameters.
    unit : float
        How many pF its capacity of 1 is.
    section : Section or None
        The section that it has unless told otherwise.
    failure : str or None
        What ended a run whose numbers are no longer finite, if not their size.
    """

    build: Callable = field(init=False)
    order: int = 1
    spike_order: int = 1
    dt: float = 0.025
    lag: int = 0
    parts: Callable[[Model], Parts]
    pace: Callable[[Floats, float], Floats]
    rounding: Mapping[Callable, Callable] = field(default_factory=dict)
    bare: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    unit: float = CAPACITANCE
    section: Section | None = None
    failure: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "build", lambda model: one_step(self, fitted(self, model)))

    def times(self, steps: int, dt: float) -> Floats:
        """When each step begins, and the last ends, as NEURON adds it up: shape (steps + 1,)."""
        return halves(steps, dt)[::2]

    @property
    def receptors(self) -> bool:
        """Whether the mechanism has the five receptors."""
        return "erev" not in self.constants and self.section is None

    @property
    def extras(self) -> tuple[str, ...]:
        """All that the parts find in `p` besides the model's parameters, in order."""
        return (*self.constants, *(FIELDS if self.section else ()))

    def conductances(self, model: Model) -> int:
        """How many synaptic conductances a model has under it; they follow the watch in its memory."""
        return 5 * model.receptors if self.receptors else int("erev" in self.constants)

    def remembers(self, model: Model) -> int:
        """How many numbers the memory of a fitted model has."""
        p = model.Parameters(*(1.0 for _ in model.symbols))
        return len(self.parts(model).arm((0.0, 0.0), p, 0.0, 0.0))

    def memories(
        self, model: Model, table: Floats, state: Floats, v_init: Floats, armed_at: Floats | None = None
    ) -> Floats:
        """The memory of each cell at the start: shape (numbers, cells)."""
        chosen = fitted(self, model)
        numbers = _arm_all(self, chosen)(
            (state[0], state[1]), chosen.Parameters(*table), v_init, v_init if armed_at is None else armed_at
        )
        return np.array([np.broadcast_to(number, v_init.size) for number in numbers], dtype=np.float64)

    def table(
        self, model: Model, values: Mapping[str, NDArray[np.float64]], dt: float, section: Section | None = None
    ) -> NDArray[np.float64]:
        """What the parts read as `p`: shape (parameters, cells).

        `values` has the model's parameters, all of one length, and may have constants of the mechanism.
        """
        cells = next(iter(values.values())).size
        C = values.get("C", np.ones(cells))
        known: dict[str, Any] = {**USUAL, "capacity": C / self.unit, "rate": values["a"], **values}
        known |= dict.fromkeys(self.bare, 1.0)
        if self.section:
            known |= dict(zip(FIELDS, (section or self.section).coefficients(dt), strict=True))
        rows = [np.broadcast_to(known[symbol], cells) for symbol in (*model.symbols, *self.extras)]
        return np.array(rows, dtype=np.float64).reshape(len(rows), cells)


@cache
def fitted(scheme: NeuronScheme, model: Model) -> Model:
    """The model as the mechanism computes it: its rounding, and its constants among the parameters.

    Raises
    ------
    BadValue
        If the model has a third variable, as no mechanism has.
    """
    if len(model.state) != 2:
        raise BadValue(scheme.name, model.name, "a model of v and u alone would do, such as 'izhikevich2007'")
    constants = tuple(Quantity(symbol, "", "constant of the mechanism") for symbol in scheme.extras)
    return replace(model.rounded(scheme.rounding), parameters=(*model.parameters, *constants))


@cache
def _arm_all(scheme: NeuronScheme, model: Model) -> Callable:
    """The part `arm` of a fitted model, of all cells at once."""
    return exchange(scheme.parts(model).arm, {where: np.where})


def one_step(scheme: NeuronScheme, model: Model) -> Callable:
    """The parts, for a fitted model, as the step of a scheme on a grid, for cells without events."""
    _, check, advance = scheme.parts(model)

    def step(x, m, i, p, h):
        shown = x[0]
        x, m, fired = check(x, m, p)
        x, m = advance(x, m, i[0], p, h)
        return x, m, fired, shown, 0

    return step
