"""The command line in this process: what it prints and how it ends."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass

from izhi.cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str


def izhi(*arguments: object) -> Ended:
    """Run `izhi` with these arguments; anything but a normal exit is an error of the test."""
    out, err = io.StringIO(), io.StringIO()
    with _argv(["izhi", *map(str, arguments)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            return Ended(end.code if isinstance(end.code, int) else 1, out.getvalue(), err.getvalue())
    raise AssertionError("main() returned without an exit status")


@contextmanager
def _argv(arguments: Sequence[str]) -> Iterator[None]:
    before, sys.argv = sys.argv, list(arguments)
    try:
        yield
    finally:
        sys.argv = before
