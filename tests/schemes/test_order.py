"""Each scheme converges at the order it states, towards the true solution."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from izhi.schemes import GridScheme, NeuronScheme

GRID = [name for name, scheme in izhi.SCHEMES.items() if isinstance(scheme, GridScheme)]
# When the samples of a scheme are labelled, in steps after the state they show was reached.
LATE = {"figure1": -1, "book-2007": 1}

SUBTHRESHOLD = {
    "2003/RS": izhi.Sine(3.0, 12.0),
    "2007/RS": izhi.Sine(40.0, 8.0),
    "2007/LS": izhi.Sine(60.0, 8.0),
}


def slope(steps: np.ndarray, errors: np.ndarray) -> float:
    return float(np.polyfit(np.log(steps), np.log(errors), 1)[0])


NEURON = [name for name in GRID if isinstance(izhi.SCHEMES[name], NeuronScheme)]


@pytest.mark.parametrize("preset", SUBTHRESHOLD)
@pytest.mark.parametrize("name", [name for name in GRID if name not in NEURON])
def test_between_spikes_a_scheme_converges_at_its_order(name: str, preset: str) -> None:
    scheme = izhi.SCHEMES[name]
    forced = SUBTHRESHOLD[preset]
    if name in ("esr", "spinnaker"):
        forced = izhi.Constant(2.0 if preset.startswith("2003") else 30.0)  # the current is held over a step
    steps = np.array([0.2, 0.1, 0.05]) if scheme.order > 2 else np.array([0.04, 0.02, 0.01])
    initial = {"v": -62.0, "u": 1.0 if preset.startswith("2007") else -12.0}
    cell = izhi.Cell.preset(preset, initial=initial)
    truth = izhi.simulate(cell, forced, 40, dt=0.2, tolerance=1e-12)
    assert not truth.spike_times.size
    errors = []
    for dt in steps:
        found = izhi.simulate(cell, forced, 40, scheme=name, dt=float(dt), engine="reference")
        reached = found.time - LATE.get(name, 0) * dt
        state = np.interp(20.0, reached, found.voltage), np.interp(20.0, reached, found.recovery)
        at = int(np.argmin(np.abs(truth.time - 20.0)))
        errors.append(abs(state[0] - truth.voltage[at]) + abs(state[1] - truth.recovery[at]))
    assert slope(steps, np.array(errors)) == pytest.approx(scheme.order, abs=0.2)


@pytest.mark.parametrize("preset", ["2003/RS", "2007/RS"])
@pytest.mark.parametrize("name", NEURON)
def test_a_mechanism_of_neuron_converges_at_its_order_to_a_limit_beside_the_truth(name: str, preset: str) -> None:
    """The area of the GUI's section is not quite 100 um2; u of Izhi2007b sees v + 0.001 mV. No step removes that."""
    initial = {"v": -62.0, "u": 1.0 if preset.startswith("2007") else -12.0}
    cell, steps = izhi.Cell.preset(preset, initial=initial), np.array([0.04, 0.02, 0.01, 0.00125])

    def state(**how: object) -> np.ndarray:
        found = izhi.simulate(cell, SUBTHRESHOLD[preset], 40, **how)  # type: ignore[arg-type]
        return np.array([np.interp(20.0, found.time, x) for x in (found.voltage, found.recovery)])

    *states, limit = (state(scheme=name, dt=float(dt)) for dt in steps)
    errors = np.array([np.abs(each - limit).sum() for each in states])
    assert slope(steps[:3] - steps[3], errors) == pytest.approx(1.0, abs=0.05)
    assert np.abs(limit - state(dt=0.2, tolerance=1e-12)).max() < 0.002


@pytest.mark.parametrize("name", GRID)
def test_spike_times_converge_at_the_order_stated_for_them(name: str) -> None:
    """Of many cells at once, since the share of a step by which a spike is late is as good as random."""
    scheme = izhi.SCHEMES[name]
    steps = np.array([0.064, 0.032, 0.016, 0.008])
    currents = izhi.Constant(np.linspace(10.0, 14.0, 200))
    truth = izhi.simulate("2003/RS", currents, 64, record="spikes", tolerance=1e-11)
    first = np.array([spikes[:2] for spikes in truth.spike_times])
    errors = []
    for dt in steps:
        found = izhi.simulate("2003/RS", currents, 64, scheme=name, dt=float(dt), record="spikes")
        late = np.array([spikes[:2] for spikes in found.spike_times]) - first
        errors.append(np.sqrt(np.mean(late**2)))
    assert slope(steps, np.array(errors)) == pytest.approx(scheme.spike_order, abs=0.2)
