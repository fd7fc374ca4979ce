"""A digest of a description: two that would run the same have the same, and hardly any two others."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np


def digest(value: Any) -> str:
    """Of numbers, names, arrays, sparse matrices, functions (by name), and dataclasses and collections of them."""
    total = hashlib.sha256()
    _fold(value, total.update)
    return total.hexdigest()


def _fold(value: Any, update: Callable[[bytes], None]) -> None:
    """Feed a description, part by part, to a digest."""
    if isinstance(value, np.ndarray):
        update(f"array {value.dtype} {value.shape}".encode())
        update(np.ascontiguousarray(value).tobytes())
    elif is_dataclass(value) and not isinstance(value, type):
        update(type(value).__name__.encode())
        for part in fields(value):
            update(part.name.encode())
            _fold(getattr(value, part.name), update)
    elif isinstance(value, Mapping):
        for key in sorted(value):
            update(str(key).encode())
            _fold(value[key], update)
    elif isinstance(value, list | tuple | range):
        update(f"{len(value)} items".encode())
        for each in value:
            _fold(each, update)
    elif hasattr(value, "tocoo"):
        sparse = value.tocoo()
        _fold((sparse.shape, sparse.row, sparse.col, sparse.data), update)
    elif callable(value):
        update(getattr(value, "__qualname__", type(value).__name__).encode())
    else:
        update(repr(value).encode())
