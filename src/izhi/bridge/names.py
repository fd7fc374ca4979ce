"""Names as other formats allow them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from izhi.errors import BadValue


def identifier(text: str) -> str:
    """A name of letters, digits and underscores, which does not begin with a digit.

    Examples
    --------
    >>> identifier("2007/RS"), identifier("E->I")
    ('_2007_RS', 'E_I')
    """
    name = re.sub(r"\W+", "_", text, flags=re.ASCII)
    return f"_{name}" if not name or name[0].isdigit() else name


def refuse_twice(who: str, names: Iterable[str]) -> None:
    """Say which name is there twice.

    Raises
    ------
    BadValue
        If one is.
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadValue(who, name, "names that differ in their letters and digits would do")
        seen.add(name)
