"""The page's files: bundled, exported, and in a notebook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import izhi
from izhi.errors import BadValue, FileProblem
from izhi.lab import page, widget
from tests.command_line import izhi as command


def test_the_bundle_has_each_module_once_after_those_that_it_imports() -> None:
    found = re.findall(r'^MODULES\["([\w.]+)"\] = ', page.bundle(), re.MULTILINE)
    assert len(found) == len(set(found))
    assert found[-1] == page.ENTRY
    assert found.index("book.js") < found.index("cell.js") < found.index("lab.js")
    unused = {n for n in page.names() if n.endswith(".js")} - set(found)
    assert unused <= {"start.js"}


def test_the_page_in_one_file_refers_to_no_other() -> None:
    alone = page.standalone()
    assert "<style>" in alone
    assert not re.search(r'^import |^export |src="|href="(?!data:)', alone, re.MULTILINE)


def test_the_command_writes_the_page_as_one_file(tmp_path: Path) -> None:
    target = tmp_path / "lecture.html"
    ended = command("lab", "--export", target)
    assert (ended.status, ended.out) == (0, f"wrote {target}\n")
    assert target.read_text(encoding="utf-8") == page.standalone()


@pytest.mark.parametrize("name", ["page.txt", "page"])
def test_the_page_is_written_as_html_only(tmp_path: Path, name: str) -> None:
    ended = command("lab", "--export", tmp_path / name)
    assert ended.status == 2
    assert ".html" in ended.err
    assert not list(tmp_path.iterdir())


def test_a_page_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileProblem):
        page.export(tmp_path / "file" / "page.html")


def test_a_port_that_is_none_is_one_line() -> None:
    ended = command("lab", "--port", "99999", "--no-browser")
    assert ended.status == 2
    assert "--port" in ended.err


def test_a_notebook_begins_with_the_cell() -> None:
    cell = izhi.Cell.preset("2007/IB", d=200.0, initial={"v": -70.0})
    found = widget.experiment(cell)
    assert found["preset"] == "2007/IB"
    assert found["parameters"]["d"] == 200.0
    assert found["initial"]["v"] == -70.0
    own = izhi.Cell("izhikevich2003", {"a": 0.1, "b": 0.2, "c": -65.0, "d": 2.0})
    assert widget.experiment(own)["parameters"]["a"] == 0.1


def test_an_ensemble_has_no_laboratory() -> None:
    with pytest.raises(BadValue, match="one cell"):
        izhi.Cell.preset("2003/RS", d=[2.0, 8.0]).lab()


def test_a_notebook_shows_the_laboratory() -> None:
    pytest.importorskip("anywidget", reason="anywidget, which notebooks need, is not installed")
    shown = izhi.Cell.preset("2007/RS").lab()
    assert shown.experiment["preset"] == "2007/RS"
    assert "export default" in shown._esm
