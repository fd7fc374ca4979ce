"""The voltage between spikes: rest, turning points, what follows a spike."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Rest is measured over this share of what comes before a stimulus, at its end.
RESTING = 0.2


def resting_voltage(voltage: ArrayLike) -> float:
    """Where a stretch of voltage comes to rest: the median of its last fifth [mV].

    Parameters
    ----------
    voltage : shape (n,) [mV]
        The samples.

    Examples
    --------
    >>> resting_voltage([-60, -64, -65, -65, -65])
    -65.0
    """
    samples = np.asarray(voltage, dtype=np.float64)
    return float(np.median(samples[-max(int(samples.size * RESTING), 1) :]))


def noise_level(voltage: ArrayLike) -> float:
    """The standard deviation of white noise on a smooth voltage, from its second differences [mV].

    Examples
    --------
    >>> noise_level([-65, -65, -65, -65])
    0.0
    """
    samples = np.asarray(voltage, dtype=np.float64)
    if samples.size < 3:
        return 0.0
    return float(1.4826 * np.median(np.abs(np.diff(samples, 2))) / np.sqrt(6))


def turning_points(voltage: ArrayLike, swing: float) -> NDArray[np.intp]:
    """Where a voltage turns: maxima and minima in turn, with at least `swing` between one and the next.

    The last is one that the voltage has left by `swing` again. The first sample is never one.

    Parameters
    ----------
    voltage : shape (n,) [mV]
        The samples.
    swing : float [mV]
        The smallest change that counts.

    Returns
    -------
    shape (k,)
        Indices of the samples.

    Examples
    --------
    >>> turning_points([0, 2, 0, -2, 0, 1, 0.5], swing=1)
    array([1, 3])
    """
    v = np.asarray(voltage, dtype=np.float64)
    if v.size < 3:
        return np.zeros(0, dtype=np.intp)
    direction = np.sign(np.diff(v))
    moving = np.flatnonzero(direction)
    local = moving[1:][direction[moving[1:]] != direction[moving[:-1]]]
    candidates = np.concatenate([[0], local, [v.size - 1]]).astype(np.intp)
    found: list[int] = []
    high = low = 0
    rising = 0
    for k in candidates.tolist():
        if v[k] > v[high]:
            high = k
        if v[k] < v[low]:
            low = k
        if rising >= 0 and v[k] <= v[high] - swing:
            found.append(high)
            rising, low = -1, k
        elif rising <= 0 and v[k] >= v[low] + swing:
            found.append(low)
            rising, high = 1, k
    return np.array([k for k in found if k > 0], dtype=np.intp)
