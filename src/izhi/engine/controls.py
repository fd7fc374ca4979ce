"""What can be read from a network between two stretches of a run, and changed: weights, states, parameters, drives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.engine.arrays import cell_table
from izhi.engine.layout import WIDTH
from izhi.engine.learning import WEIGHT
from izhi.engine.locate import Located, locate, source_rows
from izhi.engine.numbers import drive_value, schedule, thresholds
from izhi.engine.packing import checked, pack, unpacked
from izhi.engine.team import Team
from izhi.equations import RECEPTORS
from izhi.errors import BadValue, UnknownName
from izhi.network import Background, PoissonDrive, Projection, SpikeSource


class Weights(NamedTuple):
    """The synapses of a projection, in the order of their sources.

    `source` and `target` are numbers of cells counted through all populations, `delay` is in ms.
    """

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    weight: NDArray
    delay: NDArray[np.float64]


@dataclass(eq=False)
class Controls:
    """Hands on the arrays of a network.

    Attributes
    ----------
    team : Team
    parameters_set : dict
        By population, the parameters that were changed.
    weights_set : bool
        Whether weights of synapses that do not learn were changed.
    spikes_set : dict
        By population, the spikes that sources were given.
    """

    team: Team
    parameters_set: dict[int, dict[str, Any]] = field(default_factory=dict)
    weights_set: bool = False
    spikes_set: dict[int, SpikeSource] = field(default_factory=dict)
    located: dict[str, Located] = field(default_factory=dict)

    def weights(self, projection: str) -> Weights:
        """The synapses of a projection as they are now."""
        rows, learns = self._synapses(projection)
        if self.team.plan.packed:
            own = unpacked(self.team.net.index[rows.where], self._step(projection))
            return Weights(rows.source, rows.target, own, rows.delay)
        values = self.team.state.learned[:, WEIGHT] if learns else self.team.net.weight
        return Weights(rows.source, rows.target, values[rows.where], rows.delay)

    def _step(self, projection: str) -> float:
        """How large a step of packed weights is."""
        channel = self.team.plan.channels.index(self.projection(projection).synapse)
        return float(self.team.net.channel_scale[channel])

    def set_weights(self, projection: str, weight: Any) -> None:
        """Replace the weights of a projection: one for all, or an array in the order of `weights`."""
        rows, learns = self._synapses(projection)
        try:
            values = np.broadcast_to(np.asarray(weight, dtype=np.float64), rows.where.shape)
        except (TypeError, ValueError):
            raise BadValue(f"{projection}.weight", weight, f"one weight, or {rows.where.size}, would do") from None
        if not np.isfinite(values).all():
            raise BadValue(f"{projection}.weight", weight, "finite weights would do")
        if self.team.plan.packed:
            step, index = self._step(projection), self.team.net.index
            index[rows.where] = pack(index[rows.where], checked(values, step, projection), step)
        else:
            (self.team.state.learned[:, WEIGHT] if learns else self.team.net.weight)[rows.where] = values
        self.weights_set = self.weights_set or not learns

    def scale_weights(self, projection: str, factor: float) -> None:
        """Multiply the weights of a projection; of one that does not learn, without looking up its synapses."""
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not np.isfinite(factor):
            raise BadValue(f"{projection}.factor", factor, "a finite factor would do")
        chosen, plan, net = self.projection(projection), self.team.plan, self.team.net
        own = plan.network.projections.index(chosen)
        for b, bundle in enumerate(plan.bundles[0]):
            orders = [w.order for w in bundle if set(w.projection.source) & set(chosen.source)]
            if orders == [own] and not plan.packed:
                for first, last in source_rows(plan, net, b, chosen):
                    net.weight[first:last] *= net.weight.dtype.type(factor)
                self.weights_set = True
                return
        self.set_weights(projection, self.weights(projection).weight * factor)

    def projection(self, name: str) -> Projection:
        """A projection by name."""
        for each in self.team.plan.network.projections:
            if each.name == name:
                return each
        raise UnknownName("projection", name, [p.name for p in self.team.plan.network.projections])

    def _synapses(self, name: str) -> tuple[Located, bool]:
        """Where a projection's synapses lie, and whether they learn."""
        projection, plan = self.projection(name), self.team.plan
        learns = projection.plasticity is not None
        if name not in self.located:
            order = plan.network.projections.index(projection)
            held = [b for b, bundle in enumerate(plan.bundles[learns]) if any(w.order == order for w in bundle)]
            self.located[name] = locate(plan, self.team.net, projection, held[0], learns)
        return self.located[name], learns

    def state(self, population: str) -> dict[str, NDArray]:
        """The state of a population's cells as it is now: v, u, and w where there is one."""
        k, cell = self.cells(population)
        places = self.team.plan.layout.of(k)
        return {
            q.symbol: self.team.state.X[places // WIDTH, r, places % WIDTH].copy()
            for r, q in enumerate(cell.model.state)
        }

    def set_state(self, population: str, **values: Any) -> None:
        """Replace states of a population's cells, such as `v=-65` or an array."""
        k, cell = self.cells(population)
        symbols = [q.symbol for q in cell.model.state]
        places = self.team.plan.layout.of(k)
        unknown = next((symbol for symbol in values if symbol not in symbols), None)
        if unknown is not None:
            raise UnknownName(f"{population}.state", unknown, symbols)
        given = {s: _for_each(value, places.size, f"{population}.{s}") for s, value in values.items()}
        for symbol, value in given.items():
            self.team.state.X[places // WIDTH, symbols.index(symbol), places % WIDTH] = value
        self.team.detect()

    def conductances(self, population: str) -> dict[str, NDArray]:
        """The conductances of a population's cells as they are now, by receptor; none if no synapse opens any."""
        k, _ = self.cells(population)
        places = self.team.plan.layout.of(k)
        G = self.team.state.G
        return {name: G[places // WIDTH, r, places % WIDTH] for r, name in enumerate(RECEPTORS[: G.shape[1]])}

    def set_spikes(self, population: str, times: Any) -> None:
        """Replace the spikes of a source that are still to come."""
        plan, net = self.team.plan, self.team.net
        own = plan.network.population(population)
        if not isinstance(own.cell, SpikeSource):
            raise BadValue(population, "no spikes at given times", "a population of a SpikeSource would do")
        given = SpikeSource(times)
        given.trains(own.count)
        self.spikes_set[plan.network.populations.index(own)] = given
        begin, step, cell = schedule(plan, net.kind.size, self.spikes_set)
        self.team.net = net._replace(schedule_begin=begin, schedule_step=step, schedule_cell=cell)

    def parameters(self, population: str) -> dict[str, NDArray[np.float64]]:
        """The parameters of a population's cells."""
        return dict(self.cells(population)[1].parameters)

    def set_parameters(self, population: str, **values: Any) -> None:
        """Replace parameters of a population's cells, such as `d=2` or an array."""
        k, cell = self.cells(population)
        n = self.team.plan.network.populations[k].count
        model = self.team.plan.model_of(cell)
        shared = self.team.plan.assembly.shared[model]
        for symbol, value in values.items():
            if symbol in shared and np.ndim(value):
                raise BadValue(f"{population}.{symbol}", "an array", "with an array from the beginning, or one number")
        self.note(k, values)
        if not n:
            return
        table = cell_table(self.team.plan)
        part = slice(self.team.plan.layout.chunks[k], self.team.plan.layout.chunks[k + 1])
        state = self.team.state
        for name in ("P", "D"):
            getattr(state, name)[part] = table[name][part]
        state.Q[k] = table["Q"][k]
        self.team.detect()

    def note(self, population: int, values: Mapping[str, Any]) -> None:
        """Keep changed parameters in the description of the cells, and for checkpoints."""
        cell, n = self.team.plan.cells[population], self.team.plan.network.populations[population].count
        assert cell is not None
        changed = Cell(cell.model, {**cell.parameters, **values}, dict(cell.initial), name=cell.name)
        if changed.count not in (None, n):
            who = self.team.plan.network.populations[population].name
            raise BadValue(who, f"arrays of {changed.count} values", f"{n}, one for each cell, would do")
        self.team.plan.cells[population] = changed
        self.parameters_set.setdefault(population, {}).update(values)

    def set_drive(self, population: str | None, number: int, drive: Background) -> None:
        """Replace a background of a population (None: of the network), the first being 0, by another of its kind."""
        names = [p.name for p in self.team.plan.network.populations]
        k = names.index(self.team.plan.network.population(population).name) if population is not None else len(names)
        mine = [q for q, (p, _) in enumerate(self.team.plan.drives) if p == k]
        if not isinstance(number, int) or not 0 <= number < len(mine):
            raise BadValue(f"{population}.drive", number, f"a number below {len(mine)} would do")
        at = mine[number]
        before = self.team.plan.drives[at][1]
        same_channel = not isinstance(drive, PoissonDrive) or drive.synapse == getattr(before, "synapse", None)
        if type(drive) is not type(before) or not same_channel:
            raise BadValue(f"{population}.drive", drive, f"another {type(before).__name__} would do")
        self.team.state.drive_value[at] = drive_value(drive)
        if isinstance(drive, PoissonDrive):
            row = thresholds([drive], self.team.plan.dt)[0]
            old = self.team.state.drive_table
            table = np.full((old.shape[0], max(old.shape[1], row.size)), 2**32, dtype=np.uint64)
            table[:, : old.shape[1]] = old
            table[at] = 2**32
            table[at, : row.size] = row
            self.team.state = self.team.state._replace(drive_table=table)

    def changes(self) -> dict[str, NDArray]:
        """All that was changed and that neither the description nor the state tells, for checkpoints."""
        found = {f"set:{k}:{s}": np.asarray(x) for k, values in self.parameters_set.items() for s, x in values.items()}
        for k, source in self.spikes_set.items():
            times, cells = source.trains(self.team.plan.network.populations[k].count)
            found |= {f"spikes:{k}:time": times, f"spikes:{k}:cell": cells}
        if self.weights_set:
            found["weight"] = self.team.net.index if self.team.plan.packed else self.team.net.weight
        return found

    def restore(self, arrays: Mapping[str, NDArray]) -> None:
        """The same changes again, from a checkpoint."""
        self.weights_set = "weight" in arrays
        if self.weights_set:
            own = "index" if self.team.plan.packed else "weight"
            self.team.net = self.team.net._replace(**{own: arrays["weight"]})
        for key in arrays:
            kind, k, symbol = [*key.split(":"), "", ""][:3]
            if kind == "set":
                self.note(int(k), {symbol: arrays[key]})
            elif kind == "spikes" and symbol == "time":
                source = self.team.plan.network.populations[int(k)]
                cells = arrays[f"spikes:{k}:cell"]
                self.set_spikes(source.name, [arrays[key][cells == i] for i in range(source.count)])

    def reward(self, amount: float, projection: str | None = None) -> None:
        """Release dopamine: at the synapses of one projection, or of all that learn by it."""
        if isinstance(amount, bool) or not isinstance(amount, int | float) or not np.isfinite(amount):
            raise BadValue("reward", amount, "a finite amount would do")
        found = False
        for b, bundle in enumerate(self.team.plan.bundles[1]):
            names = [w.projection.name for w in bundle]
            rule = bundle[0].projection.plasticity
            if rule is not None and rule.dopamine is not None and projection in (None, *names):
                self.team.state.dopamine[:, b] += amount
                found = True
        if not found:
            raise BadValue("reward", projection, "a projection that learns by dopamine would do")

    @property
    def dopamine(self) -> dict[str, float]:
        """By projection, the dopamine above its tonic level."""
        return {
            w.projection.name: float(self.team.state.dopamine[0, b])
            for b, bundle in enumerate(self.team.plan.bundles[1])
            for w in bundle
            if w.projection.plasticity is not None and w.projection.plasticity.dopamine is not None
        }

    def cells(self, population: str) -> tuple[int, Cell]:
        """A population's number and its cells."""
        names = [p.name for p in self.team.plan.network.populations]
        k = names.index(self.team.plan.network.population(population).name)
        cell = self.team.plan.cells[k]
        if cell is None:
            raise BadValue(population, "a source of spikes", "a population of cells would do")
        return k, cell


def _for_each(value: Any, count: int, who: str) -> NDArray[np.float64]:
    try:
        values = np.broadcast_to(np.asarray(value, dtype=np.float64), (count,))
    except (TypeError, ValueError):
        raise BadValue(who, value, f"a number, or {count}, would do") from None
    if not np.isfinite(values).all():
        raise BadValue(who, value, "finite numbers would do")
    return values
