"""`izhi network`: the published networks, run and measured."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from izhi.errors import BadValue, UnknownName

if TYPE_CHECKING:
    from izhi.network import Network
    from izhi.network_recording import NetworkRecording
    from izhi.network_run import Simulation
    from izhi.networks import Group, Groups, RewardRun

PICTURES = (".png", ".pdf", ".svg")
# The networks, and how long they run unless told otherwise [s].
NETWORKS = {"2003": 5.0, "polychronization": 60.0, "reward": 3600.0}
# Where plasticity keeps the weights that learn [mV/ms].
HIGHEST = {"polychronization": 10.0, "reward": 4.0}
LEARNING = "E->E+I"
# What a cell and a synapse take at least [bytes].
LEAST_CELL, LEAST_SYNAPSE = 250, 6
WHOSE = {
    "--cells": "2003", "--indegree": "2003", "--delays": "polychronization", "--decay-first": "polychronization",
    "--random-start": "polychronization", "--groups": "polychronization",
}  # fmt: skip


def network(
    name: Annotated[str, typer.Argument(help="2003, polychronization or reward.", show_default=False)],
    cells: Annotated[int | None, typer.Option(help="2003: how many cells; 1000 if left out.")] = None,
    indegree: Annotated[int | None, typer.Option(help="2003: how many synapses on each; 1000 if left out.")] = None,
    delays: Annotated[str | None, typer.Option(help="polychronization: listing or matlab.")] = None,
    decay_first: Annotated[bool, typer.Option("--decay-first", help="polychronization: as in poly_spnet.")] = False,
    random_start: Annotated[bool, typer.Option("--random-start", help="polychronization: v from -65 to -55.")] = False,
    seconds: Annotated[float | None, typer.Option(help="For how long, model time.", show_default=False)] = None,
    minutes: Annotated[float | None, typer.Option(help="And minutes.", show_default=False)] = None,
    seed: Annotated[int, typer.Option(help="Of all that is drawn.")] = 0,
    threads: Annotated[int | None, typer.Option(help="As many as there are cores if left out.")] = None,
    precision: Annotated[str, typer.Option(help="double or single.")] = "double",
    out: Annotated[Path | None, typer.Option(help="Save the recording here (.npz).", show_default=False)] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw it here (.png, .pdf, .svg).", show_default=False)] = None,
    stream: Annotated[
        Path | None, typer.Option(help="Stream results and checkpoints into this folder.", show_default=False)
    ] = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on from the checkpoint in this folder.", show_default=False)
    ] = None,
    groups: Annotated[bool, typer.Option("--groups", help="polychronization: search for groups at the end.")] = False,
) -> None:
    """Run a published network; print its rates, regularity, synchrony, rhythms and weights."""
    if name not in NETWORKS:
        raise UnknownName("network", name, NETWORKS)
    given = {
        "--cells": cells, "--indegree": indegree, "--delays": delays, "--decay-first": decay_first or None,
        "--random-start": random_start or None, "--groups": groups or None,
    }  # fmt: skip
    for option, value in given.items():
        if value is not None and WHOSE[option] != name:
            raise BadValue(option, value, f"with {WHOSE[option]} only would do")
    _check_files(out, plot)
    duration = _duration(name, seconds, minutes)
    run = _Run(name, duration, seed, {"threads": threads, "precision": precision}, stream, resume)
    run.describe(_described(name, cells, indegree, delays, decay_first, random_start, seed))
    run.forget = out is None and run.folder is None
    run.go()
    _report(run)
    if out is not None:
        run.whole().save(out)
        typer.echo(f"wrote {out}")
    found = _search(run, threads) if groups else None
    if plot is not None:
        from izhi.cli.picture import save_picture

        save_picture(_picture(run, found), plot)
        typer.echo(f"wrote {plot}")


class _Run:
    """A network, how it is run, and what came of it."""

    def __init__(
        self, name: str, duration: float, seed: int, options: dict[str, Any], stream: Path | None, resume: Path | None
    ):
        if stream is not None and resume is not None:
            raise BadValue("--stream", str(stream), "without --resume, which streams into its own folder, would do")
        self.name, self.duration, self.seed, self.options = name, duration, seed, options
        self.resume = resume
        self.folder = stream or resume
        self.simulation: Simulation | None = None
        self.rewarded: RewardRun | None = None
        self.network: Network | None = None
        self.forget = False
        self.spent = self.done = 0.0

    def describe(self, described: Network) -> None:
        """Say how large the network will be."""
        from izhi.memory import free_memory
        from izhi.network_plan import memory_needed
        from izhi.networks import synapses_needed

        synapses, free = synapses_needed(described), free_memory()
        # To tell it exactly takes memory as well: parameters are drawn.
        least = LEAST_CELL * described.cells + LEAST_SYNAPSE * synapses
        if free is not None and least > free:
            wanted = f"at most the {free / 1e9:.3g} GB that are free would do: fewer cells, or a lower --indegree"
            raise BadValue("network", f"{least / 1e9:.3g} GB or more", wanted)
        needed = memory_needed(described, precision=self.options["precision"])
        typer.echo(f"{self.name}: {described.cells:,} cells, {synapses:,} synapses, about {needed / 1e6:,.3g} MB")
        self.network = described

    def go(self) -> None:
        """Run it."""
        from izhi.checkpoint import CHECKPOINT, read_checkpoint
        from izhi.network_run import Simulation
        from izhi.networks import advance_to, run_reward

        assert self.network is not None
        if self.resume is not None and not (self.resume / CHECKPOINT).is_file():
            raise BadValue("--resume", str(self.resume), f"a folder with a {CHECKPOINT} would do")
        if self.name == "reward":
            # A step is 1 ms.
            first = 0.0 if self.resume is None else float(read_checkpoint(self.resume / CHECKPOINT)[0]["step"])
            begin = time.perf_counter()
            self.rewarded = run_reward(
                self.duration / 1e3, seed=self.seed, out=self.folder, resume=self.resume is not None, **self.options
            )
            self.spent, self.done = time.perf_counter() - begin, self.rewarded.recording.stop - first
            self.last = self.rewarded.recording
            return
        self.simulation = Simulation(self.network, out=self.folder, **self.options)
        if self.resume is not None:
            self.simulation.resume(self.resume / CHECKPOINT)
        first = self.simulation.time
        if first >= self.duration:
            raise BadValue(
                "--seconds", self.duration / 1e3, f"more than the {first / 1e3:g} s of the checkpoint would do"
            )
        begin = time.perf_counter()
        self.last = advance_to(self.simulation, self.duration, forget=self.forget)
        self.spent, self.done = time.perf_counter() - begin, self.simulation.time - first
        if self.folder is not None:
            self.simulation.save()

    def whole(self) -> NetworkRecording:
        """All that was recorded."""
        return self.last if self.simulation is None else self.simulation.recording

    def weights(self) -> Any:
        """Those that learn, or None."""
        if self.rewarded is not None:
            return self.rewarded.weights.weight
        if self.name not in HIGHEST:
            return None
        assert self.simulation is not None
        return self.simulation.weights(LEARNING).weight


def _described(
    name: str, cells: int | None, indegree: int | None, delays: str | None, decay_first: bool, random_start: bool,
    seed: int,
) -> Network:  # fmt: skip
    from izhi.networks import cortex2003, distal_reward, polychronization

    if name == "2003":
        return cortex2003(1000 if cells is None else cells, indegree=indegree, seed=seed)
    if name == "reward":
        return distal_reward(seed=seed)
    return polychronization(delays=delays or "listing", seed=seed, decay_first=decay_first, random_start=random_start)


def _duration(name: str, seconds: float | None, minutes: float | None) -> float:
    """How long to run [ms]."""
    if seconds is None and minutes is None:
        return 1e3 * NETWORKS[name]
    total = round(1e3 * ((seconds or 0.0) + 60.0 * (minutes or 0.0)), 6)
    option, given = ("--seconds", seconds) if minutes is None else ("--minutes", minutes)
    if not 10.0 <= total < float("inf"):
        raise BadValue(option, given, "at least 0.01 s in all would do")
    if total != round(total):
        raise BadValue(option, given, "whole ms would do")
    return total


def _check_files(out: Path | None, plot: Path | None) -> None:
    """Refuse, before a long run, files that could not be written after it."""
    if out is not None and out.suffix != ".npz":
        raise BadValue("--out", str(out), "a file that ends in .npz would do")
    if plot is not None and plot.suffix not in PICTURES:
        raise BadValue("--plot", str(plot), f"a file that ends in {', '.join(PICTURES)} would do")
    for option, path in (("--out", out), ("--plot", plot)):
        if path is not None and path.is_dir():
            raise BadValue(option, str(path), "a file, not a folder, would do")


def _report(run: _Run) -> None:
    from izhi.networks import activity, weight_shares
    from izhi.networks.summary import LAST, SHORTEST

    recording, console = run.last, Console(highlight=False, markup=False)
    typer.echo(str(recording))
    if run.done:
        factor = run.spent / run.done * 1e3
        typer.echo(f"{run.spent:.3g} s for {run.done / 1e3:g} s of model time: real-time factor {factor:.3g}")
    if recording.duration < SHORTEST:
        return
    found = activity(recording, max(recording.start, recording.stop - LAST))
    typer.echo(f"\n{found.start / 1e3:g} to {found.stop / 1e3:g} s")
    table = Table("population", box=None, pad_edge=False, header_style="bold")
    for heading in ("rate (Hz)", "CV", "synchrony"):
        table.add_column(heading, justify="right")
    for name, each in found.cells.items():
        table.add_row(name, *(f"{value:.3g}" for value in each))
    console.print(table)
    table = Table("band", box=None, pad_edge=False, header_style="bold")
    for heading in ("peak (Hz)", "share (%)"):
        table.add_column(heading, justify="right")
    for name, peak in found.peaks.items():
        table.add_row(name, f"{peak.frequency:.1f}", f"{100 * found.shares[name]:.1f}")
    console.print(table)
    if (weights := run.weights()) is not None:
        top = HIGHEST[run.name]
        shares = weight_shares(weights, top)
        typer.echo(
            f"weights that learn: mean {shares.mean:.3g}, {100 * shares.weak:.1f} % below {0.05 * top:g}, "
            f"{100 * shares.strong:.1f} % above {0.95 * top:g}"
        )
    if run.rewarded is not None:
        _report_rewards(run.rewarded)


def _report_rewards(run: RewardRun) -> None:
    reached = f"first at its maximum at {run.reached / 1e3:g} s" if run.reached == run.reached else "not at its maximum"
    typer.echo(
        f"{run.rewards.size} rewards; the synapse from cell {run.source} to {run.target} has "
        f"{run.weight[-1]:.3g}, {reached}"
    )


def _search(run: _Run, threads: int | None) -> Groups:
    from statistics import median

    from izhi.networks import groups_now

    assert run.simulation is not None
    with Console(stderr=True).status("searching for groups"):
        found = groups_now(run.simulation, threads=threads)
    middle = [
        f"{median(values.tolist()):g}" for values in (found.sizes, found.spans, found.longest_paths) if len(found)
    ]
    what = "; medians: {} spikes, {} ms, longest path {}".format(*middle) if middle else ""
    typer.echo(f"{len(found)} polychronous groups{what}")
    return found


def _picture(run: _Run, groups: Groups | None) -> Any:
    if run.rewarded is not None:
        from izhi.figures.network2007 import sheet2007

        return sheet2007(run.rewarded)
    if run.name == "2003":
        from izhi.figures.network2003 import sheet2003

        return sheet2003(run.last)
    from izhi.figures.network2006 import sheet2006

    return sheet2006(run.last, run.weights(), _typical(groups))


def _typical(groups: Groups | None) -> Group | None:
    """A group of median size."""
    return groups[int(groups.sizes.argsort()[len(groups) // 2])] if groups else None
