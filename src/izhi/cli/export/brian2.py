"""`izhi export brian2`: a cell or a network as a script for Brian 2."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def brian2(
    what: Annotated[
        str,
        typer.Argument(
            help="A preset, such as 2007/RS, or an experiment file of a cell or a network.",
            metavar="CELL|NETWORK",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path, typer.Option(help="Write the script here (.py), arrays of a network beside it.", show_default=False)
    ],
    dt: Annotated[float | None, typer.Option(help="The step in ms, in place of its own.", show_default=False)] = None,
) -> None:
    """Write a Python script for Brian 2 that runs a cell or a network and prints its spikes."""
    from izhi.bridge.brian2 import write

    for path in write(what, out, dt=dt):
        typer.echo(f"wrote {path}")
