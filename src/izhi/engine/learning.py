"""What spikes leave behind: traces, weights that learn, and short-term plasticity; as plain functions.

`izhi.engine.circuit` calls them; the names that no one defines here are bound for each network.
"""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"

from __future__ import annotations

import numpy as np

from izhi.engine.access import apart, part

# What the columns of a rule's row, and of the dynamics of short-term plasticity, are.
(R_KEEP_PRE, R_KEEP_POST, R_PRE, R_POST, R_ADDS, R_AT_ONCE, R_LOWEST, R_HIGHEST, R_LEAST, R_MOST, R_GAIN, R_GROWTH,
 R_KEEP, R_KEEP_FIRST, R_KEEP_DOPAMINE) = range(15)  # fmt: skip
# A synapse that learns is a weight, and what it is tagged with.
WEIGHT, TAG = 0, 1
S_KIND, S_RATE_X, S_RATE_U, S_P, S_DT = range(5)
# The rate of a facilitation that is over at once [1/ms].
AT_ONCE = 1e9


@part
def after_spikes(net, state, c, k, fired, n):
    """What the spikes of a chunk at step k leave behind: traces for synapses that learn, and short-term plasticity."""
    if PLASTIC:
        at, size = c * net.width, net.size[c]
        for b in range(net.rule.shape[0]):
            rule = net.rule[b]
            if net.learn_row_of[b, c] >= 0:
                steps, from_row = net.trace_steps, net.learn_row_of[b, c]
                now = (k & (steps - 1)) * net.trace_rows + from_row
                before = ((k - 1) & (steps - 1)) * net.trace_rows + from_row
                again = now + steps * net.trace_rows
                trace = state.arrived[b, now : now + size]
                carry(trace, state.arrived[b, before : before + size], rule[R_KEEP_PRE])
                mark(trace, rule[R_PRE], rule[R_ADDS], at, fired, n)
                copy(state.arrived[b, again : again + size], trace)
            trace = state.spiked[b, at : at + size]
            fade(trace, rule[R_KEEP_POST])
            mark(trace, rule[R_POST], rule[R_ADDS], at, fired, n)
    if SHORT_TERM:
        for b in range(net.dynamics.shape[0]):
            again = 0
            for q in range(n):
                i = fired[q]
                factor = release(net.dynamics[b], state.resource[b], i, k)
                again = again + 1 if q > 0 and fired[q - 1] == i else 0
                if again:  # a source that spikes more than once in a step: each spike then has their mean
                    factor = state.efficacy[b, k % 2, i] + (factor - state.efficacy[b, k % 2, i]) / (again + 1)
                state.efficacy[b, k % 2, i] = factor


def carry(trace, before, keep):
    for i in range(trace.size):
        trace[i] = before[i] * keep


def fade(trace, keep):
    for i in range(trace.size):
        trace[i] *= keep


def mark(trace, height, adds, at, fired, n):
    """Set or raise the traces of the cells of a chunk that spiked."""
    for q in range(n):
        i = fired[q] - at
        trace[i] = height + trace[i] * adds


def copy(to, source):
    for i in range(to.size):
        to[i] = source[i]


def release(dynamics, resource, i, k):
    """What a spike releases, as a factor of the weight; resource holds x, the utilisation and the step of the last."""
    gone = (k - resource[2, i]) * dynamics[S_DT]
    x = 1 - (1 - resource[0, i]) * np.exp(-gone * dynamics[S_RATE_X])
    if dynamics[S_KIND] == 0:
        factor = x
        x = dynamics[S_P] * x
    else:
        # Without facilitation nothing is left, also where two spikes come at once.
        u = resource[1, i] * np.exp(-gone * dynamics[S_RATE_U]) if dynamics[S_RATE_U] < AT_ONCE else 0.0
        u = u + dynamics[S_P] * (1 - u)
        factor = u * x
        x = x - factor
        resource[1, i] = u
    resource[0, i] = x
    resource[2, i] = k
    return factor


@part
def remember(net, state, log, worker, k):
    """List the rows of the spikes of step k; each worker keeps such lists for as long as the longest delay."""
    now = k & (state.fired.shape[0] - 1)
    for b in range(net.rule.shape[0]):
        log.recent_count[worker, b, now] = list_rows(
            net.learn_row_of[b], net.width, state.fired[now], state.fired_count[now], log.recent[worker, b, now]
        )


