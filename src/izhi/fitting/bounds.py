"""Between which bounds a search looks, from what a recording shows of its cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from izhi.equations import Model
from izhi.errors import BadValue, UnknownName
from izhi.fitting.clues import Clues
from izhi.fitting.space import SCALE, Free, Space

# The shortest time constant of a membrane; what is measured is longer where slow currents take part [ms].
SHORTEST = 1.0

Box = Callable[[Clues], tuple[float, float]]

# The bounds of each parameter by its symbol and unit. Conductances are in parts of the input conductance, currents in
# parts of the largest current, voltages about where the cell rests and spikes.
_LOG: dict[tuple[str, str], Box] = {
    ("C", "pF"): lambda c: (min(c.capacitance / 40, SHORTEST * c.conductance), 5 * c.capacitance),
    ("k", "nS/mV"): lambda c: (c.conductance / 400, c.conductance / 2),
    ("a", "1/ms"): lambda c: (0.001, 1.0),  # noqa: ARG005
    ("b", "nS/mV^2"): lambda c: (1e-5 * c.conductance, 0.1 * c.conductance),
    ("umax", "pA"): lambda c: (c.current, 20 * c.current),
    ("gd", "nS"): lambda c: (0.01 * c.conductance, 3 * c.conductance),
    ("ad", "1/ms"): lambda c: (0.001, 0.3),  # noqa: ARG005
}
_LINEAR: dict[tuple[str, str], Box] = {
    ("vr", "mV"): lambda c: (c.rest - 8, c.rest + 8),
    ("vt", "mV"): lambda c: (c.rest + 2, max(c.rest + 70, c.threshold + 40)),
    ("vpeak", "mV"): lambda c: (c.threshold - 3, c.highest + 3 + 4 * c.hidden),
    ("b", "nS"): lambda c: (-4 * c.conductance, 8 * c.conductance),
    ("b_above", "nS"): lambda c: (-4 * c.conductance, 8 * c.conductance),
    ("b_below", "nS"): lambda c: (-4 * c.conductance, 8 * c.conductance),
    ("c", "mV"): lambda c: (c.trough - 25, c.threshold + 25),
    ("d", "pA"): lambda c: (-0.5 * c.current, 5 * c.current),
    ("vb", "mV"): lambda c: (c.rest - 15, c.rest + 15),
    ("peak_slope", "mV/pA"): lambda c: (-40 / c.current, 40 / c.current),
    ("reset_slope", "mV/pA"): lambda c: (-40 / c.current, 40 / c.current),
    # the models of 2003 and 2004, whose currents are per capacitance
    ("b", "1/ms"): lambda c: (-1.0, 2.0),  # noqa: ARG005
    ("d", "mV/ms"): lambda c: (-2 * c.current / c.capacitance, 10 * c.current / c.capacitance),
    ("e", "1/(mV ms)"): lambda c: (0.005, 0.2),  # noqa: ARG005
    ("f", "1/ms"): lambda c: (0.5, 20.0),  # noqa: ARG005
    ("g", "mV/ms"): lambda c: (10.0, 600.0),  # noqa: ARG005
}


def space(
    model: Model,
    clues: Clues,
    free: Sequence[str] | None = None,
    bounds: Mapping[str, tuple[float, float]] | None = None,
    fixed: Mapping[str, float] | None = None,
) -> Space:
    """The box in which candidates of a model are sought.

    Parameters
    ----------
    model : Model
        Any of `izhi.MODELS`.
    clues : Clues
        What the recording shows.
    free : sequence of str, optional
        Parameters to be found, besides those without a default value, which are free unless fixed.
    bounds : mapping of str to (low, high), optional
        Of some parameters, in the unit of the model, instead of those that the recording suggests.
    fixed : mapping of str to float, optional
        Parameters that are known.

    Raises
    ------
    UnknownName, BadValue
        If the model has no such parameter, one is both free and fixed, or bounds are no bounds.
    """
    fixed, bounds = dict(fixed or {}), dict(bounds or {})
    quantities = {q.symbol: q for q in model.parameters}
    known = tuple(quantities) if model.current == "pA" else (*quantities, SCALE)
    for symbol in (*fixed, *bounds, *(free or ())):
        if symbol not in known:
            raise UnknownName(model.name, symbol, known)
        if symbol in fixed and (symbol in bounds or symbol in (free or ())):
            raise BadValue(f"{model.name}.{symbol}", fixed[symbol], "fixed, or free, would do; it is both")
    found: list[Free] = []
    rest: dict[str, float] = {}
    for symbol in known:
        default = quantities[symbol].default if symbol in quantities else None
        if symbol in fixed:
            rest[symbol] = float(fixed[symbol])
        elif default is not None and symbol not in bounds and symbol not in (free or ()) and symbol != "vpeak":
            rest[symbol] = default
        else:
            unit = quantities[symbol].unit if symbol in quantities else "pF"
            found.append(_free(model, symbol, unit, clues, bounds.get(symbol)))
    if not found:
        raise BadValue(f"{model.name}: free parameters", list(known), "at least one that is not fixed would do")
    return Space(model, tuple(found), rest)


def _free(model: Model, symbol: str, unit: str, clues: Clues, given: tuple[float, float] | None) -> Free:
    key = (symbol, unit)
    if given is not None:
        return Free(symbol, float(given[0]), float(given[1]), key in _LOG and given[0] > 0)
    if key in _LOG:
        return Free(symbol, *_LOG[key](clues), log=True)
    if key not in _LINEAR:
        raise BadValue(f"bounds of {symbol} [{unit}]", None, "bounds of your own would do: there are none by default")
    low, high = _LINEAR[key](clues)
    if symbol == "vpeak" and model.moving_peak:
        low, high = low - 15, high + 15
    return Free(symbol, low, high)
