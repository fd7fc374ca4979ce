"""Synapses of 32 bits: where a spike goes in the lower 16, and in the upper the weight, in steps of a 32,767th of the
largest that acts in the same way. What arrives is added up in whole steps, without rounding, in any order.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from izhi.engine.plan import Plan
from izhi.engine.rows import Rows
from izhi.errors import BadValue
from izhi.network import PoissonDrive
from izhi.network.synapses import CurrentPulse

LARGEST = 32_767
# Synapses that are packed at once.
TOGETHER = 1 << 22


def check_packing(plan: Plan) -> None:
    """Refuse a network whose synapses do not fit.

    Raises
    ------
    BadValue
        If some change with use, or delays are so long that a slot and a target need more bits.
    """
    for projection in plan.network.projections:
        if projection.plasticity is not None or projection.short_term is not None:
            raise BadValue(
                "weights", "packed", f"with {projection.name}, whose synapses change with use, exact would do"
            )
    for _, drive in plan.drives:
        if isinstance(drive, PoissonDrive) and not isinstance(drive.synapse, CurrentPulse):
            raise BadValue("weights", "packed", "with a PoissonDrive over anything but pulses exact would do")
    if plan.index_type(plan.depth).itemsize > 2:
        raise BadValue("weights", "packed", f"with delays of up to {plan.depth} steps exact would do")


def packed(plan: Plan, rows: Rows) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    """The synapses, in the memory that their weights had, and of each channel how large a step is."""
    scale = np.zeros(len(plan.channels))
    channel = [plan.channels.index(bundle[0].projection.synapse) for bundle in plan.bundles[0]]
    for b, c in enumerate(channel):
        for weight, _ in _parts(rows, b):
            scale[c] = max(scale[c], float(np.abs(weight).max(initial=0.0)) / LARGEST)
    for b, c in enumerate(channel):
        for weight, index in _parts(rows, b):
            weight.view(np.uint32)[:] = pack(index, weight, scale[c])
    return rows.weight.view(np.uint32), scale


def _parts(rows: Rows, bundle: int) -> list[tuple[NDArray, NDArray]]:
    first, last = int(rows.row[bundle, 0]), int(rows.row[bundle, -1])
    edges = [*range(first, last, TOGETHER), last]
    return [(rows.weight[a:b], rows.index[a:b]) for a, b in pairwise(edges)]


def pack(index: NDArray, weight: NDArray, scale: float) -> NDArray[np.uint32]:
    """Synapses from targets and weights."""
    steps = np.rint(weight / scale if scale else np.zeros_like(weight)).astype(np.int32)
    return (steps.view(np.uint32) << np.uint32(16)) | (index & np.uint32(0xFFFF))


def unpacked(synapses: NDArray[np.uint32], scale: float) -> NDArray[np.float64]:
    """Their weights."""
    return (synapses.view(np.int32) >> np.int32(16)).astype(np.float64) * scale


def checked(weight: NDArray[np.float64], scale: float, who: str) -> NDArray[np.float64]:
    """Weights that the steps reach.

    Raises
    ------
    BadValue
        If one is larger than all that there were when the network was built.
    """
    most = LARGEST * scale
    if weight.size and np.abs(weight).max() > most * (1 + 1e-6):
        raise BadValue(f"{who}.weight", float(np.abs(weight).max()), f"at most {most:g} would do: weights are packed")
    return weight
