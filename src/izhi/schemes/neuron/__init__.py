"""NEURON's fixed step on the five mechanisms of ModelDB 39948, each to its last bit.

A step from t to t + dt: (1) the watches look at the state; (2) the events of those that fire, then input due by
t + dt/2, are delivered; (3) t is t + dt/2; (4) the current is what it is now; (5) membrane currents are found, at
v + 0.001 and at v; (6) the section's voltage is solved for; (7) t is t + dt; (8, 9) all other variables are advanced;
(10) samples are recorded; (11) input due by now is delivered. `watch.py`, `section.py`, `newton.py` and `clock.py` are
the pieces, `point.py` and `membrane.py` the mechanisms; the engine keeps the order.
"""

from __future__ import annotations

from izhi.equations.ops import cubic, quadratic
from izhi.schemes.arithmetic import cubic_from_left, quadratic_from_left
from izhi.schemes.neuron import membrane, point
from izhi.schemes.neuron.clock import same, since_last_end, since_last_middle
from izhi.schemes.neuron.scheme import NeuronScheme
from izhi.schemes.neuron.section import Section

_FROM_LEFT = {quadratic: quadratic_from_left, cubic: cubic_from_left}
_ORDER = (
    "A spike is seen at the start of the step after the one that crossed. That sample's time is its time; it"
    " shows v as far above the peak as the step took it, and the reset is never shown. A threshold must be seen not"
    " crossed before it is seen crossed again. Time is added up in halves of dt. A current holds from the first step"
    " that begins at or after its time."
)
# The GUI's section, whose area is nearly 100 um2; and that of the 2007 cells, whose area times cm makes C of 100 pF.
SECTION_2003 = Section(L=6.37, diam=5.0, cm=1.0, Ra=35.4)
SECTION_2007 = Section(L=10.0, diam=10.0, cm=31.831, Ra=35.4)


def _used_by(name: str) -> str:
    return f"{name} of ModelDB 39948 in NEURON (fixed step, one thread)"


NEURON_2003A = NeuronScheme(
    name="neuron-2003a",
    title="backward Euler of v and u together by Newton's iteration, stopped early; crossings seen a step late",
    used_by=_used_by("Izhi2003a"),
    conventions=_ORDER
    + " Where v is high the implicit equation has no solution, and the run ends there: above about 60"
    " mV at dt 0.05 ms, and about 0 mV at 0.1 ms.",
    parts=point.implicit,
    pace=same,
    rounding=_FROM_LEFT,
    constants=("erev", "taug"),
    failure="Newton's iteration did not converge in 50 rounds; a smaller dt would",
)

NEURON_2003B = NeuronScheme(
    name="neuron-2003b",
    title="one linearised backward step of the section's v, then backward Euler of u; crossings seen a step late",
    used_by=_used_by("Izhi2003b"),
    conventions=_ORDER + " v is that of a section, by default the GUI's, of 100.06 um2 and 1 uF/cm2.",
    parts=membrane.implicit,
    pace=same,
    rounding=_FROM_LEFT,
    section=SECTION_2003,
    failure="Newton's iteration did not converge in 50 rounds; a smaller dt would",
)

NEURON_2007A = NeuronScheme(
    name="neuron-2007a",
    title="forward Euler of v, then of u with the new v; crossings seen a step late; a spike clears the synapses",
    used_by=_used_by("Izhi2007a"),
    conventions=_ORDER + " Synaptic input is taken at the nearest step, halves down. A step from at or below c to above"
    " the peak ends at c + 1. Every spike sets all synaptic conductances to 0.",
    parts=point.explicit,
    pace=since_last_end,
    rounding=_FROM_LEFT,
    bare=("C", "a"),
    constants=("capacity", "rate"),
    unit=1.0,
)

NEURON_2007B = NeuronScheme(
    name="neuron-2007b",
    title="u at mid-step from v + 0.001 mV, then one linearised backward step of the section's v; seen a step late",
    used_by=_used_by("Izhi2007b"),
    conventions=_ORDER + " v is that of a section, by default one whose area and cm make C of 100 pF; u is half a step"
    " behind, and driven by v + 0.001 mV, an error that no step removes.",
    parts=membrane.in_current,
    pace=since_last_middle,
    rounding=_FROM_LEFT,
    bare=("C", "a"),
    constants=("capacity", "rate"),
    section=SECTION_2007,
)

NEURON_2007BS = NeuronScheme(
    name="neuron-2007bS",
    title="one linearised backward step of the section's v, then forward Euler of u, its branch chosen by watches",
    used_by=_used_by("Izhi2007bS"),
    conventions=_ORDER + " v is that of a section, as in neuron-2007b. The branch of u changes only when v is seen to"
    " cross its seam, and is the one below it until then: TC and TRN cells start with the wrong b.",
    parts=membrane.split,
    pace=same,
    rounding=_FROM_LEFT,
    bare=("C",),
    constants=("capacity", "told"),
    section=SECTION_2007,
)

__all__ = [
    "NEURON_2003A", "NEURON_2003B", "NEURON_2007A", "NEURON_2007B", "NEURON_2007BS", "NeuronScheme", "Section",
]  # fmt: skip
