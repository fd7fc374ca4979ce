"""The cell in the browser against the cell in Python."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

import izhi
from izhi.experiment import run_preset
from izhi.lab import page
from izhi.lab.book import OFFERED
from izhi.presets import presets
from izhi.schemes import SCHEMES

RUN = """
const { published } = MODULES["cell.js"];
const { BOOK } = MODULES["book.js"];
function run(name, scheme, dt, duration) {
  const cell = published(name, { scheme, dt });
  const out = { spikes: [] };
  if (BOOK.schemes[scheme].solve) out.spikes = cell.advance(duration, dt).spikes;
  else {
    const steps = Math.round(duration / dt) + BOOK.schemes[scheme].extra;
    for (let k = 0; k < steps && !cell.failed; k += 1) out.spikes.push(...cell.step().spikes);
  }
  return JSON.stringify({ ...out, state: cell.failed ? [] : cell.state, failed: cell.failed });
}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator:
    racer = pytest.importorskip("py_mini_racer", reason="mini-racer, which runs JavaScript, is not installed")
    with racer.MiniRacer() as context:
        context.eval(page.bundle("cell.js") + RUN)
        yield context


def in_the_browser(browser, name: str, scheme: str, dt: float, duration: float) -> dict:
    return json.loads(browser.eval(f"run({json.dumps(name)}, {json.dumps(scheme)}, {dt!r}, {duration!r})"))


@pytest.mark.parametrize("scheme", [s for s in OFFERED if s != "accurate"])
def test_every_preset_spikes_in_the_browser_as_in_python_to_the_last_bit(browser, scheme: str) -> None:
    some = 0
    for name, row in presets().items():
        dt = row.dt if scheme == row.scheme else SCHEMES[scheme].dt
        found = in_the_browser(browser, name, scheme, dt, row.duration)
        recording = run_preset(row, scheme=scheme, dt=dt, engine="cpu")
        assert found["spikes"] == recording.spike_times.tolist(), name
        assert found["failed"] == bool(recording.failures), name
        some += len(found["spikes"])
    assert some > 500


def test_the_accurate_solution_in_the_browser_is_that_of_python(browser) -> None:
    for name, row in presets().items():
        found = in_the_browser(browser, name, "accurate", row.dt, row.duration)
        recording = run_preset(row, scheme="accurate", dt=row.dt, engine="cpu")
        assert found["failed"] == bool(recording.failures), name
        if not recording.failures:
            assert np.allclose(found["spikes"], recording.spike_times, rtol=0, atol=1e-7), name


def test_the_accurate_solution_does_not_depend_on_how_it_is_cut(browser) -> None:
    whole = in_the_browser(browser, "2007/RS", "accurate", 0.1, 300.0)["spikes"]
    cut = json.loads(
        browser.eval("""
    (() => {
      const cell = published("2007/RS", { scheme: "accurate", dt: 0.1 });
      const spikes = [];
      for (let t = 7; t < 300; t += 7) spikes.push(...cell.advance(t).spikes);
      spikes.push(...cell.advance(300).spikes);
      return JSON.stringify(spikes);
    })()
    """)
    )
    assert len(whole) > 2
    assert np.allclose(whole, cut, rtol=0, atol=1e-6)


def test_a_wave_is_what_python_makes_of_it(browser) -> None:
    sine = izhi.Sine(60.0, 8.0, start=20.0, stop=400.0)
    recording = izhi.simulate(izhi.Cell.preset("2007/RS"), izhi.Constant(40.0) + sine, 500.0, scheme="rk4", dt=0.1)
    row = sine.terms()[0].row(0)
    found = json.loads(
        browser.eval(f"""
    (() => {{
      const cell = published("2007/RS", {{ scheme: "rk4", dt: 0.1 }});
      cell.drive = new (MODULES["cell.js"].Drive)([], [{json.dumps(row)}]);
      cell.offset = 40;
      const spikes = [];
      for (let k = 0; k < 5000; k += 1) spikes.push(...cell.step().spikes);
      return JSON.stringify(spikes);
    }})()
    """)
    )
    assert len(found) > 2
    assert np.allclose(found, recording.spike_times, rtol=0, atol=1e-9)


@pytest.mark.parametrize("scheme", ["accurate", "euler", "rk4", "published-2003", "esr"])
@pytest.mark.parametrize("name", ["2007/RS", "2003/LTS", "2007/LS"])
def test_synaptic_events_act_as_in_python(browser, name: str, scheme: str) -> None:
    events = [
        ("AMPA", 20.0, 30.0),
        ("NMDA", 60.0, 10.0),
        ("GABA_A", 90.05, 4.0),
        ("AMPA", 90.0, 40.0),
        ("GABA_B", 120.0, 1.0),
    ]
    scale = 0.02 if name.startswith("2003") else 1.0
    total = sum(
        (izhi.Events(r, [t], weight=w * scale) for r, t, w in events[1:]),
        izhi.Events("AMPA", [20.0], weight=30.0 * scale),
    )
    dt = SCHEMES[scheme].dt
    recording = izhi.simulate(izhi.Cell.preset(name), total, 300.0, scheme=scheme, dt=dt)
    found = json.loads(
        browser.eval(f"""
    (() => {{
      const cell = published({json.dumps(name)}, {{ scheme: {json.dumps(scheme)}, dt: {dt!r} }});
      cell.drive = new (MODULES["cell.js"].Drive)();
      for (const [receptor, t, weight] of {json.dumps(events)}) cell.receive(receptor, weight * {scale!r}, t);
      const out = cell.advance(300);
      return JSON.stringify({{ spikes: out.spikes, last: cell.state }});
    }})()
    """)
    )
    assert len(found["spikes"]) > 0
    assert np.allclose(found["spikes"], recording.spike_times, rtol=0, atol=1e-6)
    if getattr(SCHEMES[scheme], "sample", "") == "end":
        assert found["last"][0] == pytest.approx(recording.voltage[-1], abs=1e-6)
