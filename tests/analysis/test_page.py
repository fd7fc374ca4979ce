"""The page on `izhi classify`: its criteria, classes, numbers and thresholds are those of the package."""

from __future__ import annotations

import importlib

import pytest

import izhi.analysis
from izhi import FEATURES, FIRING, Verdict, classify
from tests.analysis.panels import panel
from tests.analysis.test_response import MODULES
from tests.test_docs import section, table

PAGE = "docs/classify.md"
# What measures the activity of networks decides nothing about a cell; what measures steps is on the page on sweeps.
OF_NETWORKS = ("avalanches", "binning", "coincidence", "distances", "population", "spectrum", "synchrony")
OF_SWEEPS = ("properties", "steps", "waveform")


@pytest.mark.parametrize("letter", FEATURES)
def test_every_feature_has_its_criterion(letter: str) -> None:
    assert len(section(PAGE, f"`{letter}`: {FEATURES[letter].name}").strip()) > 5


def test_every_class_of_firing_is_described_as_it_describes_itself() -> None:
    assert dict(table(PAGE, "class")) == FIRING


def shown(verdict: Verdict) -> str:
    numbers = ", ".join(map(str, verdict.measures))
    return ("yes" if verdict.holds else "no") + (f": {numbers}" if numbers else "")


@pytest.mark.parametrize("row", table(PAGE, "feature"), ids=lambda row: row[0])
def test_the_table_of_measures_is_what_is_measured(row: list[str]) -> None:
    letter = row[0]
    assert row[1] == shown(classify(panel(letter)).verdicts[letter])
    assert row[2] == shown(classify(panel(letter, "accurate")).verdicts[letter])


def test_the_table_of_measures_has_all_features() -> None:
    assert [row[0] for row in table(PAGE, "feature")] == list(FEATURES)


@pytest.mark.parametrize("row", table(PAGE, "threshold"), ids=lambda row: row[0])
def test_every_threshold_of_the_page_is_that_of_the_source(row: list[str]) -> None:
    module, _, name = row[0].partition(".")
    assert float(row[1]) == getattr(importlib.import_module(f"{izhi.analysis.__name__}.{module}"), name)


def test_every_threshold_of_the_source_is_on_the_page() -> None:
    listed = {row[0] for row in table(PAGE, "threshold")}
    for module in MODULES:
        if module.rpartition(".")[2] in OF_NETWORKS + OF_SWEEPS:
            continue
        for name, value in vars(importlib.import_module(module)).items():
            if name.isupper() and isinstance(value, float | int) and not isinstance(value, bool):
                assert any(each.endswith(f".{name}") for each in listed), f"{module}.{name}"
