"""`izhi export nest`: a cell of 2003 as a script for NEST."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def nest(
    what: Annotated[
        str,
        typer.Argument(help="A preset, such as 2003/RS, or an experiment file.", metavar="CELL", show_default=False),
    ],
    out: Annotated[Path, typer.Option(help="Write the script here (.py).", show_default=False)],
    scheme: Annotated[str, typer.Option(help="nest or nest-published.")] = "nest",
    dt: Annotated[float | None, typer.Option(help="The step in ms, in place of its own.", show_default=False)] = None,
) -> None:
    """Write a Python script for NEST that runs a cell and prints its spikes."""
    from izhi.bridge.nest import script
    from izhi.cli.export.script import write_script

    write_script(script(what, scheme=scheme, dt=dt), out)
