"""What a mechanism does in one of NEURON's steps, as three plain functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Parts(NamedTuple):
    """The parts of a mechanism; the engine puts them in NEURON's order, with the delivery of events between them.

    Attributes
    ----------
    arm : callable
        `arm(x, p, v_init, armed_at)`: the memory m at the start, with a section's ends at v_init, and its watches armed
        on a section's v of `armed_at`.
    check : callable
        `check(x, m, p)`: at the start of a step, its watches; returns the state and memory after their events, and
        whether the cell spiked.
    advance : callable
        `advance(x, m, current, p, h)`: the state and memory at the end of the step of h[0] ms.
    """

    arm: Callable
    check: Callable
    advance: Callable
