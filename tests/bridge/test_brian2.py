"""Scripts for Brian 2 give the spikes of the scheme `euler`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import izhi
from izhi.bridge import brian2
from izhi.experiment import run_preset
from tests.bridge.brian2_program import printed
from tests.command_line import izhi as command


@pytest.mark.parametrize("name", ["2003/RS", "2007/TC_burst", "2007/LTS", "2004/R"])
def test_an_exported_script_prints_the_spikes_of_the_scheme(name: str, tmp_path: Path) -> None:
    file = tmp_path / "cell.py"
    assert command("export", "brian2", name, "--out", file).status == 0
    found = [float(line) for line in printed(file)]
    expected = run_preset(izhi.preset(name), scheme="euler", dt=izhi.preset(name).dt).spike_times
    assert np.allclose(found, expected, rtol=0, atol=1e-3)


@pytest.mark.parametrize("name", izhi.PRESETS)
def test_every_cell_has_a_script_that_parses(name: str) -> None:
    text = brian2.script(name)
    compile(text, name, "exec")
    row = izhi.preset(name)
    assert f"dt, steps = {row.dt:g}, {round(row.duration / row.dt)}" in text
    assert text.startswith(f'"""{row.name}, {row.title}, in Brian 2.')


def test_a_script_of_a_cell_has_its_parameters_and_start() -> None:
    cell = izhi.Cell.preset("2007/LS", d=91, initial={"v": -61})
    text = brian2.script(cell, izhi.Step(140, start=5), 50, dt=0.5)
    assert '"d": 91' in text
    assert "cell.v = -61\n" in text
    assert "cell.w = -61\n" in text
    assert "I[10:] += 140.0  # from 5 ms" in text


@pytest.mark.parametrize(
    ("what", "options", "says"),
    [
        (izhi.Cell.preset("2003/RS", d=[1, 2]), {}, "one cell"),
        ("2003/RS", {"duration": 10.05, "dt": 0.1}, "a multiple of dt"),
        ("2003/RS", {"stimulus": izhi.Constant([1, 2])}, "one for all cells"),
        ("2003/SR", {}, "no '2003/SR'"),
        ("nowhere.toml", {}, "cannot be read"),
    ],
)
def test_what_cannot_be_a_script_is_refused_in_one_line(what: object, options: dict, says: str) -> None:
    with pytest.raises(izhi.IzhiError, match=r"^[^\n]*$") as problem:
        brian2.script(what, **options)
    assert says in str(problem.value)
