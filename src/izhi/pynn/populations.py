"""Populations, views of them, and assemblies."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyNN import common
from pyNN.errors import InvalidParameterValueError
from pyNN.parameters import ParameterSpace, simplify
from pyNN.standardmodels import StandardCellType

from izhi.errors import BadValue
from izhi.pynn import simulator
from izhi.pynn.recording import Recorder
from izhi.pynn.sources import SpikeSourceArray


class _Cells:
    """What populations and views have in common: they read and write arrays of the population."""

    celltype: Any
    size: int

    def _owner(self) -> tuple[Population, Any]:
        """The population, and which of its cells these are."""
        raise NotImplementedError

    def _get_parameters(self, *names: str) -> ParameterSpace:
        space = self._get_native_parameters(*names)
        return self.celltype.reverse_translate(space) if isinstance(self.celltype, StandardCellType) else space

    def _get_native_parameters(self, *names: str) -> ParameterSpace:
        owner, mine = self._owner()
        for name in names:
            if name not in owner.parameters:
                raise common.populations.errors.NonExistentParameterError(
                    name, self.celltype.__class__.__name__, self.celltype.get_parameter_names()
                )
        return ParameterSpace({name: simplify(owner.parameters[name][mine]) for name in names}, shape=(self.size,))

    def _set_parameters(self, space: ParameterSpace) -> None:
        owner, mine = self._owner()
        space.evaluate(simplify=False)
        for name, values in space.items():
            _check_order(owner.celltype, values)
            owner.parameters[name][mine] = values
        owner.changed(list(space.keys()))

    def _set_initial_value_array(self, variable: str, values: Any) -> None:
        owner, mine = self._owner()
        if variable not in owner.celltype.default_initial_values:
            raise BadValue(f"{owner.label}.initialize", variable, f"{', '.join(owner.start) or 'nothing'} would do")
        if variable not in owner.start:
            owner.start[variable] = np.zeros(owner.size)
        owner.start[variable][mine] = values.evaluate(simplify=False)
        if variable.startswith("gsyn") and owner.start[variable].any():
            raise BadValue(f"{owner.label}.{variable}", "a value", "0 would do: conductances begin at 0")
        owner.moved(variable)

    def _get_view(self, selector: Any, label: str | None = None) -> PopulationView:
        return PopulationView(self, selector, label)


class Assembly(common.Assembly):
    """Several populations or views."""

    _simulator = simulator


class PopulationView(_Cells, common.PopulationView):
    """Some cells of a population."""

    _simulator = simulator
    _assembly_class = Assembly

    def _owner(self) -> tuple[Population, NDArray[np.int64]]:
        return self.grandparent, self.index_in_grandparent(np.arange(self.size))

    @property
    def initial_values(self) -> dict[str, Any]:
        """Where the cells of the view start."""
        owner, mine = self._owner()
        return {variable: owner.start[variable][mine] for variable in owner.start}


class Population(_Cells, common.Population):
    """Cells of one type."""

    __doc__ = common.Population.__doc__
    _simulator = simulator
    _recorder_class = Recorder
    _assembly_class = Assembly

    def _create_cells(self) -> None:
        state = simulator.state
        ids = range(state.id_counter, state.id_counter + self.size)
        self.all_cells = np.array([simulator.ID(n) for n in ids], dtype=simulator.ID)
        for cell in self.all_cells:
            cell.parent = self
        self._mask_local = np.ones(self.size, dtype=bool)
        state.id_counter += self.size
        own = isinstance(self.celltype, StandardCellType)
        space = self.celltype.native_parameters if own else deepcopy(self.celltype.parameter_space)
        space.shape = (self.size,)
        space.evaluate(simplify=False)
        self.parameters: dict[str, Any] = {
            name: np.array(np.broadcast_to(x, (self.size,))) for name, x in space.as_dict().items()
        }
        for values in self.parameters.values():
            _check_order(self.celltype, values)
        self.start: dict[str, Any] = {}
        self.number = len(state.populations)
        state.populations.append(self)

    def _owner(self) -> tuple[Population, slice]:
        return self, slice(None)

    def _set_cell_initial_value(self, id: Any, variable: str, value: float) -> None:  # noqa: A002
        self.start[variable][self.id_to_index(id)] = value
        self.moved(variable)

    def _get_cell_initial_value(self, id: Any, variable: str) -> float:  # noqa: A002
        return float(self.start[variable][self.id_to_index(id)])

    def changed(self, names: list[str]) -> None:
        """Parameters have other values: a network that runs takes them over."""
        if simulator.state.running_network is not None:
            simulator.state.running_network.take_parameters(self, names)

    def moved(self, variable: str) -> None:
        """An initial value was set; in the middle of a run it is the present one."""
        if simulator.state.running_network is not None:
            simulator.state.running_network.take_state(self, variable)


def _check_order(celltype: Any, values: Any) -> None:
    if isinstance(celltype, SpikeSourceArray) and any((np.diff(each.value) < 0).any() for each in values):
        raise InvalidParameterValueError("Spike times given to SpikeSourceArray must be in increasing order")
