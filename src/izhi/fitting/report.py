"""A fit as one page for the browser: what was recorded, what the cell does, and what the data leave open."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html import escape
from typing import Any

import numpy as np

from izhi.fitting import words
from izhi.fitting.fit import Fit
from izhi.fitting.page import PAGE
from izhi.fitting.score import SweepScore
from izhi.simulation import versions

# At most so many sweeps are drawn; of more, an even share.
MOST_SWEEPS = 40
# A model's spikes that end so far below the recorded ones are worth a word [mV].
FAR = 5.0
# Colours that stand for those of the page, which are others in the dark.
_INK = "#1b1b1a"
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "izhi", "font.family": "sans-serif", "font.size": 8,
    "text.color": _INK, "axes.labelcolor": _INK, "axes.edgecolor": _INK, "xtick.color": _INK, "ytick.color": _INK,
    "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.6, "figure.facecolor": "none",
    "axes.facecolor": "none", "savefig.facecolor": "none", "path.simplify_threshold": 0.25, "axes.unicode_minus": True,
}  # fmt: skip


def report(fit: Fit, *, cell: str = "fit/cell.toml", notes: Sequence[str] = ()) -> str:
    """The page, with all its pictures in it.

    Parameters
    ----------
    fit : Fit
        What came out of `izhi.fitting.fit`.
    cell : str
        Where the cell's file is, for the examples of how to use it.
    notes : sequence of str
        What was done to the sweeps before.

    Returns
    -------
    str
        HTML that needs nothing besides.
    """
    from izhi.plot.fitting import HELD_OUT, RECORDED, TRAINING

    colors = {_INK: "ink", RECORDED: "recorded", TRAINING: "training", HELD_OUT: "held-out"}
    parts = {
        "title": f"Fit of {escape(words.name(fit))}",
        "headline": escape(words.headline(fit)),
        "scores": _scores(fit),
        "parameters": _parameters(fit),
        "open": _list(words.left_open(fit) or ["Every parameter is determined, and no direction is open."]),
        "overview": "".join(_overview(fit, colors)),
        "sweeps": "".join(_sweeps(fit, colors)),
        "clues": _clues(fit),
        "use": _use(fit, cell),
        "about": _about(fit, notes),
    }
    page = PAGE
    for name, text in parts.items():
        page = page.replace(f"<!--{name}-->", text)
    return page


def _scores(fit: Fit) -> str:
    rows = [[escape(what), escape(training), escape(held_out)] for what, training, held_out in words.scores(fit)]
    heads = ["", _sample("training", f"training ({len(fit.training.sweeps)})")]
    if fit.held_out is None:
        return _table(heads, [row[:2] for row in rows])
    return _table([*heads, _sample("held-out", f"held out ({len(fit.held_out.sweeps)})")], rows)


def _sample(color: str, what: str) -> str:
    return f'<span class="sample {color}"></span>{what}'


def _parameters(fit: Fit) -> str:
    rows = []
    for row in words.rows(fit):
        bounds = "" if row.bounds is None else f"{words.number(row.bounds[0])} to {words.number(row.bounds[1])}"
        if row.at:
            bounds += f' <strong class="mark">at the {row.at}</strong>'
        between, sure = "not sought", ""
        if row.low is not None and row.high is not None:
            between = f"{words.number(row.low)} to {words.number(row.high)}"
            sure = "yes" if row.determined else '<strong class="mark">no</strong>'
        symbol = f"<i>{escape(row.symbol)}</i>"
        rows.append([symbol, escape(row.meaning), words.number(row.value), escape(row.unit), between, sure, bounds])
    return _table(["", "meaning", "value", "unit", "68 % interval", "determined", "sought between"], rows)


def _clues(fit: Fit) -> str:
    return _table(
        ["", "value", "unit"], [[escape(what), words.number(value), unit] for _, what, value, unit in words.clues(fit)]
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{each}</th>" for each in heads)
    body = "\n".join("<tr>" + "".join(f"<td>{each}</td>" for each in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'


def _list(lines: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _use(fit: Fit, cell: str) -> str:
    amplitude, start, stop, end = words.largest_step(fit)
    shell = f"izhi run {cell} --plot cell.png   # under the largest step that it was fitted to\n"
    shell += f"izhi lab {cell}{' ' * 18}# live in the browser\n"
    shell += f"izhi analyze {cell} --plot dynamics.png\nizhi classify {cell}"
    python = "import izhi\n\n"
    python += f'cell = izhi.Cell.preset("{cell}")\n'
    python += f"run = izhi.simulate(cell, izhi.Pulse({amplitude:.6g}, start={start:g}, stop={stop:g}), {end:g})\n"
    python += "print(run.spike_times)\nrun.plot()"
    divided = ""
    if fit.model.current != "pA":
        scale = words.scale(fit)
        divided = (
            f"<p>This model has no capacitance: divide a current in pA by {scale:.4g} pF to have one in mV/ms.</p>"
        )
    return f"<pre>{escape(shell)}</pre><pre>{escape(python)}</pre>{divided}"


def _about(fit: Fit, notes: Sequence[str]) -> str:
    said = ", ".join(f"{what} {number}" for what, number in versions().items())
    lines = [
        f"Recording: {fit.source or 'sweeps'}",
        *(f"Sweeps: {note}" for note in notes),
        f"Model: {fit.model.title} ({fit.model.reference})",
        f"Loss {fit.loss:.4g} by the true solution, the best of {len(fit.trails)} in the last round; seed {fit.seed}",
        f"Versions: {said}",
    ]
    return _list(lines)


def _overview(fit: Fit, colors: dict[str, str]) -> Iterator[str]:
    """The pictures of all sweeps together."""
    from izhi.plot import fitting as draw

    training, held_out = fit.training.sweeps, fit.held_out.sweeps if fit.held_out else ()
    every = (*training, *held_out)
    spiking = sum(bool(s.spikes.size or s.predicted_spikes.size) for s in every)
    if spiking:
        yield _figure(
            lambda ax: draw.plot_fit_raster(training, held_out, ax), colors, (10.8, 0.7 + 0.21 * spiking),
            "Spikes of each sweep: above as recorded, below as predicted.",
        )  # fmt: skip
    if any(s.step for s in every):
        yield _figure(
            lambda ax: draw.plot_fit_rates(training, held_out, ax), colors, (5.2, 3.2),
            "f-I curve: mean rate in the step.",
        )  # fmt: skip
        for what, said in (("count", "Spikes too many or too few in each step."), ("latency", "First spike too late.")):
            if what == "count" or any(np.isfinite(s.latencies).any() for s in every):
                note = " ×: only one of recording and prediction spikes." if what == "latency" else ""
                yield _figure(partial(_errors, training, held_out, what), colors, (5.2, 3.2), said + note)
    if fit.front is not None:
        yield _figure(
            partial(draw.plot_front, fit.front), colors, (5.2, 3.2),
            "Pareto front: what spikes and voltage cost each other. Of the loss, a unit is about one error.",
        )  # fmt: skip
    yield _figure(
        lambda ax: draw.plot_fit_residuals(training, held_out, ax), colors, (5.2, 3.2),
        "Predicted minus recorded voltage, away from the spikes of both.",
    )  # fmt: skip


def _errors(training: Sequence[SweepScore], held_out: Sequence[SweepScore], what: str, ax: Any) -> Any:
    from izhi.plot.fitting import plot_fit_errors

    return plot_fit_errors(training, held_out, ax, what=what)


def _sweeps(fit: Fit, colors: dict[str, str]) -> Iterator[str]:
    """A picture of each sweep."""
    from izhi.plot.fitting import by_current

    every = by_current(fit.training.sweeps, fit.held_out.sweeps if fit.held_out else ())
    chosen = np.unique(np.linspace(0, len(every) - 1, min(len(every), MOST_SWEEPS)).round().astype(int))
    if len(chosen) < len(every):
        yield f"<p>An even share of {len(chosen)} of the {len(every)} sweeps.</p>"
    ends = fit.parameters.get("vpeak", fit.clues.peak)
    if ends < fit.clues.peak - FAR:
        yield f"<p>The model's spikes end at {ends:.3g} mV; they are drawn up to the recorded peak.</p>"
    for k in chosen.tolist():
        sweep, held_out = every[k]
        assert isinstance(sweep, SweepScore)
        drawn = _traces(sweep, held_out, max(ends, fit.clues.peak))
        yield _figure(drawn, colors, (5.2, 2.5), _said(sweep, held_out), fixed=True)


def _traces(sweep: SweepScore, held_out: bool, peak: float) -> Callable[[Any], Any]:
    """What draws voltages and, below, the current."""

    def draw(ax: Any) -> None:
        from izhi.plot.fitting import plot_injected, plot_prediction

        ax.set_axis_off()
        grid = ax.get_subplotspec().subgridspec(2, 1, height_ratios=[4, 1], hspace=0.08)
        upper = ax.figure.add_subplot(grid[0])
        lower = ax.figure.add_subplot(grid[1], sharex=upper)
        plot_prediction(sweep, upper, held_out=held_out, peak=peak)
        plot_injected(sweep, lower)
        upper.set_xlabel("")
        upper.tick_params(labelbottom=False)
        low, high = lower.dataLim.intervaly
        margin = 0.2 * (high - low) or 10.0
        lower.set_ylim(low - margin, high + margin)
        upper.locator_params(axis="y", nbins=5, steps=[1, 2, 5, 10])
        lower.locator_params(axis="y", nbins=2, steps=[1, 2, 5, 10])
        for each in (upper, lower):
            each.yaxis.set_label_coords(-0.1, 0.5)

    return draw


def _said(sweep: SweepScore, held_out: bool) -> str:
    """The caption of a sweep."""
    (n, m), (first, second) = sweep.counts, sweep.latencies
    parts = [f"{n} spike{'s' * (n != 1)} recorded, {m} predicted"]
    if np.isfinite(first) or np.isfinite(second):
        times = [f"{t:.4g} ms" if np.isfinite(t) else "none" for t in (first, second)]
        parts.append(f"first {' and '.join(times)} after the onset")
    if np.isfinite(sweep.gamma):
        parts.append(f"Γ {words.number(round(sweep.gamma, 2) + 0.0)}")
    if np.isfinite(sweep.voltage_error):
        parts.append(f"voltage off by {sweep.voltage_error:.2g} mV")
    level = "" if sweep.step is None else f", {words.number(sweep.step.level)} pA"
    return f"Sweep {sweep.name}{level}, {'held out' if held_out else 'training'}: {'; '.join(parts)}."


def _figure(
    draw: Callable[[Any], Any], colors: dict[str, str], size: tuple[float, float], caption: str, fixed: bool = False
) -> str:
    """A picture as SVG within the page, in the page's colours."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=size, layout=None if fixed else "constrained")
        if fixed:  # the same margins for all, and half the time
            figure.subplots_adjust(left=0.125, right=0.985, top=0.97, bottom=0.17)
        draw(figure.add_subplot())
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = file.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r' (?:width|height)="[\d.]+pt"', "", text, count=2)
    text = re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", text)
    text = re.sub(r"font: ([\d.]+px)[^;\"]*", r"font: \1 system-ui, sans-serif", text)
    for color, name in colors.items():
        text = text.replace(color, f"var(--{name})")
    text = text.replace("<svg ", f'<svg role="img" aria-label="{escape(caption)}" ', 1)
    wide = "broad" if size[0] > 6 else "half"
    return f'<figure class="{wide}">{text.strip()}<figcaption>{escape(caption)}</figcaption></figure>\n'
