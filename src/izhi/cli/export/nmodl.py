"""`izhi export nmodl`: models as mechanisms of NEURON."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer


def nmodl(
    what: Annotated[
        str,
        typer.Argument(
            help="A model, a preset, 'all' for all models, or 'modeldb' for the mechanisms of ModelDB 39948.",
            metavar="MODEL",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(help="Write the mod files into this folder.", show_default=False)],
    scheme: Annotated[str, typer.Option(help="How they are advanced; `izhi schemes` lists them.")] = "euler",
    receptors: Annotated[bool, typer.Option(help="With the five receptors.")] = True,
) -> None:
    """Write mod files for NEURON, printed from the declared equations."""
    from izhi.recording import write_together

    if out.exists() and not out.is_dir():
        from izhi.errors import BadValue

        raise BadValue("--out", str(out), "a folder would do")
    found = _texts(what, scheme, receptors)
    write_together({out / f"{name}.mod": _writer(text) for name, text in found.items()})
    for name in found:
        typer.echo(f"wrote {out / f'{name}.mod'}")


def _texts(what: str, scheme: str, receptors: bool) -> dict[str, str]:
    """The mod files by the names of their mechanisms."""
    from izhi.bridge.neuron.original import texts
    from izhi.bridge.nmodl import exportable, mechanism_name, nmodl
    from izhi.cell import Cell
    from izhi.equations import MODELS, model

    if what == "modeldb":
        return texts()
    method = exportable(scheme)
    if what == "all":
        return {mechanism_name(m, method): nmodl(m, scheme, receptors=receptors) for m in MODELS.values()}
    chosen = Cell.preset(what).model if "/" in what else model(what)
    return {mechanism_name(chosen, method): nmodl(what, scheme, receptors=receptors)}


def _writer(text: str) -> Any:
    return lambda file: file.write(text.encode())
