# The machine's own Python where it will do: it is built for speed, which one compiled by hand often is not (make test: 498 s, with this one 434).
PYTHON ?= $(shell for each in /usr/bin/python3 python3; do $$each -c "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))" 2>/dev/null && echo $$each && exit; done; echo python3)
PYTHON := $(PYTHON)
VENV_PYTHON := .venv/bin/python
LOCAL := $(VENV_PYTHON) -m vein_care.local
COMPILE := uv pip compile --quiet --universal --generate-hashes --no-header
JS_TESTS := $(wildcard tests/js/*.test.js tests/js/*/*.test.js)

test test-ops faults bench shots: FOR_TESTS := --dev
# Modules are compiled once, by whoever loads them first, also where this machine says otherwise: some fifty processes of the tests load the same.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help run dev test test-ops faults bench shots psql manage pins stop set-up

help: ## List what make can do
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | tr '|' '\t' | expand -t 17

run: set-up ## Start the demo on http://localhost:8000 (another port: PORT=8001 make run)
	@$(LOCAL) run

dev: set-up ## The same for development: DEBUG on, reloads by itself, no service worker
	@$(LOCAL) dev

test: set-up ## Run every test
	@PATH="$$PWD/.venv/bin:$$PATH" node --test $(JS_TESTS) >.data/js-tests 2>&1 & scripts=$$!; \
	$(VENV_PYTHON) -m tests.beforehand >.data/beforehand 2>&1 & \
	$(VENV_PYTHON) -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal; failed=$$?; \
	wait $$scripts && tail -n 8 .data/js-tests || { failed=1; cat .data/js-tests; }; \
	exit $$failed

faults: set-up ## Try what goes wrong around tablets: nothing lost, nothing doubled (one case: make faults do="captive")
	@$(VENV_PYTHON) -m tests.faults "$(do)"

test-ops: set-up ## Open exported files in LibreOffice and compare what it sees
	@command -v soffice >/dev/null || { echo "This needs LibreOffice. On Debian or Ubuntu: sudo apt install libreoffice-calc-nogui"; exit 1; }
	@$(VENV_PYTHON) -m pytest --numprocesses 0 tests/sessions/exports/check_libreoffice.py

bench: set-up ## Measure speed and size against the budgets
	@$(LOCAL) with $(VENV_PYTHON) -m tests.benchmarks

shots: set-up ## Take the screenshots in docs/images/ and in the course anew
	@$(LOCAL) with $(VENV_PYTHON) -m tests.shots

psql: set-up ## Look into the database
	@$(LOCAL) with sh -c 'exec psql "$$DATABASE_URL"'

manage: set-up ## Run a command of Django, for example: make manage do="load_deck"
	@$(LOCAL) with $(VENV_PYTHON) manage.py $(do)

pins: ## Compile requirements*.txt anew from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "This needs uv. Install it with: pipx install uv"; exit 1; }
	@$(COMPILE) pyproject.toml --output-file requirements.txt
	@$(COMPILE) pyproject.toml --group dev --constraints requirements.txt --output-file requirements-dev.txt
	@$(COMPILE) --group node --output-file requirements-node.txt

stop: ## End the demo and the database in .data/
	@if [ -x $(VENV_PYTHON) ]; then $(LOCAL) stop; else echo "Nothing was running."; fi

set-up:
	@command -v "$(PYTHON)" >/dev/null || { echo "Vein Care needs Python 3.11 or newer. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@"$(PYTHON)" -m vein_care.bootstrap $(FOR_TESTS)
