"""The page of a report: versions, verdicts, spike times side by side, and what was found in others."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import Any, NamedTuple

from izhi.bridge.conformance.judge import DIFFERENT, FAILED, IDENTICAL, REFUSED, SAME, Run
from izhi.bridge.conformance.registry import SIMULATORS
from izhi.bridge.conformance.runner import Report


class Block(NamedTuple):
    """A piece of a page: "h1", "h2", "h3", "p", "code" or "table", with its text or its rows, the first a heading."""

    kind: str
    text: str = ""
    rows: Sequence[Sequence[str]] = ()


_INTRODUCTION = (
    "The same cells, currents and steps through other simulators, beside the schemes of their names. Each run is a"
    " process of its own with a time limit, so that a crash is a result. This page is written by the command, with the"
    " numbers beside it in `conformance.json`; `izhi conformance --out FOLDER` makes both, and the page as HTML, of the"
    " simulators that are installed.",
    "A cell is *identical* if every spike and every bit of v are the same, what is drawn for a spike aside; it has the"
    " *same spikes* if every spike is at the same step. Then what v differs by, at most, is beside it; jNeuroML, which"
    " writes v with seven digits, and CoreNEURON are compared by their spikes alone. Times are in ms, voltages in mV.",
)
_ORDER = (
    "NEURON, NEST and Octave compute in the order of the scheme. Brian 2 puts the terms of an equation in an order"
    " of its own (-u and 0.04 v**2 first, then 5 v, then 140 + I), so that v differs from the last bit on."
    " The mechanisms of ModelDB 39948 run at NEURON's own 0.025 ms, their current set before each step in which it"
    " changes, and a cell for which they have no type is not run."
)
_LINKS = "Schemes are described in [schemes](schemes.md), the scripts for NEST and Brian 2 in [NEST](nest.md)."


def page(report: Report) -> list[Block]:
    """What a report says, in order."""
    blocks = [Block("h1", "Conformance"), *(Block("p", text) for text in (*_INTRODUCTION, _ORDER, _LINKS))]
    blocks += [Block("h2", "Simulators"), Block("table", rows=_simulators(report))]
    blocks += [Block("h2", "Verdicts"), Block("table", rows=_verdicts(report)), *_differences(report)]
    for scheme, runs in _by_scheme(report):
        blocks += [Block("h2", f"By `{scheme}`"), Block("table", rows=_cells(runs)), *_refused(runs)]
    return [*blocks, *_found_in_others()]


def _simulators(report: Report) -> list[list[str]]:
    rows = [["simulator", "version", "what runs the cells"]]
    return rows + [[name, version, SIMULATORS[name].title] for name, version in report.simulators.items()]


def _verdicts(report: Report) -> list[list[str]]:
    kinds = (IDENTICAL, SAME, DIFFERENT, FAILED, REFUSED)
    rows = [["simulator", "scheme", *kinds]]
    for simulator in report.simulators:
        own = [run for run in report.runs if run.simulator == simulator]
        for scheme in dict.fromkeys(run.scheme for run in own):
            verdicts = [run.verdict for run in own if run.scheme == scheme]
            rows.append([simulator, f"`{scheme}`", *(str(verdicts.count(kind)) for kind in kinds)])
    return rows


def _differences(report: Report) -> list[Block]:
    """Every run that is not as it should be, with its reason or without."""
    rows = [["simulator", "scheme", "cell", "first difference", "v before it", "scheme's spikes", "its spikes", "why"]]
    for run in report.runs:
        if run.verdict in (DIFFERENT, FAILED):
            first = "" if run.first is None else f"{run.first:.6g}"
            apart = "" if run.apart is None else f"{run.apart:.2g}"
            shown = [_around(times, run.first) for times in (run.spikes, run.theirs)]
            why = run.reason or "not known"
            rows.append([run.simulator, f"`{run.scheme}`", f"`{run.cell}`", first, apart, *shown, why])
    if len(rows) == 1:
        return [Block("p", "No spike of any run differs.")]
    return [Block("h3", "Differences"), Block("table", rows=rows)]


def _around(times: Sequence[float], first: float | None) -> str:
    """Some spikes from the first that differs on."""
    rest = [t for t in times if first is None or t >= first]
    return _listed(rest[:3]) + (", ..." if len(rest) > 3 else "")


def _listed(times: Sequence[float]) -> str:
    return ", ".join(f"{t:.6g}" for t in times)


def _by_scheme(report: Report) -> list[tuple[str, list[Run]]]:
    order = {scheme: k for k, scheme in enumerate(dict.fromkeys(run.scheme for run in report.runs))}
    ordered = sorted(report.runs, key=lambda run: order[run.scheme])
    return [(scheme, list(runs)) for scheme, runs in groupby(ordered, key=lambda run: run.scheme)]


def _cells(runs: Sequence[Run]) -> list[list[str]]:
    """A row for each cell that any simulator has: its spikes by the scheme, and what each simulator made of them."""
    simulators = list(dict.fromkeys(run.simulator for run in runs))
    rows = [["cell", "dt", "spikes", "by the scheme", *simulators]]
    for cell in dict.fromkeys(run.cell for run in runs):
        own = {run.simulator: run for run in runs if run.cell == cell and run.verdict != REFUSED}
        if own:
            one = next(iter(own.values()))
            times = one.spikes
            some = _listed(times if len(times) < 5 else times[:3])
            last = f", ..., {times[-1]:.6g}" if len(times) > 4 else ""
            each = [_said(own[name]) if name in own else "" for name in simulators]
            rows.append([f"`{cell}`", f"{one.dt:g}", str(len(times)), some + last, *each])
    return rows


def _said(run: Run) -> str:
    if run.verdict == SAME:
        return SAME if run.apart is None else f"{SAME}, v within {run.apart:.0e}"
    if run.verdict == DIFFERENT:
        return f"{run.count} spikes, other from {run.first:.6g}"
    return run.verdict


def _refused(runs: Sequence[Run]) -> list[Block]:
    """Which cells were not run, by simulator and reason; of those for which no simulator has the program, nothing."""
    found: dict[tuple[str, str], list[str]] = {}
    for run in runs:
        if run.verdict == REFUSED and "is a program for" not in run.reason:
            found.setdefault((run.simulator, run.reason), []).append(f"`{run.cell}`")
    return [Block("p", f"Not run in {who}: {', '.join(cells)}: {reason}.") for (who, reason), cells in found.items()]


def _found_in_others() -> list[Block]:
    """What was found wrong in other programs, with the least that shows it."""
    text = files(__package__).joinpath("findings.toml").read_text(encoding="utf-8")
    blocks = [
        Block("h2", "Found in others"),
        Block("p", "Each with the version that was run, the least that shows it, what was expected, and what came."),
    ]
    for row in tomllib.loads(text)["finding"]:
        blocks += [Block("h3", row["title"]), Block("p", f"{row['program']}. {row['what']}")]
        blocks += [Block("code", row["reproduction"].strip("\n"))]
        blocks += [Block("p", f"Expected: {row['expected']}"), Block("p", f"Got: {row['got']}")]
    return blocks


def to_markdown(blocks: Sequence[Block]) -> str:
    """The page as Markdown."""
    marks = {"h1": "# ", "h2": "## ", "h3": "### ", "p": ""}
    parts = []
    for block in blocks:
        if block.kind == "table":
            heading, *rows = (["", *row, ""] for row in block.rows)
            line = "|" + "---|" * (len(heading) - 2)
            parts.append("\n".join([" | ".join(heading).strip(), line, *(" | ".join(row).strip() for row in rows)]))
        elif block.kind == "code":
            parts.append(f"```py\n{block.text}\n```")
        else:
            parts.append(marks[block.kind] + block.text)
    return "\n\n".join(parts) + "\n"


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;font-size:13px}th,td{text-align:left;padding:.15rem .6rem;vertical-align:top}"
    "th{border-bottom:1px solid}tr:nth-child(even){background:#8881}pre{background:#8881;padding:.6rem;overflow:auto}"
    f"td.{DIFFERENT},td.{FAILED}{{color:#b00020;font-weight:600}}"
)


def to_html(blocks: Sequence[Block]) -> str:
    """The page as HTML, in one file."""
    body = "\n".join(_html(block) for block in blocks)
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{blocks[0].text}</title>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}<style>{_STYLE}</style></head><body>\n{body}\n</body></html>\n'
    )


def _html(block: Block) -> str:
    if block.kind == "table":
        heading, *rows = block.rows
        top = "".join(f"<th>{_marked(cell)}</th>" for cell in heading)
        rest = "\n".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows)
        return f"<table><tr>{top}</tr>\n{rest}</table>"
    if block.kind == "code":
        return f"<pre>{escape(block.text)}</pre>"
    return f"<{block.kind}>{_marked(block.text)}</{block.kind}>"


def _cell(text: str) -> str:
    wrong = FAILED if text == FAILED else DIFFERENT if ", other from" in text else ""
    return f'<td class="{wrong}">{_marked(text)}</td>' if wrong else f"<td>{_marked(text)}</td>"


def _marked(text: str) -> Any:
    """The little that these pages use of Markdown within a line."""
    import re

    text = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", escape(text, quote=False))
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    return re.sub(r"\*([^*\s][^*]*)\*", r"<em>\1</em>", text)
