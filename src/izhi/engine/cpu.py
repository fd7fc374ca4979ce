"""The Numba engine: compiles the very functions that the reference engine runs, without any licence to reorder.

Only kernels that rank candidates of a search have some; see `_RELAXED`.

Compiled kernels are kept on disk, each in a folder named after a digest of the functions it was made of, so that an
edited equation is never served from an old file.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from types import FunctionType
from typing import Any, cast

import numba
import numpy as np
from numba.core import config

from izhi.engine import intrinsics
from izhi.engine.access import apart, meet, prefetch, trailing_zeros, wide_vectors
from izhi.engine.assembly import Assembly, continuous_kernel, grid_kernel, network_kernel, neuron_kernel
from izhi.engine.groups import search_mother
from izhi.equations.model import Model
from izhi.equations.ops import power, rebind, unlikely
from izhi.schemes.neuron.scheme import NeuronScheme
from izhi.schemes.scheme import ContinuousScheme, GridScheme

name = "cpu"
parallel = True

# Division by zero gives an infinity, which the run reports; no kernel is called from C. References to arrays are
# counted only in functions that make some: counting takes time to compile, and when it runs an atomic operation each
# time, on numbers that all threads share.
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True, "no_cfunc_wrapper": True, "_nrt": False}
# How often a worker looks at the barrier before it lets others have its core.
PATIENCE = 2000
_INNER: dict[str, Any] = {**_OPTIONS, "no_cpython_wrapper": True}
# Kernels of searches rank candidates and promise no bits but the same on any number of threads: there a product may be
# fused with a sum, and several quotients of one divisor be products with its reciprocal.
_RANKING = ("match_cells", "force_cells")
_RELAXED = ("arcp", "contract")


@numba.njit(**_OPTIONS)
def _power(x: Any, y: Any) -> Any:
    return intrinsics.library_pow(float(x), float(y))  # type: ignore[call-arg]  # an intrinsic gets its context by itself


@numba.njit(**_OPTIONS)
def _meet(gate: Any, meeting: Any, members: Any) -> None:
    """A barrier: the last worker to come opens it for all. Who waits long lets other programs run."""
    if members > 1:
        if intrinsics.add_atomic(gate, 0, 1) == meeting * members - 1:  # type: ignore[call-arg]
            intrinsics.store_atomic(gate, 8, meeting)
        else:
            spins = 0
            while intrinsics.load_atomic(gate, 8) < meeting:
                spins += 1
                if spins > PATIENCE:
                    intrinsics.give_way()
                else:
                    intrinsics.relax()


_SUBSTITUTES: dict[Any, Any] = {
    power: _power,
    unlikely: intrinsics.unlikely,
    wide_vectors: intrinsics.wide_vectors,
    apart: intrinsics.apart,
    prefetch: intrinsics.prefetch,
    trailing_zeros: intrinsics.trailing_zeros,
    meet: _meet,
}


# By what they were made of. The kernels of other models and schemes have copies of the same functions, and most of what
# a kernel takes to compile is Numba's own work on each function that it calls.
_made: dict[tuple[str, bool, bool], Any] = {}


@cache
def compiled(function: FunctionType, relaxed: bool = False) -> Any:
    """The function compiled, with every plain function that it reaches."""
    if function in _SUBSTITUTES:
        return _SUBSTITUTES[function]
    part = getattr(function, "is_part", False)
    key = fingerprint(function), part, relaxed
    if key not in _made:
        options = {
            **_INNER,
            "_nrt": _makes_arrays(function),
            "forceinline": part,
            "fastmath": relaxed and set(_RELAXED),
        }
        _made[key] = numba.njit(**options)(_rebound(function, relaxed))
    return _made[key]


def _rebound(function: FunctionType, relaxed: bool) -> FunctionType:
    """A copy whose parts are compiled, under a name of its own.

    Numba names machine code after a function's name and the names of its types, with a number that is unique only
    within a process. Code read back from disk beside code compiled here would else take the `rhs` of one model for
    that of another.
    """
    copy = rebind(function, partial(compiled, relaxed=relaxed))
    copy.__qualname__ = f"{function.__name__}_{'relaxed_' * relaxed}{fingerprint(function)}"
    return copy


def _makes_arrays(function: FunctionType) -> bool:
    """Whether it calls a maker of arrays, or hands on some that it was given, as the search for groups does. Numba
    refuses to compile one that is not counted, so none goes unnoticed.
    """
    hands_on = function.__module__ == search_mother.__module__
    return hands_on or not {"zeros", "empty"}.isdisjoint(function.__code__.co_names)


def fingerprint(function: FunctionType) -> str:
    """A digest of all that a kernel's machine code depends on: every function that it reaches, their constants, and
    what stands in for some.
    """
    total = hashlib.sha256(f"{numba.__version__} {sys.version} {_OPTIONS} {_RELAXED}".encode())
    total.update(inspect.getsource(intrinsics).encode())
    seen: dict[FunctionType, int] = {}

    def add(value: Any) -> None:
        if isinstance(value, FunctionType):
            if value in seen:
                total.update(f"again {seen[value]}".encode())
                return
            seen[value] = len(seen)
            code = value.__code__
            total.update(f"{value.__name__} {code.co_consts} {code.co_names} {code.co_varnames}".encode())
            total.update(code.co_code)
            for name in code.co_names:
                add(value.__globals__.get(name))
            for cell in value.__closure__ or ():
                add(cell.cell_contents)
        elif isinstance(value, np.ndarray):
            total.update(value.tobytes())
        elif isinstance(value, type):
            total.update(f"{value.__name__} {getattr(value, '_fields', '')}".encode())
        else:
            total.update(getattr(value, "__name__", repr(value)).encode())

    add(function)
    return total.hexdigest()[:16]


def cache_folder() -> Path:
    """Where compiled kernels are kept: `$IZHI_CACHE`, or the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(os.environ.get("IZHI_CACHE") or Path(home) / "izhi")


