"""The programs that were published with the papers: the 2003 network, figure1.m of 2004, and izhi2007.m of the book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from izhi.equations.model import Model
from izhi.schemes.arithmetic import FROM_LEFT, OCTAVE
from izhi.schemes.scheme import GridScheme
from izhi.schemes.state import add, flow, gated_flow, spent, with_recovery, with_voltage


def _from_left(model: Model) -> Callable:
    return _network(model.rounded(FROM_LEFT))


def _network(model: Model) -> Callable:
    derivatives, plus, after, at_voltage, peak = flow(model), add(model), spent(model), with_voltage(model), model.peak

    def step(x, m, i, p, h):
        dt, half = h
        fired = x[0] >= peak(x[1], p)
        shown = x[0]
        x = after(x, fired, p)
        x = at_voltage(x, x[0] + half * derivatives(x, i[0], p)[0])
        x = at_voltage(x, x[0] + half * derivatives(x, i[0], p)[0])
        slow = plus(x, dt, derivatives(x, i[0], p))
        return at_voltage(slow, x[0]), m, fired, shown, 0

    return step


def _figure(model: Model) -> Callable:
    model = model.rounded(OCTAVE)
    derivatives, plus, after, peak = flow(model), add(model), spent(model), model.peak
    at_voltage, at_recovery = with_voltage(model), with_recovery(model)

    def step(x, m, i, p, h):
        x = at_voltage(x, x[0] + h[0] * derivatives(x, i[0], p)[0])
        dx = derivatives(x, i[0], p)
        x = at_voltage(at_recovery(plus(x, h[0], dx), x[1] + dx[1]), x[0])
        top = peak(x[1], p)
        fired = x[0] > top
        return after(x, fired, p), m, fired, top, 0

    return step


def _reaches(v, top):
    return v >= top


def _exceeds(v, top):
    return v > top


def _book(model: Model) -> Callable:
    model = model.rounded(OCTAVE)
    derivatives, gated, plus = flow(model), gated_flow(model), add(model)
    after, at_voltage, peak = spent(model), with_voltage(model), model.peak
    crosses = _exceeds if model.moving_peak else _reaches

    def step(x, m, i, p, h):
        v = x[0] + h[0] * derivatives(x, i[0], p)[0]
        x = at_voltage(plus(x, h[0], gated(v, x, i[0], p)), v)
        top = peak(x[1], p)
        fired = crosses(v, top)
        return after(x, fired, p), m, fired, top, 1

    return step


PUBLISHED_2003 = GridScheme(
    name="published-2003",
    title="two half steps of v, then u with the new v; a spike is seen at the start of the next step",
    used_by="the network programs of Izhikevich 2003, 2006 (spnet) and 2007 (daspnet), and all made after them",
    order=1,
    spike_order=1,
    dt=1.0,
    conventions=(
        "Step k uses the current at k dt. A spike is seen where v has reached the peak at the start of a step, and that"
        " is its time; the reset follows at once. Sample k is the state at k dt before the reset, so a spike shows as"
        " far above the peak as the step took it. A crossing in the last step is not seen. At 1 ms a train is chaotic:"
        " the last bit of 0.04 v^2 decides it. The programs in MATLAB and C++ differ there; here it is (0.04 v) v."
    ),
    build=_from_left,
    numbers=lambda dt: (dt, dt / 2),
    lag=0,
    sample="start",
)

LISTING_2003 = replace(
    PUBLISHED_2003,
    name="listing-2003",
    title="published-2003 in the order of the printed listing: 0.04 (v v)",
    used_by="the network listing of Izhikevich 2003 in MATLAB, and its transcriptions to NumPy",
    conventions=(
        "As published-2003, from which it differs in the last bit of 0.04 v^2 alone: the square is taken first, as"
        " MATLAB and NumPy do. Of a network that is chaotic, that bit changes the raster after about a second."
    ),
    build=_network,
)

FIGURE1 = GridScheme(
    name="figure1",
    title="one step of v, then u with the new v; a spike is seen at once",
    used_by="figure1.m, the program of the 2004 paper, and izhi2003.m of ModelDB 39948",
    order=1,
    spike_order=1,
    dt=0.25,
    conventions=(
        "Step k uses the current at k dt. A spike is seen where v exceeds the peak after the step. As the program"
        " plots it, sample k is the state after step k, labelled k dt, the time at which that step began; a spike has"
        " the same label, shows the peak voltage, and u after the reset. The end point is a step of its own."
    ),
    build=_figure,
    lag=0,
    extra=1,
    scaled_rate=True,
)

BOOK_2007 = GridScheme(
    name="book-2007",
    title="forward Euler, u with the old v; branches of u chosen by the new v",
    used_by="izhi2007.m of ModelDB 39948, the program of the 2007 book's cells",
    order=1,
    spike_order=1,
    dt=0.25,
    conventions=(
        "Step k uses the current at k dt. A spike is seen where the new v reaches the peak (exceeds it, where the peak"
        " moves with u); the sample before it is then overwritten by the peak. As the program plots it, the initial"
        " state is labelled dt, and a spike has the label of the sample that shows its peak, (k + 1) dt. A run has"
        " duration / dt samples, one step fewer."
    ),
    build=_book,
    sample="start",
    label=1,
    extra=-1,
)
