"""Brian 2: the scripts that `izhi export brian2` writes."""

from __future__ import annotations

from pathlib import Path

from izhi.bridge import brian2
from izhi.bridge.conformance.case import Case
from izhi.bridge.conformance.simulator import SPIKES, VOLTAGE, Simulator, here

# A spike is shown as the peak by the scheme, and as the reset by Brian: such samples are not compared.
_KEEP = f"""
np.savetxt({SPIKES!r}, (np.rint(spikes.t / ms / dt) + 1) * dt, fmt="%.17g")
np.savetxt({VOLTAGE!r}, states.v[0], fmt="%.17g")
"""


def prepare(case: Case, folder: Path, program: str) -> list[str]:
    """The exported script, with its results to the last bit."""
    (folder / "cell.py").write_text(brian2.script(case.cell, dt=case.dt) + _KEEP, encoding="utf-8")
    return [program, "cell.py"]


BRIAN2 = Simulator(
    name="Brian2",
    title="the scripts of `izhi export brian2`: forward Euler, generated as NumPy",
    schemes=("euler",),
    find=here("brian2", "brian2"),
    refuses=lambda case: None,  # noqa: ARG005
    prepare=prepare,
)
