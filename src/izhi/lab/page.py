"""The page: its files, and all of them in one that needs no server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

from izhi.lab.book import book
from izhi.recording import write_whole

ENTRY = "lab.js"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w.]+)";\n', re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", re.MULTILINE)
_LISTED = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)


def names() -> list[str]:
    """The page's files."""
    return sorted([p.name for p in files(__package__).joinpath("static").iterdir() if Path(p.name).suffix in TYPES])


@cache
def text(name: str) -> str:
    """One of the files, or the book, which is made from the declarations."""
    if name == "book.js":
        return book()
    return files(__package__).joinpath("static", name).read_text(encoding="utf-8")


def bundle(entry: str = ENTRY) -> str:
    """A module and all that it imports as one script: each a function that returns what it exports.

    Returns
    -------
    str
        JavaScript that leaves the entry's exports in `MODULES["lab.js"]`, and so on for each.
    """
    pieces = [_enclosed(name) for name in dict.fromkeys(_order(entry, ()))]
    return "\n".join(["const MODULES = {};", *pieces])


def _order(name: str, above: tuple[str, ...]) -> Iterator[str]:
    """The modules, each after those that it imports."""
    if name in above:
        raise RuntimeError(f"{' imports '.join((*above, name))}: a circle")
    for match in _IMPORT.finditer(text(name)):
        yield from _order(match[2], (*above, name))
    yield name


def _enclosed(name: str) -> str:
    source = text(name)
    listed = [each.strip() for match in _LISTED.finditer(source) for each in match[1].split(",") if each.strip()]
    exports = [*_EXPORTED.findall(source), *listed]
    source = _LISTED.sub("", source)
    source = _IMPORT.sub(lambda m: f'const {{{m[1].replace(" as ", ": ")}}} = MODULES["{m[2]}"];\n', source)
    source = re.sub(r"^export ", "", source, flags=re.MULTILINE)
    return f'MODULES["{name}"] = (() => {{\n{source}\nreturn {{ {", ".join(exports)} }};\n}})();'


def standalone() -> str:
    """The page with all its parts within, for a lecture without a network or a server."""
    script = bundle().replace("</script", "<\\/script")
    page = text("index.html")
    page = re.sub(r'<link rel="stylesheet" href="[^"]*">', lambda _: f"<style>\n{text('lab.css')}</style>", page)
    start = f'MODULES["{ENTRY}"].render({{ el: document.getElementById("lab") }});'
    return re.sub(
        r'<script type="module".*?</script>',
        lambda _: f'<script type="module">\n{script}\n{start}\n</script>',
        page,
        flags=re.DOTALL,
    )


def export(path: Path) -> None:
    """Write the page as one file.

    Raises
    ------
    FileProblem
        If it cannot be written; nothing is then left behind.
    """
    write_whole(path, lambda file: file.write(standalone().encode()))
