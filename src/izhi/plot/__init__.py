"""Pictures of recordings: (data, axes) in, axes out."""

from __future__ import annotations

from izhi.plot.dynamics import (
    dynamics_sheet,
    plot_diagram,
    plot_fi_curve,
    plot_map,
    plot_phase_plane,
    plot_phase_response,
)
from izhi.plot.fitting import (
    plot_fit_errors,
    plot_fit_raster,
    plot_fit_rates,
    plot_fit_residuals,
    plot_front,
    plot_injected,
    plot_prediction,
)
from izhi.plot.network import network_sheet, plot_rates, plot_spectrum, plot_spike_pattern, plot_weights
from izhi.plot.raster import plot_network_raster
from izhi.plot.recording import plot_current, plot_raster, plot_recording, plot_voltage
from izhi.plot.sweeps import plot_sweeps

__all__ = [
    "dynamics_sheet", "network_sheet", "plot_current", "plot_diagram", "plot_fi_curve", "plot_fit_errors",
    "plot_fit_raster", "plot_fit_rates", "plot_fit_residuals", "plot_front", "plot_injected", "plot_map",
    "plot_network_raster",
    "plot_phase_plane", "plot_phase_response", "plot_prediction", "plot_raster", "plot_rates", "plot_recording",
    "plot_spectrum", "plot_spike_pattern", "plot_sweeps", "plot_voltage", "plot_weights",
]  # fmt: skip
