"""`izhi sweeps`: what is in a current-clamp recording, sweep by sweep."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from izhi.cli import recording
from izhi.errors import BadValue

if TYPE_CHECKING:
    from rich.console import Console

    from izhi.analysis import CellFeatures
    from izhi.sweeps import Sweeps

PICTURES = (".png", ".pdf", ".svg")
# What is measured of each sweep, and how its column is headed and printed.
_COLUMNS = {
    "duration": ("duration (ms)", ".6g"),
    "dt": ("dt (ms)", ".6g"),
    "holding": ("holding (pA)", ".4g"),
    "amplitude": ("step (pA)", ".4g"),
    "start": ("from (ms)", ".6g"),
    "stop": ("to (ms)", ".6g"),
    "spikes": ("spikes", "d"),
    "latency": ("latency (ms)", ".4g"),
}
# The same of its features, as `izhi.analysis.SweepFeatures` calls them: of all sweeps, and of those with spikes.
_LEVELS = {
    "amplitude": ("step (pA)", ".4g"),
    "base_voltage": ("base (mV)", ".2f"),
    "steady_voltage": ("steady (mV)", ".2f"),
    "sag": ("sag (mV)", ".2f"),
    "rebound": ("rebound (mV)", ".2f"),
    "time_constant": ("tau (ms)", ".3g"),
    "spike_count": ("spikes", "d"),
    "rebound_spikes": ("spikes after", "d"),
}
_FIRING = {
    "firing_rate": ("rate (1/s)", ".4g"),
    "latency": ("latency (ms)", ".4g"),
    "mean_interval": ("ISI (ms)", ".4g"),
    "interval_cv": ("CV of ISI", ".3f"),
    "adaptation_index": ("adapt. index", ".3f"),
    "spike_threshold": ("thresh. (mV)", ".1f"),
    "spike_peak": ("peak (mV)", ".1f"),
    "ahp_voltage": ("AHP (mV)", ".1f"),
}
# What is said of the cell, as `izhi.analysis.CellFeatures` calls it, below the table.
_CELL = {
    "resting_voltage": ("resting voltage", ".2f", " mV"),
    "input_resistance": ("input resistance", ".4g", " MOhm"),
    "time_constant": ("time constant", ".3g", " ms"),
    "sag": ("sag of the most negative step", ".2f", " mV"),
    "sag_ratio1": ("sag ratio", ".3f", ""),
    "rebound": ("rebound", ".2f", " mV"),
    "spike_threshold": ("spike threshold", ".2f", " mV"),
    "spike_peak": ("spike peak", ".2f", " mV"),
}


def sweeps(
    path: recording.File,
    voltage: recording.Voltage = None,
    current: recording.Current = None,
    select: recording.Select = None,
    bridge: recording.Bridge = 0.0,
    junction: recording.Junction = 0.0,
    threshold: recording.Threshold = None,
    skip_bad: recording.SkipBad = False,
    features: Annotated[
        bool, typer.Option("--features", help="Measure the answers to the steps, and the cell.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw them here (.png, .pdf, .svg).", show_default=False)] = None,
) -> None:
    """List the sweeps of a recording: their currents, spikes and latencies, or all that is measured of steps."""
    if plot is not None and plot.suffix not in PICTURES:
        raise BadValue("--plot", str(plot), f"a file that ends in {', '.join(PICTURES)} would do")
    found = recording.read(path, voltage, current, select, bridge, junction, threshold, skip_bad)
    rows, measured = _rows(found), found.features() if features else None
    if plot is not None:
        from izhi.cli.picture import save_picture
        from izhi.plot.sweeps import plot_sweeps

        save_picture(plot_sweeps(found)[0].figure, plot)
    if as_json:
        typer.echo(json.dumps(_data(found, rows, measured), indent=2, allow_nan=False))
    else:
        _print(found, rows, measured)
    if plot is not None:
        typer.echo(f"wrote {plot}", err=as_json)


def _data(found: Sweeps, rows: list[dict[str, Any]], measured: CellFeatures | None) -> dict[str, Any]:
    """All that is known, as JSON holds it."""
    about = {"source": found.source, "about": dict(found.about), "notes": list(found.notes), "sweeps": rows}
    if measured is None:
        return about
    cell = measured.data()
    of_sweeps = cell.pop("sweeps")
    return about | {"sweeps": [r | {"features": f} for r, f in zip(rows, of_sweeps, strict=True)], "cell": cell}


def _rows(found: Sweeps) -> list[dict[str, Any]]:
    rows = []
    for sweep, step, spikes in zip(found, found.steps, found.spike_times(), strict=True):
        inside = spikes[(spikes >= step.start) & (spikes < step.stop)] if step else spikes[:0]
        rows.append({
            "sweep": sweep.name,
            "duration": sweep.duration,
            "dt": sweep.dt,
            "holding": step.holding if step else sweep.holding,
            "amplitude": step.amplitude if step else None,
            "start": step.start if step else None,
            "stop": step.stop if step else None,
            "spikes": int(spikes.size),
            "latency": float(inside[0] - step.start) if step and inside.size else None,
        })  # fmt: skip
    return rows


def _print(found: Sweeps, rows: list[dict[str, Any]], measured: CellFeatures | None) -> None:
    from rich.console import Console

    console = Console()
    _say(console, str(found))
    for key, value in found.about.items():
        if value:
            _say(console, f"{key}: {value}")
    if measured is None:
        _table(console, _COLUMNS, [row["sweep"] for row in rows], rows)
    else:
        names = [row["sweep"] for row in rows]
        values = [{} if each is None else each.data() for each in measured.sweeps]
        _table(console, _LEVELS, names, values)
        spiking = [k for k, each in enumerate(values) if each.get("spike_count")]
        if spiking:
            _table(console, _FIRING, [names[k] for k in spiking], [values[k] for k in spiking])
        for line in _of_cell(measured.data()):
            _say(console, line)
    for note in found.notes:
        _say(console, f"note: {note}")


def _say(console: Console, line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)


def _table(console: Console, columns: dict[str, tuple[str, str]], names: list[str], rows: list[dict[str, Any]]) -> None:
    """A row for each sweep, with a dash for what it has not."""
    from rich.table import Table

    table = Table("sweep", box=None, pad_edge=False, header_style="bold")
    for heading, _ in columns.values():
        table.add_column(heading, justify="right")
    for name, row in zip(names, rows, strict=True):
        values = ((row.get(key), style) for key, (_, style) in columns.items())
        table.add_row(name, *("-" if value is None else format(value, style) for value, style in values))
    console.print(table)


def _of_cell(data: dict[str, Any]) -> list[str]:
    """A line for each thing that is known of the cell."""
    known = [(what, data[key], style, unit) for key, (what, style, unit) in _CELL.items()]
    lines = [f"{what}: {value:{style}}{unit}" for what, value, style, unit in known if value is not None]
    silent, firing = data["rheobase"]
    if firing is None:
        return [*lines, f"rheobase: above {silent:.4g} pA"]
    return [*lines, f"rheobase: {'at most' if silent is None else f'{silent:.4g} to'} {firing:.4g} pA"]
