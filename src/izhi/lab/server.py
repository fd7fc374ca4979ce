"""Serves the laboratory on this machine: the page, what it asks about a cell, and live networks over a socket.

Only who has the token that the address carries gets a socket or an answer. A client that sends nonsense, or too much of
it, is told why and let go; the others notice nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from izhi.errors import BadValue, IzhiError
from izhi.lab import page
from izhi.lab.live import LARGE, LiveNetwork, Settings

if TYPE_CHECKING:
    from izhi.lab.exports import Made

# The longest message [bytes], how many a client may send in a second, and how long it may take to greet [s].
LONGEST, MOST_A_SECOND = 4096, 200
# The longest experiment of an export, in which noise may be written down [bytes].
LONGEST_EXPERIMENT = 4 << 20
# Frames a second, how often a spectrum [s], and how many networks run at once.
FRAMES, SPECTRA, NETWORKS = 40, 0.5, 24
# Codes with which a socket is closed: a message that is none, and a client that is not let in or too loud.
NONSENSE, REFUSED = 1003, 1008

_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'self'"
)

_PLAIN = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}


@dataclass(eq=False)
class Lab:
    """The application and what it shares between clients.

    Attributes
    ----------
    token : str
        What a client must know.
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    networks: list[LiveNetwork] = field(default_factory=list)
    exporting: bool = False

    def app(self) -> Starlette:
        """The web application."""
        routes = [
            Route("/", self.index),
            Route("/api/{question}", self.answer, methods=["POST"]),
            Route("/api/export/{form}", self.export, methods=["POST"]),
            Route("/{name}", self.file),
            WebSocketRoute("/live", self.live),
        ]
        return Starlette(routes=routes)

    # Pages.

    async def index(self, request: Request) -> Response:
        """The page, for who knows the token."""
        if not self._knows(request.query_params.get("token")):
            return PlainTextResponse("The address that 'izhi lab' printed has a token; open that one.", 403)
        return _sent("index.html")

    async def file(self, request: Request) -> Response:
        """One of the page's files: there is nothing secret in them."""
        name = request.path_params["name"]
        return _sent(name) if name == "book.js" or name in page.names() else PlainTextResponse("not found", 404)

    async def answer(self, request: Request) -> Response:
        """What a question about a cell is answered with, as JSON."""
        from izhi.lab.questions import QUESTIONS

        body = await self._body(request, LONGEST)
        if isinstance(body, Response):
            return body
        question = QUESTIONS.get(request.path_params["question"])
        if question is None:
            return _refused("there is no such question", 404)
        try:
            table = json.loads(body)
            if not isinstance(table, dict):
                raise BadValue("question", table, "a table would do")
            return JSONResponse(await run_in_threadpool(question, table))
        except (ValueError, LookupError) as problem:  # also what is no JSON
            return _refused(str(problem))

    async def export(self, request: Request) -> Response:
        """An experiment as a file for another program, one at a time; its name and its scheme are in the head."""
        body = await self._body(request, LONGEST_EXPERIMENT)
        if isinstance(body, Response):
            return body
        if self.exporting:
            return _refused("another file is being made; again in a moment would do", 429)
        self.exporting = True
        try:
            made = await run_in_threadpool(_exported, request.path_params["form"], body)
        except (IzhiError, ValueError, LookupError, ArithmeticError, MemoryError) as problem:
            return _refused(" ".join(str(problem).split()))
        finally:
            self.exporting = False
        said = {"content-disposition": f'attachment; filename="{made.name}"', "x-izhi-scheme": made.scheme}
        return Response(made.content, media_type=made.kind, headers={**said, **_PLAIN})

    async def _body(self, request: Request, most: int) -> bytes | Response:
        """What a page sent, or why it is not looked at."""
        if not self._knows(request.headers.get("x-izhi-token")) or not _same_origin(request.headers):
            return _refused("this page is from another run of 'izhi lab'; open its address again", 403)
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > most:
                return _refused(f"a question has at most {most} bytes", 413)
        return bytes(body)

    def _knows(self, token: str | None) -> bool:
        return token is not None and secrets.compare_digest(token.encode(), self.token.encode())

    # Live networks.

    async def live(self, socket: WebSocket) -> None:
        """A network of its own for each client."""
        if not _same_origin(socket.headers) or not self._knows(socket.query_params.get("token")):
            await socket.close(REFUSED, "the token or the origin is not that of this page")
            return
        await socket.accept()
        client = _Client(self, socket)
        try:
            await client.serve()
        finally:
            client.leave()

    def start(self, settings: Settings) -> LiveNetwork:
        """A new network, if there is room for it."""
        if len(self.running()) >= NETWORKS:
            raise BadValue("network", f"{NETWORKS} are running", "closing another page would do")
        if settings.cells > LARGE and any(n.settings.cells > LARGE for n in self.running()):
            raise BadValue("network.cells", settings.cells, f"at most {LARGE}, while another large one runs, would do")
        network = LiveNetwork(settings)
        self.networks.append(network)
        return network

    def running(self) -> list[LiveNetwork]:
        """The networks that have not ended."""
        self.networks = [n for n in self.networks if n.alive]
        return self.networks


