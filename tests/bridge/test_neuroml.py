"""NeuroML 2 out and in: what is written says what we have, and what is read is what was written."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import izhi
from izhi.bridge import neuroml
from izhi.bridge.neuroml.expression import printable, symbol
from izhi.bridge.neuroml.types import component_type, type_name
from izhi.experiment import preset_stimulus
from izhi.stimulus import drive
from tests.command_line import izhi as command

NATIVE = {"izhikevich2003": "izhikevichCell", "izhikevich2007": "izhikevich2007Cell"}


def cell_element(path: Path) -> ElementTree.Element:
    """The one cell of the files that were written."""
    own = path.with_name(f"{path.stem}_types.xml")
    roots = [ElementTree.parse(path).getroot(), *([ElementTree.parse(own).getroot()] if own.is_file() else [])]
    return next(e for root in roots for e in root if str(e.get("id", "")).endswith("_cell"))


def current(stimulus: Any, duration: float) -> np.ndarray:
    return drive(stimulus, duration).current(np.arange(0, duration, 0.05))[:, 0]


def parts(path: Path) -> tuple[izhi.Cell, Any]:
    found = neuroml.read(path)
    if isinstance(found, izhi.Cell):
        return found, None
    return found.populations[0].cell, found.populations[0].stimulus


@pytest.mark.parametrize("name", izhi.PRESETS)
def test_a_preset_is_read_back_with_its_numbers_and_its_current_to_the_last_bit(name: str, tmp_path: Path) -> None:
    row, cell = izhi.preset(name), izhi.Cell.preset(name)
    neuroml.write(name, tmp_path / "cell.nml")
    read, stimulus = parts(tmp_path / "cell.nml")
    assert (read.model, read.name) == (cell.model, name)
    assert {s: float(read.parameters[s]) for s in cell.model.symbols} == {
        s: float(cell.parameters[s]) for s in cell.model.symbols
    }
    assert (read.state(1) == cell.state(1)).all()
    assert (current(stimulus, row.duration) == current(preset_stimulus(row), row.duration)).all()


@pytest.mark.parametrize("name", izhi.PRESETS)
def test_a_cell_is_neuromls_own_where_it_is_that_model_and_a_generated_type_elsewhere(
    name: str, tmp_path: Path
) -> None:
    row = izhi.preset(name)
    neuroml.write(name, tmp_path / "cell.nml")
    tag = cell_element(tmp_path / "cell.nml").tag.rpartition("}")[2]
    p, state = row.parameters, izhi.Cell.preset(name).state(1)[:, 0]
    same = {"izhikevich2003": (p.get("f", 5.0), p.get("g", 140.0)) == (5.0, 140.0) and state[1] == p["b"] * state[0],
            "izhikevich2007": state[1] == 0}  # fmt: skip
    model = izhi.MODELS[row.model]
    assert tag == (NATIVE[row.model] if same.get(row.model, False) else type_name(model))


def test_a_start_that_neuromls_cell_cannot_have_is_not_dropped(tmp_path: Path) -> None:
    for cell in (izhi.Cell.preset("2007/RS", initial={"u": 5.0}), izhi.Cell.preset("2003/RS", initial={"u": 0.0})):
        neuroml.write(cell, tmp_path / "cell.nml")
        assert cell_element(tmp_path / "cell.nml").tag == type_name(cell.model)
        assert (neuroml.read(tmp_path / "cell.nml").state(1) == cell.state(1)).all()


@pytest.mark.parametrize("model", izhi.MODELS.values(), ids=izhi.MODELS)
def test_every_model_becomes_a_type_with_all_its_quantities_and_a_rate_for_each_state(model: izhi.Model) -> None:
    made = component_type(model)
    names = {e.get("name") for e in made.iter("Parameter")}
    assert names == {*model.symbols, *(f"{q.symbol}0" for q in model.state)}
    assert [e.get("variable") for e in made.iter("TimeDerivative")] == [q.symbol for q in model.state]


def test_an_equation_is_printed_in_the_order_in_which_it_is_computed() -> None:
    a, b, c = (symbol(name, "mV") for name in "abc")
    assert (a - (b - c)).text == "a - (b - c)"
    assert (a - b - c).text == "a - b - c"
    assert (a * (b * c)).text == "a * (b * c)"
    assert ((a + b) * c / a).text == "((a + b) * c) / a"
    assert (a + b - c).text == "(a + b) - c"
    model = izhi.MODELS["izhikevich2007-fs"]
    p = model.Parameters(*(symbol(q.symbol, q.unit) for q in model.parameters))
    v, u = (symbol(q.symbol, q.unit) for q in model.state)
    dv, du = printable(model.rhs)(v, u, symbol("I", "pA"), p)
    assert dv.text == "((k * (v - vr) * (v - vt) - u) + I) / C"
    assert du.text == "a * (branch1 * ((v - vb) * (v - vb) * (v - vb)) - u)"
    assert [(c.name, c.test, c.then.text, c.otherwise.text) for c in du.choices] == [
        ("branch1", "v .lt. vb", "b_below", "b")
    ]


def test_a_sum_of_two_dimensions_is_refused() -> None:
    with pytest.raises(izhi.BadValue, match="terms of one dimension"):
        symbol("v", "mV") + symbol("u", "pA")


def network(weight: Any = 60.0) -> izhi.Network:
    """Cells of three models, two of them all different; every kind of synapse; sources."""
    E = izhi.Population(
        "E", 6, "2003/RS", {"c": "-65 + 15 r^2", "d": "8 - 6 r^2"}, stimulus=izhi.Step(np.linspace(4, 12, 6), 5)
    )
    X = izhi.Population("X", 2, "2007/RS", stimulus=izhi.Pulse(90, 10, 150) + izhi.Sine(20, 40))
    Y = izhi.Population("Y", 2, "2007/LTS", {"C": [90, 110]}, initial={"u": 3.0})
    S = izhi.Population("S", 2, izhi.SpikeSource([[20, 40.03], [30]]))
    projections = [
        izhi.Projection("E", ["E", "Y"], izhi.FixedOutdegree(4), weight=weight, delay=izhi.Uniform(1, 9)),
        izhi.Projection("S", "E", weight=5.0, delay=1, synapse=izhi.Delta()),
        izhi.Projection("X", "Y", weight=9.0, delay=1.5, synapse=izhi.Delta()),
        izhi.Projection("S", "X", weight=90.0, delay=1.5, synapse=izhi.ExponentialCurrent(4)),
        izhi.Projection("S", "Y", weight=2.0, delay=2, synapse=izhi.Conductance("AMPA", second="NMDA", share=0.25)),
        izhi.Projection("X", "E", weight=0.5, delay=2, synapse=izhi.Conductance("GABA_A")),
    ]
    return izhi.Network([E, X, Y, S], projections, seed=3)


def spikes(net: izhi.Network, scheme: str = "euler", dt: float = 0.5) -> list[tuple[float, int]]:
    run = izhi.Simulation(net, scheme=scheme, dt=dt, engine="reference").advance(100)
    return sorted(zip(run.spike_time.tolist(), run.spike_cell.tolist(), strict=True))


def test_a_network_is_read_back_and_fires_the_same_spikes(tmp_path: Path) -> None:
    neuroml.write(network(izhi.Uniform(0, 60)), tmp_path / "net.nml", duration=100, dt=0.5)
    again = neuroml.read(tmp_path / "net.nml")
    assert [(p.name, p.count) for p in again.populations] == [("E", 6), ("X", 2), ("Y", 2), ("S", 2)]
    found = spikes(network(izhi.Uniform(0, 60)))
    assert len(found) > 30
    assert spikes(again) == found


def test_what_is_written_is_valid_by_the_schema_of_neuroml(tmp_path: Path) -> None:
    pytest.importorskip("neuroml", reason="libNeuroML is not installed")
    for name, what in (("native", "2007/RS"), ("generated", "2007/LTS"), ("old", "2003/RS"), ("network", network())):
        neuroml.write(what, tmp_path / f"{name}.nml")
        neuroml.validate(tmp_path / f"{name}.nml")
    broken = (tmp_path / "native.nml").read_text().replace(' vr="', ' wrong="')
    (tmp_path / "broken.nml").write_text(broken)
    with pytest.raises(izhi.FileProblem, match="is not valid NeuroML 2"):
        neuroml.validate(tmp_path / "broken.nml")


def test_a_source_is_noted_beside_a_cell(tmp_path: Path) -> None:
    neuroml.write("2007/RS", tmp_path / "rs.nml")
    text = (tmp_path / "rs.nml").read_text()
    assert izhi.preset("2007/RS").source in text
    assert neuroml.read(tmp_path / "rs.nml").populations[0].cell.name == "2007/RS"


FOREIGN = """<?xml version="1.0" encoding="UTF-8"?>
<neuroml xmlns="http://www.neuroml.org/schema/neuroml2" id="theirs">
  <expOneSynapse id="fast" gbase="0.5 nS" erev="0mV" tauDecay="3e-3 s"/>
  <izhikevich2007Cell id="iz" v0="-0.06 V" C="0.1nF" k="0.7nS_per_mV" vr="-60mV" vt="-40mV" vpeak="35mV" a="30per_s"
    b="-2nS" c="-50mV" d="1e2pA"/>
  <pulseGenerator id="pulse" delay="0.1s" duration="200ms" amplitude="0.1 nA"/>
  <network id="net">
    <population id="a" component="iz" type="populationList" size="2">
      <instance id="0"><location x="0" y="0" z="0"/></instance>
      <instance id="1"><location x="10" y="0" z="0"/></instance>
    </population>
    <population id="b" component="iz" size="3"/>
    <projection id="p" presynapticPopulation="a" postsynapticPopulation="b" synapse="fast">
      <connection id="0" preCellId="../a/1/iz" postCellId="../b[2]"/>
      <connectionWD id="1" preCellId="../a/0/iz" postCellId="../b[0]" weight="4" delay="2ms"/>
    </projection>
    <inputList id="i" component="pulse" population="a">
      <input id="0" target="../a/1/iz" destination="synapses"/>
    </inputList>
  </network>
