"""A report as JSON: each case with its spikes once, and beside it what each simulator made of it."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from izhi.bridge.conformance.judge import Run
from izhi.bridge.conformance.runner import Report
from izhi.errors import BadValue

FORMAT = "izhi conformance 1"
# What belongs to the case and not to the simulator.
_OF_CASE = ("cell", "scheme", "dt", "spikes")


def to_json(report: Report) -> str:
    """The report as text, a case on each line."""
    cases: dict[tuple[str, str, float], dict[str, Any]] = {}
    for run in report.runs:
        case = cases.setdefault(
            (run.cell, run.scheme, run.dt),
            {"cell": run.cell, "scheme": run.scheme, "dt": run.dt, "spikes": [], "runs": []},
        )
        case["spikes"] = case["spikes"] or [round(t, 6) for t in run.spikes]
        case["runs"].append(
            {k: _rounded(v) for k, v in asdict(run).items() if k not in _OF_CASE and v not in ((), "", None)}
        )
    lines = ",\n".join(" " + json.dumps(case) for case in cases.values())
    simulators = json.dumps(dict(report.simulators), indent=1)
    return f'{{"format": "{FORMAT}",\n"simulators": {simulators},\n"cases": [\n{lines}\n]}}\n'


def _rounded(value: Any) -> Any:
    if isinstance(value, tuple):
        return [round(t, 6) for t in value]
    return float(f"{value:.3g}") if isinstance(value, float) and abs(value) < 1e-3 else value


def from_json(text: str) -> Report:
    """The report that `to_json` wrote.

    Raises
    ------
    BadValue
        If it is none.
    """
    own: dict[str, Any]
    given: dict[str, Any]
    try:
        table = json.loads(text)
        if table["format"] != FORMAT:
            raise KeyError("format")
        known = {f.name for f in fields(Run)}
        runs: list[Run] = []
        for case in table["cases"]:
            own = {key: case[key] for key in ("cell", "scheme", "dt")}
            for run in case["runs"]:
                spikes = () if run["verdict"] == "not run" else tuple(case["spikes"])
                given = {k: tuple(v) if isinstance(v, list) else v for k, v in run.items() if k in known}
                runs.append(Run(**own, spikes=spikes, **given))
        return Report(table["simulators"], tuple(runs))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadValue("conformance", text[:20], "a report that `izhi conformance` wrote would do") from None
