"""`izhi export sonata`: the spikes of a network as SONATA."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from izhi.errors import BadValue


def sonata(
    file: Annotated[Path, typer.Argument(help="A recording of a network that izhi saved.", show_default=False)],
    out: Annotated[Path, typer.Option(help="Write the spikes here (.h5).", show_default=False)],
) -> None:
    """Write the spikes of a network as a report of SONATA."""
    from izhi.bridge.sonata import write_spikes
    from izhi.cli.export.source import recording
    from izhi.network_recording import NetworkRecording

    found = recording(file)
    if not isinstance(found, NetworkRecording):
        raise BadValue("export sonata", str(file), "the recording of a network would do")
    write_spikes(found, out)
    typer.echo(str(found))
    typer.echo(f"wrote {out}")
