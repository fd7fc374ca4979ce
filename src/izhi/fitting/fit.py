"""A fit: from sweeps to a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.equations import Model
from izhi.equations import model as named
from izhi.fitting import bounds as box
from izhi.fitting import exact
from izhi.fitting.clues import Clues, clues
from izhi.fitting.front import Front, front
from izhi.fitting.journal import Journal
from izhi.fitting.problem import WEIGHTS, Problem
from izhi.fitting.refine import EXPECTED, errors_of, polish, refine, softened
from izhi.fitting.score import Score, score
from izhi.fitting.search import BRIEF, Effort, Report, Trail, Way, around, first_round, forced_round, second_round
from izhi.fitting.space import Space
from izhi.fitting.spread import Spread, spread, spread_around
from izhi.fitting.target import split, targets
from izhi.simulation import checked_threads
from izhi.sweeps import Sweeps

# The step of the search [ms].
DT = 0.1
# What a round in which spikes are forced says nothing of.
UNSEEN = ("vpeak", "peak_slope", "reset_slope", "umax")
# If the loss of a candidate is below this, the model can be that of the cell, and squares have a minimum worth finding;
# below the second, steps of least squares may lead there.
CLOSE, PERHAPS = 0.5, 1.5
# With targets that last longer than this together, less is tried [s].
LONG = 15.0
# How many starts of the first free round begin near the ends of the forced one.
GIVEN = 8
# How many ends of the search are refined.
REFINED = 2
# Those that are so many times further off than the best are not.
FURTHER = 4.0
# How often the best is refined at most, each time with the errors that the last left; those that differ by less are the
# same.
ROUNDS, SAME = 3, 0.01


@dataclass(frozen=True, eq=False)
class Fit:
    """What came out of a fit.

    Attributes
    ----------
    space : Space
        The model, and where its parameters were sought.
    parameters : dict of str to float
        All of them, in the units of the model.
    loss : float
        By the true solution; see `izhi.fitting.problem`.
    clues : Clues
        What the recording itself says of the cell.
    uncertainty : Spread
        Of the free parameters, and what the data leave open.
    training, held_out : Score
        How well the cell does what the sweeps do that it was fitted to, and those that it has not seen; `held_out` is
        None if there are none.
    trails : tuple of Trail
        The ends of the search, the best first.
    seed : int
    source : str
    front : Front or None
        What spikes and voltage cost each other, if it was asked for.
    """

    space: Space
    parameters: dict[str, float]
    loss: float
    clues: Clues
    uncertainty: Spread
    training: Score
    held_out: Score | None
    trails: tuple[Trail, ...]
    seed: int
    source: str
    front: Front | None = None

    @property
    def model(self) -> Model:
        return self.space.model

    @cached_property
    def cell(self) -> Cell:
        """The cell that was found; currents into a model without a capacitance are to be divided by `C`."""
        values = {s: self.parameters[s] for s in self.model.symbols}
        return Cell(self.model, values, name=f"fit of {self.source}" if self.source else "fit")


def fit(
    sweeps: Sweeps,
    *,
    model: str = "izhikevich2007",
    hold_out: str | Sequence[int] | None = None,
    free: Sequence[str] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    fixed: Mapping[str, float] | None = None,
    weights: Mapping[str, float] | None = None,
    seed: int = 0,
    effort: Effort | None = None,
    pareto: bool = False,
    threads: int | None = None,
    executor: Executor | None = None,
    journal: str | None = None,
    report: Report | None = None,
) -> Fit:
    """Find the parameters with which a model does what a recorded cell does.

    First candidates are made to spike when the cell does, so that voltages and spike times change smoothly with the
    parameters; then they run freely, thousands at a time, and CMA-ES improves the best; last, the true solution of the
    best is compared with the data, by least squares where it comes close.

    Parameters
    ----------
    sweeps : Sweeps
        As `izhi.sweeps.read_sweeps` gives them.
    model : str
        Any of `izhi.MODELS`. To a model without a capacitance, currents in pA are divided by a further parameter C.
    hold_out : str or sequence of int, optional
        Sweeps that are not fitted but predicted: "odd", "even", or numbers and slices; see `Sweeps.select`.
    free, bounds, fixed
        Parameters to be found, between which bounds, and which are known; see `izhi.fitting.bounds.space`.
    weights : mapping of str to float, optional
        What the terms of the loss count: count, latency, timing, coincidence, voltage.
    seed : int
        The same seed gives the same answer, on any number of threads and processes.
    effort : Effort, optional
        How much is tried; by default less where the recording is long.
    pareto : bool
        Whether to search for the Pareto front of spikes and voltage as well.
    threads : int, optional
        By default as many as there are cores.
    executor : concurrent.futures.Executor, optional
        Where starts are run, for more machines than one.
    journal : str, optional
        A file in which all that was computed is kept; a fit that was interrupted goes on from there.
    report : callable, optional
        Called after each generation with the start, the generation, its best loss and candidate.

    Returns
    -------
    Fit

    Raises
    ------
    BadValue, UnknownName
        If the data cannot be of a cell, or something asked for cannot be.

    Examples
    --------
    >>> from izhi.sweeps import read_sweeps
    >>> found = fit(read_sweeps("cell.abf"), hold_out="odd")  # doctest: +SKIP
    >>> found.parameters["C"], found.held_out.gamma  # doctest: +SKIP
    """
    fitted, kept = split(sweeps, hold_out)
    seen = clues(fitted)
    space = box.space(named(model), seen, free, bounds, fixed)
    problem = Problem(space, targets(fitted, DT, seen), dict(weights or WEIGHTS), threads=checked_threads(threads))
    effort = effort or (BRIEF if problem.seconds > LONG else Effort())
    notes = Journal(journal, problem, seed, effort)
    way = Way(seed, effort, notes.known, report, notes.keep, executor)
    trails = _searched(problem, way)
    notes.close()
    x, uncertainty = _best(problem, trails, seed)
    return Fit(
        space=space,
        parameters=space.values(x),
        loss=float(exact.loss(problem, x[None])[0]),
        clues=seen,
        uncertainty=uncertainty,
        training=score(space, x, fitted, problem.threads),
        held_out=score(space, x, kept, problem.threads) if kept else None,
        trails=tuple(trails),
        seed=seed,
        source=sweeps.source,
        front=front(problem, x, seed) if pareto else None,
    )


def _searched(problem: Problem, way: Way) -> list[Trail]:
    """The three rounds."""
    forced = forced_round(replace(problem, forced=True), way)
    given = around(problem, way.seed, forced, UNSEEN, min(GIVEN, way.effort.starts // 2))
    return second_round(problem, way, first_round(problem, way, given))


def _best(problem: Problem, trails: Sequence[Trail], seed: int) -> tuple[NDArray[np.float64], Spread]:
    """The best candidate by the true solution, after least squares where the model comes close, and how sure it is."""
    ends = np.array([trail.x for trail in trails])
    loss = exact.loss(problem, ends)
    refined = ends
    if loss.min() < PERHAPS:
        far = softened(problem, ends)
        nearest = [k for k in far.argsort(kind="stable")[:REFINED] if far[k] <= FURTHER * far.min()]
        refined = np.array([refine(problem, ends[k]) for k in nearest])
    if exact.loss(problem, refined).min() > CLOSE:
        best = trails[int(loss.argmin())]
        valley = np.eye(best.x.size) if best.valley is None else best.valley
        return best.x, spread_around(problem, best.x, valley, seed)
    x = refined[softened(problem, refined).argmin()]
    before, errors = EXPECTED, errors_of(problem, x)
    for _ in range(ROUNDS):  # how large errors are is seen only where they are small
        if np.allclose(before, errors, rtol=SAME):
            break
        x = refine(problem, x, errors)
        before, errors = errors, errors_of(problem, x)
    x = polish(problem, x, errors, seed)
    return x, spread(problem, x, errors_of(problem, x), seed)
