"""Recordings in, parameters out: a model that does what a recorded cell does, and how sure that is."""

from __future__ import annotations

from izhi.fitting.clues import Clues
from izhi.fitting.efforts import EFFORTS
from izhi.fitting.fit import Fit, fit
from izhi.fitting.front import Front
from izhi.fitting.report import report
from izhi.fitting.score import Score, SweepScore
from izhi.fitting.search import Effort
from izhi.fitting.spread import Spread
from izhi.fitting.store import save

__all__ = ["EFFORTS", "Clues", "Effort", "Fit", "Front", "Score", "Spread", "SweepScore", "fit", "report", "save"]
