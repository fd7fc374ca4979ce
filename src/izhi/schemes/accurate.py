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
    derivatives, peak, reset = flow(model), model.peak, model.reset
    packed = pair if len(model.state) == 2 else triple
    inputs = conducted if model.receptors else injected
    n = len(model.state)

    def slope_at(t, y, p, drive, waves, g, tau, K, row):
        dy = derivatives(packed(y), inputs(t, drive, waves, g, tau), p)
        for i in range(n):
            K[row, i] = dy[i]

    def attempt(x, t, h, p, drive, waves, g, tau, K, y):
        """A step of length h from x, whose slope is K[0]; leaves the new state in y."""
        for s in range(1, STAGES):
            for i in range(n):
                total = 0.0
                for r in range(s):
                    total += WEIGHTS[s, r] * K[r, i]
                y[i] = x[i] + h * total
            slope_at(t + NODES[s] * h, y, p, drive, waves, g, tau, K, s)
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

    def excess(y, p, target, sign):
        """How far v is past the target: the peak where the target is NaN, else a seam that is crossed along `sign`."""
        return y[0] - peak(y[1], p) if math.isnan(target) else sign * (y[0] - target)

    def crossing(x, t, h, p, drive, waves, g, tau, K, y, target, sign):
        """The length of the step at which v is on the target; leaves the state there in y."""
        low, high = 0.0, h
        for _ in range(80):
            past = excess(y, p, target, sign)
            if past >= 0.0:
                high = h
            else:
                low = h
            rise = derivatives(packed(y), inputs(t + h, drive, waves, g, tau), p)[0]
            following = h - past / (sign * rise) if rise != 0.0 else low
            if abs(following - h) <= 1e-16 * (t + h):
                break
            if not low < following < high:
                following = low + (high - low) / 2
                if not low < following < high:
                    break
            h = following
            attempt(x, t, h, p, drive, waves, g, tau, K, y)
        return h

    def finite(y):
        total = 0.0
        for i in range(n):
            total += y[i] - y[i]
        return total == 0.0

    def solve(
        x, g, p, tau, knots, values, slopes, waves, event_knot, event_receptor, event_weight, seams, tolerance, dt,
        samples, conductances, spikes,
    ):  # fmt: skip
        """From knots[0] to knots[-1]: returns why it ended, when, the number of samples and the number of spikes."""
        K, y, z = np.zeros((STAGES, n)), np.zeros(n), np.zeros(n)
        tolerance = max(tolerance * LOCAL_SHARE, 1e-14)
        t, h = knots[0], 0.01
        taken, fired, event = 0, 0, 0
        last_spike, close = -math.inf, 0
        mark, steps = t, 0
        for j in range(knots.size - 1):
            t, end = knots[j], knots[j + 1]
            while event < event_knot.size and event_knot[event] <= j:
                g[event_receptor[event]] += event_weight[event]
                event += 1
            drive = (t, values[j], slopes[j])
            h = min(h, 0.05)
            fresh = True
            while t < end:
                while x[0] >= peak(x[1], p):
                    if fired == spikes.size:
                        return FULL, t, taken, fired
                    close = close + 1 if t - last_spike < CLOSE else 0
                    spikes[fired] = t
                    last_spike = t
                    fired += 1
                    x[0], x[1] = reset(x[0], x[1], p)
                    h = min(h, 0.02)
                    fresh = True
                    if not finite(x):
                        return OUT_OF_RANGE, t, taken, fired
                    if close >= MANY_CLOSE:
                        return RUNAWAY, t, taken, fired
                while taken < samples.shape[1] and taken * dt <= t:
                    for i in range(n):
                        samples[i, taken] = x[i]
                    keep(conductances, taken, g, tau, t - drive[0])
                    taken += 1
                if fresh:
                    slope_at(t, x, p, drive, waves, g, tau, K, 0)
                    fresh = False
                # One step: shorten it until its error is small and everything is finite.
                h = min(h, end - t)
                while True:
                    attempt(x, t, h, p, drive, waves, g, tau, K, y)
                    failed = not finite(y)
                    size = error(x, h, K, y, tolerance)
                    steps += 1
                    if not failed and size <= 1.0:
                        break
                    shrink = 0.1 if failed or not size < 1e8 else max(0.9 / math.sqrt(math.sqrt(math.sqrt(size))), 0.1)
                    h *= shrink
                    if t + h <= t or h < 1e-14:
                        return (OUT_OF_RANGE if failed else STIFF), t, taken, fired
                if steps > MOST_STEPS:
                    if t - mark < 1.0:
                        return STIFF, t, taken, fired
                    mark, steps = t, 0
                grow = 6.0 if size < 1e-6 else min(0.9 / math.sqrt(math.sqrt(math.sqrt(size))), 6.0)
                # Where v crosses the peak or a seam, end the step there; the first crossing counts.
                length, target, sign, crossed = h, math.nan, 1.0, False
                if y[0] >= peak(y[1], p):
                    length = crossing(x, t, length, p, drive, waves, g, tau, K, y, math.nan, 1.0)
                    crossed = True
                for seam in seams:
                    if (x[0] - seam) * (y[0] - seam) < 0.0:
                        sign = 1.0 if y[0] > seam else -1.0
                        length = crossing(x, t, length, p, drive, waves, g, tau, K, y, seam, sign)
                        target = seam
                        crossed = True
                for i in range(n):
                    z[i] = y[i]
                after = t + length if crossed or h < end - t else end
                while taken < samples.shape[1] and taken * dt < after:
                    attempt(x, t, taken * dt - t, p, drive, waves, g, tau, K, y)
                    for i in range(n):
                        samples[i, taken] = y[i]
                    keep(conductances, taken, g, tau, taken * dt - drive[0])
                    taken += 1
                for i in range(n):
                    x[i] = z[i]
                if crossed and not math.isnan(target):
                    # On the far side of the seam, so that the next step is on the new branch.
                    x[0] = target + sign * max(abs(target) * 4e-16, 1e-300)
                elif crossed and x[0] < peak(x[1], p):
                    x[0] = peak(x[1], p)
                t = after
                h = h * grow
                slope_at(t, x, p, drive, waves, g, tau, K, 0)
            g[0], g[1], g[2], g[3], g[4] = decayed(g, tau, end - drive[0])
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
