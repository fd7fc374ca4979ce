"""What a fit says in words and tables: for its report and for the command line."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np

from izhi.fitting.fit import Fit
from izhi.fitting.score import Score, SweepScore
from izhi.fitting.space import SCALE, Free

# Of the way from one bound to the other, a parameter that is so close is at its bound.
AT_BOUND = 0.01
# A direction is open if one can go so far, in parts of the box; of what takes part in it, parts below are not named.
OPEN, PART = 0.3, 0.25
# Where no sweep has a step, the cell is shown in this one [ms].
START, STOP, END = 100.0, 600.0, 700.0
# What is told of a recording without a model, as `Clues` calls it: meaning and unit.
CLUES = {
    "rest": ("resting voltage", "mV"),
    "conductance": ("input conductance", "nS"),
    "resistance": ("input resistance", "MOhm"),
    "capacitance": ("capacitance", "pF"),
    "time_constant": ("membrane time constant", "ms"),
    "rheobase": ("rheobase, between the largest step without and the smallest with spikes", "pA"),
    "threshold": ("voltage at which spikes take off", "mV"),
    "peak": ("peak of spikes", "mV"),
    "trough": ("lowest voltage soon after a spike", "mV"),
    "fall": ("from the peak to where the voltage no longer falls fast", "ms"),
    "current": ("largest current in size", "pA"),
}
# What is told of how good a fit is, as `Score` calls it: meaning, unit, and how it is printed.
SCORES = {
    "count_error": ("spikes too many or too few in a step, median", "", ".3g"),
    "relative_count_error": ("the same in parts of those recorded, median", "%", ".3g"),
    "latency_error": ("first spike too early or too late, median", "ms", ".3g"),
    "gamma": ("coincidence Gamma within 2 ms, mean (1 perfect, 0 chance)", "", ".3f"),
    "rate_error": ("f-I curve, rms error in parts of its rms", "%", ".3g"),
    "voltage_error": ("voltage away from spikes, rms, median", "mV", ".3g"),
}


@dataclass(frozen=True)
class Row:
    """A parameter: what it is, and what is known of it.

    Attributes
    ----------
    symbol, unit, meaning : str
    value : float
    low, high : float or None
        The middle 68 %; None of one that was not sought.
    determined : bool or None
    bounds : (low, high) or None
    at : str
        "lower" or "upper" for one at its bound, else "".
    """

    symbol: str
    unit: str
    meaning: str
    value: float
    low: float | None = None
    high: float | None = None
    determined: bool | None = None
    bounds: tuple[float, float] | None = None
    at: str = ""


def rows(fit: Fit) -> list[Row]:
    """The parameters in the order of the model, those that were not sought too."""
    sure, free = fit.uncertainty, {f.symbol: f for f in fit.space.free}
    known = {q.symbol: (q.unit, q.meaning) for q in fit.model.parameters}
    if SCALE in fit.parameters and SCALE not in known:
        known[SCALE] = ("pF", "what a current in pA is divided by")
    found = []
    for symbol, value in fit.parameters.items():
        if symbol not in free:
            found.append(Row(symbol, *known[symbol], value))
            continue
        k, f = sure.symbols.index(symbol), free[symbol]
        low, high, narrow = float(sure.low[k]), float(sure.high[k]), bool(sure.determined[k])
        found.append(Row(symbol, *known[symbol], value, low, high, narrow, (f.low, f.high), _at(value, f)))
    return found


def _at(value: float, free: Free) -> str:
    low, high, x = np.log([free.low, free.high, value]) if free.log else (free.low, free.high, value)
    share = (x - low) / (high - low)
    return "lower" if share < AT_BOUND else "upper" if share > 1 - AT_BOUND else ""


def name(fit: Fit) -> str:
    """What the fit is of, without its folder."""
    return PurePath(fit.source.replace("\\", "/")).name or "sweeps"


def headline(fit: Fit) -> str:
    """Which model, and how good it is where it was not fitted, in one or two sentences."""
    score = fit.held_out or fit.training
    count, share, late, gamma, rate, off = (measured(score, key) for key in SCORES)
    number = len(score.sweeps)
    these = f"the {number} sweep{'s' * (number != 1)}" if number != 1 else "the one sweep"
    where = f"{these} that it was not fitted to" if fit.held_out else f"{these} that it was fitted to"
    parts = []
    relative = f", {100 * share:.2g} %" if share > 0 else ""
    parts.append(f"the number of spikes is off by {count:.3g} (median{relative})")
    if np.isfinite(late):
        parts.append(f"the first spike by {late:.2g} ms (median)")
    if np.isfinite(gamma):
        parts.append(f"spike times coincide with Gamma = {gamma:.2f} (within 2 ms; 1 is perfect, 0 is chance)")
    if np.isfinite(rate):
        parts.append(f"the f-I curve is off by {100 * rate:.2g} % (rms)")
    if np.isfinite(off):
        parts.append(f"voltages away from spikes by {off:.2g} mV (rms)")
    text = f"{fit.model.name} for {name(fit)}: on {where}, {'; '.join(parts)}."
    if fit.held_out is None:
        text += " No sweep was held out, so nothing is known of how well it predicts."
    return text


def measured(score: Score, key: str) -> float:
    """One of `SCORES`; NaN where no sweep has it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of medians over nothing
        return float(getattr(score, key))


