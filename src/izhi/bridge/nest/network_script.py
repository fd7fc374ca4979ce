"""Scripts for NEST of networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from izhi.bridge.nest.cells import CONSISTENT, check_model
from izhi.bridge.nest.networks import check_projections
from izhi.bridge.scripts.files import Arrays
from izhi.bridge.scripts.formula import number
from izhi.bridge.scripts.inputs import current_lines
from izhi.bridge.scripts.network import Cells, NetworkRun, Sources, Values, Wires
from izhi.bridge.scripts.network import network_run as run_of
from izhi.network import Network
from izhi.network_file import NetworkExperiment

_NETWORK = '''\
"""{title}, in NEST.

It prints a line for each spike: the number of the cell, counted through all populations, and the time [ms]. The scheme
`{scheme}` of izhi with dt = {dt} ms. Voltages are in mV, times in ms, currents in mV/ms.
{about}Written by izhi {version}; change it as you like.
"""

{imports}

dt, steps = {dt}, {steps}
# A current acts two steps after its generator changed, and a spike one step after it was sent: the cells start late.
late = 2
{data}
nest.ResetKernel()
nest.verbosity = nest.VerbosityLevel.ERROR
nest.resolution = dt
{functions}{groups}{wires}
nest.Simulate(late * dt)
{starts}nest.Simulate(steps * dt)

found = []
for first, cells, spikes in [
{recorders}
]:
    step = np.rint(spikes.events["times"] / dt).astype(int) - late
    found += zip(step, first + spikes.events["senders"] - cells[0].global_id)
for step, cell in sorted(found):
    print(f"{{cell}} {{step * dt:.10g}}")
'''
_TIMES = '''

def times(step):
    """When a step begins, by NEST's clock."""
    return np.round((np.asarray(step) + late) * dt, 3)
'''
_INJECT = '''

def inject(cells, I):
    """Inject a current: I has a row for each step, and a column for each cell or one for all."""
    at = [np.flatnonzero(np.diff(column, prepend=0.0)) for column in I.T]
    generators = nest.Create("step_current_generator", I.shape[1])
    values = zip(at, I.T)
    generators.set([{"amplitude_times": times(k - 1), "amplitude_values": column[k]} for k, column in values])
    nest.Connect(generators, cells, "all_to_all" if I.shape[1] == 1 else "one_to_one", {"delay": dt})
'''
_FEED = '''

def feed(cells, I):
    """Inject a current into cells with synapses: its numbers are sent as spikes, to be added up as theirs are."""
    at = [np.flatnonzero(column) for column in I.T]
    generators = nest.Create("spike_generator", I.shape[1])
    generators.set([{{"spike_times": times(k), "spike_weights": column[k]{factor}}} for k, column in zip(at, I.T)])
    nest.Connect(generators, cells, "all_to_all" if I.shape[1] == 1 else "one_to_one", {{"delay": dt}})
