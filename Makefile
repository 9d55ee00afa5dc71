# Two commands: `make run` and `make test`. Nothing is needed beforehand but Python 3.11 or newer.
ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
PYTHON ?= python3
VENV := $(ROOT).venv
BIN := $(VENV)/bin
TEMPLATES := requestflow/web/templates requestflow/statistics/templates requestflow/notices/templates
export REQUESTFLOW_HOME ?= $(ROOT)var
.DEFAULT_GOAL := help
.PHONY: help setup setup-development run test lint format bench coverage faults lock styles translations clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Make .venv with the command .venv/bin/requestflow
	@PYTHON="$(PYTHON)" sh "$(ROOT)scripts/setup.sh" runtime

setup-development:
	@PYTHON="$(PYTHON)" sh "$(ROOT)scripts/setup.sh" development

run: setup ## Run everything with the sample data; Ctrl-C stops it
	@cd "$(ROOT)" && exec "$(BIN)/requestflow" run --demo

test: setup-development ## Check and test everything, on SQLite and on PostgreSQL
	@sh "$(ROOT)scripts/chromium.sh"
	@$(MAKE) --no-print-directory -f "$(ROOT)Makefile" lint
	@cd "$(ROOT)" && "$(BIN)/python" -m pytest -n 2 --dist worksteal $(ARGS)

lint: setup-development ## Style, types and the direction of imports
	@cd "$(ROOT)" && "$(BIN)/ruff" check . && "$(BIN)/ruff" format --check .
	@cd "$(ROOT)" && "$(BIN)/djlint" --check --lint --quiet $(TEMPLATES)
	@cd "$(ROOT)" && "$(BIN)/mypy" requestflow worker
	@cd "$(ROOT)" && "$(BIN)/lint-imports" --no-cache
	@cd "$(ROOT)" && "$(BIN)/python" scripts/check_imports.py
	@cd "$(ROOT)" && "$(BIN)/python" scripts/check_migrations.py

format: setup-development ## Bring the code into form
	@cd "$(ROOT)" && "$(BIN)/ruff" format . && "$(BIN)/ruff" check --fix .
	@cd "$(ROOT)" && "$(BIN)/djlint" --reformat --quiet $(TEMPLATES)

bench: setup-development ## Measure speed and memory as ratios (SIZES="528 10000 200000")
	@cd "$(ROOT)" && "$(BIN)/python" -m benchmarks $(SIZES) && "$(BIN)/python" -m benchmarks.large
	@cd "$(ROOT)" && "$(BIN)/python" -m benchmarks.flows && "$(BIN)/python" -m benchmarks.pages
	@cd "$(ROOT)" && "$(BIN)/python" -m benchmarks.histories

coverage: setup-development ## Say how much of each package the tests go through, by branches
	@cd "$(ROOT)" && "$(BIN)/python" -m pytest -n 2 --cov --cov-branch --cov-report= $(ARGS)
	@cd "$(ROOT)" && "$(BIN)/python" scripts/coverage_table.py

translations: setup-development ## Collect texts and update the Chinese catalogue
	@cd "$(ROOT)" && "$(BIN)/pybabel" -q extract --no-location -F babel.cfg -k text:1 -k translated:1 -k translate:1 -k say:1 -o requestflow/translations/messages.pot .
	@cd "$(ROOT)" && "$(BIN)/pybabel" -q update --no-fuzzy-matching -N -i requestflow/translations/messages.pot -d requestflow/translations -l zh_Hans_CN
	@rm -f "$(ROOT)requestflow/translations/messages.pot"

styles: ## Build the style sheet anew (needs Node.js and npm)
	@cd "$(ROOT)requestflow/web/styles" && npm ci --silent --no-audit --no-fund && npm run --silent build && rm -rf node_modules

faults: setup-development ## Kill processes through 60 simulated days (CASES="2000 60 1")
	@cd "$(ROOT)" && "$(BIN)/python" -m benchmarks.faults $(CASES)

lock: ## Pin the requirements anew (needs uv)
	@cd "$(ROOT)requirements" && for set in runtime development; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    --no-annotate --no-emit-index-url $$set.in -o $$set.txt; done

clean: ## Remove environment, database and caches
	@rm -rf "$(VENV)" "$(ROOT)var" "$(ROOT).mypy_cache" "$(ROOT).ruff_cache" "$(ROOT).pytest_cache"
