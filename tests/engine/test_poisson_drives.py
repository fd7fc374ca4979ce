"""A Poisson drive over an exponential current does what its events would do one by one."""

from __future__ import annotations

import numpy as np
import pytest

import izhi
from tests.engine.test_network_engine import currents

RATE, WEIGHT, CELLS, STEPS = 300.0, 1.5, 20, 200


def counts() -> np.ndarray:
    """How many events there are in each step: the same over any synapse."""
    found = currents(izhi.PoissonDrive(RATE, 1.0), CELLS, STEPS)
    assert found.max() > 1
    return found


@pytest.mark.parametrize("tau", [1.0, 4.0, 30.0])
def test_a_current_rises_by_the_weight_once_and_decays_once_in_a_step(tau: float) -> None:
    events, found = counts(), currents(izhi.PoissonDrive(RATE, WEIGHT, izhi.ExponentialCurrent(tau)), CELLS, STEPS)
    expected = np.zeros(CELLS)
    for k in range(STEPS):
        expected = expected + WEIGHT * events[:, k]
        assert found[:, k] == pytest.approx(expected, rel=1e-12)
        expected *= np.exp(-1.0 / tau)
