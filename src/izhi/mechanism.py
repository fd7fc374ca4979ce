"""The five mechanisms of ModelDB 39948 by their own names, with their own parameters, as NEURON runs them."""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from izhi.engine.neuron import Deliveries, NeuronRun, advance
from izhi.equations import Model, with_receptors
from izhi.equations.izhikevich2003 import IZHIKEVICH2003
from izhi.equations.modeldb import CELL_TYPES, NO_TYPE
from izhi.equations.synapse import PARAMETERS as SYNAPTIC
from izhi.errors import BadValue, UnknownName
from izhi.schemes import scheme
from izhi.schemes.neuron import NeuronScheme, Section
from izhi.schemes.neuron.clock import Floats, halves, steps_until
from izhi.schemes.neuron.membrane import ABOVE, BELOW, UNTOLD
from izhi.schemes.neuron.scheme import fitted
from izhi.schemes.neuron.section import PROBE
from izhi.schemes.neuron.stimulus import Callbacks, Clamp, Played
from izhi.trace import Trace

_A2003 = {"a": 0.02, "b": 0.2, "c": -65.0, "d": 2.0, "f": 5.0, "g": 140.0, "Iin": 10.0, "thresh": 30.0, "fflag": 1.0}
_A2007 = {
    "C": 1.0, "k": 0.7, "vr": -60.0, "vt": -40.0, "vpeak": 35.0, "a": 0.03, "b": -2.0, "c": -50.0, "d": 100.0,
    "Iin": 0.0, "celltype": 1.0, "alive": 1.0, "cellid": -1.0,
}  # fmt: skip
_TAUS = {"tauAMPA": 5.0, "tauNMDA": 150.0, "tauGABAA": 6.0, "tauGABAB": 150.0, "tauOpsin": 50.0}


@dataclass(frozen=True)
class Kind:
    """One of the mechanisms.

    Attributes
    ----------
    scheme : str
        Whose numerics it is.
    defaults : dict
        Its RANGE parameters and what they are unless set.
    weights : int
        How many arguments its NET_RECEIVE has.
    conductances : tuple of str
        Its synaptic conductances, by their own names.
    """

    scheme: str
    defaults: Mapping[str, float]
    weights: int = 1
    conductances: tuple[str, ...] = ()

    @property
    def numerics(self) -> NeuronScheme:
        """The scheme of that name."""
        chosen = scheme(self.scheme)
        assert isinstance(chosen, NeuronScheme)
        return chosen


MECHANISMS = {
    "Izhi2003a": Kind("neuron-2003a", {**_A2003, "taug": 1.0, "erev": 0.0}, 1, ("gsyn",)),
    "Izhi2003b": Kind("neuron-2003b", {**_A2003, "cellid": -1.0}),
    "Izhi2007a": Kind(
        "neuron-2007a", {**_A2007, **_TAUS, "verbose": 0.0}, 5, ("gAMPA", "gNMDA", "gGABAA", "gGABAB", "gOpsin")
    ),
    "Izhi2007b": Kind("neuron-2007b", {**_A2007, "t0": 0.0}),
    "Izhi2007bS": Kind("neuron-2007bS", _A2007),
}
V_INIT, DT = -65.0, 0.025
FEW_STEPS = 10_000
# A longer run would not fit in memory.
MOST_STEPS = 2e7
# INITIAL of the 2003 mechanisms.
V_2003, B_2003 = -65.0, 0.2
# What the 2007 mechanisms have in their text: the seam of TC and RTN and their b on either side, and those of FS, LTS.
SEAM, B_TC, B_RTN = -65.0, (15.0, 0.0), (10.0, 2.0)
CUBE, CAP, PEAK_SLOPE, LTS_RESET, TC_RESET = 0.025, 670.0, 0.1, 0.04, -0.1
LTS, FS, TC, RTN = 4.0, 5.0, 6.0, 7.0

Clamping = Clamp | Callbacks | Played


