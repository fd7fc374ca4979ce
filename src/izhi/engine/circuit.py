"""The loops of a network, as plain functions: one worker's share of a stretch of steps, from spikes to spikes.

Cells lie in chunks of equal width, chunks in blocks. A worker owns some blocks: it alone advances their cells and adds
up what arrives there, in an order that does not depend on who owns what. The workers meet once in each step.

Step k begins with a list of spikes, those that are to act from the beginning of step k on. They are delivered, the
cells are advanced, and the next list is made. `izhi.engine.layout` says what the arrays are. The names below that no
one defines here are bound for each network by `izhi.engine.assembly`.
"""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"

from __future__ import annotations

import numpy as np

from izhi.engine.access import apart, meet, part, prefetch, trailing_zeros, wide_vectors
from izhi.engine.inputs import KICK, POISSON_SOURCE, SCHEDULE, add_drives, add_to, arrive, draw_sources, due, fill
from izhi.engine.learning import after_spikes, consolidate, learn, remember

# How many spikes ahead the synapses are fetched.
AHEAD = 8
# The bits of a packed synapse that say where it goes, and where those of its weight begin.
LOW, HIGH = np.uint32(0xFFFF), np.int32(16)


def work(worker, net, state, log, k0, k1):
    """Advance from step k0 to k1; returns the step it came to.

    It ends early where the log might not hold another step, and where a state left the range of numbers.
    """
    first, last = log.share[worker], log.share[worker + 1]
    n, k = 0, k0
    while k < k1 and n + net.capacity <= log.cell.size:
        now, after = k & (state.fired.shape[0] - 1), (k + 1) & (state.fired.shape[0] - 1)
        total = count(state.fired_count[now])
        if AT_START:
            n = record(state.fired[now], state.fired_count[now], log, n, total, worker)
        if total > 0:
            deliver(net, state, log, worker, now, k, first, last)
        if PLASTIC:
            for before in range(max(0, k - state.fired.shape[0] + 1) if k == k0 else k, k + 1):
                remember(net, state, log, worker, before)
            learn(net, state, log, worker, k, first, last)
        for block in range(first, last):
            for c in range(net.block_chunk[block], net.block_chunk[block + 1]):
                advance_chunk(net, state, log, worker, block, c, k, k0)
            slide(net, state, block, k)
        if PLASTIC:
            consolidate(net, state, worker, k, first, last)
        meet(log.gate, k - k0 + 1, log.share.size - 1)
        k += 1
        if not AT_START:
            n = record(state.fired[after], state.fired_count[after], log, n, count(state.fired_count[after]), worker)
        log.until[worker, k - k0] = n
        if count(log.broken[(k - 1) % 2]) > 0:
            break
    return k


def count(counts):
    total = 0
    for c in range(counts.size):
        total += counts[c]
    return total


@part
def record(fired, counts, log, n, total, worker):
    """Add a list of spikes to the log, which the first worker keeps; returns its length."""
    if worker == 0:
        at = n
        for c in range(counts.size):
            for q in range(counts[c]):
                log.cell[at] = fired[c, q]
                at += 1
    return n + total


@part
def deliver(net, state, log, worker, now, k, first, last):
    """What the spikes of a list do to the own blocks, by synapses that do not learn."""
    source, scale, begin = log.source[worker], log.scale[worker], log.begin[worker]
    for b in range(net.row.shape[0]):
        n = senders(net.row_of[b], state.fired[now], state.fired_count[now], source)
        J = state.J[net.row_channel[b]]
        for p0 in range(0, n, begin.shape[1]):
            p1 = min(n, p0 + begin.shape[1])
            look_up(net.row[b], net.row_of[b], net.width, log.share[-1], source[p0:p1], first, last, begin)
            if SHORT_TERM and net.short_term[b] >= 0:
                pick(state.efficacy[net.short_term[b], k % 2], source[p0:p1], scale)
            for block in range(first, last):
                low, high = begin[block - first, : p1 - p0], begin[block - first + 1, : p1 - p0]
                at = (block * net.slots + k % net.depth) * net.block_width
                window = J[at : (block + 1) * net.slots * net.block_width]
                if PACKED:
                    add_packed_rows(window, net.index, low, high)
                elif SHORT_TERM and net.short_term[b] >= 0:
                    add_scaled(window, net.index, net.weight, low, high, scale)
                else:
                    add_rows(window, net.index, net.weight, low, high)


