"""The laboratory's page in a browser: served from a folder, looked at with Playwright and Chromium."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any

import pytest

# Where to look for a browser besides Playwright's own, and how it is named there.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nothing: a test says what matters."""


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory):
    """The address at which the page is served, with a freshly made book."""
    from izhi.lab.book import book

    folder = tmp_path_factory.mktemp("page")
    for source in files("izhi.lab").joinpath("static").iterdir():
        (folder / source.name).write_bytes(source.read_bytes())
    (folder / "book.js").write_text(book(), encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/index.html"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser():
    """Chromium without a screen."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs Playwright, and Chromium, to open the page")
    found = os.environ.get("IZHI_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    with playwright.sync_playwright() as started:
        try:
            opened = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        except playwright.Error as problem:
            pytest.skip(f"needs Chromium to open the page: {str(problem).splitlines()[0]}")
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def _shared(browser, address):
    """One page for all tests that may share it."""
    page = browser.new_page(viewport={"width": 1600, "height": 900})
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(address)
    page.wait_for_function("window.izhi?.lab.run.history.length > 0")
    yield page, problems
    page.close()


@pytest.fixture
def page(_shared):
    """The page as it is when it is opened, whose console stays empty."""
    page, problems = _shared
    problems.clear()
    page.evaluate("izhi.lab.choose('2007/RS'); izhi.lab.toggle(true)")
    yield page
    assert problems == []


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, Any]]:
    """The address of a laboratory that runs in this process."""
    import uvicorn

    from izhi.lab.server import Lab

    lab = Lab()
    server = uvicorn.Server(uvicorn.Config(lab.app(), port=0, log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 20
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/?token={lab.token}", lab
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def shown(browser, served) -> Iterator:
    """The page in a browser, whose console stays empty but for requests that are refused.

    Playwright waits by `eval`, which the page's policy forbids.
    """
    page = browser.new_page(viewport={"width": 1600, "height": 900}, bypass_csp=True)
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(served[0])
    page.wait_for_function("window.izhi?.lab.run.history.length > 0")
    yield page
    page.close()
    assert [problem for problem in problems if "Failed to load resource" not in problem] == []
