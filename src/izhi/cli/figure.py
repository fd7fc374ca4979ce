"""`izhi figure`: the figures of the papers and of the book."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from izhi.errors import BadValue

PICTURES = (".png", ".svg", ".pdf")
DPI = 200


def figure(
    name: Annotated[str | None, typer.Argument(help="A figure, such as 2004.", show_default=False)] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The picture (.png, .svg, .pdf); out/figure-NAME.png if left out.", show_default=False),
    ] = None,
    scheme: Annotated[
        list[str] | None, typer.Option(help="A scheme in place of the figure's own; may be repeated.")
    ] = None,
    compare: Annotated[
        list[str] | None, typer.Option(help="A scheme to draw below the others; may be repeated.")
    ] = None,
    cell: Annotated[list[str] | None, typer.Option(help="Draw this cell only; may be repeated.")] = None,
) -> None:
    """Draw a published figure, or list those there are."""
    from izhi.figures import figure as figure_named

    if name is None:
        _list()
        return
    chosen = figure_named(name)
    path = Path("out") / f"figure-{name}.png" if out is None else out
    if path.suffix not in PICTURES:
        raise BadValue("--out", str(path), f"a file that ends in {', '.join(PICTURES)} would do")
    schemes = list(dict.fromkeys([*(scheme or chosen.schemes), *(compare or ())]))
    from izhi.cli.picture import save_picture

    with Console(stderr=True).status(f"drawing figure {name}"):
        drawn = chosen.draw(schemes, cell)
    save_picture(drawn, path, dpi=DPI)
    typer.echo(f"wrote {path}")


def _list() -> None:
    from izhi.figures import FIGURES

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("figure", "title", "schemes"):
        table.add_column(heading, no_wrap=heading != "title")
    for each in FIGURES.values():
        table.add_row(each.name, each.title, ", ".join(each.schemes))
    Console().print(table)
