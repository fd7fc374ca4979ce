"""Each kind of current against its formula written plainly, at many times and exactly at its knots."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import izhi
from izhi import (
    BadValue,
    Chirp,
    Constant,
    Events,
    Linear,
    OrnsteinUhlenbeck,
    Pulse,
    PulseTrain,
    Ramp,
    Sampled,
    Sine,
    Step,
    Steps,
    Stimulus,
)
from izhi.stimulus import KINDS, drive, parts
from izhi.stimulus.table import read_current

DURATION = 64.0
CLOSED = ("left", "right", "both", "neither")


def evaluate(stimulus: Stimulus, t: np.ndarray, limit: str = "at") -> np.ndarray:
    return drive(stimulus, DURATION).current(np.asarray(t, dtype=float), limit)


def after(t: float, knot: float, closed: bool) -> bool:
    return t > knot or (closed and t == knot)


def within(t: float, start: float, stop: float, closed: str) -> bool:
    begun = after(t, start, closed in ("left", "both"))
    ended = after(t, stop, closed not in ("right", "both"))
    return begun and not ended


def steps(t: float, closed: str) -> float:
    """The staircase 3, -2, 5 from 1, 4 and 9 ms on."""
    value = 0.0
    for knot, level in ((1.0, 3.0), (4.0, -2.0), (9.0, 5.0)):
        if after(t, knot, closed in ("left", "both")):
            value = level
    return value


def line(t: float) -> float:
    """Through (1, 2), (5, 10) and (6, -4)."""
    if t < 1:
        return 0.0
    if t < 5:
        return 2 + 8 * (t - 1) / 4
    return 10 - 14 * (t - 5) if t < 6 else -4.0


def sampled(t: float, hold: bool) -> float:
    """4, 8, -6 from 2 ms on, every 0.5 ms."""
    k = math.floor((t - 2) / 0.5)
    if not 0 <= k < 3:
        return 0.0
    value = (4.0, 8.0, -6.0)
    return value[k] if hold or k == 2 else value[k] + (value[k + 1] - value[k]) * ((t - 2) / 0.5 - k)


def sine(t: float, start: float, stop: float) -> float:
    return 3 * math.sin(2 * math.pi * 40 * (t - start) / 1000 + 0.7) if start <= t < stop else 0.0


def chirp(t: float) -> float:
    """From 5 Hz at 8 ms to 205 Hz at 24 ms: the phase is the integral of the frequency."""
    s = (t - 8) / 1000
    return 2 * math.sin(2 * math.pi * (5 * s + (200 / 0.016) * s * s / 2) + 0.1) if 8 <= t < 24 else 0.0


CASES: list[tuple[Stimulus, Callable[[float], float]]] = [
    (Constant(7.5), lambda _: 7.5),
    (Linear([1.0, 5.0, 6.0], [2.0, 10.0, -4.0]), line),
    (Linear([3.0], [2.0]), lambda t: 2.0 * (t >= 3)),
    (Sampled([4.0, 8.0, -6.0], 0.5, 2.0), lambda t: sampled(t, True)),
    (Sampled([4.0, 8.0, -6.0], 0.5, 2.0, hold=False), lambda t: sampled(t, False)),
    (Sine(3.0, 40.0, 0.7), lambda t: sine(t, 0, math.inf)),
    (Sine(3.0, 40.0, 0.7, start=4.0, stop=32.0), lambda t: sine(t, 4, 32)),
    (Chirp(2.0, 5.0, 205.0, 8.0, 24.0, phase=0.1), chirp),
    (Step(2.0, -5.0), lambda _: 2.0),
]
for c in CLOSED:
    CASES += [
        (Step(2.0, 3.0, closed=c), lambda t, c=c: 2.0 * after(t, 3.0, c in ("left", "both"))),
        (Pulse(2.0, 3.0, 5.5, closed=c), lambda t, c=c: 2.0 * within(t, 3.0, 5.5, c)),
        (Pulse(2.0, -1.0, 0.0, closed=c), lambda t, c=c: 2.0 * within(t, -1.0, 0.0, c)),
        (
            PulseTrain(4.0, 1.0, 0.5, 2.0, 3, closed=c),
            lambda t, c=c: 4.0 * any(within(t, k, k + 0.5, c) for k in (1.0, 3.0, 5.0)),
        ),
        (Ramp(2.0, 10.0, rise=4.0, closed=c), lambda t, c=c: (t - 2) / 2 * within(t, 2.0, 10.0, c)),
        (Ramp(2.0, 10.0, slope=-3.0, closed=c), lambda t, c=c: -3 * (t - 2) * within(t, 2.0, 10.0, c)),
        (Ramp(2.0, slope=0.5, closed=c), lambda t: 0.5 * (t - 2) * (t >= 2)),
        (Steps([1.0, 4.0, 9.0], [3.0, -2.0, 5.0], closed=c), lambda t, c=c: steps(t, c)),
    ]
TIMES = np.unique(np.concatenate([np.arange(0, 40, 0.125), np.random.default_rng(0).uniform(0, DURATION, 200)]))
NAMES = [f"{k}-{type(stimulus).__name__}" for k, (stimulus, _) in enumerate(CASES)]
each_case = pytest.mark.parametrize(("stimulus", "formula"), CASES, ids=NAMES)
each_current = pytest.mark.parametrize("stimulus", [stimulus for stimulus, _ in CASES], ids=NAMES)


@each_case
def test_a_current_is_its_formula_at_and_between_its_knots(stimulus: Stimulus, formula: Callable) -> None:
    expected = [float(formula(t)) for t in TIMES]
    assert evaluate(stimulus, TIMES)[:, 0] == pytest.approx(expected, rel=1e-12, abs=1e-12)


@each_current
def test_one_time_alone_gives_what_it_gives_among_many(stimulus: Stimulus) -> None:
    together = evaluate(stimulus, TIMES)[:, 0]
    alone = [evaluate(stimulus, np.array([t]))[0, 0] for t in TIMES]
    assert np.array_equal(together, alone)


@each_case
def test_the_limit_from_below_at_a_knot_is_the_value_just_before_it(stimulus: Stimulus, formula: Callable) -> None:
    t = TIMES[TIMES > 0]
    expected = [float(formula(x)) for x in t - 1e-9]
    assert evaluate(stimulus, t, "below")[:, 0] == pytest.approx(expected, abs=1e-6)


def test_the_limit_from_below_holds_where_the_current_is_steady_afterwards() -> None:
    assert evaluate(Step(5.0, 1.0), [1.0, 2.0, 3.0], "below").ravel().tolist() == [0.0, 5.0, 5.0]


@each_current
def test_a_described_current_is_read_back_as_itself(stimulus: Stimulus) -> None:
    again = read_current(stimulus.described(), "pA", "x")
    assert again == stimulus
    assert hash(again) == hash(stimulus)
    assert np.array_equal(evaluate(again, TIMES), evaluate(stimulus, TIMES))


def test_stimuli_add_up() -> None:
    chosen = [CASES[1], CASES[5], CASES[10], CASES[0]]
    total = sum((stimulus for stimulus, _ in chosen[1:]), start=chosen[0][0])
    assert len(parts(total)) == 4
    expected = [float(sum(formula(t) for _, formula in chosen)) for t in TIMES]
    assert evaluate(total, TIMES)[:, 0] == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_a_sum_is_the_same_however_it_is_bracketed() -> None:
    a, b, c = Constant(1.0), Step(2.0), Events("AMPA", [1.0], 1.0)
    assert (a + b) + c == a + (b + c)
    assert hash((a + b) + c) == hash(a + (b + c))
    assert a + b != b + a


def test_a_stimulus_and_a_number_do_not_add_up() -> None:
    with pytest.raises(TypeError):
        Step(1.0) + 1.0  # type: ignore[operator]


PER_CELL = [
    Constant([1.0, -2.0, 3.0]), Step(np.array([1.0, -2.0, 3.0]), 3.0), Pulse((1.0, -2.0, 3.0), 3.0, 5.0),
    PulseTrain([1.0, -2.0, 3.0], 1.0, 0.5, 2.0, 3), Ramp(2.0, 10.0, rise=[1.0, -2.0, 3.0]),
    Ramp(2.0, slope=[1.0, -2.0, 3.0]), Steps([1.0, 4.0], [[1.0, 2.0], [-2.0, 5.0], [3.0, 0.0]]),
    Linear([1.0, 4.0], [[1.0, 2.0], [-2.0, 5.0], [3.0, 0.0]]), Sampled([[1.0, 2.0], [-2.0, 5.0], [3.0, 0.0]], 2.0),
    Sine([1.0, -2.0, 3.0], 40.0), Sine(1.0, [10.0, 20.0, 30.0]), Sine(1.0, 10.0, [0.0, 1.0, 2.0]),
    Chirp([1.0, -2.0, 3.0], 5.0, 50.0, 1.0, 9.0), Chirp(1.0, 5.0, [10.0, 20.0, 30.0], 1.0, 9.0),
]  # fmt: skip


def of_cell(stimulus: Stimulus, cell: int) -> Stimulus:
    """The same current for one cell alone."""
    own = {}
    for name, value in vars(stimulus).items():
        rows = 2 if isinstance(stimulus, Steps | Linear | Sampled) and name == "I" else 1
        own[name] = value[cell] if np.ndim(value) == rows and name != "t" else value
    return type(stimulus)(**own)


@pytest.mark.parametrize("stimulus", PER_CELL, ids=lambda s: str(s)[:50])
def test_each_cell_gets_its_own_amplitude(stimulus: Stimulus) -> None:
    assert drive(stimulus, DURATION).cells == 3
    together = evaluate(stimulus, TIMES)
    assert together.shape == (TIMES.size, 3)
    for cell in range(3):
        assert np.array_equal(together[:, cell], evaluate(of_cell(stimulus, cell), TIMES)[:, 0])


@pytest.mark.parametrize("stimulus", PER_CELL, ids=lambda s: str(s)[:50])
def test_a_slice_of_the_cells_gets_the_columns_of_the_slice(stimulus: Stimulus) -> None:
    forces = drive(stimulus, DURATION)
    assert np.array_equal(forces.current(TIMES, "at", slice(1, 3)), forces.current(TIMES)[:, 1:])


@pytest.mark.parametrize(
    "make",
    [
        lambda: drive(Constant([1.0, 2.0]) + Constant([1.0, 2.0, 3.0]), 1.0).cells,
        lambda: drive(Sine([1.0, 2.0], [1.0, 2.0, 3.0]), 1.0).cells,
        lambda: drive(Chirp([1.0, 2.0], 1.0, [1.0, 2.0, 3.0], 0.0, 1.0), 1.0).cells,
        lambda: drive(Events("AMPA", [1.0], [[1.0], [2.0]]) + Events("NMDA", [1.0], [[1.0], [2.0], [3.0]]), 9.0),
        lambda: drive(Events("AMPA", [1.0], [[1.0], [2.0]]) + Constant([1.0, 2.0, 3.0]), 9.0).cells,
        lambda: OrnsteinUhlenbeck([1.0, 2.0], 1.0, seed=[1, 2, 3]),
    ],
)
def test_amplitudes_for_different_numbers_of_cells_are_refused(make: Callable) -> None:
    with pytest.raises(BadValue, match=r"\[2, 3\] given"):
        make()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Constant(math.nan), "Constant.I: nan"), (lambda: Constant("5 pA"), "Constant.I: '5 pA'"),
        (lambda: Constant(True), "Constant.I"), (lambda: Constant([]), "Constant.I"),
        (lambda: Constant(None), "Constant.I"),
        (lambda: Constant([[1.0]]), "Constant.I"), (lambda: Step(1.0, math.nan), "Step.start"),
        (lambda: Step(1.0, -math.inf), "Step.start: -inf"), (lambda: Step(1.0, math.inf), "Step.start: inf"),
        (lambda: Step(1.0, 10**400), "Step.start"), (lambda: Step(1.0, "1 ms"), "Step.start"),
        (lambda: Step(1.0, closed="open"), "Step.closed: 'open'"), (lambda: Pulse(1.0, 5.0, 5.0), "Pulse.stop: 5.0"),
        (lambda: Pulse(1.0, 5.0, 4.0), "Pulse.stop: 4.0"), (lambda: PulseTrain(1, 0, 1, 2, 0), "PulseTrain.count: 0"),
        (lambda: PulseTrain(1, 0, 1, 2, 10**6 + 1), "PulseTrain.count"),
        (lambda: PulseTrain(1, 0, 2, 2, 3), "PulseTrain.width: 2"),
        (lambda: PulseTrain(1, 0, 0, 2, 3), "PulseTrain.width: 0"),
        (lambda: PulseTrain(1, 0, 1, 2, True), "PulseTrain.count: True"),
        (lambda: Ramp(), "Ramp: .* one of slope and rise"),
        (lambda: Ramp(slope=1, rise=1, stop=2), "Ramp: "), (lambda: Ramp(rise=1), "Ramp.stop: inf"),
        (lambda: Ramp(5, 4, slope=1), "Ramp.stop: 4"), (lambda: Steps([1, 1], [1, 2]), "Steps.t"),
        (lambda: Steps([2, 1], [1, 2]), "Steps.t"), (lambda: Steps([1, 2], [1]), "Steps.I: .* 2 values"),
        (lambda: Steps(1, [1]), "Steps.t"), (lambda: Steps([], []), "Steps.t"), (lambda: Linear([1, 2], 3), "Linear.I"),
        (lambda: Linear([0, math.inf], [1, 2]), "Linear.t"), (lambda: Sampled([1, math.inf], 1), "Sampled.I"),
        (lambda: Sampled([1], 0), "Sampled.interval: 0"), (lambda: Sampled([1], -1), "Sampled.interval: -1"),
        (lambda: Sine(1, "fast"), "Sine.frequency: 'fast'"), (lambda: Sine(1, 5, start=5, stop=5), "Sine.stop: 5"),
        (lambda: Chirp(1, 1, 2, 0, math.inf), "Chirp.stop: inf"), (lambda: Chirp(1, 1, 2, 5, 4), "Chirp.stop: 4"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_the_name_of_the_field(make: Callable, says: str) -> None:
    with pytest.raises(BadValue, match=f"^{says}"):
        make()


@pytest.mark.parametrize(
    "stimulus",
    [
        Constant(1e308) + Constant(1e308), Linear([0, 1], [-1e308, 1e308]), Ramp(slope=1e308), Sine(1.0, 1e308, 1e308),
        Chirp(1.0, 0.0, 1e308, 0.0, 1e-3), Sampled([1e308, -1e308], 1.0, hold=False), Linear([0, 1e-310], [0, 1]),
        OrnsteinUhlenbeck(1e308, 1.0),
    ],
)  # fmt: skip
def test_a_current_that_would_leave_the_numbers_is_refused(stimulus: Stimulus) -> None:
    with pytest.raises(BadValue, match=r"^stimulus: inf given; .* finite would do"):
        drive(stimulus, 1e4)


def test_something_else_than_a_stimulus_is_refused() -> None:
    with pytest.raises(BadValue, match=r"^stimulus"):
        drive(Stimulus(), 1.0)


def test_every_kind_of_current_is_public_and_has_its_name_in_files() -> None:
    assert {kind.__name__ for kind in KINDS.values()} <= set(izhi.__all__)
    tested = {type(stimulus) for stimulus, _ in CASES} | {OrnsteinUhlenbeck}
    assert tested == set(KINDS.values())


def test_numbers_of_numpy_are_described_as_plain_ones() -> None:
    table = Pulse(np.float32(2), np.int64(1), np.float64(3)).described()
    assert table == {"kind": "pulse", "I": 2.0, "start": 1, "stop": 3.0, "closed": "left"}
    assert all(type(value) in (str, int, float) for value in table.values())


finite = st.floats(-1e3, 1e3)


@given(st.lists(st.tuples(st.floats(0, 60), finite), min_size=1, max_size=8, unique_by=lambda pair: pair[0]), finite)
def test_a_staircase_is_the_sum_of_its_steps(pairs: list[tuple[float, float]], base: float) -> None:
    pairs.sort()
    levels = [0.0, *(level for _, level in pairs)]
    risers = [Step(new - old, t) for (t, new), old in zip(pairs, levels, strict=False)]
    total = sum(risers, start=Constant(base))
    staircase = Steps([t for t, _ in pairs], [level for _, level in pairs]) + Constant(base)
    at = np.unique([t for t, _ in pairs] + list(np.linspace(0, DURATION, 50)))
    assert evaluate(staircase, at)[:, 0] == pytest.approx(evaluate(total, at)[:, 0], abs=1e-9)


@given(st.lists(st.integers(0, 6000).map(lambda k: k / 100), min_size=2, max_size=8, unique=True), st.data())
def test_lines_pass_through_their_points(times: list[float], data) -> None:
    times.sort()
    levels = data.draw(st.lists(finite, min_size=len(times), max_size=len(times)))
    assert evaluate(Linear(times, levels), np.array(times))[:, 0].tolist() == levels


def test_a_ramp_shorter_than_any_step_leaves_nothing_behind() -> None:
    values = evaluate(Ramp(0.0, 1e-300, rise=1e-9), [0.0, 1.0, 2.0]).ravel()
    assert values.tolist() == [0.0, 0.0, 0.0]


def test_stimuli_are_equal_only_if_every_field_is() -> None:
    different = [Step(1.0), Step(2.0), Step(1.0, 1.0), Step(1.0, closed="both"), Constant(1.0), Step([1.0, 1.0])]
    assert len(set(different)) == len(different)
    assert Step(1) == Step(1.0)
    assert hash(Step(1)) == hash(Step(np.float64(1.0)))
    assert Step([1.0, 2.0]) == Step(np.array([1.0, 2.0]))
    assert hash(Step([1.0, 2.0])) == hash(Step(np.array([1.0, 2.0])))
