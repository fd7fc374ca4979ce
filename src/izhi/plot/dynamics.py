"""Dynamics of one cell: the phase plane, the f-I curve, the bifurcation diagram, maps and phase responses."""

from __future__ import annotations

from typing import Any

import numpy as np

from izhi.dynamics import Diagram, FICurve, ParameterMap, PhaseResponse, Plane, Portrait

OF_V, OF_U, ORBIT = "tab:red", "tab:blue", "0.35"
STABLE, UNSTABLE = "k", "0.6"
MARKERS = {"saddle-node": "s", "Andronov-Hopf": "o", "fold at a seam": "D"}
CLASS_COLORS = ("0.92", "tab:blue", "tab:orange", "tab:purple")


def _axes(ax: Any, size: tuple[float, float] = (5, 3.5)) -> Any:
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


def plot_phase_plane(found: Plane, ax: Any = None) -> Any:
    """Draw nullclines, directions, an orbit, and equilibria: filled where stable, open where not.

    Parameters
    ----------
    found : Plane
        What to draw.
    ax : matplotlib Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib Axes
    """
    ax = _axes(ax)
    lines = found.nullclines
    width, height = np.ptp(found.v), np.ptp(found.u)
    across, up = found.dv / width, found.du / height
    length = np.hypot(across, up)
    length[length == 0] = 1
    ax.quiver(
        found.v, found.u, across / length, up / length, color="0.78", width=0.003, scale=32, pivot="mid", zorder=1
    )
    ax.plot(*found.orbit, color=ORBIT, linewidth=0.8, zorder=2, label="orbit")
    ax.plot(lines.voltage, lines.of_v, color=OF_V, linewidth=1.4, zorder=3, label="dv/dt = 0")
    if lines.upright is not None:
        ax.axvline(lines.upright, color=OF_U, linewidth=1.4, zorder=3, label="du/dt = 0")
    else:
        ax.plot(lines.voltage, lines.of_u, color=OF_U, linewidth=1.4, zorder=3, label="du/dt = 0")
    for each in found.equilibria:
        face = "k" if each.stable else "w"
        ax.plot(*each.state, "o", color="k", markerfacecolor=face, markersize=5, zorder=4)
    margin = height / (found.u.shape[0] - 1)
    ax.set(xlabel="v (mV)", ylabel=f"u ({found.unit})", ylim=(found.u.min() - margin, found.u.max() + margin))
    ax.set_xlim(float(lines.voltage.min()), float(lines.voltage.max()))
    ax.legend(fontsize="x-small", loc="upper right", framealpha=0.9)
    return ax


def plot_fi_curve(found: FICurve, ax: Any = None, **style: Any) -> Any:
    """Draw rates against current: steady, and that of the first interval.

    Parameters
    ----------
    found : FICurve
        What to draw.
    ax : matplotlib Axes, optional
        By default those of a new figure.
    **style
        For the lines.

    Returns
    -------
    matplotlib Axes
    """
    ax = _axes(ax)
    ax.plot(found.current, found.initial, **({"color": "0.6", "linewidth": 1.2, "label": "first interval"} | style))
    ax.plot(found.current, found.steady, **({"color": "k", "linewidth": 1.4, "label": "steady"} | style))
    ax.set(xlabel=f"I ({found.unit})", ylabel="rate (Hz)")
    ax.set_ylim(bottom=0)
    ax.margins(x=0)
    ax.legend(fontsize="x-small", loc="upper left")
    return ax


def plot_diagram(found: Diagram, ax: Any = None) -> Any:
    """Draw equilibria, solid where stable and dashed where not, bifurcations, and the extremes of v of the attractor.

    Parameters
    ----------
    found : Diagram
        What to draw.
    ax : matplotlib Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib Axes
    """
    ax = _axes(ax)
    for branch in found.branches:
        for stable, style, color in ((True, "-", STABLE), (False, "--", UNSTABLE)):
            shown = np.where(branch.stable == stable, branch.voltage, np.nan)
            if np.isfinite(shown).any():
                ax.plot(branch.value, shown, style, color=color, linewidth=1.3, zorder=3)
    fires = np.array([gaps.size > 0 for gaps in found.intervals])
    if fires.any():
        ax.fill_between(
            found.value, found.lowest, found.highest, where=fires, color=OF_U, alpha=0.12, linewidth=0, zorder=1
        )
        for line in (found.lowest, found.highest):
            ax.plot(found.value[fires], line[fires], ".", color=OF_U, markersize=3, zorder=2)
    for kind in dict.fromkeys(mark.kind for mark in found.marks):
        at = [(mark.value, mark.voltage) for mark in found.marks if mark.kind == kind]
        ax.plot(*np.transpose(at), MARKERS.get(kind, "x"), color=OF_V, markersize=5, label=kind, zorder=4)
    if found.marks:
        ax.legend(fontsize="x-small", loc="best")
    ax.set(xlabel=f"{found.parameter} ({found.unit})" if found.unit else found.parameter, ylabel="v (mV)")
    if found.value.size > 1:
        ax.set_xlim(found.value[0], found.value[-1])
    return ax


