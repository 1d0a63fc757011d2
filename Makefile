# The book's commands; `make help` lists them.
# Works with GNU make 3.81 or newer.  PYTHON=... names a Python to use, BROWSER=none leaves the
# browser tests out, ARGS=... is handed to pytest.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
TYPES := $(VENV)/types
HTML := _build/html
PYTHON ?= python3.13 python3.12 python3.11 python3 python

SPREAD := -n logical --maxprocesses 8 --dist loadfile --no-loadscope-reorder

NOTEBOOKS := index.ipynb $(shell find chapters -name '*.ipynb' -not -path '*/.*')
CODE := $(shell find scaling_core explorable labs -type f -not -name '*.pyc')
PROSE := _config.yml _toc.yml $(NOTEBOOKS) $(shell find chapters assets -type f -not -path '*/.*')
PINS := constraints.txt pyproject.toml

RAN_WITH := _build/.ran-with

# $(call install,requirements file): fills the environment, with uv where it is on PATH.
define install
echo "== installing $(1) (the first time takes a minute or two; log: $(VENV)/install.log)"; \
if uv --version >/dev/null 2>&1; then \
  uv pip install --python $(BIN)/python -r $(1); \
else \
  { $(BIN)/python -m pip --version || $(BIN)/python -m ensurepip; } && \
  $(BIN)/python -m pip install --disable-pip-version-check -r $(1); \
fi >$(VENV)/install.log 2>&1 || { \
  [ -z "$$CI" ] || cat $(VENV)/install.log; \
  echo "make: the packages of $(1) could not be installed: see $(VENV)/install.log, check the network, run make again"; \
  exit 1; }
endef

help:  ## list the commands
	@grep -E '^[a-z]+:.*  ## ' Makefile | sed -E 's/:.*  ## /\t/' | expand -t 13

serve: book  ## build the book if need be, serve it here, print the address
	@echo "== serving the book, Ctrl+C ends it"
	@$(BIN)/python -u -m http.server 0 --bind 127.0.0.1 --directory $(HTML) 2>/dev/null

# A worker a core, a file a worker: the cells of a notebook share a kernel, tests of Jupyter a server.
# The browser is there, or the reason why not, before any of them asks for it.
test: $(VENV)/.dev book  ## run every test (BROWSER=none leaves the browser out)
	@[ "$(BROWSER)" = none ] || $(BIN)/python -m tests.browser
	@echo "== testing"
	@BROWSER="$(BROWSER)" $(BIN)/python -m pytest $(SPREAD) $(ARGS)

book: _build/.book  ## build the book; any warning is an error

lint: $(VENV)/.dev  ## check style, spelling and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy
	@if node --version >/dev/null 2>&1 && npm --version >/dev/null 2>&1; then \
	  $(MAKE) -s --no-print-directory $(TYPES)/.there && \
	  echo "$(TYPES)/node_modules/.bin/tsc -p explorable/static" && \
	  $(TYPES)/node_modules/.bin/tsc -p explorable/static; \
	else \
	  echo "make: node and npm are not there: the types of the script are left unchecked"; \
	fi
	@$(BIN)/python -m scaling_core.sources | diff - chapters/references.bib || { \
	  echo "make: chapters/references.bib is behind scaling_core/sources.py: run make book"; exit 1; }

format: $(VENV)/.dev  ## put code and notebooks into the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tests.book.notebooks
	$(BIN)/python -m tests.explorable.test_artists

outputs: $(VENV)/.dev  ## run the notebooks and renew the outputs that tests compare
	$(BIN)/python -m tests.book.notebooks --run

bench: $(VENV)/.dev book  ## measure the speeds that the book promises
	@set -e; for bench in tests/bench/bench_*.py; do \
	  echo "== $$bench"; PYTHONPATH=. $(BIN)/python "$$bench"; \
	done

data: $(VENV)/.book  ## fetch every data set, or fail (it takes a minute, once)
	@$(BIN)/python -m scaling_core.datasets --fetch --all

