"""Polychronous groups: known ones, and a slow search that advances every neuron in every ms."""

from __future__ import annotations

from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pytest

import izhi
from izhi.engine import group_search
from izhi.engine import groups as kernels
from izhi.networks import groups as module
from izhi.networks.groups import Groups, polychronous_groups, shuffled

# From rest, a neuron spikes so many ms after three strong spikes arrived, and after two; one does not make it spike.
AFTER_THREE, AFTER_TWO = 2, 4


class Synapses(NamedTuple):
    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    delay: np.ndarray


def chain(stages: int, pause: int = 7) -> Synapses:
    """Neurons 0, 1, 2 meet at 3 and 4; these at 5 and 6, which are `pause` and `pause` + 1 ms away; and so on."""
    rows = [(anchor, pair, 10.0, 1 + 4 * anchor) for anchor in range(3) for pair in (3, 4)]
    for stage in range(stages - 1):
        first = 3 + 2 * stage
        rows += [(first + i, first + 2 + j, 10.0, pause + j) for i in range(2) for j in range(2)]
    return Synapses(*(np.array(column) for column in zip(*rows, strict=True)))


def random_network(seed: int, neurons: int = 30, excitatory: int = 24, out: int = 15) -> Synapses:
    """With weights of many values, several synapses between two neurons, synapses on oneself, and inhibition."""
    random = np.random.default_rng(seed)
    source = np.repeat(np.arange(neurons), out)
    target = random.integers(0, neurons, source.size)
    weight = np.where(
        source < excitatory, random.choice([3.0, 9.6, 9.83, 10.0], source.size), -random.random(source.size)
    )
    return Synapses(source, target, weight, random.integers(1, 12, source.size))


