"""Tables read from TOML, checked against a type; every mistake is one line with the key and what would do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from izhi.errors import BadValue, UnknownName

_IN_WORDS = {"str": "a string", "array": "a list", "object": "a table", "null": ""}
T = TypeVar("T", bound=msgspec.Struct)


def checked_table(table: Mapping[str, Any], kind: type[T]) -> T:
    """The table as a `kind`.

    Raises
    ------
    UnknownName, BadValue
        If it has a key that the kind has not, or a value of another type.
    """
    keys = kind.__struct_fields__
    for key in table:
        if key not in keys:
            raise UnknownName("key", key, keys)
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as problem:
        message = str(problem)
        found = re.search(r" - at `\$\.?(.*)`$", message)
        where = found[1] if found else ""
        expected = re.search(r"Expected `([^`]*)`", message)
        kinds = [_IN_WORDS.get(kind, kind) for kind in expected[1].split(" | ")] if expected else [message]
        raise BadValue(where, _found_at(table, where), f"{' or '.join(k for k in kinds if k)} would do") from None


def _found_at(table: Any, where: str) -> Any:
    """The value at a path such as `stimulus[0]` or `parameters[...]`, as far as it can be followed."""
    for name, index in re.findall(r"(\w+)|\[([^\]]*)\]", where):
        try:
            table = table[name] if name else table[int(index)] if index.isdigit() else table
        except (KeyError, IndexError, TypeError):
            break
    return table
