"""Feature J: a voltage that swings to and fro without spikes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from izhi.analysis.response import Response
from izhi.analysis.subthreshold import noise_level, turning_points
from izhi.analysis.verdict import Measure, Verdict, first_that_holds, no, untested, yes

# The voltage is averaged over this, which takes noise away and leaves oscillations of up to 100 /s [ms].
SMOOTH = 2.0
# A swing counts if it is as large as this [mV], and as eight standard deviations of the noise: white noise alone swings
# by seven in a thousand samples.
SWING, NOISES = 0.2, 8.0
# Two maxima and two minima are the fewest from which one can tell that half-periods are alike.
TURNS = 4
# Half-periods are alike within this factor; an oscillation that is left alone does not grow by more than this.
REGULAR, GROWTH = 1.5, 1.2
# A sine wave that decays explains at least this share of the voltage's variance; of coloured noise it explains less.
EXPLAINED = 0.9

NEEDS = "it takes a current that changes and is then constant, for at least two periods without a spike"


def subthreshold_oscillations(response: Response) -> Verdict:
    """J: left alone after a disturbance, without spikes, its voltage swings to and fro with a regular period.

    Parameters
    ----------
    response : Response
        What a cell did, and what was done to it.

    Examples
    --------
    >>> from izhi.experiment import run_preset
    >>> import izhi
    >>> bool(subthreshold_oscillations(Response.of(run_preset(izhi.preset("2004/J")))))
    True
    """
    found = []
    for epoch in response.epochs:
        edges = [epoch.start, *response.spikes_between(epoch.start, epoch.stop), epoch.stop]
        if epoch.hold and epoch.before is not None:
            found += [_oscillation(response, start, stop) for start, stop in pairwise(edges)]
    found.sort(key=lambda verdict: -len(verdict.measures))
    return first_that_holds(found, untested(NEEDS))


def _oscillation(response: Response, start: float, stop: float) -> Verdict:
    # What is left of a spike at either end is no oscillation.
    time, raw = response.window(start + response.slack, stop - response.slack)
    if time.size < TURNS:
        return untested("there are too few samples")
    voltage, noise = _smooth(raw, response.step)
    turns = turning_points(voltage, max(SWING, NOISES * noise))
    if turns.size < TURNS:
        return no("without spikes its voltage does not turn four times", Measure("turning points", turns.size))
    halves, swings = np.diff(time[turns]), np.abs(np.diff(voltage[turns]))
    # The first half is the way back from what set it off, such as a spike's afterhyperpolarisation.
    settled = halves[1:]
    explained = _explained(time[turns[1] :], voltage[turns[1] :], float(settled.mean()), swings[1:])
    measures = (
        Measure("turning points", turns.size),
        Measure("period", float(2 * settled.mean()), "ms"),
        Measure("largest swing", float(swings[1:].max()), "mV"),
        Measure("explained by a decaying sine", explained),
    )
    slack = 2 * response.slack + _shift(float(settled.mean()), float(swings[1:].min()), noise)
    if settled.max() > REGULAR * settled.min() + slack:
        return no("the voltage turns to and fro without a regular period", *measures)
    if (swings[1:] > GROWTH * swings[:-1] + SWING).any():
        return no("the voltage turns to and fro with swings that grow", *measures)
    if explained < EXPLAINED:
        return no("the voltage turns to and fro, but not as a sine wave that decays", *measures)
    return yes("after a disturbance its voltage swings to and fro with a regular period", *measures)


def _shift(half: float, swing: float, noise: float) -> float:
    """How far two standard deviations of noise move the top of a sine, which is flat, of that half-period and swing."""
    return half / np.pi * float(np.sqrt(2 * 2 * noise / (swing / 2)))


def _smooth(voltage: NDArray[np.float64], step: float) -> tuple[NDArray[np.float64], float]:
    """The running mean over 2 ms, without delay, and the noise that is left on it."""
    half = int(SMOOTH / step / 2)
    if half < 1:
        return voltage, noise_level(voltage)
    padded = np.pad(voltage, half, mode="edge")
    width = 2 * half + 1
    return np.convolve(padded, np.full(width, 1 / width), "valid"), noise_level(voltage) / width**0.5


def _explained(
    time: NDArray[np.float64], voltage: NDArray[np.float64], half: float, swings: NDArray[np.float64]
) -> float:
    """The share of the voltage's variance that a decaying sine of that half-period explains, by least squares."""
    s = (time - time[0]) / half
    decay = float(np.log(swings[0] / swings[-1]) / (swings.size - 1))
    wave = np.exp(-decay * s)
    columns = np.stack([np.ones_like(s), wave * np.cos(np.pi * s), wave * np.sin(np.pi * s)], axis=1)
    fit = columns @ np.linalg.lstsq(columns, voltage, rcond=None)[0]
    return float(1 - np.var(voltage - fit) / np.var(voltage))
