"""From a network and how it is to run to its plan, refused where it would not fit into memory."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import numpy as np

from izhi.engine.packing import check_packing
from izhi.engine.plan import Plan
from izhi.errors import BadValue, UnknownName
from izhi.memory import free_memory
from izhi.network import Network
from izhi.schemes import GridScheme, NeuronScheme, scheme
from izhi.simulation import LONGEST, checked_precision, checked_step, checked_threads


def planned(
    network: Any, name: Any, dt: float | None, precision: str, threads: int | None, engine: Any, weights: Any = "exact"
) -> Plan:
    """The plan of a network for a scheme, a step [ms], a precision, threads, an engine and a kind of weights.

    Raises
    ------
    BadValue, UnknownName
        If one of them cannot be, or the network does not fit into memory.
    """
    if not isinstance(network, Network):
        raise BadValue("Simulation: network", network, "a Network would do")
    method = _scheme(name)
    step, kind = checked_step(method, method.dt if dt is None else dt), checked_precision(precision, method)
    if weights not in ("exact", "packed"):
        raise UnknownName("weights", weights, ("exact", "packed"))
    plan = Plan(network, method, step, kind, _engine(engine), checked_threads(threads), weights == "packed")
    if plan.packed:
        check_packing(plan)
    _check_memory(plan)
    return plan


def memory_needed(
    network: Network, *, scheme: str = "published-2003", dt: float | None = None, precision: str = "double"
) -> int:
    """About how many bytes a network will take, whether or not there are as many."""
    method = _scheme(scheme)
    step = checked_step(method, method.dt if dt is None else dt)
    plan = Plan(network, method, step, checked_precision(precision, method), _engine("cpu"), 1)
    free = free_memory()
    return plan.least_memory if free is not None and plan.least_memory > free else plan.memory


def _check_memory(plan: Plan) -> None:
    """First by the description alone, then by what its delays ask for."""
    free = free_memory()
    for needed in ("least_memory", "memory"):
        if free is not None and getattr(plan, needed) > free:
            wanted = f"at most the {free / 1e9:.3g} GB that are free would do: fewer synapses, or precision 'single'"
            raise BadValue("network", f"{getattr(plan, needed) / 1e9:.3g} GB", wanted)


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


def whole_steps(duration: Any, dt: float) -> int:
    """How many steps a time [ms] is."""
    if isinstance(duration, bool) or not isinstance(duration, int | float | np.integer | np.floating):
        raise BadValue("duration", duration, "a number of ms would do")
    if not 0 <= duration <= LONGEST:
        raise BadValue("duration", duration, f"from 0 to {LONGEST:g} ms would do")
    ratio = float(duration) / dt
    steps = round(ratio)
    if abs(ratio - steps) > 1e-6 * max(1.0, 1e-3 * ratio):
        raise BadValue("duration", duration, f"a multiple of dt, {dt:g} ms, would do")
    return steps


# Recording.


def at_least(least: float, value: Any, who: str) -> float:
    """Refuse what is no number from `least` on; infinity is one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= least:
        raise BadValue(who, value, f"a number from {least:g} would do")
    return float(value)
