"""All numbers of one cell's dynamics on a sheet."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from izhi.cell import Cell
from izhi.dynamics.bifurcations import Bifurcation, andronov_hopf, saddle_node
from izhi.dynamics.curves import FICurve, fi_curve
from izhi.dynamics.equilibria import Equilibrium, equilibria
from izhi.dynamics.flow import number, one_cell
from izhi.dynamics.passive import Passive, passive
from izhi.dynamics.threshold import Rheobase, rheobase

# Rates are measured at these multiples of the step at which firing begins to last.
MULTIPLES = (1.1, 1.5, 2.0, 3.0)


@dataclass(frozen=True, eq=False)
class Sheet:
    """What `analyze` found.

    Attributes
    ----------
    cell : Cell
    current : float
        The steady current of the equilibria and of the rest from which steps begin, in the model's unit.
    equilibria : tuple of Equilibrium
    bifurcations : tuple of Bifurcation
        Over the current, by rising v.
    passive : Passive or None
        None without a stable equilibrium.
    rheobase : Rheobase or None
        Likewise.
    curve : FICurve or None
        At 1.1, 1.5, 2 and 3 times the step to firing that lasts; None without such a step.
    """

    cell: Cell
    current: float
    equilibria: tuple[Equilibrium, ...]
    bifurcations: tuple[Bifurcation, ...]
    passive: Passive | None
    rheobase: Rheobase | None
    curve: FICurve | None

    def text(self) -> str:
        """All numbers in lines for people."""
        unit = self.cell.model.current
        lines = [f"{self.cell}: {self.cell.model.title}", f"equilibria at I = {self.current:g} {unit}:"]
        lines += [f"  {each}" for each in self.equilibria] or ["  none"]
        lines += ["bifurcations over I:"]
        lines += [f"  {each}" for each in self.bifurcations] or ["  none"]
        lines += _passive_lines(self.passive) + _rheobase_lines(self.rheobase, unit) + _curve_lines(self.curve)
        return "\n".join(lines)

    def data(self) -> dict[str, Any]:
        """The same as tables, lists, numbers, strings and None, as JSON holds them."""
        p = {s: float(self.cell.parameters[s]) for s in self.cell.model.symbols}
        return {
            "cell": self.cell.name,
            "model": self.cell.model.name,
            "parameters": p,
            "units": {"current": self.cell.model.current, "voltage": "mV", "time": "ms", "rate": "Hz"},
            "current": self.current,
            "equilibria": [_equilibrium(each) for each in self.equilibria],
            "bifurcations": [_plain(vars(each)) for each in self.bifurcations],
            "passive": _passive(self.passive),
            "rheobase": _rheobase(self.rheobase),
            "rates": None if self.curve is None else _plain(vars(self.curve)),
        }


def analyze(
    cell: Cell | str,
    current: float = 0.0,
    *,
    duration: float = 4000.0,
    scheme: str = "rk4",
    dt: float = 0.05,
) -> Sheet:
    """Equilibria, bifurcations, rest, thresholds and rates of one cell.

    Parameters
    ----------
    cell : Cell or str
        One cell of any model, or the name of a preset.
    current : float
        Under which the cell rests, in the model's unit.
    duration, scheme, dt
        Of the runs, as for `rheobase`.

    Raises
    ------
    BadValue
        If it is no single cell, or the current no finite number.

    Examples
    --------
    >>> sheet = analyze("2007/RS")
    >>> sheet.passive.kind, sheet.rheobase.excitability
    ('integrator', 1)
    """
    chosen = one_cell(cell, "analyze")
    I = number(current, "analyze: current")
    met = sorted((*saddle_node(chosen), *andronov_hopf(chosen)), key=lambda each: float(each.state[0]))
    found = equilibria(chosen, I)
    if not any(each.stable for each in found):
        return Sheet(chosen, I, found, tuple(met), None, None, None)
    options: dict[str, Any] = {"duration": duration, "scheme": scheme, "dt": dt}
    threshold = rheobase(chosen, I, **options)
    curve = None
    if threshold.sustained is not None:
        steps = np.array(MULTIPLES) * (threshold.sustained - I)
        curve = fi_curve(chosen, I + steps, holding=I, **options)
    return Sheet(chosen, I, found, tuple(met), passive(chosen, I), threshold, curve)


def _passive_lines(found: Passive | None) -> list[str]:
    if found is None:
        return ["rest: none; no equilibrium is stable at this current"]
    times = ", ".join(f"{x:.4g}" for x in found.time_constants)
    swings = f", damped at {found.frequency:.4g} Hz" if found.frequency else ""
    lost = {None: "", True: " (rest is lost by Andronov-Hopf)", False: " (rest is lost by saddle-node)"}
    return [
        f"rest: v = {found.rest.voltage:.6g} mV, {found.rest.kind}, {found.kind}{lost[found.resonator]}",
        f"  resistance {found.resistance:.4g} {found.unit}, instantaneous {found.instantaneous:.4g} {found.unit}",
        f"  time constants {times} ms; of v alone {found.membrane:.4g} ms{swings}",
    ]


def _rheobase_lines(found: Rheobase | None, unit: str) -> list[str]:
    if found is None:
        return []
    if found.first_spike is None:
        return ["threshold: no step makes it spike"]
    lines = [f"threshold of steps from rest ({found.duration:g} ms by {found.scheme}):"]
    lines += [f"  first spike {found.first_spike:.5g} {unit}"]
    if found.sustained is None:
        return [*lines, "  no step makes it fire on"]
    lines += [f"  firing that lasts {found.sustained:.5g} {unit}, from spiking {found.from_spiking:.5g} {unit}"]
    both = "; rest and firing coexist below the loss of rest" if found.bistable else ""
    name = f"class {found.excitability}" if found.excitability else "class not seen in runs as short as these"
    return [*lines, f"  {name}: {found.onset_rate:.3g} Hz at the onset{both}"]


def _curve_lines(found: FICurve | None) -> list[str]:
    if found is None:
        return []
    lines = [f"rates:  I ({found.unit})  initial (Hz)  steady (Hz)  spikes per burst"]
    rows = zip(found.current, found.initial, found.steady, found.per_burst, strict=True)
    return lines + [f"{i:15.5g}  {first:12.4g}  {last:11.4g}  {n:16.3g}" for i, first, last, n in rows]


def _equilibrium(each: Equilibrium) -> dict[str, Any]:
    values = [[float(x.real), float(x.imag)] for x in each.eigenvalues]
    return {"state": each.state.tolist(), "eigenvalues": values, "kind": each.kind, "stable": each.stable}


def _passive(found: Passive | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {**_plain(vars(found)), "rest": _equilibrium(found.rest), "kind": found.kind}


def _rheobase(found: Rheobase | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {**_plain(vars(found)), "excitability": found.excitability, "bistable": found.bistable}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """The numbers and lists among the values, without those that JSON has no word for."""
    shown = {k: x.tolist() if isinstance(x, np.ndarray) else x for k, x in values.items()}
    return {k: _finite(x) for k, x in shown.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, list):
        return [_finite(x) for x in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
