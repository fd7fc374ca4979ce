"""The implicit step of METHOD derivimplicit: Newton's iteration of the SCoP library, with its stopping rule.

The Jacobian is made of central differences over 2 % of each variable; each column leaves its round-off in the variable.
It is made anew only where the last change was more than 5 %. The iteration stops where no variable changed by more than
one part in a million and no equation is off by more than 1e-8; that error is real, and moves spikes by a step. After 50
rounds it gives up, which ends the run.
"""

from __future__ import annotations

import math

ROUNDS = 50
STEP = 1e-6
RELATIVE_STEP = 0.02
LARGE_CHANGE = 0.05
SMALL_CHANGE = 1e-6
ZERO = 1e-8
SINGULAR = 1e-20


def larger(a, b):
    """The larger of two numbers; `a` if `b` is no number, as C's comparison has it."""
    return b if b > a else a


def increment(x):
    """How far a variable is moved to either side for its column of the Jacobian."""
    return larger(abs(RELATIVE_STEP * x), STEP)


def change(dx, x):
    """The relative change of a variable; that of a variable near 0 does not count."""
    return abs(dx / x) if abs(x) > ZERO else 0.0


def largest_of(a, b, c):
    """The largest of three numbers."""
    return larger(larger(larger(0.0, a), b), c)


def largest(a, b, c):
    """The first of the largest in magnitude of a row, by which its pivots are scaled."""
    most = a
    if abs(b) > abs(most):
        most = b
    if abs(c) > abs(most):
        most = c
    return most


def factors(one, two, three):
    """Three rows as the product of a lower and a unit upper triangle (Crout), pivots chosen relative to their rows.

    Returns the rows in the order of their pivots, and whether a pivot vanished. A row is its three numbers, its scale,
    and its index.
    """
    if abs(two[0] / two[3]) > abs(one[0] / one[3]):
        if abs(three[0] / three[3]) > abs(two[0] / two[3]):
            one, three = three, one
        else:
            one, two = two, one
    elif abs(three[0] / three[3]) > abs(one[0] / one[3]):
        one, three = three, one
    one = (one[0], one[1] / one[0], one[2] / one[0], one[3], one[4])
    two = (two[0], two[1] - two[0] * one[1], two[2], two[3], two[4])
    three = (three[0], three[1] - three[0] * one[1], three[2], three[3], three[4])
    if abs(three[1] / three[3]) > abs(two[1] / two[3]):
        two, three = three, two
    two = (two[0], two[1], (two[2] - two[0] * one[2]) / two[1], two[3], two[4])
    three = (three[0], three[1], three[2] - (three[0] * one[2] + three[1] * two[2]), three[3], three[4])
    singular = abs(one[0]) < SINGULAR or abs(two[1]) < SINGULAR or abs(three[2]) < SINGULAR
    return one, two, three, singular


def solution(one, two, three, f):
    """The x of (rows) x = f, with the rows as `factors` left them."""
    x = f[one[4]] / one[0]
    y = (f[two[4]] - two[0] * x) / two[1]
    z = (f[three[4]] - (three[0] * x + three[1] * y)) / three[2]
    y = y - two[2] * z
    x = x - (one[1] * y + one[2] * z)
    return x, y, z


def moved(x, j, h):
    """Three variables, of which the j-th is moved by h."""
    return x[0] + h if j == 0 else x[0], x[1] + h if j == 1 else x[1], x[2] + h if j == 2 else x[2]


def solver_of_three(deviation):
    """`solve(x, known)`: where the three deviations vanish, starting at the three variables x.

    `deviation(x, known)` returns them; the solution is NaN where the iteration does not converge.
    """

    def column(x, j, known):
        h = increment(x[j])
        x = moved(x, j, h)
        high = deviation(x, known)
        x = moved(x, j, -(2.0 * h))
        low = deviation(x, known)
        w = 2.0 * h
        return moved(x, j, h), ((high[0] - low[0]) / w, (high[1] - low[1]) / w, (high[2] - low[2]) / w)

    def row(first, second, third, k):
        return first[k], second[k], third[k], largest(first[k], second[k], third[k]), k

    def solve(x, known):
        step = 1.0
        one = two = three = (0.0, 0.0, 0.0, 0.0, 0)
        f = deviation(x, known)
        for _ in range(ROUNDS):
            if step > LARGE_CHANGE:
                x, a = column(x, 0, known)
                x, b = column(x, 1, known)
                x, c = column(x, 2, known)
                f = deviation(x, known)
                one, two, three, singular = factors(row(a, b, c, 0), row(a, b, c, 1), row(a, b, c, 2))
                if singular:
                    break
            dx = solution(one, two, three, (-f[0], -f[1], -f[2]))
            step = largest_of(change(dx[0], x[0]), change(dx[1], x[1]), change(dx[2], x[2]))
            x = x[0] + dx[0], x[1] + dx[1], x[2] + dx[2]
            f = deviation(x, known)
            if step <= SMALL_CHANGE and largest_of(abs(f[0]), abs(f[1]), abs(f[2])) <= ZERO:
                return x
        return math.nan, math.nan, math.nan

    return solve


def solver_of_one(deviation):
    """`solve(x, known)`: where one deviation vanishes, starting at x; NaN where the iteration does not converge."""

    def solve(x, known):
        moved, slope = 1.0, 0.0
        f = deviation(x, known)
        for _ in range(ROUNDS):
            if moved > LARGE_CHANGE:
                h = increment(x)
                x = x + h
                high = deviation(x, known)
                x = x - 2.0 * h
                low = deviation(x, known)
                slope = (high - low) / (2.0 * h)
                x = x + h
                f = deviation(x, known)
                if abs(slope) < SINGULAR:
                    break
            dx = -f / slope
            moved = change(dx, x)
            x = x + dx
            f = deviation(x, known)
            if moved <= SMALL_CHANGE and abs(f) <= ZERO:
                return x
        return math.nan

    return solve
