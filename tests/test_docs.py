"""The documentation: every example runs and shows what it says, and every page that claims to list all does.

A page is played from top to bottom in an empty folder:

- a `toml` block whose first line is a comment with a file name is written to that file;
- a `python` block runs, in the same namespace as those before it; a `text` block right after it is what it prints;
- a `console` block holds lines `$ izhi ...`, each followed by what it prints; `...` stands for any lines left out.

A `toml` block marked `toml wrong` must not parse; one without `preset`, `model` or `population` is a part of an
experiment.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

import izhi
from izhi.cli import main
from izhi.equations.synapse import PARAMETERS as RECEPTOR_PARAMETERS
from izhi.experiment import _File, parse_experiment, run_preset
from izhi.figures import FIGURES
from izhi.mechanism import MECHANISMS
from izhi.mechanism_file import _File as _MechanismFile
from izhi.schemes.accurate import LOCAL_SHARE
from izhi.schemes.scheme import GridScheme
from izhi.stimulus import KINDS
from izhi.units import UNITS

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
ALSO_LINKED = ("CONTRIBUTING.md", "CHANGELOG.md")
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what is said beside it, and whether nothing but space is before it."""

    kind: str
    note: str
    text: str
    line: int
    follows: bool


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    text, found, end = read(page), [], 0
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        follows = not text[end : match.start()].strip()
        found.append(Block(match[1], match[2].strip(), match[3], line, follows))
        end = match.end()
    return found


def named_blocks(kind: str) -> list[Any]:
    return [
        pytest.param(block, id=f"{page}:{block.line}") for page in PAGES for block in blocks(page) if block.kind == kind
    ]


def section(page: str, heading: str) -> str:
    """What is under a heading, up to the next one of the same or a higher level."""
    match = re.search(rf"^(#+) {re.escape(heading)}$", read(page), re.MULTILINE)
    assert match, f"{page} has no heading {heading!r}"
    rest = read(page)[match.end() :]
    following = re.search(rf"^#{{1,{len(match[1])}}} ", rest, re.MULTILINE)
    return rest[: following.start()] if following else rest


def table(page: str, first_column: str) -> list[list[str]]:
    """The rows, without the heading, of the table whose first heading is that."""
    lines = iter(read(page).splitlines())
    rows = []
    for line in lines:
        if line.startswith(f"| {first_column} |"):
            next(lines)
            for row in lines:
                if not row.startswith("|"):
                    return rows
                rows.append([cell.strip().strip("`") for cell in row.strip("|").split("|")])
    return rows


def command_output(command: str, monkeypatch: pytest.MonkeyPatch) -> str:
    words = shlex.split(command)
    assert words[0] == "izhi", f"only izhi is run here, not {command!r}"
    monkeypatch.setattr(sys, "argv", words)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed), contextlib.suppress(SystemExit):
        main()
    return printed.getvalue()


def play(page: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Block, str, str]]:
    """Run the page's blocks in the current folder: each command or block, what the page shows, what it printed."""
    namespace: dict[str, Any] = {"__name__": "page"}
    every = blocks(page)
    for k, block in enumerate(every):
        if block.kind == "toml" and (name := re.match(r"# (\S+\.toml)\n", block.text)):
            Path(name[1]).write_text(block.text, encoding="utf-8")
        elif block.kind == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(compile(block.text, f"{page}:{block.line}", "exec"), namespace)
            after = every[k + 1] if k + 1 < len(every) else None
            shown = after.text if after and after.kind == "text" and after.follows else ""
            yield block, shown, printed.getvalue()
        elif block.kind == "console":
            for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
                command, _, shown = part.partition("\n")
                yield block, shown, command_output(command, monkeypatch)


def says(shown: str, printed: str) -> bool:
    """Whether the page shows what was printed, line by line; `...` stands for any lines."""
    lines = [line.rstrip() for line in shown.strip("\n").splitlines()]
    pattern = "\n".join(".*" if line == "..." else re.escape(line) for line in lines)
    actual = "\n".join(line.rstrip() for line in printed.strip("\n").splitlines())
    return re.fullmatch(pattern, actual, re.DOTALL) is not None