'''
_CELLS = """
# {title}
cells_{name} = nest.Create("izhikevich", {count}, {parameters})
{current}spikes_{name} = nest.Create("spike_recorder")
nest.Connect(cells_{name}, spikes_{name}, syn_spec={{"delay": dt}})
"""
_SOURCES = """
# {title}
step_{name} = {step}
cell_{name} = {cell}
cells_{name} = nest.Create("spike_generator", {count})
cells_{name}.set([{{"spike_times": times(step_{name}[cell_{name} == k])}} for k in range({count})])
spikes_{name} = nest.Create("spike_recorder")
nest.Connect(cells_{name}, spikes_{name}, syn_spec={{"delay": dt}})
"""
_RULES = {
    "all": '"all_to_all"',
    "others": '{"rule": "all_to_all", "allow_autapses": False}',
    "one": '"one_to_one"',
}
_SYMBOLS = {"a": "a", "b": "b", "c": "c", "d": "d"}


def network_script(
    what: Network | NetworkExperiment, duration: float | None, scheme: str | None, dt: float | None
) -> tuple[str, Mapping[str, NDArray[Any]]]:
    """The text of a script, and the arrays that it reads from the .npz file of the same name, if any."""
    network = what.network if isinstance(what, NetworkExperiment) else what
    check_projections(network)
    return _written(run_of(what, duration, scheme or _own_scheme(what), dt))


def _own_scheme(what: Network | NetworkExperiment) -> str:
    """That of an experiment, if it is NEST's; else the one that is like the published."""
    own = what.options["scheme"] if isinstance(what, NetworkExperiment) else ""
    return own if own in CONSISTENT else "nest-published"


def _written(run: NetworkRun) -> tuple[str, Mapping[str, NDArray[Any]]]:
    from izhi import __version__

    arrays = Arrays()
    groups = "".join(_cells(each, run, arrays) for each in run.cells)
    groups += "".join(_sources(each, arrays) for each in run.sources)
    wires = "".join(f"{_wires(each, run, arrays)}\n" for each in run.wires)
    calls = "feed(" in groups, "inject(" in groups
    functions = _TIMES * bool(run.sources or any(calls))
    functions += _FEED.format(factor=" * dt" * CONSISTENT[run.scheme]) * calls[0] + _INJECT * calls[1]
    text = _NETWORK.format(
        title=run.title,
        scheme=run.scheme,
        dt=number(run.dt),
        about="Its arrays are in the .npz file of the same name. " if arrays.kept else "",
        version=__version__,
        imports="from pathlib import Path\n\n" * bool(arrays.kept) + "import nest\nimport numpy as np",
        steps=run.steps,
        data='data = np.load(Path(__file__).with_suffix(".npz"))\n' if arrays.kept else "",
        functions=f"{functions}\n" if functions else "",
        groups=groups,
        wires=f"\n{wires}" if wires else "",
        starts="".join(_start(cells, arrays) for cells in run.cells),
        recorders="\n".join(f"    ({g.first}, cells_{g.name}, spikes_{g.name})," for g in (*run.cells, *run.sources)),
    )
    return text, arrays.kept


def _cells(cells: Cells, run: NetworkRun, arrays: Arrays) -> str:
    check_model(cells.model, {s: np.asarray(cells.parameters[s]) for s in cells.model.symbols})
    own = [f'"{s}": {_each(f"{cells.name}_{s}", cells.parameters[s], arrays)}' for s in _SYMBOLS]
    # Until time 0 nothing may spike.
    own += ['"V_th": 1e300', f'"consistent_integration": {CONSISTENT[run.scheme]}']
    return _CELLS.format(
        title=cells.title,
        name=cells.name,
        count=cells.count,
        parameters=f"{{{', '.join(own)}}}",
        current=_current(cells, run, arrays),
    )


def _current(cells: Cells, run: NetworkRun, arrays: Arrays) -> str:
    """Lines that inject the current of a population."""
    call = "feed" if run.synapses_on(cells) else "inject"
    if cells.table is not None:
        return f"{call}(cells_{cells.name}, {arrays.text(f'{cells.name}_current', cells.table)})\n"
    if cells.drive is None:
        return ""
    lines = current_lines(cells.drive, run.steps, run.dt)
    return "\n".join((*lines, f"{call}(cells_{cells.name}, I[:, None])\n"))


def _start(cells: Cells, arrays: Arrays) -> str:
    values = {"V_m": cells.state["v"], "U_m": cells.state["u"], "V_th": cells.parameters["vpeak"]}
    given = ", ".join(f"{name}={_each(f'{cells.name}_{name}', x, arrays)}" for name, x in values.items())
    return f"cells_{cells.name}.set({given})\n"


def _each(name: str, values: Values, arrays: Arrays) -> str:
    """A number that NEST takes for no integer, or a list."""
    if isinstance(values, float):
        return repr(values)
    text = arrays.text(name, values)
    return f"{text}.tolist()" if text.startswith("data") else text.removeprefix("np.array(").removesuffix(")")


def _sources(sources: Sources, arrays: Arrays) -> str:
    return _SOURCES.format(
        title=sources.title,
        name=sources.name,
        step=arrays.text(f"{sources.name}_step", sources.step),
        cell=arrays.text(f"{sources.name}_cell", sources.cell),
        count=sources.count,
    )


def _wires(wires: Wires, run: NetworkRun, arrays: Arrays) -> str:
    """The call that connects them."""
    source, target = f"cells_{wires.source.name}", f"cells_{wires.target.name}"
    factor = " * dt" * CONSISTENT[run.scheme]
    single = isinstance(wires.weight, float) and isinstance(wires.delay, float)
    if single and wires.rule:
        spec = f'{{"weight": {wires.weight!r}{factor}, "delay": {wires.delay!r}}}'
        return f"nest.Connect({source}, {target}, {_RULES[wires.rule]}, {spec})"
    ends = [
        f"{cells}[0].global_id + {arrays.text(f'{wires.name}_{end}', numbers)}"
        for cells, end, numbers in ((source, "source", wires.i), (target, "target", wires.j))
    ]
    weight, delay = (
        arrays.text(f"{wires.name}_{name}", x) if isinstance(x, np.ndarray) else f"np.full({wires.i.size}, {x!r})"
        for name, x in (("weight", wires.weight), ("delay", wires.delay))
    )
    spec = f'{{"weight": {weight}{factor}, "delay": {delay}}}'
    return f'nest.Connect(\n    {ends[0]},\n    {ends[1]},\n    "one_to_one",\n    {spec},\n)'
