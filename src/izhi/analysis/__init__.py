"""What cells do, by measurement: spikes, bursts, the twenty features of 2004, classes of firing, activity of networks.

Arrays in, numbers and verdicts out. It needs nothing but NumPy, and judges a recording from a rig as it does a run.
"""

from izhi.analysis.avalanches import avalanches, power_law
from izhi.analysis.coincidence import (
    coincidence_factor,
    coincidence_factors,
    intrinsic_reliability,
    normalised_coincidence,
)
from izhi.analysis.distances import isi_distance, spike_distance, van_rossum, victor_purpura
from izhi.analysis.features import FEATURES, Feature
from izhi.analysis.firing import FIRING, Classification, classify
from izhi.analysis.population import fano_factor, firing_rates, interval_cv, interval_lv, population_rate
from izhi.analysis.response import Response
from izhi.analysis.spectrum import ALPHA, GAMMA, TOTAL, band_fraction, band_power, power_spectrum, spectral_peak
from izhi.analysis.synchrony import count_correlations, spike_synchrony, voltage_synchrony
from izhi.analysis.verdict import Measure, Verdict

__all__ = [
    "ALPHA", "FEATURES", "FIRING", "GAMMA", "TOTAL", "Classification", "Feature", "Measure", "Response", "Verdict",
    "avalanches", "band_fraction", "band_power", "classify", "coincidence_factor", "coincidence_factors",
    "count_correlations", "fano_factor", "firing_rates", "interval_cv", "interval_lv", "intrinsic_reliability",
    "isi_distance", "normalised_coincidence", "population_rate", "power_law", "power_spectrum", "spectral_peak",
    "spike_distance", "spike_synchrony", "van_rossum", "victor_purpura", "voltage_synchrony",
]  # fmt: skip
