"""The twenty features of 2004, each with the detector that decides it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from izhi.analysis import inhibited, oscillation, paired, pulsed, ramped, sustained
from izhi.analysis.evidence import trouble
from izhi.analysis.response import Response
from izhi.analysis.verdict import Verdict, untested


@dataclass(frozen=True)
class Feature:
    """One of the twenty.

    Attributes
    ----------
    letter : str
        Its panel in figure 1 of Izhikevich 2004.
    name : str
    meaning : str
        What is measured, in one sentence.
    detector : function of a Response
        Its verdict on a response that can be judged.
    """

    letter: str
    name: str
    meaning: str
    detector: Callable[[Response], Verdict]

    def __call__(self, response: Response) -> Verdict:
        """The verdict on any response, also on one that cannot be judged.

        Parameters
        ----------
        response : Response
            What a cell did, and what was done to it.

        Examples
        --------
        >>> print(FEATURES["A"](Response([], [], [], [])).because)
        not tested: empty, since there are no samples
        """
        return self.judge(response, trouble(response))

    def judge(self, response: Response, problem: str) -> Verdict:
        """The verdict, given what is the trouble with the response, if anything."""
        return untested(problem.replace(": ", ", since ", 1)) if problem else self.detector(response)


_ROWS = (
    Feature("A", "tonic spiking", "single spikes, of a rate that settles, while a step lasts", sustained.tonic_spiking),
    Feature("B", "phasic spiking", "a spike at the onset of a step, then rest", sustained.phasic_spiking),
    Feature("C", "tonic bursting", "burst after burst while a step lasts", sustained.tonic_bursting),
    Feature("D", "phasic bursting", "one burst at the onset of a step, then rest", sustained.phasic_bursting),
    Feature("E", "mixed mode", "a burst at the onset of a step, then single spikes", sustained.mixed_mode),
    Feature(
        "F", "spike frequency adaptation", "intervals that lengthen while a step lasts", sustained.frequency_adaptation
    ),
    Feature("G", "class 1 excitability", "low rates at first, and a wide range, on a ramp", ramped.class_1),
    Feature("H", "class 2 excitability", "a high rate at once on a ramp", ramped.class_2),
    Feature("I", "spike latency", "a spike long after the pulse that caused it", pulsed.spike_latency),
    Feature(
        "J", "subthreshold oscillations", "a voltage that swings to and fro without spikes",
        oscillation.subthreshold_oscillations,
    ),
    Feature("K", "resonator", "spikes for two pulses farther apart, and not for closer ones", paired.resonator),
    Feature("L", "integrator", "spikes for two pulses close to each other, and not for others", paired.integrator),
    Feature("M", "rebound spike", "a spike after inhibition ends", inhibited.rebound_spike),
    Feature("N", "rebound burst", "a burst after inhibition ends", inhibited.rebound_burst),
    Feature(
        "O", "threshold variability", "a spike for a weak pulse after inhibition, and not without",
        pulsed.threshold_variability,
    ),
    Feature("P", "bistability", "rest and steady firing at one current, switched by pulses", pulsed.bistability),
    Feature(
        "Q", "depolarizing after-potential", "a hump of the voltage after a spike", pulsed.depolarizing_afterpotential
    ),
    Feature("R", "accommodation", "silence on a slow rise, a spike on a sharp one", ramped.accommodation),
    Feature("S", "inhibition-induced spiking", "spikes while inhibition lasts", inhibited.induced_spiking),
    Feature("T", "inhibition-induced bursting", "bursts while inhibition lasts", inhibited.induced_bursting),
)  # fmt: skip

FEATURES: dict[str, Feature] = {feature.letter: feature for feature in _ROWS}
