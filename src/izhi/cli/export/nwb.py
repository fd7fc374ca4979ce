"""`izhi export nwb`: a recording as NWB 2."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def nwb(
    file: Annotated[
        Path,
        typer.Argument(help="A recording: what izhi saved (.npz), or ABF, NWB, CSV, TSV, NPY.", show_default=False),
    ],
    out: Annotated[Path, typer.Option(help="Write it here (.nwb).", show_default=False)],
) -> None:
    """Write a recording as NWB 2, in the layout of intracellular recordings on DANDI."""
    from izhi.bridge.nwb import write_nwb
    from izhi.cli.export.source import recording
    from izhi.errors import FileProblem
    from izhi.sweeps import read_sweeps

    try:
        found = recording(file) if file.suffix == ".npz" or file.is_dir() else read_sweeps(file)
    except FileProblem as problem:
        if file.suffix != ".npz" or "is no recording" not in str(problem):
            raise
        found = read_sweeps(file)
    write_nwb(found, out)
    typer.echo(str(found))
    typer.echo(f"wrote {out}")
