"""GNU Octave: the loops of the published MATLAB programs, with each model's equations put in."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from izhi.bridge.conformance.case import Case
from izhi.bridge.conformance.simulator import SPIKES, VOLTAGE, Found, NotFound, Simulator, write
from izhi.bridge.scripts.formula import OCTAVE as WORDS
from izhi.bridge.scripts.formula import equations
from izhi.cell import Cell
from izhi.equations import model

_HEAD = """\
current = load("current.txt");
tau = {dt!r};
{parameters}
{start}
V = zeros(1, numel(current)); spikes = [];
"""
_TAIL = f"""\
file = fopen("{SPIKES}", "w"); fprintf(file, "%.17g\\n", spikes); fclose(file);
file = fopen("{VOLTAGE}", "w"); fprintf(file, "%.17g\\n", V); fclose(file);
"""
# figure1.m: one step of v, then u with the new v; a spike is seen at once.
_FIGURE1 = """\
for i = 1:numel(current)
  I = current(i);
  v = v + tau*({v});
  u = u + tau*{u};
  V(i) = v;
  if v > {peak}
    V(i) = {peak};
    spikes(end + 1) = (i - 1)*tau;
{reset}
  end
end
"""
# izhi2007.m: both from the old values; the branch of u by the new v, and the sample before a spike is the peak.
_BOOK = """\
V(1) = v;
for i = 1:numel(current) - 1
  I = current(i);
  next = v + tau*({v});
{slow}
  v = next;
  if v {crosses} {peak}
    V(i) = {peak};
    spikes(end + 1) = i*tau;
{reset}
  end
  V(i + 1) = v;
end
"""


def script(case: Case) -> str:
    """The program of a case; it reads its current from `current.txt`."""
    cell, chosen = Cell.preset(case.cell), model(case.row.model)
    spelled = equations(chosen, WORDS, gate="next" if case.scheme == "book-2007" else "")
    # In this order: v may be reset to a voltage that moves with the u before the spike.
    reset = [f"    {symbol} = {text};" for symbol, text in spelled.reset.items()]
    words = {
        "v": spelled.derivatives["v"], "u": spelled.derivatives["u"], "peak": spelled.peak, "reset": "\n".join(reset),
        "crosses": ">" if chosen.moving_peak else ">=", "slow": _slow(spelled.derivatives),
    }  # fmt: skip
    state = zip([q.symbol for q in chosen.state], cell.state(1)[:, 0].tolist(), strict=True)
    head = _HEAD.format(
        dt=case.dt,
        parameters=" ".join(f"{symbol} = {float(cell.parameters[symbol])!r};" for symbol in chosen.symbols),
        start=" ".join(f"{symbol} = {value!r};" for symbol, value in state),
    )
    return head + (_FIGURE1 if case.scheme == "figure1" else _BOOK).format(**words) + _TAIL


def _slow(derivatives: dict[str, str]) -> str:
    """u, and the dendrite's voltage where there is one, both from the old values."""
    lines = [f"  new_{symbol} = {symbol} + tau*({text});" for symbol, text in derivatives.items() if symbol != "v"]
    return "\n".join([*lines, *(f"  {symbol} = new_{symbol};" for symbol in derivatives if symbol != "v")])


def find(program: str | None) -> Found:
    """Octave without its window."""
    name = program or shutil.which("octave-cli") or shutil.which("octave")
    if name is None:
        raise NotFound("there is no octave-cli")
    try:
        answer = subprocess.run([name, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise NotFound(f"{name}: {problem}") from None
    return Found(answer.stdout.split("version", 1)[-1].split()[0], name)


def refuses(case: Case) -> str | None:
    """Each of the two programs has its models."""
    of_2003 = case.row.model.startswith("izhikevich2003")
    if of_2003 != (case.scheme == "figure1"):
        return f"{case.scheme} is a program for {'2007' if of_2003 else '2003'}"
    return None


def prepare(case: Case, folder: Path, program: str) -> list[str]:
    """The script and its current."""
    write(folder / "current.txt", case.currents())
    (folder / "cell.m").write_text(script(case), encoding="utf-8")
    return [program, "--norc", "--quiet", "cell.m"]


OCTAVE = Simulator(
    name="Octave",
    title="the loops of figure1.m (2003, 2004) and izhi2007.m (2007, 2008)",
    schemes=("figure1", "book-2007"),
    find=find,
    refuses=refuses,
    prepare=prepare,
)
