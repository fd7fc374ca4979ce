"""`izhi classify`: what a cell does, by measurement."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from izhi.errors import BadValue, IzhiError

if TYPE_CHECKING:
    from izhi.analysis import Classification, Measure, Response
    from izhi.mechanism import Trace
    from izhi.recording import Recording


def classify(
    source: Annotated[
        str,
        typer.Argument(
            help="A cell, such as 2004/A or fit/cell.toml, an experiment (.toml) or a recording (.npz).",
            metavar="CELL|FILE",
            show_default=False,
        ),
    ],
    scheme: Annotated[
        str | None, typer.Option(help="Run it by this scheme in place of its own.", show_default=False)
    ] = None,
    dt: Annotated[float | None, typer.Option(help="The scheme's step in ms.", show_default=False)] = None,
    cell: Annotated[
        int | None, typer.Option(help="Of several cells, only this one; the first is 0.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Show all detectors, each with its reason.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Decide by measurement how a cell fires, and which of the twenty features it shows."""
    from izhi.analysis import classify as classified

    recording = _recording(source, scheme, dt)
    found = {k: classified(response) for k, response in _responses(source, recording, cell).items()}
    if as_json:
        cells = [{"cell": k, **_plain(each)} for k, each in found.items()]
        typer.echo(json.dumps({"source": source, "run": str(recording), "cells": cells}, indent=2))
        return
    typer.echo(str(recording))
    for k, each in found.items():
        if not getattr(recording, "single", True):
            typer.echo(f"\ncell {k}")
        _show(each, every)


def _responses(source: str, recording: Recording | Trace, cell: int | None) -> dict[int, Response]:
    """By number, the cell that was asked for, or all whose samples were recorded."""
    from izhi.analysis import Response
    from izhi.recording import Recording

    if not isinstance(recording, Recording):
        if cell not in (None, 0):
            raise BadValue("--cell", cell, "0 would do, since there is one cell")
        ended = "" if recording.status == "ok" else recording.status
        return {0: Response(recording.t, recording.V, recording.I, recording.spikes, ended)}
    if not recording.cells.size:
        raise BadValue(source, "spikes only", "a recording with samples would do")
    chosen = [int(k) for k in recording.cells] if cell is None else [cell]
    return {k: Response.of(recording, k) for k in chosen}


def _recording(source: str, scheme: str | None, dt: float | None) -> Recording | Trace:
    """The recording that was asked for, run if it has not been."""
    import numpy as np

    from izhi.experiment import Experiment, InFile, read_experiment, run_preset
    from izhi.network_file import NetworkExperiment
    from izhi.presets import preset
    from izhi.recording import Recording

    kind = Path(source).suffix
    if kind == ".npz":
        for option, given in (("--scheme", scheme), ("--dt", dt)):
            if given is not None:
                raise BadValue(option, given, "a cell or an experiment would do; a recording has been run already")
        return Recording.load(source)
    if kind == ".toml":
        experiment = read_experiment(source)
        if isinstance(experiment, NetworkExperiment):
            raise BadValue(source, "a network", "an experiment with a cell would do")
        if scheme is not None or dt is not None:
            if not isinstance(experiment, Experiment):
                given = scheme if scheme is not None else dt
                raise BadValue(source, given, "a mechanism is run by its own scheme and step; no --scheme, no --dt")
            experiment = replace(experiment, scheme=scheme or experiment.scheme, dt=dt)
        try:
            return experiment.run()
        except IzhiError as problem:
            raise InFile(source, problem) from None
    row = preset(source)
    with np.errstate(all="ignore"):  # numbers that break down are in the recording's failures
        return run_preset(row, scheme=scheme, dt=dt)


def _show(found: Classification, every: bool) -> None:
    """The class, and a table of the features that hold, or of all twenty."""
    from izhi.analysis import FEATURES

    typer.echo(f"firing: {found.firing} ({found.because})")
    if found.measures:
        typer.echo(f"  {_listed(found.measures)}")
    shown = {k: v for k, v in found.verdicts.items() if every or v.holds}
    if not shown:
        typer.echo("features: none of the twenty; --all says why")
        return
    table = Table("", "feature", *(["holds"] if every else []), "why", box=None, pad_edge=False, header_style="bold")
    for letter, verdict in shown.items():
        numbers = f" ({_listed(verdict.measures)})" if verdict.measures else ""
        held = [("yes" if verdict.holds else "no")] if every else []
        table.add_row(letter, FEATURES[letter].name, *held, f"{verdict.because}{numbers}")
    Console(highlight=False, markup=False).print(table)


def _listed(measures: Iterable[Measure]) -> str:
    return ", ".join(map(str, measures))


def _plain(found: Classification) -> dict[str, Any]:
    """What JSON can hold."""
    from izhi.analysis import FEATURES

    verdicts = {
        letter: {"name": FEATURES[letter].name, **asdict(verdict)} for letter, verdict in found.verdicts.items()
    }
    return {
        "firing": found.firing,
        "because": found.because,
        "measures": [asdict(measure) for measure in found.measures],
        "features": list(found.features),
        "verdicts": verdicts,
    }
