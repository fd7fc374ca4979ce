"""The network of 2007 that is rewarded for one thing it does: dopamine that comes seconds late finds the synapse.

Source: Izhikevich 2007, "Solving the distal reward problem through linkage of STDP and dopamine signaling", Cerebral
Cortex 17:2443, and its program daspnet.m.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.checkpoint import CHECKPOINT, read_checkpoint, write_checkpoint
from izhi.errors import BadValue
from izhi.network import STDP, Consolidation, Dopamine, Network, Population, Projection, UniformNoise
from izhi.network_recording import NetworkRecording
from izhi.network_run import Simulation, Weights
from izhi.networks.polychronization import EXCITATORY, INHIBITORY, SYNAPSES, generator
from izhi.progress import Progress
from izhi.wiring import FixedOutdegree, Pairs

# The largest weight [mV/ms].
STRONGEST = 4.0
LEARNING = "E->E+I"
# The first of the two cells.
SOURCE = 0
MOST_SECONDS = 1e6
# A spike of the target is rewarded within so many ms of one of the source.
INTERVAL = 20.0
# No reward comes sooner, nor more than the second of these later than that [ms].
SOONEST, SPREAD = 1000, 2000
# How much dopamine a reward releases.
REWARD = 0.5
# Beside a checkpoint, the weights of the synapse that were seen.
SEEN = "seen.npz"


def distal_reward(*, seed: int = 0) -> Network:
    """The network of 2007 whose synapses learn by dopamine.

    Populations `E` (800 cells, a = 0.02, d = 8) and `I` (200 cells, a = 0.1, d = 2), with b = 0.2 and c = -65; each
    cell has 100 synapses, of E on any cells, of I on E, all with a delay of 1 ms; a cell may have several on another,
    and on itself. Weights are 1 and -1 at first. In each ms each cell gets a current evenly between -6.5 and 6.5.

    The traces of a spike, 0.1 and 0.15, decay by 0.95 in each ms; what they do is gathered in a tag s' of each
    excitatory synapse; every 10 ms s = clip(s + (0.002 + DA) s', 0, 4) and s' = 0.99 s'; in each ms DA = 0.995 DA.

    The first synapse of cell 0, which is the one that `run_reward` rewards, has a weight of 0. The cell that it is on
    is another one; in the program it may, once in a thousand networks, be cell 0, which then is never rewarded.

    Parameters
    ----------
    seed : int
        Of all that is drawn.

    Returns
    -------
    Network
        With the projections "E->E+I", which learns, and "I->E".

    Raises
    ------
    BadValue
        If the seed is none.

    Examples
    --------
    >>> distal_reward(seed=1).projections[0].weight[:3].tolist()
    [0.0, 1.0, 1.0]
    """
    random = generator("distal_reward", seed)
    target = random.integers(0, EXCITATORY + INHIBITORY, EXCITATORY * SYNAPSES)
    target[0] = random.integers(1, EXCITATORY + INHIBITORY)
    weight = np.ones(target.size)
    weight[0] = 0.0
    rule = STDP(
        0.1, 1.5 * 0.1, keep=0.95, lowest=0.0, highest=STRONGEST, consolidation=Consolidation(10.0, 0.99, 0.0),
        dopamine=Dopamine(0.002, keep=0.995),
    )  # fmt: skip
    source = np.repeat(np.arange(EXCITATORY), SYNAPSES)
    initial = {"v": -65.0, "u": -13.0}
    noise = UniformNoise(-6.5, 6.5)
    return Network(
        [Population("E", EXCITATORY, "2003/RS", initial=initial, drive=noise),
         Population("I", INHIBITORY, "2003/FS", initial=initial, drive=noise)],
        [Projection("E", ("E", "I"), Pairs(source, target), weight, plasticity=rule, autapses=True, multapses=True),
         Projection("I", "E", FixedOutdegree(SYNAPSES), -1.0, multapses=True)],
        seed=seed,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class RewardRun:
    """What came of the rewards.

    Attributes
    ----------
    source, target : int
        The cells of the rewarded synapse.
    time : shape (n,) [ms]
        When its weight was looked at: at 0, every so often, and at the end.
    weight : shape (n,) [mV/ms]
    coincidences : shape (m,) [ms]
        The spikes of the target that were rewarded.
    due : shape (m,) [ms]
        When the reward of each was due; it is released at the end of that ms.
    weights : Weights
        All synapses that learn, as they are at the end.
    recording : NetworkRecording
        All spikes.
    """

    source: int
    target: int
    time: NDArray[np.float64]
    weight: NDArray[np.float64]
    coincidences: NDArray[np.float64]
    due: NDArray[np.float64]
    weights: Weights
    recording: NetworkRecording

    @property
    def rewards(self) -> NDArray[np.float64]:
        """When dopamine was released [ms]; two rewards that are due in the same ms are one."""
        return np.unique(self.due[self.due < self.recording.stop])

    @property
    def reached(self) -> float:
        """When the weight was first seen at its maximum [ms]; NaN if it was not."""
        there = np.flatnonzero(self.weight >= STRONGEST * (1 - 1e-6))
        return float(self.time[there[0]]) if there.size else math.nan


def run_reward(
    seconds: float = 3600.0,
    *,
    seed: int = 0,
    every: float = 10.0,
    progress: bool | None = None,
    out: str | os.PathLike[str] | None = None,
    resume: bool = False,
    **options: Any,
) -> RewardRun:
    """Run the network of 2007, and reward it when cell 0 makes another cell spike.

    The other cell, n2, is that of the first synapse of cell 0. If n2 spikes at T, and 0 < T - (the last spike of cell
    0) < 20 ms, then a reward is due at T + 1000 + ceil(2000 r) ms, r uniform between 0 and 1: dopamine rises by 0.5 at
    the end of that ms. As none can be due within a second of its cause, the network is run for up to a second at a
    time, and not beyond the next reward.

    Parameters
    ----------
    seconds : float
        How long, whole ms.
    seed : int
        Of the network, its noise, and the delays of rewards.
    every : float [s]
        How often to look at the weight of the synapse.
    progress : bool, optional
        Whether to show a bar; by default on a terminal.
    out : path, optional
        A folder into which all is streamed, with checkpoints, as by `Simulation`.
    resume : bool
        Whether to go on from the checkpoint in that folder; the run is then the one that was never interrupted.
    **options
        For `Simulation`, such as `threads`.

    Returns
    -------
    RewardRun
        Of a run that could not go on, what there was; `recording.failures` says why.

    Raises
    ------
    BadValue, UnknownName, FileProblem
        As `distal_reward` and `Simulation` do; if there is nothing to go on from, or it is past that time.

    Examples
    --------
    >>> run = run_reward(0.2, seed=1)  # doctest: +SKIP
    >>> run.weight.tolist()  # doctest: +SKIP
    [0.0, 0.0]
    """
    stop, gap = _milliseconds("seconds", seconds), _milliseconds("every", every)
    if gap < 1:
        raise BadValue("run_reward: every", every, "at least 0.001 s would do")
    network = distal_reward(seed=seed)
    folder = None if out is None else Path(out)
    if resume and (folder is None or not (folder / CHECKPOINT).is_file()):
        raise BadValue("run_reward: resume", out, f"a folder with a {CHECKPOINT} would do")
    simulation = Simulation(network, out=folder, **options)
    loop = _Loop(simulation, int(network.projections[0].rule.target[0]), np.random.default_rng([seed, 1]), folder)
    if resume:
        loop.resume()
        if simulation.time >= stop:
            raise BadValue(
                "run_reward: seconds", seconds, f"more than the {simulation.time / 1e3:g} s of the checkpoint would do"
            )
    else:
        loop.look()
    with Progress(stop - simulation.time, progress) as bar:
        begin = simulation.time
        while simulation.time < stop and loop.advance(min(stop, (simulation.time // gap + 1) * gap)):
            bar.show(simulation.time - begin)
    if folder is not None:
        simulation.save()
    return loop.result()


@dataclass(eq=False)
class _Loop:
    """A network, what is rewarded in it, and what was so far."""

    simulation: Simulation
    target: int
    random: np.random.Generator
    folder: Path | None = None
    # The last spike of the source [ms].
    last: float = -math.inf
    coincidences: list[float] = field(default_factory=list)
    due: list[float] = field(default_factory=list)
    seen: list[tuple[float, float]] = field(default_factory=list)
    synapse: int = 0

    def __post_init__(self) -> None:
        source, target, weight, _ = self.simulation.weights(LEARNING)
        # There may be others between these cells, but this alone begins at 0.
        self.synapse = int(np.flatnonzero((source == SOURCE) & (target == self.target) & (weight == 0.0))[0])

    def look(self) -> None:
        """See the weight of the synapse."""
        weight = self.simulation.weights(LEARNING).weight
        self.seen.append((self.simulation.time, float(weight[self.synapse])))
        if self.folder is not None:
            write_checkpoint(self.folder / SEEN, {}, {"seen": np.array(self.seen)})

    def resume(self) -> None:
        """Go on from the folder's checkpoint: what was promised until then follows from the spikes."""
        assert self.folder is not None
        self.simulation.resume(self.folder / CHECKPOINT)
        self._judge(self.simulation.recording)
        _, arrays = read_checkpoint(self.folder / SEEN)
        self.seen = [(t, w) for t, w in arrays["seen"].tolist() if t <= self.simulation.time]

    def advance(self, stop: float) -> bool:
        """Go on until `stop` and look at the weight; False if the run cannot go on."""
        while self.simulation.time < stop:
            now = self.simulation.time
            # A checkpoint is made before what comes here, and a run that goes on from it comes here first.
            if any(d + 1.0 == now for d in self.due):
                self.simulation.reward(REWARD)
            following = min((d + 1.0 for d in self.due if d + 1.0 > now), default=math.inf)
            end = min(stop, now + SOONEST, following)
            part = self.simulation.advance(end - now, progress=False)
            if part.failures:
                break
            self._judge(part)
        self.look()
        return self.simulation.time >= stop

    def _judge(self, part: NetworkRecording) -> None:
        """Promise a reward for each spike of the target that follows one of the source."""
        source = np.append(self.last, part.spike_time[part.spike_cell == SOURCE])
        for time in part.spike_time[part.spike_cell == self.target].tolist():
            before = source[np.searchsorted(source, time, side="right") - 1]
            if 0.0 < time - before < INTERVAL:
                self.coincidences.append(time)
                self.due.append(time + SOONEST + int(self.random.integers(1, SPREAD + 1)))
        self.last = float(source[-1])

    def result(self) -> RewardRun:
        time, weight = np.array(self.seen).T
        return RewardRun(
            source=SOURCE,
            target=self.target,
            time=time,
            weight=weight,
            coincidences=np.array(self.coincidences),
            due=np.array(self.due),
            weights=self.simulation.weights(LEARNING),
            recording=self.simulation.recording,
        )


def _milliseconds(name: str, seconds: Any) -> int:
    who = f"run_reward: {name}"
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= MOST_SECONDS:
        raise BadValue(who, seconds, f"from 0 to {MOST_SECONDS:g} s would do")
    if abs(1e3 * seconds - round(1e3 * seconds)) > 1e-6:
        raise BadValue(who, seconds, "whole ms would do")
    return round(1e3 * seconds)
