"""How far a fit is, on a terminal: the round, its best loss, and what the best candidate does in one sweep."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from izhi.fitting import Effort
    from izhi.fitting.watch import Watch

# How often it is drawn at most [s], and how wide a raster is [columns].
EVERY, WIDTH = 0.5, 72
# Spikes in a column: none, one, two, more.
MARKS = " |‖█"


class FitProgress:
    """Shows what a search reports, and nothing once it is over.

    Parameters
    ----------
    watch : Watch
        What tells how a candidate spikes.
    effort : Effort, optional
        How many starts and generations there are, where that is known.
    """

    def __init__(self, watch: Watch, effort: Effort | None):
        self.watch, self.effort = watch, effort
        self.drawn = -np.inf
        self.best = np.inf
        self.seen: dict[str, int] = {}
        self.live: Any = None

    def __enter__(self) -> FitProgress:
        from rich.console import Console
        from rich.live import Live

        self.live = Live(
            "the search begins", console=Console(stderr=True), transient=True, auto_refresh=False
        )  # fmt: skip
        self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.live.stop()

    def report(self, key: str, generation: int, loss: float, x: NDArray[np.float64]) -> None:
        """Show how a start is doing, unless something was shown just now."""
        self.seen[key] = generation
        if time.monotonic() - self.drawn < EVERY:
            return
        self.live.update(self.text(key, generation, loss, x), refresh=True)
        self.drawn = time.monotonic()

    def text(self, key: str, generation: int, loss: float, x: NDArray[np.float64]) -> Any:
        """What is shown."""
        from rich.text import Text

        part, number, starts, most = self._round(key)
        counted = f"start {number}" if starts is None else f"start {number} of {starts}"
        limit = "" if most is None else f" of {most} at most"
        width = min(WIDTH, max(10, self.live.console.width - 12)) if self.live else WIDTH
        watch = self.watch
        rows = [raster(t, watch.duration, width) for t in (watch.spikes, watch.spikes_of(x))]
        return Text(
            f"{part}: {counted}, generation {generation}{limit}, best loss {loss:.4g}\n"
            f"  sweep {watch.name}, {watch.spikes.size} spikes\n  recorded {rows[0]}\n  best     {rows[1]}"
        )

    def _round(self, key: str) -> tuple[str, int, int | None, int | None]:
        """The round of a start, which of how many it is, and its generations at most, where that is known."""
        effort, (name, _, number) = self.effort, key.partition("-")
        if key.endswith("-again"):
            done = sum(each.endswith("-again") for each in self.seen)
            return "round 3 of 3", done, *((effort.kept, effort.second) if effort else (None, None))
        done = int(number) + 1 if number.isdigit() else len(self.seen)
        if name == "forced":
            limits = (effort.forced_starts, effort.forced) if effort else (None, None)
            return "round 1 of 3 (spikes forced)", done, *limits
        return "round 2 of 3", done, *((effort.starts, effort.first) if effort else (None, None))


def raster(spikes: NDArray[np.float64], duration: float, width: int) -> str:
    """Spikes as text: a stroke for each, in as many columns as there are."""
    place = (np.asarray(spikes) / duration * width).astype(int)
    found = np.bincount(place[(place >= 0) & (place < width)], minlength=width)
    return "".join(MARKS[min(int(n), len(MARKS) - 1)] for n in found).rstrip()
