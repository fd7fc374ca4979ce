"""What the page exports for other programs is what the bridges make of its experiment."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from starlette.testclient import TestClient

from izhi.bridge import brian2, nest, neuroml
from izhi.bridge.nmodl import nmodl
from izhi.experiment import Experiment, parse_experiment
from izhi.lab.exports import FORMS, MOST, exported
from izhi.lab.server import LONGEST_EXPERIMENT, Lab
from izhi.presets import presets
from izhi.sweeps import read_sweeps

needs_nest = pytest.mark.skipif(find_spec("nest") is None, reason="NEST is not installed (pip install 'izhi[nest]')")
needs_nwb = pytest.mark.skipif(find_spec("pynwb") is None, reason="pynwb is not installed (pip install 'izhi[nwb]')")

# By which scheme and step a cell is on the screen: neither step is the scheme's own.
SCHEMES, STEPS = {"2003/FS": "nest", "2007/RS": "book-2007"}, {"2003/FS": 0.2, "2007/RS": 0.125}


@pytest.fixture
def saving(shown) -> Any:
    """The page with its exports open."""
    shown.get_by_role("tab", name="share and save").click()
    return shown


def with_a_moved_slider(page, preset: str) -> None:
    """A published cell on the screen, with its d moved by hand."""
    page.evaluate("(name) => { izhi.lab.toggle(false); izhi.lab.choose(name); }", preset)
    page.evaluate("([scheme, dt]) => izhi.lab.setScheme(scheme, dt)", [SCHEMES[preset], STEPS[preset]])
    slider = page.locator("input[type=range][aria-label^='d:']")
    for _ in range(5):
        slider.press("ArrowRight")


def taken(page, label: str) -> tuple[str, bytes]:
    """The name and the content of what a button of the page saves."""
    with page.expect_download() as download:
        page.get_by_role("button", name=label, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def on_screen(page) -> Experiment:
    found = parse_experiment(taken(page, "TOML")[1].decode())
    assert isinstance(found, Experiment)
    return found


def by_python(page) -> np.ndarray:
    """The spikes of the Python that the page exports."""
    scope: dict = {}
    exec(taken(page, "Python")[1].decode().replace("print(", "str("), scope)
    return scope["recording"].spike_times


def said(page, label: str) -> str:
    """What the page says when it cannot save."""
    page.get_by_role("button", name=label, exact=True).click()
    page.wait_for_function("document.querySelector('.made').textContent.startsWith('Not made')", timeout=60_000)
    words = page.locator(".made").inner_text()
    page.evaluate("document.querySelector('.made').textContent = ''")
    return words


def files_of(packed: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("preset", SCHEMES)
def test_each_file_is_what_the_bridge_makes_of_the_experiment_on_the_screen(saving, preset, tmp_path) -> None:
    with_a_moved_slider(saving, preset)
    experiment = on_screen(saving)
    moved = float(experiment.cell.parameters["d"])
    assert moved == saving.evaluate("izhi.lab.experiment.parameters.d")
    assert moved > presets()[preset].parameters["d"]
    name, text = taken(saving, "NMODL")
    assert text.decode() == nmodl(experiment.cell, SCHEMES[preset])
    assert name == f"{experiment.cell.model.name}_{SCHEMES[preset].replace('-', '_')}.mod"
    assert f"d = {moved:g}" in text.decode()
    _, text = taken(saving, "Brian 2")
    assert text.decode() == brian2.script(experiment)
    name, packed = taken(saving, "NeuroML")
    written = neuroml.write(
        experiment.cell, tmp_path / f"{preset[5:]}.nml", experiment.stimulus, experiment.duration, dt=experiment.dt
    )
    assert files_of(packed) == {path.name: path.read_bytes() for path in written}
    assert "by euler, where the screen has" in saving.locator(".made").inner_text()


def test_nest_has_cells_of_2003_only_and_the_page_says_so(saving) -> None:
    with_a_moved_slider(saving, "2003/FS")
    name, text = taken(saving, "NEST")
    assert name == "2003-FS-nest.py"
    assert text.decode() == nest.script(on_screen(saving), scheme="nest")
    with_a_moved_slider(saving, "2007/RS")
    with pytest.raises(ValueError, match="NEST has no other") as refused:
        nest.script(on_screen(saving))
    assert said(saving, "NEST") == f"Not made: {refused.value}"


@needs_nest
def test_the_exported_script_has_in_nest_the_spikes_of_the_exported_python(saving, tmp_path) -> None:
    with_a_moved_slider(saving, "2003/FS")
    (tmp_path / "cell.py").write_bytes(taken(saving, "NEST")[1])
    done = subprocess.run(
        [sys.executable, "cell.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
    )
    printed = [float(line) for line in done.stdout.splitlines() if line.replace(".", "").isdigit()]
    spikes = by_python(saving)
    assert spikes.size > 5
    assert printed == [float(f"{t:.6g}") for t in spikes]


@needs_nwb
def test_a_recording_is_of_the_run_on_the_screen(saving, tmp_path) -> None:
    with_a_moved_slider(saving, "2007/RS")
    spikes = saving.evaluate("""() => {
      izhi.lab.restart();
      izhi.lab.run.advance(izhi.lab.run.end);
      return izhi.lab.run.history.spikes;
    }""")
    name, content = taken(saving, "NWB")
    assert name == "2007-RS.nwb"
    (tmp_path / name).write_bytes(content)
    (sweep,) = read_sweeps(tmp_path / name)
    expected = on_screen(saving).run()
    assert spikes == expected.spike_times.tolist()
    assert np.array_equal(sweep.voltage, expected.voltage)
    assert np.array_equal(sweep.current, expected.current)
    with_a_moved_slider(saving, "2003/FS")
    assert said(saving, "NWB").endswith("that of a 2007 model, in pA, would do")


def test_what_a_bridge_refuses_is_one_line_of_its_words(saving, monkeypatch) -> None:
    saving.evaluate("izhi.lab.toggle(false); izhi.lab.setScheme('accurate', 0.1)")
    assert "scheme: 'accurate' given; one with equal steps" in said(saving, "NMODL")
    saving.evaluate("izhi.lab.setStimulus([{ kind: 'noise', std: 4, tau: 4, mean: 5, seed: 7 }])")
    saving.evaluate("izhi.lab.set('duration', 2000); izhi.lab.restart()")
    assert "a current of 20" in said(saving, "NeuroML")
    saving.evaluate("izhi.lab.setStimulus([])")
    saving.evaluate("izhi.lab.setEvents([{ receptor: 'AMPA', t: [10], weight: 5 }])")
    assert said(saving, "Brian 2") == "Not made: stimulus: 'synaptic events' given; currents would do in a script"
    assert said(saving, "NeuroML").startswith("Not made: neuroml: 'Events' given; ")
    saving.evaluate("izhi.lab.set('duration', 60000); izhi.lab.setScheme('euler', 0.001)")
    assert f"at most {MOST} would do" in said(saving, "NWB")
    monkeypatch.setitem(sys.modules, "pynwb", None)
    saving.evaluate("izhi.lab.choose('2007/RS')")
    assert said(saving, "NWB") == "Not made: izhi.bridge.nwb: needs pynwb; install it with: pip install 'izhi[nwb]'"


def test_what_was_done_by_hand_and_is_not_in_the_file_is_said(saving) -> None:
    saving.evaluate("izhi.lab.toggle(false); izhi.lab.kick(3, 0)")
    taken(saving, "NMODL")
    words = saving.locator(".made").inner_text()
    assert "by book-2007." in words
    assert "set by hand" in words


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_exports_are_reached_by_keyboard_and_without_a_barrier(saving, theme: str) -> None:
    saving.emulate_media(color_scheme=theme)
    saving.get_by_role("button", name="SVG", exact=True).focus()
    for label in ("NMODL", "NeuroML", "Brian 2"):
        saving.keyboard.press("Tab")
        assert saving.evaluate("document.activeElement.textContent") == label
    with saving.expect_download():
        saving.keyboard.press("Enter")
    assert saving.get_by_role("group", name="for other programs").is_visible()
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe, which looks for barriers, is missing"
    )
    found = axe.Axe().run(saving).response["violations"]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []


def test_a_page_without_a_server_says_why_it_has_no_such_files(page) -> None:
    page.get_by_role("tab", name="share and save").click()
    assert page.get_by_text("are written by the server of izhi lab").is_visible()
    assert page.get_by_role("button", name="NMODL").count() == 0


def test_the_documentation_has_each_file_that_the_page_offers(saving) -> None:
    offered = saving.get_by_role("group", name="for other programs").get_by_role("button").all_inner_texts()
    text = (Path(__file__).parents[2] / "docs/lab.md").read_text(encoding="utf-8")
    rows = text.partition("| file |")[2].partition("\n\n")[0].splitlines()[2:]
    assert [row.split("|")[1].strip() for row in rows] == offered
    assert len(offered) == len(FORMS)


# Who may ask, and for what.

CELL = 'preset = "2003/RS"\nscheme = "euler"\ndt = 0.5\nduration = 100\n'


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def client(lab: Lab) -> Iterator[TestClient]:
    with TestClient(lab.app()) as client:
        client.headers["x-izhi-token"] = lab.token
        yield client


@pytest.mark.parametrize("headers", [{"x-izhi-token": "wrong"}, {"origin": "http://elsewhere.example"}], ids=str)
def test_only_the_page_itself_is_given_files(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/api/export/nmodl", content=CELL).status_code == 200
    assert client.post("/api/export/nmodl", content=CELL, headers=headers).status_code == 403


def test_an_export_is_a_file_with_a_name(client: TestClient) -> None:
    reply = client.post("/api/export/nest", content=CELL)
    assert reply.headers["content-disposition"] == 'attachment; filename="2003-RS-nest.py"'
    assert reply.headers["x-izhi-scheme"] == "nest"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_one_file_is_made_at_a_time(client: TestClient, lab: Lab) -> None:
    lab.exporting = True
    assert client.post("/api/export/nmodl", content=CELL).status_code == 429
    lab.exporting = False
    assert client.post("/api/export/nmodl", content="nonsense").status_code == 400
    assert client.post("/api/export/nmodl", content=CELL).status_code == 200


def test_a_cell_of_a_file_is_not_looked_for_on_the_servers_disk(client: TestClient, tmp_path: Path) -> None:
    file = tmp_path / "cell.toml"
    file.write_text('[own]\nmodel = "izhikevich2003"\nparameters = { a = 0.1, b = 0.2, c = -65, d = 2 }\n')
    hidden = f"preset = {json.dumps(str(file))}\n"
    inside = f'duration = 10\n[[population]]\nname = "E"\ncount = 1\n{hidden.replace("preset", "cell")}'
    for text in (hidden, inside, hidden + CELL.partition("\n")[2]):
        reply = client.post("/api/export/brian2", content=text)
        assert reply.status_code == 400
        assert "izhikevich2003" not in reply.text


NONSENSE = {
    "nothing": "",
    "no TOML": "[" * 3000,
    "no UTF-8": b"\xff\xfe",
    "a mechanism": 'mechanism = "2003a"\n',
    "no preset": "preset = [1]\n",
    "no parameter": CELL + "[parameters]\nzeta = 1\n",
    "no number": CELL + '[parameters]\na = "\\n"\n',
    "no step": CELL.replace("0.5", "0"),
    "a step of nothing": CELL.replace("0.5", "1e-300"),
    "no duration": CELL.replace("100", "-5"),
    "no scheme": CELL.replace("euler", "none"),
    "no current": CELL + '[[stimulus]]\nkind = "none"\n',
    "too many pulses": CELL
    + '[[stimulus]]\nkind = "train"\nI = 1\nstart = 0\nwidth = 1\nperiod = 2\ncount = 1000000\n' * 4,
    "too much noise": CELL + '[[stimulus]]\nkind = "noise"\nstd = 1\ntau = 1\ninterval = 1e-7\n',
}


@pytest.mark.parametrize("form", ["neuroml", "nwb", "none"])
@pytest.mark.parametrize("text", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_answered_in_one_line(client: TestClient, form: str, text: str | bytes) -> None:
    reply = client.post(f"/api/export/{form}", content=text)
    assert reply.status_code == 400
    words = reply.json()["error"]
    assert words
    assert "\n" not in words


def test_a_text_that_is_too_long_is_not_read(client: TestClient) -> None:
    assert client.post("/api/export/nmodl", content=b"#" * (LONGEST_EXPERIMENT + 1)).status_code == 413


def test_an_experiment_of_a_model_is_named_after_it() -> None:
    text = 'model = "izhikevich2003"\nduration = 10\n[parameters]\na = 0.1\nb = 0.2\nc = -65\nd = 2\n'
    assert exported("brian2", text).name == "izhikevich2003-brian2.py"
    assert "cell.nml" in files_of(exported("neuroml", text).content)
