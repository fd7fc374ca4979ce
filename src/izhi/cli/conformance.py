"""`izhi conformance`: the published cells through every simulator that is installed, beside the schemes of its name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from izhi.errors import BadValue, FileProblem, UnknownName

if TYPE_CHECKING:
    from izhi.bridge.conformance import Report
    from izhi.presets import Preset
    from izhi.recording import Writer

NAME = "conformance"


def conformance(
    only: Annotated[
        str | None, typer.Option(help="NEURON,CoreNEURON,NEST,Brian2,jNeuroML,Octave; or some.", show_default=False)
    ] = None,
    schemes: Annotated[
        str | None, typer.Option(help="Only these, such as euler,neuron-2007a.", show_default=False)
    ] = None,
    presets: Annotated[
        str | None, typer.Option(help="These cells or collections, such as 2003,2007/RS.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write the page and its numbers into this folder.", show_default=False)
    ] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Keep what is in the folder of runs not made now.")] = False,
    program: Annotated[
        list[str] | None,
        typer.Option(help="The interpreter of a simulator, such as Brian2=/opt/brian/bin/python.", show_default=False),
    ] = None,
    limit: Annotated[float, typer.Option(help="How long a run may take, in s.")] = 120.0,
    jobs: Annotated[int | None, typer.Option(help="Runs at once; as many as there are cores if left out.")] = None,
) -> None:
    """Compare other simulators with the schemes of their names, cell by cell."""
    from izhi.bridge.conformance import SIMULATORS, conform, merged

    chosen = [SIMULATORS[name] for name in _names(only, SIMULATORS, "--only")]
    wanted = _names(schemes, dict.fromkeys(s for each in SIMULATORS.values() for s in each.schemes), "--schemes")
    rows = _rows(presets)
    programs = dict(_pair(each, SIMULATORS) for each in program or ())
    _check(limit, jobs, out, keep)
    earlier = _stored(out) if keep and out is not None else None
    with Console(stderr=True).status("running simulators") as status:
        report = conform(
            chosen, rows, programs, schemes=wanted, limit=limit, jobs=jobs or os.cpu_count() or 1,
            tell=lambda run: status.update(f"{run.simulator}: {run.cell} by {run.scheme}"),
        )  # fmt: skip
    _show(report)
    if out is not None:
        _write(report if earlier is None else merged(earlier, report), out)
    if any(run.verdict in ("different", "failed") and not run.reason for run in report.runs):
        raise typer.Exit(1)


def _check(limit: float, jobs: int | None, out: Path | None, keep: bool) -> None:
    if not limit > 0:
        raise BadValue("--limit", limit, "more than 0 s would do")
    if jobs is not None and jobs < 1:
        raise BadValue("--jobs", jobs, "a whole number from 1 would do")
    if out is not None and out.exists() and not out.is_dir():
        raise BadValue("--out", str(out), "a folder would do")
    if keep and out is None:
        raise BadValue("--keep", None, "with the folder of an earlier run, --out, would do")


def _names(given: str | None, known: dict, option: str) -> list[str]:
    if given is None:
        return list(known)
    by_fold = {name.casefold(): name for name in known}
    names = []
    for name in given.split(","):
        if name.strip().casefold() not in by_fold:
            raise UnknownName(option, name.strip(), known)
        names.append(by_fold[name.strip().casefold()])
    return list(dict.fromkeys(names))


def _rows(given: str | None) -> list[Preset]:
    from izhi.presets import COLLECTIONS, preset
    from izhi.presets import presets as every

    if given is None:
        return list(every().values())
    rows = []
    for name in (each.strip() for each in given.split(",")):
        whole = [row for row in every().values() if row.name.startswith(f"{name}/")] if name in COLLECTIONS else []
        rows += whole or [preset(name)]
    return list({row.name: row for row in rows}.values())


def _pair(given: str, known: dict) -> tuple[str, str]:
    name, sign, path = given.partition("=")
    if not sign or not path:
        raise BadValue("--program", given, "a simulator and its interpreter, such as Brian2=/usr/bin/python3, would do")
    return _names(name, known, "--program")[0], path


def _show(report: Report) -> None:
    kinds = ("identical", "same spikes", "different", "failed", "not run")
    table = Table("simulator", "version", "scheme", *kinds, box=None, pad_edge=False, header_style="bold")
    for name, version in report.simulators.items():
        runs = [run for run in report.runs if run.simulator == name]
        if not runs:
            table.add_row(name, version)
        for scheme in dict.fromkeys(run.scheme for run in runs):
            verdicts = [run.verdict for run in runs if run.scheme == scheme]
            table.add_row(name, version, scheme, *(str(verdicts.count(kind)) for kind in kinds))
    console = Console(highlight=False, markup=False)
    console.print(table)
    for run in report.runs:
        if run.verdict in ("different", "failed"):
            first = "" if run.first is None else f", first difference at {run.first:.6g} ms"
            why = run.reason or "not known why"
            console.print(f"{run.simulator}: {run.cell} by {run.scheme} {run.verdict}{first}: {why}")


def _stored(out: Path) -> Report:
    """What an earlier run left in a folder."""
    from izhi.bridge.conformance import from_json

    path = out / f"{NAME}.json"
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise FileProblem(path, f"cannot be read: {getattr(problem, 'strerror', None) or problem}") from None


def _write(report: Report, out: Path) -> None:
    from izhi.bridge.conformance import page, to_html, to_json, to_markdown
    from izhi.recording import write_together

    blocks = page(report)
    texts = {"md": to_markdown(blocks), "html": to_html(blocks), "json": to_json(report)}
    write_together({out / f"{NAME}.{kind}": _writer(text) for kind, text in texts.items()})
    for kind in texts:
        typer.echo(f"wrote {out / f'{NAME}.{kind}'}")


def _writer(text: str) -> Writer:
    return lambda file: file.write(text.encode())
