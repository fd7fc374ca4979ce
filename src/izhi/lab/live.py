"""A network that runs in a thread of its own, in real time if it can, and what a screen needs of it."""

from __future__ import annotations

import queue
import struct
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from izhi import GaussianNoise, Network, Projection, Pulse, Simulation, Uniform
from izhi.analysis import power_spectrum
from izhi.errors import BadValue, IzhiError, UnknownName
from izhi.networks import cortex2003

# Rows and columns of the raster that a client may get at once, and how much of the past the rates keep [ms].
ROWS, COLUMNS, PAST = 500, 1000, 4000
# A stretch of the run that a change of the settings waits for [s of wall time], and the longest and shortest [ms].
STRETCH, LONGEST, SHORTEST = 0.01, 10, 1
# The standard deviations of the published noise in E and I, and the largest network.
NOISE = {"E": 5.0, "I": 2.0}
MOST = 100_000
# Above so many cells a network takes both cores, and only one of them runs at a time.
LARGE = 10_000

_FRAME = struct.Struct("<4I4f")
_SPECTRUM = struct.Struct("<2I")
FRAME, SPECTRUM = 1, 2


@dataclass(frozen=True)
class Settings:
    """What a client can choose.

    Attributes
    ----------
    cells, indegree : int
        Of the network of 2003 at another size.
    excitation, inhibition, noise : float
        Factors of the published weights and of the standard deviation of the noise.
    delay : float [ms]
        The mean; delays are uniform from 1 ms to twice that less 1.
    speed : float
        Model time over wall time, at most.
    seed : int
    """

    cells: int = 1000
    indegree: int = 1000
    excitation: float = 1.0
    inhibition: float = 1.0
    noise: float = 1.0
    delay: float = 1.0
    speed: float = 1.0
    seed: int = 0

    # Lowest and highest of each.
    BOUNDS: ClassVar[dict[str, tuple[float, float]]] = {
        "cells": (10, MOST), "indegree": (1, 1000), "excitation": (0.0, 3.0), "inhibition": (0.0, 3.0),
        "noise": (0.0, 3.0), "delay": (1.0, 20.0), "speed": (0.01, 10.0), "seed": (0, 2**31 - 1),
    }  # fmt: skip

    def changed(self, table: Mapping[str, Any]) -> Settings:
        """The same with some of them replaced.

        Raises
        ------
        UnknownName, BadValue
            If there is no such setting, or it cannot be that.
        """
        values: dict[str, Any] = {}
        for name, value in table.items():
            if name not in self.BOUNDS:
                raise UnknownName("network", name, self.BOUNDS)
            low, high = self.BOUNDS[name]
            whole = isinstance(low, int)
            if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
                raise BadValue(f"network.{name}", value, f"a {'whole ' if whole else ''}number would do")
            if not low <= value <= high:
                raise BadValue(f"network.{name}", value, f"{low:g} to {high:g} would do")
            values[name] = value
        return replace(self, **values)

    @property
    def structure(self) -> tuple[Any, ...]:
        """What cannot change without building the network anew."""
        return self.cells, self.indegree, self.delay, self.seed

    def network(self) -> Network:
        """The network with its published weights and noise."""
        made = cortex2003(self.cells, indegree=min(self.indegree, self.cells), seed=self.seed)
        if self.delay == 1.0:
            return made
        delay = Uniform(1.0, 2 * self.delay - 1)
        slower = [
            Projection(p.source, p.target, p.rule, p.weight, delay=delay, name=p.name, autapses=p.autapses)
            for p in made.projections
        ]
        return Network(made.populations, slower, seed=self.seed)


assert {f.name for f in fields(Settings)} == set(Settings.BOUNDS)


