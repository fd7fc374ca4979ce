"""Loops that draw connections and put synapses in order, as plain functions. Each line is a source or a target."""

from __future__ import annotations

import math

import numpy as np

from izhi.engine.access import prefetch
from izhi.engine.chance import below, bits, step_keys
from izhi.engine.layout import WIDTH

# How many synapses ahead memory is fetched.
AHEAD = 16


def draw_fixed(first, last, k, others, same, multapses, low, high, line, other, drawn):
    """For each line from first to last, k of the others; `same` is the line's own number among them, or -1."""
    n = 0
    for i in range(first, last):
        one, two = step_keys(low, high, i)
        tries = 0
        for _ in range(k):
            j = below(others, bits(tries, one, two))
            tries += 1
            while j == same[i] or (not multapses and drawn[j] == i + 1):
                j = below(others, bits(tries, one, two))
                tries += 1
            drawn[j] = i + 1
            line[n] = i
            other[n] = j
            n += 1
    return n


def uniform(b):
    """A number in (0, 1) of 32 bits."""
    return (np.float64(b) + 0.5) * 2.0**-32


def draw_sparsely(first, last, p, others, same, low, high, line, other):
    """For each line from first to last, each of the others with probability p: by the distance to the next."""
    n = 0
    scale = 1 / math.log1p(-p) if p < 1 else 0.0
    for i in range(first, last):
        one, two = step_keys(low, high, i)
        tries = 0
        j = -1.0
        while True:
            j += 1 + np.floor(math.log(uniform(bits(tries, one, two))) * scale)
            tries += 1
            if not j < others:
                break
            if int(j) != same[i]:
                line[n] = i
                other[n] = int(j)
                n += 1
    return n


def draw_near(first, last, peak, scale, shape, period, here, there, same, low, high, line, other):
    """Likewise, with the highest probability first, of which some are refused by their distance."""
    n = 0
    skip = 1 / math.log1p(-peak) if peak < 1 else 0.0
    for i in range(first, last):
        one, two = step_keys(low, high, i)
        tries = 0
        j = -1.0
        while True:
            j += 1 + np.floor(math.log(uniform(bits(tries, one, two))) * skip)
            if not j < there.shape[0]:
                break
            accept = uniform(bits(tries + 1, one, two))
            tries += 2
            if int(j) != same[i] and accept < falloff(distance(here[i], there[int(j)], period), scale, shape):
                line[n] = i
                other[n] = int(j)
                n += 1
    return n


def distance(a, b, period):
    """Of two places, in open space (period 0) or on a torus."""
    total = 0.0
    for d in range(a.size):
        apart = abs(a[d] - b[d])
        if period > 0:
            apart = apart % period
            apart = min(apart, period - apart)
        total += apart * apart
    return math.sqrt(total)


def falloff(x, scale, shape):
    """The probability of a synapse over that at distance 0."""
    y = x / scale
    if shape == 0:
        return math.exp(-y * y / 2)
    if shape == 1:
        return math.exp(-y)
    return 1.0 if x <= scale else 0.0


def find_rows(source, target, kind, row_of, block_of, blocks, kinds, rows):
    """The row of each synapse: of its source, its block and its kind (a delay)."""
    each = min(1, kind.size - 1)
    for s in range(source.size):
        i = source[s]
        row = row_of[i // WIDTH] + i % WIDTH
        rows[s] = (row * blocks + block_of[target[s] // WIDTH]) * kinds + kind[s * each]


def count_rows(rows, counts):
    """How many synapses each row holds."""
    for s in range(rows.size):
        counts[rows[s]] += 1


def fill_rows(first, last, rows, target, slot, weight, block_of, block_width, cursor, index, weights):
    """Put the synapses of some rows into them; a cursor that began at a row's begin comes to its end.

    Every row is somewhere else in memory, so what the next synapses will need is fetched meanwhile.
    """
    each_slot, each_weight = min(1, slot.size - 1), min(1, weight.size - 1)
    n = rows.size
    for s in range(n):
        if not first <= rows[s] < last:
            continue
        if s + 2 * AHEAD < n:
            prefetch(cursor, rows[s + 2 * AHEAD])
        if s + AHEAD < n:
            prefetch(index, cursor[rows[s + AHEAD]])
            prefetch(weights, cursor[rows[s + AHEAD]])
        to = cursor[rows[s]]
        cursor[rows[s]] = to + 1
        index[to] = (slot[s * each_slot] - block_of[target[s] // WIDTH]) * block_width + target[s]
        weights[to] = weight[s * each_weight]


def transpose(row, rows, blocks, kinds, ago, index, block_width, cursor, place, trace):
    """Order by target the synapses in rows: where each is then, and where its source's trace is kept."""
    for r in range(rows):
        for block in range(blocks):
            for d in range(kinds):
                at = (r * blocks + block) * kinds + d
                for s in range(row[at], row[at + 1]):
                    i = block * block_width + index[s]
                    place[s] = cursor[i]
                    trace[cursor[i]] = ago[d] + r
                    cursor[i] += 1
