"""The order in which published programs multiply. It decides the last bit, so a scheme that promises bits says it."""

from __future__ import annotations

from izhi.equations.ops import cubic, power, quadratic


def quadratic_by_power(e, x):
    return e * power(x, 2.0)


def cubic_by_power(e, x):
    return e * power(x, 3.0)


def quadratic_from_left(e, x):
    return e * x * x


def cubic_from_left(e, x):
    return e * x * x * x


# Octave computes V^2 and x.^3 of a scalar with the C library's pow: one square in 1,200 differs in its last bit.
OCTAVE = {quadratic: quadratic_by_power, cubic: cubic_by_power}
# C reads 0.04 * v * v from the left.
FROM_LEFT = {quadratic: quadratic_from_left}
