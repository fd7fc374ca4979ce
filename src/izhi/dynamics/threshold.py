"""The currents at which a cell begins to fire, and how slowly it can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from izhi.cell import Cell
from izhi.dynamics.bifurcations import Bifurcation, lost_at
from izhi.dynamics.ensemble import Numerics, numerics, run, started, trains
from izhi.dynamics.equilibria import found_equilibria
from izhi.dynamics.flow import Floats, Flow, number, one_cell
from izhi.dynamics.passive import at_rest
from izhi.dynamics.trains import cycle, late_gaps
from izhi.errors import BadValue

# Currents tried at once.
AT_ONCE = 24
# Without a bifurcation that says where firing may begin, the first current tried, and how often it is multiplied.
SMALLEST, LARGEST, FACTOR = 1.0, 1e7, 8.0
# Currents are told apart down to the accuracy times this share of a step that should make the cell fire.
NEAR = 1e-3
# Class 1: the rate at the onset of firing is less than this share of that at 1.1 times the current.
LOW_SHARE = 0.3
HIGHER = 0.1
# A longer interval than this share of the run is close to the longest that a run can show.
SEEN = 0.25
# States on the cycle from which it is tried whether firing goes on.
PHASES = 4


@dataclass(frozen=True, eq=False)
class Rheobase:
    """Where firing begins under steps of current from rest.

    Attributes
    ----------
    holding : float
        The current under which the cell rests before the step; all currents are in the model's unit.
    first_spike : float or None
        The smallest current found whose step gives a spike; None if none does.
    sustained : float or None
        The smallest found at which it still fires at the end of the run.
    from_spiking : float or None
        The smallest at which it goes on firing from one of four states on the cycle of the firing at `sustained`.
    rest_lost : float or None
        The current of the first bifurcation that the rest state meets as the current rises from the holding one.
    bistable : bool
        Whether an equilibrium is still stable just above `from_spiking` (by twice the accuracy), so that it goes on
        firing, if it does, and rests, if it does.
    onset_rate : float or None [Hz]
        The steady rate at `sustained`.
    higher_rate : float or None [Hz]
        The rate at 1.1 times the step.
    accuracy : float
        Of the currents, as a share of the step.
    duration : float [ms]
        Of each run. Firing is sustained if it has not stopped in the second half.
    scheme : str
        And its step.
    """

    holding: float
    first_spike: float | None
    sustained: float | None
    from_spiking: float | None
    rest_lost: float | None
    bistable: bool
    onset_rate: float | None
    higher_rate: float | None
    accuracy: float
    duration: float
    scheme: str

    @property
    def excitability(self) -> int | None:
        """1 if the rate at the onset is less than 0.3 of that at 1.1 times the step, else 2.

        None where no firing lasts, and where that rate is not so low, but no lower one would be seen: where the
        interval at the onset is a quarter of the run or longer.
        """
        if not self.onset_rate or not self.higher_rate:
            return None
        if self.onset_rate < LOW_SHARE * self.higher_rate:
            return 1
        return 2 if 1e3 / self.onset_rate < SEEN * self.duration else None

    @property
    def persistent(self) -> bool:
        """Whether it can go on firing at currents whose step from rest gives not even one spike."""
        if self.first_spike is None or self.from_spiking is None:
            return False
        margin = 2 * self.accuracy * abs(self.first_spike - self.holding)
        return self.bistable and self.from_spiking < self.first_spike - margin


@dataclass(frozen=True, eq=False)
class _Search:
    flow: Flow
    rest: Floats
    holding: float
    duration: float
    accuracy: float
    how: Numerics

    def fire(self, currents: Floats, state: Floats | None = None) -> list[Floats]:
        """The spikes of steps from rest, or from another state, to these currents."""
        begin = self.rest if state is None else state
        return trains(run(started(self.flow.cell, begin), currents, self.duration, self.how))

    def spikes(self, currents: Floats) -> NDArray[np.bool_]:
        return np.array([each.size > 0 for each in self.fire(currents)])

    def lasts(self, currents: Floats, state: Floats | None = None) -> NDArray[np.bool_]:
        return np.array([late_gaps(t, self.duration / 2, self.duration).size > 0 for t in self.fire(currents, state)])

    def rests(self, current: float) -> bool:
        """Whether an equilibrium is stable."""
        return any(each.stable for each in found_equilibria(self.flow, current))

    def bracket(self, test: Callable[[Floats], NDArray[np.bool_]]) -> tuple[float, float] | None:
        """Neighbouring currents of which the upper is the first to pass the test."""
        low, span = 0.0, self.likely()
        while span <= LARGEST:
            steps = np.linspace(low, span, AT_ONCE + 1)[1:]
            passed = np.flatnonzero(test(self.holding + steps))
            if passed.size:
                k = int(passed[0])
                return self.holding + (steps[k - 1] if k else low), self.holding + steps[k]
            low, span = span, FACTOR * span
        return None

    def refine(
        self, pair: tuple[float, float], test: Callable[[Floats], NDArray[np.bool_]], tried: int = AT_ONCE
    ) -> float:
        """The first current of the bracket to pass the test, to the accuracy."""
        low, high = pair
        smallest = NEAR * self.likely()  # the current may be the holding one itself
        while high - low > self.accuracy * max(abs(high - self.holding), smallest):
            grid = np.linspace(low, high, tried + 2)
            passed = np.flatnonzero(test(grid[1:-1]))
            k = int(passed[0]) + 1 if passed.size else tried + 1
            low, high = float(grid[k - 1]), float(grid[k])
        return high

    def likely(self) -> float:
        """A step that should make it fire."""
        step = self.lost.current - self.holding if self.lost else 0.0
        return 1.5 * step if step > 0 else SMALLEST

    @cached_property
    def lost(self) -> Bifurcation | None:
        return lost_at(self.flow, float(self.rest[0]))


def rheobase(
    cell: Cell | str,
    holding: float = 0.0,
    *,
    duration: float = 4000.0,
    accuracy: float = 1e-3,
    scheme: str = "rk4",
    dt: float = 0.05,
) -> Rheobase:
    """The currents at which steps from rest give a first spike, and firing that lasts; and what goes on from spiking.

    Steps are tried on a grid of currents at once, and the grid is refined where the answer changes, until it is known
    to the accuracy. Runs are finite: where a cell lingers before its first spike, close to a saddle-node, what is found
    is above the true value, and falls with the duration.

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.
    holding : float
        The current at which it rests before the step, in the model's unit.
    duration : float [ms]
        Of each run. In less than some seconds the class of excitability may not show.
    accuracy : float
        Of the currents, as a share of the step.
    scheme, dt
        Of the runs; see `izhi.SCHEMES`.

    Raises
    ------
    BadValue
        If it has no stable equilibrium at the holding current.

    Examples
    --------
    >>> found = rheobase("2007/RS")
    >>> round(found.first_spike, 1), round(found.sustained, 1), found.excitability
    (51.5, 51.5, 1)
    """
    flow = Flow(one_cell(cell, "rheobase"))
    share = number(accuracy, "rheobase: accuracy")
    if not 1e-9 <= share <= 0.5:
        raise BadValue("rheobase: accuracy", accuracy, "a share from 1e-9 to 0.5 would do")
    how = numerics(scheme, dt)
    base = number(holding, "rheobase: holding")
    search = _Search(flow, at_rest(flow, base).state, base, how.whole(duration), share, how)
    lost = search.lost.current if search.lost else None
    first = search.bracket(search.spikes)
    if first is None:
        return Rheobase(base, None, None, None, lost, False, None, None, share, search.duration, str(how))
    pair = search.bracket(search.lasts)
    sustained = None if pair is None else search.refine(pair, search.lasts)
    first_spike = search.refine(first, search.spikes)
    lower, rates = (None, (None, None)) if sustained is None else _onset(search, sustained)
    bistable = lower is not None and search.rests(lower + 2 * share * abs(lower - base))
    return Rheobase(base, first_spike, sustained, lower, lost, bistable, *rates, share, search.duration, str(how))


def _onset(search: _Search, sustained: float) -> tuple[float, tuple[float | None, float | None]]:
    """The lowest current at which firing goes on; the rates at the onset and above it."""
    above = sustained + HIGHER * abs(sustained - search.holding)
    spikes = search.fire(np.array([sustained, above]))
    onset, higher = (cycle(late_gaps(t, search.duration / 2, search.duration))[0] for t in spikes)
    return _lowest(search, sustained), (onset, higher)


def _lowest(search: _Search, sustained: float) -> float:
    """The lowest current at which firing goes on from one of some states on the cycle of the firing at another."""
    states = _on_cycle(search, sustained)
    n = states.shape[1]
    if not n:
        return sustained

    def goes_on(currents: Floats) -> NDArray[np.bool_]:
        each = search.lasts(np.repeat(currents, n), np.tile(states, currents.size))
        return np.asarray(each.reshape(-1, n).any(axis=1))

    grid = np.linspace(2 * search.holding - sustained, sustained, AT_ONCE // 2 + 1)
    stops = np.flatnonzero(~goes_on(grid)[:-1])
    if not stops.size:
        return float(grid[0])
    k = int(stops[-1])
    return search.refine((float(grid[k]), float(grid[k + 1])), goes_on, AT_ONCE // PHASES)


def _on_cycle(search: _Search, current: float) -> Floats:
    """States between the last two spikes of the firing at this current: shape (dimensions, PHASES).

    None where they are in neighbouring steps: shape (dimensions, 0).
    """
    begin = started(search.flow.cell, search.rest)
    recording = run(begin, current, search.duration, search.how, every=1, engine="cpu")
    spikes = recording.spike_times[-2:]
    inside = np.flatnonzero((recording.time > spikes[0]) & (recording.time < spikes[-1]))
    chosen = inside[np.arange(PHASES) * inside.size // PHASES] if inside.size else inside
    rows = [recording.voltage, recording.recovery, recording.dendrite]
    return np.array([row[chosen] for row in rows if row is not None])
