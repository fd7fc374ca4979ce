"""Quantities as NeuroML writes them, read into the package's units without losing a digit."""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException, localcontext

from izhi.errors import BadValue

# Symbol in the file: what it measures, in the package's unit, and the power of ten of its size in that.
_SYMBOLS: dict[str, tuple[str, int]] = {
    "s": ("ms", 3), "ms": ("ms", 0), "us": ("ms", -3),
    "V": ("mV", 3), "mV": ("mV", 0),
    "A": ("pA", 12), "uA": ("pA", 6), "nA": ("pA", 3), "pA": ("pA", 0),
    "F": ("pF", 12), "uF": ("pF", 6), "nF": ("pF", 3), "pF": ("pF", 0),
    "S": ("nS", 9), "mS": ("nS", 6), "uS": ("nS", 3), "nS": ("nS", 0), "pS": ("nS", -3),
    "S_per_V": ("nS/mV", 6), "nS_per_mV": ("nS/mV", 0),
    "per_s": ("1/ms", -3), "Hz": ("1/ms", -3), "per_ms": ("1/ms", 0),
    "mV_per_ms": ("mV/ms", 0), "per_mV_per_ms": ("1/(mV ms)", 0), "nS_per_mV2": ("nS/mV^2", 0),
    "mV_per_pA": ("mV/pA", 0), "per_mV": ("1/mV", 0), "": ("1", 0),
}  # fmt: skip
_QUANTITY = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*([A-Za-z_0-9]*)\s*")


def decimal_quantity(text: str, unit: str, who: str) -> Decimal:
    """A quantity as the decimal number that it is written as, in one of the package's units.

    Raises
    ------
    BadValue
        If it is no quantity of that kind.
    """
    match = _QUANTITY.fullmatch(text)
    if match is None or _SYMBOLS.get(match[2], ("",))[0] != unit:
        names = [name for name, (kind, _) in _SYMBOLS.items() if kind == unit and name]
        raise BadValue(who, text, f"a number{' in ' + ' or '.join(names) if names else ' without a unit'} would do")
    try:
        with localcontext(prec=40):
            return Decimal(match[1]).scaleb(_SYMBOLS[match[2]][1])
    except DecimalException:
        raise BadValue(who, text, "a number that is not so large would do") from None


def read_quantity(text: str, unit: str, who: str) -> float:
    """A quantity as a number in one of the package's units.

    Examples
    --------
    >>> read_quantity("0.1nA", "pA", "amplitude"), read_quantity("-60mV", "mV", "vr")
    (100.0, -60.0)
    """
    value = float(decimal_quantity(text, unit, who))
    if not abs(value) < float("inf"):
        raise BadValue(who, text, "a finite number would do")
    return value
