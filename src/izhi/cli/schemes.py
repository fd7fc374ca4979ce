"""`izhi schemes`: the numerics by name."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from izhi.schemes import SCHEMES, scheme


def schemes(
    name: Annotated[str | None, typer.Argument(help="A scheme, such as book-2007.", show_default=False)] = None,
) -> None:
    """List the schemes, or show one with its conventions."""
    console = Console()
    if name is None:
        table = Table("scheme", "dt (ms)", "what it does", "used by", box=None, pad_edge=False, header_style="bold")
        for each in SCHEMES.values():
            table.add_row(each.name, f"{each.dt:g}", each.title, each.used_by)
        console.print(table)
        return
    chosen = scheme(name)
    order = f"order {chosen.order}, spike times {chosen.spike_order}" if chosen.order else "to a tolerance"
    for line in (
        f"{chosen.name}: {chosen.title}",
        f"used by {chosen.used_by}",
        f"{order}; dt {chosen.dt:g} ms unless told otherwise",
        chosen.conventions,
    ):
        console.print(line, highlight=False, markup=False)