class _Client:
    """One socket: what it sends is done, and what its network does is sent, a frame at a time and never ahead."""

    def __init__(self, lab: Lab, socket: WebSocket):
        self.lab, self.socket = lab, socket
        self.network: LiveNetwork | None = None
        self.ready = asyncio.Event()
        self.ready.set()
        self.window: list[float] = []

    async def serve(self) -> None:
        tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._show())]
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        for task in (*done, *rest):
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await task

    def leave(self) -> None:
        """End the client's network; nothing waits for that, so that no one is held up by it."""
        if self.network is not None:
            self.network.stop()
            self.network = None

    async def _listen(self) -> None:
        while True:
            message = await self.socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            text = message.get("text")
            problem = self._refusal(text)
            if problem is not None:
                await self.socket.close(*problem)
                return
            assert text is not None
            try:
                self._do(json.loads(text))
            except IzhiError as mistake:
                await self.socket.send_json({"status": "refused", "reason": str(mistake)})
            except (ValueError, KeyError, TypeError, RecursionError):
                await self.socket.close(NONSENSE, "a message that is no command")
                return

    def _refusal(self, text: str | None) -> tuple[int, str] | None:
        """Why a message is not looked at: code and reason."""
        now = time.monotonic()
        self.window = [t for t in self.window if t > now - 1] + [now]
        if len(self.window) > MOST_A_SECOND:
            return REFUSED, f"more than {MOST_A_SECOND} messages in a second"
        if text is None:
            return NONSENSE, "messages are text"
        if len(text) > LONGEST:
            return 1009, f"a message has at most {LONGEST} bytes"
        return None

    def _do(self, command: dict[str, Any]) -> None:
        known: dict[str, Callable[[dict[str, Any]], Any]] = {
            "seen": lambda _: self.ready.set(),
            "settings": self._adopt,
            "stimulate": lambda c: self._own().stimulate(c["first"], c["last"], c["current"], c["duration"]),
            "pause": lambda c: self._own().pause(bool(c["paused"])),
            "stop": lambda _: self.leave(),
        }
        known[command["type"]](command)

    def _own(self) -> LiveNetwork:
        if self.network is None:
            raise BadValue("network", None, "starting one first would do")
        return self.network

    def _adopt(self, command: dict[str, Any]) -> None:
        if self.network is not None:
            wanted = self.network.settings.changed(command["values"])
            others = (n for n in self.lab.running() if n is not self.network)
            if wanted.cells > LARGE and any(n.settings.cells > LARGE for n in others):
                raise BadValue("network.cells", wanted.cells, f"at most {LARGE}, while another large one runs")
            self.network.change(command["values"])
        else:
            self.network = self.lab.start(Settings().changed(command["values"]))

    async def _show(self) -> None:
        """A frame when there is one and the client has seen the last."""
        due = following = time.monotonic()
        while True:
            # A frame that was late does not put off the next, unless it was so late that the next is due as well.
            following = max(following + 1 / FRAMES, time.monotonic() - 1 / FRAMES)
            await asyncio.sleep(max(0.0, following - time.monotonic()))
            network = self.network
            if network is None:
                continue
            while (news := network.news()) is not None:
                await self.socket.send_json(news)
            if not self.ready.is_set():
                continue
            frame = network.take()
            if frame is not None:
                self.ready.clear()
                await self.socket.send_bytes(frame)
            if time.monotonic() > due:
                due = time.monotonic() + SPECTRA
                spectrum = await run_in_threadpool(network.spectrum)
                if spectrum is not None:
                    await self.socket.send_bytes(spectrum)


def _exported(form: str, body: bytes) -> Made:
    """In a thread of its own, which also loads what it needs."""
    from izhi.lab.exports import exported

    return exported(form, body.decode())


def _refused(words: str, status: int = 400) -> Response:
    return JSONResponse({"error": words}, status)


def _sent(name: str) -> Response:
    kind = page.TYPES["." + name.rpartition(".")[2]]
    return Response(page.text(name), media_type=kind, headers={"content-security-policy": _POLICY, **_PLAIN})


def _same_origin(headers: Any) -> bool:
    """Whether a request comes from this server's own page; programs, which are no browser, send no origin."""
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")
