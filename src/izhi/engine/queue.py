"""A queue of events as a binary heap in three arrays: by time, and for equal times in the order in which they came.

NEURON holds the first event aside. When an earlier one comes, it goes back into the queue as if it were new, behind
those of its own time: so the order of simultaneous events, and the last bit of the sum of their weights, depends on
what was queued since. `insert` does that where `aside` says so.
"""

from __future__ import annotations


def before(time, order, i, j):
    """Whether entry i is to be delivered before entry j."""
    return time[i] < time[j] or (time[i] == time[j] and order[i] < order[j])


def swap(time, order, what, i, j):
    time[i], time[j] = time[j], time[i]
    order[i], order[j] = order[j], order[i]
    what[i], what[j] = what[j], what[i]


def push(time, order, what, n, when, turn, event):
    """Put an event into a queue of n; returns n + 1."""
    time[n], order[n], what[n] = when, turn, event
    i = n
    while i > 0 and before(time, order, i, (i - 1) // 2):
        swap(time, order, what, i, (i - 1) // 2)
        i = (i - 1) // 2
    return n + 1


def pop(time, order, what, n):
    """Take the first event out of a queue of n: it is then at index n - 1; returns n - 1."""
    swap(time, order, what, 0, n - 1)
    n -= 1
    i = 0
    while True:
        first = i
        if 2 * i + 1 < n and before(time, order, 2 * i + 1, first):
            first = 2 * i + 1
        if 2 * i + 2 < n and before(time, order, 2 * i + 2, first):
            first = 2 * i + 2
        if first == i:
            return n
        swap(time, order, what, i, first)
        i = first


def put_back(time, order, what, n, turn):
    """Put the first event of a queue of n back, behind those of its own time."""
    if n > 0:
        n = pop(time, order, what, n)
        push(time, order, what, n, time[n], turn, what[n])


def insert(time, order, what, n, when, turn, event, aside):
    """Put an event into a queue of n, and the one that it precedes back; returns the length and the next turn."""
    if aside and n > 0 and when < time[0]:
        put_back(time, order, what, n, turn)
        turn += 1
    return push(time, order, what, n, when, turn, event), turn + 1
