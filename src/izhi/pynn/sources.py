"""Sources of spikes: at given times, or at random. Their trains do not depend on how a run is split."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyNN.standardmodels import build_translations
from pyNN.standardmodels import cells as standard

from izhi.errors import BadValue

Floats = NDArray[np.float64]


def _as_they_are(kind: type[standard.StandardCellType]) -> dict[str, Any]:
    return build_translations(*((name, name) for name in kind.default_parameters))


class SpikeSourceArray(standard.SpikeSourceArray):
    """Spikes at given times [ms], which may lie between two steps."""

    translations = _as_they_are(standard.SpikeSourceArray)

    def train(self, values: dict[str, Any], ahead: Floats, first: float, last: float, random: Any) -> tuple:  # noqa: ARG002
        """The given times that are later than `first` [ms] and not later than `last`."""
        times = np.asarray(values["spike_times"].value, dtype=np.float64)
        return times[(times > first) & (times <= last)], ahead


class _Renewal:
    """Spikes whose intervals are drawn, from `start` on and for `duration` [ms]."""

    def intervals(self, values: dict[str, Any], n: int, random: np.random.Generator) -> Floats:
        raise NotImplementedError

    def train(
        self, values: dict[str, Any], ahead: Floats, first: float, last: float, random: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """The spikes later than `first` [ms] and not later than `last`, and those drawn that are still `ahead`."""
        until = min(last, values["start"] + values["duration"])
        if not ahead.size:
            ahead = max(first, values["start"]) + self.intervals(values, 1, random)
        while ahead[-1] <= until:
            many = 1 + int((until - ahead[-1]) / self.mean(values))
            # Added one by one from the last on, so that nothing depends on how many are drawn together.
            later = np.cumsum(np.concatenate([ahead[-1:], self.intervals(values, many, random)]))
            ahead = np.concatenate([ahead, later[1:]])
        now = np.searchsorted(ahead, until, "right")
        return ahead[:now], ahead[now:]

    def mean(self, values: dict[str, Any]) -> float:
        """The mean interval [ms]."""
        raise NotImplementedError


class SpikeSourcePoisson(_Renewal, standard.SpikeSourcePoisson):
    """A Poisson process of a rate [Hz]."""

    translations = _as_they_are(standard.SpikeSourcePoisson)

    def mean(self, values: dict[str, Any]) -> float:
        """The mean interval [ms]."""
        return 1000.0 / values["rate"] if values["rate"] > 0 else np.inf

    def intervals(self, values: dict[str, Any], n: int, random: np.random.Generator) -> Floats:
        """Exponential intervals [ms]."""
        return random.standard_exponential(n) * self.mean(values)


class SpikeSourcePoissonRefractory(_Renewal, standard.SpikeSourcePoissonRefractory):
    """A Poisson process with a dead time; `rate` [Hz] is that of the spikes, the dead time included."""

    translations = _as_they_are(standard.SpikeSourcePoissonRefractory)

    def mean(self, values: dict[str, Any]) -> float:
        """The mean interval [ms]."""
        mean = 1000.0 / values["rate"] if values["rate"] > 0 else np.inf
        if mean <= values["tau_refrac"]:
            raise BadValue("SpikeSourcePoissonRefractory.rate", values["rate"], "less than 1000 / tau_refrac would do")
        return mean

    def intervals(self, values: dict[str, Any], n: int, random: np.random.Generator) -> Floats:
        """The dead time and an exponential interval [ms]."""
        dead = values["tau_refrac"]
        return dead + random.standard_exponential(n) * (self.mean(values) - dead)


class SpikeSourceGamma(_Renewal, standard.SpikeSourceGamma):
    """A gamma process of the order `alpha`, whose mean rate is beta / alpha [Hz]."""

    translations = _as_they_are(standard.SpikeSourceGamma)

    def mean(self, values: dict[str, Any]) -> float:
        """The mean interval [ms]."""
        return 1000.0 * values["alpha"] / values["beta"]

    def intervals(self, values: dict[str, Any], n: int, random: np.random.Generator) -> Floats:
        """Gamma-distributed intervals [ms]."""
        return random.standard_gamma(values["alpha"], n) * (1000.0 / values["beta"])
