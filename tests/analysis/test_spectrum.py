"""Spectra against those of SciPy, and rhythms that are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import welch

from izhi import BadValue
from izhi.analysis.spectrum import ALPHA, GAMMA, TOTAL, band_fraction, band_power, power_spectrum, spectral_peak


def wave(frequency: float, amplitude: float = 1.0, step: float = 1.0, length: float = 10_000.0) -> np.ndarray:
    return amplitude * np.sin(2e-3 * np.pi * frequency * np.arange(0, length, step))


@pytest.mark.parametrize(("size", "step", "segment"), [
    (5000, 1.0, 1000.0), (5000, 1.0, 333.0), (4321, 0.5, 500.0), (700, 1.0, 1000.0), (701, 0.1, 1000.0), (9, 2.0, 4.0),
])  # fmt: skip
def test_a_spectrum_is_that_of_scipy(size: int, step: float, segment: float) -> None:
    signal = np.random.default_rng(size).normal(8, 3, size)
    n = min(size, round(segment / step))
    frequency, power = welch(signal, 1e3 / step, "hann", n)
    found = power_spectrum(signal, step, segment=segment)
    assert found.frequency == pytest.approx(frequency, rel=1e-12)
    # At 0, where the mean has been taken away, both are rounding.
    assert found.power == pytest.approx(power, rel=1e-10, abs=1e-12 * power.max())


def test_the_integral_of_a_spectrum_is_the_variance() -> None:
    signal = np.random.default_rng(0).normal(0, 2, 100_000)
    assert band_power(*power_spectrum(signal, 1.0), (0, 500)) == pytest.approx(4, rel=0.03)


@pytest.mark.parametrize("frequency", [33.0, 33.3, 33.5, 7.25, 61.87])
def test_a_sine_has_its_peak_at_its_frequency(frequency: float) -> None:
    noise = np.random.default_rng(1).normal(0, 0.01, 10_000)
    peak = spectral_peak(*power_spectrum(wave(frequency) + noise, 1.0))
    assert peak.frequency == pytest.approx(frequency, abs=0.02)


def test_a_parabola_of_logarithms_finds_the_top_of_a_gaussian() -> None:
    f = np.arange(0, 100, 2.0)
    peak = spectral_peak(f, 3 * np.exp(-(((f - 41.3) / 6) ** 2)))
    assert peak == pytest.approx((41.3, 3))


def test_each_band_has_the_peak_of_its_own_rhythm() -> None:
    spectrum = power_spectrum(wave(10) + wave(40, 0.5), 1.0)
    assert spectral_peak(*spectrum, ALPHA).frequency == pytest.approx(10, abs=0.02)
    assert spectral_peak(*spectrum, GAMMA).frequency == pytest.approx(40, abs=0.02)
    assert band_fraction(*spectrum, ALPHA) == pytest.approx(0.8, abs=0.01)
    assert band_fraction(*spectrum, GAMMA) == pytest.approx(0.2, abs=0.01)


def test_a_spectrum_without_a_maximum_inside_the_band_has_no_peak() -> None:
    f = np.arange(0, 200, 1.0)
    for power in (1 / (1 + f), f, np.ones(200), np.zeros(200)):
        assert np.isnan(spectral_peak(f, power)).all()
    assert np.isnan(spectral_peak(f, f, (300, 400))).all()
    assert np.isnan(spectral_peak([0, 1], [1, 2])).all()


def test_a_silent_signal_has_no_power_and_no_warning() -> None:
    spectrum = power_spectrum(np.zeros(3000), 1.0)
    assert not spectrum.power.any()
    assert np.isnan(spectral_peak(*spectrum)).all()
    assert np.isnan(band_fraction(*spectrum, ALPHA))


def test_bands_that_share_an_end_add_up() -> None:
    spectrum = power_spectrum(np.random.default_rng(3).normal(size=5000), 1.0, segment=300)
    parts = [band_power(*spectrum, band) for band in ((1, 20.5), (20.5, 77.7), (77.7, 120))]
    assert sum(parts) == pytest.approx(band_power(*spectrum, TOTAL))
    assert band_power(*spectrum, (450, 900)) == pytest.approx(band_power(*spectrum, (450, 500)))
    assert band_power(*spectrum, (600, 900)) == 0


def test_power_goes_with_the_square_of_the_signal_and_not_with_its_mean() -> None:
    signal = np.random.default_rng(4).normal(size=3000)
    one, three = power_spectrum(signal, 1.0).power, power_spectrum(3 * signal + 50, 1.0).power
    assert three == pytest.approx(9 * one, abs=1e-10)


def test_bad_input_is_told_in_one_line() -> None:
    for signal, step, segment, words in (
        ([1.0], 1.0, 100.0, "1 given; two samples"),
        ([], 1.0, 100.0, "0 given; two samples"),
        ([1.0, 2.0], 0.0, 100.0, "0.0 given; a step in ms"),
        ([1.0, 2.0], 1.0, 1.0, "1.0 given; two samples"),
        ([1.0, np.nan], 1.0, 100.0, "finite numbers"),
    ):
        with pytest.raises(BadValue, match=rf"^power_spectrum: .*{words}"):
            power_spectrum(signal, step, segment=segment)
    with pytest.raises(BadValue, match=r"^spectral_peak: .*2 powers"):
        spectral_peak([1, 2], [1, 2, 3])
    with pytest.raises(BadValue, match=r"^band_power: .*in their order"):
        band_power([2, 1], [1, 2], (0, 1))
    with pytest.raises(BadValue, match=r"^band_power: \(5, 5\) given"):
        band_power([1, 2], [1, 2], (5, 5))
