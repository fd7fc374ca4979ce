"""Classes of firing: what a cell does, in two words, decided by what its stimulus lets it show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from izhi.analysis.bursts import BURST
from izhi.analysis.epochs import Epoch
from izhi.analysis.evidence import trouble
from izhi.analysis.features import FEATURES
from izhi.analysis.inhibited import inhibited
from izhi.analysis.protocol import BRIEF, long_steps, ramps, releases
from izhi.analysis.pulsed import persists
from izhi.analysis.response import Response
from izhi.analysis.trains import Train, pattern
from izhi.analysis.verdict import Measure, Verdict

FIRING: dict[str, str] = {
    "silent": "no spikes",
    "tonic spiking": "single spikes at intervals that settle, to the end of the drive",
    "adapting": "intervals that lengthen on and on: the last is three times the second or more, or they never settle",
    "accelerating": "intervals that shorten, the last to half the first or less",
    "latency": "tonic spikes after a silence of at least twice the longest interval",
    "phasic spiking": "a spike, or a doublet, at the onset of the drive, then rest",
    "phasic bursting": "a burst at the onset of the drive, then rest",
    "tonic bursting": "burst after burst, to the end of the drive",
    "mixed mode": "a burst at the onset of the drive, then single spikes",
    "class 1 excitable": "on a ramp, low rates at first and a wide range of them",
    "class 2 excitable": "on a ramp, a high rate at once",
    "rebound spike": "a spike, or a doublet, after inhibition ends",
    "rebound burst": "a burst after inhibition ends",
    "inhibition-induced spiking": "single spikes under inhibition of a silent cell",
    "inhibition-induced bursting": "bursts under inhibition of a silent cell",
    "bistable": "rest and steady firing at the same current",
    "evoked": "spikes only in answer to brief pulses or rises, which show no pattern of firing",
    "irregular": "none of the patterns",
    "not judged": "a recording that is empty, failed, or contradicts itself",
}


@dataclass(frozen=True)
class Classification:
    """What a response shows.

    Attributes
    ----------
    firing : str
        The class of firing, a key of `FIRING`.
    because : str
        What was looked at.
    measures : tuple of Measure
        The numbers of the train that decided the class.
    verdicts : dict of Verdict
        By the feature's letter, all twenty.
    """

    firing: str
    because: str
    measures: tuple[Measure, ...]
    verdicts: Mapping[str, Verdict]

    @property
    def features(self) -> tuple[str, ...]:
        """The letters of the features that hold, in their order."""
        return tuple(letter for letter, verdict in self.verdicts.items() if verdict.holds)

    def __str__(self) -> str:
        names = ", ".join(f"{letter} {FEATURES[letter].name}" for letter in self.features)
        return f"{self.firing}: {names}" if names else self.firing


def classify(response: Any, cell: int = 0) -> Classification:
    """The class of firing of a response, and the verdict on each of the twenty features.

    Parameters
    ----------
    response : Response, or a recording that `Response.of` takes
        What a cell did, and what was done to it.
    cell : int
        Which cell of a recording.

    Returns
    -------
    Classification

    Raises
    ------
    BadValue
        If there is no such cell, or its samples are no arrays of one length.

    Examples
    --------
    >>> import izhi
    >>> from izhi.experiment import run_preset
    >>> print(classify(run_preset(izhi.preset("2004/D"))))
    phasic bursting: D phasic bursting
    """
    judged = response if isinstance(response, Response) else Response.of(response, cell)
    problem = trouble(judged)
    verdicts = {letter: feature.judge(judged, problem) for letter, feature in FEATURES.items()}
    if problem:
        return Classification("not judged", problem, (), verdicts)
    if not judged.spikes.size:
        return Classification("silent", "there are no spikes", (Measure("spikes", 0),), verdicts)
    firing, because, train = next(_candidates(judged, verdicts))
    return Classification(firing, because, train.measures(), verdicts)


def _candidates(response: Response, verdicts: Mapping[str, Verdict]) -> Iterator[tuple[str, str, Train]]:
    """Classes, the most telling first: what needs a special stimulus before what any drive shows."""
    everything = Train(response, response.start, response.stop)
    if persists(response):
        yield "bistable", "it rests, and fires steadily after a pulse, at the same current", everything
    inhibition = inhibited(response)
    if inhibition is not None:
        train = Train(response, inhibition.start, inhibition.stop)
        kind = "bursting" if train.in_bursts else "spiking"
        yield f"inhibition-induced {kind}", f"it fires under the inhibition from {_span(inhibition)}", train
    for release in releases(response):
        held, after = release.inhibition, release.after
        train = Train(response, after.start, after.stop)
        if train.count and not response.fired(held.start, held.stop - response.slack):
            because = f"the response to the end of inhibition at {after.start:.6g} ms"
            bursts = bool(train.bursts) and train.bursts[0].start == train.spikes[0]
            if verdicts["N"].holds or (bursts and train.bursts[0].count >= BURST):
                yield "rebound burst", because, train
            if verdicts["M"].holds:
                yield "rebound spike", because, train
    yield from _driven(response, verdicts)
    yield from _steady(response, everything)
    yield "evoked", "the stimulus is brief, and shows no pattern of firing", everything


def _driven(response: Response, verdicts: Mapping[str, Verdict]) -> Iterator[tuple[str, str, Train]]:
    """What steps and ramps show, the longest with spikes first."""
    drives = [drive for drive in (*long_steps(response), *ramps(response)) if drive.duration >= BRIEF]
    drives += [e for e in response.epochs if e.hold and e.before is None and e.level > 0 and e not in drives]
    for drive in sorted(drives, key=lambda e: -e.duration):
        train = Train(response, drive.start, drive.stop)
        if not train.count:
            continue
        what = "ramp" if not drive.hold else "constant current" if drive.before is None else "step"
        because = f"the response to the {what} from {_span(drive)}"
        if not drive.hold:
            for letter, name in (("G", "class 1 excitable"), ("H", "class 2 excitable")):
                if verdicts[letter].holds:
                    yield name, because, train
        yield _class_of(train), because, train


def _steady(response: Response, everything: Train) -> Iterator[tuple[str, str, Train]]:
    """What it does without any drive that changes, or under one that is neither steps nor ramps."""
    if len(response.epochs) == 1:
        yield _class_of(everything), "the current is constant", everything
    if not response.epochs:
        yield _class_of(everything), "the current is neither steps nor ramps", everything


def _class_of(train: Train) -> str:
    return {"delayed": "latency"}.get(kind := pattern(train), kind)


def _span(epoch: Epoch) -> str:
    return f"{epoch.start:.6g} to {epoch.stop:.6g} ms"
