"""Mod files are printed from the declared equations, and say what the schemes do, to the last bit."""

from __future__ import annotations

import os
import re
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import izhi
from izhi.bridge.neuron.original import texts
from izhi.bridge.nmodl import Writer, exportable, mechanism_name, nmodl
from izhi.bridge.nmodl_network import wired
from izhi.bridge.nmodl_statements import statements
from izhi.bridge.nmodl_terms import Sheet, choose
from izhi.equations import with_receptors
from izhi.schemes import GridScheme, NeuronScheme
from tests.command_line import izhi as command

SCHEMES = [
    name
    for name, scheme in izhi.SCHEMES.items()
    if isinstance(scheme, GridScheme) and scheme.vectorises and not isinstance(scheme, NeuronScheme)
]
PAIRS = list(product(izhi.MODELS, SCHEMES))


def as_python(text: str) -> str:
    """The statements of the PROCEDURE of a mod file as a Python program."""
    body = text[text.index("PROCEDURE advance") :]
    lines, depth = [], 0
    for line in body[: body.index("\n}")].splitlines()[1:]:
        word = line.strip()
        if word.startswith(("LOCAL", "UNITS")):
            continue
        depth -= word.startswith("}")
        if word != "}":
            python = re.sub(r"^(?:\} )?(if \(.*\)|else) \{$", r"\1:", word)
            lines.append("    " * depth + python)
        depth += word.endswith("{")
    return "\n".join(lines)


@pytest.mark.parametrize(("model", "scheme"), PAIRS)
@pytest.mark.parametrize("receptors", [True, False])
def test_the_statements_of_a_mechanism_compute_a_step_of_the_scheme_to_the_last_bit(
    model: str, scheme: str, receptors: bool
) -> None:
    random = np.random.default_rng(1)
    plain, method = izhi.MODELS[model], izhi.SCHEMES[scheme]
    full = with_receptors(plain) if receptors else plain
    step, program = method.build(full), as_python(nmodl(model, scheme, receptors=receptors))
    cell = next((izhi.Cell.preset(p.name) for p in izhi.PRESETS.values() if p.model == model), None)
    dt, names = 0.25, ["V", "u", "w"][: len(full.state)]
    given = {s: float(cell.parameters[s]) if cell else random.uniform(0.1, 2.0) for s in full.symbols}
    p = full.Parameters(**given)
    if method.scaled_rate:
        p = p._replace(**{full.rate: getattr(p, full.rate) * dt})
    spikes = 0
    for v in [*random.uniform(-90, 60, 60).tolist(), given["vpeak"], 500.0]:
        state = (v, float(random.uniform(-20, 300)), float(random.uniform(-70, 0)))[: len(names)]
        memory = tuple(random.choice([1.0, 1.85]) for _ in method.memory)
        g, current = random.uniform(0, 5, 5).tolist(), float(random.uniform(-50, 300))
        x, m, fired, _, _ = step(state, memory, ((current, *g) if receptors else current,), p, method.numbers(dt))
        scope: dict[str, Any] = {**given, **dict(zip(names, state, strict=True)), "dt": dt, "I": current, "turn": 0.0}
        scope |= {f"m{k}": value for k, value in enumerate(memory)} | {"pow": pow, "square": 2.0, "cube": 3.0}
        scope |= {f"g_{r}": value for r, value in zip(izhi.RECEPTORS, g, strict=True)}
        scope |= {f"keep_{r}": 0.5 for r in izhi.RECEPTORS}
        exec(program, scope)
        assert [scope[name] for name in names] == list(x)
        assert [scope[f"m{k}"] for k in range(len(m))] == list(m)
        late = method.sample == "start" and method.lag == 0
        assert scope["turn"] == float(x[0] >= full.peak(x[1], p) if late else fired)
        spikes += bool(fired)
    assert spikes > 1


def test_nothing_is_assigned_before_it_is_read_for_the_last_time() -> None:
    sheet = Sheet()
    a, b = sheet.symbol("a"), sheet.symbol("b")
    local, lines = statements({"a": b + 1, "b": a + 1})
    scope = {"a": 1.0, "b": 10.0}
    exec("\n".join(lines), scope)
    assert (scope["a"], scope["b"], len(local)) == (11.0, 2.0, 1)


