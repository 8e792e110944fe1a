# Everything a fresh checkout needs: `make demo` and `make test` do all the set-up by themselves.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
    command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
CONSTRAINTS ?= .ci/constraints.txt
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check $(if $(CONSTRAINTS),-c $(CONSTRAINTS))

.PHONY: help demo test lint audit format install constraints clean

help:
	@echo "make demo    set up and run the pipeline on corpus/documents into outputs/"
	@echo "make test    set up and run format check, lint, types, import contract and tests"
	@echo "make lint    the checks without the tests"
	@echo "make audit   ask whether faults of the libraries in use are known (needs the network)"
	@echo "make format  rewrite the sources in the house format"
	@echo "make constraints  write $(CONSTRAINTS) anew: the newest versions that fit together"
	@echo "make clean   remove the virtual environment and caches (outputs/ stays)"

# --- set-up: one stamp for the program with OCR, one for the tools of developers -------------------

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "setup: Python 3.11 or newer is needed (python3 --version)" >&2; exit 1; }
	@PYTHON=$(PYTHON) sh .ci/system.sh
	@echo "setup: making $(VENV) with $$($(PYTHON) --version)" >&2
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.program: $(VENV)/.python pyproject.toml $(CONSTRAINTS)
	@echo "setup: installing Sổ Vàng and its libraries (some minutes at the first time)" >&2
	@$(PIP) -e '.[ocr,publish]'
	@touch $@

$(VENV)/.tools: $(VENV)/.program
	@PYTHON=$(PYTHON) SOVANG_BROWSER=1 sh .ci/system.sh
	@echo "setup: installing the tools for tests" >&2
	@$(PIP) -e '.[ocr,publish,dask,calibrate,dev]'
	@touch $@

install: $(VENV)/.program

# --- what people type -------------------------------------------------------------------------------

demo: $(VENV)/.program
	@$(BIN)/sovang doctor
	@$(BIN)/sovang run corpus/documents
	@echo
	@echo "Look further:  $(BIN)/sovang status"
	@echo "               $(BIN)/sovang show qd-bo-tnmt-2016.png"
	@echo "               $(BIN)/sovang extract --format html corpus/documents/text/*.txt > outputs/demo.html"

lint: $(VENV)/.tools
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry pipeline extractors
	$(BIN)/bandit -q -c pyproject.toml -r pipeline extractors

# Asks the database of known faults of libraries, so it needs the network.
audit: $(VENV)/.tools
	$(BIN)/pip-audit --skip-editable

test: lint
	$(BIN)/pytest

format: $(VENV)/.tools
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

constraints: $(VENV)/.python
	rm -rf build/fresh && $(PYTHON) -m venv build/fresh
	build/fresh/bin/python -m pip install --quiet '.[ocr,publish,dask,calibrate,dev]'
	build/fresh/bin/python -m pip freeze --exclude sovang | sed '/ @ /d' > .ci/constraints.txt

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
