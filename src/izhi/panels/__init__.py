"""What the scripts of ModelDB 39948 run in NEURON, as tables: one file for each of its three sets of panels."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from izhi.mechanism import Clamping, Mechanism, Trace
from izhi.schemes.neuron.stimulus import Callbacks, Clamp, Played

# How long the wrapper of 2007 means a cell to be held before it is released [ms].
HOLD = 120.0


@dataclass(frozen=True, eq=False)
class Program:
    """One run of a panel.

    Attributes
    ----------
    preset : str
        The published panel that it is to show.
    parameters : dict
        Of the mechanism, in its own units.
    V : float or None [mV]
        Where V starts, with u at bV; None where the mechanism decides.
    tstop : float [ms]
    stimulus : Clamp, Callbacks or Played
    slip : str
        In what it differs from the published program.
    """

    preset: str
    parameters: dict[str, float]
    V: float | None
    tstop: float
    stimulus: Clamping
    slip: str = ""

    @property
    def initial(self) -> dict[str, float]:
        """V and u as the script's initialisation handler sets them, if it does."""
        return {} if self.V is None else {"V": self.V, "u": self.V * self.parameters["b"]}

    def run(self, mechanism: str, **options: Any) -> Trace:
        """The run by one of the mechanisms; `options` are those of `Mechanism.run`.

        Examples
        --------
        >>> from izhi.panels import gui
        >>> gui("2004")["Q"].run("Izhi2003a").spikes.size
        8
        """
        # A set of panels is many short runs, and its longest would be compiled in any case.
        options = {"initial": self.initial, "stimulus": self.stimulus, "engine": "cpu"} | options
        return Mechanism(mechanism, self.parameters).run(self.tstop, **options)


@dataclass(frozen=True, eq=False)
class Series:
    """A cell of the wrapper of 2007 at several currents.

    Attributes
    ----------
    preset : str
        The published cell that it is to show.
    parameters : dict
    currents : tuple of float [pA]
    tstop : float [ms]
    hold : float or None [pA]
        The current of the first 120 ms, as the script means it.
    """

    preset: str
    parameters: dict[str, float]
    currents: tuple[float, ...]
    tstop: float
    hold: float | None = None

    def meant(self, current: float) -> Program:
        """The run that the script means: the hold, and then the current."""
        if self.hold is None:
            return self.written(current)
        return Program(self.preset, self.parameters, None, self.tstop, Callbacks(self.hold, [HOLD], [current]))

    def written(self, current: float) -> Program:
        """The run that the script makes: `h.run()` starts anew after the hold, which is lost."""
        rest = self.tstop if self.hold is None else self.tstop - HOLD
        return Program(self.preset, self.parameters, None, rest, Clamp(current))


@cache
def gui(collection: str) -> dict[str, Program]:
    """The panels of the GUI for "2003" or "2004", by the names of their presets."""
    return {key: _program(dict(row)) for key, row in _table(collection).items()}


@cache
def wrapper() -> dict[str, Series]:
    """The cells of 2007, by the script's names."""
    return {
        key: Series(**{"hold": None, **row, "currents": tuple(row["currents"])}) for key, row in _table("2007").items()
    }


def _program(row: dict[str, Any]) -> Program:
    if "played" in row:
        stimulus: Clamping = Played(row["played"]["t"], row["played"]["I"])
    else:
        stimulus = Callbacks(row["I0"], [t for t, _ in row["callbacks"]], [I for _, I in row["callbacks"]])
    return Program(row["preset"], row["parameters"], row["V"], row["tstop"], stimulus, row.get("slip", ""))


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


__all__ = ["HOLD", "Program", "Series", "gui", "wrapper"]
