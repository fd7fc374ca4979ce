"""The processes that a run of NEURON is dealt over, if MPI started several."""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from izhi.bridge.neuron.library import imported
from izhi.errors import BadValue

# How those that start processes say how many there are.
_SIZES = ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS", "MV2_COMM_WORLD_SIZE")


def started() -> bool:
    """Whether MPI started this process as one of several."""
    return any(os.environ.get(name, "1") not in ("", "1") for name in _SIZES)


@cache
def context() -> Any:
    """NEURON's ParallelContext, joined with those of the other processes.

    Raises
    ------
    BadValue
        If MPI started several processes, but its library was not found.
    """
    h = imported()
    if started():
        wanted = "MPI_LIB_NRN_PATH with the path of MPI's library, such as libmpi.so.40, would do"
        try:
            with _silent():
                h.nrnmpi_init()
        except RuntimeError:
            raise BadValue("engine 'neuron'", os.environ.get("MPI_LIB_NRN_PATH"), wanted) from None
        if int(h.ParallelContext().nhost()) < 2:
            raise BadValue("engine 'neuron'", os.environ.get("MPI_LIB_NRN_PATH"), wanted)
        atexit.register(_part)
    return h.ParallelContext()


def rank() -> int:
    """Which of the processes this is: 0 unless MPI started several."""
    return int(context().id()) if started() else 0


@contextmanager
def _silent() -> Iterator[None]:
    """NEURON says on standard output how many processes there are; here nothing is."""
    sys.stdout.flush()
    before, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
        ctypes.CDLL(None).fflush(None)
    finally:
        os.dup2(before, 1)
        os.close(before)
        os.close(nowhere)


def _part() -> None:
    """Leave MPI, which NEURON does not do. After an error MPI had better end the other processes, which wait."""
    if getattr(sys, "last_type", None) is None:
        ctypes.CDLL(None).MPI_Finalize()
