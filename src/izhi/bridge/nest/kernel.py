"""NEST's kernel for one run: imported without its banner, reset before and after, with our clock on top of its own."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import MissingExtra

# Steps that NEST has taken when our time 0 comes: a current acts two steps after its generator changed, a spike one
# step after it was sent, and both must reach the first step.
LEAD = 2
# NEST's clock counts thousandths of a ms; times are given to it without what floats add to them.
DIGITS = 3


def imported() -> Any:
    """The package `nest`, imported without its banner and without a look at our command line.

    Raises
    ------
    MissingExtra
        If it is not installed.
    """
    if "nest" in sys.modules:
        return sys.modules["nest"]
    # NEST loads its own libraries for all to see; those that are imported after it need not.
    flags = sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None
    arguments, sys.argv = sys.argv, sys.argv[:1]
    # Threads that wait for each other busily are many times slower where they share their cores with anything else.
    wanted = {"PYNEST_QUIET": "1", "OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "passive")}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        return importlib.import_module("nest")
    except ModuleNotFoundError:
        raise MissingExtra("engine 'nest'", "nest-simulator", "nest") from None
    finally:
        sys.argv = arguments
        for name, value in before.items():
            os.environ.pop(name)
            os.environ.update({} if value is None else {name: value})
        if flags is not None:
            sys.setdlopenflags(flags)


@contextmanager
def kernel(dt: float, threads: int) -> Iterator[Any]:
    """NEST with nothing in it, for one run; whatever was in it before is gone, and so is this run after it."""
    nest = imported()
    nest.ResetKernel()
    before = nest.verbosity
    nest.verbosity = nest.VerbosityLevel.ERROR
    try:
        nest.resolution = dt
        nest.local_num_threads = threads
        yield nest
    finally:
        nest.ResetKernel()
        nest.verbosity = before


class Circuit:
    """Cells in NEST and what reaches them, by steps of our own clock.

    Parameters
    ----------
    nest : module
    dt : float [ms]
    consistent : bool
        NEST's `consistent_integration`.
    """

    def __init__(self, nest: Any, dt: float, consistent: bool):
        self.nest, self.dt, self.consistent = nest, dt, consistent
        self.nodes: list[tuple[Any, dict[str, Any]]] = []
        self.recorder = nest.Create("spike_recorder")
        self.meter: Any = None
        self.taken = 0

    def times(self, steps: Any) -> NDArray[np.float64]:
        """Steps of our clock as times of NEST's [ms]."""
        return np.round((np.asarray(steps, dtype=np.float64) + LEAD) * self.dt, DIGITS)

    def cells(self, parameters: dict[str, NDArray[np.float64]], state: NDArray[np.float64]) -> Any:
        """Cells with parameters a, b, c, d and vpeak, each of shape (n,), that start at `state`, shape (2, n)."""
        own = {symbol: parameters[symbol].tolist() for symbol in "abcd"}
        # Until time 0 nothing may spike.
        quiet = {"V_th": 1e300, "V_m": -70.0, "U_m": 0.0, "consistent_integration": self.consistent}
        nodes = self.nest.Create("izhikevich", state.shape[1], params=own | quiet)
        start = {"V_m": state[0].tolist(), "U_m": state[1].tolist(), "V_th": parameters["vpeak"].tolist()}
        self.nodes.append((nodes, start))
        self.nest.Connect(nodes, self.recorder, syn_spec={"delay": self.dt})
        return nodes

    def feed(self, nodes: Any, columns: int, as_spikes: bool) -> Feed:
        """Input of cells, one for all of them or `columns` of them, one for each.

        A current reaches the cells as such or, `as_spikes`, in the buffer to which spikes of other cells add as well:
        only then is their sum rounded as one, as in the engine.
        """
        generators = self.nest.Create("spike_generator" if as_spikes else "step_current_generator", columns)
        rule = "all_to_all" if columns == 1 else "one_to_one"
        self.nest.Connect(generators, nodes, rule, syn_spec={"delay": self.dt, "weight": 1.0})
        return Feed(self, generators, as_spikes)

    def sources(self, count: int) -> Sources:
        """Cells that spike when they are told to."""
        return Sources(self, self.nest.Create("spike_generator", count))

    def connect(
        self, source: NDArray[np.int64], target: NDArray[np.int64], weight: NDArray[np.float64], delay: NDArray
    ) -> None:
        """Static synapses between nodes of these numbers; `weight` as the arriving spike adds it, `delay` in ms."""
        if source.size:
            spec = {"weight": weight, "delay": np.round(delay, DIGITS)}
            self.nest.Connect(source, target, "one_to_one", syn_spec=spec)

    def trace(self, nodes: Any) -> None:
        """Record the states of these cells."""
        own = {"record_from": ["V_m", "U_m"], "interval": self.dt, "start": round(LEAD * self.dt, DIGITS)}
        self.meter = self.nest.Create("multimeter", params=own)
        self.nest.Connect(self.meter, nodes, syn_spec={"delay": self.dt})

    def run(self, steps: int) -> None:
        """Take steps of NEST's clock; the states are set when ours begins."""
        before = max(0, min(steps, LEAD - self.taken))
        if before:
            self._take(before)
            if self.taken == LEAD:
                for nodes, start in self.nodes:
                    nodes.set(start)
        if steps > before:
            self._take(steps - before)

    def _take(self, steps: int) -> None:
        # Simulated from a stated point to a stated point, so that no sum of dt drifts off the grid.
        self.nest.Run(round(steps * self.dt, DIGITS))
        self.taken += steps

    def spikes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The steps at whose beginning cells had spiked, and the cells' node numbers, in order."""
        events = self.recorder.get("events")
        step = np.rint(np.asarray(events["times"]) / self.dt).astype(np.int64) - LEAD
        node = np.asarray(events["senders"], dtype=np.int64)
        order = np.lexsort((node, step))
        return step[order], node[order]

    def samples(self, nodes: Any, start: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
        """States of the traced cells at steps 0 to `steps`, shape (2, cells, steps + 1); at 0 as they were set."""
        found = np.empty((2, len(nodes), steps + 1))
        found[:, :, 0] = start
        events = self.meter.get("events")
        step = np.rint(np.asarray(events["times"]) / self.dt).astype(np.int64) - LEAD
        row = np.searchsorted(np.asarray(nodes.tolist()), np.asarray(events["senders"]))
        kept = (step > 0) & (step <= steps)
        for into, name in zip(found, ("V_m", "U_m"), strict=True):
            into[row[kept], step[kept]] = np.asarray(events[name])[kept]
        return found


class Sources:
    """Generators of spikes, told when to spike a stretch at a time."""

    def __init__(self, circuit: Circuit, nodes: Any):
        self.circuit, self.nodes = circuit, nodes
        self.steps = [np.zeros(0, dtype=np.int64) for _ in range(len(nodes))]

    def give(self, steps: Sequence[NDArray[np.int64]]) -> None:
        """The steps at whose beginning each spikes next."""
        # A generator forgets what it was told before, and some of that may still be to come.
        both = [np.concatenate(each) for each in zip(self.steps, steps, strict=True)]
        self.steps = [each[each + LEAD > self.circuit.taken] for each in both]
        self.nodes.set([{"spike_times": self.circuit.times(each).tolist()} for each in self.steps])


class Feed:
    """Generators of currents, told a stretch at a time."""

    def __init__(self, circuit: Circuit, generators: Any, as_spikes: bool):
        self.circuit, self.generators, self.as_spikes = circuit, generators, as_spikes
        self.before = np.zeros((0, len(generators)))

    def give(self, first: int, table: NDArray[np.float64]) -> None:
        """The currents from step `first` on: shape (steps, columns). It must not have come in NEST's time."""
        # Of what it was told before, a generator forgets what is still to come: the spikes of the last step.
        whole = np.concatenate([self.before, table])
        self.generators.set([self._one(first - self.before.shape[0], column) for column in whole.T])
        self.before = table[-1:] if self.as_spikes else self.before

    def _one(self, first: int, column: NDArray[np.float64]) -> dict[str, list[float]]:
        if self.as_spikes:
            (at,) = np.nonzero(column)
            # As a jump of v, a current for one step is dt times as much.
            weight = column[at] * self.circuit.dt if self.circuit.consistent else column[at]
            return {"spike_times": self.circuit.times(first + at).tolist(), "spike_weights": weight.tolist()}
        (at,) = np.nonzero(np.concatenate([[True], np.diff(column) != 0]))
        # A step earlier, since it takes one to come into force.
        times = self.circuit.times(first + at - 1)
        return {"amplitude_times": times.tolist(), "amplitude_values": column[at].tolist()}