class Strip:
    """What happened since the last frame: spikes by row and ms, and rates; the oldest is dropped if no one asks."""

    def __init__(self, cells: int, excitatory: int):
        self.rows, self.cells, self.excitatory = min(ROWS, cells), cells, excitatory
        self.first, self.dropped = 0, 0
        self.counts: deque[NDArray[np.uint8]] = deque(maxlen=COLUMNS)
        self.rates: deque[tuple[int, int]] = deque(maxlen=PAST)
        self.fresh = 0

    def add(self, first: int, length: int, step: NDArray, cell: NDArray) -> None:
        """The spikes of `length` ms from ms `first` on."""
        row = cell.astype(np.int64) * self.rows // self.cells
        column = step.astype(np.int64) - first
        grid = np.bincount(column * self.rows + row, minlength=length * self.rows)[: length * self.rows]
        raster = np.minimum(grid, 255).astype(np.uint8).reshape(length, self.rows)
        excitatory = np.bincount(column[cell < self.excitatory], minlength=length)
        total = np.bincount(column, minlength=length)
        for k in range(length):
            self.dropped += len(self.counts) == COLUMNS
            self.counts.append(raster[k])
            self.rates.append((int(excitatory[k]), int(total[k] - excitatory[k])))
        self.fresh = min(self.fresh + length, len(self.counts))
        self.first = first + length - len(self.counts)

    def frame(self, pace: float) -> bytes:
        """All columns since the last frame, which are then gone."""
        n = len(self.counts)
        recent = np.array(self.rates, dtype=np.int64).reshape(-1, 2)
        second = recent[-1000:]
        e, i = (second.mean(axis=0) * 1000 if second.size else np.zeros(2)) / np.maximum(
            [self.excitatory, self.cells - self.excitatory], 1
        )
        head = _FRAME.pack(FRAME, self.first, n, self.rows, pace, e, i, self.dropped)
        counts = np.minimum(recent[recent.shape[0] - n :], 65535).astype("<u2")
        raster = np.array(self.counts, dtype=np.uint8)
        self.counts.clear()
        self.dropped, self.fresh = 0, 0
        self.first += n
        return head + counts.T.tobytes() + raster.tobytes()

    def spectrum(self) -> bytes | None:
        """The power spectrum of the population's rate over the last seconds, if there are two."""
        if len(self.rates) < 2000:
            return None
        signal = np.array(self.rates, dtype=float).sum(axis=1) / self.cells * 1000
        found = power_spectrum(signal, 1.0)
        keep = found.frequency <= 100
        both = np.stack([found.frequency[keep], found.power[keep]]).astype("<f4")
        return _SPECTRUM.pack(SPECTRUM, both.shape[1]) + both.tobytes()


