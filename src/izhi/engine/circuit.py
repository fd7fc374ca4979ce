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

from izhi.engine.access import apart, meet, prefetch, wide_vectors
from izhi.engine.chance import below, bits, depth, quantile, rest, share, step_keys, unit

# Kinds of chunks that are not cells of a model, kinds of drives, and kinds of channels.
SCHEDULE, POISSON_SOURCE = -1, -2
GAUSSIAN, UNIFORM, POISSON, RANDOM_CELLS = range(4)
PULSE, KICK, EXPONENTIAL, RECEPTOR = range(4)
# How many spikes ahead the synapses are fetched.
AHEAD = 8


def part(function):
    """Marks a function to compile into its caller: it takes all arrays of a network, and passing them takes long."""
    function.is_part = True
    return function


def work(worker, net, state, log, k0, k1):
    """Advance from step k0 to k1, or until the log might not hold another step; returns the step it came to."""
    first, last = log.share[worker], log.share[worker + 1]
    n, k = 0, k0
    while k < k1 and n + net.capacity <= log.cell.size:
        now, after = k % state.fired.shape[0], (k + 1) % state.fired.shape[0]
        total = count(state.fired_count[now])
        if AT_START:
            n = record(state.fired[now], state.fired_count[now], log, n, total, worker)
        if total > 0:
            deliver(net, state, log, worker, now, k, first, last)
        if PLASTIC:
            learn(net, state, k, first, last)
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
                if SHORT_TERM and net.short_term[b] >= 0:
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


def add_scaled(J, index, weight, begin, end, scale):
    """The same with weights scaled by the state of the short-term plasticity of each source."""
    for q in range(begin.size):
        for s in range(begin[q], end[q]):
            J[index[s]] += weight[s] * scale[q]


@part
def advance_chunk(net, state, log, worker, block, c, k, k0):
    """One step of a chunk: its input, its cells, and its spikes for the next list."""
    kind, size = net.kind[c], net.size[c]
    after = (k + 1) % state.fired.shape[0]
    if kind == SCHEDULE:
        n = due(net, c, k + 1, state.fired[after, c])
    elif kind == POISSON_SOURCE:
        n = draw_sources(net, c, k + 1, state.fired[after, c])
    else:
        row = log.row[worker, :size]
        A = log.arrived[worker, :size]
        fill(row, ZERO)
        add_drives(net, state, log, worker, row, A, c, k, k0)
        at = (block * net.slots + k % net.depth) * net.block_width + (c - net.block_chunk[block]) * net.width
        for channel in range(net.channel_kind.size):
            arrive(net, state, row, state.J[channel, at : at + size], channel, c)
        flags = state.flags[c, :size]
        advance(kind, net, state, row, flags, c)
        sample(net, state, log, row, c, k)
        n = collect(state.words[c], state.fired[after, c], c * net.width)
    state.fired_count[after, c] = n
    if PLASTIC or SHORT_TERM:
        after_spikes(net, state, c, k + 1, state.fired[after, c], n)


def fill(row, value):
    for i in range(row.size):
        row[i] = value


@part
def add_drives(net, state, log, worker, row, A, c, k, k0):
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
            arrive(net, state, row, A, net.drive_channel[d], c)
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


@part
def arrive(net, state, row, A, channel, c):
    """What arrived at the cells of a chunk over a channel takes effect."""
    kind = net.channel_kind[channel]
    if kind == PULSE:
        for i in range(row.size):
            row[i] += A[i]
    elif kind == KICK:
        kicked = state.X[c, 0]
        for i in range(row.size):
            kicked[i] += A[i]
    elif kind == EXPONENTIAL:
        current, keep = state.S[c, net.channel_index[channel]], state.channel_keep[channel]
        for i in range(row.size):
            now = current[i] + A[i]
            row[i] += now
            current[i] = now * keep
    else:
        g = state.G[c, net.channel_index[channel]]
        for i in range(row.size):
            g[i] += A[i]
        if net.channel_second[channel] >= 0:
            g2, share = state.G[c, net.channel_second[channel]], state.channel_keep[channel]
            for i in range(row.size):
                g2[i] += share * A[i]


def collect(words, fired, base):
    """The cells whose flags are set, eight flags at a time; returns their number."""
    n = 0
    for w in range(words.size):
        word = words[w]
        if word != 0:
            for b in range(8):
                if (word >> np.uint64(8 * b)) & np.uint64(1):
                    fired[n] = base + 8 * w + b
                    n += 1
    return n


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
    now = k % state.fired.shape[0]
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


@part
def after_spikes(net, state, c, k, fired, n):
    """What the spikes of a chunk at step k leave behind: traces for synapses that learn, and short-term plasticity."""
    if PLASTIC:
        for b in range(net.rule.shape[0]):
            mark(net.rule[b], c * net.width, net.size[c], state.arrived[b], state.spiked[b], k, fired, n)
    if SHORT_TERM:
        for b in range(net.dynamics.shape[0]):
            for q in range(n):
                i = fired[q]
                state.efficacy[b, k % 2, i] = release(net.dynamics[b], state.resource[b], i, k)


def mark(rule, at, size, arrived, spiked, k, fired, n):
    """Let the traces of a chunk's cells decay, and set or raise those of the cells that spiked."""
    mask = arrived.shape[0] - 1
    pre, post = arrived[k & mask, at : at + size], spiked[at : at + size]
    copy(pre, arrived[(k - 1) & mask, at : at + size])
    fade(pre, rule[R_KEEP_PRE])
    fade(post, rule[R_KEEP_POST])
    for q in range(n):
        i = fired[q] - at
        pre[i] = rule[R_PRE] + pre[i] * rule[R_ADDS]
        post[i] = rule[R_POST] + post[i] * rule[R_ADDS]