@contextmanager
def _kept_in(folder: Path) -> Iterator[None]:
    """Numba decides at decoration where a function's machine code is kept."""
    before = config.CACHE_DIR  # type: ignore[attr-defined]
    config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        config.CACHE_DIR = before  # type: ignore[attr-defined]


# By the folder that each is kept in.
_kernels: dict[Path, Callable] = {}


def _kernel(function: FunctionType, *key: str) -> Callable:
    """A kernel compiled, or the one that was made of the same: some models, and some schemes, differ in name only."""
    folder = cache_folder() / "-".join((function.__name__, *key, fingerprint(function)))
    if folder not in _kernels:
        _kernels[folder] = _new_kernel(function, folder)
    return _kernels[folder]


def _new_kernel(function: FunctionType, folder: Path) -> Callable:
    relaxed = function.__name__ in _RANKING
    body = _rebound(function, relaxed)
    options = {**_OPTIONS, "_nrt": _makes_arrays(function), "fastmath": relaxed and set(_RELAXED)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _kept_in(folder):
            return numba.njit(cache=True, **options)(body)
    except (OSError, RuntimeError):  # no folder can be written: compile anew in each process
        return numba.njit(**options)(body)


@cache
def grid(kernel: str, model: Model, scheme: GridScheme, precision: np.dtype) -> Callable:
    """The compiled kernel `trace_cells`, `sweep_cells`, `match_cells` or `force_cells`.

    Each precision has a folder of its own: two processes that write code for different types to one at the same time
    would write to one file.
    """
    return _kernel(grid_kernel(kernel, model, scheme), precision.name)


@cache
def continuous(model: Model, scheme: ContinuousScheme) -> Callable:
    """The compiled kernel `solve_cell`."""
    return _kernel(continuous_kernel(model, scheme))


@cache
def neuron(model: Model, scheme: NeuronScheme) -> Callable:
    """The compiled kernel `fadvance`."""
    return _kernel(neuron_kernel(model, scheme))


@cache
def groups() -> Callable:
    """The compiled kernel `search_mother`."""
    return _kernel(cast(FunctionType, search_mother))


@cache
def network(kernel: str, assembly: Assembly, precision: np.dtype) -> Callable:
    """The compiled kernel `work`, `detect` or `sound` for the models, the scheme and the parts of a network."""
    return _kernel(network_kernel(kernel, assembly, precision), precision.name)


@cache
def plain(function: FunctionType) -> Callable:
    """Any kernel that needs no model."""
    return _kernel(function)
