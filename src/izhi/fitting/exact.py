"""Candidates by the true solution of their equations: few, for the last word on a fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.fitting import measures
from izhi.fitting.problem import TERMS, Problem, measure, perform
from izhi.fitting.space import SCALE
from izhi.fitting.target import Target
from izhi.simulation import simulate
from izhi.stimulus import Steps

# How far a spike time may be from the true one [ms].
TOLERANCE = 1e-5


@dataclass(frozen=True, eq=False)
class Answer:
    """What candidates do in one trial.

    Attributes
    ----------
    spikes : tuple of arrays, one for each candidate [ms]
    peaks : tuple of arrays of the same shapes [mV]
        How high each spike was.
    voltage : shape (candidates, looks) [mV]
        Where the target's voltage is compared; NaN after a candidate left the range of numbers.
    """

    spikes: tuple[NDArray[np.float64], ...]
    peaks: tuple[NDArray[np.float64], ...]
    voltage: NDArray[np.float64]


def answers(problem: Problem, x: NDArray[np.float64]) -> list[Answer]:
    """What candidates do in each trial.

    Parameters
    ----------
    problem : Problem
        The box and the targets.
    x : shape (n, free)
        Where in the box.
    """
    table = problem.space.table(x)
    found: list[Answer | None] = [None] * len(problem.targets)
    n = table.shape[1]

    def task(s: int) -> None:
        found[s] = _answer(problem, problem.targets[s], table)

    order = sorted(range(len(found)), key=lambda s: -problem.targets[s].offset)
    perform(task, order, min(problem.threads, max(1, n)))
    return [each for each in found if each is not None]


def _answer(problem: Problem, target: Target, table: NDArray[np.float64]) -> Answer:
    model, trial = problem.space.model, target.trial
    state = problem.space.state(table)
    cell = Cell(
        model, dict(zip(model.symbols, table, strict=False)),
        initial=dict(zip([q.symbol for q in model.state], state, strict=True)),
    )  # fmt: skip
    current = trial.change_current[None, :]
    scaled = SCALE in problem.space.symbols and model.current != "pA"
    current = current / table[-1][:, None] if scaled else current[0]
    dt = trial.look_every * trial.dt
    duration = np.ceil(target.offset / dt) * dt
    stimulus = Steps(trial.change_step * trial.dt, current)
    recording = simulate(cell, stimulus, duration, dt=dt, tolerance=TOLERANCE, threads=1)
    spikes = tuple(np.asarray(t)[np.asarray(t) < target.offset] for t in recording.spike_times)
    peaks = tuple(  # u changes little between the sample before a spike and the spike
        np.asarray(model.peak(u[(t / dt).astype(np.int64)], model.Parameters(*p))) + np.zeros(t.size)
        for t, u, p in zip(spikes, np.atleast_2d(recording.recovery), table[: len(model.symbols)].T, strict=True)
    )
    return Answer(spikes, peaks, np.atleast_2d(recording.voltage)[:, trial.look_step // trial.look_every])


def terms(problem: Problem, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """As `Problem.terms`, by the true solution: shape (terms, targets, n)."""
    judge = problem.engine.plain(measures.judge)
    found = np.empty((len(TERMS), len(problem.targets), np.atleast_2d(x).shape[0]))
    for s, (target, answer) in enumerate(zip(problem.targets, answers(problem, x), strict=True)):
        trial = target.trial
        count = np.array([t.size for t in answer.spikes])
        steps = np.zeros((count.size, max(trial.spikes, int(count.max(initial=1)))))
        for row, times in zip(steps, answer.spikes, strict=True):
            row[: times.size] = times / trial.dt
        part = np.zeros((len(TERMS), count.size))
        measure(steps, count, 0, target, judge, problem.distances, part)
        off = np.minimum((answer.voltage - trial.look_voltage) ** 2, trial.most)
        part[-1] = np.sqrt((trial.look_weight * off).sum(axis=1))
        found[:, s] = part
    return found


def loss(problem: Problem, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """As `Problem.loss`, by the true solution: shape (n,)."""
    return problem.costs(terms(problem, x)).sum(axis=0).mean(axis=0)
