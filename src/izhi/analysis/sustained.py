"""Features A to F: how a cell answers a current that is switched on and stays."""

from __future__ import annotations

from collections.abc import Callable

from izhi.analysis.protocol import long_steps, quiet_before
from izhi.analysis.response import Response
from izhi.analysis.spikes import interval_ratio, mean_rate
from izhi.analysis.trains import SLOWING, TRAIN, Train, pattern
from izhi.analysis.verdict import Measure, Verdict, first_that_holds, no, untested, yes

NEEDS = "it takes a current that jumps up and is held for 30 ms or more, from a cell that is silent"


def _on_steps(response: Response, judge: Callable[[Train], Verdict]) -> Verdict:
    """The verdict of the first step, from silence, for which it holds."""
    trains = (Train(response, s.start, s.stop) for s in long_steps(response) if quiet_before(response, s))
    silent = no("the step makes it fire no spike")
    return first_that_holds((judge(train) if train.count else silent for train in trains), untested(NEEDS))


def _decided(holds: bool, train: Train, good: str, bad: str, *more: Measure) -> Verdict:
    measures = (*train.measures(), *more)
    return yes(good, *measures) if holds else no(f"{bad}: the response to the step is {pattern(train)}", *measures)


def tonic_spiking(response: Response) -> Verdict:
    """A: fires a train of single spikes, of a rate that settles, for as long as the current is on.

    Parameters
    ----------
    response : Response
        What a cell did, and what was done to it.

    Examples
    --------
    >>> from izhi.experiment import run_preset
    >>> import izhi
    >>> bool(tonic_spiking(Response.of(run_preset(izhi.preset("2004/A")))))
    True
    """
    return _on_steps(
        response,
        lambda train: _decided(
            train.tonic and not train.delayed_by_silence and not train.hastens,
            train,
            "while the step lasts it fires single spikes, and their rate settles",
            f"no {TRAIN} spikes or more whose intervals settle and go on to the end",
            Measure("rate", mean_rate(train.spikes), "/s"),
        ),
    )


def phasic_spiking(response: Response) -> Verdict:
    """B: fires once, or a doublet, when the current is switched on, and then comes to rest under the same current."""
    return _on_steps(
        response,
        lambda train: _decided(
            pattern(train) == "phasic spiking",
            train,
            "it fires at the onset of the step only, and comes to rest while the step lasts",
            "no single spike (or doublet) at the onset and rest thereafter",
        ),
    )


def tonic_bursting(response: Response) -> Verdict:
    """C: fires bursts, one after the other, for as long as the current is on."""
    return _on_steps(
        response,
        lambda train: _decided(
            train.bursting,
            train,
            "while the step lasts it fires burst after burst",
            "no two bursts or more that go on to the end",
            Measure("bursts", len(train.bursts)),
            Measure("spikes in the last whole burst", train.bursts[-2 if len(train.bursts) > 2 else -1].count)
            if train.bursts
            else Measure("spikes in bursts", 0),
        ),
    )


def phasic_bursting(response: Response) -> Verdict:
    """D: fires one burst when the current is switched on, and then comes to rest under the same current."""
    return _on_steps(
        response,
        lambda train: _decided(
            pattern(train) == "phasic bursting",
            train,
            "it fires one burst at the onset of the step, and comes to rest while the step lasts",
            "no single burst of three spikes or more at the onset and rest thereafter",
        ),
    )


def mixed_mode(response: Response) -> Verdict:
    """E: fires a burst when the current is switched on, and then single spikes."""
    return _on_steps(
        response,
        lambda train: _decided(
            train.mixed and not train.bursting,
            train,
            "a burst at the onset of the step is followed by single spikes to its end",
            "no burst at the onset, ended by a pause, with regular single spikes thereafter",
            Measure("spikes in the first burst", train.bursts[0].count if train.bursts else 0),
        ),
    )


def frequency_adaptation(response: Response) -> Verdict:
    """F: fires a train whose intervals lengthen one by one, or stay; the last is at least twice the first."""
    return _on_steps(
        response,
        lambda train: _decided(
            train.slows,
            train,
            "its intervals lengthen, and the last is at least twice the first",
            f"no train to the end whose intervals lengthen to {SLOWING:g} times the first or more",
            Measure("last interval over first", interval_ratio(train.spikes)),
        ),
    )
