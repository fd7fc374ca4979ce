"""The command line: one file per command, no science of its own.

A mistake of the user's is one line on standard error and exit status 2.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import typer

from izhi import __version__
from izhi.cli import (
    analyze,
    cells,
    classify,
    conformance,
    export,
    figure,
    fit,
    lab,
    models,
    network,
    overview,
    run,
    schemes,
    show,
    sweeps,
)
from izhi.errors import IzhiError

app = typer.Typer(
    name="izhi",
    help="Izhikevich neurons: every published cell, every simulator's numerics by name, and the true solution.",
    add_completion=False,
    pretty_exceptions_enable=False,
)
# The base of all mistakes in the use of options. Its module is click's or, since typer brings its own, typer's.
UsageError: Any = typer.BadParameter.__base__

app.command("run")(run.run)
app.command("cells")(cells.cells)
app.command("models")(models.models)
app.command("schemes")(schemes.schemes)
app.command("overview")(overview.overview)
app.command("figure")(figure.figure)
app.command("network")(network.network)
app.command("show")(show.show)
app.command("classify")(classify.classify)
app.command("analyze")(analyze.analyze)
app.command("lab")(lab.lab)
app.command("sweeps")(sweeps.sweeps)
app.command("fit")(fit.fit)
app.command("conformance")(conformance.conformance)
app.add_typer(export.app, name="export")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"izhi {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version."),
) -> None:
    """Izhikevich neurons: every published cell, every simulator's numerics by name, and the true solution."""


def main() -> None:
    """Run the command line."""
    try:
        status = app(sys.argv[1:] or ["--help"], prog_name="izhi", standalone_mode=False)
    except UsageError as problem:
        where = problem.ctx.command_path if problem.ctx else "izhi"
        _fail(f"{where}: {problem.format_message().rstrip('.')}; try '{where} --help'")
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except IzhiError as problem:
        _fail(str(problem))
    except MemoryError:
        _fail("izhi: there is not enough memory for this; a shorter run or every n-th sample would do")
    except BrokenPipeError:  # the reader of our output has gone, which is its right
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(status if isinstance(status, int) else 0)


def _fail(message: str) -> None:
    print(" ".join(message.split()), file=sys.stderr)
    sys.exit(2)
