"""`izhi fit`: from a current-clamp recording to a cell that does what was recorded."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from izhi.cli import recording
from izhi.errors import BadValue, FileProblem, UnknownName

if TYPE_CHECKING:
    from izhi.fitting import Fit
    from izhi.sweeps import Sweeps

JOURNAL = "journal.npz"


def fit(
    path: recording.File,
    model: Annotated[str, typer.Option(help="The model; see 'izhi models'.")] = "izhikevich2007",
    hold_out: Annotated[
        str | None,
        typer.Option(help="Sweeps to predict, not to fit: odd, even, or such as 0:8,12.", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder for the cell, the numbers and the report.")] = Path("fit"),
    effort: Annotated[
        str | None,
        typer.Option(
            help="How much is tried: quick, normal or thorough.", show_default="as long as the recording asks"
        ),
    ] = None,
    fixed: Annotated[
        list[str] | None, typer.Option(help="A parameter that is known: vr=-60; may be repeated.", show_default=False)
    ] = None,
    bounds: Annotated[
        list[str] | None, typer.Option(help="Where to look: k=0.1:5; may be repeated.", show_default=False)
    ] = None,
    free: Annotated[
        list[str] | None,
        typer.Option(help="A parameter to find that has a default; may be repeated.", show_default=False),
    ] = None,
    weight: Annotated[
        list[str] | None,
        typer.Option(
            help="What counts how much, as voltage=2: count, latency, timing, coincidence, voltage, and victor_purpura,"
            " van_rossum, isi_distance, spike_distance, adaptation; may be repeated.",
            show_default=False,
        ),
    ] = None,
    voltage: recording.Voltage = None,
    current: recording.Current = None,
    select: recording.Select = None,
    bridge: recording.Bridge = 0.0,
    junction: recording.Junction = 0.0,
    threshold: recording.Threshold = None,
    skip_bad: recording.SkipBad = False,
    pareto: Annotated[
        bool, typer.Option("--pareto", help="Search for the Pareto front of spikes and voltage as well.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of all that is drawn; the same seed gives the same cell.")] = 0,
    threads: Annotated[
        int | None, typer.Option(help="As many as there are cores if left out.", show_default=False)
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes that search side by side; 0 for this one only.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find the parameters with which a model does what a recorded cell does, and how sure they are.

    A fit that was interrupted goes on when it is asked for again with the same arguments.
    """
    from izhi.fitting import EFFORTS, save
    from izhi.fitting import fit as fitted
    from izhi.fitting.problem import WEIGHTS
    from izhi.fitting.store import data

    if effort is not None and effort not in EFFORTS:
        raise UnknownName("--effort", effort, EFFORTS)
    if not 0 <= seed < 2**32:
        raise BadValue("--seed", seed, "0 to 4294967295 would do")
    _check_folder(out)
    weights = WEIGHTS | _named("--weight", weight, _number, "voltage=2")
    sweeps = recording.read(path, voltage, current, select, bridge, junction, threshold, skip_bad)
    how: dict[str, Any] = {
        "model": model,
        "hold_out": hold_out,
        "free": free,
        "bounds": _named("--bounds", bounds, _pair, "k=0.1:5"),
        "fixed": _named("--fixed", fixed, _number, "vr=-60"),
    }
    journal, tried = out / JOURNAL, None if effort is None else EFFORTS[effort]
    with _side_by_side(workers) as executor, _progress(sweeps, how, tried) as report:
        found = fitted(
            sweeps, **how, weights=weights, seed=seed, effort=tried, pareto=pareto,
            threads=_threads(threads, workers), executor=executor, journal=str(journal), report=report,
        )  # fmt: skip
    files = save(found, out, sweeps.notes)
    journal.unlink(missing_ok=True)
    if as_json:
        typer.echo(json.dumps(data(found, sweeps.notes), indent=2, allow_nan=False))
    else:
        _print(found, sweeps)
    for each in files:
        typer.echo(f"wrote {each}", err=as_json)


def _check_folder(out: Path) -> None:
    """Find out before a long search what would be wrong after it."""
    if out.exists() and not out.is_dir():
        raise BadValue("--out", str(out), "a folder, not a file, would do")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise FileProblem(out, f"cannot be made: {problem.strerror or problem}") from None


def _named(option: str, given: Sequence[str] | None, read: Callable[[str], Any], example: str) -> dict[str, Any]:
    """Values by name, from `name=value`."""
    found = {}
    for each in given or ():
        name, equals, text = each.partition("=")
        value = read(text) if equals and name.strip() else None
        if value is None:
            raise BadValue(option, each, f"a name and a value, such as {example}, would do")
        found[name.strip()] = value
    return found


def _number(text: str) -> float | None:
    import math

    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _pair(text: str) -> tuple[float, float] | None:
    low, _, high = text.partition(":")
    first, second = _number(low), _number(high)
    return None if first is None or second is None else (first, second)


def _threads(threads: int | None, workers: int) -> int:
    """Of each process."""
    from izhi.simulation import checked_threads

    wanted = checked_threads(threads)
    return wanted if threads is not None or workers < 2 else max(1, wanted // workers)


@contextmanager
def _side_by_side(workers: int) -> Iterator[Executor | None]:
    """Processes for a search, which end with it however it ends."""
    if workers < 0:
        raise BadValue("--workers", workers, "0 or more would do")
    if workers == 0:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor

    context = multiprocessing.get_context("spawn")
    before = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_worker)
    try:
        yield executor
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    finally:
        executor.shutdown(cancel_futures=True)


def _begin_worker() -> None:
    """Leave interruptions to the parent, and end when it does."""
    import os
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def follow() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


@contextmanager
def _progress(sweeps: Sweeps, how: dict[str, Any], effort: Any) -> Iterator[Callable[..., None] | None]:
    """What is called after each generation, on a terminal."""
    import sys

    if not sys.stderr.isatty():
        yield None
        return
    from izhi.cli.fit_progress import FitProgress
    from izhi.fitting.watch import Watch

    with FitProgress(Watch(sweeps, **how), effort) as shown:
        yield shown.report


def _print(found: Fit, sweeps: Sweeps) -> None:
    from rich.console import Console
    from rich.table import Table

    from izhi.fitting import words

    console = Console()

    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    say(str(sweeps))
    for note in sweeps.notes:
        say(f"note: {note}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("parameter", "value", "68 % interval", "unit"):
        table.add_column(heading, justify="left" if heading in ("parameter", "unit") else "right")
    table.add_column("", justify="left")
    for row in words.rows(found):
        if row.low is None or row.high is None:
            table.add_row(row.symbol, f"{row.value:.5g}", "", row.unit, "not sought")
        else:
            said = [] if row.determined else ["not determined"]
            said += [f"at its {row.at} bound"] if row.at else []
            table.add_row(
                row.symbol, f"{row.value:.5g}", f"{row.low:.4g} to {row.high:.4g}", row.unit, ", ".join(said)
            )  # fmt: skip
    console.print(table)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("how good", justify="left")
    heads = [f"training ({len(found.training.sweeps)})"]
    heads += [f"held out ({len(found.held_out.sweeps)})"] if found.held_out else []
    for heading in heads:
        table.add_column(heading, justify="right", no_wrap=True)
    for what, *values in words.scores(found):
        table.add_row(what, *values[: len(heads)])
    console.print(table)
    for line in words.left_open(found):
        say(line)