@dataclass(frozen=True, eq=False)
class Mechanism:
    """One point process: a mechanism with its parameters and, where it uses one, its section.

    Parameters
    ----------
    name : str
        Izhi2003a, Izhi2003b, Izhi2007a, Izhi2007b or Izhi2007bS.
    parameters : mapping
        The mod file's RANGE parameters in its own units (C = 1 is 100 pF); the rest are as in the file.
    section : Section, optional
        L, diam [um], cm [uF/cm2] and Ra [Ohm cm]. By default the original's.

    Raises
    ------
    UnknownName, BadValue
        If a name is unknown or a value is no finite number.

    Examples
    --------
    >>> from izhi.mechanism import Clamp, Mechanism
    >>> trace = Mechanism("Izhi2007a").run(520.0, stimulus=Clamp(70.0))
    >>> trace.spikes.round(3)
    array([100.075, 247.775, 395.55 ])
    """

    name: str
    parameters: Mapping[str, float] = field(default_factory=dict)
    section: Section | None = None

    def __post_init__(self) -> None:
        if self.name not in MECHANISMS:
            raise UnknownName("mechanism", self.name, MECHANISMS)
        defaults = MECHANISMS[self.name].defaults
        for symbol, value in self.parameters.items():
            if symbol not in defaults:
                raise UnknownName(self.name, symbol, defaults)
            _finite(value, f"{self.name}.{symbol}")
        full = {**defaults, **{symbol: float(value) for symbol, value in self.parameters.items()}}
        for symbol in ("C", "taug", *_TAUS):
            if full.get(symbol, 1.0) == 0.0:
                raise BadValue(f"{self.name}.{symbol}", full[symbol], "any number but 0 would do")
        object.__setattr__(self, "parameters", full)
        section = self.section or self.scheme.section
        object.__setattr__(self, "section", section)
        if section:
            section.checked()

    @property
    def kind(self) -> Kind:
        return MECHANISMS[self.name]

    @property
    def scheme(self) -> NeuronScheme:
        return self.kind.numerics

    @property
    def model(self) -> Model:
        if "C" not in self.parameters:
            return IZHIKEVICH2003
        kind = self.parameters["celltype"]
        frozen = kind > FS and kind not in (TC, RTN) and self.name != "Izhi2007bS"
        chosen = NO_TYPE if frozen else CELL_TYPES
        return with_receptors(chosen) if self.kind.conductances else chosen

    def values(self) -> dict[str, float]:
        """The parameters under the names of the model and the scheme."""
        p = self.parameters
        if "C" not in p:
            return {"vpeak": p["thresh"], "e": 0.04, **{s: p[s] for s in ("a", "b", "c", "d", "f", "g")}} | {
                s: p[s] for s in ("erev", "taug") if s in p
            }
        values = {s: p[s] for s in ("C", "k", "vr", "vt", "vpeak", "a", "b", "c", "d")} | _branches(self.name, p)
        values["capacity"] = p["C"] * 100.0 if self.name == "Izhi2007a" else p["C"]
        values["rate"] = values["a"]
        if self.kind.conductances:
            taus = (p["tauAMPA"], p["tauNMDA"], p["tauGABAA"], p["tauGABAB"], p["tauOpsin"])
            names = ("tau_AMPA", "tau_NMDA", "tau_GABA_A", "tau_GABA_B", "tau_opsin")
            values |= dict(zip(names, taus, strict=True))
            values |= {q.symbol: float(q.default or 0.0) for q in SYNAPTIC if q.symbol not in values}
        return values

    def start(self, v_init: float, initial: Mapping[str, float]) -> tuple[float, float]:
        """V and u as recorded at time 0, before what a run before this one has left."""
        if "C" not in self.parameters:
            v = V_2003 if self.name == "Izhi2003a" else v_init
            return float(initial.get("V", v)), float(initial.get("u", B_2003 * V_2003))
        # Izhi2007b and bS set v when they arm their watches, after any initialisation handler.
        given = initial.get("V") if self.name == "Izhi2007a" else None
        return float(self.parameters["vr"] if given is None else given), float(initial.get("u", 0.0))

    def run(
        self,
        tstop: float,
        *,
        dt: float = DT,
        v_init: float = V_INIT,
        initial: Mapping[str, float] | None = None,
        stimulus: Clamping | None = None,
        events: Sequence[tuple[float, Sequence[float]]] = (),
        after: Trace | None = None,
        every: int = 1,
        engine: str = "auto",
    ) -> Trace:
        """What `h.run()` computes.

        Parameters
        ----------
        tstop : float
            How long [ms].
        dt : float
            The step [ms].
        v_init : float
            The voltage of all sections at the start [mV].
        initial : mapping, optional
            V and u as an initialisation handler sets them.
        stimulus : Clamp, Callbacks or Played, optional
            How `Iin` is set; by default it is the parameter.
        events : sequence of (t [ms], weights)
            Synaptic input, as by a NetCon; mechanisms without synapses ignore it, as they do in NEURON.
        after : Trace, optional
            The run of the same instance before this one, whose state it carries on.
        every : int
            Record every n-th sample.
        engine : {"auto", "cpu", "reference"}
            Their results are the same bits.

        Returns
        -------
        Trace
        """
        if isinstance(every, bool) or not isinstance(every, int | np.integer) or every < 1:
            raise BadValue("every", every, "a whole number from 1 on would do")
        half = halves(checked_steps(tstop, dt), float(dt))
        chosen = replace(self, parameters={**self.parameters, **after.left}) if after else self
        with np.errstate(all="ignore"):  # numbers out of range are found, and reported
            run, recorded = chosen._prepared(half, float(dt), v_init, initial or {}, stimulus, events, every)
            outcome, memory = advance(run, chosen_engine(engine, run))
        n = outcome.samples.shape[2]
        status, warning = "ok", ""
        if outcome.failures and chosen.scheme.failure:
            status = f"ended at t = {outcome.failures[0].time:.6g} ms: {outcome.failures[0].reason}"
            n = round(outcome.failures[0].time / dt) // every + 1
        elif outcome.failures:
            warning = f"V or u left the range of numbers after t = {outcome.failures[0].time:.6g} ms; NEURON goes on"
        return Trace(
            mechanism=chosen,
            t=half[:: 2 * every][:n],
            V=outcome.samples[0, 0, :n],
            u=outcome.samples[1, 0, :n],
            I=recorded[::every][:n],
            conductances={name: outcome.conductances[r, 0, :n] for r, name in enumerate(self.kind.conductances)},
            spikes=outcome.spike_time if chosen.parameters.get("alive", 1.0) else np.zeros(0),
            status=status,
            warning=warning,
            left=chosen._left(half, memory[:, 0]),
            dt=float(dt),
            tstop=float(tstop),
        )

    def _prepared(
        self,
        half: Floats,
        dt: float,
        v_init: float,
        initial: Mapping[str, float],
        stimulus: Clamping | None,
        events: Sequence[tuple[float, Sequence[float]]],
        every: int,
    ) -> tuple[NeuronRun, Floats]:
        """The run, and the current as it is recorded."""
        values = {symbol: np.array([value]) for symbol, value in self.values().items()}
        table = self.scheme.table(self.model, values, dt, self.section)
        state = np.array([self.start(v_init, initial)]).T
        state[1, 0] += self._stale(float(state[0, 0]), float(state[1, 0]), table[:, 0])
        middle, end, recorded = (stimulus or Clamp(self.parameters["Iin"])).currents(half, dt)
        run = NeuronRun(
            model=self.model,
            scheme=self.scheme,
            parameters=table,
            state=state,
            v_init=np.array([float(v_init)]),
            armed_at=np.array([float(initial.get("V", v_init))]),
            half=half,
            current=np.ascontiguousarray((middle if self.scheme.section else end)[:, None]),
            dt=dt,
            every=every,
            deliveries=self._deliveries(events),
            callbacks=stimulus.queued(dt) if isinstance(stimulus, Callbacks) else None,
            knots=np.asarray(stimulus.t, dtype=float) if isinstance(stimulus, Played) else None,
        )
        return run, recorded

    def _stale(self, v: float, u: float, column: Floats) -> float:
        """What the initialisation of Izhi2007b adds to u, since its t0 is still that of the run before."""
        if self.name != "Izhi2007b" or self.parameters["t0"] == 0.0:
            return 0.0
        model = fitted(self.scheme, self.model)
        p = model.Parameters(*column.tolist())
        return (0.0 - self.parameters["t0"]) * p.rate * model.rhs(v + PROBE, u, 0.0, p)[1]

    def _left(self, half: Floats, memory: Floats) -> dict[str, float]:
        """The parameters that a run leaves changed."""
        if self.name == "Izhi2007b":
            return {"t0": float(half[-2])}
        if self.name == "Izhi2007bS" and self.parameters["celltype"] in (TC, RTN):
            below, above = B_TC if self.parameters["celltype"] == TC else B_RTN
            told = {BELOW: below, ABOVE: above}
            return {"b": told.get(float(memory[-1]), self.parameters["b"])}
        return {}

    def _deliveries(self, events: Sequence[tuple[float, Sequence[float]]]) -> Deliveries | None:
        given = [(_time(t), _weights(w, self.kind, self.name)) for t, w in events]
        if not self.kind.conductances or not given:
            return None
        time, weight = np.array([t for t, _ in given]), np.array([w for _, w in given])
        return Deliveries(time, np.zeros(time.size, dtype=np.int64), weight)


