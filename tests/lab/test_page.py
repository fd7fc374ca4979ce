"""The laboratory's page: what it shows is what the package computes, and everything on it works."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

import izhi
from izhi.experiment import parse_experiment, run_preset
from izhi.presets import presets
from izhi.schemes import SCHEMES
from izhi.schemes.scheme import GridScheme

# How far spikes of the accurate scheme may be apart: the page solves to 1e-8, a stretch at a time [ms].
NEAR = 1e-5


def text(page, selector: str) -> str:
    return page.locator(selector).first.inner_text()


def number(page, name: str) -> float:
    return float(text(page, f"[data-name='{name}']").replace("−", "-"))


def state(page) -> list[float]:
    return page.evaluate("izhi.lab.run.cell.state")


# It shows what the package computes.


def test_the_page_opens_without_a_complaint_and_runs(browser, address):
    page = browser.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(address)
    page.wait_for_function("izhi.lab.run.time > 20", timeout=2000)
    first = page.evaluate("document.querySelector('canvas.scope').toDataURL()")
    page.wait_for_timeout(100)
    assert page.evaluate("document.querySelector('canvas.scope').toDataURL()") != first
    assert problems == []
    page.close()


def test_every_preset_spikes_as_in_python(page):
    found = page.evaluate("""() => {
        izhi.lab.toggle(false);
        return Object.fromEntries(Object.keys(izhi.BOOK.presets).map((name) => {
            izhi.lab.choose(name);
            izhi.lab.run.advance(izhi.lab.run.end);
            return [name, [document.querySelector('select.preset').value, izhi.lab.run.history.spikes]];
        }));
    }""")
    assert sorted(found) == sorted(presets())
    for name, row in presets().items():
        chosen, spikes = found[name]
        assert chosen == name
        expected = run_preset(row, record="spikes").spike_times
        assert len(spikes) == expected.size, name
        near = 0.0 if isinstance(SCHEMES[row.scheme], GridScheme) else NEAR
        np.testing.assert_allclose(spikes, expected, rtol=0, atol=near, err_msg=name)


def test_currents_on_the_page_are_those_of_the_book(page):
    same = page.evaluate("""() => {
        izhi.lab.toggle(false);
        return Object.entries(izhi.BOOK.presets).filter(([name, row]) => {
            izhi.lab.choose(name);
            const { pieces, waves } = izhi.lab.run.drive;
            return JSON.stringify([pieces, waves]) !== JSON.stringify([row.pieces, row.waves]);
        }).map(([name]) => name);
    }""")
    assert same == []


def test_noise_has_its_deviation_and_correlation(page):
    path = page.evaluate("""() => {
        izhi.lab.toggle(false);
        izhi.lab.setStimulus([{ kind: 'noise', std: 20, tau: 5, mean: 10, seed: 3 }]);
        izhi.lab.set('repeat', false);
        izhi.lab.setScheme('euler', 0.1);
        izhi.lab.run.advance(6000);
        return Array.from(izhi.lab.run.history.current.slice(0, 60000));
    }""")
    current = np.array(path)
    assert current.mean() == pytest.approx(10, abs=3)
    assert current.std() == pytest.approx(20, rel=0.1)
    apart = current - current.mean()
    assert (apart[:-50] * apart[50:]).mean() / apart.var() == pytest.approx(np.exp(-1), abs=0.12)


def test_equilibria_are_where_the_equations_rest(page):
    page.evaluate("izhi.lab.toggle(false); izhi.lab.setStimulus([])")
    rest, saddle = page.evaluate("izhi.lab.equilibria()")
    assert (rest["type"], saddle["type"]) == ("stable node", "saddle")
    assert rest["state"] == pytest.approx([-60, 0], abs=1e-6)
    assert saddle["state"][0] == pytest.approx(-40 + -2 / 0.7, abs=1e-6)  # k(v - vt) = b
    jacobian = np.array([[0.7 * (2 * -60 + 60 + 40) / 100, -0.01], [0.03 * -2, -0.03]])
    expected = sorted(np.linalg.eigvals(jacobian).real)
    assert sorted(re for re, _ in rest["eigenvalues"]) == pytest.approx(expected, rel=1e-4)
    page.wait_for_function("document.querySelector('.equilibria').textContent.includes('stable node')")


# What can be done to the cell.


def test_sliders_act_at_once(page):
    slider = page.locator("input[type=range][aria-label^='c:']")
    slider.focus()
    before = page.evaluate("izhi.lab.run.cell.parameters.c")
    slider.press("ArrowRight")
    after = page.evaluate("izhi.lab.run.cell.parameters.c")
    assert after > before
    assert float(page.locator("#p-c").input_value()) == after
    page.locator("#p-C").fill("-1")
    assert page.evaluate("izhi.lab.run.cell.parameters.C") == 100
    assert page.locator("#p-C").get_attribute("aria-invalid") == "true"
    page.locator("#p-C").fill("200")
    assert page.evaluate("izhi.lab.run.cell.parameters.C") == 200
    page.get_by_role("button", name="reset to preset").click()
    assert page.evaluate("[izhi.lab.run.cell.parameters.c, izhi.lab.run.cell.parameters.C]") == [before, 100]


def test_every_slider_of_every_model_acts(page):
    shown = {row.model: name for name, row in presets().items()}
    for name in shown.values():
        page.evaluate("(name) => izhi.lab.choose(name)", name)
        symbols = page.evaluate("izhi.lab.model.parameters.map(({ symbol }) => symbol)")
        for symbol in symbols:
            slider = page.locator(f"input[type=range][aria-label^='{symbol}:']")
            read = f"izhi.lab.run.cell.parameters[{symbol!r}]"
            before = page.evaluate(read)
            slider.focus()
            slider.press("ArrowRight")
            assert page.evaluate(read) > before, (name, symbol)


def test_the_held_current_adds_to_everything(page):
    page.locator("#p-I").fill("50")
    page.evaluate("izhi.lab.toggle(false)")
    assert page.evaluate("izhi.lab.run.current") == 150


def test_a_click_in_the_plane_sets_the_state_and_a_drag_kicks_it(page):
    page.evaluate("izhi.lab.toggle(false); izhi.lab.restart()")
    page.wait_for_timeout(50)
    box = page.locator("canvas.plane").bounding_box()
    x, y = box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5
    expected = page.evaluate(f"izhi.plane.frame.value({box['width'] * 0.5}, {box['height'] * 0.5})")
    page.mouse.click(x, y)
    assert state(page) == pytest.approx(expected, abs=0.3)
    before = state(page)
    page.mouse.move(x - 60, y + 40)
    page.mouse.down()
    page.mouse.move(x - 20, y + 40, steps=3)
    page.mouse.up()
    dv = 40 / page.evaluate("izhi.plane.frame.kx")
    assert state(page) == pytest.approx([before[0] + dv, before[1]], abs=0.3)


def test_a_click_on_the_current_injects_a_pulse(page):
    page.evaluate("izhi.lab.toggle(false); izhi.lab.setStimulus([]); izhi.lab.restart()")
    page.wait_for_timeout(50)
    box = page.locator("canvas.scope").bounding_box()
    page.mouse.click(box["x"] + 300, box["y"] + box["height"] - 50)
    page.evaluate("for (let k = 0; k < 60; k += 1) izhi.lab.stepOnce()")
    current = page.evaluate("Array.from(izhi.lab.run.history.current.slice(0, 60))")
    assert [current.count(100), current.count(0)] == [20, 40]  # 5 ms of 0.25 ms


def test_the_editor_of_the_current(page):
    page.get_by_label("Add a current").select_option("sine")
    page.get_by_label("frequency [Hz]").fill("40")
    page.get_by_label("frequency [Hz]").press("Enter")
    tables = page.evaluate("izhi.lab.experiment.stimulus")
    assert [table["kind"] for table in tables] == ["constant", "sine"]
    assert tables[1]["frequency"] == 40
    page.get_by_label("Remove this constant").click()
    assert page.evaluate("izhi.lab.run.drive.pieces.length") == 0
    page.get_by_role("button", name="preset's own").click()
    assert page.evaluate("izhi.lab.experiment.stimulus.length") == 1


def test_overlay_and_scheme(page):
    page.evaluate("izhi.lab.choose('2003/FS'); izhi.lab.set('speed', 5)")
    page.get_by_label("Scheme").select_option("published-2003")
    page.get_by_label("overlay the accurate solution").check()
    page.wait_for_function("izhi.lab.run.twinHistory?.count > 3 || izhi.lab.sweeps > 0")
    page.wait_for_selector(".twin:visible")
    assert re.search(r"accurate \(\d+, \d+\)", text(page, ".twin"))
    assert page.evaluate("izhi.lab.experiment.dt") == 1


def test_numbers_that_break_down_are_reported_with_a_remedy(page):
    page.evaluate("izhi.lab.setScheme('euler', 0.1); izhi.lab.run.cell.state = [-Infinity, 0]")
    page.wait_for_selector(".banner:visible", timeout=3000)
    assert "smaller dt, or the accurate scheme" in text(page, ".banner")
    page.get_by_role("button", name="use accurate").click()
    page.wait_for_function("izhi.lab.run.time > 1 && !izhi.lab.run.failed")
    assert page.evaluate("izhi.lab.experiment.scheme") == "accurate"


def test_a_solution_that_runs_away_is_reported(page):
    page.evaluate("izhi.lab.choose('2004/T'); izhi.lab.setScheme('accurate', 0.1); izhi.lab.set('speed', 5)")
    page.wait_for_selector(".banner:visible", timeout=5000)
    assert "runs away" in text(page, ".banner")


def test_the_curve_of_rates(page):
    page.get_by_role("tab", name="f-I curve").click()
    page.wait_for_function("izhi.tabs.fi.points.length > 20", timeout=20_000)
    current, rate = np.array(page.evaluate("izhi.tabs.fi.points.filter(([, f]) => f !== null)")).T
    assert (rate[current < 50] == 0).all()
    assert (rate[current > 60] > 0).all()


# Sharing and saving.


def test_a_link_brings_the_experiment_back(page, browser):
    page.evaluate("""() => {
        izhi.lab.choose('2004/H');
        izhi.lab.setParameter('b', 0.27);
        izhi.lab.setHeld(0.5);
        izhi.lab.setScheme('rk4', 0.05);
        izhi.lab.setStimulus([{ kind: 'pulse', I: 3, start: 10, stop: 20 }]);
        izhi.lab.set('window', 200);
    }""")
    page.wait_for_timeout(600)
    link, expected = page.url, page.evaluate("izhi.lab.experiment")
    other = browser.new_page()
    other.goto(link)
    other.wait_for_function("window.izhi")
    assert other.evaluate("izhi.lab.experiment") == expected
    assert len(link.split("#")[1]) < 400
    other.close()


def test_a_link_of_nonsense_says_so(browser, address):
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{address}#%%%")
    page.wait_for_function("window.izhi?.lab.run.history.length > 0")
    for nonsense in ("%%%", "bm9uc2Vuc2U", "eyJwcmVzZXQiOiJubyJ9", "W10", "AAAA"):
        page.evaluate(f"location.hash = '{nonsense}'")
        page.wait_for_selector(".banner:visible")
        assert page.evaluate("izhi.lab.experiment.preset") == "2007/RS"
        page.evaluate("izhi.lab.choose('2003/FS')")
        assert not page.locator(".banner").is_visible()
    assert problems == []
    page.close()


def test_what_a_link_says_wrongly_stays_as_published(page):
    page.evaluate("""location.hash = btoa(JSON.stringify({
        preset: '2003/RS', dt: -1, scheme: 'no', parameters: { a: 'x', b: 0.3 },
        stimulus: [{ kind: 'no' }], speed: null,
    }))""")
    page.wait_for_function("izhi.lab.experiment.preset === '2003/RS'")
    experiment = page.evaluate("izhi.lab.experiment")
    assert (experiment["dt"], experiment["scheme"]) == (0.25, "figure1")
    assert (experiment["parameters"]["a"], experiment["parameters"]["b"]) == (0.02, 0.3)
    assert "dt, scheme, stimulus, speed" in text(page, ".banner")


def saved(page, name: str) -> bytes:
    page.get_by_role("tab", name="share and save").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=name, exact=True).click()
    with open(download.value.path(), "rb") as file:
        return file.read()


CHANGED = """() => {
    izhi.lab.toggle(false);
    izhi.lab.choose('2007/RS');
    izhi.lab.setParameter('d', 110);
    izhi.lab.setHeld(12.5);
    izhi.lab.setStimulus([{ kind: 'step', I: 70, start: 50 }, { kind: 'ramp', slope: 0.05, start: 100 },
                          { kind: 'sine', I: 10, frequency: 8, start: 0 },
                          { kind: 'train', I: 100, start: 20, width: 5, period: 40, count: 3 }]);
    izhi.lab.setScheme('euler', 0.1);
    izhi.lab.run.advance(izhi.lab.run.end);
    return izhi.lab.run.history.spikes;
}"""


def assert_written_down(page, spikes: list[float]) -> None:
    """That the exported Python and the exported experiment file give these spikes, to the last bit."""
    scope: dict = {}
    exec(saved(page, "Python").decode().replace("print(", "str("), scope)
    assert scope["recording"].spike_times.tolist() == spikes
    assert parse_experiment(saved(page, "TOML").decode()).run().spike_times.tolist() == spikes


def test_python_and_experiment_file_give_the_same_spikes(page):
    spikes = page.evaluate(CHANGED)
    assert len(spikes) > 3
    assert_written_down(page, spikes)
    assert izhi.Cell.preset("2007/RS", d=110).parameters["d"] == 110


def test_synaptic_events_can_be_written_shared_and_saved(page):
    page.get_by_role("button", name="add events").click()
    times = page.get_by_role("textbox", name="Times of the events [ms]")
    times.fill("nonsense")
    times.press("Enter")
    assert times.get_attribute("aria-invalid") == "true"
    times.fill("30 60.5, 200")
    times.press("Enter")
    spikes = page.evaluate("""() => {
      izhi.lab.setStimulus([{ kind: "constant", I: 40 }]);
      izhi.lab.setEvents([...izhi.lab.experiment.events, { receptor: "GABA_B", t: [100], weight: 0.5 }]);
      izhi.lab.toggle(false);
      izhi.lab.restart();
      izhi.lab.run.advance(izhi.lab.run.end);
      return izhi.lab.run.history.spikes;
    }""")
    assert len(spikes) > 2
    assert_written_down(page, spikes)
    events = page.evaluate("izhi.lab.experiment.events")
    assert events[0] == {"receptor": "AMPA", "t": [30, 60.5, 200], "weight": 20}


def test_noise_is_written_down_as_the_path_that_it_took(page):
    spikes = page.evaluate("""() => {
      izhi.lab.setStimulus([{ kind: "constant", I: 60 }, { kind: "noise", std: 40, tau: 4, mean: 5, seed: 7 }]);
      izhi.lab.toggle(false);
      izhi.lab.restart();
      izhi.lab.run.advance(izhi.lab.run.end);
      return izhi.lab.run.history.spikes;
    }""")
    assert len(spikes) > 2
    assert_written_down(page, spikes)


def test_a_synaptic_event_by_hand_acts_at_once(page):
    before, after = page.evaluate("""() => {
      izhi.lab.setStimulus([]);
      izhi.lab.toggle(false);
      izhi.lab.restart();
      izhi.lab.run.advance(50);
      const v = izhi.lab.run.cell.state[0];
      izhi.lab.receive("AMPA", 5);
      izhi.lab.run.advance(52);
      return [v, izhi.lab.run.cell.state[0]];
    }""")
    assert before == -60
    assert after > before + 1


def test_every_preset_can_be_written_down(page):
    files = page.evaluate("""() => {
        izhi.lab.toggle(false);
        return Object.keys(izhi.BOOK.presets).map((name) => {
            izhi.lab.choose(name);
            return [name, izhi.written.experimentFile(izhi.lab), izhi.written.python(izhi.lab)];
        });
    }""")
    for name, toml, code in files:
        experiment = parse_experiment(toml)
        assert experiment.scheme == presets()[name].scheme, name
        compile(code, name, "exec")


def test_samples_and_pictures(page):
    spikes = page.evaluate(CHANGED)
    remark, head, *rows = saved(page, "CSV").decode().splitlines()
    assert head == "t [ms],v [mV],u [pA],I [pA]"
    table = np.array([[float(x) for x in row.split(",")] for row in rows])
    assert [float(x) for x in remark.split(": ")[-1].split()] == spikes
    assert table[-1, 0] == pytest.approx(520)
    assert saved(page, "PNG").startswith(b"\x89PNG")
    svg = saved(page, "SVG").decode()
    assert svg.startswith("<svg")
    assert "NaN" not in svg
    assert (
        page.evaluate(
            "(text) => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror')", svg
        )
        is None
    )


# Where a server or a notebook is behind the page.


def test_without_a_server_there_is_nothing_to_ask_it(page):
    tabs = page.get_by_role("tab").all_inner_texts()
    assert tabs == ["lessons", "f-I curve", "share and save"]
    assert page.get_by_role("button", name="network").count() == 0


def test_the_diagram_is_asked_of_the_server(browser, address):
    page = browser.new_page()
    asked: list = []

    def answer(route):
        asked.append((route.request.headers.get("x-izhi-token"), json.loads(route.request.post_data)))
        branch = {"value": [0, 50, 0], "voltage": [-60, -51, -43], "stable": [True, True, False], "kind": ["node"] * 3}
        marks = [{"kind": "saddle-node", "value": 50, "voltage": -51}]
        dots = {"value": [0, 100], "lowest": [-60, None], "highest": [-60, 35]}
        route.fulfill(json={"parameter": "I", "unit": "pA", "branches": [branch], "marks": marks, **dots})

    page.route("**/api/diagram", answer)
    page.goto(f"{address}?token=word")
    page.get_by_role("tab", name="bifurcation diagram").click()
    page.wait_for_function("document.querySelector('#diagram-panel .hint').textContent.includes('saddle-node at 50')")
    token, question = asked[0]
    assert token == "word"
    assert question["model"] == "izhikevich2007"
    assert question["parameters"]["vpeak"] == 35
    assert question["current"] == 100
    page.close()


def test_a_notebook_and_the_page_tell_each_other(page):
    kept = page.evaluate("""async () => {
        const { render } = await import('./lab.js');
        const main = izhi;
        const heard = {};
        const model = {
            values: { experiment: { preset: '2003/IB', parameters: { d: 5 } } },
            get(name) { return this.values[name]; },
            set(name, value) { this.values[name] = value; },
            save_changes() { this.saved = true; },
            on(event, listener) { heard[event] = listener; },
        };
        const el = document.createElement('div');
        document.body.append(el);
        const end = render({ model, el });
        const { lab } = izhi;
        const begun = [lab.experiment.preset, lab.run.cell.parameters.d];
        lab.setParameter('d', 6);
        await new Promise((done) => setTimeout(done, 600));
        const told = structuredClone(model.values.experiment);
        model.values.experiment = { preset: '2007/FS' };
        heard['change:experiment']();
        const followed = lab.experiment.preset;
        end();
        const left = el.children.length;
        el.remove();
        window.izhi = main;
        return { begun, told, saved: model.saved, followed, left };
    }""")
    assert kept == {
        "begun": ["2003/IB", 5],
        "told": {"preset": "2003/IB", "parameters": {"d": 6}},
        "saved": True,
        "followed": "2007/FS",
        "left": 0,
    }


# Lessons, keys, shapes.

# What solves each step of each lesson.
SOLUTIONS = [
    [
        "izhi.lab.kick(5, 0)",
        "izhi.lab.set('pulse', { I: 500, width: 5 }); izhi.lab.inject()",
        "izhi.lab.setHeld(80)",
        "izhi.lab.setHeld(56)",
    ],
    [
        "izhi.lab.kick(2, 0)",
        "izhi.lab.kick(3, 0)",
        "izhi.lab.setStimulus([{ ...izhi.lab.experiment.stimulus[0], period: 44 }])",
        "izhi.lab.setStimulus([{ ...izhi.lab.experiment.stimulus[0], period: 5 }])",
    ],
    [
        "izhi.lab.setHeld(2.5)",
        "izhi.lab.setParameter('c', -38); izhi.lab.inject()",
        "izhi.lab.setHeld(0.4)",
        "izhi.lab.setHeld(0.24)",
    ],
    [
        "izhi.lab.setParameter('c', -50); izhi.lab.setParameter('d', 2)",
        "izhi.lab.setParameter('c', -45)",
        "izhi.lab.setHeld(-1000); setTimeout(() => izhi.lab.setHeld(0), 1000)",
    ],
    [
        "izhi.lab.setOverlay(true)",
        "izhi.lab.setScheme('euler', 0.02)",
        "izhi.lab.setScheme('rk4', 0.2)",
        "izhi.lab.setScheme('accurate', 0.1)",
    ],
    [
        "izhi.tabs.lessons.trio.settings.ei = 20",
        "izhi.tabs.lessons.trio.settings.ie = 10",
        "Object.assign(izhi.tabs.lessons.trio.settings, { ei: 12, ie: 60, tau: 20 })",
    ],
]


@pytest.mark.parametrize("lesson", range(len(SOLUTIONS)))
def test_a_lesson_can_be_completed(page, lesson):
    page.get_by_role("tab", name="lessons").click()
    page.get_by_label("Lesson", exact=True).select_option(str(lesson))
    done = "document.querySelector('.progress').classList.contains('done')"
    for act in SOLUTIONS[lesson]:
        assert not page.evaluate(done)
        page.evaluate("izhi.lab.set('speed', 1); if (izhi.tabs.lessons.trio) izhi.tabs.lessons.trio.speed = 3")
        page.evaluate(act)
        page.wait_for_function(done, timeout=10_000)
        page.get_by_role("button", name=re.compile("^(next|finish)")).click()
    following = str(lesson + 1) if lesson + 1 < len(SOLUTIONS) else ""
    assert page.get_by_label("Lesson", exact=True).input_value() == following


def test_keys(page):
    page.locator("h1").click()
    assert page.evaluate("izhi.lab.running")
    page.keyboard.press(" ")
    assert not page.evaluate("izhi.lab.running")
    page.keyboard.press("r")
    page.keyboard.press(".")
    assert page.evaluate("izhi.lab.run.time") == 0.25
    assert "paused" in text(page, "[role=status]")
    page.locator("canvas.plane").focus()
    before = state(page)
    page.keyboard.press("ArrowRight")
    assert state(page)[0] > before[0]
    page.keyboard.press("ArrowUp")
    assert state(page)[1] > before[1]
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    page.get_by_label("New v").fill("-55")
    page.get_by_role("button", name="set", exact=True).click()
    assert state(page)[0] == -55


def test_everything_has_a_name(page):
    unnamed = page.evaluate("""() => [...document.querySelectorAll('button, input, select, textarea, canvas')].filter(
        (e) => !(e.getAttribute('aria-label') || e.closest('label')?.textContent.trim() || e.textContent.trim())
    ).map((e) => e.outerHTML)""")
    assert unnamed == []


@pytest.mark.parametrize(("width", "height"), [(1600, 900), (1024, 768), (390, 844)])
def test_the_page_fits(page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(100)
    size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert size[0] <= width
    assert size[1] <= height or width < 1600
    traces = page.locator("canvas.scope").bounding_box()
    assert traces["y"] + traces["height"] <= height
    page.set_viewport_size({"width": 1600, "height": 900})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_can_be_told_from_the_ground(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.wait_for_timeout(50)
    colours = {name: luminance(value) for name, value in page.evaluate("izhi.lab.colours").items()}
    page.emulate_media(color_scheme="light")
    ground = colours["surface"]
    for name in ("ink", "muted", "v", "u", "w", "i", "true", "peak", "reset", "warn", "accent"):
        contrast = (max(colours[name], ground) + 0.05) / (min(colours[name], ground) + 0.05)
        assert contrast >= 4.5, name


def luminance(colour: str) -> float:
    """As WCAG 2 defines it."""
    share = np.array([float(x) for x in re.findall(r"[\d.]+", colour)[:3]]) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_who_wants_less_motion_begins_with_a_pause(browser, address):
    page = browser.new_page(reduced_motion="reduce")
    page.goto(address)
    page.wait_for_function("window.izhi")
    assert not page.evaluate("izhi.lab.running")
    page.close()


def test_the_state_of_a_link_is_small_json(page):
    page.wait_for_timeout(600)
    packed = page.url.split("#")[1]
    assert json.loads(page.evaluate("(t) => atob(t)", packed.replace("-", "+").replace("_", "/"))) == {
        "preset": "2007/RS"
    }
