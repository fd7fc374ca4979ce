"""`izhi run`: an experiment file in, a summary, a recording and a picture out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from izhi.errors import BadValue

PICTURES = (".png", ".pdf", ".svg")


def run(
    file: Annotated[Path, typer.Argument(help="The experiment, a TOML file.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="Save the recording here (.npz).", show_default=False)] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw it here (.png, .pdf, .svg).", show_default=False)] = None,
) -> None:
    """Run an experiment file."""
    from izhi.experiment import run_experiment

    if out is not None and out.suffix != ".npz":
        raise BadValue("--out", str(out), "a file that ends in .npz would do")
    if plot is not None and plot.suffix not in PICTURES:
        raise BadValue("--plot", str(plot), f"a file that ends in {', '.join(PICTURES)} would do")
    recording = run_experiment(file)
    if plot is not None:
        from izhi.cli.picture import save_picture

        save_picture(recording.plot()[0].figure, plot)
    if out is not None:
        recording.save(out)
    typer.echo(str(recording))
    if recording.spike_time.size:
        shown = ", ".join(f"{t:.6g}" for t in recording.spike_time[:20])
        typer.echo(f"spikes (ms): {shown}{', ...' if recording.spike_time.size > 20 else ''}")
    if not recording.provenance["stimulus"]:
        typer.echo('no stimulus was given; stimulus = "preset" runs a preset under its own')
    for path in (out, plot):
        if path is not None:
            typer.echo(f"wrote {path}")
