"""Mistakes: one line each, with who, what was given, and what would do."""

from __future__ import annotations

import pickle

import pytest

from izhi import BadValue, FileProblem, IzhiError, MissingExtra, UnknownName
from izhi.errors import nearest, shorten


@pytest.mark.parametrize(
    ("error", "builtin"),
    [(UnknownName, LookupError), (BadValue, ValueError), (MissingExtra, ImportError), (FileProblem, OSError)],
)
def test_each_mistake_is_also_the_builtin_one_of_its_kind(error: type, builtin: type) -> None:
    assert issubclass(error, IzhiError)
    assert issubclass(error, builtin)


def test_an_unknown_name_names_the_nearest_and_the_valid_ones() -> None:
    error = UnknownName("preset", "RSS", ["RS", "IB", "CH"])
    assert str(error) == "preset: no 'RSS'; did you mean 'RS'? (RS, IB, CH)"
    assert (error.given, error.nearest) == ("RSS", "RS")


def test_an_unknown_name_far_from_all_suggests_none_and_lists_at_most_24() -> None:
    error = UnknownName("x", "zzzz", [f"name{k}" for k in range(30)])
    assert error.nearest is None
    assert "did you mean" not in str(error)
    assert str(error).endswith("name23, ...)")
    assert "name24" not in str(error)


@pytest.mark.parametrize("given", [3, None, ["a"], {}])
def test_an_unknown_name_need_not_be_a_string(given: object) -> None:
    error = UnknownName("x", given, ["a", "b"])
    assert error.given is given
    assert str(error) == f"x: no {given!r} (a, b)"


def test_a_bad_value_says_who_what_and_what_instead() -> None:
    error = BadValue("Step.start", "soon", "a time in ms would do")
    assert str(error) == "Step.start: 'soon' given; a time in ms would do"
    assert (error.who, error.given, error.wanted) == ("Step.start", "soon", "a time in ms would do")


def test_a_missing_package_comes_with_the_command_that_installs_it() -> None:
    assert str(MissingExtra("f", "pandas", "pandas")) == "f: needs pandas; install it with: pip install 'izhi[pandas]'"


@pytest.mark.parametrize("error", [UnknownName("x", "a\nb" * 100, ["c"]), BadValue("x", "a\nb\r" * 100, "c would do")])
def test_a_message_is_one_line_of_moderate_length_whatever_was_given(error: IzhiError) -> None:
    assert len(str(error).splitlines()) == 1
    assert len(str(error)) < 120


@pytest.mark.parametrize(
    "error",
    [
        UnknownName("scheme", "eular", ["euler", "rk4"]),
        BadValue("dt", -1.0, "more than 0 ms would do"),
        MissingExtra("izhi.pynn", "PyNN", "pynn"),
        FileProblem("cell.abf", "is no recording"),
    ],
)
def test_a_mistake_comes_whole_out_of_another_process(error: IzhiError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert getattr(again, "nearest", None) == getattr(error, "nearest", None)


@pytest.mark.parametrize(
    ("given", "valid", "expected"),
    [
        ("rs", ["RS", "IB"], "RS"), ("Cm", ["C", "c"], "C"), ("cm", ["C", "c"], "c"),
        ("acurate", ["accurate"], "accurate"),
        ("D", ["d", "dt"], "d"), ("weigth", ["t", "weight"], "weight"), ("xyz", ["RS"], None), ("", ["RS"], None),
        ("RS", [], None),
    ],
)  # fmt: skip
def test_the_nearest_name_is_found_and_case_counts_only_where_it_decides(given: str, valid: list, expected) -> None:
    assert nearest(given, valid) == expected


VALUES = {"long": "x" * 1000, "list": list(range(1000)), "huge": 10**10000, "lines": "a\n\n  b", "object": object()}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_any_value_is_shortened_to_one_line(value: object) -> None:
    text = shorten(value)
    assert len(text) <= 60
    assert len(text.splitlines()) == 1


def test_a_list_that_contains_itself_is_shortened() -> None:
    loop: list = []
    for _ in range(100_000):
        loop = [loop]
    assert shorten(loop) == "<list>"
