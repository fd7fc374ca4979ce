"""What a search hands to other processes arrives there as what it was."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from izhi import MODELS, SCHEMES
from izhi.schemes.heun import HEUN


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_itself_in_another_process(name: str) -> None:
    model = MODELS[name]
    assert model.Parameters._fields == model.symbols  # what is remembered of it must not be in the way
    assert pickle.loads(pickle.dumps(model)) is model


@pytest.mark.parametrize("scheme", [HEUN, SCHEMES["accurate"], SCHEMES["euler"]], ids=lambda each: each.name)
def test_a_scheme_is_itself_in_another_process(scheme) -> None:
    assert pickle.loads(pickle.dumps(scheme)) is scheme


def test_a_model_of_ones_own_is_not_taken_for_a_known_one() -> None:
    own = replace(MODELS["izhikevich2007"], title="mine")
    found = pickle.loads(pickle.dumps(own))
    assert found is not MODELS["izhikevich2007"]
    assert found.title == "mine"


def test_starts_side_by_side_give_the_same_as_one_after_another() -> None:
    from izhi.fitting import fit
    from tests.fitting.made import KNOWN, TINY, recorded

    few = {"fixed": KNOWN | {"d": 100.0, "k": 0.7}, "effort": TINY, "threads": 1}
    with ThreadPoolExecutor(2) as executor:
        beside = fit(recorded().select("3:"), executor=executor, **few)
    alone = fit(recorded().select("3:"), **few)
    assert beside.parameters == alone.parameters
    assert [t.key for t in beside.trails] == [t.key for t in alone.trails]
