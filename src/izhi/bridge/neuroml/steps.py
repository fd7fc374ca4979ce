"""The steps of jNeuroML in our words: forward Euler, the current at the end of the step, numbers in SI units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.neuroml.cells import element_name, of_cell
from izhi.bridge.neuroml.inputs import split
from izhi.bridge.neuroml.own import CELL2003, CELL2007
from izhi.bridge.neuroml.quantities import read_quantity
from izhi.cell import Cell
from izhi.errors import BadValue
from izhi.simulation import simulate
from izhi.stimulus import Sampled, Stimulus
from izhi.stimulus.terms import Pieces, Term, Wave, pieces

# Powers of ten of our units in SI units.
_POWERS = {
    "ms": -3, "mV": -3, "pA": -12, "pF": -12, "nS": -9, "nS/mV": -6, "1/ms": 3, "mV/ms": 0, "1/(mV ms)": 6,
    "nS/mV^2": -3, "mV/pA": 9,
}  # fmt: skip


def expected(cell: Cell | str, stimulus: Stimulus | None, duration: float, dt: float) -> NDArray[np.float64]:
    """The spike times that jNeuroML finds, by our own engine.

    It is our scheme "euler" with two differences: a step has the current at its end (see `seen`), and numbers are in
    SI units and NeuroML's own cells in its order of terms, which rounds the last bit otherwise. In some cells that
    moves a late spike, by a step or more.

    Parameters
    ----------
    cell : Cell or str
        One cell, or the name of a preset.
    stimulus : Stimulus or None
        Currents.
    duration, dt : float
        [ms] How long, and by which step.

    Returns
    -------
    shape (n,) [ms]

    Examples
    --------
    >>> from izhi import Step
    >>> expected("2007/RS", Step(70, start=0), 520, 0.1).round(1).tolist()
    [100.3, 248.2, 396.0]
    """
    one = Cell.preset(cell) if isinstance(cell, str) else cell
    if one.count is not None:
        raise BadValue("neuroml.expected", one.count, "a single cell would do")
    p, state = of_cell(one, 0, 1)
    kind = element_name(one.model, p, state)
    current = np.asarray(seen(stimulus, duration, dt).I)
    if kind == "izhikevichCell":
        v = seconds(state["v"])  # both are thousandths
        values = p | {"vpeak": seconds(p["vpeak"])}
        inside = Cell(CELL2003, values, {"v": v, "u": v * (p["b"] / 10.0**-3)})
    else:
        model = CELL2007 if kind == "izhikevich2007Cell" else one.model
        values = {q.symbol: p[q.symbol] * 10.0 ** _POWERS[q.unit] for q in model.parameters}
        inside = Cell(model, values, {q.symbol: state[q.symbol] * 10.0 ** _POWERS[q.unit] for q in model.state})
        current = current * 10.0 ** _POWERS[one.model.current]
    step, steps = seconds(dt), round(duration / dt)
    attached = Sampled(current, interval=step)
    run = simulate(inside, attached, steps * step, scheme="euler", dt=step, record="spikes", engine="reference")
    return np.round(run.spike_time / step) * dt


def seen(stimulus: Stimulus | None, duration: float, dt: float, cell: int = 0) -> Sampled:
    """The current as jNeuroML sees it, for our scheme "euler", whose steps are then those of jNeuroML.

    jNeuroML advances an input before the cell that it is attached to. So each step has the current at its end, where
    our "euler" has the current at its start. Its time is a sum of steps in seconds, which decides at which step a
    current begins whose beginning is on the grid.

    Parameters
    ----------
    stimulus : Stimulus or None
        Currents.
    duration, dt : float
        [ms] How long, and by which step.
    cell : int
        Which cell of an ensemble.

    Returns
    -------
    Sampled
        With an interval of dt.

    Examples
    --------
    >>> from izhi import Step
    >>> seen(Step(70, start=0.3), 0.6, 0.1).I[:4].tolist()
    [0.0, 0.0, 70.0, 70.0]
    """
    steps = max(round(duration / dt), 1)
    time = np.cumsum(np.full(steps, seconds(dt)))
    total = np.zeros(steps)
    for part in split(stimulus, cell, duration):
        for square in part.squares:
            begin = seconds(square.delay)
            end = seconds(read_quantity(square.duration, "ms", "duration")) + begin
            total = total + np.where((time >= begin) & (time < end), square.amplitude, 0.0)
        for term in part.terms:
            total = total + _in_seconds(term).evaluate(time, "at", slice(None))[:, 0]
    return Sampled(total, interval=dt)


def seconds(time: float) -> float:
    """A time in ms as LEMS reads it, in seconds."""
    return time * 10.0**-3


def _in_seconds(term: Term) -> Term:
    """The same with its times as LEMS has them."""
    if isinstance(term, Wave):
        return replace(term, start=seconds(term.start), stop=seconds(term.stop), omega=1e3 * term.omega,
                       chirp=1e6 * term.chirp)  # fmt: skip
    assert isinstance(term, Pieces)
    return pieces(term.knot * 10.0**-3, term.value, term.rise, term.span * 10.0**-3, term.inclusive)
