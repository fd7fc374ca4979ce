"""The package as a whole: what importing it costs, what it offers, and that its rooms keep apart."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import izhi

SOURCES = Path(izhi.__file__).parent
ROOT = SOURCES.parents[1]


def fresh(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


HEAVY = ("numba", "llvmlite", "matplotlib", "scipy", "pandas", "numpy", "rich", "typer", "sympy")


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, json, izhi; print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    assert not set(json.loads(fresh(code))) & set(HEAVY)


def test_a_cell_and_its_stimulus_load_no_compiler_and_no_plots() -> None:
    code = (
        "import sys, json, izhi; izhi.simulate('2007/RS', izhi.Step(70), 10, scheme='book-2007', dt=0.25);"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    assert not set(json.loads(fresh(code))) & {"numba", "llvmlite", "matplotlib", "scipy", "pandas"}


def test_every_public_name_resolves_in_a_fresh_interpreter() -> None:
    code = "from izhi import *; import izhi; print([n for n in izhi.__all__ if n not in globals()])"
    assert fresh(code).strip() == "[]"


def test_the_public_names_are_listed_once_and_in_dir() -> None:
    assert len(set(izhi.__all__)) == len(izhi.__all__)
    assert set(izhi.__all__) <= set(dir(izhi))
    assert re.fullmatch(r"\d+\.\d+\.\d+", izhi.__version__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'izhi' has no attribute 'Neuron'"):
        _ = izhi.Neuron


TABLES = {"FEATURES", "FIRING", "MODELS", "PRESETS", "RECEPTORS", "SCHEMES"}


@pytest.mark.parametrize("name", sorted(set(izhi.__all__) - TABLES))
def test_every_public_object_says_what_it_is(name: str) -> None:
    thing = getattr(izhi, name)
    assert len((thing.__doc__ or "").strip()) > 20
    assert not thing.__doc__.startswith(f"{name}("), "dataclass wrote its own docstring"
    for member, value in vars(thing).items() if inspect.isclass(thing) else ():
        if inspect.isfunction(value) and not member.startswith("_"):
            assert value.__doc__ or _inherited(thing, member), f"{name}.{member}"


def _inherited(thing: type, member: str) -> str | None:
    return next((d for base in thing.__mro__[1:] if (d := getattr(vars(base).get(member), "__doc__", None))), None)


@pytest.mark.parametrize("path", sorted(SOURCES.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCES)))
def test_every_module_says_what_it_is_and_stays_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert compile(text, str(path), "exec").co_consts[0].strip()
    assert len(text.splitlines()) <= 400


def test_no_source_reads_what_is_outside_of_the_package() -> None:
    outside = re.compile(r"\.\./|/work/|\bshared/")
    found = [
        f"{path.relative_to(SOURCES)}: {line.strip()}"
        for path in SOURCES.rglob("*")
        if path.suffix in (".py", ".toml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if outside.search(line)
    ]
    assert found == []


def test_the_rooms_import_only_what_is_below_them() -> None:
    command = Path(sys.executable).parent / "lint-imports"
    if not command.exists():
        pytest.skip("lint-imports is not installed")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
