"""`simulate`: checks what is asked, chooses an engine, runs it, and returns a recording."""

from __future__ import annotations

import importlib
import math
import os
import platform
import sys
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.engine.job import OUT_OF_RANGE as OUT_OF_RANGE
from izhi.engine.job import Failure as Failure
from izhi.engine.job import Job, Outcome
from izhi.engine.run import run
from izhi.equations import RECEPTORS, with_receptors
from izhi.errors import BadValue, UnknownName
from izhi.network import Network
from izhi.network_recording import NetworkRecording
from izhi.recording import Recording
from izhi.schemes import ContinuousScheme, GridScheme, NeuronScheme, scheme
from izhi.schemes.neuron import Section
from izhi.schemes.neuron.scheme import fitted
from izhi.stimulus import Drive, Stimulus, drive, parts

OPTIONS = (
    "cell", "stimulus", "duration", "scheme", "dt", "tolerance", "record", "cells", "every", "engine", "precision",
    "threads", "section",
)  # fmt: skip
ENGINES = ("auto", "cpu", "reference")
# Simulators that stand in for an engine, and the scheme that is theirs unless another is asked for. They are a floor
# higher, in the room of bridges, and fetched by name.
BRIDGED = {"nest": ("izhi.bridge.nest", "nest"), "neuron": ("izhi.bridge.neuron", "euler")}
# A grid run of fewer cell steps than this takes less time in plain Python than a compiled kernel takes to load.
FEW_STEPS = 10_000
# A recording larger than this is refused [bytes].
LARGEST = 4 << 30
MOST_STEPS = 2**40
# The longest run, and the longest of the accurate scheme, which takes a step for about each ms [ms].
LONGEST, LONGEST_SOLVED = 1e12, 1e9


@dataclass(frozen=True)
class _Request:
    """What to record: which cells' samples (None: of all), and every how many steps."""

    traced: NDArray[np.int64]
    every: int


@overload
def simulate(
    cell: Cell | str, stimulus: Stimulus | None = None, duration: float = 1000.0, **options: Any
) -> Recording: ...


@overload
def simulate(cell: Network, stimulus: float = 1000.0, **options: Any) -> NetworkRecording: ...


