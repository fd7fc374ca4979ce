"""Writing a script whole or not at all."""

from __future__ import annotations

from pathlib import Path

import typer

from izhi.errors import BadValue


def write_script(text: str, out: Path) -> None:
    """Write the text of a Python script, and say so."""
    from izhi.recording import write_whole

    if out.suffix != ".py":
        raise BadValue("--out", str(out), "a file that ends in .py would do")
    write_whole(out, lambda file: file.write(text.encode()))
    typer.echo(f"wrote {out}")
