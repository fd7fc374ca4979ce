"""Runs a network: workers that each run one compiled function for a whole stretch of steps."""

from __future__ import annotations

import threading
import time
from collections import namedtuple
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.engine.arrays import Net, State
from izhi.engine.layout import WIDTH
from izhi.engine.plan import Plan

Log = namedtuple(
    "Log",
    "share cell until source scale begin short_begin short_end recent recent_count row arrived normal outside broken "
    "gate samples first_sample",
)
# Spikes looked up together, and the most steps of a stretch.
ROOM = 8192
LONGEST = 1 << 14
# How long a stretch should take, so that a run can be interrupted and show how far it is [s].
STRETCH = 0.25


@dataclass(eq=False)
class Stretch:
    """What a stretch of steps gave.

    Attributes
    ----------
    first, last : int
        The steps k with first <= k < last were taken.
    place : shape (n,)
        Of the cells that spiked, in order.
    until : shape (steps,)
        How many spikes there were by the end of each step.
    samples : shape (state + 1, traced, samples)
        States and currents of the traced cells.
    first_sample : int
    """

    first: int
    last: int
    place: NDArray[np.int32]
    until: NDArray[np.int64]
    samples: NDArray
    first_sample: int

    def before(self, last: int, every: int) -> Stretch:
        """What it gave before a step."""
        until = self.until[: last - self.first]
        n = int(until[-1]) if until.size else 0
        samples = self.samples[:, :, : last // every + 1 - self.first_sample]
        return Stretch(self.first, last, self.place[:n], until, samples, self.first_sample)


@dataclass(eq=False)
class Team:
    """The workers of a network and their arrays."""

    plan: Plan
    net: Net
    state: State
    engine: ModuleType
    step: int = 0
    begun: bool = False
    broken: bool = False
    compiled: bool = False
    shares: NDArray[np.int64] = field(init=False)
    pace: int = 16

    def __post_init__(self) -> None:
        threads = self.plan.threads if self.engine.parallel else 1
        members = max(1, min(threads, self.plan.blocks))
        self.shares = np.array([self.plan.blocks * m // members for m in range(members + 1)], dtype=np.int64)
        self.work, self.find, self.check = (
            self.engine.network(name, self.plan.assembly, self.plan.precision) for name in ("work", "detect", "sound")
        )
        self.scratch: dict[str, Any] = {}

    @property
    def members(self) -> int:
        return self.shares.size - 1

    @property
    def longest(self) -> int:
        """The most steps of a stretch: fewer, if many cells are traced."""
        return max(64, LONGEST // max(1, self.net.traced_cell.size))

    def detect(self) -> None:
        """Make the list of spikes of the present step from the states, at the beginning and after a change of theirs.

        A scheme that looks for spikes at a step's end has made it by then; only sources are looked at.
        """
        if self.step == 0 or self.plan.at_start:
            self.find(self.net, self.state, self.step, not self.begun)
        self.begun = True

    def compile(self) -> None:
        """Have the kernel compiled, if it is not, so that a clock started then measures the run alone."""
        if not self.compiled:
            self.work(0, self.net, self.state, self._log(np.zeros((1, 0))), self.step, self.step)
            self.compiled = True

    def run(self, steps: int, outside: NDArray) -> Stretch:
        """At most that many steps under these injected currents, shape (steps, columns)."""
        steps = min(steps, self.longest)
        log = self._log(outside)
        first, start = self.step, time.perf_counter()
        ends = self._all(log, first, first + steps)
        self.step = ends
        taken = ends - first
        spent = time.perf_counter() - start
        self.pace = int(
            np.clip(taken * STRETCH / max(spent, 1e-6), max(self.pace // 2, 1), min(self.pace * 4, LONGEST))
        )
        self.broken = bool(log.broken.any())
        until = log.until[0, 1 : taken + 1].copy()
        n = int(until[-1]) if taken else 0
        first_sample = first // self.net.every + 1
        count = ends // self.net.every + 1 - first_sample
        return Stretch(first, ends, log.cell[:n].copy(), until, log.samples[:, :, :count].copy(), first_sample)

    def unsound(self) -> int:
        """The place of a cell whose state is no number, or -1."""
        return int(self.check(self.state, self.net))

    def _all(self, log: Log, k0: int, k1: int) -> int:
        ends = [k0] * self.members

        def share(worker: int) -> None:
            ends[worker] = self.work(worker, self.net, self.state, log, k0, k1)

        others = [threading.Thread(target=share, args=(w,), daemon=True) for w in range(1, self.members)]
        for other in others:
            other.start()
        share(0)
        for other in others:
            other.join()
        return int(ends[0])

    def _log(self, outside: NDArray) -> Log:
        """Room for what a stretch leaves behind; kept from one to the next."""
        net, precision, members = self.net, self.plan.precision, self.members
        if not self.scratch:
            blocks = self.plan.blocks
            shorts = net.capacity if self.plan.assembly.plastic else 0
            past = (net.rule.shape[0], self.state.fired.shape[0])
            self.scratch = {
                "cell": np.empty(2 * net.capacity + (1 << 16), dtype=np.int32),
                "until": np.zeros((members, self.longest + 1), dtype=np.int64),
                "source": np.empty((members, net.capacity), dtype=np.int32),
                "scale": np.empty((members, ROOM), dtype=precision),
                "begin": np.empty((members, blocks + 1, ROOM), dtype=np.int64),
                "short_begin": np.empty((members, shorts), dtype=np.uint64),
                "short_end": np.empty((members, shorts), dtype=np.uint64),
                "recent": np.zeros((members, *past, shorts), dtype=np.int32),
                "recent_count": np.zeros((members, *past), dtype=np.int64),
                "row": np.empty((members, WIDTH), dtype=precision),
                "arrived": np.empty((members, WIDTH), dtype=precision),
                "normal": np.empty((members, 2, WIDTH), dtype=np.float32),
                "samples": np.empty(
                    (self.state.X.shape[1] + 1, net.traced_cell.size, self.longest + 1), dtype=precision
                ),
            }
        return Log(
            share=self.shares,
            outside=np.ascontiguousarray(outside, dtype=precision),
            broken=np.zeros((2, members), dtype=np.int64),
            gate=np.zeros(16, dtype=np.int64),
            first_sample=np.array([self.step // net.every + 1], dtype=np.int64),
            **self.scratch,
        )
