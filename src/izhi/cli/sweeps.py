"""`izhi sweeps`: what is in a current-clamp recording, sweep by sweep."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from izhi.errors import BadValue

if TYPE_CHECKING:
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


def sweeps(
    path: Annotated[
        Path, typer.Argument(help="A recording (ABF, NWB, CSV, TSV, NPY, NPZ).", metavar="FILE", show_default=False)
    ],
    voltage: Annotated[str | None, typer.Option(help="Channel of the voltage.", show_default=False)] = None,
    current: Annotated[str | None, typer.Option(help="Channel of the current.", show_default=False)] = None,
    select: Annotated[
        str | None, typer.Option(help="Which sweeps: odd, even, or such as 0:8,12.", show_default=False)
    ] = None,
    bridge: Annotated[float, typer.Option(help="Resistance of the electrode to take out, in MOhm.")] = 0.0,
    junction: Annotated[float, typer.Option(help="Liquid junction potential to take out, in mV.")] = 0.0,
    threshold: Annotated[
        float | None, typer.Option(help="What the peak of a spike is above, in mV.", show_default="-20")
    ] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Leave sweeps out that cannot be used.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw them here (.png, .pdf, .svg).", show_default=False)] = None,
) -> None:
    """List the sweeps of a recording: their currents, spikes and latencies."""
    from izhi.sweeps import read_sweeps

    if plot is not None and plot.suffix not in PICTURES:
        raise BadValue("--plot", str(plot), f"a file that ends in {', '.join(PICTURES)} would do")
    found = read_sweeps(path, voltage=voltage, current=current, skip_bad=skip_bad)
    found = found if select is None else found.select(select)
    found = found.bridge(bridge) if bridge else found
    found = found.junction(junction) if junction else found
    rows = _rows(found, {} if threshold is None else {"threshold": threshold})
    if plot is not None:
        from izhi.cli.picture import save_picture
        from izhi.plot.sweeps import plot_sweeps

        save_picture(plot_sweeps(found)[0].figure, plot)
    if as_json:
        about = {"source": found.source, "about": dict(found.about), "notes": list(found.notes), "sweeps": rows}
        typer.echo(json.dumps(about, indent=2, allow_nan=False))
    else:
        _print(found, rows)
    if plot is not None:
        typer.echo(f"wrote {plot}", err=as_json)


def _rows(found: Sweeps, options: dict[str, float]) -> list[dict[str, Any]]:
    rows = []
    for sweep, step, spikes in zip(found, found.steps, found.spike_times(**options), strict=True):
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


def _print(found: Sweeps, rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    console.print(str(found), highlight=False, markup=False, soft_wrap=True)
    for key, value in found.about.items():
        if value:
            console.print(f"{key}: {value}", highlight=False, markup=False, soft_wrap=True)
    table = Table("sweep", box=None, pad_edge=False, header_style="bold")
    for heading, _ in _COLUMNS.values():
        table.add_column(heading, justify="right")
    for row in rows:
        values = ((row[key], style) for key, (_, style) in _COLUMNS.items())
        table.add_row(row["sweep"], *("-" if value is None else format(value, style) for value, style in values))
    console.print(table)
    for note in found.notes:
        console.print(f"note: {note}", highlight=False, markup=False, soft_wrap=True)
