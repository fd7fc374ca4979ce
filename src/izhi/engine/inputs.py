"""What drives the cells of a chunk: noise, injected currents, arrivals; and sources of spikes; as plain functions.

`izhi.engine.circuit` calls them; the names that no one defines here are bound for each network.
"""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"

from __future__ import annotations

import numpy as np

from izhi.engine.access import part, wide_vectors
from izhi.engine.chance import below, bits, depth, quantile, rest, share, step_keys, unit

# Kinds of chunks that are not cells of a model, kinds of drives, and kinds of channels.
SCHEDULE, POISSON_SOURCE = -1, -2
GAUSSIAN, UNIFORM, POISSON, RANDOM_CELLS = range(4)
PULSE, KICK, EXPONENTIAL, RECEPTOR = range(4)


def fill(row, value):
    for i in range(row.size):
        row[i] = value


@part
def add_drives(net, state, log, worker, row, A, c, at, k, k0):
    """The currents that a population is driven by; what is meant for a channel is added there."""
    pop, whole = net.pop[c], net.pop_size.size - 1
    for d in range(net.drive_pop.size):
        if net.drive_pop[d] == pop:
            first = net.first[c]
        elif net.drive_pop[d] == whole:
            first = net.number[c]
        else:
            continue
        one, two = step_keys(net.drive_key[d, 0], net.drive_key[d, 1], k)
        kind, x, y = net.drive_kind[d], state.drive_value[d, 0], state.drive_value[d, 1]
        if kind == GAUSSIAN:
            add_gaussian(
                row, first, one, two, x, y, log.normal[worker, 0, : row.size], log.normal[worker, 1, : row.size]
            )
        elif kind == UNIFORM:
            add_uniform(row, first, one, two, x, y)
        elif kind == RANDOM_CELLS:
            choose(row, first, one, two, x, int(y), net.pop_size[net.drive_pop[d]])
        else:
            fill(A, ZERO)
            add_poisson(A, first, one, two, x, state.drive_table[d])
            if net.channel_kind[net.drive_channel[d]] == PULSE:
                add_to(row, A)
            else:  # it takes effect with what arrives from synapses
                add_to(state.J[net.drive_channel[d], at : at + row.size], A)
    for e in range(net.outside_pop.size):
        if net.outside_pop[e] == pop:
            add_outside(row, net.first[c], log.outside[min(k - k0, log.outside.shape[0] - 1)], net.outside_column[e],
                        net.outside_cells[e])  # fmt: skip


def add_gaussian(row, first, one, two, mean, std, x, s):
    """Normal numbers, in three loops: in one, each would wait for the steps of the one before."""
    draw_normal(x, s, first, one, two)
    to_depth(s)
    add_quantile(row, x, s, mean, std)


def draw_normal(x, s, first, one, two):
    wide_vectors()
    for i in range(x.size):
        b = bits(first + i, one, two)
        x[i] = share(b)
        s[i] = rest(b)


def to_depth(s):
    wide_vectors()
    for i in range(s.size):
        s[i] = depth(s[i])


def add_quantile(row, x, s, mean, std):
    wide_vectors()
    for i in range(row.size):
        row[i] += mean + std * quantile(x[i], s[i])


def add_uniform(row, first, one, two, low, span):
    wide_vectors()
    for i in range(row.size):
        row[i] += low + span * unit(bits(first + i, one, two))


def choose(row, first, one, two, current, picks, size):
    """Give the current to some cells of the population, drawn with replacement."""
    for q in range(picks):
        i = below(size, bits(q, one, two)) - first
        if i >= 0 and i < row.size:
            row[i] = current


def add_poisson(A, first, one, two, weight, table):
    """The weight times a Poisson number: as many as there are thresholds that the bits reach."""
    for i in range(A.size):
        b = bits(first + i, one, two)
        n = 0
        while n < table.size and b >= table[n]:
            A[i] += weight
            n += 1


def add_outside(row, first, currents, column, cells):
    """An injected current: one for all cells, or one for each."""
    if cells == 1:
        for i in range(row.size):
            row[i] += currents[column]
    else:
        for i in range(row.size):
            row[i] += currents[column + first + i]


def add_to(row, A):
    for i in range(row.size):
        row[i] += A[i]


@part
def arrive(net, state, row, A, channel, c):
    """What arrived at the cells of a chunk over a channel takes effect; a jump of v does so at the end of the step."""
    kind = net.channel_kind[channel]
    if kind == PULSE:
        add_to(row, A)
    elif kind == EXPONENTIAL:
        current, keep = state.S[c, net.channel_index[channel]], state.channel_keep[channel]
        for i in range(row.size):
            now = current[i] + A[i]
            row[i] += now
            current[i] = now * keep
    elif kind == RECEPTOR:
        g = state.G[c, net.channel_index[channel]]
        for i in range(row.size):
            g[i] += A[i]
        if net.channel_second[channel] >= 0:
            g2, share = state.G[c, net.channel_second[channel]], state.channel_keep[channel]
            for i in range(row.size):
                g2[i] += share * A[i]


@part
def due(net, c, k, fired):
    """The cells of a chunk of sources that are scheduled for step k; returns their number."""
    n = 0
    at = np.searchsorted(net.schedule_step[net.schedule_begin[c] : net.schedule_begin[c + 1]], k)
    for q in range(net.schedule_begin[c] + at, net.schedule_begin[c + 1]):
        if net.schedule_step[q] != k:
            break
        fired[n] = net.schedule_cell[q]
        n += 1
    return n


@part
def draw_sources(net, c, k, fired):
    """The cells of a chunk of Poisson sources that spike in step k; returns their number."""
    one, two = step_keys(net.source_key[c, 0], net.source_key[c, 1], k)
    n = 0
    for i in range(net.size[c]):
        if bits(net.first[c] + i, one, two) < net.source_threshold[c]:
            fired[n] = c * net.width + i
            n += 1
    return n
