"""`izhi export nest`: a cell or a network of cells of 2003 as a script for NEST."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def nest(
    what: Annotated[
        str,
        typer.Argument(
            help="A preset, such as 2003/RS, or an experiment file of a cell or a network.",
            metavar="CELL|NETWORK",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="Write the script here (.py), arrays of a network beside it.", show_default=False)
    ],
    scheme: Annotated[
        str | None,
        typer.Option(
            help="nest or nest-published; by default nest for a cell, for a network its own or nest-published.",
            show_default=False,
        ),
    ] = None,
    dt: Annotated[float | None, typer.Option(help="The step in ms, in place of its own.", show_default=False)] = None,
) -> None:
    """Write a Python script for NEST that runs a cell or a network and prints its spikes."""
    from izhi.bridge.nest import write

    for path in write(what, out, scheme=scheme, dt=dt):
        typer.echo(f"wrote {path}")
