"""Mechanisms whose v is the voltage of their section; u is a variable of the point process."""

from __future__ import annotations

from izhi.equations.model import Model
from izhi.equations.ops import rarely, where
from izhi.schemes.neuron.newton import solver_of_one
from izhi.schemes.neuron.parts import Parts
from izhi.schemes.neuron.section import PROBE, relaxed
from izhi.schemes.neuron.watch import activated, fires, looked


def _spent(model: Model):
    """`spent(x, p, fired)`: the state after the spike, if there was one."""
    reset = model.reset

    def spent(x, p, fired):
        v, u = reset(x[0], x[1], p)
        return rarely(fired, v, x[0]), rarely(fired, u, x[1])

    return spent


def _watched(model: Model):
    """The two parts that the 2007 mechanisms share: one watch, armed before v is set to vr, and the section's ends."""
    peak, spent = model.peak, _spent(model)

    def arm(x, p, v_init, armed_at):
        return activated(armed_at - peak(x[1], p)), v_init, v_init

    def check(x, m, p):
        value = x[0] - peak(x[1], p)
        fired = fires(value, m[0])
        return spent(x, p, fired), (looked(value), m[1], m[2]), fired

    return arm, check


def _current(model: Model):
    """`current_at(v, u, I, p)`: the membrane current of the 2007 mechanisms [nA]."""
    rhs = model.rhs

    def current_at(v, u, current, p):
        return -rhs(v, u, current, p)[0] / p.capacity / 1000.0

    return current_at


def implicit(model: Model) -> Parts:
    """Izhi2003b: the section's step of v, then backward Euler of u with the new v, by Newton's iteration."""
    rhs, peak = model.rhs, model.peak
    _, check = _watched(model)

    def arm(x, p, v_init, armed_at):
        return activated(x[0] - peak(x[1], p)), v_init, v_init

    def current_at(v, u, current, p):
        return -0.001 * rhs(v, u, current, p)[0]

    def deviation(u, known):
        v, u_old, p, dt = known
        return rhs(v, u, 0.0, p)[1] - (u - u_old) / dt

    solve = solver_of_one(deviation)

    def advance(x, m, current, p, h):
        above = current_at(x[0] + PROBE, x[1], current, p)
        here = current_at(x[0], x[1], current, p)
        root, v, end = relaxed(m[1], x[0], m[2], above, here, p)
        return (v, solve(x[1], (v, x[1], p, h[0]))), (m[0], root, end)

    return Parts(arm, check, advance)


def in_current(model: Model) -> Parts:
    """Izhi2007b: u is advanced inside the calculation of the current, in the first of its two calls.

    That call is made with v + 0.001 mV, at mid-step; so u is half a step behind v, and all its tests see v + 0.001.
    """
    rhs = model.rhs
    arm, check = _watched(model)
    current_at = _current(model)

    def advance(x, m, current, p, h):
        above = x[0] + PROBE
        u = x[1] + h[0] * p.rate * rhs(above, x[1], 0.0, p)[1]
        root, v, end = relaxed(m[1], x[0], m[2], current_at(above, u, current, p), current_at(x[0], u, current, p), p)
        return (v, u), (m[0], root, end)

    return Parts(arm, check, advance)


# What the watches on either side of the seam told last: that v rose above it, or fell below it.
BELOW, UNTOLD, ABOVE = -1.0, 0.0, 1.0


def split(model: Model) -> Parts:
    """Izhi2007bS: the section's step of v, then explicit Euler of u with the new v.

    Where u has branches, the memory also holds a watch of v above the seam, one of v below it, and what they told
    last, which chooses the branch. Armed before v is set to vr, they tell nothing until each has been seen false: until
    then the branch is the one that `p.told` names.
    """
    rhs, gated, peak, spent = model.rhs, model.gated or model.rhs, model.peak, _spent(model)
    arm, check = _watched(model)
    current_at = _current(model)

    def moved(x, m, current, p):
        above, here = current_at(x[0] + PROBE, x[1], current, p), current_at(x[0], x[1], current, p)
        return relaxed(m[1], x[0], m[2], above, here, p)

    def advance(x, m, current, p, h):
        root, v, end = moved(x, m, current, p)
        return (v, x[1] + h[0] * rhs(v, x[1], 0.0, p)[1]), (m[0], root, end)

    def arm_branches(x, p, v_init, armed_at):
        m = arm(x, p, v_init, armed_at)
        return m[0], m[1], m[2], activated(armed_at - p.vb), activated(-(armed_at - p.vb)), p.told

    def check_branches(x, m, p):
        risen, fallen = x[0] - p.vb, -(x[0] - p.vb)
        told = where(fires(risen, m[3]), ABOVE, where(fires(fallen, m[4]), BELOW, m[5]))
        value = x[0] - peak(x[1], p)
        fired = fires(value, m[0])
        return spent(x, p, fired), (looked(value), m[1], m[2], looked(risen), looked(fallen), told), fired

    def advance_branches(x, m, current, p, h):
        root, v, end = moved(x, m, current, p)
        u = x[1] + h[0] * gated(p.vb + m[5], v, x[1], 0.0, p)[1]
        return (v, u), (m[0], root, end, m[3], m[4], m[5])

    if model.gated is None:
        return Parts(arm, check, advance)
    return Parts(arm_branches, check_branches, advance_branches)
