"""What three spikes set off in a network at rest: the loops of the search for polychronous groups.

The loops are plain functions, which the reference engine runs as they are and the others compile. A cell is advanced
only where it matters: not before its first input, and between inputs only while it might fire. The rest is made up for
at the next input, step by step: that is what advancing all cells in every ms would give, but for the rounding errors of
some 1e-14 mV in which a cell at rest would drift.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

REST, REST_U, RESET, PEAK = -70.0, -14.0, -65.0, 30.0
NEVER = -1


class Network(NamedTuple):
    """The synapses that act, by source and delay: those of delay d from cell i are first[i, d] to first[i, d + 1]."""

    excitatory: int
    first: NDArray[np.int32]
    target: NDArray[np.int32]
    weight: NDArray[np.float64]
    reach: NDArray[np.int32]  # the longest delay from each cell, 0 if it has no such synapse
    a: NDArray[np.float64]
    d: NDArray[np.float64]


class Rules(NamedTuple):
    """What makes a group; latency and longest in ms."""

    least_path: int
    latency: int
    longest: int


class Cells(NamedTuple):
    """The state of each cell at the end of ms `known`, and its spike number `last` of this trial; or NEVER."""

    v: NDArray[np.float64]
    u: NDArray[np.float64]
    drive: NDArray[np.float64]
    known: NDArray[np.int32]
    listed: NDArray[np.int32]
    last: NDArray[np.int32]
    touched: NDArray[np.int32]
    now: NDArray[np.int32]
    fired: NDArray[np.int32]


class Spikes(NamedTuple):
    """The spikes of one trial; `before` is the number of the same cell's spike before it."""

    cell: NDArray[np.int32]
    time: NDArray[np.int32]
    layer: NDArray[np.int32]
    before: NDArray[np.int32]


class Found(NamedTuple):
    """Groups one after the other.

    Of each its number of spikes and of links with those before it, and whether it is whole; of each spike the cell, the
    time and the layer; of each link the spikes before and after, and the delay.
    """

    ends: NDArray[np.int64]
    spikes: NDArray[np.int32]
    links: NDArray[np.int32]


def half(v, u, I):
    """Half a ms of v."""
    return v + 0.5 * ((0.04 * v + 5.0) * v + 140.0 - u + I)


def quiet(v, u):
    """Whether a cell cannot fire before its next input.

    With x = v + 70 and y = u + 14 half a ms takes x to 0.7 x + 0.02 x^2 - y/2, and the step takes y to
    (1 - a) y + 0.2 a x. From -17.5 <= x <= 14 and -0.56 <= y <= 22 that leads to such x again. It also keeps
    y + 0.03 min(x, 0) >= -0.5 for 0.02 <= a <= 0.1, hence y above -0.56: so none of the four is ever left.
    """
    return -87.5 <= v <= -56.0 and u <= 8.0 and u + 0.03 * min(v - REST, 0.0) >= REST_U - 0.5


def make_up(v, u, a, steps):
    """Advance a quiet cell by some steps without input."""
    for _ in range(steps):
        v = half(half(v, u, 0.0), u, 0.0)
        u += a * (0.2 * v - u)
    return v, u


def arrive(t, spike_cell, spike_time, oldest, n, first, target, weight, reach, drive, listed, now, due, touched, seen):
    """Sum up what arrives in ms t, in the order of the spikes; returns how many cells are listed, and were touched."""
    for i in range(oldest, n):
        c, delay = spike_cell[i], t - spike_time[i]
        if delay <= reach[c]:
            for s in range(first[c, delay], first[c, delay + 1]):
                to = target[s]
                if listed[to] != t:
                    if listed[to] == NEVER:
                        touched[seen] = to
                        seen += 1
                    listed[to] = t
                    now[due] = to
                    due += 1
                drive[to] += weight[s]
    return due, seen


def advance(t, v_all, u_all, drive, known, a_all, d_all, listed, now, due, fired):
    """Advance the listed cells through ms t; returns how many stay listed for the next one, and how many fired.

    Those that fired are put down by their numbers.
    """
    more, count = 0, 0
    for k in range(due):
        c = now[k]
        v, u, a, I = v_all[c], u_all[c], a_all[c], drive[c]
        if known[c] != NEVER:
            v, u = make_up(v, u, a, t - 1 - known[c])
        v = half(half(v, u, I), u, I)
        u += a * (0.2 * v - u)
        if v >= PEAK:
            v = RESET
            u += d_all[c]
            count = put_in_order(fired, count, c)
        v_all[c], u_all[c], known[c], drive[c] = v, u, t, 0.0
        if not quiet(v, u):
            now[more] = c
            listed[c] = t + 1
            more += 1
    return more, count


def put_in_order(numbers, count, number):
    """Insert a number where it belongs among so many; returns how many there are then."""
    place = count
    while place > 0 and numbers[place - 1] > number:
        numbers[place] = numbers[place - 1]
        place -= 1
    numbers[place] = number
    return count + 1


def put_spike(spikes, last, n, c, t):
    """Put down the spike of cell c in ms t as number n; returns n + 1."""
    spikes.cell[n], spikes.time[n], spikes.layer[n] = c, t, 1
    spikes.before[n] = last[c]
    last[c] = n
    return n + 1


