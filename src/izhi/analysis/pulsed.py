"""Features I, O, P and Q: what follows a brief pulse."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from izhi.analysis.epochs import Epoch
from izhi.analysis.protocol import ANSWER, BRIEF, answer, neighbour, pulses, quiet_before, same_level
from izhi.analysis.response import Response
from izhi.analysis.subthreshold import noise_level, resting_voltage, turning_points
from izhi.analysis.trains import ONGOING, Train
from izhi.analysis.verdict import Measure, Verdict, first_that_holds, no, untested, yes

# A latency is long if it is of the order of ten milliseconds ("tens of milliseconds", Izhikevich 2004, I), which is a
# membrane's time constant: by then a passive response to the pulse is on its way back [ms].
LATENCY = 10.0
# A pulse that has an effect leaves the cell depolarised by this much [mV].
DEPOLARISED = 2.0
# A cell is at rest if nothing was done to it for as long as an answer may take, or since the recording began, and its
# voltage drifts by less than this over the 10 ms before the pulse [mV, ms].
DRIFT, RESTED = 1.0, 10.0
# Inhibition conditions a pulse that comes no later than this after it [ms].
CONDITIONING = 50.0
# A hump after a spike rises above the trough before it by this much, or five standard deviations of the noise, and by
# this much above rest [mV].
HUMP, NOISES = 1.0, 5.0

PULSE = f"it takes a pulse, a current that jumps up and comes back within {BRIEF:g} ms"


def spike_latency(response: Response) -> Verdict:
    """I: after a pulse that came at rest it stays depolarised, and fires only after 10 ms, the pulse long over.

    Parameters
    ----------
    response : Response
        What a cell did, and what was done to it.

    Examples
    --------
    >>> from izhi.experiment import run_preset
    >>> import izhi
    >>> bool(spike_latency(Response.of(run_preset(izhi.preset("2004/I")))))
    True
    """
    found = (_latency(response, pulse) for pulse in pulses(response) if quiet_before(response, pulse))
    return first_that_holds(found, untested(PULSE))


def _latency(response: Response, pulse: Epoch) -> Verdict:
    train = answer(response, pulse)
    if not train.count:
        return no("the pulse makes it fire no spike")
    after = float(train.spikes[0] - pulse.stop)
    measures = (Measure("latency", train.latency, "ms"), Measure("after the end of the pulse", after, "ms"))
    if train.latency < LATENCY or after < pulse.duration:
        return no(f"it fires within {LATENCY:g} ms, or not as long after the pulse as that lasts", *measures)
    if not _rested(response, pulse):
        return no("the pulse did not come at rest", *measures)
    rest = resting_voltage(response.window(max(response.start, pulse.start - RESTED) - response.step, pulse.start)[1])
    time, voltage = response.window(pulse.stop, float(train.spikes[0]) - response.slack)
    if not time.size or voltage[0] < rest + DEPOLARISED:
        return no("the pulse does not leave it depolarised, so that the spike is no answer to it", *measures)
    if voltage.min() < (rest + voltage[0]) / 2:
        return no("the voltage falls back between the pulse and the spike, which is then no delayed answer", *measures)
    return yes("the spike comes long after the pulse, and the cell stays depolarised until then", *measures)


def _rested(response: Response, pulse: Epoch) -> bool:
    """Whether the cell was left alone before the pulse, and its voltage did not drift."""
    before = neighbour(response, pulse, -1)
    if before is None or (before.before is not None and before.duration < ANSWER):
        return False
    voltage = response.window(pulse.start - RESTED, pulse.start - response.step)[1]
    if voltage.size < 4:
        return True
    parts = [float(np.median(part)) for part in np.array_split(voltage, 4)]
    return max(parts) - min(parts) <= DRIFT


def threshold_variability(response: Response) -> Verdict:
    """O: a pulse that makes it fire no spike does, if inhibition came before it."""
    found = pulses(response)
    alone = [p for p in found if quiet_before(response, p) and not _after_inhibition(response, p)]
    conditioned = [p for p in found if quiet_before(response, p) and _after_inhibition(response, p)]
    needs = "it takes two like pulses, one of them shortly after inhibition"
    if not alone or not conditioned:
        return untested(needs)
    for control in alone:
        for test in conditioned:
            if not control.like(test, response.slack):
                continue
            without, after = answer(response, control), answer(response, test)
            counts = (Measure("spikes without", without.count), Measure("spikes after inhibition", after.count))
            if without.count or not after.count:
                return no("inhibition before it does not turn the pulse from too weak to strong enough", *counts)
            latency = Measure("latency", after.latency, "ms")
            return yes("the pulse is too weak without, and strong enough after inhibition", *counts, latency)
    return untested(needs)


def _after_inhibition(response: Response, pulse: Epoch) -> bool:
    """Whether the pulse comes soon after brief inhibition of a cell that was silent."""
    before, earlier = neighbour(response, pulse, -1), neighbour(response, pulse, -2)
    if before is None or earlier is None or not before.hold or not earlier.hold:
        return False
    quiet = not response.fired(earlier.start - CONDITIONING, pulse.start)
    return quiet and earlier.level < before.level and before.duration <= CONDITIONING and earlier.duration <= ANSWER


def bistability(response: Response) -> Verdict:
    """P: under one current it rests, fires steadily once a pulse has come, and rests again after another."""
    found = (_switched(response, before, after) for before, after in _beside_pulses(response))
    return first_that_holds(found, untested("it takes pulses between which the current is the same"))


def _beside_pulses(response: Response) -> Iterator[tuple[Epoch, Epoch]]:
    """The holds of one current before and after each pulse, of either sign."""
    for pulse in response.epochs:
        before, after = neighbour(response, pulse, -1), neighbour(response, pulse, 1)
        if before and after and pulse.returns and same_level(before, after, pulse.height):
            yield before, after


def _switched(response: Response, before: Epoch, after: Epoch) -> Verdict:
    train = Train(response, after.start, after.stop)
    measures = train.measures()
    if not coexist(response, before, after):
        return no("it does not rest before a pulse and fire steadily after it, at the same current", *measures)
    second, last = neighbour(response, after, 1), neighbour(response, after, 2)
    if second is None or last is None or not same_level(after, last, second.height):
        return no("it rests, and fires steadily after a pulse, but no second pulse was to end that", *measures)
    if response.fired(last.start + response.slack, last.stop):
        return no("it rests, and fires steadily after a pulse, but the second pulse does not end that", *measures)
    if last.duration < ONGOING * float(train.gaps.max()):
        return no("after the second pulse the recording is too short to show that it rests again", *measures)
    return yes("one pulse switches it from rest to steady firing, another back to rest, at the same current", *measures)


def coexist(response: Response, before: Epoch, after: Epoch) -> bool:
    """Whether it rests in the first hold, and fires steadily to the end of the second."""
    resting = not response.fired(before.start, before.stop)
    return resting and Train(response, after.start, after.stop).tonic


def persists(response: Response) -> bool:
    """Whether there are rest, and steady firing after a pulse, at the same current."""
    return any(coexist(response, before, after) for before, after in _beside_pulses(response))


def depolarizing_afterpotential(response: Response) -> Verdict:
    """Q: after the spike that a pulse evokes, the voltage rises to a hump above rest, without a spike, and decays."""
    found = (_hump(response, pulse) for pulse in pulses(response) if quiet_before(response, pulse))
    return first_that_holds(found, untested(PULSE))


def _hump(response: Response, pulse: Epoch) -> Verdict:
    train = answer(response, pulse)
    if train.count != 1:
        return no("the pulse does not make it fire one spike alone", Measure("spikes", train.count))
    spike = float(train.spikes[0])
    before = response.window(response.start - 1, pulse.start)[1]
    rest = resting_voltage(before) if before.size else float("nan")
    time, voltage = _from_peak(response, spike, train.stop)
    turns = turning_points(voltage, max(HUMP, NOISES * noise_level(voltage)))
    if turns.size < 2:
        return no("after the spike there is no hump in the voltage")
    trough, hump = voltage[turns[0]], voltage[turns[1]]
    measures = (
        Measure("rest", rest, "mV"),
        Measure("trough", float(trough), "mV"),
        Measure("hump", float(hump), "mV"),
        Measure("hump after spike", float(time[turns[1]] - spike), "ms"),
    )
    if trough < rest or hump < rest + HUMP:
        return no(
            "the voltage falls below rest right after the spike, so that what follows is no hump on it", *measures
        )
    if time[turns[1]] <= pulse.stop:
        return no("the hump is due to the pulse, which is not over", *measures)
    if voltage[turns[1] :].min() > (rest + hump) / 2:
        return no("the hump does not decay", *measures)
    return yes("after the spike the voltage rises again to a hump above rest, and decays without a spike", *measures)


def _from_peak(response: Response, spike: float, stop: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Times and voltages from the sample that is highest around the spike: labels may be two steps off."""
    time, voltage = response.window(spike - response.slack, stop)
    near = time <= spike + response.slack
    top = int(voltage[near].argmax()) if near.any() else 0
    return time[top:], voltage[top:]
