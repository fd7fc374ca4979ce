"""Scripts for NEST: a readable starting point that gives the spikes of the schemes `nest` and `nest-published`."""

from __future__ import annotations

from typing import Any

from izhi.bridge.nest.cells import CONSISTENT, check_model, check_scheme
from izhi.bridge.scripts.formula import number
from izhi.bridge.scripts.inputs import current_lines
from izhi.bridge.scripts.run import CellRun, cell_run
from izhi.stimulus import Stimulus

_CELL = '''\
"""{title}, in NEST.

It prints when the cell spikes [ms], and needs NEST and NumPy: the scheme `{scheme}` of izhi with dt = {dt} ms.
Voltages are in mV, times in ms, currents in mV/ms. Written by izhi {version}; change it as you like.
"""

import nest
import numpy as np

dt, steps = {dt}, {steps}
nest.ResetKernel()
nest.verbosity = nest.VerbosityLevel.ERROR
nest.resolution = dt

{inputs}

parameters = {parameters}
cell = nest.Create("izhikevich", params=parameters | {{"consistent_integration": {consistent}}})
recorder = nest.Create("spike_recorder")
nest.Connect(cell, recorder, syn_spec={{"delay": dt}})

# A current acts two steps after its generator changed, so the cell begins two steps late.
late = 2
change = np.flatnonzero(np.diff(I, prepend=0.0))
generator = nest.Create("step_current_generator")
generator.set(amplitude_times=np.round((change + late - 1) * dt, 3), amplitude_values=I[change])
nest.Connect(generator, cell, syn_spec={{"delay": dt}})

nest.Simulate(late * dt)
cell.set({start})
nest.Simulate(steps * dt)

for step in np.rint(recorder.events["times"] / dt) - late:
    if step > 0:
        print(f"{{step * dt:.6g}}")
'''


def script(
    what: Any,
    stimulus: Stimulus | None = None,
    duration: float | None = None,
    *,
    scheme: str = "nest",
    dt: float | None = None,
) -> str:
    """A Python script for NEST that runs a cell of 2003 and prints its spike times.

    Parameters
    ----------
    what : str, Path, Cell or Experiment
        The name of a preset, such as "2003/RS", which brings its own stimulus, duration and step; an experiment file;
        or a cell.
    stimulus : Stimulus, optional
        In place of its own.
    duration : float, optional
        [ms] In place of its own; 1000 for a cell.
    scheme : {"nest", "nest-published"}
        NEST's `consistent_integration`, true or false.
    dt : float, optional
        [ms] In place of its own; that of the scheme for a cell.

    Returns
    -------
    str
        It needs NEST and NumPy, and not this package.

    Raises
    ------
    BadValue, UnknownName, FileProblem
        If there is no such cell, or more than one, or NEST has none such.

    Examples
    --------
    >>> from izhi.bridge import nest
    >>> 'nest.Create("izhikevich"' in nest.script("2003/RS")
    True

    References
    ----------
    Gewaltig & Diesmann 2007, Scholarpedia 2:1430: NEST.
    """
    check_scheme(scheme)
    return _written(cell_run(what, stimulus, duration, scheme, dt, "nest.script"))


def _written(run: CellRun) -> str:
    from izhi import __version__

    parameters = run.parameters
    check_model(run.cell.model, {symbol: run.cell.parameters[symbol] for symbol in parameters})
    names = {"a": "a", "b": "b", "c": "c", "d": "d", "vpeak": "V_th"}
    own = ", ".join(f'"{name}": {_real(parameters[symbol])}' for symbol, name in names.items())
    return _CELL.format(
        title=run.title,
        scheme=run.scheme.name,
        dt=number(run.dt),
        version=__version__,
        steps=run.steps,
        inputs="\n".join(current_lines(run.drive, run.steps, run.dt)),
        parameters="{" + own + "}",
        consistent=CONSISTENT[run.scheme.name],
        start=f"V_m={_real(run.state['v'])}, U_m={_real(run.state['u'])}",
    )


def _real(value: float) -> str:
    """A number that NEST takes for no integer."""
    text = number(value)
    return text if set(text) & set(".en") else f"{text}.0"