def propagate(network, rules, meeting, n, cells, spikes):
    """What follows from n spikes that meet; returns how many they are then, whether all, and how many cells it touched.

    It goes on while spikes are under way, and then for the latency while a cell might fire.
    """
    v, u, drive, known, listed, last, touched, now, fired = cells
    _, first, target, weight, reach, a, d = network
    cell, time = spikes.cell, spikes.time
    oldest, due, seen, final, t = 0, 0, 0, meeting, meeting
    for i in range(n):
        final = max(final, time[i] + reach[cell[i]])
    while t <= final or (due > 0 and t < final + rules.latency):
        while oldest < n and time[oldest] + reach[cell[oldest]] < t:
            oldest += 1
        due, seen = arrive(
            t, cell, time, oldest, n, first, target, weight, reach, drive, listed, now, due, touched, seen
        )  # fmt: skip
        due, count = advance(t, v, u, drive, known, a, d, listed, now, due, fired)
        for k in range(count):
            if n == cell.size or t >= rules.longest:
                return n, False, seen
            final = max(final, t + reach[fired[k]])
            n = put_spike(spikes, last, n, fired[k], t)
        t += 1
    return n, True, seen


def follow(network, rules, meeting, n, last, spikes, used, links, at):
    """Find the links between n spikes, and their layers; returns the number of links and the largest layer.

    The links are put down from `at` on, as far as there is room. `used` counts, for each anchor, the links from its
    cell to excitatory ones.
    """
    excitatory, first, target, _, reach, _, _ = network
    cell, time, layer, before = spikes
    count, longest, anchors = 0, 1, used.size
    used[:] = 0
    for i in range(n):
        c = cell[i]
        if c >= excitatory:
            continue
        for delay in range(max(1, meeting - time[i]), reach[c] + 1):
            arrival = time[i] + delay
            for s in range(first[c, delay], first[c, delay + 1]):
                j = last[target[s]]
                while j >= anchors and time[j] >= arrival:
                    if time[j] < arrival + rules.latency:
                        layer[j] = max(layer[j], layer[i] + 1)
                        longest = max(longest, layer[j])
                        if at + count < links.shape[0]:
                            links[at + count, 0], links[at + count, 1], links[at + count, 2] = i, j, delay
                        count += 1
                        if target[s] < excitatory:
                            for k in range(anchors):
                                used[k] += cell[k] == c
                    j = before[j]
    return count, longest


def rest(cells, n, spike_cell, seen):
    """Put the network to rest after a trial."""
    v, u, drive, known, listed, last, touched, _, _ = cells
    for k in range(seen):
        c = touched[k]
        v[c], u[c], drive[c], known[c], listed[c] = REST, REST_U, 0.0, NEVER, NEVER
    for i in range(n):
        last[spike_cell[i]] = NEVER


def distinct(source, chosen):
    """Whether the chosen inputs are of different cells."""
    for k in range(chosen.size):
        for m in range(k):
            if source[chosen[m]] == source[chosen[k]]:
                return False
    return True


def succeed(chosen, size):
    """The next combination of `size` things, in the order of dictionaries; past the last, its first is `size`."""
    k = chosen.size - 1
    while k > 0 and chosen[k] == size - chosen.size + k:
        k -= 1
    chosen[k] += 1
    for m in range(k + 1, chosen.size):
        chosen[m] = chosen[m - 1] + 1
    if chosen[0] > size - chosen.size:
        chosen[0] = size


def fitting(source, chosen):
    """The first combination of inputs from different cells, from this one on."""
    if chosen.size > source.size:
        chosen[0] = source.size
    while chosen[0] < source.size and not distinct(source, chosen):
        succeed(chosen, source.size)


def choose_next(source, chosen):
    """The next combination of inputs from different cells."""
    succeed(chosen, source.size)
    fitting(source, chosen)


def begin(source, delay, chosen, cells, spikes):
    """Put down the anchors' spikes; returns when they meet."""
    meeting = 0
    for k in range(chosen.size):
        meeting = max(meeting, delay[chosen[k]])
    for k in range(chosen.size):
        put_spike(spikes, cells.last, k, source[chosen[k]], meeting - delay[chosen[k]])
    return meeting


def keep(found, group, at_spike, at_link, n, links, whole, spikes):
    """Put down a group whose links are there already, if there is room; returns whether there is."""
    if group == found.ends.shape[1] or at_spike + n > found.spikes.shape[1] or at_link + links > found.links.shape[0]:
        return False
    for i in range(n):
        found.spikes[0, at_spike + i] = spikes.cell[i]
        found.spikes[1, at_spike + i] = spikes.time[i]
        found.spikes[2, at_spike + i] = spikes.layer[i]
    found.ends[0, group], found.ends[1, group], found.ends[2, group] = at_spike + n, at_link + links, whole
    return True


def search_mother(network, rules, source, delay, chosen, cells, spikes, used, found):
    """The groups that anchors among the strong inputs of one mother set off, from the combination `chosen` on.

    It stops early at a group that does not fit; returns the number of groups, and of the links of that one.
    """
    group, at_spike, at_link = 0, 0, 0
    while chosen[0] < source.size:
        meeting = begin(source, delay, chosen, cells, spikes)
        n, whole, touched = propagate(network, rules, meeting, chosen.size, cells, spikes)
        links, fits = 0, True
        if n >= chosen.size + rules.least_path - 1:  # a layer has a spike at least
            links, longest = follow(network, rules, meeting, n, cells.last, spikes, used, found.links, at_link)
            if longest >= rules.least_path and used.min() >= 2:
                fits = keep(found, group, at_spike, at_link, n, links, whole, spikes)
                group, at_spike, at_link = group + 1, at_spike + n, at_link + links
        rest(cells, n, spikes.cell, touched)
        if not fits:
            return group - 1, links
        choose_next(source, chosen)
    return group, 0
