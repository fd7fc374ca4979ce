"""`izhi export toml`: a cell of NeuroML, or a preset, as a file that every command takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from izhi.errors import BadValue


def toml(
    what: Annotated[str, typer.Argument(help="A NeuroML file with one cell, or a cell, such as 2007/RS.",
                                        show_default=False)],
    out: Annotated[Path, typer.Option(help="Write it here (.toml).", show_default=False)],
) -> None:  # fmt: skip
    """Write a cell as a file of this package's own, such as `izhi run` and `izhi cells` take."""
    from izhi.bridge.cell_file import write_cell
    from izhi.cell import Cell
    from izhi.cli.export.source import cell

    found, stimulus, length, _ = cell(what)
    found = Cell.preset(found) if isinstance(found, str) else found
    if not isinstance(found, Cell):
        raise BadValue("export toml", what, "one cell would do; izhi.bridge.neuroml.read reads networks")
    write_cell(found, out, stimulus, length, source=what)
    typer.echo(f"wrote {out}")
