"""Synapses: static, depressing and facilitating, and those that learn."""

from __future__ import annotations

from typing import Any

from pyNN.standardmodels import build_translations
from pyNN.standardmodels import synapses as standard

from izhi.errors import BadValue
from izhi.network import STDP, Markram
from izhi.pynn import simulator


def _as_they_are(kind: Any) -> dict[str, Any]:
    return build_translations(*((name, name) for name in kind.default_parameters))


class _OwnSynapse:
    """What the backend asks of a synapse type."""

    # The parameters that synapses of one projection of izhi have in common.
    common: tuple[str, ...] = ()
    learns = False

    def _get_minimum_delay(self) -> float:
        return simulator.state.least_delay

    def dynamics(self, values: dict[str, float], scale: float) -> dict[str, Any]:  # noqa: ARG002
        """How it changes with use, as arguments of a projection; weights there are `scale` times PyNN's."""
        return {}


class StaticSynapse(_OwnSynapse, standard.StaticSynapse):
    """A weight and a delay."""

    translations = _as_they_are(standard.StaticSynapse)


class TsodyksMarkramSynapse(_OwnSynapse, standard.TsodyksMarkramSynapse):
    """Depression and facilitation; its state belongs to the cell a spike comes from."""

    translations = _as_they_are(standard.TsodyksMarkramSynapse)
    common = ("U", "tau_rec", "tau_facil")

    def dynamics(self, values: dict[str, float], scale: float) -> dict[str, Any]:  # noqa: ARG002
        """A short-term plasticity."""
        return {"short_term": Markram(*(float(values[name]) for name in self.common))}


class SpikePairRule(standard.SpikePairRule):
    """All pairs of spikes count."""

    translations = _as_they_are(standard.SpikePairRule)
    possible_models = frozenset({"izhi.STDP"})


class AdditiveWeightDependence(standard.AdditiveWeightDependence):
    """Changes by A_plus and A_minus times w_max, within bounds."""

    translations = _as_they_are(standard.AdditiveWeightDependence)
    possible_models = frozenset({"izhi.STDP"})


class STDPMechanism(_OwnSynapse, standard.STDPMechanism):
    """STDP by all pairs, additive, with axonal delays: `dendritic_delay_fraction` is 0, which is the default here."""

    base_translations = build_translations(
        ("weight", "weight"), ("delay", "delay"), ("dendritic_delay_fraction", "dendritic_delay_fraction")
    )
    learns = True
    common = ("tau_plus", "tau_minus", "A_plus", "A_minus", "w_min", "w_max")

    def __init__(
        self,
        timing_dependence: Any = None,
        weight_dependence: Any = None,
        voltage_dependence: Any = None,
        dendritic_delay_fraction: float = 0.0,
        weight: Any = 0.0,
        delay: Any = None,
    ):
        if voltage_dependence is not None:
            raise BadValue("STDPMechanism.voltage_dependence", voltage_dependence, "none would do")
        if dendritic_delay_fraction != 0:
            wanted = "0 would do: here spikes travel along the axon, and what counts is when they arrive"
            raise BadValue("STDPMechanism.dendritic_delay_fraction", dendritic_delay_fraction, wanted)
        super().__init__(
            timing_dependence or SpikePairRule(),
            weight_dependence or AdditiveWeightDependence(),
            None,
            dendritic_delay_fraction,
            weight,
            delay,
        )

    def dynamics(self, values: dict[str, float], scale: float) -> dict[str, Any]:
        """A plasticity."""
        x = {name: float(values[name]) for name in self.common}
        rule = STDP(
            potentiation=x["A_plus"] * x["w_max"] * scale,
            depression=x["A_minus"] * x["w_max"] * scale,
            tau_plus=x["tau_plus"],
            tau_minus=x["tau_minus"],
            pairing="all",
            lowest=x["w_min"] * scale,
            highest=x["w_max"] * scale,
        )
        return {"plasticity": rule}
