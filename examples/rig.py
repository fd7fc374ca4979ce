"""A rig without a cell in it: currents to inject, and what a conductance-based cell answers to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.signal import lfilter

from izhi.analysis import coincidence_factor, intrinsic_reliability, normalised_coincidence
from izhi.fitting.fit import Fit, fit
from izhi.fitting.score import SweepScore
from izhi.sweeps import Sweep, Sweeps

Floats = NDArray[np.float64]
# Samples, and how long each value of a noise is held [ms]; noise of the measurement [mV].
DT, HOLD, MEASUREMENT = 0.1, 0.2, 0.2
# Rest before and after each stimulus [ms].
BEFORE, AFTER = 150.0, 150.0
# Seeds of the noise that is predicted, and of one that may be fitted; how often each of the former is injected.
TESTED, TRAINED, REPEATS = (1, 2, 3), 4, 3
# Windows in which spikes coincide [ms].
WINDOWS = (2.0, 4.0)


@dataclass(frozen=True)
class Membrane:
    """A cell of one compartment.

    Attributes
    ----------
    name : str
    derivative : callable
        Of the state, shape (variables, cells), under a current [pA]: its change per ms. The voltage [mV] comes first.
    guess : tuple of float
        A state from which it comes to rest.
    """

    name: str
    derivative: Callable[[Floats, Floats], Floats]
    guess: tuple[float, ...]

    @cached_property
    def rest(self) -> Floats:
        """Its state after 5 s without current: shape (variables,)."""
        return self._advanced(np.array(self.guess)[:, None], np.zeros(1), 5000.0)[:, 0, -1]

    def voltages(self, currents: Floats) -> Floats:
        """What it answers from rest to currents that are held from each sample to the next: shape of these [mV]."""
        found, n = np.empty(currents.shape), currents.shape[1]
        change = [0, *(1 + np.flatnonzero((np.diff(currents) != 0).any(axis=0))), n]
        state = np.repeat(self.rest[:, None], len(currents), axis=1)
        for first, end in pairwise(change):
            path = self._advanced(state, currents[:, first], DT * (end - first), end - first)
            found[:, first:end], state = path[0, :, :-1], path[:, :, -1]
        return found

    def _advanced(self, state: Floats, current: Floats, duration: float, samples: int = 1) -> Floats:
        """Its path under a constant current: shape (variables, cells, samples + 1)."""
        when = np.linspace(0.0, duration, samples + 1)
        method = "LSODA" if duration > 1.0 else "RK45"
        path = solve_ivp(
            lambda _, y: self.derivative(y.reshape(state.shape), current).ravel(), (0.0, duration), state.ravel(),
            method=method, t_eval=when, first_step=min(DT, duration), rtol=1e-6, atol=1e-8,
        )  # fmt: skip
        return path.y.reshape(*state.shape, -1)


def ornstein_uhlenbeck(n: int, tau: float, random: np.random.Generator) -> Floats:
    """A path of mean 0 and variance 1, correlated over tau [ms]: shape (n,)."""
    every, keep = round(HOLD / DT), np.exp(-HOLD / tau)
    path = lfilter([np.sqrt(1 - keep * keep)], [1, -keep], random.standard_normal(-(-n // every)))
    return np.repeat(path, every)[:n]


def steps(amplitudes: Sequence[float], duration: float = 600.0) -> Floats:
    """Steps of current [pA]: shape (amplitudes, samples)."""
    pulse = np.concatenate([np.full(round(t / DT), x) for t, x in ((BEFORE, 0.0), (duration, 1.0), (AFTER, 0.0))])
    return np.multiply.outer(np.asarray(amplitudes, dtype=float), pulse)


def frozen_noise(mean: float, std: float, tau: float, seeds: Sequence[int], duration: float = 2000.0) -> Floats:
    """Noise that is the same whenever its seed is [pA]: shape (seeds, samples)."""
    n = round(duration / DT)
    paths = [mean + std * ornstein_uhlenbeck(n, tau, np.random.default_rng(seed)) for seed in seeds]
    return np.pad(paths, ((0, 0), (round(BEFORE / DT), round(AFTER / DT))))


def record(cell: Membrane, currents: Floats, protocol: str, background: float, seed: int) -> list[Sweep]:
    """Inject currents into a cell, beside a background of its own that nobody knows, and measure its voltage.

    `background` [pA] is the standard deviation of that current, which is correlated over 3 ms.
    """
    random = np.random.default_rng(seed)
    unknown = np.array([background * ornstein_uhlenbeck(currents.shape[1], 3.0, random) for _ in currents])
    voltages = cell.voltages(currents + unknown)
    voltages += MEASUREMENT * random.standard_normal(voltages.shape)
    pairs = enumerate(zip(voltages, currents, strict=True))
    return [Sweep(DT, v, i, name=f"{protocol} {k}", protocol=protocol) for k, (v, i) in pairs]


@dataclass(frozen=True)
class Recorded:
    """What was recorded of a cell.

    Attributes
    ----------
    name : str
        Of the cell.
    steps : list of Sweep
    noise : Sweep
        One that may be fitted.
    repeats : list of lists of Sweep
        To be predicted: for each path of noise, its repeats.
    """

    name: str
    steps: list[Sweep]
    noise: Sweep
    repeats: list[list[Sweep]]

    def training(self) -> list[tuple[list[Sweep], str]]:
        """What may be fitted, and what it is."""
        return [(self.steps, "steps"), ([*self.steps, self.noise], "steps and one sweep of noise")]


def record_all(
    cell: Membrane, amplitudes: Sequence[float], noise: tuple[float, float, float], background: float
) -> Recorded:
    """Steps [pA], and noise of a mean, standard deviation [pA] and correlation time [ms]; see `record`."""
    paths = frozen_noise(*noise, (TRAINED, *TESTED * REPEATS))
    trained, *tested = record(cell, paths, "noise", background, seed=2)
    repeats = [tested[k :: len(TESTED)] for k in range(len(TESTED))]
    return Recorded(cell.name, record(cell, steps(amplitudes), "steps", background, seed=1), trained, repeats)


def fitted(recorded: Recorded, training: Sequence[Sweep], **options: Any) -> Fit:
    """The fit to some sweeps, with the first repeat of each path of noise held out."""
    held_out = [len(training) + k for k in range(len(recorded.repeats))]
    every = Sweeps((*training, *(same[0] for same in recorded.repeats)), recorded.name)
    return fit(every, hold_out=held_out, **options)


def tell(found: Fit, recorded: Recorded) -> float:
    """Print how well each sweep that was held out is predicted.

    Returns
    -------
    float
        The mean over them of Gamma in units of what repeats have with each other, with the first window.
    """
    print(
        f"{found.model.name}, loss {found.loss:.2f}: " + ", ".join(f"{s} {v:.4g}" for s, v in found.parameters.items())
    )
    print("  sweep     window   spikes recorded, predicted   Gamma   of repeats   normalised")
    normalised = []
    for score, same in zip(found.held_out.sweeps, recorded.repeats, strict=True):
        trains, mine = [sweep.spike_times() for sweep in same], score.predicted_spikes
        for window in WINDOWS:
            gamma = coincidence_factor(trains[0], mine, score.duration, window)
            own = intrinsic_reliability(trains, score.duration, window)
            ratio = normalised_coincidence(trains, mine, score.duration, window)
            normalised += [ratio] * (window == WINDOWS[0])
            counts = f"{trains[0].size:12} {mine.size:10}"
            print(f"  {score.name:10}{window:3g} ms{counts}{gamma:19.2f}{own:13.2f}{ratio:13.2f}")
    return float(np.mean(normalised))


def draw(score: SweepScore, title: str, path: str | Path) -> None:
    """A sweep and its prediction, over the current, as a picture in a file."""
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(10, 5), sharex=True, height_ratios=(3, 1), layout="constrained"
    )  # fmt: skip
    time = score.dt * np.arange(score.recorded.size)
    above.plot(time, score.recorded, color="0.55", lw=1.2, label="target")
    above.plot(time, score.predicted, color="tab:red", lw=0.8, label="prediction")
    top = 1.25 * max(score.recorded.max(), 1.0)
    for times, color, height in ((score.spikes, "0.55", top + 8), (score.predicted_spikes, "tab:red", top)):
        above.plot(times, np.full(times.size, height), "|", color=color, ms=7)
    above.set(ylabel="membrane voltage (mV)", title=title)
    above.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
    below.plot(time, score.current, color="0.2", lw=0.7)
    below.set(xlabel="time (ms)", ylabel="current (pA)", xlim=(0, score.duration))
    figure.savefig(path, dpi=120)
    plt.close(figure)
