# Everything is run from here: `make` lists what there is. The first target that needs it makes .venv, with the versions
# of constraints.txt; nothing outside this folder is changed.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:

SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
# python3 if its version will do, else the first that does: `make PYTHON=/path/to/python test` to choose.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	if $$p -c '$(SUPPORTED)' >/dev/null 2>&1; then echo $$p; exit; fi; done; echo python3)

VENV := .venv
RUN := $(VENV)/bin
PIP := $(RUN)/python -m pip --disable-pip-version-check install --constraint constraints.txt
PACKAGES := subtheory experiments paper_figures
# Where `make experiments` leaves records and `make figures` leaves pictures.
OUT ?= out
# Where `make wheel` leaves what it builds.
DIST ?= dist

.PHONY: help
help: ## This list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ------------------------------------------------------------------------------------------------- the environment

$(VENV)/.made:
	@$(PYTHON) -c '$(SUPPORTED)' >/dev/null 2>&1 || { \
		echo "subtheory needs Python 3.11, 3.12 or 3.13, but '$(PYTHON)' is $$($(PYTHON) --version 2>/dev/null || echo not one); name one with 'make PYTHON=python3.12 ...'." >&2; \
		exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/.made
	$(PIP) --editable .
	@touch $@

$(VENV)/.lm: $(VENV)/.core
	$(PIP) --editable '.[lm]'
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/.made
	$(PIP) --editable '.[data,test]'
	@touch $@ $(VENV)/.core $(VENV)/.lm

$(VENV)/.peer: $(VENV)/.test
	$(PIP) --editable '.[peer]'
	@touch $@

$(VENV)/.docs: pyproject.toml constraints.txt | $(VENV)/.made
	$(PIP) --editable '.[docs,lm]'
	@touch $@ $(VENV)/.core

# ------------------------------------------------------------------------------------------------------ what it does

.PHONY: verify
verify: $(VENV)/.core ## Hold the theorem against simulation, claim by claim.
	$(RUN)/subtheory verify

.PHONY: experiments
experiments: $(VENV)/.lm ## Run every experiment in its quick profile; records go to OUT (out/).
	$(RUN)/python -m experiments run all --profile quick --out $(OUT)/records --overwrite

.PHONY: figures
figures: $(VENV)/.core ## Draw every figure from the committed records; pictures go to OUT (out/).
	$(RUN)/python -m paper_figures --out $(OUT)/figures

.PHONY: benchmarks
benchmarks: $(VENV)/.lm ## Measure speed and memory, as ratios within one run.
	$(RUN)/python -m benchmarks.start
	$(RUN)/python -m benchmarks.theorem
	$(RUN)/python -m benchmarks.world --size tiny

.PHONY: benchmarks-peer
benchmarks-peer: $(VENV)/.peer ## Train figure 10 here and in PyTorch, in turn: MNIST=DIR, and FLAGS='--cores 1' where busy.
	$(RUN)/python -m benchmarks.aux_logits $(if $(MNIST),--data-dir $(MNIST),--data digits) $(FLAGS)

.PHONY: course
course: $(VENV)/.docs ## Execute the course: every lesson, and the solutions of its exercises.
	$(RUN)/python docs/course/execute.py

.PHONY: slides
slides: $(VENV)/.docs ## Write the lessons' figures as SVG, each beside its source, to OUT (out/slides).
	$(RUN)/python docs/course/slides.py $(OUT)/slides

# ----------------------------------------------------------------------------------------------------- how it is held

.PHONY: test
test: $(VENV)/.test ## Run the tests, all but the slow ones.
	$(RUN)/python -m pytest

.PHONY: test-all
test-all: $(VENV)/.test ## Run the tests, the slow ones as well.
	$(RUN)/python -m pytest -m ''

.PHONY: test-peer
test-peer: $(VENV)/.peer ## Hold language models against transformers and PyTorch (a large download).
	$(RUN)/python -m pytest tests/peer -m peer

.PHONY: mutants
mutants: $(VENV)/.test ## Plant faults one at a time and see that verify, or a test, notices each (half an hour).
	$(RUN)/python -m tests.mutants $(FLAGS)

.PHONY: doctest
doctest: $(VENV)/.test ## Run the examples in the README, the documentation and the docstrings, in float64.
	JAX_ENABLE_X64=1 $(RUN)/python -m pytest --doctest-modules --doctest-glob='*.md' --ignore docs/conf.py --ignore docs/extensions --ignore docs/lab README.md docs $(PACKAGES)

.PHONY: lint
lint: $(VENV)/.test ## Check style and format.
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .

.PHONY: format
format: $(VENV)/.test ## Mend style and format.
	$(RUN)/ruff check --fix .
	$(RUN)/ruff format .

.PHONY: types
types: $(VENV)/.test ## Check the types.
	$(RUN)/pyright --pythonpath $(RUN)/python

.PHONY: contracts
contracts: $(VENV)/.test ## Check which way imports go.
	$(RUN)/lint-imports --no-logo

.PHONY: check
check: lint types contracts test doctest ## All of the checks above.

.PHONY: docs
docs: $(VENV)/.docs ## Build the documentation; a warning is an error.
	$(RUN)/python -m sphinx -W --keep-going -j auto -b html docs docs/_build/html

.PHONY: wheel
wheel: $(VENV)/.test ## Build the source distribution and, from it, the wheel, into DIST (dist/).
	$(RUN)/python -m build --no-isolation --outdir $(DIST)

.PHONY: lab
lab: ## Build the interactive page, docs/lab/index.html, of its sources.
	@$(PYTHON) docs/lab/build.py

.PHONY: test-lab
test-lab: $(VENV)/.test $(VENV)/.docs ## Hold the interactive page against the package, in a Chromium that is installed.
	$(RUN)/python -m pytest tests/lab -m ''

.PHONY: clean
clean: ## Remove .venv, caches and whatever was built; committed records stay.
	rm -rf $(VENV) out build dist docs/_build .pytest_cache .ruff_cache .hypothesis .import_linter_cache .jupyter_cache
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +
