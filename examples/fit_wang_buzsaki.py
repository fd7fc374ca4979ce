"""The interneuron of Wang and Buzsaki, fitted by the models of 2007 and predicted under noise.

    python examples/fit_wang_buzsaki.py

The cell has conductances and no quadratic in it: it stands for a recorded one of which everything is known. It is that
of Wang, Buzsaki 1996, Journal of Neuroscience 16:6402, with the rates as in the example of that name of Brian2, on a
membrane of 10,000 um^2, so that 1 uA/cm^2 is 100 pA. Saves wang_buzsaki.png.
"""

from __future__ import annotations

import numpy as np
import rig

# The membrane [cm^2], its capacitance [uF/cm^2], conductances [mS/cm^2] and reversal potentials [mV].
AREA, C = 1e-4, 1.0
GNA, GK, GL = 35.0, 9.0, 0.1
ENA, EK, EL = 55.0, -90.0, -65.0
# By how much h and n are faster than at the squid's temperature.
PHI = 5.0
# Steps [pA], of which the cell answers to the last five, from 17 pA on, by spikes.
STEPS = (-30.0, 10.0, 17.0, 20.0, 30.0, 50.0, 100.0)
# Noise: mean, standard deviation [pA] and correlation time [ms].
NOISE = (0.0, 80.0, 5.0)
# The standard deviation of a further current that nobody knows [pA].
BACKGROUND = 3.0
# Where the peak of each model is sought [mV], if not near that of the cell: the upstroke is that of a parabola, slower
# than the cell's, so that spikes come late unless they may end low. The fast spiking model cannot make up for it.
MODELS = {"izhikevich2007": {}, "izhikevich2007-fs": {"vpeak": (-55.0, 40.0)}}


def derivative(state: rig.Floats, current: rig.Floats) -> rig.Floats:
    """Change of v, h and n per ms under a current [pA]."""
    v, h, n = state
    alpha_m, beta_m = -0.1 * (v + 35) / np.expm1(-0.1 * (v + 35)), 4 * np.exp(-(v + 60) / 18)
    alpha_h, beta_h = 0.07 * np.exp(-(v + 58) / 20), 1 / (np.exp(-0.1 * (v + 28)) + 1)
    alpha_n, beta_n = -0.01 * (v + 34) / np.expm1(-0.1 * (v + 34)), 0.125 * np.exp(-(v + 44) / 80)
    m = alpha_m / (alpha_m + beta_m)
    sodium, potassium = GNA * m * m * m * h * (v - ENA), GK * n * n * n * n * (v - EK)
    dv = (1e-6 * current / AREA - sodium - potassium - GL * (v - EL)) / C
    return np.array([dv, PHI * (alpha_h * (1 - h) - beta_h * h), PHI * (alpha_n * (1 - n) - beta_n * n)])


def target_cell() -> rig.Membrane:
    return rig.Membrane("Wang-Buzsaki", derivative, (-64.0, 0.8, 0.1))


def sweeps() -> rig.Recorded:
    return rig.record_all(target_cell(), STEPS, NOISE, BACKGROUND)


def main() -> None:
    recorded = sweeps()
    best = {}
    for name, bounds in MODELS.items():
        for training, what in recorded.training():
            print(f"\nfitted to {what}:")
            found = rig.fitted(recorded, training, model=name, bounds=bounds)
            best[rig.tell(found, recorded)] = (found, what)
    found, what = best[max(best)]
    print(f"\nbest: {found.model.name} fitted to {what}, normalised Gamma {max(best):.2f}")
    title = f"Wang-Buzsaki cell and {found.model.name} fitted to {what}"
    rig.draw(found.held_out.sweeps[0], title, "wang_buzsaki.png")


if __name__ == "__main__":
    main()
