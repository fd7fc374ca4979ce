"""What spikes leave behind: traces, weights that learn, and short-term plasticity; as plain functions.

`izhi.engine.circuit` calls them; the names that no one defines here are bound for each network.
"""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"

from __future__ import annotations

import numpy as np

from izhi.engine.access import part

# What the columns of a rule's row, and of the dynamics of short-term plasticity, are.
(R_KEEP_PRE, R_KEEP_POST, R_PRE, R_POST, R_ADDS, R_AT_ONCE, R_LOWEST, R_HIGHEST, R_LEAST, R_MOST, R_GAIN, R_GROWTH,
 R_KEEP, R_KEEP_FIRST, R_KEEP_DOPAMINE) = range(15)  # fmt: skip
S_KIND, S_RATE_X, S_RATE_U, S_P, S_DT = range(5)


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
    delays, kinds, width = net.delays[b], net.delays.shape[1], net.block_width
    row, row_of, lowest = net.learn_row[b], net.learn_row_of[b], net.rule[b, R_LOWEST]
    for block in range(first, last):
        to = (block * net.slots + k % net.depth) * width
        window = state.J[net.rule_channel[b], to : to + width]
        spiked = state.spiked[b, block * width : (block + 1) * width]
        for d in range(net.delays_number[b]):
            before = k + net.rule_early[b] - delays[d]
            if before < 0:
                continue
            past = before % state.fired.shape[0]
            for c in range(net.kind.size):
                if row_of[c] >= 0:
                    for q in range(state.fired_count[past, c]):
                        i = row_of[c] + state.fired[past, c, q] - c * net.width
                        at = (i * net.learn_blocks + block) * kinds + d
                        depress(window, changed, state.learned, spiked, net.learn_index, row[at], row[at + 1], lowest)


def depress(J, changed, weight, spiked, index, begin, end, lowest):
    """Deliver, and take away the traces of the cells' spikes before."""
    for s in range(begin, end):
        i = index[s]
        J[i] += weight[s]
        changed[s] = max(changed[s] - spiked[i], lowest)


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