def test_the_order_of_operations_is_kept() -> None:
    sheet = Sheet()
    a, b, c = map(sheet.symbol, "abc")
    terms = {"x": a - (b - c), "y": a / (b * c), "z": a * (b / c) / c, "q": -(a + b) * c}
    assert statements(terms)[1] == ["x = a - (b - c)", "y = a/(b*c)", "z = a*(b/c)/c", "q = (-(a + b))*c"]


def test_a_choice_asks_a_condition_once() -> None:
    sheet = Sheet()
    a, b = sheet.symbol("a"), sheet.symbol("b")
    inner = choose(a < b, a, b)
    assert choose(a < b, inner, 2 * b).parts[1] is a
    assert choose(a < b, a, a) is a


@pytest.mark.parametrize("name", ["accurate", "rk4", "neuron-2007a"])
def test_a_scheme_whose_steps_are_not_neurons_is_refused_by_name(name: str) -> None:
    with pytest.raises(izhi.BadValue, match=f"'{name}' given; one with equal steps"):
        nmodl("2003/RS", name)


def test_a_preset_is_printed_with_its_own_parameters_and_start() -> None:
    text = nmodl("2004/R", receptors=False)
    cell = izhi.Cell.preset("2004/R")
    assert f"\n\ta = {float(cell.parameters['a']):g} (/ms)" in text
    assert f"\tV = {float(cell.initial['v']):g}\n" in text
    assert "THREADSAFE" in text
    assert "POINTER" not in text
    assert "VERBATIM" not in text


def modlunit(path: Path) -> subprocess.CompletedProcess[str]:
    """NEURON's check of units; its wheel has it."""
    neuron = pytest.importorskip("neuron")
    room = Path(neuron.__file__).parent / ".data"
    if not (room / "bin" / "modlunit").exists():
        pytest.skip("this NEURON has no modlunit")
    units = os.environ | {"MODLUNIT": str(room / "share/nrn/lib/nrnunits.lib")}
    return subprocess.run([room / "bin/modlunit", path], capture_output=True, text=True, env=units, check=False)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_units_of_every_mechanism_are_right(scheme: str, tmp_path: Path) -> None:
    for name in izhi.MODELS:
        path = tmp_path / f"{mechanism_name(izhi.MODELS[name], exportable(scheme))}.mod"
        path.write_text(nmodl(name, scheme))
        found = modlunit(path)
        assert found.returncode == 0, found.stderr


def test_the_check_of_units_notices_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "wrong.mod"
    path.write_text(nmodl("izhikevich2007").replace(")/C)", ")/k)"))
    assert modlunit(path).returncode != 0


@pytest.mark.parametrize("name", texts())
def test_the_units_of_the_mechanisms_of_modeldb_are_right(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.mod"
    path.write_text(texts()[name])
    assert modlunit(path).returncode == 0


def test_all_models_are_exported_and_a_mistake_is_one_line(tmp_path: Path) -> None:
    done = command("export", "nmodl", "all", "--out", str(tmp_path / "mod"), "--scheme", "published-2003")
    written = sorted(path.name for path in (tmp_path / "mod").iterdir())
    assert written == sorted(f"{name.replace('-', '_')}_published_2003.mod" for name in izhi.MODELS)
    assert done.out.count("wrote ") == len(izhi.MODELS)
    wrong = command("export", "nmodl", "2007/RSS", "--out", str(tmp_path / "no"))
    assert (wrong.status, wrong.err.count("\n")) == (2, 1)
    assert not (tmp_path / "no").exists()


def test_a_network_mechanism_lets_what_arrives_act_once() -> None:
    synapses = [izhi.CurrentPulse(), izhi.Delta(), izhi.ExponentialCurrent(5.0)]
    cell = izhi.Cell.preset("2003/RS")
    text = wired(Writer(cell.model, exportable("published-2003"), "tick"), cell, "x", synapses, True).text
    for c in range(3):
        assert f"J{c} = J{c} + weight" in text
        assert text.count(f"\t\tJ{c} = 0\n") == 1
