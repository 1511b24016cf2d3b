# The two commands of the README are `make demo` and `make test`; both set themselves up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.setup-$(shell cat requirements/*.txt pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)

.PHONY: help texts setup demo test quick check docs pictures lock bench clean
.DEFAULT_GOAL := help

help:
	@echo "make demo    check the zone, load real and synthetic data, show what follows"
	@echo "make test    every test and check"
	@echo "make quick ROOM=zone    the checks and tests of one room"
	@echo "make bench   the benchmarks beside their peers"
	@echo "make texts   add new texts to the catalogues, drop old ones"
	@echo "make docs    the pages that are printed from the code"
	@echo "make pictures    the pictures of the READMEs, taken by Chromium"

setup: $(SETUP)

$(SETUP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: set PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || \
	  { echo "The module venv is missing: on Debian and Ubuntu, apt-get install python3-venv"; exit 1; }
	@command -v uv >/dev/null 2>&1 || test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	@UV=$$(command -v uv || echo $(BIN)/uv); \
	  $$UV pip install --quiet --python $(BIN)/python -r requirements/dev.txt && \
	  $$UV pip install --quiet --python $(BIN)/python --no-deps -e .
	@rm -f $(VENV)/.setup-*; touch $@

demo: setup
	@$(BIN)/duofeng demo $(ARGS)

check: setup
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache >/dev/null || $(BIN)/lint-imports --no-cache
	@for zone in zones/*/; do $(BIN)/duofeng check $$zone || exit 1; done

test: check
	@$(BIN)/pytest -n 2 $(ARGS)

quick: setup
	@test -d src/duofeng/$(ROOM) && test -n "$(ROOM)" || { echo "make quick ROOM=$$(ls -d src/duofeng/*/ | xargs -n1 basename | paste -sd'|')"; exit 1; }
	@$(BIN)/ruff check src/duofeng/$(ROOM) $(wildcard tests/$(ROOM)) && $(BIN)/ruff format --check src/duofeng/$(ROOM) $(wildcard tests/$(ROOM))
	@$(BIN)/mypy -p duofeng.$(ROOM) & checked=$$!; $(BIN)/pytest $(wildcard tests/$(ROOM)) $(ARGS); tested=$$?; wait $$checked && exit $$tested

texts: setup
	@$(BIN)/python -m duofeng.tell.update

docs: setup
	@$(BIN)/duofeng explain --markdown > docs/problems.md
	@$(BIN)/duofeng schema --pages docs

pictures: export DUOFENG_DATA := data/pictures
pictures: setup
	@$(BIN)/duofeng demo --no-serve --data $(DUOFENG_DATA) >/dev/null
	@$(BIN)/duofeng run --as-of 2024-07-31 >/dev/null
	@$(BIN)/python docs/pictures/take.py $(DUOFENG_DATA) zones/zhengzhou

bench: setup
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements/bench.txt
	@$(BIN)/python -m benchmarks $(ARGS)

lock: setup
	@for group in dev web bench; do \
	  extras=$$( [ $$group = dev ] && echo "--extra web --extra dev --extra spark" || echo "--extra $$group -c requirements/dev.txt" ); \
	  uv=$$(command -v uv || echo $(BIN)/uv); \
	  $$uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 \
	    $$extras pyproject.toml -o requirements/$$group.txt || exit 1; done

clean:
	rm -rf $(VENV) build dist data
