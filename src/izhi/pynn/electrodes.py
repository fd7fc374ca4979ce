"""Currents that are injected: a pulse, a staircase, a sine, and noise; constant during each step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyNN.parameters import ParameterSpace, Sequence
from pyNN.random import NumpyRNG
from pyNN.standardmodels import StandardCurrentSource, build_translations, electrodes

from izhi.errors import BadValue
from izhi.pynn import simulator

Floats = NDArray[np.float64]


class Electrode(StandardCurrentSource):
    """A current source.

    A current that begins at t is there in the step from t on, so that v has changed at t + dt. What is changed between
    two runs acts from then on.
    """

    def __init__(self, **parameters: Any):
        super().__init__(**parameters)
        object.__setattr__(self, "values", {})
        object.__setattr__(self, "history", None)
        given = ParameterSpace(self.default_parameters, self.get_schema(), shape=(1,))
        given.update(**parameters)
        self.set_native_parameters(self.translate(given))
        simulator.state.electrodes.append(self)

    def inject_into(self, cells: Any) -> None:
        """Inject it into the cells of a population, a view or an assembly, or into a list of cells."""
        for cell in cells:
            if not cell.celltype.injectable:
                raise BadValue(type(self).__name__, "a source of spikes", "cells would do")
            self.targets.append((cell.parent, cell.parent.id_to_index(cell)))

    @property
    def targets(self) -> list[tuple[Any, int]]:
        """The populations and the indices there of the cells it is injected into."""
        return self.__dict__.setdefault("_targets", [])

    def set_native_parameters(self, parameters: ParameterSpace) -> None:
        """Take values over from PyNN."""
        parameters.evaluate(simplify=True)
        for name, value in parameters.items():
            self.values[name] = np.asarray(value.value, dtype=float) if isinstance(value, Sequence) else float(value)
        self.check()

    def get_native_parameters(self) -> ParameterSpace:
        """Give them to PyNN."""
        return ParameterSpace(self.values)

    def check(self) -> None:
        """Refuse values that cannot be."""

    def record(self) -> None:
        """Record the current, for `get_data`."""
        object.__setattr__(self, "history", [])

    def _get_data(self) -> tuple[Floats, Floats]:
        if self.history is None:
            raise BadValue(f"{type(self).__name__}.get_data", "no recording", "record() before the run would do")
        now = simulator.state.step
        values = np.concatenate([*self.history, self.current(np.array([now]))])
        return np.arange(values.size, dtype=np.float64) * simulator.state.dt, values

    def current(self, steps: NDArray[np.int64]) -> Floats:
        """The current [nA] in these steps."""
        raise NotImplementedError

    def during(self, steps: NDArray[np.int64]) -> NDArray[np.bool_]:
        """In which of the steps it is on: from `start` on, before `stop`."""
        first, last = (np.rint(self.values[name] / simulator.state.dt) for name in ("start", "stop"))
        return (steps >= first) & (steps < last)

    def since(self, steps: NDArray[np.int64]) -> Floats:
        """Steps since `start`."""
        return steps - np.rint(self.values["start"] / simulator.state.dt)


def _as_they_are(kind: type[StandardCurrentSource]) -> dict[str, Any]:
    return build_translations(*((name, name) for name in kind.default_parameters))


class DCSource(Electrode, electrodes.DCSource):
    """A pulse of a current [nA]."""

    translations = _as_they_are(electrodes.DCSource)

    def current(self, steps: NDArray[np.int64]) -> Floats:
        """The current [nA] in these steps."""
        return np.where(self.during(steps), self.values["amplitude"], 0.0)


class ACSource(Electrode, electrodes.ACSource):
    """A sine [nA] with an offset."""

    translations = _as_they_are(electrodes.ACSource)

    def current(self, steps: NDArray[np.int64]) -> Floats:
        """The current [nA] in these steps."""
        x = self.values
        angle = 2e-3 * np.pi * x["frequency"] * self.since(steps) * simulator.state.dt + np.deg2rad(x["phase"])
        return np.where(self.during(steps), x["offset"] + x["amplitude"] * np.sin(angle), 0.0)


class StepCurrentSource(Electrode, electrodes.StepCurrentSource):
    """A staircase of currents [nA]: nothing before the first of the times, and the last amplitude to the end."""

    translations = _as_they_are(electrodes.StepCurrentSource)

    def check(self) -> None:
        """As many amplitudes as times, which are in order; of those that begin in one step, the last."""
        times, amplitudes = self.values["times"], self.values["amplitudes"]
        in_order = (times >= 0).all() and (np.diff(times) >= 0).all()
        if times.shape != amplitudes.shape or not in_order:
            wanted = "as many times as amplitudes, from 0 and in order, would do"
            raise BadValue("StepCurrentSource.times", times.tolist(), wanted)
        begins = np.rint(times / simulator.state.dt)
        last = np.append(begins[1:] != begins[:-1], True)[: begins.size]
        self.values.update(times=begins[last] * simulator.state.dt, amplitudes=amplitudes[last])

    def current(self, steps: NDArray[np.int64]) -> Floats:
        """The current [nA] in these steps."""
        begins = np.rint(self.values["times"] / simulator.state.dt)
        return np.concatenate([[0.0], self.values["amplitudes"]])[np.searchsorted(begins, steps, "right")]


class NoisyCurrentSource(Electrode, electrodes.NoisyCurrentSource):
    """Gaussian noise [nA] that takes a new value every `dt`; the same path after each reset.

    Parameters
    ----------
    mean, stdev : float
        [nA]
    dt : float
        [ms] A multiple of the time step.
    start, stop : float
        [ms]
    rng : pyNN.random.AbstractRNG, optional
    """

    translations = _as_they_are(electrodes.NoisyCurrentSource)

    def __init__(self, rng: Any = None, **parameters: Any):
        object.__setattr__(self, "rng", rng if rng is not None else NumpyRNG())
        object.__setattr__(self, "path", np.zeros(0))
        parameters.setdefault("dt", max(self.default_parameters["dt"], simulator.state.dt))
        super().__init__(**parameters)

    def check(self) -> None:
        """The interval is a number of steps."""
        each = self.values.get("dt", simulator.state.dt) / simulator.state.dt
        if each < 0.5 or abs(each - round(each)) > 1e-6:
            raise BadValue("NoisyCurrentSource.dt", self.values["dt"], f"a multiple of {simulator.state.dt:g} would do")

    def current(self, steps: NDArray[np.int64]) -> Floats:
        """The current [nA] in these steps."""
        x = self.values
        which = np.maximum(self.since(steps) // round(x["dt"] / simulator.state.dt), 0).astype(np.int64)
        on = self.during(steps)
        missing = int(which[on].max(initial=-1)) + 1 - self.path.size
        if missing > 0:
            more = np.atleast_1d(self.rng.next(missing, "normal", {"mu": 0.0, "sigma": 1.0}))
            object.__setattr__(self, "path", np.concatenate([self.path, more]))
        values = np.zeros(steps.size)
        values[on] = x["mean"] + x["stdev"] * self.path[which[on]]
        return values
