"""The loops over steps and cells, as plain functions. The reference engine runs them as they are, the others compile.

The names below that no one defines here are bound for each model and scheme by `izhi.engine.assembly`.
"""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"

from __future__ import annotations


def deliver(k, event_step, event_receptor, event_weight, done, G, i, c):
    """Add to the conductances of cell i the events due by step k; returns how many events are done."""
    while done < event_step.size and event_step[done] <= k:
        G[event_receptor[done], i] += event_weight[done, c]
        done += 1
    return done


def finite(x):
    total = x[0] - x[0]
    for r in range(1, len(x)):
        total += x[r] - x[r]
    return total == 0


def broken(x, fired, shown):
    """Whether a step left the range of numbers: in its state, or in the peak that it shows."""
    return not finite(x) or (fired and shown - shown != 0)


def put_sample(rows, sample, x, v):
    """The state x as a sample, showing the voltage v."""
    rows[0, sample] = v
    for r in range(1, len(x)):
        rows[r, sample] = x[r]


def trace_cells(
    k0, k1, X, M, G, P, D, I, event_step, event_receptor, event_weight, done, h, every, out, out_g, spike_step,
    spike_cell, spike_lag, failed,
):  # fmt: skip
    """Advance each cell from step k0 to k1, recording its samples; returns the number of spikes."""
    n = 0
    by_step, by_cell = min(1, I.shape[1] - 1), min(1, I.shape[2] - 1)
    own_weight = min(1, event_weight.shape[1] - 1)
    recorded, recorded_g = out.shape[2] > 0, out_g.shape[2] > 0
    for i in range(X.shape[1]):
        if failed[i] >= 0:
            continue
        x, m, p = get_state(X, i), get_memory(M, i), get_parameters(P, i)
        rows, rows_g = out[:, i], out_g[:, i]
        pending = done
        slot, slot_g = -(-(k0 + SHIFT) // every), -(-k0 // every)
        due, due_g = slot * every, slot_g * every
        for k in range(k0, k1):
            if RECEPTORS:
                pending = deliver(k, event_step, event_receptor, event_weight, pending, G, i, i * own_weight)
                if recorded_g and k == due_g:
                    put_sample(rows_g, slot_g, get_conductances(G, i), G[0, i])
                    slot_g, due_g = slot_g + 1, due_g + every
            before = x
            x, m, fired, shown, lag = step(x, m, get_inputs(I, (k - k0) * by_step, i * by_cell, G, D, i), p, h)
            keep = recorded and k + SHIFT == due
            if keep and AT_START:
                put_sample(rows, slot, before, shown if fired and shown - shown == 0 else before[0])
            if broken(x, fired, shown):
                failed[i] = k
                break
            if RECEPTORS:
                decay(G, D, i)
            if fired:
                spike_step[n] = k
                spike_cell[n] = i
                spike_lag[n] = lag
                n += 1
            if keep:
                if not AT_START:
                    put_sample(rows, slot, x, shown if fired else x[0])
                slot, due = slot + 1, due + every
        put_state(X, i, x)
        put_memory(M, i, m)
    return n


def sweep(k, steps, X, M, G, P, D, I, H, flags, bad):
    """Some steps of all cells from step k on, under one row of input, in a loop that vectorises.

    Whether a cell spiked is the next bit of its flags.
    """
    wide_vectors()
    by_step = min(1, H.shape[1] - 1)
    for s in range(steps):
        h = get_numbers(H, (k + s) * by_step)
        for i in range(flags.size):
            x, m, fired, shown, _ = step(
                get_state(X, i), get_memory(M, i), get_inputs(I, 0, i, G, D, i), get_parameters(P, i), h
            )
            put_state(X, i, x)
            put_memory(M, i, m)
            decay(G, D, i)
            flags[i] = (flags[i] << 1) | fired
            if FLEETING:
                bad[i] |= broken(x, fired, shown)


def fill(row, I, k):
    """The current of step k for each cell, where it is not one row already."""
    if I.shape[2] > 1:
        for i in range(row.shape[2]):
            row[0, 0, i] = I[0, k, i]
    else:
        for i in range(row.shape[2]):
            row[0, 0, i] = I[0, k, 0]


def collect(flags, bits, k, spike_step, spike_cell, n):
    """Turn the flags of `bits` steps, the last of which was step k, into spikes; returns their number so far."""
    for i in range(flags.size):
        if flags[i] != 0:
            for b in range(bits):
                if (flags[i] >> (bits - 1 - b)) & 1:
                    spike_step[n] = k - (bits - 1 - b)
                    spike_cell[n] = i
                    n += 1
            flags[i] = 0
    return n


def sweep_cells(
    k0, k1, X, M, G, P, D, I, event_step, event_receptor, event_weight, done, H, flags, bad, row, spike_step,
    spike_cell,
):  # fmt: skip
    """Advance all cells together from step k0 to k1, recording spikes only.

    It stops early where the spikes might not fit or a state is no longer finite; returns the step it came to, the
    number of spikes, and the number of events done.
    """
    n, k = 0, k0
    by_step = min(1, I.shape[1] - 1)
    own_weight = min(1, event_weight.shape[1] - 1)
    single = I.shape[1] == 1
    if single:
        fill(row, I, 0)
    while k < k1:
        bits = min(BITS, k1 - k)
        if n + bits * flags.size > spike_step.size:
            break
        last = k + bits
        while k < last:
            steps = bits
            if RECEPTORS:
                pending = done
                for i in range(flags.size):
                    pending = deliver(k, event_step, event_receptor, event_weight, done, G, i, i * own_weight)
                done = pending
                if done < event_step.size:
                    steps = min(bits, event_step[done] - k)
            if not single:
                fill(row, I, (k - k0) * by_step)
                steps = 1
            steps = min(steps, last - k)
            sweep(k, steps, X, M, G, P, D, row, H, flags, bad)
            k += steps
        n = collect(flags, bits, k - 1, spike_step, spike_cell, n)
        if not sound(X, bad):
            break
    return k, n, done


def put(row, current, scale):
    for i in range(row.shape[2]):
        row[0, 0, i] = current * scale[i]


def compare(X, voltage, weight, most, error):
    """Add to the error of each cell the weighted square of how far its v is from a voltage, `most` at most."""
    for i in range(error.size):
        off = X[0, i] - voltage
        error[i] += weight * min(off * off, most)


def file_spikes(flags, bits, k, spikes, count):
    """Turn the flags of `bits` steps, the last of which was step k, into each cell's row of spikes."""
    for i in range(flags.size):
        if flags[i] != 0:
            for b in range(bits):
                if (flags[i] >> (bits - 1 - b)) & 1:
                    if count[i] < spikes.shape[1]:
                        spikes[i, count[i]] = k - (bits - 1 - b)
                    count[i] += 1
            flags[i] = 0


def match_cells(
    k1, X, M, G, P, D, H, change_step, change_current, scale, look_step, look_voltage, look_weight, most, flags, bad,
    row, spikes, count, error,
):  # fmt: skip
    """Advance all cells together to step k1 under one current, which changes at some steps, and compare them with one
    voltage, at some steps. A cell that is out of range keeps no one up: its error becomes infinite.
    """
    k = change = look = 0
    while k < k1:
        first, last = k, min(k + BITS, k1)
        while k < last:
            if change < change_step.size and change_step[change] == k:
                put(row, change_current[change], scale)
                change += 1
            if look < look_step.size and look_step[look] == k:
                compare(X, look_voltage[look], look_weight[look], most, error)
                look += 1
            until = last
            if change < change_step.size:
                until = min(until, change_step[change])
            if look < look_step.size:
                until = min(until, look_step[look])
            sweep(k, until - k, X, M, G, P, D, row, H, flags, bad)
            k = until
        file_spikes(flags, last - first, last - 1, spikes, count)
    for i in range(error.size):
        if not finite(get_state(X, i)):
            error[i] = INFINITE


def force(X, P, sure, held, late, slope, most):
    """Reset each cell as at a spike of its target, and add to `late` by how much its own came early or was to come.

    One that came early has been held at the top for so many steps; of one that was to come it is guessed from how far
    v is from where a spike is sure to follow.
    """
    for i in range(held.size):
        x = get_state(X, i)
        missing = max(sure - x[0], 0.0) * slope
        late[i] += min(max(held[i], missing), most)
        v, u = reset(x[0], x[1], get_parameters(P, i))
        X[0, i], X[1, i], held[i] = v, u, 0.0


def hold(X, kept, top, held):
    """Keep each cell that reached the top as it is, and count for how many steps."""
    for i in range(held.size):
        held[i] += X[0, i] >= top
        X[0, i] = min(X[0, i], top)
    for r in range(1, X.shape[0]):
        stay(X[r], kept[r], held)


def stay(row, kept, held):
    """Of each cell that is held, what it was before the step that brought it there; of the others, what it is."""
    for i in range(held.size):
        kept[i] = kept[i] if held[i] > 0 else row[i]
        row[i] = kept[i]


def force_cells(
    k1, X, M, G, P, D, H, change_step, change_current, scale, look_step, look_voltage, look_weight, most, flags, bad,
    row, error, force_step, R, kept, top, sure, slope, latest, held, late,
):  # fmt: skip
    """As `match_cells`, but cells spike when the target does and only then: their own peak is out of reach.

    Nothing is out of step then, and both the voltages and how early or late a spike would be change smoothly with the
    parameters.
    """
    change = look = forced = 0
    for k in range(k1):
        if change < change_step.size and change_step[change] == k:
            put(row, change_current[change], scale)
            change += 1
        if forced < force_step.size and force_step[forced] == k:
            force(X, R, sure, held, late, slope, latest)
            forced += 1
        if look < look_step.size and look_step[look] == k:
            compare(X, look_voltage[look], look_weight[look], most, error)
            look += 1
        sweep(k, 1, X, M, G, P, D, row, H, flags, bad)
        hold(X, kept, top, held)
    for i in range(error.size):
        late[i] += min(held[i], latest)
        if not finite(get_state(X, i)):
            error[i] = INFINITE


def sound(X, bad):
    """Whether the states of all cells are finite and always were."""
    wrong = False
    for i in range(bad.size):
        wrong |= bad[i] or not finite(get_state(X, i))
    return not wrong


def solve_cell(
    x, g, P, i, tau, knots, values, slopes, waves, event_knot, event_receptor, event_weight, seams, tolerance, dt,
    samples, conductances, spikes,
):  # fmt: skip
    """Solve the equations of cell i over the whole run; see `izhi.schemes.accurate`."""
    return solve(
        x, g, get_parameters(P, i), tau, knots, values, slopes, waves, event_knot, event_receptor, event_weight, seams,
        tolerance, dt, samples, conductances, spikes,
    )  # fmt: skip
