"""Traces of NEURON's mechanisms: V and u over time, and the injected current."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from izhi.mechanism import Trace
from izhi.plot.recording import drawable

# Lines that lie on each other are told apart by their dashes.
_DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)))


def draw_traces(runs: Mapping[str, Trace], names: Sequence[str], ax: Any = None) -> Any:
    """Draw V or u of several runs in one graph.

    Parameters
    ----------
    runs : mapping of str to Trace
        By version.
    names : sequence of str
        "v" or "u" before a key of `runs`, such as "v7a".
    ax : matplotlib Axes, optional
        By default those of a new figure.

    Returns
    -------
    matplotlib Axes
    """
    if ax is None:
        from matplotlib import pyplot as plt

        _, ax = plt.subplots(figsize=(9, 4), layout="constrained")
    for k, name in enumerate(names):
        run = runs[name[1:]]
        values = run.V if name[0] == "v" else run.u
        width = 0.8 + 0.5 * (len(names) - 1 - k)
        ax.plot(run.t, drawable(values), label=name, linewidth=width, linestyle=_DASHES[k % len(_DASHES)])
    kinds = {name[0] for name in names}
    label = {"v": "v (mV)", "u": "u (mV/ms; pA)"}
    ax.set(xlabel="time (ms)", ylabel=" and ".join(label[kind] for kind in sorted(kinds, reverse=True)))
    ax.margins(x=0.01)
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), fontsize="small", ncols=min(len(names), 6), frameon=False)
    return ax


def plot_trace(trace: Trace) -> Any:
    """Draw V of one run, and below it the injected current, in a new figure."""
    from matplotlib import pyplot as plt

    _, axes = plt.subplots(
        2, 1, figsize=(8, 4), sharex=True, layout="constrained", gridspec_kw={"height_ratios": [3, 1]}
    )
    axes[0].plot(trace.t, drawable(trace.V), linewidth=0.8)
    axes[0].set(ylabel="V (mV)", title=f"{trace.mechanism.name}, dt {trace.dt:g} ms")
    axes[1].plot(trace.t, drawable(trace.I), linewidth=0.8, color="0.35")
    unit = "pA" if "C" in trace.mechanism.parameters else "mV/ms"
    axes[1].set(xlabel="time (ms)", ylabel=f"Iin ({unit})")
    return axes