def list_rows(row_of, width, fired, counts, rows):
    n = 0
    for c in range(row_of.size):
        if row_of[c] >= 0:
            cells, base = fired[c, : counts[c]], row_of[c] - c * width
            for q in range(cells.size):
                rows[n] = base + cells[q]
                n += 1
    return n


@part
def learn(net, state, log, worker, k, first, last):
    """Synapses that learn, onto the own blocks: they grow at the cell's spikes, and shrink as they deliver."""
    now, width = k & (state.fired.shape[0] - 1), net.block_width
    for b in range(net.rule.shape[0]):
        rule = net.rule[b]
        column = WEIGHT if rule[R_AT_ONCE] > 0 else TAG
        steps = net.trace_steps
        recent = state.arrived[b, ((k & (steps - 1)) + steps - net.reach) * net.trace_rows :]
        for block in range(first, last):
            for c in range(net.block_chunk[block], net.block_chunk[block + 1]):
                for q in range(state.fired_count[now, c]):
                    i = state.fired[now, c, q]
                    begin, end = net.in_begin[b, i], net.in_begin[b, i + 1]
                    potentiate(state.learned[begin:end], column, recent, net.in_trace[begin:end], rule[R_HIGHEST])
            to = (block * net.slots + k % net.depth) * width
            window, spiked = state.J[net.rule_channel[b], to : to + width], state.spiked[b, block * width :]
            begin, end = log.short_begin[worker], log.short_end[worker]
            d = 0
            while d < net.delays_number[b]:
                n, d = look_back(net.learn_row[b], net.learn_blocks, block, net.delays[b], d, net.delays_number[b],
                                 log.recent[worker, b], log.recent_count[worker, b], k + net.rule_early[b],
                                 begin, end)  # fmt: skip
                depress(window, state.learned, column, spiked, net.learn_index, net.learn_place, begin[:n], end[:n],
                        rule[R_LOWEST])  # fmt: skip


def potentiate(learned, column, recent, trace, high):
    """Add the traces of what arrived at a cell before its spike."""
    apart()
    for s in range(trace.size):
        learned[s, column] = min(learned[s, column] + recent[trace[s]], high)


def look_back(row, blocks, block, delays, d, last, recent, counts, k, begin, end):
    """Where the synapses lie whose spikes arrive on a block at step k; from delay d on, as many as there is room for.

    Returns their number, and the delay to go on with.
    """
    n, mask, kinds = 0, counts.size - 1, delays.size
    while d < last and k - delays[d] >= 0:
        past = (k - delays[d]) & mask
        if n + counts[past] > begin.size:
            return n, d
        rows = recent[past, : counts[past]]
        for q in range(rows.size):
            at = (rows[q] * blocks + block) * kinds + d
            begin[n], end[n] = row[at], row[at + 1]
            n += 1
        d += 1
    return n, last


def depress(J, learned, column, spiked, index, place, begin, end, lowest):
    """Deliver, and take away the traces of the cells' spikes before."""
    apart()
    for q in range(begin.size):
        for s in range(begin[q], end[q]):
            i, p = index[s], place[s]
            J[i] += learned[p, WEIGHT]
            learned[p, column] = max(learned[p, column] - spiked[i], lowest)


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
            begin, end = net.in_begin[b, first * net.block_width], net.in_begin[b, last * net.block_width]
            settle(state.learned[begin:end], rule, gain)


def settle(learned, rule, gain):
    low, high, growth, keep = rule[R_LEAST], rule[R_MOST], rule[R_GROWTH], rule[R_KEEP]
    for s in range(learned.shape[0]):
        weight, tag = learned[s, WEIGHT], learned[s, TAG]
        if rule[R_KEEP_FIRST] > 0:
            tag = tag * keep
            weight = max(low, min(high, weight + (growth + gain * tag)))
        else:
            weight = max(low, min(high, weight + (growth + gain * tag)))
            tag = tag * keep
        learned[s, WEIGHT], learned[s, TAG] = weight, tag
