"""`izhi figure`: one picture, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from izhi.figures import FIGURES
from tests.command_line import izhi

STARTS = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.mark.parametrize("suffix", STARTS)
def test_a_figure_is_written_where_it_is_told_to_in_the_format_that_the_ending_names(suffix: str) -> None:
    path = Path("made", f"a.{suffix}")
    ended = izhi("figure", "2003", "--cell", "RS", "--out", path)
    assert (ended.status, ended.out, ended.err.strip()) == (0, f"wrote {path}\n", "")
    assert path.read_bytes().startswith(STARTS[suffix])
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", STARTS)
def test_the_same_figure_has_the_same_bytes(suffix: str) -> None:
    for path in (f"a.{suffix}", f"b.{suffix}"):
        assert izhi("figure", "2003", "--cell", "RS", "--out", path).status == 0
    assert Path(f"a.{suffix}").read_bytes() == Path(f"b.{suffix}").read_bytes()


def test_a_figure_goes_to_the_folder_out_by_default() -> None:
    assert izhi("figure", "2004", "--cell", "A", "--cell", "Q").out == "wrote out/figure-2004.png\n"
    assert Path("out/figure-2004.png").read_bytes().startswith(STARTS["png"])


def test_schemes_are_put_below_or_in_place_of_the_figures_own() -> None:
    for option, labels in (
        (["--compare", "euler"], ["scheme of the published program (figure1)", "euler, 0.1 ms"]),
        (["--scheme", "euler", "--compare", "euler"], ["euler, 0.1 ms"]),
        (["--scheme", "euler", "--scheme", "nest"], ["euler, 0.1 ms", "nest, 0.1 ms"]),
    ):
        assert izhi("figure", "2003", "--cell", "RS", *option, "--out", "a.svg").status == 0
        text = Path("a.svg").read_text(encoding="utf-8")
        # Letters are drawn as shapes, with the words in a comment beside them.
        known = ("scheme of the published program (figure1)", "euler, 0.1 ms", "nest, 0.1 ms")
        assert [words for words in known if f"<!-- {words} -->" in text] == labels


@pytest.mark.parametrize(("name", "cell"), [("modeldb-2003", "RZ"), ("modeldb-2004", "B"), ("finding-area", "")])
def test_what_modeldb_has_is_drawn_and_the_same_again_has_the_same_bytes(name: str, cell: str) -> None:
    chosen = ["--cell", cell] if cell else []
    for path in (f"out/figure-{name}.png", "again.png"):
        option = [] if path.startswith("out") else ["--out", path]
        assert izhi("figure", name, *chosen, *option).out == f"wrote {path}\n"
    assert Path(f"out/figure-{name}.png").read_bytes() == Path("again.png").read_bytes()


def test_without_a_name_the_figures_are_listed() -> None:
    ended = izhi("figure")
    assert ended.status == 0
    listed = {line.split()[0]: line for line in ended.out.splitlines()[1:]}
    assert listed.keys() == FIGURES.keys()
    assert all(FIGURES[name].title in line for name, line in listed.items())
    assert "book-2007, accurate" in listed["2007"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2005"], "figure: no '2005'; did you mean '2007'? (2003, 2004, 2007"),
        (["2003", "--out", "a.jpg"], "--out: 'a.jpg' given; a file that ends in .png, .svg, .pdf would do"),
        (["2003", "--out", "folder.png"], "path: 'folder.png' given; a file, not a folder, would do"),
        (["2003", "--cell", "RS", "--out", "file/a.png"], "file/a.png: cannot be written: "),
        (["2003", "--scheme", "eulr"], "scheme: no 'eulr'; did you mean 'euler'?"),
        (["2003", "--cell", "rs"], "figure 2003: cell: no 'rs'; did you mean 'RS'?"),
        (["modeldb-2005"], "figure: no 'modeldb-2005'; did you mean 'modeldb-2007'?"),
        (["modeldb-2003", "--cell", "A"], "figure modeldb-2003: cell: no 'A' (RS, IB, CH"),
        (["modeldb-2007", "--cell", "TRN"], "figure modeldb-2007: cell: no 'TRN'; did you mean 'RTN'?"),
        (["finding-hold", "--compare", "euler"], "figure finding-hold: scheme: 'euler' given; it has no schemes"),
        (["finding-hold", "--cell", "TC"], "figure finding-hold: cell: 'TC' given; it has no cells"),
        (["2003", "--plot"], "izhi figure: No such option"),
    ],
)
def test_a_mistake_is_one_line_with_status_2_and_nothing_is_written(arguments: list[str], message: str) -> None:
    Path("folder.png").mkdir()
    Path("file").touch()
    ended = izhi("figure", *arguments)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(message)
    assert ended.err.count("\n") == 1
    assert sorted(p.name for p in Path().iterdir()) == ["file", "folder.png"]
