"""How a command is told which sweeps of a recording to take, and what to take out of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from izhi.sweeps import Sweeps

File = Annotated[
    Path, typer.Argument(help="A recording (ABF, NWB, CSV, TSV, NPY, NPZ).", metavar="FILE", show_default=False)
]
Voltage = Annotated[str | None, typer.Option(help="Channel of the voltage.", show_default=False)]
Current = Annotated[str | None, typer.Option(help="Channel of the current.", show_default=False)]
Select = Annotated[
    str | None, typer.Option(help="Which sweeps to use: odd, even, or such as 0:8,12.", show_default=False)
]
Bridge = Annotated[float, typer.Option(help="Resistance of the electrode to take out, in MOhm.")]
Junction = Annotated[float, typer.Option(help="Liquid junction potential to take out, in mV.")]
Threshold = Annotated[float | None, typer.Option(help="What the peak of a spike is above, in mV.", show_default="-20")]
SkipBad = Annotated[bool, typer.Option("--skip-bad", help="Leave sweeps out that cannot be used.")]


def read(
    path: Path,
    voltage: str | None,
    current: str | None,
    select: str | None,
    bridge: float,
    junction: float,
    threshold: float | None,
    skip_bad: bool,
) -> Sweeps:
    """The sweeps that were asked for, corrected."""
    from dataclasses import replace

    from izhi.sweeps import read_sweeps

    found = read_sweeps(path, voltage=voltage, current=current, skip_bad=skip_bad)
    found = found if select is None else found.select(select)
    found = found.bridge(bridge) if bridge else found
    found = found.junction(junction) if junction else found
    if threshold is None:
        return found
    spikes = found.spike_times(threshold=threshold)
    known = tuple(replace(sweep, known_spikes=t) for sweep, t in zip(found, spikes, strict=True))
    return replace(found, sweeps=known, notes=(*found.notes, f"spikes peak above {threshold:g} mV"))
