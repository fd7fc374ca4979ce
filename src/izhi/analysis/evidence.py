"""Whether a response can be judged at all, and whether its spikes and its voltage tell the same story."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from izhi.analysis.response import Response

# No neuron fires 2000 times a second for long, since its sodium channels must recover; a model that does so, each reset
# calling the next spike, runs away [ms, spikes].
RUNAWAY_INTERVAL, RUNAWAY_COUNT = 0.5, 10
# In the voltage a spike stands out on both sides, within 3 ms, by this much [mV].
PROMINENCE, BESIDE = 10.0, 3.0
# Without any spike in the list, a peak as high as this in the voltage is one that was not listed [mV].
UNLISTED = 30.0
# A peak and a spike are the same if they are within 1 ms [ms].
SAME = 1.0
# Coarse samples may miss a spike, so that half of those listed must be seen; but they show no spike that there is not,
# so that four in five of those seen must be listed.
SEEN, LISTED = 0.5, 0.8
# Samples further apart than this miss too many peaks to be compared [ms]: at 1 ms every published cell, from any first
# sample, still shows more than half of its spikes; at 1.5 ms some do not.
COARSE = 1.05


def trouble(response: Response) -> str:
    """Why a response cannot be judged; nothing if it can.

    Parameters
    ----------
    response : Response
        What a cell did, and what was done to it.

    Returns
    -------
    str
        A name and, after a colon, a sentence; the names are "empty", "runaway", "failed" and "contradictory".

    Examples
    --------
    >>> trouble(Response([0, 1], [-65, float("nan")], [0, 0], []))
    'failed: the voltage is not known from 1 ms on'
    """
    if response.time.size < 2:
        return "empty: there are no samples"
    gaps = np.diff(response.spikes)
    if (gaps <= 0).any():
        return f"contradictory: there are two spikes at {response.spikes[1:][gaps <= 0][0]:g} ms"
    fast = np.lib.stride_tricks.sliding_window_view(gaps, RUNAWAY_COUNT) if gaps.size >= RUNAWAY_COUNT else gaps[:0]
    if fast.size and fast.max(axis=1).min() <= RUNAWAY_INTERVAL:
        return f"runaway: {RUNAWAY_COUNT} intervals in a row are no longer than {RUNAWAY_INTERVAL:g} ms"
    if response.failure:
        return f"failed: {response.failure}"
    known = np.isfinite(response.voltage) & np.isfinite(response.current)
    if not known.all():
        return f"failed: the voltage is not known from {response.time[~known][0]:g} ms on"
    outside = (response.spikes < response.start - response.slack) | (response.spikes > response.stop + response.slack)
    if outside.any():
        return f"contradictory: a spike at {response.spikes[outside][0]:g} ms is outside of the samples"
    return _contradiction(response)


def _contradiction(response: Response) -> str:
    """Whether spikes are not in the voltage, or the voltage has spikes that are not in the list."""
    if response.step > COARSE:
        return ""
    peaks, heights = _peaks(response)
    spikes = response.spikes
    if not spikes.size:
        high = peaks[heights >= UNLISTED]
        return f"contradictory: the voltage spikes at {high[0]:g} ms, and no spike is listed" if high.size else ""
    reach = max(SAME, response.slack)
    seen = _near(spikes, peaks, reach)
    if seen.mean() <= SEEN:
        return f"contradictory: at {spikes[~seen][0]:g} ms there is a spike in the list, and none in the voltage"
    listed = _near(peaks, spikes, reach)
    # Passive answers to strong pulses are peaks too, but not half as high as the spikes.
    tall = heights >= 0.5 * np.median(heights[listed])
    if np.mean(listed[tall]) < LISTED:
        return f"contradictory: the voltage spikes at {peaks[tall & ~listed][0]:g} ms, which is no spike of the list"
    return ""


def _near(times: NDArray[np.float64], others: NDArray[np.float64], reach: float) -> NDArray[np.bool_]:
    """Which of the times have one of the others within reach."""
    if not others.size:
        return np.zeros(times.size, dtype=bool)
    k = np.searchsorted(others, times)
    left, right = others[np.maximum(k - 1, 0)], others[np.minimum(k, others.size - 1)]
    return np.minimum(np.abs(times - left), np.abs(times - right)) <= reach


def _peaks(response: Response) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times and heights of the voltage's peaks: local maxima that stand out on both sides within 3 ms."""
    v = response.voltage
    rises, falls = v[1:-1] > v[:-2], v[1:-1] >= v[2:]
    tops = np.flatnonzero(rises & falls) + 1
    reach = max(int(np.ceil(BESIDE / response.step)), 1)
    padded = np.concatenate([np.full(reach, np.inf), v, np.full(reach, np.inf)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach + 1)
    before, after = windows[tops].min(axis=1), windows[tops + reach].min(axis=1)
    heights = v[tops] - np.maximum(before, after)
    prominent = heights >= PROMINENCE
    return response.time[tops[prominent]], heights[prominent]
