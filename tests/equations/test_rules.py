"""The rules of an equation file, and what each model promises."""

from __future__ import annotations

import ast
import inspect
import textwrap

import numpy as np
import pytest

import izhi
from izhi.equations import ops, with_receptors
from izhi.equations.synapse import nmda_ratio, synaptic_current

FUNCTIONS = {
    f"{model.name}.{name}": getattr(model, name)
    for model in izhi.MODELS.values()
    for name in ("rhs", "peak", "reset", "start", "settle", "gated")
    if getattr(model, name) is not None
} | {"synaptic_current": synaptic_current, "nmda_ratio": nmda_ratio}
OPERATIONS = {name for name, value in vars(ops).items() if inspect.isfunction(value)}


def tree(function: object) -> ast.FunctionDef:
    (parsed,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(parsed, ast.FunctionDef)
    return parsed


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_equation_has_no_branch_no_power_and_no_hidden_constant(name: str) -> None:
    for node in ast.walk(tree(FUNCTIONS[name])):
        assert not isinstance(node, ast.If | ast.IfExp | ast.For | ast.While | ast.Pow)
        if isinstance(node, ast.Constant):
            assert node.value in (0, 1, 2)
            assert isinstance(node.value, int)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_equation_calls_operations_and_other_equations_only(name: str) -> None:
    function = FUNCTIONS[name]
    for node in ast.walk(tree(function)):
        if isinstance(node, ast.Call):
            assert isinstance(node.func, ast.Name)
            called = function.__globals__[node.func.id]
            assert node.func.id in OPERATIONS or called.__module__.startswith("izhi.equations")


@pytest.mark.parametrize("model", izhi.MODELS.values(), ids=lambda m: m.name)
def test_a_model_reads_every_parameter_it_declares_and_no_other(model: izhi.Model) -> None:
    read: set[str] = set()
    pending = [model.rhs, model.peak, model.reset, model.gated, model.start, model.settle]
    while pending:
        function = pending.pop()
        if function is None:
            continue
        for node in ast.walk(tree(function)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "p":
                read.add(node.attr)
            if isinstance(node, ast.Call) and node.func.id not in OPERATIONS:  # type: ignore[attr-defined]
                pending.append(function.__globals__[node.func.id])  # type: ignore[attr-defined]
    assert read == set(model.symbols)


@pytest.mark.parametrize("model", izhi.MODELS.values(), ids=lambda m: m.name)
def test_a_model_has_units_meanings_and_a_source(model: izhi.Model) -> None:
    for quantity in (*model.state, *model.parameters):
        assert quantity.symbol
        assert quantity.unit
        assert quantity.meaning
    assert model.reference
    assert model.title
    assert set(model.seams) <= set(model.symbols)
    assert model.rate in model.symbols


def parameters(name: str):
    row = izhi.preset(name)
    model = with_receptors(izhi.MODELS[row.model])
    values = {q.symbol: row.parameters.get(q.symbol, q.default) for q in model.parameters}
    return model.Parameters(**values)


def test_the_2003_model_is_what_the_paper_prints() -> None:
    p, v, u, I = parameters("2003/RS"), -51.3, -9.1, 7.7
    dv, du = izhi.MODELS["izhikevich2003"].rhs(v, u, I, p)
    assert dv == pytest.approx(0.04 * v**2 + 5 * v + 140 - u + I, rel=1e-14)
    assert du == pytest.approx(0.02 * (0.2 * v - u), rel=1e-14)


def test_the_2007_model_is_what_the_book_prints() -> None:
    p, v, u, I = parameters("2007/RS"), -51.3, 20.0, 77.0
    dv, du = izhi.MODELS["izhikevich2007"].rhs(v, u, I, p)
    assert dv == pytest.approx((0.7 * (v + 60) * (v + 40) - u + I) / 100, rel=1e-14)
    assert du == pytest.approx(0.03 * (-2 * (v + 60) - u), rel=1e-14)


@pytest.mark.parametrize(("v", "target"), [(-70.0, 0.0), (-55.0, 0.0), (-45.0, 25.0), (0.0, 0.025 * 55**3)])
def test_fast_spiking_cells_recover_towards_a_cubic(v: float, target: float) -> None:
    p = parameters("2007/FS")
    model = izhi.MODELS["izhikevich2007-fs"]
    assert model.rhs(v, 3.0, 0.0, p)[1] == pytest.approx(0.2 * (target - 3.0), rel=1e-12)
    assert model.reset(30.0, 7.0, p) == (-45.0, 7.0)


@pytest.mark.parametrize(("v", "drive"), [(-80.0, 15 * -15.0), (-65.0, 0.0), (-64.9, 0.0), (-50.0, 0.0)])
def test_the_books_relay_cell_recovers_towards_b_times_v_plus_65(v: float, drive: float) -> None:
    p = parameters("2007/TC")
    assert izhi.MODELS["izhikevich2007-tc"].rhs(v, 2.0, 0.0, p)[1] == pytest.approx(0.01 * (drive - 2.0), rel=1e-12)


@pytest.mark.parametrize(("v", "drive"), [(-80.0, 15 * -20.0), (-65.0, 15 * -5.0), (-64.9, 0.0), (-50.0, 0.0)])
def test_modeldbs_relay_cell_recovers_towards_b_times_v_plus_60(v: float, drive: float) -> None:
    p = parameters("2007/TC_modeldb")
    du = izhi.MODELS["izhikevich2007-tc-modeldb"].rhs(v, 2.0, 0.0, p)[1]
    assert du == pytest.approx(0.01 * (drive - 2.0), rel=1e-12)


def test_relay_cells_reset_by_the_recovery_before_its_jump() -> None:
    p, model = parameters("2007/TC"), izhi.MODELS["izhikevich2007-tc"]
    assert model.peak(30.0, p) == pytest.approx(38.0)
    assert model.reset(0.0, 30.0, p) == pytest.approx((-63.0, 40.0))


@pytest.mark.parametrize(("name", "cap"), [("LTS", 670.0), ("TI", 530.0)])
def test_capped_cells_never_leave_a_spike_with_more_than_the_cap(name: str, cap: float) -> None:
    row = izhi.preset(f"2007/{name}")
    p, model = parameters(row.name), izhi.MODELS[row.model]
    assert model.reset(0.0, cap - 1.0, p)[1] == cap
    assert model.reset(0.0, 10.0, p)[1] == pytest.approx(10.0 + row.parameters["d"])


def test_the_reticular_cell_has_two_sensitivities() -> None:
    p, model = parameters("2007/TRN"), izhi.MODELS["izhikevich2007-trn"]
    assert model.rhs(-70.0, 0.0, 0.0, p)[1] == pytest.approx(0.015 * 10 * -5)
    assert model.rhs(-60.0, 0.0, 0.0, p)[1] == pytest.approx(0.015 * 2 * 5)


def test_a_dendrite_pulls_the_soma_and_follows_it() -> None:
    v, u, w = -50.0, 10.0, -60.0
    for name, pull, rate in (("LS", 1.2, 0.01), ("mitral", 0.5, 0.0125)):
        row = izhi.preset(f"2007/{name}")
        p, model = parameters(row.name), izhi.MODELS[row.model]
        together, apart = model.rhs(v, u, w, 0.0, p), model.rhs(v, u, v, 0.0, p)
        assert together[0] - apart[0] == pytest.approx(pull * (w - v) / row.parameters["C"])
        assert together[2] == pytest.approx(rate * (v - w))


def test_receptors_draw_the_currents_of_2008() -> None:
    v, g = -55.0, (1.0, 2.0, 3.0, 4.0, 5.0)
    p = parameters("2007/RS")
    f = ((v + 80) / 60) ** 2
    expected = g[0] * v + g[1] * f / (1 + f) * v + g[2] * (v + 70) + g[3] * (v + 90) + g[4] * v
    assert synaptic_current(v, *g, p) == pytest.approx(expected, rel=1e-13)
    model = with_receptors(izhi.MODELS["izhikevich2007"])
    plain = izhi.MODELS["izhikevich2007"].rhs(v, 1.0, 50.0 - expected, p)
    assert model.rhs(v, 1.0, (50.0, *g), p) == pytest.approx(plain)


def test_receptors_decay_with_the_times_of_2008() -> None:
    p = parameters("2007/RS")
    assert (p.tau_AMPA, p.tau_NMDA, p.tau_GABA_A, p.tau_GABA_B, p.tau_opsin) == (5, 150, 6, 150, 50)
    rec = izhi.simulate("2007/RS", izhi.Events("GABA_A", [10.0], 3.0), 40, scheme="euler", dt=0.5)
    later = rec.time >= 10
    assert rec.conductances["GABA_A"][later] == pytest.approx(3 * np.exp(-(rec.time[later] - 10) / 6), rel=1e-12)
    assert not rec.conductances["GABA_A"][~later].any()
