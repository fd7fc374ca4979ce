"""Scripts for Brian 2: a readable starting point that gives the spikes of the scheme `euler`."""

from __future__ import annotations

from typing import Any

from izhi.bridge.scripts.formula import BRIAN2, equations, number
from izhi.bridge.scripts.inputs import current_lines
from izhi.bridge.scripts.run import CellRun, cell_run
from izhi.stimulus import Stimulus

_CELL = '''\
"""{title}, in Brian 2.

It prints when the cell spikes [ms]: forward Euler with dt = {dt} ms, as the scheme `euler` of izhi.
Voltages are in mV, times in ms, {current}. Written by izhi {version}; change it as you like.
"""

import numpy as np
from brian2 import NeuronGroup, SpikeMonitor, StateMonitor, TimedArray, defaultclock, ms, prefs, run

prefs.codegen.target = "numpy"  # for a single cell compiling takes longer than running

dt, steps = {dt}, {steps}
defaultclock.dt = dt * ms

{inputs}
current = TimedArray(I, dt=dt * ms)

parameters = {parameters}
cell = NeuronGroup(
    1,
    """
{equations}
    I = current(t) : 1
    """,
    threshold="v >= {peak}",
    reset="{reset}",
    method="euler",
    namespace=parameters | {{"current": current}},
)
{start}

states = StateMonitor(cell, {state}, record=True)
spikes = SpikeMonitor(cell)
run(steps * dt * ms)

# Brian labels a spike with the beginning of the step in which v crossed; it is seen at the step's end.
for spike in np.rint(spikes.t / ms / dt) + 1:
    print(f"{{spike * dt:.6g}}")
'''


def script(
    what: Any, stimulus: Stimulus | None = None, duration: float | None = None, *, dt: float | None = None
) -> str:
    """A Python script for Brian 2 that runs a cell and prints its spike times.

    Parameters
    ----------
    what : str, Path, Cell or Experiment
        The name of a preset, such as "2003/RS", which brings its own stimulus, duration and step; an experiment file;
        or a cell.
    stimulus : Stimulus, optional
        In place of its own.
    duration : float, optional
        [ms] In place of its own; 1000 for a cell.
    dt : float, optional
        [ms] In place of its own; 0.1 for a cell.

    Returns
    -------
    str
        It needs Brian 2 and NumPy, and not this package.

    Raises
    ------
    BadValue, UnknownName, FileProblem
        If there is no such cell, or more than one, or it has synaptic events.

    Examples
    --------
    >>> from izhi.bridge import brian2
    >>> "dv/dt = (0.04*v**2 + 5*v + 140 - u + I)/ms : 1" in brian2.script("2003/RS")
    True

    References
    ----------
    Stimberg, Brette & Goodman 2019, eLife 8:e47314: Brian 2.
    """
    return _written(cell_run(what, stimulus, duration, "euler", dt, "brian2.script"))


def _written(run: CellRun) -> str:
    from izhi import __version__

    model = run.cell.model
    # Its own numbers, where they are the paper's: `e` is another number in Brian.
    constants: dict[str, float] = {
        symbol: run.parameters[symbol] for symbol in ("e", "f", "g") if symbol in run.parameters
    }
    spelled = equations(model, BRIAN2, constants)
    own = {symbol: value for symbol, value in run.parameters.items() if symbol not in constants}
    lines = [f"    d{symbol}/dt = {_bracketed(text)}/ms : 1" for symbol, text in spelled.derivatives.items()]
    return _CELL.format(
        title=run.title,
        dt=number(run.dt),
        current=f"currents in {model.current}",
        version=__version__,
        steps=run.steps,
        inputs="\n".join(current_lines(run.drive, run.steps, run.dt)),
        parameters="{" + ", ".join(f'"{symbol}": {number(value)}' for symbol, value in own.items()) + "}",
        equations="\n".join(lines),
        peak=spelled.peak,
        reset="; ".join(f"{symbol} = {text}" for symbol, text in spelled.reset.items()),
        start="\n".join(f"cell.{symbol} = {number(value)}" for symbol, value in run.state.items()),
        state=str([q.symbol for q in model.state]).replace("'", '"'),
    )


def _bracketed(text: str) -> str:
    return text if text.endswith(")") and text.startswith(("a*(", "ad*(")) else f"({text})"
