"""The dynamics of one cell under a constant current, for every model: where it rests, how it fires, and in between.

Equilibria and bifurcations come from the declared equations; thresholds, curves, diagrams, maps and phase responses
from ensembles of runs by a stated scheme. Currents are in the model's unit: pA, or mV/ms for the models of 2003.
"""

from izhi.dynamics.bifurcations import Bifurcation, andronov_hopf, bogdanov_takens, closed_form, saddle_node
from izhi.dynamics.curves import FICurve, fi_curve
from izhi.dynamics.diagram import Branch, Diagram, Mark, diagram
from izhi.dynamics.equilibria import Equilibrium, equilibria
from izhi.dynamics.maps import Axis, ParameterMap, parameter_map
from izhi.dynamics.passive import Passive, passive, rest
from izhi.dynamics.plane import Nullclines, field, nullclines, voltage_window
from izhi.dynamics.portrait import Plane, Portrait, phase_plane, portrait
from izhi.dynamics.response import PhaseResponse, phase_response
from izhi.dynamics.sheet import Sheet, analyze
from izhi.dynamics.threshold import Rheobase, rheobase

__all__ = [
    "Axis", "Bifurcation", "Branch", "Diagram", "Equilibrium", "FICurve", "Mark", "Nullclines", "ParameterMap",
    "Passive", "PhaseResponse", "Plane", "Portrait", "Rheobase", "Sheet", "analyze", "andronov_hopf",
    "bogdanov_takens", "closed_form", "diagram", "equilibria", "fi_curve", "field", "nullclines", "parameter_map",
    "passive", "phase_plane", "phase_response", "portrait", "rest", "rheobase", "saddle_node", "voltage_window",
]  # fmt: skip
