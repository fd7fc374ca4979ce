"""A fit as files: the cell for every command of this package, all its numbers, and the report."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from typing import IO, Any

import numpy as np

from izhi.fitting import words
from izhi.fitting.fit import Fit
from izhi.fitting.report import report
from izhi.fitting.score import Score, SweepScore
from izhi.recording import Writer, write_together
from izhi.simulation import versions

FORMAT = "izhi-fit-1"
CELL, NUMBERS, REPORT = "cell.toml", "fit.json", "report.html"


def save(fit: Fit, folder: str | os.PathLike[str], notes: Sequence[str] = ()) -> tuple[Path, ...]:
    """Write `cell.toml`, `fit.json` and `report.html` into a folder, all of them or none.

    Parameters
    ----------
    fit : Fit
        What came out of `izhi.fitting.fit`.
    folder : path
        Made if it is not there.
    notes : sequence of str
        What was done to the sweeps before, as `Sweeps.notes` has it.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    FileProblem
        If they cannot be written.

    Examples
    --------
    >>> import izhi
    >>> from izhi.fitting import fit, save
    >>> save(fit("cell.abf"), "fit")  # doctest: +SKIP
    >>> izhi.simulate("fit/cell.toml", izhi.Pulse(200, start=100, stop=600), 800)  # doctest: +SKIP
    """
    into = Path(folder)
    texts = {
        into / CELL: cell_file(fit, notes),
        into / NUMBERS: json.dumps(data(fit, notes), indent=1, allow_nan=False) + "\n",
        into / REPORT: report(fit, cell=(into / CELL).as_posix(), notes=notes),
    }
    write_together({path: _writer(text) for path, text in texts.items()})
    return tuple(texts)


def _writer(text: str) -> Writer:
    def write(file: IO[bytes]) -> None:
        file.write(text.encode())

    return write


def key(fit: Fit) -> str:
    """What the cell is called in its file: the recording's name, of letters that need no quotes."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", PurePath(words.name(fit)).stem if fit.source else "").strip("_") or "fit"


def cell_file(fit: Fit, notes: Sequence[str] = ()) -> str:
    """The cell as a table of presets: at rest, and under the largest step that it was fitted to."""
    model, scale = fit.model, words.scale(fit)
    at_rest = fit.space.state(np.array([[fit.parameters[s]] for s in fit.space.symbols]))[:, 0]
    stimulus, duration = _shown(fit)
    said = [f"currents in pA were divided by {scale:.6g} pF"] if scale != 1.0 else []
    lines = {
        "title": f"fitted to {words.name(fit)}",
        "model": model.name,
        "parameters": {s: fit.parameters[s] for s in model.symbols},
        "initial": {q.symbol: float(v) for q, v in zip(model.state, at_rest, strict=True) if np.isfinite(v)},
        "scheme": "accurate",
        "dt": 0.1,
        "duration": duration,
        "stimulus": stimulus,
        "source": f"{words.name(fit)}; fitted by izhi {versions()['izhi']}, seed {fit.seed}",
        "evidence": "single source",
        "notes": "; ".join([*said, *notes]),
    }
    text = "".join(f"{name} = {_toml(value)}\n" for name, value in lines.items() if value != "")
    return f"# A cell that was fitted; report.html says how well.\n\n[{key(fit)}]\n{text}"


def _shown(fit: Fit) -> tuple[list[dict[str, Any]], float]:
    """The stimulus that shows the cell, in the unit of its model, and how long."""
    amplitude, start, stop, end = words.largest_step(fit)
    held = words.holding(fit)
    constant = [{"kind": "constant", "I": held}] if held else []
    return [*constant, {"kind": "pulse", "I": amplitude, "start": start, "stop": stop}], end


def _toml(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + " }"
    if isinstance(value, list):
        return "[\n" + "".join(f"  {_toml(each)},\n" for each in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(float(value))


def data(fit: Fit, notes: Sequence[str] = ()) -> dict[str, Any]:
    """All numbers of a fit, as JSON holds them: what is not known is None."""
    found = {
        "format": FORMAT,
        "source": fit.source,
        "notes": list(notes),
        "model": fit.model.name,
        "headline": words.headline(fit),
        "loss": fit.loss,
        "parameters": [asdict(row) for row in words.rows(fit)],
        "directions": [{"size": size, "parts": dict(parts)} for size, parts in fit.uncertainty.directions],
        "left_open": words.left_open(fit),
        "training": _score(fit.training),
        "held_out": None if fit.held_out is None else _score(fit.held_out),
        "clues": asdict(fit.clues),
        "trails": [{"start": trail.key, "loss": trail.loss} for trail in fit.trails],
        "front": None if fit.front is None else vars(fit.front),
        "seed": fit.seed,
        "versions": versions() | _others(),
    }
    return _plain(found)


def _others() -> dict[str, str]:
    """The versions of what a fit computes with besides."""
    found = {}
    for package in ("cma", "scipy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _score(score: Score) -> dict[str, Any]:
    return {name: words.measured(score, name) for name in words.SCORES} | {
        "sweeps": [_of_sweep(s) for s in score.sweeps]
    }


def _of_sweep(sweep: SweepScore) -> dict[str, Any]:
    """The numbers of one sweep."""
    step, counts, latencies = sweep.step, sweep.counts, sweep.latencies
    return {
        "sweep": sweep.name,
        "amplitude": step.amplitude if step else None,
        "holding": step.holding if step else None,
        "start": step.start if step else None,
        "stop": step.stop if step else None,
        "spikes": {"recorded": counts[0], "predicted": counts[1]},
        "latency": {"recorded": latencies[0], "predicted": latencies[1]},
        "spike_times": {"recorded": sweep.spikes, "predicted": sweep.predicted_spikes},
        "gamma": sweep.gamma,
        "voltage_error": sweep.voltage_error,
    }


def _plain(value: Any) -> Any:
    """The same of what JSON knows."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(each) for each in value]
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value
