"""A bar for long runs, with how fast they are against the time of the model."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

# Shorter runs need no bar [s].
LONG = 2.0


class Progress:
    """Shows on a terminal how much of a run is done and its real-time factor, wall over model time.

    Parameters
    ----------
    duration : float
        Of the run [ms].
    wanted : bool, optional
        By default only on a terminal.
    """

    def __init__(self, duration: float, wanted: bool | None = None):
        self.duration = duration
        self.wanted = sys.stderr.isatty() if wanted is None else wanted
        self.begin = time.monotonic()
        self.bar: Any = None
        self.task: Any = None

    def __enter__(self) -> Progress:
        return self

    def show(self, done: float) -> None:
        """Say that `done` ms of the run are over."""
        spent = time.monotonic() - self.begin
        if not self.wanted or not done:
            return
        if self.bar is None:
            if spent < LONG / 4 or spent * self.duration / done < LONG:
                return
            self._open()
        self.bar.update(self.task, completed=done, factor=f"{spent / done * 1e3:.3g}")

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        columns = (
            TextColumn("{task.completed:.0f} of {task.total:.0f} ms"), BarColumn(), TimeRemainingColumn(),
            TextColumn("{task.fields[factor]} s per s"),
        )  # fmt: skip
        self.bar = Bars(*columns, console=Console(stderr=True), transient=True)
        self.task = self.bar.add_task("", total=self.duration, factor="")
        self.bar.start()

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.stop()
