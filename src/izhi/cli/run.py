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
    engine: Annotated[str, typer.Option(help="auto, cpu, reference; or neuron or nest, which then run it.")] = "auto",
) -> None:
    """Run an experiment file."""
    from izhi.experiment import run_experiment
    from izhi.network_recording import NetworkRecording
    from izhi.recording import Recording, Writer, write_together

    if out is not None and out.suffix != ".npz":
        raise BadValue("--out", str(out), "a file that ends in .npz would do")
    if plot is not None and plot.suffix not in PICTURES:
        raise BadValue("--plot", str(plot), f"a file that ends in {', '.join(PICTURES)} would do")
    result = run_experiment(file, engine)
    if engine == "neuron":
        from izhi.bridge.neuron import rank

        if rank() > 0:  # of the processes that MPI started the first speaks for all
            return
    files: dict[Any, Writer] = {} if out is None else {out: result.write}
    if plot is not None:
        from izhi.cli.picture import picture

        drawn = result.plot()  # one axes or several
        files[plot] = picture(drawn.figure if hasattr(drawn, "figure") else drawn[0].figure, plot)
    write_together(files)
    typer.echo(str(result))
    if not isinstance(result, NetworkRecording):
        spikes = result.spike_time if isinstance(result, Recording) else result.spikes
        shown = ", ".join(f"{t:.6g}" for t in spikes[:20])
        if spikes.size:
            typer.echo(f"spikes (ms): {shown}{', ...' if spikes.size > 20 else ''}")
    if isinstance(result, Recording) and not result.provenance["stimulus"]:
        typer.echo('no stimulus was given; stimulus = "preset" runs a preset under its own')
    for path in files:
        typer.echo(f"wrote {path}")
