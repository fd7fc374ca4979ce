"""PyNN's own system scenarios. They are its text, and are not here: `make` downloads its source distribution."""

import os
import re
import subprocess
import sys
import tarfile
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXPECTED = tomllib.loads((HERE / "scenarios.toml").read_text())

# Large scenarios are worth compiling a kernel; all others are done sooner in plain Python, with the same bits.
FIXTURES = """
import functools

import pytest

from tests.pynn import stand_ins

LARGE = ("test_scenario1", "test_scenario1a", "test_scenario4")
backend = stand_ins.module()


def run_with_simulators(*names):
    def decorated(test):
        @functools.wraps(test)
        def run(sim):
            if test.__name__ == "test_scenario2":
                pytest.skip("it does not apply, and takes long")
            stand_ins.engine = "cpu" if test.__name__ in LARGE else "reference"
            test(sim)

        return pytest.mark.parametrize("sim", [pytest.param(backend, id="izhi")])(run)

    return decorated
"""


def scenarios(folder: Path) -> Path:
    """PyNN's scenarios, for this backend: from the folder that PYNN_SOURCE names, or beside the virtual environment."""
    place = Path(os.environ.get("PYNN_SOURCE", Path(sys.prefix) / "pynn-source"))
    found = sorted(place.glob("pynn-*.tar.gz")) if find_spec("pyNN") else []
    if not found:
        pytest.skip("PyNN, or its source distribution that `make` downloads, is not there")
    with tarfile.open(found[-1]) as packed:
        packed.extractall(folder, filter="data")
    (into,) = folder.glob("pynn-*/test/system/scenarios")
    (into / "fixtures.py").write_text(FIXTURES)
    return into


def test_the_scenarios_of_pynn_that_apply_pass(tmp_path: Path) -> None:
    into = scenarios(tmp_path)
    command = [sys.executable, "-m", "pytest", str(into), "-p", "no:cacheprovider", "-q", "-rA", "--tb=no", "-n", "0"]
    command += ["--rootdir", str(tmp_path), "-c", os.devnull]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(HERE.parents[1])}, capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    outcome = {
        f"{name}.py::{test}": verdict
        for verdict, name, test in re.findall(r"^(PASSED|FAILED|ERROR) \S*?(test_\w+)\.py::(\w+)", done.stdout, re.M)
    }
    refused = {name for name, verdict in outcome.items() if verdict != "PASSED"}
    assert sorted(refused) == sorted(EXPECTED["not_applicable"].keys() & outcome.keys()), done.stdout
    assert len(outcome) - len(refused) == EXPECTED["passing"], done.stdout


def test_the_page_lists_each_scenario_that_does_not_apply_and_why() -> None:
    page = (HERE.parents[1] / "docs" / "pynn.md").read_text()
    for name, reason in EXPECTED["not_applicable"].items():
        assert f"| `{name.partition('::')[2]}` | {reason} |" in page
    assert f"{EXPECTED['passing']} pass" in page
