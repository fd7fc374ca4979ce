"""What is to be exported: a recording that izhi saved, or one of a rig; an experiment, a cell or a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from izhi.errors import BadValue, FileProblem

if TYPE_CHECKING:
    from izhi.cell import Cell
    from izhi.network import Network
    from izhi.network_recording import NetworkRecording
    from izhi.recording import Recording
    from izhi.stimulus import Stimulus


def recording(path: Path) -> Recording | NetworkRecording:
    """A recording that izhi saved, of a cell or of a network."""
    from izhi.network_recording import NetworkRecording
    from izhi.recording import Recording

    if path.is_dir():
        return NetworkRecording.load(path)
    try:
        return Recording.load(path)
    except FileProblem as problem:
        if "is no recording" not in str(problem):
            raise
    return NetworkRecording.load(path)


def cell(name: str) -> tuple[Cell | Network | str, Stimulus | None, float | None, float | None]:
    """A preset, a file of a cell or network, or a NeuroML file: what, its stimulus, how long, by which step [ms]."""
    from izhi.cell import Cell
    from izhi.experiment import Experiment, read_experiment
    from izhi.network import Network
    from izhi.network_file import NetworkExperiment
    from izhi.presets.file import holds_cells

    if name.endswith((".nml", ".xml")):
        from izhi.bridge import neuroml

        found = neuroml.read(name)
        alone = (
            found.populations[0] if isinstance(found, Network) and found.cells == 1 and not found.projections else None
        )
        if alone is not None and isinstance(alone.cell, Cell):
            return alone.cell, alone.stimulus, None, None
        return found, None, None, None
    if not name.endswith(".toml") or holds_cells(name):
        return name, None, None, None
    experiment = read_experiment(name)
    if isinstance(experiment, NetworkExperiment):
        return experiment.network, None, experiment.duration, experiment.options.get("dt")
    if not isinstance(experiment, Experiment):
        raise BadValue("export", name, "an experiment with a preset or a model, not a mechanism of NEURON, would do")
    return experiment.cell, experiment.stimulus, experiment.duration, experiment.dt
