"""The backend as PyNN's system scenarios need it: with stand-ins for integrate-and-fire cells, which most of them use.

A leaky cell becomes the cell of 2007 with the same capacitance, resting potential and threshold, whose conductance at
rest is cm / tau_m; it has no refractory period, and no adaptation (b = d = 0). Currents that rise as an alpha function
become exponential ones.
"""

from types import ModuleType
from typing import Any

import izhi.pynn

_DROPPED = ("tau_refrac", "tau_m", "cm", "v_rest", "v_reset", "v_thresh", "a", "b", "delta_T", "tau_w", "v_spike")


def _leaky(synapses: str, **defaults: float) -> Any:
    kind = izhi.pynn.native("izhikevich2007", synapses)

    def begin(self: Any, **given: Any) -> None:
        x = {"tau_m": 20.0, "cm": 1.0, "v_rest": -65.0, "v_reset": -65.0, "v_thresh": -50.0} | defaults | given
        kept = {name: value for name, value in x.items() if name not in _DROPPED}
        C = 1000 * x["cm"]
        kind.__init__(
            self, C=C, vr=x["v_rest"], vt=x["v_thresh"], k=C / x["tau_m"] / (x["v_thresh"] - x["v_rest"]), a=0.01,
            b=0.0, c=x["v_reset"], d=0.0, vpeak=x["v_thresh"] + 30.0, **kept,
        )  # fmt: skip

    start = kind.default_initial_values | {"v": defaults.get("v_rest", -65.0), "w": 0.0}
    return type("Leaky", (kind,), {"__init__": begin, "default_initial_values": start})


# Which engine the scenarios run on.
engine = "cpu"


def _setup(*given: Any, **extra: Any) -> int:
    return izhi.pynn.setup(*given, engine=engine, **extra)


def module() -> ModuleType:
    """`izhi.pynn` with the stand-ins."""
    own = ModuleType("izhi_with_stand_ins")
    vars(own).update({name: x for name, x in vars(izhi.pynn).items() if not name.startswith("__")})
    own.setup = _setup
    own.IF_curr_exp = own.IF_curr_alpha = _leaky("curr_exp")
    own.IF_cond_exp = own.IF_cond_alpha = _leaky("cond_exp")
    own.EIF_cond_exp_isfa_ista = _leaky("cond_exp", cm=0.281, tau_m=9.3667, v_rest=-70.6, v_reset=-70.6)
    return own
