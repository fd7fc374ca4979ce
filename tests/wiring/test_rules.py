"""Every rule makes the pairs it promises, with weights and delays in the order in which they were given."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from scipy import sparse

import izhi
from izhi.wiring import Rule


def wired(
    rule: Rule,
    sources: int = 20,
    targets: int | None = None,
    *,
    seed: int = 1,
    engine: str = "reference",
    **kwargs: Any,
) -> Any:
    """The synapses of one projection: from A to B, or from A to itself if no number of targets is given."""
    places = kwargs.pop("positions", (None, None))
    cells = [izhi.Population("A", sources, positions=places[0])]
    if targets is not None:
        cells.append(izhi.Population("B", targets, positions=places[1]))
    projection = izhi.Projection("A", cells[-1].name, rule, name="p", **kwargs)
    found = izhi.Simulation(izhi.Network(cells, [projection], seed=seed), engine=engine).weights("p")
    return found._replace(target=found.target - (sources if targets is not None else 0))


def pairs(found: Any) -> list[tuple[int, int]]:
    return list(zip(found.source.tolist(), found.target.tolist(), strict=True))


def likely(hits: int, n: int, p: float) -> bool:
    """Whether that many of n is within five standard deviations."""
    return abs(hits - n * p) <= 5 * np.sqrt(n * p * (1 - p)) + 1e-9


def test_all_to_all_connects_every_pair_once_and_no_cell_to_itself() -> None:
    assert pairs(wired(izhi.AllToAll(), 3, 2)) == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]
    assert pairs(wired(izhi.AllToAll(), 3)) == [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]
    assert len(pairs(wired(izhi.AllToAll(), 3, autapses=True))) == 9


def test_one_to_one_connects_equal_numbers() -> None:
    assert pairs(wired(izhi.OneToOne(), 4, 4)) == [(i, i) for i in range(4)]
    assert pairs(wired(izhi.OneToOne(), 4)) == []  # to itself
    assert pairs(wired(izhi.OneToOne(), 4, autapses=True)) == [(i, i) for i in range(4)]
    with pytest.raises(izhi.BadValue, match="as many sources as targets"):
        wired(izhi.OneToOne(), 4, 3)


@pytest.mark.parametrize("targets", [None, 30])
@pytest.mark.parametrize("k", [0, 1, 7, 19])
@pytest.mark.parametrize("rule", [izhi.FixedIndegree, izhi.FixedOutdegree])
def test_fixed_degrees_are_exact_without_repetition_or_autapses(rule: Any, k: int, targets: int | None) -> None:
    found = wired(rule(k), 20, targets)
    end, count = (found.target, targets or 20) if rule is izhi.FixedIndegree else (found.source, 20)
    assert np.array_equal(np.bincount(end, minlength=count), np.full(count, k))
    assert len(set(pairs(found))) == len(pairs(found))
    assert targets is not None or (found.source != found.target).all()


def test_multapses_and_autapses_are_drawn_if_asked_for() -> None:
    found = wired(izhi.FixedIndegree(50), 10, multapses=True)
    assert np.array_equal(np.bincount(found.target), np.full(10, 50))
    assert (found.source != found.target).all()
    both = wired(izhi.FixedIndegree(50), 10, multapses=True, autapses=True)
    assert likely(int((both.source == both.target).sum()), 500, 0.1)
    assert pairs(wired(izhi.FixedIndegree(10), 10, autapses=True)) == [(i, j) for i in range(10) for j in range(10)]


@pytest.mark.parametrize("rule", [izhi.FixedIndegree, izhi.FixedOutdegree])
def test_a_degree_that_cannot_be_is_refused(rule: Any) -> None:
    with pytest.raises(izhi.BadValue, match="20 given; at most 19, or multapses"):
        wired(rule(20))
    with pytest.raises(izhi.BadValue, match="at most 0"):
        wired(rule(1), 1, multapses=True)


def test_every_source_of_a_fixed_indegree_is_as_likely() -> None:
    found = wired(izhi.FixedIndegree(10), 50, 400)
    counts = np.bincount(found.source, minlength=50)
    assert all(likely(int(n), 400, 0.2) for n in counts)


@pytest.mark.parametrize("engine", ["reference", "cpu"])
@pytest.mark.parametrize("p", [0.01, 0.3, 0.9])
def test_each_pair_has_a_synapse_with_its_probability(p: float, engine: str) -> None:
    found = wired(izhi.PairwiseProbability(p), 100, 150, engine=engine)
    assert len(set(pairs(found))) == len(pairs(found))
    assert likely(found.source.size, 15_000, p)
    assert all(likely(int(n), 150, p) for n in np.bincount(found.source, minlength=100))
    assert all(likely(int(n), 100, p) for n in np.bincount(found.target, minlength=150))
    # A synapse says nothing of the next one.
    dense = np.zeros((100, 150))
    dense[found.source, found.target] = 1
    joint = dense[:, 1:] * dense[:, :-1]
    assert abs(joint.mean() - p * p) < 5 * p / np.sqrt(joint.size)
    own = wired(izhi.PairwiseProbability(p), 100, engine=engine)
    assert (own.source != own.target).all()
    assert likely(own.source.size, 9900, p)


@pytest.mark.parametrize("engine", ["reference", "cpu"])
@pytest.mark.parametrize("p", [0.0, 5e-324, 1e-300, 1e-25, 1e-17])
def test_a_probability_of_almost_nothing_gives_nothing(p: float, engine: str) -> None:
    assert wired(izhi.PairwiseProbability(p), 20, 30, engine=engine).source.size == 0
    rule = izhi.DistanceDependent(p, 1.0)
    assert wired(rule, 20, 30, engine=engine, positions=(np.zeros(20), np.zeros(30))).source.size == 0


def test_a_probability_of_one_gives_all() -> None:
    assert pairs(wired(izhi.PairwiseProbability(1.0), 5, 6)) == pairs(wired(izhi.AllToAll(), 5, 6))
    assert pairs(wired(izhi.PairwiseProbability(1), 5)) == pairs(wired(izhi.AllToAll(), 5))
    near = izhi.DistanceDependent(1.0, 1.0, "box")
    assert pairs(wired(near, 5, positions=(np.zeros(5),))) == pairs(wired(izhi.AllToAll(), 5))


FALLOFF = {
    "gaussian": lambda x: np.exp(-x * x / 2 / 0.3**2),
    "exponential": lambda x: np.exp(-x / 0.3),
    "box": lambda x: x <= 0.3,
}


@pytest.mark.parametrize("period", [None, 1.0])
@pytest.mark.parametrize("shape", FALLOFF)
def test_the_probability_falls_with_the_distance(shape: str, period: float | None) -> None:
    random = np.random.default_rng(3)
    here, there = random.random((120, 2)), random.random((150, 2))
    rule = izhi.DistanceDependent(0.8, 0.3, shape, period)
    found = wired(rule, 120, 150, positions=(here, there), engine="cpu")
    apart = np.abs(here[:, None] - there[None])
    if period is not None:
        apart = np.minimum(apart, period - apart)
    distance = np.sqrt((apart**2).sum(axis=2))
    p = 0.8 * FALLOFF[shape](distance)
    hit = np.zeros((120, 150))
    hit[found.source, found.target] = 1
    assert hit[p == 0].sum() == 0
    for low in np.arange(0.0, 1.4, 0.1):
        within = (distance >= low) & (distance < low + 0.1)
        spread = 5 * np.sqrt((p * (1 - p))[within].sum())
        assert abs(hit[within].sum() - p[within].sum()) <= spread + 1e-9


def test_weights_and_delays_may_follow_the_distance() -> None:
    here = np.linspace(0, 2, 5)
    open_space = wired(izhi.AllToAll(), 5, positions=(here,), weight="10 - distance", delay="1 + 2 distance")
    apart = np.abs(here[open_space.source] - here[open_space.target])
    assert np.allclose(open_space.weight, 10 - apart)
    assert np.array_equal(open_space.delay, np.rint(1 + 2 * apart))
    ring = wired(izhi.DistanceDependent(1.0, 9.0, "box", 2.5), 5, positions=(here,), weight="distance")
    apart = np.abs(here[ring.source] - here[ring.target])
    assert np.allclose(ring.weight, np.minimum(apart, 2.5 - apart))
    with pytest.raises(izhi.BadValue, match="'A without positions' given"):
        wired(izhi.AllToAll(), 5, weight="distance")
    with pytest.raises(izhi.BadValue, match="as many dimensions"):
        wired(izhi.DistanceDependent(1.0, 1.0), 2, 3, positions=(np.zeros(2), np.zeros((3, 2))))


def test_pairs_keep_their_weights_and_delays_in_whatever_order_they_come() -> None:
    source, target = [3, 0, 3, 1, 0], [1, 2, 0, 1, 2]
    weight, delay = [1.0, 2.0, 3.0, 4.0, 5.0], [5.0, 4.0, 3.0, 2.0, 1.0]
    found = wired(izhi.Pairs(source, target), 4, 3, weight=weight, delay=delay)
    given = sorted(zip(source, target, delay, weight, strict=True))
    assert [tuple(x) for x in zip(*(found[k].tolist() for k in (0, 1, 3, 2)), strict=True)] == given
    own = wired(izhi.Pairs([1, 1], [1, 0]), 2)  # what is said outright may be an autapse
    assert pairs(own) == [(1, 0), (1, 1)]
    assert wired(izhi.Pairs([], []), 2, weight=[], delay=np.zeros(0)).source.size == 0


def test_pairs_outside_the_populations_are_refused() -> None:
    for source, target in (([4], [0]), ([0], [3])):
        with pytest.raises(izhi.BadValue, match="indices below 4 and 3 would do"):
            wired(izhi.Pairs(source, target), 4, 3)
    with pytest.raises(izhi.BadValue, match=r"p\.weight: '2 values' given; one for each synapse, 1, would do"):
        wired(izhi.Pairs([0], [0]), 4, 3, weight=[1.0, 2.0])
    with pytest.raises(izhi.BadValue, match="one for each synapse, 1, would do"):
        wired(izhi.Pairs([0], [0]), 4, 3, delay=[1.0, 2.0])


@pytest.mark.parametrize("kind", ["dense", "coo_array", "csr_matrix", "csc_array"])
def test_a_matrix_is_read_back_as_it_was_given(kind: str) -> None:
    random = np.random.default_rng(5)
    dense = np.where(random.random((7, 5)) < 0.5, random.normal(size=(7, 5)), 0.0)
    given = dense if kind == "dense" else getattr(sparse, kind)(dense)
    found = wired(izhi.Matrix(given), 5, 7)
    assert found.source.size == (35 if kind == "dense" else np.count_nonzero(dense))
    assert np.array_equal(found.weight, dense[found.target, found.source])
    assert pairs(found) == sorted(pairs(found))
    delay = 1.0 + np.arange(found.source.size) % 9
    assert np.array_equal(wired(izhi.Matrix(given), 5, 7, delay=delay).delay, delay)
    with pytest.raises(izhi.BadValue, match="a matrix of 5 targets x 7 sources would do"):
        wired(izhi.Matrix(given), 7, 5)


def test_a_sparse_matrix_keeps_its_zeros_and_its_repetitions() -> None:
    entries = sparse.coo_array(([1.0, 0.0, 2.0], ([0, 1, 0], [1, 0, 1])), shape=(2, 2))
    found = wired(izhi.Matrix(entries), 2, 2)
    assert pairs(found) == [(0, 1), (1, 0), (1, 0)]
    assert sorted(found.weight.tolist()) == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_matrix_with_an_entry_that_is_no_number_is_refused(value: float) -> None:
    for kind in (np.array, sparse.csr_array):
        with pytest.raises(izhi.BadValue, match="finite weights would do"):
            wired(izhi.Matrix(kind([[1.0, value]])), 2, 1)


def test_several_populations_count_as_one() -> None:
    cells = [izhi.Population("A", 2), izhi.Population("S", 1, izhi.PoissonSource(1.0)), izhi.Population("B", 3)]
    both = izhi.Projection(("B", "A"), ("B", "A"), izhi.Pairs([0, 3], [4, 2]), name="p")
    rest = izhi.Projection(("A", "S"), ("A", "B"), name="q")
    sim = izhi.Simulation(izhi.Network(cells, [both, rest]), engine="reference")
    assert pairs(sim.weights("p")) == [(0, 5), (3, 1)]
    everyone = [0, 1, 3, 4, 5]
    assert pairs(sim.weights("q")) == [(i, j) for i in (0, 1, 2) for j in everyone if i != j]


DRAWN = [
    izhi.FixedIndegree(3),
    izhi.FixedOutdegree(3),
    izhi.PairwiseProbability(0.2),
    izhi.DistanceDependent(0.5, 1.0, "exponential"),
]


@pytest.mark.parametrize("rule", DRAWN, ids=lambda rule: type(rule).__name__)
def test_the_seed_alone_decides_what_is_drawn(rule: Rule) -> None:
    where = (np.linspace(0, 1, 20),)
    kwargs: dict[str, Any] = {"weight": izhi.Normal(1, 0.1), "delay": izhi.Uniform(1, 9), "positions": where}
    one, again, compiled, other = (
        wired(rule, seed=seed, engine=engine, **kwargs)
        for seed, engine in ((1, "reference"), (1, "reference"), (1, "cpu"), (2, "reference"))
    )
    for same in (again, compiled):
        assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert pairs(one) != pairs(other)
    assert not set(one.weight.tolist()) & set(other.weight.tolist())


def test_two_projections_of_one_network_are_drawn_apart() -> None:
    twice = [izhi.Projection("A", "A", izhi.FixedIndegree(3), izhi.Normal(1, 1), name=name) for name in "pq"]
    sim = izhi.Simulation(izhi.Network([izhi.Population("A", 20)], twice), engine="reference")
    p, q = sim.weights("p"), sim.weights("q")
    assert pairs(p) != pairs(q)
    assert Counter(p.target.tolist()) == Counter(q.target.tolist()) == dict.fromkeys(range(20), 3)
    assert not set(p.weight.tolist()) & set(q.weight.tolist())


EVERY = [*DRAWN, izhi.AllToAll(), izhi.OneToOne(), izhi.Pairs([], []), izhi.FixedIndegree(0), izhi.FixedOutdegree(0)]


@pytest.mark.parametrize("sizes", [(0, 0), (0, 1), (1, 0), (1, 1)])
@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: type(rule).__name__)
def test_a_rule_over_no_cell_or_one_makes_what_there_is_or_says_why_not(rule: Rule, sizes: tuple[int, int]) -> None:
    where = (np.zeros(sizes[0]), np.zeros(sizes[1]))
    wrong = None
    try:
        found = wired(rule, *sizes, positions=where)
    except izhi.BadValue as problem:
        wrong = problem
    if wrong is not None:
        assert in_one_line(wrong)
        assert isinstance(rule, izhi.FixedIndegree | izhi.FixedOutdegree | izhi.OneToOne)
    else:
        assert found.source.size <= sizes[0] * sizes[1]
        matrix = izhi.Matrix(np.ones((sizes[1], sizes[0])))
        assert wired(matrix, *sizes).source.size == sizes[0] * sizes[1]


def in_one_line(problem: Exception) -> bool:
    return str(problem).count("\n") == 0 and "would do" in str(problem)


WRONG = [
    lambda: izhi.FixedIndegree(-1),
    lambda: izhi.FixedIndegree(1.5),  # type: ignore[arg-type]
    lambda: izhi.FixedOutdegree(True),
    lambda: izhi.FixedOutdegree("a"),  # type: ignore[arg-type]
    lambda: izhi.PairwiseProbability(1.1),
    lambda: izhi.PairwiseProbability(-1e-300),
    lambda: izhi.PairwiseProbability(float("nan")),
    lambda: izhi.PairwiseProbability("a"),  # type: ignore[arg-type]
    lambda: izhi.DistanceDependent(2.0, 1.0),
    lambda: izhi.DistanceDependent(1.0, 0.0),
    lambda: izhi.DistanceDependent(1.0, 1.0, period=0.0),
    lambda: izhi.DistanceDependent(1.0, float("inf")),
    lambda: izhi.Pairs([0, 1], [0]),
    lambda: izhi.Pairs([0.5], [0]),
    lambda: izhi.Pairs([-1], [0]),
    lambda: izhi.Pairs([[0]], [[0]]),
    lambda: izhi.Pairs("a", [0]),
    lambda: izhi.Pairs(["a"], [0]),
    lambda: izhi.Pairs([[0], [1, 2]], [0]),
    lambda: izhi.Matrix([1.0, 2.0]),
    lambda: izhi.Matrix("a"),
    lambda: izhi.Matrix([[1.0], [1.0, 2.0]]),
    lambda: izhi.Matrix(None),
]


@pytest.mark.parametrize("make", WRONG)
def test_a_rule_that_cannot_be_is_refused_in_one_line(make: Any) -> None:
    with pytest.raises(izhi.BadValue) as caught:
        make()
    assert in_one_line(caught.value)


def test_an_unknown_shape_is_named() -> None:
    with pytest.raises(izhi.UnknownName, match=r"DistanceDependent.shape: no 'gaussan'; did you mean 'gaussian'\?"):
        izhi.DistanceDependent(1.0, 1.0, "gaussan")
