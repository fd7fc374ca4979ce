"""Units at the door: inside, everything is in ms, mV, pA, pF, nS; strings such as "0.1 nA" are parsed here only.

The 2003 model writes its current without a capacitance, so it is in mV/ms and its conductances in 1/ms.
"""

from __future__ import annotations

import math
import re

from izhi.errors import BadValue

# unit: (what it measures, its size in the package's own unit of that quantity)
UNITS: dict[str, tuple[str, float]] = {
    "s": ("ms", 1e3), "ms": ("ms", 1.0), "us": ("ms", 1e-3), "µs": ("ms", 1e-3),
    "V": ("mV", 1e3), "mV": ("mV", 1.0), "uV": ("mV", 1e-3), "µV": ("mV", 1e-3),
    "uA": ("pA", 1e6), "µA": ("pA", 1e6), "nA": ("pA", 1e3), "pA": ("pA", 1.0),
    "nF": ("pF", 1e3), "pF": ("pF", 1.0),
    "uS": ("nS", 1e3), "µS": ("nS", 1e3), "nS": ("nS", 1.0), "pS": ("nS", 1e-3),
    "nS/mV": ("nS/mV", 1.0), "pA/mV^2": ("nS/mV", 1.0), "pA/mV2": ("nS/mV", 1.0),
    "pA/mV": ("nS", 1.0),
    "kHz": ("Hz", 1e3), "Hz": ("Hz", 1.0),
    "1/ms": ("1/ms", 1.0), "/ms": ("1/ms", 1.0), "1/s": ("1/ms", 1e-3),
    "mV/ms": ("mV/ms", 1.0), "V/s": ("mV/ms", 1.0),
    "1/(mV ms)": ("1/(mV ms)", 1.0),
    "pA/ms": ("pA/ms", 1.0), "nA/ms": ("pA/ms", 1e3), "nA/s": ("pA/ms", 1.0), "pA/s": ("pA/ms", 1e-3),
    "mV/ms/ms": ("mV/ms/ms", 1.0), "mV/ms^2": ("mV/ms/ms", 1.0),
    "nS/mV^2": ("nS/mV^2", 1.0), "nS/mV2": ("nS/mV^2", 1.0),
    "rad": ("rad", 1.0), "deg": ("rad", math.pi / 180.0),
    "1": ("1", 1.0),
}  # fmt: skip

_QUANTITY = re.compile(r"([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(.*)", re.DOTALL)


def number(value: object, unit: str, who: str) -> float:
    """A plain number or a string with a unit, as a finite float in `unit`.

    Parameters
    ----------
    value : int, float or str
        `70`, `"70 pA"`, `"0.07 nA"`. A number, or a string without a unit, is taken to be in `unit`.
    unit : str
        The unit wanted, one of the package's own: ms, mV, pA, pF, nS, mV/ms, ...
    who : str
        Named in the error.

    Raises
    ------
    BadValue
        If it is no number, not finite, or of another kind of quantity.
    """
    if isinstance(value, str):
        match = _QUANTITY.fullmatch(value.strip())
        if match is None:
            raise BadValue(who, value, f"a number in {unit} would do, such as 1.5 or '1.5 {unit}'")
        size, given = float(match[1]), match[2].strip() or unit
        kind, factor = UNITS.get(given, (None, 1.0)) if given != unit else (unit, 1.0)
        if kind != unit:
            fitting = [unit, *(name for name, (measures, _) in UNITS.items() if measures == unit and name != unit)]
            raise BadValue(who, value, f"its unit does not fit; {' or '.join(fitting[:3])} would do")
        result = size * factor
    elif isinstance(value, bool) or not isinstance(value, int | float):
        raise BadValue(who, value, f"a number in {unit} would do")
    else:
        try:
            result = float(value)
        except OverflowError:
            result = math.inf
    if not math.isfinite(result):
        raise BadValue(who, value, f"a finite number in {unit} would do")
    return result
