"""Does a fit find the cell that made the data? The cells of the 2007 book, recorded on a computer, with noise.

Each cell answers five steps of current and three frozen noises; noise of 0.5 mV is added to each sample at 10 kHz. The
fit sees the steps alone and is asked for the spikes of the noises.

    python examples/recover_2007_cells.py [RS IB CH ...]
"""

from __future__ import annotations

import sys
import time

import numpy as np

import izhi
from izhi.fitting import Effort, Fit, fit
from izhi.sweeps import Sweep, Sweeps

DT, NOISE = 0.1, 0.5
# Near its rheobase [pA], and the steps in parts of that: the thalamic cells also show their rebound.
CURRENTS = {"RS": 70.0, "IB": 350.0, "CH": 170.0, "LTS": 125.0, "FS": 75.0, "LS": 100.0, "TC": 60.0, "TRN": 60.0}
STEPS = (-0.5, 0.8, 1.15, 1.6, 2.4)
DOWN = {"TC": -2.0, "TRN": -2.0}


def recorded(cell: izhi.Cell, current: np.ndarray, random: np.random.Generator) -> Sweep:
    """One sweep of a cell that begins at rest, with noise."""
    stimulus = izhi.Steps(np.arange(current.size) * DT, current)
    voltage = izhi.simulate(cell, stimulus, current.size * DT, dt=DT).voltage[: current.size]
    return Sweep(DT, voltage + random.normal(0.0, NOISE, current.size), current)


def recording(name: str, seed: int = 1) -> Sweeps:
    """Five sweeps with a step and three with a frozen noise, held for 5 ms each."""
    preset, random = izhi.Cell.preset(f"2007/{name}"), np.random.default_rng(seed)
    cell = izhi.Cell(preset.model, preset.parameters)
    size, t = CURRENTS[name], np.arange(0.0, 700.0, DT)
    steps = [np.where((t >= 100) & (t < 600), part * size, 0.0) for part in (DOWN.get(name, STEPS[0]), *STEPS[1:])]
    frozen = np.random.default_rng(9).normal(size=(3, 200)).repeat(round(5 / DT), axis=1)
    noises = [np.where(np.arange(each.size) * DT > 50, size * (1.3 + 0.8 * each), 0.0) for each in frozen]
    return Sweeps(tuple(recorded(cell, current, random) for current in (*steps, *noises)), source=name)


def recover(name: str, effort: Effort | None = None, seed: int = 0) -> Fit:
    """The fit of a cell's own model to its recording."""
    model = izhi.Cell.preset(f"2007/{name}").model.name
    return fit(recording(name), model=model, hold_out="5:8", effort=effort, seed=seed)


def report(name: str, found: Fit) -> list[str]:
    """What was found beside what was looked for."""
    true, spread = izhi.Cell.preset(f"2007/{name}").parameters, found.uncertainty
    lines = [f"{name}: Gamma of the held-out noises {', '.join(f'{s.gamma:.3f}' for s in found.held_out.sweeps)}"]
    for symbol, low, high, known in zip(spread.symbols, spread.low, spread.high, spread.determined, strict=True):
        value, wanted = found.parameters[symbol], float(true[symbol])
        off = f"{abs(value / wanted - 1):7.1%}" if wanted else "      -"
        mark = "" if known else "   not determined"
        lines.append(f"  {symbol:12s}{wanted:10.4g}{value:10.4g}{off}   {low:.4g} to {high:.4g}{mark}")
    return lines


def main() -> None:
    for name in sys.argv[1:] or CURRENTS:
        begin = time.perf_counter()
        found = recover(name)
        print("\n".join(report(name, found)), f"\n  {time.perf_counter() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
