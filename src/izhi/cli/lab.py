"""`izhi lab`: the laboratory in the browser."""

from __future__ import annotations

import socket
import threading
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from izhi.errors import BadValue

PORT = 8265


def lab(
    cell: Annotated[
        str | None,
        typer.Argument(help="The cell to begin with, such as 2007/FS or fit/cell.toml.", show_default=False),
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="The port; by default 8265, or a free one.", show_default=False)
    ] = None,
    host: Annotated[
        str, typer.Option(help="The address to listen on; others than this machine's can then come in.")
    ] = "127.0.0.1",
    browser: Annotated[bool, typer.Option(help="Open the browser.")] = True,
    export: Annotated[
        Path | None,
        typer.Option(
            help="Write the page as one file that needs no server, and end.", metavar="FILE", show_default=False
        ),
    ] = None,
) -> None:
    """Play with a neuron in the browser: its traces, its phase plane, and what its numerics do."""
    fragment = ""
    if cell is not None:
        from izhi.lab.opening import fragment_of
        from izhi.presets import preset

        fragment = f"#{fragment_of(preset(cell))}"
    if export is not None:
        from izhi.lab.page import export as write

        if cell is not None:
            raise BadValue(
                "--export", str(export), "without a cell would do: the page begins with what its address says"
            )

        if export.suffix != ".html":
            raise BadValue("--export", str(export), "a name that ends in .html would do")
        write(export)
        typer.echo(f"wrote {export}")
        return
    import uvicorn

    from izhi.lab.server import LONGEST, Lab

    listening = _listen(host, port)
    served = Lab()
    address = f"http://{_shown(host)}:{listening.getsockname()[1]}/?token={served.token}{fragment}"
    typer.echo(f"The laboratory is at {address}\nCtrl-C ends it.")
    if browser:
        threading.Timer(0.3, webbrowser.open, [address]).start()
    config = uvicorn.Config(served.app(), log_level="warning", ws_max_size=4 * LONGEST, timeout_graceful_shutdown=1)
    uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int | None) -> socket.socket:
    """An open socket; where no port was asked for, the usual one if it is free."""
    if port is not None and not 0 <= port < 65536:
        raise BadValue("--port", port, "0 to 65535 would do")
    problem: OSError | None = None
    for wanted in (port,) if port is not None else (PORT, 0):
        try:
            return socket.create_server((host, wanted), backlog=128)
        except OSError as found:
            problem = found
    raise BadValue(
        "--port" if port is not None else "--host", port if port is not None else host, f"{problem}; another would do"
    )


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host