</neuroml>
"""


def test_a_network_that_others_wrote_is_read_with_its_units(tmp_path: Path) -> None:
    (tmp_path / "theirs.nml").write_text(FOREIGN)
    net = neuroml.read(tmp_path / "theirs.nml")
    cell, (projection,) = net.populations[0].cell, net.projections
    assert {s: float(cell.parameters[s]) for s in cell.model.symbols} == izhi.preset("2007/RS").parameters
    assert (cell.state(1)[:, 0] == [-60, 0]).all()
    assert [(p.name, p.count) for p in net.populations] == [("a", 2), ("b", 3)]
    assert (projection.rule.source.tolist(), projection.rule.target.tolist()) == ([1, 0], [2, 0])
    assert (projection.weight.tolist(), projection.delay.tolist()) == ([0.5, 2.0], [0.0, 2.0])
    assert projection.synapse == izhi.Conductance("AMPA")
    assert float(net.populations[1].cell.parameters["tau_AMPA"]) == 3.0
    stimulus = net.populations[0].stimulus
    assert isinstance(stimulus, izhi.Pulse)
    assert (stimulus.I.tolist(), stimulus.start, stimulus.stop) == ([0.0, 100.0], 100.0, 300.0)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("izhikevich2007Cell", "iafCell", "izhikevichCell, izhikevich2007Cell, or what izhi wrote would do"),
        ("expOneSynapse", "alphaSynapse", "expOneSynapse, or what izhi wrote, would do"),
        ('C="0.1nF"', 'C="0.1mV"', "a number in F or uF or nF or pF would do"),
        (' C="0.1nF"', "", "nothing given; a quantity such as '1pF' would do"),
        ("../b[2]", "../b[3]", "b has 3 cells"),
        ("../b[2]", "../c[2]", "no '../c[2]'"),
        ('C="0.1nF"', 'C="1e999999999999nF"', "would do"),
        ('C="0.1nF"', 'C="0nF"', "more than 0 pF would do"),
        ('synapse="fast"', 'synapse="slow"', "no 'slow'"),
        ("<network ", "<network><wave/></network><network ", "has 2 networks; one would do"),
        ("pulseGenerator ", "pulseGeneratorDL ", "pulseGenerator would do, since the cell's current is in pA"),
        ("<network id", "<network ", "is no XML"),
        ('<?xml version="1.0" encoding="UTF-8"?>', '<!DOCTYPE x [<!ENTITY a "b">]>', "declares entities"),
    ],
)
def test_what_is_foreign_or_wrong_is_refused_in_one_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    assert old in FOREIGN
    (tmp_path / "theirs.nml").write_text(FOREIGN.replace(old, new))
    with pytest.raises(izhi.IzhiError) as caught:
        neuroml.read(tmp_path / "theirs.nml")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("what", "stimulus", "message"),
    [
        (izhi.Network(izhi.Population("E", 2, drive=izhi.GaussianNoise(5))), None, "cannot repeat these random"),
        (
            izhi.Network(izhi.Population("E", 2), izhi.Projection("E", "E", plasticity=izhi.STDP())),
            None,
            "no NeuroML type has this rule",
        ),
        ("2007/RS", izhi.Events("AMPA", [1.0], 1.0), "a network with a SpikeSource and a Conductance would do"),
        (izhi.Network([izhi.Population("E-", 1), izhi.Population("E+", 1)]), None, "names that differ"),
        ("2007/RS", izhi.OrnsteinUhlenbeck(5, tau=3), "at most 10000 would do"),
    ],
)
def test_what_neuroml_cannot_hold_is_said_and_nothing_is_written(
    what: Any, stimulus: Any, message: str, tmp_path: Path
) -> None:
    with pytest.raises(izhi.BadValue, match=message):
        neuroml.write(what, tmp_path / "x.nml", stimulus)
    assert not list(tmp_path.iterdir())


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "LEMS_x.xml").mkdir()
    with pytest.raises(izhi.BadValue, match="a file, not a folder, would do"):
        neuroml.write("2007/LTS", tmp_path / "x.nml")
    assert [path.name for path in tmp_path.iterdir()] == ["LEMS_x.xml"]


def test_an_ensemble_becomes_a_population_for_each_cell(tmp_path: Path) -> None:
    cells = izhi.Cell.preset("2007/RS", d=[90.0, 110.0])
    neuroml.write(cells, tmp_path / "two.nml", izhi.Step([60.0, 80.0], 10), 100)
    net = neuroml.read(tmp_path / "two.nml")
    (population,) = net.populations
    assert population.count == 2
    assert population.parameters["d"].tolist() == [90.0, 110.0]
    assert population.stimulus == izhi.Step([60.0, 80.0], 10)


def test_the_command_writes_a_cell_and_reads_it_back_as_a_file_of_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = command("export", "neuroml", "2007/LTS", "--out", "lts.nml", "--dt", "0.05")
    assert (ended.status, ended.out.split()) == (
        0,
        ["wrote", "lts.nml", "wrote", "lts_types.xml", "wrote", "LEMS_lts.xml"],
    )
    assert 'step="0.05ms"' in Path("LEMS_lts.xml").read_text()
    assert command("export", "toml", "lts.nml", "--out", "lts.toml").status == 0
    row, again = izhi.preset("2007/LTS"), izhi.preset("lts.toml")
    assert (again.model, again.parameters) == (row.model, row.parameters)
    assert preset_stimulus(again) == preset_stimulus(row)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("neuroml", "2007/RSS", "--out", "x.nml"), "no '2007/RSS'; did you mean '2007/RS'?"),
        (("neuroml", "2007/RS", "--out", "x.xml"), "a file that ends in .nml would do"),
        (("neuroml", "2007/RS", "--out", "x.nml", "--dt", "0"), "dt"),
        (("toml", "missing.nml", "--out", "x.toml"), "missing.nml: cannot be read"),
        (("toml", "2007/RS", "--out", "x.txt"), "a file that ends in .toml would do"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line_and_nothing_is_written(
    arguments: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = command("export", *arguments)
    assert ended.status == 2
    assert message in ended.err
    assert ended.err.count("\n") == 1
    assert not list(tmp_path.iterdir())
