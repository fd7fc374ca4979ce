"""jNeuroML: where it is, and how it is run."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from izhi.errors import BadValue, FileProblem, MissingExtra

# What jNeuroML writes where something is wrong, in the order in which it tells most.
_SIGNS = ("Error:", "Exception:", "ERROR", "failed!", "Error")


def jar() -> Path:
    """The archive of jNeuroML that pyNeuroML brings.

    Raises
    ------
    MissingExtra
        If pyNeuroML, or Java, is not installed.
    """
    found = find_spec("pyneuroml")
    places = list(found.submodule_search_locations or ()) if found is not None else []
    jars = sorted(each for place in places for each in Path(place).glob("lib/jNeuroML-*.jar"))
    if not jars:
        raise MissingExtra("neuroml", "pyneuroml", "jneuroml")
    if shutil.which("java") is None:
        raise MissingExtra("neuroml", "Java, such as OpenJDK 17, and pyneuroml", "jneuroml")
    return jars[-1]


def jneuroml(arguments: Sequence[str], folder: Path, limit: float) -> str:
    """Run jNeuroML in a folder, and return what it prints.

    Parameters
    ----------
    arguments : sequence of str
        As on its command line.
    folder : Path
        Where it writes.
    limit : float
        [s] How long it may take.

    Raises
    ------
    MissingExtra
        If it is not there.
    FileProblem
        If it fails; the error has its own words.
    BadValue
        If it takes longer.
    """
    command = ["java", "-Djava.awt.headless=true", "-jar", str(jar()), *arguments]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        raise BadValue("jNeuroML: limit", limit, "a shorter run, or more seconds, would do") from None
    printed = done.stdout + done.stderr
    if done.returncode:
        raise FileProblem(arguments[0], f"jNeuroML: {_reason(printed)}")
    return printed


def _reason(printed: str) -> str:
    """The line that says most of what is wrong."""
    lines = [" ".join(line.split()) for line in printed.splitlines() if line.strip()]
    for sign in _SIGNS:
        for line in lines:
            if sign in line:
                return line[:300]
    return lines[-1][:300] if lines else "it failed without a word"
