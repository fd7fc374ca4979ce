"""Why a simulator differs from the scheme of its name, where that has been found out: a sentence each."""

from __future__ import annotations

from fnmatch import fnmatchcase

from izhi.bridge.conformance.judge import DIFFERENT, Run

# Simulator, scheme and cell as patterns, and the sentence; the first that fits holds.
SENTENCES: tuple[tuple[str, str, str, str], ...] = (
    (
        "CoreNEURON", "euler", "2004/T",
        "the cell runs away and from 193.5 ms on spikes in every step; the mechanism watches a variable that changes"
        " with each spike, and of changes in consecutive steps CoreNEURON sees every second, where NEURON sees each",
    ),
)  # fmt: skip


def explanation(run: Run) -> str:
    """The sentence that goes with a run; nothing, where there is nothing to explain or no one knows."""
    if run.verdict != DIFFERENT:
        return ""
    for simulator, scheme, cell, sentence in SENTENCES:
        if fnmatchcase(run.simulator, simulator) and fnmatchcase(run.scheme, scheme) and fnmatchcase(run.cell, cell):
            return sentence
    return ""
