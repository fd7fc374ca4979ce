"""What a network did, in a few numbers, and how many synapses it has before it is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.analysis.population import PopulationRate, firing_rates, interval_cv, population_rate
from izhi.analysis.spectrum import ALPHA, GAMMA, Band, Peak, Spectrum, band_fraction, power_spectrum, spectral_peak
from izhi.analysis.synchrony import spike_synchrony
from izhi.errors import BadValue
from izhi.network import Network
from izhi.network_recording import NetworkRecording
from izhi.network_run import Simulation
from izhi.progress import Progress
from izhi.wiring import AllToAll, FixedIndegree, FixedOutdegree, Pairs

BANDS: Mapping[str, Band] = {"delta": (1.0, 5.0), "alpha": ALPHA, "gamma": GAMMA}
# Half a hertz is resolved, which tells the peak of a slow rhythm from its neighbours [ms].
SEGMENT = 2000.0
# The least that measures are taken of [ms].
SHORTEST = 10.0
# What is kept of a long run [ms].
LAST = 60_000.0
# Bins of the rates that are drawn [ms].
BIN = 5.0


def advance_to(
    simulation: Simulation, stop: float, *, forget: bool = False, progress: bool | None = None
) -> NetworkRecording:
    """Go on until `stop` and return the last minute, or what there is of it.

    Parameters
    ----------
    simulation : Simulation
        It is advanced.
    stop : float [ms]
        The time at which it ends.
    forget : bool
        Whether to drop what was recorded before the last minute, so that a run of hours takes no more memory.
    progress : bool, optional
        Whether to show a bar; by default on a terminal.

    Returns
    -------
    NetworkRecording
        Of a run that could not go on, its last piece; `failures` says why.

    Raises
    ------
    BadValue, FileProblem
        If it is later than `stop` already, or as `Simulation.advance` does.

    Examples
    --------
    >>> from izhi import Network, Population, Simulation, SpikeSource
    >>> simulation = Simulation(Network([Population("clock", 1, SpikeSource([10.0]))]), engine="reference")
    >>> advance_to(simulation, 50.0).rates
    {'clock': 20.0}
    """
    begin = simulation.time
    if stop < begin:
        raise BadValue("advance_to", stop, f"{begin:g} ms, where it is, or later would do")
    with Progress(stop - begin, progress) as bar:
        # What is no whole minute comes first.
        part = simulation.advance((stop - begin) % LAST, progress=False)
        while not part.failures and simulation.time < stop:
            bar.show(simulation.time - begin)
            if forget:
                simulation.forget()
            part = simulation.advance(min(LAST, stop - simulation.time), progress=False)
    return part


class Cells(NamedTuple):
    """What the cells of a population did.

    Attributes
    ----------
    rate : float [Hz]
    cv : float
        The mean over cells of the variation of their intervals; NaN if none has ten.
    synchrony : float
        1 for independent cells, the number of cells where all do the same; NaN without spikes.
    """

    rate: float
    cv: float
    synchrony: float


@dataclass(frozen=True, eq=False)
class Activity:
    """What a network did in a window of time.

    Attributes
    ----------
    start, stop : float [ms]
    cells : mapping of str to Cells
        By population.
    spectrum : Spectrum
        Of the rate of all cells, in bins of 1 ms.
    peaks : mapping of str to Peak
        By band, the highest; NaN where there is none.
    shares : mapping of str to float
        By band, its part in the power from 1 to 120 Hz.
    """

    start: float
    stop: float
    cells: Mapping[str, Cells]
    spectrum: Spectrum
    peaks: Mapping[str, Peak]
    shares: Mapping[str, float]


def activity(
    recording: NetworkRecording,
    start: float | None = None,
    stop: float | None = None,
    *,
    bands: Mapping[str, Band] = BANDS,
) -> Activity:
    """Measure what a network did: rates, how regular and how synchronous its cells are, and its rhythms.

    Parameters
    ----------
    recording : NetworkRecording
        Of at least 10 ms.
    start, stop : float, optional [ms]
        By default all that was recorded.
    bands : mapping of str to (float, float) [Hz]
        In which to look for peaks.

    Returns
    -------
    Activity

    Raises
    ------
    BadValue
        If it is less than 10 ms.

    Examples
    --------
    >>> from izhi import Network, Population, Simulation, SpikeSource
    >>> clock = Network([Population("clock", 2, SpikeSource([100.0, 200.0, 300.0, 400.0]))])
    >>> found = activity(Simulation(clock, engine="reference").advance(500))
    >>> found.cells["clock"].rate
    8.0
    """
    first = recording.start if start is None else max(float(start), recording.start)
    last = recording.stop if stop is None else min(float(stop), recording.stop)
    if not last - first >= SHORTEST:
        raise BadValue("activity", last - first, f"at least {SHORTEST:g} ms would do")
    inside = (recording.spike_time >= first) & (recording.spike_time < last)
    spectrum = power_spectrum(
        population_rate(recording.spike_time[inside], max(recording.count, 1), first, last).rate, 1.0, segment=SEGMENT
    )
    return Activity(
        start=first,
        stop=last,
        cells={p.name: _cells(recording, p.name, first, last) for p in recording.populations if p.count},
        spectrum=spectrum,
        peaks={name: spectral_peak(*spectrum, band) for name, band in bands.items()},
        shares={name: band_fraction(*spectrum, band) for name, band in bands.items()},
    )


def _cells(recording: NetworkRecording, population: str, start: float, stop: float) -> Cells:
    time, cell = recording.spikes(population)
    window = (time, cell, recording.part(population).count, start, stop)
    variation = interval_cv(*window)
    known = variation[~np.isnan(variation)]
    return Cells(
        rate=float(firing_rates(*window).mean()),
        cv=float(known.mean()) if known.size else float("nan"),
        synchrony=spike_synchrony(*window),
    )


def rates_in_time(recording: NetworkRecording, start: float, stop: float, *, width: float = BIN) -> PopulationRate:
    """The rate of each population in bins of time: `rate` has shape (populations, bins) [Hz].

    Parameters
    ----------
    recording : NetworkRecording
        Populations without cells are left out.
    start, stop : float [ms]
        The window.
    width : float [ms]
        Of a bin.

    Raises
    ------
    BadValue
        If the window does not hold a bin, or no population has cells.
    """
    parts = [p for p in recording.populations if p.count]
    if not parts:
        raise BadValue("rates_in_time", 0, "at least one cell would do")
    each = [population_rate(recording.spikes(p.name)[0], p.count, start, stop, width=width) for p in parts]
    return PopulationRate(each[0].time, np.stack([one.rate for one in each]))


class Shares(NamedTuple):
    """How weights that learn lie between their bounds.

    Attributes
    ----------
    weak, strong : float
        The shares below 5 % of the largest, and above 95 %.
    mean : float [the unit of the weights]
    """

    weak: float
    strong: float
    mean: float


def weight_shares(weights: ArrayLike, highest: float) -> Shares:
    """How many of the weights are weak, below 5 % of the highest possible, and how many strong, above 95 %.

    Parameters
    ----------
    weights : shape (synapses,), float
        Those that learn.
    highest : float
        10 in the network of 2006, 4 in that of 2007.

    Raises
    ------
    BadValue
        If there are no weights.

    Examples
    --------
    >>> weight_shares([0.0, 5.0, 9.8, 10.0], 10.0)
    Shares(weak=0.25, strong=0.5, mean=6.2)
    """
    w: NDArray[np.float64] = np.asarray(weights, dtype=np.float64)
    if not w.size:
        raise BadValue("weight_shares", 0, "at least one weight would do")
    weak, strong = (w < 0.05 * highest).mean(), (w > 0.95 * highest).mean()
    return Shares(float(weak), float(strong), float(w.mean(dtype=np.float64)))


def synapses_needed(network: Network) -> int:
    """How many synapses the published networks will have, which is known before they are built.

    Parameters
    ----------
    network : Network
        Its projections allow autapses where the sources are among the targets.

    Raises
    ------
    BadValue
        If a rule draws how many there are.

    Examples
    --------
    >>> from izhi.networks import cortex2003
    >>> synapses_needed(cortex2003())
    1000000
    """
    total = 0
    for p in network.projections:
        sources, targets = (sum(network.population(n).count for n in end) for end in (p.source, p.target))
        match p.rule:
            case AllToAll():
                total += sources * targets
            case FixedIndegree(k):
                total += k * targets
            case FixedOutdegree(k):
                total += k * sources
            case Pairs(source, _):
                total += source.size
            case _:
                raise BadValue(f"synapses_needed: {p.name}", p.rule, "a rule that draws no numbers would do")
    return total