class LiveNetwork:
    """A network in a thread. Its methods only leave word; `take` and `news` never wait."""

    def __init__(self, settings: Settings, *, threads: int | None = None):
        self.settings = settings
        self._threads = threads
        self._commands: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._news: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._strip: Strip | None = None
        self._pace = 0.0
        self._thread = threading.Thread(target=self._live, daemon=True, name="live network")
        self._thread.start()

    def change(self, table: Mapping[str, Any]) -> None:
        """Other settings, which are checked at once and take effect soon."""
        self.settings = self.settings.changed(table)
        self._commands.put(("settings", self.settings))

    def stimulate(self, first: float, last: float, current: float, duration: float) -> None:
        """Inject a current for some ms into the cells between two shares of all, counted from the first."""
        for name, value, low, high in (
            ("first", first, 0.0, 1.0), ("last", last, 0.0, 1.0), ("current", current, -100.0, 100.0),
            ("duration", duration, 1.0, 1000.0),
        ):  # fmt: skip
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise BadValue(f"stimulate.{name}", value, f"{low:g} to {high:g} would do")
        self._commands.put(("stimulate", (min(first, last), max(first, last), current, round(duration))))

    def pause(self, paused: bool) -> None:
        """Hold it, or let it go on."""
        self._commands.put(("pause", paused))

    def stop(self) -> None:
        """End it soon."""
        self._commands.put(("stop", None))

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._thread.is_alive()

    def take(self) -> bytes | None:
        """The frame of what happened since the last one, or None if nothing did."""
        with self._lock:
            return self._strip.frame(self._pace) if self._strip is not None and self._strip.counts else None

    def spectrum(self) -> bytes | None:
        with self._lock:
            return self._strip.spectrum() if self._strip is not None else None

    def news(self) -> dict[str, Any] | None:
        """What there is to tell in words, one at a time."""
        try:
            return self._news.get_nowait()
        except queue.Empty:
            return None

    # In the thread.

    def _live(self) -> None:
        settings: Settings | None = self.settings
        while settings is not None:
            try:
                settings = self._run(settings)
            except (IzhiError, MemoryError) as problem:
                self._news.put({"status": "failed", "reason": str(problem) or "not enough memory"})
                settings = self._wait()

    def _wait(self) -> Settings | None:
        """For other settings, or the end."""
        while True:
            name, value = self._commands.get()
            if name == "settings":
                return value
            if name == "stop":
                return None

    def _run(self, settings: Settings) -> Settings | None:
        """Build a network and run it until it must be built anew; returns the settings then, or None at the end."""
        self._news.put({"status": "building", "cells": settings.cells})
        threads = self._threads or (None if settings.cells > LARGE else 1)
        sim = Simulation(settings.network(), precision="single", threads=threads, runaway=500.0)
        run = _Run(sim, Settings(cells=settings.cells))
        run.adopt(settings)
        sim.advance(1)  # a kernel is compiled at its first step
        sim.forget()
        with self._lock:
            self._strip = Strip(settings.cells, sim.network.populations[0].count)
        self._news.put({"status": "running", "cells": settings.cells, "synapses": sim.synapses, "memory": sim.memory})
        paused = False
        while True:
            while paused or not self._commands.empty():
                name, value = self._commands.get()
                if name == "stop":
                    return None
                if name == "pause":
                    paused = value
                elif name == "stimulate":
                    run.stimulate(*value)
                elif value.structure != settings.structure:
                    return value
                else:
                    settings = value
                    run.adopt(settings)
            problem = self._stretch(run)
            if problem is not None:
                self._news.put({"status": "failed", "reason": problem})
                return self._wait()

    def _stretch(self, run: _Run) -> str | None:
        """Advance a little, and wait where it is ahead of the clock; returns why it cannot go on."""
        first, begun = round(run.sim.time), time.perf_counter()
        part = run.sim.advance(run.length, progress=False)
        run.sim.forget()
        spent = time.perf_counter() - begun
        with self._lock:
            assert self._strip is not None
            self._strip.add(first, round(run.sim.time) - first, part.spike_time, part.spike_cell)
            self._pace += 0.1 * (spent / (run.length / 1000) - self._pace)
        ahead = run.length / 1000 / run.settings.speed - spent
        run.length = int(np.clip(run.length * STRETCH / max(spent, 1e-4), SHORTEST, LONGEST))
        if ahead > 0:
            time.sleep(ahead)
        return part.failures[0]["reason"] if part.failures else None


class _Run:
    """A simulation, and what was changed in it so far."""

    def __init__(self, sim: Simulation, settings: Settings):
        self.sim, self.settings, self.length = sim, settings, SHORTEST

    def adopt(self, settings: Settings) -> None:
        """Change what can be changed while it runs."""
        for population, deviation in NOISE.items():
            self.sim.set_drive(population, 0, GaussianNoise(deviation * settings.noise))
        for projection, new, old in (
            ("E->E+I", settings.excitation, self.settings.excitation),
            ("I->E+I", settings.inhibition, self.settings.inhibition),
        ):
            # A factor of nothing could not be taken back.
            new, old = max(new, 1e-6), max(old, 1e-6)
            if new != old:
                self.sim.scale_weights(projection, new / old)
        self.settings = settings

    def stimulate(self, first: float, last: float, current: float, duration: int) -> None:
        """A current into the cells between two shares of all."""
        begin, base = self.sim.time, 0
        total = sum(p.count for p in self.sim.network.populations)
        for population in self.sim.network.populations:
            low = max(round(first * total) - base, 0)
            high = min(round(last * total) - base, population.count)
            base += population.count
            if low < high:
                self.sim.clear_stimuli(population.name)
                pulse = Pulse(current, begin, begin + duration)
                self.sim.stimulate(population.name, pulse, np.arange(low, high))
