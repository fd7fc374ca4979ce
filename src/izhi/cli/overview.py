"""`izhi overview`: every published cell of 2003, 2004 and 2007 in one figure and one table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

COLLECTIONS = ("2003", "2004", "2007")


def overview(
    out: Annotated[Path, typer.Option(help="The folder for overview.png.")] = Path("out"),
) -> None:
    """Run the published cells: a figure of all, and a table against their programs and the true solution."""
    from izhi.cli.picture import save_picture
    from izhi.experiment import run_preset
    from izhi.figures.overview import overview as draw
    from izhi.presets import presets

    rows = [row for row in presets().values() if row.name.partition("/")[0] in COLLECTIONS]
    rows.sort(key=lambda row: COLLECTIONS.index(row.name.partition("/")[0]))
    console = Console()
    recordings, table = {}, Table(box=None, pad_edge=False, padding=(0, 0, 0, 1), header_style="bold")
    table.add_column("cell", no_wrap=True)
    for heading in (
        "spikes",
        "program's\nspikes",
        "first\n(ms)",
        "program's\nfirst",
        "rate\n(1/s)",
        "true\nspikes",
        "true\nfirst",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in track(rows, "running the published cells", console=Console(stderr=True), transient=True):
        recording, truth = run_preset(row), run_preset(row, scheme="accurate")
        recordings[row.name] = recording
        spikes, first = recording.spike_time.size, recording.spike_time.min(initial=row.duration)
        program = row.program or {}
        table.add_row(
            row.name,
            str(spikes),
            f"{program['spikes']:g}" if program else "",
            f"{first:.2f}" if spikes else "",
            f"{program['first']:.2f}" if program else "",
            f"{1e3 * spikes / row.duration:.1f}",
            str(truth.spike_time.size) if not truth.failures else "runaway",
            f"{truth.spike_time[0]:.2f}" if truth.spike_time.size else "",
        )
    figure = draw(recordings, {row.name: row.title for row in rows})
    path = out / "overview.png"
    save_picture(figure, path, dpi=130)
    console.print(table)
    console.print("program: the published one, run by Octave; true: the solution of its equations", highlight=False)
    console.print(f"wrote {path}", highlight=False)
