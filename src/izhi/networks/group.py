"""What a search for polychronous groups gives: the groups, as arrays and one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Group:
    """The spikes that a few anchors set off, and which of them led to which.

    Attributes
    ----------
    mother : int
        The neuron at which the anchors' spikes arrive together.
    anchors : shape (k,), int
        The neurons whose spikes arrive there; they are the first cells.
    cells : shape (n,), int
        Which neuron each spike is of: the anchors, then by time, and by number where times are equal.
    times : shape (n,), int [ms]
        When, from the first anchor's spike.
    layers : shape (n,), int
        1 for an anchor's spike, else 1 more than the largest of the spikes that are linked to it.
    links : shape (m, 3), int
        Numbers of the spike before and the spike after, and the delay of the synapse [ms]; by the spike after.
    truncated : bool
        Whether there would have been more spikes, or later ones, than were asked for.
    """

    mother: int
    anchors: NDArray[np.int32]
    cells: NDArray[np.int32]
    times: NDArray[np.int32]
    layers: NDArray[np.int32]
    links: NDArray[np.int32]
    truncated: bool

    @property
    def longest_path(self) -> int:
        """The largest layer."""
        return int(self.layers.max())

    @property
    def span(self) -> int:
        """From the first spike to the last [ms]."""
        return int(self.times.max() - self.times.min())

    def __len__(self) -> int:
        return self.cells.size


@dataclass(frozen=True, eq=False)
class Groups(Sequence[Group]):
    """Groups, in the order of their mothers and then of their anchors; `groups[k]` is a `Group`.

    Attributes
    ----------
    anchors : int
        Of each group.
    mother : shape (groups,), int
    first_spike, first_link : shape (groups + 1,), int
        Spikes and links of group k are those from first[k] on and before first[k + 1].
    cell, time, layer : shape (spikes,), int
    link : shape (links, 3), int
        As in `Group`: the numbers of spikes are within the group.
    truncated : shape (groups,), bool
    """

    anchors: int
    mother: NDArray[np.int32]
    first_spike: NDArray[np.int64]
    first_link: NDArray[np.int64]
    cell: NDArray[np.int32]
    time: NDArray[np.int32]
    layer: NDArray[np.int32]
    link: NDArray[np.int32]
    truncated: NDArray[np.bool_]

    def __len__(self) -> int:
        return self.mother.size

    @overload
    def __getitem__(self, key: int) -> Group: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Group, ...]: ...
    def __getitem__(self, key: int | slice) -> Group | tuple[Group, ...]:
        if isinstance(key, slice):
            return tuple(self[k] for k in range(*key.indices(len(self))))
        k = range(len(self))[key]
        spikes = slice(self.first_spike[k], self.first_spike[k + 1])
        return Group(
            mother=int(self.mother[k]),
            anchors=self.cell[spikes][: self.anchors],
            cells=self.cell[spikes],
            times=self.time[spikes],
            layers=self.layer[spikes],
            links=self.link[self.first_link[k] : self.first_link[k + 1]],
            truncated=bool(self.truncated[k]),
        )

    @property
    def sizes(self) -> NDArray[np.int64]:
        """The spikes of each group."""
        return np.diff(self.first_spike)

    @property
    def longest_paths(self) -> NDArray[np.int32]:
        """The largest layer of each group."""
        return _largest(self.layer, self.first_spike)

    @property
    def spans(self) -> NDArray[np.int32]:
        """From the first spike of each group to its last [ms]."""
        return _largest(self.time, self.first_spike)  # the first is at 0


def _largest(values: NDArray[np.int32], first: NDArray[np.int64]) -> NDArray[np.int32]:
    return np.maximum.reduceat(values, first[:-1]) if first.size > 1 else values[:0]
