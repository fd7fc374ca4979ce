"""Ornstein-Uhlenbeck noise: one path for a seed, with the statistics it promises."""

from __future__ import annotations

import math

import numpy as np
import pytest

from izhi import BadValue, OrnsteinUhlenbeck, Step, simulate
from izhi.stimulus import drive

LONG = 200_000.0
NOISE = OrnsteinUhlenbeck(std=7.0, tau=4.0, mean=-3.0, seed=11, interval=0.5)


def path(noise: OrnsteinUhlenbeck, duration: float) -> np.ndarray:
    """The path in the middle of each of its intervals."""
    k = np.arange(int(duration / noise.interval))
    return drive(noise, duration).current((k + 0.5) * noise.interval)


def test_a_seed_gives_one_path_and_another_seed_another() -> None:
    assert np.array_equal(path(NOISE, 50.0), path(OrnsteinUhlenbeck(7.0, 4.0, -3.0, 11, 0.5), 50.0))
    assert not np.isclose(path(NOISE, 50.0), path(OrnsteinUhlenbeck(7.0, 4.0, -3.0, 12, 0.5), 50.0)).any()


def test_a_longer_run_goes_on_along_the_same_path() -> None:
    assert np.array_equal(path(NOISE, 50.0), path(NOISE, 500.0)[:100])


def test_the_path_is_the_same_for_every_step() -> None:
    noise = OrnsteinUhlenbeck(50.0, 3.0, 10.0, 5, interval=0.375)
    runs = [simulate("2007/RS", noise, 48.0, scheme="euler", dt=dt) for dt in (1.0, 0.5, 0.25, 0.125)]
    for run in runs[1:]:
        share = round(1.0 / run.provenance["dt"])
        assert np.array_equal(run.current[::share], runs[0].current)
    truth = simulate("2007/RS", noise, 48.0, dt=1.0)
    assert np.array_equal(truth.current, runs[0].current)


def test_it_holds_between_the_multiples_of_its_interval_and_changes_at_them() -> None:
    forces = drive(NOISE, 50.0)
    k = np.arange(100)
    at = forces.current(k * 0.5)
    assert np.array_equal(at, forces.current(k * 0.5 + 0.499))
    assert (np.diff(at[:, 0]) != 0).all()


def test_mean_and_deviation_are_those_asked_for() -> None:
    x = path(NOISE, LONG)[:, 0]
    independent = LONG / (2 * NOISE.tau)
    assert x.mean() == pytest.approx(-3.0, abs=4 * 7.0 / math.sqrt(independent))
    assert x.std() == pytest.approx(7.0, rel=4 / math.sqrt(2 * independent))


@pytest.mark.parametrize("lag", [1, 4, 8, 16, 40])
def test_correlation_decays_by_e_in_each_tau(lag: int) -> None:
    x = (path(NOISE, LONG)[:, 0] + 3.0) / 7.0
    found = (x[:-lag] * x[lag:]).mean()
    assert found == pytest.approx(math.exp(-lag * 0.5 / 4.0), abs=4 / math.sqrt(LONG / (2 * 4.0)))


def test_it_starts_stationary() -> None:
    seeds = list(range(4000))
    first = drive(OrnsteinUhlenbeck(2.0, 50.0, 1.0, seeds), 1.0).current(np.zeros(1))[0]
    assert first.mean() == pytest.approx(1.0, abs=4 * 2 / math.sqrt(4000))
    assert first.std() == pytest.approx(2.0, rel=4 / math.sqrt(8000))


def test_samples_are_normal() -> None:
    x = (path(NOISE, LONG)[::40, 0] + 3.0) / 7.0
    n = x.size
    assert (x**3).mean() == pytest.approx(0.0, abs=4 * math.sqrt(15 / n))
    assert (x**4).mean() == pytest.approx(3.0, abs=4 * math.sqrt(96 / n))


def test_each_cell_has_the_path_of_its_own_seed() -> None:
    together = path(OrnsteinUhlenbeck(7.0, 4.0, -3.0, [11, 12, 11], 0.5), 50.0)
    assert together.shape == (100, 3)
    assert np.array_equal(together[:, :1], path(NOISE, 50.0))
    assert np.array_equal(together[:, 0], together[:, 2])
    assert not np.isclose(together[:, 0], together[:, 1]).any()


def test_cells_may_differ_in_mean_and_deviation_and_share_a_seed() -> None:
    together = path(OrnsteinUhlenbeck([7.0, 14.0], 4.0, [-3.0, 5.0], 11, 0.5), 50.0)
    own = path(NOISE, 50.0)[:, 0]
    assert together == pytest.approx(np.stack([own, 5.0 + 2 * (own + 3.0)], axis=1))


def test_it_ends_after_its_duration_and_not_with_a_shorter_run() -> None:
    noise = OrnsteinUhlenbeck(7.0, 4.0, 100.0, 3, 0.5, duration=10.25)
    t = np.array([0.0, 10.0, 10.2, 10.25, 10.5, 20.0])
    values = drive(noise, 20.0).current(t)[:, 0]
    assert (values[:3] > 50).all()
    assert values[3:].tolist() == [0.0, 0.0, 0.0]
    assert (drive(noise, 8.0).current(np.array([7.9, 8.0]))[:, 0] > 50).all()
    endless = OrnsteinUhlenbeck(7.0, 4.0, 100.0, 3, 0.5)
    assert np.array_equal(drive(endless, 20.0).current(t[:3])[:, 0], values[:3])


def test_it_adds_to_other_currents() -> None:
    t = np.arange(0, 50, 0.5) + 0.25
    total = drive(NOISE + Step(20.0, 25.0), 50.0).current(t)[:, 0]
    assert total == pytest.approx(path(NOISE, 50.0)[:, 0] + 20.0 * (t >= 25))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tau": 0.0}, "tau"), ({"tau": -1.0}, "tau"), ({"tau": math.inf}, "tau"), ({"std": -1.0}, "std"),
        ({"std": math.nan}, "std"), ({"mean": math.inf}, "mean"), ({"interval": 0.0}, "interval"),
        ({"interval": math.nan}, "interval"), ({"seed": -1}, "seed"), ({"seed": 1.5}, "seed"),
        ({"seed": 2**60}, "seed"),
        ({"seed": "x"}, "seed"), ({"duration": 0.0}, "duration"), ({"duration": -5.0}, "duration"),
        ({"duration": math.nan}, "duration"), ({"duration": "1 s"}, "duration"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_the_name_of_the_field(change: dict, says: str) -> None:
    with pytest.raises(BadValue, match=f"^OrnsteinUhlenbeck.{says}: "):
        OrnsteinUhlenbeck(**{"std": 1.0, "tau": 1.0, **change})


@pytest.mark.parametrize("interval", [5e-324, 1e-9])
def test_a_path_of_too_many_points_is_refused(interval: float) -> None:
    with pytest.raises(BadValue, match=r"^OrnsteinUhlenbeck.interval: .* a longer interval would do"):
        drive(OrnsteinUhlenbeck(1.0, 1.0, interval=interval), 1000.0)


def test_a_path_of_unknown_length_has_no_terms() -> None:
    with pytest.raises(BadValue, match="needs the run's duration"):
        NOISE.terms()
