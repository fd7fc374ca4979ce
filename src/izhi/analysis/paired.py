"""Features K and L: which spacing of two pulses a cell answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from izhi.analysis.epochs import Epoch
from izhi.analysis.protocol import ANSWER, BRIEF, answer, pulses
from izhi.analysis.response import Response
from izhi.analysis.verdict import Measure, Verdict, no, untested, yes

# Spacings are alike, and no two different ones, within this factor.
ALIKE = 1.1

NEEDS = "it takes pairs (or trains) of like pulses, with at least two spacings"


@dataclass(frozen=True)
class Volley:
    """Like pulses in a row.

    Attributes
    ----------
    spacing : float [ms]
        From one pulse to the next.
    first_alone : bool
        Whether it fires just before, or after the first pulse, before there is a second.
    fires : bool
        Whether a later one does.
    """

    spacing: float
    first_alone: bool
    fires: bool


def resonator(response: Response) -> Verdict:
    """K: two pulses make it fire if they are far apart by one period of its own, and not if they are closer.

    Parameters
    ----------
    response : Response
        What a cell did, and what was done to it.

    Examples
    --------
    >>> from izhi.experiment import run_preset
    >>> import izhi
    >>> bool(resonator(Response.of(run_preset(izhi.preset("2004/K")))))
    True
    """
    return _preference(response, wider=True)


def integrator(response: Response) -> Verdict:
    """L: two pulses make it fire if they are close to each other, and not if they are farther apart."""
    return _preference(response, wider=False)


def _preference(response: Response, wider: bool) -> Verdict:
    found = volleys(response)
    spacings = sorted(volley.spacing for volley in found)
    if not spacings or spacings[-1] < ALIKE * spacings[0]:
        return untested(NEEDS)
    if any(volley.first_alone for volley in found):
        return no("it fires just before the second of two pulses, so that the spacing of two does not matter")
    fire = [v.spacing for v in found if v.fires]
    silent = [v.spacing for v in found if not v.fires]
    measures = [Measure("spacing that makes it fire", s, "ms") for s in fire]
    measures += [Measure("spacing that does not", s, "ms") for s in silent]
    if not fire or not silent:
        return no(f"it answers {'none' if not fire else 'all'} of the spacings", *measures)
    if wider:
        if min(silent) * ALIKE < max(fire):
            return yes("it answers pulses that are farther apart, and not pulses that are closer", *measures)
        return no("it does not prefer pulses that are farther apart", *measures)
    if max(fire) * ALIKE <= min(silent):
        return yes("it answers pulses that are close to each other, and not pulses that are farther apart", *measures)
    return no("it does not prefer pulses that are close to each other", *measures)


def volleys(response: Response) -> list[Volley]:
    """Pairs or trains of like pulses, with a longer wait between one volley and the next than within either."""
    found = pulses(response)
    if len(found) < 4 or not all(found[0].like(pulse, response.slack) for pulse in found[1:]):
        return []
    starts = np.array([pulse.start for pulse in found])
    waits = np.diff(starts)
    ordered = np.sort(waits)
    # The widest gap, in octaves, is between the spacings within volleys and the waits between them.
    within = ordered[int(np.argmax(ordered[1:] / ordered[:-1]))]
    groups = np.split(np.arange(starts.size), np.flatnonzero(waits > within) + 1)
    if any(group.size < 2 for group in groups):
        groups = np.split(np.arange(starts.size), np.arange(2, starts.size, 2))
    if any(group.size < 2 for group in groups):
        return []
    return [_volley(response, [found[k] for k in group]) for group in groups]


def _volley(response: Response, group: list[Epoch]) -> Volley:
    starts = [pulse.start for pulse in group]
    alone = response.fired(starts[0] - BRIEF, starts[1])
    last = answer(response, group[-1])
    fires = response.fired(starts[1], min(last.stop, starts[-1] + ANSWER))
    return Volley(float(np.mean(np.diff(starts))), alone, fires)
