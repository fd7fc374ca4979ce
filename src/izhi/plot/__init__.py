"""Pictures of recordings: (data, axes) in, axes out."""

from __future__ import annotations

from izhi.plot.recording import plot_current, plot_raster, plot_recording, plot_voltage

__all__ = ["plot_current", "plot_raster", "plot_recording", "plot_voltage"]
