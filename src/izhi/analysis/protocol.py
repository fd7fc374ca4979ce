"""What the stimulus puts to the test: steps, pulses, inhibition and its end, ramps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from izhi.analysis.epochs import RETURN, Epoch
from izhi.analysis.response import Response
from izhi.analysis.trains import Train

# A spike that comes later than this after a pulse is no answer to it. The slowest published one takes 43 ms.
ANSWER = 100.0
# A recording that begins under inhibition shows its end if the current then comes to this near zero, as a share of it.
NEAR_ZERO = 0.2
# A pulse is shorter than this; what is held longer is a step [ms]. Cortical membranes have time constants of 10 to 20
# ms, so that after 30 ms a current has had the effect it will have, and what follows is the cell's own doing.
BRIEF = 30.0


@dataclass(frozen=True)
class Release:
    """The end of inhibition.

    Attributes
    ----------
    inhibition : Epoch
        The hold below the baseline.
    after : Epoch
        What follows: the current is back.
    """

    inhibition: Epoch
    after: Epoch


def releases(response: Response) -> list[Release]:
    """Every end of inhibition: the current returns from a hold below to where it was.

    The wait between two pulses is no inhibition. A recording may also begin with inhibition: a negative current, which
    then returns to about zero.
    """
    found: list[Release] = []
    previous: Epoch | None = None
    for below, after in pairwise(response.epochs):
        comes_back = previous is not None and previous.height > 0 and previous.returns
        waits = comes_back and not (found and found[-1].after is previous)
        if below.hold and after.level > below.level and not waits and _inhibits(below, after):
            found.append(Release(below, after))
        previous = below
    return found


def _inhibits(below: Epoch, after: Epoch) -> bool:
    if below.before is None:
        return below.level < 0 and after.hold and abs(after.level) <= NEAR_ZERO * abs(below.level)
    return below.height < 0 and below.returns


def steps(response: Response) -> list[Epoch]:
    """Every hold to which the current jumps up, brief or not; a return from inhibition is none."""
    returned = [release.after for release in releases(response)]
    return [epoch for epoch in response.epochs if epoch.hold and epoch.height > 0 and epoch not in returned]


def long_steps(response: Response) -> list[Epoch]:
    """The steps that last longer than a pulse."""
    return [epoch for epoch in steps(response) if epoch.duration >= BRIEF]


def pulses(response: Response) -> list[Epoch]:
    """The brief steps from which the current returns."""
    return [epoch for epoch in steps(response) if epoch.returns and epoch.duration < BRIEF]


def ramps(response: Response) -> list[Epoch]:
    """Every steady rise of the current."""
    return [epoch for epoch in response.epochs if epoch.slope > 0]


def neighbour(response: Response, epoch: Epoch, offset: int) -> Epoch | None:
    """The epoch so many places after this one, if there is one."""
    k = response.epochs.index(epoch) + offset
    return response.epochs[k] if 0 <= k < len(response.epochs) else None


def quiet_before(response: Response, epoch: Epoch) -> bool:
    """Whether there is something before this epoch, and no spike in the epoch before it."""
    previous = neighbour(response, epoch, -1)
    return previous is not None and not response.fired(previous.start + response.slack, epoch.start)


def answer(response: Response, epoch: Epoch) -> Train:
    """The spikes from the start of a pulse until the current does something else, or 100 ms have passed."""
    following = neighbour(response, epoch, 1)
    until = following.stop if following and following.hold else epoch.stop
    return Train(response, epoch.start, min(until, epoch.stop + ANSWER))


def same_level(one: Epoch, other: Epoch, step: float) -> bool:
    """Whether two holds are of one current, to a tenth of the pulse between them."""
    return one.hold and other.hold and abs(one.level - other.level) <= RETURN * abs(step)
