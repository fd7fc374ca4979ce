"""Mechanisms without a section's voltage: v is a variable of the point process, advanced at the end of the step."""

from __future__ import annotations

from izhi.equations.model import Model
from izhi.equations.ops import rarely, where
from izhi.schemes.neuron.newton import solver_of_three
from izhi.schemes.neuron.parts import Parts
from izhi.schemes.neuron.watch import activated, fires, looked


def explicit(model: Model) -> Parts:
    """Izhi2007a: forward Euler, v first and u with the new v; the step is what the clock made of it.

    The memory is the watch and, with receptors, the five conductances, which decay explicitly before they act. Every
    spike sets them to 0.
    """
    rhs, peak, reset, receptors = model.rhs, model.peak, model.reset, model.receptors

    def arm(x, p, v_init, armed_at):
        return (activated(x[0] - peak(x[1], p)),)

    def arm_receptors(x, p, v_init, armed_at):
        return activated(x[0] - peak(x[1], p)), 0.0, 0.0, 0.0, 0.0, 0.0

    def spent(x, p, fired):
        v, u = reset(x[0], x[1], p)
        return rarely(fired, v, x[0]), rarely(fired, u, x[1])

    def check(x, m, p):
        value = x[0] - peak(x[1], p)
        fired = fires(value, m[0])
        return spent(x, p, fired), (looked(value),), fired

    def check_receptors(x, m, p):
        value = x[0] - peak(x[1], p)
        fired = fires(value, m[0])
        kept = where(fired, 0.0, 1.0)
        m = looked(value), kept * m[1], kept * m[2], kept * m[3], kept * m[4], kept * m[5]
        return spent(x, p, fired), m, fired

    def moved(x, passive, current, p, h):
        dv = rhs(x[0], x[1], passive, p)[0] + current
        v = x[0] + h[0] * dv / p.capacity
        v = where(x[0] <= p.c and v > p.vpeak, p.c + 1.0, v)
        return v, x[1] + h[0] * p.rate * rhs(v, x[1], passive, p)[1]

    def advance(x, m, current, p, h):
        return moved(x, 0.0, current, p, h), m

    def advance_receptors(x, m, current, p, h):
        g = (
            m[1] - h[0] * m[1] / p.tau_AMPA,
            m[2] - h[0] * m[2] / p.tau_NMDA,
            m[3] - h[0] * m[3] / p.tau_GABA_A,
            m[4] - h[0] * m[4] / p.tau_GABA_B,
            m[5] - h[0] * m[5] / p.tau_opsin,
        )
        passive = 0.0, g[0], g[1], g[2], g[3], g[4]
        return moved(x, passive, current, p, h), (m[0], g[0], g[1], g[2], g[3], g[4])

    if receptors:
        return Parts(arm_receptors, check_receptors, advance_receptors)
    return Parts(arm, check, advance)


def implicit(model: Model) -> Parts:
    """Izhi2003a: backward Euler of v, u and the one conductance together, by Newton's iteration.

    The memory is the watch and the conductance, which a spike leaves.
    """
    rhs, peak, reset = model.rhs, model.peak, model.reset

    def deviation(unknown, known):
        v, g, u = unknown
        x, g_old, current, p, dt = known
        dv, du = rhs(v, u, current, p)
        return (
            dv - g * (v - p.erev) - (v - x[0]) / dt,
            du - (u - x[1]) / dt,
            -g / p.taug - (g - g_old) / dt,
        )

    solve = solver_of_three(deviation)

    def arm(x, p, v_init, armed_at):
        return activated(x[0] - peak(x[1], p)), 0.0

    def check(x, m, p):
        value = x[0] - peak(x[1], p)
        fired = fires(value, m[0])
        v, u = reset(x[0], x[1], p)
        return (rarely(fired, v, x[0]), rarely(fired, u, x[1])), (looked(value), m[1]), fired

    def advance(x, m, current, p, h):
        v, g, u = solve((x[0], m[1], x[1]), (x, m[1], current, p, h[0]))
        return (v, u), (m[0], g)

    return Parts(arm, check, advance)
