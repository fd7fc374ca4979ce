"""Beginning, running and ending, and PyNN's older functions."""

from __future__ import annotations

from typing import Any

from pyNN import common
from pyNN.common.control import DEFAULT_MIN_DELAY, DEFAULT_TIMESTEP
from pyNN.connectors import FixedProbabilityConnector
from pyNN.recording import get_io

from izhi.errors import BadValue, UnknownName
from izhi.pynn import simulator
from izhi.pynn.populations import Population
from izhi.pynn.projections import Projection
from izhi.pynn.synapses import StaticSynapse
from izhi.schemes import SCHEMES

# What other simulators' scripts may hand to setup, and has no meaning here.
_OTHERS = {"max_delay", "spike_precision", "t_flush", "verbosity", "rng_seeds", "grng_seed", "recording_precision"}
_OPTIONS = ("scheme", "precision", "threads", "engine")


def setup(timestep: float = DEFAULT_TIMESTEP, min_delay: Any = DEFAULT_MIN_DELAY, **extra_params: Any) -> int:
    """Begin anew; all that was built is forgotten.

    Parameters
    ----------
    timestep : float
        [ms]
    min_delay : float or "auto"
        [ms] The delay of synapses that are given none; "auto" is one step.
    **extra_params
        `max_delay` [ms]; `scheme`, `precision`, `threads` and `engine` of `izhi.Simulation`, the scheme being "euler"
        if left out; `seed`, of sources that spike at random.

    Returns
    -------
    int
        0, as there is one process.

    Raises
    ------
    UnknownName, BadValue
        If there is no such setting, or a delay is shorter than a step.
    """
    seed = extra_params.pop("seed", extra_params.pop("rng_seed", 0))
    options = {name: extra_params.pop(name) for name in _OPTIONS if name in extra_params}
    for given in extra_params:
        if given not in _OTHERS:
            raise UnknownName("izhi.pynn.setup", given, (*_OPTIONS, "seed", "max_delay"))
    if options.get("scheme", "euler") not in SCHEMES:
        raise UnknownName("izhi.pynn.setup: scheme", options["scheme"], SCHEMES)
    if isinstance(timestep, bool) or not isinstance(timestep, int | float) or not 0 < timestep < float("inf"):
        raise BadValue("izhi.pynn.setup: timestep", timestep, "more than 0 ms would do")
    if min_delay != "auto" and min_delay < timestep:
        raise BadValue("izhi.pynn.setup: min_delay", min_delay, f"{timestep:g} ms, which is a step, or more would do")
    common.setup(timestep, min_delay, **extra_params)
    most = extra_params.get("max_delay", "auto")
    simulator.state.setup(float(timestep), min_delay, most, {"scheme": "euler", **options}, int(seed))
    simulator.state.write_on_end = []
    return 0


def end(compatible_output: bool = True) -> None:  # noqa: ARG001
    """Write what `record` was to write into files."""
    for population, variables, filename in simulator.state.write_on_end:
        population.write_data(get_io(filename), variables)
    simulator.state.write_on_end = []


run, run_until = common.build_run(simulator)
run_for = run
reset = common.build_reset(simulator)
initialize = common.initialize
(
    get_current_time,
    get_time_step,
    get_min_delay,
    get_max_delay,
    num_processes,
    rank,
) = common.build_state_queries(simulator)
create = common.build_create(Population)
connect = common.build_connect(Projection, FixedProbabilityConnector, StaticSynapse)
record = common.build_record(simulator)


def record_v(source: Any, filename: str) -> None:
    """Record v into a file."""
    record(["v"], source, filename)


def record_gsyn(source: Any, filename: str) -> None:
    """Record the conductances into a file."""
    record(["gsyn_exc", "gsyn_inh"], source, filename)