def copy(to, source):
    for i in range(to.size):
        to[i] = source[i]


def fade(trace, keep):
    for i in range(trace.size):
        trace[i] *= keep


def release(dynamics, resource, i, k):
    """What a spike releases, as a factor of the weight; resource holds x, the utilisation and the step of the last."""
    gone = (k - resource[2, i]) * dynamics[S_DT]
    x = 1 - (1 - resource[0, i]) * np.exp(-gone * dynamics[S_RATE_X])
    if dynamics[S_KIND] == 0:
        factor = x
        x = dynamics[S_P] * x
    else:
        u = resource[1, i] * np.exp(-gone * dynamics[S_RATE_U])
        u = u + dynamics[S_P] * (1 - u)
        factor = u * x
        x = x - factor
        resource[1, i] = u
    resource[0, i] = x
    resource[2, i] = k
    return factor


@part
def learn(net, state, k, first, last):
    """Synapses that learn, onto the own blocks: they grow at the cell's spikes, and shrink as they deliver."""
    now = k % state.fired.shape[0]
    for b in range(net.rule.shape[0]):
        rule = net.rule[b]
        changed = state.learned if rule[R_AT_ONCE] > 0 else state.tagged
        for block in range(first, last):
            for c in range(net.block_chunk[block], net.block_chunk[block + 1]):
                for q in range(state.fired_count[now, c]):
                    i = state.fired[now, c, q]
                    begin, end = net.in_begin[b, i], net.in_begin[b, i + 1]
                    potentiate(changed, state.arrived[b], net.in_synapse[begin:end], net.in_source[begin:end],
                               net.in_delay[begin:end], k, rule[R_HIGHEST])  # fmt: skip
        deliver_learning(net, state, b, changed, k, first, last)


def potentiate(changed, arrived, synapse, source, delay, k, high):
    """Add the traces of what arrived at a cell before its spike at step k; their number of steps is a power of 2."""
    mask = arrived.shape[0] - 1
    for q in range(synapse.size):
        s = synapse[q]
        changed[s] = min(changed[s] + arrived[np.uint64((k - delay[q]) & mask), source[q]], high)


@part
def deliver_learning(net, state, b, changed, k, first, last):
    """What arrives at step k over synapses of one rule: spikes of as many earlier steps as there are delays."""
    rule, J = net.rule[b], state.J[net.rule_channel[b]]
    delays, blocks = net.delays[b], net.learn_blocks
    early = net.rule_early[b]
    for d in range(net.delays_number[b]):
        before = k + early - delays[d]
        if before < 0:
            continue
        past = before % state.fired.shape[0]
        for c in range(net.kind.size):
            if net.learn_row_of[b, c] < 0:
                continue
            for q in range(state.fired_count[past, c]):
                i = state.fired[past, c, q]
                for block in range(first, last):
                    at = ((net.learn_row_of[b, c] + i - c * net.width) * blocks + block) * net.delays.shape[1] + d
                    begin, end = net.learn_row[b, at], net.learn_row[b, at + 1]
                    if begin < end:
                        low = block * net.block_width
                        to = (block * net.slots + k % net.depth) * net.block_width
                        spiked = state.spiked[b, low : low + net.block_width]
                        window = J[to : to + net.block_width]
                        depress(window, changed, state.learned, spiked, net.learn_index, begin, end, rule)


def depress(J, changed, weight, spiked, index, begin, end, rule):
    """Deliver, and take away the traces of the cells' spikes before."""
    low = rule[R_LOWEST]
    for s in range(begin, end):
        i = index[s]
        J[i] += weight[s]
        changed[s] = max(changed[s] - spiked[i], low)


@part
def consolidate(net, state, worker, k, first, last):
    """Every so often, what the synapses were tagged with becomes weight."""
    for b in range(net.rule.shape[0]):
        rule = net.rule[b]
        gain = rule[R_GAIN]
        if rule[R_KEEP_DOPAMINE] >= 0:
            state.dopamine[worker, b] *= rule[R_KEEP_DOPAMINE]
            gain = gain + state.dopamine[worker, b]
        if net.rule_period[b] > 0 and (k + 1) % net.rule_period[b] == 0:
            delays, blocks = net.delays.shape[1], net.learn_blocks
            for row in range(net.learn_rows[b]):
                begin = net.learn_row[b, (row * blocks + first) * delays]
                end = net.learn_row[b, (row * blocks + last) * delays]
                if begin < end:
                    settle(state.learned[begin:end], state.tagged[begin:end], rule, gain)


def settle(weight, tagged, rule, gain):
    low, high, growth, keep = rule[R_LEAST], rule[R_MOST], rule[R_GROWTH], rule[R_KEEP]
    for s in range(weight.size):
        tag = tagged[s]
        if rule[R_KEEP_FIRST] > 0:
            tag = tag * keep
            weight[s] = max(low, min(high, weight[s] + (growth + gain * tag)))
        else:
            weight[s] = max(low, min(high, weight[s] + (growth + gain * tag)))
            tag = tag * keep
        tagged[s] = tag


# What the columns of a rule's row, and of the dynamics of short-term plasticity, are.
(R_KEEP_PRE, R_KEEP_POST, R_PRE, R_POST, R_ADDS, R_AT_ONCE, R_LOWEST, R_HIGHEST, R_LEAST, R_MOST, R_GAIN, R_GROWTH,
 R_KEEP, R_KEEP_FIRST, R_KEEP_DOPAMINE) = range(15)  # fmt: skip
S_KIND, S_RATE_X, S_RATE_U, S_P, S_DT = range(5)
