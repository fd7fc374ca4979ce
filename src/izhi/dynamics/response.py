"""The phase-response curve: how a brief pulse shifts the spikes of a cell that fires periodically."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from izhi.cell import Cell
from izhi.dynamics.curves import resting_state
from izhi.dynamics.ensemble import Numerics, numerics, run, started, trains
from izhi.dynamics.flow import Floats, Flow, number, one_cell
from izhi.errors import BadValue
from izhi.stimulus import Constant, Pulse

# Firing is periodic if its last intervals differ by less than this share.
PERIODIC = 1e-3
# Spikes after the pulse: the shift of this one is the lasting shift.
LATER = 5
# How many periods a run takes to reach its period, at least this long [ms].
SETTLING, LONGEST_PERIOD = 3000.0, 1000.0


@dataclass(frozen=True, eq=False)
class PhaseResponse:
    """Shifts of the spikes by a brief pulse.

    Attributes
    ----------
    phase : shape (n,), from 0 to 1
        When in its cycle the pulse begins: 0 is a spike, 1 the next.
    advance : shape (n,), in cycles
        How much earlier the fifth spike after the pulse comes; negative for later.
    first : shape (n,), in cycles
        The same of the first spike after the pulse.
    period : float [ms]
        Without the pulse.
    current, amplitude : float
        The steady current and the pulse on top of it, in the model's unit, `unit`.
    width : float [ms]
        Of the pulse.
    unit, scheme : str
    """

    phase: Floats
    advance: Floats
    first: Floats
    period: float
    current: float
    amplitude: float
    width: float
    unit: str
    scheme: str


def phase_response(
    cell: Cell | str,
    current: float,
    amplitude: float | None = None,
    width: float = 0.5,
    phases: int = 50,
    *,
    scheme: str = "rk4",
    dt: float = 0.01,
) -> PhaseResponse:
    """How much a brief pulse advances the spikes, against the phase at which it begins.

    The cell is run until it fires periodically, with period T. Then one cell of an ensemble starts at each phase of the
    cycle with the pulse, and one without. The advance is (t - t')/T, t and t' the times of the same spike without and
    with the pulse.

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.
    current : float
        Under which it fires, in the model's unit.
    amplitude : float
        Of the pulse, in the model's unit; by default what moves v by 0.5 mV.
    width : float [ms]
        Of the pulse.
    phases : int
        How many, spread evenly over the cycle.
    scheme, dt
        Of the runs; see `izhi.SCHEMES`.

    Raises
    ------
    BadValue
        If it does not fire periodically at this current: it is silent, or bursts, or fires more slowly than once a
        second.

    Examples
    --------
    >>> found = phase_response("2007/RS", 100, phases=4)
    >>> round(found.period, 1), found.phase.round(2)
    (76.0, array([0.  , 0.25, 0.5 , 0.75]))
    """
    flow = Flow(one_cell(cell, "phase_response"))
    steady = number(current, "phase_response: current")
    how = numerics(scheme, dt)
    long = how.whole(width)
    if isinstance(phases, bool) or not isinstance(phases, int) or not 1 <= phases <= 100_000:
        raise BadValue("phase_response: phases", phases, "a whole number from 1 to 100000 would do")
    height = 0.5 / (long * abs(flow.gain)) if amplitude is None else number(amplitude, "phase_response: amplitude")
    period, phase, states = _cycle(flow, steady, phases, how)
    shifts = _shifts(flow.cell, steady, height, long, states, period, how)
    return PhaseResponse(
        phase, shifts[LATER - 1], shifts[0], period, steady, height, long, flow.model.current, str(how)
    )


def _cycle(flow: Flow, current: float, phases: int, how: Numerics) -> tuple[float, Floats, Floats]:
    """The period, the phases, and the states there: shape (dimensions, phases)."""
    settling = how.whole(SETTLING)
    recording = run(started(flow.cell, resting_state(flow, 0.0)), current, settling, how, every=1, engine="cpu")
    gaps = np.diff(recording.spike_times)
    rare = not gaps.size or settling - recording.spike_times[-1] > LONGEST_PERIOD
    if rare or gaps.size < 3 or np.ptp(gaps[-3:]) > PERIODIC * gaps[-1]:
        wanted = f"a current at which it fires periodically, within {settling:g} ms, would do"
        raise BadValue("phase_response: current", current, wanted)
    last, period = float(recording.spike_times[-2]), float(gaps[-1])
    rows = [recording.voltage, recording.recovery, recording.dendrite]
    inside = np.flatnonzero((recording.time > last) & (recording.time < last + period))
    wanted = inside[0] + np.arange(phases) * inside.size // phases
    states = np.array([row[wanted] for row in rows if row is not None])
    return period, (recording.time[wanted] - last) / period, states


def _shifts(
    cell: Cell, current: float, height: float, width: float, states: Floats, period: float, how: Numerics
) -> Floats:
    """By how many cycles each of the next spikes comes earlier: shape (LATER, phases)."""
    phases = states.shape[1]
    both = started(cell, np.concatenate([states, states], axis=1))
    pulse = Pulse(np.repeat([height, 0.0], phases), start=0.0, stop=width)
    found = trains(run(both, Constant(current) + pulse, (LATER + 3) * period, how))
    times = np.full((2 * phases, LATER), np.nan)
    for row, spikes in zip(times, found, strict=True):
        row[: spikes.size] = spikes[:LATER]
    return ((times[phases:] - times[:phases]) / period).T