def scores(fit: Fit) -> list[tuple[str, str, str]]:
    """What is told of the fit: what, of training sweeps, and of those held out ("" if there are none)."""
    return [
        (what, _shown(fit.training, key, unit, style), _shown(fit.held_out, key, unit, style))
        for key, (what, unit, style) in SCORES.items()
    ]


def _shown(score: Score | None, key: str, unit: str, style: str) -> str:
    if score is None:
        return ""
    value = measured(score, key) * (100 if unit == "%" else 1)
    return f"{value:{style}}{' ' * bool(unit)}{unit}" if np.isfinite(value) else "–"


def left_open(fit: Fit) -> list[str]:
    """What the data do not say, a sentence each."""
    found = []
    loose = [row.symbol for row in rows(fit) if row.determined is False]
    if loose:
        found.append(
            f"Not determined: {', '.join(loose)}; the 68 % interval is wider than 10 % of the value to either side, "
            "or of a voltage than 2 mV."
        )
    edges = [f"{row.symbol} ({row.at})" for row in rows(fit) if row.at]
    if edges:
        found.append(f"At a bound: {', '.join(edges)}; other bounds may give another value.")
    found += [_direction(fit, size, parts) for size, parts in fit.uncertainty.directions if size >= OPEN]
    return found


def _direction(fit: Fit, size: float, direction: Mapping[str, float]) -> str:
    """How far one can go along a direction, and who goes with whom."""
    parts = sorted(((s, c) for s, c in direction.items() if abs(c) >= PART), key=lambda pair: -abs(pair[1]))
    moves = _listed([_move(fit, symbol, min(size, 1.0) * part) for symbol, part in parts])
    together = " together" if len(parts) > 1 else ""
    return f"{moves}{together}: what is left grows by no more than about one error (0.5 ms, 1 mV) in each sweep."


def _move(fit: Fit, symbol: str, share: float) -> str:
    """By how much a parameter changes on such a part of the way between its bounds."""
    free = next(f for f in fit.space.free if f.symbol == symbol)
    sense = "up" if share > 0 else "down"
    if free.log:
        return f"{symbol} {sense} by a factor of {(free.high / free.low) ** abs(share):.3g}"
    unit = next((q.unit for q in fit.model.parameters if q.symbol == symbol), "pF")
    return f"{symbol} {sense} by {abs(share) * (free.high - free.low):.3g} {unit}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def clues(fit: Fit) -> list[tuple[str, str, float, str]]:
    """What the recording says without a model: name, meaning, value and unit."""
    seen: dict[str, Any] = {key: getattr(fit.clues, key, None) for key in CLUES}
    g, c = fit.clues.conductance, fit.clues.capacitance
    if g > 0:
        seen |= {"resistance": 1e3 / g, "time_constant": c / g}
    return [(key, what, float(seen[key]), unit) for key, (what, unit) in CLUES.items() if seen[key] is not None]


def scale(fit: Fit) -> float:
    """What a current in pA is divided by to drive the model."""
    return fit.parameters[SCALE] if fit.model.current != "pA" else 1.0


def largest_step(fit: Fit) -> tuple[float, float, float, float]:
    """The largest step that it was fitted to: amplitude in the unit of the model, start, stop and end [ms]."""
    largest = _largest(fit)
    if largest is None or largest.step is None:
        return fit.clues.rheobase / scale(fit), START, STOP, END
    step = largest.step
    return step.amplitude / scale(fit), round(step.start, 6), round(step.stop, 6), round(largest.duration, 1)


def holding(fit: Fit) -> float:
    """The current from which that step goes out, in the unit of the model."""
    largest = _largest(fit)
    return 0.0 if largest is None or largest.step is None else largest.step.holding / scale(fit)


def _largest(fit: Fit) -> SweepScore | None:
    stepped = [s for s in fit.training.sweeps if s.step is not None]
    return max(stepped, key=lambda s: s.step.level if s.step else 0.0, default=None)


def number(value: float) -> str:
    """Four digits, with a true minus."""
    return f"{value:.4g}".replace("-", "−")
