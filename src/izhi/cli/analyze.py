"""`izhi analyze`: the dynamics of one cell under a constant current, on a sheet."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from izhi.errors import BadValue

PICTURES = (".png", ".pdf", ".svg")


def analyze(
    name: Annotated[
        str, typer.Argument(help="A cell, such as 2007/RS or fit/cell.toml.", metavar="CELL", show_default=False)
    ],
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="Change a parameter: --set d=110; may be repeated.", show_default=False),
    ] = None,
    current: Annotated[float, typer.Option(help="The steady current under which it rests, in pA or mV/ms.")] = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw it here (.png, .pdf, .svg).", show_default=False)] = None,
) -> None:
    """Find where a cell rests, how it is excited, where it begins to fire and how fast."""
    from izhi.cell import Cell
    from izhi.dynamics import analyze as analyzed
    from izhi.dynamics import portrait

    if plot is not None and plot.suffix not in PICTURES:
        raise BadValue("--plot", str(plot), f"a file that ends in {', '.join(PICTURES)} would do")
    cell = Cell.preset(_preset(name))
    sheet = analyzed(replace(cell, parameters={**cell.parameters, **_changes(changes or [])}), current)
    if plot is not None:
        from izhi.cli.picture import save_picture
        from izhi.plot.dynamics import dynamics_sheet

        save_picture(dynamics_sheet(portrait(sheet))[0, 0].figure, plot)
    typer.echo(json.dumps(sheet.data(), indent=2, allow_nan=False) if as_json else sheet.text())
    if plot is not None:
        typer.echo(f"wrote {plot}", err=as_json)


def _preset(name: str) -> str:
    """The preset's full name; of several with this key, as `izhi cells` does, the first."""
    from izhi.presets import namesakes, preset, presets

    same = [] if name in presets() else namesakes(name)
    return same[0].name if same else preset(name).name


def _changes(given: list[str]) -> dict[str, float]:
    """Parameters by symbol, from `symbol=number`."""
    found = {}
    for each in given:
        symbol, equals, number = each.partition("=")
        try:
            found[symbol.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise BadValue("--set", each, "a symbol and a number, such as d=110, would do")
    return found
