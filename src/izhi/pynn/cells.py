"""Cells: PyNN's own Izhikevich, and each declared model with each kind of synapse as a native cell.

What a spike does is the second half of a native cell's name: `delta` is a jump of v in mV, `curr_exp` a current in nA
and `cond_exp` a conductance in uS that decay. A nA is 1000 pA or, in models without units of current, 1000 mV/ms; a uS
likewise, as PyNN has it for its own Izhikevich.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from pyNN.models import BaseCellType
from pyNN.standardmodels import build_translations
from pyNN.standardmodels import cells as standard

from izhi.cell import Cell
from izhi.equations import MODELS
from izhi.errors import BadValue, UnknownName
from izhi.network import Conductance, CurrentPulse, Delta, ExponentialCurrent, Synapse
from izhi.presets import preset as published
from izhi.presets import presets

# From PyNN's nA and uS to the pA and nS of the models.
THOUSAND = 1000.0

SYNAPSES: dict[str, dict[str, float]] = {
    "delta": {},
    "curr_exp": {"tau_syn_E": 5.0, "tau_syn_I": 5.0},
    "cond_exp": {"tau_syn_E": 5.0, "tau_syn_I": 5.0, "e_rev_E": 0.0, "e_rev_I": -70.0},
}
_UNITS = {"tau_syn_E": "ms", "tau_syn_I": "ms", "e_rev_E": "mV", "e_rev_I": "mV", "i_offset": "nA"}
_RECEPTORS = {"excitatory": "AMPA", "inhibitory": "GABA_A"}
# PyNN's names for what our models call otherwise.
_SYMBOLS = {"tau_syn_E": "tau_AMPA", "tau_syn_I": "tau_GABA_A", "e_rev_E": "E_AMPA", "e_rev_I": "E_GABA_A"}


class OwnCell:
    """What the backend asks of a cell type.

    Attributes
    ----------
    model_name : str
        The declared model.
    synapses : str
        "pulse", or one of `SYNAPSES`.
    """

    model_name: ClassVar[str]
    synapses: ClassVar[str]

    @classmethod
    def symbols(cls, names: Any) -> dict[str, str]:
        """Of the parameters of these names, those that are the model's or its receptors', with their symbols there."""
        kept = SYNAPSES["cond_exp"] if cls.synapses == "cond_exp" else {}
        skipped = {"i_offset", *SYNAPSES["curr_exp"]} - set(kept)
        return {name: _SYMBOLS.get(name, name) for name in names if name not in skipped}

    @classmethod
    def synapse(cls, receptor: str, tau: float, dt: float) -> tuple[Synapse, float]:
        """What a spike does at a receptor, and by what PyNN's weight is multiplied.

        PyNN's own Izhikevich takes mV: current for one step, so that a jump beyond the peak is a spike at once.
        """
        if cls.synapses == "pulse":
            return CurrentPulse(), 1 / dt
        if cls.synapses == "delta":
            return Delta(), 1.0
        if cls.synapses == "curr_exp":
            return ExponentialCurrent(tau), THOUSAND
        return Conductance(_RECEPTORS[receptor]), THOUSAND


class Izhikevich(OwnCell, standard.Izhikevich):
    """PyNN's cell: the model of 2003, whose synapses are jumps of v in mV, and whose currents are in nA."""

    translations = build_translations(*((name, name) for name in standard.Izhikevich.default_parameters))
    model_name = "izhikevich2003"
    synapses = "pulse"


class NativeCell(OwnCell, BaseCellType):
    """A declared model with one kind of synapse; see `native`."""

    receptor_types = ("excitatory", "inhibitory")
    units: ClassVar[dict[str, str]] = {}


def _class_name(model_name: str, synapses: str) -> str:
    first, *parts = model_name.split("-")
    spelled = [part.upper() if len(part) <= 3 else part.capitalize() for part in parts]
    return f"{first.capitalize()}{''.join(spelled)}_{synapses}"


@cache
def native(model_name: str, synapses: str = "cond_exp") -> type[NativeCell]:
    """The native cell type of a model, such as "izhikevich2007-fs", with synapses "delta", "curr_exp" or "cond_exp".

    Its parameters are those of the model, in the model's units, `i_offset` [nA], and those of the synapses as PyNN
    names them. By default they are those of the first preset of the model.
    """
    for value, valid in ((model_name, MODELS), (synapses, SYNAPSES)):
        if value not in valid:
            raise UnknownName("izhi.pynn.native", value, valid)
    model = MODELS[model_name]
    own = next(p for p in presets().values() if p.model == model_name)
    cell = Cell.preset(own.name)
    states = [q.symbol for q in model.state]
    conductances = ["gsyn_exc", "gsyn_inh"] if synapses == "cond_exp" else []
    units = {q.symbol: q.unit for q in (*model.parameters, *model.state)}
    return type(
        _class_name(model_name, synapses),
        (NativeCell,),
        {
            "__doc__": f"{own.title}: the model {model_name}, with synapses {synapses}; as izhi.pynn.native makes it.",
            "__module__": __name__,
            "model_name": model_name,
            "synapses": synapses,
            "default_parameters": {
                **{symbol: float(cell.parameters[symbol]) for symbol in model.symbols},
                "i_offset": 0.0,
                **SYNAPSES[synapses],
            },
            "default_initial_values": _start(cell) | dict.fromkeys(conductances, 0.0),
            "recordable": ["spikes", *states, *conductances],
            "conductance_based": synapses == "cond_exp",
            "voltage_based_synapses": synapses == "delta",
            "units": {**units, **_UNITS, **dict.fromkeys(conductances, "uS")},
        },
    )


def _start(cell: Cell) -> dict[str, float]:
    return {q.symbol: float(x) for q, x in zip(cell.model.state, cell.state(1)[:, 0], strict=True)}


def preset(name: str, synapses: str = "cond_exp", **parameters: Any) -> NativeCell:
    """A published cell, such as "2007/FS", as a native cell; some of its parameters replaced.

    Raises
    ------
    UnknownName
        If there is no such cell or kind of synapse.

    Examples
    --------
    >>> import izhi.pynn as sim
    >>> cell = sim.preset("2007/FS", "curr_exp", tau_syn_I=8.0)
    >>> type(cell).__name__, cell.parameter_space["vpeak"].base_value
    ('Izhikevich2007FS_curr_exp', 25.0)
    """
    row = published(name)
    kind = native(row.model, synapses)
    for given in parameters:
        if not kind.has_parameter(given):
            raise UnknownName(f"izhi.pynn.preset {name}", given, kind.default_parameters)
    own = {symbol: float(x) for symbol, x in row.parameters.items() if kind.has_parameter(symbol)}
    cell = kind(**{**own, **parameters})
    cell.default_initial_values = {**kind.default_initial_values, **_start(Cell.preset(name))}
    return cell


def only_number(values: Any, who: str) -> float:
    """The one value that all cells have."""
    if values.size and (values != values[0]).any():
        raise BadValue(who, "different values", "one for all cells of a population would do")
    return float(values[0]) if values.size else 1.0


_NATIVE = {_class_name(name, synapses): native(name, synapses) for name in MODELS for synapses in SYNAPSES}
globals().update(_NATIVE)
__all__ = ["Izhikevich", "native", "preset", *_NATIVE]
