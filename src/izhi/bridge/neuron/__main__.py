"""Runs a script on the mechanisms of ModelDB 39948: `python -m izhi.bridge.neuron SCRIPT [ARGUMENT ...]`.

The script runs as it is. It finds the five mechanisms in NEURON, and can import `simple` and `izhi2007Wrapper`, unless
it has such files beside it.
"""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

from izhi.bridge.neuron.original import FOLDER, mechanisms
from izhi.errors import IzhiError


def main() -> None:
    """Run the script that the command line names."""
    script = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    if script is None or not script.is_file():
        given = "no script" if script is None else f"'{script}'"
        _fail(f"python -m izhi.bridge.neuron: {given} given; the file of a Python script would do")
        return
    try:
        mechanisms()
    except IzhiError as problem:
        _fail(str(problem))
    sys.argv = sys.argv[1:]
    # As Python does for a script, and last what it may import.
    sys.path[0] = str(script.resolve().parent)
    sys.path.append(str(FOLDER))
    runpy.run_path(str(script), run_name="__main__")


def _fail(message: str) -> None:
    print(message, file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    main()
