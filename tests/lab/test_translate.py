"""Python functions as JavaScript."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from izhi.lab.translate import RUNTIME, Translation, Untranslatable

TABLE = np.array([[1.0, 2.0], [3.0, 5.0]])


def branches(x, y):
    """A docstring is not translated."""
    if x < y <= 3 or not x:
        return -x
    if x == 7:
        return (x - y) - (x + y)
    return x if y > 0 and x > 0 else x / (y - 0.5)


def loops(n):
    total = 0.0
    pairs = (1.5, 2.5)
    for r in range(2):
        for c in range(2):
            total += TABLE[r, c] * n
    for each in pairs:
        total = total - each
    k = 0
    while True:
        k += 1
        if k > 5:
            break
        if k == 3:
            continue
        total, k = total + k, k
    a, (b, c) = n, (k, total)
    return a, b, c


def closed(shift):
    def inner(x):
        return branches(x, shift) * 2

    return inner


def raises(x):
    raise ValueError(x)


@pytest.fixture(scope="module")
def engine():
    racer = pytest.importorskip("py_mini_racer", reason="mini-racer, which runs JavaScript, is not installed")
    context = racer.MiniRacer()
    out = Translation()
    names = [out.function(f) for f in (branches, loops, closed(0.25))]
    context.eval(RUNTIME + out.text)
    return lambda which, *arguments: json.loads(
        context.eval(f"JSON.stringify({names[which]}({', '.join(map(repr, arguments))}))")
    )


@settings(max_examples=60, deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_function_gives_what_it_gives_in_python(engine, x: float, y: float) -> None:
    for a, b in ((x, y), (7.0, y), (0.0, y)):
        assert engine(0, a, b) == branches(a, b)
    assert engine(2, x) == closed(0.25)(x)


def test_loops_and_tables_do_what_they_do_in_python(engine) -> None:
    assert tuple(engine(1, 2.5)) == loops(2.5)


def test_a_function_is_written_once_however_often_it_is_reached() -> None:
    out = Translation()
    first, second = out.function(closed(0.25)), out.function(closed(0.25))
    assert first == second
    assert out.text.count("function branches") == 1
    assert out.function(closed(0.5)) != first


def test_what_has_no_javascript_is_refused_by_name() -> None:
    with pytest.raises(Untranslatable, match="raises"):
        Translation().function(raises)