@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_a_page_runs_and_prints_what_the_page_shows(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    from matplotlib import pyplot as plt

    for block, shown, printed in play(page, monkeypatch):
        assert says(shown, printed), f"{page}:{block.line} prints\n{printed}\nbut the page shows\n{shown}"
    plt.close("all")


def test_a_page_that_shows_something_else_is_noticed() -> None:
    assert says("a\n...\nd\n", "a\nb\nc\nd\n")
    assert not says("a\n...\nd\n", "a\nb\nc\n")
    assert not says("", "a\n")
    assert not says("a.c\n", "abc\n")


@pytest.mark.parametrize("page", ["README.md", "docs/experiment-file.md"])
def test_the_pages_for_users_have_examples(page: str) -> None:
    kinds = {block.kind for block in blocks(page)}
    assert {"python", "toml", "console"} <= kinds


@pytest.mark.parametrize("block", named_blocks("toml"))
def test_every_experiment_of_a_page_parses_and_every_wrong_one_does_not(block: Block) -> None:
    if block.note == "wrong":
        with pytest.raises(izhi.IzhiError):
            parse_experiment(block.text)
    elif tomllib.loads(block.text).keys() & {"preset", "model", "mechanism", "population"}:
        assert parse_experiment(block.text).duration > 0
    else:
        assert parse_experiment(f'preset = "2007/RS"\n{block.text}').stimulus is not None


@pytest.mark.parametrize("name", izhi.SCHEMES)
def test_every_scheme_is_documented(name: str) -> None:
    scheme, text = izhi.SCHEMES[name], " ".join(section("docs/schemes.md", f"`{name}`").split())
    assert f"{scheme.dt:g} ms" in text
    if isinstance(scheme, GridScheme):
        assert f"Order {scheme.order}, spike times {scheme.spike_order}" in text


@pytest.mark.parametrize("name", [name for name in FIGURES if not name.startswith("finding-")])
def test_every_figure_is_documented_with_its_cells(name: str) -> None:
    text = section("docs/figures.md", f"`{name}`")
    missing = [cell for cell in FIGURES[name].cells if f"`{cell}`" not in text]
    assert not missing


@pytest.mark.parametrize("name", izhi.MODELS)
def test_every_model_is_documented_with_its_parameters(name: str) -> None:
    model, text = izhi.MODELS[name], section("docs/models.md", f"`{name}`")
    base = "izhikevich2003" if name.startswith("izhikevich2003") else "izhikevich2007"
    known = text + section("docs/models.md", f"`{base}`")
    missing = [q.symbol for q in (*model.state, *model.parameters) if f"`{q.symbol}`" not in known]
    assert not missing


@pytest.mark.parametrize("receptor", izhi.RECEPTORS)
def test_every_receptor_is_documented(receptor: str) -> None:
    assert f"`{receptor}`" in section("docs/models.md", "Receptors")
    assert f"`{receptor}`" in section("docs/experiment-file.md", "Synaptic events")


@pytest.mark.parametrize("quantity", RECEPTOR_PARAMETERS, ids=lambda q: q.symbol)
def test_every_parameter_of_the_receptors_is_documented_with_its_default(quantity: Any) -> None:
    text = section("docs/models.md", "Receptors")
    assert re.search(rf"`{quantity.symbol}` = {quantity.default:g}\b", text)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_stimulus_is_documented_with_its_fields_and_defaults(kind: str) -> None:
    rows = {}
    for line in section("docs/experiment-file.md", f"`{kind}`").splitlines():
        if match := re.match(r"\| `(\w+)` \|.*\|([^|]*)\|$", line):
            rows[match[1]] = match[2].strip()
    assert rows.keys() == {f.name for f in fields(KINDS[kind])}
    for f in fields(KINDS[kind]):
        if isinstance(f.default, bool):
            assert rows[f.name] == f"`{str(f.default).lower()}`"
        elif isinstance(f.default, str):
            assert rows[f.name] == f'`"{f.default}"`'
        elif isinstance(f.default, int | float) and f.default != float("inf"):
            assert rows[f.name] == f"{f.default:g}"


@pytest.mark.parametrize("key", _File.__struct_fields__)
def test_every_key_of_an_experiment_file_is_documented(key: str) -> None:
    assert re.search(rf"^\| `{key}` \|", section("docs/experiment-file.md", "Keys"), re.MULTILINE)


@pytest.mark.parametrize("key", _MechanismFile.__struct_fields__)
def test_every_key_of_a_mechanisms_file_is_documented(key: str) -> None:
    text = section("docs/experiment-file.md", "Keys of a mechanism's file")
    assert re.search(rf"^\| `{key}` \|", text, re.MULTILINE)


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_parameter_of_a_mechanism_is_documented_with_its_default(name: str) -> None:
    _, of_2003, of_2007 = section("docs/experiment-file.md", "Parameters of a mechanism").split("| parameter |")
    text = of_2003 if name.startswith("Izhi2003") else of_2007
    for symbol, default in MECHANISMS[name].defaults.items():
        assert re.search(rf"^\| `{symbol}` \|[^|]*\| {default:g} \|", text, re.MULTILINE), symbol


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_documented(unit: str) -> None:
    assert f"`{unit}`" in section("docs/experiment-file.md", "Units")


def test_every_array_of_a_saved_recording_is_documented() -> None:
    text = section("docs/experiment-file.md", "What OUT.npz holds")
    for cell in ("2007/RS", "2007/LS", izhi.Cell.preset("2007/RS", d=[90, 110])):
        recording = izhi.simulate(cell, izhi.Events("AMPA", [1.0], 1.0), 5, scheme="euler")
        for name in recording.to_numpy():
            assert f"`{name}`" in text or f"`{name.partition('_')[0]}_" in text, name


RATES = table("docs/schemes.md", "scheme")


@pytest.mark.parametrize("row", [row for row in RATES if row[1] == "1"], ids=lambda row: row[0])
def test_the_table_of_rates_is_what_the_schemes_give(row: list[str]) -> None:
    """The rows at dt = 1 ms, by the reference engine, which needs no compiler; it gives the same bits."""
    columns = ("RS5", "RS10", "IB10", "CH10", "FS5", "FS10", "LTS5", "LTS10", "RZ10", "TC10")
    for label, shown in zip(columns, row[2:], strict=True):
        name = label.rstrip("0123456789")
        cell = izhi.Cell.preset(f"2003/{name}", initial={"v": -65.0})
        current = izhi.Constant(float(label[len(name) :]))
        found = izhi.simulate(cell, current, 10_000, scheme=row[0], dt=1, record="spikes", engine="reference")
        t = found.spike_times[(found.spike_times > 1000) & (found.spike_times <= 10_000)]
        rate = 1e3 * (t.size - 1) / (t[-1] - t[0])
        assert shown == (f"{rate:.2f}" if rate < 100 else f"{rate:.1f}"), label


def test_the_table_of_rates_has_a_row_for_every_scheme_that_is_compared() -> None:
    assert {"published-2003", "euler", "figure1", "esr", "spinnaker", "rk4", "accurate"} <= {row[0] for row in RATES}


ACCURACY = table("docs/accuracy.md", "cell")


@pytest.mark.parametrize("row", ACCURACY, ids=lambda row: row[0])
def test_the_table_of_published_cells_is_what_their_programs_give(row: list[str]) -> None:
    recording = run_preset(izhi.preset(row[0]), engine="reference")
    first = f"{recording.spike_times[0]:.2f}"
    assert row[1:3] == [str(recording.spike_times.size), first]


@pytest.mark.parametrize("row", [row for row in ACCURACY if row[0].startswith("2004")], ids=lambda row: row[0])
def test_the_table_of_published_cells_is_what_the_true_solution_gives(row: list[str]) -> None:
    preset = izhi.preset(row[0])
    if preset.model != "izhikevich2003":
        return
    recording = run_preset(preset, scheme="accurate", engine="cpu")
    count = "runaway" if recording.failures else str(recording.spike_times.size)
    assert row[3:5] == [count, f"{recording.spike_times[0]:.2f}"]


def test_the_table_of_published_cells_has_all_of_them() -> None:
    assert {row[0] for row in ACCURACY} == {name for name in izhi.PRESETS if not name.startswith("2008")}


def test_the_share_of_the_tolerance_that_a_step_may_take_is_documented() -> None:
    assert f"{LOCAL_SHARE:.4f}" in section("docs/accuracy.md", "What the tolerance means")


def test_the_index_links_every_page_and_every_link_has_its_page() -> None:
    index = read("docs/index.md")
    for page in (*PAGES, *ALSO_LINKED):
        target = page.removeprefix("docs/") if page.startswith("docs/") else f"../{page}"
        assert page == "docs/index.md" or f"]({target})" in index, page
    for page in (*PAGES, *ALSO_LINKED):
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", FENCE.sub("", read(page))):
            if "://" not in target:
                assert (ROOT / page).parent.joinpath(target).exists(), f"{page} links {target}"


def test_the_citation_and_the_changelog_speak_of_this_version() -> None:
    citation = read("CITATION.cff")
    assert re.findall(r"^version: (\S+)$", citation, re.MULTILINE) == [izhi.__version__]
    assert re.search(rf"^## \[?{re.escape(izhi.__version__)}\b", read("CHANGELOG.md"), re.MULTILINE)


def test_the_citation_has_the_required_fields_and_the_four_sources() -> None:
    citation = read("CITATION.cff")
    for line in ("cff-version: 1.2.0", "title: izhi", "license: BSD-3-Clause", "message: "):
        assert re.search(rf"^{re.escape(line)}", citation, re.MULTILINE), line
    for year in (2003, 2004, 2007, 2008):
        assert f"    year: {year}\n" in citation
