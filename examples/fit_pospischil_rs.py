"""The regular spiking cell of Pospischil and others, fitted by the model of 2007 and predicted under noise.

    python examples/fit_pospischil_rs.py

The cell is of Pospischil et al. 2008, Biological Cybernetics 99:427: sodium and potassium currents of Traub and Miles,
a slow potassium current M, and a leak. Rates and numbers are as in the programs of its authors for NEURON (ModelDB
123623: the template sPY, HH_traub.mod and, as others report it, IM_cortex.mod) at 36 C, where nothing is scaled for
temperature; cells that the paper fits one by one have others. Saves pospischil_rs.png.
"""

from __future__ import annotations

import numpy as np
import rig

# The membrane, a cylinder of 96 um x 96 um [cm^2], and its capacitance [uF/cm^2].
AREA, C = np.pi * 96e-4 * 96e-4, 1.0
# Conductances [mS/cm^2] and reversal potentials [mV].
GNA, GK, GM, GL = 50.0, 5.0, 0.07, 0.1
ENA, EK, EL = 50.0, -100.0, -70.0
# Where rates of sodium and potassium are counted from [mV], and the scale of the time constant of M [ms].
VT, TAU_MAX = -55.0, 1000.0
# Steps [pA], of which the cell answers to those from 620 pA on by spikes.
STEPS = (-300.0, 300.0, 500.0, 620.0, 700.0, 850.0, 1100.0)
# Noise: mean, standard deviation [pA] and correlation time [ms].
NOISE = (300.0, 500.0, 5.0)
# The standard deviation of a further current that nobody knows [pA].
BACKGROUND = 20.0


def derivative(state: rig.Floats, current: rig.Floats) -> rig.Floats:
    """Change of v, m, h, n and p per ms under a current [pA]."""
    v, m, h, n, p = state
    w, x = v - VT, v + 35
    alpha_m, beta_m = 0.32 * (13 - w) / np.expm1((13 - w) / 4), 0.28 * (w - 40) / np.expm1((w - 40) / 5)
    alpha_h, beta_h = 0.128 * np.exp((17 - w) / 18), 4 / (1 + np.exp((40 - w) / 5))
    alpha_n, beta_n = 0.032 * (15 - w) / np.expm1((15 - w) / 5), 0.5 * np.exp((10 - w) / 40)
    tau = TAU_MAX / (3.3 * np.exp(x / 20) + np.exp(-x / 20))
    sodium, potassium = GNA * m * m * m * h * (v - ENA), (GK * n * n * n * n + GM * p) * (v - EK)
    return np.array([
        (1e-6 * current / AREA - sodium - potassium - GL * (v - EL)) / C,
        alpha_m * (1 - m) - beta_m * m,
        alpha_h * (1 - h) - beta_h * h,
        alpha_n * (1 - n) - beta_n * n,
        (1 / (1 + np.exp(-x / 10)) - p) / tau,
    ])  # fmt: skip


def target_cell() -> rig.Membrane:
    return rig.Membrane("Pospischil RS", derivative, (-70.0, 0.0, 1.0, 0.0, 0.03))


def sweeps() -> rig.Recorded:
    return rig.record_all(target_cell(), STEPS, NOISE, BACKGROUND)


def main() -> None:
    recorded = sweeps()
    best = {}
    for training, what in recorded.training():
        print(f"\nfitted to {what}:")
        found = rig.fitted(recorded, training)
        best[rig.tell(found, recorded)] = (found, what)
    found, what = best[max(best)]
    print(f"\nbest: fitted to {what}, normalised Gamma {max(best):.2f}")
    rig.draw(
        found.held_out.sweeps[0], f"Pospischil RS cell and {found.model.name} fitted to {what}", "pospischil_rs.png"
    )


if __name__ == "__main__":
    main()
