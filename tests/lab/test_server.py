"""The laboratory's server: who is let in, what a network sends, and what nonsense leads to."""

from __future__ import annotations

import json
import random
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from izhi.lab import live
from izhi.lab.server import LONGEST, MOST_A_SECOND, NONSENSE, REFUSED, Lab

HEAD = struct.Struct("<4I4f")
SMALL = {"cells": 200, "indegree": 50}


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def client(lab: Lab) -> Iterator[TestClient]:
    with TestClient(lab.app()) as client:
        yield client


def connected(client: TestClient, lab: Lab, **headers: str) -> Any:
    return client.websocket_connect(f"/live?token={lab.token}", headers=headers)


def command(socket: Any, kind: str, **values: Any) -> None:
    socket.send_text(json.dumps({"type": kind, **values}))


def until(socket: Any, wanted: Callable[[Any], bool], seconds: float = 60.0) -> Any:
    """The first message that is wanted; frames are acknowledged meanwhile."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        message = socket.receive()
        if message["type"] == "websocket.close":
            raise WebSocketDisconnect(message["code"], message.get("reason"))
        got = json.loads(message["text"]) if message.get("text") else message["bytes"]
        if isinstance(got, bytes) and struct.unpack_from("<I", got)[0] == live.FRAME:
            command(socket, "seen")
        if wanted(got):
            return got
        assert not isinstance(got, dict) or got["status"] in ("building", "running"), got
    raise AssertionError("nothing came")


def is_frame(got: Any) -> bool:
    return isinstance(got, bytes) and struct.unpack_from("<I", got)[0] == live.FRAME


# Who is let in.


def test_the_page_is_shown_to_who_has_the_token(client: TestClient, lab: Lab) -> None:
    assert client.get("/").status_code == 403
    assert client.get("/?token=wrong").status_code == 403
    shown = client.get(f"/?token={lab.token}")
    assert shown.status_code == 200
    assert "<html" in shown.text
    assert "default-src 'self'" in shown.headers["content-security-policy"]


def test_the_files_of_the_page_are_served_and_no_others(client: TestClient) -> None:
    assert "export const BOOK" in client.get("/book.js").text
    assert client.get("/cell.js").headers["content-type"].startswith("text/javascript")
    for name in ("server.py", "..%2Fserver.py", "%2e%2e/page.py", "nothing.js", "__init__.py"):
        assert client.get(f"/{name}").status_code == 404, name


@pytest.mark.parametrize("address", ["/live", "/live?token=", "/live?token=wrong"])
def test_a_socket_needs_the_token(client: TestClient, address: str) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect(address):
        pass
    assert refused.value.code == REFUSED


def test_a_socket_from_another_page_is_refused(client: TestClient, lab: Lab) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, connected(client, lab, origin="http://elsewhere.example"):
        pass
    assert refused.value.code == REFUSED
    with connected(client, lab, origin="http://testserver") as socket:
        command(socket, "seen")


# A live network.


def test_a_network_sends_its_raster_and_rates(client: TestClient, lab: Lab) -> None:
    with connected(client, lab) as socket:
        command(socket, "settings", values=SMALL)
        assert until(socket, lambda got: isinstance(got, dict) and got["status"] == "building")["cells"] == 200
        told = until(socket, lambda got: isinstance(got, dict) and got["status"] == "running")
        assert told["synapses"] == 200 * 50
        following = None
        for _ in range(30):
            frame = until(socket, is_frame)
            _, first, columns, rows, pace, e, i, dropped = HEAD.unpack_from(frame)
            assert following in (None, first)
            following = first + columns
            assert rows == 200
            counts = np.frombuffer(frame, "<u2", 2 * columns, HEAD.size)
            raster = np.frombuffer(frame, np.uint8, offset=HEAD.size + 4 * columns)
            assert raster.size == rows * columns
            assert raster.sum() == counts.sum()
            assert dropped == 0
        assert pace > 0
        assert 0 < e < 100
        assert 0 < i < 100
        assert until(socket, lambda g: isinstance(g, bytes) and struct.unpack_from("<I", g)[0] == live.SPECTRUM)


def test_what_a_client_changes_takes_effect(client: TestClient, lab: Lab) -> None:
    def rate(socket: Any, seconds: float) -> float:
        end, total, ms = time.monotonic() + seconds, 0, 0
        while time.monotonic() < end:
            frame = until(socket, is_frame)
            columns = HEAD.unpack_from(frame)[2]
            total += int(np.frombuffer(frame, "<u2", 2 * columns, HEAD.size).sum())
            ms += columns
        return total / ms

    with connected(client, lab) as socket:
        command(socket, "settings", values={**SMALL, "speed": 10.0})
        until(socket, is_frame)
        before = rate(socket, 0.7)
        command(socket, "stimulate", first=0.0, last=1.0, current=20.0, duration=1000)
        assert rate(socket, 0.1) > 1.5 * before
        rate(socket, 0.4)
        command(socket, "settings", values={"inhibition": 0.0})
        rate(socket, 0.1)
        assert rate(socket, 0.5) > 1.5 * before
        command(socket, "settings", values={"noise": 0.0, "excitation": 0.0})
        rate(socket, 0.4)
        assert rate(socket, 0.5) < 0.1 * before


def test_a_slow_client_gets_the_latest_and_nothing_is_queued() -> None:
    strip = live.Strip(1000, 800)
    for ms in range(0, 5 * live.COLUMNS, 25):
        strip.add(ms, 25, np.array([ms]), np.array([3]))
    frame = strip.frame(0.5)
    _, first, columns, rows, *_, dropped = HEAD.unpack_from(frame)
    assert columns == live.COLUMNS
    assert first + columns == 5 * live.COLUMNS
    assert dropped == 4 * live.COLUMNS
    assert len(frame) < live.COLUMNS * (rows + 4) + 100
    assert HEAD.unpack_from(strip.frame(0.5))[2] == 0


def test_a_client_that_does_not_acknowledge_gets_one_frame(client: TestClient, lab: Lab) -> None:
    with connected(client, lab) as socket:
        command(socket, "settings", values=SMALL)
        frames = 0
        end = time.monotonic() + 30
        while time.monotonic() < end and not frames:
            frames += is_frame(socket.receive().get("bytes"))
        time.sleep(0.5)
        command(socket, "settings", values={"noise": -1})
        refused = None
        while refused is None:
            message = socket.receive()
            frames += is_frame(message.get("bytes"))
            if message.get("text") and json.loads(message["text"])["status"] == "refused":
                refused = json.loads(message["text"])
        assert frames == 1
        assert "network.noise" in refused["reason"]


@pytest.mark.parametrize(
    ("values", "named"),
    [({"cells": 10**9}, "cells"), ({"cells": 1.5}, "cells"), ({"noise": "much"}, "noise"), ({"colour": 1}, "colour"),
     ({"delay": True}, "delay"), ({"excitation": float("nan")}, "excitation")],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused_in_words(client: TestClient, lab: Lab, values: Any, named: str) -> None:
    with connected(client, lab) as socket:
        command(socket, "settings", values=values)
        assert named in until(socket, lambda got: isinstance(got, dict))["reason"]


def test_a_network_ends_with_its_client(client: TestClient, lab: Lab) -> None:
    with connected(client, lab) as socket:
        command(socket, "settings", values=SMALL)
        until(socket, is_frame)
        assert len(lab.running()) == 1
    end = time.monotonic() + 10
    while lab.running() and time.monotonic() < end:
        time.sleep(0.05)
    assert not lab.running()


def test_twenty_clients_at_once_each_have_their_own(client: TestClient, lab: Lab) -> None:
    sockets = [connected(client, lab).__enter__() for _ in range(20)]
    try:
        for k, socket in enumerate(sockets):
            command(socket, "settings", values={"cells": 100 + k, "indegree": 60})
        for k, socket in enumerate(sockets):
            assert HEAD.unpack_from(until(socket, is_frame))[3] == 100 + k
    finally:
        for socket in sockets:
            socket.__exit__(None, None, None)


# Nonsense.


def nonsense(rng: random.Random) -> str | bytes:
    words = ["seen", "settings", "stimulate", "pause", "stop", "", "x", None, 3, [], {}]
    kind = rng.randrange(7)
    if kind == 0:
        return rng.randbytes(rng.randrange(60))
    if kind == 1:
        return "".join(chr(rng.randrange(32, 0xD800)) for _ in range(rng.randrange(80)))
    if kind == 2:
        return "[" * rng.randrange(1, 2000)
    if kind == 3:
        return "x" * (LONGEST + rng.randrange(1, 10))
    if kind == 4:
        return json.dumps(rng.choice(words))
    if kind == 5:
        return json.dumps({"type": rng.choice(words[5:] if rng.random() < 0.5 else ["stimulate", "settings", "pause"])})
    table = {rng.choice(["type", "values", "first", "a"]): rng.choice([*words, 1e308, -1, True]) for _ in range(4)}
    return json.dumps({**table, "type": rng.choice(["nonsense", 1, None])})


def answered(client: TestClient, lab: Lab, message: str | bytes) -> tuple[int | None, str]:
    """The code and reason with which a client is let go for a message, or None and the words that refuse it."""
    with connected(client, lab) as socket:
        (socket.send_bytes if isinstance(message, bytes) else socket.send_text)(message)
        got = socket.receive()
        if got["type"] == "websocket.close":
            return got["code"], got.get("reason")
        told = json.loads(got["text"])
        assert told["status"] == "refused", message
        return None, told["reason"]


def test_malformed_messages_close_their_client_alone_with_a_reason(client: TestClient, lab: Lab) -> None:
    rng = random.Random(7)
    with connected(client, lab) as witness:
        command(witness, "settings", values=SMALL)
        until(witness, is_frame)
        for _ in range(1000):
            message = nonsense(rng)
            code, reason = answered(client, lab, message)
            assert code in (None, NONSENSE, REFUSED, 1009), message
            assert reason, message
        until(witness, is_frame)
    end = time.monotonic() + 10
    while lab.running() and time.monotonic() < end:
        time.sleep(0.05)
    assert not lab.running()


def test_a_client_that_talks_too_much_is_let_go(client: TestClient, lab: Lab) -> None:
    with connected(client, lab) as socket:
        for _ in range(MOST_A_SECOND + 5):
            command(socket, "seen")
        message = socket.receive()
        assert message["type"] == "websocket.close"
        assert message["code"] == REFUSED
