"""WATCH: how NEURON sees a threshold crossed. It looks once a step, at the start, and must have seen it false before.

A watch is the number `seen`: 1 if its condition held when it last looked, else 0. A spike is therefore seen one sample
late, a condition that holds from the start does not fire, and if the first sample after a reset is above the threshold
again, there is neither spike nor reset.
"""

from __future__ import annotations

from izhi.equations.ops import where

# At activation NEURON counts a value this far below zero as above it.
ALREADY = -1e-11


def activated(value):
    """The watch of a condition whose value (lhs - rhs of lhs > rhs) is this when it is armed."""
    return where(value >= ALREADY, 1.0, 0.0)


def looked(value):
    """The watch after it has looked at a value."""
    return where(value > 0, 1.0, 0.0)


def fires(value, seen):
    """Whether a watch fires at a value."""
    return value > 0 and seen == 0
