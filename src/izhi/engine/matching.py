"""Many candidates under one current, each compared with one recorded voltage: what a search runs by the thousand."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from izhi.engine.grid import aligned
from izhi.equations.model import Model
from izhi.schemes.scheme import GridScheme

# Cells advanced together; see `izhi.engine.run`.
TOGETHER = 512
# A peak that no cell comes to [mV].
OUT_OF_REACH = 1e9


@dataclass(frozen=True, eq=False)
class Trial:
    """A current, and a voltage to compare with.

    Attributes
    ----------
    dt : float [ms]
    steps : int
    change_step : shape (n,), int
        The steps from which on the current is another; the first is 0.
    change_current : shape (n,), in the unit of the model
    look_step : shape (m,), int
        The steps at whose start voltages are compared.
    look_voltage : shape (m,) [mV]
    look_weight : shape (m,)
    look_every : int
        Of which steps they all are multiples.
    most : float [mV^2]
        What a squared difference counts at most.
    spikes : int
        Room for the spikes of each cell; more are counted only.
    """

    dt: float
    steps: int
    change_step: NDArray[np.int64]
    change_current: NDArray[np.float64]
    look_step: NDArray[np.int64]
    look_voltage: NDArray[np.float64]
    look_weight: NDArray[np.float64]
    look_every: int
    most: float
    spikes: int


@dataclass(frozen=True, eq=False)
class Forced:
    """When candidates are made to spike.

    Attributes
    ----------
    step : shape (n,), int
    top : float [mV]
        Where a candidate waits that would spike before.
    sure : float [mV]
        From where on a spike follows without delay.
    slope : float [steps/mV]
        How much later one would spike that is by so much lower, at a guess.
    latest : float [ms]
        What a spike counts at most.
    """

    step: NDArray[np.int64]
    top: float
    sure: float
    slope: float
    latest: float


@dataclass(frozen=True, eq=False)
class Match:
    """What came out.

    Attributes
    ----------
    spikes : shape (cells, room)
        The steps in which each cell spiked, as many as there are and fit.
    count : shape (cells,), int
    error : shape (cells,) [mV^2]
        The weighted sum of squared differences; infinite for a cell that left the range of numbers.
    """

    spikes: NDArray[np.float64]
    count: NDArray[np.int64]
    error: NDArray[np.float64]


def match(
    model: Model,
    scheme: GridScheme,
    parameters: NDArray[np.float64],
    state: NDArray[np.float64],
    trial: Trial,
    engine: ModuleType,
    scale: NDArray[np.float64] | None = None,
    precision: np.dtype = np.dtype(np.float32),
) -> Match:
    """Advance candidates through a trial.

    Parameters
    ----------
    model, scheme
        What is advanced, and how; the scheme takes the same step for all.
    parameters : shape (parameters, cells)
        One column for each candidate, in the order of the model's symbols.
    state : shape (state, cells)
        Where they start.
    trial : Trial
        The current and the voltage.
    engine : module
        Of `izhi.engine`.
    scale : shape (cells,), optional
        What the current of each is multiplied by; nothing, by default.
    precision : numpy dtype
        Of the arithmetic.
    """
    kernel = engine.grid("match_cells", model, scheme, precision)
    n = parameters.shape[1]
    spikes, count = np.empty((n, trial.spikes)), np.zeros(n, dtype=np.int64)
    error = np.zeros(n, dtype=precision)
    with np.errstate(all="ignore"):
        kernel(
            *_given(model, scheme, parameters, state, trial, trial.look_weight, scale, precision), spikes, count, error
        )
    return Match(spikes, count, error.astype(np.float64))


def force(
    model: Model,
    scheme: GridScheme,
    parameters: NDArray[np.float64],
    state: NDArray[np.float64],
    trial: Trial,
    forced: Forced,
    engine: ModuleType,
    scale: NDArray[np.float64] | None = None,
    precision: np.dtype = np.dtype(np.float32),
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Advance candidates through a trial, each made to spike when the target does.

    Returns
    -------
    error : shape (cells,) [mV^2]
        The mean of squared differences, each look counting alike.
    late : shape (cells,) [ms]
        The sum of how early or late their own spikes would have been.
    """
    kernel = engine.grid("force_cells", model, scheme, precision)
    n = parameters.shape[1]
    free = parameters.copy()
    free[model.symbols.index("vpeak")] = OUT_OF_REACH
    error, held, late = (np.zeros(n, dtype=precision) for _ in range(3))
    alike = np.full(trial.look_step.size, 1 / max(trial.look_step.size, 1))
    latest = precision.type(forced.latest / trial.dt)
    top, sure, slope = (precision.type(x) for x in (forced.top, forced.sure, forced.slope))
    with np.errstate(all="ignore"):
        kernel(
            *_given(model, scheme, free, state, trial, alike, scale, precision), error, forced.step,
            aligned(parameters, precision), aligned(state, precision), top, sure, slope, latest, held, late,
        )  # fmt: skip
    return error.astype(np.float64), late.astype(np.float64) * trial.dt


def _given(
    model: Model, scheme: GridScheme, parameters: NDArray[np.float64], state: NDArray[np.float64], trial: Trial,
    weight: NDArray[np.float64], scale: NDArray[np.float64] | None, precision: np.dtype,
) -> tuple:  # fmt: skip
    """What both kernels are given, in their order, up to the row of currents."""
    n = parameters.shape[1]
    if scheme.scaled_rate:
        parameters = parameters.copy()
        parameters[model.symbols.index(model.rate)] *= trial.dt
    memory = np.repeat(np.array(scheme.memory)[:, None], n, axis=1)
    return (
        trial.steps, aligned(state, precision), aligned(memory, precision), aligned(np.zeros((5, 0)), precision),
        aligned(parameters, precision), aligned(np.zeros((1, 5, 0)), precision),
        np.array(scheme.numbers(trial.dt), dtype=precision)[:, None], trial.change_step,
        trial.change_current.astype(precision), aligned(np.ones(n) if scale is None else scale, precision),
        trial.look_step, trial.look_voltage.astype(precision), weight.astype(precision), precision.type(trial.most),
        aligned(np.zeros(n), np.dtype(np.int32)), np.zeros(n, dtype=np.bool_),
        aligned(np.zeros((1, 1, n)), precision),
    )  # fmt: skip
