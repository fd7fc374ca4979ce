"""Scripts for Brian 2 of networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from izhi.bridge.scripts.files import Arrays
from izhi.bridge.scripts.formula import BRIAN2, conductance_current, equations, number
from izhi.bridge.scripts.inputs import current_lines
from izhi.bridge.scripts.network import Cells, NetworkRun, Sources, Values, Wires
from izhi.equations.synapse import PARAMETERS
from izhi.network import Conductance, CurrentPulse, Delta, ExponentialCurrent, Synapse

_NETWORK = '''\
"""{title}, in Brian 2.

It prints a line for each spike: the number of the cell, counted through all populations, and the time [ms]. Forward
Euler with dt = {dt} ms, as the scheme `euler` of izhi. Voltages are in mV, times in ms.
{about}Written by izhi {version}; change it as you like.
"""

{imports}

prefs.codegen.target = "numpy"  # there is nothing to compile

dt, steps = {dt}, {steps}
defaultclock.dt = dt * ms
{data}{groups}{wires}
run(steps * dt * ms)

# Brian labels a spike with the beginning of the step in which v crossed; it is seen at the step's end.
found = []
for first, spikes in [
{monitors}
]:
    found += zip(np.rint(spikes.t / ms / dt) + 1, first + spikes.i)
{given}for step, cell in sorted(found):
    print(f"{{cell}} {{step * dt:.10g}}")
'''
_CELLS = '''
# {title}
{current}cells_{name} = NeuronGroup(
    {count},
    """
{equations}
    """,
    threshold="v >= {peak}",
    reset="{reset}",
    method="euler",
    namespace={namespace},
)
{values}
{after}spikes_{name} = SpikeMonitor(cells_{name})
'''
_SOURCES = """
# {title}
step_{name} = {step}
cell_{name} = {cell}
cells_{name} = SpikeGeneratorGroup({count}, cell_{name}, step_{name} * dt * ms, when="start")
"""
_FIRST = """
# What arrives is added before the cells take their step. A pulse acts in the step that ends when it arrives.
"""
_WIRES = """\
synapses_{name} = Synapses(cells_{source}, cells_{target}, {model}on_pre="{effect}"{delay})
synapses_{name}.connect({pairs})
{values}synapses_{name}.pre.when = "before_groups"
"""


def network_script(run: NetworkRun) -> tuple[str, Mapping[str, NDArray[Any]]]:
    """The text of a script, and the arrays that it reads from the .npz file of the same name, if any."""
    from izhi import __version__

    arrays = Arrays()
    groups = "".join(_cells(each, run, arrays) for each in run.cells)
    groups += "".join(_sources(each, arrays) for each in run.sources)
    wires = [_wires(each, run, arrays) for each in run.wires]
    if wires:
        wires = [_FIRST, "\n".join(wires)]
    given = "".join(f"found += zip(step_{s.name}, {s.first} + cell_{s.name})\n" for s in run.sources)
    used = [
        *["NeuronGroup"] * bool(run.cells), *["SpikeGeneratorGroup"] * bool(run.sources), "SpikeMonitor",
        *["Synapses"] * bool(run.wires), *["TimedArray"] * any(_is_driven(c) for c in run.cells),
    ]  # fmt: skip
    imports = "from pathlib import Path\n\n" if arrays.kept else ""
    imports += f"import numpy as np\nfrom brian2 import {', '.join(used)}, defaultclock, ms, prefs, run"
    text = _NETWORK.format(
        title=run.title,
        dt=number(run.dt),
        about="Its arrays are in the .npz file of the same name. " if arrays.kept else "",
        version=__version__,
        imports=imports,
        steps=run.steps,
        data='data = np.load(Path(__file__).with_suffix(".npz"))\n' if arrays.kept else "",
        groups=groups,
        wires="".join(wires),
        monitors="\n".join(f"    ({c.first}, spikes_{c.name})," for c in run.cells),
        given=given,
    )
    return text, arrays.kept


def _is_driven(cells: Cells) -> bool:
    return cells.drive is not None or cells.table is not None


def _cells(cells: Cells, run: NetworkRun, arrays: Arrays) -> str:
    synapses, receptors = run.synapses_on(cells), run.receptors_of(cells)
    # `e` is another number in Brian. The numbers of the paper are written as such.
    constants: dict[str, float | str] = {s: "e_" if s == "e" else s for s in "efg" if s in cells.model.symbols}
    constants |= {s: x for s in constants if isinstance(x := cells.parameters[s], float)}
    spelled = equations(cells.model, BRIAN2, constants)
    own = _parameters(cells, receptors, constants)
    many = {s: x for s, x in own.items() if not isinstance(x, float)}
    lines = [f"d{s}/dt = {_bracketed(text)}/ms : 1" for s, text in spelled.derivatives.items()]
    lines += _currents(cells, synapses, receptors) + [f"{s} : 1 (constant)" for s in many]
    single = [f'"{s}": {number(x)}' for s, x in own.items() if isinstance(x, float)]
    single += [f'"current": current_{cells.name}'] * _is_driven(cells)
    values = [(s, x) for s, x in (*many.items(), *cells.state.items())]
    return _CELLS.format(
        title=cells.title,
        current=_current(cells, run, arrays),
        name=cells.name,
        count=cells.count,
        equations="\n".join(f"    {line}" for line in lines),
        peak=spelled.peak,
        reset="; ".join(f"{symbol} = {text}" for symbol, text in spelled.reset.items()),
        namespace=f"{{{', '.join(single)}}}",
        values="\n".join(f"cells_{cells.name}.{s} = {arrays.text(f'{cells.name}_{s}', x)}" for s, x in values),
        after=_after(cells, run.dt, synapses, receptors),
    )


def _parameters(cells: Cells, receptors: list[str], names: Mapping[str, float | str]) -> dict[str, Values]:
    """Those that the equations name, under the names that they have there."""
    needed = {q.symbol for q in PARAMETERS for r in receptors if q.symbol.endswith(f"_{r}")}
    own = {s: cells.parameters[s] for s in cells.model.symbols if not isinstance(names.get(s), float)}
    own |= {q.symbol: cells.parameters[q.symbol] for q in PARAMETERS if q.symbol in needed}
    return {str(names.get(s, s)): x for s, x in own.items()}


def _current(cells: Cells, run: NetworkRun, arrays: Arrays) -> str:
    """Lines that make the current of a population."""
    name = cells.name
    if cells.table is not None:
        return f"current_{name} = TimedArray({arrays.text(f'{name}_current', cells.table)}, dt=dt * ms)\n"
    if cells.drive is None:
        return ""
    lines = current_lines(cells.drive, run.steps, run.dt)
    return "\n".join((*lines, f"current_{name} = TimedArray(I, dt=dt * ms)\n"))


def _currents(cells: Cells, synapses: list[Synapse], receptors: list[str]) -> list[str]:
    """The equations of all that flows into a cell."""
    decaying = [_variable(s, synapses) for s in synapses if isinstance(s, ExponentialCurrent)]
    pulse = ["pulse"] * any(isinstance(s, CurrentPulse) for s in synapses)
    given = ["current(t, i)" if cells.table is not None else "current(t)"] * _is_driven(cells)
    lines = [f"{name} = {text} : 1" for name, text in conductance_current(receptors).items() if text]
    total = " + ".join([*given, *pulse, *decaying]) or "0"
    lines.append(f"I = {total}{' - synaptic' if receptors else ''} : 1")
    return lines + [f"{name} : 1" for name in (*pulse, *decaying, *(f"g_{r}" for r in receptors))]


def _variable(synapse: ExponentialCurrent, synapses: list[Synapse]) -> str:
    """The name of a decaying current: one is `exponential`, several are counted."""
    every = [s for s in synapses if isinstance(s, ExponentialCurrent)]
    return "exponential" if len(every) == 1 else f"exponential_{every.index(synapse) + 1}"


def _after(cells: Cells, dt: float, synapses: list[Synapse], receptors: list[str]) -> str:
    """What becomes of pulses, currents and conductances after each step."""
    each = ["pulse = 0"] * any(isinstance(s, CurrentPulse) for s in synapses)
    for s in synapses:
        if isinstance(s, ExponentialCurrent):
            each.append(f"{_variable(s, synapses)} *= exp(-{number(dt)}/{number(s.tau)})")
    each += [f"g_{r} *= exp(-{number(dt)}/tau_{r})" for r in receptors]
    return f'cells_{cells.name}.run_regularly("{"; ".join(each)}", when="after_groups")\n' if each else ""


def _sources(sources: Sources, arrays: Arrays) -> str:
    return _SOURCES.format(
        title=sources.title,
        name=sources.name,
        step=arrays.text(f"{sources.name}_step", sources.step),
        cell=arrays.text(f"{sources.name}_cell", sources.cell),
        count=sources.count,
    )


def _wires(wires: Wires, run: NetworkRun, arrays: Arrays) -> str:
    single, now = isinstance(wires.weight, float), isinstance(wires.synapse, CurrentPulse)
    weight = number(wires.weight) if isinstance(wires.weight, float) else "weight"
    values = "" if single else f"synapses_{wires.name}.weight = {arrays.text(f'{wires.name}_weight', wires.weight)}\n"
    delay = arrays.text(f"{wires.name}_delay", wires.delay)
    delay = f"({delay} - dt) * ms" if now else f"{delay} * ms"
    several = not isinstance(wires.delay, float)
    return _WIRES.format(
        name=wires.name,
        source=wires.source.name,
        target=wires.target.name,
        model="" if single else '"weight : 1", ',
        effect=_effect(wires.synapse, weight, run.synapses_on(wires.target)),
        delay="" if several else f", delay={delay}",
        pairs=_pairs(wires, arrays),
        values=values + (f"synapses_{wires.name}.delay = {delay}\n" if several else ""),
    )


def _pairs(wires: Wires, arrays: Arrays) -> str:
    words = {"all": "", "others": 'condition="i != j"', "one": 'j="i"'}
    if wires.rule:
        return words[wires.rule]
    source, target = (arrays.text(f"{wires.name}_{end}", x) for end, x in (("source", wires.i), ("target", wires.j)))
    return f"i={source}, j={target}"


def _effect(synapse: Synapse, weight: str, every: list[Synapse]) -> str:
    """What a spike does when it arrives at a cell with synapses of those kinds."""
    if isinstance(synapse, Conductance):
        second = f"; g_{synapse.second}_post += {number(synapse.share)} * {weight}" if synapse.second else ""
        return f"g_{synapse.receptor}_post += {weight}{second}"
    if isinstance(synapse, ExponentialCurrent):
        return f"{_variable(synapse, every)}_post += {weight}"
    return f"{'v' if isinstance(synapse, Delta) else 'pulse'}_post += {weight}"


def _bracketed(text: str) -> str:
    return text if text.endswith(")") and text.startswith(("a*(", "ad*(")) else f"({text})"