def simulate(
    cell: Cell | Network | str,
    stimulus: Stimulus | float | None = None,
    duration: float = 1000.0,
    *,
    scheme: str | None = None,
    dt: float | None = None,
    tolerance: float = 1e-9,
    record: Literal["all", "spikes"] = "all",
    cells: Any = None,
    every: int = 1,
    engine: str = "auto",
    precision: Literal["double", "single"] = "double",
    threads: int | None = None,
    section: Section | None = None,
    **network: Any,
) -> Recording | NetworkRecording:
    """Run a cell, or an ensemble of cells, under a stimulus; or a network, as in `simulate(network, 1000)`.

    If any parameter, initial value or amplitude is an array, there are as many cells as it has values, and all others
    are the same for all. Each cell's result is, to the last bit, what it would be alone, on any number of threads.

    Parameters
    ----------
    cell : Cell or str
        A cell, or the name of a preset, such as "2007/RS".
    stimulus : Stimulus, optional
        Currents and synaptic events, added up; none by default.
    duration : float
        How long [ms].
    scheme : str
        How the equations are advanced; see `izhi.SCHEMES`. By default "accurate", the true solution.
    dt : float
        The step [ms]; for "accurate", how often it is sampled. By default that of the scheme.
    tolerance : float
        For "accurate": how far its spike times [ms] may be from the true ones.
    record : {"all", "spikes"}
        Samples and spikes, or spikes alone.
    cells : sequence of int, optional
        The cells of which samples are recorded; by default all.
    every : int
        Record every n-th sample.
    engine : {"auto", "cpu", "reference", "nest", "neuron"}
        "cpu" is compiled and uses all cores; "reference" is plain Python. Their results are the same bits. "nest" and
        "neuron" are those simulators, where they are installed.
    precision : {"double", "single"}
        Of the arithmetic. Schemes on a grid take both.
    threads : int, optional
        By default as many as there are cores.
    section : Section, optional
        The section whose voltage v is: L, diam [um], cm [uF/cm2] and Ra [Ohm cm], for NEURON's schemes that have one.
        By default the scheme's.

    **network
        For a network, what `izhi.Simulation` takes besides; its `record` and `every` have the meaning they have there.

    Returns
    -------
    Recording, or NetworkRecording for a network

    Raises
    ------
    BadValue, UnknownName
        If something asked for cannot be. A run whose numbers break down is no error but a recording with `failures`.

    Examples
    --------
    >>> import izhi
    >>> rec = izhi.simulate("2007/RS", izhi.Step(70, start=0), 520)
    >>> rec.spike_times.round(2)
    array([100.02, 247.81, 395.66])
    """
    if isinstance(cell, Network):
        given = {"scheme": scheme, "dt": dt, "threads": threads, "precision": precision, "every": every, **network}
        given |= {} if engine == "auto" else {"engine": engine}
        given |= {} if record == "all" else {"record": record}
        return _run_network(cell, duration if stimulus is None else stimulus, given)
    if network:
        raise UnknownName("simulate", next(iter(network)), OPTIONS)
    chosen = Cell.preset(cell) if isinstance(cell, str) else cell
    if not isinstance(chosen, Cell):
        raise BadValue("simulate: cell", cell, "a Cell or the name of a preset would do")
    if stimulus is not None and not isinstance(stimulus, Stimulus):
        raise BadValue("simulate: stimulus", stimulus, "a stimulus, such as Step(70), would do")
    method = _scheme((_bridge(engine) or ("", "accurate"))[1] if scheme is None else scheme)
    step = checked_step(method, method.dt if dt is None else dt)
    steps = _steps(method, duration, step)
    forces = drive(stimulus, float(duration))
    count = _count(chosen, forces)
    single = count is None
    request = _request(record, cells, every, count or 1)
    receptors = forces.event_time.size > 0
    if isinstance(method, NeuronScheme):
        _check_mechanism(method, chosen, receptors)
    _check_size(steps, request, len(chosen.model.state) + 2 + 5 * receptors)
    job = Job(
        model=with_receptors(chosen.model) if receptors else chosen.model,
        scheme=method,
        parameters=chosen.table(count or 1, receptors),
        state=chosen.state(count or 1),
        drive=forces,
        duration=float(duration),
        dt=step,
        steps=steps,
        tolerance=_tolerance(tolerance),
        traced=request.traced,
        every=request.every,
        precision=checked_precision(precision, method),
        threads=checked_threads(threads),
        section=_section(section, method),
    )
    runner = _engine(engine, job)
    outcome = runner.run(job) if _bridge(engine) else run(job, runner)
    return _recording(job, outcome, chosen, stimulus, runner, single)


def _run_network(network: Network, duration: Any, given: dict[str, Any]) -> NetworkRecording:
    """Networks are run a floor higher, by what checks as this one does; it is fetched by name."""
    bridge = _bridge(given.get("engine"))
    room, name = (bridge[0], "run_network") if bridge else ("izhi.network_run", "simulate_network")
    run = getattr(importlib.import_module(room), name)
    return run(network, duration, **{name: value for name, value in given.items() if value is not None})


def _bridge(engine: Any) -> tuple[str, str] | None:
    return BRIDGED.get(engine) if isinstance(engine, str) else None


def _scheme(name: str) -> GridScheme | ContinuousScheme:
    if not isinstance(name, str):
        raise BadValue("scheme", name, "a name, such as 'accurate', would do")
    return scheme(name)


