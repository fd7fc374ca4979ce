"""Ornstein-Uhlenbeck noise, the same path for every scheme and step."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from izhi.errors import BadValue
from izhi.stimulus.currents import Current
from izhi.stimulus.terms import Floats, Term, checked, pieces

MOST_POINTS = 100_000_000


@dataclass(frozen=True, eq=False)
class OrnsteinUhlenbeck(Current):
    """A current that wanders around `mean` with standard deviation `std` and correlation time `tau`.

    dI = (mean - I) dt / tau + std sqrt(2 / tau) dW, drawn exactly at each multiple of `interval` and held in between,
    so that the path depends on the seed alone and not on the step of the scheme that looks at it. It starts stationary.

    Parameters
    ----------
    std, mean : float, or shape (cells,)
        [the model's current]
    tau : float
        Correlation time [ms].
    seed : int or sequence of int
        One seed, or one for each cell of an ensemble.
    interval : float
        How often the path changes [ms].
    duration : float or None
        How long the path lasts [ms]; None for as long as the run.

    References
    ----------
    Gillespie 1996, Phys. Rev. E 54:2084, eqs. 1.9: the exact update.
    """

    kind: ClassVar[str] = "noise"
    std: Any
    tau: float
    mean: Any = 0.0
    seed: Any = 0
    interval: float = 0.05
    duration: float | None = None

    def __post_init__(self) -> None:
        self._check(["interval", "tau"], ["std", "mean"])
        if not 0 < self.tau < math.inf:
            raise BadValue("OrnsteinUhlenbeck.tau", self.tau, "more than 0 ms would do")
        if not 0 < self.interval < math.inf:
            raise BadValue("OrnsteinUhlenbeck.interval", self.interval, "more than 0 ms would do")
        if np.any(np.asarray(self.std) < 0):
            raise BadValue("OrnsteinUhlenbeck.std", self.std, "0 or more would do")
        sizes = {np.size(x) for x in (self.seed, self.std, self.mean) if np.ndim(x)}
        if len(sizes) > 1:
            raise BadValue("OrnsteinUhlenbeck", sorted(sizes), "seeds, std and mean for as many cells each would do")
        if self.duration is not None:
            self._check(["duration"])
            if self.duration <= 0:
                raise BadValue("OrnsteinUhlenbeck.duration", self.duration, "more than 0 ms would do")
        seeds = checked(
            self.seed, "OrnsteinUhlenbeck.seed", "a whole number from 0 to 2^53, or one for each cell, would do"
        )
        if (seeds < 0).any() or (seeds != np.floor(seeds)).any() or (seeds > 2**53).any():
            raise BadValue(
                "OrnsteinUhlenbeck.seed", self.seed, "a whole number from 0 to 2^53, or one for each cell, would do"
            )

    def terms(self) -> tuple[Term, ...]:
        raise BadValue("OrnsteinUhlenbeck", self.duration, "a path needs the run's duration")

    def terms_until(self, duration: float) -> tuple[Term, ...]:
        """The path over a run of `duration` ms."""
        length = duration if self.duration is None else min(self.duration, duration)
        seeds = np.atleast_1d(np.asarray(self.seed, dtype=np.int64))
        points = length / self.interval
        if points * seeds.size > MOST_POINTS:
            raise BadValue(
                "OrnsteinUhlenbeck.interval", self.interval, "a longer interval would do: the path has too many points"
            )
        n = math.ceil(points) + 1
        decay = math.exp(-self.interval / self.tau)
        paths = np.stack([unit_path(int(seed), n, decay) for seed in seeds], axis=1)
        value = self.mean + self.std * paths
        knot = self.interval * np.arange(n)
        if self.duration is not None and self.duration <= duration:
            kept = knot < self.duration
            knot, value = np.append(knot[kept], self.duration), np.append(value[kept], 0 * value[:1], axis=0)
        alike = not any(np.ndim(x) for x in (self.seed, self.std, self.mean))
        return (pieces(knot, value[:, 0] if alike else value),)


@lru_cache(maxsize=64)
def unit_path(seed: int, n: int, decay: float) -> Floats:
    """The first n points of the stationary process of mean 0 and variance 1; each keeps `decay` of the one before."""
    from scipy.signal import lfilter  # here because it is slow to import and few need it

    draws = np.random.Generator(np.random.Philox(key=seed)).standard_normal(n)
    draws[1:] *= math.sqrt(1.0 - decay * decay)
    return np.asarray(lfilter([1.0], [1.0, -decay], draws))
