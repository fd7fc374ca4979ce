# The only door. Everything sets itself up in .venv; nothing else is needed than Python 3.11+, make and pip.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run lab test lint bench figures format clean

run: $(READY)  ## run the published cells: a table, and out/overview.png
	$(BIN)/izhi overview --out out

lab: $(READY)  ## the laboratory in the browser
	$(BIN)/izhi lab

test: $(READY)  ## the whole test suite
	$(BIN)/python -m pytest -n auto

lint: $(READY)  ## format, lint, types, and who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)  ## speed, against a plain NumPy baseline in the same run
	$(BIN)/python benchmarks/cells.py
	$(BIN)/python benchmarks/neuron.py
	$(BIN)/python benchmarks/fitting.py
	$(BIN)/python benchmarks/networks.py unconnected ten hundred learning

figures: $(READY)  ## every figure into out/, and the findings into docs/figures/
	for name in $$($(BIN)/python -c 'from izhi.figures import FIGURES; print(*FIGURES)'); do \
		case $$name in finding-*) to=docs/figures/$$name.png;; *) to=out/figure-$$name.png;; esac; \
		$(BIN)/izhi figure $$name --out $$to || exit 2; done

$(READY): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	# PyNN's own scenarios, which tests run, are in its source distribution only; without it they are skipped.
	-test -e $(VENV)/pynn-source || $(BIN)/python -m pip download --quiet --disable-pip-version-check -c constraints.txt \
		--no-deps --no-binary pynn --dest $(VENV)/pynn-source pynn
	touch $@

clean:
	rm -rf $(VENV) out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
