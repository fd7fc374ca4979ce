"""`Simulation`: a network that is built once and advanced as often as wanted."""

from __future__ import annotations

import importlib
import os
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.checkpoint import Stream, read_checkpoint, write_checkpoint
from izhi.digest import digest
from izhi.engine.arrays import State, cell_table, make_net, make_state
from izhi.engine.injection import Injection, outside
from izhi.engine.layout import WIDTH
from izhi.engine.locate import Located, locate
from izhi.engine.numbers import drive_value, thresholds
from izhi.engine.plan import Plan
from izhi.engine.team import Stretch, Team
from izhi.engine.watchdog import Watchdog
from izhi.errors import BadValue, FileProblem, UnknownName
from izhi.network import Background, Network, PoissonDrive, Projection
from izhi.network_recording import NetworkRecording, Part, joined
from izhi.progress import Progress
from izhi.schemes import GridScheme, NeuronScheme, scheme
from izhi.simulation import LONGEST, checked_precision, checked_step, checked_threads, versions
from izhi.stimulus import Stimulus

# A mean rate over 100 ms above which a network has run away [Hz].
RUNAWAY = 500.0


class Weights(NamedTuple):
    """The synapses of a projection, in the order of their sources.

    `source` and `target` are numbers of cells counted through all populations, `delay` is in ms.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    weight: NDArray
    delay: NDArray[np.float64]


@dataclass(eq=False)
class _Watch:
    """Weights to record every so often."""

    projection: str
    every: int
    times: list[float] = field(default_factory=list)
    values: list[NDArray] = field(default_factory=list)


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
        record: Mapping[str, Any] | None = None,
        every: int = 1,
        out: str | os.PathLike[str] | None = None,
        checkpoint_every: float | None = None,
        runaway: float = RUNAWAY,
    ):
        if not isinstance(network, Network):
            raise BadValue("Simulation: network", network, "a Network would do")
        method = _scheme(scheme)
        self.network = network
        self._engine = _engine(engine)
        step, kind = checked_step(method, method.dt if dt is None else dt), checked_precision(precision, method)
        self._plan = Plan(network, method, step, kind, self._engine, checked_threads(threads))
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            raise BadValue("every", every, "a whole number from 1 would do")
        self._check_memory()
        traced = self._traced(record or {})
        with np.errstate(over="ignore"):
            net, weights = make_net(self._plan, every, self._places(traced))
            state = make_state(self._plan, weights)
        self._trace_cells = traced
        self._team = Team(self._plan, net, state, self._engine)
        self._injections: list[Injection] = []
        for k, population in enumerate(network.populations):
            if population.stimulus is not None and population.count:
                self._inject(k, population.stimulus, None)
        self._parts: list[NetworkRecording] = []
        self._watches: list[_Watch] = []
        self._failures: list[dict[str, Any]] = []
        cells = sum(p.count for p, c in zip(network.populations, self._plan.cells, strict=True) if c is not None)
        self._watchdog = Watchdog(cells, self.dt, runaway)
        self._changed_weights = False
        self._changed: dict[int, dict[str, Any]] = {}
        self._stream = Stream(Path(out)) if out is not None else None
        self._interval = 60.0 if checkpoint_every is None and out is not None else checkpoint_every
        if self._interval is not None and self._stream is None:
            raise BadValue("checkpoint_every", checkpoint_every, "with a folder, `out`, for the checkpoints")
        self._last_checkpoint = time.monotonic()
        if self._stream is not None:
            self._stream.open()
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
        if self._stream is not None:
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
        steps = self._whole_steps(duration)
        first = self._team.step
        made: list[NetworkRecording] = []
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
        early = self._early_sources() if first == 0 else []
        stretch = self._team.run(steps, table)
        reason = self._watchdog.verdict(self._team, stretch)
        if reason is not None:
            self._failures.append({"time": self.time, "reason": reason})
        recording = self._recording([*early, stretch], first, self._team.step)
        self._parts.append(recording)
        return recording

    def _until_watch(self) -> int:
        """How many steps there are until weights are to be recorded."""
        return min((w.every - self._team.step % w.every for w in self._watches), default=1 << 40)

    def _whole_steps(self, duration: Any) -> int:
        if isinstance(duration, bool) or not isinstance(duration, int | float | np.integer | np.floating):
            raise BadValue("duration", duration, "a number of ms would do")
        if not 0 <= duration <= LONGEST:
            raise BadValue("duration", duration, f"from 0 to {LONGEST:g} ms would do")
        ratio = float(duration) / self.dt
        steps = round(ratio)
        if abs(ratio - steps) > 1e-6 * max(1.0, 1e-3 * ratio):
            raise BadValue("duration", duration, f"a multiple of dt, {self.dt:g} ms, would do")
        return steps

    def _early_sources(self) -> list[Stretch]:
        """Spikes of sources at time 0, which a scheme that looks at a step's end does not log."""
        if self._plan.at_start:
            return []
        counts = self._team.state.fired_count[0]
        place = np.concatenate([self._team.state.fired[0, c, :n] for c, n in enumerate(counts)])
        if not place.size:
            return []
        none = np.zeros((self._team.state.X.shape[1] + 1, self._trace_cells.size, 0), dtype=self._plan.precision)
        return [Stretch(-1, 0, place.astype(np.int32), np.array([place.size]), none, 0)]

    # Recording.

    def _recording(self, stretches: Sequence[Stretch], first: int, last: int) -> NetworkRecording:
        plan, team = self._plan, self._team
        steps, cells = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
        for s in stretches:
            per_step = np.diff(s.until, prepend=0)
            steps.append(np.repeat(np.arange(s.first, s.last), per_step))
            cells.append(plan.layout.cell_at[s.place])
        step, cell = np.concatenate(steps), np.concatenate(cells)
        late = np.full(cell.size, plan.scheme.lag)
        if not plan.at_start and plan.scheme.lag == 0:
            late[np.isin(cell, self._source_cells())] = 1
        every = team.net.every
        samples = [s.samples for s in stretches if s.samples.shape[2]]
        rows = team.state.X.shape[1] + 1
        both = np.concatenate(samples, axis=2) if samples else np.zeros((rows, self._trace_cells.size, 0))
        numbers = [np.arange(s.samples.shape[2]) + s.first_sample for s in stretches]
        return NetworkRecording(
            spike_time=(step + late) * self.dt,
            spike_cell=cell,
            populations=tuple(Part(p.name, self.network.first(p.name), p.count) for p in self.network.populations),
            start=first * self.dt,
            stop=last * self.dt,
            trace_cells=self._trace_cells,
            trace_time=(np.concatenate(numbers) if numbers else np.zeros(0)) * every * self.dt,
            voltage=both[0],
            recovery=both[1],
            current=both[-1],
            weights=self._take_weights(last),
            provenance=self._provenance(),
        )

    def _source_cells(self) -> NDArray[np.int64]:
        kinds = [
            np.arange(p.count) + self.network.first(p.name)
            for p, c in zip(self.network.populations, self._plan.cells, strict=True)
            if c is None
        ]
        return np.concatenate(kinds) if kinds else np.zeros(0, dtype=np.int64)

    def _provenance(self) -> dict[str, Any]:
        return {
            "scheme": self._plan.scheme.name,
            "dt": self.dt,
            "precision": self._plan.precision.name,
            "seed": int(self.network.seed),
            "synapses": int(self.synapses),
            "engine": self._engine.name,
            "failures": list(self._failures),
            "versions": versions(),
        }

    def record_weights(self, projection: str, every: float) -> None:
        """Record the weights of a projection now and every so many ms; the recording has them as `weights`."""
        self._projection(projection)
        steps = self._whole_steps(every)
        if steps < 1:
            raise BadValue("record_weights", every, f"at least {self.dt:g} ms would do")
        watch = _Watch(projection, steps)
        watch.times.append(self.time)
        watch.values.append(self.weights(projection).weight)
        self._watches.append(watch)

    def _take_weights(self, step: int) -> dict[str, tuple[NDArray[np.float64], NDArray]]:
        found = {}
        for watch in self._watches:
            if step and step % watch.every == 0 and (not watch.times or watch.times[-1] < step * self.dt):
                watch.times.append(step * self.dt)
                watch.values.append(self.weights(watch.projection).weight)
            if watch.times:
                found[watch.projection] = (np.array(watch.times), np.stack(watch.values))
                watch.times, watch.values = [], []
        return found

    # Looking at it and changing it.

    def weights(self, projection: str) -> Weights:
        """The synapses of a projection as they are now."""
        rows, learns = self._synapses(projection)
        net, state = self._team.net, self._team.state
        values = state.learned if learns else net.weight
        return Weights(rows.source, rows.target, values[rows.where].copy(), rows.delay)

    def set_weights(self, projection: str, weight: Any) -> None:
        """Replace the weights of a projection: one for all, or an array in the order of `weights`."""
        rows, learns = self._synapses(projection)
        try:
            values = np.broadcast_to(np.asarray(weight, dtype=np.float64), rows.where.shape)
        except (TypeError, ValueError):
            raise BadValue(f"{projection}.weight", weight, f"one weight, or {rows.where.size}, would do") from None
        if not np.isfinite(values).all():
            raise BadValue(f"{projection}.weight", weight, "finite weights would do")
        (self._team.state.learned if learns else self._team.net.weight)[rows.where] = values
        self._changed_weights = self._changed_weights or not learns

    def _projection(self, name: str) -> Projection:
        for each in self.network.projections:
            if each.name == name:
                return each
        raise UnknownName("projection", name, [p.name for p in self.network.projections])

    def _synapses(self, name: str) -> tuple[Located, bool]:
        projection = self._projection(name)
        learns = projection.plasticity is not None
        order = self.network.projections.index(projection)
        for b, bundle in enumerate(self._plan.bundles[learns]):
            if any(w.order == order for w in bundle):
                return locate(self._plan, self._team.net, projection, b, learns), learns
        raise AssertionError(name)

    def state(self, population: str) -> dict[str, NDArray]:
        """The state of a population's cells as it is now: v, u, and w where there is one."""
        k, cell = self._cells(population)
        places = self._plan.layout.of(k)
        return {
            q.symbol: self._team.state.X[places // WIDTH, r, places % WIDTH].copy()
            for r, q in enumerate(cell.model.state)
        }

    def set_state(self, population: str, **values: Any) -> None:
        """Replace states of a population's cells, such as `v=-65` or an array."""
        k, cell = self._cells(population)
        symbols = [q.symbol for q in cell.model.state]
        places = self._plan.layout.of(k)
        for symbol, value in values.items():
            if symbol not in symbols:
                raise UnknownName(f"{population}.state", symbol, symbols)
            given = _for_each(value, places.size, f"{population}.{symbol}")
            self._team.state.X[places // WIDTH, symbols.index(symbol), places % WIDTH] = given
        self._team.detect()

    def parameters(self, population: str) -> dict[str, NDArray[np.float64]]:
        """The parameters of a population's cells."""
        return dict(self._cells(population)[1].parameters)

    def set_parameters(self, population: str, **values: Any) -> None:
        """Replace parameters of a population's cells, such as `d=2` or an array."""
        k, cell = self._cells(population)
        n = self.network.populations[k].count
        model = self._plan.model_of(cell)
        shared = self._plan.assembly.shared[model]
        for symbol, value in values.items():
            if symbol in shared and np.ndim(value):
                raise BadValue(f"{population}.{symbol}", "an array", "with an array from the beginning, or one number")
        self._note(k, values)
        if not n:
            return
        table = cell_table(self._plan)
        part = slice(self._plan.layout.chunks[k], self._plan.layout.chunks[k + 1])
        state = self._team.state
        for name in ("P", "D"):
            getattr(state, name)[part] = table[name][part]
        state.Q[k] = table["Q"][k]
        self._team.detect()

    def _note(self, population: int, values: Mapping[str, Any]) -> None:
        """Keep changed parameters in the description of the cells, and for checkpoints."""
        cell, n = self._plan.cells[population], self.network.populations[population].count
        assert cell is not None
        changed = Cell(cell.model, {**cell.parameters, **values}, dict(cell.initial), name=cell.name)
        if changed.count not in (None, n):
            who = self.network.populations[population].name
            raise BadValue(who, f"arrays of {changed.count} values", f"{n}, one for each cell, would do")
        self._plan.cells[population] = changed
        self._changed.setdefault(population, {}).update(values)

    def set_drive(self, population: str | None, number: int, drive: Background) -> None:
        """Replace a background of a population (None: of the network), the first being 0, by another of its kind."""
        names = [p.name for p in self.network.populations]
        k = names.index(self.network.population(population).name) if population is not None else len(names)
        mine = [q for q, (p, _) in enumerate(self._plan.drives) if p == k]
        if not isinstance(number, int) or not 0 <= number < len(mine):
            raise BadValue(f"{population}.drive", number, f"a number below {len(mine)} would do")
        at = mine[number]
        before = self._plan.drives[at][1]
        same_channel = not isinstance(drive, PoissonDrive) or drive.synapse == getattr(before, "synapse", None)
        if type(drive) is not type(before) or not same_channel:
            raise BadValue(f"{population}.drive", drive, f"another {type(before).__name__} would do")
        self._team.state.drive_value[at] = drive_value(drive)
        if isinstance(drive, PoissonDrive):
            row = thresholds([drive], self.dt)[0]
            old = self._team.state.drive_table
            table = np.full((old.shape[0], max(old.shape[1], row.size)), 2**32, dtype=np.uint64)
            table[:, : old.shape[1]] = old
            table[at] = 2**32
            table[at, : row.size] = row
            self._team.state = self._team.state._replace(drive_table=table)

    def stimulate(self, population: str, stimulus: Stimulus, cells: Any = None) -> None:
        """Inject a current into a population, or into some of its cells, from now on as the stimulus says.

        The times of the stimulus are those of the simulation.
        """
        k = [p.name for p in self.network.populations].index(self._cells(population) and population)
        if not isinstance(stimulus, Stimulus):
            raise BadValue("stimulate", stimulus, "a stimulus, such as Step(70), would do")
        self._inject(k, stimulus, cells)

    def clear_stimuli(self, population: str) -> None:
        """Take away all injected currents of a population, those of its description too."""
        k = [p.name for p in self.network.populations].index(self.network.population(population).name)
        self._injections = [i for i in self._injections if i.population != k]

    def reward(self, amount: float, projection: str | None = None) -> None:
        """Release dopamine: at the synapses of one projection, or of all that learn by it."""
        found = False
        for b, bundle in enumerate(self._plan.bundles[1]):
            names = [w.projection.name for w in bundle]
            rule = bundle[0].projection.plasticity
            if rule is not None and rule.dopamine is not None and projection in (None, *names):
                self._team.state.dopamine[:, b] += amount
                found = True
        if not found:
            raise BadValue("reward", projection, "a projection that learns by dopamine would do")

    @property
    def dopamine(self) -> dict[str, float]:
        """By projection, the dopamine above its tonic level."""
        return {
            w.projection.name: float(self._team.state.dopamine[0, b])
            for b, bundle in enumerate(self._plan.bundles[1])
            for w in bundle
            if w.projection.plasticity is not None and w.projection.plasticity.dopamine is not None
        }

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
            "written": self._stream.written if self._stream else 0, "recent": list(self._watchdog.recent),
            "watches": [(w.projection, w.every) for w in self._watches],
        }  # fmt: skip
        arrays = {f"state:{name}": value for name, value in self._team.state._asdict().items() if name != "words"}
        arrays |= {f"set:{k}:{s}": np.asarray(x) for k, values in self._changed.items() for s, x in values.items()}
        if self._changed_weights:
            arrays["weight"] = self._team.net.weight
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
        self._team.step = int(about["step"])
        self._failures = list(about["failures"])
        self._watchdog.recent = deque((steps, spikes) for steps, spikes in about["recent"])
        self._watches = [_Watch(name, every) for name, every in about["watches"]]
        self._changed_weights = "weight" in arrays
        if self._changed_weights:
            self._team.net = self._team.net._replace(weight=arrays["weight"])
        for key in arrays:
            if key.startswith("set:"):
                _, k, symbol = key.split(":")
                self._note(int(k), {symbol: arrays[key]})
        recorded = {k.partition(":")[2]: x for k, x in arrays.items() if k.startswith("recording:")}
        self._parts = [NetworkRecording.of(recorded)] if recorded else []
        if self._stream is not None:
            self._stream.go_back(int(about["written"]))

    def _digest(self) -> str:
        """Of all that the future depends on beside the state."""
        plan = self._plan
        about = (plan.scheme.name, plan.dt, plan.precision.name, plan.blocks, self._trace_cells)
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

    def _check_memory(self) -> None:
        free = free_memory()
        for needed in (lambda: self._plan.least_memory, lambda: self._plan.memory):
            if free is not None and needed() > free:
                wanted = (
                    f"at most the {free / 1e9:.3g} GB that are free would do: fewer synapses, or precision 'single'"
                )
                raise BadValue("network", f"{needed() / 1e9:.3g} GB", wanted)

    def _cells(self, population: str) -> tuple[int, Cell]:
        names = [p.name for p in self.network.populations]
        k = names.index(self.network.population(population).name)
        cell = self._plan.cells[k]
        if cell is None:
            raise BadValue(population, "a source of spikes", "a population of cells would do")
        return k, cell

    def _traced(self, record: Mapping[str, Any]) -> NDArray[np.int64]:
        """The numbers of the cells to record."""
        found = [np.zeros(0, dtype=np.int64)]
        for name, cells in record.items():
            count, first = self.network.population(name).count, self.network.first(name)
            self._cells(name)
            if isinstance(cells, int | np.integer) and not isinstance(cells, bool):
                cells = np.arange(min(int(cells), count))
            found.append(first + _chosen(cells, count, f"record.{name}"))
        return np.unique(np.concatenate(found))

    def _places(self, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        every = [self._plan.layout.of(k) for k in range(len(self.network.populations))]
        return np.concatenate([*every, np.zeros(0, dtype=np.int64)])[cells]

    def _inject(self, population: int, stimulus: Stimulus, cells: Any) -> None:
        count = self.network.populations[population].count
        chosen = None if cells is None else _chosen(cells, count, "stimulate: cells")
        injection = Injection(population, count, chosen, stimulus)
        injection.until(self.time + 1.0)
        self._injections.append(injection)


def simulate_network(network: Network, duration: float, **options: Any) -> NetworkRecording:
    """Plan a network, advance it, and return all that was recorded."""
    progress = options.pop("progress", None)
    simulation = Simulation(network, **options)
    simulation.advance(duration, progress=progress)
    return simulation.recording


def memory_needed(network: Network, *, scheme: str = "published-2003", dt: float | None = None,
                  precision: str = "double") -> int:  # fmt: skip
    """About how many bytes a network will take."""
    method = _scheme(scheme)
    step = checked_step(method, method.dt if dt is None else dt)
    return Plan(network, method, step, checked_precision(precision, method), _engine("cpu"), 1).memory


def free_memory() -> int | None:
    """How many bytes can still be had, where the system tells."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None


def _scheme(name: Any) -> GridScheme:
    if not isinstance(name, str):
        raise BadValue("scheme", name, "a name, such as 'published-2003', would do")
    method = scheme(name)
    if not isinstance(method, GridScheme) or not method.vectorises or isinstance(method, NeuronScheme):
        wanted = "one with equal steps, whose spikes lie on them, such as 'published-2003' or 'euler', would do"
        raise BadValue("scheme", name, wanted)
    return method


def _engine(name: Any) -> ModuleType:
    if name not in ("cpu", "reference"):
        raise UnknownName("engine", name, ("cpu", "reference"))
    return importlib.import_module(f"izhi.engine.{name}")


def _chosen(cells: Any, count: int, who: str) -> NDArray[np.int64]:
    try:
        chosen = np.atleast_1d(np.asarray(cells))
    except ValueError:
        chosen = np.zeros(1)
    if chosen.size == 0:
        return np.zeros(0, dtype=np.int64)
    if chosen.dtype.kind not in "iu" or chosen.ndim != 1 or (chosen < 0).any() or (chosen >= count).any():
        raise BadValue(who, cells, f"whole numbers from 0 to {count - 1} would do")
    return np.unique(chosen).astype(np.int64)


def _for_each(value: Any, count: int, who: str) -> NDArray[np.float64]:
    try:
        values = np.broadcast_to(np.asarray(value, dtype=np.float64), (count,))
    except (TypeError, ValueError):
        raise BadValue(who, value, f"a number, or {count}, would do") from None
    if not np.isfinite(values).all():
        raise BadValue(who, value, "finite numbers would do")
    return values


__all__ = ["Simulation", "Weights", "free_memory", "memory_needed", "simulate_network"]
