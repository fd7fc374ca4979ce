"""What a cell does, by measurement: spikes, bursts, the twenty features of 2004, and classes of firing.

Arrays in, numbers and verdicts out. It needs nothing but NumPy, and judges a recording from a rig as it does a run.
"""

from izhi.analysis.features import FEATURES, Feature
from izhi.analysis.firing import FIRING, Classification, classify
from izhi.analysis.response import Response
from izhi.analysis.verdict import Measure, Verdict

__all__ = ["FEATURES", "FIRING", "Classification", "Feature", "Measure", "Response", "Verdict", "classify"]
