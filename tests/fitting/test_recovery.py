"""Whether a fit finds the cell that made the data, and says how sure it is."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import izhi
from izhi.fitting import Effort

EXAMPLE = Path(__file__).parents[2] / "examples" / "recover_2007_cells.py"
# A fraction of what a fit takes by default, and more of it for those that a few starts miss.
SMALL = Effort(forced_starts=4, starts=6, kept=1, population=128, forced=60, first=15, second=60)
MORE = Effort(forced_starts=8, starts=12, kept=1, population=128, forced=60, first=20, second=50)
MOST = Effort(forced_starts=10, starts=20, kept=2, population=128, forced=80, first=20, second=80)
EFFORTS = {"CH": MORE, "TC": MORE, "TRN": MOST}
# The parameters that these recordings determine well, and how well a small search finds them.
WITHIN = 0.05


@cache
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location(EXAMPLE.stem, EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["RS", "IB", "CH", "LTS", "FS", "LS", "TC", "TRN"])
def test_a_cell_of_the_book_is_recovered_from_five_noisy_steps(name: str) -> None:
    found = example().recover(name, EFFORTS.get(name, SMALL))
    assert found.held_out is not None
    assert found.held_out.gamma >= 0.95
    true = izhi.Cell.preset(f"2007/{name}").parameters
    spread = found.uncertainty
    sure = [s for s, known in zip(spread.symbols, spread.determined, strict=True) if known]
    assert len(sure) >= len(spread.symbols) // 2
    off = {s: abs(found.parameters[s] / float(true[s]) - 1) for s in sure if true[s]}
    assert np.median(list(off.values())) <= WITHIN, off
