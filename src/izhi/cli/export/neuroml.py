"""`izhi export neuroml`: a cell or a network as NeuroML 2."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def neuroml(
    what: Annotated[
        str,
        typer.Argument(
            help="A cell, such as 2007/RS or cell.toml, or an experiment file of a cell or a network.",
            metavar="CELL|NETWORK",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(help="Write it here (.nml), a LEMS file beside it.", show_default=False)],
    duration: Annotated[
        float | None, typer.Option(help="How long the simulation is, in ms.", show_default=False)
    ] = None,
    dt: Annotated[float | None, typer.Option(help="Its step, in ms.", show_default="0.1")] = None,
    run: Annotated[bool, typer.Option("--run", help="Have jNeuroML run it, and print the spikes.")] = False,
) -> None:
    """Write a cell or a network as NeuroML 2, with a LEMS simulation that jNeuroML runs at once."""
    from izhi.bridge import neuroml as bridge
    from izhi.cli.export.source import cell

    found, stimulus, length, step = cell(what)
    files = bridge.write(found, out, stimulus, length if duration is None else duration, dt=step if dt is None else dt)
    for path in files:
        typer.echo(f"wrote {path}")
    if run:
        done = bridge.run(files[-1])
        spikes = ", ".join(f"{t:.6g}" for t in done.spike_time[:20])
        typer.echo(
            f"jNeuroML: {done.spike_time.size} spikes (ms): {spikes}{', ...' if done.spike_time.size > 20 else ''}"
        )
