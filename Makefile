# The front door. Every target installs what it needs on first use; `make help` lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LAKE   ?= lake
READY  := $(VENV)/.ready
# The emulator of BigQuery that tests start has an environment of its own.
EMULATOR ?= $(or $(NBAPROC_EMULATOR),.emulator)

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help setup lock emulator demo test test-bigquery check lint types ddl backfill daily verify bench clean

help: $(READY) ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv with the pinned packages and this project

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

lock: $(READY) ## Write the lock files anew (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --extra dev --output-file requirements.lock pyproject.toml
	uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --output-file tests/warehouse/emulator.lock tests/warehouse/emulator.in

emulator: ## Make .emulator with the BigQuery emulator that tests use (needs Python 3.13, or uv to fetch it)
	@$(PYTHON) tests/warehouse/install_emulator.py $(EMULATOR)

demo: $(READY) ## Simulate a season, compute its tables, look at them, prove a week
	@rm -rf demo-lake
	$(BIN)/nbaproc simulate --seasons 1 --seed 7 --lake demo-lake
	$(BIN)/nbaproc backfill --lake demo-lake
	$(BIN)/nbaproc show team_offense_game_summary --date 2021-11-15 --lake demo-lake
	$(BIN)/nbaproc show player_game_summary --date 2021-11-15 --team BOS --lake demo-lake
	$(BIN)/nbaproc show upcoming_player_game_context --date 2021-11-15 --team BOS --lake demo-lake
	$(BIN)/nbaproc verify --start 2021-11-15 --end 2021-11-21 --lake demo-lake
	$(BIN)/python tests/examples/leaders.py demo-lake

backfill: $(READY) ## Compute START=YYYY-MM-DD..END=YYYY-MM-DD into LAKE (default: lake)
	$(BIN)/nbaproc backfill $(if $(START),--start $(START)) $(if $(END),--end $(END)) --lake $(LAKE)

daily: $(READY) ## Compute one date: DATE=YYYY-MM-DD (default: today)
	$(BIN)/nbaproc daily $(if $(DATE),--date $(DATE)) --lake $(LAKE)

verify: $(READY) ## Prove START..END in LAKE against the plain-Python reference
	$(BIN)/nbaproc verify $(if $(START),--start $(START)) $(if $(END),--end $(END)) --lake $(LAKE)

test-bigquery: $(READY) emulator ## Run the tests that need the emulator
	NBAPROC_EMULATOR=$(EMULATOR) $(BIN)/python -m pytest -q --numprocesses=auto --maxprocesses=2 --dist=loadscope \
	  -m emulator

test: $(READY) emulator ## Run all tests
	NBAPROC_EMULATOR=$(EMULATOR) $(BIN)/python -m pytest -q --numprocesses=auto --maxprocesses=4 --dist=loadscope \
	  --no-loadscope-reorder

lint: $(READY) ## ruff
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## mypy --strict
	$(BIN)/mypy

ddl: $(READY) ## Write sql/ddl and sql/extract anew from the declarations
	$(BIN)/python -m nbaproc.ddl sql/ddl
	$(BIN)/python -m nbaproc.warehouse.extract_sql sql/extract

check: lint types ## Lint, types, DDL drift and all tests
	$(BIN)/python -m nbaproc.ddl --check sql/ddl
	$(BIN)/python -m nbaproc.warehouse.extract_sql --check sql/extract
	$(MAKE) test

bench: $(READY) ## Measure: ratios to the floor, to a pandas loop and to the reference, in one run
	$(BIN)/python -m tests.bench.bench --out tests/bench/results.json

clean: ## Remove what the other targets made, but no lake of yours
	rm -rf $(VENV) .emulator demo-lake .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