def _branches(name: str, p: Mapping[str, float]) -> dict[str, float]:
    """What the cell type means, as parameters of the model."""
    kind, b = p["celltype"], p["b"]
    values = {"vb": 0.0, "b_above": b, "b_below": b, "cube": 0.0, "peak_slope": 0.0, "reset_slope": 0.0}
    values |= {"umax": math.inf, "told": UNTOLD}
    if kind == FS:
        values |= {"vb": p["d"], "cube": CUBE, "b": 0.0, "b_above": 0.0, "b_below": 0.0, "d": 0.0, "told": BELOW}
    elif kind in (TC, RTN):
        below, above = B_TC if kind == TC else B_RTN
        values |= {"vb": SEAM, "b_above": above, "b_below": below}
        values |= {} if name == "Izhi2007bS" else {"b": below}
    elif kind >= 5 and name != "Izhi2007bS":
        values |= {"a": 0.0}  # no branch advances u
    if kind == LTS:
        values |= {"peak_slope": -PEAK_SLOPE, "reset_slope": LTS_RESET, "umax": CAP}
    elif kind == TC:
        values |= {"peak_slope": PEAK_SLOPE, "reset_slope": TC_RESET}
    elif name == "Izhi2007a" and not (kind < LTS or kind in (FS, RTN)):
        values |= {"peak_slope": math.nan}  # no watch: nothing is above a threshold that is no number
    return values


