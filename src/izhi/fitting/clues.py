"""What a recording says of its cell before any search: at which voltages it lives, and which currents move it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from izhi.analysis.waveform import membrane_time_constant
from izhi.errors import BadValue
from izhi.sweeps import InjectedStep, Sweep, Sweeps

# What a membrane can be: anything else is a wrong unit or channel.
VOLTAGES = (-130.0, 20.0)
RESISTANCES = (2.0, 2e4)
FLAT = 1.0
# Time constants: longer ones are drifts, and one that is not seen is supposed to be as usual [ms].
LONGEST, USUAL = 200.0, 15.0
# A voltage that falls so fast is that of a spike [mV/ms], within this time after its peak [ms].
FAST, FALLING = 8.0, 6.0


@dataclass(frozen=True)
class Clues:
    """What is seen without a model.

    Attributes
    ----------
    rest : float [mV]
        Before the steps.
    conductance : float [nS]
        Change of current for a small change of voltage.
    capacitance : float [pF]
        Conductance times the time in which the voltage follows small steps.
    threshold : float [mV]
        Where spikes begin to rise fast.
    peak : float [mV]
        Of spikes, the highest sample.
    highest : float [mV]
        Of all spikes.
    hidden : float [mV]
        By how much the highest may have been higher than any sample: what the voltage rises from one to the next, over
        the number of spikes.
    trough : float [mV]
        The lowest voltage soon after a spike.
    fall : float [ms]
        From the peak to where the voltage no longer falls fast.
    rheobase : float [pA]
        Between the largest step without a spike and the smallest with one.
    current : float [pA]
        The largest in size.
    """

    rest: float
    conductance: float
    capacitance: float
    threshold: float
    peak: float
    highest: float
    hidden: float
    trough: float
    fall: float
    rheobase: float
    current: float


def clues(sweeps: Sweeps) -> Clues:
    """Read them from the sweeps that are fitted.

    Raises
    ------
    BadValue
        If no cell can have given such a recording, or no sweep has a spike.
    """
    spikes = sweeps.spike_times()
    rest = float(np.median([np.median(_before(s, step)) for s, step in zip(sweeps, sweeps.steps, strict=True)]))
    spread = max(float(np.ptp(sweep.voltage)) for sweep in sweeps)
    if spread < FLAT:
        raise BadValue(
            f"{sweeps.source or 'sweeps'}: voltage", f"{spread:.2g} mV", "it is flat: not of a cell, or in V"
        )
    if not VOLTAGES[0] <= rest <= VOLTAGES[1]:
        wanted = f"{VOLTAGES[0]:g} to {VOLTAGES[1]:g} would do: is it a voltage in mV?"
        raise BadValue(f"{sweeps.source or 'sweeps'}: resting voltage [mV]", round(rest, 1), wanted)
    if not any(t.size for t in spikes):
        wanted = "at least one spike would do: without any, a threshold cannot be found"
        raise BadValue(f"{sweeps.source or 'sweeps'}: spikes", f"none in {len(sweeps)} sweeps to fit", wanted)
    conductance, tau = _passive(sweeps, spikes, rest)
    size = max(float(np.abs(sweep.current).max()) for sweep in sweeps)
    if size == 0 or not np.isfinite(size):
        raise BadValue(
            f"{sweeps.source or 'sweeps'}: current", "0 pA throughout", "a current that moves the cell would do"
        )
    begin, peak, highest, hidden, trough, fall = _of_spikes(sweeps, spikes)
    silent = [
        abs(s.amplitude) for s, t in zip(sweeps.steps, spikes, strict=True) if s and not t.size and s.amplitude > 0
    ]
    firing = [s.amplitude for s, t in zip(sweeps.steps, spikes, strict=True) if s and t.size and s.amplitude > 0]
    below, above = max(silent, default=0.0), min(firing, default=size)
    rheobase = 0.5 * (below + above) if below < above else above
    return Clues(rest, conductance, conductance * tau, begin, peak, highest, hidden, trough, fall, rheobase, size)


def _before(sweep: Sweep, step: InjectedStep | None) -> NDArray[np.float64]:
    """The voltage before the step, or all of it."""
    first = round(step.start / sweep.dt) if step else 0
    return sweep.voltage[: first if first > 1 else None]


def _passive(sweeps: Sweeps, spikes: list[NDArray], rest: float) -> tuple[float, float]:
    """Conductance [nS] and time constant [ms], from steps without spikes, else from how far the smallest moves it."""
    moved: list[float] = []
    driven: list[float] = []
    taus: list[float] = []
    rising: list[float] = []
    for sweep, step, times in zip(sweeps, sweeps.steps, spikes, strict=True):
        if step is None or abs(step.amplitude) < 1e-9:
            continue
        if ((times >= step.start) & (times <= step.stop)).any():
            continue
        first, last = round(step.start / sweep.dt), round(step.stop / sweep.dt)
        begin = float(np.median(_before(sweep, step)))
        end = float(np.median(sweep.voltage[first + int(0.75 * (last - first)) : last]))
        moved.append(end - begin)
        driven.append(step.amplitude)
        tau = membrane_time_constant(sweep.voltage, sweep.dt, step.start, step.duration)
        if np.isfinite(tau) and tau < LONGEST:
            (taus if step.amplitude < 0 else rising).append(tau)  # towards the threshold a cell slows down
    v, i = np.array(moved), np.array(driven)
    if v.size and (v * v).sum() > 1.0:
        conductance = float((v * i).sum() / (v * v).sum())
        resistance = 1e3 / conductance if conductance else np.inf
        if not RESISTANCES[0] <= resistance <= RESISTANCES[1]:
            wanted = f"{RESISTANCES[0]:g} to {RESISTANCES[1]:g} would do: are the units pA and mV?"
            raise BadValue(f"{sweeps.source or 'sweeps'}: input resistance [MOhm]", f"{resistance:.3g}", wanted)
        return conductance, float(np.median(taus or rising or [USUAL]))
    size = max(float(np.ptp(sweep.current)) for sweep in sweeps)
    voltage = np.concatenate([sweep.voltage for sweep in sweeps])
    return size / max(float(np.percentile(voltage, 90)) - rest, 10.0) / 2, USUAL


def _of_spikes(sweeps: Sweeps, spikes: list[NDArray]) -> tuple[float, ...]:
    """Threshold, peak, highest, hidden, trough and fall, as in `Clues`."""
    begins, peaks, rises, troughs, falls = [], [], [], [], []
    for sweep, times, onsets in zip(sweeps, spikes, [s.spike_times(moment="onset") for s in sweeps], strict=True):
        v, dt = sweep.voltage, sweep.dt
        begins += [v[min(round(t / dt), v.size - 1)] for t in onsets]
        for t, following in zip(times, [*times[1:], sweep.duration], strict=times.size > 0):
            k = min(round(t / dt), v.size - 1)
            top = max(0, k - 2) + int(v[max(0, k - 2) : k + 3].argmax())
            peaks.append(v[top])
            rises.append(v[top] - v[top - 1])
            steep = np.diff(v[top : top + round(FALLING / dt)]) < -FAST * dt
            falls.append(dt * (np.flatnonzero(steep)[-1] + 1 if steep.any() else 0))
            ends = max(k + 2, min(round((t + 10.0) / dt), round(following / dt) - 1, v.size))
            troughs.append(v[k + 1 : ends].min() if k + 2 <= v.size else v[k])
    peak = float(np.median(peaks))
    begin = float(np.median(begins)) if begins else peak - 60.0
    hidden = float(np.median(rises)) / len(peaks)
    return begin, peak, float(np.max(peaks)), hidden, float(np.median(troughs)), float(np.median(falls))
