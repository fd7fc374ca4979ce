"""The true solution: an adaptive method of order 8 that ends its steps at every spike, switch and jump of the input.

Between those the equations are smooth, so the method keeps its order. A crossing is found by repeating the step with
the length at which the crossing happens, so its time carries the error of a step and not that of an interpolation;
Newton's iteration is safe there because the upstroke, a hyperbola, is convex. Samples are steps of their own from the
last accepted state: how often the solution is sampled does not change it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from izhi.equations.model import Model
from izhi.schemes.dormand_prince import ERROR_3, ERROR_5, NODES, SOLUTION, STAGES, WEIGHTS
from izhi.schemes.scheme import ContinuousScheme
from izhi.schemes.state import flow

# Why a run ended early.
DONE, OUT_OF_RANGE, RUNAWAY, STIFF, FULL = 0, 1, 2, 3, 4

# The error allowed in a step, as a share of the tolerance: errors grow on the way to a spike that comes late.
LOCAL_SHARE = 1e-4
# Spikes closer than this [ms], this many in a row, are a runaway.
CLOSE, MANY_CLOSE = 1e-3, 10
# More steps than this within 1 ms means equations too stiff for an explicit method.
MOST_STEPS = 100_000
# A crossing of a seam counts as so many: where both branches lead back to the seam, v crosses it without end.
CROSSING = 1000


# The first step, and at most that after a jump of the input or a spike [ms]; and the shortest before it is given up.
FIRST_STEP, SHORTEST = 0.02, 1e-14


def eighth_root(x):
    """By square roots, whose every bit is defined, so that all engines take the same steps."""
    return math.sqrt(math.sqrt(math.sqrt(x)))


def current(t, drive, waves):
    """The injected current at time t, within the interval that `drive` describes."""
    begin, value, slope = drive
    total = value + slope * (t - begin)
    for row in range(waves.shape[0]):
        if waves[row, 0] <= begin < waves[row, 1]:
            s = t - waves[row, 0]
            total += waves[row, 2] * math.sin(waves[row, 5] + s * (waves[row, 3] + s * waves[row, 4]))
    return total


def decayed(g, tau, elapsed):
    """The five conductances, `elapsed` ms after they were g."""
    return (
        g[0] * math.exp(-elapsed / tau[0]),
        g[1] * math.exp(-elapsed / tau[1]),
        g[2] * math.exp(-elapsed / tau[2]),
        g[3] * math.exp(-elapsed / tau[3]),
        g[4] * math.exp(-elapsed / tau[4]),
    )


def injected(t, drive, waves, g, tau):
    return current(t, drive, waves)


def conducted(t, drive, waves, g, tau):
    return (current(t, drive, waves), *decayed(g, tau, t - drive[0]))


def keep(conductances, k, g, tau, elapsed):
    """Store the conductances of sample k, if they are recorded."""
    if k < conductances.shape[1]:
        now = decayed(g, tau, elapsed)
        for r in range(5):
            conductances[r, k] = now[r]


def pair(y):
    return y[0], y[1]


def triple(y):
    return y[0], y[1], y[2]


def _solver(model: Model) -> Callable:
    """`solve(...)` for a model. Throughout, `forces` is (drive, waves, g, tau): what the input is made of."""
    derivatives, peak, reset = flow(model), model.peak, model.reset
    packed = pair if len(model.state) == 2 else triple
    inputs = conducted if model.receptors else injected
    n = len(model.state)

    def finite(y):
        total = 0.0
        for i in range(n):
            total += y[i] - y[i]
        return total == 0.0

    def slope_at(t, y, p, forces, K, row):
        dy = derivatives(packed(y), inputs(t, forces[0], forces[1], forces[2], forces[3]), p)
        for i in range(n):
            K[row, i] = dy[i]

    def attempt(x, t, h, p, forces, K, y):
        """A step of length h from x, whose slope is K[0]; leaves the new state in y."""
        for s in range(1, STAGES):
            for i in range(n):
                total = 0.0
                for r in range(s):
                    total += WEIGHTS[s, r] * K[r, i]
                y[i] = x[i] + h * total
            slope_at(t + NODES[s] * h, y, p, forces, K, s)
        for i in range(n):
            total = 0.0
            for r in range(STAGES):
                total += SOLUTION[r] * K[r, i]
            y[i] = x[i] + h * total

    def error(x, h, K, y, tolerance):
        """The step's error as a multiple of the tolerance."""
        fifth, third = 0.0, 0.0
        for i in range(n):
            e5, e3 = 0.0, 0.0
            for r in range(STAGES):
                e5 += ERROR_5[r] * K[r, i]
                e3 += ERROR_3[r] * K[r, i]
            scale = tolerance * (1.0 + max(abs(x[i]), abs(y[i])))
            fifth += (e5 / scale) * (e5 / scale)
            third += (e3 / scale) * (e3 / scale)
        bottom = fifth + 0.01 * third
        return h * fifth / math.sqrt(bottom * n) if bottom > 0.0 else bottom

    def advance(x, t, h, p, forces, K, y, tolerance):
        """A step as long as its error allows, h at most; returns why there is none, its length, error and attempts."""
        attempts = 0
        while True:
            attempt(x, t, h, p, forces, K, y)
            size = error(x, h, K, y, tolerance)
            attempts += 1
            bounded = finite(y)
            if bounded and size <= 1.0:
                return DONE, h, size, attempts
            h *= max(0.9 / eighth_root(size), 0.1) if bounded and size < 1e8 else 0.1
            if t + h <= t or h < SHORTEST:
                return STIFF if bounded else OUT_OF_RANGE, h, size, attempts

    def excess(y, p, target, sign):
        """How far v is past the target: the peak where the target is NaN, else a seam that is crossed along `sign`."""
        return y[0] - peak(y[1], p) if math.isnan(target) else sign * (y[0] - target)

    def crossing(x, t, h, p, forces, K, y, target, sign):
        """The length of the step at which v is on the target; leaves the state there in y."""
        low, high = 0.0, h
        for _ in range(80):
            past = excess(y, p, target, sign)
            if past >= 0.0:
                high = h
            else:
                low = h
            rise = derivatives(packed(y), inputs(t + h, forces[0], forces[1], forces[2], forces[3]), p)[0]
            following = h - past / (sign * rise) if rise != 0.0 else low
            if abs(following - h) <= 1e-16 * (t + h):
                break
            if not low < following < high:
                following = low + (high - low) / 2
                if not low < following < high:
                    break
            h = following
            attempt(x, t, h, p, forces, K, y)
        return h

    def first_crossing(x, t, h, p, forces, K, y, seams):
        """Where the step from x to y first crosses the peak or a seam: length, seam (NaN: none), along what sign."""
        seam, sign = math.nan, 0.0
        if y[0] >= peak(y[1], p):
            h = crossing(x, t, h, p, forces, K, y, math.nan, 1.0)
            sign = 1.0
        for level in seams:
            if (x[0] - level) * (y[0] - level) < 0.0:
                sign = 1.0 if y[0] > level else -1.0
                h = crossing(x, t, h, p, forces, K, y, level, sign)
                seam = level
        return h, seam, sign

    def land(x, y, p, seam, sign):
        """Move from x to y: on the far side of a seam, so that the next step is on the new branch, or on the peak."""
        for i in range(n):
            x[i] = y[i]
        if not math.isnan(seam):
            x[0] = seam + sign * max(abs(seam) * 4e-16, 1e-300)
        elif sign != 0.0 and x[0] < peak(x[1], p):
            x[0] = peak(x[1], p)

    def sample(x, t, until, dt, taken, p, forces, K, y, samples, conductances):
        """Store the samples before time `until`, each by a step of its own from x at t; returns how many there are."""
        while taken < samples.shape[1] and taken * dt < until:
            attempt(x, t, taken * dt - t, p, forces, K, y)
            for i in range(n):
                samples[i, taken] = y[i]
            keep(conductances, taken, forces[2], forces[3], taken * dt - forces[0][0])
            taken += 1
        return taken

    def spike(x, t, p, spikes, fired, close):
        """Reset x as often as it is at the peak; returns why that can't go on, the spikes and those close together."""
        while x[0] >= peak(x[1], p):
            if fired == spikes.size:
                return FULL, fired, close
            close = close + 1 if fired > 0 and t - spikes[fired - 1] < CLOSE else 0
            spikes[fired] = t
            fired += 1
            x[0], x[1] = reset(x[0], x[1], p)
            if not finite(x):
                return OUT_OF_RANGE, fired, close
            if close >= MANY_CLOSE:
                return RUNAWAY, fired, close
        return DONE, fired, close

    def solve(
        x, g, p, tau, knots, values, slopes, waves, event_knot, event_receptor, event_weight, seams, tolerance, dt,
        samples, conductances, spikes,
    ):  # fmt: skip
        """From knots[0] to knots[-1]: returns why it ended, when, the number of samples and the number of spikes."""
        K, y, z = np.zeros((STAGES, n)), np.zeros(n), np.zeros(n)
        tolerance = max(tolerance * LOCAL_SHARE, 1e-14)
        t, h, taken, fired, close, event = knots[0], FIRST_STEP, 0, 0, 0, 0
        mark, steps = t, 0
        for j in range(knots.size - 1):
            t, end = knots[j], knots[j + 1]
            while event < event_knot.size and event_knot[event] <= j:
                g[event_receptor[event]] += event_weight[event]
                event += 1
            forces = ((t, values[j], slopes[j]), waves, g, tau)
            h = min(h, FIRST_STEP)
            while t < end:
                status, now, close = spike(x, t, p, spikes, fired, close)
                h = min(h, FIRST_STEP) if now > fired else h
                fired = now
                if status != DONE:
                    return status, t, taken, fired
                slope_at(t, x, p, forces, K, 0)
                status, h, size, attempts = advance(x, t, min(h, end - t), p, forces, K, y, tolerance)
                steps += attempts
                if steps > MOST_STEPS and t - mark < 1.0:
                    status = STIFF
                if status != DONE:
                    return status, t, taken, fired
                if steps > MOST_STEPS:
                    mark, steps = t, 0
                length, seam, sign = first_crossing(x, t, h, p, forces, K, y, seams)
                steps += 0 if math.isnan(seam) else CROSSING
                after = t + length if sign != 0.0 or h < end - t else end
                for i in range(n):
                    z[i] = y[i]
                taken = sample(x, t, after, dt, taken, p, forces, K, y, samples, conductances)
                land(x, z, p, seam, sign)
                t = after
                h *= 6.0 if size < 1e-6 else min(0.9 / eighth_root(size), 6.0)
            g[0], g[1], g[2], g[3], g[4] = decayed(g, tau, end - knots[j])
        while event < event_knot.size and event_knot[event] < knots.size:
            g[event_receptor[event]] += event_weight[event]
            event += 1
        while taken < samples.shape[1]:
            for i in range(n):
                samples[i, taken] = x[i]
            keep(conductances, taken, g, tau, 0.0)
            taken += 1
        return DONE, t, taken, fired

    return solve


ACCURATE = ContinuousScheme(
    name="accurate",
    title="the true solution to a tolerance, spikes located in time",
    used_by="anyone who asks what the equations say, rather than what a program makes of them",
    order=0,
    spike_order=0,
    dt=0.1,
    conventions=(
        "A current takes effect exactly when it says. A spike is where v reaches the peak, to the tolerance. Sample k"
        " is the state at k dt; dt sets only how often the solution is sampled and changes nothing else."
    ),
    build=_solver,
)
