"""What a search has computed, on disk: an interrupted fit looks it up instead of computing it again."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import FileProblem
from izhi.fitting.problem import Problem
from izhi.fitting.search import Effort
from izhi.recording import write_whole

# How often it is written [s].
EVERY = 5.0


class Journal:
    """The losses of all generations of all starts.

    Parameters
    ----------
    path : str or Path, optional
        Nothing is kept without one.
    problem, seed, effort
        What it is a journal of; one of another fit is not read.

    Attributes
    ----------
    known : dict of str to list of arrays
        What an earlier run has computed.
    """

    def __init__(self, path: str | Path | None, problem: Problem, seed: int, effort: Effort):
        self.path = None if path is None else Path(path)
        self.digest = _digest(problem, seed, effort)
        self.known = self._read()
        self.found = {key: list(losses) for key, losses in self.known.items()}
        self.written = time.monotonic()

    def keep(self, key: str, losses: list[NDArray[np.float64]]) -> None:
        """Remember the losses of a start, and write them down from time to time."""
        self.found[key] = list(losses)
        if self.path is not None and time.monotonic() - self.written > EVERY:
            self.close()

    def close(self) -> None:
        """Write all down."""
        if self.path is not None:
            arrays: dict[str, Any] = {f"start {key}": np.array(losses) for key, losses in self.found.items()}
            write_whole(self.path, lambda file: np.savez(file, digest=np.array(self.digest), **arrays))
        self.written = time.monotonic()

    def _read(self) -> dict[str, list[NDArray[np.float64]]]:
        if self.path is None or not self.path.exists():
            return {}
        try:
            with np.load(self.path, allow_pickle=False) as file:
                if str(file["digest"]) != self.digest:
                    return {}
                return {k.removeprefix("start "): list(file[k]) for k in file.files if k != "digest"}
        except (OSError, ValueError, KeyError, EOFError) as problem:
            raise FileProblem(self.path, "no journal of a fit; without it the fit begins anew") from problem


def _digest(problem: Problem, seed: int, effort: Effort) -> str:
    """Of all that the losses depend on."""
    total = hashlib.sha256(f"{problem.space.model.name} {problem.space.free} {problem.space.fixed}".encode())
    total.update(f"{sorted(problem.weights.items())} {problem.scheme.name} {seed} {effort}".encode())
    for target in problem.targets:
        trial = target.trial
        for array in (
            trial.change_step, trial.change_current, trial.look_step, trial.look_voltage, trial.look_weight,
            target.spikes, np.array([target.onset, target.offset, target.top, target.sure]),
        ):  # fmt: skip
            total.update(np.ascontiguousarray(array).tobytes())
    return total.hexdigest()
