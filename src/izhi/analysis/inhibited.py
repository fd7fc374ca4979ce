"""Features M, N, S and T: what inhibition and its end do to a silent cell."""

from __future__ import annotations

from izhi.analysis.bursts import BURST
from izhi.analysis.epochs import Epoch
from izhi.analysis.protocol import BRIEF, Release, quiet_before, releases
from izhi.analysis.response import Response
from izhi.analysis.trains import Train
from izhi.analysis.verdict import Measure, Verdict, first_that_holds, no, untested, yes

NEEDS = "it takes inhibition that begins and ends, of a cell that is silent"
HOLD = f"it takes inhibition that is held for {BRIEF:g} ms or more, and ends, of a cell that is silent"


def rebound_spike(response: Response) -> Verdict:
    """M: silent before and under inhibition, it fires a spike, or a doublet, after its end, and comes to rest.

    Parameters
    ----------
    response : Response
        What a cell did, and what was done to it.

    Examples
    --------
    >>> from izhi.experiment import run_preset
    >>> import izhi
    >>> bool(rebound_spike(Response.of(run_preset(izhi.preset("2004/M")))))
    True
    """
    return first_that_holds((_rebound(response, r, False) for r in _testing(response)), untested(NEEDS))


def rebound_burst(response: Response) -> Verdict:
    """N: silent before and under inhibition, it fires a burst after its end, and comes to rest."""
    return first_that_holds((_rebound(response, r, True) for r in _testing(response)), untested(NEEDS))


def _testing(response: Response) -> list[Release]:
    """The ends of inhibition before which the cell was silent, as far as the recording goes back."""
    found = releases(response)
    return [r for r in found if r.inhibition.before is None or quiet_before(response, r.inhibition)]


def _rebound(response: Response, release: Release, burst: bool) -> Verdict:
    held, after = release.inhibition, release.after
    during = Train(response, held.start, held.stop - response.slack)
    train = Train(response, after.start, after.stop)
    measures = (Measure("inhibition", held.duration, "ms"), *train.measures())
    if during.count:
        return no("it fires under the inhibition, so that no spike after it is a rebound", *measures)
    if not train.count:
        return no("the end of the inhibition makes it fire no spike", *measures)
    if not train.over:
        return no("after the end of the inhibition its firing does not come to rest again", *measures)
    if burst:
        good, bad = "the end of the inhibition makes it fire one burst", "fewer than three spikes are no burst"
        return yes(good, *measures) if train.count >= BURST else no(bad, *measures)
    good, bad = "the end of the inhibition makes it fire a spike", "three spikes or more are a burst"
    return yes(good, *measures) if train.count < BURST else no(bad, *measures)


def induced_spiking(response: Response) -> Verdict:
    """S: silent before, it fires single spikes under inhibition, to its end, and none thereafter."""
    return first_that_holds((_induced(response, r, False) for r in _long(response)), untested(HOLD))


def induced_bursting(response: Response) -> Verdict:
    """T: silent before, it fires bursts under inhibition, and nothing thereafter."""
    return first_that_holds((_induced(response, r, True) for r in _long(response)), untested(HOLD))


def _long(response: Response) -> list[Release]:
    return [r for r in releases(response) if r.inhibition.duration >= BRIEF and quiet_before(response, r.inhibition)]


def _induced(response: Response, release: Release, burst: bool) -> Verdict:
    held, after = release.inhibition, release.after
    train = Train(response, held.start, held.stop)
    rest = response.spikes_between(held.stop + response.slack, after.stop)
    measures = (*train.measures(), Measure("bursts", len(train.bursts)), Measure("spikes after its end", rest.size))
    if train.count < 2:
        return no("inhibition makes it fire no train", *measures)
    if not train.ongoing:
        return no("its firing ends before the inhibition does", *measures)
    if rest.size:
        return no("it goes on firing after the end of the inhibition", *measures)
    if burst:
        good, bad = "under inhibition it fires bursts, and is silent without", "under inhibition its spikes are single"
        return yes(good, *measures) if train.in_bursts else no(bad, *measures)
    good, bad = "under inhibition it fires single spikes, and is silent without", "under inhibition it fires bursts"
    return no(bad, *measures) if train.in_bursts else yes(good, *measures)


def inhibited(response: Response) -> Epoch | None:
    """The inhibition, if there is one, under which a cell that was silent fires."""
    found = (r.inhibition for r in _long(response) if response.fired(r.inhibition.start, r.inhibition.stop))
    return next(found, None)
