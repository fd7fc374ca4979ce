"""The Python that has Brian 2: this one, or the one that IZHI_BRIAN2 names."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PYTHON = os.environ.get("IZHI_BRIAN2", sys.executable)


@cache
def has_brian2() -> bool:
    """Whether it can be imported: some versions of it and of NumPy do not go together."""
    return subprocess.run([PYTHON, "-c", "import brian2"], capture_output=True, timeout=120).returncode == 0


def printed(script: Path) -> list[str]:
    """What a script for Brian 2 prints; a skip where there is none."""
    if not has_brian2():
        pytest.skip(
            "Brian 2 cannot be imported (pip install 'izhi[brian2]', or name a Python that has it in IZHI_BRIAN2)"
        )
    home = os.environ | {"HOME": str(script.parent)}
    ended = subprocess.run([PYTHON, script], capture_output=True, text=True, timeout=200, env=home)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()