def chosen_engine(name: str, run: NeuronRun) -> Any:
    """The engine of that name; "auto" is the plain one where a compiled kernel would take longer to load."""
    if name not in ("auto", "cpu", "reference"):
        raise UnknownName("engine", name, ("auto", "cpu", "reference"))
    if name == "auto":
        name = "reference" if run.cells * run.steps < FEW_STEPS else "cpu"
    return importlib.import_module(f"izhi.engine.{name}")


def _finite(value: Any, who: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number) or not math.isfinite(value):
        raise BadValue(who, value, "a finite number would do")
    return float(value)


def _positive(value: Any, who: str) -> float:
    if _finite(value, who) <= 0:
        raise BadValue(who, value, "more than 0 ms would do")
    return float(value)


def checked_steps(tstop: Any, dt: Any) -> int:
    """How many steps a run takes.

    Raises
    ------
    BadValue
        If one is no positive number, or there would be no step, or too many.
    """
    steps = _positive(tstop, "duration") / _positive(dt, "dt")
    if steps <= 0.5 or not steps <= MOST_STEPS:
        raise BadValue("duration", tstop, f"at least one step of {dt:g} ms and at most {MOST_STEPS:g} would do")
    return steps_until(float(tstop), float(dt))


def _time(value: Any) -> float:
    if _finite(value, "events.t") < 0:
        raise BadValue("events.t", value, "times from 0 ms on would do")
    return float(value)


def _weights(given: Any, kind: Kind, who: str) -> list[float]:
    """The weights of an event, as many as the mechanism uses. Those without synapses ignore whatever comes."""
    row = [_finite(w, "events.weights") for w in (given if isinstance(given, Sequence | np.ndarray) else [given])]
    if not row or (kind.conductances and any(row[kind.weights :])):
        wanted = f"{who} takes {kind.weights} weight{'s' * (kind.weights > 1)} for each event"
        raise BadValue("events.weights", given, wanted)
    return (row + [0.0] * kind.weights)[: kind.weights]
