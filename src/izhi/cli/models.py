"""`izhi models`: the equations."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from izhi.equations import MODELS, model


def models(
    name: Annotated[str | None, typer.Argument(help="A model, such as izhikevich2007.", show_default=False)] = None,
) -> None:
    """List the models, or show one with its quantities and source."""
    console = Console()
    if name is None:
        table = Table("model", "what it is", box=None, pad_edge=False, header_style="bold")
        for each in MODELS.values():
            table.add_row(each.name, each.title)
        console.print(table)
        return
    chosen = model(name)
    console.print(f"{chosen.name}: {chosen.title}", highlight=False, markup=False)
    table = Table("symbol", "unit", "default", "meaning", box=None, pad_edge=False, header_style="bold")
    for quantity in (*chosen.state, *chosen.parameters):
        default = "" if quantity.default is None else f"{quantity.default:g}"
        table.add_row(quantity.symbol, quantity.unit, default, quantity.meaning)
    table.add_row("I", chosen.current, "", "injected current")
    console.print(table)
    console.print(f"source: {chosen.reference}", highlight=False, markup=False)
