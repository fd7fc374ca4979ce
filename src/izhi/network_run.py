"""`Simulation`: a network that is built once and advanced as often as wanted."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.checkpoint import opened, read_checkpoint, write_checkpoint
from izhi.digest import digest
from izhi.engine.arrays import State, make_net, make_state
from izhi.engine.controls import Controls, Weights
from izhi.engine.injection import Injection, outside
from izhi.engine.recorder import WeightWatch, chosen, early_sources, recorded
from izhi.engine.recorder import traced as traced
from izhi.engine.team import Stretch, Team
from izhi.engine.watchdog import Watchdog
from izhi.errors import BadValue, FileProblem
from izhi.network import Background, Network
from izhi.network_plan import at_least, planned, whole_steps
from izhi.network_recording import NetworkRecording, joined
from izhi.progress import Progress
from izhi.simulation import versions
from izhi.stimulus import Stimulus

# A mean rate over 100 ms above which a network has run away [Hz].
RUNAWAY = 500.0


class Simulation:
    """A network, built once and advanced as often as wanted.

    The result is the same, to the last bit, for any number of threads, any splitting of the time, and after a
    resumption from a checkpoint.

    Parameters
    ----------
    network : Network
    scheme : str
        How the cells are advanced: any scheme with equal steps whose spikes lie on them; by default the one of the
        networks of 2003, 2006 and 2007.
    dt : float, optional
        The step [ms]; by default that of the scheme.
    precision : {"double", "single"}
        Of states, weights and currents. "single" takes half the memory and is twice as fast.
    threads : int, optional
        By default as many as there are cores.
    engine : {"cpu", "reference"}
    weights : {"exact", "packed"}
        "packed" rounds weights to a 32,767th of the largest that acts in the same way: a synapse then takes 4 bytes.
    record : mapping, optional
        Population to the cells whose v, u and current are to be recorded: their numbers, or how many from the first.
    every : int
        Record every n-th sample.
    out : path, optional
        A folder into which spikes and traces are streamed; they are then not kept in memory.
    checkpoint_every : float, optional
        Write a checkpoint every so many seconds, into the folder `out`; every 60 s by default, if there is one.
    runaway : float
        A mean rate [Hz] over 100 ms at which the run is ended and the failure recorded; infinity never ends it.

    Raises
    ------
    BadValue, UnknownName
        If something asked for cannot be, or the network does not fit into memory.

    Examples
    --------
    >>> import izhi
    >>> cells = izhi.Population("E", 100, "2003/RS", drive=izhi.GaussianNoise(5.0))
    >>> net = izhi.Network([cells], [izhi.Projection("E", "E", izhi.FixedIndegree(10), weight=0.5)], seed=1)
    >>> sim = izhi.Simulation(net)
    >>> part = sim.advance(200)
    >>> sim.time
    200.0
    """

    def __init__(
        self,
        network: Network,
        *,
        scheme: str = "published-2003",
        dt: float | None = None,
        precision: str = "double",
        threads: int | None = None,
        engine: str = "cpu",
        weights: str = "exact",
        record: Mapping[str, Any] | None = None,
        every: int = 1,
        out: str | os.PathLike[str] | None = None,
        checkpoint_every: float | None = None,
        runaway: float = RUNAWAY,
    ):
        self.network = network
        self._plan = planned(network, scheme, dt, precision, threads, engine, weights)
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            raise BadValue("every", every, "a whole number from 1 would do")
        at_least(0.0, runaway, "runaway")
        if checkpoint_every is not None:
            at_least(0.0, checkpoint_every, "checkpoint_every")
        cells = traced(network, record or {})
        with np.errstate(over="ignore"):
            net, learned = make_net(self._plan, every, self._plan.place_of(cells))
            state = make_state(self._plan, learned)
        self._trace_cells = cells
        self._team = Team(self._plan, net, state, self._plan.engine)
        self._injections: list[Injection] = []
        for k, population in enumerate(network.populations):
            if population.stimulus is not None and population.count:
                self._inject(k, population.stimulus, None)
        self._parts: list[NetworkRecording] = []
        self._watches: list[WeightWatch] = []
        self._failures: list[dict[str, Any]] = []
        self._watchdog = Watchdog(self._plan.driven, self.dt, runaway)
        self._controls = Controls(self._team)
        self._stream = opened(out) if out is not None else None
        self._interval = 60.0 if checkpoint_every is None and out is not None else checkpoint_every
        if self._interval is not None and self._stream is None:
            raise BadValue("checkpoint_every", checkpoint_every, "with a folder, `out`, for the checkpoints")
        self._last_checkpoint = time.monotonic()
        self._team.detect()

    # What it is.

    @property
    def dt(self) -> float:
        """The step [ms]."""
        return self._plan.dt

    @property
    def time(self) -> float:
        """How far it is [ms]."""
        return self._team.step * self.dt

    @property
    def memory(self) -> int:
        """About how many bytes the network takes; see `memory_needed` to know before it is built."""
        return self._plan.memory

    @property
    def synapses(self) -> int:
        """How many there are."""
        return self._team.net.index.size + self._team.net.learn_index.size

    @property
    def recording(self) -> NetworkRecording:
        """All that was recorded so far; of a streamed run, what the folder holds."""
        if self._stream is not None and not self._stream.foreign:
            self._flush()
            return NetworkRecording.load(self._stream.folder) if self._stream.written else self._recording([], 0, 0)
        return joined(self._parts) if self._parts else self._recording([], 0, 0)

    def forget(self) -> None:
        """Drop what was recorded so far, as before a long run of which only the end matters."""
        self._parts = []

    # Advancing.

    def advance(self, duration: float, *, progress: bool | None = None) -> NetworkRecording:
        """Go on for `duration` ms, and return what was recorded meanwhile.

        A run that cannot go on, since numbers left their range or the network ran away, ends early: the recording
        says so in `failures`, and so does every further call.

        Parameters
        ----------
        duration : float
            [ms] A multiple of dt.
        progress : bool, optional
            Whether to show a bar with the real-time factor; by default on a terminal, for runs of more than 2 s.

        Raises
        ------
        BadValue
            If the duration is none.
        FileProblem
            If results or a checkpoint cannot be written. What was recorded since is kept, and written next time.
        """
        steps = whole_steps(duration, self.dt)
        if self._stream is not None:
            self._stream.check()
        first = self._team.step
        made: list[NetworkRecording] = []
        self._team.compile()
        with Progress(steps * self.dt, progress) as bar, np.errstate(all="ignore"):
            while self._team.step < first + steps and not self._failures:
                made.append(self._stretch(first + steps - self._team.step))
                bar.show((self._team.step - first) * self.dt)
                self._save_now_and_then()
        if not made:
            return self._recording([], first, first)
        return joined(made)

    def _stretch(self, most: int) -> NetworkRecording:
        first = self._team.step
        steps = min(most, self._team.pace, self._until_watch())
        self._team.net, table, steps = outside(self._injections, self._team.net, first, steps, self.dt)
        early = early_sources(self._team) if first == 0 else []
        stretch = self._team.run(steps, table)
        verdict = self._watchdog.verdict(self._team, stretch)
        if verdict is not None:
            self._team.step, reason = verdict
            stretch = stretch.before(self._team.step, self._team.net.every)
            self._failures.append({"time": self.time, "reason": reason})
        recording = self._recording([*early, stretch], first, self._team.step)
        self._parts.append(recording)
        return recording

    def _until_watch(self) -> int:
        """How many steps there are until weights are to be recorded."""
        return min((w.every - self._team.step % w.every for w in self._watches), default=1 << 40)

    def _recording(self, stretches: Sequence[Stretch], first: int, last: int) -> NetworkRecording:
        taken = {w.projection: w.take(self._controls, last, self.dt) for w in self._watches}
        weights = {name: found for name, found in taken.items() if found is not None}
        return recorded(self._team, stretches, first, last, self._trace_cells, weights, self._provenance())

    def _provenance(self) -> dict[str, Any]:
        return {
            "scheme": self._plan.scheme.name,
            "dt": self.dt,
            "precision": self._plan.precision.name,
            "weights": "packed" if self._plan.packed else "exact",
            "seed": int(self.network.seed),
            "synapses": int(self.synapses),
            "engine": self._team.engine.name,
            "failures": list(self._failures),
            "versions": versions(),
        }

    def record_weights(self, projection: str, every: float) -> None:
        """Record the weights of a projection now and every so many ms; the recording has them as `weights`."""
        self._controls.projection(projection)
        steps = whole_steps(every, self.dt)
        if steps < 1:
            raise BadValue("record_weights", every, f"at least {self.dt:g} ms would do")
        watch = WeightWatch(projection, steps)
        watch.times.append(self.time)
        watch.values.append(self.weights(projection).weight)
        self._watches.append(watch)

    # Looking at it and changing it.

    def weights(self, projection: str) -> Weights:
        """The synapses of a projection as they are now."""
        return self._controls.weights(projection)

    def set_weights(self, projection: str, weight: Any) -> None:
        """Replace the weights of a projection: one for all, or an array in the order of `weights`."""
        self._controls.set_weights(projection, weight)

    def scale_weights(self, projection: str, factor: float) -> None:
        """Multiply the weights of a projection by a factor: fast, also where there are 10^8."""
        self._controls.scale_weights(projection, factor)

    def state(self, population: str) -> dict[str, NDArray]:
        """The state of a population's cells as it is now: v, u, and w where there is one."""
        return self._controls.state(population)

    def set_state(self, population: str, **values: Any) -> None:
        """Replace states of a population's cells, such as `v=-65` or an array."""
        self._controls.set_state(population, **values)

    def conductances(self, population: str) -> dict[str, NDArray]:
        """The conductances of a population's cells as they are now, by receptor; none if no synapse opens any."""
        return self._controls.conductances(population)

    def set_spikes(self, population: str, times: Any) -> None:
        """Replace the spikes of a `SpikeSource` that are still to come, later than now, by some of these times."""
        self._controls.set_spikes(population, times)

    def parameters(self, population: str) -> dict[str, NDArray[np.float64]]:
        """The parameters of a population's cells."""
        return self._controls.parameters(population)

    def set_parameters(self, population: str, **values: Any) -> None:
        """Replace parameters of a population's cells, such as `d=2` or an array."""
        self._controls.set_parameters(population, **values)

    def set_drive(self, population: str | None, number: int, drive: Background) -> None:
        """Replace a background of a population (None: of the network), the first being 0, by another of its kind."""
        self._controls.set_drive(population, number, drive)

    def stimulate(self, population: str, stimulus: Stimulus, cells: Any = None) -> None:
        """Inject a current into a population, or into some of its cells, from now on as the stimulus says.

        The times of the stimulus are those of the simulation.
        """
        k = [p.name for p in self.network.populations].index(self._controls.cells(population) and population)
        if not isinstance(stimulus, Stimulus):
            raise BadValue("stimulate", stimulus, "a stimulus, such as Step(70), would do")
        self._inject(k, stimulus, cells)

    def clear_stimuli(self, population: str) -> None:
        """Take away all injected currents of a population, those of its description too."""
        k = [p.name for p in self.network.populations].index(self.network.population(population).name)
        self._injections = [i for i in self._injections if i.population != k]

    def reward(self, amount: float, projection: str | None = None) -> None:
        """Release dopamine: at the synapses of one projection, or of all that learn by it."""
        self._controls.reward(amount, projection)

    @property
    def dopamine(self) -> dict[str, float]:
        """By projection, the dopamine above its tonic level."""
        return self._controls.dopamine

    # Checkpoints.

    def checkpoint(self, path: str | os.PathLike[str]) -> None:
        """Write all that is needed to go on from here, whole or not at all.

        Raises
        ------
        FileProblem
            If it cannot be written; an older checkpoint of that name is then still there.
        """
        about = {
            "step": self._team.step, "network": self._digest(), "failures": self._failures,
            "written": self._stream.written if self._stream else 0, "spikes": self._watchdog.spikes,
            "watches": [(w.projection, w.every) for w in self._watches],
        }  # fmt: skip
        arrays = {f"state:{name}": value for name, value in self._team.state._asdict().items() if name != "words"}
        arrays |= self._controls.changes()
        if self._stream is None and self._parts:
            arrays |= {f"recording:{k}": x for k, x in joined(self._parts).to_numpy().items()}
        write_checkpoint(path, about, arrays)

    def resume(self, path: str | os.PathLike[str]) -> None:
        """Go back, or on, to a checkpoint of the same network.

        Raises
        ------
        FileProblem
            If it cannot be read or is of another network.
        """
        about, arrays = read_checkpoint(path)
        if about["network"] != self._digest():
            raise FileProblem(path, "is a checkpoint of another network, scheme, step, precision, or other stimuli")
        values = {name: arrays[f"state:{name}"] for name in State._fields if name != "words"}
        values["dopamine"] = np.repeat(values["dopamine"][:1], self._plan.blocks, axis=0)
        self._team.state = State(**values, words=values["flags"].view(np.uint64))
        self._team.step, self._team.begun = int(about["step"]), True
        self._failures = list(about["failures"])
        self._watchdog.spikes = int(about["spikes"])
        self._watches = [WeightWatch(name, every) for name, every in about["watches"]]
        self._controls.restore(arrays)
        recorded = {k.partition(":")[2]: x for k, x in arrays.items() if k.startswith("recording:")}
        self._parts = [NetworkRecording.of(recorded)] if recorded else []
        if self._stream is not None:
            self._stream.go_back(int(about["written"]))

    def _digest(self) -> str:
        """Of all that the future depends on beside the state."""
        plan = self._plan
        about = (plan.scheme.name, plan.dt, plan.precision.name, plan.blocks, plan.packed, self._trace_cells)
        return digest((about, self.network, [(i.population, i.cells, i.stimulus) for i in self._injections]))

    # Streaming.

    def _save_now_and_then(self) -> None:
        if self._interval is not None and time.monotonic() - self._last_checkpoint >= self._interval:
            self.save()

    def save(self) -> None:
        """Write what was recorded since into the folder `out`, and a checkpoint beside it."""
        if self._stream is None:
            raise BadValue("save", None, "a simulation with a folder, `out`, would do")
        self._flush()
        self.checkpoint(self._stream.checkpoint)
        self._last_checkpoint = time.monotonic()

    def _flush(self) -> None:
        if self._stream is not None and self._parts:
            self._stream.write(self._parts)
            self._parts = []

    # Checks.

    def _inject(self, population: int, stimulus: Stimulus, cells: Any) -> None:
        count = self.network.populations[population].count
        picked = None if cells is None else chosen(cells, count, "stimulate: cells")
        injection = Injection(population, count, picked, stimulus)
        injection.until(self.time + 1.0)
        self._injections.append(injection)


def simulate_network(network: Network, duration: float, **options: Any) -> NetworkRecording:
    """Build a network, advance it, and return all that was recorded."""
    progress = options.pop("progress", None)
    simulation = Simulation(network, **options)
    simulation.advance(duration, progress=progress)
    return simulation.recording


__all__ = ["Simulation", "Weights", "simulate_network"]
