# Every command a person needs. `make setup` runs by itself before the others.

PORT ?= 8000
HOST ?= 127.0.0.1
JOBS ?= 2

BIN := .venv/bin
SYNCED := .venv/.synced
VENDOR := src/bihuan/web/static/vendor
ASSETS := $(VENDOR)/.built

.PHONY: score help setup run demo nightly test benchmark benchmark-compile crash quick check browser clean
.DEFAULT_GOAL := help

help:
	@echo "make run      start Bihuan (PORT=8000)      make test   run every test"
	@echo "make check    style, types, contracts       make quick  tests without database or browser"
	@echo "make setup    install what it needs         make clean  remove what setup installed"
	@echo "make demo     open a simulated year         make nightly  a thousand lives, longer tries of the doors"
	@echo "make crash    kill it under load, count what was lost"

setup: $(SYNCED) $(ASSETS) translations

$(SYNCED): pyproject.toml uv.lock tools/install_python.sh
	@sh tools/install_python.sh
	@touch $@

$(ASSETS): assets/package.json assets/package-lock.json tools/install_assets.sh tools/copy_assets.py | $(SYNCED)
	@sh tools/install_assets.sh
	@touch $@

.PHONY: translations
translations: $(SYNCED)
	@$(BIN)/python tools/compile_translations.py src/bihuan

run: setup
	@$(BIN)/bihuan run --host $(HOST) --port $(PORT)

demo: setup
	@BIHUAN_VAR=$(CURDIR)/var/demo-year BIHUAN_DEMO_YEAR=1 $(BIN)/bihuan run --host $(HOST) --port $(PORT)

SEEDS ?= 1000

nightly: setup
	@$(BIN)/bihuan simulate --seeds $(SEEDS) --jobs $(JOBS) --days 30 --quick \
		--catalog catalog/lvliang --catalog tests/simulation/city --json docs/nightly.json
	@BIHUAN_EXAMPLES=300 $(BIN)/pytest tests/api/test_describe_the_interface.py tests/api/test_describe_open311.py

test: setup browser
	@$(BIN)/pytest -n $(JOBS)

benchmark: setup
	@sh tools/install_wrk.sh
	@$(BIN)/python -m benchmarks.kernel

benchmark-compile: setup
	@$(BIN)/python -m benchmarks.compile

GOLD ?= benchmarks/gold ../shared/data/extract

score: setup
	@for gold in $(GOLD); do echo "== $$gold"; $(BIN)/bihuan compile --score $$gold; done

crash: setup
	@BIHUAN_CRASH_ROUNDS=$${BIHUAN_CRASH_ROUNDS:-50} $(BIN)/pytest tests/crash -s

quick: setup
	@$(BIN)/pytest tests/compiler tests/kernel tests/catalog tests/architecture

browser:
	@sh tools/install_browser.sh

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python tests/architecture/contracts.py
	@$(BIN)/bihuan manage makemigrations --check --dry-run
	@$(BIN)/python tests/architecture/clones.py
	@$(BIN)/bihuan catalog check catalog/lvliang

clean:
	rm -rf .venv assets/node_modules $(VENDOR) var/static var/test-postgres*
