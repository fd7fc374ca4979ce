"""Runs one case by the file of a simulator: `python -m izhi.bridge.conformance.play SIMULATOR CELL SCHEME DT`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from izhi.bridge.conformance.case import Case
from izhi.bridge.conformance.simulator import SPIKES, VOLTAGE, write


def main() -> None:
    """Run it, and leave its spikes, and its voltages if it has them, in this folder."""
    simulator, cell, scheme, dt = sys.argv[1:]
    file = importlib.import_module(f"izhi.bridge.conformance.of_{simulator}")
    spikes, voltage = file.run(Case(cell, scheme, float(dt)))
    write(Path(SPIKES), spikes)
    if voltage is not None:
        write(Path(VOLTAGE), voltage)


if __name__ == "__main__":
    main()
