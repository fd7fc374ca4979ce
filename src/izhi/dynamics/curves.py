"""Rates against currents: the f-I curve, at the onset of a step and once firing has settled."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from izhi.cell import Cell
from izhi.dynamics.ensemble import failed, numerics, run, started, trains
from izhi.dynamics.equilibria import found_equilibria
from izhi.dynamics.flow import Floats, Flow, number, one_cell
from izhi.dynamics.trains import cycle, late_gaps, unresolved
from izhi.errors import BadValue


@dataclass(frozen=True, eq=False)
class FICurve:
    """Rates under steps of current.

    Attributes
    ----------
    current : shape (n,)
        In the model's unit, `unit`.
    initial : shape (n,) [Hz]
        One over the first interval; 0 with fewer than two spikes.
    steady : shape (n,) [Hz]
        The mean rate of the second half of the run, over whole intervals, and over whole bursts where it bursts; 0 if
        firing has stopped. NaN where the numbers of a run broke down, or spikes came within a step or two.
    latency : shape (n,) [ms]
        From the step to the first spike; NaN without one.
    per_burst : shape (n,)
        Spikes per burst: 1 for single spikes, 0 for none, NaN where no two bursts begin in the second half.
    count : shape (n,), int
        All spikes of the run.
    duration : float [ms]
        Of each run.
    unit : str
        Of the current.
    scheme : str
        And its step.
    """

    current: Floats
    initial: Floats
    steady: Floats
    latency: Floats
    per_burst: Floats
    count: NDArray[np.int64]
    duration: float
    unit: str
    scheme: str


def resting_state(flow: Flow, holding: float) -> Floats:
    """The rest state at a holding current, or where there is none, the state in which the cell itself starts."""
    stable = [each for each in found_equilibria(flow, holding) if each.stable]
    return stable[0].state if stable else flow.cell.state(1)[:, 0]


def fi_curve(
    cell: Cell | str,
    currents: ArrayLike,
    duration: float = 2000.0,
    *,
    holding: float = 0.0,
    scheme: str = "rk4",
    dt: float = 0.05,
) -> FICurve:
    """The rates of a cell under steps of constant current, all run at once.

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.
    currents : shape (n,)
        In the model's unit.
    duration : float [ms]
        Of each run; a rate below about two spikes in half of it is not seen.
    holding : float
        Runs begin at the rest state under this current; where there is none, where the cell itself starts.
    scheme, dt
        Of the runs; see `izhi.SCHEMES`.

    Raises
    ------
    BadValue
        If a current is no finite number.

    Examples
    --------
    >>> found = fi_curve("2007/RS", [40, 60, 100])
    >>> found.initial.round(1), found.steady.round(1)
    (array([ 0. ,  4.4, 13.6]), array([ 0. ,  4.4, 13.2]))
    """
    flow = Flow(one_cell(cell, "fi_curve"))
    applied = _currents(currents)
    how = numerics(scheme, dt)
    begin = resting_state(flow, number(holding, "fi_curve: holding"))
    length = how.whole(duration)
    recording = run(started(flow.cell, begin), applied, length, how)
    spikes = trains(recording)
    gaps = [late_gaps(t, length / 2, length) for t in spikes]
    cycles = np.array([cycle(each) for each in gaps])
    cycles[sorted(failed(recording))] = np.nan
    cycles[[unresolved(each, how.dt) for each in gaps]] = np.nan
    return FICurve(
        current=applied,
        initial=np.array([1e3 / (t[1] - t[0]) if t.size > 1 else 0.0 for t in spikes]),
        steady=cycles[:, 0],
        latency=np.array([t[0] if t.size else np.nan for t in spikes]),
        per_burst=cycles[:, 1],
        count=recording.spike_counts,
        duration=length,
        unit=flow.model.current,
        scheme=str(how),
    )


def _currents(values: ArrayLike) -> Floats:
    wanted = "finite currents in the model's unit, such as [50, 100], would do"
    try:
        array = np.atleast_1d(np.asarray(values, dtype=np.float64))
    except (TypeError, ValueError):
        raise BadValue("currents", values, wanted) from None
    if array.ndim != 1 or not array.size or not np.isfinite(array).all():
        raise BadValue("currents", values, wanted)
    return array
