"""The same cells, currents and steps through every simulator that is installed, beside the schemes of their names.

`conform` runs them, `page` says what came of it; each simulator is a file of its own, and all are in `registry`.
"""

from __future__ import annotations

from izhi.bridge.conformance.page import page, to_html, to_markdown
from izhi.bridge.conformance.registry import SIMULATORS
from izhi.bridge.conformance.runner import LIMIT, Report, conform, merged
from izhi.bridge.conformance.store import from_json, to_json

__all__ = [
    "LIMIT",
    "SIMULATORS",
    "Report",
    "conform",
    "from_json",
    "merged",
    "page",
    "to_html",
    "to_json",
    "to_markdown",
]