def senders(row_of, fired, counts, source):
    """The spikes of the chunks that have rows; returns their number."""
    n = 0
    for c in range(counts.size):
        if row_of[c] >= 0:
            for q in range(counts[c]):
                source[n] = fired[c, q]
                n += 1
    return n


def look_up(row, row_of, width, blocks, source, first, last, begin):
    """Where each sender's synapses on each of the own blocks begin and end."""
    for q in range(source.size):
        i = source[q]
        at = (row_of[i // width] + i % width) * blocks
        for block in range(first, last + 1):
            begin[block - first, q] = row[at + block]


def pick(efficacy, source, scale):
    for q in range(source.size):
        scale[q] = efficacy[source[q]]


def add_rows(J, index, weight, begin, end):
    """Add to J what each spike sends to a block, and fetch what later ones will send."""
    apart()
    for q in range(begin.size):
        if q + AHEAD < begin.size:
            fetch(index, weight, begin[q + AHEAD], end[q + AHEAD])
        add(J, index[begin[q] : end[q]], weight[begin[q] : end[q]])


def fetch(index, weight, begin, end):
    for s in range(begin, end, 16):
        prefetch(weight, s)
    for s in range(begin, end, 32):
        prefetch(index, s)


def add(J, index, weight):
    for s in range(index.size):
        J[index[s]] += weight[s]


def add_packed_rows(J, synapses, begin, end):
    """The same where a synapse has 32 bits: its weight above where it goes."""
    apart()
    for q in range(begin.size):
        if q + AHEAD < begin.size:
            for s in range(begin[q + AHEAD], end[q + AHEAD], 16):
                prefetch(synapses, s)
        add_packed(J, synapses[begin[q] : end[q]])


def add_packed(J, synapses):
    for s in range(synapses.size):
        J[synapses[s] & LOW] += np.int32(synapses[s]) >> HIGH


def unpack(A, J, scale):
    for i in range(A.size):
        A[i] = J[i] * scale


def add_scaled(J, index, weight, begin, end, scale):
    """The same with weights scaled by the state of the short-term plasticity of each source."""
    for q in range(begin.size):
        for s in range(begin[q], end[q]):
            J[index[s]] += weight[s] * scale[q]


@part
def advance_chunk(net, state, log, worker, block, c, k, k0):
    """One step of a chunk: its input, its cells, and its spikes for the next list."""
    kind, size = net.kind[c], net.size[c]
    after = (k + 1) & (state.fired.shape[0] - 1)
    if kind == SCHEDULE:
        n = due(net, c, k + 1, state.fired[after, c])
    elif kind == POISSON_SOURCE:
        n = draw_sources(net, c, k + 1, state.fired[after, c])
    else:
        row = log.row[worker, :size]
        A = log.arrived[worker, :size]
        fill(row, ZERO)
        at = (block * net.slots + k % net.depth) * net.block_width + (c - net.block_chunk[block]) * net.width
        add_drives(net, state, log, worker, row, A, c, at, k, k0)
        for channel in range(net.channel_kind.size):
            if PACKED:
                unpack(A, state.J[channel, at : at + size], net.channel_scale[channel])
                arrive(net, state, row, A, channel, c)
            else:
                arrive(net, state, row, state.J[channel, at : at + size], channel, c)
        flags = state.flags[c, :size]
        advance(kind, net, state, row, flags, c)
        for channel in range(net.channel_kind.size):
            if net.channel_kind[channel] == KICK:
                if PACKED:
                    unpack(A, state.J[channel, at : at + size], net.channel_scale[channel])
                    add_to(state.X[c, 0, :size], A)
                else:
                    add_to(state.X[c, 0, :size], state.J[channel, at : at + size])
                if AT_START:
                    ready(kind, net, state, flags, c)
        if broken(state.X[c, 0, :size], state.X[c, 1, :size]):
            log.broken[k % 2, worker] = 1
        sample(net, state, log, row, c, k)
        n = collect(state.words[c], state.fired[after, c], c * net.width)
    state.fired_count[after, c] = n
    if PLASTIC or SHORT_TERM:
        after_spikes(net, state, c, k + 1, state.fired[after, c], n)


def broken(v, u):
    """Whether any state left the range of numbers."""
    wide_vectors()
    found = False
    for i in range(v.size):
        found |= (v[i] - v[i] != 0) | (u[i] - u[i] != 0)
    return found


def collect(words, fired, base):
    """The cells whose flags are set, eight flags of 0 or 1 to a word; returns their number."""
    n = 0
    for w in range(words.size):
        word = words[w]
        while word != 0:
            fired[n] = base + 8 * w + (trailing_zeros(word) >> 3)
            n += 1
            word = word & (word - np.uint64(1))
    return n


@part
def slide(net, state, block, k):
    """Move a block's window over its arrivals on by a step."""
    width, depth = net.block_width, net.depth
    at = block * net.slots * width
    for channel in range(net.channel_kind.size):
        if depth == 1:
            fill(state.J[channel, at : at + width], ZERO)
        elif (k + 1) % depth == 0:
            J = state.J[channel]
            move(J[at : at + depth * width], J[at + depth * width : at + 2 * depth * width])


def move(to, source):
    """Move numbers, leaving zeros."""
    for i in range(to.size):
        to[i] = source[i]
        source[i] = ZERO


@part
def sample(net, state, log, row, c, k):
    """The states of the traced cells of a chunk, and their currents, at the end of step k."""
    if (k + 1) % net.every != 0:
        return
    at = (k + 1) // net.every - log.first_sample[0]
    for q in range(net.traced_begin[c], net.traced_begin[c + 1]):
        i = net.traced_cell[q]
        for r in range(state.X.shape[1]):
            log.samples[r, q, at] = state.X[c, r, i]
        log.samples[state.X.shape[1], q, at] = row[i]


def detect(net, state, k, first):
    """Make the list of step k from the states, for a scheme that looks at the start of a step; returns its length.

    At the first step of all its spikes leave traces, too; later on they have, unless the user changed a state.
    """
    total = 0
    now = k & (state.fired.shape[0] - 1)
    for c in range(net.kind.size):
        fired = state.fired[now, c]
        if net.kind[c] == SCHEDULE:
            n = due(net, c, k, fired)
        elif net.kind[c] == POISSON_SOURCE:
            n = draw_sources(net, c, k, fired)
        elif AT_START:
            ready(net.kind[c], net, state, state.flags[c, : net.size[c]], c)
            n = collect(state.words[c], fired, c * net.width)
        else:
            n = 0
        state.fired_count[now, c] = n
        if first and (PLASTIC or SHORT_TERM):
            after_spikes(net, state, c, k, fired, n)
        total += n
    return total


def advance_cells(X, M, G, D, P, q, row, flags, h):
    """One step of a chunk of cells of one model, in a loop that vectorises."""
    wide_vectors()
    for i in range(flags.size):
        p = get_parameters(P, q, i)
        x, m, fired, _, _ = step(get_state(X, i), get_memory(M, i), get_inputs(row, i, G), p, h)
        put_state(X, i, x)
        put_memory(M, i, m)
        decay(G, D, i)
        flags[i] = x[0] >= peak(x[1], p) if AT_START else fired


def ready_cells(X, P, q, flags):
    """Which cells of a chunk are at their peak."""
    for i in range(flags.size):
        flags[i] = X[0, i] >= peak(X[1, i], get_parameters(P, q, i))


def sound(state, net):
    """The first cell whose state is no finite number, or -1."""
    for c in range(net.kind.size):
        if net.kind[c] >= 0:
            total = ZERO
            for r in range(2):
                for i in range(net.size[c]):
                    total += state.X[c, r, i] - state.X[c, r, i]
            if total != 0:
                for i in range(net.size[c]):
                    if state.X[c, 0, i] - state.X[c, 0, i] != 0 or state.X[c, 1, i] - state.X[c, 1, i] != 0:
                        return c * net.width + i
    return -1
