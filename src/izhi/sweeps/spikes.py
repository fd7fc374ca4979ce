"""When a recorded voltage spikes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from izhi.errors import BadValue

# The peak of a spike is above this voltage; no other response of a cell is [mV].
SPIKE_THRESHOLD = -20.0
# It is at least so much above the voltage where the spike began to rise fast. A voltage that rides above the threshold,
# as it does where the electrode's resistance was not balanced, is no spike by that; a cell in depolarisation block
# fires none either [mV].
SPIKE_HEIGHT = 15.0
# The spike begins where the voltage rises so fast. Spikes of cortical cells rise at 50 to 600 mV/ms, synaptic and
# passive responses at less than 5 [mV/ms].
SPIKE_SLOPE = 10.0
# The slope is taken over this time, so that 10 and 50 kHz give the same and noise of single samples is no slope [ms].
SLOPE_SPAN = 0.1
# A peak has passed once the voltage is so much below it: what ripples by less is one peak [mV].
SPIKE_FALL = 5.0
# That is within this time after the beginning; what stays up is a plateau, or a jump of the current [ms].
FALLEN_WITHIN = 5.0
# Two peaks closer than this are one spike; the fastest cells fire every 1.5 ms [ms].
SPIKE_GAP = 1.0
# A peak so soon after a jump of the current is the jump's own if the voltage began to rise with it, over an electrode
# that is balanced too little or too much, or late: no membrane is charged to a spike so fast [ms].
ARTEFACT = 0.5

# A fall so steep is the reset of a model [mV/ms].
RESET = 300.0

MOMENTS = ("peak", "onset")


def spike_times(
    voltage: NDArray,
    dt: float,
    *,
    threshold: float = SPIKE_THRESHOLD,
    height: float = SPIKE_HEIGHT,
    slope: float = SPIKE_SLOPE,
    moment: str = "peak",
    jumps: Sequence[float] | NDArray = (),
) -> NDArray[np.float64]:
    """When a voltage spikes.

    A spike begins where the slope rises through `slope`. Its peak is the first value from which the voltage falls by
    5 mV, and it has fallen so far within 5 ms of the beginning. The peak is above `threshold`, at least `height` above
    the beginning, and at least 1 ms after the peak before.

    Parameters
    ----------
    voltage : shape (n,) [mV]
        Samples of one sweep.
    dt : float [ms]
        From one sample to the next.
    threshold, height : float [mV]
        The least voltage of a peak, and its least height above the beginning.
    slope : float [mV/ms]
        Over 0.1 ms, or one sample if that is longer.
    moment : str
        "peak": the top of the parabola through the highest sample and its neighbours, or half a sample after it where
        a model is reset; the default. "onset": where it begins.
    jumps : shape (j,) [ms]
        When the current jumps: a rise that begins there and is over within 0.5 ms is no spike.

    Returns
    -------
    shape (k,) [ms]
        From the first sample.

    Raises
    ------
    BadValue
        If the moment is neither of the two.
    """
    if moment not in MOMENTS:
        raise BadValue("moment", moment, "'peak' or 'onset' would do")
    v = np.asarray(voltage, dtype=np.float64)
    within, gap = max(2, round(FALLEN_WITHIN / dt)), SPIKE_GAP / dt
    found: list[float] = []
    free, last, edges = 0, -np.inf, np.asarray(jumps, dtype=np.float64) / dt
    for k in _beginnings(v, dt, slope):
        if k < free:
            continue
        top, end = _peak(v[k : k + within + 1])
        after = k + top - edges
        if not end or ((after >= -1) & (after * dt <= ARTEFACT) & (k >= edges - ARTEFACT / dt)).any():
            continue
        if v[k + top] >= threshold and v[k + top] - v[k] >= height and k + top - last >= gap:
            found.append(dt * (k if moment == "onset" else _summit(v, k + top, dt)))
            free, last = k + end, k + top
    return np.array(found)


def _beginnings(v: NDArray, dt: float, slope: float) -> list[int]:
    """Where the slope becomes steep."""
    lag = max(1, round(SLOPE_SPAN / dt))
    steep = v[lag:] - v[:-lag] >= slope * lag * dt
    return np.flatnonzero(np.diff(steep.astype(np.int8), prepend=0) == 1).tolist()


def _peak(v: NDArray) -> tuple[int, int]:
    """The first peak from which the voltage falls, and where it has fallen; 0 if it does not."""
    fallen = np.flatnonzero(np.maximum.accumulate(v) - v >= SPIKE_FALL)
    end = int(fallen[0]) if fallen.size else 0
    return int(v[: end + 1].argmax()), end


def _summit(v: NDArray, top: int, dt: float) -> float:
    """Where the parabola through the highest sample and its neighbours is highest, in samples.

    A model that is reset falls faster than any membrane: it spiked between two samples, as likely early as late.
    """
    if not 0 < top < v.size - 1:
        return float(top)
    left, middle, right = v[top - 1 : top + 2].tolist()
    if middle - right > RESET * dt:
        return top + 0.5
    bend = left - 2 * middle + right
    return top + min(0.5, max(-0.5, 0.5 * (left - right) / bend)) if bend < 0 else float(top)