labs: $(VENV)/.book  ## measure what is missing of labs/results (an hour for all of it)
	$(BIN)/python -m labs all --budget standard --results labs/results

constraints:  ## pin the newest packages that fit (needs uv)
	@: > constraints.txt
	uv pip compile --quiet --universal --python-version 3.11 --no-annotate \
	  --no-emit-package scaling-laws-explorable --custom-compile-command "make constraints" \
	  --output-file constraints.txt requirements-dev.txt

clean:  ## remove what was built, keep the environment
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# A Python that merely is on PATH may still not start (a version manager's stub), so it is tried.
$(BIN)/python:
	@for python in $(PYTHON); do \
	  if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	  then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "make: no Python 3.11, 3.12 or 3.13 found (tried: $(PYTHON)): install one, or name it with PYTHON=..."; \
	  exit 1; \
	fi; \
	echo "== making the environment $(VENV) with $$found"; \
	if uv --version >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python "$$found" $(VENV); \
	elif "$$found" -c 'import venv, ensurepip' 2>/dev/null; then \
	  "$$found" -m venv $(VENV); \
	else \
	  echo "make: $$found has no venv: install it (on Debian and Ubuntu: apt install python3-venv) and run make again"; \
	  exit 1; \
	fi

$(VENV)/.book: requirements.txt $(PINS) | $(BIN)/python
	@$(call install,requirements.txt)
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.book
	@$(call install,requirements-dev.txt)
	@touch $@

# The type checker of the script; node finds what is in the folder, so it has one of its own.
$(TYPES)/.there: explorable/static/package.json explorable/static/package-lock.json
	@echo "== installing the type checker of the script (log: $(TYPES)/install.log)"
	@mkdir -p $(TYPES)
	@cp explorable/static/package*.json $(TYPES)
	@npm ci --prefix $(TYPES) --no-audit --no-fund >$(TYPES)/install.log 2>&1 || { \
	  [ -z "$$CI" ] || cat $(TYPES)/install.log; \
	  echo "make: the type checker could not be installed: see $(TYPES)/install.log, check the network"; \
	  exit 1; }
	@touch $@

# What a notebook prints depends on the data sets that can be had: here they are fetched, once, and
# it is noted which are at hand.  Without them the book draws what it has measured itself.
_build/.data: $(VENV)/.book FORCE
	@mkdir -p _build
	@new=$@.$$$$; \
	$(BIN)/python -m scaling_core.datasets --fetch >$$new || \
	  echo "make: not all data can be had, so the book draws its own in their place"; \
	if cmp -s $$new $@; then rm $$new; else mv $$new $@; fi

# Results are kept between builds as long as the code and the data that made them are the same.
$(RAN_WITH): $(CODE) $(VENV)/.book _build/.data
	@rm -rf _build/.jupyter_cache _build/.ran-with*
	@mkdir -p _build
	@touch $@

chapters/references.bib: scaling_core/sources.py $(VENV)/.book
	@$(BIN)/python -m scaling_core.sources > $@

# A second build would not repeat the warnings of the first.  So a build starts from nothing, unless
# the last one had no warning and all that changed since is pages: then only these are read again.
FROM_NOTHING := _toc.yml _config.yml $(wildcard chapters/api/*.py assets/*)

_build/.book: $(PROSE) $(RAN_WITH)
	@echo "== building the book (running every notebook that changed)"
	@if [ ! -e $@ ] || [ -n "$$(find $(FROM_NOTHING) $(RAN_WITH) -newer $@)" ]; then \
	  rm -rf $(HTML) _build/.doctrees; \
	fi
	@rm -f $@
	@SCALING_CORE_OFFLINE=1 EXPLORABLE_STRICT=1 $(BIN)/jupyter-book build . -W -n --keep-going
	@$(BIN)/python -m explorable.site $(HTML)
	@touch $@

.PHONY: FORCE help serve test book lint format outputs bench data labs constraints clean
