"""The synapses of a network in the order in which the engine adds up what they send, and NEURON's delays that keep it.

NEURON does not say in which order it delivers what is due at one time, and sums of floats depend on it. It does deliver
in the order of time. So the synapses on a cell get delays that differ by parts of a step: each acts in its step, and
within the step in its turn.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.errors import BadValue
from izhi.network import Network

# Where in a step of NEURON's the first and the last synapse of a cell act; half a step is rounded to the next.
FIRST, LAST = 0.15, 0.4
# A source of spikes sends them this part of a step late, so that none is sent before its time has come.
LATE = 0.1
# So close turns may be, against the round-off of NEURON's clock [ms].
CLOSEST = 1e-7

Ints = NDArray[np.int64]


class Wires:
    """All synapses onto some cells.

    Attributes
    ----------
    source, target : shape (n,), int
        Cells, counted through all populations.
    weight : shape (n,)
    channel : shape (n,), int
    lag : shape (n,), int
        Steps from the list of spikes that the source's is in to the step in which the synapse acts.
    turn : shape (n,), int
        The place among the synapses on the target.
    """

    def __init__(self, network: Network, plan: Any, mine: NDArray[np.bool_]):
        found: list[tuple[NDArray, ...]] = [_none()]
        for number, bundle in enumerate(plan.bundles[0]):
            for wiring in bundle:
                found += _drawn(plan, number, wiring, mine)
        source, target, weight, channel, lag, bundle = (np.concatenate(x) for x in zip(*found, strict=True))
        # Within a bundle the synapses are in the order in which they were drawn, which a stable sort keeps.
        order = np.lexsort((source, bundle, -lag, target))
        self.source, self.target, self.weight = source[order], target[order], weight[order]
        self.channel, self.lag = channel[order], lag[order]
        first = np.searchsorted(self.target, self.target, side="left")
        self.turn = np.arange(self.target.size) - first
        self.network = network

    def delays(self, dt: float, halves: bool, sources: NDArray[np.bool_]) -> NDArray[np.float64]:
        """NEURON's delays [ms], where its step is dt or half of it; `sources` says of each cell whether it is one."""
        step = dt / 2 if halves else dt
        most = int(self.turn.max(initial=0)) + 1
        apart = (LAST - FIRST) * step / most
        if apart < CLOSEST:
            raise BadValue("engine 'neuron'", f"{most} synapses on a cell", f"at most {round(apart * most / CLOSEST)}")
        base = self.lag * dt + (step if halves else 0.0)
        return base + FIRST * step + self.turn * apart - np.where(sources[self.source], LATE * step, 0.0)


def _none() -> tuple[NDArray, ...]:
    whole = np.zeros(0, dtype=np.int64)
    return whole, whole, np.zeros(0), whole, whole, whole


def _drawn(plan: Any, number: int, wiring: Any, mine: NDArray[np.bool_]) -> list[tuple[NDArray, ...]]:
    """The synapses of a projection onto our cells, as they are drawn."""
    synapse = wiring.projection.synapse
    found: list[tuple[NDArray, ...]] = []
    channel, early, cell_at = plan.channels.index(synapse), plan.early(synapse), plan.layout.cell_at
    for batch in wiring.batches():
        source, target = cell_at[batch.source].astype(np.int64), cell_at[batch.target].astype(np.int64)
        own = mine[target]
        lag = np.broadcast_to(wiring.delays(batch, plan.dt) - early, source.shape)
        weight = np.asarray(wiring.weights(batch), dtype=np.float64)
        n = int(own.sum())
        found.append((source[own], target[own], np.broadcast_to(weight, source.shape)[own], np.full(n, channel),
                      lag[own], np.full(n, number)))  # fmt: skip
    return found
