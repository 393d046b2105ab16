# What one does in this repository. `make` alone lists it; README.md and CONTRIBUTING.md say more.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# The node and npm that requirements-dev.txt brings come before the system's.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help
help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# -- Setting up and running

$(BIN)/pytest: requirements.txt requirements-dev.txt constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -r requirements-dev.txt -c constraints.txt
	@touch $@

.PHONY: install
install: $(BIN)/pytest  ## make .venv with the versions in constraints.txt and the tools of development

.PHONY: newest
newest:  ## the same with the newest versions that are out
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --upgrade -r requirements-dev.txt

.PHONY: app
app: install  ## open the dashboard
	$(BIN)/streamlit run dashboard/app.py

.PHONY: hooks
hooks: install  ## have the quick checks run before every commit
	$(BIN)/pre-commit install

# -- Checking

.PHONY: test
test: install  ## all tests, in two processes
	$(BIN)/pytest -n 2 --dist loadfile

.PHONY: test-one
test-one: install  ## one file, folder or test: make test-one T=tests/runs or T=tests/x.py::test_y
	$(BIN)/pytest $(or $(T),$(error say which: make test-one T=tests/runs))

.PHONY: coverage
coverage: install  ## all tests, and the files that they leave lines of unrun
	$(BIN)/pytest -n 2 --dist loadfile --cov

.PHONY: check
check: style types imports js  ## all checks but the tests

.PHONY: style
style: install  ## ruff: rules and layout
	$(BIN)/ruff check
	$(BIN)/ruff format --check

.PHONY: types
types: install  ## pyright
	$(BIN)/pyright --pythonpath $(BIN)/python

.PHONY: imports
imports: install  ## the floors of toll: which room may import which
	$(BIN)/lint-imports --no-cache

node_modules: package-lock.json
	npm ci --silent
	@touch $@

.PHONY: js
js: install node_modules  ## the player's JavaScript: types, rules, layout and its own tests
	for each in types lint format test; do npm run --silent $$each || exit 1; done

.PHONY: format
format: install  ## lay out Python and JavaScript, and mend what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	if [ -d node_modules ]; then npx prettier --write --log-level warn .; fi

.PHONY: benchmarks
benchmarks: install  ## timings of what a user waits for; takes long
	for each in tests/benchmarks/[a-z]*.py; do \
	    $(BIN)/python -m tests.benchmarks.$$(basename $$each .py) || exit 1; \
	done

.PHONY: lowest
lowest:  ## the tests, but those in a browser, with the lowest versions that are allowed
	$(PYTHON) -m venv .venv-lowest
	.venv-lowest/bin/pip install -q uv
	.venv-lowest/bin/uv pip install -q --python .venv-lowest --resolution lowest-direct -r requirements-dev.txt
	.venv-lowest/bin/pytest -n 2 --dist loadfile --ignore=tests/browser

# -- The package

.PHONY: wheel
wheel: install  ## build what `pip install .` installs, into dist/
	$(BIN)/python -m hatchling build -t wheel

.PHONY: clean
clean:  ## remove what tools have left; runs and datasets in cache/ stay
	rm -rf dist .coverage .pytest_cache .ruff_cache .venv-lowest node_modules dashboard/static
	find toll dashboard pages tests -name __pycache__ -prune -exec rm -rf {} +
