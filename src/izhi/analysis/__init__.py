"""What cells do, by measurement: spikes, bursts, features of steps and of 2004, classes of firing, networks' activity.

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
from izhi.analysis.properties import CellFeatures, cell_features, input_resistance, rate_curve, rheobase_bracket
from izhi.analysis.response import Response
from izhi.analysis.spectrum import ALPHA, GAMMA, TOTAL, band_fraction, band_power, power_spectrum, spectral_peak
from izhi.analysis.steps import SweepFeatures, sweep_features
from izhi.analysis.synchrony import count_correlations, spike_synchrony, voltage_synchrony
from izhi.analysis.verdict import Measure, Verdict
from izhi.analysis.waveform import (
    base_voltage,
    interspike_minima,
    membrane_time_constant,
    spike_peaks,
    spike_thresholds,
    steady_voltage,
    subthreshold_error,
)

__all__ = [
    "ALPHA", "FEATURES", "FIRING", "GAMMA", "TOTAL", "CellFeatures", "Classification", "Feature", "Measure", "Response",
    "SweepFeatures", "Verdict", "avalanches", "band_fraction", "band_power", "base_voltage", "cell_features",
    "classify", "coincidence_factor", "coincidence_factors", "count_correlations", "fano_factor", "firing_rates",
    "input_resistance", "interspike_minima", "interval_cv", "interval_lv", "intrinsic_reliability", "isi_distance",
    "membrane_time_constant", "normalised_coincidence", "population_rate", "power_law", "power_spectrum", "rate_curve",
    "rheobase_bracket", "spectral_peak", "spike_distance", "spike_peaks", "spike_synchrony", "spike_thresholds",
    "steady_voltage", "subthreshold_error", "sweep_features", "van_rossum", "victor_purpura", "voltage_synchrony",
]  # fmt: skip
