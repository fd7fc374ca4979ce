"""How far a candidate's spikes are from a target's: plain functions, which the compiled engine runs by the thousand."""

from __future__ import annotations


def after(spikes, number, onset):
    """How many of the first spikes come before the onset."""
    n = 0
    while n < number and spikes[n] < onset:
        n += 1
    return n


def count_error(number, expected):
    """By how many spikes a train is too long or too short."""
    return abs(number - expected)


def latency_error(spikes, number, first, target, expected, begin, offset):
    """By how much the first spike after the onset is early or late; a missing spike counts as one at the end."""
    mine = spikes[first] if first < number else offset
    theirs = target[begin] if begin < expected else offset
    return abs(mine - theirs)


def timing_error(spikes, number, first, target, expected, begin, offset):
    """How far spikes are from those of the same number since the onset, in mean intervals of the target.

    The mean over all of them, a spike that is missing or too many counting as half an interval.
    """
    longer = max(number - first, expected - begin)
    if longer == 0:
        return 0.0
    scale = (offset - target[begin]) / (expected - begin) if expected > begin else offset
    if expected - begin > 1:
        scale = (target[expected - 1] - target[begin]) / (expected - begin - 1)
    scale = max(scale, 1e-6)
    total = 0.0
    for j in range(longer):
        if first + j < number and begin + j < expected:
            total += min(abs(spikes[first + j] - target[begin + j]) / scale, 1.0)
        else:
            total += 1.0
    return total / longer


def coincidences(spikes, number, target, expected, window):
    """How many target spikes have a spike within the window, each of which counts once."""
    found = i = 0
    for j in range(expected):
        while i < number and spikes[i] < target[j] - window:
            i += 1
        if i < number and spikes[i] <= target[j] + window:
            found += 1
            i += 1
    return found


def mismatch(spikes, number, target, expected, window, duration):
    """1 - Gamma, the coincidence factor that chance does not raise, or of the trains without spikes 0 and 1."""
    if number == 0 or expected == 0:
        return 0.0 if number == expected else 1.0
    found = coincidences(spikes, number, target, expected, window)
    rate = number / duration
    by_chance = 2.0 * rate * window * expected
    left = 1.0 - 2.0 * rate * window
    if left <= 0.0:
        return 1.0
    return min(1.0 - (found - by_chance) / (0.5 * (number + expected)) / left, 1.0)


def judge(steps, count, lag, dt, target, onset, until, offset, begin, window, terms):
    """All measures of all candidates in one trial: count from the onset until the step's end, latency [ms], timing,
    mismatch.

    `steps` are the spikes of each candidate as steps, overwritten as `terms` are filled.
    """
    expected = target.size
    wanted = after(target, expected, until) - begin
    for i in range(count.size):
        number = min(count[i], steps.shape[1])
        spikes = steps[i]
        for j in range(number):
            spikes[j] = (spikes[j] + lag) * dt
        first = after(spikes, number, onset)
        within = after(spikes, number, until) - first + count[i] - number  # those without room come last
        terms[0, i] = count_error(within, wanted)
        terms[1, i] = latency_error(spikes, number, first, target, expected, begin, offset)
        terms[2, i] = timing_error(spikes, number, first, target, expected, begin, offset)
        terms[3, i] = mismatch(spikes, number, target, expected, window, offset)
