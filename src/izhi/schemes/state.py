"""A model's equations over its state as one tuple, so that a scheme is written once for two and three variables."""

from __future__ import annotations

from collections.abc import Callable

from izhi.equations.model import Model
from izhi.equations.ops import rarely


def _add_two(x, h, dx):
    return x[0] + h * dx[0], x[1] + h * dx[1]


def _add_three(x, h, dx):
    return x[0] + h * dx[0], x[1] + h * dx[1], x[2] + h * dx[2]


def add(model: Model) -> Callable:
    """`add(x, h, dx)`: x + h dx."""
    return _add_two if len(model.state) == 2 else _add_three


def flow(model: Model) -> Callable:
    """`flow(x, i, p)`: the derivatives of the state x under the input i."""
    rhs = model.rhs

    def two(x, i, p):
        return rhs(x[0], x[1], i, p)

    def three(x, i, p):
        return rhs(x[0], x[1], x[2], i, p)

    return two if len(model.state) == 2 else three


def gated_flow(model: Model) -> Callable:
    """`gated_flow(g, x, i, p)`: the derivatives, on the branch that the voltage g chooses."""
    gated, ungated = model.gated or model.rhs, flow(model)

    def two(g, x, i, p):
        return gated(g, x[0], x[1], i, p)

    def three(g, x, i, p):
        return gated(g, x[0], x[1], x[2], i, p)

    def without_branches(g, x, i, p):
        return ungated(x, i, p)

    if model.gated is None:
        return without_branches
    return two if len(model.state) == 2 else three


def with_voltage(model: Model) -> Callable:
    """`with_voltage(x, v)`: the state x with its voltage replaced."""

    def two(x, v):
        return v, x[1]

    def three(x, v):
        return v, x[1], x[2]

    return two if len(model.state) == 2 else three


def with_recovery(model: Model) -> Callable:
    """`with_recovery(x, u)`: the state x with its recovery replaced."""

    def two(x, u):
        return x[0], u

    def three(x, u):
        return x[0], u, x[2]

    return two if len(model.state) == 2 else three


def spent(model: Model) -> Callable:
    """`spent(x, fired, p)`: the state after the spike, if there was one."""
    reset = model.reset

    def two(x, fired, p):
        v, u = reset(x[0], x[1], p)
        return rarely(fired, v, x[0]), rarely(fired, u, x[1])

    def three(x, fired, p):
        v, u = reset(x[0], x[1], p)
        return rarely(fired, v, x[0]), rarely(fired, u, x[1]), x[2]

    return two if len(model.state) == 2 else three
