"""How a train of spikes answers a drive that lasts: steady, slowing, in bursts, once and no more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from izhi.analysis.bursts import BURST, PAUSE, Burst, find_bursts
from izhi.analysis.response import Response
from izhi.analysis.spikes import interval_ratio, intervals
from izhi.analysis.verdict import Measure

# Three intervals are the fewest in which one can see that firing settles or goes on slowing.
TRAIN = 4
# A train goes on to the end if the silence after it is no longer than one and a half of its intervals.
ONGOING = 1.5
# A steady train never shortens an interval by more than this at once, after adaptation has lengthened it.
SHORTENING = 0.7
# The intervals of the later half of a steady train, and those from burst to burst, vary by less than this (coefficient
# of variation; Poisson: 1).
STEADY = 0.35
# Adaptation: the rate at the end is at most half that at the start. (Less is seen in nearly every cell: the first
# interval of the fast spiking cell of 2003, which is called a cell without adaptation, is 0.54 of the last.)
SLOWING = 2.0
# A response is over after a silence of twice its latency, three of its intervals, and 50 ms, whichever is longest.
OVER_LATENCIES, OVER_INTERVALS, OVER = 2.0, PAUSE, 50.0
# While a cell comes to rest its voltage changes ever less; one on its way to a spike rises ever faster [mV].
SETTLED = 1.0
# Firing is delayed if the silence before it is at least twice its longest interval.
DELAY = 2.0
# Where single spikes follow a burst, the pause is at least this many times its longest interval. With a factor of three
# alone, the first intervals of a strongly driven adapting cell would be a burst.
RECOVERY = 5.0
# In periodic bursting at most this share of the spikes is outside of bursts.
STRAY = 0.2


@dataclass(frozen=True, eq=False)
class Train:
    """The spikes between two times.

    Attributes
    ----------
    response : Response
    start, stop : float [ms]
    """

    response: Response
    start: float
    stop: float

    @cached_property
    def spikes(self) -> NDArray[np.float64]:
        """[ms]"""
        slack = self.response.slack
        return self.response.spikes_between(self.start - slack, self.stop + min(slack, self.response.step))

    @cached_property
    def gaps(self) -> NDArray[np.float64]:
        """[ms]"""
        return intervals(self.spikes)

    @cached_property
    def bursts(self) -> tuple[Burst, ...]:
        """Runs of short intervals between long ones."""
        return find_bursts(self.spikes)

    @property
    def count(self) -> int:
        """How many spikes."""
        return self.spikes.size

    @property
    def latency(self) -> float:
        """From the start to the first spike [ms]."""
        return float(self.spikes[0] - self.start)

    @property
    def silence(self) -> float:
        """From the last spike to the stop [ms]."""
        return float(self.stop - self.spikes[-1])

    @property
    def ongoing(self) -> bool:
        """Whether it still fires at the stop."""
        longest = max(self.gaps[-2:]) if not self.bursts else self.gaps.max()
        return self.silence <= ONGOING * longest + self.response.slack

    @property
    def steady(self) -> bool:
        """Whether intervals never shorten abruptly, and those of the later half are alike."""
        late = self.gaps[self.gaps.size // 2 :]
        return self.lengthens and bool(late.std() <= STEADY * late.mean())

    @property
    def adapts(self) -> bool:
        """Whether the rate falls to half or less."""
        return interval_ratio(self.spikes) >= SLOWING

    @property
    def slows(self) -> bool:
        """Whether it is a train to the stop that slows to half its rate, interval by interval, and no mixed mode."""
        if self.count < TRAIN or not self.ongoing or self.mixed or not self.lengthens:
            return False
        return self.adapts

    @property
    def keeps_slowing(self) -> bool:
        """Whether it is slow not only after an onset doublet: from its second interval on it slows threefold."""
        return self.slows and (not self.steady or interval_ratio(self.spikes[1:]) >= PAUSE)

    @property
    def lengthens(self) -> bool:
        """Whether no interval is much shorter than the one before."""
        slack = self.response.slack
        return bool((self.gaps[1:] >= SHORTENING * self.gaps[:-1] - slack).all())

    @property
    def tonic(self) -> bool:
        """Whether it is a steady train to the stop, without an initial burst."""
        return self.count >= TRAIN and self.steady and self.ongoing and not self.mixed

    @property
    def mixed(self) -> bool:
        """Whether a burst at the start is followed by single spikes.

        In adaptation intervals lengthen until they have settled. A burst ends otherwise: it calls up an
        afterhyperpolarisation, so that the pause after it comes at once, and is at least as long as the intervals that
        follow.
        """
        if len(self.bursts) != 1 or self.bursts[0].count < BURST or self.bursts[0].start > self.spikes[0]:
            return False
        late = self.gaps[self.bursts[0].count - 1 :]
        if late.size < 2 or late[1:].std() > STEADY * late[1:].mean():
            return False
        ended = late[0] >= RECOVERY * self.gaps[: self.bursts[0].count - 1].max()
        return bool(ended and late[0] + self.response.step >= np.median(late[1:])) and self.ongoing

    @property
    def bursting(self) -> bool:
        """Whether it is nothing but bursts, two or more, to the stop, and they recur regularly."""
        if not self.in_bursts or len(self.bursts) < 2 or not self.ongoing:
            return False
        waits = intervals([burst.start for burst in self.bursts])
        return bool(waits.std() <= STEADY * waits.mean())

    @property
    def in_bursts(self) -> bool:
        """Whether its spikes come in bursts, one of which at least is more than a doublet."""
        if not self.bursts:
            return False
        grouped = sum(burst.count for burst in self.bursts)
        return grouped >= (1 - STRAY) * self.count and max(burst.count for burst in self.bursts) >= BURST

    @property
    def delayed(self) -> bool:
        """Whether it fires steadily after a long silence, or after a single spike and a long silence."""
        if self.count <= TRAIN or not self.ongoing:
            return False
        later = Train(self.response, float(self.spikes[1]) - self.response.slack, self.stop)
        if later.steady and self.gaps[0] >= DELAY * later.gaps.max():
            return True
        return self.delayed_by_silence

    @property
    def delayed_by_silence(self) -> bool:
        """Whether it fires steadily after a silence of at least twice its longest interval."""
        return self.count > TRAIN and self.steady and self.latency >= DELAY * self.gaps.max()

    @property
    def hastens(self) -> bool:
        """Whether the rate at least doubles, interval by interval."""
        smooth = bool((self.gaps[1:] <= self.gaps[:-1] / SHORTENING).all())
        return self.count >= TRAIN and smooth and interval_ratio(self.spikes) * SLOWING <= 1

    @property
    def over(self) -> bool:
        """Whether firing has ended, and the voltage comes to rest rather than to the next spike."""
        longest = self.gaps.max() if self.gaps.size else 0.0
        enough = max(OVER_LATENCIES * self.latency, OVER_INTERVALS * longest, OVER)
        return self.silence >= enough and self.settles

    @property
    def settles(self) -> bool:
        """Whether the voltage rises less in the last third of the silence than in the third before."""
        time, voltage = self.response.window(float(self.spikes[-1]), self.stop)
        if time.size < 9:
            return True
        first, second, third = (np.median(part[-max(part.size // 8, 1) :]) for part in np.array_split(voltage, 3))
        return bool(third - second <= max(second - first, SETTLED))

    def measures(self) -> tuple[Measure, ...]:
        """Count, latency, first and last interval, silence at the end."""
        found = [Measure("spikes", self.count)]
        if self.count:
            found.append(Measure("latency", self.latency, "ms"))
        if self.gaps.size:
            found += [Measure("first interval", float(self.gaps[0]), "ms")]
            found += [Measure("last interval", float(self.gaps[-1]), "ms")]
        if self.count:
            found.append(Measure("silence after", self.silence, "ms"))
        return tuple(found)


def pattern(train: Train) -> str:
    """What kind of train it is, in words: the first of these that fits.

    Parameters
    ----------
    train : Train
        The spikes, and the drive that they answer.

    Returns
    -------
    str
        "silent", "tonic bursting", "mixed mode", "delayed", "adapting", "tonic spiking", "accelerating",
        "phasic spiking", "phasic bursting" or "irregular".
    """
    if not train.count:
        return "silent"
    several = train.count >= TRAIN
    kinds: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("tonic bursting", lambda: train.bursting),
        ("mixed mode", lambda: several and train.mixed),
        ("delayed", lambda: several and train.delayed),
        ("phasic spiking", lambda: train.count < BURST and train.over),
        ("phasic bursting", lambda: train.count >= BURST and train.over),
        ("adapting", lambda: train.keeps_slowing),
        ("accelerating", lambda: train.hastens),
        ("tonic spiking", lambda: train.tonic),
    )
    return next((name for name, fits in kinds if fits()), "irregular")
