"""`izhi export`: a cell, a network or a recording for another program; one file per format."""

from __future__ import annotations

import typer

app = typer.Typer(help="Write a cell, a network or a recording for another program.", no_args_is_help=True)
