"""The Numba engine: compiles the very functions that the reference engine runs, without any licence to reorder.

Compiled kernels are kept on disk, each in a folder named after a digest of the functions it was made of, so that an
edited equation is never served from an old file.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils, config
from numba.extending import intrinsic

from izhi.engine.access import wide_vectors
from izhi.engine.assembly import continuous_kernel, grid_kernel, neuron_kernel
from izhi.equations.model import Model
from izhi.equations.ops import power, rebind, unlikely
from izhi.schemes.neuron.scheme import NeuronScheme
from izhi.schemes.scheme import ContinuousScheme, GridScheme

name = "cpu"
parallel = True

# Division by zero gives an infinity, which the run reports; no kernel is called from C.
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True, "no_cfunc_wrapper": True}
_INNER: dict[str, Any] = {**_OPTIONS, "no_cpython_wrapper": True}


@intrinsic
def _library_pow(context, x, y):
    """The C library's pow. LLVM must not know it, or it turns pow(x, 2) into a product, which rounds differently."""

    def build(context, builder, signature, arguments):
        double = ir.DoubleType()
        function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(double, [double, double]), "pow")
        function.attributes.add("nobuiltin")
        return builder.call(function, arguments)

    return types.float64(types.float64, types.float64), build


@intrinsic
def _wide_vectors(context):
    """LLVM prefers vectors of 256 bits even where there are 512; here the wider ones are 1.6 times as fast."""

    def build(context, builder, signature, arguments):
        # Past the list of attributes that llvmlite knows, to one that LLVM does.
        set.add(builder.function.attributes, '"prefer-vector-width"="512"')
        return context.get_dummy_value()

    return types.none(), build


@intrinsic
def _unlikely(context, condition):
    """LLVM then guesses that it does not hold, and computes on: the next step does not wait for this one's test."""

    def build(context, builder, signature, arguments):
        bit = ir.IntType(1)
        expect = builder.module.declare_intrinsic("llvm.expect", [bit], ir.FunctionType(bit, [bit, bit]))
        return builder.call(expect, [*arguments, ir.Constant(bit, 0)])

    return types.boolean(types.boolean), build


@numba.njit(**_OPTIONS)
def _power(x: Any, y: Any) -> Any:
    return _library_pow(float(x), float(y))  # type: ignore[call-arg]  # an intrinsic gets its context by itself


_SUBSTITUTES: dict[Any, Any] = {power: _power, unlikely: _unlikely, wide_vectors: _wide_vectors}


@cache
def compiled(function: FunctionType) -> Any:
    """The function compiled, with every plain function that it reaches."""
    if function in _SUBSTITUTES:
        return _SUBSTITUTES[function]
    return numba.njit(**_INNER)(_named(rebind(function, compiled), function))


def _named(copy: FunctionType, function: FunctionType) -> FunctionType:
    """The copy under a name of its own.

    Numba names machine code after a function's name and the names of its types, with a number that is unique only
    within a process. Code read back from disk beside code compiled here would else take the `rhs` of one model for
    that of another.
    """
    copy.__qualname__ = f"{function.__name__}_{fingerprint(function)}"
    return copy


def fingerprint(function: FunctionType) -> str:
    """A digest of all that a kernel's machine code depends on: every function that it reaches, and their constants."""
    total = hashlib.sha256(f"{numba.__version__} {sys.version} {_OPTIONS}".encode())
    seen: set[FunctionType] = set()

    def add(value: Any) -> None:
        if isinstance(value, FunctionType):
            if value in seen:
                return
            seen.add(value)
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


def _kernel(function: FunctionType, *key: str) -> Callable:
    folder = cache_folder() / "-".join((*key, fingerprint(function)))
    body = _named(rebind(function, compiled), function)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _kept_in(folder):
            return numba.njit(cache=True, **_OPTIONS)(body)
    except (OSError, RuntimeError):  # no folder can be written: compile anew in each process
        return numba.njit(**_OPTIONS)(body)


@cache
def grid(kernel: str, model: Model, scheme: GridScheme, precision: np.dtype) -> Callable:
    """The compiled kernel `trace_cells` or `sweep_cells`.

    Each precision has a folder of its own: two processes that write code for different types to one at the same time
    would write to one file.
    """
    receptors = "receptors" if model.receptors else "current"
    return _kernel(grid_kernel(kernel, model, scheme), kernel, model.name, scheme.name, receptors, precision.name)


@cache
def continuous(model: Model, scheme: ContinuousScheme) -> Callable:
    """The compiled kernel `solve_cell`."""
    receptors = "receptors" if model.receptors else "current"
    return _kernel(continuous_kernel(model, scheme), "solve_cell", model.name, scheme.name, receptors)


@cache
def neuron(model: Model, scheme: NeuronScheme) -> Callable:
    """The compiled kernel `fadvance`."""
    receptors = "receptors" if model.receptors else "current"
    return _kernel(neuron_kernel(model, scheme), "fadvance", model.name, scheme.name, receptors)
