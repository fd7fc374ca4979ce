"""How an equation is advanced: each simulator's numerics is a scheme with a name, written once for any model."""

from __future__ import annotations

from izhi.errors import UnknownName
from izhi.schemes.accurate import ACCURATE
from izhi.schemes.esr import ESR, SPINNAKER
from izhi.schemes.nest import NEST, NEST_PUBLISHED
from izhi.schemes.neuron import NEURON_2003A, NEURON_2003B, NEURON_2007A, NEURON_2007B, NEURON_2007BS, NeuronScheme
from izhi.schemes.published import BOOK_2007, FIGURE1, LISTING_2003, PUBLISHED_2003
from izhi.schemes.scheme import ContinuousScheme, GridScheme, Scheme
from izhi.schemes.textbook import EULER, RK4

SCHEMES: dict[str, GridScheme | ContinuousScheme] = {
    scheme.name: scheme
    for scheme in (
        ACCURATE,
        PUBLISHED_2003,
        LISTING_2003,
        FIGURE1,
        BOOK_2007,
        EULER,
        RK4,
        NEST,
        NEST_PUBLISHED,
        ESR,
        SPINNAKER,
        NEURON_2003A,
        NEURON_2003B,
        NEURON_2007A,
        NEURON_2007B,
        NEURON_2007BS,
    )
}


def scheme(name: str) -> GridScheme | ContinuousScheme:
    """The scheme of that name.

    Raises
    ------
    UnknownName
        If there is none; the error names the nearest.
    """
    if name not in SCHEMES:
        raise UnknownName("scheme", name, SCHEMES)
    return SCHEMES[name]


__all__ = ["SCHEMES", "ContinuousScheme", "GridScheme", "NeuronScheme", "Scheme", "scheme"]
