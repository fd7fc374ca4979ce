"""Projections: PyNN's connectors say who is connected to whom; here are the arrays they fill."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyNN import common
from pyNN.parameters import ParameterSpace
from pyNN.space import Space

from izhi.errors import BadValue, UnknownName
from izhi.pynn import simulator
from izhi.pynn.synapses import StaticSynapse

_ENDS = {"presynaptic_index": "pre_index", "postsynaptic_index": "post_index"}


class Connection(common.Connection):
    """One synapse of a projection; its attributes are read and set there."""

    _projection: Projection
    _number: int

    def __init__(self, projection: Projection, number: int):
        object.__setattr__(self, "_projection", projection)
        object.__setattr__(self, "_number", number)

    def __getattr__(self, name: str) -> float:
        if name in _ENDS:
            return int(getattr(self._projection, _ENDS[name])[self._number])
        return float(self._projection.attribute(name)[self._number])

    def __setattr__(self, name: str, value: float) -> None:
        values = self._projection.attribute(name).copy()
        values[self._number] = value
        self._projection.put(name, values)

    def as_tuple(self, *names: str) -> tuple[float, ...]:
        """These attributes."""
        return tuple(getattr(self, name) for name in names)


class Projection(common.Projection):
    """Synapses from one population, view or assembly to another."""

    __doc__ = common.Projection.__doc__
    _simulator = simulator
    _static_synapse_class = StaticSynapse

    def __init__(
        self,
        presynaptic_population: Any,
        postsynaptic_population: Any,
        connector: Any,
        synapse_type: Any = None,
        source: Any = None,
        receptor_type: str | None = None,
        space: Space = Space(),
        label: str | None = None,
    ):
        state = simulator.state
        state.changeable("Projection")
        super().__init__(
            presynaptic_population,
            postsynaptic_population,
            connector,
            synapse_type,
            source,
            receptor_type,
            space,
            label,
        )
        self._parts: list[tuple[NDArray, int, dict[str, Any]]] = []
        connector.connect(self)
        self._gather()
        self.number = len(state.projections)
        state.projections.append(self)

    def _convergent_connect(
        self, presynaptic_indices: Any, postsynaptic_index: int, location_selector: Any = None, **parameters: Any
    ) -> None:
        if location_selector is not None:
            raise BadValue(f"{self.label}: location", location_selector, "none would do: cells are points")
        self._parts.append((np.atleast_1d(presynaptic_indices), int(postsynaptic_index), parameters))

    def _gather(self) -> None:
        """From what the connector said for each target, an array for each attribute."""
        sizes = [pre.size for pre, _, _ in self._parts]
        none = np.zeros(0, dtype=np.int64)
        self.pre_index = np.concatenate([none, *(pre for pre, _, _ in self._parts)]).astype(np.int64)
        self.post_index = np.repeat(np.array([post for _, post, _ in self._parts], dtype=np.int64), sizes)
        names = [n for n in self.synapse_type.native_parameters.keys() if n != "dendritic_delay_fraction"]  # noqa: SIM118
        self.values: dict[str, NDArray[np.float64]] = {}
        for name in names:
            self.values[name] = np.empty(self.pre_index.size)
            at = 0
            for size, (_, _, given) in zip(sizes, self._parts, strict=True):
                self.values[name][at : at + size] = given[name]
                at += size
        self._parts = []
        self._check_delays(self.values["delay"])

    def _check_delays(self, delays: NDArray[np.float64]) -> None:
        if delays.size and not (delays > simulator.state.dt * (1 - 1e-6)).all():
            wanted = f"{simulator.state.dt:g} ms, which is a step, or more would do"
            raise BadValue(f"{self.label}.delay", float(np.min(delays)), wanted)

    def __len__(self) -> int:
        return self.pre_index.size

    def __getitem__(self, i: int) -> Connection:
        return Connection(self, range(len(self))[i])

    @property
    def connections(self) -> Iterator[Connection]:
        """The synapses, one by one."""
        return (self[i] for i in range(len(self)))

    def attribute(self, name: str) -> NDArray[np.float64]:
        """The values of an attribute as they are now, in PyNN's units."""
        if name == "dendritic_delay_fraction":
            return np.zeros(len(self))
        if name not in self.values:
            raise UnknownName(str(self.label), name, self.values)
        running = simulator.state.running_network
        if name == "weight" and running is not None:
            return running.weights(self)
        return self.values[name]

    def put(self, name: str, values: NDArray[np.float64]) -> None:
        """Replace the values of an attribute, in the order of the synapses."""
        if name not in self.values:
            raise UnknownName(str(self.label), name, self.values)
        if name != "weight":
            simulator.state.changeable(f"{self.label}.{name}")
        if name == "delay":
            self._check_delays(values)
        self.values[name] = values
        if simulator.state.running_network is not None:
            simulator.state.running_network.take_weights(self)

    def _set_attributes(self, space: ParameterSpace) -> None:
        """From tables of sources x targets, or from one number."""
        space.evaluate(simplify=True)
        for name, table in space.items():
            one = np.ndim(table) == 0
            self.put(name, np.full(len(self), float(table)) if one else table[self.pre_index, self.post_index])

    def _set_initial_value_array(self, variable: str, value: Any) -> None:
        if (np.asarray(value.evaluate(simplify=True)) != 0).any():
            raise BadValue(f"{self.label}.{variable}", "a value", "0 would do: synapses begin as if they had rested")

    def _get_attributes_as_list(self, names: list[str]) -> list[tuple[float, ...]]:
        columns = [getattr(self, _ENDS[n]).astype(float) if n in _ENDS else self.attribute(n) for n in names]
        return list(zip(*(column.tolist() for column in columns), strict=True))

    def _get_attributes_as_arrays(self, names: list[str], multiple_synapses: str = "sum") -> list[NDArray[np.float64]]:
        return [self._table(self.attribute(name), multiple_synapses) for name in names]

    def _table(self, values: NDArray[np.float64], several: str) -> NDArray[np.float64]:
        """Sources x targets, with NaN where there is no synapse."""
        table = np.full((self.pre.size, self.post.size), np.nan)
        where = (self.pre_index, self.post_index)
        if several in ("last", "first"):
            order = slice(None) if several == "last" else slice(None, None, -1)
            table[where[0][order], where[1][order]] = values[order]
            return table
        table[where] = {"sum": 0.0, "min": np.inf, "max": -np.inf}[several]
        {"sum": np.add, "min": np.minimum, "max": np.maximum}[several].at(table, where, values)
        return table
