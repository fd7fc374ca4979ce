"""`izhi cells`: the published cells."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from izhi.equations import model
from izhi.presets import Preset, namesakes, preset, presets


def cells(
    name: Annotated[
        str | None, typer.Argument(help="A cell, such as 2007/RS, RS or fit/cell.toml.", show_default=False)
    ] = None,
) -> None:
    """List the published cells, or show one with its parameters, units and source."""
    console = Console()
    if name is None:
        _list(console)
        return
    same = [] if "/" in name and name in presets() else namesakes(name)
    row = same[0] if same else preset(name)
    _show(console, row)
    if len(same) > 1:
        console.print(f"Also: {', '.join(p.name for p in same[1:])}", highlight=False)


def _list(console: Console) -> None:
    table = Table("cell", "title", "model", "evidence", box=None, pad_edge=False, header_style="bold")
    for row in presets().values():
        table.add_row(row.name, row.title, row.model, row.evidence)
    console.print(table)


def _show(console: Console, row: Preset) -> None:
    chosen = model(row.model)
    console.print(f"[bold]{escape(row.name)}[/bold]  {escape(row.title)}", highlight=False)
    console.print(f"model {chosen.name}: {chosen.title}", highlight=False, markup=False)
    table = Table("symbol", "value", "unit", "meaning", box=None, pad_edge=False, header_style="bold")
    for quantity in chosen.parameters:
        value = row.parameters.get(quantity.symbol, quantity.default)
        table.add_row(quantity.symbol, f"{value:g}", quantity.unit, quantity.meaning)
    console.print(table)
    start = ", ".join(f"{symbol} = {value:g}" for symbol, value in row.initial.items())
    lines = [
        f"starts at {start}" if start else "",
        *(f"stimulus: {_described(table, chosen.current)}" for table in row.stimulus),
        f"for {row.duration:g} ms by {row.scheme}, dt {row.dt:g} ms",
        f"source: {row.source}",
        f"evidence: {row.evidence}",
        f"note: {row.notes}" if row.notes else "",
    ]
    for line in lines:
        if line:
            console.print(line, highlight=False, markup=False)


def _described(table: dict[str, Any], unit: str) -> str:
    rest = ", ".join(f"{key} = {value}" for key, value in table.items() if key != "kind")
    return f"{table['kind']}, {rest} (I in {unit}, times in ms)"
