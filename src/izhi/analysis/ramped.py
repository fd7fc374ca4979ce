"""Features G, H and R: how a cell answers a current that rises slowly."""

from __future__ import annotations

import numpy as np

from izhi.analysis.protocol import answer, neighbour, quiet_before, ramps, steps
from izhi.analysis.response import Response
from izhi.analysis.spikes import instantaneous_rates
from izhi.analysis.trains import SHORTENING, TRAIN, Train
from izhi.analysis.verdict import Measure, Verdict, first_that_holds, no, untested, yes

# Where Class 1 begins to fire the rate is zero; where Class 2 does, it is large (Hodgkin 1948; Izhikevich 2004, G and
# H). On a ramp a cell has fired once by the time that it has a rate, so that the rate of Class 1, followed backwards,
# vanishes just before the first spike: within one interval (0.2 to 0.7, on ramps of 0.02 to 0.2 per ms for cell G).
# That of Class 2 would vanish two intervals earlier or more.
VANISHES = 1.0
# It is followed backwards from the first intervals; later the rate need not rise so.
FIRST = 5
# A ramp on which the first interval is shorter than this outruns the cell, and tells nothing of low rates: 40 /s is the
# rate at which Class 2 begins in the paper [ms].
OUTRUN = 20.0
# Class 1 covers a wide range of rates: on a ramp it ends at twice the rate of its onset, or more.
RANGE = 2.0
# Accommodation: of two rises, the slow one is at most half as steep.
SLOWER = 0.5

RAMP = "it takes a current that rises steadily, from a cell that is silent"


def class_1(response: Response) -> Verdict:
    """G: under a rising current it begins to fire at a low rate, and its rate covers a wide range.

    The rate is followed backwards on the straight line through the squares of the first rates: where rest ends in a
    saddle-node on a circle, the square of the rate rises in proportion to the current.

    Parameters
    ----------
    response : Response
        What a cell did, and what was done to it.

    Examples
    --------
    >>> from izhi.experiment import run_preset
    >>> import izhi
    >>> bool(class_1(Response.of(run_preset(izhi.preset("2004/G")))))
    True
    """
    return first_that_holds((_excitability(response, train, 1) for train in _rising(response)), untested(RAMP))


def class_2(response: Response) -> Verdict:
    """H: under a rising current it begins to fire at a high rate at once; there are no low rates."""
    return first_that_holds((_excitability(response, train, 2) for train in _rising(response)), untested(RAMP))


def _rising(response: Response) -> list[Train]:
    """The answers to ramps that begin in silence."""
    found = (ramp for ramp in ramps(response) if neighbour(response, ramp, -1) is None or quiet_before(response, ramp))
    return [Train(response, ramp.start, ramp.stop) for ramp in found]


def _excitability(response: Response, train: Train, wanted: int) -> Verdict:
    measures = train.measures()
    slack = response.slack
    if train.count < TRAIN or not (train.gaps[1:] <= train.gaps[:-1] / SHORTENING + slack).all():
        return no(
            f"the ramp makes it fire no train of {TRAIN} spikes or more whose rate follows the current", *measures
        )
    rates = instantaneous_rates(train.spikes)
    back, last = _vanished(train), float(rates[-1])
    measures = (*measures, Measure("rate at the end", last, "/s"))
    if back is None or last < rates[0]:
        return no("its rate does not rise with the current", *measures)
    measures = (*measures, Measure("intervals from zero rate to the first spike", back))
    if wanted == 1:
        if train.gaps[0] < OUTRUN:
            return no("the ramp is so fast that its first interval already is short", *measures)
        if back <= VANISHES and last >= RANGE * rates[0]:
            return yes("the rising current makes it fire at a low rate first, and faster and faster", *measures)
        return no("it does not begin to fire at a low rate, or covers a narrow range of rates", *measures)
    if back > VANISHES:
        return yes("the rising current makes it fire at a high rate from the first interval on", *measures)
    return no("it begins to fire at a low rate", *measures)


def _vanished(train: Train) -> float | None:
    """How long before the first spike the rate, followed backwards, vanishes, in first intervals; None if it falls."""
    rates = instantaneous_rates(train.spikes)[:FIRST]
    middles = (train.spikes[1:] + train.spikes[:-1])[:FIRST] / 2 - train.spikes[0]
    slope, square = np.polyfit(middles, rates**2, 1)
    return max(float(square / slope / train.gaps[0]), 0.0) if slope > 0 else None


def accommodation(response: Response) -> Verdict:
    """R: a current that rises slowly makes it fire no spike; a sharp rise to no more than that current does."""
    slow = [ramp for ramp in ramps(response) if quiet_before(response, ramp) or neighbour(response, ramp, -1) is None]
    slow = [ramp for ramp in slow if not answer(response, ramp).count]
    sharp = [e for e in (*ramps(response), *steps(response)) if quiet_before(response, e)]
    if not ramps(response) or len(ramps(response)) + len(steps(response)) < 2:
        return untested("it takes a slow rise of the current and, besides, a sharp one")
    for gentle in slow:
        for steep in sharp:
            if steep is gentle or steep.end_level > gentle.end_level:
                continue
            if not steep.hold and steep.slope * SLOWER < gentle.slope:
                continue
            train = answer(response, steep)
            if train.count:
                return yes(
                    "a slow rise leaves it silent, and a sharp rise to no more makes it fire",
                    Measure("slow rise", gentle.duration, "ms"),
                    Measure("sharp rise", 0.0 if steep.hold else steep.duration, "ms"),
                    Measure("top of the slow rise", gentle.end_level),
                    Measure("top of the sharp rise", steep.end_level),
                    Measure("first spike after", train.latency, "ms"),
                )
    return no("there is no slow rise that leaves it silent beside a sharp one, to no more, that makes it fire")
