# Everyday commands; `make help` lists them. Each does its own set-up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.runtime
DEV_STAMP := $(VENV)/.dev

.DEFAULT_GOAL := help
.PHONY: help run test check format routes bench screenshots translations clean

help: ## show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMP): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Foreword needs Python 3.11 or newer; set PYTHON=…" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing packages (once) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(STAMP)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: $(STAMP) ## set up, migrate, load the demo into an empty database, serve on port 8000
	@exec $(BIN)/flask --app wsgi up

test: $(DEV_STAMP) ## run every test: SQLite, real browser, PostgreSQL
	@sh .ci/system-packages
	@$(BIN)/python -m tests.run

check: $(DEV_STAMP) ## lint, format, types, import contracts, templates, dependency hashes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint app/templates --lint --quiet
	$(BIN)/pytest -q tests/architecture

format: $(DEV_STAMP) ## format the Python code
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

routes: $(DEV_STAMP) ## write the list of routes and their access rules anew
	@$(BIN)/python -m tests.architecture.routes

bench: $(DEV_STAMP) ## print the benchmarks, one line a figure
	@$(BIN)/python -m bench

screenshots: $(DEV_STAMP) ## make the pictures in docs/screenshots anew from the demo
	@sh .ci/system-packages
	@$(BIN)/python docs/make_screenshots.py

translations: $(DEV_STAMP) ## collect new texts and compile the catalogues
	$(BIN)/pybabel -q extract -F babel.cfg -k Sentence -o app/translations/messages.pot --no-location \
		--project Foreword --version 1 --copyright-holder Foreword --msgid-bugs-address Foreword \
		--last-translator Foreword --header-comment "# What customers read: docs/translations.md." .
	$(BIN)/pybabel -q update -i app/translations/messages.pot -d app/translations -w 100 \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(BIN)/pybabel -q compile -d app/translations

clean: ## remove caches, the virtual environment and nothing that holds data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