def spnet(seed: int, strong_among_excitatory: float) -> Synapses:
    """As large and as sparse as the network of 2006, with strong synapses where chance has put them."""
    random = np.random.default_rng(seed)
    source = np.repeat(np.arange(1000), 100)
    target = np.concatenate([random.permutation(1000 if i < 800 else 800)[:100] for i in range(1000)])
    share = np.where(target < 800, strong_among_excitatory, 0.97)
    weight = np.where(source < 800, 10.0 * (random.random(source.size) < share), -5.0)
    return Synapses(source, target, weight, np.where(source < 800, np.tile(np.arange(100) // 5 + 1, 1000), 1))


def follow_all(
    net: Synapses,
    anchors: list[int],
    times: list[int],
    meeting: int,
    excitatory: int,
    latency: int,
    most: int,
    longest: int,
) -> tuple[list[tuple[int, int]], bool]:
    """All neurons through all ms: the spikes, and whether that is all of them."""
    neurons = max(excitatory, net.source.max() + 1, net.target.max() + 1)
    v, u = np.full(neurons, -70.0), np.full(neurons, -14.0)
    a = np.where(np.arange(neurons) < excitatory, 0.02, 0.1)
    d = np.where(np.arange(neurons) < excitatory, 8.0, 2.0)
    acts = (net.source >= excitatory) | (net.weight > 9.5)
    spikes: list[tuple[int, int]] = []
    arrivals: dict[int, list[tuple[int, float]]] = {}

    def spike(cell: int, time: int) -> None:
        spikes.append((cell, time))
        for s in np.flatnonzero(acts & (net.source == cell)):
            if time + net.delay[s] >= meeting:
                arrivals.setdefault(time + int(net.delay[s]), []).append((net.target[s], net.weight[s]))

    for cell, time in zip(anchors, times, strict=True):
        spike(cell, time)
    t = 0
    while t < max(arrivals) + latency:
        I = np.zeros(neurons)
        for cell, weight in arrivals.get(t, []):
            I[cell] += weight
        v += 0.5 * ((0.04 * v + 5) * v + 140 - u + I)
        v += 0.5 * ((0.04 * v + 5) * v + 140 - u + I)
        u += a * (0.2 * v - u)
        for cell in np.flatnonzero(v >= 30):
            if len(spikes) == most or t >= longest:
                return spikes, False
            v[cell], u[cell] = -65, u[cell] + d[cell]
            spike(int(cell), t)
        t += 1
    return spikes, True


def linked(
    net: Synapses, spikes: list[tuple[int, int]], anchors: int, meeting: int, excitatory: int, latency: int
) -> tuple[list[list[int]], list[int]]:
    """The links by the spike after, and the layers."""
    links, layers = [], [1] * len(spikes)
    strong = (net.source < excitatory) & (net.weight > 9.5)
    for j in range(anchors, len(spikes)):
        for i in range(j):
            for s in np.flatnonzero(strong & (net.source == spikes[i][0]) & (net.target == spikes[j][0])):
                arrival = spikes[i][1] + net.delay[s]
                if meeting <= arrival <= spikes[j][1] < arrival + latency:
                    links.append([i, j, int(net.delay[s])])
                    layers[j] = max(layers[j], layers[i] + 1)
    return sorted(links, key=lambda link: (link[1], link[0], link[2])), layers


def slow_search(
    net: Synapses, excitatory: int, mothers: range, least_path: int, anchors: int, latency: int, most: int, longest: int
) -> list[tuple]:
    found = []
    for mother in mothers:
        strong = (net.target == mother) & (net.source < excitatory) & (net.weight > 9.5)
        inputs = sorted(zip(net.source[strong].tolist(), net.delay[strong].tolist(), strict=True))
        for chosen in combinations(inputs, anchors):
            cells = [cell for cell, _ in chosen]
            if len(set(cells)) < anchors:
                continue
            meeting = max(delay for _, delay in chosen)
            times = [meeting - delay for _, delay in chosen]
            spikes, whole = follow_all(net, cells, times, meeting, excitatory, latency, most, longest)
            links, layers = linked(net, spikes, anchors, meeting, excitatory, latency)
            used = [sum(spikes[i][0] == c and spikes[j][0] < excitatory for i, j, _ in links) for c in cells]
            if max(layers) >= least_path and min(used) >= 2:
                found.append((mother, cells, spikes, layers, links, not whole))
    return found


def plain(groups: Groups) -> list[tuple]:
    return [
        (
            group.mother,
            group.anchors.tolist(),
            list(zip(group.cells.tolist(), group.times.tolist(), strict=True)),
            group.layers.tolist(),
            group.links.tolist(),
            group.truncated,
        )
        for group in groups
    ]


ENGINES = pytest.mark.parametrize("engine", module.ENGINES)


@ENGINES
def test_a_chain_is_found_spike_by_spike_and_link_by_link(engine: str) -> None:
    groups = polychronous_groups(*chain(6), excitatory=20, mothers=[3], engine=engine)
    assert len(groups) == 1
    group = groups[0]
    # The anchors' delays are 1, 5 and 9 ms; the pairs' first neurons are 7 ms apart, the second ones 8 ms.
    assert (group.mother, group.anchors.tolist()) == (3, [0, 1, 2])
    assert group.cells.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
    assert group.times[:5].tolist() == [8, 4, 0, 9 + AFTER_THREE, 9 + AFTER_THREE]
    assert group.times[5:7].tolist() == [11 + 7 + AFTER_TWO, 11 + 8 + AFTER_TWO]
    assert group.layers.tolist() == [1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]
    meeting = [[anchor, pair, 1 + 4 * anchor] for pair in (3, 4) for anchor in range(3)]
    onward = [[3 + 2 * k + i, 5 + 2 * k + j, 7 + j] for k in range(5) for j in range(2) for i in range(2)]
    assert group.links.tolist() == meeting + onward
    assert (group.longest_path, group.span, len(group), group.truncated) == (7, group.times[-1], 15, False)
    assert (groups.longest_paths.tolist(), groups.spans.tolist(), groups.sizes.tolist()) == ([7], [group.span], [15])


def test_a_chain_of_a_layer_less_is_no_group_unless_that_is_enough() -> None:
    assert len(polychronous_groups(*chain(5), excitatory=20)) == 0
    groups = polychronous_groups(*chain(5), excitatory=20, least_path=6)
    assert [group.mother for group in groups] == [3, 4]
    assert [group.mother for group in groups[1:]] == [4]
    assert groups[-1].cells.tolist() == groups[0].cells.tolist()


def test_an_anchor_that_serves_only_the_mother_makes_no_group() -> None:
    net = chain(6)
    only_the_mother = ~((net.source == 1) & (net.target == 4))
    net = Synapses(*(column[only_the_mother] for column in net))
    assert len(polychronous_groups(*net, excitatory=20, mothers=[3])) == 0


def test_weak_synapses_do_not_act() -> None:
    net = chain(6)
    assert len(polychronous_groups(*net[:2], np.full(net.source.size, 9.5), net.delay, excitatory=20)) == 0
    groups = polychronous_groups(*net[:2], np.full(net.source.size, 9.5), net.delay, excitatory=20, strong=0.94)
    assert len(groups) == 2


def test_what_an_anchor_sent_before_they_meet_is_left_out() -> None:
    net = chain(6)
    early = Synapses(*(np.append(column, x) for column, x in zip(net, (2, 3, 10.0, 1), strict=True)))
    assert plain(polychronous_groups(*early, excitatory=20, mothers=[4])) == plain(
        polychronous_groups(*net, excitatory=20, mothers=[4])
    )


@pytest.mark.parametrize("limits", [{}, {"most_spikes": 12}, {"longest": 30}, {"anchors": 2, "latency": 6}])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_slow_search_finds_the_same(seed: int, limits: dict[str, int]) -> None:
    net, excitatory, mothers = random_network(seed), 24, range(3, 8)
    asked = {"least_path": 4, "anchors": 3, "latency": 20, "most_spikes": 60, "longest": 100} | limits
    groups = polychronous_groups(*net, excitatory=excitatory, mothers=list(mothers), **asked)
    names = {"most_spikes": "most"}
    slow = slow_search(net, excitatory, mothers, **{names.get(name, name): value for name, value in asked.items()})
    assert slow
    assert plain(groups) == slow


def test_the_engines_agree() -> None:
    net = random_network(3)
    fast, slow = (
        polychronous_groups(*net, excitatory=24, mothers=range(2, 6), least_path=4, most_spikes=60, engine=engine)
        for engine in module.ENGINES
    )
    assert len(fast) > 0
    assert plain(fast) == plain(slow)


def test_threads_and_room_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    net = random_network(4)
    asked: dict[str, Any] = {"excitatory": 24, "least_path": 4, "most_spikes": 40}
    one = polychronous_groups(*net, **asked, threads=1)
    assert len(one) > 10
    assert plain(polychronous_groups(*net, **asked, threads=3)) == plain(one)
    monkeypatch.setattr(group_search, "ROOM", 3)
    assert plain(polychronous_groups(*net, **asked, threads=2)) == plain(one)


def test_mothers_are_searched_in_the_order_asked() -> None:
    net = random_network(1)
    both = [polychronous_groups(*net, excitatory=24, mothers=[m], least_path=4) for m in (7, 3)]
    together = polychronous_groups(*net, excitatory=24, mothers=[7, 3], least_path=4)
    assert plain(together) == plain(both[0]) + plain(both[1])


@pytest.mark.parametrize("a", [0.02, 0.1])
def test_a_quiet_neuron_never_spikes_and_stays_quiet(a: float) -> None:
    random = np.random.default_rng(5)
    corners = [(v, u) for v in (-87.5, -70.0, -56.0) for u in (-14.5, -14.5 + 0.03 * 17.5, 8.0)]
    states = corners + list(zip(random.uniform(-87.5, -56, 2000), random.uniform(-14.5, 8, 2000), strict=True))
    v, u = np.array([state for state in states if kernels.quiet(*state)]).T
    assert v.size > 1500
    for _ in range(400):
        v = kernels.half(kernels.half(v, u, 0.0), u, 0.0)
        u = u + a * (0.2 * v - u)
        assert all(kernels.quiet(*state) for state in zip(v.tolist(), u.tolist(), strict=True))


@pytest.mark.parametrize("limit", [{"most_spikes": 100}, {"longest": 60}])
def test_a_runaway_is_cut_short_and_says_so(limit: dict[str, int]) -> None:
    random = np.random.default_rng(1)
    source = np.repeat(np.arange(200), 30)
    net = source, random.integers(0, 200, source.size), np.full(source.size, 10.0), random.integers(1, 21, source.size)
    groups = polychronous_groups(*net, excitatory=200, mothers=[0], **limit)
    assert len(groups) > 100
    assert groups.truncated.mean() > 0.9
    assert groups[int(groups.truncated.argmax())].truncated
    assert groups.sizes.max() <= limit.get("most_spikes", 1000)
    assert groups.time.max() < limit.get("longest", 1000)


@pytest.mark.parametrize("threads", [1, 2])
def test_groups_that_take_too_much_are_refused(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 100_000)
    monkeypatch.setattr(group_search, "ROOM", 64)
    source, target = (index.ravel() for index in np.indices((12, 12)))
    with pytest.raises(izhi.BadValue, match="least_path"):
        polychronous_groups(source, target, np.full(144, 10.0), np.ones(144), excitatory=12, threads=threads)


@ENGINES
@pytest.mark.parametrize("synapses", [([], [], [], []), ([0, 1], [1, 2], [1.0, 2.0], [3, 4]), ([0], [1], [10.0], [1])])
def test_without_enough_strong_synapses_there_is_no_group(synapses: tuple, engine: str) -> None:
    groups = polychronous_groups(*synapses, excitatory=2, engine=engine)
    assert (len(groups), list(groups), groups.longest_paths.size, groups.spans.size) == (0, [], 0, 0)
    assert len(polychronous_groups(*synapses, excitatory=0, engine=engine) if not synapses[0] else groups) == 0


def test_shuffling_permutes_weights_between_excitatory_neurons_only() -> None:
    net = random_network(6)
    mixed = shuffled(*net[:3], excitatory=24, seed=1)
    among = (net.source < 24) & (net.target < 24)
    assert np.array_equal(mixed[~among], net.weight[~among])
    assert np.array_equal(np.sort(mixed[among]), np.sort(net.weight[among]))
    assert not np.array_equal(mixed, net.weight)
    assert np.array_equal(mixed, shuffled(*net[:3], excitatory=24, seed=1))
    assert not np.array_equal(mixed, shuffled(*net[:3], excitatory=24, seed=2))


def test_shuffling_breaks_a_chain() -> None:
    net, weak = chain(8), spnet(7, 0.0)
    both = Synapses(*(np.concatenate(columns) for columns in zip(net, weak, strict=True)))
    asked: dict[str, Any] = {"excitatory": 800, "mothers": range(10)}
    mixed = both._replace(weight=shuffled(*both[:3], excitatory=800))
    assert len(polychronous_groups(*both, **asked)) > len(polychronous_groups(*mixed, **asked))


def test_the_network_of_2006_has_few_groups_by_chance() -> None:
    """The author found 2.5 for each mother in a trained network, and 0.26 where its weights were shuffled."""
    groups = polychronous_groups(*spnet(1, 0.36), excitatory=800, mothers=range(20))
    assert 0 < len(groups) < 40
    assert 10 < np.median(groups.sizes) < 40
    assert 40 < np.median(groups.spans) < 100
    assert np.median(groups.longest_paths) == 7


VALID: dict[str, Any] = {
    "source": [0, 1, 2], "target": [3, 3, 3], "weight": [10.0, 10.0, 10.0], "delay": [1, 2, 3], "excitatory": 4,
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "given"),
    [
        ({"source": [0, 1]}, 3),
        ({"source": [0, 1, -1]}, -1),
        ({"source": [[0, 1, 2]]}, [[0, 1, 2]]),
        ({"source": "abc"}, "abc"),
        ({"source": [[0], [1, 2]]}, [[0], [1, 2]]),
        ({"target": [3, 3, 2.5]}, 2.5),
        ({"target": [0, 1, 1 << 40]}, 1 << 40),
        ({"target": [0, 1, (1 << 30) - 1]}, f"{1 << 30} neurons, 3 ms"),
        ({"weight": [1.0, 2.0]}, 2),
        ({"weight": [1.0, 2.0, np.nan]}, None),
        ({"weight": [1.0, 2.0, 3.0], "excitatory": 1}, 3.0),
        ({"delay": [1, 2, 0]}, 0),
        ({"delay": [1, 2, 20_000]}, 20_000),
        ({"excitatory": -1}, -1),
        ({"excitatory": 2.0}, 2.0),
        ({"w_max": 0}, 0),
        ({"strong": "a"}, "a"),
        ({"least_path": 0}, 0),
        ({"anchors": 0}, 0),
        ({"anchors": True}, True),
        ({"latency": 0}, 0),
        ({"longest": -5}, -5),
        ({"most_spikes": 2}, 2),
        ({"most_spikes": 1 << 29}, 1 << 29),
        ({"mothers": [0, 4]}, 4),
        ({"mothers": [-1]}, -1),
        ({"threads": 0}, 0),
    ],
)
def test_a_mistake_is_told_in_a_line(wrong: dict[str, Any], given: Any) -> None:
    arguments = VALID | wrong
    columns = [arguments.pop(name) for name in ("source", "target", "weight", "delay")]
    with pytest.raises(izhi.BadValue) as told:
        polychronous_groups(*columns, **arguments)
    assert "\n" not in str(told.value)
    assert given is None or told.value.given == given


def test_an_unknown_engine_is_told() -> None:
    with pytest.raises(izhi.UnknownName, match="did you mean 'cpu'"):
        polychronous_groups([0], [1], [10.0], [1], excitatory=2, engine="cpo")


def test_shuffling_tells_mistakes() -> None:
    with pytest.raises(izhi.BadValue, match="shuffled: weight"):
        shuffled([0, 1], [1, 0], [1.0], excitatory=2)
    with pytest.raises(izhi.BadValue, match="shuffled: seed"):
        shuffled([0, 1], [1, 0], [1.0, 2.0], excitatory=2, seed=-1)
