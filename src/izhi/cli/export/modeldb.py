"""`izhi export modeldb`: what scripts for ModelDB 39948 need beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def modeldb(
    out: Annotated[Path, typer.Option(help="Write the files into this folder.", show_default=False)],
) -> None:
    """Write the mechanisms of ModelDB 39948, with simple.py and izhi2007Wrapper.py as its scripts import them."""
    from izhi.bridge.neuron import write_folder
    from izhi.errors import BadValue

    if out.exists() and not out.is_dir():
        raise BadValue("--out", str(out), "a folder would do")
    for path in write_folder(out):
        typer.echo(f"wrote {path}")
