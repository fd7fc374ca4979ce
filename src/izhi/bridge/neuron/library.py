"""NEURON itself, and mechanisms compiled for it when they are first needed, kept in the cache folder."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from izhi.errors import BadValue, FileProblem, MissingExtra

# Without it a compiler for ARM would join products and sums, which then round once in place of twice.
FLAGS = "-ffp-contract=off"
# A mechanism takes a few seconds to compile [s].
LONGEST = 300


def imported() -> Any:
    """NEURON's `h`, imported without its banner.

    Raises
    ------
    MissingExtra
        If it is not installed.
    """
    if "neuron" not in sys.modules:
        os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui -nobanner")
    try:
        from neuron import h
    except ImportError:
        raise MissingExtra("engine 'neuron'", "neuron", "neuron") from None
    return h


def version() -> str:
    """NEURON's version."""
    imported()
    return str(sys.modules["neuron"].__version__)


def load(texts: Mapping[str, str]) -> Any:
    """NEURON's `h` with these mechanisms in it, compiled if they never were.

    Parameters
    ----------
    texts : mapping
        The name of each mechanism to the text of its mod file.

    Raises
    ------
    MissingExtra
        If NEURON is not installed.
    BadValue
        If a mechanism of that name is there already with another text, or cannot be compiled.

    Examples
    --------
    >>> from izhi.bridge.nmodl import nmodl
    >>> h = load({"resonator": nmodl("2004/K", name="resonator")})  # doctest: +SKIP
    >>> cell = h.resonator(h.Section()(0.5))  # doctest: +SKIP
    """
    h = imported()
    new = {}
    for name, text in texts.items():
        if _LOADED.get(name, text) != text or (name not in _LOADED and hasattr(h, name)):
            raise BadValue("mechanism", name, "a name that NEURON does not have yet would do")
        if name not in _LOADED:
            new[name] = text
    with ThreadPoolExecutor(max(1, min(len(new), os.cpu_count() or 1))) as pool:
        found = dict(zip(new, pool.map(compiled, new, new.values()), strict=True))
    for name, path in found.items():
        h.nrn_load_dll(str(path))
        _LOADED[name] = new[name]
    return h


# What was loaded into this process, which cannot be undone.
_LOADED: dict[str, str] = {}


def compiled(name: str, text: str) -> Path:
    """The library of a mechanism: from the cache folder, or compiled and put there whole."""
    about = (text, version(), platform.machine(), sys.platform, FLAGS)
    folder = cache_folder() / "neuron" / hashlib.sha256("\0".join(about).encode()).hexdigest()[:24]
    if not (folder / _LIBRARY).exists():
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as room:
                built = _compile(Path(room), name, text)
                _move(built, folder)
        except OSError as problem:
            raise FileProblem(folder, f"cannot be written: {problem.strerror or problem}") from None
    return folder / _LIBRARY


_LIBRARY = "libnrnmech.so" if sys.platform != "darwin" else "libnrnmech.dylib"


def _compile(room: Path, name: str, text: str) -> Path:
    """A folder with the library and the mod file in it."""
    (room / f"{name}.mod").write_text(text, encoding="utf-8")
    command = [_nrnivmodl(), "-incflags", FLAGS, "."]
    try:
        done = subprocess.run(command, cwd=room, capture_output=True, text=True, timeout=LONGEST, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise BadValue("nrnivmodl", name, f"it could not be run: {problem}") from None
    libraries = list(room.rglob(_LIBRARY))
    if done.returncode or not libraries:
        last = " ".join((done.stderr or done.stdout).split())[-200:]
        raise BadValue("nrnivmodl", name, f"a C++ compiler and make would do; it said: {last}")
    whole = room / "whole"
    whole.mkdir()
    shutil.copy2(libraries[0], whole / _LIBRARY)
    shutil.copy2(room / f"{name}.mod", whole)
    return whole


def _move(built: Path, folder: Path) -> None:
    """Put a folder in place, unless another process was first."""
    try:
        os.rename(built, folder)
    except OSError:
        if not (folder / _LIBRARY).exists():
            raise


def _nrnivmodl() -> str:
    """NEURON's compiler, of the same Python if it has one."""
    beside = Path(sys.executable).with_name("nrnivmodl")
    return str(beside) if beside.exists() else shutil.which("nrnivmodl") or "nrnivmodl"


def cache_folder() -> Path:
    """Where compiled mechanisms are kept: `$IZHI_CACHE`, or the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(os.environ.get("IZHI_CACHE") or Path(home) / "izhi")
