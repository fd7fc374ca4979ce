"""`izhi show`: the six versions of a cell of ModelDB 39948, side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from izhi.cli.run import PICTURES
from izhi.errors import BadValue


def show(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="v3a v3b v7a v7b v7bS v7bw, or u3a ...; by default v of all six.", show_default=False),
    ] = None,
    png: Annotated[
        Path | None, typer.Option("--png", help="Draw them here (.png, .pdf, .svg).", show_default=False)
    ] = None,
) -> None:
    """Compare the six versions of a cell of ModelDB 39948: the last five values of each, and a graph."""
    from izhi.modeldb.show import VERSIONS, last_values, traces

    if png is not None and png.suffix not in PICTURES:
        raise BadValue("--png", str(png), f"a file that ends in {', '.join(PICTURES)} would do")
    chosen = tuple(names or (f"v{version}" for version in VERSIONS))
    runs = traces(*chosen)
    if png is not None:
        from izhi.cli.picture import save_picture
        from izhi.plot.mechanism import draw_traces

        save_picture(draw_traces(runs, chosen).figure, png)
    typer.echo(last_values(runs, chosen))
    if png is not None:
        typer.echo(f"wrote {png}")
