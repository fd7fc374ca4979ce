"""Each panel of 2004 is recognised as what it shows, and as nothing else, by the program and by the true solution."""

from __future__ import annotations

import pytest

from izhi import FEATURES, Constant, Pulse, Ramp, Step, Stimulus, classify, preset, simulate
from tests.analysis.panels import ALSO, LETTERS, LOST, panel, rerun


@pytest.mark.parametrize("letter", LETTERS)
def test_each_panel_of_the_program_shows_its_feature_and_no_other(letter: str) -> None:
    assert set(classify(panel(letter)).features) == {letter} | ALSO.get(letter, set())


@pytest.mark.parametrize("letter", LETTERS)
def test_each_panel_of_the_true_solution_shows_its_feature_where_that_survives(letter: str) -> None:
    own = set() if letter in LOST else {letter}
    assert set(classify(panel(letter, "accurate")).features) == own | ALSO.get(letter, set())


@pytest.mark.parametrize(
    ("letter", "reason"),
    [
        ("I", "within 10 ms"),
        ("P", "the second pulse does not end that"),
        ("Q", "not make it fire one spike alone"),
        ("S", "goes on firing after the end of the inhibition"),
        ("T", "runaway"),
    ],
)
def test_a_feature_that_is_lost_is_refused_for_the_reason_it_is_lost(letter: str, reason: str) -> None:
    assert reason in classify(panel(letter, "accurate")).verdicts[letter].because


REPAIRS: list[tuple[str, Stimulus | None, dict[str, float]]] = [
    ("I", Pulse(6.71, 10, 13), {}),
    ("I", Pulse(6.70, 10, 13), {}),
    *(("P", Constant(0.24) + Pulse(1, 37.5, 42.5) + Pulse(1, t, t + 5), {}) for t in (205, 206, 207, 208)),
    ("Q", None, {"b": 0.18}),
    ("S", Constant(80) + Pulse(-5, 50, 220), {}),
    ("T", None, {"d": -0.7}),
]


@pytest.mark.parametrize(("letter", "stimulus", "parameters"), REPAIRS)
def test_a_repair_brings_the_feature_back_to_the_true_solution(
    letter: str, stimulus: Stimulus | None, parameters: dict[str, float]
) -> None:
    found = set(classify(rerun(letter, stimulus, **parameters)).features)
    # Where the pulse at 206 ms ends the firing of P, the voltage spirals back to rest for two periods that can be seen.
    assert found == {letter} | ({"J"} if stimulus and letter == "P" and "J" in found else set())


@pytest.mark.parametrize("start", [204, 209])
def test_a_pulse_at_the_wrong_time_does_not_end_the_firing(start: float) -> None:
    pulses = Constant(0.24) + Pulse(1, 37.5, 42.5) + Pulse(1, start, start + 5)
    assert "P" not in classify(rerun("P", pulses)).features


@pytest.mark.parametrize("letter", sorted(set(LETTERS) - set(LOST)))
@pytest.mark.parametrize("scheme", ["rk4", "nest", "euler"])
def test_features_that_survive_are_seen_with_other_schemes(letter: str, scheme: str) -> None:
    assert letter in classify(panel(letter, scheme)).features


@pytest.mark.parametrize("letter", LETTERS)
def test_each_verdict_says_why_in_one_sentence_with_finite_numbers(letter: str) -> None:
    for verdict in classify(panel(letter)).verdicts.values():
        assert verdict.because
        assert "\n" not in verdict.because
        assert not verdict.because.endswith(".")
        assert all(abs(measure.value) < 1e6 for measure in verdict.measures)
        assert verdict.tested or not verdict.holds
        assert verdict.tested != verdict.because.startswith("not tested: ")


@pytest.mark.parametrize("scheme", ["accurate", "figure1"])
def test_the_class_of_excitability_does_not_depend_on_the_slope_of_the_ramp(scheme: str) -> None:
    for slope, duration in ((0.02, 900), (0.04, 500), (0.1, 300), (0.2, 200)):
        one = simulate("2004/G", Ramp(slope=slope, start=30), duration, scheme=scheme)
        assert classify(one).features == ("G",)
    for slope, duration in ((0.005, 900), (0.01, 500), (0.02, 300)):
        two = simulate("2004/H", Constant(-0.5) + Ramp(slope=slope, start=30), duration, scheme=scheme)
        assert classify(two).features == ("H",)


def test_a_ramp_that_outruns_a_class_2_cell_does_not_make_it_class_1() -> None:
    fast = simulate("2004/H", Constant(-0.5) + Ramp(slope=0.05, start=30), 200)
    assert "G" not in classify(fast).features


@pytest.mark.parametrize("duration", [100, 120, 160, 600])
def test_mixed_mode_is_no_adaptation_however_soon_the_recording_ends(duration: float) -> None:
    assert classify(simulate("2004/E", Step(10, start=16), duration)).features == ("E",)


def test_the_letters_and_names_are_those_of_the_panels() -> None:
    assert "".join(FEATURES) == LETTERS
    for letter, feature in FEATURES.items():
        assert feature.letter == letter
        title = preset(f"2004/{letter}").title.lower()
        assert feature.name.replace("excitability", "excitable") == title


def test_the_same_response_gives_the_same_verdicts() -> None:
    assert classify(panel("C")) == classify(panel("C"))


def test_a_feature_is_a_function_of_a_response() -> None:
    assert FEATURES["M"](panel("M"))
    assert not FEATURES["M"](panel("N"))
