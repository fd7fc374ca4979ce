"""`izhi run`: an experiment file in, a summary, a recording and a picture out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from izhi.errors import BadValue

PICTURES = (".png", ".pdf", ".svg")


def run(
    file: Annotated[Path, typer.Argument(help="The experiment, a TOML file; or a file of a cell.", show_default=False)],
    out: Annotated[Path | None, typer.Option(help="Save the recording here (.npz).", show_default=False)] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw it here (.png, .pdf, .svg).", show_default=False)] = None,
) -> None:
    """Run an experiment file."""
    from izhi.experiment import run_experiment
    from izhi.recording import Recording, Writer, write_together

    if out is not None and out.suffix != ".npz":
        raise BadValue("--out", str(out), "a file that ends in .npz would do")
    if plot is not None and plot.suffix not in PICTURES:
        raise BadValue("--plot", str(plot), f"a file that ends in {', '.join(PICTURES)} would do")
    result = run_experiment(file)
    files: dict[Any, Writer] = {} if out is None else {out: result.write}
    if plot is not None:
        from izhi.cli.picture import picture

        files[plot] = picture(result.plot()[0].figure, plot)
    write_together(files)
    typer.echo(str(result))
    spikes = result.spike_time if isinstance(result, Recording) else result.spikes
    if spikes.size:
        shown = ", ".join(f"{t:.6g}" for t in spikes[:20])
        typer.echo(f"spikes (ms): {shown}{', ...' if spikes.size > 20 else ''}")
    if isinstance(result, Recording) and not result.provenance["stimulus"]:
        typer.echo('no stimulus was given; stimulus = "preset" runs a preset under its own')
    for path in files:
        typer.echo(f"wrote {path}")
