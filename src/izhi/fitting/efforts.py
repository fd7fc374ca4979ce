"""How much is tried, by name."""

from __future__ import annotations

from izhi.fitting.search import Effort

# A look, what one wants as a rule, and what one starts before going home.
EFFORTS = {
    "quick": Effort(forced_starts=4, starts=6, kept=2, population=128, forced=40, first=15, second=40),
    "normal": Effort(),
    "thorough": Effort(forced_starts=20, starts=32, kept=8, population=512, forced=120, first=40, second=200),
}