def _positive(value: Any, who: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise BadValue(who, value, "a number of ms would do")
    if not 0 < value <= LONGEST:
        raise BadValue(who, value, f"more than 0 and at most {LONGEST:g} ms would do")
    return float(value)


def checked_step(method: GridScheme | ContinuousScheme, dt: Any) -> float:
    step = _positive(dt, "dt")
    unit = method.dt_multiple if isinstance(method, GridScheme) else None
    if unit is not None and (round(step / unit) < 1 or abs(step / unit - round(step / unit)) > 1e-6):
        raise BadValue(
            "dt", dt, f"{method.name} takes multiples of {unit} ms, such as {max(1, round(step / unit)) * unit:g}"
        )
    return step


def _steps(method: GridScheme | ContinuousScheme, duration: Any, dt: float) -> int:
    """Intervals of dt in the duration."""
    ratio = _positive(duration, "duration") / dt
    if ratio > MOST_STEPS:
        raise BadValue("duration", duration, f"fewer than {MOST_STEPS} steps of {dt:g} ms would do")
    if isinstance(method, ContinuousScheme):
        if duration > LONGEST_SOLVED:
            raise BadValue("duration", duration, f"{method.name} takes at most {LONGEST_SOLVED:g} ms")
        return math.floor(ratio * (1 + 1e-12))
    steps = round(ratio)
    if steps < 1 or abs(ratio - steps) > 1e-6 * max(1.0, 1e-3 * ratio):
        nearest = max(1, steps) * dt
        raise BadValue("duration", duration, f"a multiple of dt, {dt:g} ms, such as {nearest:g}, would do")
    return steps


def _count(cell: Cell, forces: Drive) -> int | None:
    """How many cells there are; None for a single one."""
    sizes = {n for n in (cell.count, forces.cells) if n is not None}
    if len(sizes) > 1:
        raise BadValue("simulate", sorted(sizes), "as many currents as cells would do")
    return sizes.pop() if sizes else None


def _request(record: str, cells: Any, every: Any, count: int) -> _Request:
    if record not in ("all", "spikes"):
        raise UnknownName("record", record, ("all", "spikes"))
    if isinstance(every, bool) or not isinstance(every, int | np.integer) or not 1 <= every <= MOST_STEPS:
        raise BadValue("every", every, f"a whole number from 1 to {MOST_STEPS} would do")
    if record == "spikes":
        return _Request(np.zeros(0, dtype=np.int64), int(every))
    if cells is None:
        return _Request(np.arange(count), int(every))
    try:
        chosen = np.atleast_1d(np.asarray(cells))
    except ValueError:  # rows of different lengths
        chosen = np.zeros(0)
    if chosen.dtype.kind not in "iu" or chosen.ndim != 1 or (chosen < 0).any() or (chosen >= count).any():
        raise BadValue("cells", cells, f"whole numbers from 0 to {count - 1} would do")
    return _Request(np.unique(chosen).astype(np.int64), int(every))


def _check_size(steps: int, request: _Request, rows: int) -> None:
    size = 8 * rows * max(request.traced.size, 1) * (steps // request.every + 1)
    if request.traced.size and size > LARGEST:
        wanted = f"at most {LARGEST >> 30} GB would do: record every n-th sample, some cells, or spikes alone"
        raise BadValue("recording", f"{size / 1e9:.3g} GB", wanted)


def _tolerance(tolerance: Any) -> float:
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not 1e-12 <= tolerance <= 1e-2:
        raise BadValue("tolerance", tolerance, "a number from 1e-12 to 1e-2 would do")
    return float(tolerance)


def _check_mechanism(method: NeuronScheme, cell: Cell, receptors: bool) -> None:
    """Whether a mechanism of NEURON can run the cell at all."""
    fitted(method, cell.model)
    if receptors and not method.receptors:
        raise BadValue(method.name, "synaptic events", "neuron-2007a would do; this mechanism has no such receptors")


def _section(section: Section | None, method: GridScheme | ContinuousScheme) -> Section | None:
    if section is None:
        return None
    if not isinstance(method, NeuronScheme) or method.section is None:
        raise BadValue("section", section, f"{method.name} has none; 'neuron-2003b', 'neuron-2007b' or 'neuron-2007bS'")
    return section.checked()


def checked_precision(precision: str, method: GridScheme | ContinuousScheme) -> np.dtype:
    if precision not in ("double", "single"):
        raise UnknownName("precision", precision, ("double", "single"))
    if precision == "single" and isinstance(method, ContinuousScheme | NeuronScheme):
        raise BadValue("precision", precision, f"{method.name} needs 'double'")
    return np.dtype(np.float64 if precision == "double" else np.float32)


def checked_threads(threads: Any) -> int:
    if threads is None:
        available = getattr(os, "sched_getaffinity", None)
        return len(available(0)) if available else os.cpu_count() or 1
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise BadValue("threads", threads, "a whole number from 1 on would do")
    return threads


def _engine(name: str, job: Job) -> ModuleType:
    if bridge := _bridge(name):
        return importlib.import_module(bridge[0])
    if name not in ENGINES:
        raise UnknownName("engine", name, (*ENGINES, *BRIDGED))
    if name == "auto":
        small = isinstance(job.scheme, GridScheme) and job.cells * job.steps < FEW_STEPS
        name = "reference" if small else "cpu"
    return importlib.import_module(f"izhi.engine.{name}")


@lru_cache(maxsize=8)
def _axis(n: int, every: int, label: int, dt: float, method: GridScheme | None = None) -> NDArray[np.float64]:
    """When n samples are, by the clock of a scheme; read-only, for runs of one length share it."""
    if method is not None and n:
        time = method.times((n - 1) * every + label, dt)[label::every]
    else:
        time = (np.arange(0, n * every, every, dtype=np.float64) + label) * dt
    time.flags.writeable = False
    return time


def _recording(
    job: Job, outcome: Outcome, cell: Cell, stimulus: Stimulus | None, runner: ModuleType, single: bool
) -> Recording:
    n = outcome.samples.shape[2]
    begins = _axis(n, job.every, 0, job.dt)
    time = begins
    if isinstance(job.scheme, GridScheme):
        time = _axis(n, job.every, job.scheme.label, job.dt, job.scheme)
    own = job.traced if job.drive.cells is not None else slice(None)
    current = job.drive.current(begins, "at", own).T if n else np.zeros((1, 0))
    current = np.broadcast_to(current, (job.traced.size, n))
    samples, conductances = outcome.samples, outcome.conductances
    if single and outcome.failures and n:
        n = int(np.isfinite(samples[:2, 0]).all(axis=0).sum())
    pick: Any = (0, slice(n)) if single and job.traced.size else slice(None)
    if single and not job.traced.size:
        samples, conductances, current = (np.zeros((x, 1, 0)) for x in (len(job.model.state), 5, 1))
        current, pick = current[0], (0, slice(None))
    receptors = RECEPTORS if job.model.receptors else ()
    return Recording(
        time=time[:n] if single else time,
        voltage=samples[0][pick],
        recovery=samples[1][pick],
        dendrite=samples[2][pick] if len(job.model.state) > 2 else None,
        current=current[pick],
        conductances={receptor: conductances[r][pick] for r, receptor in enumerate(receptors)},
        spike_cell=outcome.spike_cell,
        spike_time=outcome.spike_time,
        cells=job.traced,
        count=job.cells,
        single=single,
        parameters={symbol: cell.parameters[symbol] for symbol in job.model.symbols},
        provenance=_provenance(job, outcome, cell, stimulus, runner),
    )


def _provenance(
    job: Job, outcome: Outcome, cell: Cell, stimulus: Stimulus | None, runner: ModuleType
) -> dict[str, Any]:
    """What one needs to know to run it again; the parameters are beside it as arrays."""
    return {
        "preset": cell.name,
        "model": job.model.name,
        "parameters": {s: x.item() for s, x in cell.parameters.items() if x.ndim == 0 and s in job.model.symbols},
        "initial": {s: x.tolist() if x.size < 1000 else f"{x.size} values" for s, x in cell.initial.items()},
        "stimulus": [part.described() for part in parts(stimulus)] if stimulus is not None else [],
        "scheme": job.scheme.name,
        "dt": job.dt,
        "duration": job.duration,
        "tolerance": job.tolerance if isinstance(job.scheme, ContinuousScheme) else None,
        "every": job.every,
        "engine": runner.name,
        "precision": job.precision.name,
        **({"section": job.section._asdict()} if job.section else {}),
        "units": {"current": job.model.current, "conductance": job.model.conductance},
        "failures": [vars(failure) for failure in outcome.failures],
        "versions": versions() | getattr(runner, "versions", dict)(),
    }


def versions() -> dict[str, str]:
    """Of this package and of what it computes with."""
    from izhi import __version__

    numba = sys.modules.get("numba")
    return {
        "izhi": __version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        **({"numba": str(numba.__version__)} if numba else {}),
        "machine": platform.machine(),
    }
