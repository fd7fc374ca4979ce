"""`izhi export csv`: a recording as tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def csv(
    file: Annotated[Path, typer.Argument(help="A recording that izhi saved (.npz).", show_default=False)],
    out: Annotated[Path, typer.Option(help="Write the samples here (.csv), the spikes beside.", show_default=False)],
) -> None:
    """Write the samples and the spikes of a recording as CSV."""
    from izhi.bridge.tables import write_csv
    from izhi.cli.export.source import recording

    for path in write_csv(recording(file), out):
        typer.echo(f"wrote {path}")
