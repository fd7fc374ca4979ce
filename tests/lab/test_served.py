"""The page as `izhi lab` serves it: what it asks the server, and live networks."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from izhi.dynamics import saddle_node
from izhi.lab import page as files


def test_the_page_opens_under_its_own_policy_and_the_trace_moves(browser, served) -> None:
    page = browser.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(served[0])
    end = time.monotonic() + 30
    while not page.evaluate("() => (window.izhi?.lab.run.history.length ?? 0) > 5"):
        assert time.monotonic() < end, problems
    page.close()
    assert problems == []


def test_the_bifurcation_diagram_is_that_of_the_dynamics(shown) -> None:
    shown.get_by_role("tab", name="bifurcation diagram").click()
    words = shown.locator("#diagram-panel .hint")
    shown.wait_for_function("document.querySelector('#diagram-panel .hint').textContent.includes('saddle-node')")
    assert f"{saddle_node('2007/RS')[0].current:.3f}"[:6] in words.inner_text()


def test_the_sheet_of_the_cell_is_that_of_the_dynamics(shown) -> None:
    shown.get_by_role("tab", name="sheet").click()
    shown.wait_for_function("document.querySelector('#sheet-panel pre').textContent.includes('class')", timeout=60_000)
    text = shown.locator("#sheet-panel pre").inner_text()
    assert "saddle-node at I = 51.4286" in text
    assert "class 1" in text


def test_a_question_that_makes_no_sense_is_answered_in_words(shown) -> None:
    replies = shown.evaluate("""
    async () => {
      const token = new URLSearchParams(location.search).get("token");
      const ask = async (name, body, own = token) => {
        const reply = await fetch(`api/${name}`, { method: "POST", body, headers: { "x-izhi-token": own } });
        return [reply.status, (await reply.json()).error];
      };
      const whole = { model: "izhikevich2003", parameters: { a: "x", b: 1, c: 2, d: 3 } };
      const nonsense = JSON.stringify({ model: "no" });
      return [await ask("diagram", "{"), await ask("diagram", "[]"), await ask("diagram", JSON.stringify(whole)),
        await ask("sheet", nonsense), await ask("nothing", "{}"), await ask("sheet", "{}", "wrong"),
        await ask("sheet", " ".repeat(10000))];
    }
    """)
    assert [status for status, _ in replies] == [400, 400, 400, 400, 404, 403, 413]
    assert all(words and "\\n" not in words for _, words in replies)


@pytest.fixture
def network(shown) -> Iterator:
    shown.get_by_role("button", name="network", exact=True).click()
    shown.wait_for_function(
        "/one second takes/.test(document.querySelector('.network-state').textContent)", timeout=90_000
    )
    yield shown
    shown.get_by_role("button", name="cell", exact=True).click()


def test_a_network_runs_and_its_levers_act(network) -> None:
    rate = "Number(document.querySelector('.network-state').textContent.match(/E ([\\d.]+) Hz/)[1])"
    network.wait_for_timeout(1500)
    usual = network.evaluate(rate)
    assert 2 < usual < 20
    network.get_by_role("slider", name="inhibition").fill("0")
    network.wait_for_function(f"{rate} > {3 * usual}", timeout=20_000)
    ink = network.evaluate("""() => {
      const canvas = document.querySelector("canvas.raster");
      const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      let drawn = 0;
      for (let k = 3; k < data.length; k += 4) drawn += data[k] > 0;
      return drawn / (data.length / 4);
    }""")
    assert ink > 0.02


def test_a_click_on_the_raster_stimulates_the_cells_there(network) -> None:
    sent = network.evaluate("""() => new Promise((done) => {
      const send = WebSocket.prototype.send;
      WebSocket.prototype.send = function (text) {
        if (text.includes("stimulate")) done(JSON.parse(text));
        return send.call(this, text);
      };
      const canvas = document.querySelector("canvas.raster");
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const at = { clientX: left + width / 2, clientY: top + height * 0.3, bubbles: true };
      canvas.dispatchEvent(new PointerEvent("pointerdown", at));
      canvas.dispatchEvent(new PointerEvent("pointerup", at));
    })""")
    assert sent["type"] == "stimulate"
    assert 0.05 < sent["last"] - sent["first"] < 0.15
    assert 0.5 < sent["first"] < 0.9


def test_a_network_can_be_paused_and_ends_with_its_view(network, served) -> None:
    _, lab = served
    assert len(lab.running()) == 1
    network.get_by_role("button", name="pause", exact=True).last.click()
    network.wait_for_timeout(400)
    state = network.locator(".network-state").inner_text()
    network.wait_for_timeout(500)
    assert network.locator(".network-state").inner_text() == state
    network.get_by_role("button", name="cell", exact=True).click()
    end = time.monotonic() + 10
    while lab.running() and time.monotonic() < end:
        time.sleep(0.05)
    assert not lab.running()
    network.get_by_role("button", name="network", exact=True).click()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["cell", "network"])
def test_no_barrier_is_found(browser, served, theme: str, view: str) -> None:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe, which looks for barriers, is missing"
    )
    page = browser.new_page(viewport={"width": 1600, "height": 900}, color_scheme=theme, bypass_csp=True)
    page.goto(served[0])
    page.wait_for_function("window.izhi?.lab.run.history.length > 0")
    if view == "network":
        page.get_by_role("button", name="network", exact=True).click()
    found = axe.Axe().run(page).response["violations"]
    page.close()
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []


def test_the_exported_page_runs_from_a_file(browser, tmp_path) -> None:
    files.export(tmp_path / "lecture.html")
    page = browser.new_page(viewport={"width": 1024, "height": 768})
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda request: problems.append(request.url) if request.url.startswith("http") else None)
    page.goto(f"file://{tmp_path}/lecture.html")
    page.wait_for_function("window.izhi?.lab.run.history.length > 5")
    assert not page.get_by_role("button", name="network", exact=True).is_visible()
    page.close()
    assert problems == []


def test_a_notebook_keeps_what_is_on_the_screen(shown) -> None:
    told = shown.evaluate("""async () => {
      const { render } = await import("./lab.js");
      const held = { experiment: { preset: "2003/CH", parameters: { d: 3 } } };
      const model = {
        get: (k) => held[k],
        set: (k, v) => (held[k] = v),
        save_changes: () => (held.saved = true),
        on() {},
        off() {},
      };
      const el = document.createElement("div");
      document.body.append(el);
      const end = render({ model, el });
      const lab = window.izhi.lab;
      const first = [lab.experiment.preset, lab.experiment.parameters.d];
      lab.setParameter("a", 0.05);
      await new Promise((done) => setTimeout(done, 1000));
      end();
      return { first, held };
    }""")
    assert told["first"] == ["2003/CH", 3]
    assert told["held"]["saved"]
    assert told["held"]["experiment"]["parameters"]["a"] == 0.05
