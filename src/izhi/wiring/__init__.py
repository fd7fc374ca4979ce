"""Who is connected to whom, and how strongly: rules and distributions, as small frozen values."""

from __future__ import annotations

from izhi.wiring.rules import (
    AllToAll,
    DistanceDependent,
    FixedIndegree,
    FixedOutdegree,
    Matrix,
    OneToOne,
    Pairs,
    PairwiseProbability,
    Rule,
)
from izhi.wiring.values import Distribution, Formula, LogNormal, Normal, Uniform, distributed, drawn

__all__ = [
    "AllToAll", "DistanceDependent", "Distribution", "FixedIndegree", "FixedOutdegree", "Formula", "LogNormal",
    "Matrix", "Normal", "OneToOne", "Pairs", "PairwiseProbability", "Rule", "Uniform", "distributed", "drawn",
]  # fmt: skip
