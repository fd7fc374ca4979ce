"""What a detector says: whether it holds, the numbers it measured, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A number that was measured.

    Attributes
    ----------
    name : str
    value : float
    unit : str
    """

    name: str
    value: float
    unit: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.value:.4g}{' ' * bool(self.unit)}{self.unit}"


@dataclass(frozen=True)
class Verdict:
    """What a detector says.

    Attributes
    ----------
    holds : bool
    because : str
        One sentence: why, or why not.
    measures : tuple of Measure
    tested : bool
        Whether the recording has the stimulus that could show it.
    """

    holds: bool
    because: str
    measures: tuple[Measure, ...] = ()
    tested: bool = True

    def __bool__(self) -> bool:
        return self.holds


def yes(because: str, *measures: Measure) -> Verdict:
    """It holds."""
    return Verdict(True, because, measures)


def no(because: str, *measures: Measure) -> Verdict:
    """It was tested, and does not hold."""
    return Verdict(False, because, measures)


def untested(needs: str) -> Verdict:
    """The recording cannot show it."""
    return Verdict(False, f"not tested: {needs}", (), False)


def first_that_holds(verdicts: Iterable[Verdict], otherwise: Verdict) -> Verdict:
    """The first that holds, else the first that was tested, else `otherwise`."""
    refused = None
    for verdict in verdicts:
        if verdict.holds:
            return verdict
        if refused is None and verdict.tested:
            refused = verdict
    return otherwise if refused is None else refused