def plot_map(found: ParameterMap, ax: Any = None, *, colorbar: bool = True) -> Any:
    """Draw a map over two parameters in colors.

    Parameters
    ----------
    found : ParameterMap
        What to draw.
    ax : matplotlib Axes, optional
        By default those of a new figure.
    colorbar : bool
        Whether to draw the scale beside it.

    Returns
    -------
    matplotlib Axes
    """
    ax = _axes(ax)
    scale: dict[str, Any] = {"cmap": "viridis"}
    if found.measure == "class":
        from matplotlib.colors import ListedColormap

        scale = {"cmap": ListedColormap(CLASS_COLORS), "vmin": -0.5, "vmax": len(found.classes) - 0.5}
    image = ax.pcolormesh(found.x.values, found.y.values, found.values, shading="nearest", rasterized=True, **scale)
    for axis, name in ((found.x, "xlabel"), (found.y, "ylabel")):
        ax.set(**{name: f"{axis.symbol} ({axis.unit})"})
    if colorbar:
        bar = ax.figure.colorbar(image, ax=ax)
        if found.measure == "class":
            bar.set_ticks(range(len(found.classes)), labels=found.classes)
        else:
            bar.set_label(f"{found.measure} ({found.unit})" if found.unit else found.measure)
    return ax


def plot_phase_response(found: PhaseResponse, ax: Any = None, **style: Any) -> Any:
    """Draw the advance of spikes against the phase of the pulse.

    Parameters
    ----------
    found : PhaseResponse
        What to draw.
    ax : matplotlib Axes, optional
        By default those of a new figure.
    **style
        For the line of the lasting advance.

    Returns
    -------
    matplotlib Axes
    """
    ax = _axes(ax)
    ax.axhline(0, color="0.8", linewidth=0.8)
    ax.plot(found.phase, found.first, color="0.6", linewidth=1.0, label="first spike")
    ax.plot(found.phase, found.advance, **({"color": "k", "linewidth": 1.4, "label": "fifth spike"} | style))
    ax.set(xlabel="phase of the pulse (cycles)", ylabel="advance (cycles)", xlim=(0, 1))
    pulse = f"{found.amplitude:.3g} {found.unit} for {found.width:g} ms"
    ax.legend(fontsize="x-small", loc="best", title=pulse, title_fontsize="x-small")
    return ax


def dynamics_sheet(found: Portrait) -> Any:
    """Draw a phase plane, an f-I curve, a bifurcation diagram and a phase response on one page.

    Parameters
    ----------
    found : Portrait
        What it lacks is said to be missing.

    Returns
    -------
    shape (2, 2), matplotlib Axes
    """
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(2, 2, figsize=(9, 7), layout="constrained")
    cell = found.sheet.cell
    parts: tuple[tuple[Any, Any, str], ...] = (
        (plot_phase_plane, found.plane, "no phase plane: three variables"),
        (plot_fi_curve, found.curve, "no f-I curve: no firing lasts"),
        (plot_diagram, found.diagram, "no bifurcation diagram"),
        (plot_phase_response, found.response, "no phase response: firing is not periodic"),
    )
    for ax, (draw, data, without) in zip(axes.flat, parts, strict=True):
        if data is None:
            ax.set_axis_off()
            ax.text(0.5, 0.5, without, ha="center", va="center", transform=ax.transAxes, color="0.4", fontsize="small")
        else:
            draw(data, ax)
    currents = (found.plane and found.plane.nullclines.current, found.response and found.response.current)
    for ax, current in zip((axes[0, 0], axes[1, 1]), currents, strict=True):
        if current is not None:
            ax.set_title(f"I = {current:.4g} {cell.model.current}", fontsize="small")
    figure.suptitle(str(cell), fontsize="medium")
    return axes
