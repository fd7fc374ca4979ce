"""Files of NeuroML and LEMS as trees, with what they include."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, XMLParser, fromstring

from izhi.errors import FileProblem

LARGEST_FILE = 256 << 20
# Files that include files, and so on.
MOST_FILES = 200


def parsed(path: Path) -> Element:
    """The root of an XML file, without namespaces.

    Raises
    ------
    FileProblem
        If it cannot be read, is too large or is no XML.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_FILE + 1)
    except OSError as problem:
        raise FileProblem(path, f"cannot be read: {problem.strerror or problem}") from None
    if len(raw) > LARGEST_FILE:
        raise FileProblem(path, f"is too large; at most {LARGEST_FILE >> 20} MB would do")
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise FileProblem(path, "declares entities; NeuroML has none")
    try:
        root = fromstring(raw, XMLParser())
    except (ParseError, ValueError, LookupError, RecursionError) as problem:
        raise FileProblem(path, f"is no XML: {' '.join(str(problem).split())}") from None
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return root


def included(path: Path, root: Element) -> list[tuple[Path, Path]]:
    """A file and all that it includes and that is there: where each is, and where it is from the first file's folder.

    Raises
    ------
    FileProblem
        If a file that is included lies outside of the first one's folder.
    """
    found: dict[Path, Path] = {}
    waiting = [(path, root)]
    while waiting and len(found) < MOST_FILES:
        file, tree = waiting.pop()
        if file.resolve() in found:
            continue
        try:
            found[file.resolve()] = file.resolve().relative_to(path.resolve().parent)
        except ValueError:
            raise FileProblem(path, f"includes {file}, which is not in its folder") from None
        for element in tree:
            name = element.get("file") if element.tag == "Include" else element.get("href")
            inner = file.parent / name if name and element.tag in ("Include", "include") else None
            if inner is not None and inner.is_file():
                waiting.append((inner, parsed(inner)))
    return list(found.items())
