"""NEURON's step over all cells of a run, with its events, as plain functions.

The reference engine runs them as they are, the others compile. The names below that no one defines here are bound for
each model and scheme by `izhi.engine.assembly`.
"""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"

from __future__ import annotations

from izhi.engine.queue import insert, pop, put_back

# What an event is that no cell receives: a callback that sets a current or, from KNOT down, a knot of a played vector.
CALLBACK, KNOT = -1, -2


def watch(cells, M, X, P, t, spike_time, spike_cell, n):
    """The watches of all cells look, and those that fire act; returns the number of spikes so far."""
    for i in cells:
        x, m, fired = check(get_state(X, i), get_memory(M, i), get_parameters(P, i))
        if fired:
            spike_time[n] = t
            spike_cell[n] = i
            n += 1
        put_state(X, i, x)
        put_memory(M, i, m)
    return n


def send(spike_time, spike_cell, first, n, edge, time, order, what, waiting, turn, delay, aside):
    """Put the events of the connections of the cells that spiked into the queue; returns its length and the turn.

    The watches that fired are in NEURON's queue themselves: they put the first event back, and while one of them is
    still to be delivered, no other event is the first.
    """
    if aside and n > first:
        put_back(time, order, what, waiting, turn)
        turn += 1
    for s in range(first, n):
        for e in range(edge[spike_cell[s]], edge[spike_cell[s] + 1]):
            when = spike_time[s] + delay[e]
            waiting, turn = insert(time, order, what, waiting, when, turn, e, aside and s == n - 1)
    return waiting, turn


def deliver(until, M, time, order, what, waiting, turn, target, weight, knots, aside):
    """Add the weights of the events due to their targets' conductances; returns the queue's length and the turn."""
    while waiting > 0 and time[0] <= until:
        waiting = pop(time, order, what, waiting)
        e = what[waiting]
        if e >= 0:
            for r in range(CONDUCTANCES):
                M[1 + r, target[e]] += weight[e, r]
        elif e <= KNOT and KNOT - e + 1 < knots.size:
            waiting, turn = insert(time, order, what, waiting, knots[KNOT - e + 1], turn, e - 1, aside)
    return waiting, turn


def advance_cells(k, X, M, P, I, H, failed):
    """The rest of the step of every cell that has not failed."""
    by_step, by_cell, by_pace = min(1, I.shape[0] - 1), min(1, I.shape[1] - 1), min(1, H.shape[1] - 1)
    h = get_numbers(H, k * by_pace)
    for i in range(X.shape[1]):
        if GOES_ON or failed[i] < 0:
            x, m = advance(get_state(X, i), get_memory(M, i), I[k * by_step, i * by_cell], get_parameters(P, i), h)
            put_state(X, i, x)
            put_memory(M, i, m)
            if failed[i] < 0 and not (x[0] - x[0] == 0 and x[1] - x[1] == 0):
                failed[i] = k


def record(sample, X, M, out, out_g):
    """The state and the conductances as a sample."""
    for i in range(out.shape[1]):
        for r in range(2):
            out[r, i, sample] = X[r, i]
        for r in range(out_g.shape[0]):
            out_g[r, i, sample] = M[1 + r, i]


def fadvance(
    k0, k1, half, H, I, X, M, P, cells, edge, delay, target, weight, knots, time, order, what, waiting, turn, aside,
    every, out, out_g, spike_time, spike_cell, failed,
):  # fmt: skip
    """Take steps k0 to k1; stops early where spikes or events might not fit.

    Returns the step it came to, the number of spikes, the length of the queue, and the turn of its next event.
    """
    n, k = 0, k0
    while k < k1 and n + cells.size <= spike_time.size and waiting + delay.size <= time.size:
        waiting, turn = deliver(half[2 * k], M, time, order, what, waiting, turn, target, weight, knots, aside)
        first = n
        n = watch(cells, M, X, P, half[2 * k], spike_time, spike_cell, n)
        waiting, turn = send(spike_time, spike_cell, first, n, edge, time, order, what, waiting, turn, delay, aside)
        waiting, turn = deliver(half[2 * k + 1], M, time, order, what, waiting, turn, target, weight, knots, aside)
        advance_cells(k, X, M, P, I, H, failed)
        k += 1
        if out.shape[2] > 0 and k % every == 0:
            record(k // every, X, M, out, out_g)
    return k, n, waiting, turn
