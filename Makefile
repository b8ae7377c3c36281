# Bedside. `make` lists the targets. Nothing is installed outside .venv; models go to the cache that `bedside doctor` names.
#
# Variables: PYTHON=python3.12 picks the interpreter; TORCH_INDEX=<url> is asked for PyTorch before the default registry
# (on Linux without a GPU, PyTorch's CPU index saves about 3 GB); ARGS="..." goes to the command that a target runs.

PYTHON ?=
TORCH_INDEX ?=
ARGS ?=
BIN := .venv/bin
export PYTHON TORCH_INDEX
export OMP_WAIT_POLICY ?= PASSIVE
export TOKENIZERS_PARALLELISM ?= false
ifneq ($(wildcard ../shared/data/README.md),)
export BEDSIDE_DATA ?= $(abspath ../shared/data)
endif

.DEFAULT_GOAL := help
.PHONY: help run test lint bench models constraints clean

help: ## list these targets
	@echo "Bedside: a clinical assistant that shows its evidence. Research software, not a medical device."
	@echo
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: ## answer the sample case in the terminal, then serve the web chat and print its address
	@sh scripts/environment.sh run
	$(BIN)/bedside ask "$$(cat examples/pneumonia.txt)"
	$(BIN)/bedside serve $(ARGS)

test: lint models ## lint, types, then every test (unit, model, browser)
	$(BIN)/python -m pytest -n 2 --dist loadgroup --durations 10 $(ARGS)

lint: ## style, formatting, import layers and types
	@sh scripts/environment.sh dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy

bench: ## speed and memory, printed with medians (answer quality: bedside eval list)
	@sh scripts/environment.sh run
	$(BIN)/python -m bedside.evals.bench $(ARGS)

models: ## fetch and check the model weights (once, with progress)
	@sh scripts/environment.sh run
	$(BIN)/bedside models fetch

constraints: ## pin again: ARGS=--upgrade takes newer versions
	@sh scripts/constraints.sh $(ARGS)

clean: ## remove .venv, caches and build output (not models, not your cases)
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
